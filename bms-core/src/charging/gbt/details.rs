//! BMV, BMT and BSP: what every cell and every sensor shows. Optional messages, every ten seconds while energy flows.

use super::bytes::{celsius, hundredths};
use crate::units::{ElectricPotential, ThermodynamicTemperature, to_celsius, to_volts};

/// Most cells in a BMV.
pub const MAX_DETAIL_CELLS: usize = 256;

/// Most sensors in a BMT.
pub const MAX_DETAIL_SENSORS: usize = 128;

/// Most bytes in a BSP.
pub const MAX_DETAIL_RESERVED: usize = 16;

/// Which optional messages are due and may be given now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// BMV: [`Link::tell_cells`](super::Link::tell_cells).
    pub cells: bool,
    /// BMT: [`Link::tell_temperatures`](super::Link::tell_temperatures).
    pub temperatures: bool,
    /// BSP: [`Link::tell_reserved`](super::Link::tell_reserved).
    pub reserved: bool,
}

/// Two bytes of a BMV for one cell: 0.01 V a bit up to 24 V in the lower 12 bits, the group of cells, 0 to 15, above, as in
/// BCS.
#[must_use]
pub fn cell_voltage(voltage: ElectricPotential, group: u8) -> [u8; 2] {
    let hundredths = hundredths(to_volts(voltage), 2400);
    (hundredths | u16::from(group & 0x0F) << 12).to_le_bytes()
}

/// One byte of a BMT for one sensor: 1 degree Celsius a bit from -50.
#[must_use]
pub fn temperature(temperature: ThermodynamicTemperature) -> u8 {
    celsius(to_celsius(temperature))
}
