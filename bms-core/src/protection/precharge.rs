//! Supervision of precharge by an RC model of the link.

use crate::config::HighVoltage;
use crate::math;
use crate::units::{to_farads, to_joules, to_ohms, to_ratio};

/// The precharge current may be above the model's by this factor, and by this share of the first rush.
const CURRENT_FACTOR: f32 = 1.3;
const CURRENT_SHARE: f32 = 0.15;

/// Below this share of the target a link counts as empty: only then a fast rise says something.
const EMPTY_SHARE: f32 = 0.5;

/// One precharge after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Precharge {
    /// Since the precharge path was closed; none while it is open.
    running: Option<Running>,
    /// Heat in the resistor.
    energy_j: f32,
    /// Findings on the present or last precharge.
    pub(crate) found: PrechargeFindings,
}

#[derive(Clone, Copy, Debug)]
struct Running {
    since_s: f32,
    first_link_v: f32,
    reached: bool,
}

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct PrechargeFindings {
    /// Seconds since the beginning, and what the model says that the link needs.
    pub(crate) since_s: f32,
    pub(crate) expected_s: f32,
    pub(crate) too_slow: bool,
    pub(crate) too_fast: bool,
    /// The current, what the model says, and what is allowed beyond that.
    pub(crate) current_a: f32,
    pub(crate) allowed_a: f32,
    pub(crate) energy_j: f32,
    /// Whether the link is being charged.
    pub(crate) running: bool,
}

/// What a precharge is judged by in one tick.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PrechargeSample {
    /// Whether the path over the resistor is closed, and no other.
    pub(crate) closed: bool,
    pub(crate) pack_v: Option<f32>,
    pub(crate) link_v: Option<f32>,
    /// Whether the link voltage was measured in this tick.
    pub(crate) link_is_new: bool,
    pub(crate) current_a: Option<f32>,
    /// What the current sensor may be off by without a fault.
    pub(crate) sensor_error_a: f32,
    pub(crate) dt_s: f32,
}

impl Precharge {
    pub(crate) const fn new() -> Self {
        Self {
            running: None,
            energy_j: 0.0,
            found: PrechargeFindings {
                since_s: 0.0,
                expected_s: 0.0,
                too_slow: false,
                too_fast: false,
                current_a: 0.0,
                allowed_a: f32::INFINITY,
                energy_j: 0.0,
                running: false,
            },
        }
    }

    /// Heat in the resistor, in joule; not negative.
    pub(crate) const fn kept(&self) -> f32 {
        self.energy_j
    }

    /// From what [`Self::kept`] gave; a sleep of unknown length is none.
    pub(crate) fn restored(energy_j: f32, config: &HighVoltage, asleep: Option<f32>) -> Self {
        let energy_j = energy_j * math::exp(-asleep.unwrap_or(0.0) / config.precharge_cooling_s);
        let mut precharge = Self::new();
        precharge.energy_j = energy_j;
        precharge.found.energy_j = energy_j;
        precharge
    }

    pub(crate) fn tick(&mut self, config: &HighVoltage, sample: &PrechargeSample) {
        self.heat(config, sample);
        if !sample.closed {
            self.running = None;
            self.found = PrechargeFindings {
                energy_j: self.energy_j,
                allowed_a: f32::INFINITY,
                ..PrechargeFindings::default()
            };
            return;
        }
        let mut running = self.running.unwrap_or(Running {
            since_s: -sample.dt_s,
            first_link_v: sample.link_v.unwrap_or(0.0),
            reached: false,
        });
        running.since_s = (running.since_s + sample.dt_s).min(1e6);
        self.judge(config, sample, &mut running);
        self.running = Some(running);
    }

    fn judge(&mut self, config: &HighVoltage, sample: &PrechargeSample, running: &mut Running) {
        let resistance_ohm = to_ohms(config.precharge_resistance);
        let tau_s = resistance_ohm * to_farads(config.link_capacitance);
        let found = &mut self.found;
        found.running = true;
        found.since_s = running.since_s;
        let Some(pack_v) = sample.pack_v else { return };
        let target_v = to_ratio(config.precharge_target) * pack_v;
        let first_v = math::clamp_or_low(running.first_link_v, 0.0, target_v);
        // v(t) = V - (V - v0) exp(-t / RC), solved for the target.
        let expected_s = tau_s * math::ln((pack_v - first_v) / (pack_v - target_v)).max(0.0);
        found.expected_s = expected_s;
        let reached = sample.link_v.is_some_and(|link_v| link_v >= target_v);
        if sample.link_is_new && reached && !running.reached {
            running.reached = true;
            found.too_fast = first_v < EMPTY_SHARE * target_v
                && running.since_s < config.precharge_fast_factor * expected_s;
        }
        // An empty link that starts near its target needs no time by the model, and still a moment in fact.
        let slow_s = config.precharge_slow_factor * expected_s.max(0.1 * tau_s);
        found.too_slow = !reached && running.since_s > slow_s;
        let rush_a = (pack_v - first_v) / resistance_ohm;
        let model_a = rush_a * math::exp(-running.since_s / tau_s);
        found.current_a = sample.current_a.unwrap_or(0.0);
        found.allowed_a = CURRENT_FACTOR * model_a
            + CURRENT_SHARE * pack_v / resistance_ohm
            + sample.sensor_error_a;
    }

    /// The resistor takes in what it turns to heat and gives it off over time.
    fn heat(&mut self, config: &HighVoltage, sample: &PrechargeSample) {
        let dt_s = sample.dt_s.clamp(0.0, 60.0);
        self.energy_j *= math::exp(-dt_s / config.precharge_cooling_s);
        if sample.closed {
            let resistance_ohm = to_ohms(config.precharge_resistance);
            let across_v = match (sample.pack_v, sample.link_v) {
                (Some(pack_v), Some(link_v)) => pack_v - link_v,
                _ => sample.current_a.unwrap_or(0.0) * resistance_ohm,
            };
            self.energy_j += across_v * across_v / resistance_ohm * dt_s;
        }
        self.energy_j =
            math::clamp_or_low(self.energy_j, 0.0, 1e3 * to_joules(config.precharge_energy));
        self.found.energy_j = self.energy_j;
    }
}
