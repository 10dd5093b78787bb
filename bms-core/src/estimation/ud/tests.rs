//! Laws of the factored covariance, against dense double precision.
#![allow(
    clippy::cast_possible_truncation,
    reason = "the numbers of the drives are made in f64 and used in f32"
)]

use std::vec::Vec;

use nalgebra::{SMatrix, SVector};
use proptest::prelude::*;

use super::*;
use bms_bench::between;

const BIAS: usize = 8;
const SCALE: usize = 9;

type Matrix = SMatrix<f64, STATES, STATES>;
type Vector = SVector<f64, STATES>;

/// One thing that happens to a covariance.
#[derive(Clone, Debug)]
enum Event {
    Propagate {
        decay: [f32; STATES],
        from_bias: [f32; STATES],
        from_scale: f32,
    },
    Noise {
        direction: [f32; STATES],
        variance: f32,
    },
    Measure {
        h: [f32; STATES],
        noise: f32,
    },
}

impl UdCovariance {
    /// Whether the factors are those of a positive definite matrix.
    pub(crate) fn is_positive(&self) -> bool {
        self.is_finite() && (0..STATES).all(|i| self.factor[i][i] > 0.0)
    }

    fn dense(&self) -> Matrix {
        let unit = Matrix::from_fn(|i, j| f64::from(self.unit(i, j)));
        let diagonal = Vector::from_fn(|i, _| f64::from(self.factor[i][i]));
        unit * Matrix::from_diagonal(&diagonal) * unit.transpose()
    }

    fn apply(&mut self, event: &Event) {
        match *event {
            Event::Propagate {
                decay,
                from_bias,
                from_scale,
            } => self.propagate(&Transition {
                decay,
                from_bias,
                bias: BIAS,
                from_scale,
                scale: SCALE,
            }),
            Event::Noise {
                direction,
                variance,
            } => self.add_noise(direction, variance),
            Event::Measure { h, noise } => {
                self.update(&h, noise);
            }
        }
    }
}

fn wide(values: &[f32; STATES]) -> Vector {
    Vector::from_fn(|i, _| f64::from(values[i]))
}

/// The same event on a dense matrix, by the textbook (Joseph's form for the measurement).
fn apply_dense(covariance: &Matrix, event: &Event) -> Matrix {
    match event {
        Event::Propagate {
            decay,
            from_bias,
            from_scale,
        } => {
            let mut transition = Matrix::from_diagonal(&wide(decay));
            for i in 0..BIAS {
                transition[(i, BIAS)] += f64::from(from_bias[i]);
            }
            transition[(0, SCALE)] += f64::from(*from_scale);
            transition * covariance * transition.transpose()
        }
        Event::Noise {
            direction,
            variance,
        } => {
            let direction = wide(direction);
            covariance + direction * direction.transpose() * f64::from(*variance)
        }
        Event::Measure { h, noise } => {
            let (h, noise) = (wide(h), f64::from(*noise));
            let gain = covariance * h / (h.dot(&(covariance * h)) + noise);
            let rest = Matrix::identity() - gain * h.transpose();
            rest * covariance * rest.transpose() + gain * gain.transpose() * noise
        }
    }
}

/// Largest difference of two covariances, each entry relative to the two standard deviations that it belongs to.
fn relative_difference(found: &Matrix, wanted: &Matrix) -> f64 {
    let mut largest = 0.0_f64;
    for i in 0..STATES {
        for j in 0..STATES {
            let scale = (wanted[(i, i)] * wanted[(j, j)]).sqrt();
            largest = largest.max((found[(i, j)] - wanted[(i, j)]).abs() / scale);
        }
    }
    largest
}

/// The correlation matrix has a Cholesky factor.
fn has_cholesky_factor(covariance: &Matrix) -> bool {
    let correlation = Matrix::from_fn(|i, j| {
        covariance[(i, j)] / (covariance[(i, i)] * covariance[(j, j)]).sqrt()
    });
    correlation.cholesky().is_some()
}

fn entries(low: f32, high: f32) -> impl Strategy<Value = [f32; STATES]> {
    prop::array::uniform10(between(low, high))
}

/// A decay between nothing forgotten and all forgotten, both ends included.
fn decays() -> impl Strategy<Value = [f32; STATES]> {
    prop::array::uniform10(prop_oneof![
        4 => between(0.05, 1.0),
        2 => Just(1.0_f32),
        1 => Just(0.0_f32),
    ])
    .prop_map(|mut decay| {
        decay[BIAS] = 1.0;
        decay[SCALE] = 1.0;
        decay
    })
}

/// Powers of ten between two exponents.
fn magnitude(low: f32, high: f32) -> impl Strategy<Value = f32> {
    between(low, high).prop_map(|exponent| 10.0_f32.powf(exponent))
}

fn events(reach: f32, smallest: f32, largest: f32) -> impl Strategy<Value = Event> {
    prop_oneof![
        (decays(), entries(-reach, reach), between(-reach, reach)).prop_map(
            |(decay, from_bias, from_scale)| Event::Propagate {
                decay,
                from_bias,
                from_scale
            }
        ),
        (entries(-reach, reach), magnitude(smallest, largest)).prop_map(|(direction, variance)| {
            Event::Noise {
                direction,
                variance,
            }
        }),
        (entries(-reach, reach), magnitude(smallest, largest))
            .prop_map(|(h, noise)| Event::Measure { h, noise }),
    ]
}

fn variances(low: f32, high: f32) -> impl Strategy<Value = [f32; STATES]> {
    prop::array::uniform10(magnitude(low, high))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// However large, small, singular or contradictory the events are.
    #[test]
    fn the_covariance_stays_positive_definite_after_any_events(
        start in variances(-20.0, 12.0),
        events in prop::collection::vec(events(1e3, -18.0, 6.0), 1..200),
    ) {
        let mut covariance = UdCovariance::diagonal(&start);
        for event in &events {
            covariance.apply(event);
            prop_assert!(covariance.is_positive(), "after {event:?}: {covariance:?}");
        }
    }

    #[test]
    fn a_well_conditioned_covariance_follows_dense_double_precision(
        start in variances(-2.0, 2.0),
        events in prop::collection::vec(events(1.0, -2.0, 1.0), 1..40),
    ) {
        let mut covariance = UdCovariance::diagonal(&start);
        let mut reference = covariance.dense();
        // A column that is forgotten altogether leaves no variance of its own: noise follows, as in the filter.
        let renewal = Event::Noise { direction: [0.1; STATES], variance: 0.1 };
        for event in &events {
            for event in [event, &renewal] {
                covariance.apply(event);
                reference = apply_dense(&reference, event);
            }
            for state in 0..STATES {
                covariance.add_noise_to(state, 0.05);
                reference[(state, state)] += 0.05;
            }
            prop_assert!(has_cholesky_factor(&covariance.dense()));
            let delta = relative_difference(&covariance.dense(), &reference);
            prop_assert!(delta < 1e-3, "delta {delta} after {event:?}");
        }
    }

    /// One event from an arbitrary factored covariance, ill conditioned or not.
    #[test]
    fn one_event_rounds_no_worse_than_single_precision(
        start in variances(-6.0, 3.0),
        upper in prop::collection::vec(between(-3.0, 3.0), STATES * STATES),
        event in events(2.0, -6.0, 2.0),
    ) {
        let mut covariance = UdCovariance::diagonal(&start);
        for i in 0..STATES {
            for j in i + 1..STATES {
                covariance.factor[i][j] = upper[i * STATES + j];
            }
        }
        let before = covariance.dense();
        let reference = apply_dense(&before, &event);
        covariance.apply(&event);
        // Where a measurement removes nearly all of a variance, what is left carries the rounding of what was there.
        let scale = Matrix::from_fn(|i, j| {
            let of = |state: usize| before[(state, state)].max(reference[(state, state)]);
            (of(i) * of(j)).sqrt()
        });
        let delta = (covariance.dense() - reference).component_div(&scale).amax();
        prop_assert!(delta < 1e-4, "delta {delta}");
    }

    #[test]
    fn the_gain_is_the_textbook_gain(
        start in variances(-3.0, 2.0),
        spread in entries(-1.0, 1.0),
        h in entries(-2.0, 2.0),
        noise in magnitude(-3.0, 1.0),
    ) {
        let mut covariance = UdCovariance::diagonal(&start);
        covariance.add_noise(spread, 1.0);
        let (dense, wide_h) = (covariance.dense(), wide(&h));
        let variance = wide_h.dot(&(dense * wide_h));
        let wanted = dense * wide_h / (variance + f64::from(noise));
        prop_assert!((f64::from(covariance.projected(&h)) / variance - 1.0).abs() < 1e-4);
        let gain = covariance.update(&h, noise).gain;
        for state in 0..STATES {
            let scale = (dense[(state, state)] / f64::from(noise)).sqrt();
            prop_assert!((f64::from(gain[state]) - wanted[state]).abs() < 1e-4 * scale);
        }
    }

    #[test]
    fn covariance_reads_the_dense_matrix(start in variances(-3.0, 2.0), spread in entries(-1.0, 1.0)) {
        let mut covariance = UdCovariance::diagonal(&start);
        covariance.add_noise(spread, 1.0);
        let dense = covariance.dense();
        for i in 0..STATES {
            for j in 0..STATES {
                let scale = (dense[(i, i)] * dense[(j, j)]).sqrt();
                let found = f64::from(covariance.covariance(i, j));
                prop_assert!((found - dense[(i, j)]).abs() < 1e-5 * scale);
                prop_assert_eq!(found.to_bits(), f64::from(covariance.covariance(j, i)).to_bits());
            }
        }
    }
}

/// The events of one second of a drive: decay, input noise, renewal, a voltage.
fn second_of_a_drive(step: u32) -> Vec<Event> {
    let current_a = 5.0 * (f64::from(step) * 0.37).sin() as f32 + 1.0;
    let axis = |state: usize| {
        let mut direction = [0.0; STATES];
        direction[state] = 1.0;
        direction
    };
    let share = [0.28_f32, 0.025, 0.00125, 0.0];
    let mut decay = [1.0; STATES];
    let mut from_bias = [0.0; STATES];
    let mut input = [0.0; STATES];
    from_bias[0] = 1e-4;
    input[0] = -1e-4;
    let mut events = Vec::new();
    for (j, share) in share.iter().enumerate() {
        decay[1 + j] = 1.0 - share;
        from_bias[1 + j] = -share;
        input[1 + j] = *share;
    }
    decay[6] = 0.9995;
    decay[7] = 0.9997;
    events.push(Event::Propagate {
        decay,
        from_bias,
        from_scale: -current_a * 1e-4,
    });
    events.push(Event::Noise {
        direction: input,
        variance: 1e-3,
    });
    for (state, variance) in [
        (1, 1e-2),
        (2, 1e-3),
        (3, 1e-4),
        (6, 4e-7),
        (7, 1e-5),
        (8, 1e-9),
    ] {
        events.push(Event::Noise {
            direction: axis(state),
            variance,
        });
    }
    let mut h = [0.0; STATES];
    h[0] = 0.7 + 0.3 * (f64::from(step) * 1e-3).sin() as f32;
    h[1..4].copy_from_slice(&[-0.02, -0.015, -0.02]);
    h[5] = 0.01;
    h[6] = 1.0;
    h[7] = -0.03 * current_a;
    h[8] = 0.03;
    events.push(Event::Measure { h, noise: 1e-5 });
    events
}

#[test]
fn a_day_of_driving_keeps_every_variance_within_a_percent_of_double_precision() {
    let mut covariance =
        UdCovariance::diagonal(&[0.04, 1e-2, 1e-2, 1e-2, 1e-2, 0.3, 4e-4, 0.02, 0.02, 2.5e-3]);
    let mut reference = covariance.dense();
    for step in 0..100_000 {
        for event in second_of_a_drive(step) {
            covariance.apply(&event);
            reference = apply_dense(&reference, &event);
        }
        reference = (reference + reference.transpose()) * 0.5;
        assert!(covariance.is_positive(), "step {step}");
        if step % 1000 == 0 {
            let found = covariance.dense();
            assert!(has_cholesky_factor(&found), "step {step}");
            for state in 0..STATES {
                let ratio = found[(state, state)] / reference[(state, state)];
                assert!(
                    (ratio - 1.0).abs() < 0.01,
                    "step {step} state {state}: {ratio}"
                );
            }
        }
    }
}

#[test]
fn a_measurement_without_doubt_leaves_a_positive_variance() {
    let mut covariance = UdCovariance::diagonal(&[1.0; STATES]);
    for _ in 0..1000 {
        covariance.update(&[1.0; STATES], 1e-12);
        assert!(covariance.is_positive());
    }
    assert!(has_cholesky_factor(
        &(covariance.dense() + Matrix::identity() * 1e-9)
    ));
}
