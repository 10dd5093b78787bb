//! The structs of the C interface for inputs, outputs and records, derived from those of bms-core.

mod fields;
mod table;
mod types;
mod write;

use std::fs;

use super::Generated;
use super::enumerations::Enumerations;
use super::source::{Source, Struct};
use crate::root;
use table::{Entry, Line};
use types::{Context, Leaf, argument};

/// The description of all, beside this file.
const DESCRIPTION: &str = "xtask/src/generate/structs/interface.txt";

/// A struct of the interface.
struct Mirror<'s> {
    entry: &'s Entry,
    context: Context<'s>,
    root: &'s Struct,
    /// Generic arguments, such as `bool`.
    arguments: Option<&'s str>,
    lines: Vec<Line>,
}

/// A field of bms-core.
struct Place<'s> {
    ty: String,
    module: &'s str,
    doc: &'s [String],
    /// Path of the optional value or reading that it is within.
    within: Option<String>,
}

/// The generated files.
///
/// # Errors
/// Where the description does not fit the sources.
pub fn files(core: &Source, enumerations: &Enumerations) -> Result<Vec<Generated>, String> {
    let path = root().join(DESCRIPTION);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let entries = table::parse(&text)?;
    let mut files = Vec::new();
    let mut refused = Vec::new();
    for entry in &entries {
        let file = Mirror::new(core, enumerations, &entries, entry)
            .and_then(|mirror| write::file(&mirror));
        match file {
            Ok(file) => files.push(file),
            Err(error) => refused.push(format!("{}: {error}", entry.c)),
        }
    }
    if refused.is_empty() {
        Ok(files)
    } else {
        Err(refused.join("\n"))
    }
}

/// The struct of a public path, whether a reading of it is meant, and generic arguments.
fn root_of<'s>(
    core: &'s Source,
    path: &'s str,
) -> Result<(&'s Struct, bool, Option<&'s str>), String> {
    let (path, is_reading) = argument(path, "Reading").map_or((path, false), |inner| (inner, true));
    let (path, arguments) = path
        .split_once('<')
        .map_or((path, None), |(path, rest)| (path, rest.strip_suffix('>')));
    Ok((core.structure(path)?, is_reading, arguments))
}

impl<'s> Mirror<'s> {
    fn new(
        core: &'s Source,
        enumerations: &'s Enumerations,
        entries: &'s [Entry],
        entry: &'s Entry,
    ) -> Result<Self, String> {
        let mut structs = Vec::new();
        for other in entries {
            let (found, is_reading, arguments) = root_of(core, &other.core)?;
            let name = arguments.map_or(found.name.clone(), |of| format!("{}<{of}>", found.name));
            let name = if is_reading {
                format!("Reading<{name}>")
            } else {
                name
            };
            structs.push((other.c.clone(), found.module.clone(), name));
        }
        let (root, _, arguments) = root_of(core, &entry.core)?;
        let context = Context {
            core,
            enumerations,
            structs,
            is_read: entry.is_read,
        };
        let mut mirror = Self {
            entry,
            context,
            root,
            arguments,
            lines: Vec::new(),
        };
        for line in &entry.lines {
            let lines = mirror.expanded(line)?;
            mirror.lines.extend(lines);
        }
        let has_line = |name: &String| {
            mirror
                .lines
                .iter()
                .any(|line| first_segment(line) == Some(name))
        };
        match root.fields.iter().find(|field| !has_line(&field.name)) {
            Some(field) => Err(format!(
                "no line for {}; `- {}` leaves it out",
                field.name, field.name
            )),
            None => Ok(mirror),
        }
    }

    /// The line with whole paths; the rest as one line for each field.
    fn expanded(&self, line: &Line) -> Result<Vec<Line>, String> {
        Ok(match line {
            Line::Rest => {
                let mut lines = Vec::new();
                for field in &self.root.fields {
                    if !self
                        .entry
                        .lines
                        .iter()
                        .any(|line| first_segment(line) == Some(&field.name))
                    {
                        let leaf = self.leaf(&field.name)?.1;
                        let (c, path) = (with_unit(&field.name, leaf.unit), field.name.clone());
                        lines.push(Line::Field { c, path, doc: None });
                    }
                }
                lines
            }
            Line::Field { c, path, doc } if c == path => {
                let by_unit = |name: &&String| {
                    self.leaf(name)
                        .is_ok_and(|(_, leaf)| with_unit(name, leaf.unit) == *c)
                };
                let names = self.root.fields.iter().map(|field| &field.name);
                let path = names
                    .clone()
                    .find(|name| *name == c)
                    .or_else(|| names.clone().find(by_unit));
                let path = path.ok_or_else(|| format!("no field for {c}"))?.clone();
                vec![Line::Field {
                    c: c.clone(),
                    path,
                    doc: doc.clone(),
                }]
            }
            line => vec![line.clone()],
        })
    }

    /// The field of bms-core with a path.
    fn place(&self, path: &str) -> Result<Place<'s>, String> {
        let mut structure = self.root;
        let mut place: Option<Place<'s>> = None;
        let mut done = String::new();
        for name in path.split('.') {
            let mut within = None;
            if let Some(outer) = place {
                let inner = ["Option", "Reading"]
                    .iter()
                    .find_map(|of| argument(&outer.ty, of));
                within = outer.within.or_else(|| inner.map(|_| done.clone()));
                let ty = inner.unwrap_or(&outer.ty);
                let base = ty.split('<').next().unwrap_or(ty);
                let found = self.context.core.structure_in(base, outer.module);
                structure = found.ok_or_else(|| format!("{done} of {path} is no struct"))?;
            }
            let field = structure.fields.iter().find(|field| field.name == name);
            let field = field.ok_or_else(|| format!("{} has no field {name}", structure.name))?;
            let ty = match self.arguments {
                Some(of) if structure.name == self.root.name => replace_word(&field.ty, "T", of),
                _ => field.ty.clone(),
            };
            place = Some(Place {
                ty,
                module: &structure.module,
                doc: &field.doc,
                within,
            });
            done = if done.is_empty() {
                name.to_owned()
            } else {
                format!("{done}.{name}")
            };
        }
        place.ok_or_else(|| "an empty path".to_owned())
    }

    fn leaf(&self, path: &str) -> Result<(Place<'s>, Leaf), String> {
        let place = self.place(path)?;
        let whole = self.context.leaf(&place.ty, place.module);
        let leaf = match argument(&place.ty, "Option") {
            Some(inner) if whole.is_err() || self.presence_of(path).is_some() => {
                self.context.leaf(inner, place.module)?.optional()
            }
            _ => whole?,
        };
        Ok((place, leaf))
    }

    /// The field of C that says whether the value of a path is there.
    fn presence_of(&self, path: &str) -> Option<&str> {
        self.entry.lines.iter().find_map(|line| match line {
            Line::Presence { c, path: of } if of == path => Some(c.as_str()),
            _ => None,
        })
    }
}

/// The first segment of the path that a line stands for.
fn first_segment(line: &Line) -> Option<&str> {
    let path = match line {
        Line::Field { path, .. }
        | Line::Presence { path, .. }
        | Line::Indexed { path, .. }
        | Line::Made { path, .. }
        | Line::Core { path, .. } => path,
        Line::Rest | Line::Own { .. } => return None,
    };
    path.split('.').next()
}

/// A name with the unit at its end. States of charge and factors on one have none.
fn with_unit(name: &str, unit: &str) -> String {
    let has_one = unit.is_empty() || name.ends_with(&format!("_{unit}"));
    if has_one || (unit == "ratio" && (name.contains("soc") || name.contains("sigma"))) {
        name.to_owned()
    } else {
        format!("{name}_{unit}")
    }
}

fn replace_word(text: &str, word: &str, by: &str) -> String {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, after) = rest.split_at(at);
        let after = &after[word.len()..];
        let is_whole = !before.ends_with(is_word) && !after.starts_with(is_word);
        out = out + before + if is_whole { by } else { word };
        rest = after;
    }
    out + rest
}
