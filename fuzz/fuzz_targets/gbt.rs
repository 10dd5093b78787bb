//! GB/T 27930: any frames in any order and at any time for the decoders, both ends of the transport protocol and the vehicle's
//! side of the protocol, whatever its session asks for meanwhile.

#![no_main]

use std::sync::LazyLock;

use bms_core::charging::gbt::{
    Capability, ChargerTimeouts, Checked, Content, Demand, Frame, GbtConfig, Identity, Limits,
    Link, MAX_MESSAGE, Output, Receiver, Recognition, Sender, Stage, State, Statistics, Status,
    Stop, pgn,
};
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    Ask, ChargeNeeds, End, EvErrorCode, Forecast, ForecastInputs, Goals, NeedsInputs, Schedule,
    Session, SessionConfig, SessionFault, SessionInputs, SessionOutputs, SessionState,
    StationReport, StopCause,
};
use bms_core::config::presets::NMC_96S;
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{ChargerMeasurement, Commands, Measurements, Reading};
use bms_core::protection::FaultId;
use bms_core::units::{amp_hours, celsius, milliseconds, ratio, to_volts, volts};
use bms_core::{Bms, Outputs};
use libfuzzer_sys::fuzz_target;

/// A battery that knows nothing, a session without a plug, and what it needs.
struct Scene {
    outputs: Outputs,
    session: SessionOutputs,
    needs: ChargeNeeds,
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let mut bms = Box::new(
        Bms::<96, 24>::new(NMC_96S.validated().unwrap(), InitialSoc::FromVoltage).unwrap(),
    );
    let dt = milliseconds(10.0);
    let outputs = bms.step(&Measurements::default(), &Commands::default(), dt);
    let inputs = SessionInputs {
        outputs: &outputs,
        charger: ChargerMeasurement::default(),
        pack_voltage: Reading::Waiting,
        inlet_voltage: Reading::Waiting,
        station: StationReport::default(),
        wanted: true,
        schedule: Schedule::UNLIMITED,
        target_soc: ratio(0.8),
    };
    let session = Session::new().step(&SessionConfig::GBT, &NMC_96S_CCS, &NMC_96S, &inputs, dt);
    let scene = ForecastInputs {
        outputs: &outputs,
        charger: None,
        schedule: Schedule::UNLIMITED,
        goals: Goals::DEFAULT,
    };
    let forecast = Forecast::new(&NMC_96S_CCS, &NMC_96S, &scene);
    let scene = NeedsInputs {
        outputs: &outputs,
        request: &session.request,
        forecast: &forecast,
        goals: Goals::DEFAULT,
        present_voltage: volts(355.2),
        ready: true,
        error: EvErrorCode::NoError,
        discharge: None,
    };
    let needs = ChargeNeeds::of(&NMC_96S_CCS, &NMC_96S, &scene);
    Scene {
        outputs,
        session,
        needs,
    }
});

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

const GROUPS: [u16; 12] = [
    pgn::CHM,
    pgn::CRM,
    pgn::CTS,
    pgn::CML,
    pgn::CRO,
    pgn::CCS,
    pgn::CST,
    pgn::CSD,
    pgn::CEM,
    pgn::TP_CM,
    pgn::TP_DT,
    0x3300,
];

/// Every decoder. What was read and is written again is read the same.
fn decode(bytes: &[u8]) {
    macro_rules! again {
        ($($message:ident),*) => {$(
            if let Some(read) = $message::decode(bytes) {
                let written = read.encode();
                let again = $message::decode(&written).map(|again| again.encode());
                assert_eq!(again, Some(written));
            }
        )*};
    }
    again!(
        ChargerTimeouts,
        Checked,
        Demand,
        Limits,
        Output,
        Recognition
    );
    again!(State, Statistics, Status, Stop, Capability);
    if let Some(read) = Identity::decode(bytes) {
        let (written, length) = read.encode();
        let again = Identity::decode(&written[..length]).map(|again| again.encode());
        assert_eq!(again, Some((written, length)));
    }
}

/// The vehicle's side, and a charger's receiver behind a bus that loses what the bytes say.
fn talk(mut bytes: &[u8]) {
    let scene = &*SCENE;
    let config = GbtConfig::new(Identity {
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
    });
    let (mut link, mut receiver) = (Link::new(), Receiver::new(false));
    let mut session = scene.session;
    while let [operation, argument, rest @ ..] = bytes {
        bytes = rest;
        match operation % 6 {
            // A frame from the charger.
            0 | 1 => {
                let length = usize::from(argument >> 4).min(8).min(bytes.len());
                let (data, rest) = bytes.split_at(length);
                bytes = rest;
                let group = GROUPS[usize::from(argument & 0x0F) % GROUPS.len()];
                link.receive(&Frame::of_charger(group, data));
                decode(data);
            }
            // Time passes.
            2 => {
                session.ask = ASKS[usize::from(*argument & 0x0F) % ASKS.len()];
                session.state = match argument >> 4 {
                    0 => SessionState::Idle,
                    _ => SessionState::Charging,
                };
                session.end = match argument >> 5 {
                    1 => Some(End::Stopped(StopCause::Vehicle)),
                    2 => Some(End::Failed(SessionFault::ChargerSilent)),
                    3 => Some(End::Failed(SessionFault::Battery(FaultId::IsolationFault))),
                    _ => None,
                };
            }
            3 => {
                let content = Content {
                    outputs: &scene.outputs,
                    session: &session,
                    needs: &scene.needs,
                };
                let dt = milliseconds(f32::from(*argument) * 10.0);
                let told = link.step(&config, &NMC_96S, &content, dt);
                receiver.pass(u32::from(*argument) * 10);
                assert_eq!(told.timeouts.is_empty(), told.stage != Stage::Failed);
                if let Reading::New(message) = told.message {
                    assert!(to_volts(message.voltage_max).is_finite());
                }
            }
            4 => {
                let cells = usize::from(*argument);
                let _ = link.tell_cells((0..cells).map(|_| volts(3.7)));
                let _ = link.tell_temperatures((0..cells).map(|_| celsius(25.0)));
                let _ = link.tell_reserved(bytes);
            }
            // The bus: the lowest bits say which frames are lost.
            _ => {
                let mut fate = *argument;
                for _ in 0..200 {
                    let Some(frame) = link.transmit() else { break };
                    fate = fate.rotate_right(1);
                    if fate & 1 == 1 {
                        continue;
                    }
                    match frame.group(0xF4, 0x56) {
                        Some(pgn::TP_CM) => receiver.manage(frame.bytes()),
                        Some(pgn::TP_DT) => {
                            if let Some(whole) = receiver.data(frame.bytes()) {
                                decode(whole.bytes());
                            }
                        }
                        group => assert!(group.is_some(), "{frame:?}"),
                    }
                    if let Some(answer) = receiver.transmit() {
                        link.receive(&answer);
                    }
                }
            }
        }
    }
}

/// Both ends with a message: it comes whole or not at all.
fn transport(bytes: &[u8]) {
    let [length, seed, rest @ ..] = bytes else {
        return;
    };
    let message: Vec<u8> = rest
        .iter()
        .copied()
        .take(2 * usize::from(*length))
        .collect();
    let (mut sender, mut receiver) = (Sender::new(true), Receiver::new(false));
    if !sender.start(pgn::BMV, &message) {
        assert!(message.is_empty() || message.len() > MAX_MESSAGE);
        return;
    }
    let mut fate = u32::from(*seed) | 1;
    for _ in 0..400 {
        fate = fate.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        sender.pass(20);
        receiver.pass(20);
        if let Some(answer) = receiver.transmit()
            && fate >> 28 != 0
        {
            sender.receive(answer.bytes());
        }
        let Some(frame) = sender.transmit() else {
            continue;
        };
        let times = match fate >> 24 & 0x0F {
            0 => 0,
            1 => 2,
            _ => 1,
        };
        for _ in 0..times {
            match frame.group(0xF4, 0x56) {
                Some(pgn::TP_CM) => receiver.manage(frame.bytes()),
                _ => {
                    if let Some(whole) = receiver.data(frame.bytes()) {
                        assert_eq!(whole.bytes(), &message[..]);
                    }
                }
            }
        }
    }
}

/// A receiver alone, with whatever comes.
fn receive(bytes: &[u8]) {
    let mut receiver = Receiver::new(true);
    for chunk in bytes.chunks(9) {
        let [kind, data @ ..] = chunk else { return };
        match kind % 4 {
            0 => receiver.manage(data),
            1 => receiver.pass(u32::from(*kind) * 10),
            _ => {
                if let Some(whole) = receiver.data(data) {
                    assert!(!whole.bytes().is_empty() && whole.bytes().len() <= MAX_MESSAGE);
                }
            }
        }
        let _ = receiver.transmit();
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    match first % 4 {
        0 => transport(rest),
        1 => receive(rest),
        2 => decode(rest),
        _ => talk(rest),
    }
});
