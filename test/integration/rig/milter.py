# SPDX-License-Identifier: Apache-2.0
"""The milter protocol for tests: a client that can be wrong on purpose, a
trivial milter to try the rig with, a tap that writes down what passes."""
import os
import pathlib
import socket
import struct
import threading

from .base import TIMES

LEADSPC = 0x100000


def frame(command, data=b""):
    return struct.pack(">I", len(data) + 1) + command + data


def cut(buffer):
    """[(command, data)], rest."""
    got = []
    while len(buffer) >= 5:
        n = struct.unpack(">I", buffer[:4])[0]
        if n == 0 or len(buffer) < 4 + n:
            break
        got.append((buffer[4:5], buffer[5:4 + n]))
        buffer = buffer[4 + n:]
    return got, buffer


def connect(where, timeout=30):
    """A unix path, or a port."""
    if isinstance(where, int):
        s = socket.create_connection(("127.0.0.1", where), timeout * TIMES)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    else:
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(timeout * TIMES)
        s.connect(str(where))
    s.settimeout(timeout * TIMES)
    return s


def listens(where):
    try:
        connect(where, 2).close()
        return True
    except OSError:
        return False


class Gone(Exception):
    """The other side has closed."""


class Client:
    """The MTA's side."""

    def __init__(self, where, version=6, actions=0x1ff, steps=0x1fffff,
                 timeout=30):
        self.sock = connect(where, timeout)
        self.buffer, self.frames = b"", []
        self.put(b"O", struct.pack(">III", version, actions, steps))
        command, data = self.get()
        if command != b"O":
            raise Gone(f"negotiation answered by {command!r}")
        self.version, self.actions, self.steps = struct.unpack(
            ">III", data[:12])

    def put(self, command, data=b""):
        self.sock.sendall(frame(command, data))

    def get(self):
        while not self.frames:
            try:
                more = self.sock.recv(65536)
            except (ConnectionResetError, BrokenPipeError):
                more = b""
            if not more:
                raise Gone("closed")
            self.frames, self.buffer = cut(self.buffer + more)
        return self.frames.pop(0)

    def step(self, command, data, no, no_reply):
        """One step, unless it was waived; its answer, if there is one."""
        if self.steps & no:
            return None
        self.put(command, data)
        if self.steps & no_reply:
            return None
        while True:
            got = self.get()
            if got[0] != b"p":
                return got

    def macros(self, command, *pairs):
        data = command + b"".join(
            k.encode() + b"\0" + v.encode() + b"\0" for k, v in pairs)
        self.put(b"D", data)

    def session(self, ip="192.0.2.1", helo="client.test", name=None):
        self.macros(b"C", ("j", "mx.rcpt.test"),
                    ("{daemon_name}", "rig"), ("v", "rig"))
        kind = b"6" if ":" in ip else b"4"
        got = self.step(b"C", (name or f"[{ip}]").encode() + b"\0" + kind +
                        struct.pack(">H", 4321) + ip.encode() + b"\0",
                        0x1, 0x1000)
        got2 = self.step(b"H", helo.encode() + b"\0", 0x2, 0x2000)
        return got2 or got

    def envelope(self, sender, rcpts, queue_id="QTEST", macros=()):
        """The answers that are not "continue"."""
        other = []
        self.macros(b"M", ("i", queue_id), ("{mail_addr}", sender), *macros)
        got = self.step(b"M", f"<{sender}>".encode() + b"\0", 0x4, 0x4000)
        if got and got[0] != b"c":
            other.append(got)
        for r in [rcpts] if isinstance(rcpts, str) else rcpts:
            self.macros(b"R", ("{rcpt_addr}", r))
            got = self.step(b"R", f"<{r}>".encode() + b"\0", 0x8, 0x8000)
            if got and got[0] != b"c":
                other.append(got)
        return other

    def message(self, data, queue_id="QTEST", chunk=65535):
        """Header and body; [(command, data)] of the answer at its end."""
        head, _, body = data.partition(b"\r\n\r\n")
        self.step(b"T", b"", 0x200, 0x10000)
        import re
        for n, v in re.findall(rb"(?ms)^([^\s:][^:\r\n]*?):(.*?)\r\n(?![ \t])",
                               head + b"\r\n"):
            v = v.replace(b"\r\n", b"\n")
            if not self.steps & LEADSPC and v.startswith(b" "):
                v = v[1:]
            self.step(b"L", n + b"\0" + v + b"\0", 0x20, 0x80)
        self.step(b"N", b"", 0x40, 0x40000)
        skip = False
        for i in range(0, len(body), chunk):
            if skip:
                break
            got = self.step(b"B", body[i:i + chunk], 0x10, 0x80000)
            skip = got and got[0] == b"s"
        return self.end(queue_id)

    def end(self, queue_id="QTEST"):
        self.macros(b"E", ("i", queue_id))
        self.put(b"E")
        got = []
        while True:
            answer = self.get()
            if answer[0] == b"p":
                continue
            got.append(answer)
            if answer[0] in b"acdrty":
                return got

    def abort(self):
        self.put(b"A")

    def quit(self):
        try:
            self.put(b"Q")
        except OSError:
            pass
        self.sock.close()


def changes(answer):
    """What a milter's answer does: {"insert": [(index, name, value)],
    "change": [(index, name, value)], "add": [...], "hold": reason or None,
    "last": (command, data)}."""
    got = {"insert": [], "change": [], "add": [], "hold": None,
           "last": answer[-1]}
    for command, data in answer[:-1]:
        if command in b"im":
            i = struct.unpack(">I", data[:4])[0]
            name, value = data[4:].split(b"\0")[:2]
            got["insert" if command == b"i" else "change"].append(
                (i, name.decode(), value.decode("utf-8", "replace")))
        elif command == b"h":
            name, value = data.split(b"\0")[:2]
            got["add"].append((0, name.decode(), value.decode()))
        elif command == b"q":
            got["hold"] = data.rstrip(b"\0").decode()
    return got


class Listener:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.path.unlink(missing_ok=True)
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.bind(str(path))
        os.chmod(path, 0o666)
        self.sock.listen(128)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                s, _ = self.sock.accept()
            except OSError:
                return
            threading.Thread(target=self.guarded, args=(s,),
                             daemon=True).start()

    def guarded(self, s):
        try:
            self.serve(s)
        except OSError:
            pass
        finally:
            s.close()

    def close(self):
        self.sock.close()
        self.path.unlink(missing_ok=True)


class Trivial(Listener):
    """Adds one field, waives every reply: to try the rig with."""

    def __init__(self, path, value="mx.rcpt.test; none"):
        self.value = value
        super().__init__(path)

    def serve(self, s):
        buffer = b""
        while True:
            more = s.recv(65536)
            if not more:
                return
            frames, buffer = cut(buffer + more)
            for command, data in frames:
                if command == b"O":
                    s.sendall(frame(b"O", struct.pack(">III", 6, 1,
                                                      0x1ff080)))
                elif command == b"E":
                    s.sendall(frame(b"i", bytes(4) +
                                    b"Authentication-Results\0" +
                                    self.value.encode() + b"\0") +
                              frame(b"c"))
                elif command == b"Q":
                    return


class Tap(Listener):
    """Between a mail server and a milter: keeps each frame.

    sessions: lists of (from the mail server?, command, data).
    """

    def __init__(self, path, behind):
        self.behind = behind
        self.sessions = []
        super().__init__(path)

    def serve(self, s):
        session = []
        self.sessions.append(session)
        other = connect(self.behind, 120)
        t = threading.Thread(target=self.pump, args=(other, s, session,
                                                     False), daemon=True)
        t.start()
        self.pump(s, other, session, True)
        other.close()

    @staticmethod
    def pump(one, two, session, from_mta):
        buffer = b""
        try:
            while True:
                more = one.recv(65536)
                if not more:
                    break
                frames, buffer = cut(buffer + more)
                session += [(from_mta, c, d) for c, d in frames]
                two.sendall(more)
        except OSError:
            pass
        try:
            two.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def messages(self):
        """The messages as the milter was told them, CRLF, with how its
        negotiation left leading spaces."""
        got = []
        for session in self.sessions:
            space = b""
            data, body = b"", b""
            for from_mta, c, d in session:
                if not from_mta:
                    if c == b"O":
                        steps = struct.unpack(">I", d[8:12])[0]
                        space = b"" if steps & LEADSPC else b" "
                elif c == b"L":
                    n, v = d.split(b"\0")[:2]
                    data += n + b":" + space + v.replace(b"\n", b"\r\n") + \
                        b"\r\n"
                elif c == b"B":
                    body += d
                elif c == b"E":
                    got.append(data + b"\r\n" + body)
                    data, body = b"", b""
                elif c == b"A":
                    data, body = b"", b""
        return got
