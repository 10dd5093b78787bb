//! Tables of benchmarks, from the middle estimates that criterion prints.

use super::table;
use crate::figures::Block;

/// The middle estimate of a benchmark, in nanoseconds.
fn nanoseconds(output: &str, name: &str) -> Option<f64> {
    let at = output.find(name)?;
    let (_, times) = output[at..].split_once("time:")?;
    let mut words = times
        .trim_start()
        .trim_start_matches('[')
        .split_whitespace()
        .skip(2);
    let value: f64 = words.next()?.parse().ok()?;
    let factor = match words.next()? {
        "ps" => 1e-3,
        "ns" => 1.0,
        "ms" => 1e6,
        "s" => 1e9,
        _ => 1e3,
    };
    Some(value * factor)
}

fn rounded(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| {
        if value < 100.0 {
            format!("{value:.1}")
        } else {
            format!("{value:.0}")
        }
    })
}

/// Time per step of each plant.
pub(crate) fn speed_plants(output: &str) -> Option<Block> {
    let plants = [
        ("circuit, 2 RC, maps", "circuit"),
        (
            "circuit with charge transfer and hysteresis",
            "circuit_transfer_hysteresis",
        ),
        ("SPM, 8 of 20 modes", "spm_8_modes"),
        ("SPM, 20 modes", "spm_20_modes"),
        ("SPM, 20 shells", "spm_20_shells"),
        ("SPMe, 20 modes, 60 volumes", "spme_20_modes_60_volumes"),
        ("SPMe, 20 modes, 30 volumes", "spme_20_modes_30_volumes"),
    ];
    let rows = plants.map(|(plant, name)| {
        let of = |what| rounded(nanoseconds(output, &format!("plants/{name}/{what}")));
        vec![plant.to_owned(), of("step"), of("closed_loop")]
    });
    table(&["plant", "step / ns", "closed loop / ns"], rows.to_vec())
}

/// Time per step of each battery, and per cell.
pub(crate) fn speed_packs(output: &str) -> Option<Block> {
    let packs = [
        (
            "circuits 96s48p, current",
            "circuits, per cell-step/current",
            4608.0,
            "15",
        ),
        (
            "circuits 96s48p, power",
            "circuits, per cell-step/power",
            4608.0,
            "15",
        ),
        (
            "circuits 96s48p, power, heat",
            "circuits, per cell-step/power, heat",
            4608.0,
            "",
        ),
        (
            "circuits 96s48p, power, heat, busbars",
            "circuits, per cell-step/power, heat, busbars",
            4608.0,
            "",
        ),
        (
            "SPM 96s48p, 8 of 20 modes, power",
            "SPM 96s48p, 8 modes, power",
            4608.0,
            "150",
        ),
        (
            "SPM 96s48p, 8 of 20 modes, power, heat",
            "SPM 96s48p, 8 modes, power, heat",
            4608.0,
            "150",
        ),
        (
            "SPM 96s48p, all 20 modes, power",
            "SPM 96s48p, 20 modes, power",
            4608.0,
            "150",
        ),
        (
            "SPMe 13s8p, 8 of 20 modes, power",
            "SPMe 13s8p, 8 modes, power",
            104.0,
            "",
        ),
    ];
    let rows = packs.map(|(battery, name, cells, target)| {
        let step_ns = nanoseconds(output, &format!("{name}\n"))
            .or_else(|| nanoseconds(output, &format!("{name} ")));
        let micros = step_ns.map_or_else(String::new, |ns| format!("{:.0} us", ns / 1e3));
        vec![
            battery.to_owned(),
            micros,
            rounded(step_ns.map(|ns| ns / cells)),
            target.to_owned(),
        ]
    });
    table(
        &["battery", "per step", "per cell-step / ns", "target / ns"],
        rows.to_vec(),
    )
}
