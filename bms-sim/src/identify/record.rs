//! A log made ready for the fit: current, voltage, temperature and state of charge at each row.

use std::path::{Path, PathBuf};

use super::{IdentifyError, LogEntry, Role};
use crate::data::bdf::Log;

/// Degrees Celsius to kelvin.
pub(super) const ZERO_CELSIUS_K: f64 = 273.15;

/// The weight of a row is the time since the previous row, up to this, in seconds.
const MAX_WEIGHT_S: f64 = 5.0;

/// Factor on the weight of rows of drives: they represent use and are fewer than those of slow tests.
const DRIVE_WEIGHT: f64 = 5.0;

/// An interval longer than this is a gap between two parts of a test, in seconds.
const GAP_S: f64 = 20.0;

/// A step of the charge counter beyond this C-rate, on top of the measured current, is a reset and not a current.
const MAX_HIDDEN_C_RATE: f64 = 10.0;

/// A log before its state of charge is known.
#[derive(Clone, Debug)]
pub(super) struct RawRecord {
    pub(super) path: PathBuf,
    pub(super) role: Role,
    pub(super) initial_soc: Option<f64>,
    pub(super) time_s: Vec<f64>,
    /// Mean over the interval that ends at the row, discharge positive.
    pub(super) current_a: Vec<f64>,
    pub(super) voltage_v: Vec<f64>,
    pub(super) temperature_k: Vec<f64>,
    /// Charge minus discharge since the first row, without restarts of the tester's counter.
    pub(super) net_ah: Vec<f64>,
}

/// A log with its state of charge.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) path: PathBuf,
    pub(super) role: Role,
    pub(super) time_s: Vec<f64>,
    pub(super) current_a: Vec<f64>,
    pub(super) voltage_v: Vec<f64>,
    pub(super) temperature_k: Vec<f64>,
    pub(super) soc: Vec<f64>,
    /// Weight of a row's voltage in the fit of the tables, 0 to 1.
    pub(super) trust: Vec<f64>,
    /// Remark on the state of charge.
    pub(super) note: Option<String>,
}

impl RawRecord {
    pub(super) fn read(entry: &LogEntry, name_plate_ah: f64) -> Result<Self, IdentifyError> {
        let log = Log::read(&entry.path)?;
        let temperature_k = temperatures_k(entry, &log)?;
        let mut raw = Self {
            path: entry.path.clone(),
            role: entry.role,
            initial_soc: entry.initial_soc,
            net_ah: Vec::with_capacity(log.len()),
            time_s: log.time_s,
            current_a: log.current_a,
            voltage_v: log.voltage_v,
            temperature_k,
        };
        raw.count_charge(&log.net_capacity_ah, name_plate_ah);
        raw.drop_dead_rows();
        Ok(raw)
    }

    /// Uses the tester's counter if present, else integrates the current.
    ///
    /// A jump of the counter to zero is a restart, and is ignored. Any other jump is charge moved between two rows; if
    /// time passed as well, the current of that interval becomes its mean.
    fn count_charge(&mut self, counter_ah: &[Option<f64>], name_plate_ah: f64) {
        let mut net_ah = 0.0;
        self.net_ah.push(net_ah);
        for k in 1..self.time_s.len() {
            let dt_h = (self.time_s[k] - self.time_s[k - 1]) / 3600.0;
            let integrated_ah = -self.current_a[k] * dt_h;
            let step_ah = match (counter_ah[k - 1], counter_ah[k]) {
                (Some(before), Some(now)) => {
                    let hidden_ah = now - before - integrated_ah;
                    let jump = hidden_ah.abs() > 0.005 * name_plate_ah
                        && hidden_ah.abs() > MAX_HIDDEN_C_RATE * name_plate_ah * dt_h;
                    let restart = jump && now.abs() < 1e-4 * name_plate_ah;
                    if restart { integrated_ah } else { now - before }
                }
                _ => integrated_ah,
            };
            let hidden_ah = step_ah - integrated_ah;
            if dt_h > 0.0
                && hidden_ah.abs() > 0.005 * name_plate_ah
                && step_ah.abs() < MAX_HIDDEN_C_RATE * name_plate_ah * dt_h
                && dt_h * 3600.0 > GAP_S
            {
                self.current_a[k] = -step_ah / dt_h;
            }
            net_ah += step_ah;
            self.net_ah.push(net_ah);
        }
    }

    /// Rows in which the tester had let go of the cell.
    fn drop_dead_rows(&mut self) {
        let live: Vec<bool> = self.voltage_v.iter().map(|v| *v > 0.5).collect();
        let keep = |values: &mut Vec<f64>| {
            let mut flags = live.iter();
            values.retain(|_| *flags.next().unwrap_or(&true));
        };
        keep(&mut self.time_s);
        keep(&mut self.current_a);
        keep(&mut self.temperature_k);
        keep(&mut self.net_ah);
        keep(&mut self.voltage_v);
    }

    /// Gives every row its state of charge.
    pub(super) fn with_capacity(
        self,
        capacity_ah: f64,
        voltage_max_v: f64,
    ) -> Result<Record, IdentifyError> {
        let initial = self.initial_soc.unwrap_or(1.0);
        let mut soc: Vec<f64> = self
            .net_ah
            .iter()
            .map(|net| initial + net / capacity_ah)
            .collect();
        let highest = soc.iter().copied().fold(f64::MIN, f64::max);
        let mut note = None;
        let last = soc.last().copied().unwrap_or(initial);
        let from_full = self.initial_soc.is_none_or(|soc| soc > 0.995);
        if self.role != Role::Drive
            && from_full
            && close_loop(&mut soc, &self.voltage_v, voltage_max_v)
        {
            note = Some(format!(
                "the counter ends {:+.3} of the capacity away from full; the charge half is scaled to close",
                last - 1.0
            ));
        } else if self.initial_soc.is_none() && highest > 1.03 {
            for z in &mut soc {
                *z += 1.0 - highest;
            }
            note = Some(format!(
                "a start at 1.0 would end at {last:.2}; assumed to end full, so it starts at {:.3}",
                soc.first().copied().unwrap_or(0.0)
            ));
        }
        check_range(&self.path, &soc)?;
        Ok(Record {
            path: self.path,
            role: self.role,
            time_s: self.time_s,
            current_a: self.current_a,
            voltage_v: self.voltage_v,
            temperature_k: self.temperature_k,
            trust: vec![1.0; soc.len()],
            soc,
            note,
        })
    }
}

impl Record {
    pub(super) fn len(&self) -> usize {
        self.time_s.len()
    }

    /// Seconds since the row before; zero at the first row.
    pub(super) fn dt_s(&self, k: usize) -> f64 {
        if k == 0 {
            0.0
        } else {
            (self.time_s[k] - self.time_s[k - 1]).max(0.0)
        }
    }

    /// Weight of a row: its interval, up to a bound.
    pub(super) fn weight(&self, k: usize) -> f64 {
        if k == 0 {
            0.0
        } else {
            let role = if self.role == Role::Drive {
                DRIVE_WEIGHT
            } else {
                1.0
            };
            role * self.trust[k] * self.dt_s(k).clamp(0.05, MAX_WEIGHT_S)
        }
    }

    /// Median temperature by row.
    pub(super) fn median_temperature_k(&self) -> f64 {
        let mut sorted = self.temperature_k.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
            .get(sorted.len() / 2)
            .copied()
            .unwrap_or(ZERO_CELSIUS_K)
    }
}

fn temperatures_k(entry: &LogEntry, log: &Log) -> Result<Vec<f64>, IdentifyError> {
    let degc = match entry.temperature_degc {
        Some(fixed) => vec![fixed; log.len()],
        None => log
            .temperature_held_degc()
            .ok_or_else(|| IdentifyError::NoTemperature {
                file: entry.path.clone(),
            })?,
    };
    Ok(degc.iter().map(|t| t + ZERO_CELSIUS_K).collect())
}

/// A full discharge followed by a full charge: testers drift by some milliamperes and the coulombic efficiency is below
/// one, so the charge half is scaled to end at full. Returns whether it was scaled.
fn close_loop(soc: &mut [f64], voltage_v: &[f64], voltage_max_v: f64) -> bool {
    let Some(lowest) = (0..soc.len()).min_by(|a, b| soc[*a].total_cmp(&soc[*b])) else {
        return false;
    };
    let (bottom, end) = (soc[lowest], soc[soc.len() - 1]);
    let full_again = voltage_v[lowest..]
        .iter()
        .any(|v| *v > voltage_max_v - 0.01);
    if !full_again || bottom > 0.5 || !(0.85..1.15).contains(&end) {
        return false;
    }
    let scale = (1.0 - bottom) / (end - bottom);
    for z in &mut soc[lowest..] {
        *z = bottom + (*z - bottom) * scale;
    }
    (end - 1.0).abs() > 0.002
}

fn check_range(path: &Path, soc: &[f64]) -> Result<(), IdentifyError> {
    let low = soc.iter().copied().fold(f64::MAX, f64::min);
    let high = soc.iter().copied().fold(f64::MIN, f64::max);
    if low < -0.1 || high > 1.1 {
        return Err(IdentifyError::SocOutOfRange {
            file: path.to_owned(),
            low,
            high,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of time, current (discharge positive), voltage and the tester's counter.
    fn raw(rows: &[(f64, f64, f64, f64)], role: Role) -> RawRecord {
        let mut raw = RawRecord {
            path: PathBuf::from("test"),
            role,
            initial_soc: None,
            time_s: rows.iter().map(|row| row.0).collect(),
            current_a: rows.iter().map(|row| row.1).collect(),
            voltage_v: rows.iter().map(|row| row.2).collect(),
            temperature_k: vec![298.15; rows.len()],
            net_ah: Vec::new(),
        };
        let counter: Vec<Option<f64>> = rows.iter().map(|row| Some(row.3)).collect();
        raw.count_charge(&counter, 1.0);
        raw
    }

    #[test]
    fn discharge_left_out_between_pulses_becomes_the_mean_current_of_the_gap() {
        let raw = raw(
            &[
                (0.0, 0.0, 4.1, 0.0),
                (1.0, 0.0, 4.1, 0.0),
                (3601.0, 0.0, 4.0, -0.1),
            ],
            Role::Pulses,
        );
        assert!((raw.net_ah[2] + 0.1).abs() < 1e-12);
        assert!((raw.current_a[2] - 0.1).abs() < 1e-12);
    }

    #[test]
    fn restart_of_the_counter_moves_no_charge() {
        let raw = raw(
            &[
                (0.0, 0.0, 4.1, 0.0),
                (1800.0, 1.0, 3.7, -0.5),
                (1801.0, 0.0, 3.7, 0.0),
                (1802.0, 0.0, 3.7, 0.0),
            ],
            Role::Pulses,
        );
        assert!((raw.net_ah[3] + 0.5).abs() < 1e-3);
    }

    #[test]
    fn charge_without_a_start_is_taken_to_end_full() {
        let record = raw(
            &[
                (0.0, 0.0, 3.0, 0.0),
                (1800.0, -1.0, 3.7, 0.5),
                (3600.0, -0.8, 4.2, 0.9),
            ],
            Role::Charge,
        )
        .with_capacity(1.0, 4.2)
        .expect("a record");
        assert!((record.soc[2] - 1.0).abs() < 1e-12);
        assert!((record.soc[0] - 0.1).abs() < 1e-12);
        assert!(record.note.is_some());
    }

    #[test]
    fn slow_discharge_and_charge_close_at_full() {
        let record = raw(
            &[
                (0.0, 0.0, 4.2, 0.0),
                (36_000.0, 0.1, 2.8, -1.0),
                (72_000.0, -0.1, 4.2, 0.06),
            ],
            Role::Ocv,
        )
        .with_capacity(1.0, 4.2)
        .expect("a record");
        assert!(record.soc[1].abs() < 1e-12);
        assert!((record.soc[2] - 1.0).abs() < 1e-12);
    }
}
