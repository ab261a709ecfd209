#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a person says of an odd message: a real assayd learns it or takes it
back, at run time and when it had been away, and holds what waits for a word."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from behaviour_house import DAY, House, fields
from daemon import done, ok, until
from milter import Milter
from moved import Moved

ASSAY = os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])),
                     "../assay/assay")
CONF = ("behaviour yes\nbehaviour-size 32M\nbehaviour-header yes\n"
        "behaviour-observe 0d\n")
WORLD = ("$ORIGIN house.example.\n@ TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n"
         "_dmarc TXT \"v=DMARC1; p=none\"\n")
HOLD = 'policy "p" {\n    dmarc-fail and who >= 20 then hold\n}\n'


def records(d):
    found = []
    top = os.path.join(d.dir, "state", "records")
    for name in sorted(os.listdir(top)):
        with open(os.path.join(top, name)) as f:
            found += [line for line in f if line.endswith("\n")]
    return found


def status(d):
    out = subprocess.run([ASSAY, "status", "--json", "--socket",
                          f"{d.dir}/status.sock"],
                         capture_output=True, text=True, timeout=20)
    return json.loads(out.stdout)


def number(v):
    return sum(v.values()) if isinstance(v, dict) else v


def send(d, house, name, hand, link="", **other):
    """What assayd said of one message, and its record."""
    before = len(records(d))
    m = Milter(d.sock)
    reply, _, changes = house.send(m, name, hand, link, **other)
    m.close()
    lines = until(lambda: len(records(d)) > before and records(d)) or [""]
    said = fields(changes, "X-Assay-Behaviour")
    return reply, said[0] if said else "", json.loads(lines[-1])


def p_of(said):
    return float(said.split("p=")[1].split(";")[0]) if "p=" in said else 1


def label(d, record, word):
    p = subprocess.run([ASSAY, "label", "--conf", d.conf, record["entry"],
                        word], capture_output=True, text=True, timeout=60)
    ok(p.returncode == 0, f"assay label {word}: {p.stdout}{p.stderr}")


def heard(d, record, word, became, times=1):
    """The daemon has heard the word so often, and did that."""
    def lines():
        return d.said("event=behaviour-label label=" + word + ".*" +
                      record["entry"])

    until(lambda: len(lines()) >= times)
    ok(len(lines()) == times and became in lines()[-1],
       f"{word}: {became}") or print("#", d.said("behaviour-label"))


def counted(d, name):
    return number(status(d)["counters"]["behaviour_called_" + name])


def waiting(d):
    return status(d)["gauges"]["behaviour_pending"]


def at_run_time(d, house):
    _, said, record = send(d, house, 5, 16, "http://pay.bad.example/now")
    first = p_of(said)
    ok(first < 0.01, f"a stranger is told: {said}")
    before = until(lambda: number(waiting(d))) or 0
    ok(before >= 1, "his message waits")
    label(d, record, "good")
    heard(d, record, "good", "believed, and counted")
    ok(until(lambda: number(waiting(d)) == before - 1),
       "called good, it waits no longer")
    d.move(d.now + DAY)
    _, said, again = send(d, house, 5, 16, "http://pay.bad.example/now")
    ok(p_of(said) > first * 3, f"and such a message is more usual: {said}")
    label(d, record, "bad")
    heard(d, record, "bad", "taken back")
    d.move(d.now + DAY)
    _, said, other = send(d, house, 5, 16, "http://pay.bad.example/now")
    ok(p_of(said) < first * 3, f"called bad, it is as odd as it was: {said}")
    ok(until(lambda: counted(d, "good") == 1 and counted(d, "bad") == 2),
       "assay status counts both")
    shown = subprocess.run([ASSAY, "status", "--socket",
                            f"{d.dir}/status.sock"], capture_output=True,
                           text=True, timeout=20).stdout
    ok("people said good 1, bad 2" in shown, "and shows them") or print(shown)
    return record


def when_away(d, house, record):
    _, _, other = send(d, house, 9, 20, "http://pay.bad.example/now")
    pid = d.children()["store.0"]
    lines = len(d.said("event=behaviour-label"))
    time.sleep(1.2)             # what was learned is on the disk
    os.kill(pid, signal.SIGSTOP)
    label(d, other, "bad")
    os.kill(pid, signal.SIGKILL)
    ok(until(lambda: d.children().get("store.0") not in (None, pid)),
       "store is killed and comes again")
    heard(d, other, "bad", "not learned")
    pid = d.children()["store.0"]
    os.kill(pid, signal.SIGKILL)
    ok(until(lambda: d.children().get("store.0") not in (None, pid)),
       "and once more")
    label(d, record, "good")
    heard(d, record, "good", "believed", 2)
    ok(len(d.said("event=behaviour-label")) == lines + 2,
       "each word is heard once") or print("#", d.said("behaviour-label"))


def what_was_held(d, house):
    d.write(d.text(CONF + HOLD, "", f"zone:{ZONE}"))
    before = len(d.said("event=behaviour "))
    d.signal(signal.SIGHUP)
    ok(until(lambda: d.said("event=reloaded")), "reloads") or d.show()
    until(lambda: len(d.said("event=behaviour ")) > before)
    reply, said, record = send(d, house, 3, 18, "http://pay.bad.example/now",
                               client="203.0.113.9")
    ok(record["verdict"]["disposition"] == "hold", f"is held: {said}") or \
        print("#", json.dumps(record)[-2000:])
    with open(f"{d.dir}/state/labels.jsonl", "a") as f:
        f.write('{"label":"expired","at":5,"entry":"%s"}\nnonsense\n'
                '{"label":"released","at":%d,"entry":"%s"}\n' %
                (record["entry"], time.time(), record["entry"]))
    heard(d, record, "good", "believed, and counted")
    time.sleep(1.2)
    ok(len(d.said(record["entry"])) <= 2 and
       len(d.said("behaviour-label.*" + record["entry"])) == 1,
       "that a hold was over says nothing, nor does nonsense")


def word_on_what_was_usual(d, house):
    _, _, record = send(d, house, 7, 7)
    label(d, record, "bad")
    heard(d, record, "bad", "noted alone")


ROOM = tempfile.mkdtemp(prefix="label.")
ZONE = os.path.join(ROOM, "zone")
with open(ZONE, "w") as f:
    f.write(WORLD)
try:
    daemon = Moved(ROOM, CONF, f"zone:{ZONE}")
    ok(daemon.ready(), "is ready") or daemon.show()
    town = House(daemon)
    town.month(14)
    word_on_what_was_usual(daemon, town)
    first_record = at_run_time(daemon, town)
    when_away(daemon, town, first_record)
    what_was_held(daemon, town)
    ok(daemon.stop() == 0, "ends well")
finally:
    shutil.rmtree(ROOM, ignore_errors=True)
done()
