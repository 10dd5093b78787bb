//! Saved state of faults: status bytes, latches, records, log.

use super::SnapshotError;
use super::bytes::{Reader, Writer};
use crate::config::{Layout, MAX_FRONT_ENDS};
use crate::measurement::Contactor;
use crate::protection::{
    CATALOGUE, DtcStatus, Event, EventKind, FAULTS, FaultId, FaultRecord, FaultStore, FreezeFrame,
    LOG_LENGTH, RECORDS, SavedFault, Source,
};
use crate::units::{amperes, kelvin, ratio, to_amperes, to_kelvin, to_ratio, to_volts, volts};

/// Length of one fault's status in bytes.
const STATUS: usize = 2 + 1 + 1;

/// Length of one record in bytes.
const RECORD: usize = 2 + 2 + 8 + 8 + 2 + 3 * 4 + 7 * 4;

/// Length of one event in bytes.
const EVENT: usize = 2 + 2 + 1 + 8 + 4;

/// Length of everything in bytes.
pub(crate) const LENGTH: usize =
    2 + FAULTS * STATUS + 2 + RECORDS * RECORD + 4 + 2 + LOG_LENGTH * EVENT;

/// Fault number of an empty place.
const NOTHING: u16 = 0;

pub(crate) fn write(out: &mut Writer<'_>, store: &FaultStore) {
    out.count(FAULTS);
    for entry in CATALOGUE {
        let kept = store.kept(entry.id);
        out.u16(entry.number);
        out.u8(kept.status.bits());
        out.u8(u8::from(kept.latched));
    }
    out.count(RECORDS);
    for record in store.record_slots() {
        match record {
            Some(record) => write_record(out, record),
            None => out.put(&[0; RECORD]),
        }
    }
    out.u32(store.log().written());
    out.count(LOG_LENGTH);
    for event in store.log().slots() {
        match event {
            Some(event) => write_event(out, event),
            None => out.put(&[0; EVENT]),
        }
    }
}

fn write_record(out: &mut Writer<'_>, record: &FaultRecord) {
    out.u16(record.fault.definition().number);
    write_source(out, record.source);
    out.u64(record.first_ms);
    out.u64(record.last_ms);
    out.u16(record.count);
    for value in [record.value, record.limit, record.excess] {
        out.f32(value);
    }
    let frame = &record.frame;
    out.f32(to_amperes(frame.current));
    out.f32(to_volts(frame.pack_voltage));
    out.f32(to_volts(frame.lowest_cell));
    out.f32(to_volts(frame.highest_cell));
    out.f32(to_kelvin(frame.coldest));
    out.f32(to_kelvin(frame.warmest));
    out.f32(to_ratio(frame.soc));
}

fn write_event(out: &mut Writer<'_>, event: &Event) {
    out.u16(event.fault.definition().number);
    write_source(out, event.source);
    out.u8(match event.kind {
        EventKind::Appeared => 0,
        EventKind::Recovered => 1,
        EventKind::Acknowledged => 2,
    });
    out.u64(event.at_ms);
    out.f32(event.value);
}

fn write_source(out: &mut Writer<'_>, source: Source) {
    let (kind, index) = match source {
        Source::Pack => (0, 0),
        Source::Cell(index) => (1, index),
        Source::TemperatureSensor(index) => (2, index),
        Source::CurrentSensor(index) => (3, index),
        Source::Contactor(contactor) => (
            4,
            match contactor {
                Contactor::MainPositive => 0,
                Contactor::MainNegative => 1,
                Contactor::Precharge => 2,
            },
        ),
        Source::FrontEnd(index) => (5, index),
    };
    out.u8(kind);
    out.u8(index);
}

/// The fault store as of `now_ms`.
pub(crate) fn read(
    input: &mut Reader<'_>,
    now_ms: u64,
    layout: &Layout<'_>,
) -> Result<FaultStore, SnapshotError> {
    let mut store = FaultStore::restored(now_ms);
    let mut last_number = NOTHING;
    for _ in 0..input.count("the number of faults", FAULTS)? {
        let Some(fault) = read_fault(input)? else {
            return Err(input.reject("a fault's number"));
        };
        let number = fault.definition().number;
        input.check("the order of the faults", number > last_number)?;
        last_number = number;
        let kept = SavedFault {
            fault,
            status: DtcStatus::from_bits(input.u8("a fault's status")?),
            latched: input.flag("a fault's latch")?,
        };
        input.check("a fault's status and latch", kept.is_settled())?;
        store.restore(kept);
    }
    for place in 0..input.count("the number of records", RECORDS)? {
        if let Some(record) = read_record(input, now_ms, layout)? {
            let alone = store.restore_record(place, record);
            input.check("the records of one fault", alone)?;
        }
    }
    let written = input.u32("the number of events")?;
    store.restore_events_written(written);
    for place in 0..input.count("the length of the log", LOG_LENGTH)? {
        if let Some(event) = read_event(input, now_ms, layout)? {
            store.restore_event(place, event);
        }
    }
    Ok(store)
}

/// `None` for an empty place.
fn read_fault(input: &mut Reader<'_>) -> Result<Option<FaultId>, SnapshotError> {
    let number = input.u16("a fault's number")?;
    if number == NOTHING {
        return Ok(None);
    }
    let fault = FaultId::from_number(number);
    fault.map(Some).ok_or(SnapshotError::UnknownFault {
        number,
        at: input.place(),
    })
}

fn read_record(
    input: &mut Reader<'_>,
    now_ms: u64,
    layout: &Layout<'_>,
) -> Result<Option<FaultRecord>, SnapshotError> {
    let Some(fault) = read_fault(input)? else {
        input.nothing("an empty record", RECORD - 2)?;
        return Ok(None);
    };
    let source = read_source(input, layout)?;
    let first_ms = input.u64("the time of a record")?;
    let last_ms = input.u64("the time of a record")?;
    let in_order = first_ms <= last_ms && last_ms <= now_ms;
    input.check("the times of a record", in_order)?;
    let count = input.u16("the count of a record")?;
    input.check("the count of a record", count > 0)?;
    let value = input.any_f32("the value of a record")?;
    let limit = input.any_f32("the limit of a record")?;
    let excess = input.f32("the excess of a record", 0.0, f32::INFINITY)?;
    let mut number = || input.any_f32("a freeze frame");
    let frame = FreezeFrame {
        current: amperes(number()?),
        pack_voltage: volts(number()?),
        lowest_cell: volts(number()?),
        highest_cell: volts(number()?),
        coldest: kelvin(number()?),
        warmest: kelvin(number()?),
        soc: ratio(number()?),
    };
    Ok(Some(FaultRecord {
        fault,
        source,
        first_ms,
        last_ms,
        count,
        value,
        limit,
        excess,
        frame,
    }))
}

fn read_event(
    input: &mut Reader<'_>,
    now_ms: u64,
    layout: &Layout<'_>,
) -> Result<Option<Event>, SnapshotError> {
    let Some(fault) = read_fault(input)? else {
        input.nothing("an empty event", EVENT - 2)?;
        return Ok(None);
    };
    let source = read_source(input, layout)?;
    let kind = match input.u8("the kind of an event")? {
        0 => EventKind::Appeared,
        1 => EventKind::Recovered,
        2 => EventKind::Acknowledged,
        _ => return Err(input.reject("the kind of an event")),
    };
    let at_ms = input.u64("the time of an event")?;
    input.check("the time of an event", at_ms <= now_ms)?;
    Ok(Some(Event {
        at_ms,
        fault,
        source,
        kind,
        value: input.any_f32("the value of an event")?,
    }))
}

fn read_source(input: &mut Reader<'_>, layout: &Layout<'_>) -> Result<Source, SnapshotError> {
    let kind = input.u8("what a fault was found on")?;
    let index = input.u8("what a fault was found on")?;
    let most = match kind {
        0 => 1,
        1 => layout.cells,
        2 => layout.temperature_sensors,
        3 => 2,
        4 => 3,
        5 => MAX_FRONT_ENDS,
        _ => 0,
    };
    input.check("what a fault was found on", usize::from(index) < most)?;
    Ok(match (kind, index) {
        (1, _) => Source::Cell(index),
        (2, _) => Source::TemperatureSensor(index),
        (3, _) => Source::CurrentSensor(index),
        (4, 0) => Source::Contactor(Contactor::MainPositive),
        (4, 1) => Source::Contactor(Contactor::MainNegative),
        (4, _) => Source::Contactor(Contactor::Precharge),
        (5, _) => Source::FrontEnd(index),
        _ => Source::Pack,
    })
}
