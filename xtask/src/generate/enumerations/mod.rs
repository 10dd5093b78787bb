//! The enumerations of the C interface, derived from those of bms-core: names, numbers, documentation, texts, and the
//! conversions both ways.

mod table;
mod write;

use super::Generated;
use super::source::{Enum, Payload, Source};
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
    /// Modules and names of the enumerations of bms-core that it stands for.
    origins: Vec<(String, String)>,
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

/// The enumerations of the C interface.
#[derive(Clone, Debug)]
pub struct Enumerations(Vec<Enumeration>);

impl Enumerations {
    /// Reads them.
    ///
    /// # Errors
    /// Where the table does not fit the sources.
    pub fn new(core: &Source, interface: &Source) -> Result<Self, String> {
        let all: Result<_, _> = TABLE
            .iter()
            .map(|entry| Enumeration::new(entry, core, interface))
            .collect();
        all.map(Self)
    }

    /// The generated files.
    ///
    /// # Errors
    /// Where the table does not fit the sources.
    pub fn files(&self, core: &Source) -> Result<Vec<Generated>, String> {
        write::files(core, &self.0)
    }

    /// The name in C of an enumeration of bms-core, or of an optional value of it.
    #[must_use]
    pub fn name_of(&self, core: &Enum, is_optional: bool) -> Option<&str> {
        let is_it = |of: &&Enumeration| {
            let first = of.origins.first();
            let also = of.origins.last().filter(|_| of.entry.also.is_some());
            let place = (core.module.clone(), core.name.clone());
            of.entry.none.is_some() == is_optional
                && (first == Some(&place) || also == Some(&place))
        };
        self.0.iter().find(is_it).map(|of| of.name.as_str())
    }

    /// The value with the lowest number; empty where there is no such enumeration.
    #[must_use]
    pub fn first_of(&self, name: &str) -> &str {
        let values = self
            .0
            .iter()
            .find(|of| of.name == name)
            .map(|of| &of.values);
        values
            .and_then(|values| values.first())
            .map_or("", |value| &value.name)
    }
}

/// The names in C of the enumerations.
pub fn names() -> impl Iterator<Item = String> {
    TABLE.iter().map(name)
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
            origins: Vec::new(),
        };
        match entry.origin {
            Origin::Core(path) => {
                let found = core.enumeration(path)?;
                made.doc = plain(&found.doc);
                made.origins
                    .push((found.module.clone(), found.name.clone()));
                if let Some(also) = entry.also {
                    let also = core.enumeration(also)?;
                    made.origins.push((also.module.clone(), also.name.clone()));
                }
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
