//! How a battery wants to be charged: configuration, checked once against the pack that it is for.

use crate::config::{BmsConfig, ConfigError, LimitMap};
use crate::config::{Named, Validator};
use crate::field::field;
use crate::units::{
    ElectricCurrent, ElectricPotential, ThermodynamicTemperature, Time, to_amperes, to_celsius,
    to_seconds, to_volts,
};

/// One stage of a multistage charge.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Stage {
    /// Current of the stage.
    pub current: ElectricCurrent,
    /// The next stage begins once the highest cell has reached this voltage. It is not looked at in the last stage.
    pub until: ElectricPotential,
}

/// A temperature above which less current is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Derating {
    /// Up to here everything is allowed.
    pub from: ThermodynamicTemperature,
    /// From here on nothing is; in between the share falls linearly.
    pub to: ThermodynamicTemperature,
}

/// What the charging inlet and its cables stand.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct InletLimits {
    /// Highest voltage.
    pub voltage: ElectricPotential,
    /// Highest current.
    pub current: ElectricCurrent,
    /// Contacts that grow hot.
    pub hot: Derating,
}

/// When a charge is over, besides the target state of charge.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Finish {
    /// With the highest cell at its voltage the charge is over once no more than this current is asked for...
    pub current: ElectricCurrent,
    /// ...for this long without a break.
    pub hold: Time,
    /// The charge is over once the cell voltage has been what limits the current for this long in all.
    pub longest: Time,
}

/// How a battery wants to be charged. Currents are magnitudes of the pack's current.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChargingConfig<'a> {
    /// Current in ampere over temperature and state of charge that the chemistry takes; what a maker calls charge map, boost
    /// included.
    pub map_a: LimitMap<'a>,
    /// Stages of a multistage charge, with falling currents; none where the map says it all.
    pub stages: &'a [Stage],
    /// Current in ampere over temperature and state of charge above which lithium would plate on the negative electrode.
    /// Where it is what limits the charge, heat is asked for.
    pub plating_a: LimitMap<'a>,
    /// Heat is asked for below this temperature of the coldest sensor only, and once asked for up to it.
    pub heat_until: ThermodynamicTemperature,
    /// Hot cells.
    pub hot: Derating,
    /// The inlet.
    pub inlet: InletLimits,
    /// The highest cell is held at this voltage.
    pub constant_voltage: ElectricPotential,
    /// How far above the target voltage the voltage lies that the charger must never pass. Chargers stop where this is
    /// narrow.
    pub voltage_margin: ElectricPotential,
    /// How fast the request rises, in ampere per second. It falls at once.
    pub rise_a_per_s: f32,
    /// When a charge is over.
    pub finish: Finish,
}

/// Largest current of a map, in ampere.
const LARGEST_A: f32 = 1e5;

impl ChargingConfig<'_> {
    /// Checks every value, and that it fits the pack; also at compile time.
    ///
    /// # Errors
    /// The first value or pair that does not fit, by name, with what was found and what would be accepted.
    pub const fn validate(&self, pack: &BmsConfig<'_>) -> Result<(), ConfigError> {
        let mut examiner = Validator::new();
        let constant: Named = (field!("constant_voltage"), to_volts(self.constant_voltage));

        examiner.map(&self.map_a, field!("map_a"), 0.0, LARGEST_A);
        examiner.map(&self.plating_a, field!("plating_a"), 0.0, LARGEST_A);
        stages(&mut examiner, self.stages);
        derating(
            &mut examiner,
            (field!("hot.from"), to_celsius(self.hot.from)),
            (field!("hot.to"), to_celsius(self.hot.to)),
        );
        derating(
            &mut examiner,
            (field!("inlet.hot.from"), to_celsius(self.inlet.hot.from)),
            (field!("inlet.hot.to"), to_celsius(self.inlet.hot.to)),
        );
        // Where the inlet is a fault there is nothing left to reduce.
        examiner.at_most(
            (field!("inlet.hot.to"), to_celsius(self.inlet.hot.to)),
            (
                field!("charging.inlet_temperature"),
                to_celsius(pack.charging.inlet_temperature),
            ),
        );
        examiner.within(
            (field!("heat_until"), to_celsius(self.heat_until)),
            -50.0,
            60.0,
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
        examiner.positive((field!("voltage_margin"), to_volts(self.voltage_margin)));
        self.voltages(&mut examiner, pack);
        examiner.positive((field!("inlet.current"), to_amperes(self.inlet.current)));
        examiner.positive((field!("rise_a_per_s"), self.rise_a_per_s));
        examiner.positive((field!("finish.current"), to_amperes(self.finish.current)));
        examiner.within(
            (field!("finish.hold"), to_seconds(self.finish.hold)),
            0.0,
            3600.0,
        );
        examiner.positive((field!("finish.longest"), to_seconds(self.finish.longest)));
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

const fn derating(examiner: &mut Validator, from: Named, to: Named) {
    examiner.within(from, -50.0, 150.0);
    examiner.within(to, -50.0, 150.0);
    examiner.below(from, to);
}

const fn stages(examiner: &mut Validator, stages: &[Stage]) {
    let mut rest = stages;
    while let Some((stage, others)) = rest.split_first() {
        examiner.entries(
            field!("stages.current"),
            &[to_amperes(stage.current)],
            0.0,
            LARGEST_A,
        );
        examiner.entries(field!("stages.until"), &[to_volts(stage.until)], 0.0, 10.0);

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
        rest = others;
    }
}
