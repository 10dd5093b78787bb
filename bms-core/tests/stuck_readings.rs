//! Readings that stay the same: rightly, or because they are stuck.

use bms_bench::Rig;
use bms_core::config::presets::NMC_13S;
use bms_core::protection::{FaultId, Source};

/// Half an hour of rest: nothing has to move, and nothing is stuck.
#[test]
fn a_resting_pack_may_show_the_same_numbers_for_long() {
    let mut rig = Rig::new(&NMC_13S);
    rig.run_ms(1_800_000);
    assert_eq!(rig.faults(), [""; 0]);
}

/// The first version took every sensor that stayed cool for stuck.
#[test]
fn sensors_that_stay_cool_while_one_warms_are_not_stuck() {
    let mut rig = Rig::new(&NMC_13S);
    for _ in 0..60 {
        rig.sensors.temperature_degc[3] += 0.4;
        rig.run_ms(1000);
    }
    assert!(
        !rig.bms.view().has(FaultId::TemperatureStuck),
        "{:?}",
        rig.faults()
    );
}

#[test]
fn a_sensor_that_stays_while_all_others_warm_is_stuck() {
    for stuck in 0..4 {
        let mut rig = Rig::new(&NMC_13S);
        for _ in 0..60 {
            for (index, degc) in rig.sensors.temperature_degc.iter_mut().enumerate() {
                if index != stuck {
                    *degc += 0.25;
                }
            }
            rig.run_ms(1000);
        }
        let record = rig
            .bms
            .view()
            .record(FaultId::TemperatureStuck)
            .expect("found");
        let source = Source::TemperatureSensor(u8::try_from(stuck).expect("four"));
        assert_eq!((record.source, record.count), (source, 1));
    }
}

/// An estimator that learns at rest that it was wrong moves the voltage that it expects; the first version took every
/// cell that did not follow for stuck, and opened the contactors.
#[test]
fn a_correction_of_the_estimate_at_rest_makes_no_reading_stuck() {
    let mut rig = Rig::new(&NMC_13S);
    rig.sensors.all_cells(rig.sensors.cell_v[0] + 0.4);
    rig.run_ms(60_000);
    let mut faults = rig.faults();
    faults.retain(|name| name.contains("stuck"));
    assert_eq!(faults, [""; 0]);
}
