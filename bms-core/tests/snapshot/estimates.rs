//! What a sleep does to what is known, and what the first voltage says then.

use bms_bench::Rig;
use bms_core::config::BmsConfig;
use bms_core::config::presets::{LFP_100S, NMC_13S};
use bms_core::estimation::PackEstimate;
use bms_core::units::{celsius, ratio, seconds, to_ratio, to_volts};

use crate::{patched, snapshot_of};

const HOUR_S: f32 = 3600.0;
const DAY_S: f32 = 24.0 * HOUR_S;

fn ocv_v(config: &BmsConfig<'_>, soc: f32) -> f32 {
    to_volts(config.cell.ocv(ratio(soc), celsius(25.0)))
}

/// A pack that rests at this SoC, for as many seconds.
fn rested(config: &'static BmsConfig<'static>, soc: f32, ms: u32) -> Rig<'static> {
    let mut rig = Rig::fresh(config);
    rig.sensors.all_cells(ocv_v(config, soc));
    rig.run_ms(ms);
    rig
}

/// A snapshot that claims to know the mean SoC.
fn claiming(bytes: &[u8], soc: f32, sigma: f32) -> Vec<u8> {
    #[expect(clippy::cast_possible_truncation, reason = "2^50 fits")]
    let units = (f64::from(soc) * 2_f64.powi(50)) as i64;
    let bytes = patched(bytes, 96, &units.to_le_bytes());
    let mut row = vec![0; 40];
    row[..4].copy_from_slice(&(sigma * sigma).to_le_bytes());
    patched(&bytes, 140, &row)
}

/// The first estimate after a sleep, with the cells at rest at `soc`.
fn woken(
    bytes: &[u8],
    config: &'static BmsConfig<'static>,
    asleep_s: Option<f32>,
    soc: f32,
    ms: u32,
) -> (Rig<'static>, bool) {
    let mut rig = Rig::fresh(config);
    rig.bms
        .restore(bytes, asleep_s.map(seconds))
        .expect("a sound snapshot");
    rig.sensors.all_cells(ocv_v(config, soc));
    let mut restarted = false;
    while rig.now_ms < ms {
        restarted |= rig.tick().estimate.mean.restarted;
    }
    (rig, restarted)
}

fn mean(rig: &Rig<'_>) -> (f32, f32) {
    let mean = rig.last.expect("ticks").estimate.mean;
    (to_ratio(mean.soc), to_ratio(mean.soc_sigma))
}

#[test]
fn after_a_short_sleep_the_state_of_charge_stays() {
    for (config, soc) in [(&NMC_13S, 0.5), (&NMC_13S, 0.9), (&LFP_100S, 0.6)] {
        let bytes = claiming(&snapshot_of(&rested(config, soc, 3000), 0), soc, 0.01);
        for asleep_s in [0.0, 1.0, 60.0, HOUR_S] {
            let (rig, restarted) = woken(&bytes, config, Some(asleep_s), soc, 1000);
            let (after, sigma) = mean(&rig);
            assert!(
                (after - soc).abs() < 0.003,
                "{asleep_s} s: {soc} became {after}"
            );
            assert!(sigma < 0.011 && !restarted);
        }
    }
}

#[test]
fn after_a_wrong_memory_the_rested_voltage_wins_where_the_curve_is_steep() {
    let bytes = snapshot_of(&rested(&NMC_13S, 0.5, 3000), 0);
    for asleep_s in [Some(8.0 * HOUR_S), None] {
        for (stored, truth) in [(0.85, 0.5), (0.3, 0.9), (0.6, 0.2)] {
            let bytes = claiming(&bytes, stored, 0.02);
            let (rig, restarted) = woken(&bytes, &NMC_13S, asleep_s, truth, 1000);
            let (soc, sigma) = mean(&rig);
            assert!(
                (soc - truth).abs() < 0.05,
                "{stored}, in truth {truth}: {soc} +- {sigma}"
            );
            assert!(restarted);
        }
    }
}

#[test]
fn after_a_wrong_memory_the_rested_voltage_says_nothing_on_a_plateau() {
    let bytes = snapshot_of(&rested(&LFP_100S, 0.5, 3000), 0);
    for asleep_s in [Some(8.0 * HOUR_S), None] {
        for (stored, truth) in [(0.55, 0.45), (0.45, 0.55), (0.8, 0.9)] {
            let bytes = claiming(&bytes, stored, 0.02);
            let (rig, restarted) = woken(&bytes, &LFP_100S, asleep_s, truth, 1000);
            let (soc, sigma) = mean(&rig);
            assert!(
                (soc - stored).abs() < 0.02,
                "{stored}, in truth {truth}: {soc} +- {sigma}"
            );
            assert!(!restarted);
        }
    }
}

#[test]
fn an_empty_lfp_pack_that_was_remembered_half_full_is_found_out() {
    let bytes = claiming(&snapshot_of(&rested(&LFP_100S, 0.5, 3000), 0), 0.5, 0.02);
    let (rig, restarted) = woken(&bytes, &LFP_100S, Some(30.0 * DAY_S), 0.02, 1000);
    let (soc, _) = mean(&rig);
    assert!(soc < 0.06 && restarted, "{soc}");
}

#[test]
fn a_memory_that_is_a_little_wrong_is_corrected_by_the_doubts_of_both() {
    let bytes = claiming(&snapshot_of(&rested(&NMC_13S, 0.9, 3000), 0), 0.87, 0.02);
    let (rig, restarted) = woken(&bytes, &NMC_13S, Some(8.0 * HOUR_S), 0.9, 500);
    let (soc, sigma) = mean(&rig);
    assert!(soc > 0.875 && soc < 0.91, "{soc} +- {sigma}");
    assert!((soc - 0.9).abs() < 2.5 * sigma && sigma < 0.02 && !restarted);
}

#[test]
fn doubt_grows_with_the_sleep_and_an_unknown_one_counts_as_long() {
    let bytes = claiming(&snapshot_of(&rested(&LFP_100S, 0.5, 3000), 0), 0.5, 0.01);
    let sigmas = |asleep_s: Option<f32>| {
        let mut rig = Rig::fresh(&LFP_100S);
        rig.bms
            .restore(&bytes, asleep_s.map(seconds))
            .expect("sound");
        let (_, cell) = rig.bms.view().cell(7).expect("a cell");
        let bytes = snapshot_of(&rig, 0);
        let variance = f32::from_le_bytes(bytes[140..144].try_into().expect("4 bytes"));
        (variance.sqrt(), to_ratio(cell.sigma))
    };
    let drift = LFP_100S.deltas.soc_drift_per_sqrt_h;
    let mut last = (0.0, 0.0);
    for asleep_s in [0.0, HOUR_S, DAY_S, 30.0 * DAY_S, 300.0 * DAY_S] {
        let (mean, cell) = sigmas(Some(asleep_s));
        let expected = (0.01_f32 * 0.01 + drift * drift * asleep_s / HOUR_S).sqrt();
        assert!((mean - expected).abs() < 1e-5, "{mean} after {asleep_s} s");
        assert!(mean > last.0 && cell > last.1);
        last = (mean, cell);
    }
    let long = sigmas(Some(30.0 * DAY_S));
    for unknown in [None, Some(f32::NAN), Some(-1.0), Some(f32::INFINITY)] {
        assert_eq!(sigmas(unknown), long);
    }
}

/// Restarts without a sleep, and under load, change nothing of what follows.
#[test]
fn a_restart_while_driving_goes_unnoticed() {
    let mut rig = Rig::new(&NMC_13S);
    let capacity_a = bms_core::units::to_amp_hours(NMC_13S.cell.capacity);
    rig.sensors.cell_v[4] -= 0.01;
    let load = |rig: &mut Rig<'_>, ms: u32| {
        for _ in 0..ms / 100 {
            let spread_v = 0.3 + 0.0001 * f32::from(u16::try_from(rig.now_ms / 100).unwrap_or(0));
            let rest_v = ocv_v(&NMC_13S, 0.5) - spread_v;
            for (cell, cell_v) in rig.sensors.cell_v.iter_mut().enumerate() {
                *cell_v = rest_v - if cell == 4 { 0.01 } else { 0.0 };
            }
            rig.sensors.fit_pack();
            rig.sensors.current(1.5 * capacity_a);
            rig.run_ms(100);
        }
    };
    load(&mut rig, 30_000);
    let mut restarted = Rig::fresh(&NMC_13S);
    let bytes = snapshot_of(&rig, 0);
    restarted
        .bms
        .restore(&bytes, Some(seconds(0.0)))
        .expect("sound");
    restarted.sensors = rig.sensors.clone();
    restarted.now_ms = rig.now_ms;
    load(&mut rig, 10_000);
    load(&mut restarted, 10_000);
    let of = |rig: &Rig<'_>| -> PackEstimate { rig.last.expect("ticks").estimate };
    let (on, again) = (of(&rig), of(&restarted));
    let near = |a: f32, b: f32, within: f32| assert!((a - b).abs() < within, "{a} and {b}");
    near(to_ratio(on.mean.soc), to_ratio(again.mean.soc), 5e-4);
    near(
        to_ratio(on.mean.soc_sigma),
        to_ratio(again.mean.soc_sigma),
        5e-4,
    );
    near(to_ratio(on.display_soc), to_ratio(again.display_soc), 5e-4);
    near(on.mean.resistance_scale, again.mean.resistance_scale, 5e-3);
    for cell in 0..13 {
        let soc = |rig: &Rig<'_>| to_ratio(rig.bms.view().cell(cell).expect("a cell").1.soc);
        near(soc(&rig), soc(&restarted), 1e-3);
    }
}

/// One voltage with the same error in it, seen again and again, teaches no more than once.
#[test]
fn many_restarts_at_rest_do_not_make_the_estimate_surer() {
    let once = rested(&NMC_13S, 0.5, 1000);
    let (_, sure) = mean(&once);
    let mut bytes = snapshot_of(&once, 0);
    let mut last = None;
    for _ in 0..30 {
        let (rig, _) = woken(&bytes, &NMC_13S, Some(0.0), 0.5, 100);
        bytes = snapshot_of(&rig, 0);
        last = Some(rig);
    }
    let (soc, sigma) = mean(&last.expect("restarts"));
    assert!(
        (soc - 0.5).abs() < 0.02 && sigma > 0.5 * sure,
        "{soc} +- {sigma}, once {sure}"
    );

    // Neither do restarts of which nobody knows how long they were.
    let mut bytes = snapshot_of(&once, 0);
    for _ in 0..30 {
        let (rig, _) = woken(&bytes, &NMC_13S, None, 0.5, 100);
        bytes = snapshot_of(&rig, 0);
    }
    let mut rig = Rig::fresh(&NMC_13S);
    rig.bms.restore(&bytes, Some(seconds(0.0))).expect("sound");
    let (_, cell) = rig.bms.view().cell(0).expect("a cell");
    assert!(to_ratio(cell.sigma) > 0.5 * sure, "{cell:?}, once {sure}");
}

#[test]
fn the_shown_state_of_charge_does_not_jump_over_a_restart() {
    let rig = rested(&NMC_13S, 0.5, 3000);
    let shown = |rig: &Rig<'_>| to_ratio(rig.last.expect("ticks").estimate.display_soc);
    let bytes = claiming(&snapshot_of(&rig, 0), 0.6, 0.02);
    let (later, restarted) = woken(&bytes, &NMC_13S, None, 0.9, 1000);
    assert!(restarted && mean(&later).0 > 0.85, "{:?}", mean(&later));
    assert!((shown(&later) - shown(&rig)).abs() < 3e-3);
}
