#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# units.sh BUILD: the units and what systemd makes of them, as TAP.  Needs no
# running systemd; without its tools the tests are skipped.
set -u
build=$1
command -v systemd-analyze >/dev/null || {
	echo "1..0 # SKIP no systemd-analyze"
	exit 0
}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
n=0 bad=0
ok() { # LABEL COMMAND...
	n=$((n + 1))
	label=$1
	shift
	if out=$("$@" 2>&1); then
		echo "ok $n - $label"
	else
		bad=1
		echo "not ok $n - $label"
		echo "$out" | head -20 | sed 's/^/# /'
	fi
}
DESTDIR=$root meson install -C "$build" --no-rebuild --quiet >/dev/null
units=$(dirname "$(find "$root" -name assayd.service)")
# the program is not where the unit says, and man pages are not installed
known='is not executable|failed with code 16|not found|^$'
verify() {
	! systemd-analyze verify "$units/$1" 2>&1 | grep -Ev "$known"
}
ok "assayd.service has no mistakes" verify assayd.service
ok "assayd.socket has no mistakes" verify assayd.socket
hardened() {
	systemd-analyze security --offline=true --threshold=30 \
	    "$units/assayd.service"
}
ok "exposure of assayd.service is at most 3.0" hardened
for u in assay-age assay-alerts assay-digest; do
	ok "$u.service has no mistakes" verify $u.service
	ok "$u.timer has no mistakes" verify $u.timer
	ok "exposure of $u.service is at most 2.0" systemd-analyze security \
	    --offline=true --threshold=20 "$units/$u.service"
done
users() {
	file=$(find "$root" -path '*sysusers.d*' -name assay.conf)
	mkdir -p "$root/etc"
	systemd-sysusers --root="$root" "$file" && {
		[ "$(grep -c '^assay-' "$root/etc/passwd")" = \
		    "$(grep -c '^u assay-' "$file")" ] || {
			cat "$root/etc/passwd"
			false
		}
	}
}
# only root may make users, even of another root
[ "$(id -u)" != 0 ] || ok "a user for each role" users
conf() {
	for assay in "$build"/app/assay/assay; do
		"$assay" conf check "$(find "$root" -name assay.conf.example)"
	done
}
ok "the commented configuration is good" conf
three() {
	grep -Ev '^[[:space:]]*(#|$)' \
	    "$(find "$root" -name assay.conf.example)" | wc -l | grep -qx 3
}
ok "and has three lines that are no comment" three
echo "1..$n"
exit $bad
