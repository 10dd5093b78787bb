//! The voltage of the model as a sum of known features times unknown table entries.

use super::record::Record;

/// Molar gas constant in J/(mol K), CODATA 2018.
pub(super) const GAS_CONSTANT: f64 = 8.314_462_618;

/// Reference temperature of the knee current, 25 degC.
pub(super) const REFERENCE_K: f64 = 298.15;

/// The maps of the circuit in the order of their unknowns; the branches follow.
pub(super) const R0: usize = 0;
pub(super) const TRANSFER_DISCHARGE: usize = 1;
pub(super) const TRANSFER_CHARGE: usize = 2;
pub(super) const HYSTERESIS: usize = 3;
pub(super) const FIRST_BRANCH: usize = 4;

/// The values in which the voltage is not linear, and the nodes of the tables.
///
/// Currents are C-rates (per hour of the identified capacity) and resistances volts per C-rate, so one set of penalties
/// applies to cells of any size.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    pub(super) capacity_ah: f64,
    pub(super) ocv_soc: Vec<f64>,
    pub(super) soc: Vec<f64>,
    pub(super) temperature_k: Vec<f64>,
    pub(super) tau_s: Vec<f64>,
    /// Knee of the charge transfer at 25 degC, C-rate.
    pub(super) knee_c_rate: f64,
    /// Activation energy of the knee current.
    pub(super) knee_energy_j_per_mol: f64,
    /// Activation energy of all resistances.
    pub(super) energy_j_per_mol: f64,
    pub(super) hysteresis_soc: f64,
    /// Whether a log shows a slow charge beside a slow discharge.
    pub(super) hysteresis_seen: bool,
}

/// Two neighbouring nodes with their weights.
type Pair = [(usize, f64); 2];

impl Shape {
    pub(super) fn maps(&self) -> usize {
        FIRST_BRANCH + self.tau_s.len()
    }

    /// Number of unknowns: the OCV table, then the maps one after the other.
    pub(super) fn unknowns(&self) -> usize {
        self.temperature_k.len() * (self.ocv_soc.len() + self.maps() * self.soc.len())
    }

    pub(super) fn ocv_index(&self, temperature: usize, soc: usize) -> usize {
        temperature * self.ocv_soc.len() + soc
    }

    pub(super) fn map_index(&self, map: usize, temperature: usize, soc: usize) -> usize {
        let cells = self.soc.len();
        self.temperature_k.len() * (self.ocv_soc.len() + map * cells) + temperature * cells + soc
    }

    /// Knee current at a temperature node, C-rate.
    pub(super) fn knee_at(&self, temperature_k: f64) -> f64 {
        self.knee_c_rate * arrhenius(-self.knee_energy_j_per_mol, temperature_k, REFERENCE_K)
    }

    /// Resistance at `temperature_k` over that at temperature node `node`.
    pub(super) fn resistance_ratio(&self, node: usize, temperature_k: f64) -> f64 {
        arrhenius(
            self.energy_j_per_mol,
            temperature_k,
            self.temperature_k[node],
        )
    }

    /// Calls `row(k, features)` for each row; `features` are pairs of an unknown's index and its factor.
    pub(super) fn each_row(&self, record: &Record, mut row: impl FnMut(usize, &[(usize, f64)])) {
        let mut branch = vec![0.0; self.tau_s.len()];
        let mut hysteresis = 0.0;
        let mut features = Vec::with_capacity(8 + 4 * self.maps());
        for k in 0..record.len() {
            let current = record.current_a[k] / self.capacity_ah;
            let dt_s = record.dt_s(k);
            for (state, tau_s) in branch.iter_mut().zip(&self.tau_s) {
                *state += (-(-dt_s / tau_s).exp_m1()) * (current - *state);
            }
            if k > 0 {
                let moved = record.soc[k] - record.soc[k - 1];
                let kept = (-moved.abs() / self.hysteresis_soc).exp();
                hysteresis = kept * hysteresis + (1.0 - kept) * moved.signum();
            }
            features.clear();
            self.push_features(record, k, current, hysteresis, &branch, &mut features);
            row(k, &features);
        }
    }

    fn push_features(
        &self,
        record: &Record,
        k: usize,
        current: f64,
        hysteresis: f64,
        branch: &[f64],
        features: &mut Vec<(usize, f64)>,
    ) {
        let temperature_k = record.temperature_k[k];
        let rows = place(&self.temperature_k, temperature_k, false);
        let ocv = place(&self.ocv_soc, record.soc[k], true);
        for (t, wt) in rows {
            for (z, wz) in ocv {
                if wt * wz != 0.0 {
                    features.push((self.ocv_index(t, z), wt * wz));
                }
            }
        }
        let columns = place(&self.soc, record.soc[k], false);
        let warmed = rows.map(|(t, wt)| (t, wt * self.resistance_ratio(t, temperature_k)));
        let mut push = |map: usize, rows: Pair, factor: f64| {
            if factor == 0.0 {
                return;
            }
            for (t, wt) in rows {
                for (z, wz) in columns {
                    if wt * wz != 0.0 {
                        features.push((self.map_index(map, t, z), factor * wt * wz));
                    }
                }
            }
        };
        // The knee between temperature nodes is interpolated as in the core.
        let knee: f64 = rows
            .iter()
            .map(|(t, wt)| wt * self.knee_at(self.temperature_k[*t]))
            .sum();
        let transfer = knee * (current / knee).asinh();
        let direction = if current >= 0.0 {
            TRANSFER_DISCHARGE
        } else {
            TRANSFER_CHARGE
        };
        push(R0, warmed, -current);
        push(direction, warmed, -transfer);
        push(HYSTERESIS, rows, hysteresis);
        for (j, state) in branch.iter().enumerate() {
            push(FIRST_BRANCH + j, warmed, -state);
        }
    }

    /// Voltage of the model minus that of the log at each row, in volts, for table entries `x`.
    pub(super) fn residuals_v(&self, record: &Record, x: &[f64]) -> Vec<f64> {
        let mut residuals = Vec::with_capacity(record.len());
        self.each_row(record, |k, features| {
            let model: f64 = features
                .iter()
                .map(|(index, factor)| x[*index] * factor)
                .sum();
            residuals.push(model - record.voltage_v[k]);
        });
        residuals
    }
}

pub(super) fn arrhenius(energy_j_per_mol: f64, temperature_k: f64, reference_k: f64) -> f64 {
    (energy_j_per_mol / GAS_CONSTANT * (1.0 / temperature_k - 1.0 / reference_k)).exp()
}

/// Neighbouring nodes of `x` and their weights; beyond the ends clamped, or extrapolated linearly.
fn place(nodes: &[f64], x: f64, continued: bool) -> Pair {
    let last = nodes.len() - 1;
    if last == 0 {
        return [(0, 1.0), (0, 0.0)];
    }
    let lower = nodes.partition_point(|node| *node <= x).clamp(1, last) - 1;
    let share = (x - nodes[lower]) / (nodes[lower + 1] - nodes[lower]);
    let share = if continued {
        share
    } else {
        share.clamp(0.0, 1.0)
    };
    [(lower, 1.0 - share), (lower + 1, share)]
}
