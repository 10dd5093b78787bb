//! The estimator of one cell.

mod saved;

use super::charge::ChargeCounter;
use super::ekf::{Correction, Ekf, Prediction};
use super::init_grid::{SocGrid, SocGridSearch};
use super::tuning::EstimatorTuning;
use crate::cell::{CellAtTemperature, CellParameters};
use crate::math;
use crate::units::{
    self, ElectricCurrent, ElectricPotential, Ratio, ThermodynamicTemperature, Time,
};
use saved::is_refuted;

/// Coldest and warmest believable cell; readings beyond are held here, in kelvin.
const TEMPERATURE_RANGE_K: (f32, f32) = (200.0, 400.0);

/// Largest believable current as a multiple of the capacity per hour.
const LARGEST_C_RATE: f32 = 100.0;

/// Longest step: a year. A longer one says nothing more.
const LONGEST_STEP_S: f32 = 3.2e7;

/// What was measured on the cell over one interval.
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

/// What is believed of the state of charge before the first sample.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum InitialSoc {
    /// Nothing: the first voltage decides.
    FromVoltage,
    /// A value from a counter, a driver or a memory; a contradicting first voltage overrules it.
    Prior(Ratio),
}

/// The state of one cell as estimated after a step. Every field is finite.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CellEstimate {
    /// State of charge, within 0 to 1.
    pub soc: Ratio,
    /// One standard deviation of `soc`, within 0 to 1.
    pub soc_sigma: Ratio,
    /// Open-circuit voltage at `soc`.
    pub ocv: ElectricPotential,
    /// Terminal voltage that the model expected before it saw the measured one; the first voltage counts as expected.
    pub voltage_predicted: ElectricPotential,
    /// Measured minus predicted voltage; zero where no voltage was usable, and for the first one.
    pub innovation: ElectricPotential,
    /// Normalised innovation squared: 1 on average when the model is as good as it says. Zero where no voltage was
    /// usable, capped at 1e6.
    pub nis: f32,
    /// Whether the voltage was used.
    pub accepted: bool,
    /// For how long voltages have been refused without a break, as they contradict the model by more than
    /// [`EstimatorTuning::gate_hard_sigma`]; zero once one is used.
    pub refused_for: Time,
    /// Whether this step threw away what was believed of the SoC: voltages were refused for longer than
    /// [`EstimatorTuning::gate_patience_s`], the filter's numbers left their range, or the first voltage after a power
    /// cycle refuted what was remembered.
    pub restarted: bool,
    /// Estimated offset of the current sensor: measured minus true; discharge positive.
    pub current_bias: ElectricCurrent,
    /// Estimated factor on all resistances of the cell description.
    pub resistance_scale: f32,
}

/// The memory of the estimator of one cell.
///
/// The description of the cell and the tuning are given with each step, so that many estimators share one of each.
#[derive(Clone, Debug)]
pub struct CellEstimator {
    /// What is believed before the first usable voltage, and counts charge until then.
    believed: Option<ChargeCounter>,
    /// Absent until the first usable voltage.
    filter: Option<Ekf>,
    /// Whether `filter` is from before a power cycle, and no voltage has confirmed it yet.
    woken: bool,
    coasted: Coasted,
    current_a: f32,
    temperature_k: f32,
}

/// A sample with every value usable.
#[derive(Clone, Copy, Debug)]
struct Usable {
    current_a: f32,
    voltage_v: Option<f32>,
    dt_s: f32,
}

/// A step whose voltage is still to come.
#[derive(Clone, Copy, Debug)]
pub(super) struct PredictedStep {
    usable: Usable,
    voltage_dt_s: f32,
    soc_before: Option<f32>,
    /// Absent before the first voltage.
    pub(super) prediction: Option<Prediction>,
    /// SoC that was counted on to, absent where nothing is believed yet.
    pub(super) soc: Option<f32>,
    /// Change of SoC that was counted.
    pub(super) counted_soc: f32,
    /// Change of SoC that was counted since, where the second half comes in a later step.
    pub(super) later_soc: f32,
}

impl PredictedStep {
    /// The mean cell's voltage; zero before the first.
    pub(super) fn expected_v(&self) -> f32 {
        self.prediction
            .map_or(0.0, |prediction| prediction.voltage_v)
    }
}

/// Charge was only counted for no longer than this, in seconds: the shortest time constants of cells are seconds.
pub(super) const LONGEST_COAST_S: f32 = 0.1;

/// Time for which charge was only counted.
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

    /// The last step of it; gives mean current and time of all.
    fn end(&mut self, current_a: f32, dt_s: f32) -> (f32, f32) {
        if self.s <= 0.0 {
            return (current_a, dt_s);
        }
        self.add(current_a, dt_s);
        self.take().unwrap_or((current_a, dt_s))
    }

    /// Mean current and time of all; none where there is nothing.
    fn take(&mut self) -> Option<(f32, f32)> {
        let Self { charge_as, s } = core::mem::take(self);
        (s > 0.0).then(|| (charge_as / s, s))
    }
}

impl CellEstimator {
    /// An estimator before its first sample.
    #[must_use]
    pub const fn new(initial: InitialSoc) -> Self {
        let believed = match initial {
            InitialSoc::Prior(soc) => {
                let soc = math::clamp_or_low(units::to_ratio(soc), 0.0, 1.0);
                Some(ChargeCounter::new(soc))
            }
            InitialSoc::FromVoltage => None,
        };
        Self {
            believed,
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

    /// Takes one sample; `dt` is the time since the last one.
    ///
    /// Total: any bit pattern gives a finite estimate, for a cell and a tuning that pass their `validate`. A `dt` that
    /// is not finite or negative counts as zero. The first usable voltage sets the SoC together with what was believed;
    /// before it charge is counted from what was believed.
    #[must_use]
    pub fn step(
        &mut self,
        cell: &CellParameters<'_>,
        tuning: &EstimatorTuning,
        sample: &CellSample,
        dt: Time,
    ) -> CellEstimate {
        let (at, begun) = self.begin(cell, tuning, sample, dt, None);
        let voltage_v = begun.usable.voltage_v;
        self.finish(cell, &at, tuning, &begun, voltage_v, None).0
    }

    /// A step without a voltage, in which charge is counted and the rest is left to the next whole step, which comes after
    /// `longest_s` at the latest; gives SoC and the change that was counted. None, and nothing is done, where that time is
    /// over. Before the first voltage the SoC moves on from `soc`, as far as anything is believed of it.
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
            let Some(counter) = &mut self.believed else {
                return Some((soc, counted_soc));
            };
            counter.add(counted_soc);
            counter.clamp(0.0, 1.0);
            return Some(((soc + counted_soc).clamp(0.0, 1.0), counted_soc));
        };
        let counted_soc = filter.count(cell, usable.current_a, usable.dt_s);
        Some((filter.soc(), counted_soc))
    }

    /// The first half of a step that [`Self::coast`] has counted already, as of its end: to be called before the next one.
    ///
    /// `voltage_dt_s` is the time from the last voltage to that of the step.
    pub(super) fn catch_up<'a>(
        &mut self,
        cell: &CellParameters<'a>,
        tuning: &EstimatorTuning,
        voltage_dt_s: f32,
    ) -> (CellAtTemperature<'a>, PredictedStep) {
        let at = self.at(cell);
        let current_a = self.current_a;
        let coasted = self.coasted.take();
        let mut begun = PredictedStep {
            usable: Usable {
                current_a,
                voltage_v: None,
                dt_s: 0.0,
            },
            voltage_dt_s,
            soc_before: None,
            prediction: None,
            soc: self.believed.map(ChargeCounter::soc),
            counted_soc: 0.0,
            later_soc: 0.0,
        };
        if let Some(filter) = &mut self.filter {
            if let Some((mean_a, since_s)) = coasted {
                filter.propagate(cell, &at, tuning, mean_a, since_s);
            }
            begun.soc_before = Some(filter.soc());
            begun.soc = begun.soc_before;
            begun.prediction = Some(filter.predict_voltage(&at, tuning, current_a, voltage_dt_s));
        }
        (at, begun)
    }

    /// The cell at the last temperature.
    pub(super) fn at<'a>(&self, cell: &CellParameters<'a>) -> CellAtTemperature<'a> {
        CellAtTemperature::new(cell, self.temperature_k)
    }

    /// What has to be searched before [`Self::finish`] can take in this voltage.
    pub(super) fn search(
        &self,
        at: &CellAtTemperature<'_>,
        begun: &PredictedStep,
        voltage_v: Option<f32>,
    ) -> Option<SocGridSearch> {
        let first = self.woken || self.filter.is_none() || begun.prediction.is_none();
        (first && voltage_v.is_some()).then(|| {
            let believed = self.believed.map(ChargeCounter::soc);
            SocGridSearch::new(believed, voltage_v, begun.usable.current_a, at)
        })
    }

    /// The first half of a step: moves on to the end of the interval and tells what voltage is expected there, for a
    /// pack that asks before it says what the voltage is. The voltage in `sample` has no meaning here.
    ///
    /// `voltage_dt` is the time since the last voltage, where that is not `dt`.
    pub(super) fn begin<'a>(
        &mut self,
        cell: &CellParameters<'a>,
        tuning: &EstimatorTuning,
        sample: &CellSample,
        dt: Time,
        voltage_dt: Option<Time>,
    ) -> (CellAtTemperature<'a>, PredictedStep) {
        let usable = self.usable(cell, sample, dt);
        let voltage_dt_s = voltage_dt.map_or(usable.dt_s, |dt| usable_s(dt).max(usable.dt_s));
        let at = self.at(cell);
        let mut begun = PredictedStep {
            usable,
            voltage_dt_s,
            soc_before: None,
            prediction: None,
            soc: self.believed.map(ChargeCounter::soc),
            counted_soc: usable.counted_soc(cell),
            later_soc: 0.0,
        };
        let Some(filter) = &mut self.filter else {
            self.coasted = Coasted::default();
            return (at, begun);
        };
        begun.soc_before = Some(filter.soc());
        begun.counted_soc = filter.count(cell, usable.current_a, usable.dt_s);
        let (mean_a, since_s) = self.coasted.end(usable.current_a, usable.dt_s);
        filter.propagate(cell, &at, tuning, mean_a, since_s);
        begun.prediction =
            Some(filter.predict_voltage(&at, tuning, usable.current_a, voltage_dt_s));
        begun.soc = Some(filter.soc());
        (at, begun)
    }

    /// The second half of a step: takes in a usable voltage, if there is one; returns also what is left unexplained of it,
    /// in volts. `search` is what [`Self::search`] asked for, at its end; it is made up for where it is absent.
    pub(super) fn finish(
        &mut self,
        cell: &CellParameters<'_>,
        at: &CellAtTemperature<'_>,
        tuning: &EstimatorTuning,
        begun: &PredictedStep,
        voltage_v: Option<f32>,
        search: Option<SocGridSearch>,
    ) -> (CellEstimate, f32) {
        let begun = PredictedStep {
            usable: Usable {
                voltage_v,
                ..begun.usable
            },
            ..*begun
        };
        let of = SocGrid {
            at,
            tuning,
            capacity_ah: units::to_amp_hours(cell.capacity),
        };
        let (Some(mut filter), Some(prediction)) = (self.filter.take(), &begun.prediction) else {
            return (self.first_step(cell, &of, &begun, search), 0.0);
        };
        if let (Some(voltage_v), true) = (voltage_v, self.woken) {
            self.woken = false;
            let current_a = begun.usable.current_a;
            let search = search.unwrap_or_else(|| {
                SocGridSearch::new(None, Some(voltage_v), current_a, at).to_its_end(&of)
            });
            if is_refuted(&filter, prediction, voltage_v, &search) {
                let estimate = self.first_step(cell, &of, &begun, Some(search));
                return (estimate.as_restarted(), 0.0);
            }
        }
        let seen = match voltage_v {
            Some(voltage_v) => filter.correct(prediction, tuning, voltage_v, begun.voltage_dt_s),
            None => Correction::nothing(prediction.voltage_v),
        };
        if !(filter.is_finite() && seen.predicted_v.is_finite()) {
            // No input is known to lead here; if one does, only the SoC is kept.
            self.believed = begun.soc_before.map(ChargeCounter::new);
            let estimate = self.first_step(cell, &of, &begun, None);
            return (estimate.as_restarted(), 0.0);
        }
        let estimate = estimate(&filter, at, &seen);
        self.filter = Some(filter);
        (estimate, seen.residual_v)
    }

    /// Whether a voltage has told the SoC yet.
    pub(super) const fn is_known(&self) -> bool {
        self.filter.is_some()
    }

    /// From now on the mean cell is another one, with this much more SoC and this many times the resistance.
    pub(super) fn shift_cell(&mut self, soc: f32, resistance_factor: f32) {
        if let Some(filter) = &mut self.filter {
            filter.shift_cell(soc, resistance_factor);
        }
    }

    /// A step without a filter: the first usable voltage starts one.
    fn first_step(
        &mut self,
        cell: &CellParameters<'_>,
        of: &SocGrid<'_, '_>,
        begun: &PredictedStep,
        search: Option<SocGridSearch>,
    ) -> CellEstimate {
        let usable = begun.usable;
        if let Some(counter) = &mut self.believed {
            counter.add(usable.counted_soc(cell));
            counter.clamp(0.0, 1.0);
        }
        let believed = self.believed.map(ChargeCounter::soc);
        let search = search.unwrap_or_else(|| {
            SocGridSearch::new(believed, usable.voltage_v, usable.current_a, of.at).to_its_end(of)
        });
        let mut filter = search.filter(of);
        filter.shift_cell(begun.later_soc, 1.0);
        let Some(voltage_v) = usable.voltage_v else {
            let expected = filter.predict_voltage(of.at, of.tuning, usable.current_a, usable.dt_s);
            return estimate(&filter, of.at, &Correction::nothing(expected.voltage_v));
        };
        let seen = Correction {
            accepted: true,
            ..Correction::nothing(voltage_v)
        };
        let estimate = estimate(&filter, of.at, &seen);
        self.filter = Some(filter);
        estimate
    }

    /// Holds every reading within what can be believed, and keeps the last good current and temperature.
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
    /// The same, where it threw away what was believed before.
    pub(super) fn as_restarted(self) -> Self {
        Self {
            restarted: true,
            ..self
        }
    }
}

/// A time step in seconds; zero for one that cannot be.
pub(super) fn usable_s(dt: Time) -> f32 {
    let dt_s = units::to_seconds(dt);
    if dt_s.is_finite() {
        dt_s.clamp(0.0, LONGEST_STEP_S)
    } else {
        0.0
    }
}

/// The filter's state after one step, as quantities.
fn estimate(filter: &Ekf, at: &CellAtTemperature<'_>, seen: &Correction) -> CellEstimate {
    let soc = filter.soc().clamp(0.0, 1.0);
    CellEstimate {
        soc: units::ratio(soc),
        soc_sigma: units::ratio(filter.soc_sigma().min(1.0)),
        ocv: units::volts(at.ocv.voltage_v(soc)),
        voltage_predicted: units::volts(seen.predicted_v),
        innovation: units::volts(seen.innovation_v),
        nis: seen.nis.min(1e6),
        accepted: seen.accepted,
        refused_for: units::seconds(filter.refused_s()),
        restarted: seen.restarted,
        current_bias: units::amperes(filter.bias_a()),
        resistance_scale: filter.resistance_scale(),
    }
}
