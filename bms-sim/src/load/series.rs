//! A quantity over time, with interpolation and exact means over intervals.

use std::io::Read;

/// How a [`TimeSeries`] behaves between its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    /// Each value is constant until the next point.
    Held,
    /// Straight lines from point to point.
    Linear,
}

/// A quantity over time, with at least two points at increasing times.
///
/// Means are exact for the chosen interpolation, so that a load carries the same charge or energy at any step.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeSeries {
    time_s: Vec<f64>,
    value: Vec<f64>,
    between: Between,
    /// Integral from the first point to each point.
    integral: Vec<f64>,
}

/// Why a table of a quantity over time is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("line {line}, column {column}: found {found}, expected {expected}")]
pub struct SeriesError {
    /// Line of the text, counted from 1.
    pub line: u64,
    /// Column's name.
    pub column: String,
    /// The value found.
    pub found: String,
    /// The accepted values.
    pub expected: String,
}

impl TimeSeries {
    /// A series from points `(time in seconds, value)`.
    ///
    /// # Errors
    /// Fewer than two points, a value that is not finite, or a time that does not increase; the error's line counts
    /// points from 1.
    pub fn new(points: &[(f64, f64)], between: Between) -> Result<Self, SeriesError> {
        let mut series = Self {
            time_s: Vec::with_capacity(points.len()),
            value: Vec::with_capacity(points.len()),
            between,
            integral: Vec::with_capacity(points.len()),
        };
        for (index, &(time_s, value)) in points.iter().enumerate() {
            series
                .push(time_s, value)
                .map_err(|fault| fault.at(index as u64 + 1, ["time", "value"]))?;
        }
        series.finish(points.len() as u64)
    }

    /// Reads a CSV text with a header, taking the columns `time_column` and `value_column`.
    ///
    /// # Errors
    /// A missing column, a value that is not a finite number, a time that does not increase, or fewer than two rows.
    pub fn from_csv(
        text: impl Read,
        time_column: &str,
        value_column: &str,
        between: Between,
    ) -> Result<Self, SeriesError> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text);
        let header = reader.headers().map_err(|e| unreadable(&e))?.clone();
        let find = |name: &str| {
            header
                .iter()
                .position(|h| h == name)
                .ok_or_else(|| SeriesError {
                    line: 1,
                    column: name.to_owned(),
                    found: format!(
                        "the columns {}",
                        header.iter().collect::<Vec<_>>().join(", ")
                    ),
                    expected: format!("a column named {name}"),
                })
        };
        let columns = [find(time_column)?, find(value_column)?];
        let names = [time_column, value_column];
        let mut series = Self {
            time_s: vec![],
            value: vec![],
            between,
            integral: vec![],
        };
        let mut line = 1;
        for record in reader.records() {
            let record = record.map_err(|e| unreadable(&e))?;
            line = record.position().map_or(line + 1, csv::Position::line);
            let mut row = [0.0; 2];
            for (slot, (&column, &name)) in row.iter_mut().zip(columns.iter().zip(&names)) {
                let text = record.get(column).unwrap_or("");
                *slot = text.parse().map_err(|_| SeriesError {
                    line,
                    column: name.to_owned(),
                    found: format!("\"{text}\""),
                    expected: "a number".to_owned(),
                })?;
            }
            series
                .push(row[0], row[1])
                .map_err(|fault| fault.at(line, names))?;
        }
        series.finish(line)
    }

    fn push(&mut self, time_s: f64, value: f64) -> Result<(), Fault> {
        if !time_s.is_finite() {
            return Err(Fault::Time(time_s, "a finite time".to_owned()));
        }
        if !value.is_finite() {
            return Err(Fault::Value(value));
        }
        let area = match (self.time_s.last(), self.value.last()) {
            (Some(&before_s), Some(&before)) => {
                if time_s <= before_s {
                    return Err(Fault::Time(time_s, format!("a time after {before_s}")));
                }
                let height = match self.between {
                    Between::Held => before,
                    Between::Linear => 0.5 * (before + value),
                };
                self.integral.last().copied().unwrap_or(0.0) + height * (time_s - before_s)
            }
            _ => 0.0,
        };
        self.time_s.push(time_s);
        self.value.push(value);
        self.integral.push(area);
        Ok(())
    }

    fn finish(self, line: u64) -> Result<Self, SeriesError> {
        if self.time_s.len() < 2 {
            return Err(SeriesError {
                line,
                column: "time".to_owned(),
                found: format!("{} rows", self.time_s.len()),
                expected: "at least two rows".to_owned(),
            });
        }
        Ok(self)
    }

    /// Time of the first point, in seconds.
    #[must_use]
    pub fn start_s(&self) -> f64 {
        self.time_s[0]
    }

    /// Time from the first to the last point, in seconds; positive.
    #[must_use]
    pub fn duration_s(&self) -> f64 {
        self.time_s[self.time_s.len() - 1] - self.time_s[0]
    }

    /// The points' times, in seconds, increasing.
    #[must_use]
    pub fn time_s(&self) -> &[f64] {
        &self.time_s
    }

    /// The points' values.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.value
    }

    /// Integral from the first point to `elapsed_s` after it; constant beyond the last point.
    #[must_use]
    pub fn integral(&self, elapsed_s: f64) -> f64 {
        let time_s = self.time_s[0] + elapsed_s;
        let after = self.time_s.partition_point(|&t| t <= time_s);
        if after == 0 {
            return 0.0;
        }
        if after == self.time_s.len() {
            return self.integral[after - 1];
        }
        let (i, into_s) = (after - 1, time_s - self.time_s[after - 1]);
        let slope = match self.between {
            Between::Held => 0.0,
            Between::Linear => {
                (self.value[after] - self.value[i]) / (self.time_s[after] - self.time_s[i])
            }
        };
        self.integral[i] + into_s * (self.value[i] + 0.5 * slope * into_s)
    }

    /// Exact mean over the `dt_s` that start `elapsed_s` after the first point; zero beyond the last point.
    #[must_use]
    pub fn mean(&self, elapsed_s: f64, dt_s: f64) -> f64 {
        (self.integral(elapsed_s + dt_s) - self.integral(elapsed_s)) / dt_s
    }

    /// The same series with every value multiplied by `factor`.
    #[must_use]
    pub fn scaled(mut self, factor: f64) -> Self {
        self.value.iter_mut().for_each(|v| *v *= factor);
        self.integral.iter_mut().for_each(|v| *v *= factor);
        self
    }
}

enum Fault {
    Time(f64, String),
    Value(f64),
}

impl Fault {
    fn at(self, line: u64, names: [&str; 2]) -> SeriesError {
        let (column, found, expected) = match self {
            Self::Time(found, expected) => (names[0], found, expected),
            Self::Value(found) => (names[1], found, "a finite number".to_owned()),
        };
        SeriesError {
            line,
            column: column.to_owned(),
            found: found.to_string(),
            expected,
        }
    }
}

fn unreadable(error: &csv::Error) -> SeriesError {
    SeriesError {
        line: error.position().map_or(1, csv::Position::line),
        column: "row".to_owned(),
        found: error.to_string(),
        expected: "a CSV text in UTF-8 with the same number of cells in each row as in the header"
            .to_owned(),
    }
}
