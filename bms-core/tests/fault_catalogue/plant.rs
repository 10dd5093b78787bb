//! A pack whose voltage follows from its current, for faults that take a drive to be seen.

use bms_bench::SensorValues;
use bms_core::config::BmsConfig;
use bms_core::config::presets::NMC_13S;
use bms_core::units::{celsius, ohms, ratio, to_coulombs, to_volts};

use crate::bench::seconds;

/// The preset with 13 cells in ticks of 100 ms.
pub(crate) static SLOW: BmsConfig<'static> = {
    let mut pack = NMC_13S;
    pack.sampling.tick_ms = 100;
    pack.sampling.tick_late_ms = 200;
    pack.sampling.cell_voltage_ms = 100;
    pack.sampling.current_ms = 100;
    pack.sampling.current_stale_ms = 200;
    pack.sampling.open_at_once_ms = 100;
    pack.high_voltage.precharge_resistance = ohms(66.0);
    assert!(pack.validate().is_ok());
    pack
};

/// One cell at 25 degC: the circuit of its description with all resistances times `resistance`.
struct Cell {
    soc: f32,
    resistance: f32,
    branch_a: Vec<f32>,
}

impl Cell {
    fn step(&mut self, current_a: f32, dt_s: f32) -> f32 {
        let cell = &SLOW.cell;
        self.soc -= current_a * dt_s / to_coulombs(cell.capacity);
        for (branch_a, tau_s) in self.branch_a.iter_mut().zip(cell.branch_tau_s) {
            *branch_a += (1.0 - (-dt_s / tau_s).exp()) * (current_a - *branch_a);
        }
        let maps = cell.soc.len() * cell.temperature_k.len();
        let knee_a = cell.knee_current_a[row()];
        let mut drop_v = at(cell.r0_ohm, self.soc) * current_a
            + at(cell.charge_transfer_discharge_ohm, self.soc)
                * knee_a
                * (current_a / knee_a).asinh();
        for (map, branch_a) in cell.branch_ohm.chunks(maps).zip(&self.branch_a) {
            drop_v += at(map, self.soc) * branch_a;
        }
        to_volts(cell.ocv(ratio(self.soc), celsius(25.0))) - self.resistance * drop_v
    }
}

/// The row of the maps that is nearest to 25 degC.
fn row() -> usize {
    let nodes = SLOW.cell.temperature_k.iter().enumerate();
    let nearest = nodes.min_by(|a, b| (a.1 - 298.15).abs().total_cmp(&(b.1 - 298.15).abs()));
    nearest.map_or(0, |(row, _)| row)
}

/// A map at 25 degC.
fn at(map: &[f32], soc: f32) -> f32 {
    let nodes = SLOW.cell.soc;
    let values = &map[row() * nodes.len()..][..nodes.len()];
    let upper = nodes
        .partition_point(|node| *node < soc)
        .clamp(1, nodes.len() - 1);
    let share = (soc - nodes[upper - 1]) / (nodes[upper] - nodes[upper - 1]);
    values[upper - 1] + share.clamp(0.0, 1.0) * (values[upper] - values[upper - 1])
}

/// A drive from half full: 2C for a minute, 1.4C for the next and so on, in pulses of ten seconds, with a cell of so
/// much `resistance` and a current sensor that shows `gain` times the current.
pub(crate) fn drive(resistance: f32, gain: f32) -> impl FnMut(&mut SensorValues, u32) {
    let mut cell = Cell {
        soc: 0.5,
        resistance,
        branch_a: vec![0.0; SLOW.cell.branch_tau_s.len()],
    };
    move |sensors, ms| {
        let seconds = seconds(ms) % 1200.0;
        let sign = if seconds <= 600.0 { 1.0 } else { -1.0 };
        let current_a = sign * if seconds % 20.0 < 10.0 { 40.0 } else { 10.0 };
        sensors.all_cells(cell.step(current_a, 0.1));
        sensors.current(gain * current_a);
    }
}

/// A constant current of `true_a` from half full, of which the sensors show `shown_a`. The voltages are never quite still.
pub(crate) fn constant(true_a: f32, shown_a: f32) -> impl FnMut(&mut SensorValues, u32) {
    let mut cell = Cell {
        soc: 0.5,
        resistance: 1.0,
        branch_a: vec![0.0; SLOW.cell.branch_tau_s.len()],
    };
    move |sensors, ms| {
        let noise_v = if ms % 200 == 0 { 1e-4 } else { 0.0 };
        sensors.all_cells(cell.step(true_a, 0.1) + noise_v);
        sensors.current(shown_a);
    }
}
