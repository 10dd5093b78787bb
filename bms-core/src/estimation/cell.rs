//! The estimator of one cell.

use crate::cell::CellParameters;
use crate::units::{
    self, ElectricCurrent, ElectricPotential, Ratio, ThermodynamicTemperature, Time,
};

/// What was measured on the cell over one interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellSample {
    /// Mean current over the interval that ends now; discharge positive.
    pub current: ElectricCurrent,
    /// Terminal voltage at the end of the interval.
    pub voltage: ElectricPotential,
    /// Temperature of the cell's surface.
    pub temperature: ThermodynamicTemperature,
}

/// What is believed of the state of charge before the first sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InitialSoc {
    /// Nothing: the first voltage decides.
    FromVoltage,
    /// A value from a counter, a driver or a memory; a contradicting first voltage overrules it.
    Believed(Ratio),
}

/// How much the estimator trusts its model and its sensors. One set serves all cells and conditions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EstimatorTuning {
    /// One standard deviation of a believed initial SoC.
    pub initial_soc_sigma: f32,
}

impl Default for EstimatorTuning {
    fn default() -> Self {
        Self {
            initial_soc_sigma: 0.2,
        }
    }
}

/// The state of one cell as estimated after a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellEstimate {
    /// State of charge, within 0 to 1.
    pub soc: Ratio,
    /// One standard deviation of `soc`.
    pub soc_sigma: Ratio,
    /// Open-circuit voltage at `soc`.
    pub ocv: ElectricPotential,
    /// Terminal voltage that the model expected before it saw the measured one.
    pub voltage_predicted: ElectricPotential,
    /// Measured minus predicted voltage; zero where no voltage was usable.
    pub innovation: ElectricPotential,
    /// Normalised innovation squared: 1 on average when the model is as good as it says.
    pub nis: f32,
    /// Whether the voltage was used.
    pub accepted: bool,
    /// Estimated offset of the current sensor: measured minus true; discharge positive.
    pub current_bias: ElectricCurrent,
    /// Estimated factor on all resistances of the cell description.
    pub resistance_scale: f32,
}

/// The memory of the estimator of one cell.
#[derive(Clone, Debug)]
pub struct CellEstimator {
    soc: f32,
}

impl CellEstimator {
    /// An estimator before its first sample.
    #[must_use]
    pub fn new(_cell: &CellParameters<'_>, _tuning: &EstimatorTuning, initial: InitialSoc) -> Self {
        Self {
            soc: match initial {
                InitialSoc::FromVoltage => 0.5,
                InitialSoc::Believed(soc) => units::to_ratio(soc),
            },
        }
    }

    /// Takes one sample; `dt` is the time since the last one. Total: any bit pattern gives a finite estimate.
    #[must_use]
    pub fn step(
        &mut self,
        cell: &CellParameters<'_>,
        _tuning: &EstimatorTuning,
        sample: &CellSample,
        dt: Time,
    ) -> CellEstimate {
        self.soc -= units::to_amperes(sample.current) * units::to_seconds(dt)
            / units::to_coulombs(cell.capacity);
        CellEstimate {
            soc: units::ratio(self.soc.clamp(0.0, 1.0)),
            soc_sigma: units::ratio(1.0),
            ocv: sample.voltage,
            voltage_predicted: sample.voltage,
            innovation: units::volts(0.0),
            nis: 0.0,
            accepted: true,
            current_bias: units::amperes(0.0),
            resistance_scale: 1.0,
        }
    }
}
