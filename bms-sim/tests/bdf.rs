//! Logs in the Battery Data Format: what is read, and what is said of what is not.

mod common;

use std::io::{Cursor, Write};
use std::path::Path;

use bms_sim::data::bdf::{BdfError, Log, OptionalColumns, Reader, Row, Writer};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

fn rows_of(bytes: impl Into<Vec<u8>>) -> Result<Vec<Row>, BdfError> {
    Reader::from_reader(Path::new("a.bdf.csv"), Cursor::new(bytes.into()))?.collect()
}

fn message_of(bytes: impl Into<Vec<u8>>) -> String {
    match rows_of(bytes) {
        Ok(rows) => panic!("read {} rows", rows.len()),
        Err(error) => error.to_string(),
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

const PLAIN: &str =
    "Test Time / s,Current / A,Voltage / V,Surface Temperature T1 / degC,Net Capacity / Ah
0,-1.5,3.7,25,0
1,-1.5,3.69,,-0.0004
";

#[test]
fn preferred_labels_are_read_and_discharge_is_positive() {
    let rows = rows_of(PLAIN).expect("a good log");
    let first = Row {
        time_s: 0.0,
        current_a: 1.5,
        voltage_v: 3.7,
        temperature_degc: Some(25.0),
        net_capacity_ah: Some(0.0),
        line: 2,
    };
    assert_eq!(rows[0], first);
    assert_eq!(rows[1].temperature_degc, None);
    assert_eq!(rows[1].net_capacity_ah, Some(-0.0004));
    assert_eq!(rows.len(), 2);
}

#[test]
fn every_way_to_write_the_same_log_reads_the_same() {
    let expected = rows_of(PLAIN).expect("a good log");
    let same = [
        // Machine-readable names, columns in another order, one that is not ours.
        "step_id,voltage_volt,test_time_second,temperature_t1_celsius,net_capacity_ah,current_ampere\n\
         1,3.7,0,25,0,-1.5\n1,3.69,1,,-0.0004,-1.5\n",
        // Case and spacing.
        "TEST TIME/s ,  current  /  a,Voltage / v,surface temperature t1 / DEGC,net_capacity / AH\n\
         0,-1.5,3.7,25,0\n1 , -1.5,3.69, ,-0.0004\n",
        // Units with a prefix, and kelvin.
        "Test Time / ms,Current / mA,Voltage / mV,Ambient Temperature / K,Net Capacity / mAh\n\
         0,-1500,3700,298.15,0\n1000,-1500,3690,,-0.4\n",
        "test_time_millisecond,current_milliampere,voltage_millivolt,ambient_temperature_celsius,net_capacity_mah\n\
         0,-1500,3700,25,0\n1000,-1500,3690,,-0.4\n",
        // The counter as two, the temperature in two columns of which the surface's is meant.
        "Test Time / s,Current / A,Voltage / V,Ambient Temperature / degC,Surface Temperature / degC,\
         Charging Capacity / Ah,Discharging Capacity / Ah\n0,-1.5,3.7,20,25,0,0\n1,-1.5,3.69,20,,0,0.0004\n",
        // Quotes, and a comma in a column that is not ours.
        "\"Test Time / s\",\"Current / A\",\"Voltage / V\",\"Surface Temperature T1 / degC\",Net Capacity / Ah,note\n\
         \"0\",-1.5,3.7,25,0,\"a, b\"\n1,-1.5,3.69,,-0.0004,\n",
    ];
    for text in same {
        assert_eq!(rows_of(text).expect(text), expected, "{text}");
    }
}

#[test]
fn byte_order_mark_windows_line_ends_blank_lines_and_gzip_are_read() {
    let expected = rows_of(PLAIN).expect("a good log");
    assert_eq!(rows_of(format!("\u{feff}{PLAIN}")).expect("BOM"), expected);
    assert_eq!(rows_of(gzip(PLAIN)).expect("gzip"), expected);
    let windows = PLAIN.replace('\n', "\r\n");
    assert_eq!(rows_of(windows).expect("CRLF"), expected);
    let no_end = PLAIN.trim_end().to_owned();
    assert_eq!(rows_of(no_end).expect("no last line end"), expected);
    let two_members = [gzip(&PLAIN[..90]), gzip(&PLAIN[90..])].concat();
    assert_eq!(rows_of(two_members).expect("two members"), expected);
    let blank = rows_of(PLAIN.replace("\n1,", "\n\n1,") + "\n").expect("blank lines");
    assert_eq!(blank[1].line, 4);
}

#[test]
fn equal_times_are_two_rows_at_one_instant() {
    let rows = rows_of("Test Time / s,Current / A,Voltage / V\n3,0,3.7\n3,-1,3.6\n").expect("ok");
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1].temperature_degc, None);
    assert_eq!(rows[1].net_capacity_ah, None);
}

#[test]
fn an_empty_file_or_a_header_alone_is_said() {
    assert_eq!(
        message_of(""),
        "a.bdf.csv: the file is empty, expected a BDF log: a header line and rows"
    );
    assert_eq!(message_of("\n  \n"), message_of(""));
    assert_eq!(
        message_of("Test Time / s,Current / A,Voltage / V\n"),
        "a.bdf.csv: found a header without any row, expected at least one row"
    );
}

#[test]
fn what_is_not_bdf_is_said() {
    assert_eq!(
        message_of("a,b\n1,2\n"),
        "a.bdf.csv:1: not in the Battery Data Format: found `a,b`, expected a CSV header with `Test Time / s`, \
         `Current / A` and `Voltage / V`"
    );
    assert!(message_of(b"\x89PNG\r\n\x1a\n\0\0\0".as_slice()).contains("found binary data"));
    assert!(message_of(vec![b'x'; 2 << 20]).contains("a.bdf.csv:1: found a line of more than"));
}

#[test]
fn a_missing_column_is_named_with_those_that_are_there() {
    assert_eq!(
        message_of("Test Time / s,Voltage / V,step\n0,3.7,1\n"),
        "a.bdf.csv:1: missing column: expected `Current / A` (or `current_ampere`), found only `Test Time / s`, \
         `Voltage / V`, `step`"
    );
}

#[test]
fn a_wrong_unit_is_named_with_those_that_are_accepted() {
    let header = |label: &str| format!("Test Time / s,Current / A,{label}\n0,0,3.7\n");
    assert_eq!(
        message_of(header("Voltage / kg")),
        "a.bdf.csv:1: column `Voltage / kg`: found unit `kg`, expected V (or mV)"
    );
    // A megavolt is not a millivolt.
    assert!(message_of(header("Voltage / MV")).contains("found unit `MV`, expected V (or mV)"));
    assert!(message_of(header("Voltage")).contains("found unit `none`, expected V (or mV)"));
    assert!(message_of(header("voltage_banana")).contains("found unit `banana`"));
    let temperature =
        "Test Time / s,Current / A,Voltage / V,Surface Temperature T1 / degF\n0,0,3.7,77\n";
    assert!(message_of(temperature).contains("found unit `degF`, expected degC (or K)"));
}

#[test]
fn two_columns_for_one_quantity_are_refused() {
    let text = "Test Time / s,Current / A,Voltage / V,voltage_volt\n0,0,3.7,3.7\n";
    assert_eq!(
        message_of(text),
        "a.bdf.csv:1: column `voltage_volt`: found a second column for the quantity of `Voltage / V`, expected one"
    );
}

#[test]
fn what_is_no_finite_number_is_named_with_line_and_column() {
    for bad in [
        "abc",
        "3,7",
        "NaN",
        "inf",
        "-Infinity",
        "1e999",
        "",
        "0x10",
        "3.7V",
    ] {
        let text = format!("Test Time / s,Current / A,Voltage / V\n0,0,3.7\n1,0,\"{bad}\"\n");
        assert_eq!(
            message_of(text),
            format!("a.bdf.csv:3: column `Voltage / V`: found `{bad}`, expected a finite number")
        );
    }
    // Even where a value may be absent, it may not be nonsense.
    assert!(message_of(PLAIN.replace(",,", ",nan,")).contains("a.bdf.csv:3: column `Surface"));
    let windows = "Test Time / s,Current / A,Voltage / V\r\n0,0,3.7\r\n1,0,x\r\n";
    assert!(message_of(windows).starts_with("a.bdf.csv:3:"));
}

#[test]
fn time_that_runs_backwards_is_named() {
    assert_eq!(
        message_of("Test Time / s,Current / A,Voltage / V\n0,0,3.7\n5,0,3.7\n4.5,0,3.7\n"),
        "a.bdf.csv:4: column `Test Time / s`: found 4.5 s after 5 s, expected time that does not run backwards"
    );
}

#[test]
fn a_row_of_another_width_is_named() {
    let message = message_of("Test Time / s,Current / A,Voltage / V\n0,0,3.7\n1,0\n");
    assert_eq!(
        message,
        "a.bdf.csv:3: found 2 fields, expected 3 as in the header"
    );
}

#[test]
fn truncated_and_damaged_gzip_are_told_apart() {
    let whole = gzip(&common::log(2000));
    let truncated = message_of(&whole[..whole.len() / 2]);
    assert!(
        truncated.contains("the gzip data ends early"),
        "{truncated}"
    );
    assert!(truncated.starts_with("a.bdf.csv:"), "{truncated}");
    let mut damaged = whole;
    let middle = damaged.len() / 2;
    damaged[middle..middle + 40].fill(0xff);
    let damaged = message_of(damaged);
    assert!(damaged.contains("damaged gzip data"), "{damaged}");
}

/// The test log with some columns multiplied by -1.
fn reversed(columns: &[usize]) -> String {
    let log = common::log(300);
    let turn = |(index, field): (usize, &str)| {
        if columns.contains(&index) {
            format!("{}", 0.0 - field.parse::<f64>().expect("a number"))
        } else {
            field.to_owned()
        }
    };
    let mut lines = log.lines();
    let mut out = lines.next().expect("a header").to_owned() + "\n";
    for line in lines {
        let fields: Vec<String> = line.split(',').enumerate().map(turn).collect();
        out += &(fields.join(",") + "\n");
    }
    out
}

#[test]
fn reversed_signs_are_found_and_the_column_named() {
    rows_of(reversed(&[])).expect("nothing is reversed");
    let current = message_of(reversed(&[1]));
    assert!(
        current.starts_with(
            "a.bdf.csv: column `Current / A`: the sign is reversed: the voltage falls where current is positive"
        ),
        "{current}"
    );
    assert!(
        current.ends_with("hint: multiply the column by -1"),
        "{current}"
    );
    let both = message_of(reversed(&[1, 4]));
    assert!(
        both.contains("column `Current / A`: the sign is reversed"),
        "{both}"
    );
    let counter = message_of(reversed(&[4]));
    assert!(
        counter.contains("column `Net Capacity / Ah`: the sign is reversed: it contradicts"),
        "{counter}"
    );
}

#[test]
fn a_steady_discharge_tells_its_sign_too() {
    let log = |sign: f64| {
        let rows = (0..100).map(|second| {
            let voltage_v = 4.0 - 0.005 * f64::from(second);
            format!("{second},{sign},{voltage_v}\n")
        });
        "Test Time / s,Current / A,Voltage / V\n".to_owned() + &rows.collect::<String>()
    };
    rows_of(log(-1.0)).expect("a discharge");
    let message = message_of(log(1.0));
    assert!(
        message.contains("correlation -1.00 of voltage with integrated current"),
        "{message}"
    );
}

#[test]
fn missing_temperatures_are_held() {
    let log: Log = rows_of(PLAIN).expect("ok").into_iter().collect();
    assert_eq!(log.temperature_held_degc(), Some(vec![25.0, 25.0]));
    assert_eq!(Log::default().temperature_held_degc(), None);
}

fn any_row() -> impl Strategy<Value = Row> {
    let number = -1e12..1e12_f64;
    let optional = || proptest::option::of(-1e6..1e6_f64);
    (number.clone(), number, optional(), optional()).prop_map(|(current_a, voltage_v, t, q)| Row {
        time_s: 0.0,
        current_a,
        voltage_v,
        temperature_degc: t,
        net_capacity_ah: q,
        line: 0,
    })
}

proptest! {
    /// What is written reads back to the same numbers, bit by bit.
    #[test]
    fn written_logs_read_back(
        rows in proptest::collection::vec((any_row(), 0.0..1e6_f64), 1..15),
        start_s in -1e6..1e6_f64,
        compressed: bool,
    ) {
        let mut time_s = start_s;
        let mut expected = Vec::new();
        let columns = OptionalColumns { temperature: true, net_capacity: true };
        let mut writer = Writer::new(Vec::new(), columns).expect("memory");
        for (line, (row, dt_s)) in (2..).zip(rows) {
            time_s += dt_s;
            let row = Row { time_s, line, ..row };
            writer.write(&row).expect("memory");
            expected.push(row);
        }
        let bytes = writer.finish().expect("memory");
        let text = String::from_utf8(bytes).expect("text");
        let bytes = if compressed { gzip(&text) } else { text.into_bytes() };
        prop_assert_eq!(rows_of(bytes).expect("what was written"), expected);
    }

    /// Whatever the bytes, there are rows or an error that names the file.
    #[test]
    fn any_bytes_give_rows_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Err(error) = rows_of(bytes) {
            prop_assert!(error.to_string().starts_with("a.bdf.csv"));
        }
    }

    /// Near misses: a good log with some bytes changed or cut, plain or compressed.
    #[test]
    fn nearly_good_logs_give_rows_or_an_error(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end: prop::sample::Index,
        compressed: bool,
    ) {
        let mut bytes = if compressed { gzip(PLAIN) } else { PLAIN.as_bytes().to_vec() };
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(end.index(bytes.len()) + 1);
        for row in rows_of(bytes).into_iter().flatten() {
            prop_assert!(row.time_s.is_finite() && row.current_a.is_finite() && row.voltage_v.is_finite());
        }
    }
}
