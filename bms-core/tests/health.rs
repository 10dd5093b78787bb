//! Capacity from rest to rest, through the whole corridor.

use bms_bench::Rig;
use bms_core::config::BmsConfig;
use bms_core::config::presets::NMC_13S;
use bms_core::protection::FaultId;
use bms_core::units::{celsius, ratio, to_amp_hours, to_ratio, to_volts};

/// Rest is short, so that the test is: the voltages shown are those of a rested cell all the same.
const CONFIG: BmsConfig<'static> = {
    let mut config = NMC_13S;
    config.estimates.rest_s = 20.0;
    config.capacity.initial_sigma = 0.3;
    config
};

/// A battery of this share of its capacity is discharged from 90 to 30 % and charged again, three times.
fn aged(share: f32) -> Rig<'static> {
    static PACK: BmsConfig<'static> = CONFIG;
    let mut rig = Rig::new(&PACK);
    let rested_v = |soc: f32| to_volts(PACK.cell.ocv(ratio(soc), celsius(25.0)));
    let capacity_ah = to_amp_hours(PACK.cell.capacity) * share;
    let swing_a = 40.0;
    let seconds = 0.6 * capacity_ah * 3600.0 / swing_a;
    rig.sensors.all_cells(rested_v(0.9));
    rig.run_ms(30_000);
    for round in 0..6 {
        let discharge = round % 2 == 0;
        let (from, to) = if discharge { (0.9, 0.3) } else { (0.3, 0.9) };
        rig.sensors
            .current(if discharge { swing_a } else { -swing_a });
        for step in 1_u8..=60 {
            let soc = from + (to - from) * f32::from(step) / 60.0;
            rig.sensors.all_cells(rested_v(soc));
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "milliseconds"
            )]
            rig.run_ms((seconds / 60.0 * 100.0).round() as u32 * 10);
        }
        rig.sensors.current(0.0);
        rig.run_ms(30_000);
    }
    rig
}

#[test]
fn capacity_is_learned_from_rest_to_rest() {
    for share in [1.0, 0.8] {
        let rig = aged(share);
        let health = rig.last.expect("a tick").health;
        let (found, sigma) = (to_ratio(health.capacity), to_ratio(health.capacity_sigma));
        println!("true {share:.3}, found {found:.3} +- {sigma:.3}");
        assert!((found - share).abs() < 0.02, "{share}: {found} +- {sigma}");
        assert!(!rig.bms.view().has(FaultId::CapacityEndOfLife));
    }
}

#[test]
fn capacity_end_of_life_is_found() {
    let rig = aged(0.66);
    assert!(
        rig.bms.view().has(FaultId::CapacityEndOfLife),
        "{:?}",
        rig.last.map(|last| last.health)
    );
}

#[test]
fn capacity_end_of_life_is_not_found_inside() {
    let rig = aged(0.73);
    assert!(
        !rig.bms.view().has(FaultId::CapacityEndOfLife),
        "{:?}",
        rig.last.map(|last| last.health)
    );
}
