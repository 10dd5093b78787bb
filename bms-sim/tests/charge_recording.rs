//! The recordings that the C examples charge over, from the charger models. To write them anew:
//!
//!     BMS_WRITE_RECORDINGS=1 cargo test -p bms-sim --test charge_recording

use std::fmt::Write as _;
use std::path::PathBuf;

use bms_core::charging::gbt::{Content, Frame, GbtConfig, Identity, Link, Stage};
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    Ask, ChargeNeeds, Completion, End, Forecast, ForecastInputs, Goals, NeedsInputs, Schedule,
    Session, SessionConfig, SessionInputs, SessionOutputs, SessionState, StationIsolation,
    StationReport, StationStatus,
};
use bms_core::config::presets::NMC_96S;
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{
    CellMeasurement, ChargerMeasurement, ChargerMessage, Commands, Contactors, ControllerReport,
    CoolantMeasurement, FrontEndReport, IsolationReport, Measurements, Reading,
    TemperatureMeasurement,
};
use bms_core::units::{
    amp_hours, amperes, celsius, milliseconds, ohms, ratio, to_amperes, to_volts, volts, watts,
};
use bms_core::{Bms, Outputs};
use bms_sim::charger::{ChargerAsk, DcCharger, GBT_120_KW, GbtCharger, NEVI_150_KW};

const CELLS: usize = 96;
const SENSORS: usize = 24;
const FRONT_ENDS: usize = 8;
const TICK_MS: u32 = 10;
const ROW_MS: u32 = 100;
const DEGC: f32 = 25.0;

/// What the sensors show for a tenth of a second, as coarse as it is written.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    cell_v: f32,
    current_a: f32,
    link_v: f32,
    closed: Contactors<bool>,
}

/// What a DC charger says in the same time.
#[derive(Clone, Copy, Debug)]
struct Said {
    message: Option<ChargerMessage>,
    report: StationReport,
}

/// 96 equal cells of 154 Ah, contactors and a link.
struct Plant {
    soc: f64,
    branch_a: f64,
    current_a: f64,
    link_v: f64,
    closed: Contactors<bool>,
}

impl Plant {
    fn new(soc: f64) -> Self {
        Self {
            soc,
            branch_a: 0.0,
            current_a: 0.0,
            link_v: 0.0,
            closed: Contactors::all(false),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a state of charge")]
    fn cell_v(&self) -> f64 {
        let ocv = NMC_96S.cell.ocv(ratio(self.soc as f32), celsius(DEGC));
        f64::from(to_volts(ocv)) - 1e-3 * self.current_a - 0.6e-3 * self.branch_a
    }

    fn pack_v(&self) -> f64 {
        96.0 * self.cell_v()
    }

    fn is_connected(&self) -> bool {
        self.closed.main_positive && self.closed.main_negative
    }

    /// `given_a` flows where the contactors are closed; `fed_v` is what a charger holds on the link where they are not.
    fn step(&mut self, given_a: f64, fed_v: Option<f64>) {
        let dt_s = f64::from(TICK_MS) * 1e-3;
        let pack_v = self.pack_v();
        self.current_a = 0.0;
        if self.is_connected() {
            self.current_a = -given_a;
            self.link_v = pack_v;
        } else if let Some(fed_v) = fed_v {
            self.link_v = fed_v;
        } else if self.closed.precharge && self.closed.main_negative {
            // 100 ohm into 1 mF.
            self.current_a = (pack_v - self.link_v) / 100.0;
            self.link_v += (pack_v - self.link_v) * (1.0 - (-dt_s / 0.1).exp());
        } else {
            self.link_v *= (-dt_s / 0.5).exp();
        }
        self.branch_a += (self.current_a - self.branch_a) * dt_s / 30.0;
        self.soc -= self.current_a * dt_s / (154.3 * 3600.0);
    }

    fn row(&self) -> Row {
        Row {
            cell_v: coarse(self.cell_v(), 1000.0),
            current_a: coarse(self.current_a, 10.0),
            link_v: coarse(self.link_v, 10.0),
            closed: self.closed,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "meant")]
fn coarse(number: f64, per_unit: f64) -> f32 {
    // Without a zero that is negative.
    ((number * per_unit).round() / per_unit + 0.0) as f32
}

/// The core's side, as the C programs have it.
struct Vehicle {
    bms: Box<Bms<'static, CELLS, SENSORS>>,
    session: Session,
    config: SessionConfig,
    commands: Commands,
    outputs: Option<Outputs>,
    told: Option<SessionOutputs>,
    target_soc: f32,
}

impl Vehicle {
    fn new(config: SessionConfig, target_soc: f32) -> Self {
        let bms = Bms::new(&NMC_96S, InitialSoc::FromVoltage).expect("a valid pack");
        Self {
            bms: Box::new(bms),
            session: Session::new(),
            config,
            commands: Commands {
                fresh: true,
                pump_on: true,
                ..Commands::default()
            },
            outputs: None,
            told: None,
            target_soc,
        }
    }

    /// The session's step and the battery's. `starts` says that the row is new.
    fn step(
        &mut self,
        row: &Row,
        charger: ChargerMeasurement,
        station: StationReport,
        starts: bool,
    ) {
        let pack_v = 96.0 * row.cell_v;
        let dt = milliseconds(10.0);
        let mut charger = charger;
        if let Some(outputs) = self.outputs {
            let inputs = SessionInputs {
                outputs: &outputs,
                charger,
                pack_voltage: new(starts, volts(pack_v)),
                inlet_voltage: new(starts, volts(row.link_v)),
                station,
                wanted: true,
                schedule: Schedule::UNLIMITED,
                target_soc: ratio(self.target_soc),
            };
            let told = self
                .session
                .step(&self.config, &NMC_96S_CCS, &NMC_96S, &inputs, dt);
            told.command(&mut self.commands);
            charger.phase = told.phase;
            self.told = Some(told);
        }
        let cells = [CellMeasurement {
            voltage: new(starts, volts(row.cell_v)),
            ..CellMeasurement::default()
        }; CELLS];
        let temperatures = [TemperatureMeasurement {
            temperature: new(starts, celsius(DEGC)),
            ..TemperatureMeasurement::default()
        }; SENSORS];
        let measurements = Measurements {
            cells: &cells,
            temperatures: &temperatures,
            front_ends: &[FrontEndReport::default(); FRONT_ENDS],
            current: Reading::New(amperes(row.current_a)),
            second_current: Reading::New(amperes(row.current_a)),
            pack_voltage: new(starts, volts(pack_v)),
            link_voltage: new(starts, volts(row.link_v)),
            isolation: new(
                starts,
                IsolationReport {
                    resistance: ohms(2e6),
                    valid: true,
                    self_test_failed: false,
                },
            ),
            interlock_closed: Reading::New(true),
            contactor_feedback: Contactors {
                main_positive: Reading::New(row.closed.main_positive),
                main_negative: Reading::New(row.closed.main_negative),
                precharge: Reading::New(row.closed.precharge),
            },
            crash: false,
            emergency_stop: false,
            gas_alert: new(starts, false),
            coolant: CoolantMeasurement {
                inlet: new(starts, celsius(DEGC)),
                outlet: new(starts, celsius(DEGC)),
                flowing: new(starts, true),
                heater_on: new(starts, false),
            },
            charger,
            bleed_temperature: new(starts, celsius(DEGC)),
            controller: ControllerReport {
                supply: new(starts, volts(12.0)),
                ..ControllerReport::default()
            },
        };
        self.outputs = Some(self.bms.step(&measurements, &self.commands, dt));
    }

    fn is_done(&self) -> bool {
        self.told
            .is_some_and(|told| told.state == SessionState::Done)
    }

    fn faults(&self) -> Vec<&'static str> {
        self.bms
            .faults()
            .map(|fault| fault.definition().name())
            .collect()
    }

    fn assert_charged(&self) {
        let told = self.told.expect("stepped");
        let expected = Some(End::Complete(Completion::StateOfCharge));
        assert_eq!(told.end, expected, "{told:?} {:?}", self.faults());
        assert_eq!(self.faults(), [""; 0]);
    }
}

fn new<T>(is_new: bool, value: T) -> Reading<T> {
    if is_new {
        Reading::New(value)
    } else {
        Reading::Waiting
    }
}

/// A plug that is put in after two seconds.
fn plug(now_ms: u32) -> ChargerMeasurement {
    ChargerMeasurement {
        plugged: now_ms >= 2000,
        locked: now_ms >= 2000,
        ..ChargerMeasurement::default()
    }
}

/// A charge at a DC station of 150 kW: rows, and what the station said.
fn at_dc_station() -> Vec<(Row, Said)> {
    let mut plant = Plant::new(0.79);
    let mut vehicle = Vehicle::new(SessionConfig::CCS, 0.8);
    let mut charger = DcCharger::new(NEVI_150_KW);
    let mut rows = Vec::new();
    let mut said = Said {
        message: None,
        report: StationReport::default(),
    };
    let mut row = Row::default();
    let mut rest_ms = 1000;
    for now_ms in (0..).step_by(TICK_MS as usize) {
        let ask = vehicle
            .told
            .map_or_else(ChargerAsk::default, |told| ChargerAsk {
                ask: told.ask,
                voltage_v: f64::from(to_volts(told.target_voltage)),
                current_a: f64::from(to_amperes(told.request.current)),
            });
        let battery_v = plant.is_connected().then(|| plant.pack_v());
        let tick = charger.step(ask, battery_v, f64::from(TICK_MS) * 1e-3);
        plant.step(tick.current_a, tick.voltage_v);
        said.message = tick.message.or(said.message);
        said.report = tick.report;
        let starts = now_ms % ROW_MS == 0;
        if starts {
            row = plant.row();
            said.message = said.message.map(|message| ChargerMessage {
                voltage: volts(coarse(f64::from(to_volts(message.voltage)), 10.0)),
                current: amperes(coarse(f64::from(to_amperes(message.current)), 10.0)),
                ..message
            });
            rows.push((row, said));
        }
        let (_, shown) = rows.last().expect("one");
        let message = shown.message.filter(|_| starts);
        let charger = ChargerMeasurement {
            message: message.map_or(Reading::Waiting, Reading::New),
            inlet_temperature: new(starts, celsius(DEGC)),
            ..plug(now_ms)
        };
        let report = shown.report;
        vehicle.step(&row, charger, report, starts);
        if starts {
            said.message = None;
        }
        plant.closed = vehicle.outputs.expect("stepped").contactors;
        if vehicle.is_done() {
            rest_ms -= TICK_MS;
        }
        if rest_ms == 0 {
            break;
        }
        assert!(
            now_ms < 200_000,
            "{:?} {:?}",
            vehicle.told,
            vehicle.faults()
        );
    }
    vehicle.assert_charged();
    rows
}

/// A charge at a GB/T station of 120 kW: rows, and the station's frames.
fn at_gbt_station() -> (Vec<Row>, Vec<(u32, Frame)>) {
    let mut plant = Plant::new(0.796);
    let mut vehicle = Vehicle::new(SessionConfig::GBT, 0.8);
    let mut charger = GbtCharger::new(GBT_120_KW);
    let mut link = Link::new();
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
    let (mut rows, mut frames): (Vec<Row>, Vec<(u32, Frame)>) = (Vec::new(), Vec::new());
    let mut row = Row::default();
    let mut forecast: Option<Forecast> = None;
    let mut rest_ms = 3000;
    for now_ms in (0..).step_by(TICK_MS as usize) {
        let battery_v = plant.is_connected().then(|| plant.pack_v());
        let (said, given_a) = if plug(now_ms).plugged {
            charger.step(battery_v, TICK_MS)
        } else {
            (Vec::new(), 0.0)
        };
        plant.step(given_a, None);
        let starts = now_ms % ROW_MS == 0;
        if starts {
            row = plant.row();
            rows.push(row);
        }
        for frame in said {
            frames.push((now_ms, frame));
            link.receive(&frame);
        }
        let mut station = StationReport::default();
        let mut measured = plug(now_ms);
        measured.inlet_temperature = new(starts, celsius(DEGC));
        if let (Some(outputs), Some(told)) = (vehicle.outputs, vehicle.told) {
            if now_ms % 1000 == 0 || forecast.is_none() {
                let scene = ForecastInputs {
                    outputs: &outputs,
                    charger: None,
                    schedule: Schedule::UNLIMITED,
                    goals: Goals::DEFAULT,
                };
                forecast = Some(Forecast::new(&NMC_96S_CCS, &NMC_96S, &scene));
            }
            let scene = NeedsInputs {
                outputs: &outputs,
                request: &told.request,
                forecast: &forecast.expect("made"),
                goals: Goals::DEFAULT,
                present_voltage: volts(96.0 * row.cell_v),
                ready: told.ready,
                error: told.error,
                discharge: None,
            };
            let needs = ChargeNeeds::of(&NMC_96S_CCS, &NMC_96S, &scene);
            let content = Content {
                outputs: &outputs,
                session: &told,
                needs: &needs,
            };
            let heard = link.step(&config, &NMC_96S, &content, milliseconds(10.0));
            if heard.details.cells {
                link.tell_cells([volts(row.cell_v); CELLS]);
            }
            if heard.details.temperatures {
                link.tell_temperatures([celsius(DEGC); SENSORS]);
            }
            station = heard.report;
            measured.message = heard.message;
        }
        while let Some(frame) = link.transmit() {
            charger.receive(&frame);
        }
        vehicle.step(&row, measured, station, starts);
        plant.closed = vehicle.outputs.expect("stepped").contactors;
        if vehicle.is_done() {
            rest_ms -= TICK_MS;
        }
        if rest_ms == 0 {
            break;
        }
        assert!(
            now_ms < 100_000,
            "{:?} {:?}",
            vehicle.told,
            vehicle.faults()
        );
    }
    vehicle.assert_charged();
    assert_eq!(link.stage(), Stage::Over);
    assert!(charger.details[0].is_some(), "the cells were told");
    (rows, frames)
}

fn head(what: &str, guard: &str) -> String {
    format!(
        "/*\n * {what}, from the charger model of bms-sim. To write it anew:\n *\n \
         *   BMS_WRITE_RECORDINGS=1 cargo test -p bms-sim --test charge_recording\n */\n\
         #ifndef {guard}\n#define {guard}\n\n#include \"recorded.h\"\n\n"
    )
}

fn row_in_c(row: &Row) -> String {
    let bit = |closed: bool, bit: u8| if closed { bit } else { 0 };
    let closed = bit(row.closed.main_positive, 1)
        | bit(row.closed.main_negative, 2)
        | bit(row.closed.precharge, 4);
    format!(
        "{:.3}f, {:.1}f, {:.1}f, {closed}",
        row.cell_v, row.current_a, row.link_v
    )
}

fn dc_in_c(rows: &[(Row, Said)]) -> String {
    let mut text = head(
        "A charge at a DC station of 150 kW",
        "CHARGE_DC_RECORDING_H",
    );
    text.push_str("static const recorded_station station = {\n");
    let limits = rows
        .iter()
        .find_map(|(_, said)| said.message)
        .expect("a message");
    let _ = writeln!(
        text,
        "  {:.1}f, {:.1}f, {:.1}f, {:.1}f\n}};\n",
        to_volts(limits.voltage_max),
        to_volts(limits.voltage_min),
        to_amperes(limits.current_max),
        bms_core::units::to_watts(limits.power_max)
    );
    text.push_str("static const recorded_row rows[] = {\n");
    for (row, said) in rows {
        let (voltage_v, current_a) = said.message.map_or((0.0, 0.0), |message| {
            assert_eq!(message.power_max, watts(150e3));
            (to_volts(message.voltage), to_amperes(message.current))
        });
        let _ = writeln!(
            text,
            "  {{{}, {voltage_v:.1}f, {current_a:.1}f, {}, {}, {}, {}, {}}},",
            row_in_c(row),
            u8::from(said.message.is_some()),
            status(said.report.status),
            isolation(said.report.isolation),
            u8::from(said.report.stop),
            ask(said.report.answered)
        );
    }
    text.push_str("};\n\n#endif\n");
    text
}

fn gbt_in_c(rows: &[Row], frames: &[(u32, Frame)]) -> String {
    let mut text = head(
        "A charge at a GB/T 27930 station of 120 kW",
        "CHARGE_GBT_RECORDING_H",
    );
    text.push_str("static const recorded_row rows[] = {\n");
    for row in rows {
        let _ = writeln!(text, "  {{{}, 0.0f, 0.0f, 0, 0, 0, 0, 0}},", row_in_c(row));
    }
    text.push_str("};\n\n/* Time, identifier and bytes of each frame of the station. */\nstatic const recorded_frame frames[] = {\n");
    for (at_ms, frame) in frames {
        let mut bytes: Vec<String> = frame.bytes().iter().map(u8::to_string).collect();
        bytes.resize(8, "0".to_owned());
        let _ = writeln!(
            text,
            "  {{{at_ms}, 0x{:08X}u, {}, {{{}}}}},",
            frame.id,
            frame.bytes().len(),
            bytes.join(", ")
        );
    }
    text.push_str("};\n\n#endif\n");
    text
}

fn status(status: StationStatus) -> u8 {
    match status {
        StationStatus::NotReady => 0,
        StationStatus::Ready => 1,
        StationStatus::Shutdown => 2,
        StationStatus::UtilityInterrupt => 3,
        StationStatus::IsolationMonitoring => 4,
        StationStatus::EmergencyShutdown => 5,
        StationStatus::Malfunction => 6,
    }
}

fn isolation(isolation: StationIsolation) -> u8 {
    match isolation {
        StationIsolation::Invalid => 0,
        StationIsolation::Valid => 1,
        StationIsolation::Warning => 2,
        StationIsolation::Fault => 3,
        StationIsolation::NoMonitor => 4,
    }
}

fn ask(ask: Ask) -> u8 {
    match ask {
        Ask::Nothing => 0,
        Ask::Parameters => 1,
        Ask::CableCheck => 2,
        Ask::Precharge => 3,
        Ask::StartPower => 4,
        Ask::Current => 5,
        Ask::StopPower => 6,
        Ask::WeldingDetection => 7,
        Ask::StopSession => 8,
    }
}

/// Writes a recording where that is asked for; else holds the one that is there against the model as it is now: what the station
/// answers has to come in the same order, and as long to a tenth. The last digits may differ from machine to machine.
fn keep(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../bms-ffi/examples")
        .join(name);
    if std::env::var_os("BMS_WRITE_RECORDINGS").is_some() {
        std::fs::write(&path, text).expect("written");
    }
    let kept = std::fs::read_to_string(&path).expect("a recording");
    let order = |text: &str| {
        let mut order: Vec<String> = text
            .lines()
            .filter_map(|line| Some(said(line)?.to_owned()))
            .collect();
        order.dedup();
        order
    };
    assert_eq!(order(&kept), order(text), "{name}: write it anew");
    let (kept, now) = (kept.lines().count(), text.lines().count());
    assert!(
        kept.abs_diff(now) * 10 < now,
        "{name}: {kept} lines, {now} now: write it anew"
    );
}

/// What a station answered in a row; the group of a frame that is not of the transport protocol.
fn said(line: &str) -> Option<&str> {
    let line = line.trim().strip_prefix('{')?;
    if let Some(at) = line.find("0x") {
        let id = line.get(at..at + 6)?;
        return (!id.starts_with("0x1CE")).then_some(id);
    }
    line.strip_suffix("},")?.rsplit(", ").next()
}

#[test]
fn a_charge_at_a_dc_station() {
    keep("charge_dc_recording.h", &dc_in_c(&at_dc_station()));
}

#[test]
fn a_charge_at_a_gbt_station() {
    let (rows, frames) = at_gbt_station();
    keep("charge_gbt_recording.h", &gbt_in_c(&rows, &frames));
}
