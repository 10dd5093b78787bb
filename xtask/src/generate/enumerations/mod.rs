//! The enumerations of the C interface, derived from those of bms-core: names, numbers, documentation, texts, and the
//! conversions both ways.

mod table;
mod write;

use super::Generated;
use super::source::{Payload, Source};
use super::text::{code, phrase, plain, words};
use table::{Entry, Nested, Origin, TABLE};

/// What the text of a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    /// Its name in words.
    Name,
    /// The first sentence of its documentation.
    Sentence,
    /// The code in front of its documentation: a standard's own name.
    Code,
}

/// An enumeration with its values.
#[derive(Clone, Debug)]
struct Enumeration {
    entry: Entry,
    name: String,
    doc: Vec<String>,
    values: Vec<Value>,
    /// Whether bms-core may have values that the interface does not define.
    is_open: bool,
    /// Number of the next value.
    next: i64,
    /// The types of bms-core that conversions name.
    paths: Vec<String>,
}

/// A value of an enumeration.
#[derive(Clone, Debug)]
struct Value {
    name: String,
    number: i64,
    doc: Vec<String>,
    text: String,
    /// What it stands for in bms-core: a path below the type with a pattern of what it carries, or of a constant.
    core: String,
}

/// The generated files.
///
/// # Errors
/// Where the table does not fit the sources.
pub fn files(core: &Source, interface: &Source) -> Result<Vec<Generated>, String> {
    let all: Result<Vec<_>, _> = TABLE
        .iter()
        .map(|entry| Enumeration::new(entry, core, interface))
        .collect();
    write::files(core, &all?)
}

/// The names in C of the enumerations.
pub fn names() -> impl Iterator<Item = String> {
    TABLE.iter().map(name)
}

/// The name in C of the enumeration that stands for one of bms-core, by its public path.
#[must_use]
pub fn name_of(path: &str) -> Option<String> {
    let is_it = |entry: &&Entry| matches!(entry.origin, Origin::Core(core) if core == path);
    TABLE.iter().find(is_it).map(name)
}

fn name(entry: &Entry) -> String {
    match (entry.c, entry.origin) {
        (Some(name), _) => name.to_owned(),
        (None, Origin::Core(path)) => format!("bms_{}", words(last(path)).join("_")),
        (None, _) => String::new(),
    }
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

impl Enumeration {
    fn new(entry: &Entry, core: &Source, interface: &Source) -> Result<Self, String> {
        let name = name(entry);
        let mut made = Self {
            entry: *entry,
            name: name.clone(),
            doc: Vec::new(),
            values: Vec::new(),
            is_open: false,
            next: 0,
            paths: Vec::new(),
        };
        match entry.origin {
            Origin::Core(path) => {
                made.doc = plain(&core.enumeration(path)?.doc);
                if let Some((none, doc)) = entry.none {
                    made.push(none, 0, &[doc.to_owned()], "None".to_owned());
                }
                let around = if entry.none.is_some() {
                    ["Some(", ")"]
                } else {
                    ["", ""]
                };
                made.add(core, path, "", around)?;
                if made.is_open {
                    let doc = "Not defined by this version of the interface.";
                    made.push("OTHER", 255, &[doc.to_owned()], "_".to_owned());
                }
            }
            Origin::Constants(_, paths) => {
                made.doc = vec!["Configurations to start from.".to_owned()];
                for (path, number) in paths.iter().zip(1..) {
                    let constant = core.constant(path)?;
                    made.push(
                        last(path),
                        number,
                        &constant.doc,
                        format!("bms_core::{path}"),
                    );
                }
            }
            Origin::Interface => {
                let found = interface.enumeration(&name)?;
                for variant in &found.variants {
                    let number = variant.discriminant.unwrap_or_default();
                    let short = variant
                        .name
                        .strip_prefix(&made.prefix())
                        .unwrap_or_default();
                    made.push(short, number, &variant.doc, String::new());
                }
            }
        }
        Ok(made)
    }

    /// Adds the values of an enumeration of bms-core, which is within `prefix` in C and within `around` in patterns.
    fn add(
        &mut self,
        core: &Source,
        path: &str,
        prefix: &str,
        around: [&str; 2],
    ) -> Result<(), String> {
        let found = core.enumeration(path)?;
        self.is_open |= found.non_exhaustive;
        self.paths.push(format!("bms_core::{path}"));
        for variant in &found.variants {
            let [before, after] = around;
            let pattern = format!("{before}{}::{}", last(path), variant.name);
            let is_it = |nested: &&Nested| nested.variant == (path, &variant.name);
            if let Some(nested) = self.entry.nested.iter().find(is_it) {
                self.next = nested.first.unwrap_or(self.next);
                self.add(
                    core,
                    nested.carries,
                    nested.prefix,
                    [&format!("{pattern}("), &format!("){after}")],
                )?;
                continue;
            }
            let carried = match variant.payload {
                Payload::None => "",
                Payload::Tuple(_) => "(..)",
                Payload::Named => "{ .. }",
            };
            let name = words(&variant.name).join("_").to_uppercase();
            let number = variant.discriminant.unwrap_or(self.next);
            self.push(
                &format!("{prefix}{name}"),
                number,
                &variant.doc,
                format!("{pattern}{carried}{after}"),
            );
        }
        Ok(())
    }

    fn push(&mut self, name: &str, number: i64, doc: &[String], core: String) {
        self.next = number + 1;
        let text = match self.entry.text {
            Text::Name if matches!(self.entry.origin, Origin::Constants(..)) => {
                name.replace('_', " ")
            }
            Text::Name => words(name).join(" "),
            Text::Sentence => phrase(doc),
            Text::Code => code(doc),
        };
        self.values.push(Value {
            name: format!("{}{name}", self.prefix()),
            number,
            doc: plain(doc),
            text,
            core,
        });
    }

    fn prefix(&self) -> String {
        let prefix = self
            .entry
            .prefix
            .map_or_else(|| self.name.to_uppercase(), str::to_owned);
        format!("{prefix}_")
    }
}
