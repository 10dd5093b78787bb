//! Linear interpolation between the nodes of a table.

/// A place between two neighbouring nodes, clamped to the ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// The lower node.
    pub(crate) lower: usize,
    /// The upper node; the lower one if the table has a single node.
    pub(crate) upper: usize,
    /// Share of the upper node, 0 to 1.
    pub(crate) share: f32,
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
            Self {
                lower,
                upper,
                share: (x - low) / (high - low),
            }
        } else {
            Self {
                lower,
                upper: lower,
                share: 0.0,
            }
        }
    }

    /// The value of a row of the table at this place.
    #[inline(never)]
    pub(crate) fn value(&self, row: &[f32]) -> f32 {
        let low = entry(row, self.lower);
        low + self.share * (entry(row, self.upper) - low)
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
