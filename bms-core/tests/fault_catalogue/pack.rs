//! The pack voltage, the cells together, and the account of energy.

use bms_bench::SensorValues;
use bms_core::protection::Source;

use crate::bench::resting_v;
use crate::plant::{SLOW, constant};

const PACK: Source = Source::Pack;

/// One cell at rest at another state of charge than the others, which are half full.
fn cell_at(soc: f32) -> impl FnOnce(&mut SensorValues) {
    move |sensors| sensors.cell_v[57] = resting_v(soc)
}

crate::catalogue_tests! {
    PackOverVoltageOperating:
    pack_over_voltage_operating_is_found(bench) {
        bench.provoke(|sensors| sensors.pack_v = 403.30).names(PACK).shows(403.30, 403.20)
    }
    pack_over_voltage_operating_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.pack_v = 403.10)
    }

    PackOverVoltageRecommended:
    pack_over_voltage_recommended_is_found(bench) {
        bench.provoke(|sensors| sensors.pack_v = 405.22).names(PACK).shows(405.22, 405.12)
    }
    pack_over_voltage_recommended_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.pack_v = 405.02)
    }

    PackOverVoltageMaximum:
    pack_over_voltage_maximum_is_found(bench) {
        bench.provoke(|sensors| sensors.pack_v = 408.10).names(PACK).shows(408.10, 408.00)
    }
    pack_over_voltage_maximum_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.pack_v = 407.90)
    }

    PackUnderVoltageOperating:
    pack_under_voltage_operating_is_found(bench) {
        bench.provoke(|sensors| sensors.pack_v = 268.70).names(PACK).shows(268.70, 268.80)
    }
    pack_under_voltage_operating_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.pack_v = 268.90)
    }

    PackUnderVoltageRecommended:
    pack_under_voltage_recommended_is_found(bench) {
        bench.provoke(|sensors| sensors.pack_v = 254.30).names(PACK).shows(254.30, 254.40)
    }
    pack_under_voltage_recommended_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.pack_v = 254.50)
    }

    PackUnderVoltageMaximum:
    pack_under_voltage_maximum_is_found(bench) {
        bench.provoke(|sensors| sensors.pack_v = 239.90).names(PACK).shows(239.90, 240.00)
    }
    pack_under_voltage_maximum_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.pack_v = 240.10)
    }

    SumOfCellsMismatch:
    sum_of_cells_mismatch_is_found(bench) {
        // 2 % of the highest operating voltage, 403.2 V.
        bench.provoke(|sensors| {
            sensors.fit_pack();
            sensors.pack_v += 8.1;
        })
        .names(PACK)
        .shows(8.1, 8.064)
    }
    sum_of_cells_mismatch_is_not_found_inside(bench) {
        bench.inside(|sensors| {
            sensors.fit_pack();
            sensors.pack_v -= 8.0;
        })
    }

    LinkVoltageMismatch:
    link_voltage_mismatch_is_found(bench) {
        // 5 % of 403.2 V.
        bench.provoke(|sensors| sensors.link_v -= 20.2).names(PACK).shows(20.2, 20.16)
    }
    link_voltage_mismatch_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.link_v -= 20.1)
    }

    CapacityImbalance:
    capacity_imbalance_is_found(bench) {
        // 14 points by the resting voltage are 12.45 by the estimate, once every cell was seen a few times; three standard
        // deviations of that are 1.9 points.
        bench.beginning_with(cell_at(0.36)).provoke_after(340, |_, _| ()).names(PACK).shows_near(0.1245, 0.1)
    }
    capacity_imbalance_is_not_found_inside(bench) {
        bench.beginning_with(cell_at(0.37)).inside_for(60_000, |_, _| ())
    }

    EnergyBalance:
    energy_balance_is_found(bench) {
        // The cells give nothing, and a sensor shows 10 A: the account is closed when 24 % of the capacity has
        // gone through it.
        bench.on(&SLOW).provoke_after(1_776_500, constant(0.0, 10.0)).names(PACK).shows_near(1.02, 0.513_457)
    }
    energy_balance_is_not_found_inside(bench) {
        // Half of the reading is true; 40 % may be missing, and three standard deviations.
        bench.on(&SLOW).inside_for(3_600_000, constant(5.0, 10.0))
    }
}
