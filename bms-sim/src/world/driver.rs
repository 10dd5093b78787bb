//! A driver who follows a speed cycle with the power that the battery gives.

use crate::load::{Between, SpeedCycle, TimeSeries, Vehicle};

/// Preview time of the driver, in seconds: the acceleration reaches the cycle's speed after it.
const AHEAD_S: f64 = 1.0;
/// Maximum acceleration, in metres per second squared.
const MAX_MPS2: f64 = 4.0;
/// Acceleration of gravity, in metres per second squared (standard gravity).
const GRAVITY_MPS2: f64 = 9.806_65;

/// A driver in a vehicle on a level road.
///
/// The road load is that of [`Vehicle`]. If the battery supplies less than requested, the vehicle is slower than the
/// cycle, and the driver catches up as far as possible; friction brakes replace missing recuperation.
#[derive(Clone, Debug)]
pub struct Driver {
    vehicle: Vehicle,
    speed: TimeSeries,
    speed_mps: f64,
    distance_m: f64,
    /// Acceleration that the last request corresponds to.
    planned_mps2: f64,
}

impl Driver {
    /// A driver at the start of a cycle.
    ///
    /// # Panics
    /// Never: a cycle is a series of points at increasing times.
    #[must_use]
    pub fn new(vehicle: Vehicle, cycle: &SpeedCycle) -> Self {
        let points: Vec<_> = cycle
            .time_s()
            .iter()
            .copied()
            .zip(cycle.speed_mps().iter().copied())
            .collect();
        let speed = TimeSeries::new(&points, Between::Linear).expect("a cycle's times increase");
        Self {
            vehicle,
            speed_mps: points[0].1,
            speed,
            distance_m: 0.0,
            planned_mps2: 0.0,
        }
    }

    /// Duration of the cycle, in seconds.
    #[must_use]
    pub fn duration_s(&self) -> f64 {
        self.speed.duration_s()
    }

    /// Speed of the vehicle, in metres per second.
    #[must_use]
    pub fn speed_mps(&self) -> f64 {
        self.speed_mps
    }

    /// Distance since the start, in metres.
    #[must_use]
    pub fn distance_m(&self) -> f64 {
        self.distance_m
    }

    fn effective_kg(&self) -> f64 {
        self.vehicle.mass_kg * (1.0 + self.vehicle.rotating_mass_fraction)
    }

    fn road_n(&self) -> f64 {
        let vehicle = &self.vehicle;
        let drag_n = 0.5
            * vehicle.air_density_kg_per_m3
            * vehicle.drag_area_m2
            * self.speed_mps
            * self.speed_mps;
        let rolling_n = if self.speed_mps > 0.0 {
            vehicle.mass_kg * GRAVITY_MPS2 * vehicle.rolling_resistance
        } else {
            0.0
        };
        drag_n + rolling_n
    }

    /// Power that the driver requests of the battery, in watt, discharge positive, `elapsed_s` into the cycle.
    pub fn wanted_w(&mut self, elapsed_s: f64, dt_s: f64) -> f64 {
        let target_mps = self.speed.mean(elapsed_s + AHEAD_S, dt_s);
        let reach_s = AHEAD_S.max(dt_s);
        self.planned_mps2 =
            ((target_mps - self.speed_mps) / reach_s).clamp(-2.0 * MAX_MPS2, MAX_MPS2);
        let force_n = self.effective_kg() * self.planned_mps2 + self.road_n();
        let wheel_w = force_n * (self.speed_mps + 0.5 * self.planned_mps2 * dt_s).max(0.0);
        let vehicle = &self.vehicle;
        let traction_w = if wheel_w >= 0.0 {
            wheel_w / vehicle.drivetrain_efficiency
        } else if self.speed_mps < vehicle.regen_speed_min_mps {
            0.0
        } else {
            let regained_w = -wheel_w * vehicle.regen_fraction * vehicle.drivetrain_efficiency;
            -regained_w.min(vehicle.regen_power_max_w)
        };
        traction_w + vehicle.auxiliary_power_w
    }

    /// Advances by `dt_s` with the requested power and the power supplied by the battery.
    pub fn advance(&mut self, wanted_w: f64, given_w: f64, dt_s: f64) {
        let mut acceleration_mps2 = self.planned_mps2;
        // A hundredth less is lost in the cables.
        if wanted_w > 0.0 && given_w < 0.99 * wanted_w {
            let vehicle = &self.vehicle;
            let wheel_w =
                ((given_w - vehicle.auxiliary_power_w) * vehicle.drivetrain_efficiency).max(0.0);
            let force_n = wheel_w / self.speed_mps.max(0.5) - self.road_n();
            acceleration_mps2 = acceleration_mps2.min(force_n / self.effective_kg());
        }
        let before_mps = self.speed_mps;
        self.speed_mps = (self.speed_mps + acceleration_mps2 * dt_s).max(0.0);
        self.distance_m += 0.5 * (before_mps + self.speed_mps) * dt_s;
    }
}
