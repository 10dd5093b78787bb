//! The stages of a scenario file.

use super::build::Builder;
use super::file::{ChargeSection, StageSection};
use crate::load::{NamedCycle, SpeedCycle};
use crate::range::{Range, check};
use crate::toml_file::TomlError;
use crate::toml_section::{Section, companions, present};
use crate::world::{Charge, Stage};

/// The kinds of stage, of which a section has exactly one.
const KINDS: &str = "exactly one of `cycle`, `power_w`, `current_a`, `charge`, `session`, `park_s`";

impl Builder<'_> {
    pub(super) fn stages(&self) -> Result<Vec<Stage>, TomlError> {
        let sections = &self.file.stage;
        if sections.is_empty() {
            return Err(self
                .section
                .refuse(&["stage"], "nothing", "at least one `[[stage]]`"));
        }
        sections
            .iter()
            .enumerate()
            .map(|(index, section)| {
                StageAt {
                    builder: self,
                    place: self.entry("stage", index),
                    section,
                }
                .stage()
            })
            .collect()
    }
}

pub(super) struct StageAt<'a> {
    pub(super) builder: &'a Builder<'a>,
    pub(super) place: Section<'a>,
    section: &'a StageSection,
}

impl StageAt<'_> {
    fn stage(&self) -> Result<Stage, TomlError> {
        let section = self.section;
        let kinds = present! { section;
            cycle, power_w, current_a, charge, session, park_s
        };
        self.place.one(&kinds, KINDS)?;
        self.place.companions(&companions! { section;
            vehicle: section.cycle.is_some() => "`cycle`";
            repeat: section.cycle.is_some() => "`cycle`";
            duration_s: section.power_w.is_some() || section.current_a.is_some() => "`power_w` or `current_a`";
        })?;
        if let Some(name) = &section.cycle {
            return self.drive(name);
        }
        if let Some(charge) = &section.charge {
            return self.charge(charge);
        }
        if let Some(session) = &section.session {
            return self.session(session);
        }
        if let Some(duration_s) = section.park_s {
            self.place.range("park_s", duration_s, Range::Positive)?;
            return Ok(Stage::Park { duration_s });
        }
        let Some(duration_s) = section.duration_s else {
            return Err(self
                .place
                .refuse(&["duration_s"], "nothing", "a finite number above 0"));
        };
        self.place
            .range("duration_s", duration_s, Range::Positive)?;
        if let Some(power_w) = section.power_w {
            self.place.range("power_w", power_w, Range::Finite)?;
            return Ok(Stage::Power {
                power_w,
                duration_s,
            });
        }
        let current_a = section.current_a.unwrap_or_default();
        self.place.range("current_a", current_a, Range::Finite)?;
        Ok(Stage::Current {
            current_a,
            duration_s,
        })
    }

    fn drive(&self, name: &str) -> Result<Stage, TomlError> {
        let Some(cycle) = NamedCycle::from_name(name) else {
            let names = NamedCycle::ALL.map(|cycle| format!("\"{}\"", cycle.name()));
            let expected = format!("one of {}", names.join(", "));
            return Err(self
                .place
                .refuse(&["cycle"], format!("\"{name}\""), expected));
        };
        let vehicle = self.section.vehicle.unwrap_or_default();
        self.place.ranges(&["vehicle"], vehicle.validate())?;
        let repeat = self.section.repeat.unwrap_or(1);
        if !(1..=10_000).contains(&repeat) {
            let expected = "a whole number from 1 to 10000";
            return Err(self.place.refuse(&["repeat"], repeat.to_string(), expected));
        }
        Ok(Stage::Drive {
            cycle: SpeedCycle::named(cycle),
            vehicle,
            repeat,
        })
    }

    fn charge(&self, charge: &ChargeSection) -> Result<Stage, TomlError> {
        self.place.ranges(
            &["charge"],
            check(&[
                ("current_a", charge.current_a, Range::Positive),
                ("power_w", charge.power_w, Range::Positive),
                ("until_soc", charge.until_soc, Range::Fraction),
                ("cutoff_a", charge.cutoff_a, Range::NotNegative),
                ("duration_s", charge.duration_s, Range::Positive),
            ]),
        )?;
        Ok(Stage::Charge(Charge {
            current_a: charge.current_a,
            power_w: charge.power_w,
            until_soc: charge.until_soc,
            cutoff_a: charge.cutoff_a,
            duration_s: charge.duration_s,
        }))
    }
}
