#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sanitize.sh BUILD: the whole suite under ASan and UBSan.
set -eu
cd "$(dirname "$0")/.."
build=$1
[ -f "$build/build.ninja" ] || meson setup "$build" -Dbugs=abort \
    -Db_sanitize=address,undefined -Db_lundef=false >/dev/null
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
exec tools/check.sh "$build"
