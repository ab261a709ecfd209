#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Clients of the milter socket that are slow, idle, many or mad: bounded
memory, others unharmed.

    bad_clients.py BUILD
"""
import os
import random
import resource
import signal
import socket
import struct
import threading
import time

from rig import base, mail, milter
from rig.world import World

IDLE, MOST = 1000, 1500


def idle(w):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    before = w.d.pss()
    clients = [milter.Client(w.d.socket) for _ in range(IDLE)]
    after = w.d.pss()
    w.tap.ok(len(clients) == IDLE, f"{IDLE} connections are negotiated")
    took = w.serves(f"{IDLE} idle connections")
    w.tap.ok(took < 5 * base.TIMES, f"and soon ({took:.2f} s)")
    if before and after and not w.rig.sanitized:
        each = (after - before) / IDLE
        w.tap.ok(each < 24, f"an idle connection costs {each:.1f} KiB "
                 f"({before} KiB before, {after} KiB with)")
    else:
        w.tap.skip("memory of idle connections", "no smaps_rollup")
    for c in clients[::2]:
        c.quit()
    for c in clients[1::2]:
        c.sock.close()              # without a word
    w.serves("all idle ones gone")


def drip(w):
    """One octet at a time, through everything."""
    data = mail.message(subject="drip")
    frames = milter.frame(b"O", struct.pack(">III", 6, 0x1ff, 0x1fffff))
    slow = [milter.connect(w.d.socket, 60) for _ in range(20)]
    stop = time.monotonic() + 6
    sent = 0

    def drops():
        nonlocal sent
        while time.monotonic() < stop and sent < len(frames):
            for s in slow:
                s.sendall(frames[sent:sent + 1])
            sent += 1
            time.sleep(0.3)
    t = threading.Thread(target=drops)
    t.start()
    took = max(w.serves("20 clients that drip") for _ in range(3))
    w.tap.ok(took < 3 * base.TIMES, f"others do not wait ({took:.2f} s)")
    t.join()
    for s in slow:
        s.sendall(frames[sent:])
    good = 0
    for s in slow:
        good += s.recv(4096)[4:5] == b"O"
        s.close()
    w.tap.ok(good == len(slow), "and they are answered in the end", good)
    # a whole message cut into octets, faster
    c = milter.Client(w.d.socket)
    whole = c.sock.sendall

    class Octets:
        def __getattr__(self, name):
            return getattr(c_sock, name)

        def sendall(self, data):
            for i in range(len(data)):
                whole(data[i:i + 1])
    c_sock, c.sock = c.sock, Octets()
    c.session("192.0.2.1", "good.test")
    c.envelope("alice@good.test", "bob@rcpt.test")
    got = milter.changes(c.message(data))
    w.tap.ok(any("spf=pass" in v for _, _, v in got["insert"]),
             "a message sent octet by octet is judged", got)
    c.sock.close()


def mad_frames():
    r = random.Random(42)
    neg = milter.frame(b"O", struct.pack(">III", 6, 0x1ff, 0x1fffff))
    yield "nothing", b""
    yield "length 0", b"\0\0\0\0"
    yield "length 0 after negotiation", neg + bytes(4)
    yield "length 2^32-1", b"\xff\xff\xff\xffO"
    yield "length 2^31 after negotiation", neg + b"\x80\0\0\0B"
    yield "cut frame", neg[:7]
    yield "cut after negotiation", neg + b"\0\0\1\0M<a@b"
    yield "a mail before negotiation", milter.frame(b"M", b"<a@b>\0")
    yield "unknown command", neg + milter.frame(b"z", b"?")
    yield "unknown commands", neg + b"".join(
        milter.frame(bytes([c])) for c in range(256))
    yield "negotiation of 3 octets", milter.frame(b"O", b"abc")
    yield "negotiation twice", neg + neg
    yield "version 1", milter.frame(b"O", struct.pack(">III", 1, 0, 0))
    yield "version 2^32-1", milter.frame(
        b"O", struct.pack(">III", 2**32 - 1, 0, 0))
    yield "a header without NUL", neg + milter.frame(b"L", b"Subject")
    yield "body out of turn", neg + milter.frame(b"B", b"x") + \
        milter.frame(b"E")
    yield "end of nothing", neg + milter.frame(b"E")
    yield "a connection of an odd family", neg + milter.frame(
        b"C", b"x\0Z\0\0zz\0")
    yield "a connection cut", neg + milter.frame(b"C", b"x\0" b"4")
    yield "macros without end", neg + milter.frame(b"D", b"Mi\0Q\0j")
    yield "HTTP", b"POST / HTTP/1.1\r\nHost: x\r\n\r\n"
    for i in range(20):
        yield f"noise {i}", r.randbytes(r.randrange(1, 3000))
    for i in range(20):
        text = bytearray(neg + milter.frame(
            b"C", b"x\0" b"4\0\0" b"192.0.2.1\0") + milter.frame(
                b"M", b"<a@b.test>\0") + milter.frame(
                    b"R", b"<c@d.test>\0") + milter.frame(
                        b"L", b"From\0x\0") + milter.frame(b"E"))
        for _ in range(3):
            text[r.randrange(13, len(text))] = r.randrange(256)
        yield f"changed octets {i}", bytes(text)


def mad(w):
    before = w.d.roles()
    fine = []
    for label, data in mad_frames():
        s = milter.connect(w.d.socket, 5)
        try:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            while s.recv(65536):
                pass
            fine.append(label)
        except (BrokenPipeError, ConnectionResetError):
            fine.append(label)
        except OSError as e:        # a connection that stays is a fault
            w.tap.ok(False, f"mad client: {label}: {e}")
        s.close()
    w.tap.ok(len(fine) >= 60, f"{len(fine)} mad clients were let go")
    w.tap.ok(w.d.roles() == before, "no role died of them", before,
             w.d.roles())
    w.serves("mad clients")


def endless(w):
    """A header and a body without end are cut off, not stored."""
    before = w.d.pss()
    for label, command, data in (
            ("fields", b"L", b"X-Long\0" + b"v" * 60000 + b"\0"),
            ("macros", b"D", b"L" + b"k\0" + b"v" * 60000 + b"\0"),
            ("recipients", b"R", b"<" + b"r" * 1000 + b"@x.test>\0")):
        c = milter.Client(w.d.socket)
        c.session("192.0.2.1", "good.test")
        c.envelope("alice@good.test", "bob@rcpt.test")
        sent = 0
        try:
            c.sock.settimeout(3)
            while sent < 64 << 20:
                c.sock.sendall(milter.frame(command, data))
                sent += len(data)
        except OSError:
            pass
        now = w.d.pss()
        w.tap.note(f"endless {label}: {sent >> 10} KiB were taken; "
                   f"{before} -> {now} KiB")
        if now and not w.rig.sanitized:
            w.tap.ok(now < before + 80 * 1024,
                     f"endless {label}: memory is bounded", before, now)
        c.sock.close()
    after = w.d.pss()
    if before and after and not w.rig.sanitized:
        w.tap.ok(after < before + 64 * 1024,
                 f"memory after endless headers: {before} -> {after} KiB")
    w.serves("endless headers")


def backlog(w):
    """The front does not take connections for a while: what fits waits,
    what does not is deferred by Postfix, and nothing is lost."""
    pid = w.d.roles().get("front") or w.d.roles().get("front.0")
    os.kill(pid, signal.SIGSTOP)
    waiting, full = [], False
    try:
        for _ in range(6000):
            s = socket.socket(socket.AF_UNIX)
            s.setblocking(False)
            try:
                s.connect(str(w.d.socket))
                waiting.append(s)
            except BlockingIOError:
                full = True
                s.close()
                break
        w.tap.ok(full, f"the backlog is full after {len(waiting)}")
        got = []
        t = threading.Thread(target=lambda: got.append(w.send(
            mail.message(subject="behind a full backlog"))))
        t.start()
        t.join(2)
    finally:
        os.kill(pid, signal.SIGCONT)
    t.join(40)
    for s in waiting:
        s.close()
    w.tap.ok(got and got[0][0] in (250, 451), "the mail of that moment has "
             "its reply", got)
    if got and got[0][0] == 250:
        w.tap.ok(w.sink.get("behind a full backlog"), "and arrives")
    w.serves("a full backlog")


def too_many(w):
    """More than max-connections: those beyond wait or are let go, the rest
    live, and when those go there is room again."""
    clients, refused = [], 0
    while refused < 2 and len(clients) < MOST + 10:
        try:
            clients.append(milter.Client(w.d.socket, timeout=2))
        except (OSError, milter.Gone):
            refused += 1
    w.tap.ok(refused and len(clients) >= MOST - 100,
             f"{len(clients)} connections, then no more", refused)
    c = clients.pop()
    c.session("192.0.2.1", "good.test")
    c.envelope("alice@good.test", "bob@rcpt.test")
    got = milter.changes(c.message(mail.message()))
    w.tap.ok(any("spf=pass" in v for _, _, v in got["insert"]),
             "one of them is served", got)
    for c in clients:
        c.quit()
    w.serves("too many connections")


def run(rig):
    w = World(rig, conf=f"max-connections {MOST}\n")
    w.serves("before all")
    w.each(idle, drip, mad, endless, backlog, too_many)
    w.tap.ok(w.d.stop() == 0, "assayd ends well", w.d.log()[-2000:])


base.main(run)
