#!/usr/bin/env bash
# US06 once and six times over at four temperatures, one line per run: temperature, repeats, summary as JSON.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for name in minus-10 0 25 40; do
  for repeats in 1 6; do
    sed "s/^cycle = .*/&\nrepeat = $repeats/" "fixtures/scenarios/drive-$name.toml" | sed '/^distance_km/d' > "$folder/drive.toml"
    summary=$(cargo run --release -q -p bms-sim -- run "$folder/drive.toml" --json --no-html | tr -d '\n') || true
    printf '%s degC\t%s\t%s\n' "${name/minus-/-}" "$repeats" "$summary"
  done
done
