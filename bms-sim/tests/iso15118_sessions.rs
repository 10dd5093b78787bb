//! Whole DC sessions by ISO 15118-2 and -20: the core behind a real protocol stack (crate `iso15118`), vehicle against station in
//! memory, with a virtual clock and our battery and charger under it.

use bms_bench::{Charge, ChargeRig, Charger, Supply};
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    Completion, End, Forecast, SessionConfig, SessionFault, SessionState, WeldFinding,
};
use bms_core::config::presets::NMC_96S;
use bms_core::measurement::{Contactors, Reading};
use bms_core::units::to_amperes;
use bms_sim::charger::iso15118::{Iso15118, Protocol};
use bms_sim::charger::{ChargerFault, NEVI_150_KW};

type Rig = ChargeRig<'static, Connection>;

/// Both ends of the protocol, and the forecast behind the vehicle's needs.
struct Connection(Iso15118, Forecast);

impl Charger for Connection {
    const PATIENCE_MS: u32 = 200_000;

    #[expect(clippy::cast_possible_truncation, reason = "a current and a voltage")]
    fn step(&mut self, charge: &Charge<'_>) -> Supply {
        let needs = charge.needs(&self.1);
        let tick = self
            .0
            .step(&charge.last, &needs, charge.connected_v(), 10)
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.0.course()));
        Supply {
            current_a: tick.current_a as f32,
            voltage_v: tick.voltage_v.map(|voltage_v| voltage_v as f32),
            message: tick.message.map_or(Reading::Waiting, Reading::New),
            report: tick.report,
        }
    }

    fn progress(&self) -> String {
        format!("{:?}", self.0.course())
    }
}

fn rig(protocol: Protocol, soc: f32) -> Rig {
    let charge = Charge::new(&NMC_96S, &NMC_96S_CCS, SessionConfig::CCS, soc);
    let connection = Iso15118::new(protocol, NEVI_150_KW).expect("a connection");
    let charger = Connection(connection, charge.forecast());
    ChargeRig { charge, charger }
}

fn whole_session(protocol: Protocol) -> Rig {
    let mut rig = rig(protocol, 0.79);
    rig.reach(SessionState::Charging);
    rig.run_s(10);
    assert!(rig.battery.current_a < -50.0, "{:?}", rig.last.request);
    rig.reach(SessionState::Done);
    rig.run_s(2);
    let connection = &rig.charger.0;
    println!(
        "{} messages: {:?}",
        connection.request_count(),
        connection.course()
    );
    assert_eq!(rig.last.end, Some(End::Complete(Completion::StateOfCharge)));
    assert_eq!(rig.last.weld, WeldFinding::Open);
    assert!(connection.is_closed_normally());
    assert_eq!(rig.battery.contactors, Contactors::all(false));
    assert!(
        rig.opened_at_a.expect("opened") <= 2.0,
        "{:?}",
        rig.opened_at_a
    );
    assert_eq!(rig.battery.faults(), [""; 0]);
    rig
}

#[test]
fn a_whole_session_by_iso_15118_2() {
    let rig = whole_session(Protocol::Iso2);
    let course = rig.charger.0.course();
    let tail = [
        "ChargeParameterDiscoveryReq",
        "CableCheckReq",
        "PreChargeReq",
        "PowerDeliveryReq",
        "CurrentDemandReq",
        "PowerDeliveryReq",
        "WeldingDetectionReq",
        "SessionStopReq",
    ];
    assert!(course.ends_with(&tail), "{course:?}");
}

#[test]
fn a_whole_session_by_iso_15118_20_in_dynamic_mode() {
    let rig = whole_session(Protocol::Iso20);
    assert!(rig.charger.0.is_dynamic_course_complete());
}

/// A malfunction in the charge loop: the status code of -2 ends the session in order.
#[test]
fn a_malfunction_in_the_loop_ends_the_session_by_iso_15118_2() {
    let mut rig = rig(Protocol::Iso2, 0.5);
    rig.reach(SessionState::Charging);
    rig.run_s(6);
    rig.charger.0.set_fault(Some(ChargerFault::Malfunction));
    rig.reach(SessionState::Done);
    rig.run_s(2);
    assert_eq!(
        rig.last.end,
        Some(End::Failed(SessionFault::ChargerMalfunction))
    );
    assert!(rig.charger.0.is_closed_normally());
    assert!(
        rig.opened_at_a.expect("opened") <= 2.0,
        "{:?}",
        rig.opened_at_a
    );
    assert!(to_amperes(rig.last.request.current) <= 0.0);
}

/// A vehicle that ends the charge: power off, contactors open, welding detection, stop.
#[test]
fn a_driver_who_stops_ends_both_sides_in_order() {
    for protocol in [Protocol::Iso2, Protocol::Iso20] {
        let mut rig = rig(protocol, 0.5);
        rig.reach(SessionState::Charging);
        rig.run_s(6);
        rig.wanted = false;
        rig.reach(SessionState::Done);
        rig.wanted = true;
        rig.run_s(2);
        assert!(
            rig.charger.0.is_closed_normally(),
            "{:?}",
            rig.charger.0.course()
        );
        assert!(
            rig.opened_at_a.expect("opened") <= 2.0,
            "{:?}",
            rig.opened_at_a
        );
        assert_eq!(rig.battery.faults(), [""; 0]);
    }
}
