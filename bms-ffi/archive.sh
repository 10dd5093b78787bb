#!/usr/bin/env bash
# Builds the archive for a target, or for the host where none is named, and prints where it is.
#
#     bash bms-ffi/archive.sh [target]
#
# With `check` before the target: shows by linking that the archive has no way to panic and refers to no allocator, with
# every function of the header as a root, and that a negative control is refused.
#
# CARGO_TARGET_DIR  build directory; default target
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

check=no
if [ "${1:-}" = check ]; then
  check=yes
  shift
fi
target=${1:-}
# For a microcontroller the archive is made small.
profile=release
case $target in *-none-*) profile=firmware ;; esac
directory=${CARGO_TARGET_DIR:-$PWD/target}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Builds with a feature, and copies the archive: the next feature overwrites cargo's own.
archive() { # feature
  local out=$directory/bms-ffi/${target:-host}/$1
  cargo rustc --quiet --locked -p bms-ffi --lib --profile "$profile" --crate-type staticlib --features "$1" \
    ${target:+--target "$target"} >&2
  mkdir -p "$out"
  cp "$directory/${target:+$target/}$profile/libbms.a" "$out/libbms.a"
  echo "$out/libbms.a"
}

functions() {
  grep -oE '\bbms_[a-z_]+\(' bms-ffi/include/bms.h | tr -d '(' | sort -u | while read -r name; do
    # Words of comments are no declarations.
    if grep -qE "^[a-z].*\b$name\(" bms-ffi/include/bms.h; then echo "$name"; fi
  done
}

# Links the archive with each function, and one more, as a root.
linked() { # archive, image, more functions...
  local archive=$1 image=$2 roots=() name
  shift 2
  if [ -n "$target" ]; then
    for name in $(functions) "$@"; do roots+=(-u "$name"); done
    "$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/rust-lld" -flavor gnu \
      --gc-sections -e bms_step "${roots[@]}" "$archive" -o "$image"
  else
    for name in $(functions) "$@"; do roots+=("-Wl,-u,$name"); done
    cc -nostartfiles -Wl,--gc-sections -Wl,-e,bms_step "${roots[@]}" "$archive" -o "$image"
  fi
}

if [ "$check" = no ]; then
  archive panic-handler
  exit
fi

checked=$(archive panic-check)
linked "$checked" "$checked.linked"
if nm "$checked.linked" 2>/dev/null | grep -E '__rust_(re|de)?alloc|\b([mc]|re)alloc\b|\bfree\b'; then
  echo "the archive refers to an allocator"
  exit 1
fi
control=$(archive panic-check,may-panic)
if linked "$control" "$control.linked" bms_may_panic >"$log" 2>&1; then
  echo "the negative control links: the check is blind"
  exit 1
fi
if ! grep -q bms_panic_path_was_linked "$log"; then
  cat "$log"
  echo "the negative control fails for another reason than its way to panic"
  exit 1
fi
echo "no way to panic, no allocator; the negative control is refused"
