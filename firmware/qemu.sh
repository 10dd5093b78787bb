#!/usr/bin/env bash
# Runs an image for Cortex-M4F (AN386) under QEMU; each instruction takes 128 ns of its time.
#
#     bash firmware/qemu.sh image
set -euo pipefail
exec timeout 300 qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none -icount shift=7 \
  -semihosting-config enable=on,target=native -kernel "$1"
