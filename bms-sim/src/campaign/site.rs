//! Injection points: pack, state of charge, temperature, activity of the battery, affected part.

use bms_core::config::BmsConfig;
use bms_core::measurement::Contactor;
use serde::Serialize;

use crate::load::{NamedCycle, SpeedCycle, Vehicle};
use crate::scenario::{PRESETS, Preset};
use crate::world::{Charge, Stage};

/// Activity of the battery at the time of the injection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activity {
    /// Contactors open.
    Rest,
    /// The vehicle draws a constant current.
    Drive,
    /// The vehicle drives the US06.
    City,
    /// The vehicle draws alternately a high and a low current, in steps.
    Pulses,
    /// A charger supplies the allowed current.
    Charge,
    /// The vehicle drives, then the contactors open.
    Opening,
}

/// Current of a steady drive, in ampere; a load that matters, and far below every limit.
const DRIVE_A: f64 = 80.0;
/// Current of a pulse, in ampere, and number of pulses and pauses.
const PULSE_A: f64 = 200.0;
const PULSES: usize = 200;
/// Most current of the charger, in ampere.
const CHARGE_A: f64 = 100.0;
/// Longer than any case, in seconds.
const LONG_S: f64 = 10_000.0;

impl Activity {
    /// Stages of the activity, with an injection at `at_s`.
    pub(super) fn stages(self, at_s: f64) -> Vec<Stage> {
        match self {
            Self::Rest => vec![Stage::Park { duration_s: LONG_S }],
            Self::Drive => vec![Stage::Current {
                current_a: DRIVE_A,
                duration_s: LONG_S,
            }],
            Self::City => vec![Stage::Drive {
                cycle: SpeedCycle::named(NamedCycle::Us06),
                vehicle: Vehicle::default(),
                repeat: 100,
            }],
            Self::Pulses => (0..PULSES)
                .map(|number| Stage::Current {
                    current_a: if number % 2 == 0 { PULSE_A } else { 0.0 },
                    duration_s: 1.0,
                })
                .collect(),
            Self::Charge => vec![Stage::Charge(Charge {
                current_a: CHARGE_A,
                power_w: 1e6,
                until_soc: 1.0,
                cutoff_a: 0.0,
                duration_s: LONG_S,
            })],
            Self::Opening => vec![
                Stage::Current {
                    current_a: DRIVE_A,
                    duration_s: at_s,
                },
                Stage::Park { duration_s: LONG_S },
            ],
        }
    }
}

/// An injection point.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// The pack.
    pub preset: &'static Preset,
    /// Activity of the battery.
    pub activity: Activity,
    /// State of charge.
    pub soc: f64,
    /// Temperature of cells and air.
    pub degc: f64,
}

/// States of charge and temperatures.
const STATES: [(f64, f64); 5] = [
    (0.4, 25.0),
    (0.7, 25.0),
    (0.7, 10.0),
    (0.5, 35.0),
    (0.3, 15.0),
];

impl Point {
    /// Every point with one of these activities: both packs of high voltage at all states.
    #[must_use]
    pub fn all(activities: &[Activity]) -> Vec<Self> {
        let packs = PRESETS
            .iter()
            .filter(|preset| preset.config.fitted.isolation);
        let mut points = Vec::new();
        for preset in packs {
            for activity in activities {
                points.extend(STATES.map(|(soc, degc)| Self {
                    preset,
                    activity: *activity,
                    soc,
                    degc,
                }));
            }
        }
        points
    }
}

/// A point with the affected part and the time of injection.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The point.
    pub point: Point,
    /// When, in seconds.
    pub at_s: f64,
    /// Affected cell.
    pub cell: usize,
    /// A temperature sensor.
    pub sensor: usize,
    /// A front end.
    pub front_end: usize,
    /// A current sensor.
    pub current_sensor: usize,
    /// A main contactor.
    pub contactor: Contactor,
}

/// Time of the injection: transients have settled and limits have risen.
const AT_S: f64 = 8.0;

impl Site {
    /// Who is hit with this seed.
    #[must_use]
    pub fn new(point: Point, seed: u64) -> Self {
        let layout = &point.preset.config.layout;
        let mixed = |salt: usize, count: usize| {
            let seed = usize::try_from(seed % 1_000_003).unwrap_or(0);
            (seed.wrapping_mul(7919) + salt * 31) % count.max(1)
        };
        // Not a whole number of any period, so the injection shifts through all of them.
        let phase_s = 0.01 * mixed(1, 97) as f64;
        Self {
            point,
            at_s: AT_S + phase_s,
            // An open wire shows at the next cell as well.
            cell: mixed(2, layout.cells - 1),
            sensor: mixed(3, layout.temperature_sensors),
            front_end: mixed(4, layout.front_ends),
            current_sensor: mixed(5, 2),
            contactor: if mixed(6, 2) == 0 {
                Contactor::MainPositive
            } else {
                Contactor::MainNegative
            },
        }
    }

    /// The core's configuration.
    #[must_use]
    pub fn config(&self) -> &'static BmsConfig<'static> {
        self.point.preset.config
    }
}
