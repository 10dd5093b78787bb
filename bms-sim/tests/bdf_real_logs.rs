//! Every real log reads; a reversed sign is found, and only there.

mod common;

use std::io::Cursor;
use std::path::Path;

use bms_sim::data::bdf::{BdfError, OptionalColumns, Reader, Row, Writer};

/// What reading says of a log whose current and counter are multiplied by these signs.
fn read_with_signs(rows: &[Row], current: f64, counter: Option<f64>) -> Result<(), BdfError> {
    let columns = OptionalColumns {
        temperature: true,
        net_capacity: counter.is_some(),
    };
    let mut writer = Writer::new(Vec::new(), columns).expect("memory takes all");
    for row in rows {
        let row = Row {
            current_a: current * row.current_a,
            net_capacity_ah: row.net_capacity_ah.zip(counter).map(|(q, sign)| q * sign),
            ..*row
        };
        writer.write(&row).expect("memory takes all");
    }
    let bytes = Cursor::new(writer.finish().expect("memory takes all"));
    let reader = Reader::from_reader(Path::new("log"), bytes)?;
    reader.collect::<Result<Vec<_>, _>>().map(|_| ())
}

#[test]
fn real_logs_read_and_reversed_signs_are_found() {
    let Some(dir) = common::data_dir_or_skip("real logs") else {
        return;
    };
    let logs = common::logs_below(&dir);
    assert!(logs.len() > 400, "{} logs", logs.len());
    let (mut current, mut counter, mut both) = (0, 0, 0);
    for path in &logs {
        let rows: Vec<Row> = match Reader::open(path).and_then(Iterator::collect) {
            Ok(rows) => rows,
            Err(error) => panic!("{error}"),
        };
        assert!(rows.len() > 5, "{}", path.display());
        for counter in [Some(1.0), None] {
            if let Err(error) = read_with_signs(&rows, 1.0, counter) {
                panic!("false alarm: {}: {error}", path.display());
            }
        }
        current += usize::from(read_with_signs(&rows, -1.0, Some(1.0)).is_err());
        counter += usize::from(read_with_signs(&rows, 1.0, Some(-1.0)).is_err());
        both += usize::from(read_with_signs(&rows, -1.0, Some(-1.0)).is_err());
    }
    println!(
        "of {} logs, found: reversed current {current}, counter {counter}, both {both}",
        logs.len()
    );
    // The signs of seven-row rests and the like cannot be told.
    assert!(current >= logs.len() - 5 && counter >= logs.len() - 5);
    assert!(both * 100 >= logs.len() * 97);
}
