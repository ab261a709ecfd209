#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reports out of a mailbox of Dovecot: each once, whoever dies, and the
mailbox as it was unless something else was said."""
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from rig import assayd, base, imap

REPORT = """<?xml version="1.0"?>
<feedback><report_metadata><org_name>R</org_name><email>d@r.example</email>
<report_id>{n}</report_id><date_range><begin>1700000000</begin>
<end>1700086399</end></date_range></report_metadata>
<policy_published><domain>good.test</domain><p>none</p></policy_published>
<record><row><source_ip>192.0.2.1</source_ip><count>{count}</count>
<policy_evaluated><disposition>none</disposition><dkim>pass</dkim>
<spf>fail</spf></policy_evaluated></row>
<identifiers><header_from>good.test</header_from></identifiers>
<auth_results><spf><domain>good.test</domain><result>fail</result></spf>
</auth_results></record></feedback>
"""


def mail(n, count=10):
    return ("From: d@r.example\nTo: dmarc@good.test\n"
            f"Subject: Report domain: good.test Report-ID: {n}\n"
            "MIME-Version: 1.0\nContent-Type: text/xml\n\n" +
            REPORT.format(n=n, count=count)).encode()


class Fetch:
    """The command against one server, with a store of its own."""

    def __init__(self, rig, server, name="s"):
        self.rig, self.server = rig, server
        self.store = rig.work / f"{name}.db"
        self.password = self.secret("password", imap.PASSWORD)

    def secret(self, name, text, mode=0o600):
        path = self.rig.work / name
        path.write_text(text + "\n")
        path.chmod(mode)
        return path

    def command(self, *more, url=None, password=True, ca=True):
        url = url or f"imaps://{imap.USER}@localhost:{self.server.tls}/INBOX"
        args = [self.rig.build / "app/assay/assay", "report", "fetch", url,
                "--store", self.store, "--own-domain", "good.test", *more]
        if password:
            args += ["--password-file", self.password]
        if ca:
            args += ["--ca-file", self.server.ca]
        return [str(a) for a in args]

    def __call__(self, *more, **how):
        got = subprocess.run(self.command("--json", *more, **how),
                             capture_output=True, timeout=120 * base.TIMES)
        lines = got.stdout.decode().splitlines()
        return got.returncode, json.loads(lines[-1]) if lines else {}, \
            got.stderr.decode()

    def sums(self):
        """Reports and messages that count."""
        db = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        got = db.execute("SELECT count(*), total(messages) FROM report "
                         "WHERE state = 1").fetchone()
        db.close()
        return got


def plain_run(rig, server):
    ok, fetch = rig.tap.ok, Fetch(rig, server)
    server.put([mail(1), mail(2), mail(2), b"Subject: lunch?\n\nno\n"])
    status, got, err = fetch()
    ok(status == 1 and got["new"] == 2 and got["inputs"] == 4 and
       got["set-aside"] == {"no-report": 1} and fetch.sums() == (2, 20),
       "a mailbox is taken: reports, the same one again, no report", status,
       got, err)
    ok(server.state() == [False] * 4, "nothing is changed in it",
       server.state())
    server.put([mail(3)])
    status, got, err = fetch()
    ok(status == 0 and got["inputs"] == 1 and fetch.sums() == (3, 30),
       "again: only what is new", status, got, err)
    status, got, err = fetch()
    ok(status == 0 and got["inputs"] == 0, "again: nothing", got, err)
    status, got, err = fetch("--then", "seen")
    ok(status == 0 and server.state() == [True] * 5,
       "--then seen: of what was taken before, too", status, err,
       server.state())


def secrets(rig, server):
    ok, fetch = rig.tap.ok, Fetch(rig, server, "secrets")
    wrong = fetch.secret("wrong", "not this one")
    status, _, err = fetch("--password-file", wrong, password=False)
    ok(status == 2 and "does not let us in" in err, "a wrong password",
       status, err)
    ok("not this one" not in err, "which nobody is told")
    open_to_all = fetch.secret("open", imap.PASSWORD, 0o644)
    status, _, err = fetch("--password-file", open_to_all, password=False)
    ok(status == 2 and "open" in err, "a file that others may read", status,
       err)
    status, _, err = fetch(url=f"imaps://u:geheim@localhost:{server.tls}/I")
    ok(status == 2 and "geheim" not in err, "a password in the URL", err)
    status, _, err = fetch(password=False)
    ok(status == 2, "no way to log in", err)
    got = subprocess.run(fetch.command("--password-file", "-",
                                       password=False),
                         input=imap.PASSWORD.encode() + b"\n",
                         capture_output=True, timeout=60 * base.TIMES)
    ok(got.returncode in (0, 1) and fetch.sums() == (3, 30),
       "by standard input", got.stderr)
    token = fetch.secret("token", imap.token())
    fetch = Fetch(rig, server, "token")
    status, _, err = fetch("--token-file", token, password=False)
    ok(status in (0, 1) and fetch.sums() == (3, 30), "a bearer token", status,
       err, server.process.text()[-1500:])
    stale = fetch.secret("stale", imap.token(left=-5))
    status, _, err = fetch("--token-file", stale, password=False)
    ok(status == 2 and "does not let us in" in err, "a token of yesterday",
       status, err)


def trust(rig, server):
    ok, fetch = rig.tap.ok, Fetch(rig, server, "trust")
    status, _, err = fetch(ca=False)
    ok(status == 2 and "certificate" in err.lower(),
       "a certificate that nobody vouches for", status, err)
    other = rig.work / "elsewhere.pem"
    other.write_bytes(server.ca.read_bytes())
    # 127.0.0.2 is not a name of the certificate, and nobody listens there
    status, _, err = fetch(
        url=f"imaps://{imap.USER}@127.0.0.2:{server.tls}/INBOX")
    ok(status == 4, "nobody at home", status, err)
    status, _, err = fetch(
        url=f"imap://{imap.USER}@localhost:{server.plain}/INBOX")
    ok(status in (0, 1) and fetch.sums() == (3, 30), "STARTTLS", status, err)
    log = [line for line in server.process.text().splitlines()
           if "Login: " in line][-1]
    ok("TLS" in log, "which was spoken", log)
    status, _, err = fetch(
        url=f"imaps://{imap.USER}@localhost:{server.tls}/Nowhere")
    ok(status == 2 and "refuses" in err, "no such folder", status, err)


def moves(rig, server):
    ok, fetch = rig.tap.ok, Fetch(rig, server, "moves")
    c = server.client()
    c.create("Done")
    c.create('"In &- out"')
    c.logout()
    status, _, err = fetch("--then", "move:Nowhere")
    ok(status == 2 and "refuses" in err and len(server.state()) == 5 and
       fetch.sums() == (3, 30),
       "--then move: to nowhere: what was taken is taken, all stays", status,
       err, server.state())
    status, got, err = fetch("--then", "move:Done")
    ok(status == 0 and got["inputs"] == 0 and server.state() == [] and
       len(server.state("Done")) == 5 and fetch.sums() == (3, 30),
       "--then move: later, without taking them again", status, got, err,
       server.state())
    server.put([mail(4), mail(5)], '"In &- out"')
    url = f"imaps://{imap.USER}@localhost:{server.tls}/In%20%26-%20out"
    status, got, err = fetch("--then", "delete", url=url)
    ok(status == 0 and got["new"] == 2 and
       server.state('"In &- out"') == [] and fetch.sums() == (5, 50),
       "--then delete, of a folder with a name", status, got, err)


def killed(rig, server):
    """At ten moments of a run of 300 mails."""
    ok, fetch = rig.tap.ok, Fetch(rig, server, "killed")
    server.put([mail(100 + n, n) for n in range(300)])
    want = (300, sum(range(300)))
    kills = 0
    for n in range(10):
        p = subprocess.Popen(fetch.command("--then", "move:Done"),
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        time.sleep(0.05 + 0.04 * n)
        kills += p.poll() is None
        p.kill()
        p.wait()
    status, got, err = fetch("--then", "move:Done")
    ok(status == 0 and fetch.sums() == want, f"killed {kills} times: each "
       "mail counts once", status, got, err, fetch.sums(), want)
    ok(kills > 0, "and it was killed in the middle")
    ok(server.state() == [] and len(server.state("Done")) == 305,
       "and all have moved, none twice", len(server.state()),
       len(server.state("Done")))


def daemon(rig, server):
    """assayd has the store: it gets the mails, and reads them."""
    ok, fetch = rig.tap.ok, Fetch(rig, server, "daemon")
    d = assayd.Assayd(rig, base.free_port(), "own-domain good.test\n"
                      f"report-address {imap.USER}\n")
    fetch.store = d.state / "reports.db"
    server.put([mail(900), mail(901)])
    more = ["--conf", str(d.conf)]
    if not base.wait_for(fetch.store.exists, 10):
        rig.tap.note(d.process.text())
    status, got, err = fetch(*more)
    ok(status == 0 and got.get("kept") == 2, "mails are given to assayd",
       status, got, err)
    ok(base.wait_for(lambda: fetch.sums() == (2, 20), 20), "which reads them",
       fetch.sums(), d.process.text()[-1500:])
    status, got, err = fetch(*more)
    ok(status == 0 and got.get("kept") == 0, "once", status, got, err)
    status, got, err = fetch(*more, "--then", "delete")
    ok(status == 0 and got.get("kept") == 0 and server.state() == [],
       "and the mailbox may be changed later", status, got, err,
       server.state())
    d.process.stop()
    status, got, err = fetch(*more)
    ok(status == 0 and got.get("inputs") == 0, "without it, nothing is new",
       status, got, err)


class Liar(threading.Thread):
    """A server that answers FETCH as it is told, without TLS."""

    def __init__(self, sizes, body):
        super().__init__(daemon=True)
        self.sizes, self.body, self.asked = sizes, body, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        s, _ = self.listener.accept()
        try:
            self.talk(s)
        except OSError:         # it has heard enough
            pass

    def talk(self, s):
        s.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n")
        for line in s.makefile("rb"):
            tag, _, what = line.strip().partition(b" ")
            self.asked.append(what)
            if what.startswith(b"EXAMINE"):
                s.sendall(b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n")
            elif b"RFC822.SIZE" in what:
                for n, size in enumerate(self.sizes, 1):
                    s.sendall(b"* %d FETCH (UID %d RFC822.SIZE %d FLAGS ())"
                              b"\r\n" % (n, n, size))
            elif b"BODY.PEEK" in what and self.body is None:
                s.sendall(b"* 1 FETCH (UID 1 BODY[] {1000}\r\nhalf of")
                s.close()
                return
            elif b"BODY.PEEK" in what:
                s.sendall(self.body)
            elif what.startswith(b"CAPABILITY"):
                s.sendall(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n")
            s.sendall(tag + b" OK done\r\n")


def liars(rig, server):
    ok = rig.tap.ok

    def one(name, sizes, body):
        liar, fetch = Liar(sizes, body), Fetch(rig, server, name)
        got = fetch(url=f"imap://u@127.0.0.1:{liar.port}/INBOX")
        return *got, fetch, liar

    status, got, err, fetch, liar = one("large", [10**10], b"")
    ok(status == 1 and got["inputs"] == 0 and "#1: larger than" in err and
       got["too-large"] == 1 and
       not any(b"BODY" in a for a in liar.asked),
       "a mail past the bound is not asked for, and said", status, err)
    status, got, err, *_ = one("half", [1000], None)
    ok(status == 4 and got["inputs"] == 0 and "ended the connection" in err,
       "a connection that ends in a mail", status, got, err)
    m = mail(1).replace(b"\n", b"\r\n")
    status, got, err, *_ = one(
        "other", [1000], b"* 1 FETCH (UID 2 BODY[] {%d}\r\n%s)\r\n" %
        (len(m), m))
    ok(status == 4 and got["inputs"] == 0 and "another mail" in err,
       "another mail than was asked for", status, got, err)
    status, got, err, *_ = one("noise", [1000], b"* " + b"x" * 100000)
    ok(status == 4 and "does not speak IMAP" in err, "a line without end",
       status, got, err)
    status, got, err, fetch, _ = one(
        "late", [1000], b"* 1 FETCH (FLAGS (\\Recent) BODY[] {%d}\r\n%s "
        b"UID 1)\r\n" % (len(m), m))
    ok(status == 0 and fetch.sums() == (1, 10), "the UID behind the mail",
       status, got, err)
    status, got, err, *_ = one("gone", [1000], b"")
    ok(status == 0 and got["inputs"] == 0, "a mail that has gone meanwhile",
       status, got, err)


def run(rig):
    server = imap.Dovecot(rig)
    plain_run(rig, server)
    secrets(rig, server)
    trust(rig, server)
    moves(rig, server)
    killed(rig, server)
    daemon(rig, server)
    liars(rig, server)
    bare = imap.Dovecot(rig, "bare", speaks_tls=False)
    fetch = Fetch(rig, bare, "bare")
    url = f"imap://{imap.USER}@localhost:{bare.plain}/INBOX"
    status, got, err = fetch(url=url)
    rig.tap.ok(status == 0 and got["inputs"] == 0, "no TLS: on loopback "
               "alone", status, got, err)


base.main(run)
