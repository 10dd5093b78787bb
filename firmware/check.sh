#!/usr/bin/env bash
# A recorded drive of 96 cells four ways: Rust and C, on the host and on a Cortex-M4F under QEMU. All print the same, to the
# last bit. Then the least image, whose panic handler does not exist, and one for RISC-V are built. What a machine does not have
# is skipped, and named.
#
#     bash firmware/check.sh
#
# CARGO_TARGET_DIR  build directory; default target
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
out=$CARGO_TARGET_DIR/drives
mkdir -p "$out"
m4f=thumbv7em-none-eabihf
riscv=riscv32imafc-unknown-none-elf

has_target() {
  [ -d "$(rustc --print sysroot)/lib/rustlib/$1/lib" ] || timeout 300 rustup target add "$1" >/dev/null 2>&1
}

same() { # name
  diff -q "$out/rust-host.txt" "$out/$1.txt" >/dev/null || { diff "$out/rust-host.txt" "$out/$1.txt" | head -20; return 1; }
  echo "$1: $(tail -1 "$out/$1.txt")"
}

cargo run --quiet --locked --release -p recording --example replay >"$out/rust-host.txt"
same rust-host
bash firmware/c-drive/build.sh host "$(bash bms-ffi/archive.sh)" "$out/c-host"
"$out/c-host" >"$out/c-host.txt"
same c-host

if ! has_target $m4f; then
  echo "skipped: drives on Cortex-M4F: no core library for $m4f"
elif ! command -v qemu-system-arm >/dev/null; then
  echo "skipped: drives on Cortex-M4F: no qemu-system-arm"
else
  cargo build --quiet --release --locked --manifest-path firmware/drive/Cargo.toml --target $m4f
  bash firmware/qemu.sh "$CARGO_TARGET_DIR/$m4f/release/drive" >"$out/rust-m4f.all"
  grep -v '^#' "$out/rust-m4f.all" >"$out/rust-m4f.txt"
  same rust-m4f
  grep '^#' "$out/rust-m4f.all"
  if command -v arm-none-eabi-gcc >/dev/null; then
    bash firmware/c-drive/build.sh m4f "$(bash bms-ffi/archive.sh $m4f)" "$out/c-m4f" 2>"$out/c-m4f.log" ||
      { cat "$out/c-m4f.log"; exit 1; }
    bash firmware/qemu.sh "$out/c-m4f" >"$out/c-m4f.all"
    grep -v '^#' "$out/c-m4f.all" >"$out/c-m4f.txt"
    same c-m4f
    grep '^#' "$out/c-m4f.all"
  else
    echo "skipped: the drive in C on Cortex-M4F: no arm-none-eabi-gcc"
  fi
fi

if has_target $m4f; then
  cargo build --quiet --release --locked --manifest-path firmware/least/Cargo.toml --target $m4f
  echo "least: links, with no way to panic"
fi
if has_target $riscv; then
  cargo build --quiet --release --locked --manifest-path firmware/riscv/Cargo.toml --target $riscv
  echo "riscv: links"
else
  echo "skipped: the image for RISC-V: no core library for $riscv"
fi
