//! Node voltages of the high-voltage side against the chassis.

/// Positive battery terminal.
pub(super) const BATTERY_POSITIVE: usize = 0;
/// Negative battery terminal.
pub(super) const BATTERY_NEGATIVE: usize = 1;
/// Positive side of the link.
pub(super) const LINK_POSITIVE: usize = 2;
/// Negative side of the link.
pub(super) const LINK_NEGATIVE: usize = 3;

/// One value for each node: voltages against the chassis, or currents into the node.
pub(super) type Nodes = [f64; 4];

/// The conductances between the nodes and to the chassis, factorised.
///
/// The matrix is symmetric and diagonally dominant (a grounded graph Laplacian), so elimination without pivoting is
/// stable.
#[derive(Clone, Debug)]
pub(super) struct Network {
    matrix: [Nodes; 4],
}

impl Network {
    /// A network from conductances to the chassis and between pairs of nodes, all in siemens.
    pub(super) fn new(to_chassis_s: Nodes, between_s: &[(usize, usize, f64)]) -> Self {
        let mut matrix = [[0.0; 4]; 4];
        for (node, &conductance_s) in to_chassis_s.iter().enumerate() {
            matrix[node][node] += conductance_s;
        }
        for &(a, b, conductance_s) in between_s {
            matrix[a][a] += conductance_s;
            matrix[b][b] += conductance_s;
            matrix[a][b] -= conductance_s;
            matrix[b][a] -= conductance_s;
        }
        for pivot in 0..4 {
            for row in pivot + 1..4 {
                let pivot_row = matrix[pivot];
                let factor = matrix[row][pivot] / pivot_row[pivot];
                for (entry, above) in matrix[row].iter_mut().zip(pivot_row).skip(pivot + 1) {
                    *entry -= factor * above;
                }
                matrix[row][pivot] = factor;
            }
        }
        Self { matrix }
    }

    /// Voltages, in volt, for currents into the nodes, in ampere.
    pub(super) fn solve(&self, current_a: Nodes) -> Nodes {
        let mut v = current_a;
        for row in 1..4 {
            for column in 0..row {
                v[row] -= self.matrix[row][column] * v[column];
            }
        }
        for row in (0..4).rev() {
            for column in row + 1..4 {
                v[row] -= self.matrix[row][column] * v[column];
            }
            v[row] /= self.matrix[row][row];
        }
        v
    }
}
