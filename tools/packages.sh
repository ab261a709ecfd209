#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# packages.sh LIST...: installs what packages/LIST.txt names and is missing.
#
# Says what it does.  Without root and sudo it prints the line to run and
# exits 2.  ASSAY_NO_APT=1 never calls apt.
set -eu
cd "$(dirname "$0")/.."
missing=
for list in "$@"; do
	for p in $(sed 's/#.*//' "packages/$list.txt"); do
		dpkg-query -W -f='${Status}' "$p" 2>/dev/null |
		    grep -q 'install ok installed' || missing="$missing $p"
	done
done
[ -n "$missing" ] || exit 0
if [ "${ASSAY_NO_APT:-0}" = 1 ]; then
	echo "missing packages (ASSAY_NO_APT=1, going on):$missing" >&2
	exit 0
fi
if [ "$(id -u)" = 0 ]; then
	as=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
	as="sudo -n"
else
	echo "Some packages are missing.  Run this, then try again:" >&2
	echo "  sudo apt-get install --no-install-recommends$missing" >&2
	exit 2
fi
echo "==> installing:$missing"
log=$(mktemp)
install() {
	# shellcheck disable=SC2086
	$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	    --no-install-recommends $missing >"$log" 2>&1
}
install || { $as apt-get update -qq >"$log" 2>&1 && install; } || {
	cat "$log" >&2
	rm -f "$log"
	echo "apt-get could not install:$missing" >&2
	exit 2
}
rm -f "$log"
