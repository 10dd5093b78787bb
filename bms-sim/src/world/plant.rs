//! A battery with cell balancing and cell faults.

use super::group::{Group, GroupElements};
use crate::cell::{CellModel, Fade, LithiumPotential};
use crate::pack::{Battery, CellPack, ThermalNetwork};

/// A battery of groups in series with cell balancing and cell faults.
pub trait Plant: Battery + Send {
    /// Elements of a group in addition to its cells.
    fn elements(&mut self, group: usize) -> &mut GroupElements;

    /// Removes a share of the active material of a group.
    fn lose_capacity(&mut self, group: usize, share: f64);

    /// Potential of the negative electrode of a group against lithium, at the current of its last step; none for a plant that
    /// has no electrodes.
    fn negative_electrode(&self, group: usize) -> Option<LithiumPotential>;

    /// The thermal network, if any.
    fn thermal(&self) -> Option<&ThermalNetwork>;

    /// Mutable access to the thermal network, if any.
    fn thermal_mut(&mut self) -> Option<&mut ThermalNetwork>;
}

impl<M: CellModel> Plant for CellPack<Group<M>> {
    fn elements(&mut self, group: usize) -> &mut GroupElements {
        &mut self.models_mut()[group].elements
    }

    fn lose_capacity(&mut self, group: usize, share: f64) {
        self.models_mut()[group].degrade(&Fade {
            negative_active: share,
            positive_active: share,
            ..Fade::default()
        });
    }

    fn negative_electrode(&self, group: usize) -> Option<LithiumPotential> {
        let current_a = self.cells().current_a.get(group).copied()?;
        self.models().get(group)?.negative_electrode(current_a)
    }

    fn thermal(&self) -> Option<&ThermalNetwork> {
        self.thermal()
    }

    fn thermal_mut(&mut self) -> Option<&mut ThermalNetwork> {
        self.thermal_mut()
    }
}
