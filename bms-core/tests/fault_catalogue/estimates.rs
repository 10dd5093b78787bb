//! What the estimates say: contradictions, restarts, ageing.

use bms_core::config::BmsConfig;
use bms_core::protection::Source;

use crate::bench::{self, Bench};
use crate::plant::{SLOW, drive};
use crate::rig::Shown;

const PACK: Source = Source::Pack;

/// All cells 0.4 V above what they should have, for this long.
fn contradicted_until(end_ms: u32) -> impl FnMut(&mut Shown, u32) {
    move |shown, ms| {
        let cell_v = bench::resting_v(0.5);
        shown.all_cells(if ms <= end_ms { cell_v + 0.4 } else { cell_v });
    }
}

/// The pack with other patience.
fn rested_after(rest_s: f32) -> BmsConfig<'static> {
    let mut config = bench::PACK;
    config.estimates.rest_s = rest_s;
    config
}

#[test]
fn probe() {
    use bms_core::protection::FaultId;
    use bms_core::units::*;
    let mut b = Bench::of(FaultId::InnovationLockout);
    b.rig.shown.all_cells(bench::resting_v(0.5) + 0.4);
    for _ in 0..80 {
        b.rig.run_ms(1000);
        let e = b.rig.last.unwrap().estimate;
        println!(
            "{} soc {:?} sigma {:?} refused {:?} {:?}",
            b.rig.now_ms,
            to_ratio(e.mean.soc),
            to_ratio(e.mean.soc_sigma),
            to_seconds(e.voltage_refused_for),
            b.rig.faults()
        );
    }
    println!("---- imbalance");
    let mut b = Bench::of(FaultId::CapacityImbalance);
    b.rig.shown.cell_v[57] = bench::resting_v(0.35);
    for _ in 0..40 {
        b.rig.run_ms(1000);
        let e = b.rig.last.unwrap().estimate;
        let mean = to_ratio(e.mean.soc_sigma);
        let (w, s) = (
            to_ratio(e.weakest_soc.sigma),
            to_ratio(e.strongest_soc.sigma),
        );
        println!(
            "{} weakest {} {:?} apart {} sigma {} {} {} unknown {}",
            b.rig.now_ms,
            e.weakest,
            to_ratio(e.weakest_soc.soc),
            to_ratio(e.strongest_soc.soc) - to_ratio(e.weakest_soc.soc),
            mean,
            w,
            s,
            3.0 * (w * w + s * s - 2.0 * mean * mean).max(0.0).sqrt()
        );
    }
    for scale in [1.0, 1.5, 1.9, 2.1, 2.5] {
        println!("---- resistance {scale}");
        let mut b = Bench::of(FaultId::ResistanceEndOfLife).on(SLOW);
        let mut course = drive(scale, 1.0);
        for k in 1..=6000 {
            course(&mut b.rig.shown, k * 100);
            b.rig.run_ms(100);
            let e = b.rig.last.unwrap().estimate;
            if k % 600 == 0 {
                println!(
                    "{} soc {:?} scale {:?} {:?} {:?}",
                    b.rig.now_ms,
                    to_ratio(e.mean.soc),
                    e.mean.resistance_scale,
                    to_volts(e.mean.voltage_predicted),
                    b.rig.faults()
                );
            }
        }
    }
    for gain in [1.0, 0.7, 0.5, 0.4, 0.3] {
        println!("---- gain {gain}");
        let mut b = Bench::of(FaultId::EnergyBalance).on(SLOW);
        let mut course = drive(1.0, gain);
        for k in 1..=18000 {
            course(&mut b.rig.shown, k * 100);
            b.rig.run_ms(100);
            let e = b.rig.last.unwrap().estimate;
            if k % 600 == 0 {
                println!(
                    "{} soc {:?} scale {:?} {:?} {:?}",
                    b.rig.now_ms,
                    to_ratio(e.mean.soc),
                    e.mean.resistance_scale,
                    b.rig.shown.cell_v[3],
                    b.rig.faults()
                );
            }
        }
    }
}

crate::catalogue_tests! {
    InnovationLockout:
    innovation_lockout_is_found(bench) {
        bench.provoke_after(30_000, contradicted_until(u32::MAX)).names(PACK)
    }
    innovation_lockout_is_not_found_inside(bench) {
        bench.inside_for(60_000, contradicted_until(29_900))
    }
}
