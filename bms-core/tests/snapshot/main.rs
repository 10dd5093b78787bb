//! What survives a power cycle, and what does not.

mod arbitrary;
mod content;
mod estimates;
mod reports;
mod slots;

use bms_bench::Rig;
use bms_core::Bms;
use bms_core::config::BmsConfig;
use bms_core::snapshot::snapshot_size;

/// A snapshot as a vector.
fn taken<const CELLS: usize, const SENSORS: usize>(
    bms: &Bms<'_, CELLS, SENSORS>,
    config: &BmsConfig<'_>,
    sequence: u32,
) -> Vec<u8> {
    let mut bytes = vec![0xA5; snapshot_size(config.layout.cells)];
    let length = bms.view().snapshot(sequence, &mut bytes).expect("room");
    assert_eq!(length, bytes.len());
    bytes
}

fn snapshot_of(rig: &Rig<'_>, sequence: u32) -> Vec<u8> {
    taken(&rig.bms, rig.config, sequence)
}

/// CRC-32 bit by bit, as the standard writes it.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1))
        })
    })
}

/// The bytes with a CRC that fits.
fn resealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 4;
    let crc = crc32(&bytes[..end]);
    bytes[end..].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// The bytes with others from `at` on, and a CRC that fits.
fn patched(bytes: &[u8], at: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + with.len()].copy_from_slice(with);
    resealed(bytes)
}
