//! A battery through its schedule.

use crate::load::{Reading, Schedule, StopReason};
use crate::pack::{Battery, CellsView, StepError, Topology};

/// Range of SoC within which the cell models are meaningful.
const SOC_RANGE: (f64, f64) = (-0.05, 1.1);
/// A step with negligible changes, in seconds.
const INSTANT_S: f64 = 1e-3;
/// Fraction of a step within which a row is due.
const TIME_TOLERANCE: f64 = 1e-6;

/// A battery and a schedule with their present state.
pub struct Simulation {
    name: String,
    battery: Box<dyn Battery>,
    schedule: Schedule,
    air_k: f64,
    step_s: f64,
    output_step_s: Option<f64>,
    totals: Totals,
}

impl std::fmt::Debug for Simulation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulation")
            .field("name", &self.name)
            .field("topology", &self.battery.topology())
            .field("step_s", &self.step_s)
            .field("totals", &self.totals)
            .finish_non_exhaustive()
    }
}

/// Totals at the terminals since the start; discharge positive.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    /// Steps taken.
    pub steps: u64,
    /// Time, in seconds.
    pub time_s: f64,
    /// Discharged minus charged, in ampere-hours.
    pub charge_out_ah: f64,
    /// Discharged minus charged energy, in watt-hours, by the voltage at the end of each step.
    pub energy_out_wh: f64,
}

/// The battery at one instant.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    /// Totals so far.
    pub totals: Totals,
    /// Mean current since the last snapshot, in ampere, discharge positive.
    pub current_a: f64,
    /// Terminal voltage, in volt.
    pub voltage_v: f64,
    /// State of the cells.
    pub cells: CellsView<'a>,
    /// Voltage of each group, in volt.
    pub group_voltage_v: &'a [f64],
    /// How far the schedule is, from 0 to 1.
    pub progress: f64,
}

/// How a simulation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// All loads are through; why each of them ended.
    Through(Vec<StopReason>),
    /// A step without a solution.
    Stuck(StepError),
    /// A cell, by its index, left the range of SoC within which its model is meaningful.
    OutOfRange {
        /// Number of the cell.
        cell: usize,
        /// Its state of charge.
        soc: f64,
    },
}

impl Simulation {
    pub(super) fn new(
        name: String,
        battery: Box<dyn Battery>,
        schedule: Schedule,
        air_k: f64,
        step_s: f64,
        output_step_s: Option<f64>,
    ) -> Self {
        Self {
            name,
            battery,
            schedule,
            air_k,
            step_s,
            output_step_s,
            totals: Totals::default(),
        }
    }

    /// Name of the plant.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many cells, and which is which.
    #[must_use]
    pub fn topology(&self) -> Topology {
        self.battery.topology()
    }

    /// The battery.
    #[must_use]
    pub fn battery(&self) -> &dyn Battery {
        &*self.battery
    }

    /// Totals so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Replaces the step or the output step of the plant file, in seconds, positive.
    pub fn set_steps(&mut self, step_s: Option<f64>, output_step_s: Option<f64>) {
        self.step_s = step_s.unwrap_or(self.step_s);
        self.output_step_s = output_step_s.or(self.output_step_s);
    }

    /// Runs to the end; calls `on_row` for the start and every due row.
    ///
    /// # Errors
    /// Those of `on_row`.
    pub fn run<E>(
        &mut self,
        mut on_row: impl FnMut(&Snapshot<'_>) -> Result<(), E>,
    ) -> Result<Ending, E> {
        let mut row = Row::new(self.output_step_s.unwrap_or(0.0));
        let start_v = self.open_voltage_v();
        on_row(&self.snapshot(0.0, start_v))?;
        let mut reasons = vec![];
        let mut last: Option<Reading> = None;
        while let Some((step_s, demand)) = self.schedule.next_step(self.step_s) {
            let reading = match self.battery.step(demand, self.air_k, step_s) {
                Ok(reading) => reading,
                Err(error) => {
                    self.write_rest(&mut row, last, &mut on_row)?;
                    return Ok(Ending::Stuck(error));
                }
            };
            self.account(&reading, step_s);
            row.add(reading.current_a, step_s);
            last = Some(reading);
            reasons.extend(self.schedule.advance(step_s, &reading));
            if row.is_due(step_s) {
                on_row(&self.snapshot(row.take(), reading.voltage_v))?;
            }
            if let Some((cell, soc)) = self.out_of_range() {
                self.write_rest(&mut row, last, &mut on_row)?;
                return Ok(Ending::OutOfRange { cell, soc });
            }
        }
        self.write_rest(&mut row, last, &mut on_row)?;
        Ok(Ending::Through(reasons))
    }

    /// Open-circuit voltage, including circulating currents within the groups; takes no time.
    fn open_voltage_v(&mut self) -> f64 {
        self.battery.prepare(INSTANT_S);
        match self.battery.solve(&mut |_| Some(0.0)) {
            Ok((_, source)) => source.e_v,
            Err(_) => self.battery.linearise().e_v,
        }
    }

    /// The last row, for the rest since the previous one.
    fn write_rest<E>(
        &self,
        row: &mut Row,
        last: Option<Reading>,
        on_row: &mut impl FnMut(&Snapshot<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match last {
            Some(reading) if row.elapsed_s > 0.0 => {
                on_row(&self.snapshot(row.take(), reading.voltage_v))
            }
            _ => Ok(()),
        }
    }

    fn account(&mut self, reading: &Reading, step_s: f64) {
        self.totals.steps += 1;
        self.totals.time_s += step_s;
        self.totals.charge_out_ah += reading.current_a * step_s / 3_600.0;
        self.totals.energy_out_wh += reading.current_a * reading.voltage_v * step_s / 3_600.0;
    }

    fn snapshot(&self, current_a: f64, voltage_v: f64) -> Snapshot<'_> {
        Snapshot {
            totals: self.totals,
            current_a,
            voltage_v,
            cells: self.battery.cells(),
            group_voltage_v: self.battery.group_voltage_v(),
            progress: self.schedule.progress_s() / self.schedule.duration_max_s(),
        }
    }

    fn out_of_range(&self) -> Option<(usize, f64)> {
        let soc = self.battery.cells().soc;
        let cell = soc
            .iter()
            .position(|soc| !(SOC_RANGE.0..=SOC_RANGE.1).contains(soc))?;
        Some((cell, soc[cell]))
    }
}

/// Accumulated values since the last row.
struct Row {
    every_s: f64,
    elapsed_s: f64,
    charge_as: f64,
}

impl Row {
    fn new(every_s: f64) -> Self {
        Self {
            every_s,
            elapsed_s: 0.0,
            charge_as: 0.0,
        }
    }

    fn add(&mut self, current_a: f64, step_s: f64) {
        self.elapsed_s += step_s;
        self.charge_as += current_a * step_s;
    }

    fn is_due(&self, step_s: f64) -> bool {
        self.elapsed_s >= self.every_s - step_s * TIME_TOLERANCE
    }

    /// Mean current since the last row; starts a new one.
    fn take(&mut self) -> f64 {
        let mean_a = self.charge_as / self.elapsed_s;
        *self = Self::new(self.every_s);
        mean_a
    }
}
