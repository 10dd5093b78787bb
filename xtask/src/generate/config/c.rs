//! For bms-ffi: structs of configurations, conversions both ways, and names of fields in errors.

use std::fmt::Write as _;

use super::formal::{self, Range};
use super::model::{Described, Kind, Model, Section, in_si};
use crate::generate::Generated;
use crate::generate::text::{plain, words};

/// Structs whose name in C is not their name in the core.
const NAMES: [(&str, &str); 4] = [
    ("BmsConfig", "bms_config"),
    ("CellParameters", "bms_cell_config"),
    ("FuseCurve", "bms_fuse"),
    ("LimitMap", "bms_map"),
];

/// Documentation of `bms_config`, whose functions have other names in C.
const CONFIG_DOC: &str = "/// Configuration of a pack. `bms_config_default` fills it with a preset, `bms_config_check` checks that its values\n\
    /// fit together.\n///\n/// `bms_init` copies it; only its tables (`bms_table`, `sensor_of_cell`) have to stay where they are.\n";

/// The files.
///
/// # Errors
/// What cannot be written down.
pub(crate) fn files(model: &Model) -> Result<Vec<Generated>, String> {
    let mut order = Vec::new();
    collect(model, "BmsConfig", &mut order)?;
    let (mut structs, mut conversions) = (String::new(), String::new());
    for section in &order {
        structs.push_str(&structure(model, section));
        conversions.push_str(&conversion(section)?);
    }
    let mut names = String::new();
    for section in &order {
        let _ = write!(names, "{}, ", c_type(&section.name));
    }
    let mut core = String::new();
    for (module, path) in [
        ("cell", "cell"),
        ("estimation", "estimation"),
        ("config", "config"),
    ] {
        let found: Vec<_> = order
            .iter()
            .filter(|section| section.module == module)
            .map(|section| section.name.as_str())
            .collect();
        let _ = writeln!(core, "use bms_core::{path}::{{{}}};", found.join(", "));
    }
    Ok(vec![
        Generated::rust(
            "bms-ffi/src/generated/config.rs",
            "//! Structs of configurations.",
            &format!(
                "use crate::config::{{bms_by_direction, bms_fault_timing, bms_levels, bms_map, bms_table}};\n\n{structs}"
            ),
        )?,
        Generated::rust(
            "bms-ffi/src/convert/sections.rs",
            "//! Conversions of configurations from C to the core and back.",
            &format!(
                "{core}use bms_core::units;\n\nuse super::{{STRUCT_SIZE, TablesStay, count, indices, no_timings, timings}};\n\
                 use crate::config::{{bms_by_direction, bms_levels, bms_map, bms_table}};\n\
                 use crate::generated::{{{names}}};\n\
                 use crate::info::BMS_ABI_VERSION;\nuse crate::pointer::flag;\nuse crate::status::Checked;\n\n{conversions}"
            ),
        )?,
        field_names(model)?,
    ])
}

/// The structs in the order in which C needs them.
fn collect<'m>(model: &'m Model, name: &str, order: &mut Vec<&'m Section>) -> Result<(), String> {
    let section = model.section(name)?;
    if section.is_generic || name == "LimitMap" || order.iter().any(|found| found.name == name) {
        return Ok(());
    }
    for field in &section.fields {
        if let Kind::Group(group, _) = &field.kind {
            collect(model, group, order)?;
        }
    }
    order.push(section);
    Ok(())
}

/// Name of a struct in C.
fn c_type(name: &str) -> String {
    match NAMES.iter().find(|(core, _)| *core == name) {
        Some((_, c)) => (*c).to_owned(),
        None => format!("bms_{}", words(name).join("_")),
    }
}

fn c_field_type(kind: &Kind) -> String {
    match kind {
        Kind::Number | Kind::Quantity(_) => "f32".to_owned(),
        Kind::Whole("usize") => "u16".to_owned(),
        Kind::Whole(whole) => (*whole).to_owned(),
        Kind::Flag => "u8".to_owned(),
        Kind::Table => "bms_table".to_owned(),
        Kind::Indices => "*const u8".to_owned(),
        Kind::Group(group, _) => c_type(group),
        Kind::Opaque(_) => String::new(),
    }
}

fn structure(model: &Model, section: &Section) -> String {
    let mut text = String::new();
    if section.name == "BmsConfig" {
        text.push_str(CONFIG_DOC);
    } else {
        for line in plain(&section.doc) {
            let _ = writeln!(text, "{}", format!("/// {line}").trim_end());
        }
    }
    let name = c_type(&section.name);
    let _ = writeln!(
        text,
        "#[repr(C)]\n#[derive(Clone, Copy, Debug)]\npub struct {name} {{"
    );
    if section.name == "BmsConfig" {
        text.push_str(
            "/// Size of this struct.\npub struct_size: u32,\n/// `BMS_ABI_VERSION`.\npub abi_version: u32,\n",
        );
    }
    for field in &section.fields {
        for line in c_doc(model, section, field) {
            let _ = writeln!(text, "{}", format!("/// {line}").trim_end());
        }
        if matches!(field.kind, Kind::Opaque(_)) {
            text.push_str(
                "/// A list of the faults with other times than the catalogue's, null for none; read by `bms_init` only.\n\
                 pub timings: *const bms_fault_timing,\n/// Number of entries of `timings`.\npub timing_count: usize,\n",
            );
        } else {
            let _ = writeln!(text, "pub {}: {},", field.c_name, c_field_type(&field.kind));
        }
    }
    text + "}\n\n"
}

/// Documentation of a field with the names and units of C.
fn c_doc(model: &Model, section: &Section, field: &Described) -> Vec<String> {
    let rename = |text: &str| renamed(model, section, text);
    let mut lines: Vec<String> = plain(&field.formal.prose)
        .iter()
        .map(|line| rename(line))
        .collect();
    let mut sentences = Vec::new();
    if let Some(entries) = &field.formal.entries {
        let entries = entries.text(|name| rename(&format!("`{name}`")));
        sentences.push(format!("Entries: {entries}."));
    }
    if let Some(range) = &field.formal.range {
        sentences.push(format!("Range: {}.", c_range(field, range)));
    }
    if let Some(rule) = &field.formal.rule {
        sentences.push(format!("Rule: {}.", rename(rule)));
    }
    if let Some(formal::Default::Number(value, unit)) = &field.formal.default {
        let value = formal::plain(in_si(*value, unit));
        let unit = c_unit(unit);
        let unit = if unit.is_empty() {
            String::new()
        } else {
            format!(" {unit}")
        };
        sentences.push(format!("Default: {value}{unit}."));
    }
    if field.kind == Kind::Flag {
        sentences.push("0 or 1.".to_owned());
    }
    if field.kind == Kind::Indices {
        sentences.push("They have to stay as long as the pack is used.".to_owned());
    }
    if !sentences.is_empty() {
        lines.push(sentences.join(" "));
    }
    lines
}

fn c_unit(unit: &str) -> &str {
    match unit {
        "degC" => "K",
        "Ah" => "C",
        other => other,
    }
}

fn c_range(field: &Described, range: &Range) -> String {
    let unit = match &field.kind {
        Kind::Quantity(_) => c_unit(&range.unit),
        _ => "",
    };
    range.text(|bound| in_si(bound, &range.unit), unit)
}

/// A text whose names of fields, in marks of code, are those of C.
fn renamed(model: &Model, section: &Section, text: &str) -> String {
    let parts: Vec<String> = text
        .split('`')
        .enumerate()
        .map(|(place, part)| {
            if place % 2 == 1 {
                c_path(model, section, part).unwrap_or_else(|| part.to_owned())
            } else {
                part.to_owned()
            }
        })
        .collect();
    parts.join("`")
}

/// The path of a field with the names of C.
fn c_path(model: &Model, section: &Section, path: &str) -> Option<String> {
    if let Some(leaf) = model.leaves.iter().find(|leaf| leaf.path == path) {
        return Some(leaf.c_path.clone());
    }
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let field = section.fields.iter().find(|field| field.name == first)?;
    Some(if rest.is_empty() {
        field.c_name.clone()
    } else {
        format!("{}.{rest}", field.c_name)
    })
}

fn conversion(section: &Section) -> Result<String, String> {
    let (name, c) = (&section.name, c_type(&section.name));
    let (mut to, mut of) = (String::new(), String::new());
    for field in &section.fields {
        let (core, c) = (&field.name, &field.c_name);
        let (to_core, of_core) =
            both(&field.kind, core, c).ok_or_else(|| format!("{name}.{core}: has no form in C"))?;
        let _ = writeln!(to, "{core}: {to_core},");
        let _ = if matches!(field.kind, Kind::Opaque(_)) {
            writeln!(of, "timings: {of_core}.0,\ntiming_count: {of_core}.1,")
        } else {
            writeln!(of, "{c}: {of_core},")
        };
    }
    let lifetime = if section.has_lifetime {
        "<'static>"
    } else {
        ""
    };
    let stay = if to.contains("stay") { "stay" } else { "_" };
    let head = if section.name == "BmsConfig" {
        "struct_size: STRUCT_SIZE,\nabi_version: BMS_ABI_VERSION,\n"
    } else {
        ""
    };
    Ok(format!(
        "impl {c} {{\npub(crate) fn to_core(self, {stay}: TablesStay) -> Checked<{name}{lifetime}> {{\nOk({name} {{\n{to}}})\n}}\n\n\
         pub(crate) fn of_core(core: &{name}{lifetime}) -> Self {{\nSelf {{\n{head}{of}}}\n}}\n}}\n\n"
    ))
}

/// Expressions of a field: its value in the core from `self`, and in C from `core`.
fn both(kind: &Kind, core: &str, c: &str) -> Option<(String, String)> {
    Some(match kind {
        Kind::Whole("usize") => (
            format!("usize::from(self.{c})"),
            format!("count(core.{core})"),
        ),
        Kind::Number | Kind::Whole(_) => (format!("self.{c}"), format!("core.{core}")),
        Kind::Flag => (format!("flag(self.{c})?"), format!("u8::from(core.{core})")),
        Kind::Quantity(quantity) => (
            format!("units::{}(self.{c})", quantity.make),
            format!("units::{}(core.{core})", quantity.get),
        ),
        Kind::Table => (
            format!("self.{c}.to_core(stay)?"),
            format!("bms_table::of_core(core.{core})"),
        ),
        Kind::Indices => (
            format!("indices(self.{c}, self.cells, stay)?"),
            format!("core.{core}.as_ptr()"),
        ),
        Kind::Group(group, None) if group == "LimitMap" => (
            format!("self.{c}.to_core(stay)?"),
            format!("bms_map::of_core(core.{core})"),
        ),
        Kind::Group(group, None) => (
            format!("self.{c}.to_core(stay)?"),
            format!("{}::of_core(&core.{core})", c_type(group)),
        ),
        Kind::Group(group, Some(argument)) => {
            let mut inner = argument.as_ref();
            while let Kind::Group(_, Some(argument)) = inner {
                inner = argument;
            }
            let Kind::Quantity(quantity) = inner else {
                return None;
            };
            (
                format!("self.{c}.to_core(units::{})", quantity.make),
                format!(
                    "{}::of_core(core.{core}, units::{})",
                    c_type(group),
                    quantity.get
                ),
            )
        }
        Kind::Opaque(ty) if ty == "FaultTimings" => (
            "timings(self.timings, self.timing_count, stay)?".to_owned(),
            "no_timings()".to_owned(),
        ),
        Kind::Opaque(_) => return None,
    })
}

/// Names of fields in errors, and their values in the units of these names.
fn field_names(model: &Model) -> Result<Generated, String> {
    let (mut names, mut line) = (String::new(), String::new());
    for leaf in &model.leaves {
        let entry = format!("\"{}\", ", leaf.c_path);
        if line.len() + entry.len() > 112 {
            let _ = writeln!(names, "    {}", line.trim_end());
            line.clear();
        }
        line += &entry;
    }
    let _ = writeln!(names, "    {}", line.trim_end());
    let kelvin = ranges(model, "ThermodynamicTemperature");
    let coulombs = ranges(model, "ElectricCharge");
    Generated::rust(
        "bms-ffi/src/check/field_names.rs",
        "//! Names of the fields of configurations in errors.",
        &format!(
            "use bms_core::units;\n\n/// Names by number.\n#[rustfmt::skip]\npub(crate) static FIELD_NAMES: [&str; {}] = [\n{names}];\n\n\
             /// A value of an error in the unit that the field's name ends with.\n\
             pub(crate) const fn in_unit_of_name(number: u16, value: f32) -> f32 {{\nmatch number {{\n\
             {kelvin} => units::to_kelvin(units::celsius(value)),\n\
             {coulombs} => units::to_coulombs(units::amp_hours(value)),\n_ => value,\n}}\n}}\n",
            model.leaves.len()
        ),
    )
}

/// The numbers of all fields with a quantity, as a pattern.
fn ranges(model: &Model, quantity: &str) -> String {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (number, leaf) in model.leaves.iter().enumerate() {
        if !matches!(&leaf.kind, Kind::Quantity(found) if found.ty == quantity) {
            continue;
        }
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => spans.push((number, number)),
        }
    }
    let spans: Vec<String> = spans
        .iter()
        .map(|(first, last)| {
            if first == last {
                first.to_string()
            } else {
                format!("{first}..={last}")
            }
        })
        .collect();
    spans.join(" | ")
}
