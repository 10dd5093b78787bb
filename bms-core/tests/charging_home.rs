//! Home: alternating current by the pilot, and a battery that gives back but never what it needs itself.

use std::sync::OnceLock;

use bms_bench::{SMALL, any_number, between, connected, set_soc};
use bms_core::Outputs;
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    BidirectionalConfig, ChargerLimits, ChargingConfig, Discharge, DischargeInputs,
    DischargeReason, Forecast, ForecastInputs, Goals, OnBoardCharger, Pilot, RequestInputs,
    RequestReason, Requester, Schedule, Throughput, discharge,
};
use bms_core::config::presets::NMC_96S;
use bms_core::measurement::ChargerMessage;
use bms_core::units::{
    amperes, joules, ratio, seconds, to_amperes, to_joules, to_volts, to_watts, volts, watts,
};
use proptest::prelude::*;

const CONFIG: BidirectionalConfig = BidirectionalConfig::DEFAULT;

fn charging_at(soc: f32) -> Outputs {
    static OUTPUTS: OnceLock<Outputs> = OnceLock::new();
    let mut outputs = *OUTPUTS.get_or_init(|| connected(0.5));
    set_soc(&mut outputs, soc);
    outputs
}

fn wall_box() -> Option<ChargerLimits> {
    ChargerLimits::of(&ChargerMessage {
        voltage: volts(360.0),
        current: amperes(0.0),
        voltage_max: volts(500.0),
        voltage_min: volts(150.0),
        current_max: amperes(30.0),
        power_max: watts(11e3),
    })
    .ok()
}

fn forecast(outputs: &Outputs, goals: Goals) -> Forecast {
    let scene = ForecastInputs {
        outputs,
        charger: wall_box(),
        schedule: Schedule::UNLIMITED,
        goals,
    };
    Forecast::new(&NMC_96S_CCS, &NMC_96S, &scene)
}

fn given_back(outputs: &Outputs, goals: Goals, throughput: &Throughput) -> Discharge {
    let scene = DischargeInputs {
        outputs,
        forecast: &forecast(outputs, goals),
        goals,
        wanted: true,
    };
    discharge(&CONFIG, &NMC_96S_CCS, &NMC_96S, &scene, throughput)
}

#[test]
fn the_pilot_by_its_table() {
    let of = |percent: f32| match Pilot::of_duty(ratio(percent / 100.0)) {
        Pilot::Current(current) => Some(to_amperes(current)),
        Pilot::Digital => Some(-1.0),
        Pilot::Off => None,
    };
    let cases = [
        (0.0, None),
        (2.9, None),
        (5.0, Some(-1.0)),
        (7.5, None),
        (8.5, Some(6.0)),
        (10.0, Some(6.0)),
        (26.7, Some(16.02)),
        (53.3, Some(31.98)),
        (85.0, Some(51.0)),
        (90.0, Some(65.0)),
        (96.0, Some(80.0)),
        (96.5, Some(80.0)),
        (98.0, None),
        (100.0, None),
    ];
    for (percent, current_a) in cases {
        match (of(percent), current_a) {
            (Some(found), Some(expected)) => {
                assert!((found - expected).abs() < 0.01, "{percent}: {found}");
            }
            (found, expected) => assert_eq!(found, expected, "{percent} %"),
        }
    }
    assert_eq!(Pilot::of_duty(ratio(f32::NAN)), Pilot::Off);
}

#[test]
fn the_least_of_pilot_cable_and_charger_counts() {
    let charger = OnBoardCharger::AC_11_KW;
    let at = |duty: f32, cable_a: f32| {
        to_amperes(charger.phase_current(Pilot::of_duty(ratio(duty)), amperes(cable_a)))
    };
    assert!((at(0.5333, 32.0) - 16.0).abs() < 1e-3);
    assert!((at(0.2, 32.0) - 12.0).abs() < 1e-3);
    assert!((at(0.5, 13.0) - 13.0).abs() < 1e-3);
    assert!(at(0.5, 5.0) <= 0.0, "less than it runs with");
    assert!(
        at(0.05, 32.0) <= 0.0,
        "a digital pilot says nothing by itself"
    );
}

/// A pause of the pilot stops the charge, which goes on afterwards; the request is limited by the on-board charger by name.
#[test]
fn an_on_board_charger_pauses_and_goes_on() {
    let charger = OnBoardCharger::AC_11_KW;
    let mut outputs = charging_at(0.5);
    outputs.current = Some(amperes(-25.0));
    let highest_v = to_volts(outputs.highest_cell.expect("cells").0);
    let battery = volts(highest_v * 96.0);
    let mut requester = Requester::new();
    let mut request_at = |duty: f32| {
        let phase = charger.phase_current(Pilot::of_duty(ratio(duty)), amperes(32.0));
        let scene = RequestInputs {
            outputs: &outputs,
            charger: Some(charger.limits(phase, battery)),
            schedule: Schedule::UNLIMITED,
            inlet_temperature: None,
            wanted: true,
            target_soc: ratio(0.8),
        };
        let mut request = requester.step(&NMC_96S_CCS, &NMC_96S, &scene, seconds(1.0));
        for _ in 0..10 {
            request = requester.step(&NMC_96S_CCS, &NMC_96S, &scene, seconds(1.0));
        }
        let asked = charger.phase_request(request.current, battery, phase);
        (
            to_amperes(request.current),
            request.reason,
            to_amperes(asked),
        )
    };
    let (current_a, reason, asked_a) = request_at(0.2667);
    assert_eq!(reason, RequestReason::ChargerPower);
    // 16 A of three phases of 230 V with 93 %: 10.3 kW.
    assert!(
        (current_a * to_volts(battery) - 10_267.0).abs() < 20.0,
        "{current_a}"
    );
    assert!((asked_a - 16.0).abs() < 0.05, "{asked_a}");
    assert_eq!(request_at(1.0), (0.0, RequestReason::ChargerCurrent, 0.0));
    assert!(request_at(0.2667).0 > 25.0);
}

#[test]
fn nothing_is_given_back_at_the_floor() {
    for (soc, current_a) in [(0.15, 0.0), (0.2, 0.0), (0.21, 15.0), (0.3, 30.0)] {
        let given = given_back(&charging_at(soc), Goals::DEFAULT, &Throughput::default());
        let found_a = to_amperes(given.envelope.current_max);
        assert!((found_a - current_a).abs() < 2.0, "{soc}: {given:?}");
        if soc < 0.205 {
            assert_eq!(given.reason, DischargeReason::Floor);
            assert!(to_joules(given.envelope.energy) <= 0.0);
        }
    }
}

#[test]
fn a_departure_keeps_what_cannot_be_charged_again() {
    let goals = |hours: f32| Goals {
        departure: Some(seconds(3600.0 * hours)),
        ..Goals::DEFAULT
    };
    let outputs = charging_at(0.7);
    let soon = given_back(&outputs, goals(0.6), &Throughput::default());
    assert_eq!(soon.reason, DischargeReason::Departure, "{soon:?}");
    assert!(to_amperes(soon.envelope.current_max) <= 0.0);
    let later = given_back(&outputs, goals(4.0), &Throughput::default());
    assert_eq!(later.energy_reason, DischargeReason::Departure);
    let free = given_back(&outputs, Goals::DEFAULT, &Throughput::default());
    assert_eq!(free.energy_reason, DischargeReason::Floor);
    assert!(to_joules(free.envelope.energy) > to_joules(later.envelope.energy));
    let energy_kwh = to_joules(later.envelope.energy) / 3.6e6;
    assert!((5.0..18.0).contains(&energy_kwh), "{energy_kwh}");
}

/// Gives back as long as it may, charges when it has to, and is full at its departure.
#[test]
fn a_vehicle_that_supplied_a_house_leaves_full() {
    let small = ChargingConfig {
        voltage_margin: volts(0.3),
        ..NMC_96S_CCS
    };
    // Six cells: a sixteenth of everything.
    let config = BidirectionalConfig {
        power_max: watts(11e3 / 16.0),
        margin: seconds(600.0),
        ..CONFIG
    };
    let charger = ChargerLimits::of(&ChargerMessage {
        voltage: volts(22.0),
        current: amperes(0.0),
        voltage_max: volts(30.0),
        voltage_min: volts(10.0),
        current_max: amperes(30.0),
        power_max: watts(11e3 / 16.0),
    })
    .expect("in order");
    let mut outputs = charging_at(0.7);
    let capacity_as = 154.3 * 3600.0;
    let mut throughput = Throughput::default();
    let (mut soc, mut lowest_soc, mut charging) = (0.7_f32, 1.0_f32, false);
    let departure_s = 5.0 * 3600.0;
    let step_s = 10.0;
    for tick in 0..1800_u16 {
        let left_s = departure_s - f32::from(tick) * step_s;
        let goals = Goals {
            departure: Some(seconds(left_s)),
            ..Goals::DEFAULT
        };
        set_soc(&mut outputs, soc);
        let scene = ForecastInputs {
            outputs: &outputs,
            charger: Some(charger),
            schedule: Schedule::UNLIMITED,
            goals,
        };
        let forecast = Forecast::new(&small, &SMALL, &scene);
        let scene = DischargeInputs {
            outputs: &outputs,
            forecast: &forecast,
            goals,
            wanted: true,
        };
        let given = discharge(&config, &small, &SMALL, &scene, &throughput);
        charging |= given.reason == DischargeReason::Departure;
        let power_w = if charging {
            if soc < 0.8 { -11e3 / 16.0 } else { 0.0 }
        } else {
            to_watts(given.envelope.power_max)
        };
        throughput.count(watts(power_w), seconds(step_s));
        soc -= power_w / (6.0 * 3.75) * step_s / capacity_as;
        lowest_soc = lowest_soc.min(soc);
    }
    let given_kwh = 16.0 * to_joules(throughput.given()) / 3.6e6;
    println!(
        "gave back {given_kwh:.1} kWh (of the whole pack), down to {lowest_soc:.3}, left with {soc:.3}"
    );
    assert!(soc > 0.795, "{soc}");
    assert!(lowest_soc > 0.2 && lowest_soc < 0.5, "{lowest_soc}");
    assert!(given_kwh > 10.0);
}

#[test]
fn a_throughput_that_is_used_up_ends_it() {
    let outputs = charging_at(0.7);
    let used = Throughput::remembered(CONFIG.throughput_max);
    let given = given_back(&outputs, Goals::DEFAULT, &used);
    assert_eq!(given.reason, DischargeReason::Throughput);
    assert!(to_amperes(given.envelope.current_max) <= 0.0);
    let mut counted = Throughput::default();
    for _ in 0..3_600_000 {
        counted.count(watts(11e3), seconds(0.01));
    }
    // 10 h of 11 kW in steps of 10 ms.
    assert!(
        (to_joules(counted.given()) / 3.6e6 - 110.0).abs() < 0.01,
        "{:?}",
        counted.given()
    );
}

#[test]
fn home_configurations_that_make_no_sense_are_refused() {
    let wrong = BidirectionalConfig {
        floor: ratio(1.2),
        ..CONFIG
    };
    assert!(
        wrong
            .validate()
            .expect_err("above full")
            .to_string()
            .contains("floor")
    );
    let wrong = OnBoardCharger {
        phases: 0,
        ..OnBoardCharger::AC_11_KW
    };
    assert!(
        wrong
            .validate()
            .expect_err("no phase")
            .to_string()
            .contains("phases")
    );
    let wrong = OnBoardCharger {
        efficiency: ratio(f32::NAN),
        ..OnBoardCharger::AC_11_KW
    };
    assert!(wrong.validate().is_err());
}

/// Found with a simulated wall box: at the lowest pilot nothing was taken, as the request is reckoned with the highest cell and
/// the mains' current with the battery's voltage.
#[test]
fn a_request_just_short_of_the_lowest_current_takes_it() {
    let charger = OnBoardCharger::AC_11_KW;
    let phase = charger.phase_current(Pilot::Current(amperes(6.0)), amperes(32.0));
    let power_w = to_watts(charger.limits(phase, volts(350.0)).power_max);
    for (highest_v, taken_a) in [(350.0, 6.0), (354.0, 6.0), (365.0, 0.0)] {
        let request = amperes(power_w / highest_v);
        let asked_a = to_amperes(charger.phase_request(request, volts(350.0), phase));
        assert!((asked_a - taken_a).abs() < 1e-4, "{highest_v}: {asked_a}");
    }
    let none = charger.phase_request(amperes(20.0), volts(350.0), amperes(5.0));
    assert!(to_amperes(none) <= 0.0);
}

proptest! {
    /// Whatever arrives: finite, not negative, within every limit.
    #[test]
    fn the_envelope_is_within_every_limit(
        numbers in prop::array::uniform8(any_number()),
        departure in prop::option::of(any_number()),
        given in any_number(),
    ) {
        let mut outputs = charging_at(0.5);
        outputs.estimate.soc = ratio(numbers[0]);
        outputs.estimate.strongest_soc.soc = ratio(numbers[1]);
        outputs.allowed.discharge.current = amperes(numbers[2]);
        outputs.lowest_cell = Some((volts(numbers[3]), 0));
        outputs.health.capacity = ratio(numbers[4]);
        let goals = Goals {
            minimum: ratio(numbers[5]),
            target: ratio(numbers[6]),
            departure: departure.map(seconds),
            ..Goals::DEFAULT
        };
        let found = given_back(&outputs, goals, &Throughput::remembered(joules(given)));
        let current_a = to_amperes(found.envelope.current_max);
        prop_assert!(current_a.is_finite() && current_a >= 0.0);
        let allowed_a = if numbers[2] > 0.0 { numbers[2] } else { 0.0 };
        prop_assert!(current_a <= allowed_a);
        prop_assert!(current_a <= to_amperes(NMC_96S_CCS.inlet.current));
        let power_w = to_watts(found.envelope.power_max);
        prop_assert!((0.0..=to_watts(CONFIG.power_max) * 1.0001).contains(&power_w));
        prop_assert!(to_joules(found.envelope.energy).is_finite() && to_joules(found.envelope.energy) >= 0.0);
        if numbers[0] <= 0.2 {
            prop_assert!(current_a <= 0.0);
        }
    }

    /// What is asked of the mains is never above what the pilot leaves.
    #[test]
    fn the_mains_is_never_asked_for_more(duty in any_number(), cable in any_number(), request in any_number(), battery in between(200.0, 450.0)) {
        let charger = OnBoardCharger::AC_11_KW;
        let phase = charger.phase_current(Pilot::of_duty(ratio(duty)), amperes(cable));
        let asked_a = to_amperes(charger.phase_request(amperes(request), volts(battery), phase));
        prop_assert!(asked_a >= 0.0 && asked_a <= to_amperes(phase) && asked_a <= 16.0);
        prop_assert!(asked_a <= 0.0 || asked_a >= 6.0);
        let limits = charger.limits(phase, volts(battery));
        prop_assert!(to_watts(limits.power_max) <= 11e3 && to_watts(limits.power_max) >= 0.0);
    }
}
