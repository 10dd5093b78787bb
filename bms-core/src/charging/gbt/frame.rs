//! A CAN frame with an identifier by SAE J1939-21: priority, parameter group, destination, source.

/// Address of the charger.
pub const CHARGER: u8 = 0x56;

/// Address of the battery management.
pub const VEHICLE: u8 = 0xF4;

/// Parameter group numbers.
pub mod pgn {
    /// Charger's handshake.
    pub const CHM: u16 = 0x2600;
    /// Vehicle's handshake.
    pub const BHM: u16 = 0x2700;
    /// Charger's recognition.
    pub const CRM: u16 = 0x0100;
    /// Vehicle's identity.
    pub const BRM: u16 = 0x0200;
    /// Battery's limits.
    pub const BCP: u16 = 0x0600;
    /// Charger's time.
    pub const CTS: u16 = 0x0700;
    /// Charger's capability.
    pub const CML: u16 = 0x0800;
    /// Vehicle ready.
    pub const BRO: u16 = 0x0900;
    /// Charger ready.
    pub const CRO: u16 = 0x0A00;
    /// Battery's demand.
    pub const BCL: u16 = 0x1000;
    /// Battery's status.
    pub const BCS: u16 = 0x1100;
    /// Charger's output.
    pub const CCS: u16 = 0x1200;
    /// Battery's state.
    pub const BSM: u16 = 0x1300;
    /// Voltage of every cell.
    pub const BMV: u16 = 0x1500;
    /// Temperature of every sensor.
    pub const BMT: u16 = 0x1600;
    /// Reserved for the battery.
    pub const BSP: u16 = 0x1700;
    /// Vehicle stops.
    pub const BST: u16 = 0x1900;
    /// Charger stops.
    pub const CST: u16 = 0x1A00;
    /// Vehicle's statistics.
    pub const BSD: u16 = 0x1C00;
    /// Charger's statistics.
    pub const CSD: u16 = 0x1D00;
    /// Vehicle's errors.
    pub const BEM: u16 = 0x1E00;
    /// Charger's errors.
    pub const CEM: u16 = 0x1F00;
    /// Connection management of the transport protocol.
    pub const TP_CM: u16 = 0xEC00;
    /// Data of the transport protocol.
    pub const TP_DT: u16 = 0xEB00;
}

/// A frame with an extended identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// 29-bit identifier.
    pub id: u32,
    data: [u8; 8],
    length: u8,
}

impl Frame {
    /// A frame from a bus; bytes beyond the eighth are dropped.
    #[must_use]
    pub fn new(id: u32, bytes: &[u8]) -> Self {
        let mut data = [0xFF; 8];
        let mut length = 0;
        for (place, byte) in data.iter_mut().zip(bytes) {
            *place = *byte;
            length += 1;
        }
        Self { id, data, length }
    }

    /// A frame to the other end.
    pub(super) fn to(parameter_group: u16, source: u8, destination: u8, bytes: &[u8]) -> Self {
        let priority: u32 = match parameter_group {
            pgn::BEM | pgn::CEM => 2,
            pgn::BRO | pgn::CRO | pgn::BST | pgn::CST => 4,
            pgn::BRM
            | pgn::BCP
            | pgn::BCS
            | pgn::BMV
            | pgn::BMT
            | pgn::BSP
            | pgn::TP_CM
            | pgn::TP_DT => 7,
            _ => 6,
        };
        let id = priority << 26
            | u32::from(parameter_group) << 8
            | u32::from(destination) << 8
            | u32::from(source);
        Self::new(id, bytes)
    }

    /// A frame of the vehicle to the charger.
    #[must_use]
    pub fn of_vehicle(parameter_group: u16, bytes: &[u8]) -> Self {
        Self::to(parameter_group, VEHICLE, CHARGER, bytes)
    }

    /// A frame of the charger to the vehicle.
    #[must_use]
    pub fn of_charger(parameter_group: u16, bytes: &[u8]) -> Self {
        Self::to(parameter_group, CHARGER, VEHICLE, bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.data
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }

    /// Parameter group of a frame from `source` to `destination`, else `None`; the priority is ignored.
    #[must_use]
    pub fn group(&self, source: u8, destination: u8) -> Option<u16> {
        let [reserved, format, specific, from] = (self.id & 0x03FF_FFFF).to_be_bytes();
        let fits = reserved == 0 && specific == destination && from == source;
        fits.then_some(u16::from(format) << 8)
    }
}
