//! The catalogue of faults as Markdown, for `docs/faults.md`.

use std::fmt::Write as _;

use bms_core::config::presets::NMC_96S;
use bms_core::protection::{
    CATALOGUE, FaultDefinition, FaultId, Latch, Level, Reaction, Scope, Severity,
};
use bms_core::units::{Time, to_seconds};

/// Faults of one kind.
#[derive(Debug)]
pub struct Group {
    /// Numbers from here on.
    first: u16,
    title: &'static str,
    /// The file in `bms-core/tests/fault_catalogue` that holds their tests.
    pub file: &'static str,
}

const GROUPS: [Group; 10] = [
    group_of(100, "Cell voltages and temperatures", "cells"),
    group_of(200, "Current", "current"),
    group_of(300, "Pack", "pack"),
    group_of(400, "Readings", "readings"),
    group_of(450, "Front ends", "front_ends"),
    group_of(500, "High voltage", "high_voltage"),
    group_of(600, "Thermal", "thermal"),
    group_of(700, "Charging", "charging"),
    group_of(800, "Estimates", "estimates"),
    group_of(900, "System", "system"),
];

const fn group_of(first: u16, title: &'static str, file: &'static str) -> Group {
    Group { first, title, file }
}

/// The group that a number belongs to.
pub fn group(number: u16) -> &'static Group {
    let end = GROUPS.partition_point(|group| group.first <= number);
    &GROUPS[end.saturating_sub(1)]
}

/// The names of the test that provokes a fault, and of the one just inside its limit that does not.
pub fn test_names(fault: FaultId) -> (String, String) {
    let mut name = String::new();
    for letter in format!("{fault:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    (
        format!("{name}_is_found"),
        format!("{name}_is_not_found_inside"),
    )
}

const INTRODUCTION: &str = "\
# Faults

Written by `cargo xtask faults`; a test fails if this file is stale.

A check reports a *condition*: a cell above its limit, a missing message. A condition that persists for its *qualify* time
becomes a *fault*: it is recorded and its reaction takes effect. The fault is cleared when the condition has been absent for
its *recover* time and the latch permits.

- **Number** is stable and never reused. Diagnostic tools, logs and C programs should store it.
- **Severity**: *information* is recorded only; a *warning* concerns the driver or a workshop; an *error* restricts use or
  charging of the battery; a *fatal* fault disconnects it.
- **Level**: many limits have three. *Operating* is the end of ordinary use, *recommended* the point from which currents are
  reduced, *maximum* the point at which the contactors open (foxBMS: MOL, RSL and MSL).
- **Qualify** and **recover** are default times in milliseconds; a configuration may set others (`FaultTimings`). They are
  counted on new samples of the checked reading: a repeated sample does not count.
- **Latch**: a *self-clearing* fault clears by itself. *Until acknowledged*: it needs an acknowledgement or a power cycle.
  *Through power cycles*: it needs an acknowledgement, regardless of power cycles.
- **Reaction** lasts as long as the fault; each includes those before it in this list: *record* it, *warn* the driver,
  *limit* the currents, *stop charging*, *open* (request zero current, wait for it for a bounded time, then open the
  contactors), *open at once* (without waiting).
- **Names** is the source in the record of the fault: the cell, the sensor, the contactor. Counting begins at 0.
- **Budget** is the longest time from the first moment at which the readings could contain the condition until the fault is
  reported, and from there until the reaction has had its effect; in milliseconds, for the preset `NMC_96S` with its 10 ms
  tick. Compare the sum with the fault-tolerant time interval of the hazard. Where a condition needs time of its own to
  develop (the thermal load of a fuse, a precharge, an energy balance), the budget counts from its onset.
  `BmsConfig::budget` computes it for another configuration.
- **Tests** are in `bms-core/tests/fault_catalogue`: the first provokes the fault, asserts its source and that it is reported
  within its budget; the second stays just inside the limit for at least twice the budget and asserts that the fault is not
  reported. A dash: no test provokes the fault from outside yet.

The library is not certified to any functional-safety standard.
";

/// The whole document.
pub fn markdown() -> String {
    let mut text = String::from(INTRODUCTION);
    for group in &GROUPS {
        let _ = write!(
            text,
            "\n## {}\n\nTests: `bms-core/tests/fault_catalogue/{}.rs`.\n\n{HEAD}",
            group.title, group.file
        );
        let members = CATALOGUE
            .iter()
            .filter(|entry| self::group(entry.number).first == group.first);
        for entry in members {
            row(&mut text, entry, !WITHOUT_INPUT.contains(&entry.id));
        }
    }
    text
}

const HEAD: &str = "\
| number | name | severity | level | qualify / recover, ms | latch | reaction | names | budget, ms | condition | tests |
|---|---|---|---|---|---|---|---|---|---|---|
";

fn row(text: &mut String, entry: &FaultDefinition, tested: bool) {
    let budget = NMC_96S.budget(entry.id);
    let tests = if tested {
        let (found, not_found) = test_names(entry.id);
        format!("`{found}`, `{not_found}`")
    } else {
        String::from("-")
    };
    let _ = writeln!(
        text,
        "| {} | {} | {} | {} | {} / {} | {} | {} | {} | {} + {} | {} | {tests} |",
        entry.number,
        entry.name(),
        severity(entry.severity),
        entry.level.map_or("-", level),
        entry.qualify_ms,
        entry.recover_ms,
        latch(entry.latch),
        reaction(entry.reaction),
        scope(entry.scope),
        milliseconds(budget.detection),
        milliseconds(budget.reaction),
        entry.id.condition(),
    );
}

pub fn milliseconds(time: Time) -> f32 {
    (1e3 * to_seconds(time)).round()
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Information => "information",
        Severity::Warning => "warning",
        Severity::Error => "error",
        Severity::Fatal => "fatal",
    }
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::Operating => "operating",
        Level::Recommended => "recommended",
        Level::Maximum => "maximum",
    }
}

pub const fn latch(latch: Latch) -> &'static str {
    match latch {
        Latch::SelfClearing => "self-clearing",
        Latch::UntilAcknowledged => "until acknowledged",
        Latch::ThroughPowerCycles => "through power cycles",
    }
}

pub const fn reaction(reaction: Reaction) -> &'static str {
    match reaction {
        Reaction::Record => "record",
        Reaction::Warn => "warn",
        Reaction::Limit => "limit",
        Reaction::StopCharging => "stop charging",
        Reaction::Open => "open",
        Reaction::OpenAtOnce => "open at once",
    }
}

const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Cell => "cell",
        Scope::TemperatureSensor => "temperature sensor",
        Scope::CurrentSensor => "current sensor",
        Scope::Contactor => "contactor",
        Scope::FrontEnd => "front end",
        Scope::Pack => "pack",
    }
}

/// Faults that nothing can provoke from outside yet: no snapshot is read back.
pub const WITHOUT_INPUT: [FaultId; 2] = [FaultId::SnapshotCorrupt, FaultId::SnapshotVersion];
