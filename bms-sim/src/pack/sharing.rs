//! Who carries how much of a group's current.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::topology::Topology;
use crate::cell::Source;
use crate::range::{RangeError, check_fields};

/// How the cells of a group are connected.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Connection {
    /// Resistance in series with each cell (tab, weld, wire bond), in ohm, not negative.
    pub contact_ohm: f64,
    /// Resistance of the two busbars together between one cell and the next, half in each, in ohm, not negative.
    pub busbar_ohm: f64,
    /// Position of the terminals on the busbars.
    pub tap: Tap,
    /// Resistance between one group and the next, and of the leads, per group, in ohm, not negative.
    pub interconnect_ohm: f64,
}

impl Connection {
    /// Checks every field.
    ///
    /// # Errors
    /// The first field that is outside the range its documentation gives.
    pub fn validate(&self) -> Result<(), RangeError> {
        check_fields! { self;
            contact_ohm: NotNegative, busbar_ohm: NotNegative, interconnect_ohm: NotNegative
        }
    }
}

impl Default for Connection {
    /// No resistance but in the cells.
    fn default() -> Self {
        Self {
            contact_ohm: 0.0,
            busbar_ohm: 0.0,
            tap: Tap::SameEnd,
            interconnect_ohm: 0.0,
        }
    }
}

/// Position of the terminals on a group's two busbars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tap {
    /// Both at the first cell.
    SameEnd,
    /// The negative one at the first cell, the positive one at the last.
    OppositeEnds,
}

/// Shares a battery's current within its groups of parallel cells.
///
/// Without busbar resistance all cells of a group have the voltage `v = (sum E/R - i) / sum 1/R`. With it the group is
/// a ladder, and the voltages `u` across its cells solve a tridiagonal system (Thomas algorithm):
///
/// ```text
/// E_k/R_k = u_k (1/R_k + 2/r) - u_(k-1)/r - u_(k+1)/r
/// ```
///
/// where at an end one neighbour is missing and the battery's current is drawn: all of it at the first cell, or half at
/// each end. Voltages within a group are relative to its first cell's open-circuit voltage, so that currents, small
/// differences of large voltages, keep their digits.
#[derive(Clone, Debug)]
pub struct Sharing {
    connection: Connection,
    topology: Topology,
    group: Vec<Group>,
    ladder: Ladder,
    group_voltage_v: Vec<f64>,
}

/// A group at its taps: voltage relative to the first cell's open-circuit voltage `reference_v`.
#[derive(Clone, Copy, Debug)]
struct Group {
    reference_v: f64,
    source: Source,
}

/// Voltages across all cells as an affine function of the battery's current `i`: `base - i * slope`.
#[derive(Clone, Debug, Default)]
struct Ladder {
    base_v: Vec<f64>,
    slope_ohm: Vec<f64>,
    /// One over each pivot of the elimination, in ohm.
    inverse_ohm: Vec<f64>,
}

impl Sharing {
    /// A sharing among cells connected like this.
    #[must_use]
    pub fn new(connection: Connection, topology: Topology) -> Self {
        let has_ladder = connection.busbar_ohm > 0.0 && topology.parallel > 1;
        let rungs = if has_ladder { topology.cells() } else { 0 };
        let none = Group {
            reference_v: 0.0,
            source: Source {
                e_v: 0.0,
                r_ohm: 0.0,
            },
        };
        Self {
            connection,
            topology,
            group: vec![none; topology.series],
            ladder: Ladder {
                base_v: vec![0.0; rungs],
                slope_ohm: vec![0.0; rungs],
                inverse_ohm: vec![0.0; rungs],
            },
            group_voltage_v: vec![0.0; topology.series],
        }
    }

    /// How the cells are connected.
    #[must_use]
    pub fn connection(&self) -> Connection {
        self.connection
    }

    /// Voltage of each group at its taps with the current shared last, in volt.
    #[must_use]
    pub fn group_voltage_v(&self) -> &[f64] {
        &self.group_voltage_v
    }

    /// The battery at its terminals, from all cells with their contacts: open-circuit voltage `emf_v` and
    /// `conductance_s` of each, positive.
    pub fn linearise(&mut self, emf_v: &[f64], conductance_s: &[f64]) -> Source {
        let mut whole = Source {
            e_v: 0.0,
            r_ohm: 0.0,
        };
        for (number, group) in self.group.iter_mut().enumerate() {
            let cells = self.topology.group(number);
            let (emf_v, conductance_s) = (&emf_v[cells.clone()], &conductance_s[cells.clone()]);
            group.reference_v = emf_v[0];
            group.source = if self.ladder.base_v.is_empty() {
                common_node(emf_v, conductance_s)
            } else {
                self.ladder
                    .solve(cells, emf_v, conductance_s, &self.connection)
            };
            whole.e_v += group.reference_v + group.source.e_v;
            whole.r_ohm += group.source.r_ohm + self.connection.interconnect_ohm;
        }
        whole
    }

    /// Currents of all cells for a battery current of `current_a`; in each group they add up to it. The cells are those
    /// of the last [`linearise`](Self::linearise).
    pub fn share(
        &mut self,
        emf_v: &[f64],
        conductance_s: &[f64],
        current_a: f64,
        cell_current_a: &mut [f64],
    ) {
        for (number, group) in self.group.iter().enumerate() {
            let cells = self.topology.group(number);
            let (emf_v, conductance_s) = (&emf_v[cells.clone()], &conductance_s[cells.clone()]);
            let cell_a = cell_current_a[cells.clone()].iter_mut();
            let at_taps_v = group.source.voltage_v(current_a);
            self.group_voltage_v[number] = group.reference_v + at_taps_v;
            let sources = emf_v.iter().zip(conductance_s).zip(cell_a);
            if self.ladder.base_v.is_empty() {
                for ((emf_v, conductance_s), cell_a) in sources {
                    *cell_a = ((emf_v - group.reference_v) - at_taps_v) * conductance_s;
                }
            } else {
                let rungs = self.ladder.base_v[cells.clone()]
                    .iter()
                    .zip(&self.ladder.slope_ohm[cells]);
                for (((emf_v, conductance_s), cell_a), (base_v, slope_ohm)) in sources.zip(rungs) {
                    let voltage_v = base_v - current_a * slope_ohm;
                    *cell_a = ((emf_v - group.reference_v) - voltage_v) * conductance_s;
                }
            }
        }
    }
}

/// Cells on one node, relative to the first one's open-circuit voltage. Four partial sums allow vectorisation.
fn common_node(emf_v: &[f64], conductance_s: &[f64]) -> Source {
    let reference_v = emf_v[0];
    let (mut sum_a, mut sum_s) = ([0.0; 4], [0.0; 4]);
    let (emf_fours, emf_rest) = emf_v.as_chunks::<4>();
    let (conductance_fours, conductance_rest) = conductance_s.as_chunks::<4>();
    for (emf_v, conductance_s) in emf_fours.iter().zip(conductance_fours) {
        for lane in 0..4 {
            sum_a[lane] += (emf_v[lane] - reference_v) * conductance_s[lane];
            sum_s[lane] += conductance_s[lane];
        }
    }
    for (emf_v, conductance_s) in emf_rest.iter().zip(conductance_rest) {
        sum_a[0] += (emf_v - reference_v) * conductance_s;
        sum_s[0] += conductance_s;
    }
    let sum_s: f64 = sum_s.iter().sum();
    Source {
        e_v: sum_a.iter().sum::<f64>() / sum_s,
        r_ohm: 1.0 / sum_s,
    }
}

impl Ladder {
    /// Solves one group; returns its source at the terminals, relative to the first cell's open-circuit voltage.
    fn solve(
        &mut self,
        cells: Range<usize>,
        emf_v: &[f64],
        conductance_s: &[f64],
        connection: &Connection,
    ) -> Source {
        let base_v = &mut self.base_v[cells.clone()];
        let slope_ohm = &mut self.slope_ohm[cells.clone()];
        let inverse_ohm = &mut self.inverse_ohm[cells];
        let last = emf_v.len() - 1;
        let rung_s = 1.0 / connection.busbar_ohm;
        let (first_share, last_share) = match connection.tap {
            Tap::SameEnd => (1.0, 0.0),
            Tap::OppositeEnds => (0.5, 0.5),
        };
        let (mut base_a, mut slope, mut lost_s) = (0.0, first_share, 0.0);
        for k in 0..=last {
            let neighbours = if k == 0 || k == last { 1.0 } else { 2.0 };
            if k == last {
                slope += last_share;
            }
            base_a += (emf_v[k] - emf_v[0]) * conductance_s[k];
            let inverse = 1.0 / (conductance_s[k] + neighbours * rung_s - lost_s);
            let factor = rung_s * inverse;
            (inverse_ohm[k], base_v[k], slope_ohm[k]) = (inverse, base_a, slope);
            (base_a, slope, lost_s) = (base_a * factor, slope * factor, rung_s * factor);
        }
        let (mut next_v, mut next_ohm) = (0.0, 0.0);
        for k in (0..=last).rev() {
            let rung_s = if k == last { 0.0 } else { rung_s };
            next_v = (base_v[k] + rung_s * next_v) * inverse_ohm[k];
            next_ohm = (slope_ohm[k] + rung_s * next_ohm) * inverse_ohm[k];
            (base_v[k], slope_ohm[k]) = (next_v, next_ohm);
        }
        at_taps(base_v, slope_ohm, connection)
    }
}

/// A group at its taps, from the voltages across its cells.
#[allow(clippy::cast_precision_loss)] // A group has few cells.
fn at_taps(base_v: &[f64], slope_ohm: &[f64], connection: &Connection) -> Source {
    let last = base_v.len() - 1;
    match connection.tap {
        Tap::SameEnd => Source {
            e_v: base_v[0],
            r_ohm: slope_ohm[0],
        },
        // From the positive tap at the last cell down its voltage, then along the negative busbar to the first cell.
        Tap::OppositeEnds => Source {
            e_v: 0.5 * (base_v[0] + base_v[last]),
            r_ohm: 0.5 * (slope_ohm[0] + slope_ohm[last])
                + 0.25 * last as f64 * connection.busbar_ohm,
        },
    }
}
