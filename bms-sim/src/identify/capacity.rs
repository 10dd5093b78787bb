//! The capacity that the logs show.

use super::Role;
use super::record::{RawRecord, ZERO_CELSIUS_K};

/// The identified capacity and its source.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Capacity {
    pub(super) ah: f64,
    pub(super) source: String,
    pub(super) warning: Option<String>,
}

/// The charge of the slow full discharge nearest to 25 degC; the name-plate value if there is none.
pub(super) fn identified_capacity(
    records: &[RawRecord],
    name_plate_ah: f64,
    window_v: (f64, f64),
) -> Capacity {
    let slow = records
        .iter()
        .filter(|record| record.role == Role::Ocv)
        .filter_map(|record| full_discharge(record, name_plate_ah, window_v))
        .min_by(|a, b| distance(a).total_cmp(&distance(b)));
    if let Some(slow) = slow {
        return Capacity {
            ah: slow.ah,
            source: format!(
                "slow discharge at {:.0} degC in {}",
                slow.temperature_k - ZERO_CELSIUS_K,
                slow.file
            ),
            warning: None,
        };
    }
    Capacity {
        ah: name_plate_ah,
        source: "name-plate".to_owned(),
        warning: Some(
            "no log with role \"ocv\" discharges the cell from full to empty: the capacity is the name-plate's"
                .to_owned(),
        ),
    }
}

struct Discharge {
    ah: f64,
    temperature_k: f64,
    file: String,
}

fn distance(discharge: &Discharge) -> f64 {
    (discharge.temperature_k - ZERO_CELSIUS_K - 25.0).abs()
}

/// The discharge down to the lowest point of the counter, from full to empty.
fn full_discharge(
    record: &RawRecord,
    name_plate_ah: f64,
    window_v: (f64, f64),
) -> Option<Discharge> {
    let net = &record.net_ah;
    let lowest = (0..net.len()).min_by(|a, b| net[*a].total_cmp(&net[*b]))?;
    let start = (0..=lowest).max_by(|a, b| net[*a].total_cmp(&net[*b]))?;
    // During rest before the discharge the counter does not change.
    let starts_full = if net[start] - net[0] < 0.005 * name_plate_ah {
        record.initial_soc.is_none_or(|soc| soc > 0.995)
    } else {
        record.voltage_v[start] > window_v.1 - 0.1
    };
    let reached_v = record.voltage_v[start..=lowest]
        .iter()
        .copied()
        .fold(f64::MAX, f64::min);
    // Laboratories often stop above the lowest allowed voltage; below a quarter of the window little charge is left.
    let ends_empty = reached_v < window_v.0 + 0.25 * (window_v.1 - window_v.0);
    let ah = net[start] - net[lowest];
    (starts_full && ends_empty && ah > 0.4 * name_plate_ah).then(|| Discharge {
        ah,
        temperature_k: record.temperature_k[usize::midpoint(start, lowest)],
        file: record
            .path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
    })
}
