//! The result of an identification as text.

use std::fmt::Write as _;

use super::{Fit, LogFit};

/// A summary for the terminal: voltage error by log and temperature, notes and warnings.
#[must_use]
pub fn summary(fit: &Fit) -> String {
    let mut text = String::new();
    let _ = write_summary(&mut text, fit);
    text
}

fn write_summary(text: &mut String, fit: &Fit) -> std::fmt::Result {
    let file = &fit.file;
    writeln!(
        text,
        "{}: {:.3} Ah ({})",
        file.name, file.capacity_ah, fit.capacity_source
    )?;
    let taus: Vec<String> = file
        .circuit
        .branch
        .iter()
        .map(|branch| format!("{:.0}", branch.tau_s))
        .collect();
    writeln!(
        text,
        "time constants {} s, activation energy {:.0} kJ/mol",
        taus.join(", "),
        file.circuit.activation_energy_j_per_mol / 1e3
    )?;
    writeln!(
        text,
        "\nvoltage error above 15 % SoC, mV\n{:<44} {:>7} {:>7} {:>7} {:>7}",
        "log", "degC", "rms", "mean", "unseen"
    )?;
    for log in &fit.logs {
        log_row(text, log)?;
        writeln!(text, " {:>7.1}", 1e3 * log.unseen_rms_v)?;
    }
    if !fit.unseen.is_empty() {
        writeln!(text, "\nlogs excluded from the fit")?;
    }
    for log in &fit.unseen {
        log_row(text, log)?;
        writeln!(text)?;
    }
    for log in fit.logs.iter().chain(&fit.unseen) {
        if let Some(note) = &log.note {
            writeln!(text, "note: {}: {note}", log.path.display())?;
        }
    }
    for warning in &fit.warnings {
        writeln!(text, "warning: {warning}")?;
    }
    Ok(())
}

/// Name, temperature, root mean square and mean of one log.
fn log_row(text: &mut String, log: &LogFit) -> std::fmt::Result {
    let name = log
        .path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    write!(
        text,
        "{name:<44} {:>7.1} {:>7.1} {:>7.1}",
        log.temperature_degc,
        1e3 * log.rms_v,
        1e3 * log.mean_v
    )
}
