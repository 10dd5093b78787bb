//! Limits of the current.

use bms_bench::SensorValues;
use bms_core::protection::{FaultId, Source};

use crate::bench::{Bench, open};

const PACK: Source = Source::Pack;

/// Both sensors show this current.
fn current(current_a: f32) -> impl FnOnce(&mut SensorValues) {
    move |sensors| sensors.current(current_a)
}

#[test]
fn of_two_sensors_the_worse_one_counts() {
    let bench = || Bench::of(FaultId::CellDischargeOverCurrentMaximum);
    let _ = bench().provoke(|sensors| sensors.current_a = 600.1);
    let _ = bench().provoke(|sensors| sensors.second_current_a = 600.1);
    let bench = || Bench::of(FaultId::CellChargeOverCurrentMaximum);
    let _ = bench().provoke(|sensors| sensors.current_a = -360.1);
    let _ = bench().provoke(|sensors| sensors.second_current_a = -360.1);
}

crate::catalogue_tests! {
    CellChargeOverCurrentOperating:
    cell_charge_over_current_operating_is_found(bench) {
        bench.provoke(current(-300.1)).names(PACK).shows(300.1, 300.0)
    }
    cell_charge_over_current_operating_is_not_found_inside(bench) {
        bench.inside(current(-299.9))
    }

    CellChargeOverCurrentRecommended:
    cell_charge_over_current_recommended_is_found(bench) {
        bench.provoke(current(-330.1)).names(PACK).shows(330.1, 330.0)
    }
    cell_charge_over_current_recommended_is_not_found_inside(bench) {
        bench.inside(current(-329.9))
    }

    CellChargeOverCurrentMaximum:
    cell_charge_over_current_maximum_is_found(bench) {
        bench.provoke(current(-360.1)).names(PACK).shows(360.1, 360.0)
    }
    cell_charge_over_current_maximum_is_not_found_inside(bench) {
        bench.inside(current(-359.9))
    }

    CellDischargeOverCurrentOperating:
    cell_discharge_over_current_operating_is_found(bench) {
        bench.provoke(current(500.1)).names(PACK).shows(500.1, 500.0)
    }
    cell_discharge_over_current_operating_is_not_found_inside(bench) {
        bench.inside(current(499.9))
    }

    CellDischargeOverCurrentRecommended:
    cell_discharge_over_current_recommended_is_found(bench) {
        bench.provoke(current(550.1)).names(PACK).shows(550.1, 550.0)
    }
    cell_discharge_over_current_recommended_is_not_found_inside(bench) {
        bench.inside(current(549.9))
    }

    CellDischargeOverCurrentMaximum:
    cell_discharge_over_current_maximum_is_found(bench) {
        bench.provoke(current(600.1)).names(PACK).shows(600.1, 600.0)
    }
    cell_discharge_over_current_maximum_is_not_found_inside(bench) {
        bench.inside(current(599.9))
    }

    StringChargeOverCurrentOperating:
    string_charge_over_current_operating_is_found(bench) {
        bench.provoke(current(-310.1)).names(PACK).shows(310.1, 310.0)
    }
    string_charge_over_current_operating_is_not_found_inside(bench) {
        bench.inside(current(-309.9))
    }

    StringChargeOverCurrentRecommended:
    string_charge_over_current_recommended_is_found(bench) {
        bench.provoke(current(-340.1)).names(PACK).shows(340.1, 340.0)
    }
    string_charge_over_current_recommended_is_not_found_inside(bench) {
        bench.inside(current(-339.9))
    }

    StringChargeOverCurrentMaximum:
    string_charge_over_current_maximum_is_found(bench) {
        bench.provoke(current(-370.1)).names(PACK).shows(370.1, 370.0)
    }
    string_charge_over_current_maximum_is_not_found_inside(bench) {
        bench.inside(current(-369.9))
    }

    StringDischargeOverCurrentOperating:
    string_discharge_over_current_operating_is_found(bench) {
        bench.provoke(current(510.1)).names(PACK).shows(510.1, 510.0)
    }
    string_discharge_over_current_operating_is_not_found_inside(bench) {
        bench.inside(current(509.9))
    }

    StringDischargeOverCurrentRecommended:
    string_discharge_over_current_recommended_is_found(bench) {
        bench.provoke(current(560.1)).names(PACK).shows(560.1, 560.0)
    }
    string_discharge_over_current_recommended_is_not_found_inside(bench) {
        bench.inside(current(559.9))
    }

    StringDischargeOverCurrentMaximum:
    string_discharge_over_current_maximum_is_found(bench) {
        bench.provoke(current(610.1)).names(PACK).shows(610.1, 610.0)
    }
    string_discharge_over_current_maximum_is_not_found_inside(bench) {
        bench.inside(current(609.9))
    }

    PackChargeOverCurrentOperating:
    pack_charge_over_current_operating_is_found(bench) {
        bench.provoke(current(-320.1)).names(PACK).shows(320.1, 320.0)
    }
    pack_charge_over_current_operating_is_not_found_inside(bench) {
        bench.inside(current(-319.9))
    }

    PackChargeOverCurrentRecommended:
    pack_charge_over_current_recommended_is_found(bench) {
        bench.provoke(current(-350.1)).names(PACK).shows(350.1, 350.0)
    }
    pack_charge_over_current_recommended_is_not_found_inside(bench) {
        bench.inside(current(-349.9))
    }

    PackChargeOverCurrentMaximum:
    pack_charge_over_current_maximum_is_found(bench) {
        bench.provoke(current(-380.1)).names(PACK).shows(380.1, 380.0)
    }
    pack_charge_over_current_maximum_is_not_found_inside(bench) {
        bench.inside(current(-379.9))
    }

    PackDischargeOverCurrentOperating:
    pack_discharge_over_current_operating_is_found(bench) {
        bench.provoke(current(520.1)).names(PACK).shows(520.1, 520.0)
    }
    pack_discharge_over_current_operating_is_not_found_inside(bench) {
        bench.inside(current(519.9))
    }

    PackDischargeOverCurrentRecommended:
    pack_discharge_over_current_recommended_is_found(bench) {
        bench.provoke(current(570.1)).names(PACK).shows(570.1, 570.0)
    }
    pack_discharge_over_current_recommended_is_not_found_inside(bench) {
        bench.inside(current(569.9))
    }

    PackDischargeOverCurrentMaximum:
    pack_discharge_over_current_maximum_is_found(bench) {
        bench.provoke(current(620.1)).names(PACK).shows(620.1, 620.0)
    }
    pack_discharge_over_current_maximum_is_not_found_inside(bench) {
        bench.inside(current(619.9))
    }

    FuseLoadRecommended:
    fuse_load_recommended_is_found(bench) {
        // 1000 A melt the fuse after 8 s (8e6 A2s): 40 % of that after 3.2 s.
        bench.provoke_after(3190, |sensors, _| sensors.current(1000.0)).names(PACK).shows_near(0.4, 0.4)
    }
    fuse_load_recommended_is_not_found_inside(bench) {
        // Just before, the current falls to what the fuse carries for ever.
        bench.inside_for(7000, |sensors, ms| sensors.current(if ms <= 3190 { 1000.0 } else { 399.0 }))
    }

    FuseLoadMaximum:
    fuse_load_maximum_is_found(bench) {
        // 70 % of 8 s: 5.6 s.
        bench.provoke_after(5590, |sensors, _| sensors.current(1000.0)).names(PACK).shows_near(0.7, 0.7)
    }
    fuse_load_maximum_is_not_found_inside(bench) {
        bench.inside_for(12_000, |sensors, ms| sensors.current(if ms <= 5590 { 1000.0 } else { 399.0 }))
    }

    CurrentOnOpenString:
    current_on_open_string_is_found(bench) {
        bench.provoke(|sensors| {
            sensors.feedback.main_negative = false;
            sensors.current(2.1);
        })
        .names(PACK)
        .shows(2.1, 2.0)
    }
    current_on_open_string_is_not_found_inside(bench) {
        bench.inside(|sensors| {
            sensors.feedback.main_negative = false;
            sensors.current(1.9);
        })
    }

    CurrentWhileCommandedOpen:
    current_while_commanded_open_is_found(bench) {
        bench.provoke(|sensors| {
            open(sensors);
            sensors.current(2.1);
        })
        .names(PACK)
        .shows(2.1, 2.0)
    }
    current_while_commanded_open_is_not_found_inside(bench) {
        bench.inside(|sensors| {
            open(sensors);
            sensors.current(1.9);
        })
    }

    ChargeNotAllowed:
    charge_not_allowed_is_found(bench) {
        bench.provoke(|sensors| {
            sensors.commands.charging_allowed = false;
            sensors.current(-2.1);
        })
        .names(PACK)
        .shows(2.1, 2.0)
    }
    charge_not_allowed_is_not_found_inside(bench) {
        bench.inside(|sensors| {
            sensors.commands.charging_allowed = false;
            sensors.current(-1.9);
        })
    }
}
