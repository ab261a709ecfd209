#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# prove.sh: proves the byte kernel (lib/base span, cur, buf, num, ascii) with
# Frama-C WP and Z3: no function leaves the bytes it was given, overflows,
# or breaks its contract.  Assumed, not proven: the three contracts of
# bytes.h (libc), and three functions that are not byte work on spans
# (buf_str, buf_u64: tested; span_offset: compares addresses).
#
# Then proves that the proof can fail: with a bounds check taken out of
# buf_put it must not go through.
set -u
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -f "$HOME/.why3.conf" ] || why3 config detect >"$work/why3.log" 2>&1

prove() { # ROOT: prints "proved goals"
	local root=$1 kernel=$work/kernel.c
	printf '#include "lib/base/%s"\n' num.h cur.h span.c buf.c >"$kernel"
	frama-c -wp -wp-rte -wp-prover z3 -wp-timeout 20 -wp-par 2 \
	    -wp-model Typed -machdep x86_64 \
	    -wp-skip-fct buf_str,buf_u64,span_offset \
	    -cpp-extra-args="-I$root -I$root/include -I$root/lib -std=gnu11" \
	    "$kernel" >"$work/out" 2>&1
	sed -n 's/.*Proved goals: *\([0-9]*\) *\/ *\([0-9]*\).*/\1 \2/p' \
	    "$work/out"
}

echo "==> proving lib/base (about a minute)"
read -r proved goals < <(prove .)
if [ -z "${goals:-}" ] || [ "$proved" != "$goals" ]; then
	grep -E 'Timeout|Unknown|Failed|error' "$work/out" | head -20
	echo "${proved:-0} of ${goals:-?} goals proved"
	exit 1
fi
echo "$proved of $goals goals proved"

echo "==> the same with a bounds check removed"
cp -r include lib "$work"
sed -i 's/b->full || s.len > b->cap - b->len/b->full/' "$work/lib/base/buf.h"
read -r bad of < <(prove "$work")
if [ "${bad:-0}" = "${of:-0}" ]; then
	echo "the seeded error was not noticed"
	exit 1
fi
echo "noticed: only $bad of $of goals hold then"
