//! The cell description, its checks, and the estimators of one cell and of a pack.

use bms_core::cell::CellParameters;
use bms_core::estimation::{
    CellDelta, CellEstimator, CellSample, DeltaTuning, EstimatorTuning, InitialSoc, PackEstimator,
    PackSample,
};
use bms_core::units;

use crate::unknown::{any_like, count, keep, number, table};

pub(crate) fn exercise() {
    let cell = cell();
    keep(cell.validate());
    keep(cell.ocv(units::ratio(number()), units::kelvin(number())));
    keep(cell.soc_at_ocv(units::volts(number()), units::kelvin(number())));
    let tuning = any_like(EstimatorTuning::default());
    keep(tuning.validate());
    let initial = match count() {
        0 => InitialSoc::FromVoltage,
        _ => InitialSoc::Prior(units::ratio(number())),
    };
    let mut estimator = CellEstimator::new(initial);
    for _ in 0..count() {
        keep(estimator.step(&cell, &tuning, &sample(), units::seconds(number())));
    }
    keep(estimator.clone());
    pack(&cell, &tuning, initial);
}

fn pack(cell: &CellParameters<'_>, tuning: &EstimatorTuning, initial: InitialSoc) {
    let pack = any_like(DeltaTuning::default());
    keep(pack.validate());
    let mut deltas = any_like([CellDelta::new(); 4]);
    let used = deltas.get_mut(..count()).unwrap_or_default();
    let mut estimator = PackEstimator::new(initial);
    for _ in 0..count() {
        let reading = sample();
        let sample = PackSample {
            current: reading.current,
            temperature: reading.temperature,
        };
        let voltage = |_| any_like(Some(number()));
        let dt = units::seconds(number());
        keep(estimator.step(cell, tuning, &pack, used, &sample, voltage, dt));
    }
    for difference in used.iter() {
        keep(estimator.cell_soc(difference));
        keep((
            difference.resistance_sigma(),
            difference.inverse_capacity_sigma(),
        ));
    }
    let ratio = || units::ratio(number());
    keep(CellDelta::remembered(ratio(), ratio(), ratio()));
}

/// Not validated: `step` is total for any tables.
fn cell() -> CellParameters<'static> {
    CellParameters {
        capacity: units::amp_hours(number()),
        voltage_min: units::volts(number()),
        voltage_max: units::volts(number()),
        ocv_soc: table(),
        ocv_temperature_k: table(),
        ocv_v: table(),
        soc: table(),
        temperature_k: table(),
        r0_ohm: table(),
        charge_transfer_discharge_ohm: table(),
        charge_transfer_charge_ohm: table(),
        knee_current_a: table(),
        branch_tau_s: table(),
        branch_ohm: table(),
        hysteresis_v: table(),
        hysteresis_soc: number(),
        activation_energy_j_per_mol: number(),
        voltage_error_v: table(),
    }
}

fn sample() -> CellSample {
    CellSample {
        current: units::amperes(number()),
        voltage: units::volts(number()),
        temperature: units::celsius(number()),
    }
}
