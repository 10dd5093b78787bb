//! Fault-free operation: every reported fault is a false alarm.

use bms_core::protection::{FaultId, Reaction};
use rayon::prelude::*;
use serde::Serialize;

use super::bench;
use super::site::{Activity, Point};
use crate::load::{NamedCycle, SpeedCycle, Vehicle};
use crate::run::{ReportedFault, run};
use crate::scenario::{PRESETS, Scenario};
use crate::world::{Charge, Stage};

/// Temperatures of the hours, in degrees Celsius.
const DEGC: [f64; 7] = [-20.0, -10.0, 0.0, 10.0, 20.0, 30.0, 40.0];

/// A scenario without faults.
#[derive(Clone, Debug)]
pub struct QuietRun {
    scenario: Scenario,
}

/// Result of fault-free operation.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FaultFreeHours {
    /// Simulated time.
    pub hours: f64,
    /// Distance.
    pub distance_km: f64,
    /// Energy charged.
    pub energy_in_kwh: f64,
    /// Reported faults whose reaction is more than a record, each with its run.
    pub alarms: Vec<String>,
    /// Records of operating limits that were passed, by number of the fault.
    pub records: Vec<(u16, u64)>,
}

/// Drives and charges at -20 to 40 degC that last at least `hours` in total.
#[must_use]
pub fn quiet_runs(hours: f64) -> Vec<QuietRun> {
    let mut runs = Vec::new();
    let mut planned_s = 0.0;
    let mut number = 0_u64;
    let packs: Vec<_> = PRESETS
        .iter()
        .filter(|preset| preset.config.fitted.isolation)
        .collect();
    while planned_s < hours * 3600.0 {
        for degc in DEGC {
            let preset = packs[usize::try_from(number).unwrap_or(0) % packs.len()];
            let point = Point {
                preset,
                activity: Activity::City,
                soc: 0.6,
                degc,
            };
            let mut scenario = bench::scenario(&point, degc, 10_000 + number);
            scenario.name = format!("{} at {degc} degC, seed {}", preset.name, scenario.seed);
            scenario.stages = stages(degc, number);
            scenario.cell_ticks = 10;
            scenario.output_step_s = 60.0;
            planned_s += scenario
                .stages
                .iter()
                .map(Stage::duration_max_s)
                .sum::<f64>();
            runs.push(QuietRun { scenario });
            number += 1;
        }
    }
    runs
}

fn stages(degc: f64, number: u64) -> Vec<Stage> {
    let cycles = NamedCycle::ALL;
    let cycle = |offset: u64| {
        let place = usize::try_from(number + offset).unwrap_or(0) % cycles.len();
        Stage::Drive {
            cycle: SpeedCycle::named(cycles[place]),
            vehicle: Vehicle::default(),
            repeat: 2,
        }
    };
    // No fast charge in the cold: its limits would stretch it to days.
    let charge = Stage::Charge(Charge {
        current_a: if degc < 5.0 { 20.0 } else { 150.0 },
        power_w: 1e6,
        until_soc: 0.8,
        cutoff_a: 5.0,
        duration_s: 1800.0,
    });
    vec![
        cycle(0),
        Stage::Park { duration_s: 300.0 },
        charge,
        Stage::Park { duration_s: 120.0 },
        cycle(1),
    ]
}

/// Runs the hours, on all processors.
#[must_use]
pub fn run_quiet(runs: &[QuietRun], on_done: impl Fn() + Sync) -> FaultFreeHours {
    let parts: Vec<_> = runs
        .par_iter()
        .map(|quiet| {
            let summary = run(&quiet.scenario, |_| {
                Ok::<(), bms_core::config::ConfigError>(())
            });
            on_done();
            summary.map(|summary| (quiet.scenario.name.clone(), summary))
        })
        .collect();
    let mut hours = FaultFreeHours::default();
    for (name, summary) in parts.into_iter().flatten() {
        hours.hours += summary.duration_s / 3600.0;
        hours.distance_km += summary.distance_km;
        hours.energy_in_kwh += summary.energy_in_kwh;
        for found in &summary.faults {
            hours.add(&name, found);
        }
    }
    hours
}

impl FaultFreeHours {
    fn add(&mut self, run: &str, found: &ReportedFault) {
        let reaction = FaultId::from_number(found.number).map(|id| id.definition().reaction);
        if reaction > Some(Reaction::Record) {
            self.alarms.push(format!(
                "{} {} on {} at {} s, in {run}",
                found.number, found.name, found.source, found.first_s
            ));
            return;
        }
        match self
            .records
            .iter_mut()
            .find(|(number, _)| *number == found.number)
        {
            Some((_, count)) => *count += u64::from(found.count),
            None => self.records.push((found.number, u64::from(found.count))),
        }
    }
}
