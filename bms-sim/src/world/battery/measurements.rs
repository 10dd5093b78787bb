//! Inputs of the core: the samples that arrived, and the states of the simulation that the core reads directly.

use bms_core::measurement::{
    ChargerMeasurement, ChargerMessage, ChargerPhase, Contactors, ControllerReport,
    CoolantMeasurement, IsolationReport, Measurements, Reading,
};
use bms_core::units::{amperes, kelvin, ohms, volts};

use super::World;
use crate::fault::{ChargerFault, FaultEvent, FaultKind};
use crate::sensor::SensorKind;
use crate::world::sensing::single;

/// Difference between the inlet's and the air's temperature, in kelvin.
const INLET_WARMER_K: f64 = 5.0;
/// Supply of the controller, in volt.
const SUPPLY_V: f64 = 13.5;
/// Ticks between two samples of it.
const SUPPLY_TICKS: u64 = 10;

impl World {
    /// The measurements that arrived in the last tick.
    pub fn measurements(&self, charger: ChargerMeasurement) -> Measurements<'_> {
        let sensing = &self.sensing;
        let has = |event: FaultEvent| {
            self.present(|kind| (*kind == FaultKind::Event(event)).then_some(()))
                .is_some()
        };
        let new = |kind: SensorKind| sensing.single(kind).map(single);
        let slow = sensing.temperatures_arrived;
        let closed = self.hv.closed();
        let thermal = self.plant.thermal();
        let (inlet_k, outlet_k) = thermal.map_or((self.air_k, self.air_k), |thermal| {
            (thermal.reservoir_k(), thermal.outlet_k())
        });
        let supply_is_due = self.ticks.is_multiple_of(SUPPLY_TICKS);
        let supply_v = self
            .present(|kind| match kind {
                FaultKind::Supply { voltage_v } => Some(*voltage_v),
                _ => None,
            })
            .unwrap_or(SUPPLY_V);
        Measurements {
            cells: if sensing.cells_arrived {
                &sensing.cells
            } else {
                &[]
            },
            temperatures: if slow { &sensing.temperatures } else { &[] },
            front_ends: &sensing.front_ends,
            current: reading(new(SensorKind::Current).map(amperes)),
            second_current: reading(new(SensorKind::SecondCurrent).map(amperes)),
            pack_voltage: reading(new(SensorKind::PackVoltage).map(volts)),
            link_voltage: reading(new(SensorKind::LinkVoltage).map(volts)),
            isolation: reading(new(SensorKind::Isolation).map(|ohm| IsolationReport {
                resistance: ohms(ohm),
                valid: !has(FaultEvent::IsolationMonitorInvalid),
                self_test_failed: has(FaultEvent::IsolationSelfTest),
            })),
            interlock_closed: Reading::New(!has(FaultEvent::InterlockOpen)),
            contactor_feedback: Contactors {
                main_positive: Reading::New(closed.main_positive),
                main_negative: Reading::New(closed.main_negative),
                precharge: Reading::New(closed.precharge),
            },
            crash: has(FaultEvent::Crash),
            emergency_stop: has(FaultEvent::EmergencyStop),
            gas_alert: reading(slow.then(|| has(FaultEvent::GasAlert))),
            coolant: CoolantMeasurement {
                inlet: reading(slow.then(|| kelvin(single(inlet_k)))),
                outlet: reading(slow.then(|| kelvin(single(outlet_k)))),
                flowing: reading(slow.then(|| self.pump_on && !self.coolant_is_lost())),
                heater_on: reading(slow.then(|| self.heats || has(FaultEvent::HeaterStuckOn))),
            },
            charger: self.charger(charger, slow),
            bleed_temperature: reading(slow.then(|| kelvin(single(self.bleed_k)))),
            controller: ControllerReport {
                supply: reading(supply_is_due.then(|| volts(single(supply_v)))),
                memory_test_failed: has(FaultEvent::MemoryTest),
                configuration_check_failed: has(FaultEvent::ConfigurationCheck),
            },
        }
    }

    /// The charger's inputs with their faults.
    fn charger(&self, inputs: ChargerMeasurement, slow: bool) -> ChargerMeasurement {
        let inlet_k = single(self.air_k + INLET_WARMER_K);
        let mut charger = ChargerMeasurement {
            inlet_temperature: reading(slow.then(|| kelvin(inlet_k))),
            ..inputs
        };
        let fault = self.present(|kind| match kind {
            FaultKind::Charger(fault) => Some(*fault),
            _ => None,
        });
        let Some(fault) = fault.filter(|_| inputs.plugged) else {
            return charger;
        };
        match fault {
            ChargerFault::Voltage { voltage_v } => {
                charger.message = inputs.message.map(|message| ChargerMessage {
                    voltage: volts(single(voltage_v)),
                    ..message
                });
            }
            ChargerFault::MoreCurrent { current_a } => {
                charger.message = inputs.message.map(|message| ChargerMessage {
                    current: message.current + amperes(single(current_a)),
                    ..message
                });
            }
            ChargerFault::Silent => charger.message = Reading::Waiting,
            ChargerFault::LimitInvalid => {
                charger.message = inputs.message.map(|message| ChargerMessage {
                    current_max: amperes(-1.0),
                    ..message
                });
            }
            ChargerFault::NoPrecharge => {
                charger.phase = ChargerPhase::Precharge;
                charger.message = inputs.message.map(|message| ChargerMessage {
                    voltage: volts(0.0),
                    ..message
                });
            }
            ChargerFault::Unlocked => charger.locked = false,
            ChargerFault::Stops => charger.phase = ChargerPhase::Stopped,
            ChargerFault::Pulled => {
                charger.plugged = false;
                charger.phase = ChargerPhase::Idle;
                charger.message = Reading::Waiting;
            }
            ChargerFault::InletHot { temperature_k } => {
                charger.inlet_temperature = reading(slow.then(|| kelvin(single(temperature_k))));
            }
        }
        charger
    }
}

fn reading<T>(value: Option<T>) -> Reading<T> {
    value.map_or(Reading::Waiting, Reading::New)
}
