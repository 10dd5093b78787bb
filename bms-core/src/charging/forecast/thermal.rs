//! How the temperature of a pack follows the heat of a charge.

use crate::math;
use crate::units::{Power, ThermodynamicTemperature, to_kelvin, to_watts};

/// Thermal model of a pack for a forecast: one body of one temperature, whose coldest and warmest places stay as far apart as
/// they are. A value that is negative or not a number counts as zero.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Warming {
    /// Heat capacity of cells, plates and coolant together, in joule per kelvin; without one the temperature stays.
    pub heat_capacity_j_per_k: f32,
    /// Conductance from the body to its surroundings by coolant and air, in watt per kelvin.
    pub to_surroundings_w_per_k: f32,
    /// Temperature of the surroundings.
    pub surroundings: ThermodynamicTemperature,
    /// Power of the heater, which the charger supplies as well. The heater is on while [`Conditioning::Heat`] is requested, and
    /// does not warm the surroundings.
    ///
    /// [`Conditioning::Heat`]: crate::charging::Conditioning::Heat
    pub heater: Power,
}

/// [`Warming`] with every value in its range.
#[derive(Clone, Copy, Debug)]
pub(super) struct ThermalBody {
    pub(super) j_per_k: f32,
    pub(super) w_per_k: f32,
    pub(super) surroundings_k: f32,
    pub(super) heater_w: f32,
    /// Heat is requested: it was, and the cells are not warm yet.
    pub(super) heats: bool,
}

impl ThermalBody {
    /// `None` without a usable heat capacity or temperature of the surroundings.
    pub(super) fn of(warming: &Warming) -> Option<Self> {
        let surroundings_k = to_kelvin(warming.surroundings);
        let j_per_k = warming.heat_capacity_j_per_k;
        let known = surroundings_k.is_finite() && j_per_k > 0.0 && j_per_k.is_finite();
        known.then(|| Self {
            j_per_k: j_per_k.max(1.0),
            w_per_k: math::clamp_or_low(warming.to_surroundings_w_per_k, 0.0, 1e6),
            surroundings_k: surroundings_k.clamp(200.0, 400.0),
            heater_w: math::clamp_or_low(to_watts(warming.heater), 0.0, 1e6),
            heats: false,
        })
    }
}
