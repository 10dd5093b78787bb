#!/usr/bin/env bash
# Fuzzes under AddressSanitizer for so many seconds, with a nightly compiler and a C++ compiler (libFuzzer): the C interface
# (`c_interface`, where no target is named), or the messages and the transport of GB/T 27930 (`gbt`).
#
#     bash fuzz/run.sh [seconds] [target]
#
# The flags are those of cargo-fuzz, which need not be installed: `cargo +nightly fuzz run c_interface` does the same.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
seconds=${1:-60}
target=${2:-c_interface}
if ! cargo +nightly --version >/dev/null 2>&1; then
  echo "skipped: fuzzing of $target: no nightly compiler"
  exit 0
fi
directory=${CARGO_TARGET_DIR:-$PWD/../target}/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
export CARGO_TARGET_DIR=$directory
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
 -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Zsanitizer=address -Ccodegen-units=1" \
  cargo +nightly build --quiet --locked --release --target "$host" --bin "$target"
corpus=$directory/corpus-$target
mkdir -p "$corpus"
# Lists that a pack keeps for ever are leaked on purpose.
ASAN_OPTIONS=detect_leaks=0 "$directory/$host/release/$target" "$corpus" \
  -max_total_time="$seconds" -max_len=8192 -artifact_prefix="$directory/" -print_final_stats=1 -verbosity=0
