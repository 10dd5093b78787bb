//! Configuration of charging, validated once together with the pack.

use crate::config::{BmsConfig, ConfigError, LimitMap};
use crate::config::{Named, Validator};
use crate::field::field;
use crate::units::{
    ElectricCurrent, ElectricPotential, ThermodynamicTemperature, Time, to_amperes, to_celsius,
    to_volts,
};

/// One stage of a multistage charge.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Stage {
    /// Current of the stage.
    /// Range: 0 to 100000 A. Rule: above that of the next stage.
    pub current: ElectricCurrent,
    /// Voltage of the highest cell at which the next stage begins; not used in the last stage.
    /// Range: 0 to 10 V. Rule: at most that of the next stage.
    pub until: ElectricPotential,
}

/// Temperature derating: the share of the current falls linearly from 1 at `from` to 0 at `to`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Derating {
    /// Temperature up to which the full current is allowed.
    /// Range: -50 to 150 degC. Rule: below `to`.
    pub from: ThermodynamicTemperature,
    /// Temperature from which on no current is allowed.
    /// Range: -50 to 150 degC.
    pub to: ThermodynamicTemperature,
}

/// Ratings of the charging inlet and its cables.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct InletLimits {
    /// Highest voltage.
    /// Rule: at least `constant_voltage` of all cells and `voltage_margin` together.
    pub voltage: ElectricPotential,
    /// Highest current.
    /// Range: above 0 A.
    pub current: ElectricCurrent,
    /// Derating by the temperature of the contacts.
    pub hot: Derating,
}

/// End of a charge, in addition to the target state of charge.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Finish {
    /// With the highest cell at `constant_voltage` the charge is complete once the requested current is at most this
    /// for the time `hold`.
    /// Range: above 0 A. Rule: below `limits.pack_charge_current.operating` of the pack.
    pub current: ElectricCurrent,
    /// Time without a break for which the requested current is at most `current`.
    /// Range: 0 to 3600 s.
    pub hold: Time,
    /// Total time for which the cell voltage limits the current after which the charge is complete.
    /// Range: above 0 s.
    pub longest: Time,
}

/// Configuration of charging. Currents are magnitudes of the pack's current.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChargingConfig<'a> {
    /// Current in ampere over temperature and state of charge that the chemistry allows: the charge map, boost included.
    /// Range: 0 to 100000.
    pub map_a: LimitMap<'a>,
    /// Stages of a multistage charge, with falling currents; none where the map alone limits the current.
    pub stages: &'a [Stage],
    /// Current in ampere over temperature and state of charge above which lithium plates on the negative electrode. Where
    /// it limits the charge, heating is requested.
    /// Range: 0 to 100000.
    pub plating_a: LimitMap<'a>,
    /// Temperature of the coldest sensor up to which heating is requested.
    /// Range: -50 to 60 degC. Rule: below `hot.from`.
    pub heat_until: ThermodynamicTemperature,
    /// Derating by the highest cell temperature.
    pub hot: Derating,
    /// Ratings of the inlet.
    pub inlet: InletLimits,
    /// Voltage at which the highest cell is regulated.
    /// Rule: above `cell.voltage_min`, at most `limits.cell_over_voltage.operating` of the pack.
    pub constant_voltage: ElectricPotential,
    /// Margin of the maximum voltage sent to the charger above the target voltage. Chargers stop where it is too small.
    /// Range: above 0 V.
    pub voltage_margin: ElectricPotential,
    /// Rate at which the requested current rises, in ampere per second. It falls immediately.
    /// Range: above 0.
    pub rise_a_per_s: f32,
    /// End of a charge.
    pub finish: Finish,
}

/// Largest current of a stage, in ampere.
const LARGEST_A: f32 = 1e5;

impl ChargingConfig<'_> {
    /// Checks every value, and that it fits the pack; also at compile time.
    ///
    /// # Errors
    /// The first value or pair that does not fit, by name, with what was found and what would be accepted.
    pub const fn validate(&self, pack: &BmsConfig<'_>) -> Result<(), ConfigError> {
        let mut examiner = Validator::new(self.check_fields().finish());
        let constant: Named = (field!("constant_voltage"), to_volts(self.constant_voltage));

        stages(&mut examiner, self.stages);
        examiner.below(
            (field!("hot.from"), to_celsius(self.hot.from)),
            (field!("hot.to"), to_celsius(self.hot.to)),
        );
        examiner.below(
            (field!("inlet.hot.from"), to_celsius(self.inlet.hot.from)),
            (field!("inlet.hot.to"), to_celsius(self.inlet.hot.to)),
        );
        // Beyond the temperature at which the inlet is a fault, derating has no effect.
        examiner.at_most(
            (field!("inlet.hot.to"), to_celsius(self.inlet.hot.to)),
            (
                field!("charging.inlet_temperature"),
                to_celsius(pack.charging.inlet_temperature),
            ),
        );
        examiner.below(
            (field!("heat_until"), to_celsius(self.heat_until)),
            (field!("hot.from"), to_celsius(self.hot.from)),
        );
        examiner.below(
            (field!("cell.voltage_min"), to_volts(pack.cell.voltage_min)),
            constant,
        );
        examiner.at_most(
            constant,
            (
                field!("limits.cell_over_voltage.operating"),
                to_volts(pack.limits.cell_over_voltage.operating),
            ),
        );
        self.voltages(&mut examiner, pack);
        examiner.below(
            (field!("finish.current"), to_amperes(self.finish.current)),
            (
                field!("limits.pack_charge_current.operating"),
                to_amperes(pack.limits.pack_charge_current.operating),
            ),
        );

        examiner.finish()
    }

    #[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
    const fn voltages(&self, examiner: &mut Validator, pack: &BmsConfig<'_>) {
        let target_v = to_volts(self.constant_voltage) * pack.layout.cells as f32;
        let maximum: Named = (
            field!("constant_voltage of all cells + voltage_margin"),
            target_v + to_volts(self.voltage_margin),
        );

        examiner.at_most(
            maximum,
            (
                field!("limits.pack_over_voltage.maximum"),
                to_volts(pack.limits.pack_over_voltage.maximum),
            ),
        );
        examiner.at_most(
            maximum,
            (field!("inlet.voltage"), to_volts(self.inlet.voltage)),
        );
    }
}

const fn stages(examiner: &mut Validator, stages: &[Stage]) {
    let (mut index, mut rest) = (0, stages);
    while let Some((stage, others)) = rest.split_first() {
        let (current_a, until_v) = (to_amperes(stage.current), to_volts(stage.until));
        examiner.within((field!("stages.current"), current_a), index, LARGEST_A);
        examiner.within((field!("stages.until"), until_v), index, 10.0);

        if let Some((next, _)) = others.split_first() {
            examiner.below(
                (
                    field!("stages.current of the next"),
                    to_amperes(next.current),
                ),
                (field!("stages.current"), to_amperes(stage.current)),
            );
            examiner.at_most(
                (field!("stages.until"), to_volts(stage.until)),
                (field!("stages.until of the next"), to_volts(next.until)),
            );
        }
        index += 1;
        rest = others;
    }
}
