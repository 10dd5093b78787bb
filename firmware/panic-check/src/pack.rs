//! Battery management of a pack: any configuration, any readings, any commands.

use bms_core::Bms;
use bms_core::config::BmsConfig;
use bms_core::config::presets::NMC_13S;
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{
    CellMeasurement, Commands, FrontEndReport, Measurements, TemperatureMeasurement,
};
use bms_core::protection::FaultId;
use bms_core::units;

use crate::charging;
use crate::unknown::{any_like, count, keep, number};

/// In static memory: the image has no stack to speak of for what a configuration takes.
static CONFIG: BmsConfig<'static> = NMC_13S;

pub(crate) fn exercise() {
    let config: &'static BmsConfig<'static> = any_like(&CONFIG);
    let Ok(valid) = config.validated() else {
        return;
    };
    let fault = any_like(FaultId::CellOverVoltageMaximum);
    keep(config.budget(fault));
    keep(FaultId::from_number(any_like(0)).map(FaultId::definition));
    let Ok(mut bms) = Bms::<13, 4>::new(valid, InitialSoc::FromVoltage) else {
        return;
    };
    let cells = any_like([CellMeasurement::default(); 14]);
    let temperatures = any_like([TemperatureMeasurement::default(); 5]);
    let front_ends = any_like([FrontEndReport::default(); 2]);
    for _ in 0..count() {
        let measurements = Measurements {
            cells: cells.get(..count()).unwrap_or_default(),
            temperatures: temperatures.get(..count()).unwrap_or_default(),
            front_ends: front_ends.get(..count()).unwrap_or_default(),
            ..any_like(Measurements::default())
        };
        let commands = any_like(Commands::default());
        let outputs = bms.step(&measurements, &commands, units::seconds(number()));
        charging::exercise(config, &any_like(outputs));
    }
    let view = bms.view();
    keep(view.cell(count()));
    keep(view.delta(count()).copied());
    keep(view.is_bleeding(count()));
    keep((
        view.has(fault),
        view.is_qualified(fault),
        view.status(fault),
    ));
    keep(view.record(fault).copied());
    view.records().for_each(|record| keep(*record));
    view.faults().for_each(keep);
    view.log().for_each(|event| keep(*event));
    keep(view.events_written());
    bms.in_place().clear_records();
    bms.in_place().begin_operation_cycle();
    keep(bms);
}
