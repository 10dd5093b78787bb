//! What a field of bms-core is in C: its type, and the conversions.

use crate::generate::enumerations::Enumerations;
use crate::generate::source::Source;

/// A quantity: type in bms-core, constructor there, unit at the end of names in C.
const QUANTITIES: [(&str, &str, &str); 12] = [
    ("ElectricPotential", "volts", "v"),
    ("ElectricCurrent", "amperes", "a"),
    ("ElectricalResistance", "ohms", "ohm"),
    ("ElectricCharge", "coulombs", "c"),
    ("Time", "seconds", "s"),
    ("ThermodynamicTemperature", "kelvin", "k"),
    ("TemperatureInterval", "kelvin_interval", "k"),
    ("Capacitance", "farads", "f"),
    ("Energy", "joules", "j"),
    ("Power", "watts", "w"),
    ("Ratio", "ratio", "ratio"),
    ("Mass", "kilograms", "kg"),
];

/// The same on both sides.
const PLAIN: [&str; 9] = ["f32", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"];

/// A field in C.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    /// Type.
    pub(super) c: String,
    /// Nothing at all.
    pub(super) zero: String,
    /// From bms-core; `{}` is the value there.
    pub(super) from_core: String,
    /// To bms-core; `{}` is the value in C. Empty where there is no way.
    pub(super) to_core: String,
    /// What documentation says besides.
    pub(super) doc: String,
    /// The unit at the end of the name; empty without one.
    pub(super) unit: &'static str,
}

impl Leaf {
    fn new(c: &str, zero: &str, from_core: &str, to_core: &str) -> Self {
        let [c, zero, from_core, to_core] = [c, zero, from_core, to_core].map(str::to_owned);
        Self {
            c,
            zero,
            from_core,
            to_core,
            doc: String::new(),
            unit: "",
        }
    }

    fn with_doc(self, doc: &str) -> Self {
        Self {
            doc: doc.to_owned(),
            ..self
        }
    }

    /// Of an optional value, with its presence beside it.
    pub(super) fn optional(self) -> Self {
        let from_core = format!(
            "{{}}.map_or({}, |value| {})",
            self.zero,
            self.from_core.replace("{}", "value")
        );
        Self { from_core, ..self }
    }
}

/// What there is beside bms-core: its sources, and the structs of the interface with what they stand for there.
pub(super) struct Context<'s> {
    pub(super) core: &'s Source,
    pub(super) enumerations: &'s Enumerations,
    /// Name in C; module and name, with generic arguments, in bms-core.
    pub(super) structs: Vec<(String, String, String)>,
    /// Whether enumerations are numbers, as in structs that are read.
    pub(super) is_read: bool,
}

impl Context<'_> {
    /// The field of a type that is named in a module.
    pub(super) fn leaf(&self, ty: &str, module: &str) -> Result<Leaf, String> {
        self.find(ty, module)
            .ok_or_else(|| format!("no type in C for {ty} of {module}"))
    }

    fn find(&self, ty: &str, module: &str) -> Option<Leaf> {
        if PLAIN.contains(&ty) {
            let zero = if ty == "f32" { "0.0" } else { "0" };
            return Some(Leaf::new(ty, zero, "{}", "{}"));
        }
        if let Some((_, make, unit)) = quantity(ty) {
            let (from, to) = (
                format!("units::to_{make}({{}})"),
                format!("units::{make}({{}})"),
            );
            return Some(Leaf {
                unit,
                ..Leaf::new("f32", "0.0", &from, &to)
            });
        }
        match ty {
            "bool" => {
                return Some(Leaf::new("u8", "0", "u8::from({})", "flag({})?").with_doc("0 or 1."));
            }
            "usize" => return Some(Leaf::new("u16", "0", "index({})", "")),
            "FaultId" => return Some(Leaf::new("u16", "0", "{}.definition().number", "")),
            "Reading<bool>" => {
                return Some(Leaf::new("bms_flag", "bms_flag::ZERO", "", "{}.reading()?"));
            }
            _ => {}
        }
        if let Some((inner, length)) = ty
            .strip_prefix('[')
            .and_then(|ty| ty.strip_suffix(']')?.split_once(';'))
        {
            return self.array(inner, length, module);
        }
        if let Some((_, make, unit)) = argument(ty, "Reading").and_then(quantity) {
            let to = format!("{{}}.reading(units::{make})?");
            return Some(Leaf {
                unit,
                ..Leaf::new("bms_sample", "bms_sample::ZERO", "", &to)
            });
        }
        if let Some(inner) = argument(ty, "Option") {
            return self.option(inner, module);
        }
        self.enumeration(ty, module, false)
            .or_else(|| self.structure(ty, module))
    }

    fn array(&self, inner: &str, length: &str, module: &str) -> Option<Leaf> {
        let leaf = self.find(inner, module)?;
        let (c, zero) = (
            format!("[{}; {length}]", leaf.c),
            format!("[{}; {length}]", leaf.zero),
        );
        Some(if leaf.from_core == "{}" {
            Leaf::new(&c, &zero, "{}", "{}")
        } else {
            let from = format!(
                "{{}}.map(|value| {})",
                leaf.from_core.replace("{}", "value")
            );
            Leaf::new(&c, &zero, &from, "")
        })
    }

    fn option(&self, inner: &str, module: &str) -> Option<Leaf> {
        if let Some((_, make, unit)) = quantity(inner) {
            let (none, doc) = if inner == "Time" {
                ("INFINITY", "Infinite for none.")
            } else {
                ("NAN", "Not a number for none.")
            };
            let from = format!("{{}}.map_or(f32::{none}, units::to_{make})");
            let to = format!("finite({{}}).map(units::{make})");
            return Some(
                Leaf {
                    unit,
                    ..Leaf::new("f32", "0.0", &from, &to)
                }
                .with_doc(doc),
            );
        }
        if inner == "FaultId" {
            return Some(Leaf::new("u16", "0", "number({})", "").with_doc("0 for none."));
        }
        self.enumeration(inner, module, true)
    }

    fn enumeration(&self, ty: &str, module: &str, is_optional: bool) -> Option<Leaf> {
        let found = self.core.enumeration_in(ty, module)?;
        let name = self.enumerations.name_of(found, is_optional)?;
        let first = self.enumerations.first_of(name);
        Some(if self.is_read {
            let doc = format!("One of `{name}`.");
            Leaf::new(
                "u8",
                "0",
                &format!("{name}::from({{}}) as u8"),
                "OfNumber::of_number({})?",
            )
            .with_doc(&doc)
        } else {
            Leaf::new(name, &format!("{name}::{first}"), "{}.into()", "")
        })
    }

    fn structure(&self, ty: &str, module: &str) -> Option<Leaf> {
        let base = argument(ty, "Reading").unwrap_or(ty).split('<').next()?;
        let found = self.core.structure_in(base, module)?;
        let is_it = |of: &&(String, String, String)| of.1 == found.module && of.2 == ty;
        let (name, ..) = self.structs.iter().find(is_it)?;
        Some(Leaf::new(
            name,
            &format!("{name}::ZERO"),
            &format!("{name}::from(&{{}})"),
            "{}.to_core()?",
        ))
    }
}

impl Context<'_> {
    /// Nothing at all, of a type in C.
    pub(super) fn zero(&self, ty: &str) -> String {
        match ty {
            "f32" => "0.0".to_owned(),
            ty if PLAIN.contains(&ty) || ty == "usize" => "0".to_owned(),
            ty if ty.starts_with('*') => "core::ptr::null()".to_owned(),
            ty => match self.enumerations.first_of(ty) {
                "" => format!("{ty}::ZERO"),
                first => format!("{ty}::{first}"),
            },
        }
    }
}

/// The type, constructor and unit of a quantity.
pub(super) fn quantity(ty: &str) -> Option<(&'static str, &'static str, &'static str)> {
    QUANTITIES.into_iter().find(|(name, ..)| *name == ty)
}

/// The argument of a generic type.
pub(super) fn argument<'t>(ty: &'t str, of: &str) -> Option<&'t str> {
    ty.strip_prefix(of)?.strip_prefix('<')?.strip_suffix('>')
}
