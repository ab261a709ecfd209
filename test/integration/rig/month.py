# SPDX-License-Identifier: Apache-2.0
"""Thirty days on a clock that is moved: mail of people.py goes through Postfix
and assayd, roles are killed, and each message gets what was said of it."""
import collections
import json
import os
import queue
import re
import signal
import socket
import subprocess
import threading
import time

from . import assayd, mta, people, takeovers
from .base import wait_for

DAYS, OBSERVED, TAKEN = 30, 14, 20
SLICE = 7200                    # seconds whose mail comes at once
CLIENTS = 3
NOBODY = 65534
POLICY = """policy "month" {
	who >= 40 and what >= 40	then hold
	who >= 40			then tag
}
"""
CONF = """behaviour yes
own-accounts yes
own-domain rcpt.test
behaviour-size 32M
behaviour-header yes
hold-time 4h
when-broken defer
"""
# What postqueue says, on our clock: a message came when its record says.
POSTQUEUE = """#!/usr/bin/python3
import json, subprocess, sys
came = json.load(open("{came}"))
out = subprocess.run(["{program}", "-c", "{conf}", *sys.argv[1:]],
                     capture_output=True, text=True)
for line in out.stdout.splitlines():
    m = json.loads(line)
    m["arrival_time"] = came.get(m["queue_id"], m["arrival_time"])
    print(json.dumps(m))
sys.stderr.write(out.stderr)
sys.exit(out.returncode)
"""


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, len(values) * share // 100)]


class Clocked(assayd.Assayd):
    """An assayd whose clock is moved, which root may not."""

    def start(self):
        self.clock = self.dir / "clock"
        self.now = time.time()
        for d in (self.dir, self.state, self.run, self.conf):
            os.chown(d, NOBODY, NOBODY)
        super().start()

    def command(self):
        return [*super().command(), "--test-clock", self.clock]

    def lesser(self):
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    def move(self, to):
        """Only when nothing is on its way: whoever waits would be late."""
        if to <= self.now:
            return
        before = os.path.getsize(self.process.log)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
            s.connect(str(self.clock))
            s.send(str(int(to)).encode())
        self.now = to
        if not wait_for(lambda: self.moved(before), 20, 0.005):
            raise RuntimeError("the clock is not moved")

    def moved(self, before):
        with open(self.process.log, "rb") as f:
            f.seek(before)
            return b"event=test-clock" in f.read()


class Month:
    """alerts: how many a day are asked for."""

    def __init__(self, rig, seed, number, victims, alerts):
        self.alerts = alerts
        self.rig, self.tap = rig, rig.tap
        self.day0 = int(time.time()) // people.DAY * people.DAY + people.DAY
        self.world = people.World(rig, seed, number, self.day0)
        self.taken = takeovers.Takeovers(self.world, TAKEN, DAYS, victims)
        zone = rig.work / "zone"
        zone.write_text(self.world.zone())
        self.sink = mta.Sink()
        self.d = Clocked(rig, None, CONF + f"behaviour-alerts {alerts}\n",
                         POLICY, world=f"zone:{zone}")
        self.policy = rig.work / "policy"
        self.policy.write_text(POLICY)
        self.pf = mta.Postfix(
            rig, self.sink.port, f"unix:{self.d.socket}", {
                # who has logged in is in our network; it cannot be tested
                # with passwords, as XCLIENT brings none
                "mynetworks": "127.0.0.0/8, 240.9.0.0/16"},
            doors={"plain": {"smtpd_milters": ""}})
        self.sent, self.refused, self.took = {}, [], []
        self.read_to, self.found = {}, {}
        self.at_sink, self.sunk, self.in_snapshot = {}, 0, 0
        self.began = time.monotonic()
        self._commands()

    def _commands(self):
        self.came = self.rig.work / "came.json"
        post = self.rig.work / "our-postqueue"
        post.write_text(POSTQUEUE.format(
            came=self.came, program=self.rig.program("postqueue"),
            conf=self.pf.dir))
        super_ = self.rig.work / "our-postsuper"
        super_.write_text(f"#!/bin/sh\nexec {self.rig.program('postsuper')} "
                          f"-c {self.pf.dir} \"$@\"\n")
        for path in (post, super_):
            path.chmod(0o755)
        self.env = dict(self.rig.env, POSTQUEUE=str(post),
                        POSTSUPER=str(super_))

    def assay(self, verb, *words):
        conf = ("--conf", self.d.conf) if verb in ("held", "release") else ()
        return subprocess.run(
            [str(x) for x in (self.rig.build / "app/assay/assay", verb, *conf,
                              *words)],
            env=self.env, capture_output=True, text=True, timeout=300)

    # ---- mail goes in -------------------------------------------------------

    def one(self, m, port=None):
        """(code, text, seconds from its last octet to the answer)"""
        s = m.session
        with mta.Smtp(port or self.pf.port, ip=s["ip"], name=s["name"],
                      helo=s["helo"], login=s.get("login")) as c:
            for word in (f"MAIL FROM:<{s['sender']}>",
                         *(f"RCPT TO:<{r}>" for r in s["rcpts"]), "DATA"):
                got = c(word)
                if got[0] not in (250, 354):
                    return *got, 0
            begin = time.monotonic()
            c.sock.sendall(mta.stuffed(m.data))
            got = c.reply()
            took = time.monotonic() - begin
            c("QUIT")
            return *got, took

    def client(self, jobs):
        """Comes again as a mail server would."""
        while (m := jobs.get()) is not None:
            for _ in range(40):
                code, text, took = self.one(m)
                if code not in (0, 421, 450, 451, 452):
                    break
                time.sleep(0.25)
            if code != 250:
                self.refused.append((m.kind, text))
                continue
            m.qid = text.split()[-1]
            m.day = (m.at - self.day0) // people.DAY
            self.sent[m.qid] = m
            self.took.append(took)

    def bring(self, mails, meanwhile=lambda: None):
        """Some at once, but no two of one author."""
        jobs = [queue.Queue() for _ in range(CLIENTS)]
        for m in mails:
            jobs[m.who.n % CLIENTS].put(m)
        threads = []
        for q in jobs:
            q.put(None)
            threads.append(threading.Thread(target=self.client, args=(q,)))
            threads[-1].start()
        meanwhile()
        for t in threads:
            t.join()
        self.settle()

    def settle(self):
        """All records are where records end, before the clock is moved."""
        if not wait_for(lambda: self.read() or not self.missing(), 30):
            raise RuntimeError(f"no record of {self.missing()[:5]}")

    def missing(self):
        return [(q, m.kind, m.day) for q, m in self.sent.items()
                if q not in self.found]

    def read(self):
        top = self.d.state / "records"
        for path in sorted(top.iterdir()) if top.is_dir() else ():
            with open(path, "rb") as f:
                f.seek(self.read_to.get(path, 0))
                for line in f:
                    if not line.endswith(b"\n"):
                        break
                    self.read_to[path] = self.read_to.get(path, 0) + len(line)
                    qid = re.search(rb'"queue_id": ?"(\w+)"', line)
                    if qid:
                        self.found[qid[1].decode()] = line

    # ---- the days -----------------------------------------------------------

    def go(self, kills):
        """kills: {day: role}, "all" for all of them at once."""
        begin = time.monotonic()
        for day in range(DAYS):
            mails = self.world.mails(day)
            if day >= TAKEN:
                mails = sorted(mails + self.taken.mails(day),
                               key=lambda m: m.at)
            slices = collections.defaultdict(list)
            for m in mails:
                slices[m.at // SLICE].append(m)
            busiest = max(slices, key=lambda k: len(slices[k]))
            for k, some in sorted(slices.items()):
                self.d.move(some[-1].at + 5)
                if day in kills and k == busiest:
                    self.killed(day, kills[day], some)
                else:
                    self.bring(some)
            if day == 0:
                self.stopped()
        self.tap.note(f"{len(self.sent)} messages of {DAYS} days in "
                      f"{time.monotonic() - begin:.1f} s")

    def stopped(self):
        """A stop leaves a snapshot, of which the next life is made."""
        self.d.stop()
        self.few = self.state_size(), self.senders()
        self.in_snapshot = self.learnable()
        now, mark = self.d.now, len(self.d.log())
        self.d.start()
        self.d.move(now)
        self.restored("a stop", mark, 0, self.few[1])

    def learnable(self):
        """How many messages store was given to learn, by the records."""
        return sum(b'"sample":"' in x.replace(b'": "', b'":"') and
                   b'"disposition":"hold"' not in x.replace(b'": "', b'":"')
                   for x in self.found.values())

    def killed(self, day, role, mails):
        """With mail on its way; and then the state has all of it but what
        came in the last second."""
        mark = len(self.d.log())
        known = self.learnable() - self.in_snapshot
        senders = self.senders()
        if role == "all":
            self.all_killed()
            self.restored(f"day {day}, all killed", mark, known, senders)
            self.bring(mails)
            return
        role = next(r for r in self.d.roles() if r == role or
                    r == role + ".0")
        old = []
        self.bring(mails, lambda: (time.sleep(0.05),
                                   old.append(self.d.kill(role))))
        self.tap.ok(self.d.back(role, old[0]) is not None,
                    f"day {day}: {role} is killed and lives again")
        if role.startswith("store"):
            self.restored(f"day {day}, {role} killed", mark, known, senders)

    def all_killed(self):
        now = self.d.now
        for pid in [self.d.process.pid, *self.d.roles().values()]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass            # they die with their parent
        self.d.process.popen.wait(10)
        self.d.start()
        self.d.move(now)

    def restored(self, label, mark, known, senders=1):
        """known: messages since the last snapshot, at least."""
        got = wait_for(lambda: re.search(
            r"event=behaviour state=(\w+) senders=(\d+) learned-again=(\d+)"
            r"(.*discarded=\d+)?", self.d.log()[mark:]), 15)
        self.tap.ok(got and got[1] == "restored" and not got[4] and
                    int(got[2]) >= senders - 2, f"{label}: what was learned "
                    "is restored, nothing is damaged", got and got[0])
        if time.monotonic() - self.began > 800:
            return              # there was another snapshot meanwhile
        self.tap.ok(got and int(got[3]) >= known, f"{label}: "
                    f"{got and got[3]} of at least {known} messages since "
                    "the snapshot are there")

    def judged(self):
        """What came from outside, with its record."""
        out = []
        for qid, m in self.sent.items():
            m.line = self.found.get(qid)
            m.told = m.line and json.loads(m.line)
            if m.told and m.kind != "ours":
                out.append(m)
        return sorted(out, key=lambda m: m.at)

    # ---- what came out --------------------------------------------------------

    def delivered(self, m):
        with self.sink.lock:
            new, self.sunk = self.sink.mails[self.sunk:], \
                len(self.sink.mails)
        for x in new:
            self.at_sink[(x.field("Message-ID") or "").strip("<>")] = x
        return self.at_sink.get(m.msgid)

    def queued_field(self, m, name):
        got = re.search(rf"(?m)^{name}: (.*)$",
                        self.pf.postcat(m.qid).decode("utf-8", "replace"))
        return got and got[1]

    def write_arrivals(self):
        self.came.write_text(json.dumps({
            q: m.told["session"]["now"] for q, m in self.sent.items()
            if m.told}))

    def plain(self, number):
        """Seconds of answers without a milter."""
        took = []
        for m in list(self.sent.values())[-number:]:
            took.append(self.one(m, self.pf.door["plain"])[2])
        return took

    def counters(self):
        got = self.assay("status", "--json", "--socket",
                         self.d.run / "status.sock")
        return json.loads(got.stdout)["counters"]

    def state_size(self):
        return sum(p.stat().st_blocks * 512 for p in
                   (self.d.state / "behaviour").iterdir())

    def senders(self):
        """How many authors have a profile, by the records: the first octets
        of a sample are its sender."""
        return len({re.search(rb'"sample": ?"(.{16})', x)[1][5:]
                    for x in self.found.values() if b'"sample"' in x
                    and re.search(rb'"sample": ?"(.{16})', x)})
