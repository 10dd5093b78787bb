//! CRC-32 of IEEE 802.3: polynomial 0x04C11DB7 reflected, initial value all ones, result inverted.
//!
//! Detects every error burst of up to 32 bits, and any other error but for one in 2^32.

/// Remainders of the sixteen half bytes.
const REMAINDERS: [u32; 16] = [
    0x0000_0000,
    0x1DB7_1064,
    0x3B6E_20C8,
    0x26D9_30AC,
    0x76DC_4190,
    0x6B6B_51F4,
    0x4DB2_6158,
    0x5005_713C,
    0xEDB8_8320,
    0xF00F_9344,
    0xD6D6_A3E8,
    0xCB61_B38C,
    0x9B64_C2B0,
    0x86D3_D2D4,
    0xA00A_E278,
    0xBDBD_F21C,
];

/// Running CRC.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crc(u32);

impl Crc {
    pub(crate) const fn new() -> Self {
        Self(u32::MAX)
    }

    pub(crate) fn add(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            for half in [*byte, *byte >> 4] {
                let place = (self.0 ^ u32::from(half)) & 0xF;
                // Never `None`: the index is below 16.
                let remainder = REMAINDERS.get(place as usize).copied().unwrap_or(0);
                self.0 = (self.0 >> 4) ^ remainder;
            }
        }
        self
    }

    pub(crate) const fn value(self) -> u32 {
        !self.0
    }
}

/// CRC of `bytes`.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    Crc::new().add(bytes).value()
}

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn the_check_value_of_the_standard_comes_out() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }
}
