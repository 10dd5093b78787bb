//! State of health: capacity from rest to rest, resistance from the filter.

use super::capacity::CapacityEstimator;
use super::charge::ChargeCounter;
use super::saved::{SavedCapacity, SleepTime};
use super::tuning::CapacityTuning;
use crate::cell::CellParameters;
use crate::units::{self, Ratio, coulombs, ratio, to_coulombs, to_ratio};

/// State of health of the mean cell, relative to the new cell.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct HealthEstimate {
    /// Capacity over that of the cell's description, within 0.2 to 1.5; 1 until the first swing.
    pub capacity: Ratio,
    /// One standard deviation of `capacity`.
    pub capacity_sigma: Ratio,
    /// Resistance over that of the cell's description, within 0.3 to 4.
    pub resistance: Ratio,
}

/// State of the capacity estimate, with the charge counted since the last rest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Health {
    pub(crate) capacity: CapacityEstimator,
    /// Discharged since the last anchor, as a share of the nominal capacity.
    discharged: ChargeCounter,
    /// Whether the present rest has been an anchor.
    anchored: bool,
}

/// One tick of the mean cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HealthSample {
    /// `None` without a current sensor: the charge is not known then.
    pub(crate) current_a: Option<f32>,
    pub(crate) dt_s: f32,
    /// Whether the battery has rested for long enough.
    pub(crate) rested: bool,
    /// Mean voltage and temperature; `None` unless the voltages are new.
    pub(crate) new_voltage: Option<(f32, f32)>,
}

impl Health {
    pub(crate) const fn new() -> Self {
        Self {
            capacity: CapacityEstimator::new(),
            discharged: ChargeCounter::new(0.0),
            anchored: false,
        }
    }

    pub(crate) fn saved(&self) -> SavedCapacity {
        SavedCapacity {
            discharged: self.discharged.raw(),
            ..self.capacity.saved()
        }
    }

    /// Continues from a saved state. A swing continues over a sleep of known length, in which no charge can have gone
    /// uncounted, and ends with one of unknown length.
    pub(crate) fn restored(saved: &SavedCapacity, asleep: SleepTime) -> Self {
        Self {
            capacity: CapacityEstimator::restored(saved, !asleep.known),
            discharged: ChargeCounter::from_raw(if asleep.known { saved.discharged } else { 0 }),
            anchored: false,
        }
    }

    pub(crate) fn tick(
        &mut self,
        cell: &CellParameters<'_>,
        tuning: &CapacityTuning,
        sample: &HealthSample,
    ) {
        let Some(current_a) = sample.current_a else {
            // Charge goes uncounted, which ends the swing.
            self.anchor(cell, tuning, (f32::NAN, f32::NAN), f32::NAN);
            return;
        };
        self.discharged
            .add(current_a * sample.dt_s / to_coulombs(cell.capacity));
        if !sample.rested {
            self.anchored = false;
            return;
        }
        let Some((mean_v, mean_k)) = sample.new_voltage.filter(|_| !self.anchored) else {
            return;
        };
        self.anchored = true;
        let discharged_as = self.discharged.soc() * to_coulombs(cell.capacity);
        self.anchor(
            cell,
            tuning,
            rested_soc(cell, mean_v, mean_k),
            discharged_as,
        );
    }

    #[inline(never)]
    fn anchor(
        &mut self,
        cell: &CellParameters<'_>,
        tuning: &CapacityTuning,
        (soc, sigma): (f32, f32),
        discharged_as: f32,
    ) {
        self.discharged = ChargeCounter::new(0.0);
        self.capacity.anchor(
            tuning,
            cell.capacity,
            ratio(soc),
            ratio(sigma),
            coulombs(discharged_as),
        );
    }

    pub(crate) fn estimate(&self, resistance: f32) -> HealthEstimate {
        HealthEstimate {
            capacity: self.capacity.scale(),
            capacity_sigma: self.capacity.sigma(),
            resistance: ratio(resistance),
        }
    }
}

/// State of charge at a rested voltage, and its standard deviation by hysteresis and error of the cell's description.
fn rested_soc(cell: &CellParameters<'_>, mean_v: f32, mean_k: f32) -> (f32, f32) {
    let largest = |values: &[f32]| values.iter().copied().fold(0.0, f32::max);
    let unknown_v = largest(cell.hysteresis_v) + largest(cell.voltage_error_v);
    let at =
        |voltage_v: f32| to_ratio(cell.soc_at_ocv(units::volts(voltage_v), units::kelvin(mean_k)));
    let (low, high) = (at(mean_v - unknown_v), at(mean_v + unknown_v));
    (at(mean_v), 0.5 * (high - low))
}
