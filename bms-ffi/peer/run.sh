#!/usr/bin/env bash
# Charges at a station of the Python package iso15118 (Josev), by each protocol, with the battery management over bms.h.
#
#     bash bms-ffi/peer/run.sh [protocol...]
#
# Protocols: DIN_SPEC_70121, ISO_15118_2, ISO_15118_20_DC; all where none is named. What the machine lacks is named, and all of it skipped: Java for
# the package's codec, Python with venv and a package registry, a C compiler, and user namespaces for a network of its own.
#
# CARGO_TARGET_DIR  build directory, where the packages are installed too; default target
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
directory=${CARGO_TARGET_DIR:-$PWD/target}/peer
mkdir -p "$directory"

skip() {
  echo "skipped: charges with the package iso15118: $1"
  exit 0
}

for program in java python3 cc unshare ip; do
  command -v "$program" >/dev/null || skip "no $program"
done
# Neither the loopback interface nor one without a link-local address will do: stations are looked for by multicast.
network='ip link add veth0 type veth peer name veth1 && ip link set lo up && ip link set veth0 up && ip link set veth1 up'
unshare -rn bash -c "$network" 2>/dev/null || skip "no user namespaces with virtual interfaces"
if ! "$directory/venv/bin/python" -c 'import iso15118.evcc, iso15118.secc' 2>/dev/null; then
  python3 -m venv "$directory/venv" >/dev/null 2>&1 || skip "no venv for python3"
  # The second is needed by the first, which does not say so.
  timeout 300 "$directory/venv/bin/pip" install --quiet iso15118==0.31.2 aiofile >"$directory/pip.log" 2>&1 ||
    skip "the package cannot be installed"
  "$directory/venv/bin/python" -c 'import iso15118.evcc, iso15118.secc' 2>/dev/null || skip "the package cannot be loaded"
fi

archive=$(bash bms-ffi/archive.sh)
cc -std=c99 -O2 -Wall -Wextra -Werror -shared -fPIC -Ibms-ffi/include bms-ffi/peer/peer.c "$archive" -o "$directory/libpeer.so"

for protocol in "${@:-DIN_SPEC_70121 ISO_15118_2 ISO_15118_20_DC}"; do
  # shellcheck disable=SC2086
  for one in $protocol; do
    # An address is usable once nobody else was found to have it.
    if ! timeout 150 unshare -rn bash -c "$network && sleep 2 && cd '$directory' && exec venv/bin/python '$PWD/bms-ffi/peer/charge.py' \
      ./libpeer.so $one veth0" >"$directory/$one.log" 2>&1; then
      tail -20 "$directory/$one.log"
      echo "the charge by $one failed: $directory/$one.log"
      exit 1
    fi
    grep '^result: ' "$directory/$one.log"
  done
done
