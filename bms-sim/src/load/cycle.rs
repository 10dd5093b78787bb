//! Speed cycles: the regulatory driving schedules, and any other speed over time.

use std::io::Read;

use super::series::{Between, SeriesError, TimeSeries};

/// The driving schedules that the program carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedCycle {
    /// EPA Urban Dynamometer Driving Schedule.
    Udds,
    /// EPA US06 Supplemental FTP schedule.
    Us06,
    /// EPA Highway Fuel Economy Test.
    Hwfet,
    /// Worldwide harmonised Light vehicles Test Cycle, class 3b.
    WltcClass3b,
}

impl NamedCycle {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Udds, Self::Us06, Self::Hwfet, Self::WltcClass3b];

    /// Name in files and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Udds => "UDDS",
            Self::Us06 => "US06",
            Self::Hwfet => "HWFET",
            Self::WltcClass3b => "WLTC",
        }
    }

    /// The cycle of this name, whatever the case of its letters.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|cycle| cycle.name().eq_ignore_ascii_case(name))
    }

    fn text(self) -> &'static str {
        match self {
            Self::Udds => include_str!("../../../fixtures/cycles/udds.csv"),
            Self::Us06 => include_str!("../../../fixtures/cycles/us06.csv"),
            Self::Hwfet => include_str!("../../../fixtures/cycles/hwfet.csv"),
            Self::WltcClass3b => include_str!("../../../fixtures/cycles/wltc_class3b.csv"),
        }
    }
}

/// Vehicle speed over time; straight lines between points, speeds not negative.
#[derive(Clone, Debug, PartialEq)]
pub struct SpeedCycle(TimeSeries);

impl SpeedCycle {
    /// Reads a CSV text with the columns `time_s` and `speed_mps`.
    ///
    /// # Errors
    /// Those of [`TimeSeries::from_csv`], and a negative speed.
    pub fn from_csv(text: impl Read) -> Result<Self, SeriesError> {
        let series = TimeSeries::from_csv(text, "time_s", "speed_mps", Between::Linear)?;
        match series.values().iter().position(|&speed| speed < 0.0) {
            None => Ok(Self(series)),
            Some(row) => Err(SeriesError {
                line: row as u64 + 2,
                column: "speed_mps".to_owned(),
                found: series.values()[row].to_string(),
                expected: "a speed of at least 0".to_owned(),
            }),
        }
    }

    /// One of the schedules that the program carries.
    ///
    /// # Panics
    /// Never: the texts are part of the program and covered by its tests.
    #[must_use]
    pub fn named(cycle: NamedCycle) -> Self {
        Self::from_csv(cycle.text().as_bytes()).expect("the shipped cycles are well formed")
    }

    /// The points' times, in seconds.
    #[must_use]
    pub fn time_s(&self) -> &[f64] {
        self.0.time_s()
    }

    /// The points' speeds, in metres per second.
    #[must_use]
    pub fn speed_mps(&self) -> &[f64] {
        self.0.values()
    }

    /// Duration, in seconds.
    #[must_use]
    pub fn duration_s(&self) -> f64 {
        self.0.duration_s()
    }

    /// Distance covered, in metres.
    #[must_use]
    pub fn distance_m(&self) -> f64 {
        self.0.integral(self.duration_s())
    }
}
