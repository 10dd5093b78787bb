//! Laws of the estimator of a series pack.

use bms_bench::{
    Random, any_bits, any_cell, any_initial, any_reading, between, bounded, nmc, oracle::SeriesPack,
};
use bms_core::cell::CellParameters;
use bms_core::estimation::{
    CellDelta, CellEstimator, DeltaTuning, EstimatorTuning, InitialSoc, PackEstimate,
    PackEstimator, PackSample,
};
use bms_core::units::{self, to_amp_hours, to_amperes, to_ratio, to_seconds};
use proptest::prelude::*;

/// A load that changes each minute, in C.
fn load_c(second: usize) -> f64 {
    [0.0, 0.7, -0.4, 1.0, 0.2, -1.0, 0.9][(second / 60) % 7]
}

/// An estimator with all its memory.
#[derive(Clone, Debug)]
struct Bench {
    estimator: PackEstimator,
    deltas: Vec<CellDelta>,
    tuning: DeltaTuning,
}

impl Bench {
    fn new(cells: usize, initial: InitialSoc, tuning: DeltaTuning) -> Self {
        Self {
            estimator: PackEstimator::new(initial),
            deltas: vec![CellDelta::new(); cells],
            tuning,
        }
    }

    fn step(
        &mut self,
        cell: &CellParameters<'_>,
        current_a: f64,
        voltage: impl Fn(usize) -> Option<f32>,
        dt_s: f32,
    ) -> PackEstimate {
        let sample = PackSample {
            current: units::amperes(read(&[current_a])[0]),
            temperature: units::celsius(25.0),
        };
        self.estimator.step(
            cell,
            &EstimatorTuning::default(),
            &self.tuning,
            &mut self.deltas,
            &sample,
            voltage,
            units::seconds(dt_s),
        )
    }

    fn soc(&self) -> Vec<f32> {
        let soc = |difference| to_ratio(self.estimator.cell_soc(difference).soc);
        self.deltas.iter().map(soc).collect()
    }

    fn sigma(&self) -> Vec<f32> {
        let sigma = |difference| to_ratio(self.estimator.cell_soc(difference).sigma);
        self.deltas.iter().map(sigma).collect()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "readings are f32")]
fn read(voltage_v: &[f64]) -> Vec<f32> {
    voltage_v.iter().map(|v| *v as f32).collect()
}

/// A step: current, temperature, time and what each of up to eight cells reads, over and over.
#[derive(Clone, Debug)]
struct Step {
    current_a: f32,
    temperature_k: f32,
    dt_s: f32,
    voltage_v: Vec<Option<f32>>,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let voltage = prop_oneof![
        1 => Just(None),
        3 => any_reading(2.5, 4.3).prop_map(Some),
    ];
    let all = prop::collection::vec(between(2.5, 4.2).prop_map(Some), 7);
    let cells = prop_oneof![prop::collection::vec(voltage, 7), all];
    let step = (
        any_reading(-20.0, 20.0),
        any_reading(250.0, 330.0),
        any_reading(0.0, 100.0),
        cells,
    );
    prop::collection::vec(
        step.prop_map(|(current_a, temperature_k, dt_s, voltage_v)| Step {
            current_a,
            temperature_k,
            dt_s,
            voltage_v,
        }),
        1..60,
    )
}

prop_compose! {
    fn any_tuning()(
        sigmas in (bounded(1e-4, 1.0), bounded(1e-3, 1.0), bounded(0.0, 1.0)),
        times in (bounded(1.0, 1e9), bounded(0.1, 1e9)),
        drift in bounded(0.0, 1.0),
        voltage in (bounded(1e-5, 1.0), bounded(1e-5, 1.0), bounded(0.0, 10.0)),
        gate in (bounded(0.1, 1e3), bounded(1e-3, 10.0)),
        shown in (bounded(0.0, 1.0), bounded(0.0, 1.0)),
        updates_per_step in prop_oneof![0..4_u16, Just(u16::MAX)],
    ) -> DeltaTuning {
        DeltaTuning {
            soc_sigma: sigmas.0,
            resistance_sigma: sigmas.1,
            resistance_time_s: times.0,
            capacity_sigma: sigmas.2,
            soc_drift_per_sqrt_h: drift,
            voltage_noise_v: voltage.0,
            lasting_voltage_error_v: voltage.1,
            lasting_drop_error: voltage.2,
            gate_sigma: gate.0,
            gate_floor_v: gate.1,
            doubt_time_s: times.1,
            updates_per_step,
            shown_slew_per_s: shown.0,
            shown_slew_per_soc: shown.1,
        }
    }
}

fn assert_sound(bench: &Bench, estimate: &PackEstimate) {
    let unit = 0.0..=1.0;
    for (soc, sigma) in bench.soc().iter().zip(bench.sigma()) {
        assert!(unit.contains(soc) && unit.contains(&sigma), "{bench:?}");
        assert!(to_ratio(estimate.weakest_soc.soc) <= *soc, "{estimate:?}");
        assert!(to_ratio(estimate.strongest_soc.soc) >= *soc, "{estimate:?}");
    }
    for difference in &bench.deltas {
        assert!((-1.0..=1.0).contains(&to_ratio(difference.soc())));
        assert!((-0.9..=9.0).contains(&to_ratio(difference.resistance())));
        assert!((-0.5..=1.0).contains(&to_ratio(difference.inverse_capacity())));
        assert!(to_ratio(difference.resistance_sigma()) >= 0.0);
        assert!(to_ratio(difference.inverse_capacity_sigma()) >= 0.0);
    }
    for soc in [
        estimate.mean.soc,
        estimate.mean.soc_sigma,
        estimate.soc,
        estimate.display_soc,
    ] {
        assert!(unit.contains(&to_ratio(soc)), "{estimate:?}");
    }
    let cells = bench.deltas.len().max(1);
    assert!(estimate.weakest < cells && estimate.strongest < cells);
    assert!(estimate.excluded <= estimate.voltages && estimate.voltages <= cells);
    assert!(to_seconds(estimate.voltage_refused_for) >= 0.0);
    assert!(to_seconds(estimate.voltage_refused_for).is_finite());
    assert!(estimate.mean.resistance_scale.is_finite());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bit_pattern_gives_a_finite_bounded_estimate(
        cell in any_cell(),
        initial in any_initial(),
        tuning in prop_oneof![Just(DeltaTuning::default()), any_tuning()],
        cells in prop::sample::select(vec![0_usize, 1, 2, 3, 7, 13, 30, 250]),
        steps in steps(),
    ) {
        prop_assert_eq!(tuning.validate(), Ok(()));
        let mut bench = Bench::new(cells, initial, tuning);
        for step in &steps {
            let sample = PackSample {
                current: units::amperes(step.current_a),
                temperature: units::kelvin(step.temperature_k),
            };
            let estimate = bench.estimator.step(
                &cell.parameters(),
                &EstimatorTuning::default(),
                &tuning,
                &mut bench.deltas,
                &sample,
                |index| step.voltage_v[index % 7],
                units::seconds(step.dt_s),
            );
            assert_sound(&bench, &estimate);
        }
    }

    /// The mean cell is the only one; only rounding of its voltage may tell them apart.
    #[test]
    fn a_pack_of_one_is_its_cell(
        cell in any_cell(),
        steps in prop::collection::vec((between(-1.0, 2.0), between(-0.02, 0.02), between(0.1, 20.0)), 1..80),
        start_v in between(2.9, 4.1),
    ) {
        let mut alone = CellEstimator::new(InitialSoc::FromVoltage);
        let mut bench = Bench::new(1, InitialSoc::FromVoltage, DeltaTuning::default());
        let parameters = cell.parameters();
        for (c_rate, noise_v, dt_s) in &steps {
            let (current_a, voltage_v) = (c_rate * cell.capacity_ah, start_v + noise_v);
            let sample = bms_bench::sample(current_a, voltage_v, 25.0);
            let dt = units::seconds(*dt_s);
            let wanted = alone.step(&parameters, &EstimatorTuning::default(), &sample, dt);
            let found = bench.step(&parameters, f64::from(current_a), |_| Some(voltage_v), *dt_s);
            let error = to_ratio(found.mean.soc - wanted.soc).abs();
            prop_assert!(error < 1e-3, "{} {}", error, to_ratio(wanted.soc));
            prop_assert!(to_ratio(bench.deltas[0].soc()).abs() < 1e-5);
        }
    }

    /// Cells that read the same do not differ.
    #[test]
    fn equal_readings_make_equal_cells(cells in 2_usize..20, seed: u64) {
        let cell = nmc();
        let mut pack = SeriesPack::new(&cell, 1, 0.6, seed);
        let mut bench = Bench::new(cells, InitialSoc::FromVoltage, DeltaTuning::default());
        for second in 0..300 {
            let current_a = load_c(second) * 3.0;
            let voltage_v = read(&pack.step(current_a, 1.0))[0];
            let _ = bench.step(&cell.parameters(), current_a, |_| Some(voltage_v), 1.0);
            for difference in &bench.deltas {
                prop_assert!(to_ratio(difference.soc()).abs() < 1e-4, "{:?}", difference);
            }
        }
    }

    /// The order of the cells is a matter of names, where all of them are corrected in every step.
    #[test]
    fn other_names_for_the_cells_change_nothing_else(cells in 2_usize..16, turn in 1_usize..16, seed: u64) {
        let tuning = DeltaTuning { updates_per_step: u16::MAX, ..DeltaTuning::default() };
        let cell = nmc();
        let mut pack = SeriesPack::new(&cell, cells, 0.6, seed);
        let named = |index: usize| (index * 5 + turn) % cells;
        prop_assume!(cells % 5 != 0);
        let mut bench = Bench::new(cells, InitialSoc::FromVoltage, tuning);
        let mut other = bench.clone();
        for second in 0..200 {
            let current_a = load_c(second) * 3.0;
            let voltage_v = read(&pack.step(current_a, 1.0));
            let one = bench.step(&cell.parameters(), current_a, |index| Some(voltage_v[index]), 1.0);
            let two = other.step(&cell.parameters(), current_a, |index| Some(voltage_v[named(index)]), 1.0);
            prop_assert!(to_ratio(one.mean.soc - two.mean.soc).abs() < 1e-4);
            prop_assert!(to_ratio(one.display_soc - two.display_soc).abs() < 1e-4);
            let (soc, turned) = (bench.soc(), other.soc());
            let (sigma, turned_sigma) = (bench.sigma(), other.sigma());
            for index in 0..cells {
                prop_assert!((turned[index] - soc[named(index)]).abs() < 1e-4);
                prop_assert!((turned_sigma[index] - sigma[named(index)]).abs() < 1e-4);
            }
        }
    }

    /// What reads nonsense, or has jumped, is left out of the mean and out of all other cells.
    #[test]
    fn one_bad_reading_leaves_the_others_alone(
        cells in prop::sample::select(vec![7_usize, 13, 30, 96]),
        bad in any::<prop::sample::Index>(),
        nonsense in prop_oneof![
            any_bits(), Just(0.1), Just(5.0), between(0.01, 2.6), between(4.6, 8.0),
        ],
        offset in prop::option::of(prop::sample::select(vec![-0.3, 0.3])),
        turn in any::<bool>(),
        seed: u64,
    ) {
        let cell = nmc();
        let mut pack = SeriesPack::new(&cell, cells, 0.6, seed);
        let bad = bad.index(cells);
        let mut good = Bench::new(cells, InitialSoc::FromVoltage, DeltaTuning::default());
        let mut poisoned = good.clone();
        for second in 0..300 {
            let current_a = load_c(second) * 3.0;
            let voltage_v = read(&pack.step(current_a, 1.0));
            let fresh = |index: usize| !turn || index % 2 == second % 2;
            let lie = offset.map_or(nonsense, |offset| voltage_v[bad] + offset);
            let wanted = good.step(&cell.parameters(), current_a, |index| {
                fresh(index).then_some(voltage_v[index])
            }, 1.0);
            let found = poisoned.step(&cell.parameters(), current_a, |index| {
                let read = if index == bad && second >= 120 { lie } else { voltage_v[index] };
                fresh(index).then_some(read)
            }, 1.0);
            let moved = to_ratio(found.mean.soc - wanted.mean.soc).abs();
            prop_assert!(moved < 5e-3, "the mean moved by {} at {}", moved, second);
            for (index, (a, b)) in good.soc().iter().zip(poisoned.soc()).enumerate() {
                prop_assert!(index == bad || (a - b).abs() < 5e-3, "cell {} moved by {}", index, a - b);
            }
        }
    }

    /// Only the mean cell hears of what all voltages have in common.
    #[test]
    fn a_shift_of_all_voltages_makes_no_cell_another(shift_v in between(-0.1, 0.1), seed: u64) {
        let cell = bms_bench::linear();
        let mut pack = SeriesPack::new(&cell, 9, 0.6, seed);
        let mut plain = Bench::new(9, InitialSoc::FromVoltage, DeltaTuning::default());
        let mut shifted = plain.clone();
        for second in 0..300 {
            let current_a = load_c(second) * 3.0;
            let voltage_v = read(&pack.step(current_a, 1.0));
            let _ = plain.step(&cell.parameters(), current_a, |index| Some(voltage_v[index]), 1.0);
            let _ = shifted.step(&cell.parameters(), current_a, |index| Some(voltage_v[index] + shift_v), 1.0);
            for (a, b) in plain.deltas.iter().zip(&shifted.deltas) {
                prop_assert!(to_ratio(a.soc() - b.soc()).abs() < 2e-3, "{:?} {:?}", a, b);
            }
        }
    }

    /// Whatever is estimated, what a driver sees follows the charge and leans slowly.
    #[test]
    fn the_shown_soc_never_jumps(
        cell in any_cell(),
        believed in between(0.0, 1.0),
        steps in steps(),
    ) {
        let tuning = DeltaTuning::default();
        let mut bench = Bench::new(7, InitialSoc::Prior(units::ratio(believed)), tuning);
        let mut last = believed;
        let (mut current_a, capacity_ah) = (0.0_f32, to_amp_hours(cell.capacity()));
        for step in &steps {
            if step.current_a.is_finite() {
                current_a = step.current_a.clamp(-100.0 * capacity_ah, 100.0 * capacity_ah);
            }
            let dt_s = if step.dt_s.is_finite() { step.dt_s.clamp(0.0, 3.2e7) } else { 0.0 };
            let estimate = bench.step(&cell.parameters(), f64::from(step.current_a), |index| step.voltage_v[index], step.dt_s);
            let usable = 1.0 - to_ratio(estimate.strongest_soc.soc) + to_ratio(estimate.weakest_soc.soc);
            // The offset of the sensor is bounded, and so is the scale of charge per capacity.
            let bias_a = 5.0 * 0.06 * capacity_ah;
            let charge = 2.0 * (current_a.abs() + bias_a) * dt_s / (3600.0 * capacity_ah);
            let counted = charge.min(1.0) / usable.max(0.1);
            let error = (to_ratio(estimate.soc) - last).abs() + counted;
            let most = counted * 1.5 + tuning.shown_slew_per_s * dt_s * (1.0 + error / 0.05);
            let moved = (to_ratio(estimate.display_soc) - last).abs();
            prop_assert!(moved <= most + 1e-5, "{} of {}", moved, most);
            last = to_ratio(estimate.display_soc);
        }
    }
}

/// Runs a pack through its load with noise on each reading, in one of three rhythms.
fn run(cells: usize, seconds: usize, turn: usize, tuning: DeltaTuning) -> (SeriesPack, Bench) {
    let cell = nmc();
    let mut pack = SeriesPack::new(&cell, cells, 0.7, 5);
    let mut bench = Bench::new(cells, InitialSoc::FromVoltage, tuning);
    let mut random = Random(11);
    for second in 0..seconds {
        let current_a = load_c(second) * 3.0;
        let voltage_v: Vec<f64> = pack
            .step(current_a, 1.0)
            .iter()
            .map(|v| v + 1e-3 * random.normal())
            .collect();
        let voltage_v = read(&voltage_v);
        let _ = bench.step(
            &cell.parameters(),
            current_a,
            |index| (index % turn == second % turn).then_some(voltage_v[index]),
            1.0,
        );
    }
    (pack, bench)
}

fn largest_error(pack: &SeriesPack, bench: &Bench) -> f64 {
    let cells = pack.soc.iter().zip(bench.soc());
    cells
        .map(|(truth, found)| (truth - f64::from(found)).abs())
        .fold(0.0, f64::max)
}

#[test]
fn every_cell_is_found_in_any_rhythm() {
    for turn in [1, 2, 4, 13] {
        let (pack, bench) = run(13, 1800, turn, DeltaTuning::default());
        let error = largest_error(&pack, &bench);
        println!("a voltage each {turn} s: largest error {error:.4}");
        assert!(error < 0.015, "{turn}: {error}");
    }
}

/// Half an hour between 0 and 1 C tells the resistances apart, too.
#[test]
fn differences_of_resistance_are_found() {
    let (pack, bench) = run(13, 1800, 1, DeltaTuning::default());
    let mean = pack.resistance.iter().sum::<f64>() / 13.0;
    for (truth, difference) in pack.resistance.iter().zip(&bench.deltas) {
        let found = f64::from(to_ratio(difference.resistance()));
        let sigma = f64::from(to_ratio(difference.resistance_sigma()));
        let error = found - (truth - mean);
        assert!(
            error.abs() < 0.06 && error.abs() < 3.0 * sigma,
            "{error} {sigma}"
        );
    }
}

/// A discharge from nearly full to nearly empty tells the capacities apart.
#[test]
fn differences_of_capacity_are_found() {
    let cell = nmc();
    let mut pack = SeriesPack::new(&cell, 13, 0.93, 3);
    let mut bench = Bench::new(13, InitialSoc::FromVoltage, DeltaTuning::default());
    for second in 0..3000 {
        let current_a = if second < 60 { 0.0 } else { 3.0 };
        let voltage_v = read(&pack.step(current_a, 1.0));
        let _ = bench.step(
            &cell.parameters(),
            current_a,
            |index| Some(voltage_v[index]),
            1.0,
        );
    }
    let mean = pack.inverse_capacity.iter().sum::<f64>() / 13.0;
    let mut square = 0.0;
    for (truth, difference) in pack.inverse_capacity.iter().zip(&bench.deltas) {
        let error = f64::from(to_ratio(difference.inverse_capacity())) - (truth - mean);
        let sigma = f64::from(to_ratio(difference.inverse_capacity_sigma()));
        println!(
            "DBG {truth:+.4} found {:+.4} err {error:+.4} sigma {sigma:.4}",
            to_ratio(difference.inverse_capacity())
        );
        assert!(error.abs() < 3.0 * sigma, "{error} {sigma}");
        square += error * error / 13.0;
    }
    println!("inverse capacities within {:.4} rms", square.sqrt());
    assert!(square.sqrt() < 0.015);
    let weakest = pack
        .inverse_capacity
        .iter()
        .copied()
        .fold(f64::MIN, f64::max);
    let named = bench
        .deltas
        .iter()
        .map(|d| to_ratio(d.inverse_capacity()))
        .fold(f32::MIN, f32::max);
    assert!((weakest - mean - f64::from(named)).abs() < 0.02);
}

/// On the plateau of LFP a voltage tells nothing of the difference, and the bound says so.
#[test]
fn a_flat_ocv_is_not_over_believed() {
    let cell = bms_bench::lfp();
    let mut pack = SeriesPack::new(&cell, 13, 0.55, 9);
    let mut bench = Bench::new(13, InitialSoc::FromVoltage, DeltaTuning::default());
    let mut random = Random(2);
    for second in 0..1200 {
        let current_a = load_c(second) * 2.0;
        let voltage_v: Vec<f64> = pack
            .step(current_a, 1.0)
            .iter()
            .map(|v| v + 2e-3 * random.normal())
            .collect();
        let voltage_v = read(&voltage_v);
        let _ = bench.step(
            &cell.parameters(),
            current_a,
            |index| Some(voltage_v[index]),
            1.0,
        );
    }
    for (truth, (soc, sigma)) in pack.soc.iter().zip(bench.soc().iter().zip(bench.sigma())) {
        let error = truth - f64::from(*soc);
        assert!(error.abs() < 3.0 * f64::from(sigma), "{error} {sigma}");
        assert!(sigma > 0.02, "{sigma}");
    }
}

#[test]
fn without_voltages_charge_is_counted_and_doubt_grows() {
    let cell = nmc();
    let (_, mut bench) = run(13, 600, 1, DeltaTuning::default());
    let (before, sigma) = (bench.soc(), bench.sigma());
    let mut bias_a = 0.0;
    for _ in 0..1800 {
        let estimate = bench.step(&cell.parameters(), 1.5, |_| None, 1.0);
        bias_a = to_amperes(estimate.mean.current_bias);
        assert_eq!((estimate.voltages, estimate.excluded), (0, 0));
    }
    let counted = (1.5 - bias_a) * 1800.0 / (3.0 * 3600.0);
    for ((before, after), (old, new)) in before
        .iter()
        .zip(bench.soc())
        .zip(sigma.iter().zip(bench.sigma()))
    {
        assert!((before - after - counted).abs() < 0.03, "{before} {after}");
        assert!(new > *old, "{new} {old}");
    }
}

/// A cell that reads nothing for long is known less than its neighbours, not more.
#[test]
fn a_cell_without_voltage_is_doubted_more() {
    let cell = nmc();
    let mut pack = SeriesPack::new(&cell, 13, 0.9, 4);
    let mut bench = Bench::new(13, InitialSoc::FromVoltage, DeltaTuning::default());
    let mut voltages = 0;
    for second in 0..1800 {
        let voltage_v = read(&pack.step(3.0, 1.0));
        let seen = |index: usize| second < 300 || index != 4;
        let estimate = bench.step(
            &cell.parameters(),
            3.0,
            |index| seen(index).then_some(voltage_v[index]),
            1.0,
        );
        voltages = estimate.voltages;
    }
    let sigma = bench.sigma();
    assert_eq!(voltages, 12);
    assert!(sigma[4] > 1.3 * sigma[3], "{sigma:?}");
    assert!((pack.soc[4] - f64::from(bench.soc()[4])).abs() < 3.0 * f64::from(sigma[4]));
}

#[test]
fn the_pack_is_empty_with_its_weakest_and_full_with_its_strongest_cell() {
    let cell = nmc();
    for (ocv_v, wanted) in [([2.5, 3.6, 3.6], 0.0), ([4.25, 3.9, 3.9], 1.0)] {
        let mut bench = Bench::new(
            3,
            InitialSoc::FromVoltage,
            DeltaTuning {
                soc_sigma: 0.3,
                ..DeltaTuning::default()
            },
        );
        let mut estimate = None;
        for _ in 0..600 {
            estimate = Some(bench.step(&cell.parameters(), 0.0, |index| Some(ocv_v[index]), 1.0));
        }
        let estimate = estimate.expect("steps");
        let soc = to_ratio(estimate.soc);
        assert!(
            (soc - wanted).abs() < 0.03,
            "{soc} {wanted} {:?}",
            bench.soc()
        );
    }
}

#[test]
fn a_difference_is_small_in_memory() {
    assert!(size_of::<CellDelta>() <= 28);
}

#[test]
fn what_is_remembered_of_a_cell_comes_back() {
    let found = CellDelta::remembered(units::ratio(-0.05), units::ratio(0.1), units::ratio(0.02));
    assert_eq!(found.soc(), units::ratio(-0.05));
    assert_eq!(found.resistance(), units::ratio(0.1));
    assert_eq!(found.inverse_capacity(), units::ratio(0.02));
    let broken = CellDelta::remembered(
        units::ratio(f32::NAN),
        units::ratio(f32::INFINITY),
        units::ratio(-7.0),
    );
    assert_eq!(broken.soc(), units::ratio(-1.0));
    assert_eq!(broken.resistance(), units::ratio(9.0));
    assert_eq!(broken.inverse_capacity(), units::ratio(-0.5));
}
