//! How the structs of inputs, outputs and records are described: which field of C is which of bms-core.
//!
//! A block describes one struct, in the order of its fields in C:
//!
//! ```text
//! bms_leg = charging::Leg both
//!   time_s = time                 the field of C, and the path of the field in bms-core
//!   energy_j = energy -- Text.    with documentation of its own instead of bms-core's
//! ```
//!
//! A struct is given `out` of the library, taken `in`, or `both`; `sized` if it begins with its own size. Types, conversions
//! and documentation follow from bms-core. The other lines:
//!
//! ```text
//!   departure_s                   as `departure_s = departure_s`
//!   *                             all fields of bms-core that no other line has, with the unit at the end of the name
//!   has_discharge = discharge?    1 if an optional value is there, or a reading is new
//!   a: type, b: type = f(path)    values that a function in bms-ffi makes of the field
//!   lowest_cell_v, lowest_cell = lowest_cell     a quantity and its index
//!   name: type -- Text.           only in C, zero until bms-ffi sets it
//!   - cells                       only in bms-core: left out, or an argument of the conversion
//!   - bound_by = expression       only in bms-core, always this value
//! ```

/// A struct of the C interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) c: String,
    /// Public path in bms-core.
    pub(super) core: String,
    pub(super) is_read: bool,
    pub(super) is_given: bool,
    pub(super) is_sized: bool,
    pub(super) lines: Vec<Line>,
}

/// A line of a struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// All other fields.
    Rest,
    /// A field for a field.
    Field {
        c: String,
        path: String,
        doc: Option<String>,
    },
    /// Whether an optional value is there.
    Presence { c: String, path: String },
    /// A quantity and the index of where it was found.
    Indexed { c: [String; 2], path: String },
    /// Names and types of fields, and the function that makes them, of the field of a path.
    Made {
        c: Vec<(String, String)>,
        function: String,
        path: String,
        doc: Option<String>,
    },
    /// Only in C: name, type, documentation.
    Own { c: String, ty: String, doc: String },
    /// Only in bms-core: an argument, or a fixed value.
    Core { path: String, value: Option<String> },
}

/// The structs of a description.
pub(super) fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
    {
        let failed = || format!("not understood: {line}");
        if line.starts_with(' ') {
            let parsed = parse_line(line.trim()).ok_or_else(failed)?;
            entries.last_mut().ok_or_else(failed)?.lines.push(parsed);
        } else {
            let (c, rest) = line.split_once(" = ").ok_or_else(failed)?;
            let mut words = rest.split(' ');
            let core = words.next().ok_or_else(failed)?;
            let words: Vec<_> = words.collect();
            let is = |word| words.contains(&word);
            entries.push(Entry {
                c: c.to_owned(),
                core: core.to_owned(),
                is_read: is("in") || is("both"),
                is_given: is("out") || is("both"),
                is_sized: is("sized"),
                lines: Vec::new(),
            });
        }
    }
    Ok(entries)
}

fn parse_line(line: &str) -> Option<Line> {
    if line == "*" {
        return Some(Line::Rest);
    }
    if let Some(line) = line.strip_prefix("- ") {
        let (path, value) = line
            .split_once(" = ")
            .map_or((line, None), |(path, value)| (path, Some(value.to_owned())));
        return Some(Line::Core {
            path: path.to_owned(),
            value,
        });
    }
    let (line, doc) = match line.split_once(" -- ") {
        Some((line, doc)) => (line, Some(doc.to_owned())),
        None => (line, None),
    };
    let (c, path) = line
        .split_once(" = ")
        .map_or((line, line), |(c, path)| (c, path));
    let typed = |of: &str| {
        of.split_once(": ")
            .map(|(name, ty)| (name.to_owned(), ty.to_owned()))
    };
    if let Some((function, path)) = path.strip_suffix(')').and_then(|path| path.split_once('(')) {
        let c = c.split(", ").map(typed).collect::<Option<_>>()?;
        return Some(Line::Made {
            c,
            function: function.to_owned(),
            path: path.to_owned(),
            doc,
        });
    }
    if let Some((c, ty)) = typed(c) {
        return Some(Line::Own { c, ty, doc: doc? });
    }
    if let Some((value, index)) = c.split_once(", ") {
        return Some(Line::Indexed {
            c: [value.to_owned(), index.to_owned()],
            path: path.to_owned(),
        });
    }
    let (c, path) = (c.to_owned(), path.to_owned());
    Some(match path.strip_suffix('?') {
        Some(path) => Line::Presence {
            c,
            path: path.to_owned(),
        },
        None => Line::Field { c, path, doc },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_is_understood() {
        let text = "bms_a = x::A both sized\n  *\n  b_v = b -- Text.\n  has_c = c?\n  d_v, d = d\n  e: u8, f: u16 = make(e)\n  g: u32 -- G.\n  - h\n  - i = 3\n";
        let entries = parse(text).unwrap();
        let entry = &entries[0];
        assert_eq!((&*entry.c, &*entry.core), ("bms_a", "x::A"));
        assert!(entry.is_read && entry.is_given && entry.is_sized);
        let text = |text: &str| text.to_owned();
        assert_eq!(
            entry.lines[1],
            Line::Field {
                c: text("b_v"),
                path: text("b"),
                doc: Some(text("Text."))
            }
        );
        assert_eq!(
            entry.lines[2],
            Line::Presence {
                c: text("has_c"),
                path: text("c")
            }
        );
        assert_eq!(
            entry.lines[3],
            Line::Indexed {
                c: [text("d_v"), text("d")],
                path: text("d")
            }
        );
        let made = vec![(text("e"), text("u8")), (text("f"), text("u16"))];
        assert_eq!(
            entry.lines[4],
            Line::Made {
                c: made,
                function: text("make"),
                path: text("e"),
                doc: None
            }
        );
        assert_eq!(
            entry.lines[7],
            Line::Core {
                path: text("i"),
                value: Some(text("3"))
            }
        );
    }
}
