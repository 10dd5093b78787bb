//! How long a charge takes: the same limits as the request, integrated forward over the state of charge.

use super::charger::ChargerLimits;
use super::config::ChargingConfig;
use super::limit_selector::LimitSelector;
use super::request::{RequestReason, Schedule, battery_cap, charger_cap, hardware_a, schedule_cap};
use crate::Outputs;
use crate::cell::CellAtTemperature;
use crate::config::{BmsConfig, Levels, Range};
use crate::control::LimitReason;
use crate::math;
use crate::units::{
    self, Energy, Power, Ratio, ThermodynamicTemperature, Time, joules, seconds, to_amperes,
    to_coulombs, to_kelvin, to_ratio, to_volts, to_watts,
};

/// The states of charge that somebody asks about, of the pack, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Goals {
    /// What has to be there in any case, and stays in the battery when it gives energy back.
    pub minimum: Ratio,
    /// Where the fast part of the charge ends.
    pub bulk: Ratio,
    /// Where the charge ends.
    pub target: Ratio,
    /// As far as the battery may be charged at all.
    pub maximum: Ratio,
    /// Time until departure; none where nobody said.
    pub departure: Option<Time>,
}

impl Goals {
    /// 10 % in any case, 80 % as bulk and target, up to full.
    pub const DEFAULT: Self = Self {
        minimum: units::ratio(0.1),
        bulk: units::ratio(0.8),
        target: units::ratio(0.8),
        maximum: units::ratio(1.0),
        departure: None,
    };
}

/// What a charge costs until some state of charge.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Leg {
    /// Time from now; zero if it is reached, none where the present limits never get there.
    pub time: Option<Time>,
    /// Energy into the battery's terminals from now; negative where there is more already.
    pub energy: Energy,
}

/// A charge as it will go if nothing changes: the limits of charger and schedule and the temperature stay.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Forecast {
    /// To [`Goals::minimum`].
    pub minimum: Leg,
    /// To [`Goals::bulk`].
    pub bulk: Leg,
    /// To [`Goals::target`].
    pub target: Leg,
    /// To [`Goals::maximum`]. A battery is also full once its current has fallen to the cut-off.
    pub maximum: Leg,
    /// What takes most of the time to the target; what stops it where it is never reached.
    pub bound_by: RequestReason,
}

/// What a forecast is made from.
#[derive(Clone, Copy, Debug)]
pub struct ForecastInputs<'a> {
    /// What the last tick of the battery came to.
    pub outputs: &'a Outputs,
    /// Limits of the charger; none where they are not known: then the battery's own count alone.
    pub charger: Option<ChargerLimits>,
    /// Limits of schedule and site.
    pub schedule: Schedule,
    /// What is asked about.
    pub goals: Goals,
}

/// How a pack warms while it is charged, for a forecast: one body of one temperature, whose coldest and warmest places stay as
/// far apart as they are. What is not a number, or negative, counts as nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Warming {
    /// Heat capacity of cells, plates and coolant together, in joule per kelvin.
    pub heat_capacity_j_per_k: f32,
    /// From the body to its surroundings by coolant and air, in watt per kelvin.
    pub to_surroundings_w_per_k: f32,
    /// Temperature of the surroundings.
    pub surroundings: ThermodynamicTemperature,
    /// Power of the heater, which the charger feeds as well. It is on where and as long as [`Conditioning::Heat`] is asked for,
    /// and does not warm the surroundings meanwhile.
    ///
    /// [`Conditioning::Heat`]: super::Conditioning::Heat
    pub heater: Power,
}

/// Steps of the whole range.
const STEPS: u16 = 100;

/// Steps of a forecast that follows the temperature, at most, and the change of temperature in one of them, in kelvin.
const WARMING_STEPS: u16 = 400;
const WARMING_K: f32 = 1.0;

/// A current below this gets nowhere, in ampere.
const NOTHING_A: f32 = 0.1;

/// Reasons that are told apart.
const REASONS: usize = 8;

impl Forecast {
    /// Integrates the charge from now in steps of one percent: some 100 looks at every table, so meant for once a second
    /// rather than for every tick.
    ///
    /// Total: any bit pattern gives finite times and energies.
    #[must_use]
    pub fn new(
        config: &ChargingConfig<'_>,
        pack: &BmsConfig<'_>,
        scene: &ForecastInputs<'_>,
    ) -> Self {
        Self::of(config, pack, scene, None)
    }

    /// The same with a temperature that follows the heat of the charge, and of the heater where the core asks for heat: up to
    /// 400 looks at every table.
    #[must_use]
    pub fn with_warming(
        config: &ChargingConfig<'_>,
        pack: &BmsConfig<'_>,
        scene: &ForecastInputs<'_>,
        warming: &Warming,
    ) -> Self {
        Self::of(config, pack, scene, Body::of(warming))
    }

    fn of(
        config: &ChargingConfig<'_>,
        pack: &BmsConfig<'_>,
        scene: &ForecastInputs<'_>,
        body: Option<Body>,
    ) -> Self {
        let Some(mut course) = Course::new(config, pack, scene) else {
            let unknown = Leg {
                time: None,
                energy: joules(0.0),
            };
            return Self {
                minimum: unknown,
                bulk: unknown,
                target: unknown,
                maximum: unknown,
                bound_by: RequestReason::Unknown,
            };
        };
        let goals = &scene.goals;
        let at = |goal: Ratio| math::clamp_or_low(to_ratio(goal), 0.0, 1.0);
        let asked = [
            at(goals.minimum),
            at(goals.bulk),
            at(goals.target),
            at(goals.maximum),
        ];
        course.body = body;
        let (legs, bound_by) = course.run(asked, at(goals.target));
        let [minimum, bulk, target, maximum] = legs;
        Self {
            minimum,
            bulk,
            target,
            maximum,
            bound_by,
        }
    }
}

/// [`Warming`] in numbers that hold.
#[derive(Clone, Copy, Debug)]
struct Body {
    j_per_k: f32,
    w_per_k: f32,
    surroundings_k: f32,
    heater_w: f32,
    /// Heat was asked for, and the cells are not warm yet.
    heats: bool,
}

impl Body {
    fn of(warming: &Warming) -> Option<Self> {
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

/// A charge on its way.
struct Course<'a> {
    config: &'a ChargingConfig<'a>,
    pack: &'a BmsConfig<'a>,
    charger: Option<ChargerLimits>,
    schedule: Schedule,
    at: CellAtTemperature<'a>,
    temperature_k: Range,
    /// State of charge of the weakest and the strongest cell now.
    cells: Range,
    /// State of charge of the pack now, and what one of it is in cell SoC.
    soc: f32,
    window: f32,
    capacity_as: f32,
    resistance_scale: f32,
    /// What warms; none where the temperature stays.
    body: Option<Body>,
}

impl<'a> Course<'a> {
    fn new(
        config: &'a ChargingConfig<'a>,
        pack: &'a BmsConfig<'a>,
        scene: &ForecastInputs<'a>,
    ) -> Option<Self> {
        let outputs = scene.outputs;
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
            charger: scene.charger,
            schedule: scene.schedule,
            at: CellAtTemperature::new(&pack.cell, temperature_k.low.clamp(200.0, 400.0)),
            temperature_k,
            cells,
            soc: unit(outputs.estimate.soc),
            window: (1.0 - (cells.high - cells.low)).clamp(0.1, 1.0),
            capacity_as: health * to_coulombs(pack.cell.capacity),
            resistance_scale: math::clamp_or_low(outputs.estimate.mean.resistance_scale, 1.0, 10.0),
            body: None,
        })
    }

    /// What the heater takes of the charge current, where the core asks for heat.
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

    /// Lets `time_s` pass, or less: until the temperature has changed by a step, which is what is returned.
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
        // The heater goes on and off about the temperature that was asked for.
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

    /// Time and energy to each of the asked states of charge, and what binds on the way to `target`.
    fn run(&mut self, asked: [f32; 4], target: f32) -> ([Leg; 4], RequestReason) {
        let mut legs = asked.map(|goal| Leg {
            time: (goal <= self.soc).then_some(seconds(0.0)),
            energy: joules(self.stored_j(self.soc, goal.min(self.soc))),
        });
        let mut tally = Tally::new();
        let (mut time_s, mut energy_j, mut stopped) = (0.0_f32, 0.0_f32, None);
        let step = 1.0 / f32::from(STEPS);
        let mut next = self.soc;
        // One more than the whole range needs, for the sum of so many small steps.
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
            let least = self.cap(middle);
            let heater_a = self.heater_a(least.reason, middle);
            let current_a = (least.current_a - heater_a).max(0.0);
            let full = is_full(least.reason) && current_a <= to_amperes(self.config.finish.current);
            // Cells that are being heated take more in a while.
            if stopped.is_none() && (full || (current_a < NOTHING_A && heater_a <= 0.0)) {
                stopped = Some((least.reason, full));
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
                        // A full battery does not take the rest.
                        Some((_, true)) => Some(seconds(time_s)),
                        Some((_, false)) => None,
                    };
                }
            }
            energy_j += energy_of_step_j;
            if stopped.is_none() {
                time_s += time_of_step_s;
                if from < target {
                    tally.add(least.reason, time_of_step_s);
                }
            } else if let Some((reason, false)) = stopped
                && from < target
            {
                tally.stop(reason);
            }
        }
        (legs, tally.longest())
    }

    /// The current when the pack is at `soc`.
    fn cap(&self, soc: f32) -> LimitSelector {
        let cells = self.cells_at(soc);
        let (config, pack) = (self.config, self.pack);
        let mut least = battery_cap(config, pack, self.temperature_k, cells);
        let limits = &pack.limits;
        let cell_a = to_amperes(limits.cell_charge_current.operating)
            * limits.cell_charge_factor.least(self.temperature_k, cells);
        least = least.and(cell_a, RequestReason::Battery(LimitReason::CellCurrent));
        let hardware_a = hardware_a(pack);
        let hot = share(self.temperature_k.high, &limits.over_temperature.charging);
        let cold = share(self.temperature_k.low, &limits.under_temperature.charging);
        let left = (1.0 - cells.high) / to_ratio(pack.control.full_ramp);
        least = least
            .and(hot * hardware_a, RequestReason::Battery(LimitReason::Hot))
            .and(cold * hardware_a, RequestReason::Battery(LimitReason::Cold))
            .and(
                left * hardware_a,
                RequestReason::Battery(LimitReason::StateOfCharge),
            )
            .and(self.held_a(cells.high), RequestReason::ConstantVoltage);
        let cell_v = self.ocv_v(soc) + self.drop_v(soc, least.current_a);
        let pack_v = cell_v * self.cells();
        if self.charger.is_some() {
            let range = Range {
                low: self.ocv_v(soc) * self.cells(),
                high: pack_v,
            };
            least = charger_cap(least, self.charger, range);
        }
        schedule_cap(least, self.schedule, pack_v)
    }

    /// The current at which the strongest cell is at its voltage: Newton's steps on the concave drop, from the safe side.
    fn held_a(&self, soc: f32) -> f32 {
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

    /// What a charge current costs in voltage at one cell once every branch has followed.
    fn drop_v(&self, soc: f32, current_a: f32) -> f32 {
        let elements = self.at.elements(self.mean_at(soc), -1.0);
        let branches = [current_a; crate::cell::MAX_BRANCHES];
        let drop = elements.polarisation(self.at.knee_a, current_a, &branches);
        math::clamp_or_low(self.resistance_scale * drop.drop_v, 0.0, 10.0)
    }

    fn ocv_v(&self, soc: f32) -> f32 {
        math::clamp_or_low(self.at.ocv.voltage_v(self.mean_at(soc)), 0.0, 10.0)
    }

    /// Energy between two states of charge of the pack at no current; negative where it falls.
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
    let (from_k, to_k) = (to_kelvin(levels.operating), to_kelvin(levels.recommended));
    math::clamp_or_low((to_k - value_k) / (to_k - from_k), 0.0, 1.0)
}

/// Whether a current that has fallen for this reason says that the battery is full.
const fn is_full(reason: RequestReason) -> bool {
    matches!(
        reason,
        RequestReason::ConstantVoltage | RequestReason::Battery(LimitReason::StateOfCharge)
    )
}

/// How long each reason was the one that counted.
struct Tally {
    entries: [Option<(RequestReason, f32)>; REASONS],
    stopped: Option<RequestReason>,
}

impl Tally {
    const fn new() -> Self {
        Self {
            entries: [None; REASONS],
            stopped: None,
        }
    }

    fn add(&mut self, reason: RequestReason, time_s: f32) {
        for entry in &mut self.entries {
            match entry {
                Some((known, sum_s)) if *known == reason => {
                    *sum_s += time_s;
                    return;
                }
                Some(_) => {}
                None => {
                    *entry = Some((reason, time_s));
                    return;
                }
            }
        }
    }

    fn stop(&mut self, reason: RequestReason) {
        self.stopped.get_or_insert(reason);
    }

    fn longest(&self) -> RequestReason {
        if let Some(reason) = self.stopped {
            return reason;
        }
        let mut longest = (RequestReason::Paused, 0.0);
        for entry in self.entries.iter().flatten() {
            if entry.1 > longest.1 {
                longest = *entry;
            }
        }
        longest.0
    }
}
