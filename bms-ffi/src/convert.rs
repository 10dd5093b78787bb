//! Conversions of the parts of configurations that have a form of their own in C; the structs' own are generated.

#[expect(clippy::unnecessary_wraps, reason = "all sections have the same form")]
mod sections;

use bms_core::config::{BmsConfig, ByDirection, Levels, LimitMap, MAX_CELLS};
use bms_core::protection::{FaultId, FaultTiming, FaultTimings};

use crate::config::{bms_by_direction, bms_fault_timing, bms_levels, bms_map, bms_table};
use crate::generated::bms_config;
use crate::info::BMS_ABI_VERSION;
use crate::pointer::{Sized32, list};
use crate::status::{BMS_STATUS_ABI_VERSION, BMS_STATUS_UNKNOWN_FAULT, Checked};

#[expect(clippy::cast_possible_truncation, reason = "far below 64 KiB")]
pub(crate) const STRUCT_SIZE: u32 = size_of::<bms_config>() as u32;

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers or pointers.
unsafe impl Sized32 for bms_config {
    const FIRST: usize = size_of::<Self>();
}

impl bms_config {
    /// The core's configuration, not validated.
    pub(crate) fn core(&self, stay: TablesStay) -> Checked<BmsConfig<'static>> {
        if self.abi_version != BMS_ABI_VERSION {
            return Err(BMS_STATUS_ABI_VERSION);
        }
        self.to_core(stay)
    }
}

/// The promise of a caller that the tables of a configuration exist, and stay unchanged as long as the pack is used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TablesStay(());

impl TablesStay {
    /// # Safety
    /// The caller keeps that promise.
    pub(crate) const unsafe fn promised() -> Self {
        Self(())
    }
}

impl bms_table {
    pub(crate) fn to_core(self, _: TablesStay) -> Checked<&'static [f32]> {
        // SAFETY: `TablesStay` is the promise that the table exists and stays.
        unsafe { list(self.values, self.length) }
    }

    pub(crate) const fn of_core(table: &'static [f32]) -> Self {
        Self {
            values: table.as_ptr(),
            length: table.len(),
        }
    }
}

impl bms_map {
    pub(crate) fn to_core(self, stay: TablesStay) -> Checked<LimitMap<'static>> {
        Ok(LimitMap {
            temperature_k: self.temperature_k.to_core(stay)?,
            soc: self.soc.to_core(stay)?,
            values: self.values.to_core(stay)?,
        })
    }

    pub(crate) const fn of_core(map: LimitMap<'static>) -> Self {
        Self {
            temperature_k: bms_table::of_core(map.temperature_k),
            soc: bms_table::of_core(map.soc),
            values: bms_table::of_core(map.values),
        }
    }
}

impl bms_levels {
    pub(crate) fn to_core<T>(self, quantity: impl Fn(f32) -> T) -> Levels<T> {
        Levels {
            operating: quantity(self.operating),
            recommended: quantity(self.recommended),
            maximum: quantity(self.maximum),
        }
    }

    pub(crate) fn of_core<T>(levels: Levels<T>, number: impl Fn(T) -> f32) -> Self {
        Self {
            operating: number(levels.operating),
            recommended: number(levels.recommended),
            maximum: number(levels.maximum),
        }
    }
}

impl bms_by_direction {
    pub(crate) fn to_core<T>(self, quantity: impl Fn(f32) -> T) -> ByDirection<Levels<T>> {
        ByDirection {
            charging: self.charging.to_core(&quantity),
            discharging: self.discharging.to_core(&quantity),
            resting: self.resting.to_core(&quantity),
        }
    }

    pub(crate) fn of_core<T>(core: ByDirection<Levels<T>>, number: impl Fn(T) -> f32) -> Self {
        Self {
            charging: bms_levels::of_core(core.charging, &number),
            discharging: bms_levels::of_core(core.discharging, &number),
            resting: bms_levels::of_core(core.resting, &number),
        }
    }
}

/// The sensor of each cell. More cells than possible are refused later: their list is not read.
pub(crate) fn indices(values: *const u8, cells: u16, _: TablesStay) -> Checked<&'static [u8]> {
    let cells = usize::from(cells);
    let length = if cells > MAX_CELLS { 0 } else { cells };
    // SAFETY: `TablesStay` is the promise that as many entries as cells exist and stay.
    unsafe { list(values, length) }
}

/// A count for C.
#[expect(clippy::cast_possible_truncation, reason = "at most 250 of anything")]
pub(crate) const fn count(count: usize) -> u16 {
    count as u16
}

/// The catalogue's times, replaced by those of a list.
pub(crate) fn timings(
    values: *const bms_fault_timing,
    length: usize,
    _: TablesStay,
) -> Checked<FaultTimings> {
    // SAFETY: `TablesStay` is the promise that the list exists.
    let others = unsafe { list(values, length) }?;
    let mut timings = FaultTimings::DEFAULT;
    for other in others {
        let fault = FaultId::from_number(other.fault).ok_or(BMS_STATUS_UNKNOWN_FAULT)?;
        timings = timings.with(
            fault,
            FaultTiming {
                qualify_ms: other.qualify_ms,
                recover_ms: other.recover_ms,
            },
        );
    }
    Ok(timings)
}

/// The times of the catalogue.
pub(crate) const fn no_timings() -> (*const bms_fault_timing, usize) {
    (core::ptr::null(), 0)
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::bms_fault_timing;
    use bms_core::config::presets::{LFP_100S, NMC_13S, NMC_96S};

    fn back(config: &bms_config) -> Checked<BmsConfig<'static>> {
        // SAFETY: the tables of the presets are constants, and the timings live as long as the test.
        config.core(unsafe { TablesStay::promised() })
    }

    #[test]
    fn a_configuration_comes_back_from_c_as_it_was() {
        for preset in [&NMC_96S, &LFP_100S, &NMC_13S] {
            assert_eq!(back(&bms_config::of_core(preset)), Ok(*preset));
        }
    }

    #[test]
    fn a_fault_gets_the_times_that_are_named() {
        let other = bms_fault_timing {
            fault: 102,
            qualify_ms: 123,
            recover_ms: 456,
        };
        let mut config = bms_config::of_core(&NMC_13S);
        config.timings = &raw const other;
        config.timing_count = 1;
        let fault = FaultId::from_number(102).unwrap();
        let timing = FaultTiming {
            qualify_ms: 123,
            recover_ms: 456,
        };
        let expected = BmsConfig {
            timings: FaultTimings::DEFAULT.with(fault, timing),
            ..NMC_13S
        };
        assert_eq!(back(&config), Ok(expected));
    }
}
