//! Laws of steps that are shorter than the time between voltages: what they add up to, and which step does what.

use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::config::presets::NMC_96S;
use crate::units::{amperes, celsius, ratio, seconds, to_amp_hours, to_ratio, to_volts};
use bms_bench::between;

const CELLS: usize = 40;
const STEP_S: f32 = 0.01;
/// A cell's resistance, near that of the description.
const OHM: f32 = 0.0008;

/// From -0.5 to 0.5, in `of` steps.
fn share(number: usize, of: usize) -> f32 {
    let small = |number| f32::from(u16::try_from(number).expect("a small number"));
    small(number % of) / small(of) - 0.5
}

/// A pack of cells that differ, and an estimator of it.
struct Bench {
    estimator: PackEstimator,
    deltas: [CellDelta; CELLS],
    soc: f32,
    step: usize,
    /// Whether every step does all of its own work.
    at_once: bool,
}

impl Bench {
    fn new(at_once: bool) -> Self {
        Self {
            estimator: PackEstimator::new(InitialSoc::FromVoltage),
            deltas: [CellDelta::new(); CELLS],
            soc: 0.6,
            step: 0,
            at_once,
        }
    }

    /// Terminal voltages: cells differ by up to 2 points, and each reading by a millivolt or so.
    fn voltages(&self, current_a: f32) -> [f32; CELLS] {
        core::array::from_fn(|cell| {
            let noise = share(self.step * 37 + cell * 101, 64);
            let share = share(cell * 7, CELLS);
            let ocv = NMC_96S
                .cell
                .ocv(ratio(self.soc + 0.04 * share), celsius(25.0));
            to_volts(ocv) - OHM * (1.0 + 0.1 * share) * current_a + 0.002 * noise
        })
    }

    /// One step of 10 ms at this current, with voltages or without.
    fn step(&mut self, current_a: f32, with_voltages: bool) -> PackEstimate {
        self.step += 1;
        self.soc -= current_a * STEP_S / (3600.0 * to_amp_hours(NMC_96S.cell.capacity));
        let voltages = self.voltages(current_a);
        self.step_with(current_a, with_voltages.then_some(voltages))
    }

    fn step_with(&mut self, current_a: f32, voltages: Option<[f32; CELLS]>) -> PackEstimate {
        let model = PackModel {
            cell: &NMC_96S.cell,
            tuning: &EstimatorTuning::DEFAULT,
            deltas: &DeltaTuning::DEFAULT,
        };
        let sample = PackSample {
            current: amperes(current_a),
            temperature: celsius(25.0),
        };
        self.estimator.had_voltages |= self.at_once;
        let voltage = voltages.map(|voltages| move |cell: usize| voltages.get(cell).copied());
        self.estimator
            .step_with(&model, &mut self.deltas, sample, voltage, seconds(STEP_S))
    }

    /// Until the first voltage is taken in, and some more.
    fn begun(at_once: bool) -> Self {
        let mut bench = Self::new(at_once);
        for step in 0..100 {
            let _ = bench.step(0.0, step % 25 == 0);
        }
        bench
    }

    fn cell_soc(&self, cell: usize) -> f32 {
        to_ratio(self.estimator.cell_soc(&self.deltas[cell]).soc)
    }
}

/// A current that changes now and then, in ampere.
fn currents() -> impl Strategy<Value = Vec<f32>> {
    prop::collection::vec(between(-80.0, 120.0), 8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn shared_work_adds_up_to_that_of_single_steps(period in 2..12_usize, currents in currents()) {
        let (mut shared, mut at_once) = (Bench::begun(false), Bench::begun(true));
        for (second, current_a) in currents.iter().enumerate() {
            for step in 0..100 {
                let with_voltages = (second * 100 + step).is_multiple_of(period);
                let a = shared.step(*current_a, with_voltages);
                let b = at_once.step(*current_a, with_voltages);
                prop_assert!((to_ratio(a.mean.soc) - to_ratio(b.mean.soc)).abs() < 2e-3);
            }
        }
        let (a, b) = (shared.step(0.0, false), at_once.step(0.0, false));
        prop_assert!(to_ratio(a.mean.soc_sigma) < 1.1 * to_ratio(b.mean.soc_sigma));
        prop_assert!(to_ratio(b.mean.soc_sigma) < 1.1 * to_ratio(a.mean.soc_sigma));
        for cell in 0..CELLS {
            prop_assert!((shared.cell_soc(cell) - at_once.cell_soc(cell)).abs() < 2e-3, "{cell}");
        }
    }

    #[test]
    fn a_step_with_voltages_does_not_propagate_the_deltas(
        period in 2..12_u32,
        current_a in between(-80.0, 120.0),
    ) {
        let mut bench = Bench::begun(false);
        let mut propagated = 0;
        for step in 0..400_u32 {
            let with_voltages = step.is_multiple_of(period);
            let was_due = bench.estimator.deltas.is_due();
            let _ = bench.step(current_a, with_voltages);
            let is_due = bench.estimator.deltas.is_due();
            prop_assert!(!was_due || is_due == with_voltages, "{step}");
            propagated += u32::from(was_due && !is_due);
        }
        prop_assert!(propagated >= 2);
    }

    #[test]
    fn every_set_of_voltages_is_used_in_its_step(gaps in prop::collection::vec(1..9_u32, 100)) {
        let mut bench = Bench::begun(false);
        for gap in gaps {
            for step in 0..gap {
                let estimate = bench.step(20.0, step == 0);
                prop_assert_eq!(estimate.voltages, if step == 0 { CELLS } else { 0 });
                prop_assert!((to_ratio(estimate.mean.soc) - bench.soc).abs() < 0.05);
            }
        }
    }
}

#[test]
fn voltages_of_each_step_are_used_there() {
    let mut bench = Bench::begun(false);
    for step in 0..50 {
        let estimate = bench.step(30.0, true);
        assert_eq!(estimate.voltages, CELLS, "{step}");
    }
}

#[test]
fn a_first_voltage_is_searched_over_several_steps() {
    let mut bench = Bench::new(false);
    let _ = bench.step(0.0, false);
    let mut first = None;
    for step in 0..40 {
        let estimate = bench.step(0.0, step % 5 == 0);
        if estimate.mean.accepted && first.is_none() {
            assert!((to_ratio(estimate.mean.soc) - bench.soc).abs() < 0.03);
            first = Some(step);
        }
    }
    // The step of the voltage, and four slices.
    assert_eq!(first, Some(4));
}

#[test]
fn voltages_that_contradict_the_model_are_refused_in_their_step() {
    let mut bench = Bench::begun(false);
    let mut refused = 0;
    for step in 0..200 {
        let with_voltages = step % 5 == 0;
        let estimate = bench.step_with(0.0, with_voltages.then_some([1.0; CELLS]));
        let refused_s = units::to_seconds(estimate.voltage_refused_for);
        refused += u32::from(with_voltages && refused_s > 0.0 && estimate.voltages == CELLS);
        assert!(refused_s > 0.0, "{step}");
    }
    assert_eq!(refused, 40);
}
