//! Many runs of a scenario, each with its own draw of the numbers that the scenario varies.
//!
//! The draws of a run depend on the sweep's seed and the run's number only: the rows are the same for any number of
//! threads or shards, and for a continued sweep.

mod draw;
#[cfg(feature = "parquet")]
mod parquet;
mod row;

use std::path::Path;

use serde::Deserialize as _;

use crate::error::Error;
use crate::random::Stream;
use crate::run::run;
use crate::scenario::file::VarySection;
use crate::scenario::key::Key;
use crate::scenario::{Scenario, ScenarioFile};
use crate::toml_file::{Step, TomlError, TomlFile};
use draw::{Distribution, sample};
#[cfg(feature = "parquet")]
pub use parquet::write_parquet;
use row::columns;
pub use row::{Column, Row, Value};

/// A sweep of a scenario.
#[derive(Debug)]
pub struct Sweep {
    text: TomlFile,
    table: toml::Value,
    vary: Vec<Vary>,
    /// Hash of the scenario's text, which identifies its rows.
    fingerprint: u64,
    runs: u64,
    seed: u64,
}

#[derive(Debug)]
struct Vary {
    name: String,
    key: Key,
    distribution: Distribution,
}

/// The drawn values of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Seed of noise, of the sensors' own errors and of how cells differ.
    pub seed: u64,
    /// The numbers that are varied, in the order of the file.
    pub numbers: Vec<f64>,
}

impl Vary {
    fn new(text: &TomlFile, index: usize, section: &VarySection) -> Result<Self, TomlError> {
        let refuse = |key, found: String, expected| {
            let steps = [Step::Key("vary"), Step::Index(index), Step::Key(key)];
            text.value_error(&steps, found, expected)
        };
        let key = Key::parse(&section.key).ok_or_else(|| {
            let expected = "a key such as `cell.soc` or `fault[0].from_s`";
            refuse("key", format!("\"{}\"", section.key), expected)
        })?;
        let distribution = Distribution::of(section).ok_or_else(|| {
            let found = "no or several distributions".to_owned();
            let expected = "exactly one of `uniform`, `normal`, `log_normal` and `choice`";
            refuse("key", found, expected)
        })?;
        draw::check(&distribution)
            .map_err(|(name, found, expected)| refuse(name, found, expected))?;
        Ok(Self {
            name: section.key.clone(),
            key,
            distribution,
        })
    }
}

impl Sweep {
    /// Reads a scenario for `runs` runs.
    ///
    /// # Errors
    /// As [`Scenario::load`], a number that cannot be varied, or a distribution that is none.
    pub fn load(path: &Path, runs: u64, seed: u64) -> Result<Self, Error> {
        let text = TomlFile::read(path)?;
        let file: ScenarioFile = text.parse()?;
        let table: toml::Table = text.parse()?;
        let vary = file.vary.iter().enumerate();
        let vary = vary
            .map(|(index, section)| Vary::new(&text, index, section))
            .collect::<Result<_, _>>()?;
        let sweep = Self {
            fingerprint: fingerprint(text.text()),
            text,
            table: toml::Value::Table(table),
            vary,
            runs,
            seed,
        };
        // Errors in the scenario or in a key are reported before the first run.
        Scenario::build(&sweep.text, &file)?;
        sweep.scenario(&sweep.draw(0))?;
        Ok(sweep)
    }

    /// Number of runs.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// The columns of its rows.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        columns(self.vary.iter().map(|vary| vary.name.as_str()))
    }

    /// The drawn values of a run.
    #[must_use]
    pub fn draw(&self, run: u64) -> Drawn {
        let mut stream = Stream::new(self.seed, run);
        let seed = stream.bits() >> 11;
        let numbers = self.vary.iter();
        Drawn {
            // Fits a double, and an integer of TOML.
            seed,
            numbers: numbers
                .map(|vary| sample(&vary.distribution, &mut stream))
                .collect(),
        }
    }

    /// The scenario with the drawn values of a run.
    ///
    /// # Errors
    /// A number that the scenario does not accept.
    pub fn scenario(&self, drawn: &Drawn) -> Result<Scenario, Error> {
        let mut table = self.table.clone();
        for (index, (vary, number)) in self.vary.iter().zip(&drawn.numbers).enumerate() {
            if !vary.key.set(&mut table, toml::Value::Float(*number)) {
                return Err(self.misplaced(index, "no such key in this scenario").into());
            }
        }
        let file = ScenarioFile::deserialize(table).map_err(|error| {
            let index = self.vary.len().saturating_sub(1);
            self.misplaced(index, error.message())
        })?;
        let mut scenario = Scenario::build(&self.text, &file)?;
        scenario.seed = drawn.seed;
        scenario.spread.seed = drawn.seed;
        Ok(scenario)
    }

    fn misplaced(&self, index: usize, why: &str) -> TomlError {
        let keys: Vec<_> = self.vary.iter().map(|vary| &vary.name).collect();
        self.text.value_error(
            &[Step::Key("vary"), Step::Index(index), Step::Key("key")],
            format!("{keys:?}: {}", why.trim().replace('\n', ", ")),
            "keys of this scenario that hold a number",
        )
    }

    /// Executes a run.
    ///
    /// # Errors
    /// A drawn value that the scenario does not accept; names the run.
    pub fn row(&self, run_number: u64) -> Result<Row, Error> {
        let drawn = self.draw(run_number);
        let scenario = self.scenario(&drawn).map_err(|error| Error::Run {
            run: run_number,
            error: Box::new(error),
        })?;
        let summary = run::<Error>(&scenario, |_| Ok(()))?;
        Ok(Row::new(run_number, self.fingerprint, &drawn, &summary))
    }

    /// Start of the row of this run: identifies it among rows of other sweeps.
    #[must_use]
    pub fn row_start(&self, run: u64) -> String {
        row::start(run, self.fingerprint, &self.draw(run))
    }
}

/// FNV-1a, 64 bit (Fowler, Noll and Vo).
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
