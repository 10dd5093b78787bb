//! Logs in the Battery Data Format (BDF, Battery Data Alliance): CSV, plain or gzip.
//!
//! **Sign.** BDF has charging positive. Only this module converts: [`Row`] and [`Log`] have discharging positive like
//! all other interfaces, and the [`Writer`] converts back.
//!
//! **Columns** are identified by BDF's preferred label (`Voltage / V`) or machine-readable name (`voltage_volt`), in
//! any order, case and spacing; other columns are ignored.
//!
//! | quantity | preferred label | machine-readable name | units accepted |
//! |---|---|---|---|
//! | time (required) | `Test Time / s` | `test_time_second` | ms, s, min, h |
//! | current (required) | `Current / A` | `current_ampere` | mA, A |
//! | voltage (required) | `Voltage / V` | `voltage_volt` | mV, V |
//! | temperature | `Surface Temperature T1 / degC`, else `Surface Temperature / degC`, else `Ambient Temperature / degC` | `temperature_t1_celsius`, `surface_temperature_t1_celsius`, `surface_temperature_celsius`, `ambient_temperature_celsius` | degC, K |
//! | net capacity | `Net Capacity / Ah`, else `Charging Capacity / Ah` minus `Discharging Capacity / Ah` | `net_capacity_ah`, `charging_capacity_ah`, `discharging_capacity_ah` | mAh, Ah |
//!
//! Any other unit of these quantities is refused; a value in an accepted unit is converted to the BDF one.
//!
//! **Time** must not decrease. Two rows with equal time are valid: testers record a current step as two rows at one
//! instant.

mod columns;
mod error;
mod lines;
mod log;
#[cfg(feature = "parquet")]
mod parquet;
mod reader;
mod sign;
mod writer;

pub use error::BdfError;
pub use log::Log;
#[cfg(feature = "parquet")]
pub use parquet::ParquetWriter;
pub use reader::Reader;
pub use writer::{OptionalColumns, Writer};

/// One row of a log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Test time.
    pub time_s: f64,
    /// Current, discharge positive. If rows are averages, the mean over the interval that ends here.
    pub current_a: f64,
    /// Terminal voltage.
    pub voltage_v: f64,
    /// Surface temperature, or ambient temperature if the log has no other.
    pub temperature_degc: Option<f64>,
    /// The log's own charge counter as in the file: charge minus discharge since the start of the test.
    pub net_capacity_ah: Option<f64>,
    /// Line in the file, the header being line 1.
    pub line: u64,
}
