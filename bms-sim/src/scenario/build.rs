//! From a scenario file to a scenario.

use std::path::Path;
use std::sync::Arc;

use bms_core::config::BmsConfig;

use super::file::{ScenarioFile, SensorSection};
use super::{PRESETS, PlantCell, Preset, Scenario};
use crate::cell::physics::ZERO_CELSIUS_K;
use crate::cell::spm::Spm;
use crate::cell_file::{Cell, CellFile};
use crate::error::Error;
use crate::range::{Range, check};
use crate::sensor::{SensorKind, SensorModel};
use crate::simulate::CellKind;
use crate::simulate::cell::CellBuilder;
use crate::toml_file::{TomlError, TomlFile};
use crate::toml_section::Section;
use crate::world::{SensorSuite, Stage};

/// Most ticks of the core in one step of the cells.
const MAX_CELL_TICKS: f64 = 100.0;

impl Scenario {
    /// Reads a scenario file and its referenced files.
    ///
    /// # Errors
    /// A file that cannot be read, or a key or value that cannot be used, with its place.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = TomlFile::read(path)?;
        let file: ScenarioFile = text.parse()?;
        Self::build(&text, &file)
    }

    /// The scenario of a file that was read and perhaps changed; errors name places in its text.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn build(text: &TomlFile, file: &ScenarioFile) -> Result<Self, Error> {
        Builder {
            section: Section::document(text),
            file,
        }
        .scenario()
    }
}

pub(super) struct Builder<'a> {
    pub(super) section: Section<'a>,
    pub(super) file: &'a ScenarioFile,
}

impl<'a> Builder<'a> {
    /// An entry of an array of tables.
    pub(super) fn entry(&self, array: &'static str, index: usize) -> Section<'a> {
        Section::entry(self.section.file, array, index)
    }

    fn scenario(&self) -> Result<Scenario, Error> {
        let file = self.file;
        let preset = self.preset()?;
        self.check_numbers()?;
        let scenario = Scenario {
            name: file.name.clone(),
            variant: None,
            preset,
            estimator_cell: self.estimator_cell(preset)?,
            qualify: None,
            initial_soc: file.bms.told_soc,
            cell: self.cell()?,
            spread: file.spread,
            thermal: file.thermal,
            soc: file.cell.soc,
            cell_k: file.cell.temperature_degc.unwrap_or(file.air_degc) + ZERO_CELSIUS_K,
            air_k: file.air_degc + ZERO_CELSIUS_K,
            cell_ticks: self.cell_ticks(preset.config)?,
            sensors: self.sensors(preset.config)?,
            faults: self.faults(preset.config)?,
            stages: self.stages()?,
            seed: file.seed,
            settled_s: file.settled_s,
            output_step_s: file.output_step_s,
            expect: file.expect.clone(),
        };
        self.check_expectations()?;
        scenario.config().validate().map_err(|error| {
            self.section.refuse(
                &["bms", "cell"],
                error.to_string(),
                format!("a cell that fits the pack `{}`", preset.name),
            )
        })?;
        self.check_sessions(&scenario)?;
        Ok(scenario)
    }

    fn check_sessions(&self, scenario: &Scenario) -> Result<(), TomlError> {
        for (index, stage) in scenario.stages.iter().enumerate() {
            if let Stage::Session(plan) = stage {
                plan.charging
                    .validate(&scenario.config())
                    .map_err(|error| {
                        let expected = "a charge that fits the pack and its cells";
                        self.entry("stage", index)
                            .refuse(&["session"], error.to_string(), expected)
                    })?;
            }
        }
        Ok(())
    }

    fn preset(&self) -> Result<&'static Preset, TomlError> {
        let name = &self.file.bms.pack;
        Preset::named(name).ok_or_else(|| {
            let names = PRESETS.map(|preset| format!("\"{}\"", preset.name));
            let expected = format!("one of {}", names.join(", "));
            self.section
                .refuse(&["bms", "pack"], format!("\"{name}\""), expected)
        })
    }

    fn check_numbers(&self) -> Result<(), TomlError> {
        let file = self.file;
        let told_soc = file.bms.told_soc.unwrap_or(0.5);
        self.section.ranges(
            &[],
            check(&[
                ("air_degc", file.air_degc, Range::Celsius),
                ("output_step_s", file.output_step_s, Range::Positive),
                ("settled_s", file.settled_s, Range::NotNegative),
            ]),
        )?;
        self.section
            .ranges(&["bms"], check(&[("told_soc", told_soc, Range::Fraction)]))?;
        self.section.ranges(
            &["cell"],
            check(&[
                ("soc", file.cell.soc, Range::Fraction),
                (
                    "temperature_degc",
                    file.cell.temperature_degc.unwrap_or(file.air_degc),
                    Range::Celsius,
                ),
            ]),
        )?;
        self.section.ranges(&["spread"], file.spread.validate())?;
        if let Some(thermal) = &file.thermal {
            self.section.ranges(&["thermal"], thermal.validate())?;
        }
        Ok(())
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be from 1 to 100"
    )]
    fn cell_ticks(&self, config: &BmsConfig<'_>) -> Result<u32, TomlError> {
        let tick_s = f64::from(config.sampling.tick_ms) * 1e-3;
        let step_s = self.file.cell_step_s;
        let ticks = (step_s / tick_s).round();
        let whole = (ticks * tick_s - step_s).abs() < 1e-9;
        if whole && (1.0..=MAX_CELL_TICKS).contains(&ticks) {
            return Ok(ticks as u32);
        }
        Err(self.section.refuse(
            &["cell_step_s"],
            step_s.to_string(),
            format!(
                "a whole multiple of the core's tick, {tick_s} s, up to {} s",
                tick_s * MAX_CELL_TICKS
            ),
        ))
    }

    /// The estimator's cell tables for a group of the cells of a cell file.
    fn estimator_cell(&self, preset: &Preset) -> Result<Option<Cell>, Error> {
        let Some(path) = &self.file.bms.cell else {
            return Ok(None);
        };
        let file = CellFile::load(&self.section.resolve(path))?;
        Ok(Some(Cell::from(&file).group(preset.parallel)))
    }

    fn cell(&self) -> Result<PlantCell, Error> {
        let cell = CellBuilder {
            section: self.section,
            cell: &self.file.cell,
        };
        cell.check_mesh()?;
        Ok(match self.file.cell.model {
            CellKind::Circuit => PlantCell::Circuit(Arc::new(cell.circuit()?)),
            CellKind::Spm => {
                PlantCell::Spm(Box::new(Spm::new(cell.electrochemistry()?, cell.options())))
            }
            CellKind::Spme => PlantCell::Spme(Box::new(cell.spme()?)),
            CellKind::LinearCircuit => {
                return Err(self
                    .section
                    .refuse(
                        &["cell", "model"],
                        "\"linear-circuit\", which supports neither balancing nor cell faults",
                        "one of \"circuit\", \"spm\", \"spme\"",
                    )
                    .into());
            }
        })
    }

    fn sensors(&self, config: &BmsConfig<'_>) -> Result<SensorSuite, TomlError> {
        let mut suite = SensorSuite::usual(config);
        let ideal = SensorSuite::ideal(config);
        for (kind, section) in &self.file.sensor {
            let model = suite.model_mut(*kind);
            if section.ideal {
                *model = *ideal.model(*kind);
            }
            change(model, section);
            let name = kind_name(*kind);
            self.section.ranges(&["sensor", &name], model.validate())?;
            if !model.is_ordered() {
                return Err(self.section.refuse(
                    &["sensor", &name],
                    "a range or a jitter that does not fit",
                    "`low` below `high` and `jitter_s` below `period_s`",
                ));
            }
        }
        Ok(suite)
    }

    fn check_expectations(&self) -> Result<(), TomlError> {
        let expect = &self.file.expect;
        let lists = [
            ("faults", expect.faults.as_ref()),
            ("also", Some(&expect.also)),
        ];
        for (key, numbers) in lists {
            let unknown = numbers
                .into_iter()
                .flatten()
                .find(|number| bms_core::protection::FaultId::from_number(**number).is_none());
            if let Some(number) = unknown {
                return Err(self.section.refuse(
                    &["expect", key],
                    number.to_string(),
                    "numbers of the fault catalogue (docs/faults.md)",
                ));
            }
        }
        self.section.ranges(
            &["expect"],
            check(&[(
                "inside_3_sigma",
                expect.inside_3_sigma.unwrap_or(1.0),
                Range::Fraction,
            )]),
        )
    }
}

fn change(model: &mut SensorModel, section: &SensorSection) {
    let fields = [
        (&mut model.noise, section.noise),
        (&mut model.bias, section.bias),
        (&mut model.bias_sigma, section.bias_sigma),
        (&mut model.gain, section.gain),
        (&mut model.gain_sigma, section.gain_sigma),
        (&mut model.drift_per_h, section.drift_per_h),
        (&mut model.resolution, section.resolution),
        (&mut model.low, section.low),
        (&mut model.high, section.high),
        (&mut model.latency_s, section.latency_s),
        (&mut model.period_s, section.period_s),
        (&mut model.jitter_s, section.jitter_s),
    ];
    for (field, value) in fields {
        *field = value.unwrap_or(*field);
    }
}

/// As in files.
fn kind_name(kind: SensorKind) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
