//! Memory of a pack: too small is an error that names the bound, larger is allowed, and nothing lies beyond the last cell.

use bms_core::cell::Expected;
use bms_core::config::ConfigError;
use bms_core::config::presets::NMC_13S;
use bms_core::estimation::{CellDelta, InitialSoc};
use bms_core::measurement::{CellMeasurement, Commands, Measurements, Reading};
use bms_core::protection::{CellMemory, FaultId, SensorMemory};
use bms_core::units::{milliseconds, volts};
use bms_core::{Bms, BmsInPlace, BmsView, Memory, PackMemory};

const CELLS: usize = NMC_13S.layout.cells;
const SENSORS: usize = NMC_13S.layout.temperature_sensors;

/// Lists of caller-provided memory, each as long as the test wants.
#[derive(Debug)]
struct Lists {
    pack: PackMemory,
    cells: Vec<CellMemory>,
    deltas: Vec<CellDelta>,
    sensors: Vec<SensorMemory>,
}

impl Lists {
    fn new(cells: usize, deltas: usize, sensors: usize) -> Self {
        Self {
            pack: PackMemory::new(InitialSoc::FromVoltage),
            cells: vec![CellMemory::new(); cells],
            deltas: vec![CellDelta::new(); deltas],
            sensors: vec![SensorMemory::new(); sensors],
        }
    }

    fn in_place(&mut self) -> Result<BmsInPlace<'_>, ConfigError> {
        BmsInPlace::new(
            NMC_13S.validated()?,
            Memory {
                pack: &mut self.pack,
                cells: &mut self.cells,
                deltas: &mut self.deltas,
                sensors: &mut self.sensors,
            },
        )
    }

    fn view(&self) -> Result<BmsView<'_>, ConfigError> {
        BmsView::new(NMC_13S.validated()?, &self.pack, &self.cells, &self.deltas)
    }
}

/// Field, value and upper bound of a refusal.
fn named(refusal: ConfigError) -> (String, f32, Expected) {
    let ConfigError::Value(error) = refusal else {
        panic!("{refusal}");
    };
    (error.field.to_string(), error.value, error.expected)
}

#[test]
fn memory_that_is_too_small_is_refused_with_field_value_and_bound() {
    let cells = ("layout.cells".to_owned(), 13.0, Expected::AtMost(12.0));
    let sensors = (
        "layout.temperature_sensors".to_owned(),
        4.0,
        Expected::AtMost(3.0),
    );
    for (mut lists, expected) in [
        (Lists::new(CELLS - 1, CELLS, SENSORS), &cells),
        (Lists::new(CELLS, CELLS - 1, SENSORS), &cells),
        (Lists::new(CELLS, CELLS, SENSORS - 1), &sensors),
    ] {
        let refusal = lists.in_place().expect_err("too small");
        assert_eq!(named(refusal), *expected);
        if *expected == cells {
            assert_eq!(lists.view().expect_err("too small"), refusal);
        }
    }
    for length in 0..CELLS {
        assert!(
            Lists::new(length, CELLS, SENSORS).in_place().is_err(),
            "{length} cells"
        );
        assert!(
            Lists::new(CELLS, length, SENSORS).in_place().is_err(),
            "{length} deltas"
        );
    }
    let config = NMC_13S.validated().expect("a valid configuration");
    let refusal = Bms::<12, SENSORS>::new(config, InitialSoc::FromVoltage).expect_err("too small");
    assert_eq!(named(refusal), cells);
    let refusal = Bms::<CELLS, 3>::new(config, InitialSoc::FromVoltage).expect_err("too small");
    assert_eq!(named(refusal), sensors);
}

#[test]
fn every_cell_is_protected_in_memory_of_any_accepted_length() {
    for extra in [0, 1, 20] {
        let mut lists = Lists::new(CELLS + extra, CELLS + 2 * extra, SENSORS + extra);
        let mut own =
            Bms::<33, 24>::new(NMC_13S.validated().expect("valid"), InitialSoc::FromVoltage)
                .expect("enough room");
        let mut cells = [CellMeasurement {
            voltage: Reading::New(volts(3.7)),
            ..CellMeasurement::default()
        }; CELLS];
        cells[CELLS - 1].voltage = Reading::New(volts(4.6));
        let measurements = Measurements {
            cells: &cells,
            ..Measurements::default()
        };
        let mut bms = lists.in_place().expect("enough room");
        for _ in 0..200 {
            let dt = milliseconds(10.0);
            let outputs = bms.step(&measurements, &Commands::default(), dt);
            // As text: a value that is not a number equals nothing.
            let other = own.step(&measurements, &Commands::default(), dt);
            assert_eq!(format!("{outputs:?}"), format!("{other:?}"));
        }
        assert!(bms.view().has(FaultId::CellOverVoltageMaximum));
    }
}

#[test]
fn nothing_lies_beyond_the_last_cell() {
    let lists = Lists::new(CELLS + 5, CELLS + 7, SENSORS);
    let own = Bms::<20, SENSORS>::new(NMC_13S.validated().expect("valid"), InitialSoc::FromVoltage)
        .expect("enough room");
    for view in [lists.view().expect("enough room"), own.view()] {
        assert!(view.cell(CELLS - 1).is_some() && view.delta(CELLS - 1).is_some());
        for index in [CELLS, CELLS + 1, 100, usize::MAX] {
            assert!(view.cell(index).is_none(), "cell {index}");
            assert!(view.delta(index).is_none(), "delta {index}");
            assert!(!view.is_bleeding(index), "bleeding {index}");
        }
    }
}
