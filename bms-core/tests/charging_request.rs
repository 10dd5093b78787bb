//! The charge request: no cap is ever passed, the one that wins has its name, and the highest cell is held at its voltage.

use std::sync::OnceLock;

use bms_bench::{Battery, any_number, between};
use bms_core::Outputs;
use bms_core::charging::presets::{self, LFP_100S_CCS, NMC_96S_NACS};
use bms_core::charging::{
    ChargeRequest, ChargerLimits, ChargerWatch, ChargingConfig, Completion, Conditioning, Distrust,
    RequestInputs, RequestReason, Requester, Schedule, Stage,
};
use bms_core::config::presets::{LFP_100S, NMC_96S};
use bms_core::config::{ConfigError, LimitMap};
use bms_core::control::{LimitReason, Mode};
use bms_core::measurement::{ChargerMessage, Reading};
use bms_core::units::{
    amperes, celsius, kelvin, ratio, seconds, to_amperes, to_ratio, to_volts, volts, watts,
};
use proptest::prelude::*;

/// The NMC pack with cells that stand more before lithium plates, so that every other cap has its turn.
const CCS: ChargingConfig<'static> = ChargingConfig {
    plating_a: LimitMap {
        temperature_k: &[258.15, 263.15, 273.15, 283.15, 298.15],
        soc: &[0.0, 0.4, 0.8, 1.0],
        values: &[
            0.0, 0.0, 0.0, 0.0, //
            15.0, 10.0, 5.0, 3.0, //
            70.0, 50.0, 20.0, 8.0, //
            140.0, 110.0, 50.0, 25.0, //
            300.0, 300.0, 150.0, 80.0,
        ],
    },
    ..presets::NMC_96S_CCS
};

const STRONG: ChargerMessage = ChargerMessage {
    voltage: volts(380.0),
    current: amperes(0.0),
    voltage_max: volts(920.0),
    voltage_min: volts(150.0),
    current_max: amperes(500.0),
    power_max: watts(350e3),
};

/// Outputs of a pack that is connected to a charger, half full at 25 degC, and has been for a while.
fn connected() -> Outputs {
    static OUTPUTS: OnceLock<Outputs> = OnceLock::new();
    *OUTPUTS.get_or_init(|| {
        let mut battery = Battery::in_charge_mode(&NMC_96S, 0.5, 25.0);
        battery.run_ms(7000);
        let mut outputs = battery.last.expect("a tick");
        // As if it had been charged for a while.
        outputs.current = Some(amperes(-250.0));
        outputs
    })
}

fn scene(outputs: &Outputs) -> RequestInputs<'_> {
    RequestInputs {
        outputs,
        charger: ChargerLimits::of(&STRONG).ok(),
        schedule: Schedule::UNLIMITED,
        inlet_temperature: Some(celsius(25.0)),
        wanted: true,
        target_soc: ratio(0.8),
    }
}

/// The request once the ramp is over.
fn settled(config: &ChargingConfig<'_>, scene: &RequestInputs<'_>) -> ChargeRequest {
    let mut requester = Requester::new();
    let mut request = requester.step(config, &NMC_96S, scene, seconds(1.0));
    for _ in 0..60 {
        request = requester.step(config, &NMC_96S, scene, seconds(1.0));
    }
    request
}

fn assert_limits(request: &ChargeRequest, current_a: f32, reason: RequestReason) {
    assert_eq!(request.reason, reason, "{request:?}");
    let found_a = to_amperes(request.current);
    assert!(
        (found_a - current_a).abs() < 1e-3 * current_a.max(1.0),
        "{request:?}"
    );
}

#[test]
fn every_cap_wins_by_its_own_name() {
    let outputs = connected();
    let base = scene(&outputs);
    let map = settled(&CCS, &base);
    assert!(to_amperes(map.current) > 200.0);
    assert_eq!(map.reason, RequestReason::Map, "{map:?}");
    let cases: [(RequestInputs<'_>, f32, RequestReason); 8] = [
        (
            RequestInputs {
                charger: limits(|m| m.current_max = amperes(125.0)),
                ..base
            },
            125.0,
            RequestReason::ChargerCurrent,
        ),
        (
            RequestInputs {
                charger: None,
                ..base
            },
            0.0,
            RequestReason::ChargerStale,
        ),
        (
            RequestInputs {
                charger: limits(|m| m.voltage_max = volts(300.0)),
                ..base
            },
            0.0,
            RequestReason::ChargerVoltage,
        ),
        (
            RequestInputs {
                schedule: Schedule {
                    current_max: amperes(16.0),
                    ..Schedule::UNLIMITED
                },
                ..base
            },
            16.0,
            RequestReason::Schedule,
        ),
        (
            RequestInputs {
                schedule: Schedule {
                    power_max: watts(0.0),
                    ..Schedule::UNLIMITED
                },
                ..base
            },
            0.0,
            RequestReason::Schedule,
        ),
        (
            RequestInputs {
                inlet_temperature: Some(celsius(87.0)),
                ..base
            },
            100.0,
            RequestReason::InletHot,
        ),
        (
            RequestInputs {
                wanted: false,
                ..base
            },
            0.0,
            RequestReason::Paused,
        ),
        (
            RequestInputs {
                schedule: Schedule {
                    current_max: amperes(f32::NAN),
                    ..Schedule::UNLIMITED
                },
                ..base
            },
            0.0,
            RequestReason::Schedule,
        ),
    ];
    for (scene, current_a, reason) in cases {
        assert_limits(&settled(&CCS, &scene), current_a, reason);
    }
}

type Change<'c> = &'c dyn Fn(&mut ChargingConfig<'_>);

fn limits(change: impl Fn(&mut ChargerMessage)) -> Option<ChargerLimits> {
    let mut message = STRONG;
    change(&mut message);
    ChargerLimits::of(&message).ok()
}

#[test]
fn a_power_limit_counts_with_the_voltage_that_it_is_given_at() {
    let outputs = connected();
    let scene = RequestInputs {
        charger: limits(|message| message.power_max = watts(50e3)),
        ..scene(&outputs)
    };
    let request = settled(&CCS, &scene);
    assert_eq!(request.reason, RequestReason::ChargerPower);
    // The higher one of what the charger shows and what the cells add up to.
    let given_w = to_amperes(request.current) * 380.0;
    assert!((given_w - 50e3).abs() < 1.0, "{given_w}");
}

#[test]
fn a_battery_that_allows_less_is_the_reason_with_its_own() {
    let mut outputs = connected();
    outputs.allowed.charge.current = amperes(40.0);
    outputs.allowed.charge.reason = LimitReason::Hardware;
    let request = settled(&CCS, &scene(&outputs));
    assert_limits(
        &request,
        40.0,
        RequestReason::Battery(LimitReason::Hardware),
    );
}

#[test]
fn cold_cells_ask_for_heat_instead_of_plating() {
    for (degc, most_a) in [(-20.0, 0.0), (-15.0, 0.0), (-10.0, 10.0), (0.0, 50.0)] {
        let mut outputs = connected();
        outputs.coldest = Some((celsius(degc), 3));
        let request = settled(&CCS, &scene(&outputs));
        assert_eq!(
            request.conditioning,
            Conditioning::Heat,
            "{degc} degC: {request:?}"
        );
        assert!(
            to_amperes(request.current) <= most_a,
            "{degc} degC: {request:?}"
        );
    }
}

#[test]
fn heat_is_asked_for_until_the_cells_are_warm() {
    let mut requester = Requester::new();
    let mut outputs = connected();
    let mut heated = Vec::new();
    for degc in [0.0, 5.0, 15.0, 19.0, 21.0, 19.0] {
        outputs.coldest = Some((celsius(degc), 0));
        let request = requester.step(&CCS, &NMC_96S, &scene(&outputs), seconds(1.0));
        heated.push(request.conditioning == Conditioning::Heat);
    }
    // At 19 degC again something else may be the limit; nothing has to be warmed then.
    assert_eq!(heated[..5], [true, true, true, true, false]);
}

#[test]
fn hot_cells_ask_for_less_and_for_cold() {
    let mut outputs = connected();
    outputs.warmest = Some((celsius(46.0), 0));
    let request = settled(&CCS, &scene(&outputs));
    // Half way between 42 and 50 degC: half of 300 A.
    assert_limits(&request, 150.0, RequestReason::Hot);
    assert_eq!(request.conditioning, Conditioning::Cool);
}

#[test]
fn the_request_rises_slowly_and_falls_at_once() {
    let outputs = connected();
    let mut requester = Requester::new();
    let mut last_a = 0.0;
    for _ in 0..50 {
        let request = requester.step(&CCS, &NMC_96S, &scene(&outputs), seconds(0.1));
        let current_a = to_amperes(request.current);
        assert!(current_a - last_a <= 2.0 + 1e-3);
        assert_eq!(request.reason, RequestReason::Ramp);
        last_a = current_a;
    }
    let stopped = RequestInputs {
        schedule: Schedule {
            current_max: amperes(0.0),
            ..Schedule::UNLIMITED
        },
        ..scene(&outputs)
    };
    let request = requester.step(&CCS, &NMC_96S, &stopped, seconds(0.1));
    assert_limits(&request, 0.0, RequestReason::Schedule);
    // And back again: a limit that was zero for a while has ended nothing.
    let request = requester.step(&CCS, &NMC_96S, &scene(&outputs), seconds(0.1));
    assert_limits(&request, 2.0, RequestReason::Ramp);
}

#[test]
fn stages_follow_one_another_by_the_highest_cell_and_never_back() {
    const STAGES: [Stage; 3] = [
        Stage {
            current: amperes(200.0),
            until: volts(3.9),
        },
        Stage {
            current: amperes(120.0),
            until: volts(4.0),
        },
        Stage {
            current: amperes(60.0),
            until: volts(4.1),
        },
    ];
    let config = ChargingConfig {
        stages: &STAGES,
        ..CCS
    };
    config.validate(&NMC_96S).expect("stages fall");
    let mut outputs = connected();
    let mut requester = Requester::new();
    let mut seen = Vec::new();
    for cell_v in [3.8, 3.91, 3.8, 4.01, 3.5, 4.15] {
        outputs.highest_cell = Some((volts(cell_v), 0));
        let mut request = requester.step(&config, &NMC_96S, &scene(&outputs), seconds(1.0));
        for _ in 0..20 {
            request = requester.step(&config, &NMC_96S, &scene(&outputs), seconds(1.0));
        }
        seen.push((to_amperes(request.current), request.reason));
    }
    let stage = |current_a, stage| (current_a, RequestReason::Stage(stage));
    let expected = [
        stage(200.0, 0),
        stage(120.0, 1),
        stage(120.0, 1),
        stage(60.0, 2),
        stage(60.0, 2),
    ];
    assert_eq!(seen[..5], expected);
    // At 4.15 V little is left to 4.18 V.
    assert!(seen[5].0 <= 60.0);
}

#[test]
fn the_charge_ends_at_its_target_and_stays_ended() {
    let mut outputs = connected();
    let mut requester = Requester::new();
    for (soc, completion) in [
        (0.79, None),
        (0.80, Some(Completion::StateOfCharge)),
        (0.70, Some(Completion::StateOfCharge)),
    ] {
        outputs.estimate.soc = ratio(soc);
        let request = requester.step(&CCS, &NMC_96S, &scene(&outputs), seconds(1.0));
        assert_eq!(request.completion, completion, "{soc}");
        if let Some(completion) = completion {
            assert_limits(&request, 0.0, RequestReason::Complete(completion));
        }
    }
}

/// A pack whose estimate says 100 % is not taken for full before its current has fallen, and a limit of zero is not taken for
/// a full pack.
#[test]
fn only_the_cells_can_say_that_the_pack_is_full() {
    let mut outputs = connected();
    outputs.estimate.soc = ratio(1.0);
    let mut requester = Requester::new();
    let paused = RequestInputs {
        target_soc: ratio(1.0),
        charger: limits(|message| message.current_max = amperes(0.0)),
        ..scene(&outputs)
    };
    for _ in 0..20_000 {
        let request = requester.step(&CCS, &NMC_96S, &paused, seconds(1.0));
        assert_eq!(request.completion, None);
    }
    outputs.highest_cell = Some((volts(4.18), 0));
    outputs.current = Some(amperes(-7.0));
    let full = RequestInputs {
        target_soc: ratio(1.0),
        ..scene(&outputs)
    };
    let mut ended_s = None;
    for second in 0..100 {
        let request = requester.step(&CCS, &NMC_96S, &full, seconds(1.0));
        if request.completion.is_some() {
            ended_s = Some(second);
            assert_eq!(request.completion, Some(Completion::Current));
            break;
        }
    }
    assert_eq!(ended_s, Some(10));
}

#[test]
fn a_cell_that_stays_at_its_voltage_ends_the_charge_in_time() {
    let mut outputs = connected();
    outputs.highest_cell = Some((volts(4.18), 0));
    outputs.current = Some(amperes(-50.0));
    let scene = RequestInputs {
        target_soc: ratio(1.0),
        ..scene(&outputs)
    };
    let mut requester = Requester::new();
    let ended_s = (0..10_000).find(|_| {
        requester
            .step(&CCS, &NMC_96S, &scene, seconds(1.0))
            .completion
            == Some(Completion::Time)
    });
    assert_eq!(ended_s, Some(7200));
}

/// The true pack with a charger that follows after a delay: no cell passes its voltage, and the charge ends full.
#[test]
fn the_highest_cell_is_held_at_its_voltage_whatever_the_delay_of_the_charger() {
    for (pack, config, delay) in [(&NMC_96S, &CCS, 100), (&LFP_100S, &LFP_100S_CCS, 30)] {
        let mut battery = Battery::in_charge_mode(pack, 0.97, 25.0);
        // One cell is ahead of the others.
        battery.soc[17] += 0.015;
        battery.disobedient = true;
        let constant_v = to_volts(config.constant_voltage);
        let mut requester = Requester::new();
        let mut pipe = std::collections::VecDeque::from(vec![0.0; delay + 1]);
        let (mut peak_v, mut held_s) = (0.0_f32, 0.0);
        let mut completion = None;
        for _ in 0..400_000 {
            let outputs = battery.tick();
            assert_eq!(outputs.mode, Mode::Charge, "{:?}", battery.faults());
            let scene = RequestInputs {
                target_soc: ratio(1.0),
                ..scene(&outputs)
            };
            let request = requester.step(config, pack, &scene, seconds(0.01));
            pipe.push_back(to_amperes(request.current));
            battery.wanted_a = -pipe.pop_front().expect("a delay");
            let (_, highest_v) = battery.lowest_and_highest_v();
            peak_v = peak_v.max(highest_v);
            if highest_v > constant_v - 0.003 {
                held_s += 0.01;
            }
            if request.completion.is_some() {
                completion = request.completion;
                break;
            }
        }
        println!(
            "delay {} ms: peak {:.1} mV from the limit, {held_s:.0} s at it, end {completion:?}, SoC of cell 17 {:.4}",
            delay * 10,
            1e3 * (peak_v - constant_v),
            battery.soc[17]
        );
        assert!(peak_v < constant_v + 0.002, "{peak_v}");
        assert_eq!(completion, Some(Completion::Current));
        assert!(battery.soc[17] > 0.96, "{}", battery.soc[17]);
    }
}

#[test]
fn the_voltage_that_must_never_be_passed_leaves_a_margin_above_the_target() {
    let outputs = connected();
    for config in [&CCS, &NMC_96S_NACS] {
        let request = settled(config, &scene(&outputs));
        assert!((to_volts(request.target_voltage) - 96.0 * 4.18).abs() < 1e-3);
        let margin_v = to_volts(request.maximum_voltage) - to_volts(request.target_voltage);
        assert!((margin_v - 5.0).abs() < 1e-3, "{margin_v}");
    }
    let weak = RequestInputs {
        charger: limits(|m| m.voltage_max = volts(390.0)),
        ..scene(&outputs)
    };
    assert!((to_volts(settled(&CCS, &weak).target_voltage) - 390.0).abs() < 1e-3);
}

#[test]
fn a_message_is_believed_only_if_finite_not_negative_and_in_order() {
    let refused = |change: &dyn Fn(&mut ChargerMessage)| {
        let mut message = STRONG;
        change(&mut message);
        ChargerLimits::of(&message).expect_err("not to be believed")
    };
    assert_eq!(
        refused(&|m| m.current_max = amperes(f32::NAN)),
        Distrust::NotFinite
    );
    assert_eq!(
        refused(&|m| m.voltage = volts(f32::INFINITY)),
        Distrust::NotFinite
    );
    // -1 A as an unsigned number is 65535 A elsewhere.
    assert_eq!(
        refused(&|m| m.current_max = amperes(-1.0)),
        Distrust::Negative
    );
    assert_eq!(refused(&|m| m.power_max = watts(-1.0)), Distrust::Negative);
    assert_eq!(
        refused(&|m| m.voltage_min = volts(930.0)),
        Distrust::OutOfOrder
    );
}

#[test]
fn what_cannot_be_believed_keeps_nothing_fresh() {
    let mut watch = ChargerWatch::new();
    watch.step(Reading::New(STRONG), seconds(0.1));
    let wrong = ChargerMessage {
        current_max: amperes(f32::NAN),
        ..STRONG
    };
    for tick in 1..=20 {
        watch.step(Reading::New(wrong), seconds(0.1));
        assert_eq!(watch.fresh(seconds(1.05)).is_some(), tick <= 10, "{tick}");
        assert_eq!(watch.distrust(), Some(Distrust::NotFinite));
    }
}

#[test]
fn configurations_that_contradict_the_pack_are_refused() {
    let refused = |change: Change<'_>| {
        let mut config = CCS;
        change(&mut config);
        config.validate(&NMC_96S).expect_err("refused").to_string()
    };
    let cases: [(&str, Change<'_>); 7] = [
        ("constant_voltage", &|c| c.constant_voltage = volts(4.25)),
        ("voltage_margin", &|c| c.voltage_margin = volts(0.0)),
        ("voltage_margin", &|c| c.voltage_margin = volts(30.0)),
        ("hot.from", &|c| c.hot.from = celsius(60.0)),
        ("inlet.hot.to", &|c| c.inlet.hot.to = celsius(100.0)),
        ("rise_a_per_s", &|c| c.rise_a_per_s = f32::NAN),
        ("finish.current", &|c| c.finish.current = amperes(0.0)),
    ];
    for (name, change) in cases {
        let message = refused(change);
        assert!(message.contains(name), "{name}: {message}");
    }
    let stages = [Stage {
        current: amperes(50.0),
        until: volts(4.0),
    }; 2];
    let config = ChargingConfig {
        stages: &stages,
        ..CCS
    };
    assert!(matches!(
        config.validate(&NMC_96S),
        Err(ConfigError::Pair { field, .. }) if field == "stages.current of the next"
    ));
}

prop_compose! {
    fn any_outputs()(
        numbers in prop::array::uniform12(any_number()),
        known in prop::array::uniform5(any::<bool>()),
    ) -> Outputs {
        let mut outputs = connected();
        let some = |index: usize, number: f32| known[index].then_some(number);
        outputs.current = some(0, numbers[0]).map(amperes);
        outputs.highest_cell = some(1, numbers[1]).map(|v| (volts(v), 0));
        outputs.lowest_cell = some(2, numbers[2]).map(|v| (volts(v), 0));
        outputs.coldest = some(3, numbers[3]).map(|k| (kelvin(k), 0));
        outputs.warmest = some(4, numbers[4]).map(|k| (kelvin(k), 0));
        outputs.estimate.soc = ratio(numbers[5]);
        outputs.estimate.weakest_soc.soc = ratio(numbers[6]);
        outputs.estimate.strongest_soc.soc = ratio(numbers[7]);
        outputs.estimate.mean.resistance_scale = numbers[8];
        outputs.allowed.charge.current = amperes(numbers[9]);
        outputs
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever arrives, the request is finite, not negative, and not above any limit.
    #[test]
    fn no_cap_is_ever_passed(
        outputs in any_outputs(),
        charger in prop::option::of(prop::array::uniform6(any_number())),
        schedule in prop::array::uniform2(any_number()),
        inlet in prop::option::of(any_number()),
        wanted in any::<bool>(),
        target in any_number(),
        dts in prop::collection::vec(any_number(), 1..6),
    ) {
        let charger = charger.and_then(|[voltage, current, high, low, most, power]| {
            ChargerLimits::of(&ChargerMessage {
                voltage: volts(voltage),
                current: amperes(current),
                voltage_max: volts(high),
                voltage_min: volts(low),
                current_max: amperes(most),
                power_max: watts(power),
            }).ok()
        });
        let scene = RequestInputs {
            outputs: &outputs,
            charger,
            schedule: Schedule { current_max: amperes(schedule[0]), power_max: watts(schedule[1]) },
            inlet_temperature: inlet.map(kelvin),
            wanted,
            target_soc: ratio(target),
        };
        let mut requester = Requester::new();
        let mut last_a = 0.0;
        for dt in dts {
            let request = requester.step(&CCS, &NMC_96S, &scene, seconds(dt));
            let current_a = to_amperes(request.current);
            prop_assert!(current_a.is_finite() && current_a >= 0.0);
            let mut caps = vec![
                to_amperes(NMC_96S.limits.pack_charge_current.operating),
                to_amperes(CCS.inlet.current),
                to_amperes(outputs.allowed.charge.current),
                schedule[0],
                charger.map_or(0.0, |charger| to_amperes(charger.current_max)),
                last_a + CCS.rise_a_per_s * if dt > 1.0 { 1.0 } else if dt > 0.0 { dt } else { 0.0 },
            ];
            if !wanted {
                caps.push(0.0);
            }
            for cap_a in caps {
                let cap_a = if cap_a > 0.0 { cap_a } else { 0.0 };
                prop_assert!(current_a <= cap_a, "{} above {}", current_a, cap_a);
            }
            prop_assert!(to_volts(request.target_voltage) <= to_volts(request.maximum_voltage));
            prop_assert!(to_volts(request.maximum_voltage) <= to_volts(CCS.inlet.voltage));
            last_a = current_a;
        }
    }

    /// A lower limit of any kind never asks for more.
    #[test]
    fn less_of_anything_never_gives_more(
        current_max_a in between(0.0, 400.0),
        less in between(0.0, 1.0),
        degc in between(-25.0, 55.0),
        soc in between(0.0, 0.79),
    ) {
        let mut outputs = connected();
        outputs.coldest = Some((celsius(degc), 0));
        outputs.warmest = Some((celsius(degc.max(25.0)), 0));
        outputs.estimate.strongest_soc.soc = ratio(soc);
        outputs.estimate.weakest_soc.soc = ratio(soc);
        let at = |share: f32| {
            let scene = RequestInputs {
                charger: limits(|message| message.current_max = amperes(share * current_max_a)),
                ..scene(&outputs)
            };
            to_amperes(settled(&CCS, &scene).current)
        };
        prop_assert!(at(less) <= at(1.0));
        prop_assert!(to_ratio(outputs.estimate.soc) <= 1.0);
    }
}
