//! The normal equations: assembly, smoothness, and their solution with non-negative unknowns.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::features::{FIRST_BRANCH, HYSTERESIS, Shape};
use super::record::Record;

/// Weights of the smoothness penalties on neighbouring table entries, relative to the weight of all rows.
///
/// The values were chosen on the tuning drives that docs/accuracy.md names.
const OCV_BEND: f64 = 1e-6;
const OCV_OVER_TEMPERATURE: f64 = 2e-2;
const RESISTANCE_BEND: f64 = 1e-4;
const RESISTANCE_OVER_TEMPERATURE: f64 = 5e-5;
const RESISTANCE_SIZE: f64 = 1e-7;
const HYSTERESIS_SIZE: f64 = 1e-4;

/// Without a slow charge after the slow discharge, hysteresis and resistance are not separable, and hysteresis is
/// penalised.
const HYSTERESIS_SIZE_UNSEEN: f64 = 3e-3;

/// Least rise of the OCV, volts per unit of SoC: the curve stays invertible.
const MIN_OCV_SLOPE_V: f64 = 0.005;

/// Maximum iterations of the active-set method; usually a few suffice.
const MAX_ITERATIONS: usize = 30;

/// `A x = b` of a least-squares problem, the lower triangle of `A`, and the sum of squares of the data.
#[derive(Clone, Debug)]
pub(super) struct Normal {
    pub(super) a: DMatrix<f64>,
    pub(super) b: DVector<f64>,
    pub(super) squares: f64,
    pub(super) weight: f64,
}

impl Normal {
    pub(super) fn zero(unknowns: usize) -> Self {
        Self {
            a: DMatrix::zeros(unknowns, unknowns),
            b: DVector::zeros(unknowns),
            squares: 0.0,
            weight: 0.0,
        }
    }

    /// Adds the rows of one log.
    pub(super) fn add_record(&mut self, shape: &Shape, record: &Record) {
        shape.each_row(record, |k, features| {
            let weight = record.weight(k);
            let voltage_v = record.voltage_v[k];
            self.squares += weight * voltage_v * voltage_v;
            self.weight += weight;
            for &(p, fp) in features {
                let weighted = weight * fp;
                self.b[p] += weighted * voltage_v;
                for &(q, fq) in features {
                    if q <= p {
                        self.a[(p, q)] += weighted * fq;
                    }
                }
            }
        });
    }

    fn add(mut self, other: &Self) -> Self {
        self.a += &other.a;
        self.b += &other.b;
        self.squares += other.squares;
        self.weight += other.weight;
        self
    }

    /// Cost of `x`: weighted squares of all residuals.
    pub(super) fn cost(&self, x: &DVector<f64>) -> f64 {
        let mut full = self.a.clone();
        full.fill_upper_triangle_with_lower_triangle();
        (&full * x).dot(x) - 2.0 * self.b.dot(x) + self.squares
    }
}

/// Index of the node nearest to `x`.
pub(super) fn nearest(nodes: &[f64], x: f64) -> usize {
    (0..nodes.len())
        .min_by(|a, b| (nodes[*a] - x).abs().total_cmp(&(nodes[*b] - x).abs()))
        .unwrap_or(0)
}

/// The data of all logs. The order of the sum is fixed, so that the result does not depend on the number of threads.
pub(super) fn assemble(shape: &Shape, records: &[&Record]) -> Normal {
    const AT_ONCE: usize = 8;
    let unknowns = shape.unknowns();
    let mut total = Normal::zero(unknowns);
    for chunk in records.chunks(AT_ONCE) {
        let parts: Vec<Normal> = chunk
            .par_iter()
            .map(|record| {
                let mut part = Normal::zero(unknowns);
                part.add_record(shape, record);
                part
            })
            .collect();
        for part in &parts {
            total = total.add(part);
        }
    }
    total
}

/// Adds the smoothness of the tables, in proportion to the weight of the data.
pub(super) fn smooth(shape: &Shape, normal: &mut Normal) {
    let weight = normal.weight;
    let mut penalise = |entries: &[(usize, f64)], strength: f64| {
        for &(p, a) in entries {
            for &(q, b) in entries {
                if q <= p {
                    normal.a[(p, q)] += strength * weight * a * b;
                }
            }
        }
    };
    let rows = shape.temperature_k.len();
    for t in 0..rows {
        for (z, bend) in bends(&shape.ocv_soc) {
            let entries = [0, 1, 2].map(|n| (shape.ocv_index(t, z + n), bend[n]));
            penalise(&entries, OCV_BEND);
        }
        if t + 1 < rows {
            for z in 0..shape.ocv_soc.len() {
                let entries = [
                    (shape.ocv_index(t, z), 1.0),
                    (shape.ocv_index(t + 1, z), -1.0),
                ];
                penalise(&entries, OCV_OVER_TEMPERATURE);
            }
        }
    }
    for map in 0..shape.maps() {
        for t in 0..rows {
            for (z, bend) in bends(&shape.soc) {
                let entries = [0, 1, 2].map(|n| (shape.map_index(map, t, z + n), bend[n]));
                penalise(&entries, RESISTANCE_BEND);
            }
            for z in 0..shape.soc.len() {
                let size = if map == HYSTERESIS && shape.hysteresis_seen {
                    HYSTERESIS_SIZE
                } else if map == HYSTERESIS {
                    HYSTERESIS_SIZE_UNSEEN
                } else {
                    RESISTANCE_SIZE
                };
                penalise(&[(shape.map_index(map, t, z), 1.0)], size);
                if z + 1 < shape.soc.len() {
                    let entries = [
                        (shape.map_index(map, t, z), 1.0),
                        (shape.map_index(map, t, z + 1), -1.0),
                    ];
                    penalise(&entries, 2e-3 * RESISTANCE_BEND);
                }
                if t + 1 < rows {
                    // The warmer row is the reference: its resistances are small and well determined.
                    let ratio = if map == HYSTERESIS {
                        1.0
                    } else {
                        shape.resistance_ratio(t, shape.temperature_k[t + 1])
                    };
                    let entries = [
                        (shape.map_index(map, t, z), ratio),
                        (shape.map_index(map, t + 1, z), -1.0),
                    ];
                    penalise(&entries, RESISTANCE_OVER_TEMPERATURE);
                }
            }
        }
    }
    debug_assert!(shape.maps() > FIRST_BRANCH);
}

/// Second differences over uneven nodes: the first node and three factors.
fn bends(nodes: &[f64]) -> impl Iterator<Item = (usize, [f64; 3])> + '_ {
    nodes.windows(3).enumerate().map(|(z, three)| {
        let (left, right) = (three[1] - three[0], three[2] - three[1]);
        let middle = 0.5 * (left + right);
        (
            z,
            [
                middle / left,
                -middle / left - middle / right,
                middle / right,
            ],
        )
    })
}

/// Solves for table entries: every resistance at least zero, the OCV rising.
///
/// The OCV rows are replaced by their first entry and their increments, so that both constraints are lower bounds; the
/// bounded problem is solved by an active-set method that exchanges all violating unknowns at once (block pivoting;
/// Portugal, Judice, Vicente, Math. Comp. 63, 1994).
pub(super) fn solve(shape: &Shape, normal: &Normal) -> Option<DVector<f64>> {
    let unknowns = shape.unknowns();
    let mut a = normal.a.clone();
    let mut b = normal.b.clone();
    a.fill_upper_triangle_with_lower_triangle();
    let lower = lower_bounds(shape);
    to_steps(shape, &mut a, &mut b);
    let tiny = 1e-12 * normal.weight;
    // Shift to lower bounds of zero.
    b -= &a * &lower;
    let free = free_unknowns(shape);
    let mut passive = vec![true; unknowns];
    let mut x = DVector::zeros(unknowns);
    for round in 0..MAX_ITERATIONS {
        let kept: Vec<usize> = (0..unknowns).filter(|k| passive[*k]).collect();
        let part = DMatrix::from_fn(kept.len(), kept.len(), |r, c| {
            a[(kept[r], kept[c])] + if r == c { tiny } else { 0.0 }
        });
        let right = DVector::from_fn(kept.len(), |r, _| b[kept[r]]);
        let solution = part.cholesky()?.solve(&right);
        x.fill(0.0);
        for (value, k) in solution.iter().zip(&kept) {
            x[*k] = *value;
        }
        let pull = &b - &a * &x;
        let mut moved = 0;
        for k in (0..unknowns).filter(|k| !free[*k]) {
            let leaves = passive[k] && x[k] < 0.0;
            // Only in the first rounds may unknowns return: this ends any cycle.
            let returns =
                !passive[k] && pull[k] > 1e-9 * normal.weight && round < MAX_ITERATIONS / 2;
            if leaves || returns {
                passive[k] = !passive[k];
                moved += 1;
            }
        }
        if moved == 0 {
            break;
        }
    }
    for k in (0..unknowns).filter(|k| !free[*k]) {
        x[k] = x[k].max(0.0);
    }
    x += lower;
    from_steps(shape, &mut x);
    Some(x)
}

/// Unknowns without a bound: the first OCV entry of each row.
fn free_unknowns(shape: &Shape) -> Vec<bool> {
    let mut free = vec![false; shape.unknowns()];
    for t in 0..shape.temperature_k.len() {
        free[shape.ocv_index(t, 0)] = true;
    }
    free
}

fn lower_bounds(shape: &Shape) -> DVector<f64> {
    let mut lower = DVector::zeros(shape.unknowns());
    for t in 0..shape.temperature_k.len() {
        for z in 1..shape.ocv_soc.len() {
            lower[shape.ocv_index(t, z)] =
                MIN_OCV_SLOPE_V * (shape.ocv_soc[z] - shape.ocv_soc[z - 1]);
        }
        for z in 0..shape.soc.len() {
            // The ohmic resistance of a cell is positive; the core refuses zero.
            lower[shape.map_index(super::features::R0, t, z)] = 1e-4;
        }
    }
    lower
}

/// Rewrites the OCV unknowns as steps: `ocv[z]` is the sum of the steps up to `z`. With `x = T y` this is
/// `T' A T`, taken as two passes over columns with a transposition between.
fn to_steps(shape: &Shape, a: &mut DMatrix<f64>, b: &mut DVector<f64>) {
    for _ in 0..2 {
        for (here, above) in step_pairs(shape) {
            let (mut low, high) = a.columns_range_pair_mut(here, above);
            low += high;
        }
        a.transpose_mut();
    }
    for (here, above) in step_pairs(shape) {
        b[here] += b[above];
    }
}

/// Neighbouring OCV entries of each row, from the top down.
fn step_pairs(shape: &Shape) -> impl Iterator<Item = (usize, usize)> + '_ {
    (0..shape.temperature_k.len()).flat_map(move |t| {
        (0..shape.ocv_soc.len() - 1)
            .rev()
            .map(move |z| (shape.ocv_index(t, z), shape.ocv_index(t, z + 1)))
    })
}

fn from_steps(shape: &Shape, x: &mut DVector<f64>) {
    for t in 0..shape.temperature_k.len() {
        for z in 1..shape.ocv_soc.len() {
            x[shape.ocv_index(t, z)] += x[shape.ocv_index(t, z - 1)];
        }
    }
}
