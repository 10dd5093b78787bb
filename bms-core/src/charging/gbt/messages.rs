//! What the messages say, and their bytes.

use super::bytes::{
    Reader, Writer, ampere, celsius, current, current_down, degc, hundredths, hundredths_down,
    tenths, tenths_down,
};
use crate::charging::decimal::percent;
use crate::units::{
    self, ElectricCharge, ElectricCurrent, ElectricPotential, Energy, Ratio,
    ThermodynamicTemperature, amperes, joules, ratio, to_amp_hours, to_amperes, to_celsius,
    to_joules, to_ratio, to_volts, volts,
};

const JOULES_PER_KWH: f32 = 3.6e6;

/// Two bits: normal, abnormal, or not to be believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Signal2 {
    /// Normal (00).
    #[default]
    Normal,
    /// Abnormal, or reached (01); of a voltage or state of charge: too high.
    Abnormal,
    /// Not to be believed (10); of a voltage or state of charge: too low.
    Doubtful,
}

impl Signal2 {
    const fn bits(self) -> u8 {
        match self {
            Self::Normal => 0b00,
            Self::Abnormal => 0b01,
            Self::Doubtful => 0b10,
        }
    }

    const fn of(bits: u8) -> Self {
        match bits & 0b11 {
            0b00 => Self::Normal,
            0b01 => Self::Abnormal,
            _ => Self::Doubtful,
        }
    }

    /// From whether something is wrong.
    #[must_use]
    pub const fn when(abnormal: bool) -> Self {
        if abnormal {
            Self::Abnormal
        } else {
            Self::Normal
        }
    }
}

/// Four fields of two bits, the first in the lowest.
const fn four([a, b, c, d]: [Signal2; 4]) -> u8 {
    a.bits() | b.bits() << 2 | c.bits() << 4 | d.bits() << 6
}

const fn four_of(byte: u8) -> [Signal2; 4] {
    [
        Signal2::of(byte),
        Signal2::of(byte >> 2),
        Signal2::of(byte >> 4),
        Signal2::of(byte >> 6),
    ]
}

/// CRM: whether the charger knows the vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// Whether it does (0xAA).
    pub recognised: bool,
    /// Number of the charger.
    pub number: u32,
    /// Region, ASCII.
    pub region: [u8; 3],
}

impl Recognition {
    /// From a message; none where it is too short.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let result = reader.byte()?;
        Some(Self {
            recognised: result == 0xAA,
            number: reader.take().map_or(0, u32::from_le_bytes),
            region: reader.take().unwrap_or_default(),
        })
    }

    /// The message.
    #[must_use]
    pub fn encode(&self) -> [u8; 8] {
        Writer::new()
            .byte(if self.recognised { 0xAA } else { 0x00 })
            .put(&self.number.to_le_bytes())
            .put(&self.region)
            .done()
    }
}

/// BRM: what the vehicle and its battery are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Identity {
    /// Type of the battery: 1 lead-acid, 2 nickel, 3 LFP, 4 LMO, 5 LCO, 6 NMC, 7 polymer, 8 LTO, 255 other.
    pub battery: u8,
    /// Rated capacity.
    pub capacity: ElectricCharge,
    /// Rated voltage.
    pub voltage: ElectricPotential,
    /// Maker, ASCII.
    pub maker: [u8; 4],
    /// Number of the battery.
    pub serial: u32,
    /// Year, month and day in which it was made.
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

impl Identity {
    /// The message, and how many of its bytes count.
    #[must_use]
    pub fn encode(&self) -> ([u8; 49], usize) {
        let (year, month, day) = self.made;
        let years = u8::try_from(year.saturating_sub(1985)).unwrap_or(u8::MAX);
        let [first, second, third, _] = self.charges.min(0x00FF_FFFF).to_le_bytes();
        let writer = Writer::new()
            .put(&[0x01, 0x01, 0x00])
            .byte(self.battery)
            .word(tenths(to_amp_hours(self.capacity)))
            .word(tenths(to_volts(self.voltage)))
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

    /// From a message; none where it is too short.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let _version: [u8; 3] = reader.take()?;
        let battery = reader.byte()?;
        let capacity = units::amp_hours(f32::from(reader.word()?) / 10.0);
        let voltage = volts(f32::from(reader.word()?) / 10.0);
        let maker = reader.take()?;
        let serial = u32::from_le_bytes(reader.take()?);
        let [years, month, day] = reader.take()?;
        let [first, second, third] = reader.take()?;
        let [owned, _] = reader.take()?;
        Some(Self {
            battery,
            capacity,
            voltage,
            maker,
            serial,
            made: (1985 + u16::from(years), month, day),
            charges: u32::from_le_bytes([first, second, third, 0]),
            owned: owned == 1,
            vin: reader.take()?,
            software: reader.take(),
        })
    }
}

/// BCP: what the battery takes at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Highest voltage of a cell.
    pub cell_voltage_max: ElectricPotential,
    /// Highest charge current.
    pub current_max: ElectricCurrent,
    /// Nominal energy.
    pub energy: Energy,
    /// Highest voltage of the battery.
    pub voltage_max: ElectricPotential,
    /// Highest temperature.
    pub temperature_max: ThermodynamicTemperature,
    /// State of charge.
    pub soc: Ratio,
    /// Voltage of the battery.
    pub voltage: ElectricPotential,
}

impl Limits {
    /// The message. Limits are rounded down.
    #[must_use]
    pub fn encode(&self) -> [u8; 13] {
        let soc = to_ratio(self.soc).min(1.0);
        Writer::new()
            .word(hundredths_down(to_volts(self.cell_voltage_max)))
            .word(current_down(to_amperes(self.current_max)))
            .word(tenths(to_joules(self.energy) / JOULES_PER_KWH))
            .word(tenths_down(to_volts(self.voltage_max)))
            .byte(celsius(to_celsius(self.temperature_max) - 0.49))
            .word(tenths_down(soc * 100.0))
            .word(tenths(to_volts(self.voltage)))
            .done()
    }

    /// From a message; none where it is too short.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        Some(Self {
            cell_voltage_max: volts(f32::from(reader.word()?) / 100.0),
            current_max: amperes(ampere(reader.word()?)),
            energy: joules(f32::from(reader.word()?) / 10.0 * JOULES_PER_KWH),
            voltage_max: volts(f32::from(reader.word()?) / 10.0),
            temperature_max: units::celsius(degc(reader.byte()?)),
            soc: ratio(f32::from(reader.word()?) / 1000.0),
            voltage: volts(f32::from(reader.word()?) / 10.0),
        })
    }
}

/// CML: what the charger can.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capability {
    /// Highest voltage.
    pub voltage_max: ElectricPotential,
    /// Lowest voltage.
    pub voltage_min: ElectricPotential,
    /// Highest current.
    pub current_max: ElectricCurrent,
    /// Lowest current.
    pub current_min: ElectricCurrent,
}

impl Capability {
    /// From a message; none where it is too short. The lowest current may be left out, as the standard's first edition does.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        Some(Self {
            voltage_max: volts(f32::from(reader.word()?) / 10.0),
            voltage_min: volts(f32::from(reader.word()?) / 10.0),
            current_max: amperes(ampere(reader.word()?)),
            current_min: amperes(reader.word().map_or(0.0, ampere)),
        })
    }

    /// The message.
    #[must_use]
    pub fn encode(&self) -> [u8; 8] {
        Writer::new()
            .word(tenths(to_volts(self.voltage_max)))
            .word(tenths(to_volts(self.voltage_min)))
            .word(current(to_amperes(self.current_max)))
            .word(current(to_amperes(self.current_min)))
            .done()
    }
}

/// How a charger is to regulate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum DemandMode {
    /// Constant voltage (1).
    Voltage,
    /// Constant current (2).
    Current,
}

/// BCL: what the battery wants now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Voltage that is not to be passed.
    pub voltage: ElectricPotential,
    /// Charge current.
    pub current: ElectricCurrent,
    /// How the charger is to regulate.
    pub mode: DemandMode,
}

impl Demand {
    /// The message, rounded down.
    #[must_use]
    pub fn encode(&self) -> [u8; 5] {
        Writer::new()
            .word(tenths_down(to_volts(self.voltage)))
            .word(current_down(to_amperes(self.current)))
            .byte(match self.mode {
                DemandMode::Voltage => 1,
                DemandMode::Current => 2,
            })
            .done()
    }

    /// From a message; none where it is too short.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        Some(Self {
            voltage: volts(f32::from(reader.word()?) / 10.0),
            current: amperes(ampere(reader.word()?)),
            mode: if reader.byte()? == 1 {
                DemandMode::Voltage
            } else {
                DemandMode::Current
            },
        })
    }
}

/// BCS: how the charge goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Status {
    /// Measured voltage.
    pub voltage: ElectricPotential,
    /// Measured charge current.
    pub current: ElectricCurrent,
    /// Highest voltage of a cell.
    pub cell_voltage: ElectricPotential,
    /// Group of that cell, 0 to 15.
    pub cell_group: u8,
    /// State of charge.
    pub soc: Ratio,
    /// Minutes until the end; at most 600 are told.
    pub minutes_left: u16,
}

impl Status {
    /// The message.
    #[must_use]
    pub fn encode(&self) -> [u8; 9] {
        let cell = hundredths(to_volts(self.cell_voltage), 0x0FFF);
        Writer::new()
            .word(tenths(to_volts(self.voltage)))
            .word(current(to_amperes(self.current)))
            .word(cell | u16::from(self.cell_group & 0x0F) << 12)
            .byte(percent(to_ratio(self.soc)))
            .word(self.minutes_left.min(600))
            .done()
    }

    /// From a message; none where it is too short.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let voltage = volts(f32::from(reader.word()?) / 10.0);
        let current = amperes(ampere(reader.word()?));
        let cell = reader.word()?;
        let [_, group] = cell.to_le_bytes();
        Some(Self {
            voltage,
            current,
            cell_voltage: volts(f32::from(cell & 0x0FFF) / 100.0),
            cell_group: group >> 4,
            soc: ratio(f32::from(reader.byte()?) / 100.0),
            minutes_left: reader.word()?,
        })
    }
}

/// BSM: what is noteworthy of the battery.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// Number of the cell with the highest voltage, from 0.
    pub highest_cell: u8,
    /// Highest temperature.
    pub warmest: ThermodynamicTemperature,
    /// Its sensor, from 0.
    pub warmest_sensor: u8,
    /// Lowest temperature.
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
    /// Whether charging is permitted; a pause if not.
    pub permitted: bool,
}

impl State {
    /// The message. Cells and sensors are counted from 1 with an offset of 1, so from 0 on the wire.
    #[must_use]
    pub fn encode(&self) -> [u8; 7] {
        let permitted = if self.permitted {
            Signal2::Abnormal
        } else {
            Signal2::Normal
        };
        let last = four([self.isolation, self.connector, permitted, Signal2::Normal]) | 0b1100_0000;
        Writer::new()
            .byte(self.highest_cell)
            .byte(celsius(to_celsius(self.warmest)))
            .byte(self.warmest_sensor)
            .byte(celsius(to_celsius(self.coldest)))
            .byte(self.coldest_sensor)
            .byte(four([
                self.cell_voltage,
                self.soc,
                self.over_current,
                self.over_temperature,
            ]))
            .byte(last)
            .done()
    }

    /// From a message; none where it is too short.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let highest_cell = reader.byte()?;
        let warmest = units::celsius(degc(reader.byte()?));
        let warmest_sensor = reader.byte()?;
        let coldest = units::celsius(degc(reader.byte()?));
        let coldest_sensor = reader.byte()?;
        let [cell_voltage, soc, over_current, over_temperature] = four_of(reader.byte()?);
        let [isolation, connector, permitted, _] = four_of(reader.byte()?);
        Some(Self {
            highest_cell,
            warmest,
            warmest_sensor,
            coldest,
            coldest_sensor,
            cell_voltage,
            soc,
            over_current,
            over_temperature,
            isolation,
            connector,
            permitted: permitted == Signal2::Abnormal,
        })
    }
}

/// CCS: what the charger gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Output {
    /// Voltage.
    pub voltage: ElectricPotential,
    /// Charge current.
    pub current: ElectricCurrent,
    /// Minutes of this charge.
    pub minutes: u16,
    /// Whether the charger goes on; a pause if not.
    pub permitted: bool,
}

impl Output {
    /// From a message; none where it is too short. One of the first edition, without a permission, permits.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        Some(Self {
            voltage: volts(f32::from(reader.word()?) / 10.0),
            current: amperes(ampere(reader.word()?)),
            minutes: reader.word()?,
            permitted: reader.byte().is_none_or(|byte| byte & 0b11 != 0b00),
        })
    }

    /// The message.
    #[must_use]
    pub fn encode(&self) -> [u8; 8] {
        Writer::new()
            .word(tenths(to_volts(self.voltage)))
            .word(current(to_amperes(self.current)))
            .word(self.minutes.min(600))
            .byte(0b1111_1100 | u8::from(self.permitted))
            .done()
    }
}

/// BST and CST: why one end stops.
///
/// Reasons of BST: target SoC, total voltage, cell voltage, the charger stopped. Of CST: reached, by hand, fault, the vehicle
/// stopped. Faults of BST: isolation, connector hot, component hot, connector, battery hot, relay, voltage of detection point 2,
/// other; of CST: charger hot, connector, inside hot, energy, emergency stop, other. Errors of both: current, voltage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stop {
    /// Reasons.
    pub reasons: [Signal2; 4],
    /// Faults.
    pub faults: [Signal2; 8],
    /// Errors.
    pub errors: [Signal2; 2],
}

impl Stop {
    /// The message.
    #[must_use]
    pub fn encode(&self) -> [u8; 4] {
        let [a, b, c, d, e, f, g, h] = self.faults;
        let [current, voltage] = self.errors;
        let errors = four([current, voltage, Signal2::Normal, Signal2::Normal]) | 0xF0;
        [
            four(self.reasons),
            four([a, b, c, d]),
            four([e, f, g, h]),
            errors,
        ]
    }

    /// From a message; none where it is too short.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let [reasons, first, second, errors] = Reader::new(bytes).take()?;
        let [a, b, c, d] = four_of(first);
        let [e, f, g, h] = four_of(second);
        let [current, voltage, ..] = four_of(errors);
        Some(Self {
            reasons: four_of(reasons),
            faults: [a, b, c, d, e, f, g, h],
            errors: [current, voltage],
        })
    }
}

/// BSD: how the battery is at the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics {
    /// State of charge.
    pub soc: Ratio,
    /// Lowest voltage of a cell.
    pub lowest_cell: ElectricPotential,
    /// Highest voltage of a cell.
    pub highest_cell: ElectricPotential,
    /// Lowest temperature.
    pub coldest: ThermodynamicTemperature,
    /// Highest temperature.
    pub warmest: ThermodynamicTemperature,
}

impl Statistics {
    /// The message.
    #[must_use]
    pub fn encode(&self) -> [u8; 7] {
        Writer::new()
            .byte(percent(to_ratio(self.soc)))
            .word(hundredths(to_volts(self.lowest_cell), 2400))
            .word(hundredths(to_volts(self.highest_cell), 2400))
            .byte(celsius(to_celsius(self.coldest)))
            .byte(celsius(to_celsius(self.warmest)))
            .done()
    }

    /// From a message; none where it is too short.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        Some(Self {
            soc: ratio(f32::from(reader.byte()?) / 100.0),
            lowest_cell: volts(f32::from(reader.word()?) / 100.0),
            highest_cell: volts(f32::from(reader.word()?) / 100.0),
            coldest: units::celsius(degc(reader.byte()?)),
            warmest: units::celsius(degc(reader.byte()?)),
        })
    }
}

/// BEM: which messages of the charger did not come in time (table 28, `SPN3901` to `SPN3907`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent time-outs")]
pub struct Timeouts {
    /// CRM that says "not recognised yet".
    pub recognition: bool,
    /// CRM that says "recognised".
    pub recognised: bool,
    /// CTS and CML, which share one field.
    pub capability: bool,
    /// CRO.
    pub ready: bool,
    /// CCS.
    pub output: bool,
    /// CST.
    pub stop: bool,
    /// CSD.
    pub statistics: bool,
}

impl Timeouts {
    /// The message: one byte for each part of the session, two bits for each message.
    #[must_use]
    pub const fn encode(&self) -> [u8; 4] {
        const fn pair(first: bool, second: bool) -> u8 {
            0xF0 | Signal2::when(first).bits() | Signal2::when(second).bits() << 2
        }
        [
            pair(self.recognition, self.recognised),
            pair(self.capability, self.ready),
            pair(self.output, self.stop),
            0xFC | Signal2::when(self.statistics).bits(),
        ]
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        !(self.recognition
            || self.recognised
            || self.capability
            || self.ready
            || self.output
            || self.stop
            || self.statistics)
    }
}

/// CEM: which messages of the vehicle did not reach the charger in time (table 29, `SPN3921` to `SPN3927`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChargerTimeouts {
    /// BRM.
    pub identity: Signal2,
    /// BCP.
    pub limits: Signal2,
    /// BRO.
    pub ready: Signal2,
    /// BCS.
    pub status: Signal2,
    /// BCL.
    pub demand: Signal2,
    /// BST.
    pub stop: Signal2,
    /// BSD.
    pub statistics: Signal2,
}

impl ChargerTimeouts {
    /// From a message; none where it is too short.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let [first, second, third, fourth] = Reader::new(bytes).take()?;
        let [identity, ..] = four_of(first);
        let [limits, ready, ..] = four_of(second);
        let [status, demand, stop, _] = four_of(third);
        let [statistics, ..] = four_of(fourth);
        Some(Self {
            identity,
            limits,
            ready,
            status,
            demand,
            stop,
            statistics,
        })
    }

    /// The message; what is not defined is ones.
    #[must_use]
    pub const fn encode(&self) -> [u8; 4] {
        [
            0xFC | self.identity.bits(),
            0xF0 | self.limits.bits() | self.ready.bits() << 2,
            0xC0 | self.status.bits() | self.demand.bits() << 2 | self.stop.bits() << 4,
            0xFC | self.statistics.bits(),
        ]
    }
}

/// CSD: what the charger counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Checked {
    /// Minutes of the charge.
    pub minutes: u16,
    /// Energy that was given.
    pub energy: Energy,
    /// Number of the charger.
    pub number: u32,
}

impl Checked {
    /// From a message; none where it is too short.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        Some(Self {
            minutes: reader.word()?,
            energy: joules(f32::from(reader.word()?) / 10.0 * JOULES_PER_KWH),
            number: reader.take().map_or(0, u32::from_le_bytes),
        })
    }

    /// The message.
    #[must_use]
    pub fn encode(&self) -> [u8; 8] {
        Writer::new()
            .word(self.minutes)
            .word(tenths(to_joules(self.energy) / JOULES_PER_KWH))
            .put(&self.number.to_le_bytes())
            .done()
    }
}
