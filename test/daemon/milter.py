# SPDX-License-Identifier: Apache-2.0
"""The mail server's side of the milter protocol, version 6, for tests."""
import socket
import struct

# What Postfix offers; a filter takes away what it does not want.
ACTIONS, PROTOCOL = 0x1ff, 0x1fffff


class Milter:
    def __init__(self, path, timeout=20):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.settimeout(timeout)
        self.met = False
        self.s.connect(path)
        self.send(b"O", struct.pack(">III", 6, ACTIONS, PROTOCOL))
        word, data = self.receive()
        assert word == b"O", word
        self.version, self.actions, self.protocol = \
            struct.unpack(">III", data[:12])

    def send(self, word, data=b""):
        self.s.sendall(struct.pack(">I", len(data) + 1) + word + data)

    def take(self, n):
        out = b""
        while len(out) < n:
            more = self.s.recv(n - len(out))
            if not more:
                raise EOFError("the filter closed the connection")
            out += more
        return out

    def receive(self):
        n, = struct.unpack(">I", self.take(4))
        data = self.take(n)
        return data[:1], data[1:]

    def step(self, word, data, waived):
        """Sends a command; its answer unless the filter waived it."""
        self.send(word, data)
        return None if self.protocol & waived else self.receive()[0]

    def message(self, raw, client="192.0.2.25", helo="mail.bank.example",
                sender="statements@bank.example",
                rcpts=("reader@reader.example",), macros=None,
                queue="4ABCDEF"):
        """Sends a whole message; (reply, data, [modifications])."""
        self.give(raw, client, helo, sender, rcpts, macros, queue)
        return self.end()

    def give(self, raw, client="192.0.2.25", helo="mail.bank.example",
             sender="statements@bank.example",
             rcpts=("reader@reader.example",), macros=None,
             queue="4ABCDEF"):
        """All of a message but its end."""
        no = self.protocol
        if not self.met:
            self.meet(client, helo)
        self.met = True
        for k, v in (macros or {}).items():
            self.send(b"D", b"M" + k.encode() + b"\0" + v.encode() + b"\0")
        if not no & 0x4:
            self.step(b"M", b"<" + sender.encode() + b">\0", 0x4000)
        for r in rcpts:
            if not no & 0x8:
                self.step(b"R", b"<" + r.encode() + b">\0", 0x8000)
        self.send(b"D", b"Ei\0" + queue.encode() + b"\0")
        if not no & 0x200:
            self.step(b"T", b"", 0x10000)
        self.content(raw)

    def meet(self, client, helo):
        """What comes once a connection, before the first message."""
        no = self.protocol
        if isinstance(client, bytes):       # as it is, with its name
            if not no & 0x1:
                self.step(b"C", client, 0x1000)
        elif client is not None:
            name = b"localhost\0"
            fam = b"6" if ":" in client else b"4"
            data = name + fam + struct.pack(">H", 25) + \
                client.encode() + b"\0"
            if not no & 0x1:
                self.step(b"C", data, 0x1000)
        if not no & 0x2:
            self.step(b"H", helo.encode() + b"\0", 0x2000)

    def content(self, raw):
        no = self.protocol
        head, _, body = raw.partition(b"\r\n\r\n")
        for field in self.fields(head):
            name, _, value = field.partition(b":")
            if not no & 0x100000:       # HDR_LEADSPC
                value = value.lstrip(b" ")
            self.step(b"L", name + b"\0" +
                      value.replace(b"\r\n", b"\n") + b"\0", 0x80)
        if not no & 0x40:
            self.step(b"N", b"", 0x40000)
        for at in range(0, len(body), 65535):
            if self.step(b"B", body[at:at + 65535], 0x80000) == b"s":
                break

    @staticmethod
    def fields(head):
        out = []
        for line in head.split(b"\r\n"):
            if line[:1] in (b" ", b"\t") and out:
                out[-1] += b"\r\n" + line
            else:
                out.append(line)
        return out

    def end(self):
        self.send(b"E")
        return self.verdict()

    def verdict(self):
        changes = []
        while True:
            word, data = self.receive()
            if word == b"p":
                continue
            if word in b"himqb+-e":
                changes.append((word.decode(), data))
                continue
            return word.decode(), data, changes

    def close(self):
        try:
            self.send(b"Q")
        except OSError:
            pass
        self.s.close()


def inserted(changes):
    """[(index, name, value)] of the fields that were put in."""
    out = []
    for word, data in changes:
        if word == "i":
            index, = struct.unpack(">I", data[:4])
            name, value = data[4:].split(b"\0")[:2]
            out.append((index, name.decode(), value.decode()))
    return out


def deleted(changes):
    out = []
    for word, data in changes:
        if word == "m":
            index, = struct.unpack(">I", data[:4])
            name, value = data[4:].split(b"\0")[:2]
            if value == b"":
                out.append((name.decode(), index))
    return out
