//! Presets of configurations, and errors of configurations.

mod field_names;

use core::ffi::c_char;

use bms_core::config::{BmsConfig, ConfigError, Relation};
use bms_core::schema::{Expected, Field, ParameterError};

use self::field_names::{FIELD_NAMES, in_unit_of_name};

use crate::bms_expected;
use crate::config::{BMS_FIELD_SIZE, bms_config_error};
use crate::convert::TablesStay;
use crate::generated::bms_config;
use crate::outputs::BMS_NO_INDEX;
use crate::pointer::{Call, OfNumber, Out, entry};
use crate::status::{BMS_STATUS_CONFIG, Checked, bms_status};

/// Fills a configuration in with a pack to start from: its own cell, layout, limits and sensors come next.
///
/// The tables of the presets are in the library, and stay. `struct_size` is `sizeof(bms_config)`; `preset` is one of
/// `bms_preset`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_config_default(
    config: *mut bms_config,
    struct_size: u32,
    preset: u8,
) -> bms_status {
    entry!(|call| {
        let out = call.out_of_size(config, struct_size)?;
        out.give(&bms_config::of_core(OfNumber::of_number(preset)?));
        Ok(())
    })
}

/// Reads a configuration. Fields that an older header lacks are zero: the zero of a later field has to mean the behaviour
/// before that field existed.
// By itself, so that its stack is free again when the pack is made.
#[inline(never)]
pub(crate) fn read_config(
    call: Call<'_>,
    config: *const bms_config,
) -> Checked<BmsConfig<'static>> {
    let config = call.read(config)?;
    // SAFETY: the contract of a configuration says that its tables stay.
    let stay = unsafe { TablesStay::promised() };
    config.core(stay)
}

/// Writes what is wrong with a configuration, if something is.
pub(crate) fn report(
    found: Result<(), ConfigError>,
    error: Option<Out<'_, bms_config_error>>,
) -> Checked<()> {
    let Err(found) = found else {
        return Ok(());
    };
    if let Some(error) = error {
        error.give(&explain(&found));
    }
    Err(BMS_STATUS_CONFIG)
}

/// Says whether a configuration can be used, and if not, where it is wrong. Takes some milliseconds on a small
/// microcontroller, for the tables; `bms_init` does the same check.
///
/// Returns `BMS_STATUS_CONFIG` where a value is impossible or two contradict each other, and fills `error` in; any other
/// status leaves it as it is. `error` may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_config_check(
    config: *const bms_config,
    error: *mut bms_config_error,
) -> bms_status {
    entry!(|call| {
        let out = call.out_or_null(error)?;
        let config = read_config(call, config)?;
        report(config.validate(), out)?;
        Ok(())
    })
}

/// The name of a field in C; a derived quantity has that of the core.
fn name(field: Field) -> &'static str {
    FIELD_NAMES
        .get(usize::from(field.number()))
        .copied()
        .unwrap_or_else(|| field.derived_name())
}

/// A configuration error for C.
fn explain(error: &ConfigError) -> bms_config_error {
    match error {
        ConfigError::Value(error) => parameter(error),
        ConfigError::Pair {
            field,
            value,
            relation,
            other,
            other_value,
        } => bms_config_error {
            value: in_unit_of_name(field.number(), *value),
            bound: in_unit_of_name(other.number(), *other_value),
            expected: match relation {
                Relation::Below => bms_expected::BMS_EXPECTED_BELOW_OTHER,
                Relation::AtMost => bms_expected::BMS_EXPECTED_AT_MOST_OTHER,
            },
            field: text(name(*field)),
            other_field: text(name(*other)),
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
    index: BMS_NO_INDEX as u32,
    value: 0.0,
    bound: 0.0,
    expected: bms_expected::BMS_EXPECTED_ANYTHING,
    field: [0; BMS_FIELD_SIZE],
    other_field: [0; BMS_FIELD_SIZE],
};

#[expect(clippy::cast_precision_loss, reason = "a length for a message")]
fn parameter(error: &ParameterError) -> bms_config_error {
    let convert = |value| in_unit_of_name(error.field.number(), value);
    let (expected, bound) = match error.expected {
        Expected::Above(bound) => (bms_expected::BMS_EXPECTED_ABOVE, convert(bound)),
        Expected::AtLeast(bound) => (bms_expected::BMS_EXPECTED_AT_LEAST, convert(bound)),
        Expected::AtMost(bound) => (bms_expected::BMS_EXPECTED_AT_MOST, convert(bound)),
        Expected::Exactly(bound) => (bms_expected::BMS_EXPECTED_EXACTLY, convert(bound)),
        Expected::Length(length) => (bms_expected::BMS_EXPECTED_LENGTH, length as f32),
        _ => (bms_expected::BMS_EXPECTED_OTHER, 0.0),
    };
    bms_config_error {
        index: error
            .index
            .and_then(|index| u32::try_from(index).ok())
            .unwrap_or(u32::from(BMS_NO_INDEX)),
        value: convert(error.value),
        bound,
        expected,
        field: text(name(error.field)),
        ..NOTHING
    }
}

/// Zero-terminated, truncated to the size.
pub(crate) fn text<const SIZE: usize>(text: &str) -> [c_char; SIZE] {
    let mut letters = [0; SIZE];
    let end = SIZE.saturating_sub(1);
    for (place, letter) in letters.iter_mut().take(end).zip(text.bytes()) {
        *place = c_char::from_ne_bytes([letter]);
    }
    letters
}
