//! Places in a scenario.

use toml::Value;

/// A place in a scenario.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key(Vec<Part>);

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Table(String),
    Array(usize),
}

impl Key {
    /// Tables separated by points, places in arrays in brackets, from 0.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        for piece in text.split('.') {
            let (name, places) = piece
                .split_once('[')
                .map_or((piece, ""), |(name, _)| (name, &piece[name.len()..]));
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if name.is_empty() || !name.chars().all(fits) {
                return None;
            }
            parts.push(Part::Table(name.to_owned()));
            let mut rest = places;
            while !rest.is_empty() {
                let (place, more) = rest.strip_prefix('[')?.split_once(']')?;
                parts.push(Part::Array(place.parse().ok()?));
                rest = more;
            }
        }
        Some(Self(parts))
    }

    /// Sets a value; missing tables are created, array elements must exist. False if there is no such place.
    pub(crate) fn set(&self, table: &mut Value, value: Value) -> bool {
        let mut place = table;
        for part in &self.0 {
            let next = match (part, place) {
                (Part::Table(name), Value::Table(table)) => Some(
                    table
                        .entry(name)
                        .or_insert_with(|| Value::Table(toml::Table::new())),
                ),
                (Part::Array(index), Value::Array(array)) => array.get_mut(*index),
                _ => None,
            };
            let Some(next) = next else {
                return false;
            };
            place = next;
        }
        *place = value;
        true
    }
}
