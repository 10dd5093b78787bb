//! The score of an estimate against cases worked out by hand.

use bms_sim::evaluate::metrics::{Criteria, Score, Scorer};

/// Scores rows of time, estimate, sigma and reference, in seconds and fractions of one; settled from 10 s on.
fn score(rows: &[(f64, f64, f64, f64)]) -> Score {
    let criteria = Criteria {
        settle_s: 10.0,
        band_soc: 0.03,
    };
    let mut scorer = Scorer::new(criteria);
    for (time_s, soc, sigma, reference) in rows {
        scorer.add(*time_s, *soc, Some(*sigma), Some(*reference));
    }
    scorer.score().expect("rows")
}

fn close(found: impl Into<Option<f64>>, expected: f64) {
    let found = found.into().expect("a figure");
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

#[test]
fn errors_over_the_whole_log_and_after_settling() {
    // Errors in points: +5, -2, +1, -1; the log begins at 100 s, so the last two rows are settled.
    let score = score(&[
        (100.0, 0.55, 0.01, 0.50),
        (105.0, 0.48, 0.01, 0.50),
        (110.0, 0.51, 0.01, 0.50),
        (111.0, 0.49, 0.01, 0.50),
    ]);
    assert_eq!((score.rows, score.rows_settled), (4, 2));
    close(score.rmse_points, 7.75_f64.sqrt()); // (25 + 4 + 1 + 1) / 4
    close(score.mae_points, 2.25);
    close(score.max_points, 5.0);
    close(score.rmse_settled_points, 1.0);
    close(score.max_settled_points, 1.0);
    close(score.mean_sigma_points, 1.0);
    close(score.outside_3sigma_percent, 0.0);
    // The first row alone is out of the band.
    assert_eq!(score.enter_band_s, Some(0.0));
}

#[test]
fn a_bound_is_broken_beyond_three_sigma_and_counted_after_settling() {
    let score = score(&[
        (0.0, 0.90, 0.001, 0.50), // far outside, but not settled
        (10.0, 0.54, 0.01, 0.50), // 4 points, 3 sigma is 3
        (11.0, 0.52, 0.01, 0.50), // 2 points
        (12.0, 0.46, 0.02, 0.50), // 4 points, 3 sigma is 6
        (13.0, 0.50, 0.04, 0.50),
    ]);
    close(score.outside_3sigma_percent, 25.0);
    close(score.mean_sigma_points, 2.0);
}

#[test]
fn the_band_is_entered_after_the_last_row_outside_it() {
    let at = |errors: &[f64]| {
        let rows = errors.iter().zip(0..);
        let rows: Vec<_> = rows
            .map(|(error, t)| (7.0 + f64::from(t), 0.5 + error, 0.01, 0.5))
            .collect();
        score(&rows).enter_band_s
    };
    assert_eq!(at(&[0.01, 0.02]), Some(0.0));
    assert_eq!(at(&[0.05, 0.01, 0.05, 0.01, 0.02]), Some(2.0));
    assert_eq!(at(&[0.01, 0.01, 0.05]), None);
}

#[test]
fn rows_at_one_time_share_the_reference_of_the_first() {
    let score = score(&[
        (0.0, 0.50, 0.01, 0.50),
        (20.0, 0.40, 0.01, 0.40),
        (20.0, 0.40, 0.01, 0.30),
    ]);
    close(score.max_points, 0.0);
}

#[test]
fn figures_that_do_not_exist_are_not_made_up() {
    let mut scorer = Scorer::new(Criteria::default());
    assert!(scorer.score().is_none());
    scorer.add(0.0, 0.5, None, None);
    assert!(scorer.score().is_none());
    scorer.add(1.0, 0.5, None, Some(0.5));
    let score = scorer.score().expect("a row");
    assert_eq!(score.rmse_settled_points, None);
    assert_eq!(score.outside_3sigma_percent, None);
    assert_eq!(score.mean_sigma_points, None);
}
