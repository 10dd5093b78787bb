//! The charge request: how much current, and which limit it comes from.

use super::charger::ChargerLimits;
use super::config::{ChargingConfig, Derating};
use super::limit_selector::LimitSelector;
use crate::Outputs;
use crate::cell::CellAtTemperature;
use crate::config::{BmsConfig, Range};
use crate::control::LimitReason;
use crate::math;
use crate::units::{
    ElectricCurrent, ElectricPotential, Power, Ratio, ThermodynamicTemperature, Time, amperes,
    to_amperes, to_kelvin, to_ratio, to_seconds, to_volts, to_watts, volts,
};

/// The limit that the request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum RequestReason {
    /// The charge is complete.
    Complete(Completion),
    /// Charging is paused or not wanted.
    Paused,
    /// Voltage, current or temperature of the cells is unknown.
    Unknown,
    /// The charge map of the chemistry.
    Map,
    /// The stage of a multistage charge, from 0.
    Stage(u8),
    /// Lithium plating: the cells have to be warmed.
    Plating,
    /// Hot cells.
    Hot,
    /// Hot contacts of the inlet.
    InletHot,
    /// The highest cell is at its voltage.
    ConstantVoltage,
    /// The battery's present charge limit, with its own reason.
    Battery(LimitReason),
    /// Contactors, cables, busbars and connectors of the pack.
    Hardware,
    /// The inlet and its cables.
    Inlet,
    /// The charger's highest current.
    ChargerCurrent,
    /// The charger's highest power.
    ChargerPower,
    /// The charger's highest voltage is below that of the pack.
    ChargerVoltage,
    /// No valid message of the charger for too long.
    ChargerStale,
    /// The schedule's current or power.
    Schedule,
    /// The rate at which the request rises.
    Ramp,
}

/// Why a charge is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Completion {
    /// The target state of charge is reached.
    StateOfCharge,
    /// The current has fallen to the cut-off with the highest cell at its voltage.
    Current,
    /// The cell voltage has limited the current for the longest time that is configured.
    Time,
}

/// Thermal conditioning that lets the cells charge faster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Conditioning {
    /// None.
    #[default]
    Nothing,
    /// Heating: the cells are too cold to accept more current without plating.
    Heat,
    /// Cooling.
    Cool,
}

/// Limits of a schedule, a site or a charger in dynamic mode. They may change at any time, to zero and back, without a fault.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Schedule {
    /// Highest charge current; NaN counts as zero.
    pub current_max: ElectricCurrent,
    /// Highest charge power; NaN counts as zero.
    pub power_max: Power,
}

impl Schedule {
    /// No limit.
    pub const UNLIMITED: Self = Self {
        current_max: amperes(f32::INFINITY),
        power_max: crate::units::watts(f32::INFINITY),
    };
}

/// Inputs of the request in one tick.
#[derive(Clone, Copy, Debug)]
pub struct RequestInputs<'a> {
    /// Outputs of the battery's last tick.
    pub outputs: &'a Outputs,
    /// Limits of the charger; `None` if they are stale or invalid.
    pub charger: Option<ChargerLimits>,
    /// Limits of schedule and site.
    pub schedule: Schedule,
    /// Temperature of the inlet's contacts; `None` if it is not measured.
    pub inlet_temperature: Option<ThermodynamicTemperature>,
    /// Whether charging is wanted now; false requests zero current, and the charge continues afterwards.
    pub wanted: bool,
    /// State of charge of the pack at which the charge is complete, 0 to 1; at 1 it is complete when the current has fallen.
    pub target_soc: Ratio,
}

/// The request to a charger.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChargeRequest {
    /// Current into the battery, never negative.
    pub current: ElectricCurrent,
    /// The limit that it comes from.
    pub reason: RequestReason,
    /// Highest voltage while charging: every cell at its constant voltage, within the limits of charger and inlet.
    pub target_voltage: ElectricPotential,
    /// Voltage that the charger must never exceed.
    pub maximum_voltage: ElectricPotential,
    /// Thermal conditioning that the cells need.
    pub conditioning: Conditioning,
    /// Why the charge is complete; `None` while it runs.
    pub completion: Option<Completion>,
}

/// Computes the request of a charge; remembers stage, ramp and completion.
#[derive(Clone, Copy, Debug)]
pub struct Requester {
    current_a: f32,
    stage: u8,
    /// Time at the cut-off without a break.
    cutoff_s: f32,
    /// Total time with the cell voltage as the limit.
    limited_s: f32,
    completion: Option<Completion>,
    conditioning: Conditioning,
}

impl Default for Requester {
    fn default() -> Self {
        Self::new()
    }
}

impl Requester {
    /// Before a charge.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            current_a: 0.0,
            stage: 0,
            cutoff_s: 0.0,
            limited_s: 0.0,
            completion: None,
            conditioning: Conditioning::Nothing,
        }
    }

    /// The request for the next tick.
    ///
    /// Total: any bit pattern gives a finite request within every limit of the inputs.
    pub fn step(
        &mut self,
        config: &ChargingConfig<'_>,
        pack: &BmsConfig<'_>,
        inputs: &RequestInputs<'_>,
        dt: Time,
    ) -> ChargeRequest {
        let dt_s = math::clamp_or_low(to_seconds(dt), 0.0, 1.0);
        let limit = self.cap(config, pack, inputs);
        self.condition(config, inputs, limit.reason);
        self.finish(config, inputs, limit, dt_s);
        let limit = match self.completion {
            Some(completion) => LimitSelector::new(0.0, RequestReason::Complete(completion)),
            None => limit,
        };
        let risen_a = self.current_a + config.rise_a_per_s * dt_s;
        let limit = limit.and(risen_a, RequestReason::Ramp);
        self.current_a = limit.current_a;
        let target_v = target_v(config, pack, inputs.charger);
        ChargeRequest {
            current: amperes(limit.current_a),
            reason: limit.reason,
            target_voltage: volts(target_v),
            maximum_voltage: volts(maximum_v(config, pack)),
            conditioning: self.conditioning,
            completion: self.completion,
        }
    }

    /// Why the charge is complete; `None` while it runs.
    #[must_use]
    pub const fn completion(&self) -> Option<Completion> {
        self.completion
    }

    /// The lowest of all limits except the ramp.
    fn cap(
        &mut self,
        config: &ChargingConfig<'_>,
        pack: &BmsConfig<'_>,
        inputs: &RequestInputs<'_>,
    ) -> LimitSelector {
        let Some(snapshot) = PackSnapshot::of(inputs.outputs) else {
            return LimitSelector::new(0.0, RequestReason::Unknown);
        };
        let mut limit = battery_cap(config, pack, snapshot.temperature_k, snapshot.soc);
        if let Some(inlet) = inputs.inlet_temperature {
            let share = share(config.inlet.hot, to_kelvin(inlet));
            limit = limit.and(
                share * to_amperes(config.inlet.current),
                RequestReason::InletHot,
            );
        }
        limit = self.staged(config, limit, snapshot.highest_v);
        limit = limit.and(
            constant_voltage_a(config, pack, inputs.outputs, &snapshot),
            RequestReason::ConstantVoltage,
        );
        let allowed = inputs.outputs.allowed.charge;
        limit = limit.and(
            to_amperes(allowed.current),
            RequestReason::Battery(allowed.reason),
        );
        // Bounds of the pack's voltage; power limits use the upper one.
        #[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
        let cells = pack.layout.cells as f32;
        let pack_v = Range {
            low: snapshot.lowest_v * cells,
            high: snapshot.highest_v * cells,
        };
        limit = charger_cap(limit, inputs.charger, pack_v);
        limit = schedule_cap(limit, inputs.schedule, pack_v.high);
        if inputs.wanted {
            limit
        } else {
            LimitSelector::new(0.0, RequestReason::Paused)
        }
    }

    fn staged(
        &mut self,
        config: &ChargingConfig<'_>,
        limit: LimitSelector,
        highest_v: f32,
    ) -> LimitSelector {
        let last = config.stages.len().saturating_sub(1);
        while let Some(stage) = config.stages.get(usize::from(self.stage))
            && usize::from(self.stage) < last
            && highest_v >= to_volts(stage.until)
        {
            self.stage = self.stage.saturating_add(1);
        }
        match config.stages.get(usize::from(self.stage)) {
            Some(stage) => limit.and(to_amperes(stage.current), RequestReason::Stage(self.stage)),
            None => limit,
        }
    }

    /// Cooling is requested while heat limits the charge; heating, once cold limited it, until the cells are warm.
    fn condition(
        &mut self,
        config: &ChargingConfig<'_>,
        inputs: &RequestInputs<'_>,
        reason: RequestReason,
    ) {
        let coldest_k = inputs
            .outputs
            .coldest
            .map(|(coldest, _)| to_kelvin(coldest));
        let still_cold = coldest_k.is_some_and(|k| k < to_kelvin(config.heat_until));
        let cold = matches!(
            reason,
            RequestReason::Plating | RequestReason::Battery(LimitReason::Cold)
        );
        let hot = matches!(
            reason,
            RequestReason::Hot | RequestReason::Battery(LimitReason::Hot)
        );
        let heated = self.conditioning == Conditioning::Heat;
        self.conditioning = if self.completion.is_some() {
            Conditioning::Nothing
        } else if hot {
            Conditioning::Cool
        } else if still_cold && (cold || heated) {
            Conditioning::Heat
        } else {
            Conditioning::Nothing
        };
    }

    fn finish(
        &mut self,
        config: &ChargingConfig<'_>,
        inputs: &RequestInputs<'_>,
        limit: LimitSelector,
        dt_s: f32,
    ) {
        if self.completion.is_some() {
            return;
        }
        let target = to_ratio(inputs.target_soc);
        let soc = to_ratio(inputs.outputs.estimate.soc);
        // A full pack is detected by its current, not by the estimate.
        if target < 1.0 && soc >= target && inputs.wanted {
            self.completion = Some(Completion::StateOfCharge);
            return;
        }
        if !is_full_reason(limit.reason) {
            self.cutoff_s = 0.0;
            return;
        }
        self.limited_s += dt_s;
        let cut = limit.current_a <= to_amperes(config.finish.current);
        self.cutoff_s = if cut { self.cutoff_s + dt_s } else { 0.0 };
        if cut && self.cutoff_s > to_seconds(config.finish.hold) {
            self.completion = Some(Completion::Current);
        } else if self.limited_s > to_seconds(config.finish.longest) {
            self.completion = Some(Completion::Time);
        }
    }
}

/// Whether a small current for this reason means that the battery is full. A small current of a charger, a schedule or a cold
/// battery does not.
pub(crate) const fn is_full_reason(reason: RequestReason) -> bool {
    matches!(
        reason,
        RequestReason::ConstantVoltage
            | RequestReason::Battery(LimitReason::CellVoltage | LimitReason::StateOfCharge)
    )
}

/// What has to be known of the cells for a request.
#[derive(Clone, Copy, Debug)]
struct PackSnapshot {
    lowest_v: f32,
    highest_v: f32,
    charge_a: f32,
    temperature_k: Range,
    soc: Range,
}

impl PackSnapshot {
    fn of(outputs: &Outputs) -> Option<Self> {
        let lowest_v = to_volts(outputs.lowest_cell?.0);
        let highest_v = to_volts(outputs.highest_cell?.0);
        let charge_a = -to_amperes(outputs.current?);
        let temperature_k = Range {
            low: to_kelvin(outputs.coldest?.0),
            high: to_kelvin(outputs.warmest?.0),
        };
        let soc = Range {
            low: to_ratio(outputs.estimate.weakest_soc.soc),
            high: to_ratio(outputs.estimate.strongest_soc.soc),
        };
        let all = [
            lowest_v,
            highest_v,
            charge_a,
            temperature_k.low,
            temperature_k.high,
        ];
        let known = all.iter().all(|value| value.is_finite()) && soc.low + soc.high >= 0.0;
        known.then_some(Self {
            lowest_v,
            highest_v,
            charge_a: charge_a.max(0.0),
            temperature_k,
            soc,
        })
    }
}

fn share(derating: Derating, temperature_k: f32) -> f32 {
    falling_share(derating.from, derating.to, temperature_k)
}

/// 1 up to `from`, 0 from `to` on, linear in between.
pub(crate) fn falling_share(
    from: ThermodynamicTemperature,
    to: ThermodynamicTemperature,
    temperature_k: f32,
) -> f32 {
    let (from_k, to_k) = (to_kelvin(from), to_kelvin(to));
    math::clamp_or_low((to_k - temperature_k) / (to_k - from_k), 0.0, 1.0)
}

/// The operating charge current of pack and string.
pub(crate) fn hardware_a(pack: &BmsConfig<'_>) -> f32 {
    let limits = &pack.limits;
    to_amperes(limits.pack_charge_current.operating)
        .min(to_amperes(limits.string_charge_current.operating))
}

/// The limit of cells, pack and inlet at this temperature and state of charge, without their voltages.
pub(crate) fn battery_cap(
    config: &ChargingConfig<'_>,
    pack: &BmsConfig<'_>,
    temperature_k: Range,
    soc: Range,
) -> LimitSelector {
    let hardware_a = hardware_a(pack);
    LimitSelector::new(hardware_a, RequestReason::Hardware)
        .and(config.map_a.least(temperature_k, soc), RequestReason::Map)
        .and(
            config.plating_a.least(temperature_k, soc),
            RequestReason::Plating,
        )
        .and(
            share(config.hot, temperature_k.high) * hardware_a,
            RequestReason::Hot,
        )
        .and(to_amperes(config.inlet.current), RequestReason::Inlet)
}

/// The limit of a charger at this pack voltage. A charger at its highest voltage regulates it; whatever current flows then is allowed.
pub(crate) fn charger_cap(
    limit: LimitSelector,
    charger: Option<ChargerLimits>,
    pack_v: Range,
) -> LimitSelector {
    let Some(charger) = charger else {
        return LimitSelector::new(0.0, RequestReason::ChargerStale);
    };
    if to_volts(charger.voltage_max) < pack_v.low {
        return LimitSelector::new(0.0, RequestReason::ChargerVoltage);
    }
    let at_v = pack_v.high.max(to_volts(charger.voltage)).max(1.0);
    limit
        .and(
            to_amperes(charger.current_max),
            RequestReason::ChargerCurrent,
        )
        .and(
            to_watts(charger.power_max) / at_v,
            RequestReason::ChargerPower,
        )
}

/// The limit of a schedule at this pack voltage.
pub(crate) fn schedule_cap(limit: LimitSelector, schedule: Schedule, pack_v: f32) -> LimitSelector {
    limit
        .and(to_amperes(schedule.current_max), RequestReason::Schedule)
        .and(
            to_watts(schedule.power_max) / pack_v.max(1.0),
            RequestReason::Schedule,
        )
}

/// The target voltage: every cell at its constant voltage, within the limits of inlet and charger.
pub(crate) fn target_v(
    config: &ChargingConfig<'_>,
    pack: &BmsConfig<'_>,
    charger: Option<ChargerLimits>,
) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
    let cells = pack.layout.cells as f32;
    let wanted_v = (to_volts(config.constant_voltage) * cells).min(to_volts(config.inlet.voltage));
    charger.map_or(wanted_v, |charger| {
        wanted_v.min(to_volts(charger.voltage_max))
    })
}

/// The voltage that a charger must never exceed.
pub(crate) fn maximum_v(config: &ChargingConfig<'_>, pack: &BmsConfig<'_>) -> f32 {
    (target_v(config, pack, None) + to_volts(config.voltage_margin))
        .min(to_volts(config.inlet.voltage))
}

/// Direct-current resistance of one cell under charge once every branch has settled.
pub(crate) fn charge_ohm(at: &CellAtTemperature<'_>, soc: f32, scale: f32) -> f32 {
    let elements = at.elements(soc, -1.0);
    let branch_ohm: f32 = elements.branch_ohm.iter().sum();
    let ohm = scale * (elements.r0_ohm + elements.charge_transfer_ohm + branch_ohm);
    if ohm > LEAST_OHM { ohm } else { LEAST_OHM }
}

const LEAST_OHM: f32 = 1e-7;

/// The current that brings the highest cell to its constant voltage and keeps it there: the present current plus the distance
/// to that voltage over the cell's resistance.
///
/// The resistance includes all branches, more than what responds within a tick, so each step goes part of the way:
/// `I' = (1 - R/R_dc) I + (V - OCV) / R_dc` contracts for every `R` below `2 R_dc`, whatever the delay of the charger. It
/// needs no integrator that could wind up: the present current acts as one.
fn constant_voltage_a(
    config: &ChargingConfig<'_>,
    pack: &BmsConfig<'_>,
    outputs: &Outputs,
    snapshot: &PackSnapshot,
) -> f32 {
    let coldest_k = math::clamp_or_low(snapshot.temperature_k.low, 200.0, 400.0);
    let at = CellAtTemperature::new(&pack.cell, coldest_k);
    let scale = outputs.estimate.mean.resistance_scale.max(1.0);
    let ohm = charge_ohm(&at, snapshot.soc.high, scale);
    snapshot.charge_a + (to_volts(config.constant_voltage) - snapshot.highest_v) / ohm
}
