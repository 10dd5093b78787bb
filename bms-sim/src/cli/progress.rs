//! Progress bars on standard error, if it is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

const BYTES: &str = "{prefix} {wide_bar} {bytes}/{total_bytes} {eta}";
const RUNS: &str = "{prefix} {wide_bar} {pos}/{len} {eta}";

/// A bar over the bytes of a file.
pub(super) fn bytes(prefix: &str, total: u64) -> ProgressBar {
    bar(prefix, total, BYTES)
}

/// A bar over a number of runs.
pub(super) fn runs(prefix: &str, total: u64) -> ProgressBar {
    bar(prefix, total, RUNS)
}

fn bar(prefix: &str, total: u64, template: &str) -> ProgressBar {
    // The default target is standard error, hidden if it is no terminal.
    let bar = ProgressBar::new(total).with_prefix(prefix.to_owned());
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
