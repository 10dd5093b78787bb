//! DC sessions of the core with the simulated chargers: every fault ends as it should, ports share a site, 400 V and 800 V.

use bms_bench::{Charge, ChargeRig, Charger, Supply};
use bms_core::charging::presets;
use bms_core::charging::{
    ChargingConfig, Distrust, End, EvErrorCode, SessionConfig, SessionFault, SessionState,
    StopCause, WeldFinding,
};
use bms_core::config::BmsConfig;
use bms_core::config::presets::NMC_96S;
use bms_core::measurement::{Contactors, Reading};
use bms_core::protection::FaultId;
use bms_core::units::{ohms, to_amperes, to_volts, volts};
use bms_sim::charger::{
    CCS_350_KW, ChargerAsk, ChargerFault, DcCharger, DcChargerConfig, NACS_250_KW, NEVI_150_KW,
    Site,
};

/// Cells that stand more before lithium plates, so that chargers are used for what they can give.
const CCS: ChargingConfig<'static> = ChargingConfig {
    plating_a: presets::NMC_96S_CCS.map_a,
    ..presets::NMC_96S_CCS
};
const NACS: ChargingConfig<'static> = ChargingConfig {
    plating_a: presets::NMC_96S_CCS.map_a,
    ..presets::NMC_96S_NACS
};

const OPEN: Contactors<bool> = Contactors::all(false);

/// The car pack with twice the cells: 800 V.
static NMC_192S: BmsConfig<'static> = {
    let mut pack = NMC_96S;
    pack.layout.cells = 192;
    pack.layout.temperature_sensors = 48;
    pack.layout.front_ends = 16;
    pack.layout.sensor_of_cell = &SENSORS_192;
    pack.limits.pack_over_voltage.operating = volts(806.4);
    pack.limits.pack_over_voltage.recommended = volts(810.24);
    pack.limits.pack_over_voltage.maximum = volts(816.0);
    pack.limits.pack_under_voltage.operating = volts(537.6);
    pack.limits.pack_under_voltage.recommended = volts(508.8);
    pack.limits.pack_under_voltage.maximum = volts(480.0);
    pack.sensing.pack_voltage_range = volts(1200.0);
    pack.sensing.pack_voltage_jump = volts(192.0);
    pack.high_voltage.precharge_resistance = ohms(200.0);
    pack.high_voltage.link_capacitance = bms_core::units::farads(0.5e-3);
    pack
};

const SENSORS_192: [u8; 192] = {
    let mut sensors = [0; 192];
    let mut cell = 0;
    while cell < 192 {
        #[expect(clippy::cast_possible_truncation, reason = "48 sensors")]
        {
            sensors[cell] = (cell / 4) as u8;
        }
        cell += 1;
    }
    sensors
};

type Rig = ChargeRig<'static, Simulated>;

/// A simulated charger.
struct Simulated(DcCharger);

impl Charger for Simulated {
    const PATIENCE_MS: u32 = 90_000;

    #[expect(clippy::cast_possible_truncation, reason = "a current and a voltage")]
    fn step(&mut self, charge: &Charge<'_>) -> Supply {
        let ask = ChargerAsk {
            ask: charge.last.ask,
            voltage_v: f64::from(to_volts(charge.last.target_voltage)),
            current_a: f64::from(to_amperes(charge.last.request.current)),
        };
        let tick = self.0.step(ask, charge.connected_v(), 0.01);
        Supply {
            current_a: tick.current_a as f32,
            voltage_v: tick.voltage_v.map(|v| v as f32),
            message: tick.message.map_or(Reading::Waiting, Reading::New),
            report: tick.report,
        }
    }
}

fn rig(
    pack: &'static BmsConfig<'static>,
    charging: &ChargingConfig<'static>,
    charger: DcChargerConfig,
    soc: f32,
) -> Rig {
    pack.validate().expect("a valid pack");
    charging.validate(pack).expect("it fits the pack");
    Rig {
        charge: Charge::new(pack, charging, SessionConfig::CCS, soc),
        charger: Simulated(DcCharger::new(charger)),
    }
}

fn power_of(rig: &Rig) -> f32 {
    -rig.battery.current_a * rig.battery.pack_v()
}

fn charging() -> Rig {
    let mut rig = rig(&NMC_96S, &CCS, NEVI_150_KW, 0.4);
    rig.reach(SessionState::Charging);
    rig.run_s(10);
    assert!(
        power_of(&rig) > 20e3,
        "{:?} {:?}",
        rig.last,
        rig.battery.faults()
    );
    rig
}

/// The contactors open below this current, unless the charger does not come down.
const LOW_A: f32 = 2.0;

/// A fault, when it comes, how the session may end, what the charger is told, and the highest current at which the contactors
/// open.
type Case = (ChargerFault, SessionState, &'static [End], EvErrorCode, f32);

const CASES: [Case; 16] = {
    use ChargerFault as F;
    use EvErrorCode as C;
    use SessionFault as S;
    use SessionState as At;
    [
        (
            F::NoPrecharge(0.5),
            At::CableCheck,
            &[End::Failed(S::Timeout(At::Precharge))],
            C::ChargingVoltageOutOfRange,
            0.0,
        ),
        (
            F::FalseVoltage { by_v: 200.0 },
            At::Precharge,
            &[
                End::Failed(S::VoltageContradicted),
                End::Failed(S::OverVoltage),
            ],
            C::ChargingVoltageOutOfRange,
            0.0,
        ),
        (
            F::Isolation,
            At::CableCheck,
            &[End::Failed(S::CableIsolation)],
            C::NoError,
            0.0,
        ),
        (
            F::Mute,
            At::CableCheck,
            &[End::Failed(S::Timeout(At::CableCheck))],
            C::ChargingSystemIncompatibility,
            0.0,
        ),
        (
            F::Mute,
            At::CloseContactors,
            &[End::Failed(S::Timeout(At::CloseContactors))],
            C::ChargingSystemIncompatibility,
            LOW_A,
        ),
        (
            F::Malfunction,
            At::Precharge,
            &[End::Failed(S::ChargerMalfunction)],
            C::NoError,
            0.0,
        ),
        (
            F::Malfunction,
            At::Charging,
            &[End::Failed(S::ChargerMalfunction)],
            C::NoError,
            LOW_A,
        ),
        (
            F::Emergency,
            At::Charging,
            &[End::Failed(S::ChargerEmergency)],
            C::NoError,
            LOW_A,
        ),
        (
            F::EarlyStop,
            At::Charging,
            &[End::Stopped(StopCause::Station)],
            C::NoError,
            LOW_A,
        ),
        (
            F::FalseVoltage { by_v: -40.0 },
            At::Charging,
            &[End::Failed(S::VoltageContradicted)],
            C::ChargingVoltageOutOfRange,
            LOW_A,
        ),
        (
            F::FalseCurrent { by_a: -30.0 },
            At::Charging,
            &[End::Failed(S::CurrentContradicted)],
            C::ChargingCurrentDifferential,
            LOW_A,
        ),
        (
            F::Overshoot { current_a: 15.0 },
            At::Charging,
            &[
                End::Failed(S::CurrentAboveRequest),
                End::Failed(S::Battery(FaultId::ChargerOverCurrent)),
            ],
            C::ChargingCurrentDifferential,
            LOW_A,
        ),
        (
            F::Silent,
            At::Charging,
            &[End::Failed(S::ChargerSilent)],
            C::ChargingSystemIncompatibility,
            LOW_A,
        ),
        (
            F::Nonsense,
            At::Charging,
            &[
                End::Failed(S::ChargerInvalid(Distrust::NotFinite)),
                End::Failed(S::Battery(FaultId::ChargerLimitInvalid)),
            ],
            C::ChargingSystemIncompatibility,
            LOW_A,
        ),
        (
            F::StuckCurrent,
            At::Charging,
            &[
                End::Failed(S::CurrentRemains),
                End::Failed(S::Battery(FaultId::ChargerOverCurrent)),
            ],
            C::ChargingCurrentDifferential,
            150.0,
        ),
        (
            F::HoldsVoltage,
            At::OpenContactors,
            &[End::Stopped(StopCause::Vehicle)],
            C::NoError,
            LOW_A,
        ),
    ]
};

#[test]
fn every_fault_of_a_charger_ends_in_its_state_with_its_code() {
    println!(
        "{:<34} {:<16} {:<44} {:<40} opened at",
        "fault", "in", "end", "code"
    );
    for (fault, at, ends, code, most_a) in CASES {
        let mut rig = rig(&NMC_96S, &CCS, NEVI_150_KW, 0.4);
        if at == SessionState::OpenContactors {
            rig = charging();
            rig.wanted = false;
        }
        rig.reach(at);
        if at == SessionState::Charging {
            rig.run_s(6);
        }
        rig.charger.0.set_fault(Some(fault));
        if fault == ChargerFault::StuckCurrent {
            rig.wanted = false;
        }
        let began_ms = rig.battery.now_ms;
        rig.reach(SessionState::Done);
        let opening_ms = rig
            .opened_at_ms
            .map_or(0, |at_ms| at_ms.saturating_sub(began_ms));
        let end = rig.last.end.expect("over");
        let opened_at_a = rig.opened_at_a.unwrap_or(0.0);
        let said_a = rig.last.opened_at.map_or(0.0, to_amperes);
        println!(
            "{:<34} {:<16} {:<44} {:<40} {opened_at_a:.1} A",
            format!("{fault:?}"),
            format!("{at:?}"),
            format!("{end:?}"),
            rig.last.error.name()
        );
        assert!(ends.contains(&end), "{fault:?} in {at:?}: {end:?}");
        if !matches!(end, End::Stopped(_)) {
            assert_eq!(rig.last.error, code, "{fault:?} in {at:?}");
        }
        assert!(
            opened_at_a <= most_a,
            "{fault:?} in {at:?}: {opened_at_a} A"
        );
        // The only one that is opened under load: the charger does not do what it is told. It had its time.
        let under_load = opened_at_a > LOW_A;
        assert_eq!(under_load, fault == ChargerFault::StuckCurrent, "{fault:?}");
        assert!((said_a - opened_at_a).abs() < 2.0, "{fault:?}: {said_a} A");
        if under_load {
            let bound_ms = SessionConfig::CCS.ramp_down_ms + 20;
            assert!((450..=bound_ms).contains(&opening_ms), "{opening_ms} ms");
        }
        assert_eq!(rig.battery.contactors, OPEN, "{fault:?} in {at:?}");
        assert!(to_amperes(rig.last.request.current) <= 0.0);
        assert!(
            !rig.battery.bms.view().has(FaultId::ContactorWelded),
            "{fault:?}"
        );
    }
}

#[test]
fn a_limit_that_drops_to_zero_is_no_fault() {
    let mut rig = charging();
    rig.charger.0.set_fault(Some(ChargerFault::LimitZero));
    rig.run_s(20);
    assert_eq!(rig.last.state, SessionState::Charging, "{:?}", rig.last.end);
    assert!(power_of(&rig).abs() < 100.0);
    rig.charger.0.set_fault(None);
    rig.run_s(15);
    assert!(power_of(&rig) > 50e3, "{}", power_of(&rig));
    assert_eq!(rig.battery.faults(), [""; 0]);
}

#[test]
fn a_welded_pole_is_found_after_a_session() {
    let mut found = 0;
    for pole in [true, false] {
        for sessions in 1..=2 {
            let mut rig = charging();
            for _ in 1..sessions {
                // The pole that opens first changes each time.
                rig.wanted = false;
                rig.reach(SessionState::Done);
                rig.run_s(1);
                rig.wanted = true;
                rig.reach(SessionState::Charging);
            }
            rig.battery.welded.main_positive = pole;
            rig.battery.welded.main_negative = !pole;
            rig.wanted = false;
            rig.reach(SessionState::Done);
            found += u32::from(rig.battery.bms.view().has(FaultId::ContactorWelded));
        }
    }
    assert!(found >= 2, "{found}");
}

#[test]
fn both_poles_welded_are_suspected_by_the_session() {
    let mut rig = charging();
    rig.battery.welded.main_positive = true;
    rig.battery.welded.main_negative = true;
    rig.wanted = false;
    rig.reach(SessionState::Done);
    assert_eq!(rig.last.weld, WeldFinding::Suspected);
    assert!(!rig.last.may_unlock);
}

#[test]
fn packs_and_stations_that_fit_and_that_do_not() {
    let cases: [(
        &'static BmsConfig<'static>,
        &ChargingConfig<'static>,
        DcChargerConfig,
        Option<f32>,
    ); 6] = [
        (&NMC_96S, &CCS, NEVI_150_KW, Some(80e3)),
        (&NMC_96S, &CCS, CCS_350_KW, Some(80e3)),
        (&NMC_96S, &NACS, NACS_250_KW, Some(80e3)),
        (&NMC_192S, &CCS, NEVI_150_KW, Some(140e3)),
        (&NMC_192S, &CCS, CCS_350_KW, Some(160e3)),
        (&NMC_192S, &CCS, NACS_250_KW, None),
    ];
    for (pack, charging, station, power_w) in cases {
        let mut rig = rig(pack, charging, station, 0.3);
        let Some(power_w) = power_w else {
            rig.reach(SessionState::Done);
            assert_eq!(rig.last.end, Some(End::Failed(SessionFault::Incompatible)));
            continue;
        };
        rig.reach(SessionState::Charging);
        rig.run_s(25);
        let found_w = power_of(&rig);
        println!(
            "{} V pack at {:.0} kW: {:.1} kW by {:?}",
            if pack.layout.cells == 96 { 400 } else { 800 },
            station.power_max_w * 1e-3,
            found_w * 1e-3,
            rig.last.request.reason
        );
        assert!(found_w > power_w, "{found_w} {:?}", rig.last.request);
        assert!(
            f64::from(found_w) <= 1.01 * station.power_max_w,
            "{found_w}"
        );
    }
}

/// Four ports on a site that cannot supply all of them: the limits of each fall and rise in the middle of its session.
#[test]
fn four_ports_share_a_site_that_lowers_its_limit_mid_session() {
    let mut rigs: Vec<Rig> = (0..4)
        .map(|_| rig(&NMC_96S, &CCS, NEVI_150_KW, 0.4))
        .collect();
    let mut site = Site {
        power_max_w: 300e3,
        port_min_w: 5e3,
    };
    let mut highest_w = [0.0_f32; 4];
    let limits_w = [300e3, 120e3, 0.0, 300e3];
    for (stage, limit_w) in limits_w.into_iter().enumerate() {
        site.power_max_w = limit_w;
        let seconds = if stage == 0 { 30 } else { 12 };
        for tick in 0..100 * seconds {
            let wanted_w: Vec<f64> = rigs.iter().map(|_| 150e3).collect();
            for (rig, share_w) in rigs.iter_mut().zip(site.share_w(&wanted_w)) {
                rig.charger.0.set_share_w(share_w);
                rig.tick();
            }
            // A charger follows within its ramp.
            if tick > 100 * seconds - 300 {
                let sum_w: f32 = rigs.iter().map(power_of).sum();
                highest_w[stage] = highest_w[stage].max(sum_w);
            }
        }
        assert!(
            f64::from(highest_w[stage]) <= 1.02 * limit_w + 1500.0,
            "{highest_w:?}"
        );
        for rig in &rigs {
            assert_eq!(
                rig.last.state,
                SessionState::Charging,
                "{:?} {:?}",
                rig.last.end,
                rig.battery.faults()
            );
        }
    }
    println!("site limits {limits_w:?} W, powers {highest_w:?} W");
    assert!(
        highest_w[0] > 250e3 && highest_w[3] > 250e3,
        "{highest_w:?}"
    );
    for rig in &rigs {
        assert_eq!(rig.battery.faults(), [""; 0]);
    }
}

#[test]
fn a_site_never_gives_more_than_it_has() {
    let site = Site {
        power_max_w: 400e3,
        port_min_w: 10e3,
    };
    for wanted_w in [
        vec![150e3; 4],
        vec![150e3, 20e3, 0.0, 150e3],
        vec![0.0; 4],
        vec![1e6, 0.0, 0.0, 0.0],
        vec![100e3, 100e3],
    ] {
        let shares_w = site.share_w(&wanted_w);
        let sum_w: f64 = shares_w.iter().sum();
        assert!(sum_w <= 400e3 + 1e-3, "{wanted_w:?}: {shares_w:?}");
        assert!(
            shares_w.iter().all(|share_w| *share_w >= 10e3 - 1e-6),
            "{shares_w:?}"
        );
        // Nobody is refused what the site has to spare.
        if wanted_w.iter().sum::<f64>() < 400e3 {
            assert!(
                shares_w
                    .iter()
                    .zip(&wanted_w)
                    .all(|(share_w, wanted_w)| share_w >= wanted_w)
            );
        }
    }
}
