//! Charges at the charger models of bms-sim.

use bms_bench::packs::IDENTITY;
use bms_bench::readings::{feedback, new_if, sound};
use bms_core::charging::gbt::{Content, Frame, GbtConfig, Link, Stage};
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    ChargeNeeds, Completion, End, Forecast, ForecastInputs, Goals, NeedsInputs, Schedule, Session,
    SessionConfig, SessionInputs, SessionOutputs, SessionState, StationReport,
};
use bms_core::config::presets::NMC_96S;
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{
    CellMeasurement, ChargerMeasurement, ChargerMessage, Commands, Contactors, FrontEndReport,
    Measurements, Reading, TemperatureMeasurement,
};
use bms_core::units::{amperes, celsius, milliseconds, ratio, to_amperes, to_volts, volts};
use bms_core::{Bms, Outputs};
use bms_sim::charger::{ChargerAsk, DcCharger, GBT_120_KW, GbtCharger, NEVI_150_KW};

const CELLS: usize = 96;
const SENSORS: usize = 24;
const FRONT_ENDS: usize = 8;
const TICK_MS: u32 = 10;
const ROW_MS: u32 = 100;
const DEGC: f32 = 25.0;

/// Readings of a tenth of a second, with the resolution of the file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    pub(super) cell_v: f32,
    pub(super) current_a: f32,
    pub(super) link_v: f32,
    pub(super) closed: Contactors<bool>,
}

/// Message and report of a DC charger in the same time.
#[derive(Clone, Copy, Debug)]
pub(super) struct StationOutput {
    pub(super) message: Option<ChargerMessage>,
    pub(super) report: StationReport,
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

#[expect(
    clippy::cast_possible_truncation,
    reason = "the resolution of the file"
)]
fn coarse(number: f64, per_unit: f64) -> f32 {
    // Without a zero that is negative.
    ((number * per_unit).round() / per_unit + 0.0) as f32
}

/// The vehicle's side, as in the C programs.
struct Vehicle {
    bms: Box<Bms<'static, CELLS, SENSORS>>,
    session: Session,
    config: SessionConfig,
    commands: Commands,
    outputs: Option<Outputs>,
    last: Option<SessionOutputs>,
    target_soc: f32,
}

impl Vehicle {
    fn new(config: SessionConfig, target_soc: f32) -> Self {
        let bms = Bms::new(
            NMC_96S.validated().expect("a valid pack"),
            InitialSoc::FromVoltage,
        )
        .expect("a pack of that size");
        Self {
            bms: Box::new(bms),
            session: Session::new(),
            config,
            commands: Commands {
                is_new: true,
                pump_on: true,
                ..Commands::default()
            },
            outputs: None,
            last: None,
            target_soc,
        }
    }

    /// The session's step and the battery's; `starts` if the row is new.
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
                pack_voltage: new_if(starts, volts(pack_v)),
                inlet_voltage: new_if(starts, volts(row.link_v)),
                station,
                wanted: true,
                schedule: Schedule::UNLIMITED,
                target_soc: ratio(self.target_soc),
            };
            let last = self
                .session
                .step(&self.config, &NMC_96S_CCS, &NMC_96S, &inputs, dt);
            last.command(&mut self.commands);
            charger.phase = last.phase;
            self.last = Some(last);
        }
        let cells = [CellMeasurement {
            voltage: new_if(starts, volts(row.cell_v)),
            ..CellMeasurement::default()
        }; CELLS];
        let temperatures = [TemperatureMeasurement {
            temperature: new_if(starts, celsius(DEGC)),
            ..TemperatureMeasurement::default()
        }; SENSORS];
        let measurements = Measurements {
            cells: &cells,
            temperatures: &temperatures,
            front_ends: &[FrontEndReport::default(); FRONT_ENDS],
            current: Reading::New(amperes(row.current_a)),
            second_current: Reading::New(amperes(row.current_a)),
            pack_voltage: new_if(starts, volts(pack_v)),
            link_voltage: new_if(starts, volts(row.link_v)),
            contactor_feedback: feedback(row.closed),
            charger,
            ..sound(starts, starts, DEGC)
        };
        self.outputs = Some(self.bms.step(&measurements, &self.commands, dt));
    }

    fn is_done(&self) -> bool {
        self.last
            .is_some_and(|last| last.state == SessionState::Done)
    }

    fn faults(&self) -> Vec<&'static str> {
        self.bms
            .view()
            .faults()
            .map(|fault| fault.definition().name())
            .collect()
    }

    fn assert_charged(&self) {
        let last = self.last.expect("stepped");
        let expected = Some(End::Complete(Completion::StateOfCharge));
        assert_eq!(last.end, expected, "{last:?} {:?}", self.faults());
        assert_eq!(self.faults(), [""; 0]);
    }
}

/// The plug is in from two seconds on.
fn plug(now_ms: u32) -> ChargerMeasurement {
    ChargerMeasurement {
        plugged: now_ms >= 2000,
        locked: now_ms >= 2000,
        ..ChargerMeasurement::default()
    }
}

/// A charge at a DC station of 150 kW: rows, and the station's output.
pub(super) fn at_dc_station() -> Vec<(Row, StationOutput)> {
    let mut plant = Plant::new(0.79);
    let mut vehicle = Vehicle::new(SessionConfig::CCS, 0.8);
    let mut charger = DcCharger::new(NEVI_150_KW);
    let mut rows = Vec::new();
    let mut now = StationOutput {
        message: None,
        report: StationReport::default(),
    };
    let mut row = Row::default();
    let mut rest_ms = 1000;
    for now_ms in (0..).step_by(TICK_MS as usize) {
        let ask = vehicle
            .last
            .map_or_else(ChargerAsk::default, |last| ChargerAsk {
                ask: last.ask,
                voltage_v: f64::from(to_volts(last.target_voltage)),
                current_a: f64::from(to_amperes(last.request.current)),
            });
        let battery_v = plant.is_connected().then(|| plant.pack_v());
        let tick = charger.step(ask, battery_v, f64::from(TICK_MS) * 1e-3);
        plant.step(tick.current_a, tick.voltage_v);
        now.message = tick.message.or(now.message);
        now.report = tick.report;
        let starts = now_ms % ROW_MS == 0;
        if starts {
            row = plant.row();
            now.message = now.message.map(|message| ChargerMessage {
                voltage: volts(coarse(f64::from(to_volts(message.voltage)), 10.0)),
                current: amperes(coarse(f64::from(to_amperes(message.current)), 10.0)),
                ..message
            });
            rows.push((row, now));
        }
        let (_, output) = rows.last().expect("one");
        let message = output.message.filter(|_| starts);
        let charger = ChargerMeasurement {
            message: message.map_or(Reading::Waiting, Reading::New),
            inlet_temperature: new_if(starts, celsius(DEGC)),
            ..plug(now_ms)
        };
        let report = output.report;
        vehicle.step(&row, charger, report, starts);
        if starts {
            now.message = None;
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
            vehicle.last,
            vehicle.faults()
        );
    }
    vehicle.assert_charged();
    rows
}

/// A charge at a GB/T station of 120 kW: rows, and the station's frames.
pub(super) fn at_gbt_station() -> (Vec<Row>, Vec<(u32, Frame)>) {
    let mut plant = Plant::new(0.796);
    let mut vehicle = Vehicle::new(SessionConfig::GBT, 0.8);
    let mut charger = GbtCharger::new(GBT_120_KW);
    let mut link = Link::new();
    let config = GbtConfig::new(IDENTITY);
    let (mut rows, mut frames): (Vec<Row>, Vec<(u32, Frame)>) = (Vec::new(), Vec::new());
    let mut row = Row::default();
    let mut forecast: Option<Forecast> = None;
    let mut rest_ms = 3000;
    for now_ms in (0..).step_by(TICK_MS as usize) {
        let battery_v = plant.is_connected().then(|| plant.pack_v());
        let (sent, given_a) = if plug(now_ms).plugged {
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
        for frame in sent {
            frames.push((now_ms, frame));
            link.receive(&frame);
        }
        let mut station = StationReport::default();
        let mut measured = plug(now_ms);
        measured.inlet_temperature = new_if(starts, celsius(DEGC));
        if let (Some(outputs), Some(last)) = (vehicle.outputs, vehicle.last) {
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
                request: &last.request,
                forecast: &forecast.expect("made"),
                goals: Goals::DEFAULT,
                present_voltage: volts(96.0 * row.cell_v),
                ready: last.ready,
                error: last.error,
                discharge: None,
            };
            let needs = ChargeNeeds::of(&NMC_96S_CCS, &NMC_96S, &scene);
            let content = Content {
                outputs: &outputs,
                session: &last,
                needs: &needs,
            };
            let received = link.step(&config, &NMC_96S, &content, milliseconds(10.0));
            if received.details.cells {
                link.tell_cells([volts(row.cell_v); CELLS]);
            }
            if received.details.temperatures {
                link.tell_temperatures([celsius(DEGC); SENSORS]);
            }
            station = received.report;
            measured.message = received.message;
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
            vehicle.last,
            vehicle.faults()
        );
    }
    vehicle.assert_charged();
    assert_eq!(link.stage(), Stage::Over);
    assert!(charger.details[0].is_some(), "the cell voltages were sent");
    (rows, frames)
}
