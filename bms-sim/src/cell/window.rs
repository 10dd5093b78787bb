//! Stoichiometries at empty and full: the balance of the electrodes against each other and against the lithium.
//!
//! A cell is full when its open-circuit voltage reaches that of the new full cell, and empty when it reaches that of
//! the new empty cell. Loss of lithium or active material moves both ends (degradation modes, C. R. Birkl et al. 2017,
//! doi:10.1016/j.jpowsour.2016.12.011).

use super::parameters::Electrochemistry;

#[allow(clippy::struct_field_names, reason = "the unit is part of each name")]
/// Charge that each electrode can hold and lithium that they share, for the nominal area, in coulomb.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Balance {
    pub(crate) negative_c: f64,
    pub(crate) positive_c: f64,
    lithium_c: f64,
}

/// Stoichiometries of the negative electrode at the ends of the window, and their open-circuit voltages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Window {
    empty: f64,
    full: f64,
    empty_v: f64,
    full_v: f64,
}

impl Window {
    pub(crate) fn soc(&self, negative: f64) -> f64 {
        (negative - self.empty) / (self.full - self.empty)
    }
}

impl Balance {
    pub(crate) fn new(cell: &Electrochemistry) -> Self {
        let negative_c = cell.negative.capacity_c(cell.area_m2);
        let positive_c = cell.positive.capacity_c(cell.area_m2);
        let window = &cell.window;
        let lithium_c = window.negative_full * negative_c + window.positive_full * positive_c;
        Self {
            negative_c,
            positive_c,
            lithium_c,
        }
    }

    /// Window of the new cell.
    pub(crate) fn new_window(&self, cell: &Electrochemistry) -> Window {
        let (empty, full) = (cell.window.negative_empty, cell.window.negative_full);
        Window {
            empty,
            full,
            empty_v: self.ocv_v(cell, empty),
            full_v: self.ocv_v(cell, full),
        }
    }

    pub(crate) fn capacity_c(&self, window: &Window) -> f64 {
        self.negative_c * (window.full - window.empty)
    }

    /// Stoichiometries of both electrodes at a SoC.
    pub(crate) fn stoichiometry(&self, window: &Window, soc: f64) -> (f64, f64) {
        let x = window.empty + soc * (window.full - window.empty);
        (x, self.positive(x))
    }

    fn positive(&self, negative: f64) -> f64 {
        (self.lithium_c - negative * self.negative_c) / self.positive_c
    }

    fn ocv_v(&self, cell: &Electrochemistry, negative: f64) -> f64 {
        cell.positive.ocp_v.value(self.positive(negative)) - cell.negative.ocp_v.value(negative)
    }

    /// Removes fractions of the active materials, with their lithium at stoichiometries `x` and `y`, and lithium from
    /// the negative electrode.
    pub(crate) fn lose(&mut self, x: f64, y: f64, negative: f64, positive: f64, lithium_c: f64) {
        self.lithium_c -=
            lithium_c + negative * self.negative_c * x + positive * self.positive_c * y;
        self.negative_c *= 1.0 - negative;
        self.positive_c *= 1.0 - positive;
    }

    /// The window of the same end voltages for the present balance.
    pub(crate) fn window(&self, cell: &Electrochemistry, new: &Window) -> Window {
        let at = |target_v: f64| {
            // The open-circuit voltage rises with the lithium in the negative electrode.
            let (mut low, mut high) = (-0.1, 1.1);
            for _ in 0..80 {
                let middle = 0.5 * (low + high);
                if self.ocv_v(cell, middle) < target_v {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            0.5 * (low + high)
        };
        Window {
            empty: at(new.empty_v),
            full: at(new.full_v),
            ..*new
        }
    }
}
