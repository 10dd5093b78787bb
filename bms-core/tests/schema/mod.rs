//! The law of the ranges that the schema states: a bound refuses just outside and accepts just inside, and the error names
//! field, place, value and bound.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "each test binary uses its own part; small whole numbers"
)]

use std::fmt::Debug;

use bms_core::config::ConfigError;
use bms_core::schema::{self, Expected, Field, FieldInfo, Fields, ParameterError, Visitor, Whole};

type Table = &'static [f32];

/// All fields of a configuration; the range of a map counts for its values.
pub fn fields<T: Fields<'static> + Clone>(config: &T) -> Vec<FieldInfo> {
    let mut list = List::default();
    schema::visit(&mut config.clone(), &mut list);
    list.fields
}

#[derive(Default)]
struct List {
    groups: Vec<FieldInfo>,
    fields: Vec<FieldInfo>,
}

impl Visitor<'static> for List {
    fn enter(&mut self, group: &FieldInfo, _: &'static str) {
        self.groups.push(*group);
    }

    fn leave(&mut self) {
        self.groups.pop();
    }

    fn number(&mut self, field: &FieldInfo, _: &mut f32) {
        self.fields.push(*field);
    }

    fn whole(&mut self, field: &FieldInfo, _: Whole<'_>) {
        self.fields.push(*field);
    }

    fn table(&mut self, field: &FieldInfo, _: &mut Table) {
        let mut field = *field;
        if let (Some(group), "values") = (self.groups.last(), field.name) {
            field.range = group.range;
        }
        self.fields.push(field);
    }

    fn indices(&mut self, field: &FieldInfo, _: &mut &'static [u8]) {
        self.fields.push(*field);
    }
}

/// What a field is set to; a visit puts in the value that was there.
enum Access {
    Number(f32),
    Whole(u32),
    Table(Table),
    Indices(&'static [u8]),
}

struct At {
    field: Field,
    access: Option<Access>,
    found: Option<Access>,
}

impl Visitor<'static> for At {
    fn enter(&mut self, _: &FieldInfo, _: &'static str) {}

    fn leave(&mut self) {}

    fn number(&mut self, field: &FieldInfo, value: &mut f32) {
        if field.field == self.field {
            self.found = Some(Access::Number(*value));
            if let Some(Access::Number(number)) = self.access {
                *value = number;
            }
        }
    }

    fn whole(&mut self, field: &FieldInfo, mut value: Whole<'_>) {
        if field.field == self.field {
            self.found = Some(Access::Whole(value.get()));
            if let Some(Access::Whole(number)) = self.access {
                let fits = value.set(number);
                if !fits {
                    self.found = None;
                }
            }
        }
    }

    fn table(&mut self, field: &FieldInfo, value: &mut Table) {
        if field.field == self.field {
            self.found = Some(Access::Table(value));
            if let Some(Access::Table(table)) = self.access {
                *value = table;
            }
        }
    }

    fn indices(&mut self, field: &FieldInfo, value: &mut &'static [u8]) {
        if field.field == self.field {
            self.found = Some(Access::Indices(value));
            if let Some(Access::Indices(table)) = self.access {
                *value = table;
            }
        }
    }
}

fn access<T: Fields<'static>>(
    config: &mut T,
    field: Field,
    access: Option<Access>,
) -> Option<Access> {
    let mut at = At {
        field,
        access,
        found: None,
    };
    schema::visit(config, &mut at);
    at.found
}

/// Sets a real number; returns whether the field is one.
pub fn set<T: Fields<'static>>(config: &mut T, field: Field, value: f32) -> bool {
    matches!(
        access(config, field, Some(Access::Number(value))),
        Some(Access::Number(_))
    )
}

/// A value beside a bound, and what is expected of it; nothing of one that is accepted.
type Beside = (f32, Option<Expected>);

/// The values just outside and just inside the bounds, and NaN; in SI units.
fn beside(info: &FieldInfo) -> Vec<Beside> {
    let mut values = Vec::new();
    let unit = |value: f32| info.in_range_unit(value);
    // The conversion of a unit may round: the first value that is on the other side.
    let search = |from: f32, next: fn(f32) -> f32, is_there: &dyn Fn(f32) -> bool| {
        let mut value = info.in_si(from);
        while !is_there(unit(value)) {
            value = next(value);
        }
        value
    };
    if let Some(low) = info.range.low {
        let expected = if info.range.above {
            Expected::Above(low)
        } else {
            Expected::AtLeast(low)
        };
        if info.range.above {
            let outside = search(low, f32::next_down, &|value| value <= low);
            let inside = search(low, f32::next_up, &|value| value > low);
            values.extend([(outside, Some(expected)), (inside, None)]);
        } else {
            let outside = search(low, f32::next_down, &|value| value < low);
            let inside = search(low, f32::next_up, &|value| value >= low);
            values.extend([(outside, Some(expected)), (inside, None)]);
        }
        values.push((f32::NAN, Some(expected)));
        if info.range.high.is_none() && info.range.above {
            values.push((f32::INFINITY, Some(expected)));
        }
    }
    if let Some(high) = info.range.high {
        let outside = search(high, f32::next_up, &|value| value > high);
        let inside = search(high, f32::next_down, &|value| value <= high);
        values.extend([(outside, Some(Expected::AtMost(high))), (inside, None)]);
    }
    values
}

/// Checks the law for every field. Returns how many bounds were checked.
pub fn law<T, E>(base: &T, validate: &dyn Fn(&T) -> Result<(), E>) -> usize
where
    T: Fields<'static> + Clone,
    E: Into<ConfigError> + Debug,
{
    let refusal = |config: &T| match validate(config).map_err(Into::into) {
        Err(ConfigError::Value(error)) => Some(error),
        _ => None,
    };
    assert!(validate(base).is_ok());
    let mut bounds = 0;
    for info in fields(base) {
        let field = info.field;
        let mut judge = |access_to: Access, index, value: f32, expected: Option<Expected>| {
            let mut config = base.clone();
            if access(&mut config, field, Some(access_to)).is_none() {
                return;
            }
            bounds += 1;
            let found = refusal(&config);
            match expected {
                Some(expected) => agree(found, field, index, value, expected),
                None => accepted(found, &info, index),
            }
        };
        let value = access(&mut base.clone(), field, None).expect("a field that was listed");
        match value {
            Access::Number(_) => {
                for (value, expected) in beside(&info) {
                    judge(
                        Access::Number(value),
                        None,
                        info.in_range_unit(value),
                        expected,
                    );
                }
            }
            Access::Whole(_) => {
                let low = info.range.low.unwrap_or(0.0);
                let whole = |value: f32| Access::Whole(value as u32);
                judge(whole(low), None, low, None);
                if low >= 1.0 {
                    judge(
                        whole(low - 1.0),
                        None,
                        low - 1.0,
                        Some(Expected::AtLeast(low)),
                    );
                }
                if let Some(high) = info.range.high {
                    judge(whole(high), None, high, None);
                    judge(
                        whole(high + 1.0),
                        None,
                        high + 1.0,
                        Some(Expected::AtMost(high)),
                    );
                }
            }
            Access::Table(table) => {
                for index in 0..table.len() {
                    for (value, expected) in beside(&info) {
                        let mut changed = table.to_vec();
                        changed[index] = value;
                        judge(Access::Table(changed.leak()), Some(index), value, expected);
                    }
                }
                for (length, wanted) in lengths(info.entries, table.len()) {
                    let first = table.first().copied().unwrap_or_default();
                    let mut changed = table.to_vec();
                    changed.resize(length, first);
                    let expected = Some(Expected::Length(wanted));
                    judge(Access::Table(changed.leak()), None, length as f32, expected);
                }
            }
            Access::Indices(table) => {
                for (length, wanted) in lengths(info.entries, table.len()) {
                    let mut changed = table.to_vec();
                    changed.resize(length, 0);
                    let expected = Some(Expected::Length(wanted));
                    judge(
                        Access::Indices(changed.leak()),
                        None,
                        length as f32,
                        expected,
                    );
                }
            }
        }
    }
    bounds
}

/// Lengths of a table that are refused, and what is expected of each.
fn lengths(entries: &str, length: usize) -> Vec<(usize, usize)> {
    let number = |text: &str| text.parse::<usize>().ok();
    if let Some(low) = entries.strip_prefix("at least ").and_then(number) {
        return vec![(low - 1, low)];
    }
    if let Some((low, high)) = entries.split_once(" to ")
        && let (Some(low), Some(high)) = (number(low), number(high))
    {
        return vec![(low - 1, low), (high + 1, high)];
    }
    vec![(length - 1, length), (length + 1, length)]
}

fn agree(
    found: Option<ParameterError>,
    field: Field,
    index: Option<usize>,
    value: f32,
    expected: Expected,
) {
    let place = index.map_or(String::new(), |index| format!("[{index}]"));
    let text = format!("{}{place} is {value}, expected {expected}", field.name());
    let found = found.unwrap_or_else(|| panic!("accepted: {text}"));
    assert_eq!(found.to_string(), text);
    assert_eq!((found.field, found.index), (field, index), "{text}");
    assert_eq!(found.expected, expected, "{text}");
}

/// A relation to another field, or to another entry, may refuse what the range accepts.
fn accepted(found: Option<ParameterError>, info: &FieldInfo, index: Option<usize>) {
    let Some(found) = found else { return };
    let is_own = found.field == info.field && found.index == index;
    let by_range = match found.expected {
        Expected::AtLeast(bound) => info.range.low == Some(bound) && !info.range.above,
        Expected::Above(bound) => info.range.low == Some(bound) && info.range.above,
        Expected::AtMost(bound) => info.range.high == Some(bound),
        _ => false,
    };
    assert!(!(is_own && by_range), "{found}");
}
