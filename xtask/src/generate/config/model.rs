//! The model of configurations: structs, their fields with kinds and units, and the numbered paths of all fields.

use super::formal::{Entries, Formal, Range};
use crate::generate::source::{Field, Source, Struct};

/// A physical quantity.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Quantity {
    /// Type in Rust.
    pub(crate) ty: &'static str,
    /// Constructor and reader in `bms_core::units`.
    pub(crate) make: &'static str,
    /// Reader in `bms_core::units`.
    pub(crate) get: &'static str,
    /// Suffix of names in C and in files.
    pub(crate) suffix: &'static str,
    /// Unit of a range; empty for a ratio.
    pub(crate) unit: &'static str,
}

const fn quantity(
    ty: &'static str,
    [make, get]: [&'static str; 2],
    [suffix, unit]: [&'static str; 2],
) -> Quantity {
    Quantity {
        ty,
        make,
        get,
        suffix,
        unit,
    }
}

/// Quantities of configurations.
static QUANTITIES: [Quantity; 11] = [
    quantity("ElectricPotential", ["volts", "to_volts"], ["_v", "V"]),
    quantity("ElectricCurrent", ["amperes", "to_amperes"], ["_a", "A"]),
    quantity("ElectricalResistance", ["ohms", "to_ohms"], ["_ohm", "ohm"]),
    quantity("ElectricCharge", ["coulombs", "to_coulombs"], ["_c", "C"]),
    quantity("Time", ["seconds", "to_seconds"], ["_s", "s"]),
    quantity(
        "ThermodynamicTemperature",
        ["kelvin", "to_kelvin"],
        ["_k", "K"],
    ),
    quantity(
        "TemperatureInterval",
        ["kelvin_interval", "to_kelvin_interval"],
        ["_k", "K"],
    ),
    quantity("Capacitance", ["farads", "to_farads"], ["_f", "F"]),
    quantity("Energy", ["joules", "to_joules"], ["_j", "J"]),
    quantity("Power", ["watts", "to_watts"], ["_w", "W"]),
    quantity("Ratio", ["ratio", "to_ratio"], ["_ratio", ""]),
];

/// Other units that a range may be written in: quantity, unit, constructor, reader.
const OTHER_UNITS: [(&str, &str, &str, &str); 2] = [
    ("ThermodynamicTemperature", "degC", "celsius", "to_celsius"),
    ("ElectricCharge", "Ah", "amp_hours", "to_amp_hours"),
];

/// What a field is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A bare number.
    Number,
    /// A whole number of this type.
    Whole(&'static str),
    /// A truth value.
    Flag,
    /// A quantity.
    Quantity(&'static Quantity),
    /// A table of numbers.
    Table,
    /// A table of small numbers.
    Indices,
    /// A struct of the schema, such as `Levels`, with its type argument.
    Group(String, Option<Box<Kind>>),
    /// What is not visited; its type.
    Opaque(String),
}

/// A field.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    /// Name.
    pub(crate) name: String,
    /// Name in C and in files.
    pub(crate) c_name: String,
    /// What it is.
    pub(crate) kind: Kind,
    /// What its documentation states.
    pub(crate) formal: Formal,
}

/// A struct.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// Name.
    pub(crate) name: String,
    /// Outermost module, such as `config`.
    pub(crate) module: String,
    /// Whether it has a lifetime.
    pub(crate) has_lifetime: bool,
    /// Whether it has a type parameter.
    pub(crate) is_generic: bool,
    /// Lines of documentation.
    pub(crate) doc: Vec<String>,
    /// Fields.
    pub(crate) fields: Vec<Described>,
}

/// A struct with a validation of its own, whose fields are checked together.
#[derive(Clone, Debug)]
pub(crate) struct Root {
    /// Its struct.
    pub(crate) section: String,
    /// Number of its first field.
    pub(crate) first: u16,
}

/// A numbered field.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// Path, such as `limits.fuse.cooling`.
    pub(crate) path: String,
    /// The same with the names of C.
    pub(crate) c_path: String,
    /// Quantity of a number, also that of the levels of a group.
    pub(crate) kind: Kind,
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Model {
    /// Structs.
    pub(crate) sections: Vec<Section>,
    /// Structs with a validation of their own.
    pub(crate) roots: Vec<Root>,
    /// Fields by number.
    pub(crate) leaves: Vec<Leaf>,
}

/// The roots with what their fields' paths begin with. Those within `BmsConfig` stand before it.
const ROOTS: [(&str, &str); 9] = [
    ("CellParameters", "cell."),
    ("EstimatorTuning", "estimator."),
    ("DeltaTuning", "deltas."),
    ("CapacityTuning", "capacity."),
    ("BmsConfig", ""),
    ("ChargingConfig", ""),
    ("SessionConfig", ""),
    ("OnBoardCharger", ""),
    ("BidirectionalConfig", ""),
];

impl Model {
    /// Reads the model.
    ///
    /// # Errors
    /// Documentation that does not state what it has to state.
    pub(crate) fn read(core: &Source) -> Result<Self, String> {
        let mut model = Self {
            sections: Vec::new(),
            roots: Vec::new(),
            leaves: Vec::new(),
        };
        for (name, _) in ROOTS {
            model.add(core, name)?;
        }
        for (name, prefix) in ROOTS {
            let first = u16::try_from(model.leaves.len()).map_err(|error| error.to_string())?;
            model.roots.push(Root {
                section: name.to_owned(),
                first,
            });
            let mut leaves = Vec::new();
            model.collect(name, [prefix, prefix], None, &mut leaves)?;
            model.leaves.extend(leaves);
        }
        Ok(model)
    }

    fn add(&mut self, core: &Source, name: &str) -> Result<(), String> {
        if self.sections.iter().any(|section| section.name == name) {
            return Ok(());
        }
        let found: Vec<&Struct> = core
            .structs
            .iter()
            .filter(|found| {
                found.name == name
                    && ["cell", "estimation", "config", "charging"]
                        .contains(&found.module.split("::").next().unwrap_or_default())
                    && !found.module.starts_with("charging::gbt")
            })
            .collect();
        let [found] = found.as_slice() else {
            return Err(format!("bms-core has {} structs {name}", found.len()));
        };
        let fields: Vec<Described> = found
            .fields
            .iter()
            .map(|field| {
                described(core, field).map_err(|error| format!("{name}.{}: {error}", field.name))
            })
            .collect::<Result<_, _>>()?;
        for field in &fields {
            if let Kind::Group(group, _) = &field.kind {
                self.add(core, group)?;
            }
        }
        self.sections.push(Section {
            name: name.to_owned(),
            module: found
                .module
                .split("::")
                .next()
                .unwrap_or_default()
                .to_owned(),
            has_lifetime: found.generics.contains('\''),
            is_generic: found.generics.contains('T'),
            doc: found.doc.clone(),
            fields,
        });
        Ok(())
    }

    /// The struct with a name.
    ///
    /// # Errors
    /// Where there is none.
    pub(crate) fn section(&self, name: &str) -> Result<&Section, String> {
        self.sections
            .iter()
            .find(|section| section.name == name)
            .ok_or_else(|| format!("the schema has no struct {name}"))
    }

    /// The root with the name of its struct.
    #[must_use]
    pub(crate) fn root(&self, name: &str) -> Option<&Root> {
        self.roots.iter().find(|root| root.section == name)
    }

    /// The fields of a struct in order, without those of other roots within it.
    fn collect(
        &self,
        name: &str,
        [path, c_path]: [&str; 2],
        argument: Option<&Kind>,
        leaves: &mut Vec<Leaf>,
    ) -> Result<(), String> {
        for field in &self.section(name)?.fields {
            let (path, c_path) = (
                format!("{path}{}", field.name),
                format!("{c_path}{}", field.c_name),
            );
            match argued(&field.kind, argument) {
                Kind::Opaque(_) => {}
                Kind::Group(group, _) if self.root(&group).is_some() => {}
                Kind::Group(group, inner) => self.collect(
                    &group,
                    [&format!("{path}."), &format!("{c_path}.")],
                    inner.as_deref(),
                    leaves,
                )?,
                kind => leaves.push(Leaf { path, c_path, kind }),
            }
        }
        Ok(())
    }

    /// How many numbers a field takes in its root.
    ///
    /// # Errors
    /// Where a struct is missing.
    pub(crate) fn count(&self, kind: &Kind) -> Result<u16, String> {
        let mut leaves = Vec::new();
        match kind {
            Kind::Opaque(_) => return Ok(0),
            Kind::Group(group, _) if self.root(group).is_some() => return Ok(0),
            Kind::Group(group, inner) => {
                self.collect(group, ["", ""], inner.as_deref(), &mut leaves)?;
            }
            _ => return Ok(1),
        }
        u16::try_from(leaves.len()).map_err(|error| error.to_string())
    }
}

/// A kind with the type parameter replaced.
#[must_use]
pub(crate) fn argued(kind: &Kind, argument: Option<&Kind>) -> Kind {
    match kind {
        Kind::Opaque(parameter) if parameter == "T" => {
            argument.cloned().unwrap_or_else(|| kind.clone())
        }
        other => other.clone(),
    }
}

fn described(core: &Source, field: &Field) -> Result<Described, String> {
    let kind = kind(core, &field.ty);
    let formal = Formal::read(&field.doc)?;
    check(&kind, &formal)?;
    Ok(Described {
        c_name: c_name(&field.name, &kind),
        name: field.name.clone(),
        kind,
        formal,
    })
}

fn kind(core: &Source, ty: &str) -> Kind {
    if let Some(quantity) = QUANTITIES.iter().find(|quantity| quantity.ty == ty) {
        return Kind::Quantity(quantity);
    }
    for whole in ["u8", "u16", "u32", "usize"] {
        if ty == whole {
            return Kind::Whole(whole);
        }
    }
    match ty {
        "f32" => return Kind::Number,
        "bool" => return Kind::Flag,
        "&'a[f32]" => return Kind::Table,
        "&'a[u8]" => return Kind::Indices,
        "T" | "FaultTimings" => return Kind::Opaque(ty.to_owned()),
        _ => {}
    }
    let (name, rest) = ty.split_once('<').unwrap_or((ty, ""));
    if ty.starts_with('&') || !core.structs.iter().any(|found| found.name == name) {
        return Kind::Opaque(ty.to_owned());
    }
    let argument = rest
        .strip_suffix('>')
        .filter(|argument| !argument.starts_with('\''))
        .map(|argument| Box::new(kind(core, argument)));
    Kind::Group(name.to_owned(), argument)
}

/// The quantity of a number, or of the numbers of a group.
fn quantity_of(kind: &Kind) -> Option<&'static Quantity> {
    match kind {
        Kind::Quantity(quantity) => Some(quantity),
        Kind::Group(_, Some(argument)) => quantity_of(argument),
        _ => None,
    }
}

fn c_name(name: &str, kind: &Kind) -> String {
    let suffix = quantity_of(kind).map_or("", |quantity| quantity.suffix);
    let is_ratio = suffix == "_ratio" && (name.ends_with("_ratio") || name.ends_with("_soc"));
    format!("{name}{}", if is_ratio { "" } else { suffix })
}

/// A field that could be anything is not documented.
fn check(kind: &Kind, formal: &Formal) -> Result<(), String> {
    if formal.prose.is_empty() {
        return Err("has no documentation".to_owned());
    }
    let states_range = formal.range.is_some() || formal.rule.is_some();
    match kind {
        Kind::Number | Kind::Whole(_) | Kind::Quantity(_) | Kind::Table if !states_range => {
            return Err("states no `Range:` and no `Rule:`".to_owned());
        }
        Kind::Table | Kind::Indices if formal.entries.is_none() => {
            return Err("states no `Entries:`".to_owned());
        }
        Kind::Flag | Kind::Opaque(_) if formal.range.is_some() => {
            return Err("has no range".to_owned());
        }
        _ => {}
    }
    if let Kind::Quantity(quantity) = kind {
        let units = [
            formal.range.as_ref().map(|range| range.unit.as_str()),
            match &formal.default {
                Some(super::formal::Default::Number(_, unit)) => Some(unit),
                _ => None,
            },
        ];
        for unit in units.into_iter().flatten() {
            let (make, _) = unit_of(quantity, unit).unwrap_or_default();
            if make.is_empty() {
                return Err(format!(
                    "is stated in \"{unit}\", expected \"{}\"",
                    quantity.unit
                ));
            }
        }
    } else if formal
        .range
        .as_ref()
        .is_some_and(|range| !range.unit.is_empty())
    {
        return Err("states a unit beside that of its name".to_owned());
    }
    Ok(())
}

/// Constructor and reader of a quantity in a unit.
#[must_use]
pub(crate) fn unit_of(quantity: &Quantity, unit: &str) -> Option<(&'static str, &'static str)> {
    if unit == quantity.unit {
        return Some((quantity.make, quantity.get));
    }
    OTHER_UNITS
        .iter()
        .find(|other| other.0 == quantity.ty && other.1 == unit)
        .map(|other| (other.2, other.3))
}

/// A number in SI units.
#[must_use]
pub(crate) fn in_si(value: f32, unit: &str) -> f32 {
    match unit {
        "degC" => value + 273.15,
        "Ah" => value * 3600.0,
        _ => value,
    }
}

impl Described {
    /// The range, where one is stated that is checked.
    #[must_use]
    pub(crate) fn range(&self) -> Option<&Range> {
        let range = self.formal.range.as_ref()?;
        (range.low.is_some() || range.increasing.is_some()).then_some(range)
    }

    /// How the numbers of entries of a table are counted.
    #[must_use]
    pub(crate) const fn entries(&self) -> Option<&Entries> {
        self.formal.entries.as_ref()
    }
}
