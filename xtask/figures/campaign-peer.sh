#!/usr/bin/env bash
# Detection of three limits with the default debounce, then of temperature with the peer's 5 s.
set -euo pipefail
cargo run --release -q -p bms-sim -- campaign --only 102,205,115 --seeds 4
cargo run --release -q -p bms-sim -- campaign --only 115 --qualify-ms 5000 --seeds 4
