//! Signals of two bits, and the messages that consist of them: why an end stops (BST, CST), and which messages did not arrive
//! in time (BEM, CEM).

use super::codec::{Codec, Reader, Writer, layout};

/// A signal of two bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Signal2 {
    /// Normal (00).
    #[default]
    Normal,
    /// Abnormal, or reached (01); of a voltage or state of charge: too high.
    Abnormal,
    /// Not trustworthy (10); of a voltage or state of charge: too low.
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

    /// [`Abnormal`](Self::Abnormal) or [`Normal`](Self::Normal).
    #[must_use]
    pub const fn when(abnormal: bool) -> Self {
        if abnormal {
            Self::Abnormal
        } else {
            Self::Normal
        }
    }
}

/// Up to four signals in one byte, the first in the lowest bits; the other bits are ones.
pub(super) fn pack<const K: usize>(signals: [Signal2; K]) -> u8 {
    let add = |byte: u8, signal: &Signal2| byte << 2 | signal.bits();
    signals.iter().rev().fold(0xFF, add)
}

pub(super) fn unpack<const K: usize>(mut byte: u8) -> [Signal2; K] {
    [(); K].map(|()| {
        let signal = Signal2::of(byte);
        byte >>= 2;
        signal
    })
}

const ONE: Codec<Signal2, 1> = Codec {
    encode: |signal| [pack([signal])],
    decode: |[byte]| Signal2::of(byte),
};

const TWO: Codec<(Signal2, Signal2), 1> = Codec {
    encode: |signals| [pack::<2>(signals.into())],
    decode: |[byte]| unpack::<2>(byte).into(),
};

const THREE: Codec<(Signal2, Signal2, Signal2), 1> = Codec {
    encode: |signals| [pack::<3>(signals.into())],
    decode: |[byte]| unpack::<3>(byte).into(),
};

pub(super) const FOUR: Codec<(Signal2, Signal2, Signal2, Signal2), 1> = Codec {
    encode: |signals| [pack::<4>(signals.into())],
    decode: |[byte]| unpack::<4>(byte).into(),
};

/// BST and CST: why one end stops.
///
/// Reasons of BST: target SoC, total voltage, cell voltage, the charger stopped. Of CST: condition reached, by hand, fault, the
/// vehicle stopped. Faults of BST: isolation, connector hot, component hot, connector, battery hot, relay, voltage of detection
/// point 2, other; of CST: charger hot, connector, inside hot, energy, emergency stop, other. Errors of both: current, voltage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stop {
    /// Reasons.
    pub reasons: [Signal2; 4],
    /// Faults.
    pub faults: [Signal2; 8],
    /// Errors.
    pub errors: [Signal2; 2],
}

const REASONS: Codec<[Signal2; 4], 1> = Codec {
    encode: |signals| [pack(signals)],
    decode: |[byte]| unpack(byte),
};

const FAULTS: Codec<[Signal2; 8], 2> = Codec {
    encode: |[a, b, c, d, e, f, g, h]| [pack([a, b, c, d]), pack([e, f, g, h])],
    decode: |bytes| {
        let [[a, b, c, d], [e, f, g, h]] = bytes.map(unpack);
        [a, b, c, d, e, f, g, h]
    },
};

const ERRORS: Codec<[Signal2; 2], 1> = Codec {
    encode: |signals| [pack(signals)],
    decode: |[byte]| unpack(byte),
};

layout! {
    Stop, 4 bytes:
    (reasons) REASONS;
    (faults) FAULTS;
    (errors) ERRORS;
}

/// BEM: which messages of the charger did not arrive in time (table 28, `SPN3901` to `SPN3907`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent time-outs")]
pub struct Timeouts {
    /// CRM "not recognised yet".
    pub recognition: bool,
    /// CRM "recognised".
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
    /// No time-out.
    pub const NONE: Self = Self {
        recognition: false,
        recognised: false,
        capability: false,
        ready: false,
        output: false,
        stop: false,
        statistics: false,
    };

    /// The bytes of the message: one byte for each part of the session, two bits for each message.
    #[must_use]
    pub fn encode(&self) -> [u8; 4] {
        let when = Signal2::when;
        [
            pack([when(self.recognition), when(self.recognised)]),
            pack([when(self.capability), when(self.ready)]),
            pack([when(self.output), when(self.stop)]),
            pack([when(self.statistics)]),
        ]
    }

    /// Whether every message arrived in time.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::NONE
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

layout! {
    ChargerTimeouts, 4 bytes:
    (identity) ONE;
    (limits, ready) TWO;
    (status, demand, stop) THREE;
    (statistics) ONE;
}
