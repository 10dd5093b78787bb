//! Laws of a DC session under any sequence of messages, plugs and sensors.

use bms_bench::{DcBench, OPEN, SMALL, any_number};
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    ChargerLimits, ChargingConfig, Schedule, SessionConfig, SessionState, StationIsolation,
    StationStatus,
};
use bms_core::config::BmsConfig;
use bms_core::control::Mode;
use bms_core::measurement::{ChargerMessage, Request};
use bms_core::units::{amperes, to_amperes, to_volts, to_watts, volts, watts};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

static CONFIG: BmsConfig<'static> = SMALL;

/// For a pack of six cells.
const SMALL_CCS: ChargingConfig<'static> = ChargingConfig {
    voltage_margin: volts(0.3),
    ..NMC_96S_CCS
};

const SESSION: SessionConfig = SessionConfig {
    precharge_window: volts(1.0),
    safe_voltage: volts(3.0),
    voltage_tolerance: volts(1.5),
    // So that a walk of a few seconds comes to time-outs.
    ready_ms: 3000,
    cable_check_ms: 3000,
    precharge_ms: 3000,
    close_ms: 2000,
    power_ms: 2000,
    ramp_down_ms: 3000,
    open_ms: 3000,
    weld_ms: 2000,
    stop_ms: 1000,
    ..SessionConfig::CCS
};

/// What happens.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// A charger's own words instead of the truth.
    Says(Option<[f32; 6]>),
    Silent(bool),
    Mute(bool),
    Status(StationStatus),
    Stop(bool),
    Isolation(StationIsolation),
    Plug(bool),
    Lock(bool),
    Want(bool),
    Limit(f32, f32),
    Schedule(f32),
    /// Another voltage than that of the battery, beside it.
    InletShows(Option<f32>),
    HoldsVoltage(bool),
    CurrentStuck(bool),
    Wait,
}

/// Energy flows, and something happens; the time that passes then.
#[derive(Clone, Copy, Debug)]
struct Step {
    act: Act,
    ms: u32,
}

struct Sessions;

impl ReferenceStateMachine for Sessions {
    /// Whether the walk begins before the plug is noticed, rather than with energy that flows.
    type State = bool;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<bool> {
        any::<bool>().boxed()
    }

    fn transitions(_: &bool) -> BoxedStrategy<Step> {
        let status = prop::sample::select(vec![
            StationStatus::Ready,
            StationStatus::NotReady,
            StationStatus::Shutdown,
            StationStatus::UtilityInterrupt,
            StationStatus::Malfunction,
            StationStatus::EmergencyShutdown,
        ]);
        let isolation = prop::sample::select(vec![
            StationIsolation::Invalid,
            StationIsolation::Valid,
            StationIsolation::Warning,
            StationIsolation::Fault,
        ]);
        // A sound session goes on in most cases, or nothing would ever flow.
        let act = prop_oneof![
            3 => prop::option::of(prop::array::uniform6(any_number())).prop_map(Act::Says),
            2 => any::<bool>().prop_map(Act::Silent),
            2 => any::<bool>().prop_map(Act::Mute),
            1 => status.prop_map(Act::Status),
            1 => prop::bool::weighted(0.2).prop_map(Act::Stop),
            1 => isolation.prop_map(Act::Isolation),
            1 => prop::bool::weighted(0.8).prop_map(Act::Plug),
            1 => prop::bool::weighted(0.8).prop_map(Act::Lock),
            2 => prop::bool::weighted(0.7).prop_map(Act::Want),
            3 => (0.0_f32..400.0, 0.0_f32..20e3).prop_map(|(a, w)| Act::Limit(a, w)),
            2 => prop_oneof![Just(0.0), Just(f32::INFINITY), any_number()].prop_map(Act::Schedule),
            4 => prop::option::weighted(0.7, -4.0_f32..4.0).prop_map(Act::InletShows),
            1 => any::<bool>().prop_map(Act::HoldsVoltage),
            1 => any::<bool>().prop_map(Act::CurrentStuck),
            6 => Just(Act::Wait),
        ];
        (act, 1_u32..400)
            .prop_map(|(act, ticks)| Step {
                act,
                ms: 10 * ticks,
            })
            .boxed()
    }

    fn apply(fresh: bool, _: &Step) -> bool {
        fresh
    }
}

/// A session and what the laws have to remember of it.
struct Walk {
    bench: DcBench<'static>,
    last_valid_ms: Option<u32>,
    limits: Option<ChargerLimits>,
}

impl Walk {
    fn new() -> Self {
        let mut bench = DcBench::new(&CONFIG, &SMALL_CCS, 0.5);
        bench.config = SESSION;
        bench.charger.voltage_min_v = 1.0;
        bench.charger.voltage_max_v = 60.0;
        bench.charger.power_max_w = 20e3;
        bench.charger.volts_per_s = 20.0;
        Self {
            bench,
            last_valid_ms: None,
            limits: None,
        }
    }

    fn act(&mut self, act: Act) {
        let bench = &mut self.bench;
        match act {
            Act::Says(words) => {
                bench.charger.message =
                    words.map(|[v, a, high, low, most, power]| ChargerMessage {
                        voltage: volts(v),
                        current: amperes(a),
                        voltage_max: volts(high),
                        voltage_min: volts(low),
                        current_max: amperes(most),
                        power_max: watts(power),
                    });
            }
            Act::Silent(on) => bench.charger.silent = on,
            Act::Mute(on) => bench.charger.mute = on,
            Act::Status(status) => bench.charger.report.status = status,
            Act::Stop(on) => bench.charger.report.stop = on,
            Act::Isolation(isolation) => bench.charger.report.isolation = isolation,
            Act::Plug(on) => bench.plugged = on,
            Act::Lock(on) => bench.locked = on,
            Act::Want(on) => bench.wanted = on,
            Act::Limit(current_a, power_w) => {
                bench.charger.current_max_a = current_a;
                bench.charger.power_max_w = power_w;
            }
            Act::Schedule(current_a) => {
                bench.schedule = Schedule {
                    current_max: amperes(current_a),
                    ..Schedule::UNLIMITED
                };
            }
            Act::InletShows(beside_v) => {
                let pack_v = bench.battery.pack_v();
                bench.inlet_v = beside_v.map(|beside_v| pack_v + beside_v);
            }
            Act::HoldsVoltage(on) => bench.charger.holds_voltage = on,
            Act::CurrentStuck(on) => {
                bench.charger.amperes_per_s = if on { 0.0 } else { 100.0 };
            }
            Act::Wait => {}
        }
    }

    /// One tick, and every law.
    fn tick(&mut self) {
        let bench = &mut self.bench;
        let was_positive = bench.battery.contactors.main_positive;
        let was_open = bench.outputs().mode != Mode::Charge;
        let inlet_v = bench.inlet_v.unwrap_or(bench.battery.link_v);
        let pack_v = bench.battery.pack_v();
        // What the session sees is the tick before: a current that rises takes the voltage with it.
        let seen_v = bench.outputs().highest_cell.map(|(cell, _)| to_volts(cell));
        let outputs = bench.tick();
        // The battery's own precharge would refuse some of it: the session does not even ask.
        if outputs.battery == Request::Charge
            && was_open
            && outputs.state == SessionState::CloseContactors
        {
            // The sensor is read before the charger moves on in this tick.
            let moved_v = 0.01 * bench.charger.volts_per_s;
            let away_v = (inlet_v - pack_v).abs();
            assert!(away_v < 1.0 + moved_v, "asks to close {away_v} V away");
        }
        let now_ms = bench.battery.now_ms;
        if let Some(limits) = bench
            .sent
            .and_then(|message| ChargerLimits::of(&message).ok())
        {
            self.limits = Some(limits);
            self.last_valid_ms = Some(now_ms);
        }
        if !was_positive && bench.battery.contactors.main_positive {
            let away_v = bench.closed_at_v.expect("closed");
            assert!(away_v < 1.0, "closed {away_v} V away");
        }
        let stale_ms = u32::from(CONFIG.charging.stale_ms);
        let current_a = to_amperes(outputs.request.current);
        assert!(current_a.is_finite() && current_a >= 0.0);
        let age_ms = self.last_valid_ms.map_or(u32::MAX, |at_ms| now_ms - at_ms);
        if age_ms > stale_ms || outputs.state != SessionState::Charging {
            assert!(
                current_a <= 0.0,
                "{current_a} A in {:?} after {age_ms} ms",
                outputs.state
            );
        }
        if let Some(limits) = self.limits {
            assert!(current_a <= to_amperes(limits.current_max));
            #[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
            let power_w = current_a * seen_v.unwrap_or(0.0) * CONFIG.layout.cells as f32;
            assert!(
                power_w <= to_watts(limits.power_max) * 1.001 + 0.1,
                "{power_w}"
            );
        }
        let scheduled_a = to_amperes(bench.schedule.current_max);
        assert!(current_a <= if scheduled_a > 0.0 { scheduled_a } else { 0.0 });
        if bench.battery.current_a.abs() > 1.0 {
            // A charger that comes down has its time, and no more.
            let longest_ms =
                stale_ms + SESSION.ramp_down_ms + u32::from(CONFIG.sampling.open_ms) + 20;
            assert!(
                age_ms <= longest_ms,
                "current flows {age_ms} ms after the last valid message"
            );
        }
    }
}

impl StateMachineTest for Sessions {
    type SystemUnderTest = Walk;
    type Reference = Self;

    fn init_test(fresh: &bool) -> Walk {
        let mut walk = Walk::new();
        if *fresh {
            return walk;
        }
        for _ in 0..600 {
            walk.tick();
        }
        assert_eq!(walk.bench.last.state, SessionState::Charging);
        walk
    }

    fn apply(mut walk: Walk, _: &bool, step: Step) -> Walk {
        walk.act(step.act);
        for _ in 0..step.ms / 10 {
            walk.tick();
        }
        walk
    }

    /// However it stands and whatever the station does not do: a session that nobody wants any more ends.
    fn teardown(mut walk: Walk, _: bool) {
        walk.bench.wanted = false;
        let over = |walk: &Walk| {
            matches!(
                walk.bench.last.state,
                SessionState::Done | SessionState::Idle
            )
        };
        for _ in 0..1500 {
            walk.tick();
            if over(&walk) && walk.bench.battery.contactors == OPEN {
                return;
            }
        }
        panic!("does not end: {:?}", walk.bench.last);
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 128, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// Contactors close within the window only; no cap is passed; nothing flows for longer than the stale time, a
    /// ramp down and what opening takes; every session ends.
    #[test]
    fn laws_hold_in_every_session(sequential 1..20 => Sessions);
}
