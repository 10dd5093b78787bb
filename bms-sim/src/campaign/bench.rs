//! One campaign case: inject, observe, score.

use std::sync::{Arc, LazyLock};

use bms_core::Outputs;
use bms_core::protection::Reaction;
use bms_core::units::to_seconds;
use serde::Serialize;

use super::Case;
use super::catalogue::{Entry, Onset};
use super::site::{Activity, Point, Site};
use crate::cell::circuit::CircuitParameters;
use crate::cell::physics::ZERO_CELSIUS_K;
use crate::fault::Fault;
use crate::pack::{Spread, ThermalConfig};
use crate::run::FaultLog;
use crate::scenario::{Expect, PlantCell, Preset, Scenario};
use crate::world::{ClosedLoop, SensorSuite};

/// Time to wait for a report after the detection budget, in seconds.
const AFTER_S: f64 = 1.5;
/// Upper limit of that wait, in seconds.
const MAX_S: f64 = 300.0;
/// Rounding allowed when a time is compared with its budget, in seconds.
const ROUNDING_S: f64 = 1e-6;
/// Three standard deviations of a temperature sensor's bias and noise, in kelvin.
const SENSOR_ERROR_K: f64 = 1.6;

/// Result of a case.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "verdict")]
pub enum Verdict {
    /// Reported under the expected number, within the budget.
    Detected,
    /// Not reported.
    Missed,
    /// Reported after the detection budget.
    Late,
    /// Reported in time; the reaction exceeded its budget.
    SlowReaction,
    /// A fault was reported before the injection took effect.
    FalseAlarm {
        /// The reported faults.
        found: Vec<String>,
    },
    /// An unrelated fault was reported.
    WrongName {
        /// The reported faults.
        found: Vec<String>,
    },
}

/// Result of one case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseResult {
    /// Number of the injected fault.
    pub number: u16,
    /// Injected magnitude.
    pub magnitude: f64,
    /// The pack.
    pub pack: &'static str,
    /// Activity of the battery.
    pub activity: Activity,
    /// State of charge at the start.
    pub soc: f64,
    /// Temperature at the start.
    pub degc: f64,
    /// The seed.
    pub seed: u64,
    /// Result.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// From the onset to the detection, in seconds.
    pub detection_s: Option<f64>,
    /// Detection budget, in seconds.
    pub detection_budget_s: f64,
    /// From detection to open contactors, in seconds, if opening is the reaction and the contactors were closed.
    pub reaction_s: Option<f64>,
    /// Reaction budget, in seconds.
    pub reaction_budget_s: f64,
}

static LG_M50: LazyLock<Arc<CircuitParameters>> = LazyLock::new(|| {
    Arc::new(circuit(include_str!(
        "../../../fixtures/cells/lg-m50-dfn.toml"
    )))
});
static LFP: LazyLock<Arc<CircuitParameters>> = LazyLock::new(|| {
    Arc::new(circuit(include_str!(
        "../../../fixtures/cells/lfp-18650.toml"
    )))
});

fn circuit(text: &str) -> CircuitParameters {
    let file = toml::from_str(text).expect("the shipped cells are well formed");
    CircuitParameters::from_cell_file(&file).expect("the shipped cells are sound")
}

/// The cells of a pack.
pub(crate) fn cell_of(preset: &Preset) -> PlantCell {
    PlantCell::Circuit(Arc::clone(if preset.name.starts_with("lfp") {
        &LFP
    } else {
        &LG_M50
    }))
}

/// A pack with cooling, usual sensors and usual spread.
pub(super) fn scenario(point: &Point, degc: f64, seed: u64) -> Scenario {
    Scenario {
        name: point.preset.name.to_owned(),
        variant: None,
        preset: point.preset,
        estimator_cell: None,
        qualify: None,
        initial_soc: None,
        cell: cell_of(point.preset),
        spread: Spread {
            seed,
            capacity_sigma: 0.01,
            resistance_sigma: 0.03,
            soc_sigma: 0.003,
            temperature_sigma_k: 0.0,
        },
        thermal: Some(ThermalConfig {
            cell_j_per_k: 68.0,
            cell_to_plate_w_per_k: 0.1,
            cell_to_air_w_per_k: 0.02,
            cell_to_cell_w_per_k: 0.05,
            plate_j_per_k: 4000.0,
            plate_to_coolant_w_per_k: 200.0,
            coolant_w_per_k: 600.0,
            reservoir_j_per_k: 20_000.0,
            radiator_w_per_k: 200.0,
            heater_w: 0.0,
            ..ThermalConfig::default()
        }),
        soc: point.soc,
        cell_k: degc + ZERO_CELSIUS_K,
        air_k: degc + ZERO_CELSIUS_K,
        cell_ticks: 5,
        sensors: SensorSuite::usual(point.preset.config),
        faults: Vec::new(),
        stages: Vec::new(),
        seed,
        settled_s: 0.0,
        output_step_s: 1.0,
        expect: Expect::default(),
    }
}

/// Injects a fault, runs the closed loop and scores the result.
pub(super) fn run_case(case: &Case<'_>) -> CaseResult {
    let site = Site::new(case.point, case.seed);
    let entry = case.entry;
    let degc = (entry.degc)(&site).unwrap_or(case.point.degc);
    let mut scenario = scenario(&case.point, degc, case.seed);
    scenario.qualify = case.qualify_ms.map(|ms| (entry.id, ms));
    scenario.stages = case.point.activity.stages(site.at_s);
    let from_s = if entry.from_start { 0.0 } else { site.at_s };
    scenario.faults = (entry.inject)(&site, case.magnitude)
        .into_iter()
        .map(|kind| Fault {
            from_s,
            until_s: f64::INFINITY,
            kind,
        })
        .collect();
    let config = scenario.config();
    let closed_loop = scenario
        .closed_loop(&config)
        .expect("the presets are valid");
    RunningCase::new(entry, site, closed_loop).judge(case)
}

/// A running case.
struct RunningCase<'e, 'a> {
    entry: &'e Entry,
    site: Site,
    closed_loop: ClosedLoop<'a>,
    fault_log: FaultLog,
    onset_s: Option<f64>,
    /// Earliest time at which sensors within their error bounds can show the condition.
    earliest_s: Option<f64>,
    was_closed: bool,
    /// When the contactors had parted for the first time after the detection.
    opened_s: Option<f64>,
    closed_at_detection: bool,
    detected_s: Option<f64>,
}

impl<'e, 'a> RunningCase<'e, 'a> {
    fn new(entry: &'e Entry, site: Site, closed_loop: ClosedLoop<'a>) -> Self {
        Self {
            entry,
            site,
            closed_loop,
            fault_log: FaultLog::default(),
            onset_s: None,
            earliest_s: None,
            was_closed: false,
            opened_s: None,
            closed_at_detection: false,
            detected_s: None,
        }
    }

    fn judge(mut self, case: &Case<'_>) -> CaseResult {
        let budget = self.closed_loop.config().budget(self.entry.id);
        let detection_budget_s = self
            .entry
            .within_s
            .unwrap_or_else(|| f64::from(to_seconds(budget.detection)));
        let reaction_budget_s = f64::from(to_seconds(budget.reaction));
        let wait_s = detection_budget_s + reaction_budget_s + AFTER_S;
        loop {
            self.tick();
            let now_s = self.closed_loop.world().now_s();
            let waited = self.onset_s.is_some_and(|onset_s| now_s > onset_s + wait_s);
            if waited || now_s > MAX_S {
                break;
            }
        }
        let onset_s = self.onset_s.unwrap_or(f64::INFINITY);
        let detection_s = self
            .detected_s
            .map(|detected_s| (detected_s - onset_s).max(0.0));
        let measured = self.closed_at_detection && self.reacts_by_opening();
        let reaction_s = self
            .detected_s
            .filter(|_| measured)
            .map(|detected_s| self.opened_s.unwrap_or(f64::INFINITY) - detected_s);
        let late = detection_s.is_some_and(|s| s > detection_budget_s + ROUNDING_S);
        let slow = reaction_s.is_some_and(|s| s > reaction_budget_s + ROUNDING_S);
        let (early, wrong) = self.others(onset_s);
        let verdict = if !early.is_empty() {
            Verdict::FalseAlarm { found: early }
        } else if detection_s.is_none() {
            Verdict::Missed
        } else if !wrong.is_empty() {
            Verdict::WrongName { found: wrong }
        } else if late {
            Verdict::Late
        } else if slow {
            Verdict::SlowReaction
        } else {
            Verdict::Detected
        };
        CaseResult {
            number: self.entry.id.definition().number,
            magnitude: case.magnitude,
            pack: case.point.preset.name,
            activity: case.point.activity,
            soc: case.point.soc,
            degc: (self.entry.degc)(&self.site).unwrap_or(case.point.degc),
            seed: case.seed,
            verdict,
            detection_s: detection_s.map(rounded),
            detection_budget_s,
            reaction_s: reaction_s.map(rounded),
            reaction_budget_s,
        }
    }

    fn tick(&mut self) {
        let tick = self.closed_loop.tick();
        let now_s = self.closed_loop.world().now_s();
        self.note_onset(now_s, &tick.outputs);
        self.fault_log.take(&self.closed_loop, now_s);
        let closed = self.closed_loop.world().high_voltage().closed();
        let path = closed.main_negative && (closed.main_positive || closed.precharge);
        if self.detected_s.is_none() && self.is_reported() {
            self.detected_s = Some(now_s);
            self.closed_at_detection = path;
        }
        if self.detected_s.is_some() && !path && self.opened_s.is_none() {
            self.opened_s = Some(now_s);
        }
        self.was_closed |= tick.outputs.contactors.mains_closed();
    }

    fn note_onset(&mut self, now_s: f64, outputs: &Outputs) {
        if self.onset_s.is_some() {
            return;
        }
        let commanded = outputs.contactors;
        let begun = match self.entry.onset {
            Onset::At => now_s >= self.site.at_s,
            Onset::SensorAbove(limit_k) => {
                let sensor_k = self.closed_loop.world().sensor_k()[self.site.sensor];
                let limit_k = limit_k(&self.site);
                if sensor_k >= limit_k - SENSOR_ERROR_K {
                    self.earliest_s.get_or_insert(now_s);
                }
                sensor_k >= limit_k + SENSOR_ERROR_K
            }
            Onset::Precharge => commanded.precharge,
            Onset::Session => now_s >= self.closed_loop.world().tick_s(),
            Onset::ChargerPrecharge => {
                self.closed_loop.operation().request() == bms_core::measurement::Request::Charge
            }
            Onset::Opening => self.was_closed && !commanded.get(self.site.contactor),
        };
        if begun {
            // The condition holds from the tick that ends now.
            self.onset_s = Some(now_s - self.closed_loop.world().tick_s());
        }
    }

    fn is_reported(&self) -> bool {
        let names = (self.entry.names)(&self.site);
        self.closed_loop
            .bms()
            .record(self.entry.id)
            .is_some_and(|_| {
                self.fault_log.so_far().iter().any(|found| {
                    found.number == self.entry.id.definition().number && found.on == names
                })
            })
    }

    fn reacts_by_opening(&self) -> bool {
        let reaction = self.entry.id.definition().reaction;
        let charging = self.site.point.activity == Activity::Charge;
        !self.entry.cannot_open
            && (reaction >= Reaction::Open || (charging && reaction == Reaction::StopCharging))
    }

    /// Unrelated reported faults, before and after the onset.
    fn others(&self, onset_s: f64) -> (Vec<String>, Vec<String>) {
        let (mut early, mut wrong) = (Vec::new(), Vec::new());
        let names = (self.entry.names)(&self.site);
        let earliest_s = self.earliest_s.unwrap_or(onset_s).min(onset_s);
        for found in self.fault_log.so_far() {
            let expected = found.number == self.entry.id.definition().number && found.on == names;
            let follows = self
                .entry
                .also
                .iter()
                .any(|also| also.contains(&found.number));
            if expected && found.first_s >= earliest_s - ROUNDING_S {
                continue;
            }
            if follows {
                continue;
            }
            let text = format!("{} {} on {}", found.number, found.name, found.source);
            if found.first_s < onset_s - ROUNDING_S {
                early.push(text);
            } else {
                wrong.push(text);
            }
        }
        (early, wrong)
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
