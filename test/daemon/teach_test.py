#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What our own people send out teaches, through a real assayd: an answer of
theirs, on three days, makes a new machine of somebody usual; one by somebody
who has a colleague's password proves nothing.  Whoever answers is guarded
against look-alikes, and our people's names against others, without a word in
the configuration, over restarts, until a person is erased."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from behaviour_house import DAY, ON, House, fields
from daemon import done, ok, until
from milter import Milter
from moved import Moved

ASSAY = os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])),
                     "../assay/assay")
CONF = (ON + "behaviour-alerts 4\nbehaviour-observe 20d\n"
        "own-accounts yes\nown-domain here.example\nstore-identities yes\n"
        "policy \"p\" {\nwho >= 60 then tag\n}\n")   # p of 1e-3, on few messages a day


class Desk:
    """One of ours, who has logged in."""

    def __init__(self, d, name, client="203.0.113.5", program="Mutt 2.2"):
        self.d, self.name = d, name
        self.client, self.program = client, program
        self.display = {"ann": "Ann Lovelace", "bob": "Bob Hopper"}.get(name)
        self.n = 0

    def send(self, to, answers=None, display=None):
        self.n += 1
        m = Milter(self.d.sock)
        date = time.strftime("%a, %d %b %Y %H:%M:%S +0000",
                             time.gmtime(self.d.now))
        who = f"{self.name}@here.example"
        raw = (f"Message-ID: <{self.n}.{self.name}.{self.program[:3]}@"
               f"here.example>\r\nFrom: {display or self.name} <{who}>\r\n"
               f"To: {to}\r\nSubject: plan\r\nDate: {date}\r\n"
               + (f"In-Reply-To: <{answers}>\r\n" if answers else "") +
               f"X-Mailer: {self.program}\r\n\r\nThank you.\r\n").encode()
        got = m.message(raw, client=self.client, helo="pc", sender=who,
                        rcpts=(to,), queue=f"4{self.name}{self.n}",
                        macros={"{auth_authen}": who})
        m.close()
        time.sleep(0.1)
        return got[0]


def status(d):
    out = subprocess.run([ASSAY, "status", "--json", "--socket",
                          f"{d.dir}/status.sock"], capture_output=True,
                         text=True, timeout=20)
    return json.loads(out.stdout)


def month(d, house, desks):
    for _ in range(30):
        d.move(d.now + DAY)
        house.day(44)
        for k, desk in enumerate(desks):
            for n in range(2):
                desk.send(f"p{(k * 7 + desk.n + n) % 24}@house.example",
                          display=desk.display)
        time.sleep(0.3)


def odd(d, house, name, hand):
    """A message under his name from a machine that he never had; its id, and
    whether it is tagged."""
    m = Milter(d.sock)
    _, _, changes = house.send(m, name, hand)
    m.close()
    print("#", *fields(changes, "X-Assay-Behaviour"))
    time.sleep(0.2)
    msgid = f"{house.n}.{hand}@{'mail' if hand % 2 else 'pc'}.house.example"
    return msgid, "behaviour-unusual" in "".join(
        fields(changes, "X-Assay-Tag"))


def days_of(d, house, name, hand, answer, label):
    """Three days, on each of which he is odd and gets an answer; then one
    more."""
    for day in range(3):
        d.move(d.now + DAY)
        house.day(6)
        msgid, tagged = odd(d, house, name, hand)
        ok(tagged, f"{label}: day {day + 1}, he is odd")
        if answer:
            ok(answer.send(f"p{name}@house.example", msgid) in "ac",
               f"{label}: an answer goes out")
    d.move(d.now + DAY)
    house.day(6)
    time.sleep(0.3)
    return odd(d, house, name, hand)[1]


def found(d, author):
    """The reasons of a stranger's message, with their words."""
    m = Milter(d.sock)
    found.n += 1
    queue = f"4found{found.n}"
    m.message(f"From: {author}\r\nTo: ann@here.example\r\nSubject: pay\r\n"
              f"Message-ID: <{queue}@x>\r\n\r\nPlease pay.\r\n".encode(),
              client="198.51.100.77", helo="mail.stranger.example",
              sender="x@stranger.example", rcpts=("ann@here.example",),
              queue=queue)
    m.close()
    line = until(lambda: next((r for r in records(d) if f'"{queue}"' in r),
                              None))
    return {e["reason"]: e.get("detail") or "" for e in
            json.loads(line)["evidence"]} if line else {}


found.n = 0


def records(d):
    top = os.path.join(d.dir, "state", "records")
    out = []
    for name in sorted(os.listdir(top)):
        with open(os.path.join(top, name)) as f:
            out += [line for line in f if line.endswith("\n")]
    return out


ALIKE = "Pat <p5@h0use.example>"
NAMED = '"Lovelace, Ann" <chair@stranger.example>'


def guarded(d, label):
    time.sleep(1.2)             # an image is made anew once a second
    got = found(d, ALIKE)
    ok("reads like house.example" in got.get("lookalike-author", ""),
       f"{label}: a look-alike of whom we write with is told") or \
        print("#", got)
    got = found(d, NAMED)
    ok("somebody who writes from here" in got.get("shows-person", ""),
       f"{label}: the name of one of ours from outside is told") or \
        print("#", got)
    got = found(d, "Pat <p5@house.example>")
    ok("lookalike-author" not in got, f"{label}: not whom it is like")
    ok(until(lambda: (lambda c: (c["partners_domains"],
                                 c["partners_people"]) == (1, 2))
             (status(d)["gauges"])), f"{label}: and counted") or \
        print("#", {k: v for k, v in status(d)["gauges"].items()
                    if "partners" in k or "own" in k})


def partners(d):
    guarded(d, "after a month")
    with open(os.path.join(d.dir, "state", "partners"), "rb") as f:
        kept = f.read()
    out = subprocess.run([ASSAY, "lookalike", "--conf", d.conf,
                          "--partners"], capture_output=True, text=True,
                         timeout=20)
    ok((out.returncode, out.stdout) == (0, "house.example\n"),
       "assay lookalike --partners lists it") or print("#", out)
    ok(b"house.example" in kept and b"stranger" not in kept and
       b"ovelace" not in kept and b"ann" not in kept,
       "of people no name is kept")
    before, pid = len(d.said("event=own-accounts ")), d.children()["store.0"]
    os.kill(pid, signal.SIGKILL)
    ok(until(lambda: len(d.said("event=own-accounts ")) > before),
       "store is killed and comes again")
    guarded(d, "after a kill")
    d.signal(signal.SIGHUP)
    ok(until(lambda: d.said("event=reloaded")), "reloads")
    guarded(d, "after a reload")


def erased(d):
    out = subprocess.run([ASSAY, "erase", "--conf", d.conf,
                          "ann@here.example"], capture_output=True,
                         text=True, timeout=60)
    ok((out.returncode, out.stdout) == (0, "erased\n"), "ann is erased") or \
        print("#", out)
    line = until(lambda: d.said("event=own-accounts-erased"))
    ok(len(line) == 1 and "partners=0" not in line[0], "from there, too") or \
        print("#", line)
    time.sleep(1.2)
    ok("shows-person" not in found(d, NAMED), "her name is nobody's")
    ok("lookalike-author" in found(d, ALIKE) and "shows-person" in
       found(d, "Bob Hopper <b@stranger.example>"), "others are as before")


def answers():
    d = Moved(ROOM, CONF, f"zone:{ZONE}")
    ok(d.ready(), "is ready") or d.show()
    house = House(d)
    desks = [Desk(d, "ann"), Desk(d, "bob", "203.0.113.9", "Outlook 16.0")]
    month(d, house, desks)
    ok(until(lambda: status(d)["counters"]["own_scored"] >= 120), "our mail is judged")
    ok(days_of(d, house, 5, 17, None, "unanswered"),
       "who gets no answer stays odd")
    ok(days_of(d, house, 6, 18, Desk(d, "bob", "198.51.100.66",
                                     "PHPMailer 6.1"), "by an intruder"),
       "an intruder in an account of ours vouches for nobody")
    ok(days_of(d, house, 4, 16, Desk(d, "new", "203.0.113.44"), "unknown"),
       "nor does an account that nobody knows yet")
    ok(not days_of(d, house, 7, 19, desks[0], "answered"),
       "whom one of ours answered on three days is believed")
    partners(d)
    erased(d)
    ok(d.stop() == 0, "ends well")


ROOM = tempfile.mkdtemp(prefix="teach.")
ZONE = os.path.join(ROOM, "zone")
with open(ZONE, "w") as f:
    f.write("$ORIGIN house.example.\n@ TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n"
            "_dmarc TXT \"v=DMARC1; p=none\"\n")
try:
    answers()
finally:
    shutil.rmtree(ROOM, ignore_errors=True)
done()
