//! Saved state of the pack as a whole.

use super::SnapshotError;
use super::bytes::{Reader, Writer};
use crate::estimation::{
    COVARIANCE, ChargeCounter, SavedCapacity, SavedCell, SavedFilter, SavedPackEstimate,
    UdCovariance,
};
use crate::measurement::{Contactor, Contactors};

/// Length in bytes.
pub(crate) const LENGTH: usize =
    8 + 8 + 4 + 4 + 2 * 4 + 3 * 6 + 1 + 8 + 4 + 2 * 4 + 1 + 8 + 9 * 4 + COVARIANCE * 4 + CAPACITY;

/// Length of the capacity's state in bytes.
const CAPACITY: usize = 4 + 4 + 1 + 1 + 4 * 4 + 8;

/// Stands for no runaway.
const NO_RUNAWAY: u64 = u64::MAX;

/// The filter bounds the SoC to 5 points beyond empty and full.
const SOC_RANGE: (f32, f32) = (-0.051, 1.051);

/// Bound of numbers whose range depends on the configuration.
const ANYTHING: f32 = 1e9;

/// Saved state of the pack as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SavedPack {
    pub(crate) now_ms: u64,
    pub(crate) runaway_since_ms: Option<u64>,
    pub(crate) fuse_share: f32,
    pub(crate) precharge_j: f32,
    pub(crate) offsets_a: [f32; 2],
    /// Operations of each contactor, and those under load.
    pub(crate) wear: Contactors<(u32, u16)>,
    pub(crate) estimate: SavedPackEstimate,
    pub(crate) capacity: SavedCapacity,
}

pub(crate) fn write(out: &mut Writer<'_>, whole: &SavedPack) {
    out.u64(whole.now_ms);
    out.u64(whole.runaway_since_ms.unwrap_or(NO_RUNAWAY));
    out.f32(whole.fuse_share);
    out.f32(whole.precharge_j);
    for offset_a in whole.offsets_a {
        out.f32(offset_a);
    }
    for contactor in Contactor::ALL {
        let (operations, hard) = whole.wear.get(contactor);
        out.u32(operations);
        out.u16(hard);
    }
    let SavedPackEstimate {
        mean,
        temperature_k,
        sensitivity,
        shown,
    } = whole.estimate;
    out.u8(u8::from(shown.is_some()));
    out.i64(shown.unwrap_or(0));
    out.f32(temperature_k);
    for value in sensitivity {
        out.f32(value);
    }
    match mean {
        SavedCell::Nothing => write_cell(out, 0, &NO_FILTER),
        SavedCell::Prior(charge) => write_cell(
            out,
            1,
            &SavedFilter {
                charge,
                ..NO_FILTER
            },
        ),
        SavedCell::Filter(filter) => write_cell(out, 2, &filter),
    }
    write_capacity(out, &whole.capacity);
}

/// Placeholder without a filter.
const NO_FILTER: SavedFilter = SavedFilter {
    charge: 0,
    branch_a: [0.0; 4],
    hysteresis: 0.0,
    voltage_error_v: 0.0,
    resistance_scale: 0.0,
    bias_a: 0.0,
    capacity_scale: 0.0,
    covariance: [0.0; COVARIANCE],
};

fn write_cell(out: &mut Writer<'_>, kind: u8, filter: &SavedFilter) {
    out.u8(kind);
    out.i64(filter.charge);
    for branch_a in filter.branch_a {
        out.f32(branch_a);
    }
    out.f32(filter.hysteresis);
    out.f32(filter.voltage_error_v);
    out.f32(filter.resistance_scale);
    out.f32(filter.bias_a);
    out.f32(filter.capacity_scale);
    for entry in filter.covariance {
        out.f32(entry);
    }
}

pub(crate) fn read(input: &mut Reader<'_>) -> Result<SavedPack, SnapshotError> {
    let now_ms = input.u64("the time of operation")?;
    let since_ms = input.u64("the time of the runaway")?;
    let runaway_since_ms = (since_ms != NO_RUNAWAY).then_some(since_ms);
    input.check(
        "the time of the runaway",
        runaway_since_ms.is_none_or(|since_ms| since_ms <= now_ms),
    )?;
    let fuse_share = input.f32("the load of the fuse", 0.0, 2.0)?;
    let precharge_j = input.f32("the heat of the precharge resistor", 0.0, ANYTHING)?;
    let mut offsets_a = [0.0; 2];
    for offset_a in &mut offsets_a {
        *offset_a = input.f32("the offset of a current sensor", -ANYTHING, ANYTHING)?;
    }
    let mut wear = Contactors::all((0, 0));
    for contactor in Contactor::ALL {
        *wear.get_mut(contactor) = (
            input.u32("the operations of a contactor")?,
            input.u16("the hard operations of a contactor")?,
        );
    }
    Ok(SavedPack {
        now_ms,
        runaway_since_ms,
        fuse_share,
        precharge_j,
        offsets_a,
        wear,
        estimate: read_estimate(input)?,
        capacity: read_capacity(input)?,
    })
}

fn read_estimate(input: &mut Reader<'_>) -> Result<SavedPackEstimate, SnapshotError> {
    let is_shown = input.flag("whether a state of charge is shown")?;
    let units = read_charge(input, "the state of charge that is shown", (0.0, 1.0))?;
    input.check("the state of charge that is shown", is_shown || units == 0)?;
    let temperature_k = input.f32("the mean temperature", 200.0, 400.0)?;
    let mut sensitivity = [0.0; 2];
    for value in &mut sensitivity {
        *value = input.f32("the sensitivity to the capacity", -ANYTHING, ANYTHING)?;
    }
    Ok(SavedPackEstimate {
        mean: read_cell(input)?,
        temperature_k,
        sensitivity,
        shown: is_shown.then_some(units),
    })
}

fn read_cell(input: &mut Reader<'_>) -> Result<SavedCell, SnapshotError> {
    let kind = input.u8("the kind of estimate")?;
    match kind {
        0 | 1 => {
            let charge = read_charge(input, "the state of charge", (0.0, 1.0))?;
            input.check("the state of charge", kind == 1 || charge == 0)?;
            input.nothing("a filter that is none", 4 * (9 + COVARIANCE))?;
            Ok(if kind == 1 {
                SavedCell::Prior(charge)
            } else {
                SavedCell::Nothing
            })
        }
        2 => Ok(SavedCell::Filter(read_filter(input)?)),
        _ => Err(input.reject("the kind of estimate")),
    }
}

fn read_filter(input: &mut Reader<'_>) -> Result<SavedFilter, SnapshotError> {
    let charge = read_charge(input, "the state of charge", SOC_RANGE)?;
    let mut branch_a = [0.0; 4];
    for branch_a in &mut branch_a {
        *branch_a = input.f32("a branch current", -ANYTHING, ANYTHING)?;
    }
    let mut filter = SavedFilter {
        charge,
        branch_a,
        hysteresis: input.f32("the hysteresis", -1.0, 1.0)?,
        voltage_error_v: input.f32("the lasting voltage error", -ANYTHING, ANYTHING)?,
        resistance_scale: input.f32("the resistance scale", 0.3, 4.0)?,
        bias_a: input.f32("the current bias", -ANYTHING, ANYTHING)?,
        capacity_scale: input.f32("the capacity scale", 0.5, 2.0)?,
        covariance: [0.0; COVARIANCE],
    };
    for entry in &mut filter.covariance {
        *entry = input.any_f32("the covariance")?;
    }
    let sound = UdCovariance::from_upper(&filter.covariance).is_sound();
    input.check("the covariance", sound)?;
    Ok(filter)
}

fn write_capacity(out: &mut Writer<'_>, capacity: &SavedCapacity) {
    out.f32(capacity.scale);
    out.f32(capacity.variance);
    out.u8(capacity.refused);
    out.u8(u8::from(capacity.begin.is_some()));
    for value in capacity.begin.unwrap_or([0.0; 4]) {
        out.f32(value);
    }
    out.i64(capacity.discharged);
}

fn read_capacity(input: &mut Reader<'_>) -> Result<SavedCapacity, SnapshotError> {
    let scale = input.f32("the capacity", 0.2, 1.5)?;
    let variance = input.f32("the variance of the capacity", -1.0, 1.0)?;
    let refused = input.u8("the contradictions of the capacity")?;
    let begin = if input.flag("whether a swing of charge began")? {
        Some([
            input.f32("the state of charge of an anchor", 0.0, 1.0)?,
            input.f32("the variance of an anchor", 1e-9, 1.0)?,
            input.f32("the charge since an anchor", -1e3, 1e3)?,
            input.f32("the charge since an anchor", 0.0, 1e3)?,
        ])
    } else {
        input.nothing("an anchor that is none", 4 * 4)?;
        None
    };
    Ok(SavedCapacity {
        scale,
        variance,
        refused,
        begin,
        discharged: input.i64("the charge counted for the capacity")?,
    })
}

/// SoC in units of the charge counter.
fn read_charge(
    input: &mut Reader<'_>,
    field: &'static str,
    (low, high): (f32, f32),
) -> Result<i64, SnapshotError> {
    let units = input.i64(field)?;
    let soc = ChargeCounter::from_raw(units).soc();
    input.check(field, soc >= low && soc <= high)?;
    Ok(units)
}
