//! Parameters of a circuit, given directly or by a cell file.

use thiserror::Error;

use super::MAX_BRANCHES;
use super::maps::{ElementMaps, Elements};
use super::ocv::OcvTable;
use crate::cell::curve::Curve;
use crate::cell::physics::ZERO_CELSIUS_K;
use crate::cell::self_discharge::SelfDischarge;
use crate::cell_file::{Cell, CellFile};

/// Why a circuit is refused.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{field}: expected {expected}")]
pub struct CircuitError {
    /// The part of the circuit.
    pub field: String,
    /// The accepted values.
    pub expected: String,
}

impl CircuitError {
    pub(super) fn new(field: &str, expected: &str) -> Self {
        Self {
            field: field.to_owned(),
            expected: expected.to_owned(),
        }
    }
}

/// A kind of cell as an equivalent circuit, shared by all its cells.
#[derive(Clone, Debug, PartialEq)]
pub struct CircuitParameters {
    pub(super) capacity_ah: f64,
    pub(super) ocv: OcvTable,
    pub(super) maps: ElementMaps,
    pub(super) branch_tau_s: Vec<f64>,
    pub(super) hysteresis_soc: f64,
    pub(super) entropic_v_per_k: Curve,
    pub(super) self_discharge: SelfDischarge,
}

impl CircuitParameters {
    /// A circuit of this capacity with time constants `branch_tau_s` (positive, at most [`MAX_BRANCHES`]), without
    /// entropic heat or self-discharge and with a hysteresis that turns over a change of SoC of 0.01.
    pub fn new(
        capacity_ah: f64,
        ocv: OcvTable,
        maps: ElementMaps,
        branch_tau_s: Vec<f64>,
    ) -> Result<Self, CircuitError> {
        if !(capacity_ah > 0.0 && capacity_ah.is_finite()) {
            return Err(CircuitError::new(
                "capacity",
                "a positive number of ampere-hours",
            ));
        }
        let positive = branch_tau_s.iter().all(|tau| *tau > 0.0 && tau.is_finite());
        if branch_tau_s.len() > MAX_BRANCHES || !positive {
            let what = format!("at most {MAX_BRANCHES} positive time constants");
            return Err(CircuitError::new("branches", &what));
        }
        Ok(Self {
            capacity_ah,
            ocv,
            maps,
            branch_tau_s,
            hysteresis_soc: 0.01,
            entropic_v_per_k: Curve::constant(0.0),
            self_discharge: SelfDischarge::none(),
        })
    }

    /// The change of SoC, positive, over which hysteresis turns by a factor e.
    #[must_use]
    pub fn with_hysteresis_soc(mut self, change: f64) -> Self {
        self.hysteresis_soc = change.max(1e-6);
        self
    }

    /// Change of OCV with temperature over SoC, for the reversible heat only; the OCV follows temperature by its own
    /// table.
    #[must_use]
    pub fn with_entropic(mut self, entropic_v_per_k: Curve) -> Self {
        self.entropic_v_per_k = entropic_v_per_k;
        self
    }

    /// Charge that leaks within the cell.
    #[must_use]
    pub fn with_self_discharge(mut self, self_discharge: SelfDischarge) -> Self {
        self.self_discharge = self_discharge;
        self
    }

    /// Capacity of a new cell in ampere-hours.
    #[must_use]
    pub fn capacity_ah(&self) -> f64 {
        self.capacity_ah
    }

    /// Time constants of the branches in seconds.
    #[must_use]
    pub fn branch_tau_s(&self) -> &[f64] {
        &self.branch_tau_s
    }

    /// OCV, and the elements for discharge and for charge, at a SoC and a temperature.
    #[must_use]
    pub fn at(&self, soc: f64, temperature_k: f64) -> (f64, [Elements; 2]) {
        let (ocv_v, _) = self
            .ocv
            .interpolate(self.ocv.rows(temperature_k), soc, &mut 0);
        let weights = self.maps.weights(temperature_k);
        (ocv_v, self.maps.interpolate(&weights, soc, &mut 0))
    }

    /// The circuit of a cell file, after validation.
    pub fn from_cell_file(file: &CellFile) -> Result<Self, CircuitError> {
        let cell = Cell::from(file);
        cell.parameters()
            .validate()
            .map_err(|error| CircuitError::new(error.field.name(), &error.to_string()))?;
        let wide = |values: &[f32]| values.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
        let kelvin = |degc: &[f32]| {
            degc.iter()
                .map(|t| f64::from(*t) + ZERO_CELSIUS_K)
                .collect::<Vec<_>>()
        };
        let rows: Vec<Vec<f64>> = file.ocv.voltage_v.iter().map(|row| wide(row)).collect();
        let ocv = OcvTable::new(
            wide(&file.ocv.soc),
            kelvin(&file.ocv.temperature_degc),
            &rows,
        )?;
        let circuit = &file.circuit;
        let elements = |transfer: &[Vec<f32>]| -> Vec<Elements> {
            let mut all = Vec::new();
            for (row, transfer) in transfer.iter().enumerate() {
                for (column, transfer_ohm) in transfer.iter().enumerate() {
                    let mut branch_ohm = [0.0; MAX_BRANCHES];
                    for (ohm, branch) in branch_ohm.iter_mut().zip(&circuit.branch) {
                        *ohm = f64::from(branch.r_ohm[row][column]);
                    }
                    all.push(Elements {
                        r0_ohm: f64::from(circuit.r0_ohm[row][column]),
                        charge_transfer_ohm: f64::from(*transfer_ohm),
                        branch_ohm,
                        hysteresis_v: f64::from(circuit.hysteresis_v[row][column]),
                    });
                }
            }
            all
        };
        let maps = ElementMaps::new(
            wide(&circuit.soc),
            kelvin(&circuit.temperature_degc),
            f64::from(circuit.activation_energy_j_per_mol),
            wide(&circuit.knee_current_a),
            elements(&circuit.charge_transfer_discharge_ohm),
            elements(&circuit.charge_transfer_charge_ohm),
        )?;
        let tau_s = circuit.branch.iter().map(|b| f64::from(b.tau_s)).collect();
        let parameters = Self::new(f64::from(file.capacity_ah), ocv, maps, tau_s)?;
        Ok(parameters.with_hysteresis_soc(f64::from(circuit.hysteresis_soc)))
    }
}
