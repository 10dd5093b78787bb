//! Where a value lies between the nodes of a table.

/// A place between two neighbouring nodes, held at the ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// The lower node.
    pub(crate) lower: usize,
    /// The upper node; the lower one where the table has a single node.
    pub(crate) upper: usize,
    /// Share of the upper node, 0 to 1.
    pub(crate) share: f32,
    /// One over the distance of the two nodes; zero at and beyond the ends, where the value is held.
    pub(crate) per_step: f32,
}

impl Place {
    /// Finds `x` among increasing `nodes`; the first node for NaN.
    pub(crate) fn find(nodes: &[f32], x: f32) -> Self {
        let above = nodes.partition_point(|node| *node <= x);
        let last = nodes.len().saturating_sub(1);
        let lower = above.saturating_sub(1).min(last);
        let upper = above.min(last);
        let (low, high) = (entry(nodes, lower), entry(nodes, upper));
        if upper > lower && x > low {
            let per_step = 1.0 / (high - low);
            Self {
                lower,
                upper,
                share: (x - low) * per_step,
                per_step,
            }
        } else {
            Self {
                lower,
                upper: lower,
                share: 0.0,
                per_step: 0.0,
            }
        }
    }

    /// The value of a row of the table at this place.
    pub(crate) fn value(&self, row: &[f32]) -> f32 {
        let low = entry(row, self.lower);
        low + self.share * (entry(row, self.upper) - low)
    }

    /// The slope of a row of the table at this place.
    pub(crate) fn slope(&self, row: &[f32]) -> f32 {
        (entry(row, self.upper) - entry(row, self.lower)) * self.per_step
    }
}

/// An entry of a table; zero beyond its end, which a validated description never reaches.
pub(crate) fn entry(table: &[f32], index: usize) -> f32 {
    table.get(index).copied().unwrap_or(0.0)
}

/// Row `index` of a table with `width` columns; empty beyond its end.
pub(crate) fn row(table: &[f32], width: usize, index: usize) -> &[f32] {
    let start = index.saturating_mul(width);
    table.get(start..start.saturating_add(width)).unwrap_or(&[])
}
