//! A charge, integrated over the state of charge.

use super::reason_times::ReasonTimes;
use super::thermal::ThermalBody;
use super::{ForecastInputs, Leg};
use crate::cell::CellAtTemperature;
use crate::charging::charger::ChargerLimits;
use crate::charging::config::ChargingConfig;
use crate::charging::limit_selector::LimitSelector;
use crate::charging::request::{
    RequestReason, Schedule, battery_cap, charger_cap, falling_share, hardware_a, is_full_reason,
    schedule_cap,
};
use crate::config::{BmsConfig, Levels, Range};
use crate::control::LimitReason;
use crate::math;
use crate::units::{
    Ratio, ThermodynamicTemperature, joules, seconds, to_amperes, to_coulombs, to_kelvin, to_ratio,
    to_volts,
};

/// Steps of the whole range.
const STEPS: u16 = 100;

/// Steps of a forecast that follows the temperature, at most, and the change of temperature in one of them, in kelvin.
const WARMING_STEPS: u16 = 400;
const WARMING_K: f32 = 1.0;

/// A smaller current makes no progress, in ampere.
const NOTHING_A: f32 = 0.1;

/// A simulated charge.
pub(super) struct Simulation<'a> {
    config: &'a ChargingConfig<'a>,
    pack: &'a BmsConfig<'a>,
    charger: Option<ChargerLimits>,
    schedule: Schedule,
    at: CellAtTemperature<'a>,
    temperature_k: Range,
    /// State of charge of the weakest and the strongest cell now.
    cells: Range,
    /// State of charge of the pack now, and the change of a cell's per change of the pack's.
    soc: f32,
    window: f32,
    capacity_as: f32,
    resistance_scale: f32,
    /// `None` where the temperature stays.
    body: Option<ThermalBody>,
}

impl<'a> Simulation<'a> {
    /// `None` without a temperature.
    pub(super) fn new(
        config: &'a ChargingConfig<'a>,
        pack: &'a BmsConfig<'a>,
        inputs: &ForecastInputs<'a>,
        body: Option<ThermalBody>,
    ) -> Option<Self> {
        let outputs = inputs.outputs;
        let unit = |soc: Ratio| math::clamp_or_low(to_ratio(soc), 0.0, 1.0);
        let known = |of: ThermodynamicTemperature| {
            let k = to_kelvin(of);
            k.is_finite().then_some(k)
        };
        let temperature_k = Range {
            low: known(outputs.coldest?.0)?,
            high: known(outputs.warmest?.0)?,
        };
        let cells = Range {
            low: unit(outputs.estimate.weakest_soc.soc),
            high: unit(outputs.estimate.strongest_soc.soc),
        };
        let health = math::clamp_or_low(to_ratio(outputs.health.capacity), 0.2, 1.5);
        Some(Self {
            config,
            pack,
            charger: inputs.charger,
            schedule: inputs.schedule,
            at: CellAtTemperature::new(&pack.cell, temperature_k.low.clamp(200.0, 400.0)),
            temperature_k,
            cells,
            soc: unit(outputs.estimate.soc),
            window: (1.0 - (cells.high - cells.low)).clamp(0.1, 1.0),
            capacity_as: health * to_coulombs(pack.cell.capacity),
            resistance_scale: math::clamp_or_low(outputs.estimate.mean.resistance_scale, 1.0, 10.0),
            body,
        })
    }

    /// The heater's share of the charge current, while heat is requested.
    fn heater_a(&mut self, reason: RequestReason, soc: f32) -> f32 {
        let coldest_k = self.temperature_k.low;
        let pack_v = (self.ocv_v(soc) * self.cells()).max(1.0);
        let Some(body) = &mut self.body else {
            return 0.0;
        };
        let cold = matches!(
            reason,
            RequestReason::Plating | RequestReason::Battery(LimitReason::Cold)
        );
        body.heats = coldest_k < to_kelvin(self.config.heat_until) && (cold || body.heats);
        if body.heats {
            body.heater_w / pack_v
        } else {
            0.0
        }
    }

    /// Warms the pack for `time_s`, or for the shorter time in which the temperature changes by a step. Returns that time.
    fn warm(&mut self, soc: f32, current_a: f32, time_s: f32) -> f32 {
        let heat_w = self.drop_v(soc, current_a) * current_a * self.cells();
        let Some(body) = self.body else {
            return time_s;
        };
        let Range { low, high } = self.temperature_k;
        let (heater_w, w_per_k) = if body.heats {
            (body.heater_w, 0.0)
        } else {
            (0.0, body.w_per_k)
        };
        let mean_k = 0.5 * (low + high);
        let net_w = heat_w + heater_w - w_per_k * (mean_k - body.surroundings_k);
        let passed_s = time_s.min(WARMING_K * body.j_per_k / net_w.abs().max(1e-3));
        // Implicit, so that a long step does not pass the end.
        let change_k = net_w * passed_s / (body.j_per_k + w_per_k * passed_s);
        let warm_k = to_kelvin(self.config.heat_until);
        // The heater keeps the requested temperature.
        let change_k = if body.heats && low + change_k > warm_k {
            warm_k - low
        } else {
            change_k
        };
        self.temperature_k = Range {
            low: (low + change_k).clamp(200.0, 400.0),
            high: (high + change_k).clamp(200.0, 400.0),
        };
        self.at = CellAtTemperature::new(&self.pack.cell, self.temperature_k.low);
        passed_s
    }

    /// Time and energy to each state of charge of `asked`, and what limits the charge on the way to `target`.
    pub(super) fn run(&mut self, asked: [f32; 4], target: f32) -> ([Leg; 4], RequestReason) {
        let mut legs = asked.map(|goal| Leg {
            time: (goal <= self.soc).then_some(seconds(0.0)),
            energy: joules(self.stored_j(self.soc, goal.min(self.soc))),
        });
        let mut times = ReasonTimes::new();
        let (mut time_s, mut energy_j, mut stopped) = (0.0_f32, 0.0_f32, None);
        let step = 1.0 / f32::from(STEPS);
        let mut next = self.soc;
        // One more than the whole range needs, for the rounding of the sum of the steps.
        let steps = if self.body.is_some() {
            WARMING_STEPS
        } else {
            STEPS
        };
        for _ in 0..=steps {
            let from = next;
            if from >= 1.0 {
                break;
            }
            let mut to = (from + step).min(1.0);
            let middle = 0.5 * (from + to);
            let limit = self.cap(middle);
            let heater_a = self.heater_a(limit.reason, middle);
            let current_a = (limit.current_a - heater_a).max(0.0);
            let full =
                is_full_reason(limit.reason) && current_a <= to_amperes(self.config.finish.current);
            // Cells that are heated accept more later.
            if stopped.is_none() && (full || (current_a < NOTHING_A && heater_a <= 0.0)) {
                stopped = Some((limit.reason, full));
            }
            let whole_s = (to - from) * self.window * self.capacity_as / current_a.max(1e-3);
            let mut time_of_step_s = whole_s;
            if stopped.is_none() {
                time_of_step_s = self.warm(middle, current_a, whole_s);
                if time_of_step_s < whole_s {
                    to = from + (to - from) * time_of_step_s / whole_s;
                }
            }
            next = to;
            let charge_as = (to - from) * self.window * self.capacity_as;
            let drop_v = self.drop_v(middle, current_a);
            let energy_of_step_j = (self.ocv_v(middle) + drop_v) * self.cells() * charge_as;
            for (leg, goal) in legs.iter_mut().zip(asked) {
                if goal <= from {
                    continue;
                }
                let share = ((goal - from) / (to - from)).min(1.0);
                if goal <= to {
                    leg.energy = joules(energy_j + share * energy_of_step_j);
                    leg.time = match stopped {
                        None => Some(seconds(time_s + share * time_of_step_s)),
                        // A full battery does not accept the rest.
                        Some((_, true)) => Some(seconds(time_s)),
                        Some((_, false)) => None,
                    };
                }
            }
            energy_j += energy_of_step_j;
            if stopped.is_none() {
                time_s += time_of_step_s;
                if from < target {
                    times.add(limit.reason, time_of_step_s);
                }
            } else if let Some((reason, false)) = stopped
                && from < target
            {
                times.stop(reason);
            }
        }
        (legs, times.longest())
    }

    /// The charge current with the pack at `soc`, and what limits it.
    fn cap(&self, soc: f32) -> LimitSelector {
        let cells = self.cells_at(soc);
        let (config, pack) = (self.config, self.pack);
        let mut limit = battery_cap(config, pack, self.temperature_k, cells);
        let limits = &pack.limits;
        let cell_a = to_amperes(limits.cell_charge_current.operating)
            * limits.cell_charge_factor.least(self.temperature_k, cells);
        limit = limit.and(cell_a, RequestReason::Battery(LimitReason::CellCurrent));
        let hardware_a = hardware_a(pack);
        let hot = share(self.temperature_k.high, &limits.over_temperature.charging);
        let cold = share(self.temperature_k.low, &limits.under_temperature.charging);
        let left = (1.0 - cells.high) / to_ratio(pack.control.full_ramp);
        limit = limit
            .and(hot * hardware_a, RequestReason::Battery(LimitReason::Hot))
            .and(cold * hardware_a, RequestReason::Battery(LimitReason::Cold))
            .and(
                left * hardware_a,
                RequestReason::Battery(LimitReason::StateOfCharge),
            )
            .and(
                self.constant_voltage_a(cells.high),
                RequestReason::ConstantVoltage,
            );
        let cell_v = self.ocv_v(soc) + self.drop_v(soc, limit.current_a);
        let pack_v = cell_v * self.cells();
        if self.charger.is_some() {
            let range = Range {
                low: self.ocv_v(soc) * self.cells(),
                high: pack_v,
            };
            limit = charger_cap(limit, self.charger, range);
        }
        schedule_cap(limit, self.schedule, pack_v)
    }

    /// The current at which the strongest cell is at its voltage: Newton's method on the concave voltage drop, from below.
    fn constant_voltage_a(&self, soc: f32) -> f32 {
        let headroom_v = to_volts(self.config.constant_voltage) - self.at.ocv.voltage_v(soc);
        if headroom_v.is_nan() || headroom_v <= 0.0 {
            return 0.0;
        }
        let elements = self.at.elements(soc, -1.0);
        let none = [0.0; crate::cell::MAX_BRANCHES];
        let branch_ohm: f32 = elements.branch_ohm.iter().sum();
        let mut current_a = 0.0_f32;
        for _ in 0..4 {
            let at_once = elements.polarisation(self.at.knee_a, current_a, &none);
            let drop_v = self.resistance_scale * (at_once.drop_v + branch_ohm * current_a);
            let slope_ohm = self.resistance_scale * (at_once.per_ampere_ohm + branch_ohm);
            current_a += (headroom_v - drop_v) / slope_ohm.max(1e-7);
            current_a = math::clamp_or_low(current_a, 0.0, 1e6);
        }
        current_a
    }

    /// Voltage drop of one cell at a charge current once every branch has settled.
    fn drop_v(&self, soc: f32, current_a: f32) -> f32 {
        let elements = self.at.elements(self.mean_at(soc), -1.0);
        let branches = [current_a; crate::cell::MAX_BRANCHES];
        let drop = elements.polarisation(self.at.knee_a, current_a, &branches);
        math::clamp_or_low(self.resistance_scale * drop.drop_v, 0.0, 10.0)
    }

    fn ocv_v(&self, soc: f32) -> f32 {
        math::clamp_or_low(self.at.ocv.voltage_v(self.mean_at(soc)), 0.0, 10.0)
    }

    /// Energy between two states of charge of the pack at zero current; negative if `to` is below `from`.
    fn stored_j(&self, from: f32, to: f32) -> f32 {
        let parts = 10_u8;
        let step = (to - from) / f32::from(parts);
        let sum_v: f32 = (0..parts)
            .map(|part| self.ocv_v(from + (f32::from(part) + 0.5) * step))
            .sum();
        sum_v * step * self.window * self.capacity_as * self.cells()
    }

    fn cells_at(&self, soc: f32) -> Range {
        let moved = (soc - self.soc) * self.window;
        Range {
            low: (self.cells.low + moved).clamp(0.0, 1.0),
            high: (self.cells.high + moved).clamp(0.0, 1.0),
        }
    }

    fn mean_at(&self, soc: f32) -> f32 {
        let cells = self.cells_at(soc);
        0.5 * (cells.low + cells.high)
    }

    #[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
    fn cells(&self) -> f32 {
        self.pack.layout.cells as f32
    }
}

/// 1 up to the operating limit, 0 from the recommended one on.
fn share(value_k: f32, levels: &Levels<ThermodynamicTemperature>) -> f32 {
    falling_share(levels.operating, levels.recommended, value_k)
}
