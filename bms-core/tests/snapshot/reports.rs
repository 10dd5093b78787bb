//! A snapshot that cannot be used is told, and changes nothing.

use bms_bench::Rig;
use bms_core::config::BmsConfig;
use bms_core::config::presets::{NMC_13S, NMC_96S};
use bms_core::protection::{FaultId, Reaction};
use bms_core::snapshot::{SnapshotError, snapshot_size};
use bms_core::units::{amp_hours, seconds};

use crate::{patched, snapshot_of};

fn sound() -> Vec<u8> {
    snapshot_of(&Rig::new(&NMC_13S), 9)
}

/// What restoring says, which leaves everything as it was.
fn said(bytes: &[u8]) -> String {
    let mut rig = Rig::fresh(&NMC_13S);
    let before = snapshot_of(&rig, 0);
    let error = rig.bms.restore(bytes, None).expect_err("a refusal");
    assert!(snapshot_of(&rig, 0) == before, "{error} changed something");
    assert!(error.is_corrupt() != error.is_foreign());
    rig.tick();
    assert_eq!(
        rig.bms.view().has(FaultId::SnapshotCorrupt),
        error.is_corrupt()
    );
    assert_eq!(
        rig.bms.view().has(FaultId::SnapshotVersion),
        error.is_foreign()
    );
    error.to_string()
}

#[test]
fn snapshot_corrupt_is_found() {
    let mut bytes = sound();
    bytes[200] ^= 4;
    let mut rig = Rig::fresh(&NMC_13S);
    assert!(rig.bms.restore(&bytes, None).is_err());
    let outputs = rig.tick();
    assert!(rig.is_qualified(FaultId::SnapshotCorrupt));
    assert_eq!(outputs.reaction, Reaction::Warn);
    assert!(outputs.warn_driver);
    assert!(!rig.bms.view().has(FaultId::SnapshotVersion));
    // It is a pack as new otherwise, and the message stays until somebody has seen it.
    rig.run_ms(5000);
    assert_eq!(rig.faults(), ["snapshot corrupt"]);
    rig.sensors.commands.acknowledge = true;
    rig.run_ms(50);
    assert_eq!(rig.faults(), [""; 0]);
}

#[test]
fn snapshot_corrupt_is_not_found_inside() {
    let mut rig = Rig::fresh(&NMC_13S);
    assert_eq!(rig.bms.restore(&sound(), None), Ok(()));
    rig.run_ms(5000);
    assert!(!rig.bms.view().has(FaultId::SnapshotCorrupt));
    assert!(rig.bms.view().record(FaultId::SnapshotCorrupt).is_none());
}

#[test]
fn snapshot_version_is_found() {
    let bytes = patched(&sound(), 4, &2_u16.to_le_bytes());
    let mut rig = Rig::fresh(&NMC_13S);
    assert!(rig.bms.restore(&bytes, None).is_err());
    rig.tick();
    assert!(rig.is_qualified(FaultId::SnapshotVersion));
    assert!(!rig.bms.view().has(FaultId::SnapshotCorrupt));
    rig.run_ms(5000);
    assert_eq!(rig.faults(), ["snapshot of another version"]);
    rig.sensors.commands.acknowledge = true;
    rig.run_ms(50);
    assert_eq!(rig.faults(), [""; 0]);
}

#[test]
fn snapshot_version_is_not_found_inside() {
    let mut rig = Rig::fresh(&NMC_13S);
    assert_eq!(rig.bms.restore(&sound(), Some(seconds(60.0))), Ok(()));
    rig.run_ms(5000);
    assert!(!rig.bms.view().has(FaultId::SnapshotVersion));
    assert!(rig.bms.view().record(FaultId::SnapshotVersion).is_none());
}

#[test]
fn a_good_snapshot_after_a_bad_one_is_no_fault() {
    let mut rig = Rig::fresh(&NMC_13S);
    assert!(rig.bms.restore(&[0; 5000], None).is_err());
    assert_eq!(rig.bms.restore(&sound(), None), Ok(()));
    rig.run_ms(1000);
    assert_eq!(rig.faults(), [""; 0]);
}

#[test]
fn a_buffer_without_room_is_told() {
    let rig = Rig::fresh(&NMC_13S);
    let needed = snapshot_size(13);
    let mut buffer = vec![0xEE; needed - 1];
    let error = rig
        .bms
        .view()
        .snapshot(0, &mut buffer)
        .expect_err("no room");
    assert_eq!(
        error.to_string(),
        "the buffer has 3383 bytes, but a snapshot of this pack has 3384"
    );
    assert!(buffer.iter().all(|byte| *byte == 0xEE));
    assert!(!error.is_corrupt() && !error.is_foreign());
}

#[test]
fn too_few_bytes_are_told() {
    assert_eq!(
        said(&[]),
        "the snapshot has 0 bytes, but has to have at least 20"
    );
    let bytes = sound();
    assert_eq!(
        said(&bytes[..bytes.len() - 1]),
        "the snapshot has 3383 bytes, but has to have at least 3384"
    );
}

#[test]
fn a_length_that_cannot_be_is_told() {
    assert_eq!(
        said(&patched(&sound(), 8, &7_u32.to_le_bytes())),
        "the snapshot has no possible value for length at byte 8"
    );
    assert_eq!(
        said(&patched(&sound(), 8, &u32::MAX.to_le_bytes())),
        "the snapshot has 3384 bytes, but has to have at least 4294967295"
    );
}

#[test]
fn erased_memory_is_told() {
    assert_eq!(
        said(&[0xFF; 4096]),
        "no snapshot begins with the bytes 0xffffffff"
    );
}

#[test]
fn damage_is_told_with_both_sums() {
    let mut bytes = sound();
    let end = bytes.len() - 4;
    bytes[end..].copy_from_slice(&0x1234_5678_u32.to_le_bytes());
    let computed = crate::crc32(&bytes[..end]);
    assert_eq!(
        said(&bytes),
        format!(
            "the snapshot is damaged: its CRC is 0x12345678, but its bytes give {computed:#010x}"
        )
    );
}

#[test]
fn another_format_is_told() {
    assert_eq!(
        said(&patched(&sound(), 4, &2_u16.to_le_bytes())),
        "the snapshot has format 2, but only format 1 is understood"
    );
}

#[test]
fn another_pack_is_told() {
    assert_eq!(
        said(&snapshot_of(&Rig::fresh(&NMC_96S), 0)),
        "the snapshot is of another pack: the number of cells is 96 there and 13 here"
    );
    assert_eq!(
        said(&patched(&sound(), 18, &9_u16.to_le_bytes())),
        format!(
            "the snapshot is of another pack: the number of temperature sensors is 9 there and {} here",
            NMC_13S.layout.temperature_sensors
        )
    );
}

#[test]
fn a_pack_of_another_capacity_is_another_pack() {
    static LARGER: BmsConfig<'static> = {
        let mut pack = NMC_13S;
        pack.cell.capacity = amp_hours(bms_core::units::to_amp_hours(pack.cell.capacity) * 1.01);
        pack
    };
    let mut rig = Rig::fresh(&LARGER);
    let error = rig.bms.restore(&sound(), None).expect_err("another pack");
    assert!(
        matches!(
            error,
            SnapshotError::OtherPack {
                field: "the check sum of the cell",
                ..
            }
        ),
        "{error}"
    );
}

/// First byte of the status bytes, records and log of a 13s pack.
const FAULTS: usize = 394 + 28 * 13;

#[test]
fn an_unknown_fault_is_told() {
    assert_eq!(
        said(&patched(&sound(), FAULTS + 2, &9_u16.to_le_bytes())),
        "the snapshot names fault 9 at byte 760, which is not in the catalogue"
    );
}

#[test]
fn values_that_cannot_be_are_told_with_their_place() {
    let not_a_number = f32::NAN.to_le_bytes();
    let far = 1e12_f32.to_le_bytes();
    for (at, with, field) in [
        (
            32,
            &0x7FFF_FFFF_FFFF_FFFF_u64.to_le_bytes()[..],
            "the time of the runaway",
        ),
        (40, &not_a_number, "the load of the fuse"),
        (
            44,
            &(-1.0_f32).to_le_bytes(),
            "the heat of the precharge resistor",
        ),
        (52, &far, "the offset of a current sensor"),
        (74, &[2], "whether a state of charge is shown"),
        (
            75,
            &i64::MAX.to_le_bytes(),
            "the state of charge that is shown",
        ),
        (83, &not_a_number, "the mean temperature"),
        (87, &not_a_number, "the sensitivity to the capacity"),
        (95, &[3], "the kind of estimate"),
        (95, &[0], "the state of charge"),
        (95, &[1], "a filter that is none"),
        (96, &i64::MIN.to_le_bytes(), "the state of charge"),
        (104, &not_a_number, "a branch current"),
        (120, &1.1_f32.to_le_bytes(), "the hysteresis"),
        (124, &not_a_number, "the lasting voltage error"),
        (128, &0.0_f32.to_le_bytes(), "the resistance scale"),
        (132, &not_a_number, "the current bias"),
        (136, &3.0_f32.to_le_bytes(), "the capacity scale"),
        (140, &(-1.0_f32).to_le_bytes(), "the covariance"),
        (144, &not_a_number, "the covariance"),
        (
            394,
            &1.5_f32.to_le_bytes(),
            "a cell's delta of state of charge",
        ),
        (398, &not_a_number, "a cell's delta of resistance"),
        (
            402,
            &2.0_f32.to_le_bytes(),
            "a cell's delta of inverse capacity",
        ),
        (406, &not_a_number, "a variance of a cell's deltas"),
        (
            410,
            &0.9_f32.to_le_bytes(),
            "the variances of a cell's deltas",
        ),
        (FAULTS, &u16::MAX.to_le_bytes(), "the number of faults"),
        (FAULTS + 2, &0_u16.to_le_bytes(), "a fault's number"),
        (
            FAULTS + 6,
            &100_u16.to_le_bytes(),
            "the order of the faults",
        ),
        (FAULTS + 4, &[0x01], "a fault's status and latch"),
        (FAULTS + 5, &[1], "a fault's status and latch"),
        (FAULTS + 5, &[2], "a fault's latch"),
    ] {
        let message = said(&patched(&sound(), at, with));
        assert!(
            message.starts_with(&format!(
                "the snapshot has no possible value for {field} at byte "
            )),
            "{field}: {message}"
        );
    }
}
