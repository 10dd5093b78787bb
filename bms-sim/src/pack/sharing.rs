//! Who carries how much of a group's current.

use crate::cell::Source;

/// How the cells of a group are connected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Connection {
    /// Resistance in series with each cell (tab, weld, wire bond), in ohm, not negative.
    pub contact_ohm: f64,
    /// Resistance of the two busbars together between one cell and the next, half in each, in ohm, not negative.
    pub busbar_ohm: f64,
    /// Where the current leaves the busbars.
    pub tap: Tap,
    /// Resistance between one group and the next, and of the leads, for each group, in ohm, not negative.
    pub interconnect_ohm: f64,
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

/// Where the current leaves a group's two busbars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tap {
    /// Both at the first cell.
    SameEnd,
    /// The negative one at the first cell, the positive one at the last.
    OppositeEnds,
}

/// Voltages across the cells of a group, as an affine function of the group's current `i`: `base - i * slope`, each
/// relative to `reference_v` so that no digits are lost in currents that are small differences of large voltages.
#[derive(Clone, Debug, Default)]
struct Ladder {
    base_v: Vec<f64>,
    slope_ohm: Vec<f64>,
    pivot: Vec<f64>,
}

/// Shares currents within groups of parallel cells; keeps its working memory.
///
/// Without busbar resistance all cells have the voltage `v = (sum E/R - i) / sum 1/R`. With it the group is a ladder,
/// and the voltages across the cells solve a tridiagonal system (Thomas algorithm):
///
/// ```text
/// E_k/R_k = u_k (1/R_k + 2/r) - u_(k-1)/r - u_(k+1)/r
/// ```
///
/// where at an end one neighbour is missing and the group's current is taken off: all of it at the first cell, or
/// half at each end.
#[derive(Clone, Debug)]
pub struct Sharing {
    connection: Connection,
    ladder: Ladder,
}

impl Sharing {
    /// A sharing among groups connected like this.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self {
            connection,
            ladder: Ladder::default(),
        }
    }

    /// How the groups are connected.
    #[must_use]
    pub fn connection(&self) -> Connection {
        self.connection
    }

    /// What a group of cells with contacts included, `emf_v` and `conductance_s` each, is at its taps.
    pub fn group_source(&mut self, emf_v: &[f64], conductance_s: &[f64]) -> Source {
        let reference_v = emf_v[0];
        let (e_v, r_ohm) = if self.has_ladder(emf_v) {
            self.ladder
                .solve(emf_v, conductance_s, reference_v, &self.connection);
            self.ladder.at_taps(&self.connection)
        } else {
            common_node(emf_v, conductance_s, reference_v)
        };
        Source {
            e_v: reference_v + e_v,
            r_ohm: r_ohm + self.connection.interconnect_ohm,
        }
    }

    /// Currents of a group's cells that add up to `current_a`.
    pub fn share(
        &mut self,
        emf_v: &[f64],
        conductance_s: &[f64],
        current_a: f64,
        cell_current_a: &mut [f64],
    ) {
        let reference_v = emf_v[0];
        let cells = emf_v.iter().zip(conductance_s).zip(cell_current_a);
        if self.has_ladder(emf_v) {
            self.ladder
                .solve(emf_v, conductance_s, reference_v, &self.connection);
            let voltages = self.ladder.base_v.iter().zip(&self.ladder.slope_ohm);
            for (((emf_v, conductance_s), cell_a), (base_v, slope_ohm)) in cells.zip(voltages) {
                let voltage_v = base_v - current_a * slope_ohm;
                *cell_a = ((emf_v - reference_v) - voltage_v) * conductance_s;
            }
        } else {
            let (e_v, r_ohm) = common_node(emf_v, conductance_s, reference_v);
            let voltage_v = e_v - r_ohm * current_a;
            for ((emf_v, conductance_s), cell_a) in cells {
                *cell_a = ((emf_v - reference_v) - voltage_v) * conductance_s;
            }
        }
    }

    fn has_ladder(&self, emf_v: &[f64]) -> bool {
        self.connection.busbar_ohm > 0.0 && emf_v.len() > 1
    }
}

/// Voltage at no current, relative to the reference, and resistance of cells that meet in one node. Summed four side by
/// side, which a processor does at once.
fn common_node(emf_v: &[f64], conductance_s: &[f64], reference_v: f64) -> (f64, f64) {
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
    (sum_a.iter().sum::<f64>() / sum_s, 1.0 / sum_s)
}

impl Ladder {
    fn solve(
        &mut self,
        emf_v: &[f64],
        conductance_s: &[f64],
        reference_v: f64,
        connection: &Connection,
    ) {
        let last = emf_v.len() - 1;
        let rung_s = 1.0 / connection.busbar_ohm;
        let (first_share, last_share) = match connection.tap {
            Tap::SameEnd => (1.0, 0.0),
            Tap::OppositeEnds => (0.5, 0.5),
        };
        self.base_v.clear();
        self.slope_ohm.clear();
        self.pivot.clear();
        for k in 0..=last {
            let neighbours = if k == 0 || k == last { 1.0 } else { 2.0 };
            let mut diagonal = conductance_s[k] + neighbours * rung_s;
            let mut base = (emf_v[k] - reference_v) * conductance_s[k];
            let mut slope = if k == 0 {
                first_share
            } else if k == last {
                last_share
            } else {
                0.0
            };
            if k > 0 {
                let factor = rung_s / self.pivot[k - 1];
                diagonal -= factor * rung_s;
                base += factor * self.base_v[k - 1];
                slope += factor * self.slope_ohm[k - 1];
            }
            self.pivot.push(diagonal);
            self.base_v.push(base);
            self.slope_ohm.push(slope);
        }
        for k in (0..=last).rev() {
            if k < last {
                self.base_v[k] += rung_s * self.base_v[k + 1];
                self.slope_ohm[k] += rung_s * self.slope_ohm[k + 1];
            }
            self.base_v[k] /= self.pivot[k];
            self.slope_ohm[k] /= self.pivot[k];
        }
    }

    /// Voltage at no current, relative to the reference, and resistance between the taps.
    #[allow(clippy::cast_precision_loss)] // A group has few cells.
    fn at_taps(&self, connection: &Connection) -> (f64, f64) {
        let last = self.base_v.len() - 1;
        match connection.tap {
            Tap::SameEnd => (self.base_v[0], self.slope_ohm[0]),
            // Half of the way is in each busbar: u_last less the drop along the negative one.
            Tap::OppositeEnds => (
                0.5 * (self.base_v[0] + self.base_v[last]),
                0.5 * (self.slope_ohm[0] + self.slope_ohm[last])
                    + 0.25 * last as f64 * connection.busbar_ohm,
            ),
        }
    }
}
