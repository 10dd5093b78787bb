//! How much current is allowed now, and what keeps it from being more.

use crate::cell::CellAtTemperature;
use crate::config::{BmsConfig, Levels, MappedLimits, Range};
use crate::control::Mode;
use crate::estimation::PackEstimate;
use crate::math;
use crate::protection::{FaultId, FaultStore, Reaction};
use crate::units::{
    ElectricCurrent, ThermodynamicTemperature, amperes, to_amperes, to_coulombs, to_kelvin,
    to_ratio, to_volts,
};

/// What keeps a current from being higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum LimitReason {
    /// The contactors are open, or about to open.
    ContactorsOpen,
    /// A fault asks for less.
    Fault(FaultId),
    /// Nobody knows the state of the cells yet.
    Unknown,
    /// Contactors and cables, or busbars and module connectors.
    Hardware,
    /// The cell's own current limit at this temperature and state of charge.
    CellCurrent,
    /// The voltage of a cell would pass its operating limit within the horizon.
    CellVoltage,
    /// A cell is cold.
    Cold,
    /// A cell is hot.
    Hot,
    /// The weakest cell is nearly empty, or the strongest nearly full.
    StateOfCharge,
    /// The vehicle does not allow charging.
    ChargingNotAllowed,
    /// The limit is on its way up.
    Ramp,
}

/// A current that is allowed, and why it is not higher.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AllowedCurrent {
    /// Magnitude, never negative.
    pub current: ElectricCurrent,
    /// What keeps it from being higher.
    pub reason: LimitReason,
}

/// The currents that are allowed now. Both are magnitudes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AllowedCurrents {
    /// Out of the battery.
    pub discharge: AllowedCurrent,
    /// Into the battery.
    pub charge: AllowedCurrent,
}

impl AllowedCurrents {
    /// No current at all.
    pub(crate) const fn none(reason: LimitReason) -> Self {
        let none = AllowedCurrent {
            current: amperes(0.0),
            reason,
        };
        Self {
            discharge: none,
            charge: none,
        }
    }
}

/// Direction of a current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Discharge,
    Charge,
}

/// The least of several currents, with its reason.
#[derive(Clone, Copy, Debug)]
struct LimitSelector {
    current_a: f32,
    reason: LimitReason,
}

impl LimitSelector {
    const fn new(current_a: f32, reason: LimitReason) -> Self {
        Self { current_a, reason }
    }

    /// One more limit; one that is not a number counts as zero.
    // Called from many places: once in flash.
    #[inline(never)]
    fn and(self, current_a: f32, reason: LimitReason) -> Self {
        if current_a >= self.current_a {
            self
        } else {
            Self::new(current_a.max(0.0), reason)
        }
    }
}

/// What the limits are computed from in one tick.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LimitInputs<'a> {
    pub(crate) config: &'a BmsConfig<'a>,
    pub(crate) estimate: &'a PackEstimate,
    pub(crate) store: &'a FaultStore,
    pub(crate) mapped: &'a MappedLimits,
    pub(crate) elapsed_ms: u16,
    pub(crate) temperature_k: Range,
    pub(crate) soc: Range,
    /// Lowest and highest present cell voltage; none where cells are missing.
    pub(crate) voltage_v: Option<(f32, f32)>,
    /// Whether cell voltages arrived in this tick.
    pub(crate) voltages_are_new: bool,
    /// How many times as long as usual what is computed now and then may wait: more than once where the tick has enough to
    /// do already.
    pub(crate) patience: u16,
    pub(crate) current_a: Option<f32>,
    pub(crate) charging_allowed: bool,
    pub(crate) mode: Mode,
    /// Whether current may flow at all.
    pub(crate) connected: bool,
    pub(crate) dt_s: f32,
}

/// Keeps the limits from jumping up, and from falling faster than the vehicle can follow where there is time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limiter {
    discharge: DirectionState,
    charge: DirectionState,
    /// The current that flowed when the voltages were measured: only together do they tell what more current would do.
    scanned_a: Option<f32>,
}

/// One direction of the current.
#[derive(Clone, Copy, Debug)]
struct DirectionState {
    /// Present share of the hardware's current that temperatures, state of charge and faults leave.
    soft: f32,
    /// What the cell voltages leave: it falls at once, and rises slowly, so that a resistance that the model has wrong
    /// makes the limit no more than uneven.
    voltage: f32,
    /// What a current costs, and since when that was thought so.
    drop: Option<VoltageDropModel>,
    drop_ms: u16,
}

/// What a current costs changes with temperature, state of charge and resistance: slowly. It is computed again every so
/// many milliseconds, up to twice as many where ticks are busy.
const DROP_MS: u16 = 100;

impl DirectionState {
    /// The two directions are not computed again in the same tick.
    const fn new(direction: Direction) -> Self {
        Self {
            soft: 0.0,
            voltage: 0.0,
            drop: None,
            drop_ms: match direction {
                Direction::Discharge => 0,
                Direction::Charge => DROP_MS / 2,
            },
        }
    }

    fn drop(&mut self, inputs: &LimitInputs<'_>, soc: f32, sign: f32) -> VoltageDropModel {
        let due_ms = self.drop_ms.saturating_add(inputs.elapsed_ms);
        match self.drop {
            Some(drop) if due_ms < inputs.patience * DROP_MS => {
                self.drop_ms = due_ms;
                drop
            }
            known => {
                let drop = VoltageDropModel::new(inputs, soc, sign);
                self.drop = Some(drop);
                // The first time the offset between the directions stays.
                self.drop_ms = if known.is_some() { 0 } else { self.drop_ms };
                drop
            }
        }
    }
}

impl Limiter {
    pub(crate) const fn new() -> Self {
        Self {
            discharge: DirectionState::new(Direction::Discharge),
            charge: DirectionState::new(Direction::Charge),
            scanned_a: None,
        }
    }

    /// The currents that are allowed now.
    pub(crate) fn tick(&mut self, inputs: &LimitInputs<'_>) -> AllowedCurrents {
        if inputs.voltages_are_new {
            self.scanned_a = inputs.current_a;
        }
        if !inputs.connected || inputs.store.reaction() >= Reaction::Open {
            *self = Self {
                scanned_a: self.scanned_a,
                ..Self::new()
            };
            return AllowedCurrents::none(opening_reason(inputs.store));
        }
        let scanned_a = self.scanned_a;
        let discharge = allowed(inputs, scanned_a, Direction::Discharge, &mut self.discharge);
        let charge = allowed(inputs, scanned_a, Direction::Charge, &mut self.charge);
        AllowedCurrents { discharge, charge }
    }
}

/// The first fault that opens the contactors, if that is why they are open.
fn opening_reason(store: &FaultStore) -> LimitReason {
    store
        .reacting(Reaction::Open)
        .next()
        .map_or(LimitReason::ContactorsOpen, LimitReason::Fault)
}

fn allowed(
    inputs: &LimitInputs<'_>,
    scanned_a: Option<f32>,
    direction: Direction,
    state: &mut DirectionState,
) -> AllowedCurrent {
    let hard = hard_limit(inputs, direction);
    let soft = soft_limit(inputs, direction);
    let control = &inputs.config.control;
    let wanted = soft.current_a;
    let dt_s = inputs.dt_s.clamp(0.0, 1.0);
    let rise = dt_s / control.limit_rise_s;
    let fall = dt_s / (f32::from(inputs.config.sampling.limit_ms) * 1e-3);
    let before = state.soft;
    state.soft = math::clamp_or_low(wanted, (before - fall).max(0.0), before + rise).min(1.0);
    let full_a = hardware_a(inputs.config, direction);
    let ramped = if state.soft < wanted {
        LimitSelector::new(state.soft * full_a, LimitReason::Ramp)
    } else {
        LimitSelector::new(state.soft * full_a, soft.reason)
    };
    let wanted = voltage_a(inputs, scanned_a, direction, state) / full_a;
    let risen = (state.voltage + rise).min(1.0);
    let reason = if risen < wanted {
        LimitReason::Ramp
    } else {
        LimitReason::CellVoltage
    };
    state.voltage = math::clamp_or_low(wanted, 0.0, risen);
    let least = hard
        .and(ramped.current_a, ramped.reason)
        .and(state.voltage * full_a, reason);
    AllowedCurrent {
        current: amperes(least.current_a),
        reason: least.reason,
    }
}

fn hardware_a(config: &BmsConfig<'_>, direction: Direction) -> f32 {
    let limits = &config.limits;
    let (pack, string) = match direction {
        Direction::Discharge => (
            &limits.pack_discharge_current,
            &limits.string_discharge_current,
        ),
        Direction::Charge => (&limits.pack_charge_current, &limits.string_charge_current),
    };
    to_amperes(pack.operating).min(to_amperes(string.operating))
}

/// Limits that hold at once: they change little from tick to tick, or are a matter of safety.
fn hard_limit(inputs: &LimitInputs<'_>, direction: Direction) -> LimitSelector {
    let config = inputs.config;
    let limits = &config.limits;
    let full = LimitSelector::new(hardware_a(config, direction), LimitReason::Hardware);
    let (cell, factor) = match direction {
        Direction::Discharge => (&limits.cell_discharge_current, inputs.mapped.discharge),
        Direction::Charge => (&limits.cell_charge_current, inputs.mapped.charge),
    };
    let cell_a = to_amperes(cell.operating) * factor;
    let least = full.and(cell_a, LimitReason::CellCurrent);
    if direction == Direction::Charge && !inputs.charging_allowed {
        return least.and(0.0, LimitReason::ChargingNotAllowed);
    }
    let mut ending = inputs.store.reacting(Reaction::StopCharging);
    // A fault of a charger does not concern what a drive brings back.
    match ending.next() {
        Some(fault) if direction == Direction::Charge && inputs.mode != Mode::Drive => {
            least.and(0.0, LimitReason::Fault(fault))
        }
        _ => least,
    }
}

/// Shares of the hardware's current that may change in steps, and are followed in a ramp.
fn soft_limit(inputs: &LimitInputs<'_>, direction: Direction) -> LimitSelector {
    let limits = &inputs.config.limits;
    let (over, under) = match direction {
        Direction::Discharge => (
            &limits.over_temperature.discharging,
            &limits.under_temperature.discharging,
        ),
        Direction::Charge => (
            &limits.over_temperature.charging,
            &limits.under_temperature.charging,
        ),
    };
    let hot = ramp(inputs.temperature_k.high, over);
    let cold = ramp(inputs.temperature_k.low, under);
    let least = LimitSelector::new(1.0, LimitReason::Hardware)
        .and(hot, LimitReason::Hot)
        .and(cold, LimitReason::Cold)
        .and(soc_share(inputs, direction), LimitReason::StateOfCharge);
    inputs
        .store
        .reacting(Reaction::Limit)
        .filter(|fault| fault.reaction() == Reaction::Limit)
        .fold(least, |least, fault| {
            let share = fault_share(fault, direction, to_ratio(inputs.config.control.limp));
            least.and(share, LimitReason::Fault(fault))
        })
}

/// 1 up to the operating limit, 0 from the recommended one on.
fn ramp(value_k: f32, levels: &Levels<ThermodynamicTemperature>) -> f32 {
    let (from_k, to_k) = (to_kelvin(levels.operating), to_kelvin(levels.recommended));
    math::clamp_or_low((to_k - value_k) / (to_k - from_k), 0.0, 1.0)
}

fn soc_share(inputs: &LimitInputs<'_>, direction: Direction) -> f32 {
    let control = &inputs.config.control;
    let (left, ramp) = match direction {
        Direction::Discharge => (inputs.soc.low, to_ratio(control.empty_ramp)),
        Direction::Charge => (1.0 - inputs.soc.high, to_ratio(control.full_ramp)),
    };
    math::clamp_or_low(left / ramp, 0.0, 1.0)
}

/// How much a fault leaves of the current in a direction: nothing of what makes it worse, all of what makes it better,
/// and of both a little where it is a matter of not knowing.
fn fault_share(fault: FaultId, direction: Direction, limp: f32) -> f32 {
    let (discharge, charge) = match fault {
        FaultId::CellOverVoltageRecommended
        | FaultId::PackOverVoltageRecommended
        | FaultId::OverTemperatureChargingRecommended
        | FaultId::UnderTemperatureChargingRecommended => (1.0, 0.0),
        FaultId::CellUnderVoltageRecommended
        | FaultId::PackUnderVoltageRecommended
        | FaultId::OverTemperatureDischargingRecommended
        | FaultId::UnderTemperatureDischargingRecommended => (0.0, 1.0),
        FaultId::CellChargeOverCurrentRecommended
        | FaultId::StringChargeOverCurrentRecommended
        | FaultId::PackChargeOverCurrentRecommended => (1.0, limp),
        FaultId::CellDischargeOverCurrentRecommended
        | FaultId::StringDischargeOverCurrentRecommended
        | FaultId::PackDischargeOverCurrentRecommended => (limp, 1.0),
        FaultId::RunawaySuspected => (limp, 0.0),
        _ => (limp, limp),
    };
    match direction {
        Direction::Discharge => discharge,
        Direction::Charge => charge,
    }
}

/// The current, held over the horizon, that takes the worst cell to its operating voltage limit.
///
/// From the measured voltage, so that an error of the model's OCV does not matter; the model says what one ampere more
/// does. The voltage at the end of the horizon is convex in the current (charge transfer grows with its logarithm), so
/// that Newton's steps from the present current come near the limit from the safe side.
fn voltage_a(
    inputs: &LimitInputs<'_>,
    scanned_a: Option<f32>,
    direction: Direction,
    state: &mut DirectionState,
) -> f32 {
    let config = inputs.config;
    let (Some((lowest_v, highest_v)), Some(now_a)) = (inputs.voltage_v, scanned_a) else {
        return 0.0;
    };
    let (soc, sign, voltage_v, limit) = match direction {
        Direction::Discharge => {
            let limit = config.limits.cell_under_voltage.operating;
            (inputs.soc.low, 1.0, lowest_v, limit)
        }
        Direction::Charge => {
            let limit = config.limits.cell_over_voltage.operating;
            (inputs.soc.high, -1.0, highest_v, limit)
        }
    };
    let drop = state.drop(inputs, soc, sign);
    let headroom_v = |voltage_v: f32| sign * (voltage_v - to_volts(limit));
    let now_a = sign * now_a;
    let measured_v = headroom_v(voltage_v) + drop.at_once_v(now_a);
    let open_v = if now_a < 0.0 {
        // A current the other way holds the voltage away from the limit. What it has built up goes within the horizon, and
        // where the model has the resistance too low its OCV says more.
        (measured_v + drop.slow_ohm * now_a).min(headroom_v(drop.ocv_v))
    } else {
        measured_v
    };
    let mut allowed_a = now_a.max(0.0);
    for _ in 0..NEWTON_STEPS {
        // What the present current has built up already is in the measured voltage; to count it again is a margin.
        let left_v = open_v - drop.at_once_v(allowed_a) - drop.slow_ohm * allowed_a;
        allowed_a += left_v / drop.slope_ohm(allowed_a).max(1e-9);
        allowed_a = math::clamp_or_low(allowed_a, 0.0, LARGEST_A);
    }
    allowed_a
}

const NEWTON_STEPS: usize = 3;

/// No pack has more, in ampere.
const LARGEST_A: f32 = 1e6;

/// What a current costs in voltage, at once and over the horizon.
#[derive(Clone, Copy, Debug)]
struct VoltageDropModel {
    ohmic: f32,
    transfer_ohm: f32,
    knee_a: f32,
    /// What builds up over the horizon: branches, and the OCV as charge moves.
    slow_ohm: f32,
    ocv_v: f32,
}

impl VoltageDropModel {
    fn new(inputs: &LimitInputs<'_>, soc: f32, sign: f32) -> Self {
        let config = inputs.config;
        let cell = &config.cell;
        let horizon_s = config.control.horizon_s;
        let at = CellAtTemperature::new(cell, inputs.temperature_k.low.clamp(200.0, 400.0));
        let elements = at.elements(soc, sign);
        let scale = inputs.estimate.mean.resistance_scale.max(1.0);
        let branches = elements.branch_ohm.iter().zip(cell.branch_tau_s);
        let branch_ohm: f32 = branches
            .map(|(ohm, tau_s)| ohm * math::one_minus_exp_neg(horizon_s / tau_s))
            .sum();
        let moved = horizon_s / to_coulombs(cell.capacity);
        let ocv_v = at.ocv.voltage_v(soc);
        let slope_v = (ocv_v - at.ocv.voltage_v(soc - sign * 0.02)).abs() / 0.02;
        Self {
            ohmic: scale * elements.r0_ohm,
            transfer_ohm: scale * elements.charge_transfer_ohm,
            knee_a: at.knee_a,
            slow_ohm: scale * branch_ohm + slope_v * moved,
            ocv_v,
        }
    }

    fn at_once_v(&self, current_a: f32) -> f32 {
        self.ohmic * current_a
            + self.transfer_ohm * self.knee_a * math::asinh(current_a / self.knee_a)
    }

    fn slope_ohm(&self, current_a: f32) -> f32 {
        let over = current_a / self.knee_a;
        self.ohmic + self.transfer_ohm / math::sqrt(1.0 + over * over) + self.slow_ohm
    }
}
