//! Sensors: what they make of the truth, and when it arrives.

use bms_sim::sensor::{SensorBank, SensorKind, SensorModel};

fn bank(model: SensorModel, count: usize) -> SensorBank {
    SensorBank::new(model, count, SensorKind::Current, 7)
}

/// Values of the first sensor that arrive in ticks of 10 ms, with their times.
fn arrivals(mut bank: SensorBank, ticks: u32, truth: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    let mut arrived = Vec::new();
    for tick in 1..=ticks {
        let now_s = f64::from(tick) * 0.01;
        if bank.is_due(now_s) {
            bank.sample(now_s, |_| truth(now_s));
        }
        if let Some(values) = bank.arrive(now_s) {
            arrived.push((now_s, values[0]));
        }
    }
    arrived
}

#[test]
fn an_ideal_sensor_shows_the_truth_at_once() {
    for (time_s, value) in arrivals(bank(SensorModel::ideal(0.05), 1), 100, |s| 3.0 * s) {
        assert!((value - 3.0 * time_s).abs() < 1e-12);
    }
}

#[test]
fn gain_bias_and_drift_add_up() {
    let model = SensorModel {
        gain: 1.02,
        bias: -0.5,
        drift_per_h: 3600.0,
        ..SensorModel::ideal(0.01)
    };
    for (time_s, value) in arrivals(bank(model, 1), 50, |_| 100.0) {
        assert!((value - (102.0 - 0.5 + time_s)).abs() < 1e-9, "{value}");
    }
}

#[test]
fn noise_has_its_standard_deviation_and_no_mean() {
    let model = SensorModel {
        noise: 2.0,
        ..SensorModel::ideal(0.01)
    };
    let values = arrivals(bank(model, 1), 20_000, |_| 5.0);
    let count = f64::from(u32::try_from(values.len()).expect("few"));
    let mean = values.iter().map(|(_, value)| value).sum::<f64>() / count;
    let square = values
        .iter()
        .map(|(_, value)| (value - mean).powi(2))
        .sum::<f64>()
        / count;
    assert!((mean - 5.0).abs() < 0.06, "{mean}");
    assert!((square.sqrt() - 2.0).abs() < 0.05, "{square}");
}

#[test]
fn each_sensor_errs_by_its_own() {
    let model = SensorModel {
        bias_sigma: 1.0,
        ..SensorModel::ideal(0.01)
    };
    let mut sensors = bank(model, 400);
    sensors.sample(0.0, |_| 0.0);
    let values = sensors.arrive(0.0).expect("a sample").to_vec();
    let square = values.iter().map(|value| value * value).sum::<f64>() / 400.0;
    assert!((square.sqrt() - 1.0).abs() < 0.15, "{square}");
}

#[test]
fn values_stay_in_the_range_and_on_the_steps_of_the_converter() {
    let model = SensorModel {
        resolution: 0.25,
        low: -2.0,
        high: 2.0,
        ..SensorModel::ideal(0.01)
    };
    for (_, value) in arrivals(bank(model, 1), 500, |s| 3.0 * (4.0 * s).sin()) {
        assert!((-2.0..=2.0).contains(&value), "{value}");
        assert!((value / 0.25).fract().abs() < 1e-9, "{value}");
    }
}

#[test]
fn samples_arrive_after_their_latency_in_their_rhythm() {
    let model = SensorModel {
        latency_s: 0.03,
        ..SensorModel::ideal(0.1)
    };
    let arrived = arrivals(bank(model, 1), 200, |s| s);
    assert_eq!(arrived.len(), 20);
    for (time_s, value) in arrived {
        assert!((time_s - value - 0.03).abs() < 1e-9, "{time_s} {value}");
    }
}

#[test]
fn jitter_moves_samples_and_keeps_their_number() {
    let model = SensorModel {
        jitter_s: 0.03,
        ..SensorModel::ideal(0.1)
    };
    let arrived = arrivals(bank(model, 1), 10_000, |s| s);
    assert!((995..=1001).contains(&arrived.len()), "{}", arrived.len());
    let gaps: Vec<_> = arrived
        .windows(2)
        .map(|pair| pair[1].0 - pair[0].0)
        .collect();
    assert!(gaps.iter().any(|gap| *gap < 0.075), "no early sample");
    assert!(gaps.iter().any(|gap| *gap > 0.125), "no late sample");
    assert!(gaps.iter().all(|gap| (0.029..0.171).contains(gap)));
}
