//! The shipped speed cycles are the schedules that their names say.

use approx::assert_relative_eq;
use bms_sim::load::{NamedCycle, SpeedCycle};

#[test]
fn shipped_cycles_have_the_published_duration_and_distance() {
    // Duration and distance as published by the EPA (dynamometer drive schedules) and in UN GTR No. 15.
    let published = [
        (NamedCycle::Udds, 1369.0, 11_990.0),
        (NamedCycle::Us06, 600.0, 12_888.0),
        (NamedCycle::Hwfet, 765.0, 16_507.0),
        (NamedCycle::WltcClass3b, 1800.0, 23_266.0),
    ];
    for (name, duration_s, distance_m) in published {
        let cycle = SpeedCycle::named(name);
        assert_relative_eq!(cycle.duration_s(), duration_s);
        assert_relative_eq!(cycle.distance_m(), distance_m, max_relative = 1e-3);
        assert_eq!(
            NamedCycle::from_name(&name.name().to_lowercase()),
            Some(name)
        );
    }
}

#[test]
fn a_bad_cycle_says_where() {
    let error = SpeedCycle::from_csv("time_s,speed_mps\n0,0\n1,fast\n".as_bytes()).unwrap_err();
    assert_eq!((error.line, error.column.as_str()), (3, "speed_mps"));
    assert_eq!(
        error.to_string(),
        "line 3, column speed_mps: found \"fast\", expected a number"
    );

    let error = SpeedCycle::from_csv("time_s,speed_mps\n0,0\n1,-2\n".as_bytes()).unwrap_err();
    assert_eq!(
        (error.line, error.expected.as_str()),
        (3, "a speed of at least 0")
    );

    let error = SpeedCycle::from_csv("time_s,speed_mps\n0,0\n0,1\n".as_bytes()).unwrap_err();
    assert_eq!((error.line, error.column.as_str()), (3, "time_s"));

    let error = SpeedCycle::from_csv("t,speed_mps\n0,0\n1,1\n".as_bytes()).unwrap_err();
    assert_eq!((error.line, error.column.as_str()), (1, "time_s"));

    let error = SpeedCycle::from_csv("time_s,speed_mps\n0,0\n".as_bytes()).unwrap_err();
    assert_eq!(error.expected, "at least two rows");
}
