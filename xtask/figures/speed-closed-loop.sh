#!/usr/bin/env bash
# Multiples of real time of two scenarios, cells stepped each 50 ms and each 10 ms.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for scenario in us06:circuits drive-25:SPMe; do
  for step in 0.05 0.01; do
    # The key stands before the first section.
    { echo "cell_step_s = $step"; cat "fixtures/scenarios/${scenario%%:*}.toml"; } > "$folder/run.toml"
    times=$(cargo run --release -q -p bms-sim -- run "$folder/run.toml" --no-html | sed -n 's/^computed in .*, \([0-9]*\) times.*/\1/p')
    printf '%s (`%s.toml`)\t%s\t%s\n' "${scenario##*:}" "${scenario%%:*}" "$step" "$times"
  done
done
