//! Isolation, precharge, contactors, and faults that open them.

use bms_core::units::to_volts;

use super::{ALL, CONNECTED, DRIVE, Entry, Onset, PACK_UNDER, entry, on_contactor};
use crate::campaign::bench::fault;
use crate::campaign::site::Activity::Opening;
use crate::campaign::site::Site;
use crate::fault::FaultKind;

/// A resistance to the chassis, given in ohm per volt of the present voltage.
pub(super) fn isolation(site: &Site, ohm_per_v: f64) -> Vec<FaultKind> {
    let cell = &site.config().cell;
    #[expect(clippy::cast_possible_truncation, reason = "a share")]
    let soc = bms_core::units::ratio(site.point.soc as f32);
    let cell_v = f64::from(to_volts(cell.ocv(soc, bms_core::units::celsius(25.0))));
    let pack_v = cell_v * site.config().layout.cells as f64;
    vec![FaultKind::Isolation {
        resistance_ohm: ohm_per_v * pack_v,
    }]
}
/// Isolation, interlock and precharge.
pub(super) fn isolation_and_precharge(entries: &mut Vec<Entry>) {
    let event = |number, activities, also, inject, what| Entry {
        activities,
        inject,
        also,
        ..entry(fault(number), what)
    };
    entries.push(Entry {
        magnitudes: &[150.0, 300.0],
        ..event(
            500,
            ALL,
            &[],
            isolation,
            "isolation resistance, in ohm per volt",
        )
    });
    entries.push(Entry {
        magnitudes: &[10.0, 50.0],
        ..event(
            501,
            ALL,
            &[&[500]],
            isolation,
            "isolation resistance, in ohm per volt",
        )
    });
    entries.push(event(
        502,
        ALL,
        &[],
        |_, _| vec![FaultKind::IsolationMonitorInvalid],
        "the isolation monitor marks its values as invalid",
    ));
    entries.push(event(
        503,
        ALL,
        &[],
        |_, _| vec![FaultKind::IsolationSelfTest],
        "the self-test of the isolation monitor fails",
    ));
    entries.push(event(
        504,
        ALL,
        &[&[514]],
        |_, _| vec![FaultKind::InterlockOpen],
        "the interlock loop is open",
    ));
    entries.push(Entry {
        magnitudes: &[800.0, 1400.0],
        onset: Onset::Precharge,
        from_start: true,
        within_s: Some(2.0),
        ..event(
            505,
            DRIVE,
            &[&[508]],
            |_, resistance_ohm| vec![FaultKind::LinkShort { resistance_ohm }],
            "resistance across the link during precharge, in ohm",
        )
    });
    entries.push(Entry {
        magnitudes: &[0.5, 5.0],
        onset: Onset::Precharge,
        from_start: true,
        within_s: Some(0.5),
        ..event(
            507,
            DRIVE,
            &[&[505, 508]],
            |_, resistance_ohm| vec![FaultKind::LinkShort { resistance_ohm }],
            "resistance across the link during precharge, in ohm",
        )
    });
}

/// Contactors, fuse, crash.
pub(super) fn contactors(entries: &mut Vec<Entry>) {
    let event = |number, activities, also, inject, what| Entry {
        activities,
        inject,
        also,
        ..entry(fault(number), what)
    };
    entries.push(Entry {
        names: on_contactor,
        ..event(
            509,
            DRIVE,
            &[&[307, 444, 514]],
            |site, _| vec![FaultKind::ContactorStuckOpen(site.contactor)],
            "a main contactor opens without a command",
        )
    });
    entries.push(Entry {
        names: on_contactor,
        onset: Onset::Opening,
        cannot_open: true,
        ..event(
            510,
            &[Opening],
            &[],
            |site, _| vec![FaultKind::ContactorWelded(site.contactor)],
            "a main contactor does not open on command",
        )
    });
    entries.push(event(
        513,
        DRIVE,
        &[PACK_UNDER, &[306, 307, 434, 444]],
        |_, _| vec![FaultKind::FuseMelted],
        "the fuse has melted",
    ));
    entries.push(event(
        514,
        DRIVE,
        &[&[515]],
        |_, _| vec![FaultKind::Crash],
        "crash signal: the contactors open under the current of a drive",
    ));
    entries.push(event(
        515,
        ALL,
        &[&[514]],
        |_, _| vec![FaultKind::Crash],
        "a crash",
    ));
    entries.push(event(
        516,
        ALL,
        &[&[514]],
        |_, _| vec![FaultKind::EmergencyStop],
        "the emergency stop is pressed",
    ));
}

/// Coolant, heater, gas.
pub(super) fn cooling(entries: &mut Vec<Entry>) {
    let event = |number, activities, also, inject, what| Entry {
        activities,
        inject,
        also,
        ..entry(fault(number), what)
    };
    entries.push(event(
        602,
        CONNECTED,
        &[],
        |_, _| vec![FaultKind::CoolantLost],
        "the pump runs without coolant flow",
    ));
    entries.push(event(
        603,
        ALL,
        &[],
        |_, _| vec![FaultKind::HeaterStuckOn],
        "the heater draws power while commanded off",
    ));
    entries.push(event(
        604,
        ALL,
        &[],
        |_, _| vec![FaultKind::GasAlert],
        "the gas sensor reports a vented cell",
    ));
}
