//! The plain coulomb counter, to compare with.

/// Integrates current from a known start; saturates at empty and full.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoulombCounter {
    soc: f64,
    capacity_ah: f64,
}

impl CoulombCounter {
    /// A counter at `soc`, a fraction of one, of a cell of `capacity_ah`.
    #[must_use]
    pub fn new(soc: f64, capacity_ah: f64) -> Self {
        Self {
            soc: soc.clamp(0.0, 1.0),
            capacity_ah,
        }
    }

    /// Counts `current_a`, discharge positive, over `dt_s` and gives the state of charge.
    pub fn step(&mut self, current_a: f64, dt_s: f64) -> f64 {
        const SECONDS_PER_HOUR: f64 = 3600.0;
        let discharged = current_a * dt_s / SECONDS_PER_HOUR / self.capacity_ah;
        self.soc = (self.soc - discharged).clamp(0.0, 1.0);
        self.soc
    }
}
