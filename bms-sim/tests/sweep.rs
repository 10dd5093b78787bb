//! Many runs of a scenario: the same rows, however they are done.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bms_sim::sweep::Sweep;

const SCENARIO: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../fixtures/scenarios/sweep-13s.toml"
);

fn sweep(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bms-sim"))
        .arg("sweep")
        .args(arguments)
        .output()
        .expect("the program runs")
}

/// Six runs to `output`, with more arguments.
fn six(output: &Path, more: &[&str]) -> Output {
    let path = output.to_str().expect("a name");
    let mut arguments = vec![SCENARIO, "--runs", "6", "--seed", "3", "-o", path];
    arguments.extend(more);
    sweep(&arguments)
}

fn rows(directory: &Path, name: &str, more: &[&str]) -> String {
    let output = directory.join(name);
    let done = six(&output, more);
    assert!(done.status.success(), "{done:?}");
    fs::read_to_string(output).expect("a table")
}

/// The scenario with other text in place of some of it.
fn changed(directory: &Path, from: &str, to: &str) -> PathBuf {
    let text = fs::read_to_string(SCENARIO).expect("a scenario");
    assert!(text.contains(from));
    let cells = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/cells");
    let text = text.replace(from, to).replace("../cells", cells);
    let path = directory.join("changed.toml");
    fs::write(&path, text).expect("a scenario");
    path
}

#[test]
fn threads_parts_and_a_stop_half_way_change_no_byte() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let whole = rows(directory, "whole.csv", &["--threads", "1"]);
    assert_eq!(whole.lines().count(), 7);
    assert_eq!(rows(directory, "threads.csv", &["--threads", "3"]), whole);

    let parts = ["1/4", "2/4", "3/4", "4/4"].map(|part| {
        let name = format!("part-{}.csv", &part[..1]);
        rows(directory, &name, &["--shard", part]);
        directory.join(name).to_str().expect("a name").to_owned()
    });
    let mut merge = vec!["--merge"];
    merge.extend(parts.iter().map(String::as_str));
    assert_eq!(rows(directory, "merged.csv", &merge), whole);

    // Killed in the middle of its fourth row, at its beginning, and in the header.
    let ends: Vec<_> = whole.match_indices('\n').map(|(at, _)| at + 1).collect();
    for length in [ends[2] + 20, ends[3], 10, 0] {
        fs::write(directory.join("stopped.csv"), &whole[..length]).expect("a table");
        assert_eq!(rows(directory, "stopped.csv", &[]), whole, "{length} bytes");
    }
    // All is done already.
    assert_eq!(rows(directory, "stopped.csv", &[]), whole);
}

#[test]
fn other_seeds_draw_other_numbers_and_each_within_its_distribution() {
    let draws = |seed| {
        let sweep = Sweep::load(Path::new(SCENARIO), 400, seed).expect("a sweep");
        (0..400).map(|run| sweep.draw(run)).collect::<Vec<_>>()
    };
    let (here, there) = (draws(1), draws(2));
    assert!(here.iter().zip(&there).all(|(here, there)| here != there));
    for drawn in &here {
        assert!((0.3..0.9).contains(&drawn.numbers[0]));
        assert!([5.0, 10.0, 15.0].contains(&drawn.numbers[3]));
    }
    let mean = |place: usize| here.iter().map(|drawn| drawn.numbers[place]).sum::<f64>() / 400.0;
    assert!((mean(0) - 0.6).abs() < 0.03, "{}", mean(0));
    assert!((mean(1) - 20.0).abs() < 1.2, "{}", mean(1));
    let variance = here
        .iter()
        .map(|drawn| (drawn.numbers[1] - 20.0).powi(2))
        .sum::<f64>()
        / 400.0;
    assert!((variance.sqrt() - 8.0).abs() < 1.0, "{}", variance.sqrt());
}

#[test]
fn a_drawn_number_is_what_the_run_is_done_with() {
    let sweep = Sweep::load(Path::new(SCENARIO), 2, 5).expect("a sweep");
    let drawn = sweep.draw(1);
    let scenario = sweep.scenario(&drawn).expect("a scenario");
    assert_eq!(scenario.soc.to_bits(), drawn.numbers[0].to_bits());
    assert_eq!(
        scenario.air_k.to_bits(),
        (drawn.numbers[1] + 273.15).to_bits()
    );
    assert_eq!(scenario.seed, drawn.seed);
}

#[test]
fn rows_of_another_sweep_are_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let output = directory.path().join("rows.csv");
    assert!(six(&output, &["--shard", "1/6"]).status.success());
    let before = fs::read_to_string(&output).expect("a table");
    let path = output.to_str().expect("a name");
    let other = sweep(&[SCENARIO, "--runs", "6", "--seed", "4", "-o", path]);
    assert_eq!(other.status.code(), Some(2));
    let said = String::from_utf8_lossy(&other.stderr).into_owned();
    assert!(
        said.contains("rows.csv:2: found ") && said.contains("expected run 0 of this sweep"),
        "{said}"
    );
    // Rows beyond the runs that are asked for are somebody's work too.
    let fewer = sweep(&[
        SCENARIO, "--runs", "6", "--seed", "3", "--shard", "1/12", "-o", path,
    ]);
    assert_eq!(fewer.status.code(), Some(2), "{fewer:?}");
    assert_eq!(fs::read_to_string(&output).expect("a table"), before);
}

#[test]
fn a_run_that_is_not_as_expected_gives_exit_code_1() {
    let directory = tempfile::tempdir().expect("a directory");
    let scenario = changed(
        directory.path(),
        "ends_in = \"standby\"",
        "ends_in = \"fault\"",
    );
    let output = directory.path().join("rows.csv");
    let path = output.to_str().expect("a name");
    let done = sweep(&[
        scenario.to_str().expect("a name"),
        "--runs",
        "1",
        "-o",
        path,
    ]);
    assert_eq!(done.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&done.stderr)
            .contains("1 of 1 runs do not meet the scenario's expectations")
    );
    assert_eq!(
        fs::read_to_string(&output)
            .expect("a table")
            .lines()
            .count(),
        2
    );
}

#[test]
fn what_cannot_be_varied_is_told_with_its_place() {
    let directory = tempfile::tempdir().expect("a directory");
    for (from, to, expected) in [
        (
            "uniform = [0.3, 0.9]",
            "uniform = [0.9, 0.3]",
            "key `vary[0].uniform`: found [0.9, 0.3], expected two finite numbers, the lower first",
        ),
        (
            "uniform = [0.3, 0.9]",
            "",
            "expected exactly one of `uniform`, `normal`, `log_normal` and `choice`",
        ),
        (
            "normal = [20.0, 8.0]",
            "normal = [20.0, -8.0]",
            "a standard deviation that is not negative",
        ),
        (
            "choice = [5.0, 10.0, 15.0]",
            "choice = []",
            "at least one finite number",
        ),
        (
            "key = \"cell.soc\"",
            "key = \"cell..soc\"",
            "expected a key such as `cell.soc`",
        ),
        (
            "key = \"stage[0].current_a\"",
            "key = \"stage[7].current_a\"",
            "no such key in this scenario",
        ),
        ("key = \"air_degc\"", "key = \"air_degcs\"", "air_degcs"),
        (
            "uniform = [0.3, 0.9]",
            "uniform = [1.3, 1.9]",
            "key `cell.soc`: found 1.",
        ),
    ] {
        let path = changed(directory.path(), from, to);
        let error = Sweep::load(&path, 3, 1).expect_err(to).to_string();
        assert!(error.contains(expected), "{to}: {error}");
        assert!(error.contains("changed.toml:"), "{error}");
    }
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_has_the_same_rows() {
    let directory = tempfile::tempdir().expect("a directory");
    let output = directory.path().join("rows.parquet");
    assert!(six(&output, &[]).status.success());
    let bytes = fs::read(&output).expect("a table");
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    // Only the result is left.
    assert_eq!(
        fs::read_dir(directory.path()).expect("a directory").count(),
        1
    );
}
