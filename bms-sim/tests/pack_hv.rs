//! The high-voltage side obeys Kirchhoff, Coulomb and Joule.

#![allow(clippy::float_cmp)] // Exact zeros and exact limits are what is claimed.

use approx::assert_relative_eq;
use bms_sim::cell::Source;
use bms_sim::load::Demand;
use bms_sim::pack::hv::{ContactorFault, Fuse, FuseConfig, HighVoltage, HvConfig};
use proptest::prelude::*;

const BATTERY: Source = Source {
    e_v: 400.0,
    r_ohm: 0.1,
};

fn side() -> HighVoltage {
    HighVoltage::new(HvConfig::default()).unwrap()
}

fn run(side: &mut HighVoltage, demand: Demand, dt_s: f64, steps: usize) {
    for _ in 0..steps {
        let step = side.solve(BATTERY, demand, dt_s);
        side.commit(&step, dt_s);
    }
}

/// Precharging: `v = E (1 - exp(-t / RC))` at any step, and the resistor takes half of `C E^2`.
#[test]
fn the_link_charges_as_an_rc() {
    for (dt_s, steps) in [(1e-4, 500), (1e-2, 5), (5e-2, 1)] {
        let mut side = side();
        side.config.bleed_ohm = 1e12;
        for isolation in [
            &mut side.config.battery_positive_isolation_ohm,
            &mut side.config.battery_negative_isolation_ohm,
            &mut side.config.link_positive_isolation_ohm,
            &mut side.config.link_negative_isolation_ohm,
        ] {
            *isolation = 1e12;
        }
        side.main_negative.commanded = true;
        side.precharge.commanded = true;
        run(&mut side, Demand::REST, dt_s, steps);
        let config = &side.config;
        let loop_ohm = BATTERY.r_ohm
            + config.fuse.resistance_ohm
            + 2.0 * config.contactor_ohm
            + config.precharge_ohm;
        let tau_s = loop_ohm * config.link_capacitance_f;
        let x = 0.05 / tau_s;
        assert_relative_eq!(
            side.link_voltage_v(),
            400.0 * (1.0 - (-x).exp()),
            max_relative = 1e-6
        );
        let heat_j = 0.5
            * config.link_capacitance_f
            * 400.0_f64.powi(2)
            * (1.0 - (-2.0 * x).exp())
            * config.precharge_ohm
            / loop_ohm;
        assert_relative_eq!(side.precharge_energy_j(), heat_j, max_relative = 1e-6);
    }
}

#[test]
fn a_welded_contactor_conducts_and_a_stuck_one_does_not() {
    let mut side = side();
    side.main_positive.fault = ContactorFault::Welded;
    side.main_negative.commanded = true;
    run(&mut side, Demand::REST, 1.0, 2);
    assert_relative_eq!(side.link_voltage_v(), 400.0, max_relative = 1e-4);
    let step = side.solve(BATTERY, Demand::Current { current_a: 100.0 }, 1.0);
    assert_relative_eq!(step.positive_current_a, 100.0, max_relative = 1e-3);

    side.main_positive.fault = ContactorFault::StuckOpen;
    side.main_positive.commanded = true;
    let step = side.solve(BATTERY, Demand::Current { current_a: 100.0 }, 1.0);
    assert_eq!(step.positive_current_a, 0.0);
    assert!(step.load_shed);
}

/// With one side welded and the other open the link stays dead, but the chassis sees the welded pole.
#[test]
fn one_welded_pole_charges_nothing() {
    let mut side = side();
    side.main_positive.fault = ContactorFault::Welded;
    run(&mut side, Demand::REST, 1.0, 3);
    assert!(
        side.link_voltage_v() < 0.05 * 400.0,
        "{} V",
        side.link_voltage_v()
    );
    let step = side.solve(BATTERY, Demand::REST, 1.0);
    assert_relative_eq!(
        step.link_positive_v,
        step.battery_positive_v,
        epsilon = 1e-3
    );
}

/// The chassis lies between the poles as the isolation resistances divide the voltage.
#[test]
fn isolation_divides_the_voltage() {
    let mut side = side();
    side.config.battery_positive_isolation_ohm = 100e3;
    side.config.battery_negative_isolation_ohm = 300e3;
    side.config.link_positive_isolation_ohm = 1e15;
    side.config.link_negative_isolation_ohm = 1e15;
    let step = side.solve(BATTERY, Demand::REST, 1.0);
    assert_relative_eq!(step.battery_positive_v, 100.0, max_relative = 1e-5);
    assert_relative_eq!(step.battery_negative_v, -300.0, max_relative = 1e-5);
    assert_relative_eq!(step.battery_current_a, 1e-3, max_relative = 1e-5);
}

#[test]
fn a_short_melts_the_fuse_and_the_link_runs_dry() {
    let mut side = side();
    side.main_positive.commanded = true;
    side.main_negative.commanded = true;
    run(&mut side, Demand::REST, 1.0, 1);
    run(&mut side, Demand::Current { current_a: 3_000.0 }, 1e-4, 200);
    assert!(side.fuse.is_melted());
    let step = side.solve(BATTERY, Demand::Current { current_a: 10.0 }, 1.0);
    assert_eq!(step.positive_current_a, 0.0);
    run(&mut side, Demand::REST, 100.0, 10);
    assert!(side.link_voltage_v() < 20.0);
}

#[test]
fn a_bad_value_is_named() {
    let error = HighVoltage::new(HvConfig {
        bleed_ohm: -1.0,
        ..HvConfig::default()
    })
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "bleed_ohm is -1, expected a finite number above 0"
    );
}

proptest! {
    /// Steady currents melt a fuse when its curve says, and never at or below the minimum fusing current.
    #[test]
    fn a_fuse_melts_on_its_curve(ratio in 0.2..30.0, i2t in 1e2..1e6, minimum_a in 10.0..800.0) {
        let config = FuseConfig { resistance_ohm: 1e-3, melting_i2t_a2s: i2t, minimum_fusing_current_a: minimum_a };
        let current_a = ratio * minimum_a;
        let melts_s = config.melting_time_s(current_a);
        let mut fuse = Fuse::default();
        if melts_s.is_infinite() {
            fuse.carry(&config, current_a * current_a, 1e6);
            prop_assert!(!fuse.is_melted());
        } else {
            let steps = 100;
            let dt_s = melts_s / f64::from(steps);
            for _ in 0..steps - 1 {
                fuse.carry(&config, current_a * current_a, dt_s);
            }
            prop_assert!(!fuse.is_melted());
            fuse.carry(&config, current_a * current_a, 1.001 * dt_s);
            prop_assert!(fuse.is_melted());
            if ratio > 10.0 {
                prop_assert!((melts_s * current_a * current_a / i2t - 1.0).abs() < 0.01);
            }
        }
    }

    /// Charge: what leaves the battery reaches the load, the capacitor or the isolation paths; power likewise.
    #[test]
    fn charge_is_kept_at_every_node(
        positive in any::<bool>(), negative in any::<bool>(), precharge in any::<bool>(),
        link_v in 0.0..450.0, power_w in -50e3..50e3, log_dt in -5.0..1.0, log_isolation in 3.0..8.0,
    ) {
        let mut side = side();
        side.config.battery_positive_isolation_ohm = 10f64.powf(log_isolation);
        // Brings the link to a voltage of its own.
        side.main_positive.commanded = true;
        side.main_negative.commanded = true;
        let step = side.solve(Source { e_v: link_v, r_ohm: 0.1 }, Demand::REST, 10.0);
        side.commit(&step, 10.0);
        side.main_positive.commanded = positive;
        side.main_negative.commanded = negative;
        side.precharge.commanded = precharge;

        let before_v = side.link_voltage_v();
        let dt_s = 10f64.powf(log_dt);
        let step = side.solve(BATTERY, Demand::Power { power_w }, dt_s);
        let config = side.config;
        let capacitor_a = config.link_capacitance_f * (step.link_voltage_v - before_v) / dt_s;
        let drawn_a = step.load_current_a + capacitor_a + step.link_voltage_mean_v / config.bleed_ohm;
        let scale_a = drawn_a.abs().max(step.battery_current_a.abs()).max(capacitor_a.abs());
        let at_battery_positive =
            step.battery_current_a - step.positive_current_a - step.battery_positive_v / config.battery_positive_isolation_ohm;
        let at_link_positive = step.positive_current_a - drawn_a - step.link_positive_v / config.link_positive_isolation_ohm;
        let at_link_negative = drawn_a - step.negative_current_a - step.link_negative_v / config.link_negative_isolation_ohm;
        let at_battery_negative =
            step.negative_current_a - step.battery_current_a - step.battery_negative_v / config.battery_negative_isolation_ohm;
        for residue in [at_battery_positive, at_link_positive, at_link_negative, at_battery_negative] {
            // A closed contactor of 5 kS turns the last bit of 400 V into some 0.3 nA.
            prop_assert!(residue.abs() < 1e-9 * scale_a + 5e-9, "{residue} of {scale_a}");
        }
        if !step.load_shed {
            let load_w = step.load_current_a * step.link_voltage_mean_v;
            prop_assert!((load_w - power_w).abs() <= 1e-9 * (1.0 + power_w.abs()));
        }
    }
}
