//! BMV, BMT and BSP: optional messages with the readings of cells and sensors, every ten seconds while energy flows.

use super::{Link, Stage};
use crate::charging::gbt::codec::{TEMPERATURE, hundredths};
use crate::charging::gbt::frame::pgn;
use crate::units::{ElectricPotential, ThermodynamicTemperature, to_volts};

/// Most cells in a BMV.
pub const MAX_DETAIL_CELLS: usize = 256;

/// Most sensors in a BMT.
pub const MAX_DETAIL_SENSORS: usize = 128;

/// Most bytes in a BSP.
pub const MAX_DETAIL_RESERVED: usize = 16;

/// Which optional messages are due and may be given now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// BMV: [`Link::tell_cells`].
    pub cells: bool,
    /// BMT: [`Link::tell_temperatures`].
    pub temperatures: bool,
    /// BSP: [`Link::tell_reserved`].
    pub reserved: bool,
}

impl Details {
    const fn all(value: bool) -> Self {
        Self {
            cells: value,
            temperatures: value,
            reserved: value,
        }
    }
}

/// Two bytes of a BMV for one cell: 0.01 V per bit up to 24 V in the lower 12 bits, the group of the cell, 0 to 15, above, as
/// in BCS.
#[must_use]
pub fn cell_voltage(voltage: ElectricPotential, group: u8) -> [u8; 2] {
    let hundredths = hundredths(to_volts(voltage), 2400);
    (hundredths | u16::from(group & 0x0F) << 12).to_le_bytes()
}

/// One byte of a BMT for one sensor: 1 degree Celsius per bit from -50.
#[must_use]
pub fn temperature(temperature: ThermodynamicTemperature) -> u8 {
    let [byte] = (TEMPERATURE.encode)(temperature);
    byte
}

/// Period of the optional messages.
const PERIOD_MS: u32 = 10_000;

/// When the optional messages are due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Optional {
    /// Until all of them are due.
    due_ms: u32,
    due: Details,
    /// A message that the charger did not accept is not sent again.
    refused: Details,
}

impl Optional {
    pub(super) const fn new() -> Self {
        Self {
            due_ms: 0,
            due: Details::all(false),
            refused: Details::all(false),
        }
    }

    pub(super) fn pass(&mut self, stage: Stage, refused: Option<u16>, dt_ms: u32) {
        match refused {
            Some(pgn::BMV) => self.refused.cells = true,
            Some(pgn::BMT) => self.refused.temperatures = true,
            Some(pgn::BSP) => self.refused.reserved = true,
            _ => {}
        }
        self.due_ms = self.due_ms.saturating_sub(dt_ms);
        if stage != Stage::Charging {
            self.due_ms = PERIOD_MS;
            self.due = Details::all(false);
        } else if self.due_ms == 0 {
            self.due_ms = PERIOD_MS;
            self.due = Details::all(true);
        }
    }
}

impl Link {
    /// Which optional messages may be given now: every ten seconds while energy flows, as long as the charger accepts them.
    #[must_use]
    pub fn details(&self) -> Details {
        let Optional { due, refused, .. } = self.optional;
        let free = self.stage == Stage::Charging && self.sender.is_idle();
        Details {
            cells: free && due.cells && !refused.cells,
            temperatures: free && due.temperatures && !refused.temperatures,
            reserved: free && due.reserved && !refused.reserved,
        }
    }

    /// BMV: the voltage of every cell from the negative end, at most [`MAX_DETAIL_CELLS`]. Returns whether it is sent.
    pub fn tell_cells(&mut self, cells: impl IntoIterator<Item = ElectricPotential>) -> bool {
        // One group of cells.
        let bytes = cells
            .into_iter()
            .take(MAX_DETAIL_CELLS)
            .flat_map(|voltage| cell_voltage(voltage, 0));
        let sent = self.details().cells && self.send_long(pgn::BMV, bytes);
        self.optional.due.cells &= !sent;
        sent
    }

    /// BMT: the temperature of every sensor, at most [`MAX_DETAIL_SENSORS`]. Returns whether it is sent.
    pub fn tell_temperatures(
        &mut self,
        sensors: impl IntoIterator<Item = ThermodynamicTemperature>,
    ) -> bool {
        let sensors = sensors.into_iter().take(MAX_DETAIL_SENSORS);
        let bytes = sensors.map(temperature);
        let sent = self.details().temperatures && self.send_long(pgn::BMT, bytes);
        self.optional.due.temperatures &= !sent;
        sent
    }

    /// BSP: bytes agreed between the makers of charger and battery, at most [`MAX_DETAIL_RESERVED`]. Returns whether they are
    /// sent.
    pub fn tell_reserved(&mut self, bytes: &[u8]) -> bool {
        let bytes = bytes.iter().copied().take(MAX_DETAIL_RESERVED);
        let sent = self.details().reserved && self.send_long(pgn::BSP, bytes);
        self.optional.due.reserved &= !sent;
        sent
    }

    /// Sends in one frame if the bytes fit, else by the transport protocol.
    fn send_long(&mut self, group: u16, bytes: impl Iterator<Item = u8>) -> bool {
        let mut bytes = bytes.peekable();
        let mut first = [0xFF; 8];
        let mut length = 0;
        for (place, byte) in first.iter_mut().zip(core::iter::from_fn(|| bytes.next())) {
            *place = byte;
            length += 1;
        }
        let first = first.get(..length).unwrap_or_default();
        if bytes.peek().is_some() {
            let bytes = first.iter().copied().chain(bytes);
            self.sender.start_with(group, bytes)
        } else {
            !first.is_empty() && self.push(group, first)
        }
    }
}
