#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The life of assayd without any mail: start, deaths, reload, stop."""
import fcntl
import os
import shutil
import signal
import socket
import tempfile
import time

from daemon import ASSAYD, Daemon, done, ok, until
from milter import Milter

MAIL = b"From: <a@bank.example>\r\nSubject: x\r\n\r\nhello\r\n"
ROLES = ["eval.0", "eval.1", "front.0", "resolve.0", "store.0", "web.0"]


def all_children(d):
    """Of all generations."""
    with open(f"/proc/{d.process.pid}/task/{d.process.pid}/children") as f:
        return f.read().split()


def starts_and_stops():
    d = Daemon()
    ok(d.ready(), "is ready") or d.show()
    ok(sorted(d.children()) == ROLES, "one process a role")
    ok(os.path.exists(d.sock), "the socket is there")
    other = Daemon(conf=open(d.conf).read())
    ok(other.process.wait(10) == 1, "a second one on the same state ends")
    other.reader.join(5)
    ok(other.said("another assayd|Address already"), "and says why") or \
        other.show()
    status = d.stop()
    ok(status == 0, "SIGTERM ends it")
    ok(not d.children(), "nobody is left")
    ok(not os.path.exists(d.sock), "nor the socket")
    other.stop()


def deaths():
    d = Daemon()
    d.ready()
    for role in ROLES:
        before = d.children()
        os.kill(before[role], signal.SIGKILL)
        again = until(lambda: d.children().get(role, before[role]) !=
                      before[role])
        ok(again, f"{role} is started again after kill -9")
        after = d.children()
        same = [r for r in ROLES if r != role]
        ok(all(after.get(r) == before[r] for r in same),
           f"the others live on when {role} dies")
    time.sleep(0.5)
    ok(sorted(d.children()) == ROLES, "all are there")
    pids = d.children().values()
    d.process.kill()
    d.process.wait()
    ok(until(lambda: not any(os.path.exists(f"/proc/{p}") for p in pids)),
       "children die with the parent")
    d.stop()


def before_all_are_dead():
    """Started again at once: who dies with his parent has still the lock of
    his spool, which the next one waits for, or it would keep no record."""
    d = Daemon()
    d.ready()
    pids = d.children().values()
    d.process.kill()
    d.process.wait()
    until(lambda: not any(os.path.exists(f"/proc/{p}") for p in pids))
    spool = os.path.join(d.dir, "state/spool")
    held = [open(os.path.join(spool, n)) for n in os.listdir(spool)]
    for f in held:
        fcntl.flock(f, fcntl.LOCK_EX)
    d.reader.join(5)
    d.log.clear()
    d.begin()
    time.sleep(0.4)
    for f in held:
        f.close()
    ok(held and d.ready(), "is ready when the last of the others is dead") \
        or d.show()
    ok(not d.said("spool-unusable"), "and stores records") or d.show()
    d.stop()


def replaced():
    """A package has put another version where the program was: roles that
    are started again are still those that the parent speaks with."""
    room = tempfile.mkdtemp(prefix="assayd-exe.")
    program = os.path.join(room, "assayd")
    shutil.copy(ASSAYD, program)
    d = Daemon(program=program)
    ok(d.ready(), "a copy of the program runs") or d.show()
    with open(program + ".new", "w") as f:
        f.write("#!/bin/sh\nexit 1\n")
    os.chmod(program + ".new", 0o755)
    os.rename(program + ".new", program)
    before = d.children()
    for role in ("eval.0", "front.0"):
        os.kill(before[role], signal.SIGKILL)
        ok(until(lambda: d.children().get(role, before[role]) !=
                 before[role]), f"{role} is started again")
    time.sleep(0.5)
    ok(sorted(d.children()) == ROLES, "and all are there") or d.show()
    with open(f"/proc/{d.children()['eval.0']}/comm") as f:
        ok(f.read() == "assayd\n", "under the name assayd")
    ok(d.stop() == 0, "it ends well")
    shutil.rmtree(room)


def reloads():
    d = Daemon()
    d.ready()
    text = open(d.conf).read()
    before = d.children()
    d.write(text + "whrokers 3\n")
    d.signal(signal.SIGHUP)
    ok(until(lambda: d.said("reload-failed")), "a bad reload says so")
    ok(d.said(r"assay.conf line=9"), "with file and line")
    ok(d.said(r"meant=workers"), "and what was meant")
    ok(d.children() == before, "and changes nothing")
    d.write(text.replace("workers 2", "workers 3"))
    d.signal(signal.SIGHUP)
    ok(until(lambda: d.said("event=reloaded")), "a good one is taken")
    ok(until(lambda: d.said("event=drained")), "the old generation ends")
    after = until(lambda: len(d.children()) == 7 and d.children())
    ok(after and not set(after.values()) & set(before.values()),
       "all processes are new, and one more")
    s = socket.socket(socket.AF_UNIX)
    s.connect(d.sock)
    s.close()
    ok(True, "the socket is the same")
    ok(d.stop() == 0, "and it ends")


def deaths_while_draining():
    """A session goes on over a reload, and the roles of its generation that
    it needs are started again as ever."""
    d = Daemon()
    d.ready()
    before = d.children()
    m = Milter(d.sock)
    ok(m.message(MAIL)[0] in "acqy", "a session begins")
    d.signal(signal.SIGHUP)
    ok(until(lambda: d.said("event=reloaded")), "a reload") or d.show()
    for role in ("eval.0", "eval.1", "resolve.0", "store.0"):
        os.kill(before[role], signal.SIGKILL)
    until(lambda: len(d.said("event=child-died")) == 4)
    time.sleep(0.2)         # until front has heard of it
    begin = time.monotonic()
    ok(m.message(MAIL)[0] in "acqy" and not d.said("event=not-judged"),
       "the next message of the old session is judged, though all who judge "
       "for it have died") or d.show()
    took = time.monotonic() - begin
    ok(took < 20, f"in {took:.1f} s")
    m.close()
    ok(until(lambda: d.said("event=drained")),
       "and the old generation ends with it") or d.show()
    ok(until(lambda: len(all_children(d)) == len(ROLES)),
       "wholly") or print("#", all_children(d))
    ok(d.stop() == 0, "it ends well")


def bad_starts():
    rows = [
        ("no file", "/nonexistent", None, "No such file"),
        ("a mistake", None, "authserv-id a\nlisten milter unix:/x\n"
         "resolvre 127.0.0.1\n", "meant=resolver"),
        ("no listener", None, "authserv-id mx.example.org\n", "listen"),
    ]
    for label, path, conf, want in rows:
        d = Daemon(conf=conf or "")
        if path:
            d.stop()
            d = Daemon(conf="", args=["-c", path])
        ok(d.process.wait(20) != 0, f"{label}: the start fails")
        d.reader.join(5)
        ok(d.said(want), f"{label}: says why") or d.show()
        d.stop()


starts_and_stops()
deaths()
before_all_are_dead()
reloads()
replaced()
deaths_while_draining()
bad_starts()
done()
