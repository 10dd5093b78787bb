//! What the estimates say: contradictions, restarts, ageing.

use bms_bench::SensorValues;
use bms_core::config::BmsConfig;
use bms_core::protection::Source;
use bms_core::units::to_coulombs;

use crate::bench::{resting_v, seconds};
use crate::plant::{SLOW, constant, drive};

const PACK: Source = Source::Pack;

/// All cells show 1 V until then: less than the estimator can believe of a pack that was half full.
fn contradicted_until(end_ms: u32) -> impl FnMut(&mut SensorValues, u32) {
    move |sensors, ms| sensors.all_cells(if ms <= end_ms { 1.0 } else { resting_v(0.5) })
}

/// A resting pack of which all cells show this much more than before.
fn raised(by_v: f32) -> impl FnMut(&mut SensorValues, u32) {
    let mut rest = constant(0.0, 0.0);
    move |sensors, ms| {
        rest(sensors, ms);
        sensors.all_cells(sensors.cell_v[0] + by_v);
    }
}

/// A pack of which 20 s count as a rest and little is known of the capacity.
static OFTEN_RESTED: BmsConfig<'static> = {
    let mut pack = SLOW;
    pack.estimates.rest_s = 20.0;
    pack.capacity.initial_sigma = 0.3;
    assert!(pack.validate().is_ok());
    pack
};

/// A rest at this state of charge.
fn rested(soc: f32) -> impl FnOnce(&mut SensorValues) {
    move |sensors| {
        sensors.all_cells(resting_v(soc));
        sensors.current(0.0);
    }
}

/// How long it takes to discharge a pack of this share of its capacity from 90 to 30 % with 40 A.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "milliseconds"
)]
fn swing_ms(share: f32) -> u32 {
    (1e3 * 0.6 * share * to_coulombs(SLOW.cell.capacity) / 40.0).round() as u32
}

/// That discharge, and a rest.
fn swing(share: f32) -> impl FnMut(&mut SensorValues, u32) {
    move |sensors, ms| {
        let done = (seconds(ms) / seconds(swing_ms(share))).min(1.0);
        sensors.all_cells(resting_v(0.9 - 0.6 * done));
        sensors.current(if done < 1.0 { 40.0 } else { 0.0 });
    }
}

crate::catalogue_tests! {
    InnovationLockout:
    innovation_lockout_is_found(bench) {
        // 30 s, by samples each 50 ms.
        bench.provoke_after(30_040, contradicted_until(u32::MAX)).names(PACK).shows(30.05, 30.0)
    }
    innovation_lockout_is_not_found_inside(bench) {
        bench.inside_for(60_000, contradicted_until(30_000))
    }

    CovarianceReset:
    covariance_reset_is_found(bench) {
        // The estimator's patience is 60 s.
        bench.provoke_after(60_090, contradicted_until(u32::MAX)).names(PACK).has_no_value()
    }
    covariance_reset_is_not_found_inside(bench) {
        bench.inside_for(120_000, contradicted_until(60_000))
    }

    SocImplausible:
    soc_implausible_is_found(bench) {
        // After 30 minutes of rest: 5 points and three standard deviations, beyond what the cell's description leaves open.
        bench
            .on(&SLOW)
            .first_by(1_800_000, constant(0.0, 0.0))
            .provoke_by(raised(0.10))
            .names(PACK)
            .shows_near(0.0887, 0.067_838)
    }
    soc_implausible_is_not_found_inside(bench) {
        bench.on(&SLOW).first_by(1_800_000, constant(0.0, 0.0)).inside_by(raised(0.08))
    }

    CapacityEndOfLife:
    capacity_end_of_life_is_found(bench) {
        // A rest at 90 %, a discharge to 30 % that gives 68 % of what it should, and the next rest: after 20 s the swing
        // is known, and the estimate has come from 1 to 0.698.
        bench
            .on(&OFTEN_RESTED)
            .first_for(30_000, rested(0.9))
            .provoke_after(swing_ms(0.68) + 19_800, swing(0.68))
            .names(PACK)
            .shows_near(0.698, 0.7)
    }
    capacity_end_of_life_is_not_found_inside(bench) {
        bench
            .on(&OFTEN_RESTED)
            .first_for(30_000, rested(0.9))
            .inside_for(swing_ms(0.72) + 60_000, swing(0.72))
    }

    ResistanceEndOfLife:
    resistance_end_of_life_is_found(bench) {
        // A drive with cells of 2.5 times the resistance: the estimate passes 2 after 29 s.
        bench.on(&SLOW).provoke_after(28_900, drive(2.5, 1.0)).names(PACK).shows_near(2.02, 2.0)
    }
    resistance_end_of_life_is_not_found_inside(bench) {
        bench.on(&SLOW).inside_for(600_000, drive(2.0, 1.0))
    }
}
