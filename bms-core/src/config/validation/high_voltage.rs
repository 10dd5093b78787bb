//! Contactors, precharge and isolation.

use super::named::named;
use crate::config::validator::Validator;
use crate::config::{BmsConfig, HighVoltage};
use crate::field::field;
use crate::units::{to_amperes, to_farads, to_joules, to_ohms, to_ratio, to_volts};

impl BmsConfig<'_> {
    pub(super) const fn high_voltage(&self, examiner: &mut Validator) {
        let hv = &self.high_voltage;
        let highest_v = to_volts(self.limits.pack_over_voltage.maximum);
        let lowest_ohm_per_v = if hv.alternating_current { 500.0 } else { 100.0 };
        let fault = named!(self.high_voltage.isolation_fault_ohm_per_v);
        let stored_j = 0.5 * to_farads(hv.link_capacitance) * highest_v * highest_v;

        examiner.within(named!(self.high_voltage.contactor_settle_ms), 1.0, 5000.0);
        examiner.positive(named!(self.high_voltage.contactor_break, to_amperes));
        examiner.within(
            named!(self.high_voltage.contactor_operations),
            1.0,
            f32::MAX,
        );
        examiner.within(
            named!(self.high_voltage.contactor_hard_operations),
            1.0,
            f32::MAX,
        );
        examiner.positive(named!(self.high_voltage.precharge_resistance, to_ohms));
        examiner.positive(named!(self.high_voltage.link_capacitance, to_farads));
        examiner.within(
            named!(self.high_voltage.precharge_target, to_ratio),
            0.8,
            0.999,
        );
        examiner.within(named!(self.high_voltage.precharge_slow_factor), 1.1, 20.0);
        examiner.within(named!(self.high_voltage.precharge_fast_factor), 0.01, 0.9);
        // Charging the link leaves as much heat in the resistor as energy on the capacitor.
        examiner.at_most(
            (
                field!(
                    "energy of high_voltage.link_capacitance at limits.pack_over_voltage.maximum"
                ),
                stored_j,
            ),
            named!(self.high_voltage.precharge_energy, to_joules),
        );
        examiner.at_most(
            (
                field!("sampling.pack_ms + sampling.tick_ms"),
                self.sampling.pack_ms as f32 + self.sampling.tick_ms as f32,
            ),
            (
                field!("high_voltage.precharge_fast_factor of the RC model's time"),
                1e3 * hv.precharge_fast_factor * least_precharge_s(hv),
            ),
        );
        examiner.positive(named!(self.high_voltage.precharge_cooling_s));
        examiner.within(fault, lowest_ohm_per_v, 1e6);
        examiner.below(fault, named!(self.high_voltage.isolation_warning_ohm_per_v));
        examiner.within(
            named!(self.high_voltage.isolation_warning_ohm_per_v),
            0.0,
            1e6,
        );
    }
}

/// A lower bound of the time that the link needs from empty to its target, `RC ln(1 / (1 - target))`.
///
/// There is no logarithm at compile time; the terms of its series are all positive, so that a part of them is less.
const fn least_precharge_s(hv: &HighVoltage) -> f32 {
    let target = to_ratio(hv.precharge_target);
    let (mut sum, mut power, mut order) = (0.0, 1.0, 1_u8);
    while order <= 100 {
        power *= target;
        sum += power / order as f32;
        order += 1;
    }
    to_ohms(hv.precharge_resistance) * to_farads(hv.link_capacitance) * sum
}
