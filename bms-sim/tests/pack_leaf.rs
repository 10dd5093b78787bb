//! The pack estimator on measured modules: three of a Nissan Leaf in series, six groups of two cells, aged.

mod common;

use std::path::Path;

use bms_core::estimation::{
    CellDelta, DeltaTuning, EstimatorTuning, InitialSoc, PackEstimator, PackSample,
};
use bms_core::units::{self, to_ratio};
use bms_sim::cell_file::{Cell, CellFile};

const GROUPS: usize = 6;

/// One row of a module's log.
struct Row {
    time_s: f32,
    /// Of one of the two cells in parallel; discharge positive.
    current_a: f32,
    temperature_degc: f32,
    voltage_v: [f32; GROUPS],
}

fn rows(path: &Path) -> Vec<Row> {
    let file = std::fs::File::open(path).expect("a log");
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let read = |record: csv::StringRecord| {
        let number = |column: usize| record[column].parse::<f32>().expect("a number");
        Row {
            time_s: number(0),
            current_a: -0.5 * number(1),
            temperature_degc: (number(3) + number(11) + number(12)) / 3.0,
            voltage_v: std::array::from_fn(|group| number(5 + group)),
        }
    };
    reader.records().map(|r| read(r.expect("a row"))).collect()
}

/// What the estimator said of each group along a discharge.
struct Said {
    /// Weakest group in each row.
    weakest: Vec<usize>,
    /// SoC of each group, and one sigma, in each row.
    soc: Vec<[f32; GROUPS]>,
    sigma: Vec<[f32; GROUPS]>,
    inverse_capacity: [f32; GROUPS],
    inverse_capacity_sigma: [f32; GROUPS],
}

fn estimate(cell: &Cell, rows: &[Row]) -> Said {
    let mut estimator = PackEstimator::new(InitialSoc::FromVoltage);
    let mut deltas = [CellDelta::new(); GROUPS];
    let (tuning, pack) = (EstimatorTuning::default(), DeltaTuning::default());
    let mut said = Said {
        weakest: vec![],
        soc: vec![],
        sigma: vec![],
        inverse_capacity: [0.0; GROUPS],
        inverse_capacity_sigma: [0.0; GROUPS],
    };
    let mut last_s = rows[0].time_s;
    for row in rows {
        let sample = PackSample {
            current: units::amperes(row.current_a),
            temperature: units::celsius(row.temperature_degc),
        };
        let estimate = estimator.step(
            &cell.parameters(),
            &tuning,
            &pack,
            &mut deltas,
            &sample,
            |group| Some(row.voltage_v[group]),
            units::seconds(row.time_s - last_s),
        );
        last_s = row.time_s;
        said.weakest.push(estimate.weakest);
        let soc = deltas.each_ref().map(|d| estimator.cell_soc(d));
        said.soc.push(soc.map(|soc| to_ratio(soc.soc)));
        said.sigma.push(soc.map(|soc| to_ratio(soc.sigma)));
    }
    said.inverse_capacity = deltas.map(|d| to_ratio(d.inverse_capacity()));
    said.inverse_capacity_sigma = deltas.map(|d| to_ratio(d.inverse_capacity_sigma()));
    said
}

/// Groups from the lowest value to the highest.
fn order(values: &[f32; GROUPS]) -> Vec<usize> {
    let mut groups: Vec<usize> = (0..GROUPS).collect();
    groups.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    groups
}

#[test]
fn the_weakest_group_of_leaf_modules_is_named_long_before_the_knee() {
    let Some(data) = common::data_dir_or_skip("the weakest group of Leaf modules") else {
        return;
    };
    let cells = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/cells/leaf-2013.toml");
    let cell = Cell::from(&CellFile::load(&cells).expect("a cell file"));
    for rate in ["0_3c", "1_0c", "2_0c", "2_75c"] {
        let name = format!("leaf/module123-irdischarge-65ah-{rate}.bdf.csv.gz");
        let rows = rows(&data.join(name));
        let said = estimate(&cell, &rows);
        let last = rows.last().expect("rows");
        let wanted = order(&last.voltage_v);
        let begin = rows
            .iter()
            .position(|row| row.time_s > 60.0)
            .expect("a row");
        let wrong = said.weakest[begin..]
            .iter()
            .filter(|w| **w != wanted[0])
            .count();
        let half = rows.len() / 2;
        println!(
            "{rate}: weakest named wrong in {wrong} of {} rows; order at the end {wanted:?}, half way {:?} with {:.3?}, \
             at the end {:.3?}; inverse capacity {:.3?} +- {:.3?}",
            rows.len() - begin,
            order(&said.soc[half]),
            said.soc[half],
            said.soc[rows.len() - 1],
            said.inverse_capacity,
            said.inverse_capacity_sigma,
        );
        assert_eq!(wrong, 0, "{rate}");
        // The two weak groups are far below the others, which are alike.
        for share in [10, 30, 50, 70, 90] {
            let found = order(&said.soc[rows.len() * share / 100]);
            assert_eq!(found[..2], wanted[..2], "{rate} at {share} %");
        }
        // The discharge ends where the weakest group is at its lower limit.
        let end = said.soc[rows.len() - 1][wanted[0]];
        let sigma = said.sigma[rows.len() - 1][wanted[0]];
        assert!(end < 0.03 + 3.0 * sigma, "{rate}: {end}");
    }
}
