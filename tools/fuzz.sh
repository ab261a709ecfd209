#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh [TARGET...]: hunts with libFuzzer, SECONDS_EACH (600) a target,
# JOBS (2) at a time.  Findings land in build-fuzz/finds; add each to
# test/corpus/TARGET, where `make check` replays it for ever.
set -eu
cd "$(dirname "$0")/.."
tools/packages.sh build fuzz
each=${SECONDS_EACH:-600}
[ -f build-fuzz/build.ninja ] || CC=clang meson setup build-fuzz -Dfuzz=true \
    -Dbugs=abort -Db_sanitize=address,undefined -Db_lundef=false >/dev/null
ninja -C build-fuzz --quiet
mkdir -p build-fuzz/finds
if [ $# = 0 ] || [ -z "$1" ]; then
	mapfile -t targets < <(cd build-fuzz && find . -maxdepth 1 -type f \
	    -name 'fuzz_*' | sed 's,^./fuzz_,,' | sort)
else
	targets=("$@")
fi
hunt() {
	mkdir -p "build-fuzz/corpus/$1"
	if build-fuzz/fuzz_"$1" "build-fuzz/corpus/$1" "test/corpus/$1" \
	    -max_total_time="$each" -timeout=10 -rss_limit_mb=2048 \
	    -artifact_prefix="build-fuzz/finds/$1-" \
	    >"build-fuzz/$1.log" 2>&1; then
		echo "$1: $(grep -oE '^Done [0-9]+ runs in [0-9]+' \
		    "build-fuzz/$1.log") seconds, nothing found"
	else
		echo "$1: FOUND, see build-fuzz/$1.log and build-fuzz/finds"
		return 1
	fi
}
bad=0 running=0
for t in "${targets[@]}"; do
	hunt "$t" &
	running=$((running + 1))
	if [ "$running" -ge "${JOBS:-2}" ]; then
		wait -n || bad=1
		running=$((running - 1))
	fi
done
while [ "$running" -gt 0 ]; do
	wait -n || bad=1
	running=$((running - 1))
done
exit $bad
