//! C for `bms.h`.

use std::fmt::Write as _;

use bms_core::schema::{self, FieldInfo, Visitor, Whole};

use super::pack_file::Pack;
use super::wrapped;

/// Widest line of a table.
const WIDTH: usize = 110;

/// The header of a pack: sizes, and the name of its configuration.
#[must_use]
pub fn header(pack: &Pack, written_by: &str) -> String {
    let name = &pack.name;
    let layout = &pack.core.layout;
    let (cells, sensors, front_ends) =
        (layout.cells, layout.temperature_sensors, layout.front_ends);
    let upper = name.to_uppercase();
    format!(
        "/* {written_by} */\n\
         #ifndef {upper}_H\n\
         #define {upper}_H\n\n\
         #include \"bms.h\"\n\n\
         #define {upper}_CELLS {cells}\n\
         #define {upper}_TEMPERATURE_SENSORS {sensors}\n\
         #define {upper}_FRONT_ENDS {front_ends}\n\
         #define {upper}_STORAGE_WORDS BMS_STORAGE_WORDS({upper}_CELLS, {upper}_TEMPERATURE_SENSORS)\n\n\
         #ifdef __cplusplus\n\
         extern \"C\" {{\n\
         #endif\n\n\
         /* For bms_init; with its tables it stays in flash. */\n\
         extern const bms_config {name};\n\n\
         #ifdef __cplusplus\n\
         }}\n\
         #endif\n\n\
         #endif\n"
    )
}

/// The tables and the configuration of a pack.
#[must_use]
pub fn source(pack: &Pack, written_by: &str) -> String {
    let mut writer = Writer {
        prefix: pack.name.clone(),
        path: Vec::new(),
        tables: String::new(),
        fields: String::new(),
    };
    let mut core = pack.core;
    schema::visit(&mut core, &mut writer);
    let mut timings = String::new();
    if !pack.timings.is_empty() {
        let _ = writeln!(
            timings,
            "static const bms_fault_timing {}_timings[] = {{",
            pack.name
        );
        for timing in &pack.timings {
            let _ = writeln!(
                timings,
                "  {{{}, {}, {}}}, /* {} */",
                timing.fault.definition().number,
                timing.timing.qualify_ms,
                timing.timing.recover_ms,
                timing.fault.definition().name(),
            );
        }
        timings.push_str("};\n\n");
        let _ = writeln!(writer.fields, "  .timings = {}_timings,", pack.name);
        let _ = writeln!(writer.fields, "  .timing_count = {},", pack.timings.len());
    }
    format!(
        "/* {written_by} */\n#include \"{name}.h\"\n\n{}{timings}const bms_config {name} = {{\n  .struct_size = \
         sizeof(bms_config),\n  .abi_version = BMS_ABI_VERSION,\n{}}};\n",
        writer.tables,
        writer.fields,
        name = pack.name,
    )
}

struct Writer {
    prefix: String,
    path: Vec<&'static str>,
    tables: String,
    fields: String,
}

/// The shortest decimal number that is read back as the same.
fn literal(value: f32) -> String {
    format!("{value:?}f")
}

impl Writer {
    fn indent(&mut self) {
        for _ in 0..=self.path.len() {
            self.fields.push_str("  ");
        }
    }

    fn line(&mut self, field: &FieldInfo, value: &str) {
        self.indent();
        let _ = writeln!(self.fields, ".{} = {value},", field.c_name);
    }

    /// Writes a table, and gives its name.
    fn put_table(&mut self, field: &FieldInfo, kind: &str, entries: &[String]) -> String {
        let name = format!("{}_{}_{}", self.prefix, self.path.join("_"), field.c_name);
        let text = wrapped(entries, "  ", WIDTH);
        let _ = writeln!(
            self.tables,
            "static const {kind} {name}[{}] = {{\n{text}}};\n",
            entries.len()
        );
        name
    }
}

impl Visitor<'static> for Writer {
    fn enter(&mut self, field: &FieldInfo, _: &'static str) {
        self.indent();
        let _ = writeln!(self.fields, ".{} = {{", field.c_name);
        self.path.push(field.c_name);
    }

    fn leave(&mut self) {
        self.path.pop();
        self.indent();
        self.fields.push_str("},\n");
    }

    fn number(&mut self, field: &FieldInfo, value: &mut f32) {
        self.line(field, &literal(*value));
    }

    fn whole(&mut self, field: &FieldInfo, value: Whole<'_>) {
        self.line(field, &value.get().to_string());
    }

    fn table(&mut self, field: &FieldInfo, value: &mut &'static [f32]) {
        let entries: Vec<String> = value.iter().map(|value| literal(*value)).collect();
        let name = self.put_table(field, "float", &entries);
        self.line(field, &format!("{{{name}, {}}}", entries.len()));
    }

    fn indices(&mut self, field: &FieldInfo, value: &mut &'static [u8]) {
        let entries: Vec<String> = value.iter().map(ToString::to_string).collect();
        let name = self.put_table(field, "uint8_t", &entries);
        self.line(field, &name);
    }
}
