//! The estimator of one cell.

mod saved;

use super::charge::ChargeCounter;
use super::context::CellContext;
use super::ekf::{Correction, Ekf, Prediction};
use super::init_grid::SocGridSearch;
use super::tuning::EstimatorTuning;
use crate::cell::CellParameters;
use crate::math;
use crate::units::{
    self, ElectricCurrent, ElectricPotential, Ratio, ThermodynamicTemperature, Time,
};
use saved::is_refuted;

/// Coldest and warmest plausible cell, in kelvin; readings beyond are clamped.
const TEMPERATURE_RANGE_K: (f32, f32) = (200.0, 400.0);

/// Largest plausible current, as a multiple of the capacity per hour; readings beyond are clamped.
const LARGEST_C_RATE: f32 = 100.0;

/// Cap of a step's duration: a year.
const LONGEST_STEP_S: f32 = 3.2e7;

/// Measurements of one cell over one interval.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CellSample {
    /// Mean current over the interval that ends now; discharge positive. Where it is not finite, the last finite
    /// one is used.
    pub current: ElectricCurrent,
    /// Terminal voltage at the end of the interval. Where it is not finite, not positive or above twice the cell's
    /// upper limit, it is not used.
    pub voltage: ElectricPotential,
    /// Temperature of the cell's surface. Where it is not finite, the last finite one is used, 25 degC at first.
    pub temperature: ThermodynamicTemperature,
}

/// State of charge assumed before the first sample.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum InitialSoc {
    /// None: the first voltage sets it.
    FromVoltage,
    /// A value from a counter, a driver or a memory, combined with the first voltage; one that contradicts it prevails.
    Prior(Ratio),
}

/// Estimated state of one cell after a step. Every field is finite.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CellEstimate {
    /// State of charge, within 0 to 1.
    pub soc: Ratio,
    /// One standard deviation of `soc`, within 0 to 1.
    pub soc_sigma: Ratio,
    /// Open-circuit voltage at `soc`.
    pub ocv: ElectricPotential,
    /// Terminal voltage predicted before the measured one was used; for the first voltage, that voltage itself.
    pub voltage_predicted: ElectricPotential,
    /// Measured minus predicted voltage; zero if no voltage was usable, and for the first one.
    pub innovation: ElectricPotential,
    /// Normalised innovation squared: 1 on average for a consistent filter. Zero if no voltage was usable, capped at 1e6.
    pub nis: f32,
    /// Whether the voltage was used.
    pub accepted: bool,
    /// Time for which voltages have been refused without a break, as they deviate from the model by more than
    /// [`EstimatorTuning::gate_hard_sigma`]; zero once one is used.
    pub refused_for: Time,
    /// Whether this step discarded the previous SoC: voltages were refused for longer than
    /// [`EstimatorTuning::gate_patience_s`], the filter's numbers left their range, or the first voltage after a power
    /// cycle contradicted the saved state.
    pub restarted: bool,
    /// Estimated offset of the current sensor: measured minus true; discharge positive.
    pub current_bias: ElectricCurrent,
    /// Estimated factor on all resistances of the cell description.
    pub resistance_scale: f32,
}

/// State of the estimator of one cell.
///
/// The cell's description and the tuning are arguments of each step, so that many estimators share one of each.
#[derive(Clone, Debug)]
pub struct CellEstimator {
    /// SoC assumed before the first usable voltage, with the charge counted until then.
    prior: Option<ChargeCounter>,
    /// Absent until the first usable voltage.
    filter: Option<Ekf>,
    /// Whether `filter` is restored, and no voltage has confirmed it yet.
    woken: bool,
    coasted: Coasted,
    /// The last finite readings.
    current_a: f32,
    temperature_k: f32,
}

/// A sample with plausible values only.
#[derive(Clone, Copy, Debug)]
struct Usable {
    current_a: f32,
    voltage_v: Option<f32>,
    dt_s: f32,
}

/// A step after its prediction and before its measurement update.
#[derive(Clone, Copy, Debug)]
pub(super) struct PredictedStep {
    usable: Usable,
    /// Time since the last voltage.
    voltage_dt_s: f32,
    soc_before: Option<f32>,
    /// `None` before the first voltage.
    pub(super) prediction: Option<Prediction>,
    /// SoC at the end of the step; `None` before a first voltage without a prior.
    pub(super) soc: Option<f32>,
    /// Change of SoC by the counted charge.
    pub(super) counted_soc: f32,
    /// Change of SoC counted after this step, if its measurement update is made in a later one.
    pub(super) later_soc: f32,
}

impl PredictedStep {
    /// The cell's predicted voltage; zero before the first voltage.
    pub(super) fn expected_v(&self) -> f32 {
        self.prediction
            .map_or(0.0, |prediction| prediction.voltage_v)
    }

    /// The same step once its charge has been counted.
    pub(super) fn counted(self) -> Self {
        Self {
            usable: Usable {
                dt_s: 0.0,
                ..self.usable
            },
            counted_soc: 0.0,
            ..self
        }
    }
}

/// Longest time in seconds for which charge is only counted: the shortest time constants of cells are seconds.
pub(super) const LONGEST_COAST_S: f32 = 0.1;

/// Charge and time counted since the filter was last propagated.
#[derive(Clone, Copy, Debug, Default)]
struct Coasted {
    charge_as: f32,
    s: f32,
}

impl Coasted {
    fn add(&mut self, current_a: f32, dt_s: f32) {
        self.charge_as += current_a * dt_s;
        self.s += dt_s;
    }

    /// Adds the last step, and starts anew; returns mean current and duration of all.
    fn end(&mut self, current_a: f32, dt_s: f32) -> (f32, f32) {
        if self.s <= 0.0 {
            return (current_a, dt_s);
        }
        self.add(current_a, dt_s);
        let Self { charge_as, s } = core::mem::take(self);
        if s > 0.0 {
            (charge_as / s, s)
        } else {
            (current_a, dt_s)
        }
    }
}

impl CellEstimator {
    /// An estimator before its first sample.
    #[must_use]
    pub const fn new(initial: InitialSoc) -> Self {
        let prior = match initial {
            InitialSoc::Prior(soc) => {
                let soc = math::clamp_or_low(units::to_ratio(soc), 0.0, 1.0);
                Some(ChargeCounter::new(soc))
            }
            InitialSoc::FromVoltage => None,
        };
        Self {
            prior,
            filter: None,
            woken: false,
            coasted: Coasted {
                charge_as: 0.0,
                s: 0.0,
            },
            current_a: 0.0,
            temperature_k: units::ZERO_CELSIUS_K + 25.0,
        }
    }

    /// Advances the estimate by one sample; `dt` is the time since the last one.
    ///
    /// Total: any bit pattern gives a finite estimate, for a cell and a tuning that pass their `validate`. A `dt` that
    /// is not finite or negative counts as zero. The first usable voltage sets the SoC, together with the prior; before
    /// it charge is counted from the prior.
    #[must_use]
    pub fn step(
        &mut self,
        cell: &CellParameters<'_>,
        tuning: &EstimatorTuning,
        sample: &CellSample,
        dt: Time,
    ) -> CellEstimate {
        let (context, predicted) = self.predict(cell, tuning, sample, dt, None);
        let voltage_v = predicted.usable.voltage_v;
        self.correct(&context, &predicted, voltage_v, None).0
    }

    /// A step without a voltage that only counts charge, up to `longest_s` since the last whole step; returns the SoC and
    /// its change. `None`, without any effect, if that time is over. Before the first voltage the SoC moves on from `soc`,
    /// if there is a prior.
    pub(super) fn coast(
        &mut self,
        cell: &CellParameters<'_>,
        sample: &CellSample,
        dt: Time,
        longest_s: f32,
        soc: f32,
    ) -> Option<(f32, f32)> {
        if self.coasted.s + usable_s(dt) > longest_s {
            return None;
        }
        let usable = self.usable(cell, sample, dt);
        self.coasted.add(usable.current_a, usable.dt_s);
        let Some(filter) = &mut self.filter else {
            let counted_soc = usable.counted_soc(cell);
            let Some(counter) = &mut self.prior else {
                return Some((soc, counted_soc));
            };
            counter.add(counted_soc);
            counter.clamp(0.0, 1.0);
            return Some(((soc + counted_soc).clamp(0.0, 1.0), counted_soc));
        };
        let counted_soc = filter.count(cell, usable.current_a, usable.dt_s);
        Some((filter.soc(), counted_soc))
    }

    /// The cell at the last temperature.
    pub(super) fn context<'s, 'a>(
        &self,
        cell: &'s CellParameters<'a>,
        tuning: &'s EstimatorTuning,
    ) -> CellContext<'s, 'a> {
        CellContext::new(cell, tuning, self.temperature_k)
    }

    /// Whether the next voltage needs a search: it is the first, or the first after a restore.
    pub(super) const fn needs_search(&self) -> bool {
        self.woken || self.filter.is_none()
    }

    /// The search that [`Self::correct`] needs for a first voltage of `voltage_v`, before its first point. The charge of the
    /// step is counted already.
    pub(super) fn search(
        &self,
        context: &CellContext<'_, '_>,
        predicted: &PredictedStep,
        voltage_v: f32,
    ) -> SocGridSearch {
        let prior = self.prior.map(ChargeCounter::soc);
        let current_a = predicted.usable.current_a;
        SocGridSearch::new(prior, Some(voltage_v), current_a, &context.at)
    }

    /// First half of a step: propagates to the end of the interval and predicts the voltage there. The voltage in `sample`
    /// is not used by it.
    ///
    /// `voltage_dt` is the time since the last voltage, if it is not `dt`.
    pub(super) fn predict<'s, 'a>(
        &mut self,
        cell: &'s CellParameters<'a>,
        tuning: &'s EstimatorTuning,
        sample: &CellSample,
        dt: Time,
        voltage_dt: Option<Time>,
    ) -> (CellContext<'s, 'a>, PredictedStep) {
        let usable = self.usable(cell, sample, dt);
        let voltage_dt_s = voltage_dt.map_or(usable.dt_s, |dt| usable_s(dt).max(usable.dt_s));
        let context = self.context(cell, tuning);
        let mut predicted = PredictedStep {
            usable,
            voltage_dt_s,
            soc_before: None,
            prediction: None,
            soc: self.prior.map(ChargeCounter::soc),
            counted_soc: usable.counted_soc(cell),
            later_soc: 0.0,
        };
        let Some(filter) = &mut self.filter else {
            self.coasted = Coasted::default();
            return (context, predicted);
        };
        predicted.soc_before = Some(filter.soc());
        predicted.counted_soc = filter.count(cell, usable.current_a, usable.dt_s);
        let (mean_a, since_s) = self.coasted.end(usable.current_a, usable.dt_s);
        filter.propagate(&context, mean_a, since_s);
        predicted.prediction =
            Some(filter.predict_voltage(&context, usable.current_a, voltage_dt_s));
        predicted.soc = Some(filter.soc());
        (context, predicted)
    }

    /// Second half of a step: the measurement update, if there is a usable voltage; returns also its residual in volts.
    /// `search` is that of [`Self::search`], complete; if it is absent and needed, it is made here.
    pub(super) fn correct(
        &mut self,
        context: &CellContext<'_, '_>,
        predicted: &PredictedStep,
        voltage_v: Option<f32>,
        search: Option<SocGridSearch>,
    ) -> (CellEstimate, f32) {
        let predicted = PredictedStep {
            usable: Usable {
                voltage_v,
                ..predicted.usable
            },
            ..*predicted
        };
        let (Some(mut filter), Some(prediction)) = (self.filter.take(), &predicted.prediction)
        else {
            return (self.first_step(context, &predicted, search), 0.0);
        };
        if let (Some(voltage_v), true) = (voltage_v, self.woken) {
            self.woken = false;
            let search = search.unwrap_or_else(|| {
                let current_a = predicted.usable.current_a;
                SocGridSearch::new(None, Some(voltage_v), current_a, &context.at).complete(context)
            });
            if is_refuted(&filter, prediction, voltage_v, &search) {
                let estimate = self.first_step(context, &predicted, Some(search));
                return (estimate.as_restarted(), 0.0);
            }
        }
        let correction = match voltage_v {
            Some(voltage_v) => filter.correct(
                prediction,
                context.tuning,
                voltage_v,
                predicted.voltage_dt_s,
            ),
            None => Correction::nothing(prediction.voltage_v),
        };
        if !(filter.is_finite() && correction.predicted_v.is_finite()) {
            // No input is known to lead here; if one does, only the SoC is kept.
            self.prior = predicted.soc_before.map(ChargeCounter::new);
            let estimate = self.first_step(context, &predicted, None);
            return (estimate.as_restarted(), 0.0);
        }
        let estimate = estimate(&filter, context, &correction);
        self.filter = Some(filter);
        (estimate, correction.residual_v)
    }

    /// Whether there has been a voltage.
    pub(super) const fn is_known(&self) -> bool {
        self.filter.is_some()
    }

    /// Shifts SoC and resistance to those of another cell: adds to one, multiplies the other.
    pub(super) fn shift_cell(&mut self, soc: f32, resistance_factor: f32) {
        if let Some(filter) = &mut self.filter {
            filter.shift_cell(soc, resistance_factor);
        }
    }

    /// A step without a filter: the first usable voltage starts one.
    fn first_step(
        &mut self,
        context: &CellContext<'_, '_>,
        predicted: &PredictedStep,
        search: Option<SocGridSearch>,
    ) -> CellEstimate {
        let usable = predicted.usable;
        if let Some(counter) = &mut self.prior {
            counter.add(usable.counted_soc(context.cell));
            counter.clamp(0.0, 1.0);
        }
        let prior = self.prior.map(ChargeCounter::soc);
        let search = search.unwrap_or_else(|| {
            SocGridSearch::new(prior, usable.voltage_v, usable.current_a, &context.at)
                .complete(context)
        });
        let mut filter = search.filter(context);
        filter.shift_cell(predicted.later_soc, 1.0);
        let Some(voltage_v) = usable.voltage_v else {
            let expected = filter.predict_voltage(context, usable.current_a, usable.dt_s);
            return estimate(&filter, context, &Correction::nothing(expected.voltage_v));
        };
        let correction = Correction {
            accepted: true,
            ..Correction::nothing(voltage_v)
        };
        let estimate = estimate(&filter, context, &correction);
        self.filter = Some(filter);
        estimate
    }

    /// Clamps every reading to what is plausible; the last good current and temperature replace readings that are not
    /// finite.
    fn usable(&mut self, cell: &CellParameters<'_>, sample: &CellSample, dt: Time) -> Usable {
        let current_a = units::to_amperes(sample.current);
        let voltage_v = units::to_volts(sample.voltage);
        let temperature_k = units::to_kelvin(sample.temperature);
        let largest_a = LARGEST_C_RATE * units::to_amp_hours(cell.capacity);
        if current_a.is_finite() {
            self.current_a = math::clamp_or_low(current_a, -largest_a, largest_a);
        }
        if temperature_k.is_finite() {
            self.temperature_k = temperature_k.clamp(TEMPERATURE_RANGE_K.0, TEMPERATURE_RANGE_K.1);
        }
        let highest_v = 2.0 * units::to_volts(cell.voltage_max);
        Usable {
            current_a: self.current_a,
            voltage_v: (voltage_v > 0.0 && voltage_v < highest_v).then_some(voltage_v),
            dt_s: usable_s(dt),
        }
    }
}

impl Usable {
    /// Change of SoC by the charge that was measured.
    fn counted_soc(&self, cell: &CellParameters<'_>) -> f32 {
        -self.current_a * self.dt_s / units::to_coulombs(cell.capacity)
    }
}

impl CellEstimate {
    /// The same estimate, of a step that discarded the previous SoC.
    pub(super) fn as_restarted(self) -> Self {
        Self {
            restarted: true,
            ..self
        }
    }
}

/// A time step in seconds; zero for one that is negative or not finite.
pub(super) fn usable_s(dt: Time) -> f32 {
    let dt_s = units::to_seconds(dt);
    if dt_s.is_finite() {
        dt_s.clamp(0.0, LONGEST_STEP_S)
    } else {
        0.0
    }
}

/// The filter's state after one step, as quantities.
fn estimate(filter: &Ekf, context: &CellContext<'_, '_>, correction: &Correction) -> CellEstimate {
    let soc = filter.soc().clamp(0.0, 1.0);
    CellEstimate {
        soc: units::ratio(soc),
        soc_sigma: units::ratio(filter.soc_sigma().min(1.0)),
        ocv: units::volts(context.at.ocv.voltage_v(soc)),
        voltage_predicted: units::volts(correction.predicted_v),
        innovation: units::volts(correction.innovation_v),
        nis: correction.nis.min(1e6),
        accepted: correction.accepted,
        refused_for: units::seconds(filter.refused_s()),
        restarted: correction.restarted,
        current_bias: units::amperes(filter.bias_a()),
        resistance_scale: filter.resistance_scale(),
    }
}
