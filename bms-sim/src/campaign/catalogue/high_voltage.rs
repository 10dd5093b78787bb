//! Isolation, precharge, contactors, and faults that open them.

use super::entry::{
    CONNECTED, DRIVE, Entry, Onset, PACK_UNDER, event, injections, isolation, on_contactor,
};
use crate::campaign::site::Activity::Opening;
use crate::fault::FaultEvent::{
    CoolantLost, Crash, EmergencyStop, FuseMelted, GasAlert, HeaterStuckOn, InterlockOpen,
    IsolationMonitorInvalid, IsolationSelfTest,
};
use crate::fault::FaultKind;

pub(super) fn add(entries: &mut Vec<Entry>) {
    injections! { entries:
        500 "isolation resistance, in ohm per volt" {magnitudes: &[150.0, 300.0]} isolation;
        501 "isolation resistance, in ohm per volt" {magnitudes: &[10.0, 50.0], also: &[&[500]]} isolation;
        502 "the isolation monitor marks its values as invalid" {} |_, _| event(IsolationMonitorInvalid);
        503 "the self-test of the isolation monitor fails" {} |_, _| event(IsolationSelfTest);
        504 "the interlock loop is open" {also: &[&[514]]} |_, _| event(InterlockOpen);
        505 "resistance across the link during precharge, in ohm"
            {magnitudes: &[800.0, 1400.0], onset: Onset::Precharge, from_start: true, within_s: Some(2.0), activities: DRIVE,
             also: &[&[508]]}
            |_, resistance_ohm| vec![FaultKind::LinkShort { resistance_ohm }];
        507 "resistance across the link during precharge, in ohm"
            {magnitudes: &[0.5, 5.0], onset: Onset::Precharge, from_start: true, within_s: Some(0.5), activities: DRIVE,
             also: &[&[505, 508]]}
            |_, resistance_ohm| vec![FaultKind::LinkShort { resistance_ohm }];
        509 "a main contactor opens without a command"
            {names: on_contactor, activities: DRIVE, also: &[&[307, 444, 514]]}
            |site, _| vec![FaultKind::ContactorStuckOpen(site.contactor)];
        510 "a main contactor does not open on command"
            {names: on_contactor, onset: Onset::Opening, cannot_open: true, activities: &[Opening]}
            |site, _| vec![FaultKind::ContactorWelded(site.contactor)];
        513 "the fuse has melted" {activities: DRIVE, also: &[PACK_UNDER, &[306, 307, 434, 444]]}
            |_, _| event(FuseMelted);
        514 "crash signal: the contactors open under the current of a drive" {activities: DRIVE, also: &[&[515]]}
            |_, _| event(Crash);
        515 "a crash" {also: &[&[514]]} |_, _| event(Crash);
        516 "the emergency stop is pressed" {also: &[&[514]]} |_, _| event(EmergencyStop);
        602 "the pump runs without coolant flow" {activities: CONNECTED} |_, _| event(CoolantLost);
        603 "the heater draws power while commanded off" {} |_, _| event(HeaterStuckOn);
        604 "the gas sensor reports a vented cell" {} |_, _| event(GasAlert);
    }
}
