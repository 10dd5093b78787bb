//! Assignment of columns to quantities and units.

use std::path::Path;

use super::BdfError;

/// A unit that is converted as `value * numerator / denominator + offset`.
///
/// Two factors instead of one, so that 3700 mV is exactly 3.7 V.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Unit {
    /// Spellings; the first is BDF's label, compared without regard to case.
    spellings: &'static [&'static str],
    numerator: f64,
    denominator: f64,
    offset: f64,
}

const fn unit(spellings: &'static [&'static str], numerator: f64, denominator: f64) -> Unit {
    Unit {
        spellings,
        numerator,
        denominator,
        offset: 0.0,
    }
}

const TIME: &[Unit] = &[
    unit(&["s", "sec", "second", "seconds"], 1.0, 1.0),
    unit(&["ms", "millisecond", "milliseconds"], 1.0, 1000.0),
    unit(&["min", "minute", "minutes"], 60.0, 1.0),
    unit(&["h", "hour", "hours"], 3600.0, 1.0),
];
const CURRENT: &[Unit] = &[
    unit(&["A", "ampere", "amperes"], 1.0, 1.0),
    unit(&["mA", "milliampere", "milliamperes"], 1.0, 1000.0),
];
const VOLTAGE: &[Unit] = &[
    unit(&["V", "volt", "volts"], 1.0, 1.0),
    unit(&["mV", "millivolt", "millivolts"], 1.0, 1000.0),
];
const TEMPERATURE: &[Unit] = &[
    unit(&["degC", "celsius", "degree celsius", "°C", "C"], 1.0, 1.0),
    Unit {
        spellings: &["K", "kelvin"],
        numerator: 1.0,
        denominator: 1.0,
        offset: -273.15,
    },
];
const CAPACITY: &[Unit] = &[
    unit(&["Ah", "A.h", "ampere hour"], 1.0, 1.0),
    unit(&["mAh", "mA.h", "milliampere hour"], 1.0, 1000.0),
];

/// A quantity that a log may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantity {
    Time,
    Current,
    Voltage,
    Temperature,
    NetCapacity,
    ChargingCapacity,
    DischargingCapacity,
}

/// A column's name without its unit, as in the BDF ontology.
struct Term {
    base: &'static str,
    quantity: Quantity,
    /// Of several columns of a quantity, the lowest rank is used.
    rank: u8,
}

const fn term(base: &'static str, quantity: Quantity, rank: u8) -> Term {
    Term {
        base,
        quantity,
        rank,
    }
}

const TERMS: &[Term] = &[
    term("test time", Quantity::Time, 0),
    term("current", Quantity::Current, 0),
    term("voltage", Quantity::Voltage, 0),
    term("surface temperature t1", Quantity::Temperature, 0),
    term("temperature t1", Quantity::Temperature, 1),
    term("surface temperature", Quantity::Temperature, 2),
    term("ambient temperature", Quantity::Temperature, 3),
    term("net capacity", Quantity::NetCapacity, 0),
    term("charging capacity", Quantity::ChargingCapacity, 0),
    term("discharging capacity", Quantity::DischargingCapacity, 0),
];

impl Quantity {
    const fn units(self) -> &'static [Unit] {
        match self {
            Self::Time => TIME,
            Self::Current => CURRENT,
            Self::Voltage => VOLTAGE,
            Self::Temperature => TEMPERATURE,
            Self::NetCapacity | Self::ChargingCapacity | Self::DischargingCapacity => CAPACITY,
        }
    }

    /// The units accepted, in words.
    const fn expected(self) -> &'static str {
        match self {
            Self::Time => "s (or ms, min, h)",
            Self::Current => "A (or mA)",
            Self::Voltage => "V (or mV)",
            Self::Temperature => "degC (or K)",
            Self::NetCapacity | Self::ChargingCapacity | Self::DischargingCapacity => "Ah (or mAh)",
        }
    }
}

/// One column that is read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    /// Place in the row.
    pub(super) index: usize,
    /// Label as in the file.
    pub(super) label: String,
    unit: Unit,
}

impl Column {
    /// A value of the file in the unit that BDF prefers.
    pub(super) fn convert(&self, value: f64) -> f64 {
        value * self.unit.numerator / self.unit.denominator + self.unit.offset
    }
}

/// How the net capacity is had.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Counter {
    /// A column of its own.
    Net(Column),
    /// Charging minus discharging capacity.
    Difference(Column, Column),
}

impl Counter {
    pub(super) fn label(&self) -> &str {
        match self {
            Self::Net(column) | Self::Difference(column, _) => &column.label,
        }
    }
}

/// The columns of a log that are read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Columns {
    /// Number of fields in the header.
    pub(super) count: usize,
    pub(super) time: Column,
    pub(super) current: Column,
    pub(super) voltage: Column,
    pub(super) temperature: Option<Column>,
    pub(super) counter: Option<Counter>,
}

/// A parsed header field.
enum Header {
    /// A column of ours.
    Known(Quantity, u8, Unit),
    /// A quantity of ours in a unit that is none of its own.
    WrongUnit(Quantity, String),
    Other,
}

impl Columns {
    /// Finds the columns in a header line's fields.
    pub(super) fn find(file: &Path, labels: &[String]) -> Result<Self, BdfError> {
        let mut finder = Finder {
            file,
            labels,
            found: Vec::new(),
            wrong: None,
        };
        finder.read()?;
        finder.columns()
    }
}

/// The search for columns.
struct Finder<'a> {
    file: &'a Path,
    labels: &'a [String],
    found: Vec<(Quantity, u8, Column)>,
    wrong: Option<(Quantity, usize, String)>,
}

impl Finder<'_> {
    fn read(&mut self) -> Result<(), BdfError> {
        for (index, label) in self.labels.iter().enumerate() {
            match recognise(label) {
                Header::Known(quantity, rank, unit) => self.add(
                    quantity,
                    rank,
                    Column {
                        index,
                        label: label.clone(),
                        unit,
                    },
                )?,
                Header::WrongUnit(quantity, unit) if label.contains('/') => {
                    return Err(self.wrong_unit(quantity, index, unit));
                }
                Header::WrongUnit(quantity, unit) => {
                    self.wrong.get_or_insert((quantity, index, unit));
                }
                Header::Other => {}
            }
        }
        Ok(())
    }

    fn add(&mut self, quantity: Quantity, rank: u8, column: Column) -> Result<(), BdfError> {
        let same = |(q, r, _): &&(Quantity, u8, Column)| *q == quantity && *r == rank;
        if let Some((_, _, first)) = self.found.iter().find(same) {
            return Err(BdfError::DuplicateColumn {
                file: self.file.to_owned(),
                first: first.label.clone(),
                second: column.label,
            });
        }
        self.found.push((quantity, rank, column));
        Ok(())
    }

    fn wrong_unit(&self, quantity: Quantity, index: usize, unit: String) -> BdfError {
        BdfError::WrongUnit {
            file: self.file.to_owned(),
            column: self.labels[index].clone(),
            unit,
            expected: quantity.expected(),
        }
    }

    fn columns(self) -> Result<Columns, BdfError> {
        let has = |quantity| self.found.iter().any(|(q, _, _)| *q == quantity);
        if let Some((quantity, index, unit)) = &self.wrong
            && !has(*quantity)
        {
            return Err(self.wrong_unit(*quantity, *index, unit.clone()));
        }
        if ![Quantity::Time, Quantity::Current, Quantity::Voltage]
            .into_iter()
            .any(has)
        {
            return Err(BdfError::NotBdf {
                file: self.file.to_owned(),
                found: excerpt(&self.labels.join(",")),
            });
        }
        let counter = match self.best(Quantity::NetCapacity) {
            Some(column) => Some(Counter::Net(column)),
            None => self
                .best(Quantity::ChargingCapacity)
                .zip(self.best(Quantity::DischargingCapacity))
                .map(|(charge, discharge)| Counter::Difference(charge, discharge)),
        };
        Ok(Columns {
            count: self.labels.len(),
            time: self.required(Quantity::Time, "Test Time / s", "test_time_second")?,
            current: self.required(Quantity::Current, "Current / A", "current_ampere")?,
            voltage: self.required(Quantity::Voltage, "Voltage / V", "voltage_volt")?,
            temperature: self.best(Quantity::Temperature),
            counter,
        })
    }

    fn best(&self, quantity: Quantity) -> Option<Column> {
        let of_quantity = self.found.iter().filter(|(q, _, _)| *q == quantity);
        of_quantity
            .min_by_key(|(_, rank, _)| *rank)
            .map(|(_, _, column)| column.clone())
    }

    fn required(
        &self,
        quantity: Quantity,
        label: &'static str,
        name: &'static str,
    ) -> Result<Column, BdfError> {
        self.best(quantity).ok_or_else(|| BdfError::MissingColumn {
            file: self.file.to_owned(),
            label,
            name,
            found: excerpt(&self.labels.join("`, `")),
        })
    }
}

/// Parses a header field.
fn recognise(label: &str) -> Header {
    let words = |text: &str| {
        let text = text.replace('_', " ").to_lowercase();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    if let Some((base, unit)) = label.split_once('/') {
        let base = words(base);
        return TERMS
            .iter()
            .find(|term| term.base == base)
            .map_or(Header::Other, |term| known(term, unit.trim(), &words(unit)));
    }
    let name = words(label);
    let longest = TERMS
        .iter()
        .filter_map(|term| Some((term, name.strip_prefix(term.base)?)))
        .filter(|(_, rest)| rest.is_empty() || rest.starts_with(' '))
        .max_by_key(|(term, _)| term.base.len());
    longest.map_or(Header::Other, |(term, rest)| {
        known(term, rest.trim(), rest.trim())
    })
}

fn known(term: &Term, as_written: &str, words: &str) -> Header {
    let units = term.quantity.units();
    // `MV` is a megavolt, not a millivolt: case counts if only the case of a prefix distinguishes two units.
    let mega = as_written.starts_with('M') && as_written.len() <= 3;
    let spelled = |unit: &&Unit| unit.spellings.iter().any(|s| s.to_lowercase() == *words);
    match units.iter().find(spelled) {
        Some(unit) if !mega => Header::Known(term.quantity, term.rank, *unit),
        _ if as_written.is_empty() => Header::WrongUnit(term.quantity, "none".to_owned()),
        _ => Header::WrongUnit(term.quantity, as_written.to_owned()),
    }
}

/// The start of a text, in quotes, fit for an error message.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 200;
    let printable: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST)
        .collect();
    let more = if text.chars().count() > LONGEST {
        "..."
    } else {
        ""
    };
    format!("`{printable}{more}`")
}
