#!/usr/bin/env bash
# Builds the recorded drive in C: for the host, or as an image for Cortex-M4F (AN386).
#
#     bash firmware/c-drive/build.sh host|m4f libbms.a image [96|13]
#
# For the image it takes what an integrator has: arm-none-eabi-gcc with newlib, the header, the archive.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
kind=$1 archive=$(realpath "$2") image=$(realpath -m "$3") cells=${4:-96}

# ISO C keeps the compiler from fusing products and sums, which would round in another way than the host.
options=(-std=c99 -O2 -ffp-contract=off -Wall -Wextra -Wpedantic -Werror -I ../../bms-ffi/include
  "-DRECORDING=\"$(realpath "../../fixtures/drives/nmc-${cells}s.bin")\"" "-DPRESET=BMS_PRESET_NMC_${cells}S")
case $kind in
  host) cc "${options[@]}" image.c drive.c "$archive" -o "$image" ;;
  m4f)
    arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 "${options[@]}" \
      -ffunction-sections -fdata-sections -nostartfiles --specs=nano.specs --specs=rdimon.specs \
      -T image.ld -Wl,--gc-sections image.c drive.c startup.c "$archive" -o "$image"
    ;;
esac
