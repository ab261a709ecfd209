#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 of each role with 200 messages in flight: what Postfix accepted
arrives, once; and the next message is served.

    roles_killed.py BUILD

The resolver is slow and every message has a domain of its own, so that all
of them wait for an answer inside of assayd at the moment of the kill.
ASSAY_IN_FLIGHT sets another number than 200.  With ASSAY_SOAK_SECONDS the
kills come at random for so long (make soak), by ASSAY_SEED or a seed that is
printed.
"""
import os
import random
import signal
import time

from rig import base
from rig.world import Load, World, ours

IN_FLIGHT = int(os.environ.get("ASSAY_IN_FLIGHT", "200"))


def killed(w, role):
    w.sink.clear()
    w.liar.mode, w.liar.delay = "slow", 1.5
    load = Load(w, IN_FLIGHT)
    ready = load.all_waiting(90)
    w.tap.note(f"{role}: {load.waiting} in flight")
    old = w.d.kill(role)
    w.tap.ok(ready and old is not None,
             f"{role}: killed with {IN_FLIGHT} in flight", w.d.roles())
    took = w.d.back(role, old)
    w.tap.ok(took is not None, f"{role}: lives again", w.d.roles(),
             w.d.log()[-2000:])
    w.tap.note(f"{role}: back after {took} s")
    w.liar.mode = "pass"
    w.tap.ok(load.wait(), f"{role}: every client has its reply")
    w.tap.ok(set(load.codes()) <= {250, 451, 450, 421},
             f"{role}: accepted or deferred", load.codes(),
             list(load.texts.values())[:2])
    here = load.verdict(role)
    with w.sink.lock:
        bare = [m for m in w.sink.mails if not ours(m)]
    w.tap.note(f"{role}: {len(here)} delivered, {len(bare)} of them without "
               f"a result, replies {load.codes()}")
    for text in sorted({t.strip() for t in load.texts.values()
                        if not t.startswith("250")})[:3]:
        w.tap.note(f"{role}: {text}")
    begin = time.monotonic()
    w.serves(role)
    w.tap.note(f"{role}: the next one took {time.monotonic() - begin:.2f} s")


def one(role):
    def test(w):
        killed(w, role)
    test.__name__ = "kill -9 of " + role
    return test


def parent(w):
    """The test plays systemd: the children die with the parent, and the
    service is started again."""
    w.sink.clear()
    w.liar.mode, w.liar.delay = "slow", 1.5
    before = w.d.roles()
    load = Load(w, IN_FLIGHT)
    ready = load.all_waiting(90)
    w.d.process.signal(signal.SIGKILL)
    w.d.process.popen.wait(10)

    def living():
        return [p for p in before.values() if os.path.exists(f"/proc/{p}")
                and " Z " not in open(f"/proc/{p}/stat").read()]
    w.tap.ok(ready and base.wait_for(lambda: not living(), 10),
             "parent: its children die with it", living())
    w.liar.mode = "pass"
    w.d.start()
    w.tap.ok(load.wait(), "parent: every client has its reply")
    w.tap.ok(set(load.codes()) <= {250, 451, 450, 421},
             "parent: accepted or deferred", load.codes())
    load.verdict("parent")
    w.serves("parent")


def twice(w):
    """A message that is there when its eval dies again is not tried a third
    time: when-broken decides."""
    w.liar.mode, w.liar.delay = "drop", 0
    load = Load(w, 1)
    load.all_waiting(30)
    time.sleep(0.3)
    deaths = 0
    for _ in range(2):
        before = w.d.roles()
        for role in [r for r in before if r.startswith("eval")]:
            deaths += w.d.kill(role) is not None
        for role in [r for r in before if r.startswith("eval")]:
            w.d.back(role, before[role])
        time.sleep(0.5)
    w.tap.ok(load.wait(60), "after two deaths of its evals there is a reply",
             deaths)
    w.tap.ok(set(load.codes()) == {451}, "which is when-broken defer",
             load.codes(), load.texts)
    w.liar.mode = "pass"
    w.serves("twice")


def soak(w):
    """Traffic without end; every few moments somebody dies, the parent
    among them."""
    seconds = int(os.environ["ASSAY_SOAK_SECONDS"])
    seed = int(os.environ.get("ASSAY_SEED", time.time_ns() % 10**9))
    w.tap.note(f"soak: {seconds} s, ASSAY_SEED={seed}")
    r = random.Random(seed)
    end, rounds, kills, sent = time.monotonic() + seconds, 0, 0, 0
    while time.monotonic() < end:
        rounds += 1
        w.sink.clear()
        w.liar.mode = r.choice(["pass", "pass", "slow"])
        w.liar.delay = r.random()
        load = Load(w, 30, repeat=10**6)
        for _ in range(8):
            time.sleep(r.random() * 2)
            role = r.choice(sorted(w.d.roles()) + ["parent"])
            kills += 1
            if role == "parent":
                w.d.process.signal(signal.SIGKILL)
                w.d.process.popen.wait(10)
                time.sleep(r.random())
                w.d.start()
            else:
                w.d.kill(role)
        load.go_on = False
        w.liar.mode = "pass"
        w.tap.ok(load.wait(), f"round {rounds}: every client has its reply")
        sent += len(load.replies)
        load.verdict(f"round {rounds}")
        w.serves(f"round {rounds}")
    w.tap.note(f"soak: {kills} kills, {sent} messages, {rounds} rounds, "
               f"PSS {w.d.pss()} KiB")


def run(rig):
    w = World(rig, liar=True, conf="when-broken defer\nquestion-timeout 5s\n",
              settings={"default_process_limit": str(IN_FLIGHT + 40)})
    w.serves("before all")
    roles = sorted(w.d.roles())
    w.tap.note("roles: " + " ".join(roles))
    wanted = ["front", "eval.0", "resolve", "store", "signer", "web"]

    def name(r):
        return next((x for x in roles if x == r or x == r + ".0" or
                     x == r.split(".")[0]), r)
    if os.environ.get("ASSAY_SOAK_SECONDS"):
        w.each(soak)
    else:
        w.each(*[one(name(r)) for r in wanted if name(r) in roles], twice,
               parent)
    w.tap.ok(base.wait_for(w.pf.empty, 30), "nothing is left in the queue",
             w.pf.queue())
    w.tap.ok(w.d.stop() == 0, "assayd ends well", w.d.log()[-2000:])
    if os.environ.get("ASSAY_KEEP"):
        rig.tap.failed = 1


base.main(run)
