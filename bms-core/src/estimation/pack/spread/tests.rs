//! Laws about work that is spread: what it comes to, how much of it a step does, and when it is not put off.

use core::cell::Cell;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::common::between;
use crate::config::presets::NMC_96S;
use crate::estimation::{DeltaTuning, EstimatorTuning, InitialSoc};
use crate::units::{amperes, celsius, ratio, seconds, to_amp_hours, to_ratio, to_volts};

const CELLS: usize = 40;
const STEP_S: f32 = 0.01;
/// A cell's resistance, as good as that of the description.
const OHM: f32 = 0.0008;

/// What a step finds, and how often it asks.
struct Shown<'v> {
    now: Option<&'v [f32; CELLS]>,
    last: &'v [f32; CELLS],
    came_before: bool,
    asked_new: Cell<usize>,
    asked_kept: Cell<usize>,
}

impl CellVoltages for Shown<'_> {
    fn any(&self) -> bool {
        self.now.is_some()
    }

    fn arrived(&self, cell: usize) -> Option<f32> {
        self.asked_new.set(self.asked_new.get() + 1);
        self.now?.get(cell).copied()
    }

    fn came_before(&self, cell: usize) -> bool {
        self.came_before && cell < CELLS
    }

    fn kept(&self, cell: usize) -> Option<f32> {
        self.asked_kept.set(self.asked_kept.get() + 1);
        self.last.get(cell).copied()
    }
}

/// From -0.5 to 0.5, in so many steps.
fn share(number: usize, of: usize) -> f32 {
    let small = |number| f32::from(u16::try_from(number).expect("a small number"));
    small(number % of) / small(of) - 0.5
}

/// A pack of cells that differ, and an estimator of it.
struct Bench {
    estimator: PackEstimator,
    deltas: [CellDelta; CELLS],
    soc: f32,
    seen: [f32; CELLS],
    came_before: bool,
    step: usize,
    /// Voltages that the last step asked for: new ones, and kept ones.
    asked: (usize, usize),
}

impl Bench {
    fn new() -> Self {
        Self {
            estimator: PackEstimator::new(InitialSoc::FromVoltage),
            deltas: [CellDelta::new(); CELLS],
            soc: 0.6,
            seen: [f32::NAN; CELLS],
            came_before: false,
            step: 0,
            asked: (0, 0),
        }
    }

    fn given() -> Given<'static, 'static> {
        const TUNING: &EstimatorTuning = &EstimatorTuning::DEFAULT;
        const PACK: &DeltaTuning = &DeltaTuning::DEFAULT;
        Given {
            cell: &NMC_96S.cell,
            tuning: TUNING,
            pack: PACK,
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
    fn step(&mut self, current_a: f32, told: bool, spread: bool) -> PackEstimate {
        self.step += 1;
        self.soc -= current_a * STEP_S / (3600.0 * to_amp_hours(NMC_96S.cell.capacity));
        let voltages = self.voltages(current_a);
        if told {
            self.seen = voltages;
        }
        self.show(current_a, told.then_some(voltages), spread)
    }

    fn show(&mut self, current_a: f32, now: Option<[f32; CELLS]>, spread: bool) -> PackEstimate {
        let given = Self::given();
        let sample = PackSample {
            current: amperes(current_a),
            temperature: celsius(25.0),
        };
        let shown = Shown {
            now: now.as_ref(),
            last: &self.seen,
            came_before: core::mem::replace(&mut self.came_before, now.is_some()),
            asked_new: Cell::new(0),
            asked_kept: Cell::new(0),
        };
        let (deltas, dt) = (&mut self.deltas, seconds(STEP_S));
        let estimate = if spread {
            let estimator = &mut self.estimator;
            estimator.step_spread(&given, deltas, sample, &shown, dt)
        } else {
            let Given { cell, tuning, pack } = given;
            let voltage = |cell| shown.arrived(cell);
            self.estimator
                .step(cell, tuning, pack, deltas, &sample, voltage, dt)
        };
        self.asked = (shown.asked_new.get(), shown.asked_kept.get());
        estimate
    }

    /// Until the first voltage is taken in, and some more.
    fn begun(spread: bool) -> Self {
        let mut bench = Self::new();
        for step in 0..100 {
            let _ = bench.step(0.0, step % 25 == 0, spread);
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
    fn spread_work_comes_to_what_work_at_once_does(sampling in 2..12_usize, currents in currents()) {
        let (mut spread, mut at_once) = (Bench::begun(true), Bench::begun(false));
        for (second, current_a) in currents.iter().enumerate() {
            for step in 0..100 {
                let told = (second * 100 + step).is_multiple_of(sampling);
                let late = spread.step(*current_a, told, true);
                let early = at_once.step(*current_a, told, false);
                prop_assert!((to_ratio(late.mean.soc) - to_ratio(early.mean.soc)).abs() < 2e-3);
            }
        }
        // So that nothing is left to do.
        for _ in 0..12 {
            let late = spread.step(0.0, false, true);
            let early = at_once.step(0.0, false, false);
            prop_assert!(to_ratio(late.mean.soc_sigma) < 1.1 * to_ratio(early.mean.soc_sigma));
            prop_assert!(to_ratio(early.mean.soc_sigma) < 1.1 * to_ratio(late.mean.soc_sigma));
        }
        for cell in 0..CELLS {
            prop_assert!((spread.cell_soc(cell) - at_once.cell_soc(cell)).abs() < 2e-3, "{cell}");
        }
    }

    #[test]
    fn no_step_does_more_than_its_share(
        sampling in 5..12_u32,
        current_a in between(-80.0, 120.0),
    ) {
        let mut bench = Bench::begun(true);
        let mut since = 0;
        for step in 0..400_u32 {
            let told = step.is_multiple_of(sampling);
            since = if told { 0 } else { since + 1 };
            let estimate = bench.step(current_a, told, true);
            // In turn: whether there are any; nothing; each of them once; those of a tenth of the cells.
            let share = match since {
                0 => (1, 0),
                2 => (0, CELLS),
                3 => (0, CELLS / 10),
                _ => (0, 0),
            };
            let settled = step >= 2 * sampling;
            prop_assert!(!settled || bench.asked == share, "{since}: {:?}", bench.asked);
            prop_assert!(!settled || (estimate.voltages > 0) == (since == 3));
        }
    }

    #[test]
    fn whatever_the_rhythm_voltages_are_taken_in(gaps in prop::collection::vec(1..9_u32, 100)) {
        let mut bench = Bench::begun(true);
        let (mut sets, mut taken) = (0, 0);
        for gap in gaps {
            sets += 1;
            for step in 0..gap {
                let estimate = bench.step(20.0, step == 0, true);
                taken += u32::from(estimate.voltages == CELLS);
                prop_assert!((to_ratio(estimate.mean.soc) - bench.soc).abs() < 0.05);
            }
        }
        // A set is let go where the next one comes sooner than expected, and is expected sooner from then on.
        prop_assert!(taken * 2 > sets, "{taken} of {sets}");
    }
}

#[test]
fn voltages_of_each_step_are_taken_in_there() {
    let mut bench = Bench::begun(true);
    for step in 0..50 {
        let estimate = bench.step(30.0, true, true);
        assert!(step < 2 || estimate.voltages == CELLS, "{step}");
    }
}

#[test]
fn a_first_voltage_is_searched_in_steps_with_little_else_to_do() {
    let mut bench = Bench::new();
    let _ = bench.step(0.0, false, true);
    let mut first = None;
    for step in 0..40 {
        let told = step % 5 == 0;
        let estimate = bench.step(0.0, told, true);
        if estimate.mean.accepted && first.is_none() {
            assert!(!told);
            assert!((to_ratio(estimate.mean.soc) - bench.soc).abs() < 0.03);
            first = Some(step);
        }
    }
    // The step of the voltage, two until it is looked at, eight of the search without the two of other voltages.
    assert_eq!(first, Some(13));
}

#[test]
fn where_voltages_contradict_the_model_nothing_is_put_off() {
    let mut bench = Bench::begun(true);
    let mut refused = 0;
    for step in 0..200 {
        let low = [1.0; CELLS];
        let told = step % 5 == 0;
        if told {
            bench.seen = low;
        }
        let estimate = bench.show(0.0, told.then_some(low), true);
        let refused_s = units::to_seconds(estimate.voltage_refused_for);
        // The first is found out three steps late, those after it at once.
        refused += u32::from(told && refused_s > 0.0 && estimate.voltages == CELLS);
        assert!(step < 10 || refused_s > 0.0, "{step}");
    }
    assert_eq!(refused, 39);
}
