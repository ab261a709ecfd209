#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Mail to an address that reports come to: yes only when it is on the disk,
whoever dies meanwhile."""
import os
import signal
import threading
import time

from daemon import SOURCE, Daemon, done, ok, until
from milter import Milter, inserted

DEMO = os.path.join(SOURCE, "app/assay/demo")
TO = "dmarc@example.org"
CONF = f"report-address {TO} Tls@Example.org\n"


def start(extra=CONF, options=""):
    d = Daemon(extra, options, resolver=f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready") or d.show()
    return d


def mail(body=b"hello", genuine=True):
    with open(os.path.join(DEMO, "genuine.eml"), "rb") as f:
        raw = f.read()
    if b"\r\n" not in raw:
        raw = raw.replace(b"\n", b"\r\n")
    return raw if genuine else b"From: a@nobody.example\r\n\r\n" + body


def letters(d, kind=".letter"):
    box = os.path.join(d.dir, "state", "inbox")
    if not os.path.isdir(box):
        return []
    return [os.path.join(box, n) for n in sorted(os.listdir(box))
            if n.endswith(kind)]


def kept():
    d = start()
    m = Milter(d.sock)
    reply, _, changes = m.message(mail(), rcpts=[TO.upper()])
    ok(reply in "ac", "a report is accepted")
    ok(any(n == "Authentication-Results" for _, n, _ in inserted(changes)),
       "with its results")
    ok(len(letters(d)) == 1, "and is on the disk by then")
    line, _, rest = open(letters(d)[0], "rb").read().partition(b"\n")
    ok(line.startswith(b"assay-letter 1 mail ") and
       line.endswith(b" bank.example 192.0.2.25"),
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
    d = start(CONF + "report-mail discard\n")
    m = Milter(d.sock)
    reply, _, _ = m.message(mail(), rcpts=[TO, "tls@example.org"])
    ok(reply == "d" and len(letters(d)) == 1, "kept, and goes nowhere else")
    reply, _, _ = m.message(mail(), rcpts=[TO, "o@example.org"])
    ok(reply in "ac" and len(letters(d)) == 2,
       "nobody's mail is deleted for it")
    m.close()
    d.stop()


def full():
    d = start(CONF + "report-inbox-size 1M\n")
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
    d = start()
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


kept()
discard()
full()
store_dies()
observing()
done()
