//! A 48 V pack wakes up, precharges, drives, has a fault, opens and recovers, and tells of it.
//!
//!     cargo run -p bms-core --example drive
//!
//! The battery is the simple one of the tests (`bms_bench::battery`): it obeys the contactor commands and takes no more
//! current than is allowed.

use bms_bench::Battery;
use bms_core::config::presets::NMC_13S;
use bms_core::measurement::Request;
use bms_core::protection::EventKind;
use bms_core::units::{to_amperes, to_ratio};

/// What happens, and when.
const STORY: &[(u32, &str)] = &[
    (1_000, "the driver turns the key"),
    (3_000, "full power is wanted"),
    (20_000, "a sense wire of cell 4 gets loose: it reads 2.3 V"),
    (26_000, "the wire is mended"),
    (28_000, "a workshop acknowledges, the key still turned"),
    (30_000, "the key is turned back"),
    (34_000, "the driver turns the key again"),
    (38_000, "the drive ends"),
];

fn main() {
    let mut battery = Battery::new(&NMC_13S, 0.6, 25.0);
    let mut told = (None, None, None);
    let mut events = 0;
    let mut chapter = 0;
    println!("    time  mode        current  allowed out / in          SoC     what happens");
    while battery.now_ms < 42_000 {
        if let Some((at_ms, what)) = STORY.get(chapter)
            && battery.now_ms >= *at_ms
        {
            println!("{:>6.2} s  * {what}", seconds(battery.now_ms));
            act(&mut battery, chapter);
            chapter += 1;
        }
        let outputs = battery.tick();
        let reasons = (
            outputs.allowed.discharge.reason,
            outputs.allowed.charge.reason,
        );
        let now = (Some(outputs.mode), Some(reasons), outputs.refusal);
        if now != told || battery.now_ms.is_multiple_of(5000) {
            told = now;
            let refusal = outputs
                .refusal
                .map_or(String::new(), |refusal| format!("  refused: {refusal:?}"));
            println!(
                "{:>6.2} s  {:<10} {:>6.1} A  {:>5.1} A ({:?}) / {:.1} A ({:?})  {:>4.1} %{refusal}",
                seconds(battery.now_ms),
                format!("{:?}", outputs.mode),
                outputs.current.map_or(f32::NAN, to_amperes),
                to_amperes(outputs.allowed.discharge.current),
                outputs.allowed.discharge.reason,
                to_amperes(outputs.allowed.charge.current),
                outputs.allowed.charge.reason,
                100.0 * to_ratio(outputs.estimate.soc),
            );
        }
        for event in battery.bms.view().log().skip(events) {
            let definition = event.fault.definition();
            let what = match event.kind {
                EventKind::Appeared => "appeared",
                EventKind::Recovered => "condition gone",
                EventKind::Acknowledged => "acknowledged",
            };
            println!(
                "{:>6.2} s  ! {} {} ({:?}): {what}",
                seconds(battery.now_ms),
                definition.number,
                definition.name(),
                event.source,
            );
            events += 1;
        }
    }
}

fn act(battery: &mut Battery<'_>, chapter: usize) {
    match chapter {
        0 | 6 => battery.request(Request::Drive),
        1 => battery.wanted_a = 100.0,
        2 => battery.false_cell = Some((4, 2.3)),
        3 => battery.false_cell = None,
        4 => battery.commands.acknowledge = true,
        _ => {
            battery.commands.acknowledge = false;
            battery.request(Request::Standby);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a minute in milliseconds")]
fn seconds(ms: u32) -> f32 {
    ms as f32 * 1e-3
}
