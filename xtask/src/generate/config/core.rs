//! For bms-core: names of fields, checks of single fields, default values, and visits.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::formal::{Default, Entries, Range};
use super::model::{Described, Kind, Model, Section, argued, unit_of};
use crate::generate::Generated;
use crate::generate::text::plain;

/// The files.
///
/// # Errors
/// What cannot be written down.
pub(crate) fn files(model: &Model) -> Result<Vec<Generated>, String> {
    let mut files = vec![names(model)?];
    let mut modules: BTreeMap<&str, Vec<&Section>> = BTreeMap::new();
    for section in &model.sections {
        modules.entry(&section.module).or_default().push(section);
    }
    for (module, sections) in modules {
        let (mut fields, mut visit) = (String::new(), String::new());
        for section in sections {
            fields.push_str(&checks(model, section)?);
            fields.push_str(&defaults(model, section)?);
            visit.push_str(&visits(model, section)?);
        }
        let lossy = if fields.contains("as f32") {
            "#![expect(clippy::cast_precision_loss, reason = \"counts and times\")]\n\n"
        } else {
            ""
        };
        files.push(Generated::rust(
            &format!("bms-core/src/{module}/fields.rs"),
            "//! Checks of single fields, and default values.",
            &format!("{lossy}{}{fields}", uses(model, module, &fields)),
        )?);
        files.push(Generated::rust(
            &format!("bms-core/src/{module}/visits.rs"),
            "//! Visits of the fields of configurations.",
            &format!("{}{visit}", uses(model, module, &visit)),
        )?);
    }
    Ok(files)
}

fn names(model: &Model) -> Result<Generated, String> {
    let mut lines = String::new();
    let mut line = String::new();
    for leaf in &model.leaves {
        let entry = format!("\"{}\", ", leaf.path);
        if line.len() + entry.len() > 112 {
            let _ = writeln!(lines, "    {}", line.trim_end());
            line.clear();
        }
        line += &entry;
    }
    let _ = writeln!(lines, "    {}", line.trim_end());
    Generated::rust(
        "bms-core/src/field/names.rs",
        "//! Paths of all fields of configurations, by number.",
        &format!("#[rustfmt::skip]\npub(super) const NAMES: &[&str] = &[\n{lines}];\n"),
    )
}

/// Whether a text has a word.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        !text
            .get(..at)
            .is_some_and(|before| before.ends_with(is_part))
            && !text
                .get(at + word.len()..)
                .is_some_and(|after| after.starts_with(is_part))
    })
}

fn uses(model: &Model, module: &str, code: &str) -> String {
    let mut uses = String::new();
    let used = |names: &[&str]| -> Vec<String> {
        names
            .iter()
            .filter(|name| has_word(code, name))
            .map(|name| (*name).to_owned())
            .collect()
    };
    let mut schema = used(&[
        "Field",
        "FieldChecks",
        "FieldInfo",
        "Fields",
        "ParameterError",
        "Range",
        "Visitor",
    ]);
    if code.contains(".visit(") {
        schema.push("Visit".to_owned());
    }
    let _ = writeln!(uses, "use crate::schema::{{{}}};", schema.join(", "));
    for other in ["cell", "estimation", "config"] {
        let found: Vec<_> = model
            .sections
            .iter()
            .filter(|section| section.module == other && has_word(code, &section.name))
            .map(|section| section.name.as_str())
            .collect();
        if other != module && !found.is_empty() {
            let _ = writeln!(uses, "use crate::{other}::{{{}}};", found.join(", "));
        }
    }
    let own: Vec<_> = model
        .sections
        .iter()
        .filter(|section| section.module == module && has_word(code, &section.name))
        .map(|section| section.name.as_str())
        .collect();
    let _ = writeln!(uses, "use super::{{{}}};", own.join(", "));
    let units = used(&[
        "amp_hours",
        "amperes",
        "celsius",
        "coulombs",
        "farads",
        "joules",
        "kelvin",
        "kelvin_interval",
        "ohms",
        "ratio",
        "seconds",
        "volts",
        "watts",
        "to_amp_hours",
        "to_amperes",
        "to_celsius",
        "to_coulombs",
        "to_farads",
        "to_joules",
        "to_kelvin",
        "to_kelvin_interval",
        "to_ohms",
        "to_ratio",
        "to_seconds",
        "to_volts",
        "to_watts",
    ]);
    let units: Vec<_> = units
        .into_iter()
        .filter(|unit| code.contains(&format!(" {unit}(")))
        .collect();
    if !units.is_empty() {
        let _ = writeln!(uses, "use crate::units::{{{}}};", units.join(", "));
    }
    uses + "\n"
}

/// The constructor and the reader of a quantity in the unit of its range.
fn unit(kind: &Kind, unit: &str) -> (&'static str, &'static str) {
    match kind {
        Kind::Quantity(quantity) => unit_of(quantity, unit).unwrap_or_default(),
        _ => ("", ""),
    }
}

/// Checks of the fields of a root, or of a map.
fn checks(model: &Model, section: &Section) -> Result<String, String> {
    let lifetime = if section.has_lifetime { "<'_>" } else { "" };
    let mut lines = String::new();
    let (head, result) = if let Some(root) = model.root(&section.name) {
        let mut number = root.first;
        check_fields(model, section, "self", &mut number, &mut lines)?;
        (
            "    /// Checks of every single field.\n    pub(crate) const fn check_fields(&self) -> FieldChecks {\n        \
             let mut checks = FieldChecks::new();\n",
            "        checks\n",
        )
    } else if section.name == "LimitMap" {
        let mut number = 0;
        check_fields(model, section, "self", &mut number, &mut lines)?;
        lines = lines.replace("Field::new(", "Field::new(first + ");
        lines = lines.replace("first + 0)", "first)");
        lines.push_str("        checks.table(Field::new(first + 2), self.values, low, high);\n");
        (
            "    /// Checks of the nodes and of all values; `first` is the number of the first field.\n    \
             pub(crate) const fn check_fields(&self, checks: &mut FieldChecks, first: u16, low: f32, high: f32) {\n",
            "",
        )
    } else {
        return Ok(String::new());
    };
    Ok(format!(
        "#[rustfmt::skip]\nimpl {}{lifetime} {{\n{head}{lines}{result}    }}\n}}\n\n",
        section.name
    ))
}

fn check_fields(
    model: &Model,
    section: &Section,
    access: &str,
    number: &mut u16,
    lines: &mut String,
) -> Result<(), String> {
    for field in &section.fields {
        let at = format!("{access}.{}", field.name);
        let failed = |error: &str| format!("{}.{}: {error}", section.name, field.name);
        match &field.kind {
            Kind::Opaque(_) => {}
            Kind::Group(group, _) if model.root(group).is_some() => {}
            Kind::Group(group, _) if group == "LimitMap" => {
                let range = field.range().ok_or_else(|| failed("states no range"))?;
                let (Some(low), false, Some(high)) = (range.low, range.above, range.high) else {
                    return Err(failed("a map has a closed range"));
                };
                let _ = writeln!(
                    lines,
                    "        {at}.check_fields(&mut checks, {number}, {}, {});",
                    literal(low),
                    literal(high)
                );
                *number += model.count(&field.kind)?;
            }
            Kind::Group(group, None) => {
                check_fields(model, model.section(group)?, &at, number, lines)?;
            }
            Kind::Group(..) => *number += model.count(&field.kind)?,
            _ => {
                if let Some(entries) = field.entries() {
                    let (low, high) = bounds(section, entries, access).map_err(|e| failed(&e))?;
                    let _ = writeln!(
                        lines,
                        "        checks.entries(Field::new({number}), {at}.len(), {low}, {high});"
                    );
                }
                if let Some(range) = field.range() {
                    check(field, range, *number, &at, lines).map_err(failed)?;
                }
                *number += 1;
            }
        }
    }
    Ok(())
}

/// Smallest and largest number of entries.
fn bounds(section: &Section, entries: &Entries, access: &str) -> Result<(String, String), String> {
    match entries {
        Entries::Count(low, high) => Ok((
            low.to_string(),
            high.map_or("usize::MAX".to_owned(), |high| high.to_string()),
        )),
        Entries::Product(names) => {
            let factors: Vec<String> = names
                .iter()
                .map(|name| {
                    let field = section.fields.iter().find(|field| field.name == *name);
                    match field.map(|field| &field.kind) {
                        Some(Kind::Table) => Ok(format!("{access}.{name}.len()")),
                        Some(Kind::Whole(_)) => Ok(format!("{access}.{name}")),
                        _ => Err(format!("{name} is no table and no number")),
                    }
                })
                .collect::<Result<_, _>>()?;
            let product = factors.join(" * ");
            Ok((product.clone(), product))
        }
    }
}

fn check(
    field: &Described,
    range: &Range,
    number: u16,
    at: &str,
    lines: &mut String,
) -> Result<(), &'static str> {
    let name = format!("Field::new({number})");
    let low = range.low.map(literal);
    let high = range.high.map(literal);
    if field.kind == Kind::Table {
        let (Some(low), Some(high)) = (low, high) else {
            return Err("the entries of a table need two bounds");
        };
        let method = if range.above { "table_above" } else { "table" };
        let _ = writeln!(
            lines,
            "        checks.{method}({name}, {at}, {low}, {high});"
        );
        if let Some(step) = range.increasing {
            let _ = writeln!(lines, "        checks.increasing({name}, {at}, {step:?});");
        }
        return Ok(());
    }
    let value = match &field.kind {
        Kind::Number => at.to_owned(),
        Kind::Whole(_) => format!("{at} as f32"),
        kind => format!("{}({at})", unit(kind, &range.unit).1),
    };
    let _ = match (low, range.above, high) {
        (Some(low), true, None) => {
            writeln!(lines, "        checks.above({name}, {value}, {low});")
        }
        (Some(low), false, high) => {
            let high = high.unwrap_or_else(|| "f32::MAX".to_owned());
            writeln!(
                lines,
                "        checks.within({name}, {value}, {low}, {high});"
            )
        }
        _ => return Err("such a range is known for tables only"),
    };
    Ok(())
}

/// How complete the default values of a struct are: not at all, in part, or wholly.
fn default_name(model: &Model, section: &Section) -> Option<&'static str> {
    let mut some = false;
    let mut all = true;
    for field in &section.fields {
        let name = match &field.kind {
            Kind::Group(group, None) if field.formal.default.is_none() => model
                .section(group)
                .ok()
                .and_then(|section| default_name(model, section)),
            _ => field.formal.default.as_ref().map(|_| "DEFAULT"),
        };
        some |= name.is_some();
        all &= name == Some("DEFAULT");
    }
    some.then_some(if all { "DEFAULT" } else { "BASE" })
}

fn defaults(model: &Model, section: &Section) -> Result<String, String> {
    let Some(name) = default_name(model, section).filter(|_| section.name != "BmsConfig") else {
        return Ok(String::new());
    };
    let lifetime = if section.has_lifetime {
        "<'static>"
    } else {
        ""
    };
    let mut values = String::new();
    for field in &section.fields {
        let value = default_value(model, &field.kind, field.formal.default.as_ref())
            .map_err(|error| format!("{}.{}: {error}", section.name, field.name))?;
        let _ = writeln!(values, "{}: {value},", field.name);
    }
    let doc = if name == "DEFAULT" {
        "The default of every field."
    } else {
        "The default of every field that has one; the others have values that are refused, such as NaN."
    };
    let mut text = format!(
        "impl {0}{lifetime} {{\n/// {doc}\npub const {name}: Self = Self {{\n{values}}};\n}}\n\n",
        section.name
    );
    if name == "DEFAULT" {
        let _ = writeln!(
            text,
            "impl Default for {} {{\nfn default() -> Self {{\nSelf::DEFAULT\n}}\n}}\n",
            section.name
        );
    }
    Ok(text)
}

fn default_value(model: &Model, kind: &Kind, default: Option<&Default>) -> Result<String, String> {
    let number = match default {
        Some(Default::Number(number, unit)) => Some((*number, unit.as_str())),
        _ => None,
    };
    Ok(match kind {
        Kind::Number => number.map_or("f32::NAN".to_owned(), |(number, _)| literal(number)),
        Kind::Whole(_) => number.map_or("0".to_owned(), |(number, _)| grouped(&number.to_string())),
        Kind::Flag => (default == Some(&Default::Flag(true))).to_string(),
        Kind::Quantity(quantity) => match number {
            Some((number, name)) => format!("{}({})", unit(kind, name).0, literal(number)),
            None => format!("{}(f32::NAN)", quantity.make),
        },
        Kind::Table | Kind::Indices => "&[]".to_owned(),
        Kind::Opaque(ty) => return Err(format!("{ty} has no default")),
        Kind::Group(group, _) if group == "LimitMap" && number.is_some() => match number {
            Some((0.0, _)) => "LimitMap::ZERO".to_owned(),
            Some((1.0, _)) => "LimitMap::UNITY".to_owned(),
            _ => return Err("the default of a map is 0 or 1".to_owned()),
        },
        Kind::Group(group, argument) => {
            let section = model.section(group)?;
            if let Some(name) = default_name(model, section) {
                return Ok(format!("{group}::{name}"));
            }
            let mut text = format!("{group} {{ ");
            for field in &section.fields {
                let kind = argued(&field.kind, argument.as_deref());
                let value = default_value(model, &kind, field.formal.default.as_ref())?;
                let _ = write!(text, "{}: {value}, ", field.name);
            }
            text + "}"
        }
    })
}

/// A number of single precision as a literal.
fn literal(number: f32) -> String {
    let text = format!("{number:?}");
    match text.strip_suffix(".0") {
        Some(whole) if !whole.starts_with('-') => grouped(whole) + ".0",
        _ => text,
    }
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) && digits.len() > 4 {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

/// Code of a range.
fn range_code(range: Option<&Range>) -> String {
    let Some(range) = range else {
        return "Range::ANY".to_owned();
    };
    match (range.low.map(literal), range.above, range.high.map(literal)) {
        (Some(low), false, Some(high)) => format!("Range::within({low}, {high})"),
        (Some(low), true, Some(high)) => format!("Range::above_to({low}, {high})"),
        (Some(low), false, None) => format!("Range::at_least({low})"),
        (Some(low), true, None) => format!("Range::above({low})"),
        _ => "Range::ANY".to_owned(),
    }
}

/// Documentation as one text.
#[must_use]
pub(crate) fn sentence(field: &Described) -> String {
    plain(&field.formal.prose).join(" ").replace("  ", " ")
}

fn visits(model: &Model, section: &Section) -> Result<String, String> {
    let mut lines = String::new();
    let mut offset = 0;
    for (place, field) in section.fields.iter().enumerate() {
        if matches!(&field.kind, Kind::Opaque(ty) if ty != "T") {
            continue;
        }
        let number = match &field.kind {
            Kind::Opaque(_) => match place {
                0 => "first".to_owned(),
                1 => "first + T::COUNT".to_owned(),
                _ => format!("first + {place} * T::COUNT"),
            },
            Kind::Group(group, _) if model.root(group).is_some() => {
                format!("{group}::FIRST")
            }
            _ if offset == 0 => "first".to_owned(),
            _ => format!("first + {offset}"),
        };
        if !section.is_generic {
            offset += model.count(&field.kind)?;
        }
        let range = range_code(field.range());
        let doc = sentence(field);
        let info = if let Some(entries) = field.entries() {
            let entries = entries.text(str::to_owned);
            format!(
                "FieldInfo::table({number}, {:?}, {range}, {entries:?}, {doc:?})",
                field.name
            )
        } else {
            let default = match &field.formal.default {
                Some(Default::Number(value, _)) => format!("Some({})", literal(*value)),
                Some(Default::Flag(value)) => format!("Some({:?})", f32::from(u8::from(*value))),
                None => "None".to_owned(),
            };
            let unit = match (&field.formal.range, &field.formal.default) {
                (Some(range), _) if !range.unit.is_empty() => range.unit.as_str(),
                (_, Some(Default::Number(_, unit))) => unit,
                _ => "",
            };
            format!(
                "FieldInfo::new({number}, [{:?}, {:?}], ({range}, {unit:?}), {default}, {doc:?})",
                field.name, field.c_name
            )
        };
        let _ = writeln!(lines, "        self.{}.visit({info}, visitor);", field.name);
    }
    let (generics, ty) = match (section.is_generic, section.has_lifetime) {
        (true, _) => ("<'a, T: Visit<'a>>", format!("{}<T>", section.name)),
        (_, true) => ("<'a>", format!("{}<'a>", section.name)),
        _ => ("<'a>", section.name.clone()),
    };
    let first = model.root(&section.name).map_or(0, |root| root.first);
    let count = if section.is_generic {
        format!("{} * T::COUNT", section.fields.len())
    } else {
        offset.to_string()
    };
    Ok(format!(
        "#[rustfmt::skip]\nimpl{generics} Fields<'a> for {ty} {{\n    const TYPE: &'static str = \"{}\";\n    const FIRST: u16 = \
         {first};\n    const COUNT: u16 = {count};\n\n    fn visit_fields(&mut self, first: u16, visitor: &mut dyn Visitor<'a>) {{\n{lines}    }}\n}}\n\n",
        section.name
    ))
}
