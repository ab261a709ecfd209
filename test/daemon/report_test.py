#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Mail to an address that reports come to: yes only when it is on the disk,
whoever dies meanwhile."""
import json
import os
import signal
import socket
import sqlite3
import subprocess
import threading
import time

from daemon import ASSAYD, SOURCE, Daemon, done, ok, until
from milter import Milter, inserted
from report_mail import letters, listed, mail, report

DEMO = os.path.join(SOURCE, "app/assay/demo")
TO = "dmarc@example.org"
CONF = f"report-address {TO} Tls@Example.org\n"


def start(extra=CONF, options=""):
    d = Daemon(extra, options, resolver=f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready") or d.show()
    return d


# ---- kept --------------------------------------------------------------------

def frozen(d):
    """The reader stands still, so that letters stay where they are."""
    os.kill(d.children()["reader.0"], signal.SIGSTOP)
    return d


def kept():
    d = frozen(start())
    m = Milter(d.sock)
    reply, _, changes = m.message(mail(), rcpts=[TO.upper()])
    ok(reply in "ac", "a report is accepted")
    ok(any(n == "Authentication-Results" for _, n, _ in inserted(changes)),
       "with its results")
    ok(len(letters(d)) == 1, "and is on the disk by then")
    line, _, rest = open(letters(d)[0], "rb").read().partition(b"\n")
    ok(line.startswith(b"assay-letter 1 mail ") and
       line.endswith(b" statements@bank.example 192.0.2.25"),
       "with who wrote it, as DMARC proved") or print("#", line)
    ok(rest == mail(), "octet by octet")
    reply, _, _ = m.message(mail(), rcpts=["other@example.org"])
    ok(reply in "ac" and len(letters(d)) == 1, "other mail is not kept")
    big = mail(b"x" * 3_000_000 + b"\r\n", genuine=False)
    reply, _, _ = m.message(big, rcpts=["o@example.org", "tls@example.org"])
    ok(reply in "ac" and len(letters(d)) == 2, "one of several recipients; "
       "three megabytes")
    line, _, rest = open(letters(d)[1], "rb").read().partition(b"\n")
    ok(b" - " in line, "nobody was proven")
    ok(rest == big, "octet by octet")
    m.close()
    d.stop()


def discard():
    d = frozen(start(CONF + "report-mail discard\n"))
    m = Milter(d.sock)
    reply, _, _ = m.message(mail(), rcpts=[TO, "tls@example.org"])
    ok(reply == "d" and len(letters(d)) == 1, "kept, and goes nowhere else")
    reply, _, _ = m.message(mail(), rcpts=[TO, "o@example.org"])
    ok(reply in "ac" and len(letters(d)) == 2,
       "nobody's mail is deleted for it")
    m.close()
    d.stop()


def full():
    d = frozen(start(CONF + "report-inbox-size 1M\n"))
    m = Milter(d.sock)
    big = mail(b"x" * 700_000 + b"\r\n", genuine=False)
    ok(m.message(big, rcpts=[TO])[0] in "ac", "the first has room")
    reply, data, _ = m.message(big, rcpts=[TO])
    ok(reply == "y" and data.startswith(b"451 4.3.0"),
       "the second is asked to come later") or print("#", reply, data)
    ok(m.message(big, rcpts=["o@example.org"])[0] in "ac",
       "other mail flows")
    ok(len(letters(d)) == 1, "the first is there")
    ok(until(lambda: d.said("event=inbox-stuck")), "the log says why")
    m.close()
    d.stop()


def store_dies():
    d = frozen(start())
    m = Milter(d.sock)
    os.kill(d.children()["store.0"], signal.SIGSTOP)
    told = []
    t = threading.Thread(target=lambda: told.extend(
        m.message(mail(), rcpts=[TO])))
    t.start()
    time.sleep(0.5)
    ok(told == [], "while store hangs the mail server waits")
    os.kill(d.children()["store.0"], signal.SIGKILL)
    t.join(20)
    reply, data, _ = told
    ok(reply == "y" and data.startswith(b"451"),
       "store dies: the mail is sent again later") or print("#", reply)
    ok(until(lambda: m.message(mail(), rcpts=[TO])[0] in "ac"),
       "which works")
    ok(len(letters(d)) >= 1, "and is kept")
    m.close()
    d.stop()


def observing():
    d = start(options="mode observe")
    m = Milter(d.sock)
    ok(m.message(mail(), rcpts=[TO])[0] in "ac" and letters(d) == [],
       "a listener that observes keeps nothing")
    m.close()
    d.stop()


# ---- read --------------------------------------------------------------------

def empty(d):
    return until(lambda: not letters(d))


def read():
    d = start(CONF + "own-domain bank.example\n")
    m = Milter(d.sock)
    for n in (1, 2, 1):
        ok(m.message(report(n), rcpts=[TO])[0] in "ac", f"report {n} comes")
    ok(m.message(report(3, "other.example"), rcpts=[TO])[0] in "ac",
       "one about somebody else")
    ok(m.message(report(4, email="noreply@google.com"), rcpts=[TO])[0] in
       "ac", "one in the name of another reporter")
    ok(m.message(mail(b"no report\r\n", genuine=False), rcpts=[TO])[0] in
       "ac", "and a mail without any")
    ok(empty(d), "all are read") or d.show()
    rows = listed(d, "reports")
    ok([r["report_id"] for r in rows] == ["1", "2", "4"],
       "each report counts once") or print("#", rows)
    ok([r["messages"] for r in rows] == [6, 6, 6], "with its messages")
    ok([r["trust"] for r in rows] == ["passed", "passed", "unknown"],
       "who may not speak for a reporter is not believed") or \
        print("#", [r["trust"] for r in rows])
    asides = {a["reason"] for a in listed(d, "set-aside")}
    ok(asides == {"foreign-domain", "no-report"},
       "what was not taken has its reason") or print("#", asides)
    ok(oct(os.stat(f"{d.dir}/state/reports.db").st_mode)[-3:] == "640",
       "the store is nobody else's to read")
    m.close()
    d.stop()


def reader_dies():
    """Twice of the same letter: it is set aside, the next one is read."""
    d = frozen(start())
    m = Milter(d.sock)
    m.message(report(1), rcpts=[TO])
    time.sleep(0.6)
    for _ in range(2):
        reader = d.children()["reader.0"]
        os.kill(reader, signal.SIGKILL)
        ok(until(lambda: d.children().get("reader.0") not in (None, reader)),
           "the reader is started again")
        if letters(d):
            until(lambda: d.said("event=report-read"), 2)
    m.message(report(2, rows=4000), rcpts=[TO])
    ok(empty(d), "nothing is left in the inbox") or d.show()
    ok(m.message(report(3), rcpts=[TO])[0] in "ac", "and mail goes on")
    ok(until(lambda: len(listed(d, "reports")) >= 2), "what follows is read")
    m.close()
    d.stop()


def killed():
    """kill -9 of store and reader at any time: each report counts once."""
    d = start()
    m = Milter(d.sock)
    for n in range(12):
        ok(until(lambda: m.message(report(n, rows=700), rcpts=[TO])[0]
                 in "ac", 30), f"report {n} is taken")
        role = "store.0" if n % 2 else "reader.0"
        time.sleep(0.05 * (n % 5))
        pid = d.children().get(role)
        if pid:
            os.kill(pid, signal.SIGKILL)
    ok(until(lambda: not letters(d), 60), "all are read") or d.show()
    rows = listed(d, "reports")
    counts = sorted(int(r["report_id"]) for r in rows
                    if r["state"] == "counts")
    asides = [a["reason"] for a in listed(d, "set-aside")]
    ok(len(counts) + len(asides) == 12 and len(set(counts)) == len(counts),
       "each once, or set aside as its reader died twice") or \
        print("#", counts, asides)
    ok({r["messages"] for r in rows} == {700 * 701 // 2}, "whole")
    m.close()
    d.stop()


def refused():
    """What the store will never take does not hold up what is behind it."""
    d = start()
    m = Milter(d.sock)
    ok(until(lambda: os.path.exists(f"{d.dir}/state/reports.db")), "a store")
    time.sleep(0.5)
    with sqlite3.connect(f"{d.dir}/state/reports.db", timeout=20) as db:
        db.execute("CREATE TRIGGER no BEFORE INSERT ON report WHEN "
                   "new.report_id = '1' BEGIN SELECT RAISE(ABORT, 'no'); END")
    for n in (1, 2):
        ok(m.message(report(n), rcpts=[TO])[0] in "ac", f"report {n} comes")
    ok(empty(d), "both are read") or d.show()
    ok([r["report_id"] for r in listed(d, "reports")] == ["2"],
       "the second is taken")
    ok([a["reason"] for a in listed(d, "set-aside")] == ["not-storable"],
       "the first has its reason") or print("#", listed(d, "set-aside"))
    m.close()
    d.stop()


def store_full():
    """Reports wait in the inbox, mail does not."""
    d = start(CONF + "report-store-size 64M\n")
    m = Milter(d.sock)
    ok(until(lambda: os.path.exists(f"{d.dir}/state/reports.db")), "a store")
    time.sleep(0.5)
    db = sqlite3.connect(f"{d.dir}/state/reports.db", timeout=20)
    with db:
        db.execute("INSERT INTO raw_piece VALUES (1 << 50, zeroblob(?))",
                   (70 << 20,))
    for n in (1, 2):
        ok(m.message(report(n), rcpts=[TO])[0] in "ac", f"report {n} comes")
    ok(until(lambda: d.said("event=reports-full")), "the log says it")
    ok(len(letters(d)) == 2 and listed(d, "reports") == [], "they wait")
    ok(m.message(mail(), rcpts=["o@example.org"])[0] in "ac", "mail goes on")
    with db:
        db.execute("DELETE FROM raw_piece WHERE id = 1 << 50")
    db.close()
    ok(m.message(report(3), rcpts=[TO])[0] in "ac", "there is room again")
    ok(empty(d), "all are read") or d.show()
    ok(len(listed(d, "reports")) == 3, "and counted")
    m.close()
    d.stop()


# ---- posted ------------------------------------------------------------------

TLS = {"organization-name": "Reporter", "contact-info": "tls@r.example",
       "report-id": "t1", "date-range": {
           "start-datetime": "2026-01-01T00:00:00Z",
           "end-datetime": "2026-01-01T23:59:59Z"},
       "policies": [{"policy": {"policy-type": "sts",
                                "policy-domain": "bank.example"},
                     "summary": {"total-successful-session-count": 5,
                                 "total-failure-session-count": 0}}]}


def post(path, body, token=None):
    """The status of an HTTP request over a unix socket."""
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    s.connect(path)
    auth = f"Authorization: Bearer {token}\r\n" if token else ""
    s.sendall((f"POST /v1/report HTTP/1.1\r\nHost: x\r\n{auth}"
               f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
               ).encode() + body)
    answer = b""
    while more := s.recv(65536):
        answer += more
    return int(answer.split()[1])


def m_after(d):
    post(d.dir + "/http.sock", report(11))
    return empty(d) and until(lambda: "11" in [
        r["report_id"] for r in listed(d, "reports")])


def posted():
    """By HTTP, and by assay report ingest while assayd has the store."""
    d = start(CONF + "own-domain bank.example\n")
    http = d.dir + "/http.sock"
    d.write(open(d.conf).read() + f"listen http unix:{http}\n")
    d.signal(signal.SIGHUP)
    ok(until(lambda: os.path.exists(http)), "a listener for programs")
    ok(until(lambda: os.path.exists(f"{d.dir}/state/reports.db")),
       "the store is open before any report has come")
    ok(until(lambda: post(http, json.dumps(TLS).encode()) == 201),
       "a TLS report is posted: 201")
    ok(post(http, b"") == 400, "an empty one is no report")
    ok(until(lambda: d.said("before the reload has ended")) and
       empty(d), "the generation before has ended")
    time.sleep(1.5)             # then the store is this one's
    big = report(9, rows=6000)
    assay = os.path.join(os.path.dirname(ASSAYD), "../assay/assay")
    for n, raw in enumerate((big, report(10))):
        with open(f"{d.dir}/in{n}.eml", "wb") as f:
            f.write(raw)
    out = subprocess.run([assay, "report", "ingest", "--conf", d.conf,
                          d.dir + "/in0.eml", d.dir + "/in1.eml"],
                         capture_output=True, timeout=60)
    ok(out.returncode == 0 and b"2 inputs were given to assayd" in out.stdout,
       "the command gives them to the assayd that has the store") or \
        print("#", out)
    ok(empty(d), "all are read") or d.show()
    ok([r["trust"] for r in listed(d, "reports")] == ["file", "file"],
       "with the trust of who gave them")
    out = subprocess.run([assay, "source", "decide", "--conf", d.conf,
                          "bank.example", "192.0.2.1", "ours"],
                         capture_output=True, timeout=60)
    ok(out.returncode == 0 and [r["what"] for r in listed(d, "decisions")]
       == ["192.0.2.1"], "a decision is noted beside it") or print("#", out)
    ok(m_after(d), "which goes on to write")
    ok(not d.said("event=reports-not-aged"), "what is old may go")
    ok([r["good"] for r in listed(d, "tls")] == [5],
       "TLS reports need no proof by HTTP (RFC 8460 5.4)") or \
        print("#", listed(d, "tls"), listed(d, "set-aside"))
    d.stop()


kept()
refused()
store_full()
discard()
full()
store_dies()
observing()
read()
reader_dies()
killed()
posted()
done()
