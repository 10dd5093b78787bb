//! The text of the generated files.

use std::fmt::Write as _;

use super::table::Origin;
use super::{Enumeration, Value, last};
use crate::generate::Generated;
use crate::generate::source::{Payload, Source};

/// One module for each enumeration, and the table that tests go through.
pub(super) fn files(core: &Source, all: &[Enumeration]) -> Result<Vec<Generated>, String> {
    let mut files = Vec::new();
    for of in all {
        let short = of.name.strip_prefix("bms_").unwrap_or(&of.name);
        let path = format!("bms-ffi/src/generated/{short}.rs");
        files.push(Generated::rust(
            &path,
            &format!("//! `{}`.", of.name),
            &code(core, of)?,
        )?);
    }
    files.push(table(all)?);
    Ok(files)
}

fn code(core: &Source, of: &Enumeration) -> Result<String, String> {
    let mut paths = of.paths.clone();
    let conversions = match of.entry.origin {
        Origin::Interface => String::new(),
        Origin::Constants(ty, _) => number_to_core(of, &format!("&'static {ty}"), "&"),
        Origin::Core(path) => {
            let mut conversions = core_to_number(of, path, &of.values);
            if let Some(also) = of.entry.also {
                paths.push(format!("bms_core::{also}"));
                conversions += &core_to_number(of, also, &values_of(core, of, also)?);
            }
            let found = core.enumeration(path)?;
            let is_plain = found
                .variants
                .iter()
                .all(|variant| variant.payload == Payload::None);
            if is_plain && of.entry.none.is_none() {
                conversions += &number_to_core(of, last(path), "");
            }
            conversions
        }
    };
    let mut code = "use core::ffi::c_char;\n\n".to_owned();
    for path in paths {
        let _ = writeln!(code, "use {path};");
    }
    if conversions.contains("OfNumber") {
        code += "\nuse crate::pointer::OfNumber;\nuse crate::status::{BMS_STATUS_ENUMERATION, Checked};\n";
    }
    if !matches!(of.entry.origin, Origin::Interface) {
        code += "\n";
        definition(&mut code, of);
    }
    code += &conversions;
    text(&mut code, of);
    Ok(code)
}

fn doc(code: &mut String, lines: &[String]) {
    for line in lines {
        let _ = writeln!(code, "/// {line}");
    }
}

fn definition(code: &mut String, of: &Enumeration) {
    doc(code, &of.doc);
    let _ = writeln!(
        code,
        "#[repr(u8)]\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum {} {{",
        of.name
    );
    for value in &of.values {
        doc(code, &value.doc);
        let _ = writeln!(code, "{} = {},", value.name, value.number);
    }
    *code += "}\n";
}

/// The values by the names of another enumeration.
fn values_of(core: &Source, of: &Enumeration, path: &str) -> Result<Vec<Value>, String> {
    let other = core.enumeration(path)?;
    other
        .variants
        .iter()
        .map(|variant| {
            let name = format!("::{}", variant.name);
            let is_it = |value: &&Value| {
                value
                    .core
                    .split('(')
                    .next()
                    .unwrap_or_default()
                    .ends_with(&name)
            };
            let value = of.values.iter().find(is_it);
            let value = value.ok_or_else(|| format!("{} has nothing for {path}{name}", of.name))?;
            Ok(Value {
                core: format!("bms_core::{path}{name}"),
                ..value.clone()
            })
        })
        .collect()
}

fn core_to_number(of: &Enumeration, path: &str, values: &[Value]) -> String {
    let mut ty = last(path).to_owned();
    if of.entry.none.is_some() {
        ty = format!("Option<{ty}>");
    }
    let mut code = format!(
        "\nimpl From<{ty}> for {} {{\nfn from(core: {ty}) -> Self {{\nmatch core {{\n",
        of.name
    );
    for value in values {
        let _ = writeln!(code, "{} => Self::{},", value.core, value.name);
    }
    code + "}\n}\n}\n"
}

fn number_to_core(of: &Enumeration, ty: &str, borrow: &str) -> String {
    let mut code = format!(
        "\nimpl OfNumber for {ty} {{\nfn of_number(number: u8) -> Checked<Self> {{\nOk(match number {{\n"
    );
    for value in of.values.iter().filter(|value| value.core != "_") {
        let _ = writeln!(code, "{} => {borrow}{},", value.number, value.core);
    }
    code + "_ => return Err(BMS_STATUS_ENUMERATION),\n})\n}\n}\n"
}

fn text(code: &mut String, of: &Enumeration) {
    let ty = if is_wide(of) { "i32" } else { "u8" };
    let _ = writeln!(
        code,
        "\n/// Text for a value of `{name}`, in English; numbers without a value have a text as well. Never null, never freed.\n\
         #[unsafe(no_mangle)]\n\
         pub extern \"C\" fn {name}_text(number: {ty}) -> *const c_char {{\nlet text = match number {{",
        name = of.name,
    );
    for value in &of.values {
        let _ = writeln!(code, "{} => c{:?},", value.number, value.text);
    }
    let _ = writeln!(
        code,
        "_ => c\"no value of {}\",\n}};\ntext.as_ptr()\n}}",
        of.name
    );
}

fn is_wide(of: &Enumeration) -> bool {
    of.values
        .iter()
        .any(|value| u8::try_from(value.number).is_err())
}

fn table(all: &[Enumeration]) -> Result<Generated, String> {
    let mut code = "use core::ffi::c_char;\n\nuse bms::*;\n\n/// An enumeration: its name, its values, its texts.\n\
                    pub(crate) type Texts = (&'static str, &'static [i32], fn(i32) -> *const c_char);\n\n\
                    /// Every enumeration.\npub(crate) const TEXTS: &[Texts] = &[\n"
        .to_owned();
    for of in all {
        let _ = write!(code, "({:?}, &[", of.name);
        for value in &of.values {
            let _ = write!(code, "{}::{} as i32,", of.name, value.name);
        }
        let number = if is_wide(of) {
            "number"
        } else {
            "u8::try_from(number).unwrap()"
        };
        let _ = writeln!(code, "], |number| {}_text({number})),", of.name);
    }
    code += "];\n";
    Generated::rust(
        "bms-ffi/tests/texts/table.rs",
        "//! Every enumeration of the C interface.",
        &code,
    )
}
