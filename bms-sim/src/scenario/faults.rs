//! The faults of a scenario file.

use bms_core::config::BmsConfig;

use super::build::Builder;
use super::file::{FaultSection, How, StationFault};
use crate::charger::ChargerFault;
use crate::fault::{CellFault, Fault, FaultEvent, FaultKind, SensorFault};
use crate::range::Range;
use crate::sensor::SensorKind;
use crate::toml_file::TomlError;
use crate::toml_section::{Section, companions, present};

/// The kinds of fault, of which a section has exactly one.
const KINDS: &str = "exactly one of `sensor`, `front_end`, `cell`, `contactor`, `link_short_ohm`, `isolation_ohm`, \
                     `load_a`, `supply_v`, `charger`, `event`";
const CELL_KINDS: &str =
    "exactly one of `internal_short_ohm`, `joint_ohm`, `capacity_loss`, `reaction_w` beside `cell`";
const SENSOR_HOW: &str = "one of \"stuck\", \"open-wire\", \"offset\", \"spikes\", \"lost\", \"not-a-number\", \"swapped\"";
const FRONT_END_HOW: &str =
    "one of \"lost-frames\", \"frame-check\", \"configuration\", \"multiplexer\"";
/// Faults of a charger that have a size.
const OFFSET_FAULTS: [StationFault; 3] = [
    StationFault::Overshoot,
    StationFault::FalseVoltage,
    StationFault::FalseCurrent,
];
const CONTACTOR_HOW: &str = "one of \"welded\", \"stuck-open\"";

impl Builder<'_> {
    pub(super) fn faults(&self, config: &BmsConfig<'_>) -> Result<Vec<Fault>, TomlError> {
        let sections = self.file.fault.iter().enumerate();
        sections
            .map(|(index, section)| {
                FaultAt {
                    builder: self,
                    config,
                    place: self.entry("fault", index),
                    section,
                }
                .fault()
            })
            .collect()
    }
}

struct FaultAt<'a> {
    builder: &'a Builder<'a>,
    config: &'a BmsConfig<'a>,
    place: Section<'a>,
    section: &'a FaultSection,
}

impl FaultAt<'_> {
    fn fault(&self) -> Result<Fault, TomlError> {
        let section = self.section;
        self.place
            .range("from_s", section.from_s, Range::NotNegative)?;
        let until_s = section.until_s.unwrap_or(f64::INFINITY);
        if until_s <= section.from_s {
            let expected = format!("a time after `from_s`, which is {}", section.from_s);
            return Err(self
                .place
                .refuse(&["until_s"], until_s.to_string(), expected));
        }
        Ok(Fault {
            from_s: section.from_s,
            until_s,
            kind: self.kind()?,
        })
    }

    fn kind(&self) -> Result<FaultKind, TomlError> {
        let section = self.section;
        self.place.one(
            &present! { section;
                sensor, front_end, cell, contactor, link_short_ohm, isolation_ohm, load_a, supply_v,
                charger, event
            },
            KINDS,
        )?;
        self.check_companions()?;
        if let Some(sensor) = section.sensor {
            return self.sensor(sensor);
        }
        if let Some(front_end) = section.front_end {
            return self.front_end(front_end);
        }
        if let Some(cell) = section.cell {
            return self.cell(cell);
        }
        if let Some(contactor) = section.contactor {
            return match section.how {
                Some(How::Welded) => Ok(FaultKind::ContactorWelded(contactor.into())),
                Some(How::StuckOpen) => Ok(FaultKind::ContactorStuckOpen(contactor.into())),
                _ => Err(self.wrong_how(CONTACTOR_HOW)),
            };
        }
        if let Some(resistance_ohm) = section.link_short_ohm {
            self.place
                .range("link_short_ohm", resistance_ohm, Range::Positive)?;
            return Ok(FaultKind::LinkShort { resistance_ohm });
        }
        if let Some(resistance_ohm) = section.isolation_ohm {
            self.place
                .range("isolation_ohm", resistance_ohm, Range::Positive)?;
            return Ok(FaultKind::Isolation { resistance_ohm });
        }
        if let Some(current_a) = section.load_a {
            self.place.range("load_a", current_a, Range::Finite)?;
            return Ok(FaultKind::UncontrolledLoad { current_a });
        }
        if let Some(voltage_v) = section.supply_v {
            self.place
                .range("supply_v", voltage_v, Range::NotNegative)?;
            return Ok(FaultKind::Supply { voltage_v });
        }
        if let Some(fault) = section.charger {
            return Ok(FaultKind::Station(self.station(fault)?));
        }
        Ok(FaultKind::Event(section.event.unwrap_or(FaultEvent::Crash)))
    }

    /// Keys that require others.
    fn check_companions(&self) -> Result<(), TomlError> {
        let section = self.section;
        let of_how = |hows: &[How]| section.how.is_some_and(|how| hows.contains(&how));
        let of_charger =
            |faults: &[StationFault]| section.charger.is_some_and(|fault| faults.contains(&fault));
        let cell = section.cell.is_some();
        let named =
            section.sensor.is_some() || section.front_end.is_some() || section.contactor.is_some();
        self.place.companions(&companions! { section;
            index: section.sensor.is_some() => "`sensor`";
            how: named => "`sensor`, `front_end` or `contactor`";
            offset: of_how(&[How::Offset, How::Spikes]) || of_charger(&OFFSET_FAULTS)
                => "`how` of \"offset\" or \"spikes\", or `charger` of \"overshoot\", \"false-voltage\" or \"false-current\"";
            share: of_how(&[How::Spikes, How::Lost, How::LostFrames]) || of_charger(&[StationFault::NoPrecharge])
                => "`how` of \"spikes\", \"lost\" or \"lost-frames\", or `charger = \"no-precharge\"`";
            other: of_how(&[How::Swapped]) => "`how = \"swapped\"`";
            internal_short_ohm: cell => "`cell`";
            joint_ohm: cell => "`cell`";
            capacity_loss: cell => "`cell`";
            reaction_w: cell => "`cell`";
        })
    }

    fn station(&self, fault: StationFault) -> Result<ChargerFault, TomlError> {
        let stages = &self.builder.file.stage;
        if !stages.iter().any(|stage| stage.session.is_some()) {
            let expected = "a stage with `session`";
            return Err(self.place.refuse(&["charger"], "no such stage", expected));
        }
        Ok(match fault {
            StationFault::NoPrecharge => {
                let share = self.section.share.unwrap_or(0.0);
                self.place.range("share", share, Range::Fraction)?;
                ChargerFault::NoPrecharge(share)
            }
            StationFault::Overshoot => ChargerFault::Overshoot {
                current_a: self.offset()?,
            },
            StationFault::FalseVoltage => ChargerFault::FalseVoltage {
                by_v: self.offset()?,
            },
            StationFault::FalseCurrent => ChargerFault::FalseCurrent {
                by_a: self.offset()?,
            },
            StationFault::Silent => ChargerFault::Silent,
            StationFault::LimitZero => ChargerFault::LimitZero,
            StationFault::Malfunction => ChargerFault::Malfunction,
            StationFault::Emergency => ChargerFault::Emergency,
            StationFault::Isolation => ChargerFault::Isolation,
            StationFault::EarlyStop => ChargerFault::EarlyStop,
            StationFault::HoldsVoltage => ChargerFault::HoldsVoltage,
            StationFault::StuckCurrent => ChargerFault::StuckCurrent,
            StationFault::Mute => ChargerFault::Mute,
            StationFault::Nonsense => ChargerFault::Nonsense,
        })
    }

    fn sensor(&self, sensor: SensorKind) -> Result<FaultKind, TomlError> {
        let count = match sensor {
            SensorKind::CellVoltage => self.config.layout.cells,
            SensorKind::Temperature => self.config.layout.temperature_sensors,
            _ => 1,
        };
        let index = self.index("index", self.section.index.unwrap_or(0), count)?;
        let how = match self.section.how {
            Some(How::Stuck) => SensorFault::Stuck,
            Some(How::OpenWire) => SensorFault::OpenWire,
            Some(How::Offset) => SensorFault::Offset {
                offset: self.offset()?,
            },
            Some(How::Spikes) => SensorFault::Spikes {
                offset: self.offset()?,
                share: self.share()?,
            },
            Some(How::Lost) => SensorFault::Lost {
                share: self.share()?,
            },
            Some(How::NotANumber) => SensorFault::NonFinite,
            Some(How::Swapped) => {
                let Some(other) = self.section.other else {
                    return Err(self.place.refuse(
                        &["other"],
                        "nothing",
                        "the other sensor of the swap",
                    ));
                };
                SensorFault::SwappedWith {
                    other: self.index("other", other, count)?,
                }
            }
            _ => return Err(self.wrong_how(SENSOR_HOW)),
        };
        Ok(FaultKind::Sensor { sensor, index, how })
    }

    fn front_end(&self, front_end: usize) -> Result<FaultKind, TomlError> {
        let front_end = self.index("front_end", front_end, self.config.layout.front_ends)?;
        match self.section.how {
            Some(How::LostFrames) => Ok(FaultKind::LostFrames {
                front_end,
                share: self.share()?,
            }),
            Some(How::FrameCheck) => Ok(FaultKind::FrameCheck { front_end }),
            Some(How::Configuration) => Ok(FaultKind::FrontEndConfiguration { front_end }),
            Some(How::Multiplexer) => Ok(FaultKind::FrontEndMultiplexer { front_end }),
            _ => Err(self.wrong_how(FRONT_END_HOW)),
        }
    }

    fn cell(&self, cell: usize) -> Result<FaultKind, TomlError> {
        let section = self.section;
        let cell = self.index("cell", cell, self.config.layout.cells)?;
        self.place.one(
            &present! { section;
                internal_short_ohm, joint_ohm, capacity_loss, reaction_w
            },
            CELL_KINDS,
        )?;
        let what = if let Some(resistance_ohm) = section.internal_short_ohm {
            self.place
                .range("internal_short_ohm", resistance_ohm, Range::Positive)?;
            CellFault::InternalShort { resistance_ohm }
        } else if let Some(resistance_ohm) = section.joint_ohm {
            self.place
                .range("joint_ohm", resistance_ohm, Range::NotNegative)?;
            CellFault::HighResistanceJoint { resistance_ohm }
        } else if let Some(share) = section.capacity_loss {
            self.place.range("capacity_loss", share, Range::Fraction)?;
            CellFault::CapacityLoss { share }
        } else {
            let power_w = section.reaction_w.unwrap_or_default();
            self.place
                .range("reaction_w", power_w, Range::NotNegative)?;
            CellFault::ExothermicReaction { power_w }
        };
        Ok(FaultKind::Cell { cell, what })
    }

    fn offset(&self) -> Result<f64, TomlError> {
        let Some(offset) = self.section.offset else {
            let expected = match self.section.charger {
                Some(_) => "the offset, in ampere or volt",
                None => "the offset, in the sensor's unit",
            };
            return Err(self.place.refuse(&["offset"], "nothing", expected));
        };
        self.place.range("offset", offset, Range::Finite)?;
        Ok(offset)
    }

    fn share(&self) -> Result<f64, TomlError> {
        let share = self.section.share.unwrap_or(1.0);
        self.place.range("share", share, Range::Fraction)?;
        Ok(share)
    }

    fn index(&self, key: &'static str, index: usize, count: usize) -> Result<usize, TomlError> {
        if index < count {
            return Ok(index);
        }
        let expected = format!("a whole number from 0 to {}", count.saturating_sub(1));
        Err(self.place.refuse(&[key], index.to_string(), expected))
    }

    fn wrong_how(&self, expected: &str) -> TomlError {
        let found = match self.section.how {
            None => "nothing".to_owned(),
            Some(how) => format!("{how:?}"),
        };
        self.place.refuse(&["how"], found, expected)
    }
}
