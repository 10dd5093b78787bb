//! What a charger is told: rounded to the safe side, and times that the closed loop confirms.

use std::sync::OnceLock;

use bms_bench::{Battery, SMALL, any_number, between, connected, set_soc};
use bms_core::Outputs;
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    ChargeNeeds, ChargerLimits, ChargingConfig, DischargeEnvelope, EvErrorCode, Forecast,
    ForecastInputs, Goals, NeedsInputs, PhysicalValue, RationalNumber, RequestInputs,
    RequestReason, Requester, Rounding, Schedule, Warming,
};
use bms_core::config::presets::NMC_96S;
use bms_core::control::{LimitReason, Mode};
use bms_core::measurement::{ChargerMessage, Request};
use bms_core::protection::{CATALOGUE, FaultId, Reaction};
use bms_core::units::{
    amperes, celsius, joules, kelvin, ratio, seconds, to_amperes, to_joules, to_ratio, to_seconds,
    to_volts, to_watts, volts, watts,
};
use proptest::prelude::*;

const STRONG: ChargerMessage = ChargerMessage {
    voltage: volts(300.0),
    current: amperes(0.0),
    voltage_max: volts(920.0),
    voltage_min: volts(0.0),
    current_max: amperes(500.0),
    power_max: watts(350e3),
};

const SMALL_CCS: ChargingConfig<'static> = ChargingConfig {
    voltage_margin: volts(0.3),
    ..NMC_96S_CCS
};

fn charging_at(soc: f32) -> Outputs {
    static OUTPUTS: OnceLock<Outputs> = OnceLock::new();
    let mut outputs = *OUTPUTS.get_or_init(|| connected(0.3));
    set_soc(&mut outputs, soc);
    outputs
}

fn limited(change: impl Fn(&mut ChargerMessage)) -> Option<ChargerLimits> {
    let mut message = STRONG;
    change(&mut message);
    ChargerLimits::of(&message).ok()
}

fn forecast(outputs: &Outputs, charger: Option<ChargerLimits>, schedule: Schedule) -> Forecast {
    Forecast::new(
        &NMC_96S_CCS,
        &NMC_96S,
        &ForecastInputs {
            outputs,
            charger,
            schedule,
            goals: Goals::DEFAULT,
        },
    )
}

fn needs(outputs: &Outputs, discharge: Option<DischargeEnvelope>) -> ChargeNeeds {
    let scene = RequestInputs {
        outputs,
        charger: limited(|_| ()),
        schedule: Schedule::UNLIMITED,
        inlet_temperature: None,
        wanted: true,
        target_soc: ratio(0.8),
    };
    let mut requester = Requester::new();
    let mut request = requester.step(&NMC_96S_CCS, &NMC_96S, &scene, seconds(1.0));
    for _ in 0..20 {
        request = requester.step(&NMC_96S_CCS, &NMC_96S, &scene, seconds(1.0));
    }
    ChargeNeeds::of(
        &NMC_96S_CCS,
        &NMC_96S,
        &NeedsInputs {
            outputs,
            request: &request,
            forecast: &forecast(outputs, limited(|_| ()), Schedule::UNLIMITED),
            goals: Goals {
                departure: Some(seconds(7200.5)),
                ..Goals::DEFAULT
            },
            present_voltage: volts(351.27),
            ready: true,
            error: EvErrorCode::NoError,
            discharge,
        },
    )
}

fn seconds_to(leg: bms_core::charging::Leg) -> Option<f32> {
    leg.time.map(to_seconds)
}

#[test]
fn numbers_on_the_wire() {
    let of = |number, rounding| {
        let PhysicalValue { multiplier, value } = PhysicalValue::of(number, rounding);
        (value, multiplier)
    };
    assert_eq!(of(0.0, Rounding::Down), (0, -3));
    assert_eq!(of(2.0, Rounding::Down), (2000, -3));
    assert_eq!(of(400.0, Rounding::Down), (4000, -1));
    assert_eq!(of(401.28, Rounding::Down), (4012, -1));
    assert_eq!(of(401.28, Rounding::Up), (4013, -1));
    assert_eq!(of(150_000.0, Rounding::Down), (15_000, 1));
    assert_eq!(of(149_999.0, Rounding::Down), (14_999, 1));
    assert_eq!(of(-27.375, Rounding::Down), (-27_375, -3));
    assert_eq!(of(f32::NAN, Rounding::Up), (0, 0));
    assert_eq!(of(f32::INFINITY, Rounding::Down), (i16::MAX, 3));
    let RationalNumber { exponent, value } = RationalNumber::of(61_234.0, Rounding::Down);
    assert_eq!((value, exponent), (6123, 1));
}

#[test]
fn minus_one_ampere_never_becomes_a_large_number() {
    let mut outputs = charging_at(0.5);
    outputs.allowed.charge.current = amperes(-1.0);
    let needs = needs(&outputs, None);
    assert_eq!(needs.current_demand().target_current.value, 0);
    assert_eq!(needs.charge_loop_20().current_max.value, 0);
}

#[test]
fn a_pack_at_half_says_what_it_needs() {
    let outputs = charging_at(0.5);
    let needs = needs(&outputs, None);
    let parameters = needs.charge_parameters();
    assert_eq!(parameters.status.soc, 50);
    assert_eq!((parameters.full_soc, parameters.bulk_soc), (100, 80));
    assert_eq!(parameters.departure_s, Some(7200));
    assert!((parameters.voltage_max.number() - (96.0 * 4.18 + 5.0)).abs() < 0.1);
    // 96 groups of 154 Ah at some 3.7 V.
    let capacity_wh = parameters.capacity.number();
    assert!((50e3..60e3).contains(&capacity_wh), "{capacity_wh}");
    // 30 % of it, and what is lost on the way.
    let request_wh = parameters.energy_request.number();
    assert!(
        (0.30..0.36).contains(&(request_wh / capacity_wh)),
        "{request_wh}"
    );
    let station = needs.station_needs();
    assert_eq!(
        (station.soc, station.bulk_soc, station.voltage_max_v),
        (50, 80, 406)
    );
    assert_eq!(needs.energies_20().v2x_minimum, None);
}

#[test]
fn a_battery_that_may_give_back_says_how_much() {
    let outputs = charging_at(0.5);
    let envelope = DischargeEnvelope {
        current_max: amperes(30.0),
        power_max: watts(11e3),
        energy: joules(20e3 * 3600.0),
    };
    let needs = needs(&outputs, Some(envelope));
    let energies = needs.energies_20();
    assert!((energies.v2x_minimum.expect("bidirectional").number() + 20e3).abs() < 11.0);
    // Above its minimum already: that much is not needed.
    assert!(energies.minimum.number() < -15e3);
    let discharge = needs
        .charge_parameters_20()
        .discharge
        .expect("bidirectional");
    assert!((discharge.power_max.number() - 11e3).abs() < 1.0);
}

#[test]
fn a_limit_of_zero_has_no_time_and_says_why() {
    let outputs = charging_at(0.4);
    let none = Schedule {
        current_max: amperes(0.0),
        ..Schedule::UNLIMITED
    };
    let forecast = forecast(&outputs, limited(|_| ()), none);
    assert_eq!(forecast.target.time, None);
    assert_eq!(forecast.bound_by, RequestReason::Schedule);
    assert_eq!(seconds_to(forecast.minimum), Some(0.0));
    assert!(to_joules(forecast.target.energy) > 20e3 * 3600.0);
}

/// Elsewhere the time left is the charge left over the present current, and the taper is taken for 100 %.
#[test]
fn the_taper_counts() {
    let outputs = charging_at(0.8);
    let forecast = forecast(&outputs, limited(|_| ()), Schedule::UNLIMITED);
    let naive_s = 0.2 * 154.3 * 3600.0 / 150.0;
    let full_s = seconds_to(forecast.maximum).expect("reached");
    assert!(full_s > 1.3 * naive_s, "{full_s} against {naive_s}");
}

#[test]
fn what_binds_the_charge_has_its_name() {
    let outputs = charging_at(0.2);
    let bound = |charger| forecast(&outputs, charger, Schedule::UNLIMITED).bound_by;
    assert_eq!(
        bound(limited(|m| m.power_max = watts(11e3))),
        RequestReason::ChargerPower
    );
    assert_eq!(
        bound(limited(|m| m.current_max = amperes(100.0))),
        RequestReason::ChargerCurrent
    );
    assert_eq!(bound(limited(|_| ())), RequestReason::Plating);
    let mut hot = outputs;
    hot.warmest = Some((celsius(48.0), 0));
    let hot = forecast(&hot, limited(|_| ()), Schedule::UNLIMITED);
    assert_eq!(hot.bound_by, RequestReason::Hot);
    let mut cold = outputs;
    cold.coldest = Some((celsius(0.0), 0));
    let forecast = forecast(&cold, limited(|_| ()), Schedule::UNLIMITED);
    assert!(
        matches!(
            forecast.bound_by,
            RequestReason::Plating | RequestReason::Battery(LimitReason::CellCurrent)
        ),
        "{forecast:?}"
    );
}

/// A pack of 250 kJ/K that loses 190 W/K, at an air temperature, with a heater.
fn warming(air_degc: f32, heater_w: f32) -> Warming {
    Warming {
        heat_capacity_j_per_k: 250e3,
        to_surroundings_w_per_k: 190.0,
        surroundings: celsius(air_degc),
        heater: watts(heater_w),
    }
}

fn warm(outputs: &Outputs, warming: &Warming) -> Forecast {
    let scene = ForecastInputs {
        outputs,
        charger: limited(|_| ()),
        schedule: Schedule::UNLIMITED,
        goals: Goals::DEFAULT,
    };
    Forecast::with_warming(&NMC_96S_CCS, &NMC_96S, &scene, warming)
}

fn at_degc(degc: f32) -> Outputs {
    let mut outputs = charging_at(0.2);
    outputs.coldest = Some((celsius(degc), 0));
    outputs.warmest = Some((celsius(degc), 0));
    outputs
}

/// A body that hardly warms is as one that keeps its temperature; one that warms charges sooner in the cold and later in the
/// heat; a heater helps.
#[test]
fn a_forecast_follows_the_temperature() {
    let target = |forecast: Forecast| seconds_to(forecast.target);
    for degc in [0.0, 15.0, 25.0, 40.0] {
        let outputs = at_degc(degc);
        let still_s = target(forecast(&outputs, limited(|_| ()), Schedule::UNLIMITED));
        let heavy = Warming {
            heat_capacity_j_per_k: 1e12,
            ..warming(degc, 0.0)
        };
        let heavy_s = target(warm(&outputs, &heavy));
        let both = still_s.zip(heavy_s).expect("reached");
        assert!((both.0 - both.1).abs() < 0.005 * both.0, "{degc}: {both:?}");
        let warm_s = target(warm(&outputs, &warming(degc, 0.0))).expect("reached");
        assert_eq!(warm_s > both.0, degc > 30.0, "{degc}: {warm_s} {both:?}");
    }
    let cold = at_degc(-10.0);
    let unheated_s = target(warm(&cold, &warming(-10.0, 0.0)));
    let heated_s = target(warm(&cold, &warming(-10.0, 5e3))).expect("reached");
    assert!(
        unheated_s.is_none_or(|s| s > 2.0 * heated_s),
        "{unheated_s:?} {heated_s}"
    );
    // Less than what the pack needs to warm by 20 K, and the charge at 20 degC.
    assert!((1000.0..7200.0).contains(&heated_s), "{heated_s}");
}

proptest! {
    #[test]
    fn any_warming_gives_a_finite_forecast(
        numbers in prop::array::uniform4(any_number()),
        degc in -30.0_f32..60.0,
    ) {
        let warming = Warming {
            heat_capacity_j_per_k: numbers[0],
            to_surroundings_w_per_k: numbers[1],
            surroundings: kelvin(numbers[2]),
            heater: watts(numbers[3]),
        };
        let forecast = warm(&at_degc(degc), &warming);
        for leg in [forecast.minimum, forecast.bulk, forecast.target, forecast.maximum] {
            prop_assert!(to_joules(leg.energy).is_finite());
            prop_assert!(seconds_to(leg).is_none_or(|s| s.is_finite() && s >= 0.0), "{forecast:?}");
        }
    }
}

/// The forecast at the beginning against what the closed loop then takes, from 30 % to 80 %, at two chargers.
#[test]
fn a_forecast_is_what_the_closed_loop_takes() {
    SMALL_CCS.validate(&SMALL).expect("fits");
    for current_max_a in [500.0, 120.0] {
        let mut battery = Battery::new(&SMALL, 0.3, 25.0);
        battery.run_ms(1000);
        battery.request(Request::Charge);
        assert!(battery.run_until(5000, |_, outputs| outputs.mode == Mode::Charge));
        battery.run_ms(6000);
        battery.disobedient = true;
        let charger = limited(|message| message.current_max = amperes(current_max_a));
        let mut requester = Requester::new();
        let mut foreseen: Option<Forecast> = None;
        let (mut took_s, mut given_j) = (0.0_f64, 0.0_f64);
        loop {
            let mut outputs = battery.tick();
            assert_eq!(outputs.mode, Mode::Charge, "{:?}", battery.faults());
            // The estimator's error is none of the forecast's.
            set_soc(&mut outputs, battery.soc[0]);
            foreseen.get_or_insert_with(|| {
                let scene = ForecastInputs {
                    outputs: &outputs,
                    charger,
                    schedule: Schedule::UNLIMITED,
                    goals: Goals::DEFAULT,
                };
                Forecast::new(&SMALL_CCS, &SMALL, &scene)
            });
            let scene = RequestInputs {
                outputs: &outputs,
                charger,
                schedule: Schedule::UNLIMITED,
                inlet_temperature: None,
                wanted: true,
                target_soc: ratio(0.8),
            };
            let request = requester.step(&SMALL_CCS, &SMALL, &scene, seconds(0.01));
            battery.wanted_a = -to_amperes(request.current);
            took_s += 0.01;
            given_j -= 0.01 * f64::from(battery.current_a * battery.pack_v());
            if request.completion.is_some() || took_s > 2e4 {
                break;
            }
        }
        let target = foreseen.expect("at the first tick").target;
        let foreseen_s = f64::from(seconds_to(target).expect("reached"));
        let foreseen_j = f64::from(to_joules(target.energy));
        println!(
            "{current_max_a} A: foreseen {foreseen_s:.0} s and {foreseen_j:.0} J, took {took_s:.0} s and {given_j:.0} J"
        );
        assert!(
            (foreseen_s / took_s - 1.0).abs() < 0.08,
            "{foreseen_s} {took_s}"
        );
        assert!(
            (foreseen_j / given_j - 1.0).abs() < 0.05,
            "{foreseen_j} {given_j}"
        );
    }
}

#[test]
fn every_fault_that_ends_a_charge_has_a_code() {
    for definition in CATALOGUE {
        let code = EvErrorCode::of_fault(definition.id);
        let ends = definition.reaction >= Reaction::StopCharging;
        if ends && definition.id != FaultId::UnexpectedStop {
            assert_ne!(code, EvErrorCode::NoError, "{}", definition.name());
        }
    }
    let cases = [
        (FaultId::CellOverVoltageMaximum, "FAILED_EVRESSMalfunction"),
        (
            FaultId::OverTemperatureChargingMaximum,
            "FAILED_RESSTemperatureInhibit",
        ),
        (FaultId::ConnectorLock, "FAILED_ChargerConnectorLockFault"),
        (
            FaultId::ChargerOverCurrent,
            "FAILED_ChargingCurrentdifferential",
        ),
        (
            FaultId::ChargerOverVoltage,
            "FAILED_ChargingVoltageOutOfRange",
        ),
        (
            FaultId::ChargerLimitInvalid,
            "FAILED_ChargingSystemIncompatibility",
        ),
    ];
    for (fault, name) in cases {
        assert_eq!(EvErrorCode::of_fault(fault).name(), name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// What is written is on the safe side of the number, and within one unit of its last digit.
    #[test]
    fn rounding_is_to_the_safe_side(number in any_number()) {
        let kept = if number.is_nan() { 0.0 } else { f64::from(number).clamp(-3.2767e7, 3.2767e7) };
        let down = PhysicalValue::of(number, Rounding::Down);
        let up = PhysicalValue::of(number, Rounding::Up);
        prop_assert!(down.number() <= kept && kept <= up.number(), "{:?} {:?}", down, up);
        for written in [down, up] {
            prop_assert!((-3..=3).contains(&written.multiplier));
            let unit = 10_f64.powi(i32::from(written.multiplier));
            prop_assert!((written.number() - kept).abs() <= unit * (1.0 + 1e-9));
            let rational = RationalNumber { exponent: written.multiplier, value: written.value };
            prop_assert!((rational.number() - written.number()).abs() <= 0.0);
        }
    }

    /// No charger gets there sooner with less, and nothing is ever not a number.
    #[test]
    fn less_power_takes_no_less_time(
        soc in between(0.0, 0.79),
        power in between(2e3, 350e3),
        less in between(0.1, 1.0),
        degc in between(5.0, 40.0),
    ) {
        let mut outputs = charging_at(soc);
        outputs.coldest = Some((celsius(degc), 0));
        outputs.warmest = Some((celsius(degc + 2.0), 0));
        let at = |power_w: f32| {
            forecast(&outputs, limited(|m| m.power_max = watts(power_w)), Schedule::UNLIMITED)
        };
        let (more, less) = (at(power), at(less * power));
        // With limits that are not zero every goal is reached.
        prop_assert!(soc < 0.79 && seconds_to(more.bulk).is_some() && seconds_to(more.maximum).is_some());
        match (seconds_to(more.target), seconds_to(less.target)) {
            (Some(more_s), Some(less_s)) => prop_assert!(less_s >= 0.999 * more_s),
            (None, Some(less_s)) => prop_assert!(false, "{less_s} s with less, never with more"),
            _ => {}
        }
    }

    /// Later goals are never sooner.
    #[test]
    fn goals_are_reached_in_their_order(soc in between(0.0, 1.0), degc in between(-20.0, 50.0)) {
        let mut outputs = charging_at(soc);
        outputs.coldest = Some((celsius(degc), 0));
        outputs.warmest = Some((celsius(degc), 0));
        let forecast = forecast(&outputs, limited(|_| ()), Schedule::UNLIMITED);
        let legs = [forecast.minimum, forecast.bulk, forecast.maximum];
        for pair in legs.windows(2) {
            prop_assert!(to_joules(pair[0].energy) <= to_joules(pair[1].energy) + 1.0);
            match (seconds_to(pair[0]), seconds_to(pair[1])) {
                (Some(first_s), Some(second_s)) => prop_assert!(first_s <= second_s),
                (None, second) => prop_assert_eq!(second, None),
                _ => {}
            }
        }
    }

    /// Any outputs give messages whose numbers are on the safe side of finite needs.
    #[test]
    fn every_message_is_on_the_safe_side(
        numbers in prop::array::uniform12(any_number()),
        voltage in any_number(),
        charge in any_number(),
    ) {
        let mut outputs = charging_at(0.5);
        outputs.estimate.soc = ratio(numbers[0]);
        outputs.estimate.weakest_soc.soc = ratio(numbers[1]);
        outputs.estimate.strongest_soc.soc = ratio(numbers[2]);
        outputs.coldest = Some((kelvin(numbers[3]), 0));
        outputs.warmest = Some((kelvin(numbers[4]), 0));
        outputs.health.capacity = ratio(numbers[5]);
        outputs.estimate.mean.resistance_scale = numbers[6];
        outputs.allowed.charge.current = amperes(numbers[7]);
        outputs.highest_cell = Some((volts(numbers[8]), 0));
        let discharge = DischargeEnvelope {
            current_max: amperes(numbers[9]),
            power_max: watts(numbers[10]),
            energy: joules(charge),
        };
        let mut needs = needs(&outputs, Some(discharge));
        needs.present_voltage = volts(voltage);
        let demand = needs.current_demand();
        prop_assert!(demand.target_current.number() <= f64::from(to_amperes(needs.current)));
        prop_assert!(demand.target_voltage.number() <= f64::from(to_volts(needs.voltage)));
        prop_assert!(demand.current_max.number() <= f64::from(to_amperes(needs.current_max)));
        prop_assert!(demand.voltage_max.number() <= f64::from(to_volts(needs.voltage_max)));
        prop_assert!(demand.status.soc <= 100);
        prop_assert!(f64::from(demand.status.soc) <= 100.0 * f64::from(to_ratio(needs.present_soc)) + 2e-4);
        let parameters = needs.charge_parameters_20();
        prop_assert!(parameters.power_max.number() <= f64::from(to_watts(needs.power_max)));
        prop_assert!(parameters.voltage_min.number() >= f64::from(to_volts(needs.voltage_min)));
        prop_assert!(needs.charge_loop_20().current_max.number() <= f64::from(to_amperes(needs.current)));
        let finite = [needs.current_max, needs.current_min, needs.current].map(to_amperes);
        prop_assert!(finite.iter().all(|value| value.is_finite() && *value >= 0.0));
        let _ = (needs.display_20(), needs.energies_20(), needs.station_needs());
    }
}
