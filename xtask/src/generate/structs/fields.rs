//! The fields of a struct in C.

use super::table::Line;
use super::types::argument;
use super::{Mirror, Place};
use crate::generate::text::plain;

/// A field of the interface.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: String,
    pub(super) doc: Vec<String>,
    pub(super) zero: String,
    /// From bms-core; absent where bms-ffi sets it.
    pub(super) from_core: Option<String>,
}

impl Field {
    fn new(
        name: &str,
        ty: &str,
        doc: Vec<String>,
        zero: String,
        from_core: Option<String>,
    ) -> Self {
        Self {
            name: name.to_owned(),
            ty: ty.to_owned(),
            doc,
            zero,
            from_core,
        }
    }
}

impl Mirror<'_> {
    /// The fields of C, in their order.
    pub(super) fn fields(&self) -> Result<Vec<Field>, String> {
        let mut fields = Vec::new();
        for line in &self.lines {
            match line {
                Line::Field { c, path, doc } => fields.push(self.field(c, path, doc.as_deref())?),
                Line::Presence { c, path } => fields.push(self.presence(c, path)?),
                Line::Indexed { c, path } => fields.extend(self.indexed(c, path)?),
                Line::Made { c, path, doc, .. } => {
                    fields.extend(self.made(c, path, doc.as_deref())?);
                }
                Line::Own { c, ty, doc } => {
                    fields.push(Field::new(
                        c,
                        ty,
                        vec![doc.clone()],
                        self.context.zero(ty),
                        None,
                    ));
                }
                Line::Core { .. } | Line::Rest => {}
            }
        }
        Ok(fields)
    }

    fn field(&self, c: &str, path: &str, doc: Option<&str>) -> Result<Field, String> {
        let (place, leaf) = self.leaf(path)?;
        let has_unit =
            ["", "ratio"].contains(&leaf.unit) || c.ends_with(&format!("_{}", leaf.unit));
        if !has_unit {
            return Err(format!("{c} does not end with _{}", leaf.unit));
        }
        let mut doc = doc.map_or_else(|| plain(place.doc), |doc| vec![doc.to_owned()]);
        add_sentence(&mut doc, &leaf.doc);
        let from_core = expression(&place, path, &leaf.zero, &leaf.from_core);
        Ok(Field::new(c, &leaf.c, doc, leaf.zero, Some(from_core)))
    }

    fn presence(&self, c: &str, path: &str) -> Result<Field, String> {
        let is_reading = path.is_empty() || self.place(path)?.ty.starts_with("Reading");
        let (is_there, doc) = if is_reading {
            (
                "is_new",
                "1 if it arrived since the last step, 0 if not.".to_owned(),
            )
        } else {
            (
                "is_some",
                format!("Whether there is {}: 0 or 1.", self.presence_words(path)),
            )
        };
        let from_core = format!("u8::from(core.{path}.{is_there}())");
        Ok(Field::new(
            c,
            "u8",
            vec![doc],
            "0".to_owned(),
            Some(from_core),
        ))
    }

    fn indexed(&self, [value, index]: &[String; 2], path: &str) -> Result<[Field; 2], String> {
        let place = self.place(path)?;
        let inner =
            argument(&place.ty, "Option").and_then(|of| of.strip_prefix('(')?.split(',').next());
        let inner = inner.ok_or_else(|| format!("{path} is no quantity with an index"))?;
        let leaf = self
            .context
            .leaf(&format!("Option<{inner}>"), place.module)?;
        let mut doc = plain(place.doc);
        add_sentence(&mut doc, &leaf.doc);
        let number = leaf
            .from_core
            .replace("{}", &format!("core.{path}.map(|(value, _)| value)"));
        let place = format!("core.{path}.map_or(BMS_NO_INDEX, |(_, place)| index(place))");
        let of_index = vec![format!("Index of `{value}`; `BMS_NO_INDEX` for none.")];
        Ok([
            Field::new(value, &leaf.c, doc, leaf.zero, Some(number)),
            Field::new(
                index,
                "u16",
                of_index,
                "BMS_NO_INDEX".to_owned(),
                Some(place),
            ),
        ])
    }

    fn made(
        &self,
        c: &[(String, String)],
        path: &str,
        doc: Option<&str>,
    ) -> Result<Vec<Field>, String> {
        let place = self.place(path)?;
        let mut docs = doc.unwrap_or_default().split(" | ");
        let fields = c.iter().map(|(name, ty)| {
            let doc = match docs.next() {
                Some(doc) if !doc.trim().is_empty() => vec![doc.to_owned()],
                _ => plain(place.doc),
            };
            Field::new(name, ty, doc, self.context.zero(ty), Some(name.clone()))
        });
        Ok(fields.collect())
    }

    /// The fields of C that have the value of a path.
    fn presence_words(&self, path: &str) -> String {
        let within = format!("{path}.");
        let names = self.lines.iter().filter_map(|line| match line {
            Line::Field { c, path: of, .. } if of == path || of.starts_with(&within) => {
                Some(format!("`{c}`"))
            }
            _ => None,
        });
        names.collect::<Vec<_>>().join(", ")
    }
}

/// The value of a field of bms-core, `core.{path}`, in C.
fn expression(place: &Place<'_>, path: &str, zero: &str, from_core: &str) -> String {
    match &place.within {
        None => from_core.replace("{}", &format!("core.{path}")),
        Some(outer) => {
            let inner = path.get(outer.len() + 1..).unwrap_or_default();
            let value = from_core.replace("{}", &format!("inner.{inner}"));
            format!("core.{outer}.map_or({zero}, |inner| {value})")
        }
    }
}

fn add_sentence(doc: &mut Vec<String>, sentence: &str) {
    if sentence.is_empty() {
        return;
    }
    match doc.last_mut() {
        Some(last) if last.len() + sentence.len() < 110 => {
            last.push(' ');
            last.push_str(sentence);
        }
        _ => doc.push(sentence.to_owned()),
    }
}
