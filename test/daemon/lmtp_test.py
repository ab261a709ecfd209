#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Report mail by LMTP: taken for report addresses alone, 250 only when it is
on the disk, believed only when its author is proven."""
import os
import re
import signal
import smtplib
import socket
import threading
import time

import report_mail as rm
from daemon import Daemon, done, ok, until

TO = "dmarc@example.org"
FROM = "statements@bank.example"
CONF = f"report-address {TO} Tls@Example.org\nown-domain bank.example\n"
RECEIVED = (b"Received: from mail.bank.example (mail.bank.example "
            b"[192.0.2.25])\r\n\tby mx.example.org (Postfix) with ESMTP id 4;"
            b"\r\n\tThu, 1 Jan 2026 12:00:00 +0000\r\n")


def start(extra=""):
    d = Daemon(CONF + "listen lmtp unix:@DIR@/lmtp.sock\n" + extra,
               resolver=f"zone:{rm.DEMO}/demo.zone")
    d.lmtp = d.dir + "/lmtp.sock"
    ok(d.ready(), "is ready") or d.show()
    return d


def frozen(d):
    os.kill(d.children()["reader.0"], signal.SIGSTOP)
    return d


def end(d):
    """Who stands still cannot end well."""
    if "reader.0" in d.children():
        os.kill(d.children()["reader.0"], signal.SIGCONT)
    d.stop()


def client(d):
    """smtplib speaks LMTP to a unix socket when its path is the host."""
    return smtplib.LMTP(d.lmtp, timeout=30)


def raw(d):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(30)
    s.connect(d.lmtp)
    return s, s.makefile("rb")


def line(f):
    return f.readline().decode()


def talk(s, f, *words):
    """Says each, and gives the last line of the last answer."""
    for w in words:
        s.sendall(w.encode() + b"\r\n")
        answer = line(f)
        while answer[3:4] == "-":
            answer = line(f)
    return answer


def letter(path):
    head, _, rest = open(path, "rb").read().partition(b"\n")
    return head.decode(), rest


def taken():
    d = frozen(start())
    c = client(d)
    c.ehlo_or_helo_if_needed()
    ok({"pipelining", "8bitmime", "enhancedstatuscodes", "size"} <=
       set(c.esmtp_features), "what it can") or print("#", c.esmtp_features)
    c.mail("statements@bank.example")
    ok([c.rcpt(a) for a in (TO.upper(), "joe@example.org", TO)] ==
       [(250, b"2.1.5 Recipient ok"),
        (550, b"5.1.1 No reports are taken at this address"),
        (250, b"2.1.5 Recipient ok")],
       "report addresses are taken, others not")
    ok([c.data(rm.mail())[0], c.getreply()[0]] == [250, 250],
       "a reply for each that was taken")
    ok(len(rm.letters(d)) == 1, "one mail, whoever it is for")
    head, rest = letter(rm.letters(d)[0])
    ok(head.startswith("assay-letter 1 lmtp ") and
       head.endswith(" statements@bank.example -"), "DKIM proves who wrote it") or \
        print("#", head)
    ok(rest == rm.mail(), "octet by octet")
    try:
        c.sendmail("a@b.example", ["joe@example.org"], b"x")
        ok(False, "nobody to take it")
    except smtplib.SMTPRecipientsRefused:
        ok(len(rm.letters(d)) == 1, "nobody to take it")
    big = b"From: a@nobody.example\r\n\r\n" + b"..x\r\n" * 700_000
    c.sendmail("", [TO], big)
    head, rest = letter(rm.letters(d)[1])
    ok(rest == big, "three megabytes, with dots, octet by octet")
    ok(head.endswith(" - -"), "nobody was proven")
    c.quit()
    ok(d.said("event=verdict .*from=bank.example .*dmarc=pass .*listener=lmtp1"),
       "the log says what was found") or d.show()
    time.sleep(0.5)
    ok(rm.journal(d) == b"", "it is no mail on its way: no record")
    end(d)


def by_spf():
    """Who gave it to our mail server stands in the topmost Received field."""
    d = frozen(start())
    plain = b"From: statements@bank.example\r\n\r\nno signature\r\n"
    c = client(d)
    for top in (b"", RECEIVED, RECEIVED.replace(b"192.0.2.25", b"203.0.113.9"),
                b"Received: from localhost (localhost [127.0.0.1])\r\n\tby "
                b"mx.example.org (Postfix) with ESMTP id 5;\r\n\tThu, 1 Jan "
                b"2026 12:00:00 +0000\r\n" + RECEIVED):
        c.sendmail("statements@bank.example", [TO], top + plain)
    c.sendmail("statements@bank.example", [TO],
               RECEIVED + plain + b"x" * 200_000)
    found = [letter(p)[0].split()[-2] for p in rm.letters(d)]
    ok(found == ["-", FROM, "-", "-", FROM], "SPF proves it by that "
       "address, by no other, and not by what this host may have written") or \
        print("#", found)
    c.quit()
    end(d)


def smuggling():
    d = frozen(start())
    s, f = raw(d)
    line(f)
    talk(s, f, "LHLO me", "MAIL FROM:<>", f"RCPT TO:<{TO}>", "DATA")
    body = (b"From: a@b.example\r\n\r\none\n.\nMAIL FROM:<x@y>\n.\r\n"
            b"RSET\r\n.\nQUIT\r\n\r.\r.\r\r\n")
    s.sendall(body.replace(b"\r\n.", b"\r\n.."))
    time.sleep(0.3)
    ok(rm.letters(d) == [], "no other end ends a mail")
    s.sendall(b".\r\nNOOP\r\nQUIT\r\n")
    ok([line(f)[:9], line(f)[:9], line(f)[:9], line(f)] ==
       ["250 2.0.0", "250 2.0.0", "221 2.0.0", ""], "what follows waits for "
       "it, and is answered in order")
    ok(letter(rm.letters(d)[0])[1] == body, "it is one mail") or \
        print("#", letter(rm.letters(d)[0])[1])
    s, f = raw(d)
    line(f)
    s.sendall(b"POST /v1/report HTTP/1.1\r\nHost: x\r\n\r\n")
    ok(line(f).startswith("500") and line(f) == "", "HTTP is shown out")
    s, f = raw(d)
    line(f)
    s.sendall(f"LHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<{TO}>\r\nDATA\r\n.\r\n"
              .encode())
    ok("554 5.5.0" in f.read().decode(), "a mail before it is asked for is "
       "none")
    ok(len(rm.letters(d)) == 1, "and not kept")
    end(d)


def bounds():
    d = frozen(start("max-message-size 300K\nmax-header 200K\n"
                     "report-inbox-size 1M\n"))
    s, f = raw(d)
    line(f)
    ok(talk(s, f, "LHLO me", "MAIL FROM:<> SIZE=400000").startswith(
        "552 5.3.4"), "too long is said before")
    talk(s, f, "MAIL FROM:<>", f"RCPT TO:<{TO}>", f"RCPT TO:<{TO}>", "DATA")
    s.sendall(b"x" * 400_000 + b"\r\n.\r\n")
    ok([line(f)[:9], line(f)[:9]] == ["552 5.3.4"] * 2,
       "and behind it, for each recipient")
    talk(s, f, "MAIL FROM:<>", f"RCPT TO:<{TO}>", "DATA")
    s.sendall(b".\r\n")
    ok(line(f).startswith("554 5.6.0"), "nothing is no report")
    big = b"From: a@b.example\r\n\r\n" + b"x" * 250_000 + b"\r\n"
    codes = []
    for _ in range(6):
        talk(s, f, "MAIL FROM:<>", f"RCPT TO:<{TO}>", "DATA")
        s.sendall(big + b".\r\n")
        codes.append(line(f)[:9])
    kept = len(rm.letters(d))
    ok(0 < kept < 6 and codes == ["250 2.0.0"] * kept + ["451 4.3.0"] *
       (6 - kept), "an inbox that is full: later") or print("#", codes, kept)
    ok(d.said("event=inbox-stuck"), "the log says why")
    end(d)


def send(d, told, mail=None):
    c = client(d)
    c.sendmail("", [TO], mail or rm.mail())
    told.append(250)


def later(d, told):
    try:
        send(d, told)
    except smtplib.SMTPResponseException as e:
        told.append(e.smtp_code)


def store_dies():
    d = frozen(start())
    old = d.children()["store.0"]
    os.kill(old, signal.SIGSTOP)
    told = []
    t = threading.Thread(target=later, args=(d, told))
    t.start()
    time.sleep(0.7)
    ok(told == [], "while store hangs the mail server waits")
    os.kill(old, signal.SIGKILL)
    t.join(30)
    ok(told == [451], "store dies: the mail is sent again later") or \
        print("#", told)
    ok(until(lambda: d.children().get("store.0") not in (None, old)), "again")
    again = []
    ok(until(lambda: later(d, again) or again[-1] == 250), "which works")
    ok(len(rm.letters(d)) >= 1, "and is kept")
    end(d)


def evals_die():
    d = frozen(start())
    for name, pid in d.children().items():
        if name.startswith("eval."):
            os.kill(pid, signal.SIGSTOP)
    told = []
    t = threading.Thread(target=later, args=(d, told))
    t.start()
    time.sleep(0.5)
    ok(told == [], "nobody judges it yet")
    for name, pid in d.children().items():
        if name.startswith("eval."):
            os.kill(pid, signal.SIGKILL)
    t.join(60)
    ok(told == [250], "evals die: another one judges it") or d.show()
    ok(letter(rm.letters(d)[0])[0].endswith(" statements@bank.example -"),
       "as if nothing had been") or print("#", letter(rm.letters(d)[0])[0])
    c = client(d)
    c.ehlo_or_helo_if_needed()
    os.kill(d.children()["reader.0"], signal.SIGCONT)
    d.signal(signal.SIGHUP)
    ok(until(lambda: d.said("before the reload has ended")),
       "a session that is idle does not hold up a reload") or d.show()
    end(d)


def client_goes():
    """Gone before the answer: kept or not, the daemon goes on."""
    d = frozen(start())
    for name, pid in d.children().items():
        if name.startswith("eval."):
            os.kill(pid, signal.SIGSTOP)
    for n in range(3):
        s, f = raw(d)
        line(f)
        talk(s, f, "LHLO me", "MAIL FROM:<>", f"RCPT TO:<{TO}>", "DATA")
        s.sendall(b"From: a@b.example\r\n\r\n" + b"x" * (200_000 * n) +
                  b"\r\n.\r\n")
        time.sleep(0.2)
        s.close()
    for name, pid in d.children().items():
        if name.startswith("eval."):
            os.kill(pid, signal.SIGCONT)
    told = []
    ok(until(lambda: later(d, told) or told[-1] == 250), "it goes on")
    ok(not d.said("event=child-died|event=accused"), "all are alive") or \
        d.show()
    end(d)


def read():
    d = start()
    c = client(d)
    for n, who in ((1, "dmarc@bank.example"), (2, "noreply@google.com")):
        c.sendmail("statements@bank.example", [TO],
                   RECEIVED + rm.report(n, email=who))
    ok(until(lambda: not rm.letters(d)), "all are read") or d.show()
    rows = until(lambda: len(rows := rm.listed(d, "reports")) == 2 and rows)
    ok(rows and [r["trust"] for r in rows] == ["passed", "unknown"],
       "who may not speak for a reporter is not believed") or print("#", rows)
    end(d)


def conf():
    for what, wrong in (("listen lmtp inet:192.0.2.1:24\n", "loopback"),
                        ("listen lmtp unix:/x own\n", "listeners for milter"),
                        ("listen lmtp unix:/x mode observe\n",
                         "listeners for milter")):
        d = Daemon(CONF + what)
        ok(until(lambda: d.process.poll() is not None and
                 d.said(re.escape(wrong))), what.strip() + ": told") or \
            d.show()
        end(d)


taken()
by_spf()
smuggling()
bounds()
store_dies()
evals_die()
client_goes()
read()
conf()
done()
