#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Records: none lost by kill -9 of store and eval; a full disk stops no mail
and is counted.

    store_full.py BUILD

The state directory is a small file system of its own in memory, which root
can mount; elsewhere the part with the full disk says that it was left out.
"""
import json
import os
import subprocess
import threading
import time

from rig import assayd, base, dns, mail, milter
from rig.world import ZONE

SIZE_MB = 128


def mount(rig, path):
    path.mkdir(parents=True, exist_ok=True)
    got = subprocess.run(["mount", "-t", "tmpfs", "-o",
                          f"size={SIZE_MB}m,mode=755", "assay-test",
                          str(path)], capture_output=True)
    if got.returncode == 0:
        rig.undo.append(lambda: subprocess.run(["umount", "-l", str(path)]))
    return got.returncode == 0


def lines(d):
    """[objects] of the journal."""
    got = []
    for path in sorted(d.state.glob("records/*.jsonl")):
        for line in path.read_bytes().splitlines():
            got.append(json.loads(line))
    return got


def records(d):
    return [x for x in lines(d) if x.get("format") == "assay-record"]


def dropped(d):
    return sum(x["dropped"] for x in lines(d)
               if x.get("format") == "assay-drops")


def send(d, n, threads=4, each=None):
    """n messages; how many got their result."""
    good, lock = [0], threading.Lock()

    def some(k):
        for i in range(k):
            c = milter.Client(d.socket, timeout=60)
            c.session("192.0.2.1", "good.test")
            c.envelope("alice@good.test", "bob@rcpt.test")
            got = milter.changes(c.message(mail.message()))
            c.quit()
            with lock:
                good[0] += any("spf=pass" in v for _, _, v in got["insert"])
            if each:
                each(i)
    team = [threading.Thread(target=some, args=(n // threads,))
            for _ in range(threads)]
    for t in team:
        t.start()
    for t in team:
        t.join()
    return good[0]


def kills(d, tap):
    """Every message that was judged is in the journal in the end."""
    before = len(records(d))
    stop = threading.Event()

    dead = []

    def killer():
        while not stop.wait(0.2):
            for role in ("store.0", "eval.0"):
                old = d.kill(role)
                dead.append(old)
                d.back(role, old)
    t = threading.Thread(target=killer)
    t.start()
    good = send(d, 2000)
    stop.set()
    t.join()
    base.wait_for(lambda: len(records(d)) - before >= good, 40)
    got = len(records(d)) - before
    tap.ok(got >= good, f"{len(dead)} kills of store and eval: {good} had "
           f"their result, {got} are in the journal", d.log()[-1500:])
    entries = [json.dumps(x.get("entry")) for x in records(d)
               if x.get("entry")]
    tap.ok(len(entries) == len(set(entries)), "no record stands there twice",
           len(entries), len(set(entries)))


def full(d, tap):
    """The disk is full: mail flows, the drops are counted and told."""
    filler = d.state / "filler"
    room = os.statvfs(d.state)
    fd = os.open(filler, os.O_WRONLY | os.O_CREAT)
    try:
        while os.write(fd, bytes(4096)) == 4096:
            pass
    except OSError:
        pass
    os.close(fd)
    tap.note(f"filled {filler.stat().st_size >> 10} KiB of "
             f"{room.f_bavail * room.f_bsize >> 10}")
    before, before_drops = len(records(d)), dropped(d)
    begin, n, good = time.monotonic(), 0, 0
    while n < 4000 and time.monotonic() - begin < 40:
        n += 400
        good += send(d, 400)
    tap.ok(good == n, f"a full disk: {good} of {n} messages had their result",
           d.log()[-1500:])
    tap.ok(len(d.roles()) >= 5, "no role died of it", d.roles())
    tap.note(f"written meanwhile: {len(records(d)) - before}")
    filler.unlink()
    base.wait_for(lambda: len(records(d)) - before + dropped(d) -
                  before_drops >= n, 60, 0.5)
    after, drops = len(records(d)) - before, dropped(d) - before_drops
    tap.ok(after > 0 and drops > 0, f"there is room again: {after} records "
           f"of that time are written, {drops} dropped ones are told",
           d.log()[-1500:])
    tap.ok(after + drops >= n, "together these are all of them", n)
    good = send(d, 8)
    base.wait_for(lambda: len(records(d)) - before >= after + good, 20)
    tap.ok(len(records(d)) - before >= after + good,
           "and the next ones are written", len(records(d)))


def run(rig):
    tap = rig.tap
    assayd.need(rig)
    names = dns.Names(rig, ZONE)
    where = rig.work / "assayd" / "state"
    mounted = os.geteuid() == 0 and mount(rig, where)
    d = assayd.Assayd(rig, names.port)
    good = send(d, 8)
    if not base.wait_for(lambda: len(records(d)) >= good, 20):
        tap.ok(False, "records come into the journal", d.log()[-1500:],
               list(d.state.glob("**/*")))
        return
    tap.ok(good == 8, "eight messages, eight records")
    kills(d, tap)
    if mounted:
        tap.ok(d.stop() == 0, "assayd ends well", d.log()[-1500:])
        d.write("spool-size 1M\n")
        d.start()
        full(d, tap)
    else:
        tap.skip("a full disk", "no file system of our own can be mounted")
    tap.ok(d.stop() == 0, "assayd ends well", d.log()[-1500:])


base.main(run)
