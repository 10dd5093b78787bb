//! The inputs of all checks in one tick.

use super::debounce::Debounce;
use super::record::Source;
use super::store::{FaultStore, Finding};
use crate::config::{BmsConfig, MappedLimits};
use crate::fault::{FaultId, FaultTimings};
use crate::measurement::Measurements;
use crate::plausibility::{Channel, Elapsed, Extremes, Signals};

/// Direction of the pack current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum CurrentDirection {
    /// Charge current.
    Charging,
    /// Discharge current.
    Discharging,
    /// At most the rest current.
    Resting,
}

/// The inputs of all checks in one tick.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CheckContext<'a> {
    pub(crate) config: &'a BmsConfig<'a>,
    pub(crate) mapped: &'a MappedLimits,
    pub(crate) measurements: &'a Measurements<'a>,
    pub(crate) signals: &'a Signals,
    pub(crate) elapsed: Elapsed,
    /// Every present cell voltage.
    pub(crate) voltages: Extremes,
    /// Every present temperature.
    pub(crate) temperatures: Extremes,
    /// Whether a cell voltage arrived in this tick.
    pub(crate) voltages_are_new: bool,
    /// Pack current less the sensor's offset; none where no sensor is present.
    pub(crate) current_a: Option<f32>,
    /// Direction of the pack current; `None` while unknown.
    pub(crate) current_direction: Option<CurrentDirection>,
    /// Time at rest, in seconds.
    pub(crate) rested_s: f32,
}

impl CheckContext<'_> {
    /// Sum of all cell voltages, where all are present.
    // Called from many places: once in flash.
    #[inline(never)]
    pub(crate) fn sum_v(&self) -> Option<f32> {
        self.voltages.sum_of(self.config.layout.cells)
    }

    /// Measured pack voltage, where it is present.
    pub(crate) fn pack_v(&self) -> Option<f32> {
        self.signals.pack_v(self.config)
    }

    /// Measured link voltage, where it is present.
    pub(crate) fn link_v(&self) -> Option<f32> {
        self.signals.link_v(self.config)
    }

    /// Pack voltage by its own sensor or as the sum of the cells, the higher of both.
    pub(crate) fn highest_pack_v(&self) -> Option<f32> {
        match (self.pack_v(), self.sum_v()) {
            (Some(pack_v), Some(sum_v)) => Some(pack_v.max(sum_v)),
            (pack_v, sum_v) => pack_v.or(sum_v),
        }
    }
}

/// Reports the findings on one cell, sensor, contactor, front end or the pack.
#[derive(Debug)]
pub(crate) struct FaultReporter<'b> {
    /// A slice, so that the code exists once for every number of debouncers.
    pub(crate) debouncers: &'b mut [Debounce],
    pub(crate) store: &'b mut FaultStore,
    pub(crate) timings: &'b FaultTimings,
    pub(crate) source: Source,
}

/// Ages beyond which a reading is stale, and missing, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ages {
    pub(crate) stale_ms: u16,
    pub(crate) missing_ms: u16,
}

/// The faults of one reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadingFaults {
    pub(crate) missing: FaultId,
    pub(crate) stale: FaultId,
    pub(crate) stuck: FaultId,
    pub(crate) out_of_range: FaultId,
    pub(crate) rate: FaultId,
    pub(crate) not_finite: FaultId,
}

impl FaultReporter<'_> {
    /// Reports a finding on a sample `elapsed_ms` after the one before.
    pub(crate) fn finding(&mut self, finding: Finding, elapsed_ms: u16) {
        self.store.judge(
            self.debouncers,
            self.source,
            &finding,
            elapsed_ms,
            self.timings,
        );
    }

    // The findings below are made here and not where they are found, and each is called and not repeated: there are more
    // than a hundred of them.

    /// Reports a value; fault above `limit`.
    #[inline(never)]
    pub(crate) fn above(
        &mut self,
        fault: FaultId,
        value: f32,
        limit: f32,
        hysteresis: f32,
        elapsed_ms: u16,
    ) {
        self.finding(Finding::above(fault, value, limit, hysteresis), elapsed_ms);
    }

    /// The same where `applies`; otherwise the condition is absent.
    #[inline(never)]
    pub(crate) fn above_if(
        &mut self,
        applies: bool,
        fault: FaultId,
        value: f32,
        limit: f32,
        hysteresis: f32,
        elapsed_ms: u16,
    ) {
        let finding = Finding::above(fault, value, limit, hysteresis);
        self.finding(finding.only_if(applies), elapsed_ms);
    }

    /// Reports a value; fault below `limit`.
    #[inline(never)]
    pub(crate) fn below(
        &mut self,
        fault: FaultId,
        value: f32,
        limit: f32,
        hysteresis: f32,
        elapsed_ms: u16,
    ) {
        self.finding(Finding::below(fault, value, limit, hysteresis), elapsed_ms);
    }

    /// The same where `applies`; otherwise the condition is absent.
    #[inline(never)]
    pub(crate) fn below_if(
        &mut self,
        applies: bool,
        fault: FaultId,
        value: f32,
        limit: f32,
        hysteresis: f32,
        elapsed_ms: u16,
    ) {
        let finding = Finding::below(fault, value, limit, hysteresis);
        self.finding(finding.only_if(applies), elapsed_ms);
    }

    /// Reports whether a condition holds.
    #[inline(never)]
    pub(crate) fn fact(&mut self, fault: FaultId, holds: bool, elapsed_ms: u16) {
        self.finding(Finding::fact(fault, holds), elapsed_ms);
    }

    /// Reports whether a condition holds, with the value it follows from.
    #[inline(never)]
    pub(crate) fn fact_of(
        &mut self,
        fault: FaultId,
        holds: bool,
        value: f32,
        limit: f32,
        elapsed_ms: u16,
    ) {
        let finding = Finding::fact(fault, holds).with_value(value, limit);
        self.finding(finding, elapsed_ms);
    }

    /// Checks a reading: its age at each tick, the rest at each new sample.
    pub(crate) fn reading(
        &mut self,
        channel: &Channel,
        faults: ReadingFaults,
        ages: Ages,
        elapsed_ms: u16,
    ) {
        let age_s = f32::from(channel.age_ms()) * 1e-3;
        for (fault, limit_ms) in [
            (faults.missing, ages.missing_ms),
            (faults.stale, ages.stale_ms),
        ] {
            let limit_s = f32::from(limit_ms) * 1e-3;
            let late = Finding::fact(fault, channel.age_ms() > limit_ms);
            self.finding(late.with_value(age_s, limit_s), elapsed_ms);
        }
        if !channel.is_new() {
            return;
        }
        let since_ms = channel.interval_ms();
        let value = channel.value();
        self.fact(faults.not_finite, channel.is_not_finite(), since_ms);
        if channel.is_not_finite() {
            // The last number says nothing of this sample.
            return;
        }
        for (fault, holds) in [
            (faults.stuck, channel.is_stuck()),
            (faults.out_of_range, channel.is_out_of_range()),
            (faults.rate, channel.has_jumped()),
        ] {
            let finding = Finding::fact(fault, holds).with_value(value, f32::NAN);
            self.finding(finding, since_ms);
        }
    }
}
