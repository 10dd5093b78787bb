//! Which enumerations the C interface has, and what of them cannot be derived from bms-core.
//!
//! A variant that is added to one of these in bms-core needs nothing here: it is added to C with the next number. Numbers
//! of a published interface version never change; a variant is added at the end.

use super::Text;

/// An enumeration of the C interface.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) origin: Origin,
    /// Name in C; without one it is that of bms-core in snake case after `bms_`.
    pub(super) c: Option<&'static str>,
    /// What the names of the values begin with; without one it is the name in capitals.
    pub(super) prefix: Option<&'static str>,
    /// Value 0 for an absent one: name and documentation. The others are counted from 1 then.
    pub(super) none: Option<(&'static str, &'static str)>,
    /// A second enumeration of bms-core with the same names of values.
    pub(super) also: Option<&'static str>,
    /// Variants that are replaced by those of the enumeration that they carry.
    pub(super) nested: &'static [Nested],
    pub(super) text: Text,
}

/// Where an enumeration comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    /// An enumeration of bms-core, by its public path.
    Core(&'static str),
    /// Constants of bms-core, by their public paths, of this type. Counted from 1.
    Constants(&'static str, &'static [&'static str]),
    /// Written by hand in bms-ffi, where bms-core has none like it; the texts alone are derived.
    Interface,
}

/// A variant that is replaced by those of the enumeration that it carries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nested {
    /// The enumeration with the variant, and the variant.
    pub(super) variant: (&'static str, &'static str),
    /// Public path of the enumeration that it carries.
    pub(super) carries: &'static str,
    /// What the names of its values begin with.
    pub(super) prefix: &'static str,
    /// Number of the first of its values; without one they are counted on.
    pub(super) first: Option<i64>,
}

impl Entry {
    const fn new(origin: Origin, c: Option<&'static str>) -> Self {
        let text = Text::Name;
        Self {
            origin,
            c,
            prefix: None,
            none: None,
            also: None,
            nested: &[],
            text,
        }
    }

    const fn named(self, c: &'static str) -> Self {
        Self { c: Some(c), ..self }
    }

    const fn prefix(self, prefix: &'static str) -> Self {
        Self {
            prefix: Some(prefix),
            ..self
        }
    }

    const fn none(self, name: &'static str, doc: &'static str) -> Self {
        Self {
            none: Some((name, doc)),
            ..self
        }
    }

    const fn also(self, path: &'static str) -> Self {
        Self {
            also: Some(path),
            ..self
        }
    }

    const fn nested(self, nested: &'static [Nested]) -> Self {
        Self { nested, ..self }
    }

    const fn text(self, text: Text) -> Self {
        Self { text, ..self }
    }
}

const fn core(path: &'static str) -> Entry {
    Entry::new(Origin::Core(path), None)
}

const fn constants(c: &'static str, ty: &'static str, paths: &'static [&'static str]) -> Entry {
    Entry::new(Origin::Constants(ty, paths), Some(c))
}

const fn interface(c: &'static str) -> Entry {
    Entry::new(Origin::Interface, Some(c)).text(Text::Sentence)
}

/// The enumerations of the C interface.
pub(super) const TABLE: &[Entry] = &[
    interface("bms_status"),
    constants(
        "bms_preset",
        "bms_core::config::BmsConfig<'static>",
        &[
            "config::presets::NMC_96S",
            "config::presets::LFP_100S",
            "config::presets::NMC_13S",
        ],
    ),
    interface("bms_expected"),
    core("measurement::ChargerPhase"),
    core("measurement::Request"),
    core("measurement::Contactor"),
    core("control::Mode"),
    core("control::Refusal")
        .none("NONE", "The request is followed.")
        .text(Text::Sentence),
    core("control::LimitReason").text(Text::Sentence),
    core("protection::CurrentDirection").none("UNKNOWN", "Not known."),
    interface("bms_runaway"),
    core("protection::Severity"),
    core("protection::Reaction"),
    core("protection::Latch"),
    core("protection::Level").none(
        "NONE",
        "The fault is not one of three for the same quantity.",
    ),
    core("protection::Source").also("protection::Scope"),
    core("protection::EventKind"),
    core("snapshot::Slot").none("NONE", "Neither of the two."),
    constants(
        "bms_charging_preset",
        "bms_core::charging::ChargingConfig<'static>",
        &[
            "charging::presets::NMC_96S_CCS",
            "charging::presets::LFP_100S_CCS",
            "charging::presets::NMC_96S_NACS",
        ],
    ),
    core("charging::RequestReason").text(Text::Sentence),
    core("charging::Completion")
        .none("NONE", "The charge is not over.")
        .text(Text::Sentence),
    core("charging::Conditioning"),
    core("charging::EvErrorCode")
        .named("bms_ev_error")
        .text(Text::Code),
    core("charging::Pilot")
        .named("bms_pilot_kind")
        .prefix("BMS_PILOT"),
    core("charging::DischargeReason")
        .named("bms_give_back_reason")
        .text(Text::Sentence),
    constants(
        "bms_session_preset",
        "bms_core::charging::SessionConfig",
        &[
            "charging::SessionConfig::CCS",
            "charging::SessionConfig::GBT",
        ],
    ),
    core("charging::PrechargeBy"),
    core("charging::Ask"),
    core("charging::StationStatus").text(Text::Code),
    core("charging::StationIsolation"),
    core("charging::SessionState"),
    core("charging::WeldFinding").named("bms_weld"),
    core("charging::End")
        .named("bms_session_end")
        .none("NONE", "The session goes on, or there was none.")
        .text(Text::Sentence)
        .nested(&[
            Nested {
                variant: ("charging::End", "Complete"),
                carries: "charging::Completion",
                prefix: "",
                first: None,
            },
            Nested {
                variant: ("charging::End", "Stopped"),
                carries: "charging::StopCause",
                prefix: "BY_",
                first: Some(10),
            },
            Nested {
                variant: ("charging::End", "Failed"),
                carries: "charging::SessionFault",
                prefix: "",
                first: Some(20),
            },
            Nested {
                variant: ("charging::SessionFault", "ChargerInvalid"),
                carries: "charging::Distrust",
                prefix: "CHARGER_",
                first: None,
            },
        ]),
    core("charging::gbt::Stage").named("bms_gbt_stage"),
    core("charging::gbt::Signal2"),
];
