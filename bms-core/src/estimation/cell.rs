//! The estimator of one cell.

mod kept;

use super::charge::ChargeCounter;
use super::ekf::{Correction, Ekf, Prediction, resting_voltage_error_v};
use super::tuning::EstimatorTuning;
use crate::cell::{CellAtTemperature, CellParameters, MAX_BRANCHES};
use crate::math;
use crate::units::{
    self, ElectricCurrent, ElectricPotential, Ratio, ThermodynamicTemperature, Time,
};
use kept::is_refuted;

/// Points of the search for the first state of charge.
const FIRST_SOC_POINTS: u16 = 101;

/// Error of a single voltage reading, in volts.
///
/// The noise that the tuning gives stands for model errors that last over many samples, and is larger.
const FIRST_VOLTAGE_ERROR_V: f32 = 0.005;

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
    Believed(Ratio),
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
pub(super) struct Begun<'a> {
    pub(super) at: CellAtTemperature<'a>,
    usable: Usable,
    voltage_dt_s: f32,
    soc_before: Option<f32>,
    /// Absent before the first voltage.
    pub(super) prediction: Option<Prediction>,
    /// SoC that was counted on to, absent where nothing is believed yet.
    pub(super) soc: Option<f32>,
    /// Change of SoC that was counted.
    pub(super) counted_soc: f32,
}

/// Charge was only counted for no longer than this, in seconds: the shortest time constants of cells are seconds.
const LONGEST_COAST_S: f32 = 0.1;

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
        let Self { charge_as, s } = core::mem::take(self);
        (charge_as / s, s)
    }
}

impl CellEstimator {
    /// An estimator before its first sample.
    #[must_use]
    pub const fn new(initial: InitialSoc) -> Self {
        let believed = match initial {
            InitialSoc::Believed(soc) => {
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
        let begun = self.begin(cell, tuning, sample, dt, None);
        let voltage_v = begun.usable.voltage_v;
        self.finish(cell, tuning, &begun, voltage_v).0
    }

    /// A step without a voltage, in which charge is counted and the rest is left to the next whole step; gives SoC and
    /// the change that was counted. None, and nothing is done, where there is no filter yet or the last whole step is
    /// [`LONGEST_COAST_S`] ago.
    pub(super) fn coast(
        &mut self,
        cell: &CellParameters<'_>,
        sample: &CellSample,
        dt: Time,
    ) -> Option<(f32, f32)> {
        if self.filter.is_none() || self.coasted.s + usable_s(dt) > LONGEST_COAST_S {
            return None;
        }
        let usable = self.usable(cell, sample, dt);
        let filter = self.filter.as_mut()?;
        let counted_soc = filter.count(cell, usable.current_a, usable.dt_s);
        self.coasted.add(usable.current_a, usable.dt_s);
        Some((filter.soc(), counted_soc))
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
    ) -> Begun<'a> {
        let usable = self.usable(cell, sample, dt);
        let voltage_dt_s = voltage_dt.map_or(usable.dt_s, |dt| usable_s(dt).max(usable.dt_s));
        let at = CellAtTemperature::new(cell, self.temperature_k);
        let Some(filter) = &mut self.filter else {
            return Begun {
                at,
                usable,
                voltage_dt_s,
                soc_before: None,
                prediction: None,
                soc: self.believed.map(ChargeCounter::soc),
                counted_soc: -usable.current_a * usable.dt_s / units::to_coulombs(cell.capacity),
            };
        };
        let soc_before = Some(filter.soc());
        let counted_soc = filter.count(cell, usable.current_a, usable.dt_s);
        let (mean_a, since_s) = self.coasted.end(usable.current_a, usable.dt_s);
        filter.propagate(cell, &at, tuning, mean_a, since_s);
        Begun {
            at,
            usable,
            voltage_dt_s,
            soc_before,
            prediction: Some(filter.predict_voltage(&at, tuning, usable.current_a, voltage_dt_s)),
            soc: Some(filter.soc()),
            counted_soc,
        }
    }

    /// The second half of a step: takes in a usable voltage, if there is one; returns also what is left unexplained of it,
    /// in volts.
    pub(super) fn finish(
        &mut self,
        cell: &CellParameters<'_>,
        tuning: &EstimatorTuning,
        begun: &Begun<'_>,
        voltage_v: Option<f32>,
    ) -> (CellEstimate, f32) {
        let usable = Usable {
            voltage_v,
            ..begun.usable
        };
        let (Some(mut filter), Some(prediction)) = (self.filter.take(), &begun.prediction) else {
            return (self.first_step(cell, &begun.at, tuning, usable), 0.0);
        };
        if let (Some(voltage_v), true) = (voltage_v, self.woken) {
            self.woken = false;
            let capacity_ah = units::to_amp_hours(cell.capacity);
            let measured = (voltage_v, usable.current_a);
            if is_refuted(
                &filter,
                &begun.at,
                tuning,
                prediction,
                measured,
                capacity_ah,
            ) {
                let estimate = self.first_step(cell, &begun.at, tuning, usable);
                return (
                    CellEstimate {
                        restarted: true,
                        ..estimate
                    },
                    0.0,
                );
            }
        }
        let seen = match voltage_v {
            Some(voltage_v) => filter.correct(prediction, tuning, voltage_v, begun.voltage_dt_s),
            None => Correction::nothing(prediction.voltage_v),
        };
        if !(filter.is_finite() && seen.predicted_v.is_finite()) {
            // No input is known to lead here; if one does, only the SoC is kept.
            self.believed = begun.soc_before.map(ChargeCounter::new);
            let estimate = self.first_step(cell, &begun.at, tuning, usable);
            return (
                CellEstimate {
                    restarted: true,
                    ..estimate
                },
                0.0,
            );
        }
        let estimate = estimate(&filter, &begun.at, &seen);
        self.filter = Some(filter);
        (estimate, seen.residual_v)
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
        at: &CellAtTemperature<'_>,
        tuning: &EstimatorTuning,
        usable: Usable,
    ) -> CellEstimate {
        if let Some(counter) = &mut self.believed {
            counter.add(-usable.current_a * usable.dt_s / units::to_coulombs(cell.capacity));
            counter.clamp(0.0, 1.0);
        }
        let believed = self.believed.map(ChargeCounter::soc);
        let capacity_ah = units::to_amp_hours(cell.capacity);
        let filter = first_filter(believed, at, tuning, capacity_ah, usable);
        let expected = filter.predict_voltage(at, tuning, usable.current_a, usable.dt_s);
        let Some(voltage_v) = usable.voltage_v else {
            return estimate(&filter, at, &Correction::nothing(expected.voltage_v));
        };
        let seen = Correction {
            accepted: true,
            ..Correction::nothing(voltage_v)
        };
        let estimate = estimate(&filter, at, &seen);
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

/// The filter after the first sample: a search over the whole range of SoC, since a flat or bent OCV curve has no
/// useful slope to start from.
fn first_filter(
    believed: Option<f32>,
    at: &CellAtTemperature<'_>,
    tuning: &EstimatorTuning,
    capacity_ah: f32,
    usable: Usable,
) -> Ekf {
    let cost = |soc: f32| {
        let prior = believed.map_or(0.0, |mean| (soc - mean) / tuning.initial_soc_sigma);
        let voltage = usable.voltage_v.map_or(0.0, |voltage_v| {
            let (expected_v, sigma_v) =
                first_voltage(at, tuning, capacity_ah, soc, usable.current_a);
            (voltage_v - expected_v) / sigma_v
        });
        0.5 * (prior * prior + voltage * voltage)
    };
    let last = f32::from(FIRST_SOC_POINTS - 1);
    let points = || (0..FIRST_SOC_POINTS).map(|index| f32::from(index) / last);
    let mut costs = [0.0; FIRST_SOC_POINTS as usize];
    for (place, soc) in costs.iter_mut().zip(points()) {
        *place = cost(soc);
    }
    let least = costs.into_iter().fold(f32::MAX, f32::min);
    let (mut weight, mut first, mut second) = (0.0, 0.0, 0.0);
    for (soc, cost) in points().zip(costs) {
        let share = math::exp(least - cost);
        weight += share;
        first += share * soc;
        second += share * soc * soc;
    }
    let mean = first / weight;
    // The grid's own width is part of what is not known.
    let variance = (second / weight - mean * mean).max(0.0) + 1.0 / (last * last);
    let mut filter = Ekf::new(at, tuning, capacity_ah, mean, math::sqrt(variance));
    if let Some(voltage_v) = usable.voltage_v {
        let (_, sigma_v) = first_voltage(at, tuning, capacity_ah, mean, usable.current_a);
        let least_v2 = FIRST_VOLTAGE_ERROR_V * FIRST_VOLTAGE_ERROR_V;
        filter.tie_to_first_voltage(
            at,
            tuning,
            usable.current_a,
            voltage_v,
            (sigma_v * sigma_v, least_v2),
        );
    }
    filter
}

/// The first voltage expected at `soc`, and its standard deviation for a cell of unknown history.
fn first_voltage(
    at: &CellAtTemperature<'_>,
    tuning: &EstimatorTuning,
    capacity_ah: f32,
    soc: f32,
    current_a: f32,
) -> (f32, f32) {
    let elements = at.elements(soc, current_a);
    let drop_v = elements
        .polarisation(at.knee_a, current_a, &[0.0; MAX_BRANCHES])
        .drop_v;
    let history_a = tuning.initial_branch_c_rate * capacity_ah + 0.3 * current_a.abs();
    let history_v = elements.branch_ohm.iter().sum::<f32>() * history_a;
    let parts = [
        FIRST_VOLTAGE_ERROR_V,
        resting_voltage_error_v(at, tuning, soc),
        tuning.initial_hysteresis_sigma * elements.hysteresis_v,
        2.0 * tuning.resistance_scale_sigma * drop_v,
        history_v,
    ];
    (
        at.ocv.voltage_v(soc) - drop_v,
        math::sqrt(parts.iter().map(|part| part * part).sum()),
    )
}
