//! Recordings as C headers.

use std::fmt::Write as _;

use bms_core::charging::gbt::Frame;
use bms_core::charging::{Ask, StationIsolation, StationStatus};
use bms_core::units::{to_amperes, to_volts, to_watts, watts};

use super::charge::{Row, StationOutput};

/// Head of a file.
fn head(what: &str, guard: &str) -> String {
    format!(
        "/*\n * {what}, from the charger model of bms-sim. To write it anew:\n *\n \
         *   cargo xtask recordings\n */\n\
         #ifndef {guard}\n#define {guard}\n\n#include \"recorded.h\"\n\n"
    )
}

fn row_in_c(row: &Row) -> String {
    let bit = |closed: bool, bit: u8| if closed { bit } else { 0 };
    let closed = bit(row.closed.main_positive, 1)
        | bit(row.closed.main_negative, 2)
        | bit(row.closed.precharge, 4);
    format!(
        "{:.3}f, {:.1}f, {:.1}f, {closed}",
        row.cell_v, row.current_a, row.link_v
    )
}

pub(super) fn dc_in_c(rows: &[(Row, StationOutput)]) -> String {
    let mut text = head(
        "A charge at a DC station of 150 kW",
        "CHARGE_DC_RECORDING_H",
    );
    text.push_str("static const recorded_station station = {\n");
    let limits = rows
        .iter()
        .find_map(|(_, station)| station.message)
        .expect("a message");
    let _ = writeln!(
        text,
        "  {:.1}f, {:.1}f, {:.1}f, {:.1}f\n}};\n",
        to_volts(limits.voltage_max),
        to_volts(limits.voltage_min),
        to_amperes(limits.current_max),
        to_watts(limits.power_max)
    );
    text.push_str("static const recorded_row rows[] = {\n");
    for (row, station) in rows {
        let (voltage_v, current_a) = station.message.map_or((0.0, 0.0), |message| {
            assert_eq!(message.power_max, watts(150e3));
            (to_volts(message.voltage), to_amperes(message.current))
        });
        let _ = writeln!(
            text,
            "  {{{}, {voltage_v:.1}f, {current_a:.1}f, {}, {}, {}, {}, {}}},",
            row_in_c(row),
            u8::from(station.message.is_some()),
            status(station.report.status),
            isolation(station.report.isolation),
            u8::from(station.report.stop),
            ask(station.report.answered)
        );
    }
    text.push_str("};\n\n#endif\n");
    text
}

pub(super) fn gbt_in_c(rows: &[Row], frames: &[(u32, Frame)]) -> String {
    let mut text = head(
        "A charge at a GB/T 27930 station of 120 kW",
        "CHARGE_GBT_RECORDING_H",
    );
    text.push_str("static const recorded_row rows[] = {\n");
    for row in rows {
        let _ = writeln!(text, "  {{{}, 0.0f, 0.0f, 0, 0, 0, 0, 0}},", row_in_c(row));
    }
    text.push_str("};\n\n/* Time, identifier and bytes of each frame of the station. */\nstatic const recorded_frame frames[] = {\n");
    for (at_ms, frame) in frames {
        let mut bytes: Vec<String> = frame.bytes().iter().map(u8::to_string).collect();
        bytes.resize(8, "0".to_owned());
        let _ = writeln!(
            text,
            "  {{{at_ms}, 0x{:08X}u, {}, {{{}}}}},",
            frame.id,
            frame.bytes().len(),
            bytes.join(", ")
        );
    }
    text.push_str("};\n\n#endif\n");
    text
}

fn status(status: StationStatus) -> u8 {
    match status {
        StationStatus::NotReady => 0,
        StationStatus::Ready => 1,
        StationStatus::Shutdown => 2,
        StationStatus::UtilityInterrupt => 3,
        StationStatus::IsolationMonitoring => 4,
        StationStatus::EmergencyShutdown => 5,
        StationStatus::Malfunction => 6,
    }
}

fn isolation(isolation: StationIsolation) -> u8 {
    match isolation {
        StationIsolation::Invalid => 0,
        StationIsolation::Valid => 1,
        StationIsolation::Warning => 2,
        StationIsolation::Fault => 3,
        StationIsolation::NoMonitor => 4,
    }
}

fn ask(ask: Ask) -> u8 {
    match ask {
        Ask::Nothing => 0,
        Ask::Parameters => 1,
        Ask::CableCheck => 2,
        Ask::Precharge => 3,
        Ask::StartPower => 4,
        Ask::Current => 5,
        Ask::StopPower => 6,
        Ask::WeldingDetection => 7,
        Ask::StopSession => 8,
    }
}
