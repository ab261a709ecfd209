#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deb.sh BUILD: the Debian packages build, lintian finds no error, and what is
# in them starts.  TAP on stdout; skipped without the tools or a repository.
set -u
build=$1
src=$(cd "$(dirname "$0")/../.." && pwd)
for tool in dpkg-buildpackage dh lintian git; do
	command -v $tool >/dev/null || {
		echo "1..0 # SKIP no $tool"
		exit 0
	}
done
git -C "$src" rev-parse HEAD >/dev/null 2>&1 || {
	echo "1..0 # SKIP no repository"
	exit 0
}
out=$build/deb-test
root=$(mktemp -d)
trap 'rm -rf "$root" "${KEEP_DEBS:-$out}"' EXIT
n=0 bad=0
ok() { # LABEL COMMAND...
	n=$((n + 1))
	label=$1
	shift
	if text=$("$@" 2>&1); then
		echo "ok $n - $label"
	else
		bad=1
		echo "not ok $n - $label"
		echo "$text" | tail -20 | sed 's/^/# /'
	fi
}
ok "the packages build and lintian finds no error" \
    "$src/tools/deb.sh" "$out"
unpack() {
	for deb in "$out"/assay_*.deb "$out"/assayd_*.deb \
	    "$out"/libassay0_*.deb; do
		dpkg-deb -x "$deb" "$root" || return 1
	done
}
ok "they unpack" unpack
ok "assayd takes the configuration that comes with it" \
    "$root/usr/sbin/assayd" --check -c "$root/etc/assay/assay.conf"
ok "assay runs" "$root/usr/bin/assay" demo
conffile() {
	dpkg-deb --ctrl-tarfile "$out"/assayd_*.deb | tar -xO ./conffiles |
	    grep -qx /etc/assay/assay.conf
}
ok "an upgrade leaves the configuration alone" conffile
nothing() {
	! dpkg-deb -c "$out"/assayd_*.deb | grep -E 'var/lib|run/assay|keys'
}
ok "nor does it bring or take state or keys" nothing
# Registries hear nothing unless somebody starts it.
timers() {
	for t in age alerts digest; do
		[ -f "$root/lib/systemd/system/assay-$t.timer" ] &&
		    [ -f "$root/lib/systemd/system/assay-$t.service" ] ||
		    return 1
	done
	! dpkg-deb --ctrl-tarfile "$out"/assayd_*.deb |
	    tar -xO ./postinst | grep -E 'assay-[a-z]*\.timer'
}
ok "it brings the timers, and starts none" timers
# The image has no dpkg that would know what the programs need.
image() {
	for deb in "$out"/assay_*.deb "$out"/assayd_*.deb; do
		dpkg-deb -f "$deb" Depends
	done | tr ',' '\n' | sed 's/^ *//; s/[ (].*//' | sort -u |
	    grep -E '^(lib|zlib)' | grep -vE '^(libc6|libassay0)$' |
	    while read -r lib; do
		grep -qw -- "$lib" "$src/Containerfile" || {
			echo "the Containerfile lacks $lib"
			exit 1
		}
	done
}
ok "the Containerfile installs every library that they need" image
# An upgrade, with dpkg itself, over a copy of this system.
if [ "$(id -u)" = 0 ] && unshare --mount --pid --fork true 2>/dev/null; then
	"$src/test/integration/upgrade.sh" "$out" "$n" || bad=1
	n=$(cat "$out/count")
else
	n=$((n + 1))
	echo "ok $n - an upgrade # SKIP only root can make namespaces"
fi
echo "1..$n"
exit $bad
