//! Records the charging sessions of a run.

use bms_core::charging::{End, Forecast, RequestReason, SessionState};
use bms_core::control::Mode;
use bms_core::units::{Time, to_amperes, to_joules, to_ratio, to_seconds, to_volts};

use super::charge::{
    ChargePoint, ChargeSummary, ForecastCheck, LowestAnode, ReasonSpan, ReasonTime, StateTime,
};
use super::charge_names::{end_name, reason_name, words};
use super::rounded;
use crate::cell::LithiumPotential;
use crate::cell::physics::ZERO_CELSIUS_K;
use crate::scenario::Scenario;
use crate::world::{ClosedLoop, SessionPlan, SessionTick, Stage, Tick};

/// Time between two points of the curve, in seconds.
const POINT_S: f64 = 20.0;

/// Records the sessions of a run.
#[derive(Debug, Default)]
pub(super) struct SessionRecorder {
    done: Vec<ChargeSummary>,
    present: Option<Recorder>,
}

impl SessionRecorder {
    pub(super) fn take(&mut self, scenario: &Scenario, closed_loop: &ClosedLoop<'_>, tick: &Tick) {
        let Some(session) = &tick.session else {
            self.finish();
            return;
        };
        let stage = closed_loop.operation().stage();
        if self
            .present
            .as_ref()
            .is_some_and(|present| present.stage != stage && stage < scenario.stages.len())
        {
            self.finish();
        }
        if self.present.is_none() {
            let Some(Stage::Session(plan)) = scenario.stages.get(stage) else {
                return;
            };
            self.present = Some(Recorder::new(stage, plan, closed_loop));
        }
        if let Some(present) = &mut self.present {
            present.take(scenario, closed_loop, tick, session);
        }
    }

    fn finish(&mut self) {
        if let Some(present) = self.present.take() {
            self.done.push(present.summary());
        }
    }

    pub(super) fn summaries(mut self) -> Vec<ChargeSummary> {
        self.finish();
        self.done
    }
}

/// Watches one session.
#[derive(Debug)]
struct Recorder {
    stage: usize,
    departure_s: Option<f64>,
    plugged_s: f64,
    summary: ChargeSummary,
    state: Option<SessionState>,
    over_v: f64,
    under_v: f64,
    /// Since the start of energy flow, while it flows.
    time_s: f64,
    flows: bool,
    energy_j: f64,
    charger_j: f64,
    heater_j: f64,
    first: Option<(Option<f64>, f64, RequestReason)>,
    taken_s: Option<f64>,
    left_charging_s: Option<f64>,
    closed: bool,
    reasons: Vec<(RequestReason, f64)>,
    /// Since the last point.
    part: Part,
}

#[derive(Debug, Default)]
struct Part {
    time_s: f64,
    charge_as: f64,
    energy_j: f64,
    reasons: Vec<(RequestReason, f64)>,
    anode_v: Option<LithiumPotential>,
}

impl Recorder {
    fn new(stage: usize, plan: &SessionPlan, closed_loop: &ClosedLoop<'_>) -> Self {
        let limits = &closed_loop.config().limits;
        Self {
            stage,
            departure_s: plan.departure_s,
            plugged_s: closed_loop.world().now_s(),
            summary: ChargeSummary {
                until_soc_percent: rounded(100.0 * plan.until_soc),
                cell_voltage_v: (f64::INFINITY, f64::NEG_INFINITY),
                temperature_degc: (f64::INFINITY, f64::NEG_INFINITY),
                ..ChargeSummary::default()
            },
            state: None,
            over_v: f64::from(to_volts(limits.cell_over_voltage.operating)),
            under_v: f64::from(to_volts(limits.cell_under_voltage.operating)),
            time_s: 0.0,
            flows: false,
            energy_j: 0.0,
            charger_j: 0.0,
            heater_j: 0.0,
            first: None,
            taken_s: None,
            left_charging_s: None,
            closed: false,
            reasons: Vec::new(),
            part: Part::default(),
        }
    }

    fn take(
        &mut self,
        scenario: &Scenario,
        closed_loop: &ClosedLoop<'_>,
        tick: &Tick,
        session: &SessionTick,
    ) {
        let world = closed_loop.world();
        let (now_s, tick_s) = (world.now_s(), world.tick_s());
        self.note_state(session, now_s, tick_s);
        self.note_opening(tick, now_s);
        let outputs = &session.outputs;
        if let Some(end) = outputs.end {
            self.summary.end = end_name(end);
            self.summary.target_reached = matches!(end, End::Complete(_));
        }
        self.summary.error_code = outputs.error.name();
        self.summary.opened_at_a = outputs
            .opened_at
            .map(|current| rounded(f64::from(to_amperes(current))));
        self.summary.weld = words(&outputs.weld);
        let charging = outputs.state == SessionState::Charging;
        if charging && self.summary.began_s.is_none() {
            self.begin(tick, session, now_s);
        }
        self.flows |= charging;
        if !self.flows {
            return;
        }
        self.flow(closed_loop, tick, session, tick_s);
        let ticks = (now_s / tick_s).round();
        if (ticks % f64::from(scenario.cell_ticks)).abs() < 0.5 {
            self.record_cells(closed_loop);
        }
        if self.part.time_s >= POINT_S - 0.5 * tick_s {
            self.point(closed_loop, tick, session);
        }
        if !tick.outputs.contactors.path_closed() {
            if self.part.time_s > 0.5 {
                self.point(closed_loop, tick, session);
            }
            self.flows = false;
        }
    }

    fn note_state(&mut self, session: &SessionTick, now_s: f64, tick_s: f64) {
        let state = session.outputs.state;
        if self.state == Some(SessionState::Charging) && state != SessionState::Charging {
            self.left_charging_s = Some(now_s);
            if matches!(session.outputs.end, Some(End::Complete(_))) {
                self.taken_s = Some(self.time_s);
            }
        }
        if self.state == Some(state) {
            if let Some(last) = self.summary.states.last_mut() {
                last.duration_s += tick_s;
            }
        } else {
            self.summary.states.push(StateTime {
                state: words(&state),
                duration_s: tick_s,
            });
        }
        self.state = Some(state);
    }

    fn note_opening(&mut self, tick: &Tick, now_s: f64) {
        let closed = tick.outputs.contactors.path_closed();
        if self.closed
            && !closed
            && let Some(left_s) = self.left_charging_s
        {
            self.summary.opening_s = Some(rounded(now_s - left_s));
        } else if self.closed && !closed {
            self.summary.opening_s = Some(0.0);
        }
        self.closed = closed;
    }

    fn begin(&mut self, tick: &Tick, session: &SessionTick, now_s: f64) {
        let soc = percent(to_ratio(tick.outputs.estimate.soc));
        self.summary.began_s = Some(rounded(now_s));
        self.summary.soc_percent = (soc, soc);
        self.summary.departure_s = self
            .departure_s
            .map(|departure_s| rounded(departure_s - (now_s - self.plugged_s)));
        self.first = session.forecast.as_ref().map(|forecast: &Forecast| {
            let target = &forecast.target;
            (
                seconds_of(target.time),
                f64::from(to_joules(target.energy)) / 3.6e6,
                forecast.bound_by,
            )
        });
    }

    fn flow(
        &mut self,
        closed_loop: &ClosedLoop<'_>,
        tick: &Tick,
        session: &SessionTick,
        tick_s: f64,
    ) {
        let flow = closed_loop.world().flow();
        let energy_j = -flow.current_a * flow.pack_v * tick_s;
        self.time_s += tick_s;
        self.charger_j += session.given_a * flow.link_v * tick_s;
        if tick.outputs.mode == Mode::Charge && session.heater_w > 0.0 {
            self.heater_j += session.heater_w * tick_s;
            self.summary.heated_s += tick_s;
        }
        self.part.time_s += tick_s;
        self.part.charge_as -= flow.current_a * tick_s;
        self.part.energy_j += energy_j;
        if session.outputs.state == SessionState::Charging {
            self.energy_j += energy_j;
            self.summary.soc_percent.1 = percent(to_ratio(tick.outputs.estimate.soc));
            let reason = session.outputs.request.reason;
            add(&mut self.reasons, reason, tick_s);
            add(&mut self.part.reasons, reason, tick_s);
        }
    }

    fn record_cells(&mut self, closed_loop: &ClosedLoop<'_>) {
        let world = closed_loop.world();
        let cells = world.plant().cells();
        for cell_v in cells.voltage_v {
            super::widen(&mut self.summary.cell_voltage_v, *cell_v);
        }
        for cell_k in cells.temperature_k {
            super::widen(&mut self.summary.temperature_degc, cell_k - ZERO_CELSIUS_K);
        }
        let current_a = -world.flow().current_a;
        for (cell, soc) in cells.soc.iter().enumerate() {
            let Some(found) = world.plant().negative_electrode(cell) else {
                return;
            };
            let lowest = |potential_v: f64| LowestAnode {
                potential_mv: 1e3 * potential_v,
                cell,
                time_s: self.time_s,
                soc_percent: 100.0 * soc,
                temperature_degc: cells.temperature_k[cell] - ZERO_CELSIUS_K,
                current_a,
            };
            for (known, potential_v) in [
                (&mut self.summary.anode, found.mean_v),
                (&mut self.summary.anode_separator, found.separator_v),
            ] {
                if known.is_none_or(|known| 1e3 * potential_v < known.potential_mv) {
                    *known = Some(lowest(potential_v));
                }
            }
            let part = self.part.anode_v.get_or_insert(found);
            part.mean_v = part.mean_v.min(found.mean_v);
            part.separator_v = part.separator_v.min(found.separator_v);
        }
    }

    fn point(&mut self, closed_loop: &ClosedLoop<'_>, tick: &Tick, session: &SessionTick) {
        let part = std::mem::take(&mut self.part);
        let world = closed_loop.world();
        let cells = world.plant().cells();
        let soc_true = cells.soc.iter().sum::<f64>() / cells.soc.len() as f64;
        let mut degc = (f64::INFINITY, f64::NEG_INFINITY);
        for cell_k in cells.temperature_k {
            super::widen(&mut degc, cell_k - ZERO_CELSIUS_K);
        }
        let reason = longest(&part.reasons).map_or("ramp down".to_owned(), reason_name);
        let time_s = rounded(self.time_s);
        let begins_s = rounded(self.time_s - part.time_s);
        match self.summary.spans.last_mut() {
            Some(span) if span.reason == reason => span.until_s = time_s,
            _ => self.summary.spans.push(ReasonSpan {
                reason: reason.clone(),
                from_s: begins_s,
                until_s: time_s,
            }),
        }
        let target = session
            .forecast
            .and_then(|forecast| seconds_of(forecast.target.time));
        let current_a = part.charge_as / part.time_s;
        self.summary.curve.push(ChargePoint {
            time_s,
            soc_percent: percent(to_ratio(tick.outputs.estimate.soc)),
            soc_true_percent: rounded(100.0 * soc_true),
            current_a: milli(current_a),
            voltage_v: milli(world.flow().pack_v),
            power_kw: milli(1e-3 * part.energy_j / part.time_s),
            coldest_degc: milli(degc.0),
            warmest_degc: milli(degc.1),
            anode_mv: part.anode_v.map(|anode| milli(1e3 * anode.mean_v)),
            anode_separator_mv: part.anode_v.map(|anode| milli(1e3 * anode.separator_v)),
            left_s: target.map(milli),
            reason,
        });
    }

    fn summary(mut self) -> ChargeSummary {
        let summary = &mut self.summary;
        for state in &mut summary.states {
            state.duration_s = rounded(state.duration_s);
        }
        if summary.began_s.is_none() {
            summary.cell_voltage_v = (0.0, 0.0);
            summary.temperature_degc = (0.0, 0.0);
            return self.summary;
        }
        let (low_v, high_v) = summary.cell_voltage_v;
        summary.cell_beyond_mv = milli(1e3 * (high_v - self.over_v).max(self.under_v - low_v));
        let both = |(low, high): (f64, f64)| (rounded(low), rounded(high));
        summary.cell_voltage_v = both(summary.cell_voltage_v);
        summary.temperature_degc = both(summary.temperature_degc);
        for anode in [&mut summary.anode, &mut summary.anode_separator] {
            *anode = anode.map(|anode| LowestAnode {
                potential_mv: milli(anode.potential_mv),
                time_s: milli(anode.time_s),
                soc_percent: milli(anode.soc_percent),
                temperature_degc: milli(anode.temperature_degc),
                current_a: milli(anode.current_a),
                ..anode
            });
        }
        summary.charger_kwh = rounded(self.charger_j / 3.6e6);
        summary.heater_kwh = rounded(self.heater_j / 3.6e6);
        summary.heated_s = rounded(summary.heated_s);
        self.reasons.sort_by(|a, b| b.1.total_cmp(&a.1));
        summary.reasons = self
            .reasons
            .iter()
            .map(|(reason, duration_s)| ReasonTime {
                reason: reason_name(*reason),
                duration_s: rounded(*duration_s),
            })
            .collect();
        let taken_kwh = self.energy_j / 3.6e6;
        let error = |foreseen: f64, taken: f64| rounded(100.0 * (foreseen - taken) / taken);
        summary.foreseen = self
            .first
            .map(|(time_s, energy_kwh, bound_by)| ForecastCheck {
                time_s: time_s.map(milli),
                taken_s: self.taken_s.map(rounded),
                energy_kwh: rounded(energy_kwh),
                taken_kwh: rounded(taken_kwh),
                time_error_percent: time_s
                    .zip(self.taken_s)
                    .map(|(time_s, taken_s)| error(time_s, taken_s)),
                energy_error_percent: self.taken_s.map(|_| error(energy_kwh, taken_kwh)),
                bound_by: reason_name(bound_by),
            });
        self.summary
    }
}

fn add(sums: &mut Vec<(RequestReason, f64)>, reason: RequestReason, time_s: f64) {
    match sums.iter_mut().find(|(known, _)| *known == reason) {
        Some((_, sum_s)) => *sum_s += time_s,
        None => sums.push((reason, time_s)),
    }
}

fn longest(sums: &[(RequestReason, f64)]) -> Option<RequestReason> {
    sums.iter()
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(reason, _)| *reason)
}

fn seconds_of(time: Option<Time>) -> Option<f64> {
    time.map(|time| f64::from(to_seconds(time)))
}

fn percent(share: f32) -> f64 {
    milli(100.0 * f64::from(share))
}

/// Rounds to three decimals.
fn milli(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}
