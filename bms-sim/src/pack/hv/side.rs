//! One step of the high-voltage side.

use super::contactor::{Closed, Contactor};
use super::fuse::{Fuse, FuseConfig};
use super::nodes::{
    BATTERY_NEGATIVE, BATTERY_POSITIVE, LINK_NEGATIVE, LINK_POSITIVE, Network, Nodes,
};
use crate::cell::Source;
use crate::load::Demand;
use crate::range::{RangeError, check_fields};

/// Parameters of the high-voltage side. All values are positive and finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HvConfig {
    /// Resistance of each closed contactor, in ohm.
    pub contactor_ohm: f64,
    /// Precharge resistor, in ohm.
    pub precharge_ohm: f64,
    /// Link capacitor, in farad.
    pub link_capacitance_f: f64,
    /// Resistor that discharges the link, in ohm.
    pub bleed_ohm: f64,
    /// The fuse, in series with the positive terminal.
    pub fuse: FuseConfig,
    /// Isolation between the battery's positive terminal and the chassis, in ohm.
    pub battery_positive_isolation_ohm: f64,
    /// Isolation between the battery's negative terminal and the chassis, in ohm.
    pub battery_negative_isolation_ohm: f64,
    /// Isolation between the positive side of the link and the chassis, in ohm.
    pub link_positive_isolation_ohm: f64,
    /// Isolation between the negative side of the link and the chassis, in ohm.
    pub link_negative_isolation_ohm: f64,
}

impl Default for HvConfig {
    /// A car of some 400 V.
    fn default() -> Self {
        Self {
            contactor_ohm: 0.2e-3,
            precharge_ohm: 50.0,
            link_capacitance_f: 500e-6,
            bleed_ohm: 100e3,
            fuse: FuseConfig {
                resistance_ohm: 0.3e-3,
                melting_i2t_a2s: 50e3,
                minimum_fusing_current_a: 500.0,
            },
            battery_positive_isolation_ohm: 5e6,
            battery_negative_isolation_ohm: 5e6,
            link_positive_isolation_ohm: 5e6,
            link_negative_isolation_ohm: 5e6,
        }
    }
}

impl HvConfig {
    /// Checks every field.
    ///
    /// # Errors
    /// The first field that is not positive and finite.
    pub fn validate(&self) -> Result<(), RangeError> {
        check_fields! { self;
            contactor_ohm: Positive, precharge_ohm: Positive, link_capacitance_f: Positive,
            bleed_ohm: Positive, fuse.resistance_ohm: Positive, fuse.melting_i2t_a2s: Positive,
            fuse.minimum_fusing_current_a: Positive, battery_positive_isolation_ohm: Positive,
            battery_negative_isolation_ohm: Positive, link_positive_isolation_ohm: Positive,
            link_negative_isolation_ohm: Positive
        }
    }
}

/// The high-voltage side and its state. Contactors and isolation may be changed between steps.
#[derive(Clone, Debug)]
pub struct HighVoltage {
    /// Parameters.
    pub config: HvConfig,
    /// Main contactor of the positive side.
    pub main_positive: Contactor,
    /// Main contactor of the negative side.
    pub main_negative: Contactor,
    /// Precharge contactor.
    pub precharge: Contactor,
    /// The fuse.
    pub fuse: Fuse,
    link_voltage_v: f64,
    precharge_energy_j: f64,
}

/// One step of the high-voltage side. Means are over the step; discharge is positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HvStep {
    /// Mean current out of the battery, leakage to the chassis included, in ampere.
    pub battery_current_a: f64,
    /// Mean current through fuse and positive contactors, in ampere.
    pub positive_current_a: f64,
    /// Mean current through the negative contactor, in ampere.
    pub negative_current_a: f64,
    /// Mean current of the load, in ampere.
    pub load_current_a: f64,
    /// Whether the load was reduced because the link could not supply it.
    pub load_shed: bool,
    /// Mean voltage of the link, in volt.
    pub link_voltage_mean_v: f64,
    /// Voltage of the link at the end of the step, in volt.
    pub link_voltage_v: f64,
    /// Heat in the precharge resistor during the step, in joule.
    pub precharge_heat_j: f64,
    /// Mean square of the fuse's current, in ampere squared.
    pub fuse_mean_square_a2: f64,
    /// Mean voltage of the battery's positive terminal against the chassis, in volt.
    pub battery_positive_v: f64,
    /// Mean voltage of the battery's negative terminal against the chassis, in volt.
    pub battery_negative_v: f64,
    /// Mean voltage of the link's positive side against the chassis, in volt.
    pub link_positive_v: f64,
    /// Mean voltage of the link's negative side against the chassis, in volt.
    pub link_negative_v: f64,
}

/// The circuit of one step: how every node follows the current drawn from the link.
struct Circuit {
    /// Node voltages at no link current.
    open: Nodes,
    /// Change of node voltages for one ampere drawn from the link.
    response: Nodes,
    positive_s: f64,
    negative_s: f64,
}

impl HighVoltage {
    /// All contactors open and sound, the link discharged, the fuse cold.
    ///
    /// # Errors
    /// Those of [`HvConfig::validate`].
    pub fn new(config: HvConfig) -> Result<Self, RangeError> {
        config.validate()?;
        Ok(Self {
            config,
            main_positive: Contactor::default(),
            main_negative: Contactor::default(),
            precharge: Contactor::default(),
            fuse: Fuse::default(),
            link_voltage_v: 0.0,
            precharge_energy_j: 0.0,
        })
    }

    /// Voltage of the link, in volt.
    #[must_use]
    pub fn link_voltage_v(&self) -> f64 {
        self.link_voltage_v
    }

    /// Heat that the precharge resistor has taken since the start, in joule.
    #[must_use]
    pub fn precharge_energy_j(&self) -> f64 {
        self.precharge_energy_j
    }

    /// Which contacts touch.
    #[must_use]
    pub fn closed(&self) -> Closed {
        Closed {
            main_positive: self.main_positive.is_closed(),
            main_negative: self.main_negative.is_closed(),
            precharge: self.precharge.is_closed(),
        }
    }

    /// The result of a step of `dt_s` seconds with this battery and this demand on the link; changes nothing.
    ///
    /// For the capacitor the rest of the circuit is a source `v0 - rth j`, where `j` is the current drawn from the
    /// link. With a constant load current `i` its voltage approaches `v0 - rth i` with the time constant `rth C`,
    /// exactly. A load of constant power draws the current whose product with the mean link voltage is that power. A
    /// demand beyond the link's maximum is shed.
    #[must_use]
    pub fn solve(&self, battery: Source, demand: Demand, dt_s: f64) -> HvStep {
        let circuit = self.circuit(battery);
        let emf_v = circuit.open[LINK_POSITIVE] - circuit.open[LINK_NEGATIVE];
        let thevenin_ohm = circuit.response[LINK_NEGATIVE] - circuit.response[LINK_POSITIVE];
        let tau_s = thevenin_ohm * self.config.link_capacitance_f;
        let decay = -(-dt_s / tau_s).exp_m1();
        // Share of the starting voltage in the mean over the step.
        let memory = if dt_s > 0.0 {
            decay * tau_s / dt_s
        } else {
            1.0
        };

        let mean_emf_v = emf_v + (self.link_voltage_v - emf_v) * memory;
        let mean_ohm = thevenin_ohm * (1.0 - memory);
        let (load_current_a, load_shed) = load_current_a(demand, mean_emf_v, mean_ohm);

        let final_v = emf_v - thevenin_ohm * load_current_a;
        let inrush_a = (final_v - self.link_voltage_v) / thevenin_ohm;
        let link_voltage_v = self.link_voltage_v + (final_v - self.link_voltage_v) * decay;
        let drawn_a = load_current_a + inrush_a * memory;
        let mean = circuit.at(drawn_a);

        let steady = circuit.at(load_current_a);
        let steady_a = circuit.positive_s * (steady[BATTERY_POSITIVE] - steady[LINK_POSITIVE]);
        let moving_a = inrush_a
            * circuit.positive_s
            * (circuit.response[BATTERY_POSITIVE] - circuit.response[LINK_POSITIVE]);
        // Mean of (steady + moving exp(-t / tau))^2 over the step.
        let half_memory = if dt_s > 0.0 {
            -(-2.0 * dt_s / tau_s).exp_m1() * tau_s / (2.0 * dt_s)
        } else {
            1.0
        };
        let fuse_mean_square_a2 = steady_a * steady_a
            + 2.0 * steady_a * moving_a * memory
            + moving_a * moving_a * half_memory;

        HvStep {
            battery_current_a: battery.current_a(mean[BATTERY_POSITIVE] - mean[BATTERY_NEGATIVE]),
            positive_current_a: circuit.positive_s * (mean[BATTERY_POSITIVE] - mean[LINK_POSITIVE]),
            negative_current_a: circuit.negative_s * (mean[LINK_NEGATIVE] - mean[BATTERY_NEGATIVE]),
            load_current_a,
            load_shed,
            link_voltage_mean_v: mean_emf_v - mean_ohm * load_current_a,
            link_voltage_v,
            precharge_heat_j: self.precharge_share().powi(2)
                * fuse_mean_square_a2
                * self.config.precharge_ohm
                * dt_s,
            fuse_mean_square_a2,
            battery_positive_v: mean[BATTERY_POSITIVE],
            battery_negative_v: mean[BATTERY_NEGATIVE],
            link_positive_v: mean[LINK_POSITIVE],
            link_negative_v: mean[LINK_NEGATIVE],
        }
    }

    /// Makes a solved step of `dt_s` seconds the present state.
    pub fn commit(&mut self, step: &HvStep, dt_s: f64) {
        self.link_voltage_v = step.link_voltage_v;
        self.precharge_energy_j += step.precharge_heat_j;
        self.fuse
            .carry(&self.config.fuse, step.fuse_mean_square_a2, dt_s);
    }

    fn main_s(&self) -> f64 {
        if self.main_positive.is_closed() {
            1.0 / self.config.contactor_ohm
        } else {
            0.0
        }
    }

    fn precharge_s(&self) -> f64 {
        if self.precharge.is_closed() {
            1.0 / (self.config.precharge_ohm + self.config.contactor_ohm)
        } else {
            0.0
        }
    }

    /// Share of the positive side's current that passes the precharge resistor.
    fn precharge_share(&self) -> f64 {
        let both_s = self.main_s() + self.precharge_s();
        if both_s > 0.0 {
            self.precharge_s() / both_s
        } else {
            0.0
        }
    }

    fn circuit(&self, battery: Source) -> Circuit {
        let config = &self.config;
        let contacts_s = self.main_s() + self.precharge_s();
        let positive_s = if contacts_s > 0.0 && !self.fuse.is_melted() {
            1.0 / (1.0 / contacts_s + config.fuse.resistance_ohm)
        } else {
            0.0
        };
        let negative_s = if self.main_negative.is_closed() {
            1.0 / config.contactor_ohm
        } else {
            0.0
        };
        let mut to_chassis_s = [0.0; 4];
        to_chassis_s[BATTERY_POSITIVE] = 1.0 / config.battery_positive_isolation_ohm;
        to_chassis_s[BATTERY_NEGATIVE] = 1.0 / config.battery_negative_isolation_ohm;
        to_chassis_s[LINK_POSITIVE] = 1.0 / config.link_positive_isolation_ohm;
        to_chassis_s[LINK_NEGATIVE] = 1.0 / config.link_negative_isolation_ohm;
        let between_s = [
            (BATTERY_POSITIVE, BATTERY_NEGATIVE, 1.0 / battery.r_ohm),
            (BATTERY_POSITIVE, LINK_POSITIVE, positive_s),
            (BATTERY_NEGATIVE, LINK_NEGATIVE, negative_s),
            (LINK_POSITIVE, LINK_NEGATIVE, 1.0 / config.bleed_ohm),
        ];
        let network = Network::new(to_chassis_s, &between_s);
        let mut source_a = [0.0; 4];
        source_a[BATTERY_POSITIVE] = battery.e_v / battery.r_ohm;
        source_a[BATTERY_NEGATIVE] = -source_a[BATTERY_POSITIVE];
        let mut unit_a = [0.0; 4];
        unit_a[LINK_POSITIVE] = -1.0;
        unit_a[LINK_NEGATIVE] = 1.0;
        Circuit {
            open: network.solve(source_a),
            response: network.solve(unit_a),
            positive_s,
            negative_s,
        }
    }
}

impl Circuit {
    /// Node voltages when `drawn_a` is drawn from the link.
    fn at(&self, drawn_a: f64) -> Nodes {
        let mut nodes = self.open;
        for (node, response) in nodes.iter_mut().zip(self.response) {
            *node += response * drawn_a;
        }
        nodes
    }
}

/// The load's current on a link of `v = emf_v - resistance_ohm * i`, and whether the load was shed. A load that draws
/// power cannot pull the link below zero.
fn load_current_a(demand: Demand, emf_v: f64, resistance_ohm: f64) -> (f64, bool) {
    match demand.current_a(emf_v, resistance_ohm) {
        None => (0.0, true),
        Some(asked_a) => {
            let most_a = (emf_v / resistance_ohm).max(0.0);
            if asked_a > most_a {
                (most_a, true)
            } else {
                (asked_a, false)
            }
        }
    }
}
