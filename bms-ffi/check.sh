#!/usr/bin/env bash
# Checks of the C interface beside `cargo test`: compilers and standards, sanitizers, valgrind, packages, MISRA. What a
# machine does not have is skipped, and named.
#
#     bash bms-ffi/check.sh
#
# CARGO_TARGET_DIR  build directory; default target
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/../target}
build=$CARGO_TARGET_DIR/bms-ffi
mkdir -p "$build"

has() { # program, what is left out without it
  command -v "$1" >/dev/null || { echo "skipped: $2: no $1"; return 1; }
}

# The header alone, in every standard that it claims.
headers() {
  local compiler standard file
  for compiler in gcc clang; do
    has "$compiler" "the header under $compiler" || continue
    for standard in c99 c11 c17; do
      "$compiler" -std=$standard -Wall -Wextra -Wpedantic -Werror -Wstrict-prototypes -Wmissing-prototypes \
        -fsyntax-only -x c include/bms.h
      for file in tests/c/*.c examples/*.c; do
        "$compiler" -std=$standard -Wall -Wextra -Wpedantic -Werror -Iinclude -fsyntax-only "$file"
      done
    done
  done
  for compiler in g++ clang++; do
    has "$compiler" "the header under $compiler" || continue
    for standard in c++11 c++14 c++17 c++20; do
      "$compiler" -std=$standard -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c++ include/bms.h
    done
    for standard in c++17 c++20; do
      "$compiler" -std=$standard -Wall -Wextra -Wpedantic -Werror -fno-exceptions -fno-rtti -Iinclude -fsyntax-only \
        tests/c/wrapper.cpp
    done
  done
}

# Findings of the MISRA addon in the header; deviations are in misra-deviations.txt, with reasons.
misra() {
  has cppcheck "MISRA rules" || return 0
  local found suppressions=$build/misra-suppressions.txt
  grep -vE '^(#|$)' misra-deviations.txt >"$suppressions"
  found=$(cppcheck --quiet --enable=all --std=c99 --addon=misra --suppressions-list="$suppressions" \
    --error-exitcode=0 -Iinclude misra.c 2>&1 || true)
  if [ -n "$found" ]; then
    printf '%s\n' "$found"
    return 1
  fi
}

programs() { # name, cmake option...
  local name=$1
  shift
  cmake -S . -B "$build/$name" -DCMAKE_INSTALL_PREFIX="$build/installed" -DCMAKE_INSTALL_LIBDIR=lib "$@" >"$build/$name.log"
  cmake --build "$build/$name" >>"$build/$name.log" 2>&1 || { tail -30 "$build/$name.log"; return 1; }
  ctest --test-dir "$build/$name" --output-on-failure | tail -4
}

# What somebody else does with the installed library.
packages() {
  local kind prefix=$build/installed
  cmake --install "$build/plain" >/dev/null
  cmake -S tests/consumer -B "$build/consumer" -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
  cmake --build "$build/consumer" >/dev/null
  "$build/consumer/static"
  "$build/consumer/shared"
  has pkg-config "pkg-config" || return 0
  export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
  for kind in static shared; do
    local libs
    libs=$(pkg-config --libs bms)
    if [ "$kind" = static ]; then libs="$prefix/lib/libbms.a"; fi
    # shellcheck disable=SC2086
    cc -std=c99 $(pkg-config --cflags bms) tests/consumer/main.c $libs -o "$build/pkg-config-$kind"
    LD_LIBRARY_PATH=$prefix/lib "$build/pkg-config-$kind"
  done
}

headers
misra
if has cmake "C and C++ programs under ctest"; then
  programs plain
  programs sanitized -DBMS_SANITIZE=ON
  if has valgrind "C and C++ programs under valgrind"; then
    programs valgrind -DBMS_VALGRIND=ON
  fi
  packages
fi
echo "the C interface holds"
