//! The text of the generated files.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::fields::Field;
use super::{Line, Mirror, argument};
use crate::generate::Generated;
use crate::generate::source::Struct;
use crate::generate::text::plain;

/// What generated code uses of bms-ffi, beside structs and enumerations.
const HELPERS: [(&str, &str); 10] = [
    ("Reading", "bms_core::measurement::Reading"),
    ("flag(", "crate::pointer::flag"),
    ("OfNumber::", "crate::pointer::OfNumber"),
    ("Sized32 ", "crate::pointer::Sized32"),
    ("Zero ", "crate::pointer::Zero"),
    ("Checked<", "crate::status::Checked"),
    ("BMS_NO_INDEX", "crate::BMS_NO_INDEX"),
    ("index(", "crate::reasons::index"),
    ("finite(", "crate::reasons::finite"),
    ("number(", "crate::reasons::number"),
];

pub(super) fn file(of: &Mirror<'_>) -> Result<Generated, String> {
    let fields = of.fields()?;
    let mut code = String::new();
    definition(&mut code, of, &fields);
    zero(&mut code, of, &fields);
    if of.entry.is_given {
        from_core(&mut code, of, &fields)?;
    }
    if of.entry.is_read {
        to_core(&mut code, of)?;
    }
    let short = of.entry.c.strip_prefix("bms_").unwrap_or(&of.entry.c);
    let path = format!("bms-ffi/src/generated/{short}.rs");
    Generated::rust(
        &path,
        &format!("//! `{}`.", of.entry.c),
        &format!("{}\n{code}", imports(of, &code)),
    )
}

fn imports(of: &Mirror<'_>, code: &str) -> String {
    let mut names = BTreeSet::new();
    for line in code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
    {
        for word in line.split(|letter: char| !letter.is_alphanumeric() && letter != '_') {
            if word.starts_with("bms_") && word != "bms_core" && word != of.entry.c {
                names.insert(word);
            }
        }
    }
    let mut paths: BTreeSet<String> = names.iter().map(|name| format!("crate::{name}")).collect();
    if code.contains("units::") {
        paths.insert("bms_core::units".to_owned());
    }
    for (word, path) in HELPERS {
        if used_alone(code, word) {
            paths.insert(path.to_owned());
        }
    }
    for line in &of.lines {
        if let Line::Made { function, .. } = line {
            paths.insert(format!("crate::reasons::{function}"));
        }
    }
    let mut imports = String::new();
    for path in paths {
        let _ = writeln!(imports, "use {path};");
    }
    imports
}

/// Whether a word is used that is no part of another.
fn used_alone(code: &str, word: &str) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.match_indices(word)
        .any(|(at, _)| !code[..at].ends_with(is_word))
}

fn doc(code: &mut String, lines: &[String]) {
    for line in lines {
        let _ = writeln!(code, "/// {line}");
    }
}

fn definition(code: &mut String, of: &Mirror<'_>, fields: &[Field]) {
    let name = &of.entry.c;
    doc(code, &plain(&of.root.doc));
    let _ = writeln!(
        code,
        "#[repr(C)]\n#[derive(Clone, Copy, Debug)]\npub struct {name} {{"
    );
    if of.entry.is_sized {
        *code += "/// Size of this struct, set before each call.\npub struct_size: u32,\n";
    }
    for field in fields {
        doc(code, &field.doc);
        let _ = writeln!(code, "pub {}: {},", field.name, field.ty);
    }
    *code += "}\n";
    if of.entry.is_sized {
        let reason = if of.entry.is_read {
            "all bits are valid"
        } else {
            "never read"
        };
        let _ = writeln!(
            code,
            "\n// SAFETY: `repr(C)`, begins with its size, and {reason}.\n\
             unsafe impl Sized32 for {name} {{\nconst FIRST: usize = size_of::<Self>();\n}}"
        );
    }
}

fn zero(code: &mut String, of: &Mirror<'_>, fields: &[Field]) {
    let _ = writeln!(
        code,
        "\nimpl Zero for {} {{\nconst ZERO: Self = Self {{",
        of.entry.c
    );
    if of.entry.is_sized {
        *code += "struct_size: 0,\n";
    }
    for field in fields {
        let _ = writeln!(code, "{}: {},", field.name, field.zero);
    }
    *code += "};\n}\n";
}

fn from_core(code: &mut String, of: &Mirror<'_>, fields: &[Field]) -> Result<(), String> {
    let ty = format!("bms_core::{}", of.entry.core);
    let _ = writeln!(
        code,
        "\nimpl From<&{ty}> for {} {{\nfn from(core: &{ty}) -> Self {{",
        of.entry.c
    );
    for line in &of.lines {
        if let Line::Made {
            c, function, path, ..
        } = line
        {
            let names: Vec<_> = c.iter().map(|(name, _)| name.as_str()).collect();
            let _ = writeln!(
                code,
                "let ({}) = {function}(core.{path});",
                names.join(", ")
            );
            of.place(path)?;
        }
    }
    *code += "Self {\n";
    if of.entry.is_sized {
        *code += "struct_size: 0,\n";
    }
    for field in fields {
        let value = field.from_core.as_ref().unwrap_or(&field.zero);
        let _ = writeln!(code, "{}: {value},", field.name);
    }
    *code += "}\n}\n}\n";
    Ok(())
}

fn to_core(code: &mut String, of: &Mirror<'_>) -> Result<(), String> {
    let (inner, is_reading) =
        argument(&of.entry.core, "Reading").map_or((&*of.entry.core, false), |inner| (inner, true));
    let mut arguments = String::new();
    let mut lifetime = "";
    for line in &of.lines {
        if let Line::Core { path, value: None } = line {
            let ty = of
                .place(path)?
                .ty
                .replace("&'a[", "&'m [bms_core::measurement::")
                .replace("&'a ", "&'m bms_core::");
            let _ = write!(arguments, ", {path}: {ty}");
            lifetime = "<'m>";
        }
    }
    let ty = format!("bms_core::{inner}{lifetime}");
    let shown = if is_reading {
        format!("Reading<{ty}>")
    } else {
        ty
    };
    let _ = writeln!(
        code,
        "\nimpl {} {{\n/// The value of bms-core.\npub(crate) fn to_core{lifetime}(self{arguments}) -> Checked<{shown}> {{",
        of.entry.c
    );
    let value = literal(of, of.root, "")?;
    match of.presence_of("") {
        Some(presence) => {
            let _ = writeln!(
                code,
                "let value = {value};\nOk(if flag(self.{presence})? {{ Reading::New(value) }} else {{ Reading::Waiting }})\n}}\n}}"
            );
        }
        None => {
            let _ = writeln!(code, "Ok({value})\n}}\n}}");
        }
    }
    Ok(())
}

/// The literal of a struct of bms-core whose fields begin with a path.
fn literal(of: &Mirror<'_>, structure: &Struct, prefix: &str) -> Result<String, String> {
    let path = argument(&of.entry.core, "Reading").unwrap_or(&of.entry.core);
    let path = path.split('<').next().unwrap_or(path);
    let module = path.rsplit_once("::").map_or("", |(module, _)| module);
    let mut text = format!("bms_core::{module}::{} {{\n", structure.name).replace("::::", "::");
    for field in &structure.fields {
        let path = format!("{prefix}{}", field.name);
        let _ = writeln!(text, "{}: {},", field.name, value(of, &path)?);
    }
    Ok(text + "}")
}

/// The value of a field of bms-core.
fn value(of: &Mirror<'_>, path: &str) -> Result<String, String> {
    for line in &of.lines {
        match line {
            Line::Core { path: own, value } if own == path => {
                return Ok(value.clone().unwrap_or_else(|| path.to_owned()));
            }
            Line::Field { c, path: own, .. } if own == path => {
                let (_, leaf) = of.leaf(path)?;
                let value = leaf.to_core.replace("{}", &format!("self.{c}"));
                return Ok(match of.presence_of(path) {
                    Some(presence) => format!("flag(self.{presence})?.then_some({value})"),
                    None => value,
                });
            }
            _ => {}
        }
    }
    let place = of.place(path)?;
    let within = format!("{path}.");
    let has_inner = of
        .lines
        .iter()
        .any(|line| matches!(line, Line::Field { path, .. } if path.starts_with(&within)));
    if !has_inner {
        return Err(format!("no field in C for {path}"));
    }
    let inner = ["Option", "Reading"]
        .iter()
        .find_map(|of| argument(&place.ty, of));
    let ty = inner.unwrap_or(&place.ty);
    let base = ty.split('<').next().unwrap_or(ty);
    let found = of
        .context
        .core
        .structure_in(base, place.module)
        .ok_or_else(|| format!("{path} is no struct"))?;
    let literal = literal(of, found, &within)?;
    Ok(match of.presence_of(path) {
        Some(presence) if place.ty.starts_with("Reading") => format!(
            "{{ let value = {literal}; if flag(self.{presence})? {{ Reading::New(value) }} else {{ Reading::Waiting }} }}"
        ),
        Some(presence) => {
            format!("{{ let value = {literal}; flag(self.{presence})?.then_some(value) }}")
        }
        None => literal,
    })
}
