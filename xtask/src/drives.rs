//! The drives of `fixtures/drives`: a battery of OCV, resistance and one RC branch per cell, driven by US06, with an
//! intermittent sense wire of one cell.
//!
//! The battery management in the loop reads the recording itself, so that contactors and their feedback agree.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    reason = "numbers of a virtual battery"
)]

use std::fs;

use bms_core::Outputs;
use bms_core::config::BmsConfig;
use bms_core::config::presets::{NMC_13S, NMC_96S};
use bms_core::measurement::Contactors;
use bms_core::units::{celsius, ratio, to_amp_hours, to_farads, to_ohms, to_volts};
use recording::{Recording, Replay, Tick};

use crate::root;

const TICKS: u32 = 6000;
const TICK_S: f32 = 0.01;

/// Writes the files.
///
/// # Errors
/// If the load cannot be read, or a file cannot be written.
///
/// # Panics
/// If a preset does not fit the recording.
pub fn write() -> Result<(), String> {
    let text = |error: std::io::Error| error.to_string();
    let trace =
        fs::read_to_string(root().join("fixtures/traces/circuit_us06.csv")).map_err(text)?;
    let c_rates: Vec<f32> = trace
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(1)?.parse().ok())
        .map(|current_a: f32| current_a / 5.0)
        .collect();
    let drives = root().join("fixtures/drives");
    let large = record::<96, 24>(&NMC_96S, &c_rates);
    fs::write(drives.join("nmc-96s.bin"), large).map_err(text)?;
    let small = record::<13, 4>(&NMC_13S, &c_rates);
    fs::write(drives.join("nmc-13s.bin"), small).map_err(text)
}

/// The battery.
struct Plant<'a> {
    config: &'a BmsConfig<'a>,
    soc: Vec<f32>,
    branch_a: f32,
    link_v: f32,
    current_a: f32,
    degc: f32,
}

impl Plant<'_> {
    fn cell_v(&self, index: usize) -> f32 {
        let capacity_ah = to_amp_hours(self.config.cell.capacity);
        let share = 1.0 + 0.1 * ((index * 7 % 11) as f32 / 11.0 - 0.5);
        let ocv_v = to_volts(
            self.config
                .cell
                .ocv(ratio(self.soc[index]), celsius(self.degc)),
        );
        ocv_v - share * (0.15 * self.current_a + 0.1 * self.branch_a) / capacity_ah
    }

    fn flow(&mut self, closed: Contactors<bool>, wanted_a: f32) {
        let pack_v: f32 = (0..self.soc.len()).map(|index| self.cell_v(index)).sum();
        let ohm = to_ohms(self.config.high_voltage.precharge_resistance);
        let farad = to_farads(self.config.high_voltage.link_capacitance);
        self.current_a = 0.0;
        if closed.mains_closed() {
            self.link_v = pack_v;
            self.current_a = wanted_a;
        } else if closed.precharging() {
            self.current_a = (pack_v - self.link_v) / ohm;
            self.link_v += (pack_v - self.link_v) * (1.0 - (-TICK_S / (ohm * farad)).exp());
        } else {
            self.link_v *= (-TICK_S / (500.0 * farad)).exp();
        }
        let keep = (-TICK_S / 30.0_f32).exp();
        self.branch_a = keep * self.branch_a + (1.0 - keep) * self.current_a;
        let capacity_as = 3600.0 * to_amp_hours(self.config.cell.capacity);
        for soc in &mut self.soc {
            *soc -= self.current_a * TICK_S / capacity_as;
        }
        self.degc += 2e-6 * self.current_a.abs() / to_amp_hours(self.config.cell.capacity);
    }
}

fn record<const CELLS: usize, const SENSORS: usize>(
    config: &'static BmsConfig<'static>,
    c_rates: &[f32],
) -> Vec<u8> {
    let capacity_ah = to_amp_hours(config.cell.capacity);
    let current_step_a: f32 = if CELLS > 48 { 0.05 } else { 0.005 };
    let mut bytes = Vec::new();
    bytes.extend_from_slice(b"BMSD");
    for number in [
        1,
        CELLS as u16,
        SENSORS as u16,
        config.layout.front_ends as u16,
    ] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&TICKS.to_le_bytes());
    bytes.extend_from_slice(&current_step_a.to_le_bytes());
    let mut plant = Plant {
        config,
        soc: (0..CELLS)
            .map(|index| 0.6 + 0.01 * (index as f32 / CELLS as f32 - 0.5))
            .collect(),
        branch_a: 0.0,
        link_v: 0.0,
        current_a: 0.0,
        degc: 25.0,
    };
    let sound = config.validated().expect("a preset is sound");
    let mut replay = Replay::<CELLS, SENSORS>::new(sound).expect("a preset fits itself");
    let mut tick = Tick::new();
    let mut last: Option<Outputs> = None;
    for index in 1..=TICKS {
        let closed = last.map_or(Contactors::all(false), |last| last.contactors);
        let second = (index / 100) as usize;
        let wanted_a = c_rates
            .get(second + 10)
            .map_or(0.0, |rate| rate * capacity_ah);
        let most_a = last.map_or(0.0, |last| last.allowed.discharge.current.value);
        let least_a = last.map_or(0.0, |last| -last.allowed.charge.current.value);
        plant.flow(closed, wanted_a.clamp(least_a, most_a));
        let begin = bytes.len();
        write_tick(&mut bytes, &plant, index, closed, current_step_a, SENSORS);
        let mut written = header_and(&bytes, begin);
        written.next(&mut tick);
        let outputs = replay.step(&tick);
        last = Some(outputs);
    }
    bytes
}

/// A recording that begins with the tick at `begin`.
fn header_and(bytes: &[u8], begin: usize) -> Recording<'static> {
    let mut all = bytes[..20].to_vec();
    all.extend_from_slice(&bytes[begin..]);
    Recording::new(Box::leak(all.into_boxed_slice())).expect("just written")
}

fn write_tick(
    bytes: &mut Vec<u8>,
    plant: &Plant<'_>,
    index: u32,
    closed: Contactors<bool>,
    current_step_a: f32,
    sensors: usize,
) {
    let ms = index * 10;
    let (cells_new, temperatures_new) = (ms.is_multiple_of(50), ms.is_multiple_of(500));
    let pack_new = ms.is_multiple_of(100);
    let loose = cells_new && (40_000..45_000).contains(&ms);
    let acknowledge = (50_000..50_200).contains(&ms);
    let drive = (1_000..47_000).contains(&ms) || ms >= 51_000;
    let flag = |on: bool, bit: u8| if on { bit } else { 0 };
    bytes.push(
        flag(cells_new, 1)
            | flag(temperatures_new, 2)
            | flag(pack_new, 4)
            | flag(loose, 8)
            | flag(acknowledge, 16),
    );
    bytes.push(
        flag(drive, 1)
            | flag(closed.main_positive, 8)
            | flag(closed.main_negative, 16)
            | flag(closed.precharge, 32),
    );
    let steps = (plant.current_a / current_step_a).round() as i16;
    bytes.extend_from_slice(&steps.to_le_bytes());
    let volts: Vec<f32> = (0..plant.soc.len())
        .map(|index| plant.cell_v(index))
        .collect();
    let pack_v: f32 = volts.iter().sum();
    if pack_new {
        for value_v in [pack_v, plant.link_v] {
            bytes.extend_from_slice(&((value_v / 0.02).round() as u16).to_le_bytes());
        }
    }
    if cells_new {
        let mean = (1e4 * pack_v / volts.len() as f32).round() as u16;
        bytes.extend_from_slice(&mean.to_le_bytes());
        for cell_v in volts {
            let apart = ((1e4 * cell_v - f32::from(mean)) / 5.0).round() as i8;
            bytes.extend_from_slice(&apart.to_le_bytes());
        }
    }
    if loose {
        bytes.push(4);
        bytes.extend_from_slice(&23_000_u16.to_le_bytes());
    }
    if temperatures_new {
        for sensor in 0..sensors {
            let degc = plant.degc + 0.1 * (sensor % 5) as f32;
            bytes.extend_from_slice(&((100.0 * degc).round() as i16).to_le_bytes());
        }
    }
}
