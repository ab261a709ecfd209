# SPDX-License-Identifier: Apache-2.0
"""A mail server on a loopback port that keeps what it gets.  hook(stage,
sender, recipient) is called before each answer and may give another one;
stages: MAIL RCPT DATA DOT SENT."""
import socket
import threading


class Sink:
    def __init__(self):
        self.mails = []             # (sender, recipient, bytes)
        self.hook = lambda stage, sender, to: None
        self.lock = threading.Lock()
        self.s = socket.socket()
        self.s.bind(("127.0.0.1", 0))
        self.s.listen(16)
        self.port = self.s.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                c, _ = self.s.accept()
            except OSError:
                return
            threading.Thread(target=self._quiet, args=(c,),
                             daemon=True).start()

    def _quiet(self, c):
        try:
            c.settimeout(30)
            self._talk(c, c.makefile("rb"))
        except OSError:
            pass
        c.close()

    def _talk(self, c, f):
        sender = to = ""

        def say(stage, usual):
            word = self.hook(stage, sender, to) or usual
            c.sendall(word.encode() + b"\r\n")
            return word
        c.sendall(b"220 sink.test ESMTP\r\n")
        while line := f.readline().decode("latin-1").strip():
            verb = line[:4].upper()
            if verb in ("EHLO", "HELO") and len(line.split()) != 2:
                c.sendall(b"501 5.5.4 who are you?\r\n")
            elif verb in ("EHLO", "HELO"):
                c.sendall(b"250-sink.test\r\n250 SIZE 100000000\r\n")
            elif verb == "MAIL":
                sender = line[line.index("<") + 1:line.index(">")]
                say("MAIL", "250 ok")
            elif verb == "RCPT":
                to = line[line.index("<") + 1:line.index(">")]
                say("RCPT", "250 ok")
            elif verb == "DATA":
                if say("DATA", "354 go")[0] != "3":
                    continue
                data = b""
                while (piece := f.readline()) not in (b".\r\n", b""):
                    data += piece[1:] if piece[:1] == b"." else piece
                if piece == b"":
                    return
                with self.lock:
                    if say("DOT", "250 queued")[0] == "2":
                        self.mails.append((sender, to, data))
                self.hook("SENT", sender, to)
            elif verb == "QUIT":
                c.sendall(b"221 bye\r\n")
                return

    def close(self):
        self.s.close()
