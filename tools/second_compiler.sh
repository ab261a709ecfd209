#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# second_compiler.sh BUILD: everything compiles with $CC, without a warning.
set -eu
cd "$(dirname "$0")/.."
[ -f "$1/build.ninja" ] || meson setup "$1" >/dev/null
exec ninja -C "$1" --quiet
