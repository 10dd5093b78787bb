//! JSON Schemas of pack files and cell files.

#![expect(
    clippy::needless_pass_by_value,
    reason = "parts move into the document"
)]

use serde_json::{Map, Value, json};

use super::core::sentence;
use super::formal::{Default, Entries};
use super::model::{Described, Kind, Model, argued, in_si};
use crate::generate::Generated;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The files.
///
/// # Errors
/// Where a struct is missing.
pub(crate) fn files(model: &Model) -> Result<Vec<Generated>, String> {
    Ok(vec![
        file("pack", &pack(model)?)?,
        file("cell", &cell(model)?)?,
    ])
}

fn file(name: &str, schema: &Value) -> Result<Generated, String> {
    let text = serde_json::to_string_pretty(schema).map_err(|error| error.to_string())?;
    Ok(Generated {
        path: format!("docs/schema/{name}.schema.json").into(),
        text: text + "\n",
    })
}

/// A number as it is written in decimal.
fn number(value: f32) -> Value {
    let text = value.to_string();
    text.parse::<i64>().map_or_else(
        |_| json!(text.parse::<f64>().unwrap_or_default()),
        |whole| json!(whole),
    )
}

fn object(properties: Map<String, Value>, required: &[&str], description: &str) -> Value {
    let mut object = json!({
        "type": "object",
        "description": description,
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

fn pack(model: &Model) -> Result<Value, String> {
    let mut properties = group(model, "BmsConfig", None, None)?;
    let times = json!({ "type": "integer", "minimum": 0, "maximum": 30000 });
    for (key, schema) in [
        (
            "name",
            json!({ "type": "string", "pattern": "^[a-z][a-z0-9_]*$",
                "description": "Name of the pack in C and Rust." }),
        ),
        (
            "preset",
            json!({ "enum": ["nmc-96s", "lfp-100s", "nmc-13s"],
                "description": "Preset whose values the file changes." }),
        ),
        (
            "cell_file",
            json!({ "type": "string", "description": "Cell file, relative to this file." }),
        ),
        (
            "parallel",
            json!({ "type": "number", "minimum": 1,
                "description": "Cells of the cell file in parallel." }),
        ),
        (
            "timing",
            json!({ "type": "array", "description": "Faults with other times than the catalogue's.",
                "items": { "type": "object", "additionalProperties": false,
                    "required": ["fault", "qualify_ms", "recover_ms"],
                    "properties": { "fault": { "type": "integer" }, "qualify_ms": times,
                        "recover_ms": times } } }),
        ),
    ] {
        properties.insert(key.to_owned(), schema);
    }
    let mut schema = object(
        properties,
        &["name", "preset"],
        "Pack file of bms-sim: the differences from a preset.",
    );
    schema["$schema"] = json!(DIALECT);
    schema["title"] = json!("Pack file");
    Ok(schema)
}

/// The properties of a struct.
fn group(
    model: &Model,
    name: &str,
    argument: Option<&Kind>,
    range: Option<&Described>,
) -> Result<Map<String, Value>, String> {
    let mut properties = Map::new();
    for field in &model.section(name)?.fields {
        let kind = argued(&field.kind, argument);
        let schema = match &kind {
            Kind::Opaque(_) => continue,
            Kind::Group(group_name, inner) => object(
                group(model, group_name, inner.as_deref(), Some(field))?,
                &[],
                &sentence(field),
            ),
            _ => {
                let ranged = if name == "LimitMap" && field.name == "values" {
                    range.unwrap_or(field)
                } else {
                    field
                };
                leaf(field, &kind, ranged)
            }
        };
        properties.insert(field.c_name.clone(), schema);
    }
    Ok(properties)
}

fn leaf(field: &Described, kind: &Kind, ranged: &Described) -> Value {
    let mut schema = match kind {
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Whole(_) => bounded(ranged, "integer"),
        Kind::Indices => {
            json!({ "type": "array", "items": { "type": "integer", "minimum": 0, "maximum": 255 } })
        }
        Kind::Table => array(field, bounded(ranged, "number")),
        _ => bounded(ranged, "number"),
    };
    let mut description = sentence(field);
    if let Some(rule) = &field.formal.rule {
        description = format!("{description} Rule: {rule}.");
    }
    schema["description"] = json!(description);
    match &field.formal.default {
        Some(Default::Number(value, unit)) => schema["default"] = number(in_si(*value, unit)),
        Some(Default::Flag(value)) => schema["default"] = json!(value),
        None => {}
    }
    schema
}

fn array(field: &Described, items: Value) -> Value {
    let mut schema = json!({ "type": "array", "items": items });
    if let Some(Entries::Count(low, high)) = field.entries() {
        schema["minItems"] = json!(low);
        if let Some(high) = high {
            schema["maxItems"] = json!(high);
        }
    }
    schema
}

fn bounded(field: &Described, ty: &str) -> Value {
    let mut schema = json!({ "type": ty });
    if let Some(range) = field.range() {
        if let Some(low) = range.low {
            let key = if range.above {
                "exclusiveMinimum"
            } else {
                "minimum"
            };
            schema[key] = number(in_si(low, &range.unit));
        }
        if let Some(high) = range.high {
            schema["maximum"] = number(in_si(high, &range.unit));
        }
    }
    schema
}

/// A cell file has the fields of `CellParameters` in tables of its own, maps as rows, temperatures in degrees Celsius.
fn cell(model: &Model) -> Result<Value, String> {
    let section = model.section("CellParameters")?;
    let field = |name: &str| {
        section
            .fields
            .iter()
            .find(|field| field.name == name)
            .ok_or_else(|| format!("CellParameters has no {name}"))
    };
    let described = |name: &str, mut schema: Value| -> Result<Value, String> {
        schema["description"] = json!(sentence(field(name)?));
        Ok(schema)
    };
    let list = |name: &str| -> Result<Value, String> {
        let field = field(name)?;
        described(name, array(field, bounded(field, "number")))
    };
    let rows = |name: &str| -> Result<Value, String> {
        let row = json!({ "type": "array", "items": bounded(field(name)?, "number") });
        described(name, json!({ "type": "array", "items": row }))
    };
    let single = |name: &str| described(name, bounded(field(name)?, "number"));
    let degc = |name: &str| -> Result<Value, String> {
        let mut schema = list(name)?;
        schema["items"] = json!({ "type": "number", "minimum": -100, "maximum": 150 });
        schema["description"] = json!("Temperature nodes in degrees Celsius, increasing.");
        Ok(schema)
    };
    let range = field("capacity")?.range();
    let capacity = json!({ "type": "number", "minimum": range.and_then(|range| range.low).map(number),
        "maximum": range.and_then(|range| range.high).map(number) });
    let whole = |pairs: Vec<(&str, Value)>, description: &str| {
        let required: Vec<&str> = pairs.iter().map(|(key, _)| *key).collect();
        let properties = pairs
            .iter()
            .map(|(key, schema)| ((*key).to_owned(), schema.clone()))
            .collect();
        object(properties, &required, description)
    };
    let ocv = whole(
        vec![
            ("soc", list("ocv_soc")?),
            ("temperature_degc", degc("ocv_temperature_k")?),
            ("voltage_v", rows("ocv_v")?),
        ],
        "Open-circuit voltage.",
    );
    let branch = whole(
        vec![
            ("tau_s", bounded(field("branch_tau_s")?, "number")),
            ("r_ohm", rows("branch_ohm")?),
        ],
        "One RC branch.",
    );
    let circuit = whole(
        vec![
            ("soc", list("soc")?),
            ("temperature_degc", degc("temperature_k")?),
            (
                "activation_energy_j_per_mol",
                single("activation_energy_j_per_mol")?,
            ),
            ("hysteresis_soc", single("hysteresis_soc")?),
            ("knee_current_a", list("knee_current_a")?),
            ("voltage_error_v", list("voltage_error_v")?),
            ("r0_ohm", rows("r0_ohm")?),
            (
                "charge_transfer_discharge_ohm",
                rows("charge_transfer_discharge_ohm")?,
            ),
            (
                "charge_transfer_charge_ohm",
                rows("charge_transfer_charge_ohm")?,
            ),
            ("hysteresis_v", rows("hysteresis_v")?),
            ("branch", array(field("branch_tau_s")?, branch)),
        ],
        "Equivalent circuit: maps with one row per temperature, one column per SoC.",
    );
    let mut schema = whole(
        vec![
            ("name", json!({ "type": "string" })),
            ("chemistry", json!({ "enum": ["NMC", "NCA", "LFP"] })),
            ("capacity_ah", described("capacity", capacity)?),
            ("voltage_min_v", single("voltage_min")?),
            ("voltage_max_v", single("voltage_max")?),
            ("ocv", ocv),
            ("circuit", circuit),
        ],
        "Cell file of bms-sim.",
    );
    schema["$schema"] = json!(DIALECT);
    schema["title"] = json!("Cell file");
    Ok(schema)
}
