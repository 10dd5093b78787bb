//! Charging: any request, any forecast, any session with any charger.

use bms_core::Outputs;
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    Ask, BidirectionalConfig, ChargeNeeds, ChargingConfig, DischargeInputs, EvErrorCode, Forecast,
    ForecastInputs, Goals, NeedsInputs, OnBoardCharger, Pilot, Schedule, Session, SessionConfig,
    SessionInputs, SessionOutputs, StationIsolation, StationReport, StationStatus, Throughput,
    Warming, discharge, gbt,
};
use bms_core::config::BmsConfig;
use bms_core::measurement::{ChargerMeasurement, Commands, Reading};
use bms_core::units;

use crate::unknown::{any_like, bytes, count, keep, number};

static CHARGING: ChargingConfig<'static> = NMC_96S_CCS;

pub(crate) fn exercise(pack: &'static BmsConfig<'static>, outputs: &Outputs) {
    let charging: &'static ChargingConfig<'static> = any_like(&CHARGING);
    keep(charging.validate(pack));
    let config = any_like(SessionConfig::CCS);
    keep(config.validate());
    let mut session = Session::new();
    for _ in 0..count() {
        let inputs = SessionInputs {
            outputs,
            charger: any_like(ChargerMeasurement::default()),
            pack_voltage: any_like(Reading::New(units::volts(number()))),
            inlet_voltage: any_like(Reading::New(units::volts(number()))),
            station: StationReport {
                status: any_like(StationStatus::Ready),
                isolation: any_like(StationIsolation::Valid),
                stop: any_like(false),
                answered: any_like(Ask::Current),
            },
            wanted: any_like(true),
            schedule: any_like(Schedule::UNLIMITED),
            target_soc: units::ratio(number()),
        };
        let told = session.step(&config, charging, pack, &inputs, units::seconds(number()));
        let mut commands = any_like(Commands::default());
        told.command(&mut commands);
        keep(commands);
        keep(told.is_paused());
        needs(charging, pack, outputs, &told);
        keep(told);
    }
    keep(session);
}

fn needs(
    charging: &ChargingConfig<'_>,
    pack: &BmsConfig<'_>,
    outputs: &Outputs,
    told: &SessionOutputs,
) {
    let goals = any_like(Goals::DEFAULT);
    let scene = ForecastInputs {
        outputs,
        charger: any_like(None),
        schedule: any_like(Schedule::UNLIMITED),
        goals,
    };
    keep(Forecast::new(charging, pack, &scene));
    let warming = Warming {
        heat_capacity_j_per_k: number(),
        to_surroundings_w_per_k: number(),
        surroundings: units::kelvin(number()),
        heater: units::watts(number()),
    };
    let forecast = Forecast::with_warming(charging, pack, &scene, &warming);
    let scene = NeedsInputs {
        outputs,
        request: &told.request,
        forecast: &forecast,
        goals,
        present_voltage: units::volts(number()),
        ready: any_like(true),
        error: any_like(EvErrorCode::NoError),
        discharge: any_like(None),
    };
    let needs = ChargeNeeds::of(charging, pack, &scene);
    gbt(pack, outputs, told, &needs);
    home(charging, pack, outputs, &forecast);
    keep((
        needs.charge_parameters(),
        needs.pre_charge(),
        needs.power_delivery(),
    ));
    keep((
        needs.current_demand(),
        needs.charge_parameters_20(),
        needs.energies_20(),
    ));
    keep((
        needs.charge_loop_20(),
        needs.display_20(),
        needs.station_needs(),
    ));
}

/// The protocol of GB/T 27930: any frames, any content.
pub(crate) fn gbt(
    pack: &BmsConfig<'_>,
    outputs: &Outputs,
    told: &SessionOutputs,
    needs: &ChargeNeeds,
) {
    let identity = any_like(gbt::Identity {
        battery: 6,
        capacity: units::amp_hours(number()),
        voltage: units::volts(number()),
        maker: any_like([0; 4]),
        serial: any_like(0),
        made: any_like((2026, 1, 1)),
        charges: any_like(0),
        owned: any_like(true),
        vin: any_like([0; 17]),
        software: any_like(None),
    });
    let config = any_like(gbt::GbtConfig::new(identity));
    let mut link = gbt::Link::new();
    let (mut receiver, mut sender) = (gbt::Receiver::new(any_like(true)), gbt::Sender::new(true));
    for _ in 0..count() {
        let frame = gbt::Frame::new(any_like(0), bytes());
        link.receive(&frame);
        let content = gbt::Content {
            outputs,
            session: told,
            needs,
        };
        keep(link.step(&config, pack, &content, units::seconds(number())));
        keep(link.transmit());
        keep(link.tell_cells(bytes().iter().map(|byte| units::volts(f32::from(*byte)))));
        keep(link.tell_temperatures(bytes().iter().map(|_| units::kelvin(number()))));
        keep(link.tell_reserved(bytes()));
        receiver.manage(bytes());
        keep(receiver.data(bytes()).map(|whole| whole.bytes().len()));
        receiver.pass(any_like(0));
        keep(receiver.transmit());
        keep(sender.start(any_like(0), bytes()));
        sender.receive(bytes());
        sender.pass(any_like(0));
        keep(sender.transmit());
        keep((
            gbt::Limits::decode(bytes()),
            gbt::Status::decode(bytes()),
            gbt::State::decode(bytes()),
        ));
        keep((gbt::Identity::decode(bytes()), gbt::Demand::decode(bytes())));
        keep((
            gbt::Statistics::decode(bytes()),
            gbt::Checked::decode(bytes()),
            gbt::ChargerTimeouts::decode(bytes()),
        ));
    }
}

/// Alternating current, and energy that is given back.
pub(crate) fn home(
    charging: &ChargingConfig<'_>,
    pack: &BmsConfig<'_>,
    outputs: &Outputs,
    forecast: &Forecast,
) {
    let charger = any_like(OnBoardCharger::AC_11_KW);
    keep(charger.validate());
    let pilot = Pilot::of_duty(units::ratio(number()));
    let phase = charger.phase_current(pilot, units::amperes(number()));
    keep(charger.limits(phase, units::volts(number())));
    keep(charger.phase_request(units::amperes(number()), units::volts(number()), phase));
    let config = any_like(BidirectionalConfig::DEFAULT);
    keep(config.validate());
    let mut throughput = Throughput::remembered(units::joules(number()));
    throughput.count(units::watts(number()), units::seconds(number()));
    let scene = DischargeInputs {
        outputs,
        forecast,
        goals: any_like(Goals::DEFAULT),
        wanted: any_like(true),
    };
    keep(discharge(&config, charging, pack, &scene, &throughput));
    keep(throughput.given());
}
