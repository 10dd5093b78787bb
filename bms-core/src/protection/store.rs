//! The fault store: status, latch, records and log of all faults.

mod saved;

use super::debounce::{Change, Condition, Debounce};
use super::fault_set::FaultSet;
use super::record::{Event, EventKind, EventLog, FaultRecord, FreezeFrame, Source};
use super::status::DtcStatus;
use crate::fast_path;
use crate::fault::{FAULTS, FaultId, FaultTimings, Latch, Reaction, Severity};

pub(crate) use saved::SavedFault;

/// Capacity of the fault records.
pub const RECORDS: usize = 24;

/// Result of one check on one sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Finding {
    pub(crate) fault: FaultId,
    /// Measured value, for the record.
    pub(crate) value: f32,
    /// Its limit, for the record.
    pub(crate) limit: f32,
    /// How far the value is beyond the limit; not a number if unknown.
    pub(crate) excess: f32,
    /// How far within the limit it has to be for recovery; not negative.
    pub(crate) hysteresis: f32,
}

impl Finding {
    /// A value with an upper limit.
    pub(crate) const fn above(fault: FaultId, value: f32, limit: f32, hysteresis: f32) -> Self {
        Self {
            fault,
            value,
            limit,
            excess: value - limit,
            hysteresis,
        }
    }

    /// A value with a lower limit.
    pub(crate) const fn below(fault: FaultId, value: f32, limit: f32, hysteresis: f32) -> Self {
        Self {
            fault,
            value,
            limit,
            excess: limit - value,
            hysteresis,
        }
    }

    /// A condition that holds or not.
    pub(crate) const fn fact(fault: FaultId, holds: bool) -> Self {
        let value = if holds { 1.0 } else { 0.0 };
        Self {
            fault,
            value,
            limit: 0.0,
            excess: if holds { 1.0 } else { -1.0 },
            hysteresis: 0.0,
        }
    }

    /// The same where `applies`; otherwise the condition is absent.
    pub(crate) const fn only_if(mut self, applies: bool) -> Self {
        if !applies {
            self.excess = f32::NEG_INFINITY;
        }
        self
    }

    /// The same with the value and limit that the condition follows from, for the record.
    pub(crate) const fn with_value(mut self, value: f32, limit: f32) -> Self {
        self.value = value;
        self.limit = limit;
        self
    }

    fn condition(&self, active: bool) -> Condition {
        let threshold = if active { -self.hysteresis } else { 0.0 };
        if self.excess > threshold {
            Condition::Present
        } else if self.excess <= threshold {
            Condition::Absent
        } else {
            Condition::Unknown
        }
    }
}

/// Status, latch, records and log of all faults.
#[derive(Clone, Debug)]
pub(crate) struct FaultStore {
    status: [DtcStatus; FAULTS],
    /// Number of sources on which each fault is qualified.
    counts: [u8; FAULTS],
    /// Faults with a count above zero.
    qualified: FaultSet,
    latched: FaultSet,
    /// At most one per fault.
    records: [Option<FaultRecord>; RECORDS],
    log: EventLog,
    now_ms: u64,
    frame: FreezeFrame,
}

/// Reactions with an effect, strongest first.
const STRONGEST_FIRST: [Reaction; 5] = [
    Reaction::OpenAtOnce,
    Reaction::Open,
    Reaction::StopCharging,
    Reaction::Limit,
    Reaction::Warn,
];

/// Every fault that asks for this reaction or a stronger one.
const fn reacting(at_least: Reaction) -> &'static FaultSet {
    const RECORD: FaultSet = FaultSet::reacting(Reaction::Record);
    const WARN: FaultSet = FaultSet::reacting(Reaction::Warn);
    const LIMIT: FaultSet = FaultSet::reacting(Reaction::Limit);
    const STOP_CHARGING: FaultSet = FaultSet::reacting(Reaction::StopCharging);
    const OPEN: FaultSet = FaultSet::reacting(Reaction::Open);
    const OPEN_AT_ONCE: FaultSet = FaultSet::reacting(Reaction::OpenAtOnce);
    match at_least {
        Reaction::Record => &RECORD,
        Reaction::Warn => &WARN,
        Reaction::Limit => &LIMIT,
        Reaction::StopCharging => &STOP_CHARGING,
        Reaction::Open => &OPEN,
        Reaction::OpenAtOnce => &OPEN_AT_ONCE,
    }
}

impl FaultStore {
    pub(crate) const fn new() -> Self {
        Self {
            status: [DtcStatus::CLEARED; FAULTS],
            counts: [0; FAULTS],
            qualified: FaultSet::EMPTY,
            latched: FaultSet::EMPTY,
            records: [None; RECORDS],
            log: EventLog::new(),
            now_ms: 0,
            frame: FreezeFrame::UNKNOWN,
        }
    }

    /// Begins a tick, `elapsed_ms` after the last one; `frame` is the freeze frame of records made in it.
    pub(crate) fn begin(&mut self, elapsed_ms: u16, frame: FreezeFrame) {
        self.now_ms = self.now_ms.saturating_add(u64::from(elapsed_ms));
        self.frame = frame;
    }

    /// Takes the finding of one sample on one source.
    pub(crate) fn judge(
        &mut self,
        debouncers: &mut [Debounce],
        source: Source,
        finding: &Finding,
        elapsed_ms: u16,
        timings: &FaultTimings,
    ) {
        let fault = finding.fault;
        let Some(debounce) = debouncers.get_mut(fault.slot()) else {
            return;
        };
        if fast_path::allowed() && debounce.is_idle() && finding.excess <= 0.0 {
            // What nearly all findings come to.
            self.complete(fault);
            return;
        }
        let condition = finding.condition(debounce.is_active());
        match debounce.step(condition, elapsed_ms, timings.get(fault)) {
            Change::Qualified => self.appear(source, finding),
            Change::Recovered => self.recover(source, finding),
            Change::None if condition == Condition::Absent => self.complete(fault),
            Change::None if condition == Condition::Present && debounce.is_active() => {
                self.renew(source, finding);
            }
            Change::None => {}
        }
    }

    /// Clears latched faults whose condition is absent.
    pub(crate) fn acknowledge(&mut self) {
        for fault in self.latched.iter() {
            if self.is_qualified(fault) {
                continue;
            }
            self.latched.set(fault, false);
            self.end(fault);
            let (source, value) = self
                .record(fault)
                .map_or((Source::Pack, 0.0), |record| (record.source, record.value));
            self.write(fault, source, EventKind::Acknowledged, value);
        }
    }

    /// Clears the records (workshop service); those of qualified or latched faults stay.
    pub(crate) fn clear_records(&mut self) {
        for status in &mut self.status {
            status.clear();
        }
        let (qualified, latched) = (self.qualified, self.latched);
        for slot in &mut self.records {
            if slot.is_some_and(|record| !qualified.or(&latched).contains(record.fault)) {
                *slot = None;
            }
        }
    }

    /// A new operation cycle begins.
    pub(crate) fn begin_operation_cycle(&mut self) {
        for status in &mut self.status {
            status.begin_operation_cycle();
        }
    }

    /// Whether the fault is qualified on any source, or latched.
    pub(crate) fn is_present(&self, fault: FaultId) -> bool {
        self.is_qualified(fault) || self.latched.contains(fault)
    }

    /// Whether the fault is qualified on any source.
    pub(crate) fn is_qualified(&self, fault: FaultId) -> bool {
        self.qualified.contains(fault)
    }

    /// Faults that are qualified or latched, in the order of the catalogue.
    pub(crate) fn present(&self) -> impl Iterator<Item = FaultId> {
        self.present_set().iter()
    }

    /// Present faults that ask for this reaction or a stronger one, in the order of the catalogue.
    pub(crate) fn reacting(&self, at_least: Reaction) -> impl Iterator<Item = FaultId> {
        self.present_set().and(reacting(at_least)).iter()
    }

    fn present_set(&self) -> FaultSet {
        self.qualified.or(&self.latched)
    }

    /// The strongest reaction that a present fault asks for.
    pub(crate) fn reaction(&self) -> Reaction {
        let present = self.present_set();
        STRONGEST_FIRST
            .into_iter()
            .find(|reaction| !present.and(reacting(*reaction)).is_empty())
            .unwrap_or(Reaction::Record)
    }

    pub(crate) fn status(&self, fault: FaultId) -> DtcStatus {
        self.status
            .get(fault as usize)
            .copied()
            .unwrap_or(DtcStatus::CLEARED)
    }

    /// How many of these sets of tests, from the first, had a result in this operation cycle and since the records were
    /// cleared.
    pub(crate) fn completed(&self, tests: &[FaultSet]) -> usize {
        let incomplete = |fault| self.status(fault).is_test_open();
        tests
            .iter()
            .position(|set| set.iter().any(incomplete))
            .unwrap_or(tests.len())
    }

    pub(crate) fn record(&self, fault: FaultId) -> Option<&FaultRecord> {
        self.records().find(|record| record.fault == fault)
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = &FaultRecord> {
        self.records.iter().flatten()
    }

    pub(crate) fn log(&self) -> &EventLog {
        &self.log
    }

    pub(crate) const fn now_ms(&self) -> u64 {
        self.now_ms
    }

    fn count(&self, fault: FaultId) -> u8 {
        self.counts.get(fault as usize).copied().unwrap_or(0)
    }

    fn complete(&mut self, fault: FaultId) {
        if let Some(status) = self.status.get_mut(fault as usize) {
            status.complete();
        }
    }

    fn appear(&mut self, source: Source, finding: &Finding) {
        let fault = finding.fault;
        if let Some(count) = self.counts.get_mut(fault as usize) {
            *count = count.saturating_add(1);
        }
        self.qualified.set(fault, true);
        if let Some(status) = self.status.get_mut(fault as usize) {
            status.fail(fault.severity() >= Severity::Warning);
        }
        if fault.latch() != Latch::SelfClearing {
            self.latched.set(fault, true);
        }
        self.write_record(source, finding);
        self.write(fault, source, EventKind::Appeared, finding.value);
    }

    fn recover(&mut self, source: Source, finding: &Finding) {
        let fault = finding.fault;
        if let Some(count) = self.counts.get_mut(fault as usize) {
            *count = count.saturating_sub(1);
        }
        if self.count(fault) == 0 {
            self.qualified.set(fault, false);
            if let Some(status) = self.status.get_mut(fault as usize) {
                status.pass();
            }
            if !self.latched.contains(fault) {
                self.end(fault);
            }
        }
        self.write(fault, source, EventKind::Recovered, finding.value);
    }

    fn end(&mut self, fault: FaultId) {
        if let Some(status) = self.status.get_mut(fault as usize) {
            status.end_warning();
        }
    }

    /// Updates the record of a qualified fault whose condition holds.
    fn renew(&mut self, source: Source, finding: &Finding) {
        let now_ms = self.now_ms;
        let Some(record) = self.record_mut(finding.fault) else {
            return;
        };
        record.last_ms = now_ms;
        if finding.excess > record.excess {
            record.source = source;
            record.value = finding.value;
            record.limit = finding.limit;
            record.excess = finding.excess;
        }
    }

    fn record_mut(&mut self, fault: FaultId) -> Option<&mut FaultRecord> {
        let mut records = self.records.iter_mut().flatten();
        records.find(|record| record.fault == fault)
    }

    fn write_record(&mut self, source: Source, finding: &Finding) {
        let (now_ms, frame) = (self.now_ms, self.frame);
        if let Some(record) = self.record_mut(finding.fault) {
            record.source = source;
            record.last_ms = now_ms;
            record.count = record.count.saturating_add(1);
            record.value = finding.value;
            record.limit = finding.limit;
            record.excess = finding.excess;
            record.frame = frame;
            return;
        }
        let Some(slot) = self
            .place_for(finding.fault)
            .and_then(|place| self.records.get_mut(place))
        else {
            return;
        };
        *slot = Some(FaultRecord {
            fault: finding.fault,
            source,
            first_ms: now_ms,
            last_ms: now_ms,
            count: 1,
            value: finding.value,
            limit: finding.limit,
            excess: finding.excess,
            frame,
        });
    }

    /// A free slot, or that of the least important record, unless it is more important than the new one: not present, then
    /// less severe, then older.
    fn place_for(&self, fault: FaultId) -> Option<usize> {
        let worth = |record: &FaultRecord| {
            (
                self.is_present(record.fault),
                record.fault.severity(),
                record.last_ms,
            )
        };
        if let Some(place) = self.records.iter().position(Option::is_none) {
            return Some(place);
        }
        let places = self.records.iter().enumerate();
        let (place, record) = places
            .filter_map(|(place, record)| record.as_ref().map(|record| (place, record)))
            .min_by_key(|(_, record)| worth(record))?;
        let new = (true, fault.severity(), self.now_ms);
        (worth(record) <= new).then_some(place)
    }

    fn write(&mut self, fault: FaultId, source: Source, kind: EventKind, value: f32) {
        self.log.push(Event {
            at_ms: self.now_ms,
            fault,
            source,
            kind,
            value,
        });
    }
}

#[cfg(test)]
mod tests;
