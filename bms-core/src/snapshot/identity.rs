//! The pack that a snapshot belongs to.

use super::SnapshotError;
use super::bytes::{Reader, Writer};
use super::crc::Crc;
use crate::config::BmsConfig;
use crate::units::{to_coulombs, to_volts};

/// Length in bytes.
pub(crate) const LENGTH: usize = 2 + 2 + 4;

pub(crate) fn write(out: &mut Writer<'_>, config: &BmsConfig<'_>) {
    out.count(config.layout.cells);
    out.count(config.layout.temperature_sensors);
    out.u32(cell(config));
}

pub(crate) fn check(input: &mut Reader<'_>, config: &BmsConfig<'_>) -> Result<(), SnapshotError> {
    let same = |field, stored: u32, own: u32| {
        if stored == own {
            Ok(())
        } else {
            Err(SnapshotError::OtherPack { field, stored, own })
        }
    };
    let count = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let layout = &config.layout;
    let cells = u32::from(input.u16("the number of cells")?);
    same("the number of cells", cells, count(layout.cells))?;
    let sensors = u32::from(input.u16("the number of temperature sensors")?);
    let field = "the number of temperature sensors";
    same(field, sensors, count(layout.temperature_sensors))?;
    let stored = input.u32("the check sum of the cell")?;
    same("the check sum of the cell", stored, cell(config))
}

/// CRC of the cell's capacity and voltage window. Tables are excluded: improved tables describe the same cell.
fn cell(config: &BmsConfig<'_>) -> u32 {
    let cell = &config.cell;
    [
        to_coulombs(cell.capacity),
        to_volts(cell.voltage_min),
        to_volts(cell.voltage_max),
    ]
    .iter()
    .fold(Crc::new(), |crc, value| crc.add(&value.to_le_bytes()))
    .value()
}
