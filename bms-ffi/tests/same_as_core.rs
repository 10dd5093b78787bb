//! The door adds nothing and loses nothing: what C is told is what the core says, bit for bit, for any readings.

use std::ptr;

use bms::*;
use bms_core::Bms;
use bms_core::config::presets::NMC_13S;
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{
    CellMeasurement, Commands, Measurements, Reading, Request, TemperatureMeasurement,
};
use bms_core::units::{
    amperes, kelvin, seconds, to_amperes, to_ratio, to_seconds, to_volts, volts,
};

const CELLS: usize = 13;
const SENSORS: usize = 4;
const WORDS: usize =
    (BMS_STORAGE_FIXED + CELLS * BMS_STORAGE_CELL + SENSORS * BMS_STORAGE_SENSOR) / 8;

/// Numbers that are the same on every machine (a linear congruence).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }

    fn once_in(&mut self, n: u32) -> bool {
        self.next().is_multiple_of(n)
    }

    /// Mostly what a sensor gives, now and then any bits.
    fn reading(&mut self, low: f32, high: f32) -> f32 {
        let number = self.next();
        if self.once_in(500) {
            f32::from_bits(number)
        } else {
            let share = u16::try_from(number >> 16).unwrap();
            low + (high - low) * f32::from(share) / 65536.0
        }
    }
}

/// A pack over the interface of C.
struct Pack {
    _storage: Vec<u64>,
    pack: *mut bms_pack,
}

fn config() -> bms_config {
    // SAFETY: any bits are numbers or pointers.
    let mut config: bms_config = unsafe { std::mem::zeroed() };
    let size = u32::try_from(size_of::<bms_config>()).unwrap();
    let preset = bms_preset::BMS_PRESET_NMC_13S as u8;
    // SAFETY: there is room for it.
    let status = unsafe { bms_config_default(&raw mut config, size, preset) };
    assert_eq!(status, bms_status::BMS_STATUS_OK);
    config
}

impl Pack {
    fn new() -> Self {
        let mut storage = vec![0_u64; WORDS];
        let (config, mut pack) = (config(), ptr::null_mut());
        // SAFETY: the storage is as large as said, and the tables are those of the preset.
        let status = unsafe {
            bms_init(
                storage.as_mut_ptr().cast(),
                8 * WORDS,
                &raw const config,
                BMS_SOC_UNKNOWN,
                &raw mut pack,
            )
        };
        assert_eq!(status, bms_status::BMS_STATUS_OK);
        Self {
            _storage: storage,
            pack,
        }
    }

    fn step(&mut self, inputs: &bms_inputs, commands: &bms_commands, dt_s: f32) -> bms_outputs {
        // SAFETY: any zeros are numbers or first values of enumerations.
        let mut outputs: bms_outputs = unsafe { std::mem::zeroed() };
        outputs.struct_size = u32::try_from(size_of::<bms_outputs>()).unwrap();
        // SAFETY: each points to what it says.
        let status = unsafe { bms_step(self.pack, inputs, commands, dt_s, &raw mut outputs) };
        assert_eq!(status, bms_status::BMS_STATUS_OK);
        outputs
    }
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "the same tick told twice, and compared"
)]
fn what_c_is_told_is_what_the_core_says() {
    let mut numbers = Numbers(1);
    let mut pack = Pack::new();
    let mut core =
        Bms::<CELLS, SENSORS>::new(NMC_13S.validated().unwrap(), InitialSoc::FromVoltage).unwrap();
    let ticks = if cfg!(miri) { 20 } else { 3000 };
    for tick in 0..ticks {
        let dt_s = if numbers.once_in(200) {
            numbers.reading(-1.0, 100.0)
        } else {
            0.01
        };
        let all_new = tick % 5 == 0;
        let cell_v: Vec<f32> = (0..CELLS).map(|_| numbers.reading(3.6, 3.7)).collect();
        let cells_new: Vec<u8> = (0..CELLS)
            .map(|_| u8::from(all_new && !numbers.once_in(50)))
            .collect();
        let temperature_k: Vec<f32> = (0..SENSORS)
            .map(|_| numbers.reading(298.0, 299.0))
            .collect();
        let current_a = numbers.reading(-1.0, 2.0);
        let pack_v = numbers.reading(47.0, 48.0);
        let acknowledge = numbers.once_in(100);
        let measurements = Measurements {
            cells: &cells(&cell_v, &cells_new),
            temperatures: &temperatures(&temperature_k),
            current: Reading::New(amperes(current_a)),
            pack_voltage: Reading::New(volts(pack_v)),
            ..Measurements::default()
        };
        let commands = Commands {
            is_new: true,
            request: Request::Drive,
            acknowledge,
            ..Commands::default()
        };
        let expected = core.step(&measurements, &commands, seconds(dt_s));
        // SAFETY: any zeros are numbers or null.
        let mut inputs: bms_inputs = unsafe { std::mem::zeroed() };
        inputs.struct_size = u32::try_from(size_of::<bms_inputs>()).unwrap();
        inputs.cell_voltages_v = cell_v.as_ptr();
        inputs.cell_voltages_are_new = cells_new.as_ptr();
        inputs.cell_count = CELLS;
        inputs.temperatures_k = temperature_k.as_ptr();
        inputs.temperature_count = SENSORS;
        inputs.current_a = bms_sample {
            value: current_a,
            is_new: 1,
        };
        inputs.pack_voltage_v = bms_sample {
            value: pack_v,
            is_new: 1,
        };
        // SAFETY: any zeros are numbers.
        let mut asked: bms_commands = unsafe { std::mem::zeroed() };
        asked.struct_size = u32::try_from(size_of::<bms_commands>()).unwrap();
        asked.is_new = 1;
        asked.request = bms_request::BMS_REQUEST_DRIVE as u8;
        asked.acknowledge = u8::from(acknowledge);
        let told = pack.step(&inputs, &asked, dt_s);

        let same = |a: f32, b: f32| assert_eq!(a.to_bits(), b.to_bits(), "tick {tick}");
        assert_eq!(told.now_ms, expected.now_ms);
        assert_eq!(
            usize::try_from(told.fault_count).unwrap(),
            core.view().faults().count()
        );
        same(told.soc, to_ratio(expected.estimate.soc));
        same(told.display_soc, to_ratio(expected.estimate.display_soc));
        same(
            told.mean_soc_sigma,
            to_ratio(expected.estimate.mean.soc_sigma),
        );
        same(
            told.voltage_refused_s,
            to_seconds(expected.estimate.voltage_refused_for),
        );
        same(
            told.allowed_charge_a,
            to_amperes(expected.allowed.charge.current),
        );
        same(
            told.allowed_discharge_a,
            to_amperes(expected.allowed.discharge.current),
        );
        same(
            told.current_a,
            expected.current.map_or(f32::NAN, to_amperes),
        );
        same(
            told.lowest_cell_v,
            expected.lowest_cell.map_or(f32::NAN, |(v, _)| to_volts(v)),
        );
        assert_eq!(usize::from(told.weakest_cell), expected.estimate.weakest);
        assert_eq!(told.warn_driver == 1, expected.warn_driver);
        let mut room = [0_u16; BMS_MAX_FAULTS];
        let mut count = 0;
        // SAFETY: each points to what it says.
        let status =
            unsafe { bms_faults(pack.pack, room.as_mut_ptr(), BMS_MAX_FAULTS, &raw mut count) };
        assert_eq!(status, bms_status::BMS_STATUS_OK);
        let faults: Vec<u16> = core
            .view()
            .faults()
            .map(|fault| fault.definition().number)
            .collect();
        assert_eq!(room.get(..count).unwrap(), faults);
    }
}

fn cells(volts_: &[f32], are_new: &[u8]) -> Vec<CellMeasurement> {
    let one = |(voltage_v, is_new): (&f32, &u8)| CellMeasurement {
        voltage: if *is_new == 1 {
            Reading::New(volts(*voltage_v))
        } else {
            Reading::Waiting
        },
        ..CellMeasurement::default()
    };
    volts_.iter().zip(are_new).map(one).collect()
}

fn temperatures(kelvins: &[f32]) -> Vec<TemperatureMeasurement> {
    let one = |temperature_k: &f32| TemperatureMeasurement {
        temperature: Reading::New(kelvin(*temperature_k)),
        ..TemperatureMeasurement::default()
    };
    kelvins.iter().map(one).collect()
}

#[test]
fn the_macro_of_the_header_has_room_for_every_pack() {
    let step = if cfg!(miri) { 83 } else { 1 };
    for cells in (1..=BMS_MAX_CELLS).step_by(step) {
        for sensors in (1..=BMS_MAX_TEMPERATURE_SENSORS).step_by(step) {
            let macro_size =
                BMS_STORAGE_FIXED + cells * BMS_STORAGE_CELL + sensors * BMS_STORAGE_SENSOR;
            let size = bms_storage_size(cells, sensors);
            assert!(size <= macro_size && size > 0);
        }
    }
}
