//! The vehicle's messages: identity (BRM), limits (BCP), demand (BCL), status (BCS), state (BSM) and statistics (BSD).

use super::codec::{
    BYTE, CELL_IN_GROUP, CELL_VOLTAGE, CELL_VOLTAGE_DOWN, CHARGE, CURRENT, CURRENT_DOWN, Codec,
    ENERGY, MINUTES, NUMBER, PER_MILLE, PERCENT, Reader, TEMPERATURE, TEMPERATURE_DOWN, VOLTAGE,
    VOLTAGE_DOWN, Writer, layout,
};
use super::signals::{FOUR, Signal2, pack, unpack};
use crate::units::{
    ElectricCharge, ElectricCurrent, ElectricPotential, Energy, Ratio, ThermodynamicTemperature,
};

/// BRM: identity of the vehicle and its battery.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Identity {
    /// Type of the battery: 1 lead-acid, 2 nickel, 3 LFP, 4 LMO, 5 LCO, 6 NMC, 7 polymer, 8 LTO, 255 other.
    pub battery: u8,
    /// Rated capacity, 0.1 Ah per bit.
    pub capacity: ElectricCharge,
    /// Rated voltage, 0.1 V per bit.
    pub voltage: ElectricPotential,
    /// Maker, ASCII.
    pub maker: [u8; 4],
    /// Number of the battery.
    pub serial: u32,
    /// Year (1985 to 2240), month and day in which it was made.
    pub made: (u16, u8, u8),
    /// Charges so far, below 2^24.
    pub charges: u32,
    /// Whether it is the vehicle's own rather than rented.
    pub owned: bool,
    /// Vehicle identification number, ASCII.
    pub vin: [u8; 17],
    /// Version of the software; with it the message has 49 bytes, without it 41.
    pub software: Option<[u8; 8]>,
}

const YEAR: u16 = 1985;

impl Identity {
    /// The bytes of the message, and how many of them are used.
    #[must_use]
    pub fn encode(&self) -> ([u8; 49], usize) {
        let (year, month, day) = self.made;
        let years = u8::try_from(year.saturating_sub(YEAR)).unwrap_or(u8::MAX);
        let [first, second, third, _] = self.charges.min(0x00FF_FFFF).to_le_bytes();
        let writer = Writer::new()
            .put(&[0x01, 0x01, 0x00, self.battery])
            .put(&(CHARGE.encode)(self.capacity))
            .put(&(VOLTAGE.encode)(self.voltage))
            .put(&self.maker)
            .put(&self.serial.to_le_bytes())
            .put(&[years, month, day, first, second, third])
            .put(&[u8::from(self.owned), 0xFF])
            .put(&self.vin);
        match self.software {
            Some(software) => (writer.put(&software).done(), 49),
            None => (writer.done(), 41),
        }
    }

    /// The message of these bytes; `None` if they are too few.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let [_, _, _, battery] = reader.take()?;
        let capacity = CHARGE.take(&mut reader)?;
        let voltage = VOLTAGE.take(&mut reader)?;
        let maker = reader.take()?;
        let serial = NUMBER.take(&mut reader)?;
        let [years, month, day, first, second, third, owned, _] = reader.take()?;
        Some(Self {
            battery,
            capacity,
            voltage,
            maker,
            serial,
            made: (YEAR + u16::from(years), month, day),
            charges: u32::from_le_bytes([first, second, third, 0]),
            owned: owned == 1,
            vin: reader.take()?,
            software: reader.take(),
        })
    }
}

/// BCP: limits of the battery, rounded down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Highest voltage of a cell, 0.01 V per bit.
    pub cell_voltage_max: ElectricPotential,
    /// Highest charge current, 0.1 A per bit, 0 to 400 A.
    pub current_max: ElectricCurrent,
    /// Nominal energy, 0.1 kWh per bit.
    pub energy: Energy,
    /// Highest voltage of the battery, 0.1 V per bit.
    pub voltage_max: ElectricPotential,
    /// Highest temperature, 1 degree Celsius per bit, -50 to 200.
    pub temperature_max: ThermodynamicTemperature,
    /// State of charge, 0.1 % per bit.
    pub soc: Ratio,
    /// Voltage of the battery, 0.1 V per bit.
    pub voltage: ElectricPotential,
}

layout! {
    Limits, 13 bytes:
    (cell_voltage_max) CELL_VOLTAGE_DOWN;
    (current_max) CURRENT_DOWN;
    (energy) ENERGY;
    (voltage_max) VOLTAGE_DOWN;
    (temperature_max) TEMPERATURE_DOWN;
    (soc) PER_MILLE;
    (voltage) VOLTAGE;
}

/// How a charger regulates its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum DemandMode {
    /// Constant voltage (1).
    Voltage,
    /// Constant current (2).
    Current,
}

/// BCL: the battery's demand, rounded down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Voltage that the charger does not exceed, 0.1 V per bit.
    pub voltage: ElectricPotential,
    /// Charge current, 0.1 A per bit, 0 to 400 A.
    pub current: ElectricCurrent,
    /// How the charger regulates its output.
    pub mode: DemandMode,
}

const DEMAND_MODE: Codec<DemandMode, 1> = Codec {
    encode: |mode| match mode {
        DemandMode::Voltage => [1],
        DemandMode::Current => [2],
    },
    decode: |[byte]| match byte {
        1 => DemandMode::Voltage,
        _ => DemandMode::Current,
    },
};

layout! {
    Demand, 5 bytes:
    (voltage) VOLTAGE_DOWN;
    (current) CURRENT_DOWN;
    (mode) DEMAND_MODE;
}

/// BCS: measured state of the charge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Status {
    /// Measured voltage, 0.1 V per bit.
    pub voltage: ElectricPotential,
    /// Measured charge current, 0.1 A per bit, -400 to 400 A.
    pub current: ElectricCurrent,
    /// Highest voltage of a cell, 0.01 V per bit.
    pub cell_voltage: ElectricPotential,
    /// Group of that cell, 0 to 15.
    pub cell_group: u8,
    /// State of charge, 1 % per bit.
    pub soc: Ratio,
    /// Minutes until the end, 0 to 600.
    pub minutes_left: u16,
}

layout! {
    Status, 9 bytes:
    (voltage) VOLTAGE;
    (current) CURRENT;
    (cell_voltage, cell_group) CELL_IN_GROUP;
    (soc) PERCENT;
    (minutes_left) MINUTES;
}

/// BSM: state of the battery. Cells and sensors are counted from 1 with an offset of 1, so from 0 on the wire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// Number of the cell with the highest voltage, from 0.
    pub highest_cell: u8,
    /// Highest temperature, 1 degree Celsius per bit, -50 to 200.
    pub warmest: ThermodynamicTemperature,
    /// Its sensor, from 0.
    pub warmest_sensor: u8,
    /// Lowest temperature, 1 degree Celsius per bit, -50 to 200.
    pub coldest: ThermodynamicTemperature,
    /// Its sensor, from 0.
    pub coldest_sensor: u8,
    /// Cell voltage too high or too low.
    pub cell_voltage: Signal2,
    /// State of charge too high or too low.
    pub soc: Signal2,
    /// Charge current too high.
    pub over_current: Signal2,
    /// Temperature too high.
    pub over_temperature: Signal2,
    /// Isolation.
    pub isolation: Signal2,
    /// Connector.
    pub connector: Signal2,
    /// Whether charging is permitted; false is a pause.
    pub permitted: bool,
}

const PERMISSION: Codec<(Signal2, Signal2, bool), 1> = Codec {
    encode: |(isolation, connector, permitted)| {
        [pack([isolation, connector, Signal2::when(permitted)])]
    },
    decode: |[byte]| {
        let [isolation, connector, permitted] = unpack(byte);
        (isolation, connector, permitted == Signal2::Abnormal)
    },
};

layout! {
    State, 7 bytes:
    (highest_cell) BYTE;
    (warmest) TEMPERATURE;
    (warmest_sensor) BYTE;
    (coldest) TEMPERATURE;
    (coldest_sensor) BYTE;
    (cell_voltage, soc, over_current, over_temperature) FOUR;
    (isolation, connector, permitted) PERMISSION;
}

/// BSD: the battery's statistics at the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics {
    /// State of charge, 1 % per bit.
    pub soc: Ratio,
    /// Lowest voltage of a cell, 0.01 V per bit, 0 to 24 V.
    pub lowest_cell: ElectricPotential,
    /// Highest voltage of a cell, 0.01 V per bit, 0 to 24 V.
    pub highest_cell: ElectricPotential,
    /// Lowest temperature, 1 degree Celsius per bit, -50 to 200.
    pub coldest: ThermodynamicTemperature,
    /// Highest temperature, 1 degree Celsius per bit, -50 to 200.
    pub warmest: ThermodynamicTemperature,
}

layout! {
    Statistics, 7 bytes:
    (soc) PERCENT;
    (lowest_cell) CELL_VOLTAGE;
    (highest_cell) CELL_VOLTAGE;
    (coldest) TEMPERATURE;
    (warmest) TEMPERATURE;
}
