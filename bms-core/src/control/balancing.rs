//! Passive balancing: cells with more charge than the weakest one are bled.

use crate::config::BmsConfig;
use crate::estimation::CellDelta;
use crate::math;
use crate::protection::CellMemory;
use crate::units::{
    ElectricCurrent, Ratio, Time, amperes, ratio, seconds, to_coulombs, to_kelvin, to_ohms,
    to_ratio, to_volts,
};

/// State of balancing.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BalancingReport {
    /// Number of cells that are bled now.
    pub bleeding: usize,
    /// Number of cells above the weakest one by more than the configured threshold.
    pub to_bleed: usize,
    /// Largest SoC difference to the weakest cell, as a share of the capacity.
    pub largest_difference: Ratio,
    /// Time until the highest cell is balanced, at the present duty cycle; zero if no cell has to be bled, infinite if
    /// bleeding is not allowed.
    pub time_left: Time,
    /// Mean current through a bleed resistor while it is on.
    pub bleed_current: ElectricCurrent,
}

/// Inputs of balancing in one tick.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BalancingInputs<'a> {
    pub(crate) config: &'a BmsConfig<'a>,
    /// Whether the mode and the faults allow bleeding.
    pub(crate) allowed: bool,
    /// Temperature of the hottest bleed resistor; `None` if not measured.
    pub(crate) bleed_k: Option<f32>,
    pub(crate) elapsed_ms: u16,
    pub(crate) dt_s: f32,
    /// Factor on the interval between plans: above 1 in ticks with much other work.
    pub(crate) patience: u16,
    /// Mean state of charge.
    pub(crate) soc: f32,
}

/// Interval at which bled charge is subtracted, in seconds.
const ACCOUNT_S: f32 = 1.0;

/// Interval between plans in milliseconds: up to twice as long with busy ticks; a plan follows at once when bleeding ends.
const PLAN_MS: u16 = 100;

/// Schedule of bleeding and measuring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Balancer {
    /// Time since the period of bleeding and measuring began.
    phase_ms: u16,
    /// Whether cells with odd or even index may bleed in this period.
    odd: bool,
    /// Stopped until the resistors have cooled.
    hot: bool,
    /// Time since bled charge was last subtracted: that of single ticks would be lost in rounding.
    unaccounted_s: f32,
    /// Time since the last plan.
    unplanned_ms: u16,
    pub(crate) report: BalancingReport,
}

impl Balancer {
    pub(crate) const fn new() -> Self {
        Self {
            phase_ms: 0,
            odd: false,
            hot: false,
            unaccounted_s: 0.0,
            unplanned_ms: 0,
            report: BalancingReport {
                bleeding: 0,
                to_bleed: 0,
                largest_difference: ratio(0.0),
                time_left: seconds(0.0),
                bleed_current: amperes(0.0),
            },
        }
    }

    /// One tick: sets the bleed commands in `cells` and subtracts bled charge from `deltas`.
    pub(crate) fn tick(
        &mut self,
        inputs: &BalancingInputs<'_>,
        cells: &mut [CellMemory],
        deltas: &mut [CellDelta],
    ) {
        let balancing = &inputs.config.control.balancing;
        self.advance(inputs);
        self.watch_heat(inputs);
        let bleeds_now = inputs.allowed && !self.hot && self.phase_ms < balancing.bleed_ms;
        self.unplanned_ms = self.unplanned_ms.saturating_add(inputs.elapsed_ms);
        self.unaccounted_s += inputs.dt_s.clamp(0.0, 60.0);
        let ends = !bleeds_now && self.report.bleeding > 0;
        if self.unplanned_ms >= inputs.patience * PLAN_MS || ends {
            self.plan(inputs, bleeds_now, cells, deltas);
        }
    }

    fn plan(
        &mut self,
        inputs: &BalancingInputs<'_>,
        bleeds_now: bool,
        cells: &mut [CellMemory],
        deltas: &mut [CellDelta],
    ) {
        let balancing = &inputs.config.control.balancing;
        let since_ms = core::mem::take(&mut self.unplanned_ms);
        let lowest = deltas
            .iter()
            .map(|difference| to_ratio(difference.soc()))
            .fold(f32::INFINITY, math::smaller);
        let per_volt = self.account(inputs);
        let (start, stop) = (to_ratio(balancing.start), to_ratio(balancing.stop));
        let floor_v = to_volts(balancing.lowest_voltage);
        let oldest_ms = inputs.config.sampling.cell_voltage_stale_ms;
        let may_bleed = bleeds_now && inputs.soc > to_ratio(balancing.lowest_soc);
        let (mut bleeding, mut to_bleed, mut largest) = (0, 0, 0.0_f32);
        for (index, (cell, difference)) in cells.iter_mut().zip(deltas.iter_mut()).enumerate() {
            let above = to_ratio(difference.soc()) - lowest;
            largest = math::larger(largest, above);
            // Hysteresis between start and stop.
            cell.unbalanced = above > if cell.unbalanced { stop } else { start };
            to_bleed += usize::from(cell.unbalanced);
            let turn = (index % 2 == 1) == self.odd || !balancing.spare_neighbours;
            // The voltage is read only for cells that are to be bled.
            let wanted =
                may_bleed && cell.unbalanced && turn && bleeding < usize::from(balancing.channels);
            let voltage_v = if wanted {
                cell.voltage
                    .plausible(oldest_ms)
                    .filter(|voltage_v| *voltage_v > floor_v && cell.debouncers.is_idle())
            } else {
                None
            };
            cell.set_bleeding(voltage_v.is_some(), since_ms);
            if let Some(voltage_v) = voltage_v {
                bleeding += 1;
                difference.drain(voltage_v * per_volt);
            }
        }
        self.report(inputs, (bleeding, to_bleed, largest));
    }

    /// Charge bled from a cell since the last account, per volt and as a share of the capacity; zero between accounts.
    fn account(&mut self, inputs: &BalancingInputs<'_>) -> f32 {
        if self.unaccounted_s < ACCOUNT_S {
            return 0.0;
        }
        let seconds = core::mem::take(&mut self.unaccounted_s);
        let resistance_ohm = to_ohms(inputs.config.control.balancing.resistance);
        seconds / resistance_ohm / to_coulombs(inputs.config.cell.capacity)
    }

    fn advance(&mut self, inputs: &BalancingInputs<'_>) {
        let balancing = &inputs.config.control.balancing;
        let period_ms = balancing
            .bleed_ms
            .saturating_add(balancing.measure_ms)
            .max(1);
        self.phase_ms = self.phase_ms.saturating_add(inputs.elapsed_ms);
        if self.phase_ms >= period_ms {
            self.phase_ms %= period_ms;
            self.odd = !self.odd;
        }
    }

    fn watch_heat(&mut self, inputs: &BalancingInputs<'_>) {
        let balancing = &inputs.config.control.balancing;
        let limit_k = to_kelvin(balancing.highest_temperature);
        let Some(bleed_k) = inputs.bleed_k else {
            // The sensor is fitted and missing: treated as hot.
            self.hot = inputs.config.fitted.bleed_temperature;
            return;
        };
        // Below the limit by a margin: the resistor is hotter than its sensor.
        self.hot = if self.hot {
            bleed_k > limit_k - 10.0
        } else {
            bleed_k > limit_k - 2.0
        };
    }

    fn report(
        &mut self,
        inputs: &BalancingInputs<'_>,
        (bleeding, to_bleed, largest): (usize, usize, f32),
    ) {
        let balancing = &inputs.config.control.balancing;
        let cell = &inputs.config.cell;
        let bleed_a = to_volts(cell.voltage_max) / to_ohms(balancing.resistance);
        let period_ms = f32::from(balancing.bleed_ms) + f32::from(balancing.measure_ms);
        let turns = if balancing.spare_neighbours { 0.5 } else { 1.0 };
        let duty = turns * f32::from(balancing.bleed_ms) / period_ms.max(1.0);
        let charge_as = (largest - to_ratio(balancing.stop)).max(0.0) * to_coulombs(cell.capacity);
        let time_s = if to_bleed == 0 {
            0.0
        } else if inputs.allowed && !self.hot {
            charge_as / (duty * bleed_a)
        } else {
            f32::INFINITY
        };
        self.report = BalancingReport {
            bleeding,
            to_bleed,
            largest_difference: ratio(largest),
            time_left: seconds(time_s),
            bleed_current: amperes(bleed_a),
        };
    }
}
