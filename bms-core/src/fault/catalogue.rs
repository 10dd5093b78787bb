//! The catalogue of faults: one table, from which identifiers, debouncers, times and the printed catalogue follow.

#![expect(
    clippy::indexing_slicing,
    reason = "tables as long as the enumeration that indexes them"
)]

use super::definition::{Clock, Latch, Level, Reaction, Scope, Severity};

/// One entry of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaultDefinition {
    /// The fault.
    pub id: FaultId,
    /// Stable number; never used again for another fault.
    pub number: u16,
    /// What the fault is tested on, and what a record names as its source.
    pub scope: Scope,
    /// The level, where the fault is one of three for the same quantity.
    pub level: Option<Level>,
    /// Severity.
    pub severity: Severity,
    /// How it is cleared.
    pub latch: Latch,
    /// Reaction.
    pub reaction: Reaction,
    /// What advances the debounce time.
    pub clock: Clock,
    /// Default uninterrupted time in milliseconds after which the condition is reported as a fault.
    pub qualify_ms: u16,
    /// Default uninterrupted time in milliseconds without the condition after which the fault may be cleared.
    pub recover_ms: u16,
}

impl FaultDefinition {
    /// Display name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.id.name()
    }
}

macro_rules! catalogue {
    ($($number:literal $id:ident $scope:ident $level:tt $severity:ident $latch:ident $reaction:ident $clock:ident
       $qualify:literal $recover:literal $name:literal $condition:literal)*) => {
        /// A fault of the catalogue.
        ///
        /// The meaning of each is in [`FaultId::definition`] and in `docs/faults.md`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[repr(u8)]
        pub enum FaultId {
            $(
                #[doc = $condition]
                $id,
            )*
        }

        impl FaultId {
            /// Display name; separate from the definition, so that an image that does not print it does not contain it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$id => $name,)*
                }
            }

            /// Condition of the fault, as a sentence; separate from the definition, so that an image that does not print it
            /// does not contain it.
            #[must_use]
            pub const fn condition(self) -> &'static str {
                match self {
                    $(Self::$id => $condition,)*
                }
            }
        }

        const IDS: &[FaultId] = &[$(FaultId::$id),*];

        /// The catalogue, ordered by number.
        pub const CATALOGUE: &[FaultDefinition] = &[
            $(FaultDefinition {
                id: FaultId::$id,
                number: $number,
                scope: Scope::$scope,
                level: level!($level),
                severity: Severity::$severity,
                latch: Latch::$latch,
                reaction: Reaction::$reaction,
                clock: Clock::$clock,
                qualify_ms: $qualify,
                recover_ms: $recover,
            },)*
        ];
    };
}

macro_rules! level {
    (-) => {
        None
    };
    (MOL) => {
        Some(Level::Operating)
    };
    (RSL) => {
        Some(Level::Recommended)
    };
    (MSL) => {
        Some(Level::Maximum)
    };
}

// One line a fault: number, identifier, scope, level, severity, latch, reaction, clock, qualify and recover time in ms,
// name, condition. Numbers are never used again.
//
// This is the whole catalogue: a new fault is one line here and one check.
catalogue! {
    // Cell limits.
    100 CellOverVoltageOperating Cell MOL Information SelfClearing Record CellVoltage 500 1000 "cell over-voltage, operating limit"
        "The voltage of a cell is above its operating limit."
    101 CellOverVoltageRecommended Cell RSL Warning SelfClearing Limit CellVoltage 500 1000 "cell over-voltage, recommended limit"
        "The voltage of a cell is above its recommended limit."
    102 CellOverVoltageMaximum Cell MSL Fatal UntilAcknowledged Open CellVoltage 500 1000 "cell over-voltage, maximum limit"
        "The voltage of a cell is above its maximum limit."
    103 CellUnderVoltageOperating Cell MOL Information SelfClearing Record CellVoltage 500 1000 "cell under-voltage, operating limit"
        "The voltage of a cell is below its operating limit."
    104 CellUnderVoltageRecommended Cell RSL Warning SelfClearing Limit CellVoltage 500 1000 "cell under-voltage, recommended limit"
        "The voltage of a cell is below its recommended limit."
    105 CellUnderVoltageMaximum Cell MSL Fatal UntilAcknowledged Open CellVoltage 500 1000 "cell under-voltage, maximum limit"
        "The voltage of a cell is below its maximum limit."
    106 CellDeepDischarge Cell - Fatal ThroughPowerCycles Open CellVoltage 500 1000 "cell deep discharge"
        "The voltage of a cell is below the threshold of permanent damage."
    107 CellVoltageSpread Cell - Warning SelfClearing Warn CellVoltage 2000 5000 "cell voltage spread"
        "The voltage of a cell differs from the mean of all cells by more than allowed."
    110 OverTemperatureChargingOperating TemperatureSensor MOL Information SelfClearing Record Temperature 2000 5000 "over-temperature while charging, operating limit"
        "A temperature is above its operating limit while charging."
    111 OverTemperatureChargingRecommended TemperatureSensor RSL Warning SelfClearing Limit Temperature 2000 5000 "over-temperature while charging, recommended limit"
        "A temperature is above its recommended limit while charging."
    112 OverTemperatureChargingMaximum TemperatureSensor MSL Fatal UntilAcknowledged Open Temperature 2000 5000 "over-temperature while charging, maximum limit"
        "A temperature is above its maximum limit while charging."
    113 OverTemperatureDischargingOperating TemperatureSensor MOL Information SelfClearing Record Temperature 2000 5000 "over-temperature while discharging, operating limit"
        "A temperature is above its operating limit while discharging."
    114 OverTemperatureDischargingRecommended TemperatureSensor RSL Warning SelfClearing Limit Temperature 2000 5000 "over-temperature while discharging, recommended limit"
        "A temperature is above its recommended limit while discharging."
    115 OverTemperatureDischargingMaximum TemperatureSensor MSL Fatal UntilAcknowledged Open Temperature 2000 5000 "over-temperature while discharging, maximum limit"
        "A temperature is above its maximum limit while discharging."
    116 OverTemperatureRestingOperating TemperatureSensor MOL Information SelfClearing Record Temperature 2000 5000 "over-temperature at rest, operating limit"
        "A temperature is above its operating limit at rest."
    117 OverTemperatureRestingRecommended TemperatureSensor RSL Warning SelfClearing Limit Temperature 2000 5000 "over-temperature at rest, recommended limit"
        "A temperature is above its recommended limit at rest."
    118 OverTemperatureRestingMaximum TemperatureSensor MSL Fatal UntilAcknowledged Open Temperature 2000 5000 "over-temperature at rest, maximum limit"
        "A temperature is above its maximum limit at rest."
    119 UnderTemperatureChargingOperating TemperatureSensor MOL Information SelfClearing Record Temperature 2000 5000 "under-temperature while charging, operating limit"
        "A temperature is below its operating limit while charging."
    120 UnderTemperatureChargingRecommended TemperatureSensor RSL Warning SelfClearing Limit Temperature 2000 5000 "under-temperature while charging, recommended limit"
        "A temperature is below its recommended limit while charging."
    121 UnderTemperatureChargingMaximum TemperatureSensor MSL Fatal UntilAcknowledged Open Temperature 2000 5000 "under-temperature while charging, maximum limit"
        "A temperature is below its maximum limit while charging."
    122 UnderTemperatureDischargingOperating TemperatureSensor MOL Information SelfClearing Record Temperature 2000 5000 "under-temperature while discharging, operating limit"
        "A temperature is below its operating limit while discharging."
    123 UnderTemperatureDischargingRecommended TemperatureSensor RSL Warning SelfClearing Limit Temperature 2000 5000 "under-temperature while discharging, recommended limit"
        "A temperature is below its recommended limit while discharging."
    124 UnderTemperatureDischargingMaximum TemperatureSensor MSL Fatal UntilAcknowledged Open Temperature 2000 5000 "under-temperature while discharging, maximum limit"
        "A temperature is below its maximum limit while discharging."
    125 UnderTemperatureRestingOperating TemperatureSensor MOL Information SelfClearing Record Temperature 2000 5000 "under-temperature at rest, operating limit"
        "A temperature is below its operating limit at rest."
    126 UnderTemperatureRestingRecommended TemperatureSensor RSL Warning SelfClearing Limit Temperature 2000 5000 "under-temperature at rest, recommended limit"
        "A temperature is below its recommended limit at rest."
    127 UnderTemperatureRestingMaximum TemperatureSensor MSL Fatal UntilAcknowledged Open Temperature 2000 5000 "under-temperature at rest, maximum limit"
        "A temperature is below its maximum limit at rest."
    128 TemperatureSpread TemperatureSensor - Warning SelfClearing Limit Temperature 5000 10000 "temperature spread"
        "A temperature differs from the mean of all sensors by more than allowed."
    129 TemperatureRise TemperatureSensor - Error SelfClearing Limit Temperature 2000 10000 "rate of temperature rise"
        "A temperature rises faster than permitted operation can cause."
    // Current.
    200 CellChargeOverCurrentOperating Pack MOL Information SelfClearing Record Current 100 1000 "cell charge over-current, operating limit"
        "The charge current is above the operating limit of a cell."
    201 CellChargeOverCurrentRecommended Pack RSL Warning SelfClearing Limit Current 100 1000 "cell charge over-current, recommended limit"
        "The charge current is above the recommended limit of a cell."
    202 CellChargeOverCurrentMaximum Pack MSL Fatal UntilAcknowledged Open Current 100 1000 "cell charge over-current, maximum limit"
        "The charge current is above the maximum limit of a cell."
    203 CellDischargeOverCurrentOperating Pack MOL Information SelfClearing Record Current 100 1000 "cell discharge over-current, operating limit"
        "The discharge current is above the operating limit of a cell."
    204 CellDischargeOverCurrentRecommended Pack RSL Warning SelfClearing Limit Current 100 1000 "cell discharge over-current, recommended limit"
        "The discharge current is above the recommended limit of a cell."
    205 CellDischargeOverCurrentMaximum Pack MSL Fatal UntilAcknowledged Open Current 100 1000 "cell discharge over-current, maximum limit"
        "The discharge current is above the maximum limit of a cell."
    206 StringChargeOverCurrentOperating Pack MOL Information SelfClearing Record Current 100 1000 "string charge over-current, operating limit"
        "The charge current is above the operating limit of the string (busbars and module connectors)."
    207 StringChargeOverCurrentRecommended Pack RSL Warning SelfClearing Limit Current 100 1000 "string charge over-current, recommended limit"
        "The charge current is above the recommended limit of the string (busbars and module connectors)."
    208 StringChargeOverCurrentMaximum Pack MSL Fatal UntilAcknowledged Open Current 100 1000 "string charge over-current, maximum limit"
        "The charge current is above the maximum limit of the string (busbars and module connectors)."
    209 StringDischargeOverCurrentOperating Pack MOL Information SelfClearing Record Current 100 1000 "string discharge over-current, operating limit"
        "The discharge current is above the operating limit of the string (busbars and module connectors)."
    210 StringDischargeOverCurrentRecommended Pack RSL Warning SelfClearing Limit Current 100 1000 "string discharge over-current, recommended limit"
        "The discharge current is above the recommended limit of the string (busbars and module connectors)."
    211 StringDischargeOverCurrentMaximum Pack MSL Fatal UntilAcknowledged Open Current 100 1000 "string discharge over-current, maximum limit"
        "The discharge current is above the maximum limit of the string (busbars and module connectors)."
    212 PackChargeOverCurrentOperating Pack MOL Information SelfClearing Record Current 100 1000 "pack charge over-current, operating limit"
        "The charge current is above the operating limit of the pack (contactors, fuse and cables)."
    213 PackChargeOverCurrentRecommended Pack RSL Warning SelfClearing Limit Current 100 1000 "pack charge over-current, recommended limit"
        "The charge current is above the recommended limit of the pack (contactors, fuse and cables)."
    214 PackChargeOverCurrentMaximum Pack MSL Fatal UntilAcknowledged Open Current 100 1000 "pack charge over-current, maximum limit"
        "The charge current is above the maximum limit of the pack (contactors, fuse and cables)."
    215 PackDischargeOverCurrentOperating Pack MOL Information SelfClearing Record Current 100 1000 "pack discharge over-current, operating limit"
        "The discharge current is above the operating limit of the pack (contactors, fuse and cables)."
    216 PackDischargeOverCurrentRecommended Pack RSL Warning SelfClearing Limit Current 100 1000 "pack discharge over-current, recommended limit"
        "The discharge current is above the recommended limit of the pack (contactors, fuse and cables)."
    217 PackDischargeOverCurrentMaximum Pack MSL Fatal UntilAcknowledged Open Current 100 1000 "pack discharge over-current, maximum limit"
        "The discharge current is above the maximum limit of the pack (contactors, fuse and cables)."
    218 FuseLoadRecommended Pack RSL Warning SelfClearing Limit Ticks 0 1000 "fuse load, recommended limit"
        "The thermal load of the fuse (I2t) is above its recommended share."
    219 FuseLoadMaximum Pack MSL Fatal UntilAcknowledged OpenAtOnce Ticks 0 1000 "fuse load, maximum limit"
        "The thermal load of the fuse (I2t) is above its maximum share."
    220 CurrentOnOpenString Pack - Fatal UntilAcknowledged OpenAtOnce Current 100 1000 "current on an open string"
        "Current flows although the feedback reports open contactors."
    221 CurrentWhileCommandedOpen Pack - Fatal UntilAcknowledged OpenAtOnce Current 500 1000 "current while commanded open"
        "Current flows although the contactors are commanded open."
    222 ChargeNotAllowed Pack - Fatal UntilAcknowledged Open Current 500 1000 "charge current not allowed"
        "Charge current flows although charging is not allowed."
    // Pack.
    300 PackOverVoltageOperating Pack MOL Information SelfClearing Record Pack 500 1000 "pack over-voltage, operating limit"
        "The pack voltage is above its operating limit."
    301 PackOverVoltageRecommended Pack RSL Warning SelfClearing Limit Pack 500 1000 "pack over-voltage, recommended limit"
        "The pack voltage is above its recommended limit."
    302 PackOverVoltageMaximum Pack MSL Fatal UntilAcknowledged Open Pack 500 1000 "pack over-voltage, maximum limit"
        "The pack voltage is above its maximum limit."
    303 PackUnderVoltageOperating Pack MOL Information SelfClearing Record Pack 500 1000 "pack under-voltage, operating limit"
        "The pack voltage is below its operating limit."
    304 PackUnderVoltageRecommended Pack RSL Warning SelfClearing Limit Pack 500 1000 "pack under-voltage, recommended limit"
        "The pack voltage is below its recommended limit."
    305 PackUnderVoltageMaximum Pack MSL Fatal UntilAcknowledged Open Pack 500 1000 "pack under-voltage, maximum limit"
        "The pack voltage is below its maximum limit."
    306 SumOfCellsMismatch Pack - Error UntilAcknowledged Limit Pack 1000 2000 "sum of cells against pack voltage"
        "The sum of the cell voltages and the measured pack voltage differ by more than allowed."
    307 LinkVoltageMismatch Pack - Error SelfClearing Limit Pack 500 1000 "link voltage against pack voltage"
        "With both main contactors closed the link voltage differs from the pack voltage by more than allowed."
    308 CapacityImbalance Pack - Warning SelfClearing Warn Ticks 10000 30000 "capacity imbalance"
        "The states of charge of the strongest and the weakest cell differ by more than balancing can correct."
    309 EnergyBalance Pack - Warning UntilAcknowledged Warn Ticks 0 1000 "energy balance"
        "The energy through the terminals does not match the change of stored energy."
    // Cell voltage readings.
    400 CellVoltageMissing Cell - Fatal UntilAcknowledged Open Ticks 0 1000 "cell voltage missing"
        "No voltage of a cell arrived for longer than the permitted time without monitoring."
    401 CellVoltageStale Cell - Error SelfClearing Limit Ticks 0 500 "cell voltage stale"
        "No new voltage of a cell arrived for longer than several periods."
    402 CellVoltageStuck Cell - Error UntilAcknowledged Open CellVoltage 500 2000 "cell voltage stuck"
        "The voltage of a cell is bit-identical over many samples although it should change."
    403 CellVoltageOutOfRange Cell - Error UntilAcknowledged Open CellVoltage 200 1000 "cell voltage out of range"
        "The voltage of a cell is outside the measuring range of the front end."
    404 CellVoltageRate Cell - Warning SelfClearing Warn CellVoltage 0 2000 "cell voltage jumps"
        "The voltage of a cell changed faster than physically possible."
    405 CellVoltageNotFinite Cell - Error UntilAcknowledged Open CellVoltage 200 1000 "cell voltage not a number"
        "The reading of a cell voltage is not a finite number."
    406 CellVoltagePairDisagrees Cell - Error UntilAcknowledged Open CellVoltage 500 1000 "cell voltage pair disagrees"
        "Two readings of the same cell differ by more than allowed."
    407 CellOpenWire Cell - Error UntilAcknowledged Open Ticks 100 1000 "open wire"
        "The front end reports a broken sense wire."
    // Temperature readings.
    410 TemperatureMissing TemperatureSensor - Fatal UntilAcknowledged Open Ticks 0 1000 "temperature missing"
        "No temperature of a sensor arrived for longer than the permitted time without monitoring."
    411 TemperatureStale TemperatureSensor - Error SelfClearing Limit Ticks 0 1000 "temperature stale"
        "No new temperature of a sensor arrived for longer than several periods."
    412 TemperatureStuck TemperatureSensor - Warning SelfClearing Warn Temperature 1000 5000 "temperature stuck"
        "A temperature is bit-identical over many samples while the others change."
    413 TemperatureOutOfRange TemperatureSensor - Error UntilAcknowledged Open Temperature 2000 2000 "temperature out of range"
        "A temperature is outside the measuring range of the sensor: a broken or shorted wire."
    414 TemperatureRate TemperatureSensor - Warning SelfClearing Warn Temperature 0 5000 "temperature jumps"
        "A temperature changed faster than physically possible."
    415 TemperatureNotFinite TemperatureSensor - Error UntilAcknowledged Open Temperature 2000 2000 "temperature not a number"
        "The reading of a temperature is not a finite number."
    416 TemperaturePairDisagrees TemperatureSensor - Error UntilAcknowledged Limit Temperature 2000 5000 "temperature pair disagrees"
        "Two readings of the same temperature differ by more than allowed."
    // Current readings.
    420 CurrentMissing CurrentSensor - Fatal UntilAcknowledged Open Ticks 0 1000 "current missing"
        "No current arrived for longer than the permitted time without monitoring."
    421 CurrentStale CurrentSensor - Error SelfClearing Limit Ticks 0 500 "current stale"
        "No new current arrived for longer than several periods."
    422 CurrentStuck CurrentSensor - Error UntilAcknowledged Open Current 500 2000 "current stuck"
        "The current is bit-identical over many samples while the cell voltages jump."
    423 CurrentOutOfRange CurrentSensor - Error UntilAcknowledged Open Current 100 1000 "current out of range"
        "The current is outside the measuring range of the sensor."
    424 CurrentRate CurrentSensor - Warning SelfClearing Warn Current 0 2000 "current jumps"
        "The current changed faster than the circuit permits."
    425 CurrentNotFinite CurrentSensor - Error UntilAcknowledged Open Current 100 1000 "current not a number"
        "The reading of a current is not a finite number."
    426 CurrentOffset CurrentSensor - Error UntilAcknowledged Limit Current 2000 2000 "current sensor offset"
        "With open contactors the sensor reports more current than its permitted offset."
    427 CurrentPairDisagrees Pack - Error UntilAcknowledged Limit Current 500 1000 "current sensors disagree"
        "The two current sensors differ by more than allowed."
    // Pack, link and isolation readings.
    430 PackVoltageMissing Pack - Error UntilAcknowledged Limit Ticks 0 1000 "pack voltage missing"
        "No pack voltage arrived for longer than allowed."
    431 PackVoltageStale Pack - Warning SelfClearing Warn Ticks 0 500 "pack voltage stale"
        "No new pack voltage arrived for longer than several periods."
    432 PackVoltageStuck Pack - Warning UntilAcknowledged Warn Pack 500 2000 "pack voltage stuck"
        "The pack voltage is bit-identical over many samples while the sum of the cells changes."
    433 PackVoltageOutOfRange Pack - Error UntilAcknowledged Limit Pack 200 1000 "pack voltage out of range"
        "The pack voltage is outside the measuring range of the sensor."
    434 PackVoltageRate Pack - Warning SelfClearing Warn Pack 0 2000 "pack voltage jumps"
        "The pack voltage changed faster than the circuit permits."
    435 PackVoltageNotFinite Pack - Error UntilAcknowledged Limit Pack 200 1000 "pack voltage not a number"
        "The reading of the pack voltage is not a finite number."
    440 LinkVoltageMissing Pack - Error UntilAcknowledged Open Ticks 0 1000 "link voltage missing"
        "No link voltage arrived for longer than allowed."
    441 LinkVoltageStale Pack - Warning SelfClearing Warn Ticks 0 500 "link voltage stale"
        "No new link voltage arrived for longer than several periods."
    442 LinkVoltageStuck Pack - Warning UntilAcknowledged Warn Pack 500 2000 "link voltage stuck"
        "The link voltage is bit-identical over many samples while the sum of the cells changes."
    443 LinkVoltageOutOfRange Pack - Error UntilAcknowledged Limit Pack 200 1000 "link voltage out of range"
        "The link voltage is outside the measuring range of the sensor."
    444 LinkVoltageRate Pack - Warning SelfClearing Warn Pack 0 2000 "link voltage jumps"
        "The link voltage changed faster than the circuit permits."
    445 LinkVoltageNotFinite Pack - Error UntilAcknowledged Limit Pack 200 1000 "link voltage not a number"
        "The reading of the link voltage is not a finite number."
    // Front ends.
    450 FrontEndFrameCheck FrontEnd - Error SelfClearing Limit Ticks 100 1000 "front end frame check"
        "Frames of a front end have a wrong check sequence (PEC, CRC)."
    451 FrontEndTimeout FrontEnd - Error SelfClearing Limit Ticks 100 1000 "front end time-out"
        "A front end does not answer."
    452 FrontEndConfiguration FrontEnd - Error UntilAcknowledged Open Ticks 100 1000 "front end configuration"
        "The configuration read back from a front end differs from the one written."
    453 FrontEndMultiplexer FrontEnd - Error UntilAcknowledged Open Ticks 100 1000 "front end multiplexer"
        "The self-test of a front end reports a fault of its multiplexer or converter."
    // High voltage.
    500 IsolationWarning Pack - Warning SelfClearing Warn Pack 5000 10000 "isolation low"
        "The isolation resistance is below the warning threshold in ohm per volt."
    501 IsolationFault Pack - Fatal ThroughPowerCycles Open Pack 5000 10000 "isolation fault"
        "The isolation resistance is below the permitted ohm per volt."
    502 IsolationMonitorInvalid Pack - Error SelfClearing Limit Ticks 2000 2000 "isolation monitor invalid"
        "The isolation monitor gives no valid value."
    503 IsolationMonitorSelfTest Pack - Error UntilAcknowledged Limit Ticks 0 1000 "isolation monitor self-test"
        "The isolation monitor reports that its self-test failed."
    504 InterlockOpen Pack - Fatal UntilAcknowledged OpenAtOnce Ticks 20 1000 "interlock open"
        "The interlock loop of the high-voltage connectors is open or not reported."
    505 PrechargeTooSlow Pack - Error UntilAcknowledged Open Ticks 0 1000 "precharge too slow"
        "The link voltage did not reach its target within the time of the RC model: a leak or a load on the link."
    506 PrechargeTooFast Pack - Error UntilAcknowledged Open Ticks 0 1000 "precharge too fast"
        "The link voltage rose far faster than the RC model: the link is not connected."
    507 PrechargeOverCurrent Pack - Fatal UntilAcknowledged OpenAtOnce Current 20 1000 "precharge over-current"
        "The precharge current stays above that of a sound link: a short circuit."
    508 PrechargeResistorHot Pack - Error UntilAcknowledged Open Ticks 0 1000 "precharge resistor overheated"
        "The energy in the precharge resistor is above its budget."
    509 ContactorStuckOpen Contactor - Error UntilAcknowledged Open Ticks 200 1000 "contactor stuck open"
        "A contactor was commanded closed; its feedback says open and the link voltage does not follow."
    510 ContactorWelded Contactor - Fatal ThroughPowerCycles Open Ticks 200 1000 "contactor welded"
        "A contactor was commanded open and did not open."
    511 ContactorFeedback Contactor - Warning UntilAcknowledged Warn Ticks 200 1000 "contactor feedback mismatch"
        "The feedback of a contactor contradicts command and link voltage, or is not reported."
    512 ContactorEndOfLife Contactor - Warning SelfClearing Warn Ticks 0 1000 "contactor end of life"
        "A contactor reached its rated number of operations, or of operations under load."
    513 FuseBlown Pack - Fatal ThroughPowerCycles Open Pack 200 1000 "fuse blown"
        "With closed contactors and sound cells there is no pack voltage and no current."
    514 OpeningUnderLoad Pack - Warning UntilAcknowledged Warn Ticks 0 1000 "opening under load"
        "A contactor opened above its breaking current."
    515 Crash Pack - Fatal ThroughPowerCycles OpenAtOnce Ticks 0 1000 "crash"
        "The crash signal is on."
    516 EmergencyStop Pack - Fatal UntilAcknowledged OpenAtOnce Ticks 0 1000 "emergency stop"
        "The emergency stop is pressed."
    // Thermal.
    600 RunawaySuspected TemperatureSensor - Error UntilAcknowledged Limit Temperature 3000 10000 "thermal runaway suspected"
        "A temperature rises by at least 1 K/s."
    601 RunawayConfirmed TemperatureSensor - Fatal ThroughPowerCycles OpenAtOnce Temperature 3000 10000 "thermal runaway confirmed"
        "A temperature rises by at least 1 K/s, and it is at its maximum limit or a cell near it lost a quarter of its voltage (GB 38031-2025 C.5.3.7)."
    602 CoolantLost Pack - Error SelfClearing Limit Ticks 2000 5000 "coolant lost"
        "The pump runs and no coolant flows, or the coolant is not reported."
    603 HeaterStuckOn Pack - Error UntilAcknowledged Open Ticks 5000 5000 "heater stuck on"
        "The heater heats although it is commanded off."
    604 GasAlert Pack - Fatal ThroughPowerCycles Open Ticks 500 5000 "gas or pressure alert"
        "The gas or pressure sensor in the pack reports a vented cell."
    // Charging.
    700 ChargerOverVoltage Pack - Fatal UntilAcknowledged StopCharging Pack 200 1000 "charger voltage above request"
        "The voltage of the charger is above the requested one."
    701 ChargerOverCurrent Pack - Fatal UntilAcknowledged StopCharging Pack 200 1000 "charger current above request"
        "The current of the charger is above the requested one."
    702 ChargerDataStale Pack - Error UntilAcknowledged StopCharging Ticks 0 1000 "charger data stale"
        "No message of the charger arrived for longer than allowed."
    703 ChargerLimitInvalid Pack - Error UntilAcknowledged StopCharging Pack 100 1000 "charger limit invalid"
        "A limit of the charger is negative, not a number, or below its own minimum."
    704 ChargerPrechargeNotReached Pack - Error UntilAcknowledged StopCharging Ticks 10000 1000 "charger precharge not reached"
        "The charger did not bring its voltage to that of the pack in time."
    705 ConnectorLock Pack - Error UntilAcknowledged StopCharging Ticks 500 1000 "connector lock"
        "Energy flows, or is to flow, through an unlocked connector."
    706 InletOverTemperature Pack - Error UntilAcknowledged StopCharging Ticks 2000 5000 "inlet over-temperature"
        "The charging inlet is hotter than allowed, or its temperature is not a number or not reported while charging."
    707 CableCheckIsolation Pack - Fatal UntilAcknowledged StopCharging Ticks 500 1000 "isolation fault during cable check"
        "The isolation is below the permitted ohm per volt while the cable is checked."
    708 UnexpectedStop Pack - Warning SelfClearing StopCharging Ticks 0 1000 "unexpected stop"
        "The charger ended the session without a request."
    709 PlugRemovedUnderLoad Pack - Fatal UntilAcknowledged OpenAtOnce Ticks 0 1000 "plug removed under load"
        "The plug was pulled while charge current flowed."
    // Estimation.
    800 InnovationLockout Pack - Warning SelfClearing Warn Ticks 0 10000 "innovation gate locked out"
        "The estimator has rejected the cell voltages for longer than permitted."
    801 CovarianceReset Pack - Warning SelfClearing Warn Ticks 0 10000 "estimator restarted"
        "The estimator found its state invalid and restarted."
    802 SocImplausible Pack - Warning SelfClearing Limit Ticks 10000 30000 "state of charge implausible"
        "At rest the state of charge from the OCV contradicts the estimate."
    803 CapacityEndOfLife Pack - Warning SelfClearing Warn Ticks 10000 30000 "capacity at end of life"
        "The estimated capacity is below the end of life."
    804 ResistanceEndOfLife Pack - Warning SelfClearing Warn Ticks 10000 30000 "resistance at end of life"
        "The estimated resistance is above the end of life."
    // System.
    900 ConfigurationInvalid Pack - Fatal UntilAcknowledged Open Ticks 0 1000 "configuration invalid"
        "The check of the stored configuration failed."
    901 SnapshotCorrupt Pack - Warning UntilAcknowledged Warn Ticks 0 1000 "snapshot corrupt"
        "The snapshot is corrupt; defaults are used."
    902 SnapshotVersion Pack - Warning UntilAcknowledged Warn Ticks 0 1000 "snapshot of another version"
        "The snapshot is of another version or pack; defaults are used."
    903 TimeStepOutOfRange Pack - Fatal UntilAcknowledged Open Ticks 100 1000 "time step out of range"
        "The time since the last tick is zero, negative, not a number, or longer than allowed."
    904 TaskOverrun Pack - Warning SelfClearing Warn Ticks 0 1000 "task overrun"
        "A tick came later than allowed."
    905 SupplyUnderVoltage Pack - Error SelfClearing Limit Ticks 100 1000 "supply under-voltage"
        "The supply of the controller is below what contactors and sensors need."
    906 MemoryTest Pack - Fatal UntilAcknowledged Open Ticks 0 1000 "memory test"
        "The test of the controller memory failed."
    907 CommandStale Pack - Error SelfClearing Warn Ticks 0 100 "command stale"
        "No command message arrived for longer than allowed: the request counts as standby."
}

/// Number of faults in the catalogue.
pub const FAULTS: usize = CATALOGUE.len();

/// Slots that a scope needs: the number of its faults.
pub(crate) const fn slots(scope: Scope) -> usize {
    let (mut index, mut count) = (0, 0);
    while index < FAULTS {
        if CATALOGUE[index].scope as u8 == scope as u8 {
            count += 1;
        }
        index += 1;
    }
    count
}

/// For each fault its slot within its scope.
const SLOTS: [u8; FAULTS] = {
    let mut slots = [0; FAULTS];
    let mut counts = [0; 6];
    let mut index = 0;
    while index < FAULTS {
        let scope = CATALOGUE[index].scope as usize;
        slots[index] = counts[scope];
        counts[scope] += 1;
        index += 1;
    }
    slots
};

/// What a tick needs of a definition, one byte per fault, so that the whole catalogue is linked only where it is used.
#[derive(Clone, Copy, Debug)]
struct Traits(u8);

const TRAITS: [Traits; FAULTS] = {
    let mut traits = [Traits(0); FAULTS];
    let mut index = 0;
    while index < FAULTS {
        let entry = &CATALOGUE[index];
        traits[index] =
            Traits((entry.reaction as u8) << 4 | (entry.latch as u8) << 2 | entry.severity as u8);
        index += 1;
    }
    traits
};

impl FaultId {
    /// The fault at this index of the catalogue.
    pub(crate) fn at(index: usize) -> Option<Self> {
        IDS.get(index).copied()
    }

    const fn traits(self) -> u8 {
        TRAITS[self as usize].0
    }

    pub(crate) const fn severity(self) -> Severity {
        match self.traits() & 3 {
            0 => Severity::Information,
            1 => Severity::Warning,
            2 => Severity::Error,
            _ => Severity::Fatal,
        }
    }

    pub(crate) const fn latch(self) -> Latch {
        match self.traits() >> 2 & 3 {
            0 => Latch::SelfClearing,
            1 => Latch::UntilAcknowledged,
            _ => Latch::ThroughPowerCycles,
        }
    }

    pub(crate) const fn reaction(self) -> Reaction {
        match self.traits() >> 4 {
            0 => Reaction::Record,
            1 => Reaction::Warn,
            2 => Reaction::Limit,
            3 => Reaction::StopCharging,
            4 => Reaction::Open,
            _ => Reaction::OpenAtOnce,
        }
    }

    /// The entry of the catalogue.
    #[must_use]
    pub const fn definition(self) -> &'static FaultDefinition {
        // The identifiers are numbered as the table is: the index is within it. The compiler does not always know.
        let index = self as usize;
        if index < CATALOGUE.len() {
            &CATALOGUE[index]
        } else {
            &CATALOGUE[0]
        }
    }

    /// The fault with this stable number, if there is one.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        let index = CATALOGUE.partition_point(|entry| entry.number < number);
        let entry = CATALOGUE.get(index)?;
        (entry.number == number).then_some(entry.id)
    }

    /// Index in the debouncers of its scope.
    pub(crate) const fn slot(self) -> usize {
        SLOTS[self as usize] as usize
    }
}

#[cfg(test)]
mod tests {
    use super::{CATALOGUE, FaultId};

    #[test]
    fn what_a_tick_asks_is_what_the_catalogue_says() {
        for (index, entry) in CATALOGUE.iter().enumerate() {
            assert_eq!(FaultId::at(index), Some(entry.id));
            assert_eq!(entry.id.severity(), entry.severity);
            assert_eq!(entry.id.latch(), entry.latch);
            assert_eq!(entry.id.reaction(), entry.reaction);
        }
        assert_eq!(FaultId::at(CATALOGUE.len()), None);
    }
}
