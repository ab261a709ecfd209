#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Submission: people log in to Postfix by Dovecot's passwords, and assayd looks
at what their accounts do.  Then somebody else has a password.

    submission.py BUILD
"""
import base64
import json
import re
import subprocess
import threading
import time

from rig import base, imap, mail, month, mta
from rig.base import wait_for

DAY = 86400
PEOPLE = {f"{n}@rcpt.test": f"{n} has a pass word"
          for n in ("bob", "eve", "news", "jim")}
HOME, ABROAD = "127.1.0.5", "127.77.0.9"
ZONE = "rcpt.test. TXT \"v=spf1 -all\"\n"
CONF = """own-accounts yes
own-domain rcpt.test
own-observe 7d
own-people-hour 150
alerts-to postmaster@rcpt.test
alerts-from assay@rcpt.test
"""
POLICY = """policy "office" {
	mandate "rate" own over-rate owner "ops" until 2099-12-31 budget 500 then defer
}
"""
LETTER = 3                      # messages
READERS = 40                    # of each


class Client(mta.Smtp):
    """A mail program: it logs in, or says why not in .refused."""

    def __init__(self, port, who, source, password=None):
        super().__init__(port, source=source, helo="laptop")
        word = f"\0{who}\0{password or PEOPLE[who]}".encode()
        got = self("AUTH PLAIN " + base64.b64encode(word).decode())
        self.refused = None if got[0] == 235 else got


class Office:
    def __init__(self, rig):
        self.rig, self.tap = rig, rig.tap
        self.sink = mta.Sink()
        zone = rig.work / "zone"
        zone.write_text(ZONE)
        self.d = month.Clocked(
            rig, None, CONF + f"report-relay 127.0.0.1:{self.sink.port}\n",
            POLICY, world=f"zone:{zone}")
        self.login = imap.Dovecot(rig, speaks_tls=False, people=PEOPLE)
        self.pf = mta.Postfix(
            rig, self.sink.port, f"unix:{self.d.socket}", doors={
                "submission": {
                    "smtpd_sasl_auth_enable": "yes",
                    "smtpd_sasl_type": "dovecot",
                    "smtpd_sasl_path": self.login.auth,
                    "smtpd_client_restrictions":
                    "permit_sasl_authenticated, reject",
                    "smtpd_recipient_restrictions":
                    "permit_sasl_authenticated, reject",
                    "smtpd_delay_reject": "yes"}})
        self.n, self.came = 0, {}
        self.lock = threading.Lock()
        # the queue on the clock of assayd
        post, super_ = rig.work / "our-postqueue", rig.work / "our-postsuper"
        post.write_text(month.POSTQUEUE.format(
            came=rig.work / "came.json", program=rig.program("postqueue"),
            conf=self.pf.dir))
        super_.write_text(f"#!/bin/sh\nexec {rig.program('postsuper')} "
                          f"-c {self.pf.dir} \"$@\"\n")
        for path in (post, super_):
            path.chmod(0o755)
        self.env = dict(rig.env, POSTQUEUE=str(post), POSTSUPER=str(super_))

    def assay(self, *words):
        (self.rig.work / "came.json").write_text(json.dumps(self.came))
        return subprocess.run(
            [self.rig.build / "app/assay/assay", *words, "--conf",
             self.d.conf], env=self.env, capture_output=True, text=True,
            timeout=60)

    def client(self, who, source=HOME):
        return Client(self.pf.door["submission"], f"{who}@rcpt.test", source)

    def text(self, who, link="", program="Thunderbird 115.4"):
        with self.lock:
            self.n += 1
            n = self.n
        return n, mail.message(
            sender=f"{who}@rcpt.test", subject=f"number {n}.",
            msgid=f"<{n}.{time.time_ns()}@rcpt.test>",
            extra=[("X-Mailer", program)],
            body=f"this is number {n}.\r\n{link}\r\n".encode())

    def send(self, c, who, rcpts, **how):
        """(what became of it, code and text, number, its octets)"""
        n, data = self.text(who, **how)
        code, text = c.send(f"{who}@rcpt.test", rcpts, data)
        if code != 250:
            return str(code), text, n, data
        qid = text.split()[-1]
        self.came[qid] = int(self.d.now)
        held = wait_for(lambda: qid in self.pf.holds() or
                        f"number {n}.".encode() in self.all_sunk(), 20)
        return ("hold" if held and qid in self.pf.holds() else
                "sent" if held else "lost"), text, n, data

    def all_sunk(self):
        with self.sink.lock:
            return b"".join(m.data for m in self.sink.mails)

    def noted(self):
        time.sleep(0.4)

    def move(self, to):
        self.noted()
        self.d.move(to)


def refused(w):
    c = Client(w.pf.door["submission"], "bob@rcpt.test", HOME, "wrong")
    w.tap.ok(c.refused and c.refused[0] == 535, "a wrong password is refused",
             c.refused, w.login.process.text()[-1500:])
    got = c.send("bob@rcpt.test", "x@there.test", w.text("bob")[1])
    w.tap.ok(got[0] in (530, 554), "and nobody sends without one", got)
    c.quit()


def letter(w, new=0):
    """To the same people, but for those who are new."""
    with w.client("news") as c:
        return [w.send(c, "news", [f"r{i * READERS + k + (k < new) * 1000}"
                                   "@read.test" for k in range(READERS)],
                       link=f"http://rcpt.test/letter{new}",
                       program="Letters 2") for i in range(LETTER)]


def usual(w):
    """Eight days of two people, the first with a letter."""
    got = []
    for day in range(8):
        w.move((w.d.now // DAY + 1) * DAY + 9 * 3600)
        if day == 0:
            got += letter(w)
        for who in ("bob", "eve", "news"):
            with w.client(who) as c:
                for i in range(3):
                    got.append(w.send(c, who, [f"{who}{(day + i) % 5}"
                                               "@there.test"]))
    w.tap.ok({g[0] for g in got} == {"sent"},
             f"{len(got)} messages of usual days are delivered",
             [g for g in got if g[0] != "sent"][:3], w.d.log()[-2000:])
    w.tap.ok(w.d.logged("event=own "), "each as mail of ours",
             w.d.log()[-1500:])


def monthly(w):
    w.move((w.d.now // DAY + 23) * DAY + 9 * 3600)
    for who in ("bob", "eve"):
        with w.client(who) as c:
            w.send(c, who, [f"{who}1@there.test"])
    before = w.d.log().count("event=own-account-alert")
    got = letter(w, 3)
    w.tap.ok({g[0] for g in got} == {"sent"},
             "the letter of the month goes out", got,
             w.d.log()[-1500:])
    w.noted()
    w.tap.ok(w.d.log().count("event=own-account-alert") == before,
             "and nobody is told of it", w.d.log()[-1500:])


def taken(w):
    """bob's password, from elsewhere, with another program."""
    w.move((w.d.now // DAY + 1) * DAY + 9 * 3600)
    w.sink.clear()
    with w.client("bob", ABROAD) as c:
        got = [w.send(c, "bob", [f"v{i * 4 + k}@victim.test"
                                 for k in range(4)],
                      link="http://drop.bad.test/", program="Blaster 1")
               for i in range(60)]
        alive = c("NOOP")
    kinds = [g[0] for g in got]
    w.tap.note(" ".join(f"{k} {kinds.count(k)}" for k in sorted(set(kinds))))
    w.tap.ok(kinds.count("sent") * 4 <= 12 and set(kinds) ==
             {"sent", "hold", "451"} and kinds == sorted(
                 kinds, key=["sent", "hold", "451"].index),
             "an intruder is stopped: some are sent, then held, then deferred",
             kinds)
    text = next((g[1] for g in got if g[0] == "451"), "")
    w.tap.ok(re.match(r"451 4\.7\.1 .*reached more people", text) and
             alive[0] == 250, "at the end of the message, with the session "
             "open: his program keeps it", text, alive)
    with w.client("bob") as c:
        mine = w.send(c, "bob", ["bob1@there.test"])
    w.tap.ok(mine[0] == "sent", "bob himself goes on", mine)
    w.held = [g for g in got if g[0] == "hold"]
    # the queue of a program tries again in an hour
    w.move(w.d.now + 3700)
    with w.client("bob", ABROAD) as c:
        again = [w.send(c, "bob", [f"v{i * 4 + k}@victim.test"
                                   for k in range(4)], program="Blaster 1",
                        link="http://drop.bad.test/")[0]
                 for i in range(20, 30)]
    w.tap.ok(again.count("sent") <= 3 and "hold" in again and again ==
             sorted(again, key=["sent", "hold", "451"].index),
             "what comes again later is stopped as soon", again)


def told(w):
    def notices():
        with w.sink.lock:
            return [m for m in w.sink.mails
                    if m.rcpts == ["postmaster@rcpt.test"]]
    w.tap.ok(wait_for(notices, 30), "postmaster is told", w.d.log()[-2000:])
    time.sleep(1)
    got = notices()
    w.tap.ok(len(got) == 1, "once", len(got))
    m = got[0]
    w.tap.ok(m.field("Subject") == "Account bob@rcpt.test is not used as "
             "usual" and m.field("Auto-Submitted") == "auto-generated" and
             b"never written to before" in m.body.replace(b"\r\n", b" "),
             "what it is about", m.data)


def released(w):
    held = w.assay("held", "--time", str(int(w.d.now)))
    w.tap.ok(all(q in held.stdout for q in w.pf.holds()) and
             "own-unlike-itself" in held.stdout, "assay held has them all",
             held.stdout[:1500], held.stderr)
    some = [g[1].split()[-1] for g in w.held[:3]]
    done = w.assay("release", *some)
    w.tap.ok(done.returncode == 0, "assay release lets go", done.stdout,
             done.stderr)
    w.pf.flush()
    for _, _, n, data in w.held[:3]:
        m = w.sink.get(f"number {n}.")
        w.tap.ok(m and m.data.endswith(data.partition(b"\r\n")[2]),
                 f"number {n} is delivered to the octet", m and m.data)
    w.tap.ok(not set(some) & set(w.pf.holds()) and w.pf.holds(),
             "the others stay", w.pf.queue())
    w.pf.delete()


def at_once(w):
    """Five people each, by fifty connections, of an account that may reach
    150: all are judged before one is noted."""
    w.move(w.d.now + DAY)
    codes = [None] * 50
    gate = threading.Barrier(len(codes))

    def one(i):
        n, data = w.text("jim")
        with w.client("jim") as c:
            c("MAIL FROM:<jim@rcpt.test>")
            for k in range(5):
                c(f"RCPT TO:<j{i}.{k}@there.test>")
            c("DATA")
            c.sock.sendall(mta.stuffed(data)[:-3])
            gate.wait(60)
            c.sock.sendall(b".\r\n")
            codes[i] = c.reply()[0]
    threads = [threading.Thread(target=one, args=(i,)) for i in range(50)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    w.tap.ok(codes.count(250) == 30 and codes.count(451) == 20,
             "fifty at once by fifty connections: thirty are taken", codes)

    def sunk():
        with w.sink.lock:
            return sum(len(m.rcpts) for m in w.sink.mails
                       if m.sender == "jim@rcpt.test")
    wait_for(lambda: sunk() == 150, 20)
    w.tap.ok(sunk() == 150 and not w.pf.holds(),
             "and 150 people get them", sunk(), w.pf.queue())


def run(rig):
    w = Office(rig)
    for test in (refused, usual, monthly, taken, told, released, at_once):
        begin = time.monotonic()
        test(w)
        w.tap.note(f"{test.__name__}: {time.monotonic() - begin:.1f} s")
    w.tap.ok(w.d.stop() == 0, "assayd ends well", w.d.log()[-2000:])


base.main(run)
