//! Chargers, and the controller itself.

use bms_core::units::to_volts;

use super::entry::{CHARGE, Entry, Onset, event, injections, isolation};
use crate::cell::physics::ZERO_CELSIUS_K;
use crate::fault::ChargerFault::{
    self, InletHot, LimitInvalid, MoreCurrent, NoPrecharge, Pulled, Silent, Stops, Unlocked,
    Voltage,
};
use crate::fault::FaultEvent::{CommandsLost, ConfigurationCheck, MemoryTest};
use crate::fault::FaultKind;

fn charger(fault: ChargerFault) -> Vec<FaultKind> {
    vec![FaultKind::Charger(fault)]
}

pub(super) fn add(entries: &mut Vec<Entry>) {
    injections! { entries:
        700 "charger voltage above the request, in volt" {magnitudes: &[6.0, 40.0], activities: CHARGE}
            |site, by| {
                let request_v = f64::from(to_volts(site.config().limits.pack_over_voltage.operating));
                charger(Voltage { voltage_v: request_v + by })
            };
        701 "reported charger current above the true one, in ampere" {magnitudes: &[250.0, 400.0], activities: CHARGE}
            |_, current_a| charger(MoreCurrent { current_a });
        702 "as named by the fault" {activities: CHARGE} |_, _| charger(Silent);
        703 "as named by the fault" {activities: CHARGE} |_, _| charger(LimitInvalid);
        704 "as named by the fault" {activities: CHARGE, onset: Onset::ChargerPrecharge, from_start: true}
            |_, _| charger(NoPrecharge);
        705 "as named by the fault" {activities: CHARGE} |_, _| charger(Unlocked);
        706 "temperature of the inlet, in degrees Celsius" {magnitudes: &[95.0, 110.0], activities: CHARGE}
            |_, degc| charger(InletHot { temperature_k: degc + ZERO_CELSIUS_K });
        707 "isolation resistance during the cable check, in ohm per volt"
            {magnitudes: &[20.0, 80.0], activities: CHARGE, onset: Onset::Session, from_start: true, also: &[&[500, 501]]}
            isolation;
        708 "as named by the fault" {activities: CHARGE} |_, _| charger(Stops);
        709 "as named by the fault" {activities: CHARGE, also: &[&[514]]} |_, _| charger(Pulled);
        900 "the check of the stored configuration fails" {} |_, _| event(ConfigurationCheck);
        905 "supply voltage of the controller, in volt" {magnitudes: &[3.0, 7.5]}
            |_, voltage_v| vec![FaultKind::Supply { voltage_v }];
        906 "the memory test fails" {} |_, _| event(MemoryTest);
        907 "commands are lost" {} |_, _| event(CommandsLost);
    }
}
