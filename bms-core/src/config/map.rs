//! Maps over temperature and state of charge, for limits that depend on them.

/// A map over temperature and state of charge: bilinear between nodes, constant beyond the ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LimitMap<'a> {
    /// Temperature nodes in kelvin.
    /// Entries: at least 1. Range: 173.15 to 573.15, increasing.
    pub temperature_k: &'a [f32],
    /// SoC nodes.
    /// Entries: at least 1. Range: 0 to 1, increasing.
    pub soc: &'a [f32],
    /// Values row by row: for each temperature all SoC nodes. The field of the map states their meaning and range.
    /// Entries: `temperature_k` x `soc`. Range: any.
    pub values: &'a [f32],
}

/// A closed interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) low: f32,
    pub(crate) high: f32,
}

impl LimitMap<'_> {
    /// The constant 1: no change for a factor.
    pub const UNITY: LimitMap<'static> = LimitMap {
        temperature_k: &[298.15],
        soc: &[0.5],
        values: &[1.0],
    };

    /// The constant 0: no change for an offset.
    pub const ZERO: LimitMap<'static> = LimitMap {
        temperature_k: &[298.15],
        soc: &[0.5],
        values: &[0.0],
    };

    /// The smallest value within ranges of temperature and SoC, for a limit that applies to the whole pack.
    ///
    /// A bilinear map has its extremes at nodes and where the ranges' ends cross the grid.
    pub(crate) fn least(&self, temperature_k: Range, soc: Range) -> f32 {
        if let [value] = self.values {
            return *value;
        }
        self.extreme(temperature_k, soc, f32::min)
    }

    /// The largest value within ranges of temperature and SoC.
    pub(crate) fn greatest(&self, temperature_k: Range, soc: Range) -> f32 {
        if let [value] = self.values {
            return *value;
        }
        self.extreme(temperature_k, soc, f32::max)
    }

    #[inline(never)]
    fn extreme(&self, temperature_k: Range, soc: Range, pick: fn(f32, f32) -> f32) -> f32 {
        let mut found = f32::NAN;
        let along = |nodes: &[f32], range: Range, visit: &mut dyn FnMut(Place)| {
            visit(Place::find(nodes, range.low));
            visit(Place::find(nodes, range.high));
            for (index, node) in nodes.iter().enumerate() {
                if *node > range.low && *node < range.high {
                    visit(Place {
                        lower: index,
                        upper: index,
                        share: 0.0,
                    });
                }
            }
        };
        along(self.temperature_k, temperature_k, &mut |row| {
            along(self.soc, soc, &mut |column| {
                // `min` and `max` ignore NaN.
                found = pick(found, self.at(row, column));
            });
        });
        found
    }

    #[inline(never)]
    fn at(&self, temperature: Place, soc: Place) -> f32 {
        let width = self.soc.len();
        let value = |index: usize| soc.value(row(self.values, width, index));
        let lower = value(temperature.lower);
        lower + temperature.share * (value(temperature.upper) - lower)
    }
}

use crate::cell::lookup::{Place, row};
