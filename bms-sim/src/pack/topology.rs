//! How many cells, and which is which.

use crate::range::{RangeError, check_fields};

/// Cells in a battery: `series` groups in series, each of `parallel` cells in parallel (`NsMp`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topology {
    /// Groups in series, at least 1.
    pub series: usize,
    /// Cells in parallel in each group, at least 1.
    pub parallel: usize,
}

impl Topology {
    /// Checks every field.
    ///
    /// # Errors
    /// A count that is not from 1 to 10000.
    #[allow(clippy::cast_precision_loss)] // Counts of cells.
    pub fn validate(&self) -> Result<(), RangeError> {
        check_fields! { self;
            series as f64: Count, parallel as f64: Count
        }
    }

    /// A single cell.
    pub const CELL: Self = Self {
        series: 1,
        parallel: 1,
    };

    /// Number of cells.
    #[must_use]
    pub fn cells(self) -> usize {
        self.series * self.parallel
    }

    /// The cells of a group: cell `p` of group `s`, both from 0, has the number `s * parallel + p`.
    #[must_use]
    pub fn group(self, series: usize) -> std::ops::Range<usize> {
        series * self.parallel..(series + 1) * self.parallel
    }

    /// Name of a group in results, counted from 1, with as many digits as the battery needs: `s03`.
    #[must_use]
    pub fn group_name(self, group: usize) -> String {
        format!("s{:0width$}", group + 1, width = digits(self.series))
    }

    /// Name of a cell in results: `s03p12`.
    #[must_use]
    pub fn cell_name(self, cell: usize) -> String {
        let place = cell % self.parallel + 1;
        format!(
            "{}p{place:0width$}",
            self.group_name(cell / self.parallel),
            width = digits(self.parallel)
        )
    }
}

fn digits(count: usize) -> usize {
    count.to_string().len()
}
