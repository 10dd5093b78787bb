//! Which figures there are, the command of each, and how its output is read.

use std::collections::BTreeMap;
use std::process::Command;

use super::read::{self, Read};
use super::{Block, Store};
use crate::root;

/// Figures that one command gives.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// The name in markers and in `docs/figures.json`.
    pub name: &'static str,
    /// What a reader types to reproduce them.
    pub command: &'static str,
    read: Read,
}

const fn figure(name: &'static str, command: &'static str, read: Read) -> Figure {
    Figure {
        name,
        command,
        read,
    }
}

const PLANTS: &str = "cargo run --release -p bms-sim --example plants_report";
const SIZE: &str = "cargo xtask size";
const PACKS: &str =
    "cargo test --release -p bms-sim --test pack_estimation -- --nocapture --test-threads=1";

/// All figures of all documents.
pub const FIGURES: &[Figure] = &[
    figure(
        "us06",
        "cargo run --release -p bms-sim -- run fixtures/scenarios/us06.toml",
        Read::Text,
    ),
    figure(
        "replay-lg-m50",
        "cargo run --release -p bms-sim -- replay fixtures/logs/lg-m50-us06.bdf.csv --cell fixtures/cells/lg-m50.toml --initial-soc 0.5",
        Read::Text,
    ),
    figure(
        "example-drive",
        "cargo run -p bms-core --example drive",
        Read::Text,
    ),
    figure(
        "lg-hg2",
        "cargo run --release -p bms-sim -- evaluate fixtures/protocols/lg-hg2.toml --json",
        Read::Evaluation(read::overview),
    ),
    figure(
        "lg-hg2-detail",
        "cargo run --release -p bms-sim -- evaluate fixtures/protocols/lg-hg2.toml --json",
        Read::Evaluation(read::detail),
    ),
    figure(
        "one-drive",
        "cargo run --release -p bms-sim -- identify fixtures/manifests/lg-hg2-one-drive.toml -o target/one-drive.toml >&2 && cargo run --release -p bms-sim -- evaluate fixtures/protocols/lg-hg2-with-us06.toml --cell target/one-drive.toml --json",
        Read::Evaluation(read::overview),
    ),
    figure(
        "no-drive",
        "cargo run --release -p bms-sim -- identify fixtures/manifests/lg-hg2-no-drive.toml -o target/no-drive.toml >&2 && cargo run --release -p bms-sim -- evaluate fixtures/protocols/lg-hg2-with-us06.toml --cell target/no-drive.toml --json",
        Read::Evaluation(read::overview),
    ),
    figure(
        "no-10degc",
        "cargo run --release -p bms-sim -- identify fixtures/manifests/lg-hg2-no-10degc.toml -o target/no-10degc.toml >&2 && cargo run --release -p bms-sim -- evaluate fixtures/protocols/lg-hg2-with-us06.toml --cell target/no-10degc.toml --json",
        Read::Evaluation(read::overview_at_10_degc),
    ),
    figure(
        "unseen-voltage",
        "for manifest in lg-hg2 lg-hg2-one-drive lg-hg2-no-drive; do cargo run --release -p bms-sim -- identify fixtures/manifests/$manifest.toml -o target/$manifest.toml; done",
        Read::Output(read::unseen_voltage),
    ),
    figure(
        "virtual-cells",
        "bash xtask/figures/virtual-cells.sh",
        Read::Output(read::virtual_cells),
    ),
    figure("virtual-packs", PACKS, Read::Output(read::virtual_packs)),
    figure(
        "leaf",
        "cargo test --release -p bms-sim --test pack_leaf -- --nocapture",
        Read::Output(read::leaf),
    ),
    figure(
        "capacity",
        "cargo test --release -p bms-core --test capacity -- --nocapture",
        Read::Output(read::capacity),
    ),
    figure(
        "campaign",
        "cargo run --release -p bms-sim -- campaign --seeds 2 --json",
        Read::Json(read::campaign),
    ),
    figure(
        "campaign-peer",
        "bash xtask/figures/campaign-peer.sh",
        Read::Output(read::campaign_peer),
    ),
    figure(
        "fast-charge",
        "cargo run --release -p bms-sim -- run fixtures/scenarios/fast-charge-150kw.toml --json --no-html",
        Read::Json(read::fast_charge),
    ),
    figure(
        "drive-soc",
        "bash xtask/figures/drive-soc.sh",
        Read::Output(read::drive_soc),
    ),
    figure(
        "speed-closed-loop",
        "bash xtask/figures/speed-closed-loop.sh",
        Read::Output(read::speed),
    ),
    figure(
        "plants-traces",
        PLANTS,
        Read::TableAfter("## Against reference solutions"),
    ),
    figure(
        "plants-mesh",
        PLANTS,
        Read::TableAfter("## Convergence with the mesh"),
    ),
    figure("plants-modes", PLANTS, Read::TableAfter("## Modes kept")),
    figure(
        "plants-step",
        PLANTS,
        Read::TableAfter("## Convergence with the step"),
    ),
    figure(
        "plants-lg-hg2",
        PLANTS,
        Read::TableAfter("## The circuit of LG 18650HG2"),
    ),
    figure(
        "plants-lg-m50",
        PLANTS,
        Read::TableAfter("## The SPMe of LG M50"),
    ),
    figure(
        "speed-peer",
        "python3 benches/peers/particles.py",
        Read::TableAfter("PyBaMM "),
    ),
    figure(
        "speed-plants",
        "cargo bench -p bms-benches --bench plants",
        Read::Output(read::speed_plants),
    ),
    figure(
        "speed-packs",
        "cargo bench -p bms-benches --bench packs",
        Read::Output(read::speed_packs),
    ),
    figure("size-flash", SIZE, Read::TableAfter("flash")),
    figure("size-ram", SIZE, Read::TableAfter("RAM")),
    figure(
        "size-ticks",
        SIZE,
        Read::TableAfter("instructions per tick"),
    ),
    figure("size-modes", SIZE, Read::TableAfter("by mode")),
    figure("size-stack", SIZE, Read::Output(read::stack)),
    figure(
        "step-time",
        "cargo xtask figures size-ticks step-time",
        Read::Store(read::step_time),
    ),
    figure(
        "home",
        "cargo test --release -p bms-sim --test charger_home -- --nocapture",
        Read::Output(read::home),
    ),
    figure("size-charging", SIZE, Read::TableAfter("charging")),
    figure(
        "summary",
        "cargo xtask figures lg-hg2 campaign size-ticks summary",
        Read::Store(read::summary),
    ),
];

/// The figure of that name.
pub(super) fn named(name: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.name == name)
}

impl Figure {
    /// Runs the command, unless `outputs` has what it said, and reads its output.
    ///
    /// # Errors
    /// What the command says, or what its output lacks.
    pub(super) fn measure(
        &self,
        store: &Store,
        outputs: &mut BTreeMap<&'static str, Result<String, String>>,
    ) -> Result<Block, String> {
        if let Read::Store(read) = self.read {
            return read(store);
        }
        let output = outputs.entry(self.command).or_insert_with(|| {
            eprintln!("{}", self.command);
            output(self.command)
        });
        self.read.block(output.as_ref().map_err(Clone::clone)?)
    }
}

/// Standard output of a shell command at the root. Exit code 1 is a result: a limit that was missed.
fn output(command: &str) -> Result<String, String> {
    let done = Command::new("bash")
        .args(["-c", command])
        .current_dir(root())
        .env("RUST_TEST_NOCAPTURE", "1")
        .output()
        .map_err(|error| error.to_string())?;
    if matches!(done.status.code(), Some(0 | 1)) {
        String::from_utf8(done.stdout).map_err(|error| error.to_string())
    } else {
        let error = String::from_utf8_lossy(&done.stderr);
        Err(error.lines().last().unwrap_or("no message").to_owned())
    }
}
