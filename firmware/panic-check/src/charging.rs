//! Charging: any request, any forecast, any session with any charger.

use bms_core::Outputs;
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    Ask, ChargeNeeds, ChargingConfig, EvErrorCode, Forecast, ForecastScene, Goals, NeedsScene,
    Schedule, Session, SessionConfig, SessionInputs, StationIsolation, StationReport,
    StationStatus,
};
use bms_core::config::BmsConfig;
use bms_core::measurement::{ChargerMeasurement, Commands, Reading};
use bms_core::units;

use crate::unknown::{any_like, count, keep, number};

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
        needs(charging, pack, outputs, &told.request);
        keep(told);
    }
    keep(session);
}

fn needs(
    charging: &ChargingConfig<'_>,
    pack: &BmsConfig<'_>,
    outputs: &Outputs,
    request: &bms_core::charging::ChargeRequest,
) {
    let goals = any_like(Goals::DEFAULT);
    let scene = ForecastScene {
        outputs,
        charger: any_like(None),
        schedule: any_like(Schedule::UNLIMITED),
        goals,
    };
    let forecast = Forecast::new(charging, pack, &scene);
    let scene = NeedsScene {
        outputs,
        request,
        forecast: &forecast,
        goals,
        present_voltage: units::volts(number()),
        ready: any_like(true),
        error: any_like(EvErrorCode::NoError),
        discharge: any_like(None),
    };
    let needs = ChargeNeeds::of(charging, pack, &scene);
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
