//! Small packs, and arbitrary readings.

use bms_core::charging::gbt::Identity;
use bms_core::config::presets::NMC_96S;
use bms_core::config::{BmsConfig, Levels};
use bms_core::measurement::{
    CellMeasurement, ChargerMeasurement, ChargerMessage, ChargerPhase, Commands, Contactors,
    ControllerReport, CoolantMeasurement, FrontEndReport, IsolationReport, Measurements, Reading,
    Request, TemperatureMeasurement,
};
use bms_core::units::{
    ElectricPotential, amp_hours, amperes, kelvin, ohms, to_volts, volts, watts,
};
use proptest::prelude::*;

/// The NMC car pack cut to six cells and two sensors, with two front ends.
pub const SMALL: BmsConfig<'static> = {
    let mut pack = NMC_96S;
    pack.layout.cells = 6;
    pack.layout.temperature_sensors = 2;
    pack.layout.front_ends = 2;
    pack.layout.sensor_of_cell = &[0, 0, 0, 1, 1, 1];
    pack.limits.pack_over_voltage = share(pack.limits.pack_over_voltage);
    pack.limits.pack_under_voltage = share(pack.limits.pack_under_voltage);
    pack.limits.pack_voltage_hysteresis = volts(0.12);
    pack.sensing.pack_voltage_range = volts(36.0);
    pack.sensing.pack_voltage_jump = volts(6.0);
    pack
};

const fn share(levels: Levels<ElectricPotential>) -> Levels<ElectricPotential> {
    Levels {
        operating: volts(to_volts(levels.operating) / 16.0),
        recommended: volts(to_volts(levels.recommended) / 16.0),
        maximum: volts(to_volts(levels.maximum) / 16.0),
    }
}

/// `NMC_96S` to a GB/T 27930 charger.
pub const IDENTITY: Identity = Identity {
    battery: 6,
    capacity: amp_hours(154.3),
    voltage: volts(355.2),
    maker: *b"NONE",
    serial: 7,
    made: (2026, 11, 21),
    charges: 42,
    owned: true,
    vin: *b"WVWZZZ1JZ3W386752",
    software: None,
};

/// All inputs of one tick, owned.
#[derive(Clone, Debug)]
pub struct Tick {
    pub cells: Vec<CellMeasurement>,
    pub temperatures: Vec<TemperatureMeasurement>,
    pub front_ends: Vec<FrontEndReport>,
    pub rest: Measurements<'static>,
    pub commands: Commands,
    pub dt_s: f32,
}

impl Tick {
    pub fn measurements(&self) -> Measurements<'_> {
        Measurements {
            cells: &self.cells,
            temperatures: &self.temperatures,
            front_ends: &self.front_ends,
            ..self.rest
        }
    }
}

/// Whole milliseconds of a time; zero before the beginning.
pub fn whole_ms(time_s: f32) -> u32 {
    let time = std::time::Duration::try_from_secs_f32(time_s).unwrap_or_default();
    u32::try_from((time + std::time::Duration::from_micros(500)).as_millis()).unwrap_or(u32::MAX)
}

/// Any number, with special and ordinary ones drawn more often.
pub fn any_number() -> impl Strategy<Value = f32> {
    prop_oneof![
        2 => any::<u32>().prop_map(f32::from_bits),
        1 => prop::sample::select(vec![
            f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, f32::MIN_POSITIVE, 1e-42, 0.0, -0.0,
        ]),
        4 => (-20_000_i16..20_000).prop_map(|x| f32::from(x) * 0.05),
        4 => (0_i16..5000).prop_map(|x| f32::from(x) * 1e-3),
    ]
}

pub fn reading<T: std::fmt::Debug + Clone>(
    value: impl Strategy<Value = T>,
) -> impl Strategy<Value = Reading<T>> {
    prop_oneof![
        3 => value.prop_map(Reading::New),
        1 => Just(Reading::Waiting),
    ]
}

fn number<T: std::fmt::Debug + Clone>(
    make: impl Fn(f32) -> T + Clone,
) -> impl Strategy<Value = Reading<T>> {
    reading(any_number().prop_map(make))
}

pub fn any_cell_measurement() -> impl Strategy<Value = CellMeasurement> {
    (number(volts), number(volts), prop::bool::weighted(0.1)).prop_map(
        |(voltage, second_voltage, open_wire)| CellMeasurement {
            voltage,
            second_voltage,
            open_wire,
        },
    )
}

pub fn any_temperature() -> impl Strategy<Value = TemperatureMeasurement> {
    (number(kelvin), number(kelvin)).prop_map(|(temperature, second_temperature)| {
        TemperatureMeasurement {
            temperature,
            second_temperature,
        }
    })
}

fn any_front_end() -> impl Strategy<Value = FrontEndReport> {
    any::<[bool; 4]>().prop_map(|[a, b, c, d]| FrontEndReport {
        frame_check_failed: a,
        timed_out: b,
        configuration_wrong: c,
        multiplexer_wrong: d,
    })
}

fn any_flags() -> impl Strategy<Value = Contactors<Reading<bool>>> {
    let flag = || reading(any::<bool>());
    (flag(), flag(), flag()).prop_map(|(main_positive, main_negative, precharge)| Contactors {
        main_positive,
        main_negative,
        precharge,
    })
}

fn any_charger() -> impl Strategy<Value = ChargerMeasurement> {
    let phase = prop::sample::select(vec![
        ChargerPhase::Idle,
        ChargerPhase::CableCheck,
        ChargerPhase::Precharge,
        ChargerPhase::Charging,
        ChargerPhase::Finished,
        ChargerPhase::Stopped,
    ]);
    let message = prop::array::uniform6(any_number()).prop_map(|x| ChargerMessage {
        voltage: volts(x[0]),
        current: amperes(x[1]),
        voltage_max: volts(x[2]),
        voltage_min: volts(x[3]),
        current_max: amperes(x[4]),
        power_max: watts(x[5]),
    });
    (any::<[bool; 2]>(), phase, reading(message), number(kelvin)).prop_map(
        |([plugged, locked], phase, message, inlet_temperature)| ChargerMeasurement {
            plugged,
            locked,
            phase,
            message,
            inlet_temperature,
        },
    )
}

fn any_isolation() -> impl Strategy<Value = Reading<IsolationReport>> {
    reading(
        (any_number(), any::<[bool; 2]>()).prop_map(|(ohm, [valid, self_test_failed])| {
            IsolationReport {
                resistance: ohms(ohm),
                valid,
                self_test_failed,
            }
        }),
    )
}

fn any_rest() -> impl Strategy<Value = Measurements<'static>> {
    let electric = (
        number(amperes),
        number(amperes),
        number(volts),
        number(volts),
        any_isolation(),
        any_flags(),
    );
    let rare = || prop::bool::weighted(0.1);
    let flags = (reading(any::<bool>()), rare(), rare(), reading(rare()));
    let coolant = (
        number(kelvin),
        number(kelvin),
        reading(any::<bool>()),
        reading(any::<bool>()),
    );
    let controller = (number(volts), rare(), rare());
    (electric, flags, coolant, any_charger(), controller).prop_map(
        |(electric, flags, coolant, charger, controller)| Measurements {
            current: electric.0,
            second_current: electric.1,
            pack_voltage: electric.2,
            link_voltage: electric.3,
            isolation: electric.4,
            contactor_feedback: electric.5,
            interlock_closed: flags.0,
            crash: flags.1,
            emergency_stop: flags.2,
            gas_alert: flags.3,
            coolant: CoolantMeasurement {
                inlet: coolant.0,
                outlet: coolant.1,
                flowing: coolant.2,
                heater_on: coolant.3,
            },
            charger,
            controller: ControllerReport {
                supply: controller.0,
                memory_test_failed: controller.1,
                configuration_check_failed: controller.2,
            },
            ..Measurements::default()
        },
    )
}

fn any_commands() -> impl Strategy<Value = Commands> {
    let request = prop::sample::select(vec![
        Request::Standby,
        Request::Drive,
        Request::Charge,
        Request::Sleep,
        Request::Supervise,
    ]);
    (any::<[bool; 8]>(), any_number(), any_number(), request).prop_map(
        |(flags, limit_v, request_a, request)| {
            let [
                is_new,
                acknowledge,
                positive,
                negative,
                precharge,
                allowed,
                pump_on,
                heater_on,
            ] = flags;
            Commands {
                is_new,
                request,
                acknowledge,
                contactors: Contactors {
                    main_positive: positive,
                    main_negative: negative,
                    precharge,
                },
                charging_allowed: allowed,
                pump_on,
                heater_on,
                charger_voltage_limit: volts(limit_v),
                charger_current_request: amperes(request_a),
            }
        },
    )
}

/// Any tick at all, for a pack of six cells; lists may be too short or too long.
pub fn any_tick() -> impl Strategy<Value = Tick> {
    (
        prop::collection::vec(any_cell_measurement(), 4..8),
        prop::collection::vec(any_temperature(), 1..4),
        prop::collection::vec(any_front_end(), 0..4),
        any_rest(),
        any_commands(),
        prop_oneof![4 => Just(0.01), 1 => any_number()],
    )
        .prop_map(
            |(cells, temperatures, front_ends, rest, commands, dt_s)| Tick {
                cells,
                temperatures,
                front_ends,
                rest,
                commands,
                dt_s,
            },
        )
}
