//! Configurations to start from, and what is wrong with one.

use core::ffi::c_char;

use bms_core::cell::{Expected, ParameterError};
use bms_core::config::{BmsConfig, ConfigError, Relation};

use crate::config::{BMS_FIELD_SIZE, bms_config, bms_config_error, bms_expected};
use crate::convert::TablesStay;
use crate::pointer::{OfNumber, Out, take_in_or_zero};
use crate::status::{BMS_STATUS_CONFIG, Checked, bms_status, status};

/// Fills a configuration in with a pack to start from: its own cell, layout, limits and sensors come next.
///
/// The tables of the presets are in the library, and stay. `struct_size` is `sizeof(bms_config)`; `preset` is one of
/// `bms_preset`.
///
/// # Safety
/// `config` is null or points to `struct_size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_config_default(
    config: *mut bms_config,
    struct_size: u32,
    preset: u8,
) -> bms_status {
    status((|| {
        let out = Out::with_size(config, struct_size)?;
        let mut value = bms_config::of_core(OfNumber::of_number(preset)?);
        value.struct_size = struct_size;
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// Takes in a configuration. What an older header does not have is zero: a field that is added later has to mean by zero
/// what was done before there was the field.
///
/// # Safety
/// `config` is null, misaligned, or points to as many bytes as it states, and its tables are there and stay.
// By itself, so that its stack is free again when the pack is made.
#[inline(never)]
pub(crate) unsafe fn read_config(config: *const bms_config) -> Checked<BmsConfig<'static>> {
    // SAFETY: as the caller says.
    let config = unsafe { take_in_or_zero(config) }?;
    // SAFETY: as the caller says.
    let stay = unsafe { TablesStay::promised() };
    config.core(stay)
}

/// Says whether a configuration can be used, and if not, where it is wrong. Takes some milliseconds on a small
/// microcontroller, for the tables; `bms_init` does the same check.
///
/// Returns `BMS_STATUS_CONFIG` where a value is impossible or two contradict each other, and fills `error` in; any other
/// status leaves it as it is. `error` may be null.
///
/// # Safety
/// `config` and `error` are null or point to as many bytes as they state; tables of the configuration have the lengths that
/// it states.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_config_check(
    config: *const bms_config,
    error: *mut bms_config_error,
) -> bms_status {
    status((|| {
        let out = if error.is_null() {
            None
        } else {
            // SAFETY: as the caller says.
            Some(unsafe { Out::new(error) }?)
        };
        // SAFETY: as the caller says; the tables are looked at in this call only.
        let config = unsafe { read_config(config) }?;
        let Err(found) = config.validate() else {
            return Ok(());
        };
        if let Some(out) = out {
            let mut value = explain(&found);
            value.struct_size = out.size();
            // SAFETY: as the caller says.
            unsafe { out.give(&value) };
        }
        Err(BMS_STATUS_CONFIG)
    })())
}

/// A configuration error in the words of C.
pub(crate) fn explain(error: &ConfigError) -> bms_config_error {
    match error {
        ConfigError::Cell(error) => parameter("cell.", error),
        ConfigError::Estimator(error) => parameter("estimator.", error),
        ConfigError::Differences(error) => parameter("deltas.", error),
        ConfigError::Capacity(error) => parameter("capacity.", error),
        ConfigError::Value(error) => parameter("", error),
        ConfigError::Pair {
            field,
            value,
            relation,
            other,
            other_value,
        } => bms_config_error {
            value: *value,
            bound: *other_value,
            expected: match relation {
                Relation::Below => bms_expected::BMS_EXPECTED_BELOW_OTHER,
                Relation::AtMost => bms_expected::BMS_EXPECTED_AT_MOST_OTHER,
            },
            field: text("", field.name()),
            other_field: text("", other.name()),
            ..NOTHING
        },
        _ => bms_config_error {
            expected: bms_expected::BMS_EXPECTED_OTHER,
            ..NOTHING
        },
    }
}

const NOTHING: bms_config_error = bms_config_error {
    struct_size: 0,
    index: 0,
    value: 0.0,
    bound: 0.0,
    expected: bms_expected::BMS_EXPECTED_ANYTHING,
    field: [0; BMS_FIELD_SIZE],
    other_field: [0; BMS_FIELD_SIZE],
};

#[expect(clippy::cast_precision_loss, reason = "a length for a message")]
fn parameter(section: &str, error: &ParameterError) -> bms_config_error {
    let (expected, bound) = match error.expected {
        Expected::Above(bound) => (bms_expected::BMS_EXPECTED_ABOVE, bound),
        Expected::AtLeast(bound) => (bms_expected::BMS_EXPECTED_AT_LEAST, bound),
        Expected::AtMost(bound) => (bms_expected::BMS_EXPECTED_AT_MOST, bound),
        Expected::Exactly(bound) => (bms_expected::BMS_EXPECTED_EXACTLY, bound),
        Expected::Length(length) => (bms_expected::BMS_EXPECTED_LENGTH, length as f32),
        _ => (bms_expected::BMS_EXPECTED_OTHER, 0.0),
    };
    bms_config_error {
        index: u32::try_from(error.index).unwrap_or(u32::MAX),
        value: error.value,
        bound,
        expected,
        field: text(section, error.field.name()),
        ..NOTHING
    }
}

/// Zero-terminated, and cut where there is no more room.
pub(crate) fn text<const SIZE: usize>(first: &str, then: &str) -> [c_char; SIZE] {
    let mut room = [0; SIZE];
    let end = SIZE.saturating_sub(1);
    let letters = first.bytes().chain(then.bytes());
    for (place, letter) in room.iter_mut().take(end).zip(letters) {
        *place = c_char::from_ne_bytes([letter]);
    }
    room
}
