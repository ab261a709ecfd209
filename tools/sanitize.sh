#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sanitize.sh BUILD: the whole suite under ASan and UBSan.
set -eu
cd "$(dirname "$0")/.."
build=$1
[ -f "$build/build.ninja" ] || meson setup "$build" -Dbugs=abort \
    -Db_sanitize=address,undefined -Db_lundef=false >/dev/null
# No detect_stack_use_after_return: gcc 12's frames for it are not aligned for
# 64-octet vectors (GCC PR sanitizer/110027), and the hash lanes crash in it.
export ASAN_OPTIONS=strict_string_checks=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
exec tools/check.sh "$build"
