#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The front of assayd, without a mail server and without DNS: sessions,
bounds, what happens when an eval dies, reload and stop with work in flight.

    front.py BUILD

Mail of 127.0.0.1 is our own and needs no answers; that of 192.0.2.1 waits
for a resolver that never answers, as long as a test wants it in flight.
"""
import os
import signal
import socket
import struct
import threading
import time

from rig import assayd, base, milter

MAIL = b"From: a@b.example\r\nSubject: x\r\n\r\ntext\r\n"
FORGED = (b"Authentication-Results: mx.rcpt.test; dmarc=pass\r\n"
          b"Authentication-Results: other.test; dmarc=pass\r\n"
          b"Authentication-Results: mx.rcpt.test;\r\n\tdmarc=pass\r\n" + MAIL)


def client(d, ip="127.0.0.1", where=None, **more):
    c = milter.Client(where or d.socket, **more)
    c.session(ip)
    return c


def one(c, data=MAIL, rcpts="c@d.example", queue_id="Q"):
    c.envelope("a@b.example", rcpts, queue_id)
    return milter.changes(c.message(data, queue_id))


def last(got):
    return got["last"][0]


def removed(got):
    return [(i, n) for i, n, v in got["change"] if v == ""]


def versions(w):
    for version, actions, steps in ((2, 0x3f, 0x7f), (3, 0x3f, 0x7f),
                                    (4, 0x3f, 0xff), (6, 0x1ff, 0x1fffff),
                                    (7, 0x1ff, 0x1fffff),
                                    (6, 0x1ff, 0x1fffff & ~0x100000)):
        c = client(w.d, version=version, actions=actions, steps=steps)
        got = one(c, FORGED)
        w.tap.ok(c.version == min(version, 6) and c.steps & ~steps == 0 and
                 c.actions & ~actions == 0, f"version {version} is agreed",
                 c.version, hex(c.actions), hex(c.steps))
        w.tap.ok(removed(got) == [(3, "Authentication-Results"),
                                  (1, "Authentication-Results")] and
                 last(got) == b"c",
                 f"version {version}: forged results go, highest first", got)
        c.quit()
    c = client(w.d, actions=0x21)       # headers cannot be changed
    got = one(c, FORGED)
    w.tap.ok(got["hold"] and "forged" in got["hold"], "what cannot be "
             "removed is quarantined", got)
    c.quit()


def sessions(w):
    c = client(w.d)
    for cut in range(6):
        if cut > 0:
            c.put(b"M", b"<a@b.example>\0")
        if cut > 1:
            c.step(b"R", b"<c@d.example>\0", 0x8, 0x8000)
        if cut > 2:
            c.put(b"L", b"From\0 x\0")
        if cut > 3:
            c.put(b"N")
        if cut > 4:
            c.put(b"B", b"text" * 10000)
        c.abort()
    w.tap.ok(last(one(c)) == b"c", "a message after six that were aborted")
    big = FORGED + b"0123456789\r\n" * 80000
    got = one(c, big)
    w.tap.ok(len(removed(got)) == 2, "one of 960 KB", got)
    c.put(b"M", b"<old@b.example>\0")   # large, and left for another
    c.step(b"R", b"<c@d.example>\0", 0x8, 0x8000)
    c.put(b"L", b"From\0 x\0")
    c.put(b"N")
    for _ in range(4):
        c.put(b"B", b"old\r\n" * 10000)
    got = one(c, big)
    w.tap.ok(len(removed(got)) == 2 and last(got) == b"c",
             "a large one right behind another that was left", got)
    c.put(b"K")
    c.session("127.0.0.1", "another.example")
    w.tap.ok(last(one(c)) == b"c", "another client on the same connection")
    c.quit()
    c = milter.Client(w.d.socket)       # non_smtpd_milters
    c.put(b"C", b"localhost\0U")
    w.tap.ok(removed(one(c, FORGED)) != [], "no client: our own mail")
    c.quit()


def inet(w):
    c = client(w.d, where=w.port)
    took = []
    for _ in range(30):
        begin = time.monotonic()
        one(c)
        took.append(time.monotonic() - begin)
    c.quit()
    took.sort()
    # the client has Nagle's algorithm off, as no mail server has: its own
    # packets do not wait; what is seen is our side
    w.tap.ok(took[15] < 0.03 * base.TIMES,
             f"no stall over TCP: {took[15] * 1000:.1f} ms")
    s = milter.connect(w.port)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
    c = milter.Client.__new__(milter.Client)
    c.sock, c.buffer, c.frames = s, b"", []
    c.put(b"O", struct.pack(">III", 6, 0x1ff, 0x1fffff))
    c.version, c.actions, c.steps = struct.unpack(">III", c.get()[1][:12])
    c.session("127.0.0.1")
    took = []
    for _ in range(30):
        begin = time.monotonic()
        one(c)
        took.append(time.monotonic() - begin)
    c.quit()
    took.sort()
    w.tap.ok(took[15] < 0.03 * base.TIMES,
             f"nor with Nagle's algorithm before us: "
             f"{took[15] * 1000:.1f} ms")


def limits(w):
    c = client(w.d)
    got = one(c, MAIL + b"0123456789\r\n" * 10000)
    w.tap.ok(last(got) == b"c", "120 KB are judged")
    got = one(c, MAIL + b"0123456789\r\n" * 200000)
    w.tap.ok(got["last"][0] == b"y" and got["last"][1].startswith(b"451"),
             "more than max-message-size is when-broken", got)
    w.tap.ok(last(one(c)) == b"c", "and the next one is served")
    got = one(c, MAIL, [f"u{i}@d.example" for i in range(5000)])
    w.tap.ok(last(got) == b"c", "5000 recipients", got)
    c.quit()


def modes(w):
    c = client(w.d, where=w.observed)
    got = one(c, FORGED)
    w.tap.ok(removed(got) == [] and last(got) == b"c",
             "observe changes nothing", got)
    c.quit()
    c = client(w.d, "192.0.2.1")
    other = c.envelope("a@b.example", ["c@d.example", "e@special.example",
                                       "g@d.example"])
    w.tap.ok(len(other) == 1 and other[0][0] == b"y" and
             other[0][1].startswith(b"452"), "split defer: the recipient "
             "under another policy comes again", other)
    c.abort()
    other = c.envelope("a@b.example", ["e@special.example"])
    w.tap.ok(other == [], "and is taken by himself", other)
    c.quit()


class Held:
    """A message in flight, in a thread."""

    def __init__(self, d, data=MAIL, ip="192.0.2.1", where=None):
        self.c = client(d, ip, where)
        self.c.envelope("a@b.example", "c@d.example", "HELD")
        self.got = self.error = None
        self.data = data
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            self.got = milter.changes(self.c.message(self.data, "HELD"))
        except (OSError, milter.Gone) as e:
            self.error = e

    def wait(self, seconds=60):
        self.thread.join(seconds * base.TIMES)
        return self.got


def evals(w):
    return {r: p for r, p in w.d.roles().items() if r.startswith("eval")}


def signal_evals(w, number):
    pids = evals(w)
    for pid in pids.values():
        os.kill(pid, number)
    return pids


def progress(w):
    c = client(w.d)
    pids = signal_evals(w, signal.SIGSTOP)
    try:
        c.envelope("a@b.example", "c@d.example")
        c.put(b"L", b"From\0 x\0")
        c.put(b"N")
        c.put(b"E")
        w.tap.ok(c.get()[0] == b"p", "while a verdict is pending, the mail "
                 "server is told so")
        c.abort()
        c.envelope("a@b.example", "c@d.example")
        c.put(b"L", b"From\0 x\0")
        c.put(b"N")
        c.put(b"E")
    finally:
        for pid in pids.values():
            os.kill(pid, signal.SIGCONT)
    got = c.get()
    while got[0] == b"p":
        got = c.get()
    w.tap.ok(got[0] == b"c", "the verdict on a message that was dropped "
             "harms nothing", got)
    c.quit()


def deaths(w):
    """Messages that wait in an eval that dies are judged by another."""
    pids = signal_evals(w, signal.SIGSTOP)
    held = [Held(w.d, FORGED, "127.0.0.1") for _ in range(20)]
    time.sleep(0.5)
    for role, pid in pids.items():
        os.kill(pid, signal.SIGKILL)
        w.d.back(role, pid)
    w.tap.ok(all(h.wait() for h in held) and
             all(len(removed(h.got)) == 2 for h in held),
             "20 messages whose evals died are judged once more",
             [h.got or h.error for h in held][:3], w.d.log()[-2000:])


def killers(w):
    """One message that ends every eval that sees it, and twenty others."""
    bad = b"From: bad@b.example\r\n\r\nthis kills\r\n"
    signal_evals(w, signal.SIGSTOP)
    held = Held(w.d, bad, "127.0.0.1")
    time.sleep(0.3)
    deaths = 0
    for _ in range(2):          # wherever it is, that eval dies of it
        before = signal_evals(w, signal.SIGSTOP)
        if deaths == 0:
            time.sleep(0.2)
        for role, pid in before.items():
            os.kill(pid, signal.SIGKILL)
        for role, pid in before.items():
            # stopped at once, so that the second try waits in it
            while w.d.roles().get(role) in (None, pid):
                time.sleep(0.001)
            if deaths == 0:
                os.kill(w.d.roles()[role], signal.SIGSTOP)
        deaths += 1
        time.sleep(0.5)
    got = held.wait(20)
    if got and last(got) == b"c":
        w.tap.skip("a message that killed twice", "it was judged between "
                   "two signals")
        return
    w.tap.ok(got and got["last"][0] == b"y", "a message that killed two "
             "evals is when-broken", got, held.error, w.d.log()[-2000:])
    c = client(w.d)
    w.tap.ok(last(one(c)) == b"c", "others are judged")
    got = one(c, bad)
    w.tap.ok(got["last"][0] == b"y" and "killed-before" in w.d.log(),
             "it is not tried when it comes again", got)
    c.quit()


def reload(w):
    c = client(w.d)
    held = Held(w.d)
    time.sleep(0.3)
    before = w.d.roles()["front.0"]
    w.d.process.signal(signal.SIGHUP)
    base.wait_for(lambda: w.d.roles().get("front.0") not in (None, before))
    got = one(c)
    w.tap.ok(last(got) == b"c", "a session goes on over a reload", got)
    n = client(w.d)
    w.tap.ok(last(one(n)) == b"c", "a new one is served beside it")
    n.quit()
    time.sleep(4)           # as a client may be silent
    w.tap.ok(last(one(c)) == b"c", "and the old one, after a while")
    c.quit()
    got = held.wait()
    w.tap.ok(got is not None, "and a message in flight has its verdict",
             held.error, w.d.log()[-3000:])


def stop(w):
    held = Held(w.d)
    quiet = client(w.d)     # of a generation before the last
    w.d.process.signal(signal.SIGHUP)
    base.wait_for(lambda: w.d.log().count("event=reloaded") == 2)
    new = client(w.d)
    begin = time.monotonic()
    status = w.d.stop(60)
    took = time.monotonic() - begin
    w.tap.ok(status == 0, f"assayd ends well ({took:.1f} s)",
             w.d.log()[-2000:])
    w.tap.ok(held.wait(5) is not None, "what was in flight was answered",
             held.error, w.d.log()[-2000:])
    quiet.sock.close()
    new.sock.close()


class World:
    def __init__(self, rig):
        self.rig, self.tap = rig, rig.tap
        # a resolver that takes questions and never answers
        self.hole = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.hole.bind(("127.0.0.1", 0))
        self.port = base.free_port()
        self.observed = rig.work / "observed.sock"
        self.d = assayd.Assayd(
            rig, self.hole.getsockname()[1], f"""when-broken defer
listen milter inet:127.0.0.1:{self.port}
listen milter unix:{self.observed} permissions 666 mode observe
max-message-size 1M
split defer
question-timeout 2s
policy "usual" {{ structure S1 then quarantine }}
policy "special" {{ structure S1 then reject }}
use-policy "special" recipient special.example
""")
        base.wait_for(lambda: milter.listens(self.port))

    def each(self, *tests):
        for test in tests:
            try:
                test(self)
            except Exception as e:
                self.tap.ok(False, f"{test.__name__}: {type(e).__name__}: "
                            f"{e}", self.d.log()[-3000:])


def run(rig):
    w = World(rig)
    w.each(versions, sessions, inet, limits, modes, progress, deaths,
           killers, reload, stop)


base.main(run)
