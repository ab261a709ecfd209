#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# upgrade.sh DEBS N: the packages in DEBS are installed, used, upgraded to a
# next version, removed and purged by dpkg itself: state and configuration
# stay as long as they must.  All of it over a copy of this system that is
# gone afterwards (an overlay, in namespaces of its own; nothing of this host
# changes).  Goes on with TAP behind number N; the last number is written to
# DEBS/count.
set -u
if [ "${3:-}" != inside ]; then
	exec unshare --mount --pid --fork --kill-child "$0" "$1" "$2" inside
fi
debs=$1 n=$2 bad=0
here=$(cd "$(dirname "$0")" && pwd)
room=$debs/overlay
old=$(dpkg-deb -f "$debs"/assayd_*.deb Version)
new=$old+next1

ok() { # LABEL COMMAND...
	n=$((n + 1))
	label=$1
	shift
	# in this shell: start leaves the process it began in $daemon
	if "$@" >"$debs/said" 2>&1; then
		echo "ok $n - $label"
	else
		bad=1
		echo "not ok $n - $label"
		tail -20 "$debs/said" | sed 's/^/# /'
	fi
}
system() {
	mkdir -p "$room" && mount -t tmpfs tmpfs "$room" &&
	    mkdir "$room/up" "$room/work" "$room/all" &&
	    mount -t overlay overlay "$room/all" -o \
	    "lowerdir=/,upperdir=$room/up,workdir=$room/work" &&
	    mount -t proc proc "$room/all/proc" &&
	    mount --bind /dev "$room/all/dev" || return 1
	# nothing of ours was ever here, and what the service manager is asked
	# to do is written down
	rm -rf "$room/all/run/systemd" "$room/all/run/assay" \
	    "$room/all/etc/assay" "$room/all/var/lib/assay"
	mkdir -p "$room/all/debs" "$room/all/run/systemd/system"
	for tool in systemctl deb-systemd-invoke; do
		printf '#!/bin/sh\necho "%s $*" >>/debs/asked\n' $tool \
		    >"$room/all/usr/bin/$tool.new"
		chmod 755 "$room/all/usr/bin/$tool.new"
		mv "$room/all/usr/bin/$tool.new" "$room/all/usr/bin/$tool"
	done
}
asked() { # WANT: the last thing
	got=$(tail -1 "$room/all/debs/asked")
	[ "$got" = "$1" ] || { cat "$room/all/debs/asked"; return 1; }
}
not_asked() { ! grep 'stop' "$room/all/debs/asked"; }
in_it() { chroot "$room/all" "$@"; }
package() { # NAME DEB...
	to=$room/all/debs/$1
	shift
	mkdir -p "$to" && cp "$@" "$to"
}
# The next version: another number, and another configuration comes with it.
next() {
	mkdir -p "$room/all/debs/new"
	for deb in "$room/all/debs/old"/*.deb; do
		rm -rf "$room/tree"
		dpkg-deb -R "$deb" "$room/tree"
		sed -i "s/^Version: .*/Version: $new/; s/(= $old)/(= $new)/" \
		    "$room/tree/DEBIAN/control"
		if [ -f "$room/tree/etc/assay/assay.conf" ]; then
			echo "# said by the next version" \
			    >>"$room/tree/etc/assay/assay.conf"
		fi
		dpkg-deb --root-owner-group -b "$room/tree" \
		    "$room/all/debs/new" || return 1
	done
}
# What the packages depend on is not ours to bring here.
dpkg_() { in_it dpkg --force-depends --force-confdef --force-confold "$@"; }
install_() { dpkg_ -i $(cd "$room/all" && ls debs/"$1"/*.deb); }
is_version() {
	[ "$(in_it dpkg-query -W -f '${Version} ${Status}' assayd)" = \
	    "$1 install ok installed" ]
}
users() {
	[ "$(in_it getent passwd | grep -c '^assay-')" = \
	    "$(grep -c '^u assay-' "$here/../../share/systemd/sysusers.conf")" ]
}

conf=/etc/assay/assay.conf
say() {
	cat >"$room/all$conf" <<-END
	authserv-id mx.example.org
	listen milter unix:/run/assay/milter.sock
	resolver zone:$here/../../app/assay/demo/demo.zone
	workers 1
	END
	mkdir -p "$room/all/etc/assay/keys"
	echo secret >"$room/all/etc/assay/keys/k.pem"
	chmod 600 "$room/all/etc/assay/keys/k.pem"
}
kept() {
	in_it grep -q 'workers 1' $conf && in_it grep -q secret \
	    /etc/assay/keys/k.pem
}
daemon=
start() {
	mkdir -p "$room/all/run/assay"
	# not in_it: $! is to be assayd itself
	chroot "$room/all" /usr/sbin/assayd -f -c $conf >"$room/log" 2>&1 &
	daemon=$!
	for _ in $(seq 200); do
		grep -q event=ready "$room/log" && return 0
		sleep 0.1
	done
	cat "$room/log"
	return 1
}
stop() {
	kill -TERM $daemon && wait $daemon
}
crash() {	# its roles see that, and end
	kill -KILL $daemon
	wait $daemon
	sleep 1
}
send() {
	in_it env PYTHONDONTWRITEBYTECODE=1 python3 - "$1" <<-END
	import sys
	sys.argv = ["", "", "$here/../..", sys.argv[1]]
	sys.path.insert(0, "$here/../daemon")
	from milter import Milter
	raw = (b"From: <a@bank.example>\r\nSubject: x\r\n\r\nhello\r\n")
	m = Milter("/run/assay/milter.sock")
	for i in range(int(sys.argv[3])):
	    m.message(raw, client="203.0.113.66")
	m.close()
	END
}
# Whole records, each of them once.
records() {
	for _ in $(seq 100); do
		got=$(cat "$room/all"/var/lib/assay/records/*.jsonl |
		    grep -c '^{"format":"assay-record".*}$')
		[ "$got" = "$1" ] && break
		sleep 0.1
	done
	[ "$got" = "$1" ] || { echo "$got records, not $1"; return 1; }
}
twice() { # SCRIPT ARGUMENT...
	script=$1
	shift
	in_it env DPKG_MAINTSCRIPT_PACKAGE=assayd DPKG_MAINTSCRIPT_NAME=x \
	    sh -c '"$@" && "$@"' sh /var/lib/dpkg/info/assayd."$script" "$@"
}
gone() { [ ! -e "$room/all$1" ]; }

ok "a copy of this system to work on" system
[ $bad = 0 ] || { echo $n >"$debs/count"; exit 1; }
ok "the packages" package old "$debs"/assay_*.deb "$debs"/assayd_*.deb \
    "$debs"/libassay0_*.deb
ok "and those of the next version" next
ok "dpkg installs them" install_ old
ok "version $old" is_version "$old"
ok "with a user for each role" users
ok "its configuration is written" say
ok "assayd starts" start
ok "and judges" send 5
ok "five records" records 5
ok "three more" send 3
ok "then it is killed" crash
ok "dpkg upgrades" install_ new
ok "version $new" is_version "$new"
ok "the service manager is asked to restart it" \
    asked "deb-systemd-invoke try-restart assayd.service"
ok "and was never asked to stop it" not_asked
ok "configuration and keys are as they were" kept
ok "the new assayd starts" start
ok "with all eight records, none twice" records 8
ok "it judges" send 2
ok "and adds two" records 10
ok "dpkg upgrades again while it runs" install_ new
ok "it still judges" send 1
ok "and ends well" stop
ok "eleven records" records 11
ok "its scripts can run twice: postinst" twice postinst configure "$old"
ok "prerm" twice prerm upgrade "$new"
ok "postrm" twice postrm upgrade "$new"
ok "and back to the old version" install_ old
ok "assayd starts" start
ok "with the records" records 11
ok "and ends well" stop
ok "dpkg removes it" dpkg_ -r assayd
ok "a service that ran was stopped" grep -q \
    '^deb-systemd-invoke stop assayd.service assayd.socket' \
    "$room/all/debs/asked"
ok "the program is gone" gone /usr/sbin/assayd
ok "configuration and keys are not" kept
ok "nor are the records" records 11
ok "it comes back" install_ old
ok "to its records" records 11
ok "dpkg purges it" dpkg_ -P assayd
ok "records are gone" gone /var/lib/assay
ok "so is the configuration" gone $conf
ok "the keys stay: they cannot be made again" in_it grep -q secret \
    /etc/assay/keys/k.pem
ok "a second purge is none" dpkg_ -P assayd
echo $n >"$debs/count"
exit $bad
