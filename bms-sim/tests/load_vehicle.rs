//! Energy is neither made nor lost between the battery and the road.

use std::fmt::Write as _;

use bms_sim::load::{Between, NamedCycle, SpeedCycle, TimeSeries, Vehicle};
use proptest::prelude::*;

fn vehicles() -> impl Strategy<Value = Vehicle> {
    (
        (500.0..40_000.0, 0.0..0.2, 0.0..8.0, 0.0..0.02, 0.9..1.4),
        (0.5..=1.0, 0.0..=1.0, 0.0..200_000.0, 0.0..5.0, 0.0..5_000.0),
    )
        .prop_map(
            |(
                (mass_kg, rotating, drag, rolling, air),
                (efficiency, regen, limit, slow, auxiliary),
            )| Vehicle {
                mass_kg,
                rotating_mass_fraction: rotating,
                drag_area_m2: drag,
                rolling_resistance: rolling,
                air_density_kg_per_m3: air,
                drivetrain_efficiency: efficiency,
                regen_fraction: regen,
                regen_power_max_w: limit,
                regen_speed_min_mps: slow,
                auxiliary_power_w: auxiliary,
            },
        )
}

fn cycles() -> impl Strategy<Value = SpeedCycle> {
    prop_oneof![
        prop::sample::select(&NamedCycle::ALL[..]).prop_map(SpeedCycle::named),
        prop::collection::vec((0.1..5.0, 0.0..40.0), 2..50).prop_map(|points| {
            let mut text = String::from("time_s,speed_mps\n");
            let mut time_s = 0.0;
            for (dt_s, speed) in points {
                time_s += dt_s;
                writeln!(text, "{time_s},{speed}").unwrap();
            }
            SpeedCycle::from_csv(text.as_bytes()).unwrap()
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_ledger_balances(vehicle in vehicles(), cycle in cycles()) {
        let drive = vehicle.drive(&cycle).unwrap();
        let ledger = drive.ledger;
        let losses = ledger.auxiliary_j + ledger.drivetrain_j + ledger.friction_brake_j + ledger.drag_j + ledger.rolling_j;
        let scale = losses.abs() + ledger.kinetic_j.abs();
        prop_assert!((ledger.battery_j - losses - ledger.kinetic_j).abs() <= 1e-9 * scale);
        let delivered = drive.power_w.integral(drive.power_w.duration_s());
        prop_assert!((delivered - ledger.battery_j).abs() <= 1e-9 * scale);
        for loss in [ledger.drivetrain_j, ledger.friction_brake_j] {
            prop_assert!(loss >= -1e-9 * scale);
        }
    }

    #[test]
    fn braking_returns_no_more_than_its_limit(vehicle in vehicles(), cycle in cycles()) {
        let drive = vehicle.drive(&cycle).unwrap();
        for &power_w in drive.power_w.values() {
            prop_assert!(power_w >= vehicle.auxiliary_power_w - vehicle.regen_power_max_w * (1.0 + 1e-12) - 1e-9);
        }
    }

    /// The mean over any partition of a profile carries the whole integral.
    #[test]
    fn means_carry_the_integral_at_any_step(
        points in prop::collection::vec((0.01..3.0, -100.0..100.0), 2..40),
        dt_s in 0.05..7.0,
        linear in any::<bool>(),
    ) {
        let mut time_s = 3.0;
        let points: Vec<_> = points.into_iter().map(|(dt_s, value)| { time_s += dt_s; (time_s, value) }).collect();
        let series = TimeSeries::new(&points, if linear { Between::Linear } else { Between::Held }).unwrap();
        let steps = (0..).map(|k| f64::from(k) * dt_s).take_while(|&from_s| from_s < series.duration_s());
        let sum: f64 = steps.map(|from_s| series.mean(from_s, dt_s) * dt_s).sum();
        let whole: f64 = points.windows(2).map(|pair| {
            let height = if linear { 0.5 * (pair[0].1 + pair[1].1) } else { pair[0].1 };
            height * (pair[1].0 - pair[0].0)
        }).sum();
        prop_assert!((sum - whole).abs() < 1e-9 * (1.0 + 100.0 * series.duration_s()));
    }
}

/// A compact car on the UDDS uses some 100 to 150 Wh/km at the battery; EPA figures of such cars are in this range.
#[test]
fn a_compact_car_uses_what_compact_cars_use() {
    let cycle = SpeedCycle::named(NamedCycle::Udds);
    let ledger = Vehicle::default().drive(&cycle).unwrap().ledger;
    let wh_per_km = ledger.battery_j / 3.6 / cycle.distance_m();
    assert!((80.0..160.0).contains(&wh_per_km), "{wh_per_km} Wh/km");
}

#[test]
fn a_bad_vehicle_names_the_field() {
    let error = Vehicle {
        drivetrain_efficiency: 1.2,
        ..Vehicle::default()
    }
    .validate()
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "drivetrain_efficiency is 1.2, expected a number above 0 and at most 1"
    );
    let error = Vehicle {
        mass_kg: f64::NAN,
        ..Vehicle::default()
    }
    .validate()
    .unwrap_err();
    assert_eq!(error.field, "mass_kg");
}
