# SPDX-License-Identifier: Apache-2.0
"""The usual world: names, keys, a sink, assayd, Postfix before it."""
import re
import threading
import time
import traceback

from . import assayd, dns, mail, milter, mta
from .base import wait_for

OURS = "mx.rcpt.test"
# 192.0.2.1 and 2001:db8::1 may send for all of them, nobody else.
ZONE = """good TXT "v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all"
good MX 10 good
good A 192.0.2.1
_dmarc.good TXT "v=DMARC1; p=reject"
quar TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.quar TXT "v=DMARC1; p=quarantine"
soft TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.soft TXT "v=DMARC1; p=none"
*.many TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.many TXT "v=DMARC1; p=none"
"""


def ours(m):
    """The results that a reader would take for ours."""
    return [r for r in m.results()
            if re.match(r'^(\([^)]*\)+\s*)*"?mx\.rcpt\.test"?(?![\w.-])',
                        r.replace("( hi (x) )", ""), re.I)]


class World:
    """spy: a tap between Postfix and assayd; liar: a resolver between
    assayd and unbound that misbehaves on demand; more: of mta.Postfix."""

    def __init__(self, rig, spy=False, liar=False, conf="", zone="",
                 daemon=None, **more):
        self.rig, self.tap = rig, rig.tap
        assayd.need(rig)
        self.key = mail.Key(rig, "rsa")
        self.ed = mail.Key(rig, "ed", "ed25519")
        self.names = dns.Names(
            rig, ZONE + zone + self.key.zone("r", "good.test") +
            self.ed.zone("e", "good.test"))
        self.liar = dns.Liar(self.names.port) if liar else None
        self.sink = mta.Sink()
        self.d = assayd.Assayd(
            rig, self.liar.port if liar else self.names.port, conf,
            **(daemon or {}))
        where = self.d.socket
        if spy:
            self.spy = milter.Tap(rig.work / "tap.sock", where)
            where = self.spy.path
        self.pf = mta.Postfix(rig, self.sink.port, f"unix:{where}", **more)

    def each(self, *tests):
        """Runs them all; one that breaks has failed, the others go on."""
        for test in tests:
            begin = time.monotonic()
            try:
                test(self)
            except Exception as e:
                self.tap.ok(False, f"{test.__name__}: {type(e).__name__}: "
                            f"{e}", traceback.format_exc())
            self.tap.note(f"{test.__name__}: "
                          f"{time.monotonic() - begin:.1f} s")

    def send(self, data, sender="alice@good.test", rcpts="bob@rcpt.test",
             ip="192.0.2.1", options="", port=None, **session):
        with mta.Smtp(port or self.pf.port, ip=ip, helo="good.test",
                      **session) as s:
            return s.send(sender, rcpts, data, options)

    def arrives(self, subject, data, **how):
        """The mail at the sink, or None with a failed line."""
        code, text = self.send(data, **how)
        got = self.sink.get(subject) if code == 250 else None
        if not got:
            self.tap.ok(False, f"{subject}: arrives", text,
                        self.d.log()[-3000:], self.pf.log()[-1500:])
        return got

    def serves(self, label):
        """One message comes through with its result; seconds it took."""
        subject = f"served {label} {time.monotonic_ns()}"
        begin = time.monotonic()
        code, text = self.send(mail.message(subject=subject))
        took = time.monotonic() - begin
        m = self.sink.get(subject) if code == 250 else None
        self.tap.ok(m and len(ours(m)) == 1 and "spf=pass" in ours(m)[0],
                    f"{label}: the next message is served", text,
                    m and m.results(), self.d.log()[-2000:])
        return took


class Load:
    """n clients at once, one message each of its own domain; their replies
    in .replies {message id: code}, afterwards."""

    count = 0

    def __init__(self, world, n, size=2000, fresh=True, repeat=1):
        self.world, self.n, self.size = world, n, size
        self.fresh, self.repeat = fresh, repeat
        self.replies, self.lock = {}, threading.Lock()
        self.texts = {}
        self.waiting = 0        # have sent all, and wait for the reply
        self.go_on = True
        self.threads = [threading.Thread(target=self.client, args=(i,),
                                         daemon=True) for i in range(n)]
        for t in self.threads:
            t.start()

    def client(self, i):
        turn = 0
        while self.go_on and turn < self.repeat:
            turn += 1
            with self.lock:
                Load.count += 1
                k = Load.count
            msgid = f"<load{k}.{time.time_ns()}@many.test>"
            try:
                code, text = self.one(k, msgid)
            except OSError as e:
                code, text = 0, str(e)
            with self.lock:
                self.replies[msgid] = code
                self.texts[msgid] = text

    def one(self, k, msgid):
        domain = f"u{k}.many.test" if self.fresh else "good.test"
        data = mail.message(sender=f"a@{domain}", msgid=msgid,
                            subject=f"load {k}", body="z" * 70 + "\r\n"
                            + "some line of text\r\n" * (self.size // 19))
        s = mta.Smtp(self.world.pf.port, ip="192.0.2.1", helo="good.test",
                     timeout=120)
        try:
            for c in (f"MAIL FROM:<a@{domain}>", "RCPT TO:<bob@rcpt.test>",
                      "DATA"):
                got = s(c)
                if got[0] not in (250, 354):
                    return got
            s.sock.sendall(mta.stuffed(data))
            with self.lock:
                self.waiting += 1
            return s.reply()
        finally:
            s.close()

    def all_waiting(self, seconds=60):
        return wait_for(lambda: self.waiting >= self.n, seconds)

    def wait(self, seconds=120):
        end = time.monotonic() + seconds
        for t in self.threads:
            t.join(max(0, end - time.monotonic()))
        return not any(t.is_alive() for t in self.threads)

    def accepted(self):
        return [m for m, c in self.replies.items() if c == 250]

    def codes(self):
        got = {}
        for c in self.replies.values():
            got[c] = got.get(c, 0) + 1
        return got

    def verdict(self, label):
        """Each accepted one is at the sink once or in the queue; nothing
        that was not accepted came twice."""
        w = self.world

        def arrived():
            with w.sink.lock:
                text = [m.field("Message-ID") for m in w.sink.mails]
            got = {}
            for t in text:
                got[t] = got.get(t, 0) + 1
            return got

        def lost():
            here = arrived()
            return [m for m in self.accepted() if m not in here]
        wait_for(lambda: not lost(), 40)
        here, missing = arrived(), lost()
        if missing:
            queue = b"".join(w.pf.postcat(i) for q, ids in
                             w.pf.queue().items() for i in ids)
            missing = [m for m in missing if m.encode() not in queue]
        w.tap.ok(not missing, f"{label}: nothing accepted is lost "
                 f"({self.codes()})", missing[:5], w.pf.log()[-1500:])
        twice = [m for m in self.replies if here.get(m, 0) > 1]
        w.tap.ok(not twice, f"{label}: nothing comes twice", twice[:5])
        bare = [m for m in self.accepted() if m in here]
        return bare
