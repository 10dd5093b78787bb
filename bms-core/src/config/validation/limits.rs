//! Limits of cells, strings and pack.

use super::named::{levels, named};
use crate::config::BmsConfig;
use crate::config::validator::{Named, Validator};
use crate::field::field;
use crate::units::{to_amperes, to_celsius, to_kelvin_interval, to_ratio, to_seconds, to_volts};

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

        examiner.within(low, -1.0, 10.0);
        examiner.within(high, 0.0, 10.0);
        examiner.rising(over);
        examiner.falling(under);
        examiner.within(hysteresis, 0.0, 1.0);
        // A window that does not hold the cell's own curve was written for another cell.
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
        // A sensor that cannot show the limit cannot show that it is passed.
        examiner.below(low, deep);
        examiner.below(over_maximum, high);
        examiner.positive(named!(self.limits.cell_voltage_spread, to_volts));
        examiner.positive(named!(self.sensing.cell_voltage_jump, to_volts));
        examiner.positive(named!(self.sensing.cell_voltage_pair, to_volts));
        examiner.positive(named!(self.sensing.cell_voltage_move, to_volts));
        examiner.map(
            &limits.cell_over_voltage_offset_v,
            field!("limits.cell_over_voltage_offset_v"),
            -1.0,
            0.0,
        );
        examiner.map(
            &limits.cell_under_voltage_offset_v,
            field!("limits.cell_under_voltage_offset_v"),
            -1.0,
            0.0,
        );
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

        examiner.within(low, -100.0, 0.0);
        examiner.within(high, 0.0, 300.0);
        self.windows(examiner, low, high);
        examiner.within(
            named!(self.limits.temperature_hysteresis, to_kelvin_interval),
            0.0,
            20.0,
        );
        examiner.positive(named!(self.limits.temperature_spread, to_kelvin_interval));
        examiner.positive(named!(self.limits.temperature_rise_k_per_s));
        examiner.positive(named!(self.sensing.temperature_jump, to_kelvin_interval));
        examiner.positive(named!(self.sensing.temperature_pair, to_kelvin_interval));
        examiner.positive(named!(self.sensing.temperature_move, to_kelvin_interval));
    }

    const fn windows(&self, examiner: &mut Validator, low: Named, high: Named) {
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
        let limits = &self.limits;
        let range = named!(self.sensing.current_range, to_amperes);
        let rest = named!(self.limits.rest_current, to_amperes);
        let offset = named!(self.sensing.current_offset, to_amperes);

        examiner.positive(rest);
        examiner.positive(offset);
        // A sound sensor's offset must not look like a current.
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
        examiner.within(named!(self.limits.current_hysteresis, to_ratio), 0.0, 0.9);
        examiner.map(
            &limits.cell_charge_factor,
            field!("limits.cell_charge_factor"),
            0.0,
            1.0,
        );
        examiner.map(
            &limits.cell_discharge_factor,
            field!("limits.cell_discharge_factor"),
            0.0,
            1.0,
        );
        examiner.positive(named!(self.sensing.current_jump, to_amperes));
        examiner.positive(named!(self.sensing.current_pair, to_amperes));
        examiner.within(named!(self.sensing.current_pair_ratio, to_ratio), 0.0, 1.0);
    }

    pub(super) const fn fuse(&self, examiner: &mut Validator) {
        let fuse = &self.limits.fuse;
        let (currents, energies) = (
            field!("limits.fuse.current_a"),
            field!("limits.fuse.i2t_a2s"),
        );
        if fuse.current_a.is_empty() {
            examiner.wrong_length(currents, 0, 1);
        }
        if fuse.i2t_a2s.len() != fuse.current_a.len() {
            examiner.wrong_length(energies, fuse.i2t_a2s.len(), fuse.current_a.len());
        }
        let recommended = named!(self.limits.fuse.recommended, to_ratio);
        let maximum = named!(self.limits.fuse.maximum, to_ratio);

        examiner.increasing(currents, fuse.current_a, 0.0, 1e6);
        examiner.entries(energies, fuse.i2t_a2s, 1e-3, 1e12);
        examiner.positive(named!(self.limits.fuse.cooling, to_seconds));
        examiner.positive(recommended);
        examiner.below(recommended, maximum);
        examiner.within(maximum, 0.0, 1.0);
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
        examiner.within((range.0, range.1), 1.0, 2000.0);
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
        examiner.within(
            named!(self.limits.pack_voltage_hysteresis, to_volts),
            0.0,
            100.0,
        );
        examiner.below(
            (
                field!("limits.pack_under_voltage.operating + 2 limits.pack_voltage_hysteresis"),
                under_operating.1 + 2.0 * to_volts(limits.pack_voltage_hysteresis),
            ),
            over_operating,
        );
        examiner.within(named!(self.limits.sum_of_cells, to_ratio), 0.001, 0.5);
        examiner.within(named!(self.limits.link_voltage, to_ratio), 0.001, 0.5);
        examiner.within(named!(self.limits.soc_spread, to_ratio), 0.001, 1.0);
        examiner.positive(named!(self.sensing.pack_voltage_jump, to_volts));
        examiner.within(named!(self.sensing.supply_low, to_volts), 0.0, 60.0);
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

/// Three levels of a current that the sensor can show, above what counts as rest.
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

/// Least and greatest voltage of an OCV table.
const fn ends(values: &[f32]) -> (f32, f32) {
    let (mut low, mut high, mut rest) = (f32::INFINITY, f32::NEG_INFINITY, values);
    while let Some((entry, others)) = rest.split_first() {
        low = low.min(*entry);
        high = high.max(*entry);
        rest = others;
    }
    (low, high)
}
