//! A session, its needs and GB/T over the interface of C are those of the core, bit for bit, whatever charger and plug say.

use std::ptr;

use bms::*;
use bms_core::Bms;
use bms_core::charging::gbt::{Content, Frame, GbtConfig, Identity, Link};
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    Ask, ChargeNeeds, Forecast, ForecastInputs, Goals, NeedsInputs, Schedule, Session,
    SessionConfig, SessionInputs, StationIsolation, StationReport, StationStatus,
};
use bms_core::config::presets::NMC_96S;
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{
    CellMeasurement, ChargerMeasurement, ChargerMessage, Commands, Measurements, Reading,
    TemperatureMeasurement,
};
use bms_core::units::{
    amperes, coulombs, kelvin, ratio, seconds, to_amperes, to_coulombs, to_joules, to_seconds,
    to_volts, volts, watts,
};

const CELLS: usize = 96;
const SENSORS: usize = 24;
const WORDS: usize =
    (BMS_STORAGE_FIXED + CELLS * BMS_STORAGE_CELL + SENSORS * BMS_STORAGE_SENSOR) / 8;
const DT_S: f32 = 0.01;

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

    /// Mostly what a charger says, now and then any bits.
    fn number(&mut self, low: f32, high: f32) -> f32 {
        let number = self.next();
        if self.once_in(300) {
            f32::from_bits(number)
        } else {
            let share = u16::try_from(number >> 16).unwrap();
            low + (high - low) * f32::from(share) / 65536.0
        }
    }
}

fn size<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap()
}

fn zeroed<T>() -> T {
    // SAFETY: used for structs of the interface, where zeros are values.
    unsafe { std::mem::zeroed() }
}

fn ok(status: bms_status) {
    assert_eq!(status, bms_status::BMS_STATUS_OK);
}

/// Everything over the interface of C.
struct Door {
    _storage: [Vec<u64>; 4],
    pack: *mut bms_pack,
    charge: *mut bms_charge,
    session: *mut bms_session,
    gbt: *mut bms_gbt,
}

impl Door {
    fn new() -> Self {
        let mut storage = [
            vec![0_u64; WORDS],
            vec![0; BMS_CHARGE_STORAGE_SIZE / 8],
            vec![0; BMS_SESSION_STORAGE_SIZE / 8],
            vec![0; BMS_GBT_STORAGE_SIZE / 8],
        ];
        let [of_pack, of_charge, of_session, of_gbt] = &mut storage;
        let (mut config, mut charging): (bms_config, bms_charging_config) = (zeroed(), zeroed());
        let (mut times, mut identity): (bms_session_config, bms_gbt_config) = (zeroed(), zeroed());
        let (mut pack, mut charge) = (ptr::null_mut(), ptr::null_mut());
        let (mut session, mut gbt) = (ptr::null_mut(), ptr::null_mut());
        let null = ptr::null_mut();
        // SAFETY: each points to what it says, and the tables are those of the presets.
        unsafe {
            ok(bms_config_default(&raw mut config, size::<bms_config>(), 1));
            let struct_size = size::<bms_charging_config>();
            ok(bms_charging_config_default(
                &raw mut charging,
                struct_size,
                1,
            ));
            let struct_size = size::<bms_session_config>();
            ok(bms_session_config_default(&raw mut times, struct_size, 1));
            ok(bms_gbt_config_default(
                &raw mut identity,
                size::<bms_gbt_config>(),
            ));
            identity.capacity_c = to_coulombs(IDENTITY.capacity);
            let memory = of_pack.as_mut_ptr().cast();
            ok(bms_init(
                memory,
                8 * WORDS,
                &raw const config,
                BMS_SOC_UNKNOWN,
                &raw mut pack,
            ));
            let memory = of_charge.as_mut_ptr().cast();
            let length = BMS_CHARGE_STORAGE_SIZE;
            ok(bms_charge_begin(
                memory,
                length,
                pack,
                &raw const charging,
                null,
                &raw mut charge,
            ));
            let memory = of_session.as_mut_ptr().cast();
            let length = BMS_SESSION_STORAGE_SIZE;
            ok(bms_session_begin(
                memory,
                length,
                &raw const times,
                null,
                &raw mut session,
            ));
            let memory = of_gbt.as_mut_ptr().cast();
            ok(bms_gbt_begin(
                memory,
                BMS_GBT_STORAGE_SIZE,
                &raw const identity,
                &raw mut gbt,
            ));
        }
        Self {
            _storage: storage,
            pack,
            charge,
            session,
            gbt,
        }
    }
}

const IDENTITY: Identity = Identity {
    battery: 255,
    capacity: coulombs(3600.0),
    voltage: volts(0.0),
    maker: *b"    ",
    serial: 0,
    made: (1985, 1, 1),
    charges: 0,
    owned: true,
    vin: [b' '; 17],
    software: None,
};

/// What arrived in one tick, said once.
struct Tick {
    message: Option<ChargerMessage>,
    plugged: bool,
    cell_v: f32,
    current_a: f32,
    inlet_v: f32,
    answered: u8,
    status: u8,
    isolation: u8,
    stops: bool,
    wanted: bool,
    schedule_a: f32,
}

const ASKS: [Ask; 9] = [
    Ask::Nothing,
    Ask::Parameters,
    Ask::CableCheck,
    Ask::Precharge,
    Ask::StartPower,
    Ask::Current,
    Ask::StopPower,
    Ask::WeldingDetection,
    Ask::StopSession,
];

const STATUSES: [StationStatus; 7] = [
    StationStatus::NotReady,
    StationStatus::Ready,
    StationStatus::Shutdown,
    StationStatus::UtilityInterrupt,
    StationStatus::IsolationMonitoring,
    StationStatus::EmergencyShutdown,
    StationStatus::Malfunction,
];

const ISOLATIONS: [StationIsolation; 5] = [
    StationIsolation::Invalid,
    StationIsolation::Valid,
    StationIsolation::Warning,
    StationIsolation::Fault,
    StationIsolation::NoMonitor,
];

impl Tick {
    /// A charger that mostly goes along with what the session asks for.
    fn new(numbers: &mut Numbers, asked: u8) -> Self {
        let message = ChargerMessage {
            voltage: volts(numbers.number(350.0, 352.0)),
            current: amperes(numbers.number(0.0, 1.0)),
            voltage_max: volts(numbers.number(500.0, 900.0)),
            voltage_min: volts(numbers.number(100.0, 150.0)),
            current_max: amperes(numbers.number(50.0, 400.0)),
            power_max: watts(numbers.number(2e4, 1.5e5)),
        };
        let any = |numbers: &mut Numbers, most: u32| u8::try_from(numbers.next() % most).unwrap();
        Self {
            message: (!numbers.once_in(20)).then_some(message),
            plugged: !numbers.once_in(900),
            cell_v: numbers.number(3.66, 3.665),
            current_a: numbers.number(-0.5, 0.5),
            inlet_v: numbers.number(350.0, 353.0),
            answered: if numbers.once_in(10) {
                any(numbers, 9)
            } else {
                asked
            },
            status: if numbers.once_in(400) {
                any(numbers, 7)
            } else {
                1
            },
            isolation: if numbers.once_in(100) {
                any(numbers, 5)
            } else {
                1
            },
            stops: numbers.once_in(800),
            wanted: !numbers.once_in(500),
            schedule_a: numbers.number(0.0, 500.0),
        }
    }

    fn report(&self) -> StationReport {
        StationReport {
            status: STATUSES[usize::from(self.status)],
            isolation: ISOLATIONS[usize::from(self.isolation)],
            stop: self.stops,
            answered: ASKS[usize::from(self.answered)],
        }
    }

    fn charger(&self) -> ChargerMeasurement {
        ChargerMeasurement {
            plugged: self.plugged,
            locked: self.plugged,
            message: self.message.map_or(Reading::Waiting, Reading::New),
            ..ChargerMeasurement::default()
        }
    }

    fn inputs(&self) -> bms_session_inputs {
        let mut inputs: bms_session_inputs = zeroed();
        // SAFETY: there is room for it.
        ok(unsafe { bms_session_inputs_default(&raw mut inputs, size::<bms_session_inputs>()) });
        let sample = |value| bms_sample { value, is_new: 1 };
        inputs.schedule_current_a = self.schedule_a;
        inputs.target_soc = 0.8;
        inputs.pack_voltage_v = sample(96.0 * self.cell_v);
        inputs.inlet_voltage_v = sample(self.inlet_v);
        inputs.station_status = self.status;
        inputs.station_isolation = self.isolation;
        inputs.station_stops = u8::from(self.stops);
        inputs.answered = self.answered;
        inputs.wanted = u8::from(self.wanted);
        inputs.charger.plugged = u8::from(self.plugged);
        inputs.charger.locked = u8::from(self.plugged);
        if let Some(message) = self.message {
            inputs.charger.voltage_v = to_volts(message.voltage);
            inputs.charger.current_a = to_amperes(message.current);
            inputs.charger.voltage_max_v = to_volts(message.voltage_max);
            inputs.charger.voltage_min_v = to_volts(message.voltage_min);
            inputs.charger.current_max_a = to_amperes(message.current_max);
            inputs.charger.power_max_w = bms_core::units::to_watts(message.power_max);
            inputs.charger.is_new = 1;
        }
        inputs
    }
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "the same tick told twice, and compared"
)]
fn what_c_is_told_of_a_session_is_what_the_core_says() {
    let mut numbers = Numbers(7);
    let door = Door::new();
    let mut core = Box::new(
        Bms::<CELLS, SENSORS>::new(NMC_96S.validated().unwrap(), InitialSoc::FromVoltage).unwrap(),
    );
    let mut session = Session::new();
    let (mut link, gbt_config) = (Link::new(), GbtConfig::new(IDENTITY));
    let mut commands = Commands {
        is_new: true,
        ..Commands::default()
    };
    let mut asked: bms_commands = zeroed();
    // SAFETY: there is room for it.
    ok(unsafe { bms_commands_default(&raw mut asked, size::<bms_commands>()) });
    asked.is_new = 1;
    let (mut outputs, mut last_asked) = (None, 0);
    let mut states = [0_u32; 10];
    let dt = seconds(DT_S);
    let ticks = if cfg!(miri) { 3 } else { 6000 };
    for tick in 0..ticks {
        let came = Tick::new(&mut numbers, last_asked);
        let same = |a: f32, b: f32| assert_eq!(a.to_bits(), b.to_bits(), "tick {tick}: {a} {b}");
        let mut told: bms_session_outputs = zeroed();
        told.struct_size = size::<bms_session_outputs>();
        let inputs = came.inputs();
        // SAFETY: each points to what it says.
        unsafe {
            let Door {
                session,
                charge,
                pack,
                ..
            } = door;
            ok(bms_session_step(
                session,
                charge,
                pack,
                &raw const inputs,
                DT_S,
                &raw mut told,
            ));
            ok(bms_session_command(session, &raw mut asked));
        }
        if let Some(outputs) = outputs {
            let scene = SessionInputs {
                outputs: &outputs,
                charger: came.charger(),
                pack_voltage: Reading::New(volts(96.0 * came.cell_v)),
                inlet_voltage: Reading::New(volts(came.inlet_v)),
                station: came.report(),
                wanted: came.wanted,
                schedule: Schedule {
                    current_max: amperes(came.schedule_a),
                    power_max: Schedule::UNLIMITED.power_max,
                },
                target_soc: ratio(0.8),
            };
            let expected = session.step(&SessionConfig::CCS, &NMC_96S_CCS, &NMC_96S, &scene, dt);
            expected.command(&mut commands);
            assert_eq!(told.state as u8, expected.state as u8, "tick {tick}");
            assert_eq!(told.ask as u8, expected.ask as u8);
            assert_eq!(told.phase as u8, expected.phase as u8);
            assert_eq!(told.end as u8 == 0, expected.end.is_none());
            assert_eq!(told.weld as u8, expected.weld as u8);
            assert_eq!(told.is_ready == 1, expected.ready);
            assert_eq!(told.may_unlock == 1, expected.may_unlock);
            assert_eq!(told.is_paused == 1, expected.is_paused());
            same(told.current_a, to_amperes(expected.request.current));
            same(told.target_voltage_v, to_volts(expected.target_voltage));
            same(
                told.maximum_voltage_v,
                to_volts(expected.request.maximum_voltage),
            );
            same(told.current_asked_a, to_amperes(expected.current_asked));
            same(told.voltage_limit_v, to_volts(expected.voltage_limit));
            let stale = seconds(f32::from(NMC_96S.charging.stale_ms) * 1e-3);
            let forecast_scene = ForecastInputs {
                outputs: &outputs,
                charger: session.charger().fresh(stale),
                schedule: scene.schedule,
                goals: Goals::DEFAULT,
            };
            let forecast = Forecast::new(&NMC_96S_CCS, &NMC_96S, &forecast_scene);
            let needs_scene = NeedsInputs {
                outputs: &outputs,
                request: &expected.request,
                forecast: &forecast,
                goals: Goals::DEFAULT,
                present_voltage: volts(96.0 * came.cell_v),
                ready: expected.ready,
                error: expected.error,
                discharge: None,
            };
            let needs = ChargeNeeds::of(&NMC_96S_CCS, &NMC_96S, &needs_scene);
            let content = Content {
                outputs: &outputs,
                session: &expected,
                needs: &needs,
            };
            compare_needs(&door, &needs, &forecast, 96.0 * came.cell_v);
            compare_gbt(&door, &mut numbers, &mut link, &gbt_config, &content);
            states[expected.state as usize] += 1;
            last_asked = expected.ask as u8;
        }
        assert_eq!(asked.request, commands.request as u8);
        assert_eq!(asked.charging_allowed == 1, commands.charging_allowed);
        same(
            asked.charger_voltage_limit_v,
            to_volts(commands.charger_voltage_limit),
        );
        outputs = Some(step_packs(&door, &mut core, &came, &asked, &commands));
    }
    if !cfg!(miri) {
        assert!(states[..4].iter().all(|count| *count > 0), "{states:?}");
        assert!(states[9] > 0, "{states:?}");
    }
}

/// The battery on both sides, with the same readings.
fn step_packs(
    door: &Door,
    core: &mut Bms<'_, CELLS, SENSORS>,
    came: &Tick,
    asked: &bms_commands,
    commands: &Commands,
) -> bms_core::Outputs {
    let (cells, sensors) = ([came.cell_v; CELLS], [298.15_f32; SENSORS]);
    let mut inputs: bms_inputs = zeroed();
    inputs.struct_size = size::<bms_inputs>();
    inputs.cell_voltages_v = cells.as_ptr();
    inputs.cell_count = CELLS;
    inputs.temperatures_k = sensors.as_ptr();
    inputs.temperature_count = SENSORS;
    inputs.current_a = bms_sample {
        value: came.current_a,
        is_new: 1,
    };
    let mut told: bms_outputs = zeroed();
    told.struct_size = size::<bms_outputs>();
    // SAFETY: each points to what it says.
    ok(unsafe { bms_step(door.pack, &raw const inputs, asked, DT_S, &raw mut told) });
    let cells = [CellMeasurement {
        voltage: Reading::New(volts(came.cell_v)),
        ..CellMeasurement::default()
    }; CELLS];
    let sensors = [TemperatureMeasurement {
        temperature: Reading::New(kelvin(298.15)),
        ..TemperatureMeasurement::default()
    }; SENSORS];
    let measurements = Measurements {
        cells: &cells,
        temperatures: &sensors,
        current: Reading::New(amperes(came.current_a)),
        ..Measurements::default()
    };
    let outputs = core.step(&measurements, commands, seconds(DT_S));
    assert_eq!(told.mode as u8, outputs.mode as u8);
    outputs
}

fn compare_needs(door: &Door, expected: &ChargeNeeds, forecast: &Forecast, present_v: f32) {
    let (mut goals, mut told): (bms_goals, bms_forecast) = (zeroed(), zeroed());
    told.struct_size = size::<bms_forecast>();
    let mut needs: bms_needs = zeroed();
    needs.struct_size = size::<bms_needs>();
    let mut demand: bms_current_demand = zeroed();
    demand.struct_size = size::<bms_current_demand>();
    let mut charge_loop: bms_charge_loop_20 = zeroed();
    charge_loop.struct_size = size::<bms_charge_loop_20>();
    let none = ptr::null();
    // SAFETY: each points to what it says.
    unsafe {
        ok(bms_goals_default(&raw mut goals, size::<bms_goals>()));
        ok(bms_charge_forecast(
            door.charge,
            door.pack,
            &raw const goals,
            &raw mut told,
        ));
        ok(bms_charge_needs(
            door.charge,
            door.pack,
            present_v,
            none,
            &raw mut needs,
        ));
        ok(bms_needs_current_demand(&raw const needs, &raw mut demand));
        ok(bms_needs_charge_loop_20(
            &raw const needs,
            &raw mut charge_loop,
        ));
    }
    let same = |a: f32, b: f32| assert_eq!(a.to_bits(), b.to_bits(), "{a} {b}");
    let time = |leg: bms_core::charging::Leg| leg.time.map_or(f32::INFINITY, to_seconds);
    same(told.to_target.time_s, time(forecast.target));
    same(told.to_maximum.energy_j, to_joules(forecast.maximum.energy));
    same(needs.current_max_a, to_amperes(expected.current_max));
    same(needs.capacity_j, to_joules(expected.capacity));
    same(needs.to_bulk.time_s, time(expected.forecast.bulk));
    // What the messages are made from came back whole.
    let core = expected.current_demand();
    assert_eq!(demand.target_current_a.value, core.target_current.value);
    assert_eq!(demand.power_max_w.value, core.power_max.value);
    assert_eq!(demand.has_to_full == 1, core.to_full.is_some());
    assert_eq!(
        demand.to_bulk_s.value,
        core.to_bulk.unwrap_or_default().value
    );
    assert_eq!(demand.status.soc_percent, core.status.soc);
    let core = expected.charge_loop_20();
    assert_eq!(charge_loop.power_max_w.value, core.power_max.value);
    assert_eq!(
        charge_loop.voltage_min_v.exponent,
        core.voltage_min.exponent
    );
}

/// The same frames to both ends, and the same from both.
fn compare_gbt(
    door: &Door,
    numbers: &mut Numbers,
    link: &mut Link,
    config: &GbtConfig,
    content: &Content<'_>,
) {
    const GROUPS: [u32; 9] = [
        0x1826_F456,
        0x1801_F456,
        0x1808_F456,
        0x100A_F456,
        0x1812_F456,
        0x101A_F456,
        0x181D_F456,
        0x081F_F456,
        0x1CEC_F456,
    ];
    let place = usize::try_from(numbers.next()).unwrap() % GROUPS.len();
    let mut frame = bms_frame {
        struct_size: size::<bms_frame>(),
        id: GROUPS[place],
        length: 8,
        data: [0xAA; 8],
    };
    if numbers.once_in(3) {
        frame.data = [0x4C, 0x1D, 0xD0, 0x07, 0xDC, 0x05, 0x96, 0x0F];
    }
    let mut needs: bms_needs = zeroed();
    needs.struct_size = size::<bms_needs>();
    let mut inputs: bms_session_inputs = zeroed();
    inputs.struct_size = size::<bms_session_inputs>();
    let mut state: bms_gbt_state = zeroed();
    state.struct_size = size::<bms_gbt_state>();
    let present_v = to_volts(content.needs.present_voltage);
    // SAFETY: each points to what it says.
    unsafe {
        ok(bms_charge_needs(
            door.charge,
            door.pack,
            present_v,
            ptr::null(),
            &raw mut needs,
        ));
        ok(bms_gbt_receive(door.gbt, &raw const frame));
        let Door {
            gbt, session, pack, ..
        } = *door;
        let (inputs, state) = (&raw mut inputs, &raw mut state);
        ok(bms_gbt_step(
            gbt,
            session,
            pack,
            &raw const needs,
            DT_S,
            inputs,
            state,
        ));
    }
    link.receive(&Frame::new(frame.id, &frame.data));
    let heard = link.step(config, &NMC_96S, content, seconds(DT_S));
    assert_eq!(state.stage as u8, heard.stage as u8);
    assert_eq!(inputs.answered, heard.report.answered as u8);
    assert_eq!(inputs.station_status, heard.report.status as u8);
    assert_eq!(
        inputs.charger.is_new == 1,
        matches!(heard.message, Reading::New(_))
    );
    assert_eq!(state.has_charger_stop == 1, heard.stop_of_charger.is_some());
    loop {
        // SAFETY: each points to what it says.
        let status = unsafe { bms_gbt_transmit(door.gbt, &raw mut frame) };
        let Some(expected) = link.transmit() else {
            assert_eq!(status, bms_status::BMS_STATUS_NO_FRAME);
            return;
        };
        ok(status);
        let length = usize::from(frame.length);
        assert_eq!(Frame::new(frame.id, &frame.data[..length]), expected);
    }
}

/// Every message from needs of zeros, and the calls that need no charge: for Miri, and that all of them answer.
#[test]
fn every_message_and_the_on_board_charger_answer() {
    let mut needs: bms_needs = zeroed();
    needs.struct_size = size::<bms_needs>();
    needs.present_voltage_v = 355.2;
    macro_rules! told {
        ($($message:ident $write:ident)*) => {$(
            let mut message: $message = zeroed();
            message.struct_size = size::<$message>();
            // SAFETY: each points to what it says.
            ok(unsafe { $write(&raw const needs, &raw mut message) });
            message.struct_size -= 1;
            // SAFETY: as before.
            let status = unsafe { $write(&raw const needs, &raw mut message) };
            assert_eq!(status, bms_status::BMS_STATUS_STRUCT_SIZE);
        )*};
    }
    told! {
        bms_charge_parameters bms_needs_charge_parameters
        bms_pre_charge bms_needs_pre_charge
        bms_power_delivery bms_needs_power_delivery
        bms_current_demand bms_needs_current_demand
        bms_charge_parameters_20 bms_needs_charge_parameters_20
        bms_energies_20 bms_needs_energies_20
        bms_charge_loop_20 bms_needs_charge_loop_20
        bms_display_20 bms_needs_display_20
        bms_station_needs bms_needs_station
    }
    let mut config: bms_on_board_charger = zeroed();
    let mut inputs: bms_charge_inputs = zeroed();
    let mut throughput: bms_throughput = zeroed();
    throughput.struct_size = size::<bms_throughput>();
    let (mut phase_a, mut request_a) = (0.0, 0.0);
    // SAFETY: each points to what it says.
    unsafe {
        ok(bms_on_board_charger_default(
            &raw mut config,
            size::<bms_on_board_charger>(),
        ));
        ok(bms_on_board_current(
            &raw const config,
            0.266_667,
            32.0,
            &raw mut phase_a,
        ));
        ok(bms_charge_inputs_default(
            &raw mut inputs,
            size::<bms_charge_inputs>(),
        ));
        ok(bms_on_board_limits(
            &raw const config,
            phase_a,
            360.0,
            &raw mut inputs,
        ));
        ok(bms_on_board_request(
            &raw const config,
            20.0,
            360.0,
            phase_a,
            &raw mut request_a,
        ));
        ok(bms_throughput_count(&raw mut throughput, 3600.0, 2.0));
    }
    assert!((phase_a - 16.0).abs() < 0.01 && inputs.charger.power_max_w > 10_000.0);
    assert!(request_a > 11.0 && request_a < 11.5);
    assert_eq!(throughput.given_mwh, 2000);
}
