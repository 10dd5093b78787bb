//! Relations between limits of cells, strings and pack.

use super::named::{levels, named};
use crate::config::BmsConfig;
use crate::config::validator::{Named, Validator};
use crate::field::field;
use crate::units::{to_amperes, to_celsius, to_ratio, to_volts};

impl BmsConfig<'_> {
    pub(super) const fn cell_voltages(&self, examiner: &mut Validator) {
        let limits = &self.limits;
        let over = levels!(self.limits.cell_over_voltage, to_volts);
        let under = levels!(self.limits.cell_under_voltage, to_volts);
        let [over_operating, _, over_maximum] = over;
        let [under_operating, _, under_maximum] = under;
        let deep = named!(self.limits.cell_deep_discharge, to_volts);
        let hysteresis = named!(self.limits.cell_voltage_hysteresis, to_volts);
        let low = named!(self.sensing.cell_voltage_low, to_volts);
        let high = named!(self.sensing.cell_voltage_high, to_volts);
        let (empty_v, full_v) = ends(self.cell.ocv_v);

        examiner.rising(over);
        examiner.falling(under);
        // Limits that exclude the cell's own curve belong to another cell.
        examiner.at_most((field!("cell.ocv_v at full"), full_v), over_operating);
        examiner.at_most(under_operating, named!(self.cell.voltage_max, to_volts));
        examiner.at_most(named!(self.cell.voltage_max, to_volts), over_operating);
        examiner.at_most(under_maximum, (field!("cell.ocv_v at empty"), empty_v));
        examiner.at_most(under_operating, (field!("cell.ocv_v at full"), full_v));
        examiner.at_most(under_maximum, named!(self.cell.voltage_min, to_volts));
        examiner.below(
            (
                field!("limits.cell_under_voltage.operating + 2 limits.cell_voltage_hysteresis"),
                under_operating.1 + 2.0 * hysteresis.1,
            ),
            over_operating,
        );
        examiner.at_most(deep, under_maximum);
        // A sensor has to measure beyond a limit to detect its violation.
        examiner.below(low, deep);
        examiner.below(over_maximum, high);
        examiner.below(
            low,
            (
                field!("limits.cell_deep_discharge + limits.cell_under_voltage_offset_v"),
                deep.1 + least(limits.cell_under_voltage_offset_v.values),
            ),
        );
    }

    pub(super) const fn temperatures(&self, examiner: &mut Validator) {
        let low = named!(self.sensing.temperature_low, to_celsius);
        let high = named!(self.sensing.temperature_high, to_celsius);

        window(
            examiner,
            levels!(self.limits.over_temperature.charging, to_celsius),
            levels!(self.limits.under_temperature.charging, to_celsius),
            low,
            high,
        );
        window(
            examiner,
            levels!(self.limits.over_temperature.discharging, to_celsius),
            levels!(self.limits.under_temperature.discharging, to_celsius),
            low,
            high,
        );
        window(
            examiner,
            levels!(self.limits.over_temperature.resting, to_celsius),
            levels!(self.limits.under_temperature.resting, to_celsius),
            low,
            high,
        );
    }

    pub(super) const fn currents(&self, examiner: &mut Validator) {
        let range = named!(self.sensing.current_range, to_amperes);
        let rest = named!(self.limits.rest_current, to_amperes);
        let offset = named!(self.sensing.current_offset, to_amperes);

        // The offset of a working sensor must not count as a current.
        examiner.below(offset, rest);
        current(
            examiner,
            levels!(self.limits.cell_charge_current, to_amperes),
            rest,
            range,
        );
        current(
            examiner,
            levels!(self.limits.cell_discharge_current, to_amperes),
            rest,
            range,
        );
        current(
            examiner,
            levels!(self.limits.string_charge_current, to_amperes),
            rest,
            range,
        );
        current(
            examiner,
            levels!(self.limits.string_discharge_current, to_amperes),
            rest,
            range,
        );
        current(
            examiner,
            levels!(self.limits.pack_charge_current, to_amperes),
            rest,
            range,
        );
        current(
            examiner,
            levels!(self.limits.pack_discharge_current, to_amperes),
            rest,
            range,
        );
    }

    pub(super) const fn fuse(&self, examiner: &mut Validator) {
        let recommended = named!(self.limits.fuse.recommended, to_ratio);
        let maximum = named!(self.limits.fuse.maximum, to_ratio);

        examiner.below(recommended, maximum);
    }

    pub(super) const fn pack_voltages(&self, examiner: &mut Validator) {
        let limits = &self.limits;
        let cells = self.layout.cells as f32;
        let over = levels!(self.limits.pack_over_voltage, to_volts);
        let under = levels!(self.limits.pack_under_voltage, to_volts);
        let [over_operating, _, over_maximum] = over;
        let [under_operating, _, under_maximum] = under;
        let range = named!(self.sensing.pack_voltage_range, to_volts);

        examiner.rising(over);
        examiner.falling(under);
        examiner.below(over_maximum, range);
        examiner.at_most(
            (
                field!("layout.cells x cell.voltage_max"),
                cells * to_volts(self.cell.voltage_max),
            ),
            over_operating,
        );
        examiner.at_most(
            over_maximum,
            (
                field!("layout.cells x limits.cell_over_voltage.maximum"),
                cells * to_volts(limits.cell_over_voltage.maximum),
            ),
        );
        examiner.at_most(
            (
                field!("layout.cells x limits.cell_under_voltage.maximum"),
                cells * to_volts(limits.cell_under_voltage.maximum),
            ),
            under_maximum,
        );
        examiner.at_most(
            under_operating,
            (
                field!("layout.cells x cell.voltage_max"),
                cells * to_volts(self.cell.voltage_max),
            ),
        );
        examiner.below(
            (
                field!("limits.pack_under_voltage.operating + 2 limits.pack_voltage_hysteresis"),
                under_operating.1 + 2.0 * to_volts(limits.pack_voltage_hysteresis),
            ),
            over_operating,
        );
    }
}

const fn window(
    examiner: &mut Validator,
    over: [Named; 3],
    under: [Named; 3],
    low: Named,
    high: Named,
) {
    let ([over_operating, _, over_maximum], [under_operating, _, under_maximum]) = (over, under);

    examiner.rising(over);
    examiner.falling(under);
    examiner.below(under_operating, over_operating);
    examiner.below(low, under_maximum);
    examiner.below(over_maximum, high);
}

/// Three levels of a current, within the sensor's range and above the current at rest.
const fn current(examiner: &mut Validator, levels: [Named; 3], rest: Named, range: Named) {
    let [operating, _, maximum] = levels;

    examiner.rising(levels);
    examiner.below(rest, operating);
    examiner.below(maximum, range);
}

const fn least(values: &[f32]) -> f32 {
    let (mut found, mut rest) = (f32::INFINITY, values);
    while let Some((entry, others)) = rest.split_first() {
        found = found.min(*entry);
        rest = others;
    }
    found
}

/// Smallest and largest voltage of an OCV table.
const fn ends(values: &[f32]) -> (f32, f32) {
    let (mut low, mut high, mut rest) = (f32::INFINITY, f32::NEG_INFINITY, values);
    while let Some((entry, others)) = rest.split_first() {
        low = low.min(*entry);
        high = high.max(*entry);
        rest = others;
    }
    (low, high)
}
