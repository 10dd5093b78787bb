//! Relations between fields of precharge and isolation.

use super::named::named;
use crate::config::validator::Validator;
use crate::config::{BmsConfig, HighVoltage};
use crate::field::field;
use crate::schema::Expected;
use crate::units::{to_farads, to_joules, to_ohms, to_ratio, to_volts};

impl BmsConfig<'_> {
    pub(super) const fn high_voltage(&self, examiner: &mut Validator) {
        let hv = &self.high_voltage;
        let highest_v = to_volts(self.limits.pack_over_voltage.maximum);
        let fault = named!(self.high_voltage.isolation_fault_ohm_per_v);
        let stored_j = 0.5 * to_farads(hv.link_capacitance) * highest_v * highest_v;

        // Charging the link dissipates as much energy in the resistor as the capacitor stores.
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
        if hv.alternating_current && fault.1 < 500.0 {
            examiner.refuse(fault.0, None, fault.1, Expected::AtLeast(500.0));
        }
        examiner.below(fault, named!(self.high_voltage.isolation_warning_ohm_per_v));
    }
}

/// A lower bound of the time in which the link charges from empty to its target, `RC ln(1 / (1 - target))`.
///
/// There is no logarithm at compile time; all terms of its series are positive, so that a partial sum is smaller.
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
