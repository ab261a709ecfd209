#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""assayd begins with what an archive taught: who is known is known on the
first day, and so is who is not himself; broken quoting and absurd dates do
no harm.  Who starts while an archive is learned waits for all of it; what
assayd learned can be merged."""
import fcntl
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time

from behaviour_house import ON, House, fields, mail
from daemon import done, ok, until
from milter import Milter
from moved import Moved

ASSAY = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__import__("sys").argv[1]))), "assay", "assay")
DAY, PEOPLE = 86400, 24


def archive(path, now):
    """Half a year of the house, as a server delivered it."""
    chance = random.Random(3)
    with open(path, "wb") as f:
        for n in range(2400):
            at = now - (2400 - n) * 6000
            hand = chance.randrange(PEOPLE)
            when = time.strftime("%a, %d %b %Y %H:%M:%S +0000",
                                 time.gmtime(at))
            stamp = time.asctime(time.gmtime(at))
            f.write(f"From p{hand}@house.example {stamp}\n"
                    f"Return-Path: <p{hand}@house.example>\n"
                    f"Delivered-To: somebody@here.example\n"
                    f"Received: from out{hand % 5}.house.example "
                    f"(out{hand % 5}.house.example [192.0.2.{hand % 5 + 1}])\n"
                    f"\tby mx.example.org with ESMTP id A{n}; {when}\n"
                    .encode() + mail(hand, hand, n, at).replace(b"\r\n",
                                                               b"\n") +
                    b"\n")
            if n % 400 == 7:
                # a line that nobody quoted, and one quoted too often
                f.write(b"From here on it is text\n\n>>From there\n\n")
            if n % 400 == 9:
                f.write(b"From x Thu Jan  1 00:00:00 1970\n"
                        b"From: <old@house.example>\nDate: Mon, 32 Foo 9999 "
                        b"99:99:99 +9999\n\nabsurd\n\n")


def learn(directory, now):
    """As root would, before assayd runs for the first time."""
    conf = os.path.join(directory, "assay.conf")
    os.makedirs(os.path.join(directory, "state"), exist_ok=True)
    box = os.path.join(ROOM, "archive.mbox")
    archive(box, now)
    command = [ASSAY, "learn", "--for-assayd", "--conf", conf, "--time",
               str(int(now)), box]
    out = subprocess.run(command, capture_output=True, text=True,
                         timeout=120)
    print("#", out.stdout.replace("\n", "\n# "), out.stderr[:400])
    ok(out.returncode == 0 and "assayd begins with it" in out.stdout and
       re.search(r"2[56] senders and 2 domains", out.stdout),
       "an archive with broken quoting and absurd dates is learned")


def p_of(said):
    return float(re.match(r"p=([0-9.]+)", said[0])[1])


def locked(directory):
    """The lock of who learns there, or None: somebody has it."""
    try:
        f = open(os.path.join(directory, "lock"), "rb")
        fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return f
    except OSError:
        return None


def meanwhile(d):
    """Learning holds the lock that assayd waits for, and waits for none."""
    start = f"{d.dir}/state2/behaviour"
    conf = os.path.join(d.dir, "meanwhile.conf")
    os.makedirs(os.path.dirname(start))
    with open(d.conf) as f, open(conf, "w") as g:
        g.write(f.read().replace(f"{d.dir}/state", f"{d.dir}/state2"))
    box = os.path.join(ROOM, "archive.mbox")
    p = subprocess.Popen([ASSAY, "learn", "--for-assayd", "--conf", conf,
                          box], stdout=subprocess.DEVNULL)
    held = 0
    while p.poll() is None:
        held += os.path.exists(start + "/start") and locked(start) is None
        time.sleep(0.01)
    ok(p.returncode == 0 and held > 5, f"learning has the lock ({held})")
    mine = locked(start)
    out = subprocess.run([ASSAY, "learn", "--for-assayd", "--conf", conf,
                          box], capture_output=True, text=True, timeout=60)
    ok(out.returncode == 2 and "at work" in out.stderr,
       "and learns nothing where somebody else has it")
    mine.close()


def merged(d):
    """What assayd has learned, into a state of assay learn, and twice."""
    start = f"{d.dir}/state/behaviour"
    for name in ("one", "one", "two"):
        out = subprocess.run([ASSAY, "learn", "--state",
                              os.path.join(ROOM, name), "--merge", start],
                             capture_output=True, text=True, timeout=60)
        print("#", out.stdout.replace("\n", "\n# "))
        ok(out.returncode == 0 and re.search(r"2[5-9] senders", out.stdout),
           "what assayd learned is merged")
    with open(os.path.join(ROOM, "one", "state"), "rb") as a, \
            open(os.path.join(ROOM, "two", "state"), "rb") as b:
        ok(a.read() == b.read(), "twice is once")
    with open(f"{start}/erase", "w"):
        pass
    out = subprocess.run([ASSAY, "learn", "--state",
                          os.path.join(ROOM, "one"), "--merge", start],
                         capture_output=True, text=True, timeout=60)
    ok(out.returncode == 2 and "erased" in out.stderr,
       "not before who asked for it is erased")


def main():
    d = Moved(ROOM, ON.replace("32M", "64M"), f"zone:{ZONE}",
              before=lambda at: learn(at, time.time()))
    ok(d.ready(), "is ready") or d.show()
    line = until(lambda: d.said("event=behaviour "))
    print("#", line)
    ok(line and "begun with an archive" in line[0] and
       "observing-until=" in line[0], "assayd begins with it")
    start = f"{d.dir}/state/behaviour"
    ok(not os.path.exists(f"{start}/start/state") and
       os.path.exists(f"{start}/snapshot"), "and has it for itself")
    house = House(d, to_who=True)
    house.n = 2400
    m = Milter(d.sock)
    told = 0
    for name in range(0, PEOPLE, 4):
        _, _, changes = house.send(m, name, (name + 11) % PEOPLE,
                                   "http://pay.bad.example/now")
        said = fields(changes, "X-Assay-Behaviour")
        print("#", name, said)
        told += bool(said) and "alert=observed" in said[0] and \
            p_of(said) < 0.0001
    ok(told >= 4, "somebody else under his name is told, and observed") or \
        print("#", told)
    odd = 0
    for hand in range(PEOPLE):
        _, _, changes = house.send(m, hand, hand)
        said = fields(changes, "X-Assay-Behaviour")
        print("#", hand, said)
        odd += not said or "known=" not in said[0] or p_of(said) < 0.0001
    ok(odd <= 2, "who is known is himself on the first day") or \
        print("#", odd)
    m.close()
    out = subprocess.run([ASSAY, "learn", "--for-assayd", "--conf", d.conf,
                          os.path.join(ROOM, "archive.mbox")],
                         capture_output=True, text=True, timeout=60)
    ok(out.returncode == 2 and "at work" in out.stderr,
       "nor is anything learned beside it")
    out = subprocess.run([ASSAY, "learn", "--state",
                          os.path.join(ROOM, "one"), "--merge", start],
                         capture_output=True, text=True, timeout=60)
    ok(out.returncode == 2 and "stop assayd" in out.stderr,
       "or merged from it")
    d.signal(signal.SIGTERM)
    d.process.wait(20)
    out = subprocess.run([ASSAY, "learn", "--for-assayd", "--conf", d.conf,
                          os.path.join(ROOM, "archive.mbox")],
                         capture_output=True, text=True, timeout=60)
    ok(out.returncode == 2 and "by itself" in out.stderr,
       "who has begun begins no more")
    merged(d)
    meanwhile(d)
    ok(d.stop() == 0, "ends well")


def waits():
    """assayd that finds the lock taken takes mail, and begins when it can."""
    mine = []

    def before(at):
        learn(at, time.time())
        mine.append(locked(f"{at}/state/behaviour"))
    d = Moved(ROOM, ON.replace("32M", "64M"), f"zone:{ZONE}", before=before,
              clock="clock2")
    ok(mine[0] and d.ready(), "is ready while somebody else learns") or \
        d.show()
    ok(until(lambda: d.said("event=behaviour-waits"), 20), "says so") or \
        d.show()
    ok(os.path.exists(f"{d.dir}/state/behaviour/start/state"),
       "and leaves what is being learned alone")
    mine[0].close()
    line = until(lambda: d.said("event=behaviour "))
    ok(line and "begun with an archive" in line[0], "then begins with it")
    ok(d.stop() == 0, "ends well")


ROOM = tempfile.mkdtemp(prefix="begin.")
ZONE = os.path.join(ROOM, "zone")
with open(ZONE, "w") as f:
    f.write("house.example. TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n"
            "_dmarc.house.example. TXT \"v=DMARC1; p=none\"\n")
os.chmod(ROOM, 0o755)
try:
    main()
    waits()
finally:
    shutil.rmtree(ROOM)
done()
