#!/usr/bin/env bash
# Replays of virtual cells with a wrong start, one after the other.
set -euo pipefail
replay() { # log, cell file, option...
  cargo run --release -q -p bms-sim -- replay "fixtures/logs/$1.bdf.csv" --cell "fixtures/cells/$2.toml" --initial-soc 0.5 "${@:3}"
}
replay lg-m50-us06 lg-m50-dfn --reference-capacity-ah 5.144
replay lg-m50-udds lg-m50-dfn --reference-capacity-ah 5.144
replay lg-m50-us06 lg-m50
replay lfp-18650-us06 lfp-18650
