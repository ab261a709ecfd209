#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reload under traffic, a bad reload, a graceful stop, a bad start.

    reloads.py BUILD
"""
import os
import subprocess
import time

from rig import assayd, base, mail, milter
from rig.world import Load, World, ours


def under_traffic(w):
    w.sink.clear()
    load = Load(w, 6, repeat=10**6, fresh=False)
    time.sleep(1)
    old = w.d.roles()
    for i in range(3):
        w.d.write(f"# reload {i}\n")
        w.d.reload()
        time.sleep(2 * base.TIMES)
    load.go_on = False
    w.tap.ok(load.wait(60), "every client has its reply")
    w.tap.ok(set(load.codes()) == {250}, "three reloads under traffic: all "
             f"{len(load.replies)} messages accepted", load.codes(),
             [t for t in load.texts.values() if not t.startswith("250")][:3],
             w.d.log()[-2500:])
    load.verdict("reloads")
    with w.sink.lock:
        bare = [m for m in w.sink.mails if len(ours(m)) != 1]
    w.tap.ok(not bare, "each with one result", len(bare))

    def renewed():
        new = w.d.roles()
        return any(r.startswith("front") for r in new) and set(new.values()).isdisjoint(
            old.values())
    w.tap.ok(base.wait_for(renewed, 40), "the old generation has ended",
             old, w.d.roles())


def long_session(w):
    """A connection that was there before the reload goes on."""
    c = milter.Client(w.d.socket)
    c.session("192.0.2.1", "good.test")
    c.envelope("alice@good.test", "bob@rcpt.test")
    w.d.reload()
    time.sleep(1.5)
    got = milter.changes(c.message(mail.message(subject="across")))
    w.tap.ok(any("spf=pass" in v for _, _, v in got["insert"]),
             "a message across a reload is judged", got)
    c.quit()


def takes_effect(w):
    w.d.policy = assayd.POLICY.replace("then reject", "then quarantine")
    w.d.write()
    w.d.reload()

    def held():
        code, _ = w.send(mail.message(sender="eve@good.test"),
                         sender="eve@good.test", ip="198.51.100.9")
        return code == 250
    w.tap.ok(base.wait_for(held, 15, 0.3), "the new policy holds")
    w.pf.delete()


def bad_reload(w):
    for label, bad, want in (
            ("an unknown statement", "resolvr 127.0.0.1\n", "resolver"),
            ("a bad number", "max-signatures many\n", "no number"),
            ("no such key", 'domain "x.test" {\n\tsign rsa s '
             '/nowhere/key.pem\n}\n', "/nowhere/key.pem")):
        old, before = w.d.roles(), len(w.d.log())
        w.d.write(bad)
        w.d.reload()
        got = base.wait_for(lambda: want in w.d.log()[before:] and
                            w.d.log()[before:], 10)
        w.tap.ok(got, f"bad reload, {label}: the log says it",
                 w.d.log()[before:])
        where = str(w.d.conf) + ":8"
        if "key" not in label:      # mail goes on without such a key
            w.tap.ok(got and (where in got or "line=8" in got),
                     f"bad reload, {label}: with file and line", got)
            w.tap.ok(w.d.roles() == old, f"bad reload, {label}: the old "
                     "ones go on", old, w.d.roles())
        w.serves(f"bad reload, {label}")
    w.d.policy = assayd.POLICY
    w.d.write()


def bad_start(w):
    for label, bad, want in (
            ("an unknown statement", "listn milter unix:/x\n", "listen"),
            ("a bad address", "resolver 127.0.0.1:99999\n", "resolver"),
            ("a directory that is not there", "state-directory "
             "/nowhere/at/all\n", "/nowhere")):
        path = w.rig.work / "bad.conf"
        text = w.d.conf.read_text()
        if "state-directory" in bad:
            text = "".join(line + "\n" for line in text.splitlines()
                           if not line.startswith("state-directory"))
        path.write_text(text + bad)
        got = subprocess.run([w.d.program, "-f", "-c", path],
                             capture_output=True, text=True, timeout=20)
        w.tap.ok(got.returncode != 0 and want in got.stderr + got.stdout,
                 f"bad start, {label}: refused, and said why",
                 got.returncode, got.stderr)
    got = subprocess.run([w.d.program, "--check", "-c", w.d.conf],
                         capture_output=True, text=True, timeout=20)
    w.tap.ok(got.returncode == 0, "--check finds the good one good",
             got.stderr)


def graceful(w):
    """What is in flight at the stop is finished."""
    w.sink.clear()
    w.liar.mode, w.liar.delay = "slow", 1.0
    load = Load(w, 40)
    load.all_waiting(60)
    status = w.d.stop(40)
    w.tap.ok(status == 0, "a stop with 40 in flight ends well", status,
             w.d.log()[-2000:])
    load.wait(60)
    w.tap.ok(set(load.codes()) == {250}, "and all of them were accepted",
             load.codes(), list(load.texts.values())[:2])
    load.verdict("stop")
    with w.sink.lock:
        bare = [m for m in w.sink.mails if len(ours(m)) != 1]
    w.tap.ok(not bare, "each with its result", len(bare))
    w.tap.ok(not w.d.roles() and not os.path.exists(
        f"/proc/{w.d.process.pid}/stat"), "nobody is left")


def run(rig):
    w = World(rig, liar=True)
    w.serves("before all")
    w.each(under_traffic, long_session, takes_effect, bad_reload, bad_start,
           graceful)


base.main(run)
