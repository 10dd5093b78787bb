//! A 48 V pack of 13 cells lives through two minutes with three faults, and tells of them.
//!
//!     cargo run -p bms-core --example three_faults

use bms_core::Bms;
use bms_core::config::presets::NMC_13S;
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{
    CellMeasurement, Commands, Contactors, ControllerReport, FrontEndReport, Measurements, Reading,
    Request, TemperatureMeasurement,
};
use bms_core::protection::{EventKind, Source};
use bms_core::units::{
    amperes, celsius, milliseconds, ratio, to_amperes, to_celsius, to_ratio, to_volts, volts,
};

const CELLS: usize = 13;
const SENSORS: usize = 4;

/// What the battery is like at one moment of the story.
struct Scene {
    current_a: f32,
    cell_v: [f32; CELLS],
    temperature_degc: [f32; SENSORS],
    broken_wire: Option<usize>,
    acknowledge: bool,
}

/// The story: what happens at which second.
fn scene_at(second: f32) -> Scene {
    let rested_v = to_volts(NMC_13S.cell.ocv(ratio(0.55), celsius(25.0)));
    let current_a = match second {
        5.0..45.0 => 15.0,
        60.0..100.0 => -10.0,
        _ => 0.0,
    };
    // Each group has about 12 milliohm; a little unrest as every front end has it.
    let unrest_v = 0.002 * (second * 7.0).sin();
    let mut cell_v = [rested_v - 0.012 * current_a + unrest_v; CELLS];
    if (70.0..80.0).contains(&second) {
        // Cell 7 is full long before the others.
        cell_v[7] = 4.262 + unrest_v;
    }
    let mut temperature_degc = [25.0; SENSORS];
    if second >= 20.0 {
        // Something heats the end of the pack.
        temperature_degc[3] += ((second - 20.0) * 1.5).min(34.0) * cooling(second);
    }
    Scene {
        current_a,
        cell_v,
        temperature_degc,
        broken_wire: (second >= 105.0).then_some(4),
        acknowledge: (95.0..95.5).contains(&second),
    }
}

/// How much of the heat is left.
fn cooling(second: f32) -> f32 {
    if second < 50.0 {
        1.0
    } else {
        (-(second - 50.0) / 10.0).exp()
    }
}

fn main() {
    let mut bms = Bms::<CELLS, SENSORS>::new(
        NMC_13S.validated().expect("presets are valid"),
        InitialSoc::FromVoltage,
    )
    .expect("enough room");
    println!("  time  current    cells min..max    SoC (3 sigma)  warmest  reaction");
    let tick_ms = u32::from(NMC_13S.sampling.tick_ms);
    for tick in 0..12_000 {
        let now_ms = tick * tick_ms;
        #[expect(clippy::cast_precision_loss, reason = "two minutes in milliseconds")]
        let second = now_ms as f32 * 1e-3;
        let outputs = step(&mut bms, &scene_at(second), now_ms);
        if now_ms.is_multiple_of(10_000) {
            let volts_of = |cell: Option<(_, usize)>| cell.map_or(f32::NAN, |(v, _)| to_volts(v));
            println!(
                "{second:>5.0} s {:>6.1} A  {:.3}..{:.3} V  {:>6.1} (+-{:>4.1}) %  {:>4.1} degC  {:?}",
                outputs.current.map_or(f32::NAN, to_amperes),
                volts_of(outputs.lowest_cell),
                volts_of(outputs.highest_cell),
                100.0 * to_ratio(outputs.estimate.soc),
                300.0 * to_ratio(outputs.estimate.mean.soc_sigma),
                outputs.warmest.map_or(f32::NAN, |(t, _)| to_celsius(t)),
                outputs.reaction,
            );
        }
    }
    tell(&bms);
}

/// One tick: every reading arrives in the rhythm of the configuration.
fn step(bms: &mut Bms<'_, CELLS, SENSORS>, scene: &Scene, now_ms: u32) -> bms_core::Outputs {
    let sampling = NMC_13S.sampling;
    let due = |period_ms: u16| now_ms.is_multiple_of(u32::from(period_ms));
    let mut cells = [CellMeasurement::default(); CELLS];
    for (index, (cell, voltage_v)) in cells.iter_mut().zip(scene.cell_v).enumerate() {
        cell.open_wire = scene.broken_wire == Some(index);
        if due(sampling.cell_voltage_ms) {
            cell.voltage = Reading::New(volts(voltage_v));
        }
    }
    let mut temperatures = [TemperatureMeasurement::default(); SENSORS];
    if due(sampling.temperature_ms) {
        for (sensor, degc) in temperatures.iter_mut().zip(scene.temperature_degc) {
            sensor.temperature = Reading::New(celsius(degc));
        }
    }
    let whole_v = volts(scene.cell_v.iter().sum());
    let closed = Contactors {
        main_positive: true,
        main_negative: true,
        precharge: false,
    };
    let measurements = Measurements {
        cells: &cells,
        temperatures: &temperatures,
        front_ends: &[FrontEndReport::default()],
        current: Reading::New(amperes(scene.current_a)),
        pack_voltage: Reading::New(whole_v),
        link_voltage: Reading::New(whole_v),
        controller: ControllerReport {
            supply: Reading::New(volts(12.0)),
            ..ControllerReport::default()
        },
        ..Measurements::default()
    };
    let commands = Commands {
        is_new: true,
        request: Request::Supervise,
        acknowledge: scene.acknowledge,
        contactors: closed,
        charging_allowed: true,
        ..Commands::default()
    };
    bms.step(
        &measurements,
        &commands,
        milliseconds(f32::from(sampling.tick_ms)),
    )
}

/// The log and the records, for people.
fn tell(bms: &Bms<'_, CELLS, SENSORS>) {
    println!("\n    time  what happened");
    for event in bms.view().log() {
        #[expect(clippy::cast_precision_loss, reason = "two minutes in milliseconds")]
        let second = event.at_ms as f32 * 1e-3;
        let what = match event.kind {
            EventKind::Appeared => "appeared",
            EventKind::Recovered => "condition gone",
            EventKind::Acknowledged => "acknowledged",
        };
        let definition = event.fault.definition();
        println!(
            "{second:>6.2} s  {:>3} {} on {}: {what}",
            definition.number,
            definition.name(),
            name(event.source)
        );
    }
    println!("\nrecords of what asks for more than a note");
    for record in bms.view().records() {
        let definition = record.fault.definition();
        if definition.severity >= bms_core::protection::Severity::Error {
            println!(
                "  {:>3} {} on {}: {} time(s), worst {:.3}, status {:08b}, then {:.1} A and {:.0} % SoC{}",
                definition.number,
                definition.name(),
                name(record.source),
                record.count,
                record.value,
                bms.view().status(record.fault).bits(),
                to_amperes(record.frame.current),
                100.0 * to_ratio(record.frame.soc),
                if bms.view().has(record.fault) {
                    "; still there or latched"
                } else {
                    ""
                },
            );
        }
    }
}

fn name(source: Source) -> String {
    match source {
        Source::Pack => "the pack".into(),
        Source::Cell(index) => format!("cell {index}"),
        Source::TemperatureSensor(index) => format!("temperature sensor {index}"),
        Source::CurrentSensor(index) => format!("current sensor {index}"),
        Source::Contactor(contactor) => format!("contactor {contactor:?}"),
        Source::FrontEnd(index) => format!("front end {index}"),
    }
}
