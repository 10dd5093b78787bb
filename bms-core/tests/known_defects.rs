//! Defects that battery management firmware in the field has, or had. None of them may be ours.

use bms_bench::{Rig, SensorValues};
use bms_core::Outputs;
use bms_core::config::BmsConfig;
use bms_core::config::presets::{LFP_100S, NMC_13S, NMC_96S};
use bms_core::measurement::Contactors;
use bms_core::protection::{FaultId, FaultTiming, Reaction, Source};
use bms_core::units::{celsius, ratio, to_amperes, to_ratio, to_seconds, to_volts, volts};

/// Ticks until a fault is qualified, in milliseconds; at most a minute.
fn until_found(rig: &mut Rig<'_>, fault: FaultId) -> u32 {
    let start_ms = rig.now_ms;
    while !rig.is_qualified(fault) {
        rig.tick();
        assert!(rig.now_ms < start_ms + 60_000, "{:?}", rig.faults());
    }
    rig.now_ms - start_ms
}

fn resting_v(config: &BmsConfig<'_>, soc: f32) -> f32 {
    to_volts(config.cell.ocv(ratio(soc), celsius(25.0)))
}

/// Defect: a cell more than 300 mV from the average is taken for a wrong reading and left out of the very minimum and
/// maximum that protection looks at.
#[test]
fn a_single_over_voltage_cell_is_not_hidden_as_an_outlier() {
    for config in [&NMC_96S, &LFP_100S, &NMC_13S] {
        let mut rig = Rig::new(config);
        let limit_v = to_volts(config.limits.cell_over_voltage.maximum);
        rig.sensors.cell_v[7] = limit_v + 0.001;
        assert!(rig.sensors.cell_v[7] - rig.sensors.cell_v[0] > 0.3);
        rig.run_ms(1000);
        let record = rig.bms.view().record(FaultId::CellOverVoltageMaximum);
        assert_eq!(record.expect("a record").source, Source::Cell(7));
        let last = rig.last.expect("a tick");
        assert!(last.reaction >= Reaction::Open);
        assert_eq!(last.highest_cell.map(|(_, cell)| cell), Some(7));
    }
}

/// The same for a reading that is impossible: it is a fault of the reading, and a danger.
#[test]
fn an_impossible_cell_voltage_is_judged_as_a_reading_and_as_a_danger() {
    for (cell_v, danger) in [
        (5.5, FaultId::CellOverVoltageMaximum),
        (-1.0, FaultId::CellUnderVoltageMaximum),
    ] {
        let mut rig = Rig::new(&NMC_96S);
        rig.sensors.cell_v[7] = cell_v;
        rig.run_ms(1000);
        for fault in [FaultId::CellVoltageOutOfRange, danger] {
            let record = rig.bms.view().record(fault).expect("a record");
            assert_eq!(record.source, Source::Cell(7), "{cell_v} V");
        }
    }
}

/// Defect: a sensor more than 10 K from the average is left out in the same way.
#[test]
fn a_single_hot_sensor_is_not_hidden_as_an_outlier() {
    let mut rig = Rig::new(&NMC_96S);
    rig.sensors.temperature_degc[11] = 65.1;
    rig.run_ms(5000);
    let record = rig
        .bms
        .view()
        .record(FaultId::OverTemperatureRestingMaximum);
    assert_eq!(
        record.expect("a record").source,
        Source::TemperatureSensor(11)
    );
    let last = rig.last.expect("a tick");
    assert!(last.reaction >= Reaction::Open);
    assert_eq!(last.warmest.map(|(_, sensor)| sensor), Some(11));
}

/// Defect: the open-wire test reports 0 or 1 where the number of the cell should be.
#[test]
fn an_open_wire_names_its_cell() {
    for cell in [0, 1, 2, 57, 95] {
        let mut rig = Rig::new(&NMC_96S);
        rig.sensors.open_wire[cell] = true;
        rig.run_ms(200);
        let record = rig
            .bms
            .view()
            .record(FaultId::CellOpenWire)
            .expect("a record");
        let cell = u8::try_from(cell).expect("96 cells");
        assert_eq!(record.source, Source::Cell(cell));
    }
}

/// Defect: a correction of the state of charge loses its sign. The shown one moves towards what the voltages tell,
/// whichever side that is on, and never by a jump.
#[test]
fn the_shown_state_of_charge_is_corrected_in_the_right_direction_without_a_jump() {
    for true_soc in [0.42, 0.58] {
        let mut rig = Rig::new(&NMC_13S);
        let shown = |rig: &Rig<'_>| to_ratio(rig.last.expect("a tick").estimate.display_soc);
        let start = shown(&rig);
        assert!((start - 0.5).abs() < 0.01, "{start}");
        rig.sensors.all_cells(resting_v(&NMC_13S, true_soc));
        let (mut before, mut furthest) = (start, 0.0_f32);
        for _ in 0..60_000 {
            rig.tick();
            let now = shown(&rig);
            let step = (now - before) * (true_soc - start).signum();
            assert!((-1e-6..=1e-4).contains(&step), "{before} to {now}");
            before = now;
            furthest = furthest.max((now - start).abs());
        }
        assert!(furthest > 0.01, "{furthest}");
    }
}

/// Defect: one good sample is enough for a fatal fault to count as gone.
#[test]
fn one_good_sample_does_not_end_a_fault() {
    let fault = FaultId::CellOverVoltageMaximum;
    let mut rig = Rig::new(&NMC_96S);
    let sound_v = rig.sensors.cell_v[3];
    rig.sensors.cell_v[3] = 4.3;
    until_found(&mut rig, fault);
    for _ in 0..20 {
        // Good for less than the recover time of 1 s, bad for one sample.
        rig.sensors.cell_v[3] = sound_v;
        rig.run_ms(950);
        assert!(rig.is_qualified(fault));
        rig.sensors.cell_v[3] = 4.3;
        rig.run_ms(50);
        assert!(rig.is_qualified(fault));
    }
    rig.sensors.cell_v[3] = sound_v;
    rig.run_ms(1000);
    assert!(rig.is_qualified(fault));
    rig.run_ms(50);
    assert!(!rig.is_qualified(fault));
    // The condition is gone; the fault stays until it is acknowledged.
    assert!(rig.bms.view().has(fault));
    rig.sensors.commands.acknowledge = true;
    rig.tick();
    assert!(!rig.bms.view().has(fault));
}

/// Within its hysteresis a value does not count as good either.
#[test]
fn a_value_that_hovers_at_its_limit_does_not_end_a_fault() {
    let mut rig = Rig::new(&NMC_96S);
    rig.sensors.cell_v[3] = 4.251;
    until_found(&mut rig, FaultId::CellOverVoltageMaximum);
    rig.sensors.cell_v[3] = 4.231;
    rig.run_ms(10_000);
    assert!(rig.is_qualified(FaultId::CellOverVoltageMaximum));
    rig.sensors.cell_v[3] = 4.229;
    rig.run_ms(1100);
    assert!(!rig.is_qualified(FaultId::CellOverVoltageMaximum));
}

/// Defect: a resting pack is judged by the limits of charging, and trips on a parking lot at 45 degC.
#[test]
fn a_parked_pack_at_45_degc_is_not_judged_by_the_limits_of_charging() {
    for config in [&NMC_96S, &LFP_100S, &NMC_13S] {
        let mut rig = Rig::fresh(config);
        rig.sensors.temperature_degc.fill(48.0);
        rig.sensors.coolant_degc = 48.0;
        rig.run_ms(60_000);
        assert_eq!(rig.faults(), [""; 0], "{} cells", config.layout.cells);
        // The same temperature while it is charged is beyond the limit.
        rig.sensors.current(-20.0);
        rig.run_ms(3000);
        let fault = FaultId::OverTemperatureChargingOperating;
        assert!(rig.is_qualified(fault), "{:?}", rig.faults());
    }
}

/// Where nobody knows whether the battery is charged, it is judged as if it were, too.
#[test]
fn without_a_current_every_limit_of_temperature_holds() {
    let mut rig = Rig::fresh(&NMC_96S);
    rig.sensors.temperature_degc.fill(46.0);
    rig.sensors.coolant_degc = 46.0;
    rig.run_ms(5000);
    assert_eq!(rig.faults(), [""; 0]);
    rig.sensors.silent.current = true;
    rig.sensors.silent.second_current = true;
    rig.run_ms(5000);
    let fault = FaultId::OverTemperatureChargingOperating;
    assert!(rig.is_qualified(fault), "{:?}", rig.faults());
    assert!(!rig.is_qualified(FaultId::OverTemperatureRestingOperating));
}

/// Defect: limits are evaluated every 10 ms on data that come every 50 ms, and the debounce counts each of them.
#[test]
fn a_sample_that_is_read_again_counts_for_nothing() {
    let fault = FaultId::CellOverVoltageMaximum;
    let mut rig = Rig::new(&NMC_96S);
    rig.sensors.cell_v[3] = 4.3;
    // One sample shows it; then nothing comes for as long as the configuration allows.
    rig.run_ms(50);
    rig.sensors.silent.cells = vec![3];
    rig.run_ms(990);
    assert!(!rig.bms.view().has(fault), "{:?}", rig.faults());
    // The next samples are good: there never was a fault.
    rig.sensors.silent.cells.clear();
    rig.sensors.cell_v[3] = rig.sensors.cell_v[4];
    rig.run_ms(2000);
    assert!(!rig.bms.view().has(fault), "{:?}", rig.faults());
}

/// What counts is the time between samples, not their number.
#[test]
fn fewer_samples_in_the_same_time_qualify_a_fault_as_fast() {
    let fault = FaultId::CellOverVoltageMaximum;
    for period_ms in [50, 100, 250] {
        let mut rig = Rig::new(&NMC_96S);
        rig.sensors.cell_v[3] = 4.3;
        let start_ms = rig.now_ms;
        while !rig.is_qualified(fault) {
            let due = (rig.now_ms + 10).is_multiple_of(period_ms);
            rig.sensors.silent.cells = if due { Vec::new() } else { vec![3] };
            rig.tick();
            assert!(rig.now_ms < start_ms + 2000);
        }
        assert_eq!(rig.now_ms - start_ms, period_ms + 500, "{period_ms} ms");
    }
}

/// Defect: a constant named 2000 ms is 1000. The times of every configuration are those that pass in a run.
#[test]
fn times_are_what_their_names_say() {
    for (qualify_ms, recover_ms) in [(100, 300), (500, 1000), (2000, 5000), (30_000, 30_000)] {
        let mut config = NMC_13S;
        let fault = FaultId::LinkVoltageMismatch;
        let timing = FaultTiming {
            qualify_ms,
            recover_ms,
        };
        config.timings = config.timings.with(fault, timing);
        let mut rig = Rig::new(&config);
        let sound_v = rig.sensors.link_v;
        rig.sensors.link_v = sound_v - 3.0;
        // The first sample comes after 100 ms, and begins the time.
        let found_ms = until_found(&mut rig, fault);
        assert_eq!(found_ms, 100 + u32::from(qualify_ms));
        let detection_s = to_seconds(config.budget(fault).detection);
        assert!(1e-3 * f64::from(found_ms) <= f64::from(detection_s) + 1e-6);
        rig.sensors.link_v = sound_v;
        let start_ms = rig.now_ms;
        while rig.is_qualified(fault) {
            rig.tick();
        }
        assert_eq!(rig.now_ms - start_ms, 100 + u32::from(recover_ms));
    }
}

/// The ages of the rhythm, too.
#[test]
fn ages_are_what_their_names_say() {
    let sampling = &NMC_96S.sampling;
    let mut rig = Rig::new(&NMC_96S);
    rig.sensors.silent.cells = vec![9];
    let stale_ms = until_found(&mut rig, FaultId::CellVoltageStale);
    assert_eq!(stale_ms, u32::from(sampling.cell_voltage_stale_ms) + 10);
    let missing_ms = stale_ms + until_found(&mut rig, FaultId::CellVoltageMissing);
    assert_eq!(missing_ms, u32::from(sampling.cell_voltage_missing_ms) + 10);
}

/// Defect: loss of a cell's measurement is a warning only.
#[test]
fn a_lost_cell_voltage_opens_the_contactors() {
    let mut rig = Rig::new(&NMC_96S);
    rig.sensors.silent.cells = vec![40];
    rig.run_ms(1100);
    assert_eq!(rig.last.expect("a tick").reaction, Reaction::Open);
    let record = rig.bms.view().record(FaultId::CellVoltageMissing);
    assert_eq!(record.expect("a record").source, Source::Cell(40));
}

/// Defect: low insulation is a warning only.
#[test]
fn low_isolation_opens_the_contactors() {
    let mut rig = Rig::new(&NMC_96S);
    let ohm = 99.0 * rig.sensors.pack_v;
    rig.sensors.isolation.resistance = bms_core::units::ohms(ohm);
    rig.run_ms(6000);
    assert!(rig.is_qualified(FaultId::IsolationFault));
    assert_eq!(rig.last.expect("a tick").reaction, Reaction::Open);
}

/// Defect: shipped defaults with a window of 1.5 V to 2.8 V around a cell whose curve runs from 2.57 V to 4.12 V.
#[test]
fn limits_of_another_chemistry_are_refused_with_both_fields_named() {
    let mut config = NMC_96S;
    let levels = &mut config.limits.cell_over_voltage;
    (levels.operating, levels.recommended, levels.maximum) = (volts(2.7), volts(2.75), volts(2.8));
    let levels = &mut config.limits.cell_under_voltage;
    (levels.operating, levels.recommended, levels.maximum) = (volts(1.7), volts(1.6), volts(1.5));
    config.limits.cell_deep_discharge = volts(1.2);
    let refusal = config.validate().expect_err("a refusal").to_string();
    assert_eq!(
        refusal,
        "cell.ocv_v at full is 4.19946, but has to be at most limits.cell_over_voltage.operating, which is 2.7"
    );
    let made = config.validated().and_then(|config| {
        bms_core::Bms::<96, 24>::new(config, bms_core::estimation::InitialSoc::FromVoltage)
    });
    assert_eq!(made.expect_err("a refusal").to_string(), refusal);
}

/// Defect, found in closed loop: where a sensor's current was no number the last finite one stood in for it, and was then
/// found to flow through open contactors, to be broken by them, and to disagree with the other sensor.
#[test]
fn a_current_that_is_no_number_is_not_taken_for_the_last_one() {
    let mut rig = Rig::new(&NMC_96S);
    rig.sensors.current(80.0);
    rig.run_ms(1000);
    rig.sensors.current_a = f32::NAN;
    assert!(until_found(&mut rig, FaultId::CurrentNotFinite) <= 120);
    rig.sensors.second_current_a = 0.0;
    rig.run_ms(50);
    rig.sensors.commands.contactors = Contactors::all(false);
    rig.sensors.feedback = Contactors::all(false);
    rig.sensors.link_v = 0.0;
    rig.run_ms(3000);
    for fault in [
        FaultId::CurrentOnOpenString,
        FaultId::CurrentWhileCommandedOpen,
        FaultId::CurrentPairDisagrees,
        FaultId::OpeningUnderLoad,
    ] {
        assert!(rig.bms.view().record(fault).is_none(), "{:?}", rig.faults());
    }
}

/// Defect, found in closed loop: a current that had risen since the cell voltages came was taken to be in them already,
/// and what it costs was allowed once more.
#[test]
fn a_current_that_voltages_do_not_show_yet_allows_no_more() {
    let mut rig = Rig::new(&NMC_96S);
    let rest_v = rig.sensors.cell_v[0];
    rig.sensors.all_cells(4.1);
    rig.run_ms(8000);
    let allowed_a = |outputs: &Outputs| to_amperes(outputs.allowed.charge.current);
    // A tick with voltages; the next four have none.
    while !rig.now_ms.is_multiple_of(50) {
        rig.tick();
    }
    let before_a = allowed_a(&rig.tick());
    assert!(
        before_a > 20.0 && before_a < 300.0,
        "{before_a} A, {rest_v} V"
    );
    rig.sensors.current(-0.9 * before_a);
    for _ in 0..3 {
        let after_a = allowed_a(&rig.tick());
        assert!(after_a < 1.02 * before_a, "{before_a} A became {after_a} A");
    }
}

/// Plausibility hides nothing: readings that nobody believes still count.
#[test]
fn a_reading_that_is_not_believed_is_still_judged() {
    fn pair(sensors: &mut SensorValues) {
        sensors.second_cell_v[5] = Some(4.3);
    }
    fn wire(sensors: &mut SensorValues) {
        sensors.cell_v[5] = 4.3;
        sensors.open_wire[5] = true;
    }
    fn jump(sensors: &mut SensorValues) {
        sensors.cell_v[5] += 1.2;
    }
    for change in [pair, wire, jump] {
        let mut rig = Rig::new(&NMC_96S);
        change(&mut rig.sensors);
        let after_ms = until_found(&mut rig, FaultId::CellOverVoltageMaximum);
        assert_eq!(after_ms, 550);
    }
}
