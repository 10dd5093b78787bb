//! Every function of the C interface with arbitrary bytes, under AddressSanitizer: in structs, lists, buffers and storage,
//! in any order. Pointers point to what they say, as a C program's have to; what they point to is anything.

#![no_main]

use std::ffi::{CStr, c_char};
use std::ptr;

use bms::*;
use libfuzzer_sys::fuzz_target;

/// Arbitrary bytes, and zeros after their end.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let mut taken = [0; N];
        let count = N.min(self.0.len());
        let (now, rest) = self.0.split_at(count);
        taken[..count].copy_from_slice(now);
        self.0 = rest;
        taken
    }

    fn u8(&mut self) -> u8 {
        self.take::<1>()[0]
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    fn f32(&mut self) -> f32 {
        f32::from_le_bytes(self.take())
    }

    fn list(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.u8()).collect()
    }

    /// A length that is near the edge now and then.
    fn length(&mut self, most: usize) -> usize {
        usize::from(self.u16()) % (most + 3)
    }

    /// Flips some bytes of a struct of plain numbers, behind its size and before its pointers.
    fn disturb<T>(&mut self, value: &mut T, ranges: &[(usize, usize)]) {
        for _ in 0..self.u8() % 8 {
            let (begin, end) = ranges[usize::from(self.u8()) % ranges.len()];
            let place = begin + usize::from(self.u16()) % (end - begin);
            // SAFETY: within the value, and any bits are numbers there.
            unsafe {
                ptr::from_mut(value)
                    .cast::<u8>()
                    .add(place)
                    .write(self.u8())
            };
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

/// A pack in storage that is exactly as large as said, so that the sanitizer sees the first byte beyond.
struct Pack {
    memory: Vec<u64>,
    pack: *mut bms_pack,
    cells: usize,
    sensors: usize,
}

fn make(bytes: &mut Bytes<'_>) -> Option<Pack> {
    let mut config: bms_config = zeroed();
    // SAFETY: there is room for it.
    unsafe { bms_config_default(&raw mut config, size::<bms_config>(), bytes.u8() % 4) };
    let sensor_of_cell = Box::leak(bytes.list(BMS_MAX_CELLS).into_boxed_slice());
    if bytes.u8() & 1 == 1 {
        config.layout.cells = bytes.u16() % 260;
        config.layout.temperature_sensors = bytes.u16() % 130;
        config.layout.sensor_of_cell = sensor_of_cell.as_ptr();
    }
    // Numbers of the sections without pointers.
    let estimator = std::mem::offset_of!(bms_config, estimator);
    let layout = std::mem::offset_of!(bms_config, layout);
    let sensing = std::mem::offset_of!(bms_config, sensing);
    let timings = std::mem::offset_of!(bms_config, timings);
    bytes.disturb(&mut config, &[(estimator, layout), (sensing, timings)]);
    let timing = [bms_fault_timing {
        fault: bytes.u16() % 700,
        qualify_ms: bytes.u16(),
        recover_ms: bytes.u16(),
    }];
    if bytes.u8() & 3 == 0 {
        config.timings = timing.as_ptr();
        config.timing_count = 1;
    }
    let mut error: bms_config_error = zeroed();
    error.struct_size = size::<bms_config_error>();
    // SAFETY: each points to what it says.
    unsafe { bms_config_check(&raw const config, &raw mut error) };
    let cells = usize::from(config.layout.cells);
    let sensors = usize::from(config.layout.temperature_sensors);
    let needed = bms_storage_size(cells, sensors).max(64);
    let mut memory = vec![0xA5A5_A5A5_A5A5_A5A5_u64; needed / 8];
    let mut pack = ptr::null_mut();
    let told = needed - usize::from(bytes.u8() & 7 == 0) * 8;
    // SAFETY: as before.
    let status = unsafe {
        bms_init(
            memory.as_mut_ptr().cast(),
            told,
            &raw const config,
            bytes.f32(),
            &raw mut pack,
        )
    };
    (status == bms_status::BMS_STATUS_OK).then_some(Pack {
        memory,
        pack,
        cells,
        sensors,
    })
}

fn step(pack: &Pack, bytes: &mut Bytes<'_>) {
    let (cells, sensors) = (bytes.length(pack.cells), bytes.length(pack.sensors));
    let plausible = bytes.u8() & 3 != 0;
    let mut number = |low: f32, high: f32| {
        if plausible {
            low + (high - low) * f32::from(bytes.u8()) / 255.0
        } else {
            bytes.f32()
        }
    };
    let volts: Vec<f32> = (0..cells).map(|_| number(3.0, 4.3)).collect();
    let seconds: Vec<f32> = (0..cells).map(|_| number(3.0, 4.3)).collect();
    let kelvins: Vec<f32> = (0..sensors).map(|_| number(270.0, 330.0)).collect();
    let current_a = number(-400.0, 400.0);
    let (cells_new, open) = (bytes.list(cells), bytes.list(cells));
    let flags =
        |list: Vec<u8>| -> Vec<u8> { list.iter().map(|byte| u8::from(byte & 1 == 1)).collect() };
    let (cells_new, open) = (flags(cells_new), flags(open));
    let front_ends: Vec<bms_front_end> = (0..bytes.length(10)).map(|_| zeroed()).collect();
    let mut inputs: bms_inputs = zeroed();
    // SAFETY: there is room for it.
    unsafe { bms_inputs_default(&raw mut inputs, size::<bms_inputs>()) };
    bytes.disturb(
        &mut inputs,
        &[
            (4, std::mem::offset_of!(bms_inputs, cell_voltages_v)),
            (
                std::mem::offset_of!(bms_inputs, second_current_a),
                size_of::<bms_inputs>(),
            ),
        ],
    );
    inputs.current_a = bms_sample {
        value: current_a,
        is_new: 1,
    };
    inputs.cell_voltages_v = volts.as_ptr();
    inputs.cell_voltages_are_new = cells_new.as_ptr();
    inputs.cell_count = cells;
    inputs.temperatures_k = kelvins.as_ptr();
    inputs.temperature_count = sensors;
    inputs.front_ends = front_ends.as_ptr();
    inputs.front_end_count = front_ends.len();
    if bytes.u8() & 3 == 0 {
        inputs.cell_second_voltages_v = seconds.as_ptr();
        inputs.cell_open_wires = open.as_ptr();
        inputs.second_temperatures_k = kelvins.as_ptr();
    }
    let mut commands: bms_commands = zeroed();
    // SAFETY: there is room for it.
    unsafe { bms_commands_default(&raw mut commands, size::<bms_commands>()) };
    commands.is_new = 1;
    commands.request = bytes.u8() % 6;
    commands.acknowledge = bytes.u8() & 1;
    bytes.disturb(&mut commands, &[(4, size_of::<bms_commands>())]);
    let mut outputs: bms_outputs = zeroed();
    outputs.struct_size = size::<bms_outputs>();
    let dt_s = if bytes.u8() & 7 == 0 {
        bytes.f32()
    } else {
        0.01
    };
    // SAFETY: each points to what it says.
    let status = unsafe {
        bms_step(
            pack.pack,
            &raw const inputs,
            &raw const commands,
            dt_s,
            &raw mut outputs,
        )
    };
    if status == bms_status::BMS_STATUS_OK {
        for number in [
            outputs.soc,
            outputs.mean_soc_sigma,
            outputs.allowed_charge_a,
            outputs.allowed_discharge_a,
        ] {
            assert!(number.is_finite() && number >= 0.0);
        }
        assert!(outputs.soc <= 1.0);
    } else {
        assert_eq!(outputs.now_ms, 0);
    }
}

fn ask(pack: &Pack, bytes: &mut Bytes<'_>) {
    let (number, index) = (bytes.u16() % 1000, usize::from(bytes.u8()));
    let mut cell: bms_cell = zeroed();
    cell.struct_size = size::<bms_cell>();
    let mut fault: bms_fault = zeroed();
    fault.struct_size = size::<bms_fault>();
    let mut info: bms_fault_info = zeroed();
    info.struct_size = size::<bms_fault_info>();
    let mut record: bms_record = zeroed();
    record.struct_size = size::<bms_record>();
    let mut event: bms_event = zeroed();
    event.struct_size = size::<bms_event>();
    let mut flags = vec![0_u8; bytes.length(pack.cells)];
    let mut numbers = vec![0_u16; usize::from(bytes.u8())];
    let (mut count, mut written, mut hard) = (0, 0, 0);
    // SAFETY: each points to what it says.
    unsafe {
        bms_cell_at(pack.pack, index, &raw mut cell);
        bms_bleeding(pack.pack, flags.as_mut_ptr(), flags.len());
        bms_fault_state(pack.pack, number, &raw mut fault);
        bms_fault_describe(number, &raw mut info);
        bms_fault_record(pack.pack, number, &raw mut record);
        bms_event_at(pack.pack, index, &raw mut event);
        bms_events_written(pack.pack, &raw mut written);
        bms_faults(
            pack.pack,
            numbers.as_mut_ptr(),
            numbers.len(),
            &raw mut count,
        );
        bms_contactor_wear(pack.pack, bytes.u8() % 4, &raw mut written, &raw mut hard);
        if bytes.u8() & 7 == 0 {
            bms_clear_records(pack.pack);
            bms_begin_operation_cycle(pack.pack);
        }
    }
}

/// A charge with disturbed numbers, in storage that is exactly as large as said.
struct Charge {
    _memory: Vec<u64>,
    charge: *mut bms_charge,
}

fn begin_charge(pack: &Pack, bytes: &mut Bytes<'_>) -> Option<Charge> {
    let mut config: bms_charging_config = zeroed();
    // SAFETY: there is room for it.
    unsafe {
        bms_charging_config_default(
            &raw mut config,
            size::<bms_charging_config>(),
            1 + bytes.u8() % 3,
        )
    };
    let heat = std::mem::offset_of!(bms_charging_config, heat_until_k);
    bytes.disturb(
        &mut config,
        &[(4, 8), (heat, size_of::<bms_charging_config>())],
    );
    let stages: Vec<bms_stage> = (0..bytes.u8() % 10)
        .map(|_| bms_stage {
            current_a: bytes.f32(),
            until_v: bytes.f32(),
        })
        .collect();
    if bytes.u8() & 3 == 0 {
        config.stages = stages.as_ptr();
        config.stage_count = stages.len();
    }
    let mut error: bms_config_error = zeroed();
    error.struct_size = size::<bms_config_error>();
    let mut memory = vec![0xA5A5_A5A5_A5A5_A5A5_u64; BMS_CHARGE_STORAGE_SIZE / 8];
    let mut charge = ptr::null_mut();
    // SAFETY: each points to what it says.
    let status = unsafe {
        bms_charge_begin(
            memory.as_mut_ptr().cast(),
            BMS_CHARGE_STORAGE_SIZE,
            pack.pack,
            &raw const config,
            &raw mut error,
            &raw mut charge,
        )
    };
    (status == bms_status::BMS_STATUS_OK).then_some(Charge {
        _memory: memory,
        charge,
    })
}

fn ask_charger(charge: &Charge, pack: &Pack, bytes: &mut Bytes<'_>) {
    let mut inputs: bms_charge_inputs = zeroed();
    // SAFETY: there is room for it.
    unsafe { bms_charge_inputs_default(&raw mut inputs, size::<bms_charge_inputs>()) };
    bytes.disturb(&mut inputs, &[(4, size_of::<bms_charge_inputs>())]);
    let mut request: bms_charge_request = zeroed();
    request.struct_size = size::<bms_charge_request>();
    // SAFETY: each points to what it says.
    let status = unsafe {
        bms_charge_step(
            charge.charge,
            pack.pack,
            &raw const inputs,
            0.01,
            &raw mut request,
        )
    };
    if status == bms_status::BMS_STATUS_OK {
        assert!(request.current_a.is_finite() && request.current_a >= 0.0);
    }
}

/// A session, GB/T and what a charger is told, in storage that is exactly as large as said.
struct Session {
    _memory: [Vec<u64>; 2],
    session: *mut bms_session,
    gbt: *mut bms_gbt,
}

fn begin_session(bytes: &mut Bytes<'_>) -> Option<Session> {
    let mut config: bms_session_config = zeroed();
    let mut identity: bms_gbt_config = zeroed();
    let mut error: bms_config_error = zeroed();
    error.struct_size = size::<bms_config_error>();
    // SAFETY: there is room for it.
    unsafe {
        bms_session_config_default(
            &raw mut config,
            size::<bms_session_config>(),
            bytes.u8() % 4,
        );
        bms_gbt_config_default(&raw mut identity, size::<bms_gbt_config>());
    }
    bytes.disturb(&mut config, &[(4, size_of::<bms_session_config>())]);
    bytes.disturb(&mut identity, &[(4, size_of::<bms_gbt_config>())]);
    let mut memory = [
        vec![0xA5A5_A5A5_A5A5_A5A5_u64; BMS_SESSION_STORAGE_SIZE / 8],
        vec![0xA5A5_A5A5_A5A5_A5A5_u64; BMS_GBT_STORAGE_SIZE / 8],
    ];
    let (mut session, mut gbt) = (ptr::null_mut(), ptr::null_mut());
    let [of_session, of_gbt] = &mut memory;
    // SAFETY: each points to what it says.
    let statuses = unsafe {
        [
            bms_session_begin(
                of_session.as_mut_ptr().cast(),
                BMS_SESSION_STORAGE_SIZE,
                &raw const config,
                &raw mut error,
                &raw mut session,
            ),
            bms_gbt_begin(
                of_gbt.as_mut_ptr().cast(),
                BMS_GBT_STORAGE_SIZE,
                &raw const identity,
                &raw mut gbt,
            ),
        ]
    };
    let made = statuses
        .iter()
        .all(|status| *status == bms_status::BMS_STATUS_OK);
    made.then_some(Session {
        _memory: memory,
        session,
        gbt,
    })
}

/// A step of the session, what a charger is told by every protocol, and frames.
fn charge_with(session: &Session, charge: &Charge, pack: &Pack, bytes: &mut Bytes<'_>) {
    let mut inputs: bms_session_inputs = zeroed();
    let mut outputs: bms_session_outputs = zeroed();
    outputs.struct_size = size::<bms_session_outputs>();
    let mut commands: bms_commands = zeroed();
    let mut goals: bms_goals = zeroed();
    // SAFETY: there is room for each.
    unsafe {
        bms_session_inputs_default(&raw mut inputs, size::<bms_session_inputs>());
        bms_commands_default(&raw mut commands, size::<bms_commands>());
        bms_goals_default(&raw mut goals, size::<bms_goals>());
    }
    inputs.charger.plugged = 1;
    inputs.charger.locked = 1;
    inputs.charger.is_new = 1;
    inputs.charger.voltage_max_v = 500.0;
    inputs.charger.current_max_a = 200.0;
    inputs.charger.power_max_w = 1e5;
    inputs.station_status = 1;
    inputs.station_isolation = 1;
    inputs.answered = bytes.u8() % 10;
    bytes.disturb(&mut inputs, &[(4, size_of::<bms_session_inputs>())]);
    bytes.disturb(&mut goals, &[(4, size_of::<bms_goals>())]);
    let mut forecast: bms_forecast = zeroed();
    forecast.struct_size = size::<bms_forecast>();
    let mut needs: bms_needs = zeroed();
    needs.struct_size = size::<bms_needs>();
    let mut give_back: bms_give_back = zeroed();
    give_back.struct_size = size::<bms_give_back>();
    let mut home: bms_bidirectional = zeroed();
    let mut throughput: bms_throughput = zeroed();
    throughput.struct_size = size::<bms_throughput>();
    // SAFETY: each points to what it says.
    unsafe {
        let status = bms_session_step(
            session.session,
            charge.charge,
            pack.pack,
            &raw const inputs,
            if bytes.u8() & 7 == 0 {
                bytes.f32()
            } else {
                0.01
            },
            &raw mut outputs,
        );
        if status == bms_status::BMS_STATUS_OK {
            assert!(outputs.current_a.is_finite() && outputs.current_a >= 0.0);
            assert!(outputs.target_voltage_v.is_finite());
        }
        bms_session_command(session.session, &raw mut commands);
        bms_charge_forecast(
            charge.charge,
            pack.pack,
            &raw const goals,
            &raw mut forecast,
        );
        bms_bidirectional_default(&raw mut home, size::<bms_bidirectional>());
        bytes.disturb(&mut home, &[(4, size_of::<bms_bidirectional>())]);
        bms_throughput_count(&raw mut throughput, bytes.f32(), bytes.f32());
        bytes.disturb(&mut throughput, &[(4, size_of::<bms_throughput>())]);
        bms_charge_give_back(
            charge.charge,
            pack.pack,
            &raw const home,
            &raw const throughput,
            bytes.u8() % 3,
            &raw mut give_back,
        );
        let told = if bytes.u8() & 1 == 0 {
            ptr::null()
        } else {
            &raw const give_back
        };
        bms_charge_needs(charge.charge, pack.pack, bytes.f32(), told, &raw mut needs);
    }
    bytes.disturb(&mut needs, &[(4, size_of::<bms_needs>())]);
    tell(&needs);
    let mut state: bms_gbt_state = zeroed();
    state.struct_size = size::<bms_gbt_state>();
    let mut frame: bms_frame = zeroed();
    frame.struct_size = size::<bms_frame>();
    let cells = vec![3.7_f32; bytes.length(300)];
    for _ in 0..bytes.u8() % 4 {
        // A parameter group of the charger, now and then any.
        frame.id = 0x1800_F456 | u32::from(bytes.u8()) << 16;
        frame.length = bytes.u8() % 10;
        frame.data = bytes.take();
        // SAFETY: each points to what it says.
        unsafe {
            bms_gbt_receive(session.gbt, &raw const frame);
            bms_gbt_step(
                session.gbt,
                session.session,
                pack.pack,
                &raw const needs,
                f32::from(bytes.u8()) * 0.1,
                &raw mut inputs,
                &raw mut state,
            );
            bms_gbt_tell_cells(session.gbt, cells.as_ptr(), cells.len());
            bms_gbt_tell_temperatures(session.gbt, cells.as_ptr(), cells.len());
            bms_gbt_tell_reserved(session.gbt, bytes.0.as_ptr(), bytes.0.len());
            while bms_gbt_transmit(session.gbt, &raw mut frame) == bms_status::BMS_STATUS_OK {
                assert!(frame.length <= 8);
            }
        }
    }
}

/// Every message from needs with any numbers.
fn tell(needs: &bms_needs) {
    macro_rules! told {
        ($($message:ident $write:ident)*) => {$(
            let mut message: $message = zeroed();
            message.struct_size = size::<$message>();
            // SAFETY: each points to what it says.
            unsafe { $write(needs, &raw mut message) };
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
}

/// The on-board charger, and numbers and texts by themselves.
fn at_home(bytes: &mut Bytes<'_>) {
    let mut config: bms_on_board_charger = zeroed();
    let mut pilot: bms_pilot = zeroed();
    pilot.struct_size = size::<bms_pilot>();
    let mut error: bms_config_error = zeroed();
    error.struct_size = size::<bms_config_error>();
    let mut inputs: bms_charge_inputs = zeroed();
    let (mut phase_a, mut code) = (0.0, 0);
    let (number, text) = (bytes.f32(), bytes.u8());
    // SAFETY: each points to what it says.
    unsafe {
        bms_on_board_charger_default(&raw mut config, size::<bms_on_board_charger>());
        bytes.disturb(&mut config, &[(4, size_of::<bms_on_board_charger>())]);
        bms_on_board_charger_check(&raw const config, &raw mut error);
        bms_pilot_of_duty(number, &raw mut pilot);
        bms_on_board_current(&raw const config, number, bytes.f32(), &raw mut phase_a);
        bms_charge_inputs_default(&raw mut inputs, size::<bms_charge_inputs>());
        bms_on_board_limits(&raw const config, bytes.f32(), number, &raw mut inputs);
        let (request_a, battery_v) = (bytes.f32(), bytes.f32());
        bms_on_board_request(
            &raw const config,
            request_a,
            battery_v,
            number,
            &raw mut phase_a,
        );
        assert!(phase_a.is_finite() && phase_a >= 0.0);
        bms_ev_error_of_fault(bytes.u16() % 700, &raw mut code);
        let texts: [extern "C" fn(u8) -> *const c_char; 34] = [
            bms_ask_text,
            bms_charger_phase_text,
            bms_charging_preset_text,
            bms_completion_text,
            bms_conditioning_text,
            bms_contactor_text,
            bms_current_direction_text,
            bms_ev_error_text,
            bms_event_kind_text,
            bms_expected_text,
            bms_gbt_stage_text,
            bms_give_back_reason_text,
            bms_latch_text,
            bms_level_text,
            bms_limit_reason_text,
            bms_mode_text,
            bms_pilot_kind_text,
            bms_precharge_by_text,
            bms_preset_text,
            bms_reaction_text,
            bms_refusal_text,
            bms_request_text,
            bms_request_reason_text,
            bms_runaway_text,
            bms_session_end_text,
            bms_session_preset_text,
            bms_session_state_text,
            bms_severity_text,
            bms_signal2_text,
            bms_slot_text,
            bms_source_text,
            bms_station_isolation_text,
            bms_station_status_text,
            bms_weld_text,
        ];
        for of in texts {
            let text = of(text);
            assert!(!CStr::from_ptr(text).is_empty());
        }
    }
    let both = [bms_physical_down(number), bms_physical_up(number)];
    assert!(both.iter().all(|made| (-3..=3).contains(&made.multiplier)));
    let _ = (bms_rational_down(number), bms_rational_up(number));
}

/// A snapshot, some bytes of it changed, into both slots and back.
fn keep(pack: &Pack, bytes: &mut Bytes<'_>) {
    let mut buffer = vec![0_u8; bms_snapshot_size(pack.cells) - usize::from(bytes.u8() & 7 == 0)];
    let mut written = 0;
    // SAFETY: each points to what it says.
    unsafe {
        bms_snapshot(
            pack.pack,
            7,
            buffer.as_mut_ptr(),
            buffer.len(),
            &raw mut written,
        );
        for _ in 0..bytes.u8() % 4 {
            let place = usize::from(bytes.u16()) % buffer.len();
            buffer[place] = bytes.u8();
        }
        let length = usize::from(bytes.u8());
        let other = bytes.list(length);
        let mut slots: bms_slots = zeroed();
        slots.struct_size = size::<bms_slots>();
        bms_slots_look(
            buffer.as_ptr(),
            buffer.len(),
            other.as_ptr(),
            other.len(),
            &raw mut slots,
        );
        bms_restore(pack.pack, buffer.as_ptr(), buffer.len(), bytes.f32());
        bms_restore(pack.pack, other.as_ptr(), other.len(), bytes.f32());
    }
}

/// Storage whose beginning somebody wrote to, or that was moved: found out, whatever is there.
fn mistreat(mut pack: Pack, bytes: &mut Bytes<'_>) {
    let mut moved = pack.memory.clone();
    let mut written = 0;
    // SAFETY: each points to what it says.
    unsafe {
        let status = bms_events_written(moved.as_mut_ptr().cast(), &raw mut written);
        assert_eq!(status, bms_status::BMS_STATUS_STORAGE_MOVED);
    }
    let flipped = bytes.u8() % 32;
    if flipped != 0 {
        pack.memory[0] ^= u64::from(flipped);
        // SAFETY: as before.
        let status = unsafe { bms_events_written(pack.pack, &raw mut written) };
        assert_eq!(status, bms_status::BMS_STATUS_NOT_INITIALISED);
        pack.memory[0] ^= u64::from(flipped);
    }
    // SAFETY: as before.
    unsafe {
        assert_eq!(bms_release(pack.pack), bms_status::BMS_STATUS_OK);
        assert_eq!(
            bms_release(pack.pack),
            bms_status::BMS_STATUS_NOT_INITIALISED
        );
    }
}

fuzz_target!(|data: &[u8]| {
    let mut bytes = Bytes(data);
    assert_eq!(bms_abi_check(bms_abi_version()), bms_status::BMS_STATUS_OK);
    // SAFETY: both are zero-terminated, whatever the number.
    unsafe {
        assert!(!CStr::from_ptr(bms_version()).is_empty());
        assert!(!CStr::from_ptr(bms_status_text(i32::from_le_bytes(bytes.take()))).is_empty());
    }
    let Some(pack) = make(&mut bytes) else { return };
    if bytes.u8() & 3 == 0 {
        keep(&pack, &mut bytes);
    }
    let charge = begin_charge(&pack, &mut bytes);
    let session = begin_session(&mut bytes);
    at_home(&mut bytes);
    for _ in 0..bytes.u8() % 24 {
        step(&pack, &mut bytes);
        ask(&pack, &mut bytes);
        if let Some(charge) = &charge {
            ask_charger(charge, &pack, &mut bytes);
            if let Some(session) = &session {
                charge_with(session, charge, &pack, &mut bytes);
            }
        }
    }
    keep(&pack, &mut bytes);
    mistreat(pack, &mut bytes);
});
