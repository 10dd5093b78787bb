//! Writes the cell file, with the limitations as comments.

use std::fmt::Write as _;

use super::Fit;
use crate::cell_file::CellFile;

/// A commented cell file.
///
/// # Errors
/// None in practice: writing to a string does not fail.
#[must_use]
pub fn cell_file_text(fit: &Fit, provenance: &str) -> String {
    let mut text = String::new();
    let _ = header(&mut text, fit, provenance);
    let _ = tables(&mut text, &fit.file);
    text
}

fn header(text: &mut String, fit: &Fit, provenance: &str) -> std::fmt::Result {
    let file = &fit.file;
    writeln!(text, "# Cell file: {}", file.name)?;
    for line in provenance.lines() {
        writeln!(text, "# {line}")?;
    }
    writeln!(text, "#")?;
    writeln!(text, "# Capacity: {}.", fit.capacity_source)?;
    writeln!(
        text,
        "# Voltage error above 15 % SoC, in mV rms: of the fit, and with the log left out of it."
    )?;
    for log in &fit.logs {
        writeln!(
            text,
            "#   {:<44} {:>6.1} degC {:>6.1} {:>6.1}",
            log.path
                .file_name()
                .map_or_else(String::new, |n| n.to_string_lossy().into_owned()),
            log.temperature_degc,
            1e3 * log.rms_v,
            1e3 * log.unseen_rms_v
        )?;
    }
    for warning in &fit.warnings {
        writeln!(text, "# Note: {warning}.")?;
    }
    writeln!(text)
}

fn tables(text: &mut String, file: &CellFile) -> std::fmt::Result {
    let circuit = &file.circuit;
    writeln!(text, "name = {:?}", file.name)?;
    writeln!(text, "chemistry = {:?}", file.chemistry.name())?;
    writeln!(text, "capacity_ah = {}", number(file.capacity_ah))?;
    writeln!(text, "voltage_min_v = {}", number(file.voltage_min_v))?;
    writeln!(text, "voltage_max_v = {}", number(file.voltage_max_v))?;
    writeln!(
        text,
        "\n[ocv] # open-circuit voltage: one row per temperature, one column per SoC"
    )?;
    row(text, "soc", &file.ocv.soc)?;
    row(text, "temperature_degc", &file.ocv.temperature_degc)?;
    rows(text, "voltage_v", &file.ocv.voltage_v)?;
    writeln!(
        text,
        "\n[circuit] # one row per temperature, one column per SoC"
    )?;
    row(text, "soc", &circuit.soc)?;
    row(text, "temperature_degc", &circuit.temperature_degc)?;
    writeln!(
        text,
        "# Between and beyond the rows resistances follow Arrhenius' law with this energy."
    )?;
    writeln!(
        text,
        "activation_energy_j_per_mol = {}",
        number(circuit.activation_energy_j_per_mol)
    )?;
    writeln!(
        text,
        "# Above its knee current the charge transfer grows with the logarithm of the current."
    )?;
    row(text, "knee_current_a", &circuit.knee_current_a)?;
    writeln!(
        text,
        "# Standard deviation of the model error of the voltage."
    )?;
    row(text, "voltage_error_v", &circuit.voltage_error_v)?;
    writeln!(text, "# Change of SoC over which hysteresis reverses.")?;
    writeln!(text, "hysteresis_soc = {}", number(circuit.hysteresis_soc))?;
    rows(text, "r0_ohm", &circuit.r0_ohm)?;
    rows(
        text,
        "charge_transfer_discharge_ohm",
        &circuit.charge_transfer_discharge_ohm,
    )?;
    rows(
        text,
        "charge_transfer_charge_ohm",
        &circuit.charge_transfer_charge_ohm,
    )?;
    writeln!(text, "# Half of the gap between charge and discharge.")?;
    rows(text, "hysteresis_v", &circuit.hysteresis_v)?;
    for branch in &circuit.branch {
        writeln!(text, "\n[[circuit.branch]]")?;
        writeln!(text, "tau_s = {}", number(branch.tau_s))?;
        rows(text, "r_ohm", &branch.r_ohm)?;
    }
    Ok(())
}

fn row(text: &mut String, key: &str, values: &[f32]) -> std::fmt::Result {
    writeln!(text, "{key} = [{}]", joined(values))
}

fn rows(text: &mut String, key: &str, rows: &[Vec<f32>]) -> std::fmt::Result {
    writeln!(text, "{key} = [")?;
    for values in rows {
        writeln!(text, "  [{}],", joined(values))?;
    }
    writeln!(text, "]")
}

fn joined(values: &[f32]) -> String {
    let numbers: Vec<String> = values.iter().map(|value| number(*value)).collect();
    numbers.join(", ")
}

/// Six significant digits: far finer than any cell is known.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the exponent of an f32 is within -45 to 38"
)]
fn number(value: f32) -> String {
    if value == 0.0 {
        return "0.0".to_owned();
    }
    let digits = 5 - value.abs().log10().floor() as i32;
    let text = format!(
        "{value:.*}",
        usize::try_from(digits.clamp(1, 8)).unwrap_or(4)
    );
    let trimmed = text.trim_end_matches('0');
    if trimmed.ends_with('.') {
        format!("{trimmed}0")
    } else {
        trimmed.to_owned()
    }
}
