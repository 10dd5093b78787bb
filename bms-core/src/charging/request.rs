//! How much current to ask a charger for, and why not more.

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

/// What keeps the request from being higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum RequestReason {
    /// The charge is over.
    Complete(Completion),
    /// Charging was paused, or nobody wants it.
    Paused,
    /// Voltage, current or temperature of the cells is not known.
    Unknown,
    /// The charge map of the chemistry.
    Map,
    /// The stage of a multistage charge, from 0.
    Stage(u8),
    /// Lithium would plate: the cells have to be warmed.
    Plating,
    /// Hot cells.
    Hot,
    /// A hot inlet.
    InletHot,
    /// The highest cell is at its voltage.
    ConstantVoltage,
    /// What the battery allows at present, by its own reason.
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
    /// The request is on its way up.
    Ramp,
}

/// Why a charge is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Completion {
    /// The target state of charge is reached.
    StateOfCharge,
    /// The current has fallen to the cut-off with the highest cell at its voltage.
    Current,
    /// The cell voltage has limited the current for as long as it may.
    Time,
}

/// What the cells need to be charged faster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Conditioning {
    /// Nothing.
    #[default]
    Nothing,
    /// Heat: they are too cold to take more without plating.
    Heat,
    /// Cold.
    Cool,
}

/// What a schedule, a site or a charger in dynamic mode leaves. It may fall at any time, to zero and back: that is no fault.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Schedule {
    /// Highest charge current; what is not a number counts as zero.
    pub current_max: ElectricCurrent,
    /// Highest charge power; what is not a number counts as zero.
    pub power_max: Power,
}

impl Schedule {
    /// No limit.
    pub const UNLIMITED: Self = Self {
        current_max: amperes(f32::INFINITY),
        power_max: crate::units::watts(f32::INFINITY),
    };
}

/// What a request is made from in one tick.
#[derive(Clone, Copy, Debug)]
pub struct RequestInputs<'a> {
    /// What the last tick of the battery came to.
    pub outputs: &'a Outputs,
    /// Limits of the charger; none where they are stale or cannot be believed.
    pub charger: Option<ChargerLimits>,
    /// Limits of schedule and site.
    pub schedule: Schedule,
    /// Temperature of the inlet's contacts; none where it is not measured.
    pub inlet_temperature: Option<ThermodynamicTemperature>,
    /// Whether charging is wanted now; false asks for zero current, and the charge goes on afterwards.
    pub wanted: bool,
    /// State of charge of the pack at which the charge is over; at 1 it is over when the current has fallen.
    pub target_soc: Ratio,
}

/// What to ask a charger for.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChargeRequest {
    /// Current into the battery, never negative.
    pub current: ElectricCurrent,
    /// What keeps it from being higher.
    pub reason: RequestReason,
    /// Voltage that the charger holds at most while it charges: every cell at its voltage, within what charger and inlet can.
    pub target_voltage: ElectricPotential,
    /// Voltage that the charger must never pass.
    pub maximum_voltage: ElectricPotential,
    /// What the cells need.
    pub conditioning: Conditioning,
    /// Why the charge is over; none while it is not.
    pub completion: Option<Completion>,
}

/// The memory of a charge.
#[derive(Clone, Copy, Debug)]
pub struct Requester {
    current_a: f32,
    stage: u8,
    /// The cut-off has held for this long.
    cutoff_s: f32,
    /// The cell voltage has been the limit for this long in all.
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
    /// Total: any bit pattern gives a finite request that is not above any limit given here.
    pub fn step(
        &mut self,
        config: &ChargingConfig<'_>,
        pack: &BmsConfig<'_>,
        scene: &RequestInputs<'_>,
        dt: Time,
    ) -> ChargeRequest {
        let dt_s = math::clamp_or_low(to_seconds(dt), 0.0, 1.0);
        let least = self.cap(config, pack, scene);
        self.condition(config, scene, least.reason);
        self.finish(config, scene, least, dt_s);
        let least = match self.completion {
            Some(completion) => LimitSelector::new(0.0, RequestReason::Complete(completion)),
            None => least,
        };
        let risen_a = self.current_a + config.rise_a_per_s * dt_s;
        let least = least.and(risen_a, RequestReason::Ramp);
        self.current_a = least.current_a;
        let target_v = target_v(config, pack, scene.charger);
        ChargeRequest {
            current: amperes(least.current_a),
            reason: least.reason,
            target_voltage: volts(target_v),
            maximum_voltage: volts(maximum_v(config, pack)),
            conditioning: self.conditioning,
            completion: self.completion,
        }
    }

    /// Why the charge is over; none while it is not.
    #[must_use]
    pub const fn completion(&self) -> Option<Completion> {
        self.completion
    }

    /// The least of all limits but the ramp.
    fn cap(
        &mut self,
        config: &ChargingConfig<'_>,
        pack: &BmsConfig<'_>,
        scene: &RequestInputs<'_>,
    ) -> LimitSelector {
        let Some(seen) = PackSnapshot::of(scene.outputs) else {
            return LimitSelector::new(0.0, RequestReason::Unknown);
        };
        let mut least = battery_cap(config, pack, seen.temperature_k, seen.soc);
        if let Some(inlet) = scene.inlet_temperature {
            let share = share(config.inlet.hot, to_kelvin(inlet));
            least = least.and(
                share * to_amperes(config.inlet.current),
                RequestReason::InletHot,
            );
        }
        least = self.staged(config, least, seen.highest_v);
        least = least.and(
            constant_voltage_a(config, pack, scene.outputs, &seen),
            RequestReason::ConstantVoltage,
        );
        let allowed = scene.outputs.allowed.charge;
        least = least.and(
            to_amperes(allowed.current),
            RequestReason::Battery(allowed.reason),
        );
        // Bounds of the pack's voltage: power is reckoned with the upper one.
        #[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
        let cells = pack.layout.cells as f32;
        let pack_v = Range {
            low: seen.lowest_v * cells,
            high: seen.highest_v * cells,
        };
        least = charger_cap(least, scene.charger, pack_v);
        least = schedule_cap(least, scene.schedule, pack_v.high);
        if scene.wanted {
            least
        } else {
            LimitSelector::new(0.0, RequestReason::Paused)
        }
    }

    fn staged(
        &mut self,
        config: &ChargingConfig<'_>,
        least: LimitSelector,
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
            Some(stage) => least.and(to_amperes(stage.current), RequestReason::Stage(self.stage)),
            None => least,
        }
    }

    /// Cold is asked for as long as it limits the charge; heat, once it limited the charge, until the cells are warm.
    fn condition(
        &mut self,
        config: &ChargingConfig<'_>,
        scene: &RequestInputs<'_>,
        reason: RequestReason,
    ) {
        let coldest_k = scene.outputs.coldest.map(|(coldest, _)| to_kelvin(coldest));
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
        scene: &RequestInputs<'_>,
        least: LimitSelector,
        dt_s: f32,
    ) {
        if self.completion.is_some() {
            return;
        }
        let target = to_ratio(scene.target_soc);
        let soc = to_ratio(scene.outputs.estimate.soc);
        // The estimate of a full pack may be wrong; the current tells.
        if target < 1.0 && soc >= target && scene.wanted {
            self.completion = Some(Completion::StateOfCharge);
            return;
        }
        if !is_full_reason(least.reason) {
            self.cutoff_s = 0.0;
            return;
        }
        self.limited_s += dt_s;
        let cut = least.current_a <= to_amperes(config.finish.current);
        self.cutoff_s = if cut { self.cutoff_s + dt_s } else { 0.0 };
        if cut && self.cutoff_s > to_seconds(config.finish.hold) {
            self.completion = Some(Completion::Current);
        } else if self.limited_s > to_seconds(config.finish.longest) {
            self.completion = Some(Completion::Time);
        }
    }
}

/// Whether a small current for this reason says that the battery is full. A charger, a schedule or a cold battery that leaves
/// little says nothing of the kind.
const fn is_full_reason(reason: RequestReason) -> bool {
    matches!(
        reason,
        RequestReason::ConstantVoltage
            | RequestReason::Battery(LimitReason::CellVoltage | LimitReason::StateOfCharge)
    )
}

/// What has to be known of the cells.
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

/// Full up to `from`, nothing from `to`.
fn share(derating: Derating, temperature_k: f32) -> f32 {
    let (from_k, to_k) = (to_kelvin(derating.from), to_kelvin(derating.to));
    math::clamp_or_low((to_k - temperature_k) / (to_k - from_k), 0.0, 1.0)
}

/// The operating charge current of pack and string.
pub(crate) fn hardware_a(pack: &BmsConfig<'_>) -> f32 {
    let limits = &pack.limits;
    to_amperes(limits.pack_charge_current.operating)
        .min(to_amperes(limits.string_charge_current.operating))
}

/// What the cells, the pack and the inlet take at this temperature and state of charge, whatever their voltages.
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

/// What a charger leaves at this pack voltage. One that is at its highest voltage holds it, and gives what flows then.
pub(crate) fn charger_cap(
    least: LimitSelector,
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
    least
        .and(
            to_amperes(charger.current_max),
            RequestReason::ChargerCurrent,
        )
        .and(
            to_watts(charger.power_max) / at_v,
            RequestReason::ChargerPower,
        )
}

/// What a schedule leaves at this pack voltage.
pub(crate) fn schedule_cap(least: LimitSelector, schedule: Schedule, pack_v: f32) -> LimitSelector {
    least
        .and(to_amperes(schedule.current_max), RequestReason::Schedule)
        .and(
            to_watts(schedule.power_max) / pack_v.max(1.0),
            RequestReason::Schedule,
        )
}

/// The voltage of the charge: every cell at its voltage, within what the inlet and the charger can.
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

/// The voltage that a charger must never pass.
pub(crate) fn maximum_v(config: &ChargingConfig<'_>, pack: &BmsConfig<'_>) -> f32 {
    (target_v(config, pack, None) + to_volts(config.voltage_margin))
        .min(to_volts(config.inlet.voltage))
}

/// Direct-current resistance of one cell while it is charged: what its voltage costs once every branch has followed.
pub(crate) fn charge_ohm(at: &CellAtTemperature<'_>, soc: f32, scale: f32) -> f32 {
    let elements = at.elements(soc, -1.0);
    let branch_ohm: f32 = elements.branch_ohm.iter().sum();
    let ohm = scale * (elements.r0_ohm + elements.charge_transfer_ohm + branch_ohm);
    if ohm > LEAST_OHM { ohm } else { LEAST_OHM }
}

const LEAST_OHM: f32 = 1e-7;

/// The current that takes the highest cell to its voltage and holds it there: the present one, and what the distance to the
/// voltage is worth by the cell's resistance.
///
/// With the resistance over all branches, which is more than what answers within a tick, each step goes part of the way:
/// `I' = (1 - R/R_dc) I + (V - OCV) / R_dc` contracts for every `R` below `2 R_dc`, whatever the delay of the charger. It
/// needs no integrator that could wind up, since the present current is one.
fn constant_voltage_a(
    config: &ChargingConfig<'_>,
    pack: &BmsConfig<'_>,
    outputs: &Outputs,
    seen: &PackSnapshot,
) -> f32 {
    let coldest_k = math::clamp_or_low(seen.temperature_k.low, 200.0, 400.0);
    let at = CellAtTemperature::new(&pack.cell, coldest_k);
    let scale = outputs.estimate.mean.resistance_scale.max(1.0);
    let ohm = charge_ohm(&at, seen.soc.high, scale);
    seen.charge_a + (to_volts(config.constant_voltage) - seen.highest_v) / ohm
}
