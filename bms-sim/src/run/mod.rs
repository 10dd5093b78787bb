//! Runs a scenario and summarises it.

mod accuracy;
mod charge;
mod charge_names;
mod charge_recorder;
mod charge_text;
mod expectations;
mod fault_log;
mod limits;
mod summary;
mod text;

use bms_core::Outputs;
use bms_core::config::ConfigError;
use bms_core::measurement::Contactors;
use bms_core::units::{to_amperes, to_ratio};

use crate::cell::physics::ZERO_CELSIUS_K;
use crate::scenario::{EndMode, Scenario};
use crate::world::{ClosedLoop, LoadRequest, Tick};
use accuracy::Accuracy;
pub use accuracy::{AccuracySummary, Errors};
pub use charge::{
    ChargePoint, ChargeSummary, ForecastCheck, LowestAnode, ReasonSpan, ReasonTime, StateTime,
};
pub(crate) use charge_names::words;
use charge_recorder::SessionRecorder;
pub use charge_text::overview;
pub(crate) use fault_log::FaultLog;
pub use fault_log::{ReportedFault, source_name};
pub use limits::LimitTime;
use limits::Limits;
pub use summary::{ModeTime, Summary};

/// Cells are compared with their estimates this often, in seconds.
const COMPARE_S: f64 = 1.0;

/// State of a run at one instant, for rows and plots.
#[derive(Clone, Copy, Debug)]
pub struct Instant<'r, 'a> {
    /// Time since the start, in seconds.
    pub time_s: f64,
    /// The tick that ends now.
    pub tick: &'r Tick,
    /// The loop at this instant.
    pub closed_loop: &'r ClosedLoop<'a>,
    /// Mean current since the last instant, in ampere, discharge positive.
    pub mean_a: f64,
    /// Discharged minus charged, in ampere-hours.
    pub charge_out_ah: f64,
    /// How far the scenario is, from 0 to 1.
    pub progress: f64,
}

/// Runs a scenario; calls `on_instant` every `output_step_s`.
///
/// # Errors
/// A configuration that the core refuses, or an error of `on_instant`.
pub fn run<E: From<ConfigError>>(
    scenario: &Scenario,
    mut on_instant: impl FnMut(&Instant<'_, '_>) -> Result<(), E>,
) -> Result<Summary, E> {
    let config = scenario.config();
    let mut closed_loop = scenario.closed_loop(&config)?;
    let mut totals = Totals::new(&closed_loop);
    let most_s = closed_loop.operation().duration_max_s();
    let tick_s = closed_loop.world().tick_s();
    let every = ticks_in(scenario.output_step_s, tick_s);
    let mut row_as = 0.0;
    let mut row_ticks = 0_u64;
    while !closed_loop.operation().is_done() && closed_loop.world().now_s() < most_s + 600.0 {
        let tick = closed_loop.tick();
        totals.take(scenario, &closed_loop, &tick);
        row_as += closed_loop.world().flow().current_a * tick_s;
        row_ticks += 1;
        if row_ticks == every {
            let time_s = closed_loop.world().now_s();
            on_instant(&Instant {
                time_s,
                tick: &tick,
                closed_loop: &closed_loop,
                mean_a: row_as / (row_ticks as f64 * tick_s),
                charge_out_ah: totals.charge_out_as / 3600.0,
                progress: (time_s / most_s).min(1.0),
            })?;
            (row_as, row_ticks) = (0.0, 0);
        }
    }
    Ok(totals.summary(scenario, &closed_loop))
}

/// Whole ticks in a time, at least one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number of ticks"
)]
fn ticks_in(time_s: f64, tick_s: f64) -> u64 {
    (time_s / tick_s).round().max(1.0) as u64
}

/// Accumulated quantities of a run.
#[derive(Debug)]
struct Totals {
    ticks: u64,
    compare_every: u64,
    charge_out_as: f64,
    out_j: f64,
    in_j: f64,
    wanted_out_j: f64,
    missed_out_j: f64,
    soc_at_start: (f64, f64),
    cell_v: (f64, f64),
    cell_k: (f64, f64),
    current_a: (f64, f64),
    accuracy: Accuracy,
    limits: Limits,
    fault_log: FaultLog,
    modes: Vec<ModeTime>,
    bleeding_most: usize,
    bled_cell_s: f64,
    runaway_s: Option<f64>,
    opened_s: Vec<f64>,
    closed: Contactors<bool>,
    charges: SessionRecorder,
    last: Option<Outputs>,
}

impl Totals {
    fn new(closed_loop: &ClosedLoop<'_>) -> Self {
        let world = closed_loop.world();
        let soc = world.plant().cells().soc;
        let mean = soc.iter().sum::<f64>() / soc.len() as f64;
        let weakest = soc.iter().copied().fold(f64::INFINITY, f64::min);
        let none = (f64::INFINITY, f64::NEG_INFINITY);
        Self {
            ticks: 0,
            compare_every: ticks_in(COMPARE_S, world.tick_s()),
            charge_out_as: 0.0,
            out_j: 0.0,
            in_j: 0.0,
            wanted_out_j: 0.0,
            missed_out_j: 0.0,
            soc_at_start: (mean, weakest),
            cell_v: none,
            cell_k: none,
            current_a: none,
            accuracy: Accuracy::new(soc.len()),
            limits: Limits::default(),
            fault_log: FaultLog::default(),
            modes: Vec::new(),
            bleeding_most: 0,
            bled_cell_s: 0.0,
            runaway_s: None,
            opened_s: Vec::new(),
            closed: Contactors::all(false),
            charges: SessionRecorder::default(),
            last: None,
        }
    }

    fn take(&mut self, scenario: &Scenario, closed_loop: &ClosedLoop<'_>, tick: &Tick) {
        self.ticks += 1;
        let world = closed_loop.world();
        let (now_s, tick_s, flow) = (world.now_s(), world.tick_s(), world.flow());
        let energy_j = flow.current_a * flow.pack_v * tick_s;
        self.charge_out_as += flow.current_a * tick_s;
        if energy_j >= 0.0 {
            self.out_j += energy_j;
        } else {
            self.in_j -= energy_j;
        }
        if let LoadRequest::Power { power_w } = tick.load_request
            && power_w > 0.0
        {
            let given_w = (flow.load_a * flow.link_v).max(0.0);
            self.wanted_out_j += power_w * tick_s;
            self.missed_out_j += (power_w - given_w).max(0.0) * tick_s;
        }
        widen(&mut self.current_a, flow.current_a);
        self.limits.take(tick, tick_s);
        self.charges.take(scenario, closed_loop, tick);
        self.fault_log.take(closed_loop, now_s);
        self.note_mode(&tick.outputs, tick_s);
        let outputs = &tick.outputs;
        self.bleeding_most = self.bleeding_most.max(outputs.balancing.bleeding);
        self.bled_cell_s += outputs.balancing.bleeding as f64 * tick_s;
        if outputs.runaway.is_some() {
            self.runaway_s.get_or_insert(now_s);
        }
        if self.closed.mains_closed() && !outputs.contactors.mains_closed() {
            self.opened_s.push(now_s);
        }
        self.closed = outputs.contactors;
        self.last = Some(*outputs);
        if self.ticks.is_multiple_of(self.compare_every) {
            let settled = now_s >= scenario.settled_s;
            self.accuracy.take(closed_loop, outputs, settled);
            let cells = world.plant().cells();
            for cell_v in cells.voltage_v {
                widen(&mut self.cell_v, *cell_v);
            }
            for cell_k in cells.temperature_k {
                widen(&mut self.cell_k, *cell_k);
            }
        }
    }

    fn note_mode(&mut self, outputs: &Outputs, tick_s: f64) {
        let name = format_mode(outputs);
        match self.modes.last_mut() {
            Some(last) if last.mode == name => last.duration_s += tick_s,
            _ => self.modes.push(ModeTime {
                mode: name,
                duration_s: tick_s,
            }),
        }
    }

    fn summary(self, scenario: &Scenario, closed_loop: &ClosedLoop<'_>) -> Summary {
        let world = closed_loop.world();
        let soc = world.plant().cells().soc;
        let (low, high) = soc
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), soc| {
                (low.min(*soc), high.max(*soc))
            });
        let estimate = self.last.map(|last| last.estimate);
        let percent = |of: Option<f32>| 100.0 * f64::from(of.unwrap_or(f32::NAN));
        let ends_in = match self.last.map(|last| last.mode) {
            Some(bms_core::control::Mode::Fault) => EndMode::Fault,
            _ => EndMode::Standby,
        };
        let mut summary = Summary {
            scenario: scenario.name.clone(),
            cells: soc.len(),
            duration_s: rounded(world.now_s()),
            distance_km: rounded(closed_loop.operation().distance_m() * 1e-3),
            energy_out_kwh: rounded(self.out_j / 3.6e6),
            energy_in_kwh: rounded(self.in_j / 3.6e6),
            energy_missed_kwh: rounded(self.missed_out_j / 3.6e6),
            energy_wanted_kwh: rounded(self.wanted_out_j / 3.6e6),
            soc_start_percent: rounded(100.0 * self.soc_at_start.0),
            soc_end_percent: rounded(100.0 * soc.iter().sum::<f64>() / soc.len() as f64),
            soc_end_weakest_percent: rounded(100.0 * low),
            soc_end_spread_points: rounded(100.0 * (high - low)),
            soc_estimated_percent: rounded(percent(estimate.map(|e| to_ratio(e.mean.soc)))),
            soc_sigma_points: rounded(percent(estimate.map(|e| to_ratio(e.mean.soc_sigma)))),
            accuracy: self.accuracy.summary(scenario.settled_s),
            cell_voltage_v: (rounded(self.cell_v.0), rounded(self.cell_v.1)),
            temperature_degc: (
                rounded(self.cell_k.0 - ZERO_CELSIUS_K),
                rounded(self.cell_k.1 - ZERO_CELSIUS_K),
            ),
            current_a: (rounded(self.current_a.0), rounded(self.current_a.1)),
            limits: self.limits.times(),
            faults: self.fault_log.found(),
            modes: self.modes,
            contactors_opened_s: self.opened_s.into_iter().map(rounded).collect(),
            ends_in,
            bled_cell_hours: rounded(self.bled_cell_s / 3600.0),
            bleeding_most: self.bleeding_most,
            runaway_alarm_s: self.runaway_s.map(rounded),
            charges: self.charges.summaries(),
            failures: Vec::new(),
        };
        summary.failures = expectations::failures(&scenario.expect, &summary);
        summary
    }
}

fn format_mode(outputs: &Outputs) -> &'static str {
    use bms_core::control::Mode;
    match outputs.mode {
        Mode::Initialise => "initialise",
        Mode::Standby => "standby",
        Mode::Precharge => "precharge",
        Mode::Drive => "drive",
        Mode::Charge => "charge",
        Mode::Opening => "opening",
        Mode::Fault => "fault",
        Mode::Sleep => "sleep",
        Mode::Supervised => "supervised",
    }
}

fn widen(range: &mut (f64, f64), value: f64) {
    range.0 = range.0.min(value);
    range.1 = range.1.max(value);
}

/// Rounds to six decimals.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// Allowed currents, in ampere: out of and into the battery.
#[must_use]
pub fn allowed_a(outputs: &Outputs) -> (f64, f64) {
    (
        f64::from(to_amperes(outputs.allowed.discharge.current)),
        f64::from(to_amperes(outputs.allowed.charge.current)),
    )
}
