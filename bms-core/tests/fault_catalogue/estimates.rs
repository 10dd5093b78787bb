//! What the estimates say: contradictions, restarts, ageing.

use bms_core::protection::Source;

use crate::bench::resting_v;
use crate::plant::{SLOW, constant, drive};
use crate::rig::Shown;

const PACK: Source = Source::Pack;

/// All cells show 1 V until then: less than the estimator can believe of a pack that was half full.
fn contradicted_until(end_ms: u32) -> impl FnMut(&mut Shown, u32) {
    move |shown, ms| shown.all_cells(if ms <= end_ms { 1.0 } else { resting_v(0.5) })
}

/// A resting pack of which all cells show this much more than before.
fn raised(by_v: f32) -> impl FnMut(&mut Shown, u32) {
    let mut rest = constant(0.0, 0.0);
    move |shown, ms| {
        rest(shown, ms);
        shown.all_cells(shown.cell_v[0] + by_v);
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
        bench.provoke_after(60_090, contradicted_until(u32::MAX)).names(PACK).is_a_fact()
    }
    covariance_reset_is_not_found_inside(bench) {
        bench.inside_for(120_000, contradicted_until(60_000))
    }

    SocImplausible:
    soc_implausible_is_found(bench) {
        // After 30 minutes of rest: 5 points and three standard deviations, beyond what the cell's description leaves open.
        bench
            .on(SLOW)
            .first_by(1_800_000, constant(0.0, 0.0))
            .provoke_by(raised(0.10))
            .names(PACK)
            .shows_near(0.0887, 0.067_838)
    }
    soc_implausible_is_not_found_inside(bench) {
        bench.on(SLOW).first_by(1_800_000, constant(0.0, 0.0)).inside_by(raised(0.08))
    }

    ResistanceEndOfLife:
    resistance_end_of_life_is_found(bench) {
        // A drive with cells of 2.5 times the resistance: the estimate passes 2 after 29 s.
        bench.on(SLOW).provoke_after(28_900, drive(2.5, 1.0)).names(PACK).shows_near(2.02, 2.0)
    }
    resistance_end_of_life_is_not_found_inside(bench) {
        bench.on(SLOW).inside_for(600_000, drive(2.0, 1.0))
    }
}
