//! Parameters of the high-voltage side, from the configuration.

use bms_core::config::BmsConfig;
use bms_core::units::{to_amperes, to_farads, to_ohms};

use super::{ISOLATION_OHM, LINK_DISCHARGE_OHM};
use crate::pack::hv::{FuseConfig, HvConfig};

/// A high-voltage side with the values of the configuration.
pub(super) fn hv_config(config: &BmsConfig<'_>) -> HvConfig {
    let hv = &config.high_voltage;
    HvConfig {
        contactor_ohm: 0.2e-3,
        precharge_ohm: f64::from(to_ohms(hv.precharge_resistance)),
        link_capacitance_f: f64::from(to_farads(hv.link_capacitance)),
        bleed_ohm: LINK_DISCHARGE_OHM,
        fuse: fuse(config),
        battery_positive_isolation_ohm: ISOLATION_OHM,
        battery_negative_isolation_ohm: ISOLATION_OHM,
        link_positive_isolation_ohm: ISOLATION_OHM,
        link_negative_isolation_ohm: ISOLATION_OHM,
    }
}

/// A fuse that melts no earlier than any point of the configured curve.
fn fuse(config: &BmsConfig<'_>) -> FuseConfig {
    let curve = &config.limits.fuse;
    let least_a = curve.current_a.first().copied().map_or(
        to_amperes(config.limits.pack_discharge_current.maximum),
        |a| a,
    );
    let least_a = f64::from(least_a);
    let tau_s = curve
        .current_a
        .iter()
        .zip(curve.i2t_a2s)
        .skip(1)
        .map(|(current_a, i2t_a2s)| {
            let current_a = f64::from(*current_a);
            let melts_s = f64::from(*i2t_a2s) / (current_a * current_a);
            melts_s / -(-(least_a / current_a).powi(2)).ln_1p()
        })
        .fold(1.0, f64::max);
    FuseConfig {
        resistance_ohm: 0.3e-3,
        melting_i2t_a2s: tau_s * least_a * least_a,
        minimum_fusing_current_a: least_a,
    }
}
