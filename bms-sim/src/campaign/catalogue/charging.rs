//! Chargers, and the controller itself.

use bms_core::units::to_volts;

use super::high_voltage::isolation;
use super::{CHARGE, Entry, Onset, entry};
use crate::campaign::bench::fault;
use crate::cell::physics::ZERO_CELSIUS_K;
use crate::fault::{ChargerFault, FaultKind};

/// Faults of chargers.
pub(super) fn charging(entries: &mut Vec<Entry>) {
    let charger = |number, also, inject, what| Entry {
        activities: CHARGE,
        inject,
        also,
        ..entry(fault(number), what)
    };
    entries.push(Entry {
        magnitudes: &[6.0, 40.0],
        ..charger(
            700,
            &[],
            |site, by| {
                let asked_v = f64::from(to_volts(site.config().limits.pack_over_voltage.operating));
                vec![FaultKind::Charger(ChargerFault::Voltage {
                    voltage_v: asked_v + by,
                })]
            },
            "charger voltage above the request, in volt",
        )
    });
    entries.push(Entry {
        magnitudes: &[250.0, 400.0],
        ..charger(
            701,
            &[],
            |_, current_a| vec![FaultKind::Charger(ChargerFault::MoreCurrent { current_a })],
            "reported charger current above the true one, in ampere",
        )
    });
    let says = |number, also, inject| charger(number, also, inject, "as named by the fault");
    entries.push(says(702, &[], |_, _| {
        vec![FaultKind::Charger(ChargerFault::Silent)]
    }));
    entries.push(says(703, &[], |_, _| {
        vec![FaultKind::Charger(ChargerFault::LimitInvalid)]
    }));
    entries.push(Entry {
        onset: Onset::ChargerPrecharge,
        from_start: true,
        ..says(704, &[], |_, _| {
            vec![FaultKind::Charger(ChargerFault::NoPrecharge)]
        })
    });
    entries.push(says(705, &[], |_, _| {
        vec![FaultKind::Charger(ChargerFault::Unlocked)]
    }));
    entries.push(Entry {
        magnitudes: &[95.0, 110.0],
        ..charger(
            706,
            &[],
            |_, degc| {
                vec![FaultKind::Charger(ChargerFault::InletHot {
                    temperature_k: degc + ZERO_CELSIUS_K,
                })]
            },
            "temperature of the inlet, in degrees Celsius",
        )
    });
    entries.push(Entry {
        magnitudes: &[20.0, 80.0],
        onset: Onset::Session,
        from_start: true,
        ..charger(
            707,
            &[&[500, 501]],
            isolation,
            "isolation resistance during the cable check, in ohm per volt",
        )
    });
    entries.push(says(708, &[], |_, _| {
        vec![FaultKind::Charger(ChargerFault::Stops)]
    }));
    entries.push(says(709, &[&[514]], |_, _| {
        vec![FaultKind::Charger(ChargerFault::Pulled)]
    }));
}
/// The controller.
pub(super) fn system(entries: &mut Vec<Entry>) {
    let event = |number, also, inject, what| Entry {
        inject,
        also,
        ..entry(fault(number), what)
    };
    entries.push(event(
        900,
        &[],
        |_, _| vec![FaultKind::ConfigurationCheck],
        "the check of the stored configuration fails",
    ));
    entries.push(Entry {
        magnitudes: &[3.0, 7.5],
        ..event(
            905,
            &[],
            |_, voltage_v| vec![FaultKind::Supply { voltage_v }],
            "supply voltage of the controller, in volt",
        )
    });
    entries.push(event(
        906,
        &[],
        |_, _| vec![FaultKind::MemoryTest],
        "the memory test fails",
    ));
    entries.push(event(
        907,
        &[],
        |_, _| vec![FaultKind::CommandsLost],
        "commands are lost",
    ));
}
