//! Laws of the shipped packs in closed loop, written with the test kit.

use bms_core::control::Mode;
use bms_core::protection::Reaction;
use bms_core::units::{to_amperes, to_ratio, to_volts};
use bms_sim::testkit::{self, Pack};
use bms_sim::world::{ClosedLoop, Tick};
use proptest::prelude::*;

fn pack() -> Pack {
    Pack::shipped("nmc-13s").expect("a shipped pack")
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        max_shrink_iters: 20,
        ..ProptestConfig::default()
    }
}

/// What holds whatever goes wrong.
fn is_sound(tick: &Tick, closed_loop: &ClosedLoop<'_>) -> Result<(), TestCaseError> {
    let outputs = &tick.outputs;
    let path = outputs.contactors.path_closed();
    let carries = matches!(
        outputs.mode,
        Mode::Precharge | Mode::Drive | Mode::Charge | Mode::Opening | Mode::Supervised
    );
    prop_assert!(!path || carries, "closed in {:?}", outputs.mode);
    prop_assert!(!path || outputs.reaction < Reaction::OpenAtOnce);
    let allowed = &outputs.allowed;
    for allowed_a in [allowed.discharge.current, allowed.charge.current].map(to_amperes) {
        prop_assert!(allowed_a.is_finite() && allowed_a >= 0.0);
        prop_assert!(allowed_a <= 0.0 || outputs.reaction < Reaction::Open);
    }
    for cell in 0..closed_loop.config().layout.cells {
        let (_, soc) = closed_loop.bms().cell(cell).expect("a cell");
        prop_assert!((0.0..=1.0).contains(&to_ratio(soc.soc)));
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn whatever_goes_wrong_a_danger_opens_and_limits_are_numbers(
        scenario in testkit::faulty_scenarios(&pack()),
    ) {
        testkit::each_tick(&scenario, is_sound)?;
    }
}

proptest! {
    #![proptest_config(cases(96))]

    /// The vehicle obeys: what it is allowed keeps every cell within its maximum limits, with 20 mV for what sensors do not
    /// see, and nothing opens.
    #[test]
    fn where_nothing_goes_wrong_no_cell_leaves_its_limits(scenario in testkit::scenarios(&pack())) {
        let limits = scenario.config().limits;
        let low_v = f64::from(to_volts(limits.cell_under_voltage.maximum)) - 0.02;
        let high_v = f64::from(to_volts(limits.cell_over_voltage.maximum)) + 0.02;
        testkit::each_tick(&scenario, |tick, closed_loop| {
            for cell_v in closed_loop.world().plant().cells().voltage_v {
                prop_assert!((low_v..=high_v).contains(cell_v), "{cell_v} V");
            }
            let reaction = tick.outputs.reaction;
            let faults: Vec<_> = closed_loop.bms().faults().collect();
            prop_assert!(reaction < Reaction::Open, "{faults:?}");
            Ok(())
        })?;
    }
}
