//! Whole charges by GB/T 27930: the core's side against the charger's, frame by frame.

use bms_bench::packs::IDENTITY;
use bms_bench::{Charge, ChargeRig, Charger, Supply};
use bms_core::charging::gbt::{Content, Frame, GbtConfig, Link, Signal2, Stage};
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    Completion, End, EvErrorCode, Forecast, SessionConfig, SessionFault, SessionState, StopCause,
};
use bms_core::config::presets::NMC_96S;
use bms_core::measurement::Contactors;
use bms_core::units::{celsius, milliseconds, to_amperes, to_volts, volts};
use bms_sim::charger::{GBT_120_KW, GbtCharger, GbtChargerFault, GbtPhase};

type Rig = ChargeRig<'static, GbtBus>;

/// Both ends of the CAN bus: the vehicle's link and the charger.
struct GbtBus {
    link: Link,
    charger: GbtCharger,
    config: GbtConfig,
    forecast: Forecast,
    /// The bus loses every n-th frame of the transport protocol; 0: none.
    loses_every: u32,
    transported: u32,
    stages: Vec<Stage>,
    phases: Vec<GbtPhase>,
    frames: Vec<(u32, Frame)>,
    /// Whether the vehicle offers the optional messages.
    sends_details: bool,
}

impl GbtBus {
    /// Whether the bus loses a frame of the transport protocol.
    fn loses(&mut self, frame: &Frame) -> bool {
        let transport = matches!(frame.id >> 16 & 0xFF, 0xEB | 0xEC);
        if !transport || self.loses_every == 0 {
            return false;
        }
        self.transported += 1;
        self.transported.is_multiple_of(self.loses_every)
    }

    fn count(&self, id: u32) -> usize {
        self.frames
            .iter()
            .filter(|(_, frame)| frame.id == id)
            .count()
    }
}

impl Charger for GbtBus {
    const PATIENCE_MS: u32 = 200_000;

    fn step(&mut self, charge: &Charge<'_>) -> Supply {
        let (frames, current_a) = self.charger.step(charge.connected_v(), 10);
        for frame in frames {
            if !self.loses(&frame) {
                self.link.receive(&frame);
            }
        }
        let content = Content {
            outputs: &charge.outputs(),
            session: &charge.last,
            needs: &charge.needs(&self.forecast),
        };
        let dt = milliseconds(10.0);
        let received = self.link.step(&self.config, &NMC_96S, &content, dt);
        if self.sends_details {
            let cells = (0..96).map(|cell| volts(charge.battery.cell_v(cell)));
            self.link.tell_cells(cells);
            self.link.tell_temperatures([celsius(25.0); 24]);
            self.link.tell_reserved(b"12345678");
        }
        while let Some(frame) = self.link.transmit() {
            self.frames.push((charge.battery.now_ms, frame));
            if !self.loses(&frame) {
                self.charger.receive(&frame);
            }
        }
        if self.stages.last() != Some(&received.stage) {
            self.stages.push(received.stage);
        }
        if self.phases.last() != Some(&self.charger.phase()) {
            self.phases.push(self.charger.phase());
        }
        Supply {
            #[expect(clippy::cast_possible_truncation, reason = "a current")]
            current_a: current_a as f32,
            voltage_v: None,
            message: received.message,
            report: received.report,
        }
    }

    fn progress(&self) -> String {
        format!("{:?} {:?}", self.stages, self.phases)
    }
}

fn rig(soc: f32, loses_every: u32) -> Rig {
    let charge = Charge::new(&NMC_96S, &NMC_96S_CCS, SessionConfig::GBT, soc);
    let bus = GbtBus {
        link: Link::new(),
        charger: GbtCharger::new(GBT_120_KW),
        config: GbtConfig::new(IDENTITY),
        forecast: charge.forecast(),
        loses_every,
        transported: 0,
        stages: vec![Stage::Idle],
        phases: vec![GbtPhase::Handshake],
        frames: Vec::new(),
        sends_details: false,
    };
    ChargeRig {
        charge,
        charger: bus,
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
    let mut rig = rig(0.79, 0);
    rig.reach(SessionState::Charging);
    rig.run_s(10);
    assert!(rig.battery.current_a < -50.0, "{:?}", rig.last.request);
    let status = rig.charger.charger.status.expect("a status");
    assert!(
        (to_amperes(status.current) + rig.battery.current_a).abs() < 2.0,
        "{status:?}"
    );
    rig.reach(SessionState::Done);
    rig.run_s(3);
    assert_eq!(rig.last.end, Some(End::Complete(Completion::StateOfCharge)));
    assert_eq!(rig.charger.stages, STAGES);
    assert_eq!(*rig.charger.phases.last().expect("one"), GbtPhase::Over);
    assert_eq!(rig.charger.charger.identity, Some(IDENTITY));
    let limits = rig.charger.charger.limits.expect("limits");
    assert!(
        (to_volts(limits.voltage_max) - 406.2).abs() < 0.2,
        "{limits:?}"
    );
    let stop = rig.charger.charger.stop.expect("a stop");
    assert_eq!(stop.reasons[0], Signal2::Abnormal, "{stop:?}");
    assert!(
        rig.opened_at_a.expect("opened") < 1.5,
        "{:?}",
        rig.opened_at_a
    );
    assert_eq!(rig.battery.faults(), [""; 0]);
    assert_eq!(rig.charger.count(0x081E_56F4), 0);
}

#[test]
fn messages_come_in_the_periods_of_the_standard() {
    let mut rig = rig(0.4, 0);
    rig.reach(SessionState::Charging);
    rig.run_s(1);
    rig.charger.frames.clear();
    rig.run_s(10);
    for (id, period_ms) in [(0x1810_56F4, 50), (0x1813_56F4, 250)] {
        let times: Vec<u32> = rig
            .charger
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
    assert_eq!(rig.charger.count(0x1CEC_56F4), 40);
    assert_eq!(rig.charger.count(0x1CEB_56F4), 80);
}

#[test]
fn every_ten_seconds_the_charger_is_told_of_every_cell_and_sensor() {
    let mut rig = rig(0.4, 0);
    rig.charger.sends_details = true;
    rig.reach(SessionState::Charging);
    rig.run_s(9);
    assert_eq!(rig.charger.charger.details, [None, None, None]);
    rig.run_s(2);
    let before = rig.charger.charger.statuses;
    let [cells, temperatures, reserved] = rig
        .charger
        .charger
        .details
        .clone()
        .map(|told| told.expect("told"));
    assert_eq!((cells.len(), temperatures.len()), (192, 24));
    assert_eq!(reserved, b"12345678");
    assert_eq!(temperatures, [75; 24]);
    let told_v = f32::from(u16::from_le_bytes([cells[190], cells[191]]) & 0x0FFF) / 100.0;
    assert!((told_v - rig.battery.cell_v(95)).abs() < 0.05, "{told_v}");
    rig.charger.charger.details = [const { None }; 3];
    rig.run_s(10);
    assert!(rig.charger.charger.details.iter().all(Option::is_some));
    // The status is not held up by them.
    assert!(
        (39..=40).contains(&(rig.charger.charger.statuses - before)),
        "{}",
        rig.charger.charger.statuses - before
    );
}

#[test]
fn a_charger_that_does_not_take_the_optional_messages_is_left_in_peace() {
    let mut rig = rig(0.4, 0);
    rig.charger.sends_details = true;
    rig.charger
        .charger
        .set_fault(Some(GbtChargerFault::RefusesDetails));
    rig.reach(SessionState::Charging);
    rig.run_s(14);
    // Each was asked for once: the charger hears statuses again, and is not asked once more.
    let (requests, statuses) = (rig.charger.count(0x1CEC_56F4), rig.charger.charger.statuses);
    rig.run_s(10);
    assert_eq!(rig.charger.count(0x1CEC_56F4) - requests, 40);
    assert_eq!(rig.charger.charger.statuses - statuses, 40);
    assert_eq!(rig.last.state, SessionState::Charging);
}

#[test]
fn a_bus_that_loses_frames_delays_a_charge_and_no_more() {
    for loses_every in [5, 7, 11, 13] {
        let mut rig = rig(0.4, loses_every);
        rig.reach(SessionState::Charging);
        rig.run_s(10);
        assert_eq!(rig.last.state, SessionState::Charging, "{:?}", rig.last.end);
        assert_eq!(
            rig.charger.charger.identity,
            Some(IDENTITY),
            "every {loses_every}"
        );
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
        let mut rig = rig(0.4, 0);
        if phase >= GbtPhase::Charging {
            rig.reach(SessionState::Charging);
            rig.run_s(5);
            rig.wanted = phase == GbtPhase::Charging;
        }
        rig.charger
            .charger
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
            rig.last.end, rig.last.error, rig.charger.charger.errors
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
        assert_eq!(rig.charger.charger.errors, expected, "{phase:?}");
    }
}

#[test]
fn a_charger_that_stops_of_itself_is_no_fault_of_the_battery() {
    let mut rig = rig(0.4, 0);
    rig.reach(SessionState::Charging);
    rig.run_s(8);
    rig.charger
        .charger
        .set_fault(Some(GbtChargerFault::EarlyStop));
    rig.reach(SessionState::Done);
    assert_eq!(rig.last.end, Some(End::Stopped(StopCause::Station)));
    assert_eq!(rig.last.error, EvErrorCode::NoError);
    assert!(
        rig.opened_at_a.expect("opened") <= 2.0,
        "{:?}",
        rig.opened_at_a
    );
    assert_eq!(
        rig.charger.charger.stop.expect("answered").reasons[3],
        Signal2::Abnormal
    );
}

#[test]
fn a_charger_that_pauses_is_waited_for() {
    let mut rig = rig(0.4, 0);
    rig.reach(SessionState::Charging);
    rig.run_s(8);
    rig.charger.charger.set_fault(Some(GbtChargerFault::Pause));
    rig.run_s(10);
    assert!(rig.last.is_paused(), "{:?}", rig.last);
    assert!(rig.battery.current_a.abs() < 0.5);
    rig.charger.charger.set_fault(None);
    rig.run_s(8);
    assert!(rig.battery.current_a < -50.0, "{:?}", rig.last.request);
    assert_eq!(rig.battery.faults(), [""; 0]);
}

#[test]
fn a_charger_that_gives_more_than_the_demand_is_left() {
    let mut rig = rig(0.4, 0);
    rig.reach(SessionState::Charging);
    rig.run_s(8);
    rig.charger
        .charger
        .set_fault(Some(GbtChargerFault::Overshoot));
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
    let stop = rig.charger.charger.stop.expect("a stop");
    assert_eq!(stop.errors[0], Signal2::Abnormal, "{stop:?}");
}
