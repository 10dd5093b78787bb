//! The formal sentences of a field's documentation. `bms_core::schema` describes them.

/// Documentation of a field: prose, and what its formal sentences state.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Formal {
    /// Lines of prose.
    pub(crate) prose: Vec<String>,
    /// Accepted values; `None` where nothing is stated.
    pub(crate) range: Option<Range>,
    /// Relation to other fields.
    pub(crate) rule: Option<String>,
    /// Number of entries of a table.
    pub(crate) entries: Option<Entries>,
    /// Default value.
    pub(crate) default: Option<Default>,
}

/// Accepted values.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Range {
    /// Lower bound.
    pub(crate) low: Option<f32>,
    /// Whether the lower bound is refused.
    pub(crate) above: bool,
    /// Upper bound.
    pub(crate) high: Option<f32>,
    /// For tables: the step by which each entry exceeds the one before.
    pub(crate) increasing: Option<f32>,
    /// Unit as written.
    pub(crate) unit: String,
}

/// Number of entries of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entries {
    /// At least the first, at most the second.
    Count(usize, Option<usize>),
    /// The product of the lengths of these tables, or of these numbers.
    Product(Vec<String>),
}

/// Default value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Default {
    /// A number with its unit as written.
    Number(f32, String),
    /// A truth value.
    Flag(bool),
}

const WORDS: [&str; 4] = ["Range", "Entries", "Rule", "Default"];

impl Formal {
    /// Reads the documentation of a field.
    ///
    /// # Errors
    /// A formal sentence that is none.
    pub(crate) fn read(doc: &[String]) -> Result<Self, String> {
        let mut formal = Self::default();
        for line in doc {
            if WORDS
                .iter()
                .any(|word| line.starts_with(&format!("{word}: ")))
            {
                for sentence in sentences(line) {
                    formal
                        .add(sentence)
                        .map_err(|error| format!("\"{sentence}\": {error}"))?;
                }
            } else {
                formal.prose.push(line.clone());
            }
        }
        while formal.prose.last().is_some_and(String::is_empty) {
            formal.prose.pop();
        }
        Ok(formal)
    }

    fn add(&mut self, sentence: &str) -> Result<(), String> {
        let (word, rest) = sentence.split_once(": ").ok_or("not a formal sentence")?;
        match word {
            "Range" => self.range = Some(Range::read(rest)?),
            "Entries" => self.entries = Some(Entries::read(rest)?),
            "Rule" => self.rule = Some(rest.to_owned()),
            "Default" => self.default = Some(Default::read(rest)?),
            _ => return Err("not a formal sentence".to_owned()),
        }
        Ok(())
    }
}

fn sentences(line: &str) -> impl Iterator<Item = &str> {
    line.trim_end_matches('.').split(". ").map(str::trim)
}

fn number(text: &str) -> Result<f32, String> {
    text.parse().map_err(|_| format!("\"{text}\" is no number"))
}

/// A number and what follows it.
fn leading(text: &str) -> Result<(f32, &str), String> {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    Ok((number(first.trim_end_matches(','))?, rest))
}

impl Range {
    fn read(text: &str) -> Result<Self, String> {
        let mut range = Self::default();
        let mut text = text;
        if let Some((before, step)) = text.split_once(", increasing") {
            range.increasing = Some(match step.strip_prefix(" by more than ") {
                Some(step) => number(step)?,
                None => 0.0,
            });
            text = before;
        }
        if text == "any" {
            return Ok(range);
        }
        let rest = if let Some(text) = text.strip_prefix("above ") {
            let (low, rest) = leading(text)?;
            (range.low, range.above) = (Some(low), true);
            match rest.strip_prefix("at most ") {
                Some(high) => {
                    let (high, rest) = leading(high)?;
                    range.high = Some(high);
                    rest
                }
                None => rest,
            }
        } else if let Some(text) = text.strip_prefix("at least ") {
            let (low, rest) = leading(text)?;
            range.low = Some(low);
            rest
        } else {
            let (low, rest) = leading(text)?;
            let high = rest.strip_prefix("to ").ok_or("expected `to`")?;
            let (high, rest) = leading(high)?;
            (range.low, range.high) = (Some(low), Some(high));
            rest
        };
        rest.clone_into(&mut range.unit);
        Ok(range)
    }

    /// As it is written, with bounds changed by `convert`, in the unit `unit`.
    #[must_use]
    pub(crate) fn text(&self, convert: impl Fn(f32) -> f32, unit: &str) -> String {
        let show =
            |value: Option<f32>| value.map(|value| plain(convert(value))).unwrap_or_default();
        let (low, high) = (show(self.low), show(self.high));
        let mut text = match (self.low, self.high) {
            (Some(_), Some(_)) if self.above => format!("above {low}, at most {high}"),
            (Some(_), Some(_)) => format!("{low} to {high}"),
            (Some(_), None) if self.above => format!("above {low}"),
            (Some(_), None) => format!("at least {low}"),
            _ => "any".to_owned(),
        };
        if !unit.is_empty() {
            text = format!("{text} {unit}");
        }
        match self.increasing {
            None => text,
            Some(0.0) => text + ", increasing",
            Some(step) => format!("{text}, increasing by more than {}", plain(step)),
        }
    }
}

/// A number for people.
#[must_use]
pub(crate) fn plain(value: f32) -> String {
    if value != 0.0 && !(1e-4..1e6).contains(&value.abs()) {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}

impl Entries {
    fn read(text: &str) -> Result<Self, String> {
        let count = |text: &str| text.parse().map_err(|_| format!("\"{text}\" is no number"));
        if let Some(low) = text.strip_prefix("at least ") {
            return Ok(Self::Count(count(low)?, None));
        }
        if let Some((low, high)) = text.split_once(" to ") {
            return Ok(Self::Count(count(low)?, Some(count(high)?)));
        }
        text.split(" x ")
            .map(|name| {
                name.strip_prefix('`')
                    .and_then(|name| name.strip_suffix('`'))
                    .map(str::to_owned)
                    .ok_or_else(|| format!("`{name}` is no field"))
            })
            .collect::<Result<_, _>>()
            .map(Self::Product)
    }

    /// As it is written, with the names that `rename` gives.
    #[must_use]
    pub(crate) fn text(&self, rename: impl Fn(&str) -> String) -> String {
        match self {
            Self::Count(low, None) => format!("at least {low}"),
            Self::Count(low, Some(high)) => format!("{low} to {high}"),
            Self::Product(names) => {
                let names: Vec<_> = names.iter().map(|name| rename(name)).collect();
                names.join(" x ")
            }
        }
    }
}

impl Default {
    fn read(text: &str) -> Result<Self, String> {
        Ok(match text {
            "true" => Self::Flag(true),
            "false" => Self::Flag(false),
            _ => {
                let (value, unit) = leading(text)?;
                Self::Number(value, unit.to_owned())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Formal, String> {
        Formal::read(&["Prose.".to_owned(), line.to_owned()])
    }

    #[test]
    fn ranges_are_written_as_they_are_read() {
        for text in [
            "1 to 10 V",
            "above 0 V",
            "above 0, at most 1.5",
            "at least 1",
            "any",
            "0 to 1, increasing",
            "-100 to 0 degC, increasing by more than 0.1",
        ] {
            let range = read(&format!("Range: {text}.")).unwrap().range.unwrap();
            assert_eq!(range.text(|bound| bound, &range.unit), text);
        }
    }

    #[test]
    fn sentences_share_a_line() {
        let formal =
            read("Entries: `a` x `b`. Range: 0 to 1e6. Rule: below `c.d_ms`. Default: 0.5 V.");
        let formal = formal.unwrap();
        assert_eq!(formal.prose, ["Prose."]);
        let product = ["a", "b"].map(str::to_owned).to_vec();
        assert_eq!(formal.entries, Some(Entries::Product(product)));
        assert_eq!(formal.range.unwrap().high, Some(1e6));
        assert_eq!(formal.rule.as_deref(), Some("below `c.d_ms`"));
        assert_eq!(formal.default, Some(Default::Number(0.5, "V".to_owned())));
    }

    #[test]
    fn what_is_no_formal_sentence_is_refused() {
        read("Range: 1 bis 2.").unwrap_err();
        read("Range: low to high.").unwrap_err();
        read("Entries: some.").unwrap_err();
        read("Range: 1 to 2. More prose.").unwrap_err();
    }
}
