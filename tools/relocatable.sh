#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# relocatable.sh ARCHIVE OUT: one object of all of ARCHIVE, in which only the
# names of the public interface are still visible, as the archive OUT.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ld -r -o "$work/assay.o" --whole-archive "$1" --no-whole-archive
objcopy --localize-hidden "$work/assay.o"
rm -f "$2"
ar rcs "$2" "$work/assay.o"
