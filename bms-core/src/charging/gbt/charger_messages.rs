//! The charger's messages: recognition (CRM), capability (CML), output (CCS) and statistics (CSD).

use super::codec::{
    CURRENT, CURRENT_OR_NONE, Codec, ENERGY, MINUTES, NUMBER_OR_NONE, Reader, Trailing, VOLTAGE,
    WORD, Writer, layout,
};
use crate::units::{ElectricCurrent, ElectricPotential, Energy};

/// CRM: whether the charger recognises the vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// Whether it does (0xAA).
    pub recognised: bool,
    /// Number of the charger.
    pub number: u32,
    /// Region, ASCII.
    pub region: [u8; 3],
}

const AA: Codec<bool, 1> = Codec {
    encode: |is| [if is { 0xAA } else { 0x00 }],
    decode: |[byte]| byte == 0xAA,
};

const REGION: Trailing<[u8; 3], 3> = Trailing {
    encode: |region| region,
    decode: |region| region,
    missing: [0; 3],
};

layout! {
    Recognition, 8 bytes:
    (recognised) AA;
    (number) NUMBER_OR_NONE;
    (region) REGION;
}

/// CML: what the charger can give.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capability {
    /// Highest voltage, 0.1 V per bit.
    pub voltage_max: ElectricPotential,
    /// Lowest voltage, 0.1 V per bit.
    pub voltage_min: ElectricPotential,
    /// Highest charge current, 0.1 A per bit.
    pub current_max: ElectricCurrent,
    /// Lowest charge current, 0.1 A per bit; the standard's first edition leaves it out.
    pub current_min: ElectricCurrent,
}

layout! {
    Capability, 8 bytes:
    (voltage_max) VOLTAGE;
    (voltage_min) VOLTAGE;
    (current_max) CURRENT;
    (current_min) CURRENT_OR_NONE;
}

/// CCS: what the charger gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Output {
    /// Voltage, 0.1 V per bit.
    pub voltage: ElectricPotential,
    /// Charge current, 0.1 A per bit.
    pub current: ElectricCurrent,
    /// Minutes of this charge, 0 to 600.
    pub minutes: u16,
    /// Whether the charger goes on; false is a pause. The standard's first edition has no such field, which permits.
    pub permitted: bool,
}

const PERMITTED: Trailing<bool, 1> = Trailing {
    encode: |permitted| [0b1111_1100 | u8::from(permitted)],
    decode: |[byte]| byte & 0b11 != 0b00,
    missing: true,
};

layout! {
    Output, 8 bytes:
    (voltage) VOLTAGE;
    (current) CURRENT;
    (minutes) MINUTES;
    (permitted) PERMITTED;
}

/// CSD: the charger's statistics.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Checked {
    /// Minutes of the charge.
    pub minutes: u16,
    /// Energy given, 0.1 kWh per bit.
    pub energy: Energy,
    /// Number of the charger.
    pub number: u32,
}

layout! {
    Checked, 8 bytes:
    (minutes) WORD;
    (energy) ENERGY;
    (number) NUMBER_OR_NONE;
}
