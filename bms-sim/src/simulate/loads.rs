//! From the loads of a plant file to stages of a schedule.

use std::fs::File;
use std::path::Path;

use super::file::{ChargeSection, LoadSection, UntilSection};
use crate::data::bdf::Log;
use crate::error::Error;
use crate::load::{
    Between, Charger, Demand, NamedCycle, Profile, Quantity, SpeedCycle, Stage, Stop, TimeSeries,
    Work,
};
use crate::range::{Range, check};
use crate::toml_file::TomlError;
use crate::toml_section::{Section, present};

/// The kinds of load, of which a section has exactly one.
const KINDS: &str = "exactly one of `cycle`, `profile`, `bdf`, `current_a`, `c_rate`, `power_w`, `rest_s`, `charge`";
/// Columns of a profile and their quantities.
const QUANTITIES: [(&str, Quantity); 3] = [
    ("current_a", Quantity::Current),
    ("c_rate", Quantity::CRate),
    ("power_w", Quantity::Power),
];

/// A section of a plant file, with its position.
pub(super) struct LoadAt<'a> {
    pub(super) place: Section<'a>,
    pub(super) load: &'a LoadSection,
    pub(super) nominal_capacity_ah: f64,
}

impl LoadAt<'_> {
    /// The stages that the section means.
    pub(super) fn stages(&self) -> Result<Vec<Stage>, Error> {
        self.check_one_kind()?;
        self.check_companions()?;
        let mut stops = self.stops(&self.load.until)?;
        let mut stage = self.work()?;
        stage.stops.append(&mut stops);
        if matches!(stage.work, Work::Hold(_)) && stage.stops.is_empty() {
            return Err(self
                .place
                .refuse(
                    &["until"],
                    "nothing",
                    "a stop condition, such as `duration_s`",
                )
                .into());
        }
        let repeat = self.load.repeat.unwrap_or(1);
        if !(1..=1_000_000).contains(&repeat) {
            return Err(self
                .place
                .refuse(
                    &["repeat"],
                    repeat.to_string(),
                    "a whole number from 1 to 1000000",
                )
                .into());
        }
        Ok(vec![stage; repeat])
    }

    fn check_one_kind(&self) -> Result<(), TomlError> {
        let load = self.load;
        let kinds = present! { load;
            cycle, profile, bdf, current_a, c_rate, power_w, rest_s, charge
        };
        self.place.one(&kinds, KINDS)
    }

    /// Keys that require others.
    fn check_companions(&self) -> Result<(), TomlError> {
        let load = self.load;
        let follows = load.cycle.is_some() || load.profile.is_some() || load.bdf.is_some();
        self.place.companions(&[
            (
                "vehicle",
                load.vehicle.is_some(),
                load.cycle.is_some(),
                "`cycle`",
            ),
            ("linear", load.linear, load.profile.is_some(), "`profile`"),
            (
                "scale",
                load.scale.is_some(),
                follows,
                "`cycle`, `profile` or `bdf`",
            ),
        ])
    }

    fn work(&self) -> Result<Stage, Error> {
        let load = self.load;
        if let Some(cycle) = &load.cycle {
            return self.drive(cycle);
        }
        if let Some(path) = &load.profile {
            return self.follow(self.profile(path)?);
        }
        if let Some(path) = &load.bdf {
            return self.follow(self.log(path)?);
        }
        if let Some(charge) = &load.charge {
            return Ok(self.charge(charge)?);
        }
        let (key, value, demand) = match (load.current_a, load.c_rate, load.power_w, load.rest_s) {
            (Some(current_a), ..) => ("current_a", current_a, Demand::Current { current_a }),
            (_, Some(rate), ..) => (
                "c_rate",
                rate,
                Demand::Current {
                    current_a: rate * self.nominal_capacity_ah,
                },
            ),
            (_, _, Some(power_w), _) => ("power_w", power_w, Demand::Power { power_w }),
            (_, _, _, rest_s) => {
                let duration_s = rest_s.unwrap_or_default();
                self.place.range("rest_s", duration_s, Range::Positive)?;
                let stops = vec![Stop::Elapsed { duration_s }];
                return Ok(Stage {
                    work: Work::Hold(Demand::REST),
                    stops,
                });
            }
        };
        if !value.is_finite() {
            return Err(self
                .place
                .refuse(&[key], value.to_string(), "a finite number")
                .into());
        }
        Ok(Stage {
            work: Work::Hold(demand),
            stops: vec![],
        })
    }

    fn drive(&self, name: &str) -> Result<Stage, Error> {
        let cycle = if let Some(named) = NamedCycle::from_name(name) {
            SpeedCycle::named(named)
        } else {
            let path = Path::new(name);
            let text = self.open("cycle", path)?;
            SpeedCycle::from_csv(text).map_err(|error| Error::Table {
                file: self.place.resolve(path),
                error,
            })?
        };
        let vehicle = self.load.vehicle.unwrap_or_default();
        let drive = vehicle.drive(&cycle).map_err(|error| {
            self.place.refuse(
                &["vehicle", error.field],
                error.value.to_string(),
                error.expected,
            )
        })?;
        self.follow(Profile {
            quantity: Quantity::Power,
            series: drive.power_w,
        })
    }

    fn profile(&self, path: &Path) -> Result<Profile, Error> {
        let header = csv::Reader::from_reader(self.open("profile", path)?)
            .headers()
            .map(|header| {
                header
                    .iter()
                    .map(|name| name.trim().to_owned())
                    .collect::<Vec<_>>()
            })
            .unwrap_or_default();
        let found = QUANTITIES
            .iter()
            .find(|(column, _)| header.iter().any(|name| name == column));
        // Without one, the reader reports the most usual column as missing.
        let (column, quantity) = *found.unwrap_or(&QUANTITIES[0]);
        let between = if self.load.linear {
            Between::Linear
        } else {
            Between::Held
        };
        let series = TimeSeries::from_csv(self.open("profile", path)?, "time_s", column, between)
            .map_err(|error| Error::Table {
            file: self.place.resolve(path),
            error,
        })?;
        Ok(Profile { quantity, series })
    }

    /// A row's current is the mean over the interval that ends there, so it applies from the previous row.
    fn log(&self, path: &Path) -> Result<Profile, Error> {
        let log = Log::read(&self.place.resolve(path))?;
        let mut points: Vec<(f64, f64)> = Vec::with_capacity(log.len());
        for (time_s, next_a) in log.time_s.iter().zip(log.current_a.iter().skip(1)) {
            // Of rows at one instant the last starts the interval.
            match points.last_mut() {
                Some(last) if last.0 >= *time_s => last.1 = *next_a,
                _ => points.push((*time_s, *next_a)),
            }
        }
        if let (Some(end_s), Some(last)) = (log.time_s.last(), points.last().copied())
            && *end_s > last.0
        {
            points.push((*end_s, last.1));
        }
        let series = TimeSeries::new(&points, Between::Held).map_err(|error| Error::Table {
            file: self.place.resolve(path),
            error,
        })?;
        Ok(Profile {
            quantity: Quantity::Current,
            series,
        })
    }

    fn follow(&self, profile: Profile) -> Result<Stage, Error> {
        let scale = self.load.scale.unwrap_or(1.0);
        if !scale.is_finite() {
            return Err(self
                .place
                .refuse(&["scale"], scale.to_string(), "a finite number")
                .into());
        }
        let series = profile.series.scaled(scale);
        Ok(Stage {
            work: Work::Follow(Profile { series, ..profile }),
            stops: vec![],
        })
    }

    fn charge(&self, charge: &ChargeSection) -> Result<Stage, TomlError> {
        let fields = [
            ("c_rate", charge.c_rate, Range::Positive),
            ("voltage_v", charge.voltage_v, Range::Positive),
            ("cutoff_c_rate", charge.cutoff_c_rate, Range::NotNegative),
        ];
        self.place.ranges(&["charge"], check(&fields))?;
        if charge.cutoff_c_rate >= charge.c_rate {
            let expected = format!("less than `c_rate`, which is {}", charge.c_rate);
            return Err(self.place.refuse(
                &["charge", "cutoff_c_rate"],
                charge.cutoff_c_rate.to_string(),
                expected,
            ));
        }
        let charger = Charger {
            current_a: charge.c_rate * self.nominal_capacity_ah,
            voltage_v: charge.voltage_v,
            cutoff_a: charge.cutoff_c_rate * self.nominal_capacity_ah,
        };
        Ok(charger.stage())
    }

    fn stops(&self, until: &UntilSection) -> Result<Vec<Stop>, TomlError> {
        let mut stops = vec![];
        let mut add = |key: &'static str, value: Option<f64>, stop: fn(f64) -> Stop| match value {
            None => Ok(()),
            Some(value) if value > 0.0 && value.is_finite() => {
                stops.push(stop(value));
                Ok(())
            }
            Some(value) => Err(self.place.refuse(
                &["until", key],
                value.to_string(),
                "a finite number above 0",
            )),
        };
        add("duration_s", until.duration_s, |duration_s| Stop::Elapsed {
            duration_s,
        })?;
        add("voltage_below_v", until.voltage_below_v, |voltage_v| {
            Stop::VoltageBelow { voltage_v }
        })?;
        add("voltage_above_v", until.voltage_above_v, |voltage_v| {
            Stop::VoltageAbove { voltage_v }
        })?;
        add(
            "cell_voltage_below_v",
            until.cell_voltage_below_v,
            |voltage_v| Stop::CellVoltageBelow { voltage_v },
        )?;
        add(
            "cell_voltage_above_v",
            until.cell_voltage_above_v,
            |voltage_v| Stop::CellVoltageAbove { voltage_v },
        )?;
        add("current_below_a", until.current_below_a, |current_a| {
            Stop::CurrentBelow { current_a }
        })?;
        Ok(stops)
    }

    fn open(&self, key: &str, path: &Path) -> Result<File, TomlError> {
        let path = self.place.resolve(path);
        File::open(&path).map_err(|error| {
            let expected = match key {
                "cycle" => "UDDS, US06, HWFET, WLTC or a file that can be read",
                _ => "a file that can be read",
            };
            self.place
                .refuse(&[key], format!("{} ({error})", path.display()), expected)
        })
    }
}
