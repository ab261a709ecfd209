#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# integration.sh BUILD [TEST...]: the tests with real servers on loopback,
# all or those named.  Ends with "N passed, N failed, N skipped" and, before
# it, what was skipped and why.
set -u
cd "$(dirname "$0")/.."
build=${1:-build}
[ $# = 0 ] || shift
export ASSAY_PEERS="${ASSAY_PEERS:-$PWD/build/peers}"
log=$build/integration.log
rm -f "$build/meson-logs/testlog.json"
meson test -C "$build" --suite integration --print-errorlogs \
    "$@" >"$log" 2>&1
status=$?
grep -E '^ *[0-9]+/[0-9]+ ' "$log" | sort -u
if [ ! -s "$build/meson-logs/testlog.json" ]; then
	tail -40 "$log"
	echo "0 passed, 1 failed"
	exit 1
fi
read -r p f s < <(tools/tap_count.py "$build/meson-logs/testlog.json" --skips)
[ "$status" = 0 ] || [ "$f" != 0 ] || f=1
echo "$p passed, $f failed, $s skipped"
[ "$f" = 0 ]
