//! The recorded drives on the host, printed as the images print them.
//!
//!     cargo run -p recording --release --example replay [96|13]

use bms_core::config::BmsConfig;
use bms_core::config::presets::{NMC_13S, NMC_96S};
use recording::{Recording, Replay, Tick};

static LARGE: &[u8] = include_bytes!("../../../fixtures/drives/nmc-96s.bin");
static SMALL: &[u8] = include_bytes!("../../../fixtures/drives/nmc-13s.bin");

fn main() {
    let text = match std::env::args().nth(1).as_deref() {
        Some("13") => replay::<13, 4>(&NMC_13S, SMALL),
        _ => replay::<96, 24>(&NMC_96S, LARGE),
    };
    print!("{}", text.unwrap_or_else(str::to_owned));
}

fn replay<const CELLS: usize, const SENSORS: usize>(
    config: &BmsConfig<'_>,
    bytes: &[u8],
) -> Result<String, &'static str> {
    let mut drive = Recording::new(bytes).ok_or("no recording")?;
    let config = config.validated().map_err(|_| "no sound configuration")?;
    let mut replay = Replay::<CELLS, SENSORS>::new(config).ok_or("no such pack")?;
    let (mut tick, mut text) = (Tick::new(), String::new());
    for _ in 0..drive.ticks {
        drive.next(&mut tick);
        let outputs = replay.step(&tick);
        replay.add(&outputs);
        replay.print(&mut text, &outputs).map_err(|_| "no room")?;
    }
    replay.print_end(&mut text).map_err(|_| "no room")?;
    Ok(text)
}
