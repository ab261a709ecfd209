#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The unit under a systemd that runs: in a machine of systemd-nspawn made of
a copy of this system (an overlay, gone afterwards), without a network.

    live_systemd.py BUILD
"""
import os
import re
import subprocess

from rig import base

# In namespaces of its own: nothing of this host changes.
OUTSIDE = r"""
set -eu
mount -t proc proc /proc
room=$1 build=$2 nspawn=$3
mount -t tmpfs tmpfs "$room/copy"
mkdir "$room/copy/up" "$room/copy/work" "$room/copy/all"
mount -t overlay overlay "$room/copy/all" \
    -o "lowerdir=/,upperdir=$room/copy/up,workdir=$room/copy/work"
all=$room/copy/all
rm -rf "$all/etc/assay" "$all/var/lib/assay" "$all/etc/machine-id"
DESTDIR=$all meson install -C "$build" --no-rebuild --quiet >/dev/null
mkdir -p "$all/etc/assay" "$all/etc/systemd/system/assayd.service.d"
cp "$room/assay.conf" "$all/etc/assay/assay.conf"
unit=$(cd "$all" && find usr lib -name assayd.service | head -1)
ln -sf "/$unit" "$all/etc/systemd/system/assayd.service"
# the program is where this build installs it
printf '[Service]\nWatchdogSec=4\n' \
    >"$all/etc/systemd/system/assayd.service.d/test.conf"
cp "$room/probe.service" "$all/etc/systemd/system/"
echo >"$all/etc/resolv.conf"
exec "$nspawn" -q -D "$all" --register=no --keep-unit --console=pipe \
    --private-network --bind="$room:/probe" -b -- --unit=probe.service
"""
SERVICE = """[Unit]
After=assayd.service
Wants=assayd.service
[Service]
Type=oneshot
ExecStart=/bin/sh /probe/inside.sh
"""
INSIDE = r"""
exec >/probe/said 2>&1
state() {
	systemctl show -p ActiveState -p SubState -p NRestarts -p MainPID \
	    --value assayd | tr '\n' ' '
}
main() { systemctl show -p MainPID --value assayd; }
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ "$(systemctl is-active assayd)" = active ] && break
	sleep 1
done
echo "start: $(state)"
echo "roles: $(ps -o user:20= --ppid "$(main)" | sort -u | tr "\n" " ")"
echo "status: $(assay status | head -1)"
old=$(main)
systemctl reload assayd
sleep 2
echo "reload: $(state)"
[ "$(main)" = "$old" ] && echo "reload: same process"
echo nonsense >>/etc/assay/assay.conf
systemctl reload assayd && echo "bad reload: taken"
echo "bad reload: $(state)"
sed -i '/nonsense/d' /etc/assay/assay.conf
kill -KILL "$(main)"
sleep 4
echo "killed: $(state)"
kill -STOP "$(main)"
sleep 9
echo "watchdog: $(state)"
systemctl stop assayd
echo "stop: $(state)"
systemctl start assayd
echo "again: $(state)"
ls -ld /var/lib/assay
journalctl -u assayd --no-pager | sed 's/^/journal: /'
systemctl poweroff --force --force
"""
CONF = """authserv-id mx.example.org
listen milter unix:/run/assay/milter.sock
resolver 127.0.0.1
"""


def machine(rig, nspawn):
    """What was said inside."""
    room = rig.work
    (room / "copy").mkdir()
    for name, text in (("assay.conf", CONF), ("probe.service", SERVICE),
                       ("inside.sh", INSIDE), ("outside.sh", OUTSIDE)):
        (room / name).write_text(text)
    with open(room / "nspawn.log", "wb") as log:
        subprocess.run(["timeout", "--kill-after=10", "120", "unshare",
                        "--mount", "--pid", "--fork", "--kill-child",
                        "sh", room / "outside.sh", room,
                        rig.build, nspawn], stdin=subprocess.DEVNULL,
                       stdout=log, stderr=log, env=dict(
                           os.environ, SYSTEMD_LOG_LEVEL="warning"))
    said = room / "said"
    return said.read_text() if said.exists() else None


def run(rig):
    tap = rig.tap
    if os.getuid() != 0:
        base.skip_all("only root can make a machine")
    base.fetch_more(rig, "systemd", "systemd-nspawn")
    nspawn = rig.program("systemd-nspawn")
    if not nspawn or not os.path.exists("/lib/systemd/systemd"):
        base.skip_all("no systemd here to be run in a machine")
    said = machine(rig, nspawn)
    if said is None:
        base.skip_all("systemd does not start in a machine here: " +
                      (rig.work / "nspawn.log").read_text(
                          "utf-8", "replace")[-300:].replace("\n", " "))

    def is_(what, state, label):
        tap.ok(re.search(rf"^{what}: .*{state}", said, re.M), label,
               said[-6000:])
    is_("start", "active running 0 |active running", "the unit starts")
    users = re.search(r"^roles: (.*)$", said, re.M)
    tap.ok(users and {"assay-" + r for r in (
        "eval", "front", "resolve", "store", "web")} <= set(users[1].split())
        and "root" not in users[1].split(), "with a user for each role",
        users and users[1])
    is_("status", "ready", "and is ready")
    is_("reload", "active running", "systemctl reload")
    tap.ok("reload: same process" in said, "keeps the process")
    tap.ok("bad reload: taken" not in said, "a bad configuration is refused")
    is_("bad reload", "active running", "and it runs on with the old one")
    is_("killed", "active running", "kill -9: it is started again")
    is_("watchdog", "active running", "stopped by a signal: again")
    tap.ok("Watchdog timeout" in said, "by the watchdog", said[-4000:])
    is_("stop", "inactive dead", "systemctl stop")
    tap.ok("last work is done" in said, "finishes its work")
    is_("again", "active running", "and it can be started again")
    tap.ok(re.search(r"(?m)^drwxr-x--- .* assay-store .*/var/lib/assay$",
                     said), "its state is store's", said[-3000:])


base.main(run)
