//! Whole charges by GB/T 27930: the core's side against the charger's, frame by frame.

#[path = "../../bms-core/tests/common/bench_pack.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary uses its own part"
)]
mod bench_pack;

use bench_pack::Battery;
use bms_core::charging::gbt::{Content, Frame, GbtConfig, Identity, Link, Signal2, Stage};
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    ChargeNeeds, Completion, End, EvErrorCode, Forecast, ForecastInputs, Goals, NeedsInputs,
    Schedule, Session, SessionConfig, SessionFault, SessionInputs, SessionOutputs, SessionState,
    StationReport, StopCause,
};
use bms_core::config::presets::NMC_96S;
use bms_core::measurement::{ChargerMeasurement, Contactors, Reading};
use bms_core::units::{amp_hours, celsius, milliseconds, ratio, to_amperes, to_volts, volts};
use bms_sim::charger::{GBT_120_KW, GbtCharger, GbtChargerFault, GbtPhase};

const IDENTITY: Identity = Identity {
    battery: 6,
    capacity: amp_hours(154.3),
    voltage: volts(355.2),
    maker: *b"NONE",
    serial: 7,
    made: (2026, 11, 21),
    charges: 42,
    owned: true,
    vin: *b"WVWZZZ1JZ3W386752",
    software: None,
};

/// Which frames the bus loses: every so many-th of the transport protocol, 0 for none.
#[derive(Clone, Copy, Debug)]
struct Bus {
    loses_every: u32,
}

struct Rig {
    battery: Battery<'static>,
    session: Session,
    link: Link,
    charger: GbtCharger,
    config: GbtConfig,
    forecast: Forecast,
    wanted: bool,
    bus: Bus,
    transported: u32,
    last: SessionOutputs,
    stages: Vec<Stage>,
    phases: Vec<GbtPhase>,
    frames: Vec<(u32, Frame)>,
    opened_at_a: Option<f32>,
    /// Whether the optional messages are given.
    tells_details: bool,
}

impl Rig {
    fn new(soc: f32, loses_every: u32) -> Self {
        let mut battery = Battery::new(&NMC_96S, soc, 25.0);
        battery.disobedient = true;
        battery.run_ms(1000);
        let outputs = battery.last.expect("a tick");
        let scene = ForecastInputs {
            outputs: &outputs,
            charger: None,
            schedule: Schedule::UNLIMITED,
            goals: Goals::DEFAULT,
        };
        let forecast = Forecast::new(&NMC_96S_CCS, &NMC_96S, &scene);
        let inputs = SessionInputs {
            outputs: &outputs,
            charger: ChargerMeasurement::default(),
            pack_voltage: Reading::Waiting,
            inlet_voltage: Reading::Waiting,
            station: StationReport::default(),
            wanted: false,
            schedule: Schedule::UNLIMITED,
            target_soc: ratio(0.8),
        };
        let mut session = Session::new();
        let dt = milliseconds(10.0);
        let last = session.step(&SessionConfig::GBT, &NMC_96S_CCS, &NMC_96S, &inputs, dt);
        Self {
            battery,
            session,
            link: Link::new(),
            charger: GbtCharger::new(GBT_120_KW),
            config: GbtConfig::new(IDENTITY),
            forecast,
            wanted: true,
            bus: Bus { loses_every },
            transported: 0,
            last,
            stages: vec![Stage::Idle],
            phases: vec![GbtPhase::Handshake],
            frames: Vec::new(),
            opened_at_a: None,
            tells_details: false,
        }
    }

    /// Whether the bus loses a frame of the transport protocol.
    fn loses(&mut self, frame: &Frame) -> bool {
        let transport = matches!(frame.id >> 16 & 0xFF, 0xEB | 0xEC);
        if !transport || self.bus.loses_every == 0 {
            return false;
        }
        self.transported += 1;
        self.transported.is_multiple_of(self.bus.loses_every)
    }

    fn tick(&mut self) {
        let closed = self.battery.contactors.mains_closed();
        let pack_v = self.battery.pack_v();
        let (frames, current_a) = self.charger.step(closed.then_some(f64::from(pack_v)), 10);
        #[expect(clippy::cast_possible_truncation, reason = "a current")]
        let current_a = current_a as f32;
        self.battery.wanted_a = -current_a;
        for frame in frames {
            if !self.loses(&frame) {
                self.link.receive(&frame);
            }
        }
        let outputs = self.battery.last.expect("a tick");
        let needs = ChargeNeeds::of(
            &NMC_96S_CCS,
            &NMC_96S,
            &NeedsInputs {
                outputs: &outputs,
                request: &self.last.request,
                forecast: &self.forecast,
                goals: Goals::DEFAULT,
                present_voltage: volts(pack_v),
                ready: self.last.ready,
                error: self.last.error,
                discharge: None,
            },
        );
        let content = Content {
            outputs: &outputs,
            session: &self.last,
            needs: &needs,
        };
        let dt = milliseconds(10.0);
        let heard = self.link.step(&self.config, &NMC_96S, &content, dt);
        if self.tells_details {
            let cells = (0..96).map(|cell| volts(self.battery.cell_v(cell)));
            self.link.tell_cells(cells);
            self.link.tell_temperatures([celsius(25.0); 24]);
            self.link.tell_reserved(b"12345678");
        }
        while let Some(frame) = self.link.transmit() {
            self.frames.push((self.battery.now_ms, frame));
            if !self.loses(&frame) {
                self.charger.receive(&frame);
            }
        }
        let charger = ChargerMeasurement {
            plugged: true,
            locked: true,
            phase: self.last.phase,
            message: heard.message,
            ..ChargerMeasurement::default()
        };
        let inputs = SessionInputs {
            outputs: &outputs,
            charger,
            pack_voltage: Reading::New(volts(pack_v)),
            inlet_voltage: Reading::New(volts(self.battery.link_v)),
            station: heard.report,
            wanted: self.wanted,
            schedule: Schedule::UNLIMITED,
            target_soc: ratio(0.8),
        };
        self.last = self
            .session
            .step(&SessionConfig::GBT, &NMC_96S_CCS, &NMC_96S, &inputs, dt);
        self.last.command(&mut self.battery.commands);
        self.battery.charger = ChargerMeasurement {
            phase: self.last.phase,
            ..charger
        };
        self.battery.tick();
        if closed && !self.battery.contactors.mains_closed() {
            self.opened_at_a = Some(self.battery.current_a.abs());
        }
        if self.stages.last() != Some(&heard.stage) {
            self.stages.push(heard.stage);
        }
        if self.phases.last() != Some(&self.charger.phase()) {
            self.phases.push(self.charger.phase());
        }
    }

    fn run_s(&mut self, seconds: u32) {
        for _ in 0..100 * seconds {
            self.tick();
        }
    }

    fn reach(&mut self, state: SessionState) {
        for _ in 0..20_000 {
            self.tick();
            if self.last.state == state {
                return;
            }
        }
        panic!(
            "{state:?} not reached: {:?} {:?} {:?} {:?}",
            self.last,
            self.stages,
            self.phases,
            self.battery.faults()
        );
    }

    fn count(&self, id: u32) -> usize {
        self.frames
            .iter()
            .filter(|(_, frame)| frame.id == id)
            .count()
    }
}

const STAGES: [Stage; 9] = [
    Stage::Idle,
    Stage::Handshake,
    Stage::Recognition,
    Stage::Parameters,
    Stage::Ready,
    Stage::Charging,
    Stage::Stopping,
    Stage::Statistics,
    Stage::Over,
];

#[test]
fn a_whole_charge_from_the_handshake_to_the_statistics() {
    let mut rig = Rig::new(0.79, 0);
    rig.reach(SessionState::Charging);
    rig.run_s(10);
    assert!(rig.battery.current_a < -50.0, "{:?}", rig.last.request);
    let status = rig.charger.status.expect("a status");
    assert!(
        (to_amperes(status.current) + rig.battery.current_a).abs() < 2.0,
        "{status:?}"
    );
    rig.reach(SessionState::Done);
    rig.run_s(3);
    assert_eq!(rig.last.end, Some(End::Complete(Completion::StateOfCharge)));
    assert_eq!(rig.stages, STAGES);
    assert_eq!(*rig.phases.last().expect("one"), GbtPhase::Over);
    assert_eq!(rig.charger.identity, Some(IDENTITY));
    let limits = rig.charger.limits.expect("limits");
    assert!(
        (to_volts(limits.voltage_max) - 406.2).abs() < 0.2,
        "{limits:?}"
    );
    let stop = rig.charger.stop.expect("a stop");
    assert_eq!(stop.reasons[0], Signal2::Abnormal, "{stop:?}");
    assert!(
        rig.opened_at_a.expect("opened") < 1.5,
        "{:?}",
        rig.opened_at_a
    );
    assert_eq!(rig.battery.faults(), [""; 0]);
    assert_eq!(rig.count(0x081E_56F4), 0);
}

#[test]
fn messages_come_in_the_periods_of_the_standard() {
    let mut rig = Rig::new(0.4, 0);
    rig.reach(SessionState::Charging);
    rig.run_s(1);
    rig.frames.clear();
    rig.run_s(10);
    for (id, period_ms) in [(0x1810_56F4, 50), (0x1813_56F4, 250)] {
        let times: Vec<u32> = rig
            .frames
            .iter()
            .filter(|(_, frame)| frame.id == id)
            .map(|(at_ms, _)| *at_ms)
            .collect();
        assert!(
            times.windows(2).all(|pair| pair[1] - pair[0] == period_ms),
            "{id:#x}"
        );
        assert_eq!(times.len(), 10_000 / period_ms as usize, "{id:#x}");
    }
    // A request and two data frames for each status.
    assert_eq!(rig.count(0x1CEC_56F4), 40);
    assert_eq!(rig.count(0x1CEB_56F4), 80);
}

#[test]
fn every_ten_seconds_the_charger_is_told_of_every_cell_and_sensor() {
    let mut rig = Rig::new(0.4, 0);
    rig.tells_details = true;
    rig.reach(SessionState::Charging);
    rig.run_s(9);
    assert_eq!(rig.charger.details, [None, None, None]);
    rig.run_s(2);
    let before = rig.charger.statuses;
    let [cells, temperatures, reserved] =
        rig.charger.details.clone().map(|told| told.expect("told"));
    assert_eq!((cells.len(), temperatures.len()), (192, 24));
    assert_eq!(reserved, b"12345678");
    assert_eq!(temperatures, [75; 24]);
    let told_v = f32::from(u16::from_le_bytes([cells[190], cells[191]]) & 0x0FFF) / 100.0;
    assert!((told_v - rig.battery.cell_v(95)).abs() < 0.05, "{told_v}");
    rig.charger.details = [const { None }; 3];
    rig.run_s(10);
    assert!(rig.charger.details.iter().all(Option::is_some));
    // The status is not held up by them.
    assert!(
        (39..=40).contains(&(rig.charger.statuses - before)),
        "{}",
        rig.charger.statuses - before
    );
}

#[test]
fn a_charger_that_does_not_take_the_optional_messages_is_left_in_peace() {
    let mut rig = Rig::new(0.4, 0);
    rig.tells_details = true;
    rig.charger.set_fault(Some(GbtChargerFault::RefusesDetails));
    rig.reach(SessionState::Charging);
    rig.run_s(14);
    // Each was asked for once: the charger hears statuses again, and is not asked once more.
    let (requests, statuses) = (rig.count(0x1CEC_56F4), rig.charger.statuses);
    rig.run_s(10);
    assert_eq!(rig.count(0x1CEC_56F4) - requests, 40);
    assert_eq!(rig.charger.statuses - statuses, 40);
    assert_eq!(rig.last.state, SessionState::Charging);
}

#[test]
fn a_bus_that_loses_frames_delays_a_charge_and_no_more() {
    for loses_every in [5, 7, 11, 13] {
        let mut rig = Rig::new(0.4, loses_every);
        rig.reach(SessionState::Charging);
        rig.run_s(10);
        assert_eq!(rig.last.state, SessionState::Charging, "{:?}", rig.last.end);
        assert_eq!(rig.charger.identity, Some(IDENTITY), "every {loses_every}");
        rig.wanted = false;
        rig.reach(SessionState::Done);
        assert_eq!(rig.last.end, Some(End::Stopped(StopCause::Vehicle)));
    }
}

#[test]
fn a_charger_that_falls_silent_ends_the_session_in_every_phase() {
    for phase in [
        GbtPhase::Handshake,
        GbtPhase::Recognition,
        GbtPhase::Recognised,
        GbtPhase::Parameters,
        GbtPhase::Ready,
        GbtPhase::Charging,
        GbtPhase::Stopping,
    ] {
        let mut rig = Rig::new(0.4, 0);
        if phase >= GbtPhase::Charging {
            rig.reach(SessionState::Charging);
            rig.run_s(5);
            rig.wanted = phase == GbtPhase::Charging;
        }
        rig.charger
            .set_fault(Some(GbtChargerFault::SilentIn(phase)));
        rig.reach(SessionState::Done);
        rig.run_s(12);
        assert_eq!(rig.battery.contactors, Contactors::all(false), "{phase:?}");
        let failed = matches!(rig.last.end, Some(End::Failed(_)));
        assert!(
            failed || phase == GbtPhase::Stopping,
            "{phase:?}: {:?}",
            rig.last.end
        );
        println!(
            "{phase:?}: {:?}, {:?}, errors {:02x?}",
            rig.last.end, rig.last.error, rig.charger.errors
        );
        // BEM names what was missed: CRM (00), CRM (AA), CTS and CML, CRO, CCS, CST.
        let expected = match phase {
            GbtPhase::Handshake => None,
            GbtPhase::Recognition => Some([0xF1, 0xF0, 0xF0, 0xFC]),
            GbtPhase::Recognised => Some([0xF4, 0xF0, 0xF0, 0xFC]),
            GbtPhase::Parameters => Some([0xF0, 0xF1, 0xF0, 0xFC]),
            GbtPhase::Ready => Some([0xF0, 0xF4, 0xF0, 0xFC]),
            GbtPhase::Charging => Some([0xF0, 0xF0, 0xF1, 0xFC]),
            _ => Some([0xF0, 0xF0, 0xF4, 0xFC]),
        };
        assert_eq!(rig.charger.errors, expected, "{phase:?}");
    }
}

#[test]
fn a_charger_that_stops_of_itself_is_no_fault_of_the_battery() {
    let mut rig = Rig::new(0.4, 0);
    rig.reach(SessionState::Charging);
    rig.run_s(8);
    rig.charger.set_fault(Some(GbtChargerFault::EarlyStop));
    rig.reach(SessionState::Done);
    assert_eq!(rig.last.end, Some(End::Stopped(StopCause::Station)));
    assert_eq!(rig.last.error, EvErrorCode::NoError);
    assert!(
        rig.opened_at_a.expect("opened") <= 2.0,
        "{:?}",
        rig.opened_at_a
    );
    assert_eq!(
        rig.charger.stop.expect("answered").reasons[3],
        Signal2::Abnormal
    );
}

#[test]
fn a_charger_that_pauses_is_waited_for() {
    let mut rig = Rig::new(0.4, 0);
    rig.reach(SessionState::Charging);
    rig.run_s(8);
    rig.charger.set_fault(Some(GbtChargerFault::Pause));
    rig.run_s(10);
    assert!(rig.last.is_paused(), "{:?}", rig.last);
    assert!(rig.battery.current_a.abs() < 0.5);
    rig.charger.set_fault(None);
    rig.run_s(8);
    assert!(rig.battery.current_a < -50.0, "{:?}", rig.last.request);
    assert_eq!(rig.battery.faults(), [""; 0]);
}

#[test]
fn a_charger_that_gives_more_than_the_demand_is_left() {
    let mut rig = Rig::new(0.4, 0);
    rig.reach(SessionState::Charging);
    rig.run_s(8);
    rig.charger.set_fault(Some(GbtChargerFault::Overshoot));
    rig.reach(SessionState::Done);
    let end = rig.last.end.expect("over");
    assert!(
        matches!(
            end,
            End::Failed(SessionFault::CurrentAboveRequest | SessionFault::Battery(_))
        ),
        "{end:?}"
    );
    assert_eq!(rig.last.error, EvErrorCode::ChargingCurrentDifferential);
    let stop = rig.charger.stop.expect("a stop");
    assert_eq!(stop.errors[0], Signal2::Abnormal, "{stop:?}");
}
