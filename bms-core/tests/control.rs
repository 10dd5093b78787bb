//! Details of modes and current limits: boundaries, and which reason a limit gives.

use bms_bench::{Battery, SMALL};
use bms_core::config::BmsConfig;
use bms_core::control::{LimitReason, Mode, Refusal};
use bms_core::measurement::{ChargerPhase, Contactors, Measurements, Request};
use bms_core::protection::FaultId;
use bms_core::units::{amperes, celsius, ratio, seconds, to_amperes, to_volts, volts};

const CLOSED: Contactors<bool> = Contactors {
    main_positive: true,
    main_negative: true,
    precharge: false,
};

fn driving<'a>(config: &'a BmsConfig<'a>, soc: f32, degc: f32) -> Battery<'a> {
    let mut battery = Battery::new(config, soc, degc);
    battery.request(Request::Drive);
    let connected = battery.run_until(10_000, |_, outputs| outputs.mode == Mode::Drive);
    assert!(connected, "{:?} {:?}", battery.last, battery.faults());
    battery
}

/// After a precharge that found a welded contactor the contactors only have to settle: there is no wait for the link, which
/// stays charged.
#[test]
fn opening_at_once_ends_without_a_weld_test() {
    let mut config = SMALL;
    config.fitted.contactor_feedback = false;
    let mut battery = Battery::new(&config, 0.6, 25.0);
    battery.link.discharge_ohm = f32::INFINITY;
    battery.welded.main_positive = true;
    battery.request(Request::Drive);
    let opening = battery.run_until(10_000, |_, outputs| outputs.mode == Mode::Opening);
    assert!(opening, "{:?}", battery.last);
    let settle_ms = u32::from(SMALL.high_voltage.contactor_settle_ms);
    let settled = battery.run_until(settle_ms + 20, |_, outputs| outputs.mode != Mode::Opening);
    assert!(settled, "{:?}", battery.last);
}

/// A vehicle that drives the contactors itself asks for something only where it commands one closed.
#[test]
fn supervision_without_a_commanded_contactor_is_not_refused() {
    for (contactors, refusal) in [
        (Contactors::all(false), None),
        (CLOSED, Some(Refusal::SelfTest)),
    ] {
        let mut battery = Battery::new(&SMALL, 0.6, 25.0);
        battery.request(Request::Supervise);
        battery.commands.contactors = contactors;
        let outputs = battery.tick();
        assert_eq!(outputs.mode, Mode::Initialise);
        assert_eq!(outputs.refusal, refusal);
    }
}

/// By how much a limit rises per tick, in ampere, where it is on its way up.
fn rise_a(config: &BmsConfig<'_>) -> f32 {
    let full_a = to_amperes(config.limits.pack_discharge_current.operating);
    full_a * f32::from(config.sampling.tick_ms) * 1e-3 / config.control.limit_rise_s
}

/// Runs as many ticks in which the discharge limit has to rise, each by the same step.
fn assert_ramps(battery: &mut Battery<'_>, ticks: usize) {
    let step_a = rise_a(battery.config);
    let mut before_a = to_amperes(battery.last.expect("a tick").allowed.discharge.current);
    for _ in 0..ticks {
        let allowed = battery.tick().allowed.discharge;
        let current_a = to_amperes(allowed.current);
        assert_eq!(allowed.reason, LimitReason::Ramp, "{current_a} A");
        let risen_a = current_a - before_a;
        assert!((risen_a - step_a).abs() < 0.01 * step_a, "{risen_a} A");
        before_a = current_a;
    }
}

#[test]
fn a_limit_of_temperature_is_named_hot_and_on_its_way_up_a_ramp() {
    let mut battery = driving(&SMALL, 0.5, 44.0);
    while battery.temperature_degc[0] < 53.0 {
        for degc in &mut battery.temperature_degc {
            *degc += 0.1;
        }
        battery.run_ms(500);
    }
    let outputs = battery.run_ms(5000);
    assert_eq!(outputs.allowed.discharge.reason, LimitReason::Hot);
    let full_a = to_amperes(SMALL.limits.pack_discharge_current.operating);
    let share = to_amperes(outputs.allowed.discharge.current) / full_a;
    assert!((share - 0.4).abs() < 0.03, "{share}");

    battery.temperature_degc.fill(43.0);
    let ramps = |_: &Battery<'_>, outputs: &bms_core::Outputs| {
        outputs.allowed.discharge.reason == LimitReason::Ramp
    };
    assert!(battery.run_until(600, ramps));
    assert_ramps(&mut battery, 100);
    let outputs = battery.run_ms(5000);
    assert_eq!(outputs.allowed.discharge.reason, LimitReason::Hardware);
}

/// The small pack with an operating limit of the cell voltage this far below the OCV of a half-full cell.
fn limited_at_half(below_v: f32) -> BmsConfig<'static> {
    let mut config = SMALL;
    let ocv_v = to_volts(config.cell.ocv(ratio(0.5), celsius(25.0)));
    let limit = volts(ocv_v - below_v);
    config.limits.cell_under_voltage.operating = limit;
    config.control.balancing.lowest_voltage = limit;
    config
}

#[test]
fn a_limit_of_voltage_is_named_cell_voltage_and_on_its_way_up_a_ramp() {
    let config = limited_at_half(0.02);
    let mut battery = driving(&config, 0.5, 25.0);
    let outputs = battery.run_ms(10_000);
    assert_eq!(outputs.allowed.discharge.reason, LimitReason::CellVoltage);
    assert!(to_amperes(outputs.allowed.discharge.current) > 0.0);

    battery.soc.fill(0.8);
    let ramps = |_: &Battery<'_>, outputs: &bms_core::Outputs| {
        outputs.allowed.discharge.reason == LimitReason::Ramp
    };
    assert!(battery.run_until(60, ramps));
    assert_ramps(&mut battery, 100);
}

/// In a tick without time a limit that voltage keeps at zero is not on its way up.
#[test]
fn a_limit_of_zero_is_no_ramp() {
    let config = limited_at_half(-0.02);
    let mut battery = driving(&config, 0.5, 25.0);
    battery.run_ms(1000);
    let outputs = battery
        .bms
        .step(&Measurements::default(), &battery.commands, seconds(0.0));
    assert_eq!(outputs.mode, Mode::Drive);
    assert_eq!(outputs.allowed.discharge.current, amperes(0.0));
    assert_eq!(outputs.allowed.discharge.reason, LimitReason::CellVoltage);
}

#[test]
fn charging_that_is_not_allowed_leaves_discharging_alone() {
    let mut battery = driving(&SMALL, 0.5, 25.0);
    let before = battery.run_ms(10_000).allowed;
    assert_ne!(before.charge.reason, LimitReason::ChargingNotAllowed);
    assert!(to_amperes(before.charge.current) > 0.0);
    battery.commands.charging_allowed = false;
    let allowed = battery.tick().allowed;
    assert_eq!(allowed.charge.reason, LimitReason::ChargingNotAllowed);
    assert_eq!(allowed.charge.current, amperes(0.0));
    assert_eq!(allowed.discharge, before.discharge);
}

/// Supervised it ends the charge current only, and in a drive not even that.
#[test]
fn a_fault_of_a_charger_ends_the_charge_current_except_in_a_drive() {
    let mut supervised = Battery::new(&SMALL, 0.5, 25.0);
    supervised.request(Request::Supervise);
    supervised.commands.contactors = CLOSED;
    let mut driven = driving(&SMALL, 0.5, 25.0);
    for (battery, mode) in [
        (&mut supervised, Mode::Supervised),
        (&mut driven, Mode::Drive),
    ] {
        let before = battery.run_ms(15_000);
        assert_eq!(before.mode, mode, "{:?}", battery.faults());
        assert!(before.allowed.charge.current > amperes(0.0));
        battery.charger.phase = ChargerPhase::Stopped;
        let outputs = battery.run_ms(20);
        assert_eq!(outputs.mode, mode);
        assert!(battery.bms.view().has(FaultId::UnexpectedStop));
        assert!(to_amperes(outputs.allowed.discharge.current) > 0.0);
        let allowed = outputs.allowed.charge;
        if mode == Mode::Drive {
            assert_eq!(allowed.current, before.allowed.charge.current);
        } else {
            assert_eq!(allowed.current, amperes(0.0));
            assert_eq!(allowed.reason, LimitReason::Fault(FaultId::UnexpectedStop));
        }
    }
}
