#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# embed.sh OUTPUT FILE...: the migrations as C arrays, in the order of their
# numbers, which must be 0001, 0002 and so on without a gap or a twin.
set -eu
out=$1
shift
n=0
{
	echo '#include "sqlite_inner.h"'
	for f in "$@"; do
		n=$((n + 1))
		case $(basename "$f") in
		$(printf '%04d' $n)_*.sql) ;;
		*) echo "$f: migration $n is missing, or is there twice" >&2
		   exit 1 ;;
		esac
		echo "static const char m$n[] = {"
		od -An -v -tx1 "$f" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
		echo '0 };'
	done
	echo 'const char *const store_migration[] = {'
	for i in $(seq $n); do echo "m$i,"; done
	echo '};'
	echo "const int store_migrations = $n;"
} >"$out.tmp"
mv "$out.tmp" "$out"
