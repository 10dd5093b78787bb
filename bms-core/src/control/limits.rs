//! Allowed currents and their limiting reasons.

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

/// Reason that limits a current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum LimitReason {
    /// The contactors are open, or about to open.
    ContactorsOpen,
    /// A fault limits the current.
    Fault(FaultId),
    /// Cell state not yet estimated.
    Unknown,
    /// Rated current of contactors and cables, or of busbars and module connectors.
    Hardware,
    /// Cell current limit at this temperature and state of charge.
    CellCurrent,
    /// A cell voltage would reach its operating limit within the horizon.
    CellVoltage,
    /// A cell is cold.
    Cold,
    /// A cell is hot.
    Hot,
    /// The weakest cell is nearly empty, or the strongest nearly full.
    StateOfCharge,
    /// The vehicle does not allow charging.
    ChargingNotAllowed,
    /// The limit is still rising at its configured rate.
    Ramp,
}

/// An allowed current with its limiting reason.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AllowedCurrent {
    /// Magnitude in this direction, never negative.
    pub current: ElectricCurrent,
    /// Limiting reason.
    pub reason: LimitReason,
}

/// Allowed currents of both directions, as magnitudes.
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

/// Lowest of several current limits, with its reason.
#[derive(Clone, Copy, Debug)]
struct LimitSelector {
    current_a: f32,
    reason: LimitReason,
}

impl LimitSelector {
    const fn new(current_a: f32, reason: LimitReason) -> Self {
        Self { current_a, reason }
    }

    /// Adds a limit; NaN counts as zero.
    #[inline(never)]
    fn and(self, current_a: f32, reason: LimitReason) -> Self {
        if current_a >= self.current_a {
            self
        } else {
            Self::new(current_a.max(0.0), reason)
        }
    }
}

/// Inputs of the current limits in one tick.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LimitInputs<'a> {
    pub(crate) config: &'a BmsConfig<'a>,
    pub(crate) estimate: &'a PackEstimate,
    pub(crate) store: &'a FaultStore,
    pub(crate) mapped: &'a MappedLimits,
    pub(crate) elapsed_ms: u16,
    pub(crate) temperature_k: Range,
    pub(crate) soc: Range,
    /// Lowest and highest cell voltage; `None` if a cell is missing.
    pub(crate) voltage_v: Option<(f32, f32)>,
    /// Whether cell voltages arrived in this tick.
    pub(crate) voltages_are_new: bool,
    /// Factor on the interval between updates of the voltage drop model: above 1 in ticks with much other work.
    pub(crate) patience: u16,
    pub(crate) current_a: Option<f32>,
    pub(crate) charging_allowed: bool,
    pub(crate) mode: Mode,
    /// Whether current may flow at all.
    pub(crate) connected: bool,
    pub(crate) dt_s: f32,
}

/// Limits the rate of the allowed currents: slow rise, and no faster fall than the vehicle can follow where time allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limiter {
    discharge: DirectionState,
    charge: DirectionState,
    /// Current at the time of the last voltage scan: prediction needs both from the same time.
    scanned_a: Option<f32>,
}

/// State of one current direction.
#[derive(Clone, Copy, Debug)]
struct DirectionState {
    /// Present share of the hardware limit allowed by temperatures, state of charge and faults.
    soft: f32,
    /// Share allowed by the cell voltages: falls at once and rises slowly, so that a wrong model resistance only makes the
    /// limit uneven.
    voltage: f32,
    /// Voltage drop model and its age.
    drop: Option<VoltageDropModel>,
    drop_ms: u16,
}

/// Interval between updates of the voltage drop model in milliseconds, up to twice as long with busy ticks: temperature,
/// state of charge and resistance change slowly.
const DROP_MS: u16 = 100;

impl DirectionState {
    /// The updates of the two directions are offset, never in the same tick.
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

/// Limits without a ramp: they change little per tick, or are safety limits.
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
    // A charger fault does not limit regeneration in a drive.
    match ending.next() {
        Some(fault) if direction == Direction::Charge && inputs.mode != Mode::Drive => {
            least.and(0.0, LimitReason::Fault(fault))
        }
        _ => least,
    }
}

/// Shares of the hardware limit that may change in steps and are applied with a ramp.
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

/// Share of the current that a fault leaves: none in the direction that worsens it, all in the other one, and the limp
/// share in both if a reading is missing.
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

/// Current that brings the worst cell to its operating voltage limit at the end of the horizon.
///
/// It starts from the measured voltage, so that an OCV error does not matter; the model gives the slope with current. The voltage at the end of the horizon is convex in the current (charge transfer grows with its logarithm), so
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
        // A current in the other direction moves the voltage away from the limit. Its polarisation decays within the
        // horizon; with a model resistance that is too low the model's OCV is the safer bound.
        (measured_v + drop.slow_ohm * now_a).min(headroom_v(drop.ocv_v))
    } else {
        measured_v
    };
    let mut allowed_a = now_a.max(0.0);
    for _ in 0..NEWTON_STEPS {
        // Polarisation of the present current is in the measured voltage already; counting it again is a margin.
        let left_v = open_v - drop.at_once_v(allowed_a) - drop.slow_ohm * allowed_a;
        allowed_a += left_v / drop.slope_ohm(allowed_a).max(1e-9);
        allowed_a = math::clamp_or_low(allowed_a, 0.0, LARGEST_A);
    }
    allowed_a
}

const NEWTON_STEPS: usize = 3;

/// Above the current of any pack, in ampere.
const LARGEST_A: f32 = 1e6;

/// Voltage drop of a current, immediate and over the horizon.
#[derive(Clone, Copy, Debug)]
struct VoltageDropModel {
    ohmic: f32,
    transfer_ohm: f32,
    knee_a: f32,
    /// Drop that develops over the horizon: RC branches, and the change of the OCV.
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
