//! The drive and the cell that every estimator is timed on.

use std::error::Error;
use std::path::Path;

use bms_core::estimation::CellSample;
use bms_core::units;
use bms_sim::cell_file::{Cell, CellFile};
use bms_sim::data::bdf::Log;

/// Seconds between two samples of [`us06`].
pub const DT_S: f32 = 1.0;

/// LG M50, identified from measured logs.
///
/// # Errors
/// The fixture is missing or cannot be read.
pub fn lg_m50() -> Result<Cell, Box<dyn Error>> {
    Ok(Cell::from(&CellFile::load(&fixture("cells/lg-m50.toml"))?))
}

/// US06 over and over from full to empty, on a virtual LG M50, a sample every [`DT_S`].
///
/// # Errors
/// The fixture is missing or cannot be read.
pub fn us06() -> Result<Vec<CellSample>, Box<dyn Error>> {
    let log = Log::read(&fixture("logs/lg-m50-us06.bdf.csv"))?;
    let temperature_degc = log.temperature_held_degc().ok_or("no temperature")?;
    let rows = log.current_a.iter().zip(&log.voltage_v);
    Ok(rows
        .zip(&temperature_degc)
        .map(|((current_a, voltage_v), temperature_degc)| CellSample {
            current: units::amperes(single(*current_a)),
            voltage: units::volts(single(*voltage_v)),
            temperature: units::celsius(single(*temperature_degc)),
        })
        .collect())
}

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures")
        .join(name)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the estimators work in single precision"
)]
fn single(value: f64) -> f32 {
    value as f32
}
