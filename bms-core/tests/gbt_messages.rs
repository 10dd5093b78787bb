//! GB/T 27930-2015: the bytes of every message, as the tables of the standard lay them out, and frames as they were published.

use bms_core::charging::gbt::{
    Capability, ChargerTimeouts, Checked, Demand, DemandMode, Frame, Identity, Limits, Output,
    Recognition, Signal2, State, Statistics, Status, Stop, Timeouts, cell_voltage, pgn,
    temperature,
};
use bms_core::units::{
    amp_hours, amperes, celsius, joules, ratio, to_amperes, to_celsius, to_joules, to_ratio,
    to_volts, volts,
};
use proptest::prelude::*;

const KWH: f32 = 3.6e6;

fn identity(software: Option<[u8; 8]>) -> Identity {
    Identity {
        battery: 6,
        capacity: amp_hours(154.3),
        voltage: volts(355.2),
        maker: *b"ABCD",
        serial: 0x0102_0304,
        made: (2026, 11, 21),
        charges: 0x0001_2345,
        owned: true,
        vin: *b"WVWZZZ1JZ3W386752",
        software,
    }
}

fn healthy() -> State {
    State {
        highest_cell: 30,
        warmest: celsius(4.0),
        warmest_sensor: 6,
        coldest: celsius(3.0),
        coldest_sensor: 15,
        cell_voltage: Signal2::Normal,
        soc: Signal2::Normal,
        over_current: Signal2::Normal,
        over_temperature: Signal2::Normal,
        isolation: Signal2::Normal,
        connector: Signal2::Normal,
        permitted: true,
    }
}

#[test]
fn identifiers_are_those_of_the_standard() {
    let vehicle = [
        (pgn::BHM, 0x1827_56F4),
        (pgn::BRO, 0x1009_56F4),
        (pgn::BCL, 0x1810_56F4),
        (pgn::BSM, 0x1813_56F4),
        (pgn::BMV, 0x1C15_56F4),
        (pgn::BMT, 0x1C16_56F4),
        (pgn::BSP, 0x1C17_56F4),
        (pgn::BST, 0x1019_56F4),
        (pgn::BSD, 0x181C_56F4),
        (pgn::BEM, 0x081E_56F4),
        (pgn::TP_CM, 0x1CEC_56F4),
        (pgn::TP_DT, 0x1CEB_56F4),
    ];
    for (group, id) in vehicle {
        assert_eq!(Frame::of_vehicle(group, &[0]).id, id, "{group:#x}");
    }
    let charger = [
        (pgn::CHM, 0x1826_F456),
        (pgn::CRM, 0x1801_F456),
        (pgn::CTS, 0x1807_F456),
        (pgn::CML, 0x1808_F456),
        (pgn::CRO, 0x100A_F456),
        (pgn::CCS, 0x1812_F456),
        (pgn::CST, 0x101A_F456),
        (pgn::CSD, 0x181D_F456),
        (pgn::CEM, 0x081F_F456),
        (pgn::TP_CM, 0x1CEC_F456),
    ];
    for (group, id) in charger {
        let frame = Frame::of_charger(group, &[0]);
        assert_eq!(frame.id, id, "{group:#x}");
        assert_eq!(frame.group(0x56, 0xF4), Some(group));
        assert_eq!(frame.group(0xF4, 0x56), None);
    }
}

#[test]
fn the_demand() {
    let demand = |voltage_v, current_a, mode| Demand {
        voltage: volts(voltage_v),
        current: amperes(current_a),
        mode,
    };
    // Frames as published: 420.0 V and 426.1 V with 20 A.
    assert_eq!(
        demand(420.0, 20.0, DemandMode::Current).encode(),
        [0x68, 0x10, 0xD8, 0x0E, 2]
    );
    assert_eq!(
        demand(426.1, 20.0, DemandMode::Current).encode(),
        [0xA5, 0x10, 0xD8, 0x0E, 2]
    );
    assert_eq!(
        demand(420.0, 0.0, DemandMode::Voltage).encode(),
        [0x68, 0x10, 0xA0, 0x0F, 1]
    );
    // 250 A: 1500 of 0.1 A from -400 A.
    assert_eq!(
        demand(401.28, 250.0, DemandMode::Current).encode(),
        [0xAC, 0x0F, 0xDC, 0x05, 2]
    );
    // Beyond what can be said: all that can be.
    assert_eq!(
        demand(400.0, 650.0, DemandMode::Current).encode()[2..4],
        [0, 0]
    );
    assert_eq!(
        demand(f32::NAN, -5.0, DemandMode::Current).encode(),
        [0, 0, 0xA0, 0x0F, 2]
    );
}

#[test]
fn the_status() {
    let status = Status {
        voltage: volts(372.3),
        current: amperes(125.5),
        cell_voltage: volts(3.89),
        cell_group: 5,
        soc: ratio(0.619),
        minutes_left: 30,
    };
    // 3723, 4000 - 1255, 389 with the group above, 61 %, 30 min.
    let bytes = [0x8B, 0x0E, 0xB9, 0x0A, 0x85, 0x51, 61, 30, 0];
    assert_eq!(status.encode(), bytes);
    let discharged = Status {
        current: amperes(-10.0),
        minutes_left: 5000,
        ..status
    };
    assert_eq!(discharged.encode()[2..4], [0x04, 0x10]);
    assert_eq!(discharged.encode()[7..], [0x58, 0x02]);
}

#[test]
fn the_state() {
    // A frame as published, but for the undefined bits, which are ones by 7.9.
    assert_eq!(
        healthy().encode(),
        [0x1E, 0x36, 0x06, 0x35, 0x0F, 0x00, 0xD0]
    );
    let ill = State {
        cell_voltage: Signal2::Abnormal,
        soc: Signal2::Doubtful,
        over_current: Signal2::Doubtful,
        over_temperature: Signal2::Abnormal,
        isolation: Signal2::Abnormal,
        connector: Signal2::Doubtful,
        permitted: false,
        ..healthy()
    };
    assert_eq!(ill.encode()[5..], [0b0110_1001, 0b1100_1001]);
}

#[test]
fn the_limits() {
    let limits = Limits {
        cell_voltage_max: volts(4.2),
        current_max: amperes(200.0),
        energy: joules(55.0 * KWH),
        voltage_max: volts(403.2),
        temperature_max: celsius(55.0),
        soc: ratio(0.456),
        voltage: volts(360.5),
    };
    let bytes = [
        0xA4, 0x01, 0xD0, 0x07, 0x26, 0x02, 0xC0, 0x0F, 105, 0xC8, 0x01, 0x15, 0x0E,
    ];
    assert_eq!(limits.encode(), bytes);
}

#[test]
fn the_identity() {
    let (bytes, length) = identity(None).encode();
    assert_eq!(length, 41);
    let mut expected = vec![0x01, 0x01, 0x00, 6, 0x07, 0x06, 0xE0, 0x0D];
    expected.extend(b"ABCD");
    expected.extend([4, 3, 2, 1, 41, 11, 21, 0x45, 0x23, 0x01, 1, 0xFF]);
    expected.extend(b"WVWZZZ1JZ3W386752");
    assert_eq!(bytes[..41], expected);
    let software = [16, 10, 11, 0xEA, 0x07, 0xFF, 0xFF, 0xFF];
    let (bytes, length) = identity(Some(software)).encode();
    assert_eq!(length, 49);
    assert_eq!(bytes[..41], expected);
    assert_eq!(bytes[41..], software);
    assert_eq!(Identity::decode(&bytes), Some(identity(Some(software))));
    assert_eq!(Identity::decode(&bytes[..41]), Some(identity(None)));
}

#[test]
fn the_stops() {
    // A frame as published: the charger stopped.
    let by_charger = Stop {
        reasons: [
            Signal2::Normal,
            Signal2::Normal,
            Signal2::Normal,
            Signal2::Abnormal,
        ],
        ..Stop::default()
    };
    assert_eq!(by_charger.encode(), [0x40, 0, 0, 0xF0]);
    let mut hot = Stop::default();
    hot.faults[4] = Signal2::Abnormal;
    hot.errors[1] = Signal2::Abnormal;
    assert_eq!(hot.encode(), [0, 0, 0x01, 0xF4]);
    assert_eq!(Stop::decode(&hot.encode()), Some(hot));
}

#[test]
fn the_statistics() {
    let statistics = Statistics {
        soc: ratio(0.77),
        lowest_cell: volts(3.33),
        highest_cell: volts(3.33),
        coldest: celsius(3.0),
        warmest: celsius(4.0),
    };
    // A frame as published.
    assert_eq!(
        statistics.encode(),
        [0x4D, 0x4D, 0x01, 0x4D, 0x01, 0x35, 0x36]
    );
}

#[test]
fn the_time_outs() {
    assert_eq!(Timeouts::default().encode(), [0xF0, 0xF0, 0xF0, 0xFC]);
    let late = Timeouts {
        recognised: true,
        capability: true,
        output: true,
        statistics: true,
        ..Timeouts::default()
    };
    assert_eq!(late.encode(), [0xF4, 0xF1, 0xF1, 0xFD]);
}

#[test]
fn the_time_outs_of_the_charger() {
    // Table 29 has one field in the first byte, two in the second, three in the third.
    let late = ChargerTimeouts {
        identity: Signal2::Abnormal,
        ready: Signal2::Abnormal,
        stop: Signal2::Abnormal,
        statistics: Signal2::Doubtful,
        ..ChargerTimeouts::default()
    };
    assert_eq!(late.encode(), [0xFD, 0xF4, 0xD0, 0xFE]);
    assert_eq!(ChargerTimeouts::decode(&late.encode()), Some(late));
    assert_eq!(ChargerTimeouts::decode(&[0xFC, 0xF0, 0xC0]), None);
    assert_eq!(
        ChargerTimeouts::default().encode(),
        [0xFC, 0xF0, 0xC0, 0xFC]
    );
}

#[test]
fn the_voltage_of_a_cell_and_the_temperature_of_a_sensor() {
    // 3.89 V is 389 hundredths; the group stands above the twelve bits.
    assert_eq!(cell_voltage(volts(3.89), 0), [0x85, 0x01]);
    assert_eq!(cell_voltage(volts(3.89), 5), [0x85, 0x51]);
    assert_eq!(cell_voltage(volts(30.0), 0), [0x60, 0x09]);
    assert_eq!(cell_voltage(volts(f32::NAN), 0), [0, 0]);
    assert_eq!(temperature(celsius(25.0)), 75);
    assert_eq!(temperature(celsius(-60.0)), 0);
}

#[test]
fn the_charger_speaks() {
    let capability =
        Capability::decode(&[0x4C, 0x1D, 0xD0, 0x07, 0xDC, 0x05, 0x96, 0x0F]).expect("eight bytes");
    assert!((to_volts(capability.voltage_max) - 750.0).abs() < 1e-3);
    assert!((to_volts(capability.voltage_min) - 200.0).abs() < 1e-3);
    assert!((to_amperes(capability.current_max) - 250.0).abs() < 1e-3);
    assert!((to_amperes(capability.current_min) - 1.0).abs() < 1e-3);
    assert_eq!(
        capability.encode(),
        [0x4C, 0x1D, 0xD0, 0x07, 0xDC, 0x05, 0x96, 0x0F]
    );
    let output = Output::decode(&[0x8B, 0x0E, 0xD8, 0x0E, 12, 0, 0xFD, 0xFF]).expect("eight bytes");
    assert!((to_volts(output.voltage) - 372.3).abs() < 1e-3);
    assert!((to_amperes(output.current) - 20.0).abs() < 1e-3);
    assert_eq!((output.minutes, output.permitted), (12, true));
    assert!(
        !Output::decode(&[0, 0, 0, 0, 0, 0, 0xFC])
            .expect("seven bytes")
            .permitted
    );
    let known = Recognition::decode(&[0xAA, 1, 0, 0, 0, b'B', b'J', b'1']).expect("eight bytes");
    assert_eq!(
        (known.recognised, known.number, &known.region),
        (true, 1, b"BJ1")
    );
    assert!(!Recognition::decode(&[0x00]).expect("one byte").recognised);
    let counted = Checked::decode(&[30, 0, 0x7B, 0, 9, 0, 0, 0]).expect("eight bytes");
    assert_eq!((counted.minutes, counted.number), (30, 9));
    assert!((to_joules(counted.energy) / KWH - 12.3).abs() < 1e-3);
    assert_eq!(counted.encode(), [30, 0, 0x7B, 0, 9, 0, 0, 0]);
}

fn any_signal2() -> impl Strategy<Value = Signal2> {
    prop::sample::select(vec![Signal2::Normal, Signal2::Abnormal, Signal2::Doubtful])
}

proptest! {
    /// What is written is read again, and never more than was meant.
    #[test]
    fn what_is_written_is_read(
        voltage in 0_u16..10_000,
        current in 0_u16..4000,
        cell in 0_u16..2400,
        group in 0_u8..16,
        soc in 0_u8..=100,
        minutes in 0_u16..=600,
        degc in -50_i16..200,
        signals in prop::array::uniform6(any_signal2()),
        permitted: bool,
        numbers: (u8, u8, u8),
    ) {
        let voltage_v = f32::from(voltage) / 10.0;
        let current_a = f32::from(current) / 10.0;
        let demand = Demand { voltage: volts(voltage_v), current: amperes(current_a), mode: DemandMode::Current };
        let read = Demand::decode(&demand.encode()).expect("whole");
        prop_assert!((to_volts(read.voltage) - voltage_v).abs() < 0.01 && (to_amperes(read.current) - current_a).abs() < 0.01);
        let status = Status {
            voltage: volts(voltage_v),
            current: amperes(current_a - 200.0),
            cell_voltage: volts(f32::from(cell) / 100.0),
            cell_group: group,
            soc: ratio(f32::from(soc) / 100.0),
            minutes_left: minutes,
        };
        let read = Status::decode(&status.encode()).expect("whole");
        prop_assert!((to_amperes(read.current) - (current_a - 200.0)).abs() < 0.051);
        prop_assert!((to_volts(read.cell_voltage) - f32::from(cell) / 100.0).abs() < 0.001);
        prop_assert_eq!((read.cell_group, read.minutes_left), (group, minutes));
        prop_assert!((to_ratio(read.soc) - f32::from(soc) / 100.0).abs() < 1e-4);
        let [cell_voltage, soc, over_current, over_temperature, isolation, connector] = signals;
        let state = State {
            highest_cell: numbers.0,
            warmest: celsius(f32::from(degc)),
            warmest_sensor: numbers.1,
            coldest: celsius(f32::from(degc)),
            coldest_sensor: numbers.2,
            cell_voltage, soc, over_current, over_temperature, isolation, connector,
            permitted,
        };
        let read = State::decode(&state.encode()).expect("whole");
        prop_assert!((to_celsius(read.warmest) - f32::from(degc)).abs() < 0.01);
        let same = State { warmest: state.warmest, coldest: state.coldest, ..read };
        prop_assert_eq!(same, state);
    }

    /// A demand and a limit on the wire are never above what was meant.
    #[test]
    fn a_demand_is_never_above(voltage_v in 0.0_f32..1000.0, current_a in 0.0_f32..500.0) {
        let demand = Demand { voltage: volts(voltage_v), current: amperes(current_a), mode: DemandMode::Current };
        let read = Demand::decode(&demand.encode()).expect("whole");
        prop_assert!(to_volts(read.voltage) <= voltage_v + 2e-4);
        prop_assert!(to_amperes(read.current) <= current_a + 2e-4);
        prop_assert!(to_amperes(read.current) >= current_a.min(400.0) - 0.101);
    }
}
