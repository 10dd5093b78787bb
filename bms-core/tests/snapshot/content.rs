//! Everything that is meant to be kept comes back, and nothing else.

use bms_bench::{Rig, SensorValues};
use bms_core::Bms;
use bms_core::config::presets::{LFP_100S, NMC_13S, NMC_96S};
use bms_core::control::Mode;
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{Contactor, Contactors};
use bms_core::protection::{CATALOGUE, DtcStatus, FaultId, Latch, Reaction};
use bms_core::snapshot::{SnapshotError, snapshot_size};
use bms_core::units::{ohms, ratio, seconds, to_ratio};

use crate::{snapshot_of, taken};

/// A pack with a past: uneven cells, faults of every latch class that came and went or are still there, a contactor
/// opened under load, offsets of the current sensors learned.
fn eventful() -> Rig<'static> {
    let mut rig = Rig::new(&NMC_13S);
    let rest_v = rig.sensors.cell_v[0];
    for (cell, cell_v) in rig.sensors.cell_v.iter_mut().enumerate() {
        *cell_v += 0.002 * if cell % 2 == 0 { 1.0 } else { -1.0 };
    }
    rig.sensors.fit_pack();
    rig.run_ms(2000);
    // Through power cycles: a crash opens at once, under load.
    rig.sensors.current(500.0);
    rig.run_ms(100);
    rig.sensors.crash = true;
    rig.run_ms(20);
    rig.sensors.commands.contactors = Contactors::all(false);
    rig.sensors.feedback = Contactors::all(false);
    rig.run_ms(30);
    rig.sensors.crash = false;
    // Long enough open to learn an offset.
    rig.sensors.current(0.1);
    rig.sensors.link_v = 0.0;
    rig.run_ms(4000);
    // Self-clearing and until acknowledged: all three limits of over-voltage, gone again.
    rig.sensors.cell_v[3] = 4.35;
    rig.sensors.fit_pack();
    rig.sensors.link_v = 0.0;
    rig.run_ms(1500);
    rig.sensors.cell_v[3] = rest_v;
    rig.sensors.fit_pack();
    rig.sensors.link_v = 0.0;
    rig.run_ms(3000);
    // A fault that is there when the power goes.
    rig.sensors.supply_v = 5.0;
    rig.run_ms(1000);
    rig
}

fn reborn(rig: &Rig<'static>, asleep_s: Option<f32>) -> Rig<'static> {
    let bytes = snapshot_of(rig, 7);
    let mut later = Rig::fresh(rig.config);
    later
        .bms
        .restore(&bytes, asleep_s.map(seconds))
        .expect("a sound snapshot");
    later
}

#[test]
fn a_snapshot_of_what_was_restored_is_the_same_but_for_its_number() {
    for rig in [
        eventful(),
        Rig::new(&NMC_96S),
        Rig::new(&LFP_100S),
        Rig::fresh(&NMC_13S),
    ] {
        let before = snapshot_of(&rig, 7);
        let later = reborn(&rig, Some(0.0));
        assert!(snapshot_of(&later, 7) == before);
        let other = snapshot_of(&later, 8);
        let end = other.len() - 4;
        assert!(other[..12] == before[..12] && other[16..end] == before[16..end]);
        assert!(other[end..] != before[end..]);
    }
}

#[test]
fn a_believed_state_of_charge_without_a_voltage_is_kept() {
    let bms = Bms::<13, 4>::new(
        NMC_13S.validated().expect("valid"),
        InitialSoc::Prior(ratio(0.3)),
    )
    .expect("valid");
    let before = taken(&bms, &NMC_13S, 0);
    let mut later = Bms::<13, 4>::new(NMC_13S.validated().expect("valid"), InitialSoc::FromVoltage)
        .expect("valid");
    later.restore(&before, None).expect("sound");
    assert!(taken(&later, &NMC_13S, 0) == before);
}

#[test]
fn estimates_come_back() {
    let rig = eventful();
    let later = reborn(&rig, Some(0.0));
    let before = rig.last.expect("ticks").estimate;
    for cell in 0..13 {
        let (_, before) = rig.bms.view().cell(cell).expect("a cell");
        let (_, after) = later.bms.view().cell(cell).expect("a cell");
        assert!((to_ratio(before.soc) - to_ratio(after.soc)).abs() < 1e-6);
        assert!((to_ratio(before.sigma) - to_ratio(after.sigma)).abs() < 1e-6);
    }
    let soc = i64::from_le_bytes(snapshot_of(&later, 0)[96..104].try_into().expect("8 bytes"));
    #[expect(clippy::cast_precision_loss, reason = "to compare")]
    let soc = soc as f32 / 2_f32.powi(50);
    assert!((soc - to_ratio(before.mean.soc)).abs() < 1e-6);
}

#[test]
fn faults_latched_through_power_cycles_stay_and_others_leave() {
    let rig = eventful();
    for present in [
        FaultId::CellOverVoltageMaximum,
        FaultId::Crash,
        FaultId::SupplyUnderVoltage,
        FaultId::OpeningUnderLoad,
    ] {
        assert!(rig.bms.view().has(present), "{present:?}");
    }
    let later = reborn(&rig, Some(0.0));
    let stay: Vec<_> = rig
        .bms
        .view()
        .faults()
        .filter(|fault| fault.definition().latch == Latch::ThroughPowerCycles)
        .collect();
    assert_eq!(stay, [FaultId::Crash]);
    assert_eq!(later.bms.view().faults().collect::<Vec<_>>(), stay);
    assert!(!later.bms.view().is_qualified(FaultId::Crash));
}

/// Each fault that is latched through power cycles and that readings alone can provoke.
#[test]
fn what_is_latched_through_power_cycles_keeps_the_contactors_open() {
    type Wrong = fn(&mut SensorValues);
    let cases: [(FaultId, Wrong); 5] = [
        (FaultId::CellDeepDischarge, |sensors| {
            sensors.cell_v[3] = 1.9;
        }),
        (FaultId::IsolationFault, |sensors| {
            sensors.isolation.resistance = ohms(90.0 * sensors.pack_v);
        }),
        (FaultId::ContactorWelded, |sensors| {
            sensors.commands.contactors = Contactors::all(false);
        }),
        (FaultId::FuseBlown, |sensors| sensors.pack_v *= 0.4),
        (FaultId::GasAlert, |sensors| sensors.gas_alert = true),
    ];
    for (fault, wrong) in cases {
        let mut rig = Rig::new(&NMC_96S);
        wrong(&mut rig.sensors);
        rig.run_ms(6000);
        assert!(rig.bms.view().has(fault), "{fault:?}");
        let mut later = reborn(&rig, Some(3600.0));
        later.sensors = SensorValues::sound(&NMC_96S);
        later.run_ms(5000);
        assert!(later.bms.view().has(fault), "{fault:?}");
        let outputs = later.tick();
        assert!(!outputs.contactors.path_closed(), "{fault:?}");
        assert_eq!(outputs.mode, Mode::Fault, "{fault:?}");
    }
}

#[test]
fn a_crash_keeps_the_pack_open_through_a_power_cycle_until_it_is_acknowledged() {
    let mut later = reborn(&eventful(), None);
    later.sensors = SensorValues::sound(&NMC_13S);
    let outputs = later.tick();
    assert_eq!(outputs.reaction, Reaction::OpenAtOnce);
    assert!(outputs.warn_driver);
    later.sensors.commands.acknowledge = true;
    later.run_ms(50);
    assert!(!later.bms.view().has(FaultId::Crash));
}

#[test]
fn what_is_still_wrong_shows_itself_again() {
    let rig = eventful();
    let mut later = reborn(&rig, None);
    later.sensors = SensorValues::sound(&NMC_13S);
    later.sensors.supply_v = 5.0;
    later.run_ms(1000);
    assert!(later.bms.view().is_qualified(FaultId::SupplyUnderVoltage));
    let count = |rig: &Rig<'_>| {
        let record = rig.bms.view().record(FaultId::SupplyUnderVoltage);
        record.expect("a record").count
    };
    assert_eq!((count(&rig), count(&later)), (1, 2));
}

#[test]
fn status_bytes_keep_what_was_and_lose_what_is() {
    let rig = eventful();
    let later = reborn(&rig, None);
    for entry in CATALOGUE {
        let (before, after) = (
            rig.bms.view().status(entry.id),
            later.bms.view().status(entry.id),
        );
        let warned = if later.bms.view().has(entry.id) {
            before.bits() & DtcStatus::WARNING_INDICATOR_REQUESTED
        } else {
            0
        };
        let kept =
            before.bits() & !DtcStatus::TEST_FAILED & !DtcStatus::WARNING_INDICATOR_REQUESTED;
        assert_eq!(after.bits(), kept | warned, "{}", entry.name());
    }
    let gone = later.bms.view().status(FaultId::CellOverVoltageMaximum);
    assert!(
        gone.has(
            DtcStatus::PENDING | DtcStatus::CONFIRMED | DtcStatus::TEST_FAILED_SINCE_LAST_CLEAR
        )
    );
}

#[test]
fn records_and_log_come_back_with_every_field() {
    let rig = eventful();
    let later = reborn(&rig, None);
    let records = |rig: &Rig<'_>| format!("{:?}", rig.bms.view().records().collect::<Vec<_>>());
    let log = |rig: &Rig<'_>| format!("{:?}", rig.bms.view().log().collect::<Vec<_>>());
    assert!(rig.bms.view().records().count() > 5);
    assert!(rig.bms.view().log().count() > 10);
    assert_eq!(records(&rig), records(&later));
    assert_eq!(log(&rig), log(&later));
    assert_eq!(
        rig.bms.view().events_written(),
        later.bms.view().events_written()
    );
    for record in rig.bms.view().records() {
        let same = later.bms.view().record(record.fault).expect("the record");
        assert_eq!(format!("{record:?}"), format!("{same:?}"));
    }
}

#[test]
fn a_log_that_went_round_comes_back_in_order() {
    let mut rig = Rig::new(&NMC_13S);
    while rig.bms.view().events_written() < 45 {
        rig.sensors.supply_v = if rig.sensors.supply_v > 9.0 {
            5.0
        } else {
            12.0
        };
        rig.run_ms(1500);
    }
    let mut later = reborn(&rig, None);
    let log: Vec<_> = rig
        .bms
        .view()
        .log()
        .map(|event| (event.at_ms, event.kind))
        .collect();
    assert!(log.is_sorted_by_key(|(at_ms, _)| at_ms));
    let again: Vec<_> = later
        .bms
        .view()
        .log()
        .map(|event| (event.at_ms, event.kind))
        .collect();
    assert_eq!(again, log);
    // And goes on at its end.
    later.sensors.supply_v = 5.0;
    later.run_ms(1000);
    assert!(later.bms.view().log().count() == 32 && later.bms.view().events_written() > 45);
    assert!(later.bms.view().log().is_sorted_by_key(|event| event.at_ms));
}

#[test]
fn time_of_operation_wear_and_offsets_go_on() {
    let rig = eventful();
    let mut later = reborn(&rig, Some(5.0));
    let wear = later.bms.view().contactor_wear(Contactor::MainPositive);
    assert_eq!(wear, (1, 1));
    for contactor in Contactor::ALL {
        assert_eq!(
            rig.bms.view().contactor_wear(contactor),
            later.bms.view().contactor_wear(contactor)
        );
    }
    let now_ms = rig.last.expect("ticks").now_ms;
    // The offset that was learned is taken off the first current that is measured.
    later.sensors = SensorValues::sound(&NMC_13S);
    later.sensors.current(0.1);
    let outputs = later.tick();
    assert_eq!(outputs.now_ms, now_ms + u64::from(NMC_13S.sampling.tick_ms));
    let current_a = bms_core::units::to_amperes(outputs.current.expect("a current"));
    assert!(current_a.abs() < 0.03, "{current_a} A");
}

#[test]
fn an_alarm_of_a_runaway_goes_on_where_it_was() {
    let mut rig = Rig::new(&NMC_13S);
    let mut step = 0.0;
    while rig
        .last
        .is_none_or(|last| last.runaway.is_none_or(|alarm| !alarm.confirmed))
    {
        rig.sensors.temperature_degc[0] += 0.02;
        step += 1.0;
        assert!(step < 20_000.0, "no runaway was found");
        rig.run_ms(10);
    }
    rig.run_ms(5000);
    let since = |rig: &Rig<'_>| {
        let last = rig.last.expect("a tick");
        bms_core::units::to_seconds(last.runaway.expect("an alarm").since)
    };
    let mut later = reborn(&rig, None);
    later.run_ms(10);
    assert!(since(&rig) > 5.0 && (since(&later) - since(&rig) - 0.01).abs() < 1e-3);
}

#[test]
fn a_hot_fuse_stays_hot_through_a_restart_and_cools_asleep() {
    let mut rig = Rig::new(&NMC_13S);
    rig.sensors
        .current(3.0 * bms_core::units::to_amperes(NMC_13S.limits.rest_current).max(200.0));
    rig.run_ms(3000);
    let share = |rig: &Rig<'_>| {
        let bytes = snapshot_of(rig, 0);
        f32::from_le_bytes(bytes[40..44].try_into().expect("4 bytes"))
    };
    let hot = share(&rig);
    assert!(hot > 0.0);
    assert!(share(&reborn(&rig, None)) >= hot);
    assert!(share(&reborn(&rig, Some(0.0))) >= hot);
    let cooling_s = bms_core::units::to_seconds(NMC_13S.limits.fuse.cooling);
    let cooled = share(&reborn(&rig, Some(cooling_s)));
    assert!((cooled / hot - (-1.0_f32).exp()).abs() < 1e-3);
}

#[test]
fn restoring_is_for_a_battery_management_before_its_first_tick() {
    let mut rig = eventful();
    let bytes = snapshot_of(&rig, 0);
    let refused = rig.bms.restore(&bytes, None);
    assert_eq!(refused, Err(SnapshotError::Running));
    assert!(snapshot_of(&rig, 0) == bytes);
}

#[test]
fn the_layout_is_the_documented_one() {
    let rig = eventful();
    let bytes = snapshot_of(&rig, 0x0102_0304);
    assert_eq!(bytes.len(), 3020 + 28 * 13);
    assert_eq!(snapshot_size(96) - snapshot_size(95), 28);
    let at = |offset: usize, size: usize| {
        let mut value = [0; 8];
        value[..size].copy_from_slice(&bytes[offset..offset + size]);
        u64::from_le_bytes(value)
    };
    assert_eq!(&bytes[..4], b"BMSS");
    assert_eq!(at(4, 2), 1);
    assert_eq!(at(8, 4), bytes.len() as u64);
    assert_eq!(at(12, 4), 0x0102_0304);
    assert_eq!(
        (at(16, 2), at(18, 2)),
        (13, NMC_13S.layout.temperature_sensors as u64)
    );
    assert_eq!(at(24, 8), rig.last.expect("ticks").now_ms);
    assert_eq!(at(32, 8), u64::MAX);
    assert_eq!((at(56, 4), at(60, 2)), (1, 1));
    assert_eq!(at(95, 1), 2);
    let faults = 394 + 28 * 13;
    assert_eq!(at(faults, 2), CATALOGUE.len() as u64);
    assert_eq!(at(faults + 2, 2), u64::from(CATALOGUE[0].number));
    let records = faults + 2 + 4 * CATALOGUE.len();
    assert_eq!(at(records, 2), 24);
    let log = records + 2 + 24 * 62;
    assert_eq!(at(log, 4), u64::from(rig.bms.view().events_written()));
    assert_eq!(at(log + 4, 2), 32);
    assert_eq!(log + 6 + 32 * 17 + 4, bytes.len());
    let end = bytes.len() - 4;
    assert_eq!(at(end, 4), u64::from(crate::crc32(&bytes[..end])));
}

#[test]
fn what_lies_behind_a_snapshot_does_not_matter() {
    let rig = eventful();
    let mut bytes = snapshot_of(&rig, 3);
    bytes.extend([0x5A; 100]);
    let mut later = Rig::fresh(&NMC_13S);
    assert_eq!(later.bms.restore(&bytes, None), Ok(()));
    let mut buffer = vec![0x77; bytes.len()];
    let length = later.bms.view().snapshot(0, &mut buffer).expect("room");
    assert!(buffer[length..].iter().all(|byte| *byte == 0x77));
}
