//! What the drivers of the front ends report: for 100 ms it is not found, for 110 ms it is.

use bms_core::protection::Source;

use crate::bench::pulses;

const FRONT_END: Source = Source::FrontEnd(5);

crate::catalogue_tests! {
    FrontEndFrameCheck:
    front_end_frame_check_is_found(bench) {
        bench.provoke(|sensors| sensors.front_ends[5].frame_check_failed = true).names(FRONT_END).has_no_value().after(110)
    }
    front_end_frame_check_is_not_found_inside(bench) {
        bench.inside_by(|sensors, ms| sensors.front_ends[5].frame_check_failed = pulses(ms, 100))
    }

    FrontEndTimeout:
    front_end_timeout_is_found(bench) {
        bench.provoke(|sensors| sensors.front_ends[5].timed_out = true).names(FRONT_END).has_no_value().after(110)
    }
    front_end_timeout_is_not_found_inside(bench) {
        bench.inside_by(|sensors, ms| sensors.front_ends[5].timed_out = pulses(ms, 100))
    }

    FrontEndConfiguration:
    front_end_configuration_is_found(bench) {
        bench.provoke(|sensors| sensors.front_ends[5].configuration_wrong = true).names(FRONT_END).has_no_value().after(110)
    }
    front_end_configuration_is_not_found_inside(bench) {
        bench.inside_by(|sensors, ms| sensors.front_ends[5].configuration_wrong = pulses(ms, 100))
    }

    FrontEndMultiplexer:
    front_end_multiplexer_is_found(bench) {
        bench.provoke(|sensors| sensors.front_ends[5].multiplexer_wrong = true).names(FRONT_END).has_no_value().after(110)
    }
    front_end_multiplexer_is_not_found_inside(bench) {
        bench.inside_by(|sensors, ms| sensors.front_ends[5].multiplexer_wrong = pulses(ms, 100))
    }
}
