#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# check.sh BUILD: builds, runs every fast test, and ends with one line
# "N passed, N failed[, N skipped]".  Exit status 1 when anything failed.
set -u
cd "$(dirname "$0")/.."
build=${1:-build}
log=$build/check.log
pass=0 fail=0 skip=0

say() { echo "==> $*"; }
count() { # PASS FAIL SKIP
	pass=$((pass + $1)) fail=$((fail + $2)) skip=$((skip + $3))
}

say "building"
if ! ninja -C "$build" >"$log" 2>&1; then
	grep -E 'error|FAILED|warning' "$log" | head -40
	echo "0 passed, 1 failed"
	exit 1
fi

say "lint: layers, waterline, budgets, man pages"
tools/lint.sh "$build" >"$log"
grep -A12 '^not ok' "$log"
count "$(grep -c '^ok' "$log")" "$(grep -c '^not ok' "$log")" 0

say "unit tests, fuzz seeds, stories, command line"
meson test -C "$build" --no-rebuild --no-suite integration \
    --print-errorlogs >"$log" 2>&1
grep -E '^not ok|^# |FAIL|TIMEOUT|ERROR' "$log" | head -60
read -r p f s < <(tools/tap_count.py "$build/meson-logs/testlog.json")
[ "${p:-0}" -gt 0 ] || f=$((${f:-0} + 1))	# a run without tests is none
say "  $p passed, $f failed"
count "$p" "$f" "$s"

suites=${ASSAY_SUITES:-../shared/suites/dev}
if [ -d "$suites" ]; then
	say "published suites in $suites"
	"$build/test/conform" "$suites" >"$log" 2>&1
	grep -vE '^[0-9]+ passed, ' "$log" | tail -60
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -1)
	say "  ${line:-the runner died}"
	read -r p f s < <(echo "${line:-0 1 0}" | tr -c '0-9\n' ' ')
	count "$p" "$f" "$s"
else
	say "published suites not found ($suites): the project's own cases ran"
fi
if [ "$skip" -gt 0 ]; then
	echo "$pass passed, $fail failed, $skip skipped"
else
	echo "$pass passed, $fail failed"
fi
[ "$fail" = 0 ]
