#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lint.sh BUILD: every rule of the house that a machine can hold, as TAP.
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
n=0 bad=0
try() {
	n=$((n + 1))
	what=$1
	shift
	if out=$("$@" 2>&1); then
		echo "ok $n - $what"
	else
		bad=$((bad + 1))
		echo "not ok $n - $what"
		echo "$out" | sed 's/^/# /'
	fi
}
try "layers: nobody includes upward" tools/layers.sh
try "waterline: lib asks nothing of the world" tools/waterline.sh "$build"
try "budgets: lines, functions, files" tools/budgets.sh
try "bytes: only lib/base indexes" tools/bytes.sh
try "reasons: numbers and names are unique" tools/reasons_unique.sh
try "metrics: assay-http(7) is what stats.def says" tools/metrics.sh
for page in doc/man/*.[1-9]; do
	[ -e "$page" ] || continue
	try "man page $page" mandoc -T lint -W warning,stop "$page"
done
for s in tools/*.sh; do
	try "shell syntax $s" bash -n "$s"
done
echo "1..$n"
[ "$bad" = 0 ]
