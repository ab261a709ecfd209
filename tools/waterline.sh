#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# waterline.sh BUILD: what lib/ asks of the world, by the symbol table.
#
# Outside lib/crypto and lib/ext only the names of tools/waterline.txt may be
# undefined, besides our own; those two may also name their foreign library.
set -eu
cd "$(dirname "$0")/.."
build=$1
own=$(mktemp) want=$(mktemp)
trap 'rm -f "$own" "$want"' EXIT
objs=$(find "$build/libpure.a.p" -name '*.o')
# shellcheck disable=SC2086
nm --defined-only $objs | awk 'NF == 3 { print $3 }' | sort -u >"$own"
bad=0
for o in $objs; do
	case $o in
	*lib_crypto_private_key*) list='base crypto private' ;;
	*lib_crypto_*) list='base crypto' ;;
	*lib_ext_*) list='base ext' ;;
	*lib_base_arena*) list='base arena' ;;
	*lib_base_bug_abort*) continue ;;
	*) list='base' ;;
	esac
	for l in $list; do
		sed -n "s/^$l //p" tools/waterline.txt
	done | tr ' ' '\n' | sort -u - "$own" >"$want"
	over=$(nm -u "$o" | awk '{ print $2 }' | sort -u | comm -23 - "$want" |
	    grep -v '^__asan\|^__ubsan\|^__sanitizer' || true)
	if [ -n "$over" ]; then
		# shellcheck disable=SC2086
		echo "$(basename "$o"): below the waterline:" $over
		bad=1
	fi
done
exit $bad
