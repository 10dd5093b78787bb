//! At home: a wall box with an on-board charger, and a station that supplies the house, under core's own limits.
//!
//! Minutes run against the whole `Bms`; hours against a pack of its OCV and resistance, with the outputs of one tick of the
//! `Bms` in which SoC, voltages and current are those of the pack.

use std::sync::OnceLock;

use bms_bench::{Battery, set_soc};
use bms_core::Outputs;
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    Ask, BidirectionalConfig, ChargeRequest, ChargerLimits, Completion, Discharge, DischargeInputs,
    DischargeReason, Forecast, ForecastInputs, Goals, OnBoardCharger, Pilot, RequestInputs,
    Requester, Schedule, Throughput, discharge,
};
use bms_core::config::presets::NMC_96S;
use bms_core::control::Mode;
use bms_core::measurement::{
    ChargerMeasurement, ChargerMessage, ChargerPhase, Contactors, Reading,
};
use bms_core::units::{
    ElectricCurrent, Ratio, amperes, celsius, joules, ratio, seconds, to_amperes, to_coulombs,
    to_joules, to_seconds, to_volts, to_watts, volts, watts,
};
use bms_sim::charger::{
    House, ON_BOARD_11_KW, OnBoardPlant, OnBoardTick, V2H_HOUSE_11_KW, V2hOffer, V2hStation,
    V2hTick, WALL_BOX_11_KW, WallBox, WallBoxTick,
};
use proptest::prelude::*;

const AC: OnBoardCharger = ON_BOARD_11_KW.charger;
const CELLS: f32 = 96.0;
const BACK: BidirectionalConfig = BidirectionalConfig::DEFAULT;

/// Outputs of a pack that is connected to a charger.
fn connected() -> Outputs {
    static OUTPUTS: OnceLock<Outputs> = OnceLock::new();
    *OUTPUTS.get_or_init(|| bms_bench::battery::connected(0.5))
}

/// A battery with its `Bms`, in charge mode at no current.
fn charging_battery(soc: f32) -> Battery<'static> {
    let mut battery = Battery::in_charge_mode(&NMC_96S, soc, 25.0);
    battery.disobedient = true;
    battery.run_ms(6000);
    battery
}

/// A pack for hours: OCV and a resistance.
struct SlowPack {
    soc: f32,
    /// Into the battery.
    current_a: f32,
}

impl SlowPack {
    const OHM: f32 = 0.08;

    fn voltage_v(&self) -> f32 {
        let ocv_v = to_volts(NMC_96S.cell.ocv(ratio(self.soc), celsius(25.0)));
        CELLS * ocv_v + Self::OHM * self.current_a
    }

    fn outputs(&self) -> Outputs {
        let mut outputs = connected();
        set_soc(&mut outputs, self.soc);
        outputs.lowest_cell = Some((volts(self.voltage_v() / CELLS), 0));
        outputs.highest_cell = outputs.lowest_cell;
        outputs.current = Some(amperes(-self.current_a));
        outputs
    }

    #[expect(clippy::cast_possible_truncation, reason = "a current")]
    fn flow(&mut self, current_a: f64, dt_s: f32) {
        self.current_a = current_a as f32;
        self.soc += self.current_a * dt_s / to_coulombs(NMC_96S.cell.capacity);
    }
}

fn forecast(outputs: &Outputs, charger: ChargerLimits, goals: Goals) -> Forecast {
    let scene = ForecastInputs {
        outputs,
        charger: Some(charger),
        schedule: Schedule::UNLIMITED,
        goals,
    };
    Forecast::new(&NMC_96S_CCS, &NMC_96S, &scene)
}

fn request(
    requester: &mut Requester,
    outputs: &Outputs,
    charger: ChargerLimits,
    target_soc: Ratio,
    dt_s: f32,
) -> ChargeRequest {
    let scene = RequestInputs {
        outputs,
        charger: Some(charger),
        schedule: Schedule::UNLIMITED,
        inlet_temperature: None,
        wanted: true,
        target_soc,
    };
    requester.step(&NMC_96S_CCS, &NMC_96S, &scene, seconds(dt_s))
}

/// The vehicle's side of a wall box: pilot, request, on-board charger.
struct AcVehicle {
    wall_box: WallBox,
    on_board: OnBoardPlant,
    requester: Requester,
    cable: ElectricCurrent,
    shown: WallBoxTick,
    /// What pilot, cable and charger leave now.
    allowed_a: f32,
    request: Option<ChargeRequest>,
    given: OnBoardTick,
}

impl AcVehicle {
    fn new() -> Self {
        let mut wall_box = WallBox::new(WALL_BOX_11_KW);
        let mut on_board = OnBoardPlant::new(ON_BOARD_11_KW);
        Self {
            shown: wall_box.step(0.0, 0.01),
            given: on_board.step(0.0, false, None, 0.01),
            wall_box,
            on_board,
            requester: Requester::new(),
            cable: amperes(20.0),
            allowed_a: 0.0,
            request: None,
        }
    }

    fn step(&mut self, outputs: &Outputs, battery_v: f32, closed: bool, target: f32, dt_s: f32) {
        let dt = f64::from(dt_s);
        self.shown = self.wall_box.step(self.given.phase_a, dt);
        let allowed = AC.phase_current(Pilot::of_duty(self.shown.duty), self.cable);
        self.allowed_a = to_amperes(allowed);
        let limits = AC.limits(allowed, volts(battery_v));
        let request = request(&mut self.requester, outputs, limits, ratio(target), dt_s);
        let asked = AC.phase_request(request.current, volts(battery_v), allowed);
        self.request = Some(request);
        let battery_v = closed.then_some(f64::from(battery_v));
        let asked_a = f64::from(to_amperes(asked));
        self.given = self.on_board.step(asked_a, self.shown.mains, battery_v, dt);
    }

    fn phase_a(&self) -> f64 {
        self.given.phase_a
    }
}

/// A vehicle at a wall box with its whole `Bms`.
struct AcRig {
    battery: Battery<'static>,
    vehicle: AcVehicle,
    /// What the on-board charger may still give.
    follows_a: f32,
    above_s: f32,
    longest_above_s: f32,
}

impl AcRig {
    fn new(soc: f32) -> Self {
        Self {
            battery: charging_battery(soc),
            vehicle: AcVehicle::new(),
            follows_a: 0.0,
            above_s: 0.0,
            longest_above_s: 0.0,
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a current")]
    fn tick(&mut self) {
        let outputs = self.battery.last.expect("a tick");
        let closed = self.battery.contactors.mains_closed();
        let battery_v = self.battery.pack_v();
        self.vehicle.step(&outputs, battery_v, closed, 0.8, 0.01);
        let request = self.vehicle.request.expect("a request");
        self.follows_a = to_amperes(request.current).max(self.follows_a - 0.05);
        self.battery.commands.charger_current_request = amperes(self.follows_a);
        self.battery.commands.charger_voltage_limit = request.maximum_voltage;
        let given = self.vehicle.given;
        self.battery.wanted_a = -given.current_a as f32;
        self.battery.charger = at_charger(given.message);
        self.battery.tick();
        if given.phase_a > f64::from(self.vehicle.allowed_a) + 0.01 {
            self.above_s += 0.01;
        } else {
            self.above_s = 0.0;
        }
        self.longest_above_s = self.longest_above_s.max(self.above_s);
        assert!(
            -self.battery.current_a <= to_amperes(outputs.allowed.charge.current) + 0.5,
            "{} A of {:?}",
            self.battery.current_a,
            outputs.allowed.charge
        );
        assert!(!self.vehicle.shown.late);
    }

    fn run_s(&mut self, seconds: u16) {
        for _ in 0..100 * u32::from(seconds) {
            self.tick();
        }
    }
}

fn at_charger(message: Option<ChargerMessage>) -> ChargerMeasurement {
    ChargerMeasurement {
        plugged: true,
        locked: true,
        phase: ChargerPhase::Charging,
        message: message.map_or(Reading::Waiting, Reading::New),
        ..ChargerMeasurement::default()
    }
}

/// The limit of the house falls: the pilot tells it, the vehicle is down within its 5 s, and comes back up afterwards.
#[test]
fn a_pilot_that_falls_is_obeyed_in_its_time() {
    let mut rig = AcRig::new(0.5);
    rig.run_s(15);
    assert!(
        (rig.vehicle.phase_a() - 16.0).abs() < 0.1,
        "{:?} {:?} {:?}",
        rig.vehicle.given,
        rig.vehicle.request,
        rig.battery.faults()
    );
    for limit_a in [10.0, 7.0, 13.0, 6.0] {
        rig.vehicle.wall_box.set_limit_a(limit_a);
        rig.run_s(10);
        let phase_a = rig.vehicle.phase_a();
        println!("{limit_a} A told, {phase_a:.2} A taken");
        assert!(phase_a <= limit_a + 0.01 && phase_a > limit_a - 0.3);
    }
    println!("above the pilot for at most {:.2} s", rig.longest_above_s);
    assert!(rig.longest_above_s > 0.5, "delay and ramp are there");
    assert!(rig.longest_above_s < 5.0);
    assert_eq!(rig.battery.faults(), [""; 0]);
}

#[test]
fn a_wall_box_that_pauses_leaves_the_battery_connected_and_goes_on() {
    let mut rig = AcRig::new(0.5);
    rig.run_s(15);
    rig.vehicle.wall_box.pause();
    rig.run_s(6);
    assert!(rig.vehicle.phase_a() <= 0.0);
    assert!(!rig.vehicle.shown.mains, "dead once nothing flows");
    assert!(rig.battery.current_a.abs() < 1e-3);
    assert_ne!(rig.battery.contactors, Contactors::all(false));
    rig.vehicle.wall_box.resume();
    rig.run_s(15);
    assert!((rig.vehicle.phase_a() - 16.0).abs() < 0.1);
    // Less than it runs with: a pause, too.
    rig.vehicle.wall_box.set_limit_a(5.9);
    rig.run_s(10);
    assert!(rig.vehicle.phase_a() <= 0.0);
    assert_eq!(rig.battery.faults(), [""; 0]);
}

#[test]
fn the_least_of_pilot_cable_and_battery_counts() {
    let mut rig = AcRig::new(0.5);
    rig.vehicle.cable = amperes(13.0);
    rig.run_s(15);
    let phase_a = rig.vehicle.phase_a();
    assert!((12.9..=13.001).contains(&phase_a), "{phase_a}");
    // A cold pack takes less than the mains has: the on-board charger takes only what goes into the battery.
    let mut cold = AcRig::new(0.7);
    cold.battery.temperature_degc.fill(-8.0);
    cold.run_s(30);
    let (phase_a, current_a) = (cold.vehicle.phase_a(), -cold.battery.current_a);
    let request = cold.vehicle.request.expect("a request");
    println!(
        "at -8 degC {phase_a:.1} A of a phase, {current_a:.1} A into the battery, by {:?}",
        request.reason
    );
    assert!(phase_a > 6.0 && phase_a < 14.0, "{phase_a} {request:?}");
    assert!(current_a <= to_amperes(request.current) + 0.1);
}

/// A vehicle that does not hear the pilot is cut off.
#[test]
fn a_vehicle_that_stays_above_the_pilot_loses_the_mains() {
    let mut wall_box = WallBox::new(WALL_BOX_11_KW);
    for _ in 0..100 {
        assert!(wall_box.step(15.9, 0.1).mains);
    }
    wall_box.set_limit_a(8.0);
    let mut lasted_s = 0.0;
    while wall_box.step(15.9, 0.1).mains {
        lasted_s += 0.1;
        assert!(lasted_s < 20.0, "never cut off");
    }
    assert!((4.9..5.3).contains(&lasted_s), "{lasted_s}");
    assert!(wall_box.step(0.0, 0.1).late);
    wall_box.resume();
    assert!(wall_box.step(0.0, 0.1).mains);
}

/// Waits as long as the forecast allows, then charges, while the house takes some of the mains for a while; full at departure.
#[test]
fn the_target_is_reached_by_the_departure() {
    let mut pack = SlowPack {
        soc: 0.4,
        current_a: 0.0,
    };
    let mut vehicle = AcVehicle::new();
    vehicle.wall_box.pause();
    let (departure_s, margin_s) = (6 * 3600_u16, 1800.0);
    let (mut began_s, mut done_s, mut mains_j, mut battery_j) = (None, None, 0.0, 0.0);
    let mut foreseen_s = 0.0;
    for now_s in 0..departure_s {
        let outputs = pack.outputs();
        let battery_v = pack.voltage_v();
        if began_s.is_none() && now_s % 60 == 0 {
            let full = AC.limits(amperes(16.0), volts(battery_v));
            let time = forecast(&outputs, full, Goals::DEFAULT).target.time;
            foreseen_s = time.map_or(0.0, to_seconds);
            if foreseen_s + margin_s >= f32::from(departure_s - now_s) {
                vehicle.wall_box.resume();
                began_s = Some(now_s);
            }
        }
        // Somebody cooks for twenty minutes.
        let cooks = (4 * 3600..4 * 3600 + 1200).contains(&now_s);
        vehicle.wall_box.set_limit_a(if cooks { 8.0 } else { 16.0 });
        vehicle.step(&outputs, battery_v, true, 0.8, 1.0);
        pack.flow(vehicle.given.current_a, 1.0);
        mains_j += vehicle.given.mains_w;
        battery_j += vehicle.given.current_a * f64::from(battery_v);
        let over = vehicle.request.and_then(|request| request.completion);
        if over == Some(Completion::StateOfCharge) && done_s.is_none() {
            done_s = Some(now_s);
        }
    }
    let (began_s, done_s) = (began_s.expect("began"), done_s.expect("full in time"));
    println!(
        "began after {} min, foreseen {:.0} min, took {} min; {:.1} kWh of the mains, {:.1} kWh into the battery, SoC {:.3}",
        began_s / 60,
        foreseen_s / 60.0,
        (done_s - began_s) / 60,
        mains_j / 3.6e6,
        battery_j / 3.6e6,
        pack.soc
    );
    assert!(pack.soc >= 0.799 && pack.soc < 0.802, "{}", pack.soc);
    assert!(began_s > 2 * 3600, "as late as it may");
    assert!((battery_j / mains_j - 0.93).abs() < 1e-3);
}

/// A vehicle at a station that supplies a house.
struct HomeRig {
    pack: SlowPack,
    station: V2hStation,
    requester: Requester,
    throughput: Throughput,
    back: BidirectionalConfig,
    goals: Goals,
    charger: Option<ChargerLimits>,
    forecast: Option<Forecast>,
    /// The rest of the time until departure is needed for the charge.
    charge_now: bool,
    given: Option<Discharge>,
    now_s: u32,
    lowest_soc: f32,
    /// Out of the battery while it gives back, and over all, by the pack's own voltage and current.
    given_j: f64,
    out_j: f64,
    grid_j: f64,
    loss_j: f64,
    lacked_j: f64,
}

impl HomeRig {
    fn new(soc: f32, departure_s: Option<f32>) -> Self {
        Self {
            pack: SlowPack {
                soc,
                current_a: 0.0,
            },
            station: V2hStation::new(V2H_HOUSE_11_KW),
            requester: Requester::new(),
            throughput: Throughput::default(),
            back: BACK,
            goals: Goals {
                departure: departure_s.map(seconds),
                ..Goals::DEFAULT
            },
            charger: None,
            forecast: None,
            charge_now: false,
            given: None,
            now_s: 0,
            lowest_soc: soc,
            given_j: 0.0,
            out_j: 0.0,
            grid_j: 0.0,
            loss_j: 0.0,
            lacked_j: 0.0,
        }
    }

    /// One second.
    fn tick(&mut self, house: &House) -> V2hTick {
        let outputs = self.pack.outputs();
        let battery_v = self.pack.voltage_v();
        if let Some(departure) = &mut self.goals.departure {
            *departure = seconds(to_seconds(*departure) - 1.0);
        }
        let charger = self.charger.unwrap_or(ChargerLimits {
            voltage: volts(battery_v),
            ..AC.limits(amperes(16.0), volts(battery_v))
        });
        if self.now_s.is_multiple_of(60) {
            self.forecast = Some(forecast(&outputs, charger, self.goals));
        }
        let forecast = self.forecast.as_ref().expect("a forecast");
        let scene = DischargeInputs {
            outputs: &outputs,
            forecast,
            goals: self.goals,
            wanted: true,
        };
        let given = discharge(&self.back, &NMC_96S_CCS, &NMC_96S, &scene, &self.throughput);
        self.charge_now |= given.reason == DischargeReason::Departure;
        let target = self.goals.target;
        let request = request(&mut self.requester, &outputs, charger, target, 1.0);
        let offer = V2hOffer {
            ask: Ask::Current,
            envelope: given.envelope,
            voltage_v: f64::from(to_volts(request.target_voltage)),
            charge_a: f64::from(to_amperes(request.current)),
            charge_now: self.charge_now,
        };
        self.given = Some(given);
        let tick = self
            .station
            .step(house, &offer, Some(f64::from(battery_v)), 1.0);
        if let Some(message) = tick.charger.message {
            self.charger = ChargerLimits::of(&message).ok();
        }
        self.pack.flow(tick.charger.current_a, 1.0);
        self.count(house, &tick, battery_v);
        tick
    }

    #[expect(clippy::cast_possible_truncation, reason = "a power")]
    fn count(&mut self, house: &House, tick: &V2hTick, battery_v: f32) {
        let out_w = -tick.charger.current_a * f64::from(battery_v);
        self.throughput.count(watts(out_w as f32), seconds(1.0));
        self.given_j += out_w.max(0.0);
        self.out_j += out_w;
        self.grid_j += tick.grid_w;
        self.loss_j += tick.loss_w;
        self.lacked_j += house.load_w - house.solar_w;
        self.lowest_soc = self.lowest_soc.min(self.pack.soc);
        self.now_s += 1;
    }
}

const EVENING: House = House {
    load_w: 3000.0,
    solar_w: 0.0,
};

#[test]
fn a_house_is_supplied_down_to_the_floor_and_never_below() {
    let mut rig = HomeRig::new(0.3, None);
    let mut at_first_w = 0.0;
    for second in 0..6 * 3600 {
        let tick = rig.tick(&EVENING);
        if second == 600 {
            at_first_w = tick.grid_w;
        }
        assert!(rig.pack.soc >= 0.2, "{}", rig.pack.soc);
    }
    // Close above the floor the ramp lets ever less through: the rest comes from the grid.
    let last = rig.tick(&EVENING);
    println!(
        "gave {:.2} kWh down to {:.4}; at last {:.0} W of the grid, {:?}",
        rig.given_j / 3.6e6,
        rig.lowest_soc,
        last.grid_w,
        rig.given.map(|given| given.reason)
    );
    assert!(
        at_first_w.abs() < 50.0,
        "the house stands alone: {at_first_w}"
    );
    assert!(last.grid_w > 2900.0, "{}", last.grid_w);
    assert_eq!(
        rig.given.map(|given| given.reason),
        Some(DischargeReason::Floor)
    );
    assert!(rig.lowest_soc < 0.205);
}

/// An evening at 3 kW, departure after 8 h: what cannot be charged again in time stays, and the car leaves full.
#[test]
fn what_the_departure_needs_is_kept() {
    let mut rig = HomeRig::new(0.7, Some(8.0 * 3600.0));
    let mut turned_s = None;
    for second in 0..8 * 3600 {
        rig.tick(&EVENING);
        if rig.charge_now && turned_s.is_none() {
            turned_s = Some(second);
        }
    }
    let turned_s = turned_s.expect("turned to the charge");
    println!(
        "gave {:.1} kWh, lowest {:.3}, charged from {:.1} h, left with {:.3}",
        rig.given_j / 3.6e6,
        rig.lowest_soc,
        f64::from(turned_s) / 3600.0,
        rig.pack.soc
    );
    assert!(rig.pack.soc > 0.798, "{}", rig.pack.soc);
    assert!(rig.lowest_soc > 0.25, "the floor was not what kept it");
    assert!(rig.given_j > 10.0 * 3.6e6);
}

#[test]
fn a_throughput_is_counted_and_ends_the_giving() {
    let mut rig = HomeRig::new(0.7, None);
    rig.back.throughput_max = joules(2.0 * 3.6e6);
    for _ in 0..2 * 3600 {
        rig.tick(&EVENING);
    }
    let counted_kwh = f64::from(to_joules(rig.throughput.given())) / 3.6e6;
    let given_kwh = rig.given_j / 3.6e6;
    println!("counted {counted_kwh:.4} kWh, gave {given_kwh:.4} kWh");
    assert!((counted_kwh - given_kwh).abs() < 1e-3);
    // One step and the charger's delay beyond.
    assert!((2.0..2.003).contains(&given_kwh), "{given_kwh}");
    assert_eq!(
        rig.given.map(|given| given.reason),
        Some(DischargeReason::Throughput)
    );
    // Charging counts for nothing.
    let before = rig.throughput;
    for _ in 0..60 {
        rig.tick(&House {
            load_w: 500.0,
            solar_w: 6000.0,
        });
    }
    assert!(rig.pack.current_a > 10.0);
    assert_eq!(rig.throughput, before);
}

/// A day: the house is supplied, the sun charges the battery, and every joule is somewhere.
#[test]
fn the_power_of_the_house_balances_over_a_day() {
    let mut rig = HomeRig::new(0.6, None);
    let (mut fed_back_j, mut highest_soc) = (0.0_f64, 0.0_f32);
    for second in 0..24 * 3600_u32 {
        let hour = f64::from(second) / 3600.0;
        let sun = (std::f64::consts::PI * (hour - 12.0) / 10.0).sin();
        let kettle = second % 7200 < 180;
        let house = House {
            load_w: 600.0
                + if hour < 6.0 { 1800.0 } else { 0.0 }
                + if kettle { 2000.0 } else { 0.0 },
            solar_w: if (12.0..22.0).contains(&hour) {
                7000.0 * sun
            } else {
                0.0
            },
        };
        let tick = rig.tick(&house);
        assert!(tick.loss_w >= -1e-6);
        fed_back_j += (-tick.grid_w).max(0.0);
        highest_soc = highest_soc.max(rig.pack.soc);
    }
    println!(
        "house lacked {:.2} kWh, grid {:.2} kWh ({:.2} kWh fed back), battery out {:.2} kWh, lost {:.2} kWh, SoC {:.3} to {:.3}",
        rig.lacked_j / 3.6e6,
        rig.grid_j / 3.6e6,
        fed_back_j / 3.6e6,
        rig.out_j / 3.6e6,
        rig.loss_j / 3.6e6,
        rig.lowest_soc,
        highest_soc
    );
    let imbalance_j = rig.grid_j + rig.out_j - rig.loss_j - rig.lacked_j;
    assert!(
        imbalance_j.abs() < 1e-6 * rig.given_j.max(1.0) + 1.0,
        "{imbalance_j} J"
    );
    // Efficiency each way.
    let charged_j = rig.given_j - rig.out_j;
    let expected_j = rig.given_j * 0.06 + charged_j * (1.0 / 0.94 - 1.0);
    assert!(
        (rig.loss_j / expected_j - 1.0).abs() < 1e-3,
        "{} {expected_j}",
        rig.loss_j
    );
    assert!(rig.lowest_soc < 0.5 && highest_soc > rig.lowest_soc + 0.1);
    // Only what the meter did not see in time, and what the battery at its target does not take.
    assert!(highest_soc < 0.802);
}

/// The whole `Bms` in charge mode at a station that takes, then gives: no fault, and zero in between.
#[test]
fn a_battery_gives_stops_and_is_charged_again_without_a_fault() {
    let mut battery = charging_battery(0.5);
    let mut station = V2hStation::new(V2H_HOUSE_11_KW);
    let mut requester = Requester::new();
    let houses = [
        (3000.0, 0.0, -8.7),
        (20e3, 0.0, -30.0),
        (500.0, 500.0, 0.0),
        (500.0, 4500.0, 10.9),
    ];
    let mut message = None;
    let mut found = Vec::new();
    for (load_w, solar_w, expected_a) in houses {
        let house = House { load_w, solar_w };
        for _ in 0..1500 {
            let outputs = battery.last.expect("a tick");
            let battery_v = battery.pack_v();
            let limits = message
                .and_then(|message| ChargerLimits::of(&message).ok())
                .unwrap_or_else(|| AC.limits(amperes(16.0), volts(battery_v)));
            let scene = DischargeInputs {
                outputs: &outputs,
                forecast: &forecast_once(&outputs, limits),
                goals: Goals::DEFAULT,
                wanted: true,
            };
            let throughput = Throughput::default();
            let given = discharge(&BACK, &NMC_96S_CCS, &NMC_96S, &scene, &throughput);
            let request = request(&mut requester, &outputs, limits, ratio(0.8), 0.01);
            let offer = V2hOffer {
                ask: Ask::Current,
                envelope: given.envelope,
                voltage_v: f64::from(to_volts(request.target_voltage)),
                charge_a: f64::from(to_amperes(request.current)),
                charge_now: false,
            };
            let tick = station.step(&house, &offer, Some(f64::from(battery_v)), 0.01);
            message = tick.charger.message.or(message);
            #[expect(clippy::cast_possible_truncation, reason = "a current")]
            {
                battery.wanted_a = -tick.charger.current_a as f32;
            }
            battery.charger = at_charger(tick.charger.message);
            battery.commands.charger_current_request = request.current;
            battery.commands.charger_voltage_limit = request.maximum_voltage;
            battery.tick();
            let most_w = to_watts(given.envelope.power_max);
            assert!(battery.current_a <= to_amperes(given.envelope.current_max) + 0.5);
            assert!(battery.current_a * battery_v <= 1.02 * most_w);
        }
        println!(
            "{load_w} W and {solar_w} W of sun: {:.2} A into the battery",
            -battery.current_a
        );
        found.push((-battery.current_a, expected_a));
        assert_eq!(battery.faults(), [""; 0]);
        assert_eq!(battery.last.expect("a tick").mode, Mode::Charge);
    }
    for (found_a, expected_a) in found {
        assert!((found_a - expected_a).abs() < 1.0, "{found_a} {expected_a}");
    }
}

/// A forecast that is made once: without a departure nothing depends on it.
fn forecast_once(outputs: &Outputs, limits: ChargerLimits) -> Forecast {
    static FORECAST: OnceLock<Forecast> = OnceLock::new();
    *FORECAST.get_or_init(|| forecast(outputs, limits, Goals::DEFAULT))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the house leaves, and whenever it pauses: a vehicle under core's limits is above the pilot for no longer than
    /// it may be, never above its cable, and is never cut off.
    #[test]
    fn a_vehicle_is_never_late(
        stages in prop::collection::vec((0.0..40.0_f64, prop::bool::weighted(0.2), 1..12_u8), 1..8),
        cable_a in prop::sample::select(vec![13.0_f32, 20.0, 32.0]),
    ) {
        let mut vehicle = AcVehicle::new();
        vehicle.cable = amperes(cable_a);
        let mut pack = SlowPack { soc: 0.5, current_a: 0.0 };
        let mut above_s = 0.0;
        for (limit_a, pause, seconds) in stages {
            vehicle.wall_box.set_limit_a(limit_a);
            if pause { vehicle.wall_box.pause() } else { vehicle.wall_box.resume() }
            for _ in 0..10 * u16::from(seconds) {
                let outputs = pack.outputs();
                let battery_v = pack.voltage_v();
                vehicle.step(&outputs, battery_v, true, 0.8, 0.1);
                pack.flow(vehicle.given.current_a, 0.1);
                prop_assert!(!vehicle.shown.late);
                prop_assert!(vehicle.phase_a() <= f64::from(cable_a).min(16.0) + 1e-3);
                prop_assert!(vehicle.phase_a() <= 0.0 || vehicle.phase_a() >= 6.0);
                above_s = if vehicle.phase_a() > f64::from(vehicle.allowed_a) + 0.01 { above_s + 0.1 } else { 0.0 };
                prop_assert!(above_s < 5.0, "{above_s}");
            }
        }
    }

    /// Whatever house: the battery stays within the envelope, and what it gives is not sold but for what the meter was late.
    #[test]
    fn a_station_stays_within_the_envelope(
        load_w in 0.0..30e3_f64,
        solar_w in 0.0..15e3_f64,
        most_a in 0.0..40.0_f32,
        most_w in 0.0..15e3_f32,
        charge_a in 0.0..40.0_f64,
    ) {
        let mut station = V2hStation::new(V2H_HOUSE_11_KW);
        let mut offer = V2hOffer { ask: Ask::Current, voltage_v: 400.0, charge_a, ..V2hOffer::NOTHING };
        offer.envelope.current_max = amperes(most_a);
        offer.envelope.power_max = watts(most_w);
        let house = House { load_w, solar_w };
        for second in 0..10 {
            let tick = station.step(&house, &offer, Some(350.0), 1.0);
            let current_a = tick.charger.current_a;
            prop_assert!(-current_a <= f64::from(most_a) + 1e-6);
            prop_assert!(-current_a * 350.0 <= f64::from(most_w) + 1e-3);
            prop_assert!(current_a <= charge_a + 1e-6);
            prop_assert!((current_a * 350.0).abs() <= 11e3 + 1.0);
            prop_assert!(tick.loss_w >= -1e-9);
            if second > 5 && load_w > solar_w {
                prop_assert!(tick.grid_w >= -1e-6, "{}", tick.grid_w);
            }
            if second > 5 && load_w < solar_w {
                prop_assert!(tick.grid_w <= 1e-6, "{}", tick.grid_w);
            }
        }
    }
}
