//! Rust constants for `bms-core`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use bms_core::schema::{self, FieldInfo, Visitor, Whole};

use super::pack_file::Pack;
use super::wrapped;

/// Widest line of a table.
const WIDTH: usize = 100;

/// A module with the tables and the configuration of a pack, which the compiler validates.
#[must_use]
pub fn source(pack: &Pack, written_by: &str) -> String {
    let mut writer = Writer {
        path: Vec::new(),
        closers: Vec::new(),
        tables: String::new(),
        fields: String::new(),
        units: BTreeSet::new(),
        types: BTreeSet::new(),
    };
    let mut core = pack.core;
    schema::visit(&mut core, &mut writer);
    let mut timings = "FaultTimings::DEFAULT".to_owned();
    for timing in &pack.timings {
        let _ = write!(
            timings,
            "\n        .with(FaultId::{:?}, FaultTiming {{ qualify_ms: {}, recover_ms: {} }})",
            timing.fault, timing.timing.qualify_ms, timing.timing.recover_ms,
        );
    }
    let mut types: Vec<&str> = writer.types.iter().copied().collect();
    types.push("BmsConfig");
    types.sort_unstable();
    let of_module = |module: &[&'static str]| -> String {
        let found: Vec<&str> = types
            .iter()
            .copied()
            .filter(|name| module.contains(name))
            .collect();
        found.join(", ")
    };
    let other = [
        "CellParameters",
        "CapacityTuning",
        "EstimatorTuning",
        "DeltaTuning",
    ];
    let config_types: Vec<&str> = types
        .iter()
        .copied()
        .filter(|name| !other.contains(name))
        .collect();
    let protection = if pack.timings.is_empty() {
        "FaultTimings"
    } else {
        "FaultId, FaultTiming, FaultTimings"
    };
    let units: Vec<&str> = writer.units.iter().copied().collect();
    format!(
        "// {written_by}\n\nuse bms_core::cell::CellParameters;\nuse bms_core::config::{{{}}};\n\
         use bms_core::estimation::{{{}}};\nuse bms_core::protection::{{{protection}}};\n\
         use bms_core::units::{{{}}};\n\n{}/// The pack.\npub const {}: BmsConfig<'static> = BmsConfig {{\n{}    timings: \
         {timings},\n}};\n\nconst _: () = assert!({}.validate().is_ok());\n",
        config_types.join(", "),
        of_module(&other[1..]),
        units.join(", "),
        writer.tables,
        pack.name.to_uppercase(),
        writer.fields,
        pack.name.to_uppercase(),
    )
}

struct Writer {
    path: Vec<&'static str>,
    closers: Vec<&'static str>,
    tables: String,
    fields: String,
    units: BTreeSet<&'static str>,
    types: BTreeSet<&'static str>,
}

impl Writer {
    fn indent(&mut self) {
        for _ in 0..=self.path.len() {
            self.fields.push_str("    ");
        }
    }

    fn line(&mut self, field: &FieldInfo, value: &str) {
        self.indent();
        let _ = writeln!(self.fields, "{}: {value},", field.name);
    }

    fn put_table(&mut self, field: &FieldInfo, kind: &str, entries: &[String]) -> String {
        let name = format!("{}_{}", self.path.join("_"), field.name).to_uppercase();
        let text = wrapped(entries, "    ", WIDTH);
        let _ = writeln!(
            self.tables,
            "const {name}: [{kind}; {}] = [\n{text}];\n",
            entries.len()
        );
        name
    }
}

impl Visitor<'static> for Writer {
    fn enter(&mut self, field: &FieldInfo, type_name: &'static str) {
        self.indent();
        let _ = writeln!(self.fields, "{}: {} {{", field.name, type_name);
        self.types.insert(type_name);
        self.path.push(field.name);
        self.closers.push("},");
    }

    fn leave(&mut self) {
        self.path.pop();
        self.indent();
        self.fields.push_str(self.closers.pop().unwrap_or_default());
        self.fields.push('\n');
    }

    fn number(&mut self, field: &FieldInfo, value: &mut f32) {
        if field.constructor.is_empty() {
            self.line(field, &format!("{value:?}"));
        } else {
            self.units.insert(field.constructor);
            self.line(field, &format!("{}({value:?})", field.constructor));
        }
    }

    fn whole(&mut self, field: &FieldInfo, value: Whole<'_>) {
        let text = match value {
            Whole::Flag(value) => value.to_string(),
            other => other.get().to_string(),
        };
        self.line(field, &text);
    }

    fn table(&mut self, field: &FieldInfo, value: &mut &'static [f32]) {
        let entries: Vec<String> = value.iter().map(|value| format!("{value:?}")).collect();
        let name = self.put_table(field, "f32", &entries);
        self.line(field, &format!("&{name}"));
    }

    fn indices(&mut self, field: &FieldInfo, value: &mut &'static [u8]) {
        let entries: Vec<String> = value.iter().map(ToString::to_string).collect();
        let name = self.put_table(field, "u8", &entries);
        self.line(field, &format!("&{name}"));
    }
}
