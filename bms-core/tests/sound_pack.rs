//! A sound pack has no faults.

use bms_bench::Rig;
use bms_core::config::presets::{LFP_100S, NMC_13S, NMC_96S};
use bms_core::protection::{CATALOGUE, DtcStatus, Reaction};

#[test]
fn a_sound_pack_at_rest_has_no_fault() {
    for config in [&NMC_96S, &LFP_100S, &NMC_13S] {
        let mut rig = Rig::fresh(config);
        rig.run_ms(20_000);
        assert_eq!(rig.faults(), [""; 0], "{} cells", config.layout.cells);
        let last = rig.last.expect("a tick");
        assert_eq!(last.reaction, Reaction::Record);
        assert!(!last.warn_driver);
    }
}

#[test]
fn every_test_has_a_result_within_seconds_but_those_that_need_charge_to_move() {
    let mut rig = Rig::fresh(&NMC_96S);
    rig.run_ms(5000);
    let open: Vec<_> = CATALOGUE
        .iter()
        .filter(|entry| {
            let status = rig.bms.view().status(entry.id);
            status.has(DtcStatus::TEST_NOT_COMPLETED_THIS_OPERATION_CYCLE)
        })
        .map(bms_core::protection::FaultDefinition::name)
        .collect();
    assert_eq!(open, ["energy balance"]);
}
