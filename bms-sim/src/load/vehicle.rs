//! From speed to power at the battery: a longitudinal vehicle model on a level road.

use serde::{Deserialize, Serialize};

use super::cycle::SpeedCycle;
use super::series::{Between, TimeSeries};
use crate::range::{RangeError, check_fields};

/// Acceleration of gravity, in metres per second squared (standard gravity).
const GRAVITY_MPS2: f64 = 9.806_65;

/// Parameters of a vehicle's power demand.
///
/// Road load is `F = m_eff dv/dt + m g Crr + rho/2 CdA v^2` (for example Guzzella and Sciarretta, *Vehicle Propulsion
/// Systems*, chapter 2), with rolling resistance only while the wheels turn. Driving, the battery supplies `F v /
/// efficiency`; braking, it recovers `regen_fraction * efficiency * |F v|` up to `regen_power_max_w`, and friction
/// brakes dissipate the rest. Auxiliaries draw a constant power.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Vehicle {
    /// Mass with load, in kilogram, positive.
    pub mass_kg: f64,
    /// Equivalent mass of rotating parts, as a fraction of `mass_kg`, not negative.
    pub rotating_mass_fraction: f64,
    /// Drag coefficient times frontal area, in square metres, not negative.
    pub drag_area_m2: f64,
    /// Rolling resistance coefficient, not negative.
    pub rolling_resistance: f64,
    /// Air density, in kilogram per cubic metre, not negative.
    pub air_density_kg_per_m3: f64,
    /// Efficiency from battery terminals to wheels and back, above 0, at most 1.
    pub drivetrain_efficiency: f64,
    /// Fraction of the braking power at the wheels that is recuperated, 0 to 1.
    pub regen_fraction: f64,
    /// Largest power into the battery from braking, in watt, not negative.
    pub regen_power_max_w: f64,
    /// Mean speed of an interval below which friction brakes do all the work, in metres per second, not negative.
    pub regen_speed_min_mps: f64,
    /// Power of auxiliaries (heating, lights, electronics), in watt, not negative.
    pub auxiliary_power_w: f64,
}

impl Default for Vehicle {
    /// A compact battery-electric car.
    fn default() -> Self {
        Self {
            mass_kg: 1_600.0,
            rotating_mass_fraction: 0.04,
            drag_area_m2: 0.66,
            rolling_resistance: 0.009,
            air_density_kg_per_m3: 1.2,
            drivetrain_efficiency: 0.90,
            regen_fraction: 0.8,
            regen_power_max_w: 60_000.0,
            regen_speed_min_mps: 1.5,
            auxiliary_power_w: 400.0,
        }
    }
}

/// Energy balance of a drive, in joule. Only [`Self::kinetic_j`] may be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EnergyLedger {
    /// Supplied by the battery less recuperation.
    pub battery_j: f64,
    /// Used by auxiliaries.
    pub auxiliary_j: f64,
    /// Lost between battery and wheels, in both directions.
    pub drivetrain_j: f64,
    /// Turned to heat in friction brakes.
    pub friction_brake_j: f64,
    /// Used by air drag.
    pub drag_j: f64,
    /// Used by rolling resistance.
    pub rolling_j: f64,
    /// Kinetic energy gained from start to end.
    pub kinetic_j: f64,
}

/// A speed cycle driven by a vehicle.
#[derive(Clone, Debug, PartialEq)]
pub struct Drive {
    /// Power at the battery terminals, in watt, discharge positive, constant over each interval of the cycle.
    pub power_w: TimeSeries,
    /// Energy balance.
    pub ledger: EnergyLedger,
}

/// Work against the road at the wheels during one interval of constant acceleration, in joule.
struct RoadLoad {
    drag: f64,
    rolling: f64,
    kinetic: f64,
}

impl Vehicle {
    /// Checks every field.
    ///
    /// # Errors
    /// The first field that is outside the range its documentation gives.
    pub fn validate(&self) -> Result<(), RangeError> {
        check_fields! { self;
            mass_kg: Positive, rotating_mass_fraction: NotNegative, drag_area_m2: NotNegative,
            rolling_resistance: NotNegative, air_density_kg_per_m3: NotNegative,
            drivetrain_efficiency: Efficiency, regen_fraction: Fraction, regen_power_max_w: NotNegative,
            regen_speed_min_mps: NotNegative, auxiliary_power_w: NotNegative
        }
    }

    /// Drives a speed cycle. Between points acceleration is constant and the road load is integrated exactly; the
    /// battery's power is the mean over each interval.
    ///
    /// # Errors
    /// Those of [`Self::validate`].
    ///
    /// # Panics
    /// Never: a cycle has at least two points at increasing times.
    pub fn drive(&self, cycle: &SpeedCycle) -> Result<Drive, RangeError> {
        self.validate()?;
        let mut ledger = EnergyLedger::default();
        let mut points = Vec::with_capacity(cycle.time_s().len());
        for (time, speed) in cycle.time_s().windows(2).zip(cycle.speed_mps().windows(2)) {
            let dt_s = time[1] - time[0];
            let road = self.road_load(speed[0], speed[1], dt_s);
            let mean_mps = 0.5 * (speed[0] + speed[1]);
            let energy_j = self.settle(&road, mean_mps, dt_s, &mut ledger);
            points.push((time[0], energy_j / dt_s));
        }
        let (end_s, last_w) = (cycle.time_s()[points.len()], points[points.len() - 1].1);
        points.push((end_s, last_w));
        let power_w = TimeSeries::new(&points, Between::Held).expect("a cycle's times increase");
        Ok(Drive { power_w, ledger })
    }

    fn road_load(&self, from_mps: f64, to_mps: f64, dt_s: f64) -> RoadLoad {
        let mass_kg = self.mass_kg * (1.0 + self.rotating_mass_fraction);
        let distance_m = 0.5 * (from_mps + to_mps) * dt_s;
        // The integral of v^3 for v linear in time.
        let cube = 0.25
            * (from_mps.powi(3)
                + from_mps.powi(2) * to_mps
                + from_mps * to_mps.powi(2)
                + to_mps.powi(3))
            * dt_s;
        RoadLoad {
            drag: 0.5 * self.air_density_kg_per_m3 * self.drag_area_m2 * cube,
            rolling: self.mass_kg * GRAVITY_MPS2 * self.rolling_resistance * distance_m,
            kinetic: 0.5 * mass_kg * (to_mps.powi(2) - from_mps.powi(2)),
        }
    }

    /// Splits the work of an interval between battery, losses and brakes; returns the battery's part, in joule.
    fn settle(&self, road: &RoadLoad, mean_mps: f64, dt_s: f64, ledger: &mut EnergyLedger) -> f64 {
        let wheel_j = road.drag + road.rolling + road.kinetic;
        let auxiliary_j = self.auxiliary_power_w * dt_s;
        let traction_j = if wheel_j >= 0.0 {
            wheel_j / self.drivetrain_efficiency
        } else {
            -self.regenerated_j(-wheel_j, mean_mps, dt_s)
        };
        let motor_j = if wheel_j >= 0.0 {
            wheel_j
        } else {
            traction_j / self.drivetrain_efficiency
        };
        ledger.battery_j += traction_j + auxiliary_j;
        ledger.auxiliary_j += auxiliary_j;
        ledger.drivetrain_j += traction_j - motor_j;
        ledger.friction_brake_j += motor_j - wheel_j;
        ledger.drag_j += road.drag;
        ledger.rolling_j += road.rolling;
        ledger.kinetic_j += road.kinetic;
        traction_j + auxiliary_j
    }

    /// Energy that braking with `braking_j` at the wheels returns to the battery, in joule, not negative.
    fn regenerated_j(&self, braking_j: f64, mean_mps: f64, dt_s: f64) -> f64 {
        if mean_mps < self.regen_speed_min_mps {
            return 0.0;
        }
        (braking_j * self.regen_fraction * self.drivetrain_efficiency)
            .min(self.regen_power_max_w * dt_s)
    }
}
