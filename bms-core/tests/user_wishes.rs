//! What users of other battery managements asked for, and defects of state machines that are not to be ours.

use bms_bench::{Battery, Link, SMALL, any_tick, whole_ms};
use bms_core::Bms;
use bms_core::config::BmsConfig;
use bms_core::config::presets::NMC_96S;
use bms_core::control::{LimitReason, Mode, Refusal};
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{Contactors, Request};
use bms_core::protection::{FaultId, Source};
use bms_core::units::{amperes, seconds, to_amperes, to_seconds};
use proptest::prelude::*;

const OPEN: Contactors<bool> = Contactors::all(false);

fn driving<'a>(config: &'a BmsConfig<'a>, soc: f32) -> Battery<'a> {
    let mut battery = Battery::new(config, soc, 25.0);
    battery.run_ms(1000);
    battery.request(Request::Drive);
    let connected = battery.run_until(10_000, |_, outputs| outputs.mode == Mode::Drive);
    assert!(connected, "{:?} {:?}", battery.last, battery.faults());
    battery.run_ms(6000);
    battery
}

/// A battery that began to close its contactors this long ago.
fn precharging_since(ms: u32) -> Battery<'static> {
    let mut battery = Battery::new(&SMALL, 0.6, 25.0);
    battery.run_ms(1000);
    battery.request(Request::Drive);
    assert!(battery.run_until(1000, |_, outputs| outputs.mode == Mode::Precharge));
    battery.run_ms(ms);
    battery
}

/// A leading firmware looks for no fault while it waits for its next string to close.
#[test]
fn a_crash_ends_precharge_at_once_in_each_of_its_stages() {
    let mut moments = 0;
    for after_ms in (0..).step_by(10) {
        let mut battery = precharging_since(after_ms);
        if battery.last.expect("a tick").mode != Mode::Precharge {
            break;
        }
        moments += 1;
        battery.crash = true;
        let outputs = battery.tick();
        assert_eq!(outputs.contactors, OPEN, "after {after_ms} ms");
        assert_eq!(outputs.refusal, Some(Refusal::Fault(FaultId::Crash)));
        battery.crash = false;
        let never_closed = !battery.run_until(3000, |battery, _| battery.contactors != OPEN);
        assert!(never_closed, "after {after_ms} ms");
        assert_eq!(battery.last.expect("a tick").mode, Mode::Fault);
    }
    // Negative, filling, positive and release take a settling time each.
    assert!(moments > 30, "{moments}");
}

/// A fault that asks for zero current before opening ends precharge in the tick in which it is reported.
#[test]
fn a_cell_fault_ends_precharge_in_the_tick_in_which_it_is_reported() {
    let mut within = 0;
    for after_ms in (0..400).step_by(50) {
        let mut battery = precharging_since(after_ms);
        battery.false_cell = Some((3, f32::NAN));
        let fault = FaultId::CellVoltageNotFinite;
        assert!(battery.run_until(1000, |battery, _| battery.bms.view().has(fault)));
        let outputs = battery.last.expect("a tick");
        assert_eq!(outputs.mode, Mode::Opening);
        within += u32::from(!outputs.contactors.mains_closed());
        let positive = outputs.contactors.main_positive;
        let closes = |battery: &Battery<'_>| battery.contactors.main_positive && !positive;
        let reaction_ms = u32::from(SMALL.sampling.open_ms);
        let opened = battery.run_until(reaction_ms, |battery, _| {
            assert!(!closes(battery), "closed after the fault");
            !battery.contactors.path_closed()
        });
        assert!(opened, "after {after_ms} ms");
    }
    assert!(within > 2, "precharge was over before the fault came");
}

#[test]
fn a_crash_while_opening_waits_for_nothing() {
    for after_ms in (10..1000).step_by(60) {
        let mut battery = driving(&SMALL, 0.6);
        // Nothing discharges the link, and the current goes on: both waits are as long as they can be.
        battery.link.discharge_ohm = f32::INFINITY;
        battery.wanted_a = if after_ms < 400 { 100.0 } else { 0.0 };
        battery.disobedient = true;
        battery.run_ms(500);
        battery.request(Request::Standby);
        assert!(battery.run_until(100, |_, outputs| outputs.mode == Mode::Opening));
        battery.run_ms(after_ms);
        let was_closed = battery.contactors != OPEN;
        battery.crash = true;
        let outputs = battery.tick();
        assert_eq!(outputs.contactors, OPEN, "after {after_ms} ms");
        battery.run_ms(1000);
        assert_eq!(battery.last.expect("a tick").mode, Mode::Fault);
        // One contactor stays closed while the other one is tested.
        assert!(was_closed, "after {after_ms} ms");
    }
}

/// A leading firmware stays in a stage that leads to itself until a time-out of seconds.
#[test]
fn every_precharge_ends_in_time_whatever_the_link() {
    let hv = &NMC_96S.high_voltage;
    let model_s = 3.0 * to_seconds(bms_bench::battery::precharge_tau(&NMC_96S));
    let slow_ms = whole_ms(hv.precharge_slow_factor * model_s);
    let sample_ms = u32::from(NMC_96S.sampling.pack_ms);
    let longest_ms = 3 * u32::from(hv.contactor_settle_ms) + slow_ms + 2 * sample_ms;
    for leak_ohm in [0.1, 10.0, 100.0, 500.0, 1000.0, 1500.0, 1800.0, 2000.0, 1e4] {
        for capacitor in [true, false] {
            let mut battery = Battery::new(&NMC_96S, 0.6, 25.0);
            battery.link = Link {
                capacitor,
                leak_ohm,
                ..Link::SOUND
            };
            battery.run_ms(1000);
            battery.request(Request::Drive);
            assert!(battery.run_until(1000, |_, outputs| outputs.mode == Mode::Precharge));
            let over = battery.run_until(longest_ms, |_, outputs| outputs.mode != Mode::Precharge);
            assert!(over, "{leak_ohm} ohm, capacitor {capacitor}");
        }
    }
}

#[test]
fn a_link_that_does_not_fill_is_not_tried_again_while_the_request_stays() {
    let mut battery = Battery::new(&NMC_96S, 0.6, 25.0);
    battery.link.leak_ohm = 300.0;
    battery.commands.acknowledge = true;
    battery.run_ms(1000);
    battery.request(Request::Drive);
    let mut precharges = 0;
    let mut before = Mode::Standby;
    let connected = battery.run_until(60_000, |_, outputs| {
        precharges += u32::from(outputs.mode == Mode::Precharge && before != Mode::Precharge);
        before = outputs.mode;
        outputs.mode == Mode::Drive
    });
    assert!(!connected);
    assert_eq!(precharges, 1);
    let refusal = battery.last.expect("a tick").refusal;
    assert_eq!(refusal, Some(Refusal::RequestNotReleased));
}

/// A leading firmware leaves its error state after one good sample.
#[test]
fn one_good_sample_neither_clears_a_fatal_fault_nor_lets_the_contactors_close() {
    let fault = FaultId::CellUnderVoltageMaximum;
    let mut battery = driving(&SMALL, 0.6);
    battery.false_cell = Some((2, 2.4));
    assert!(battery.run_until(1000, |battery, _| battery.bms.view().has(fault)));
    assert!(battery.run_until(2000, |_, outputs| outputs.mode == Mode::Fault));
    // Whoever presses every button all the time does not get past it.
    battery.commands.acknowledge = true;
    let sample_ms = u32::from(SMALL.sampling.cell_voltage_ms);
    let recover_ms = u32::from(fault.definition().recover_ms);
    for round in 0..20 {
        battery.request(if round % 2 == 0 {
            Request::Standby
        } else {
            Request::Drive
        });
        for (shown, ms) in [
            (None, sample_ms),
            (Some((2, 2.4)), sample_ms),
            // Nor does anything that is shorter than the time to recover.
            (None, recover_ms - 2 * sample_ms),
            (Some((2, 2.4)), sample_ms),
        ] {
            battery.false_cell = shown;
            let slipped = battery.run_until(ms, |battery, outputs| {
                !battery.bms.view().is_qualified(fault) || outputs.mode != Mode::Fault
            });
            assert!(!slipped, "{shown:?} {:?}", battery.last);
        }
    }
    battery.request(Request::Standby);
    battery.false_cell = None;
    let start_ms = battery.now_ms;
    assert!(battery.run_until(5000, |_, outputs| outputs.mode == Mode::Standby));
    let taken_ms = battery.now_ms - start_ms;
    assert!(taken_ms >= recover_ms, "{taken_ms} ms");
}

/// A fuse that melts twenty times as fast as that of the preset, so that a test need not take minutes.
const QUICK_FUSE: BmsConfig<'static> = {
    let mut config = NMC_96S;
    config.limits.fuse.i2t_a2s = &[6.0e6, 1.5e6, 4.0e5, 1.25e5];
    config
};

/// Share of what melts the fuse at 500 A, between 400 A and 600 A of its curve.
fn melted(ampere_squared_seconds: f32) -> f32 {
    ampere_squared_seconds / (0.5 * (6.0e6 + 1.5e6))
}

/// A leading firmware reports its fuse's settings and never looks at them.
#[test]
fn the_fuse_curve_limits_a_current_that_no_other_limit_forbids() {
    let mut battery = driving(&QUICK_FUSE, 0.9);
    battery.wanted_a = 500.0;
    let mut used_a2s = 0.0;
    let limited = battery.run_until(30_000, |battery, _| {
        used_a2s += battery.current_a * battery.current_a * 0.01;
        battery.bms.view().has(FaultId::FuseLoadRecommended)
    });
    assert!(limited, "{:?}", battery.last);
    assert!(
        (melted(used_a2s) - 0.4).abs() < 0.02,
        "{}",
        melted(used_a2s)
    );
    let outputs = battery.run_ms(u32::from(QUICK_FUSE.sampling.limit_ms) + 10);
    let reason = LimitReason::Fault(FaultId::FuseLoadRecommended);
    assert_eq!(outputs.allowed.discharge.reason, reason);
    assert!(battery.current_a < 400.0, "{}", battery.current_a);
    // Who obeys drives on for as long as he likes.
    battery.run_ms(60_000);
    assert!(!battery.bms.view().has(FaultId::FuseLoadMaximum));
    assert_eq!(battery.last.expect("a tick").mode, Mode::Drive);
}

#[test]
fn the_fuse_curve_opens_the_contactors_before_the_fuse_melts() {
    let mut battery = driving(&QUICK_FUSE, 0.9);
    battery.wanted_a = 500.0;
    battery.disobedient = true;
    let mut used_a2s = 0.0;
    let opened = battery.run_until(30_000, |battery, _| {
        used_a2s += battery.current_a * battery.current_a * 0.01;
        !battery.contactors.path_closed()
    });
    assert!(opened, "{:?}", battery.last);
    assert!(
        (melted(used_a2s) - 0.7).abs() < 0.02,
        "{}",
        melted(used_a2s)
    );
    let refusal = battery.last.expect("a tick").refusal;
    assert_eq!(refusal, Some(Refusal::Fault(FaultId::FuseLoadMaximum)));
}

/// A user's wish: a limit first, and the contactors only at the next one.
#[test]
fn at_the_recommended_voltage_the_current_is_limited_and_at_the_maximum_the_contactors_open() {
    for (recommended_v, maximum_v, fault) in [
        (2.60, 2.45, FaultId::CellUnderVoltageMaximum),
        (4.23, 4.26, FaultId::CellOverVoltageMaximum),
    ] {
        let mut battery = driving(&NMC_96S, 0.6);
        battery.false_cell = Some((41, recommended_v));
        battery.run_ms(3000);
        let outputs = battery.last.expect("a tick");
        assert_eq!(outputs.mode, Mode::Drive);
        assert!(outputs.warn_driver, "before power is cut");
        let (stopped, left) = if recommended_v < 3.0 {
            (outputs.allowed.discharge, outputs.allowed.charge)
        } else {
            (outputs.allowed.charge, outputs.allowed.discharge)
        };
        assert!(to_amperes(stopped.current) < 1e-3, "{stopped:?}");
        // The way out stays open: an empty battery can be charged, and a full one discharged.
        assert!(to_amperes(left.current) > 100.0, "{left:?}");
        battery.false_cell = Some((41, maximum_v));
        let budget = NMC_96S.budget(fault);
        let budget_s = to_seconds(budget.detection) + to_seconds(budget.reaction);
        let opened = battery.run_until(whole_ms(budget_s), |battery, _| {
            !battery.contactors.path_closed()
        });
        assert!(opened, "{:?}", battery.last);
        // A user's wish: which cell it was.
        let record = battery.bms.view().record(fault).expect("found");
        assert_eq!(record.source, Source::Cell(41));
    }
}

#[test]
fn at_the_recommended_current_the_limit_falls_and_at_the_maximum_the_contactors_open() {
    let mut battery = driving(&NMC_96S, 0.9);
    battery.disobedient = true;
    battery.wanted_a = 560.0;
    battery.run_ms(1500);
    let outputs = battery.last.expect("a tick");
    assert_eq!(outputs.mode, Mode::Drive);
    assert!(outputs.warn_driver);
    let allowed_a = to_amperes(outputs.allowed.discharge.current);
    assert!(allowed_a <= 0.3 * 500.0 + 1.0, "{allowed_a}");
    battery.wanted_a = 610.0;
    let fault = FaultId::CellDischargeOverCurrentMaximum;
    let budget = NMC_96S.budget(fault);
    let budget_s = to_seconds(budget.detection) + to_seconds(budget.reaction);
    let opened = battery.run_until(whole_ms(budget_s), |battery, _| {
        !battery.contactors.path_closed()
    });
    assert!(opened, "{:?}", battery.last);
}

/// A user's wish: a pack that was too full, or too empty, does not stay locked.
#[test]
fn recovery_after_over_voltage_lets_the_pack_be_used_again() {
    let mut battery = driving(&NMC_96S, 0.9);
    battery.false_cell = Some((7, 4.26));
    assert!(battery.run_until(3000, |_, outputs| outputs.mode == Mode::Fault));
    // The cell has relaxed below the maximum, and is still above the recommended voltage.
    battery.false_cell = Some((7, 4.225));
    battery.request(Request::Standby);
    battery.run_ms(2000);
    battery.commands.acknowledge = true;
    battery.run_ms(20);
    battery.commands.acknowledge = false;
    assert!(battery.run_until(5000, |_, outputs| outputs.mode == Mode::Standby));
    battery.request(Request::Drive);
    assert!(battery.run_until(10_000, |_, outputs| outputs.mode == Mode::Drive));
    let outputs = battery.run_ms(6000);
    assert!(to_amperes(outputs.allowed.discharge.current) > 100.0);
    assert!(to_amperes(outputs.allowed.charge.current) < 1e-3);
    battery.false_cell = None;
    let outputs = battery.run_ms(10_000);
    assert!(to_amperes(outputs.allowed.charge.current) > 10.0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 500, ..ProptestConfig::default() })]

    #[test]
    fn nothing_closes_without_a_request(
        ticks in prop::collection::vec(any_tick(), 1..12),
        order in prop::collection::vec(any::<prop::sample::Index>(), 200),
        asleep: bool,
    ) {
        let mut bms = Bms::<6, 2>::new(SMALL.validated().expect("valid"), InitialSoc::FromVoltage).expect("enough room");
        for index in order {
            let mut tick = index.get(&ticks).clone();
            tick.commands.request = if asleep { Request::Sleep } else { Request::Standby };
            let outputs = bms.step(&tick.measurements(), &tick.commands, seconds(tick.dt_s));
            prop_assert_eq!(outputs.contactors, OPEN);
            prop_assert_eq!(outputs.allowed.discharge.current, amperes(0.0));
            prop_assert_eq!(outputs.allowed.charge.current, amperes(0.0));
        }
    }
}
