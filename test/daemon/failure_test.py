#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Failure reports go out: to who asks and may have them, of what the operator
lets us tell, so many and no more, and never about a report."""
import email
import glob
import os
import signal
import sqlite3
import subprocess
import threading
import time

from daemon import ASSAYD, done, ok, until
from milter import Milter
from outward import ASSAY, DAY, Moved, world
from sink import Sink

# of a flood, which fits the spool whole; ASSAY_FLOOD=100000 for the long form
FLOOD = int(os.environ.get("ASSAY_FLOOD", "3000"))

world("""
$ORIGIN .
shop.test. 60 IN TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.shop.test. 60 IN TXT "v=DMARC1; p=reject; ruf=mailto:ruf@shop.test,mailto:all@third.test,mailto:x@victim.test,mailto:y@abroad.example"
shop.test._report._dmarc.third.test. 60 IN TXT "v=DMARC1"
shop.test._report._dmarc.abroad.example. 60 IN TXT "v=DMARC1"
both.test. 60 IN TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.both.test. 60 IN TXT "v=DMARC1; p=none; fo=1:d:s; ruf=mailto:ruf@both.test"
_dmarc.psd.test. 60 IN TXT "v=DMARC1; p=none; psd=y; ruf=mailto:ruf@psd.test"
_dmarc.away.test. 60 IN TXT "v=DMARC1; p=none; ruf=mailto:ruf@away.test"
_dmarc.mute.test. 60 IN TXT "v=DMARC1; p=none; rua=mailto:agg@mute.test"
_dmarc.ours.test. 60 IN TXT "v=DMARC1; p=none; ruf=mailto:dmarc@ours.test"
_dmarc.flood.test. 60 IN TXT "v=DMARC1; p=none; ruf=mailto:ruf@flood.test"
""" + "".join(
    f'_dmarc.n{i}.flood.test. 60 IN TXT "v=DMARC1; p=none; '
    f'ruf=mailto:ruf@flood.test"\n' for i in range(50)))

SPEAK = "failure-reports headers\npersonal-data-to test\n"
BODY = "please pay\r\nann@reader.test http://evil.test/ \r\n"


def mail(d, author, more="", sender="b@evil.test", client="203.0.113.9",
         m=None, body=BODY):
    c = m or Milter(d.sock)
    raw = (f"From: Jo <{author}>\r\nTo: ann@reader.test\r\n"
           f"Subject: invoice\r\nBcc: secret@reader.test\r\n"
           f"Message-ID: <m@evil.test>\r\n{more}\r\n{body}").encode()
    reply = c.message(raw, client=client, sender=sender,
                      helo="mx.evil.test", rcpts=("ann@reader.test",))[0]
    if m is None:
        c.close()
    return reply


def start(sink, extra=SPEAK, **more):
    d = Moved(sink, extra, **more)
    ok(d.ready(), "is ready") or d.show()
    return d


def parts(raw):
    m = email.message_from_bytes(raw)
    p = m.get_payload()
    fields = email.message_from_string(p[1].get_payload()[0].as_string()
                                       if p[1].is_multipart()
                                       else p[1].get_payload())
    return m, fields, p[2]


def to(sink):
    return sorted(t for _, t, _ in sink.mails)


def records(d):
    n = 0
    for path in glob.glob(f"{d.dir}/state/records/*.jsonl"):
        with open(path, "rb") as f:
            n += sum(1 for _ in f)
    return n


def told():
    """Who gets one, and what is in it."""
    sink = Sink()
    d = start(sink)
    for author in ("a@psd.test", "a@away.test", "a@mute.test", "a@none.test",
                   "dmarc@ours.test"):
        mail(d, author)
    mail(d, "a@shop.test", sender="")
    mail(d, "a@shop.test", "MIME-Version: 1.0\r\nContent-Type: "
         "multipart/report; report-type=feedback-report; boundary=b\r\n")
    mail(d, "a@shop.test", client="192.0.2.1", sender="a@shop.test")
    mail(d, "jo.doe@news.shop.test")
    ok(until(lambda: len(sink.mails) >= 2, 20), "reports come") or d.show()
    time.sleep(1.5)
    ok(to(sink) == ["all@third.test", "ruf@shop.test"],
       f"to who asks and agreed, and no others: {to(sink)}")
    raw = [r for _, t, r in sink.mails if t == "ruf@shop.test"][0]
    m, fields, third = parts(raw)
    ok(m.get_content_type() == "multipart/report" and
       m.get_param("report-type") == "feedback-report", "a report")
    ok(m["From"].endswith("<dmarc@ours.test>") and
       m["Auto-Submitted"] == "auto-generated" and m["Date"], "of ours")
    ok(fields["Auth-Failure"] == "dmarc" and
       fields["Identity-Alignment"] == "dkim, spf" and
       fields["Reported-Domain"] == "news.shop.test" and
       fields["Source-IP"] == "203.0.113.9", "with what failed") or \
        print("#", fields)
    ok(third.get_content_type() == "text/rfc822-headers", "the header alone")
    shown = third.as_string()
    ok("Subject: invoice" in shown and "<m@evil.test>" in shown, "is shown")
    ok(b"jo.doe" not in raw and b"ann@" not in raw and
       b"secret" not in raw and b"please pay" not in raw,
       "nobody is named, nor is the body") or print("#", raw)
    out = subprocess.run([ASSAY, "report", "outbox", "--json", "--conf",
                          d.conf], capture_output=True, text=True,
                         timeout=60).stdout
    ok('"kind":"failure"' in out and "did not agree" in out and
       "y@abroad.example" not in out, "it can be looked at") or \
        print("#", out)
    db = sqlite3.connect(f"{d.dir}/state/reports.db")
    ok(db.execute("select count(*) from outbound_letter").fetchone() == (0,),
       "and nothing of the message stays")
    db.close()
    back = subprocess.run([ASSAY, "report", "ingest",
                           "--accept-any-domain", "--store",
                           f"{d.dir}/back.db", "-"], input=raw,
                          capture_output=True, timeout=60)
    ok(back.returncode == 0 and b"failure" in back.stdout + back.stderr,
       "our own reader takes it") or print("#", back)
    ok(not d.said("SIGSYS|signal=|child-ended"), "nobody died") or d.show()
    ok(d.stop() == 0, "ends")
    sink.close()


def kinds():
    """fo=1:d:s, and the texts."""
    sink = Sink()
    d = start(sink, "failure-reports texts\npersonal-data-to any\n")
    mail(d, "a@both.test", "DKIM-Signature: v=1; a=rsa-sha256; d=both.test; "
         "s=k; h=from; bh=AAAA; b=AAAA\r\n", sender="b@both.test")
    mail(d, "a@both.test", sender="b@both.test", body=BODY + "x" * 300_000 + "\r\n")
    ok(until(lambda: len(sink.mails) >= 5, 20), "reports come") or d.show()
    time.sleep(1)
    got = sorted(parts(r)[1]["Auth-Failure"] for _, _, r in sink.mails)
    ok(got == ["dmarc", "dmarc", "signature", "spf", "spf"],
       f"of each kind that is asked for: {got}")
    ok(all(b"please pay" in r and b"hxxp://evil.test" in r and
           b"ann@" not in r and b"http:" not in r
           for _, _, r in sink.mails), "with the text, made harmless")
    ok(d.stop() == 0, "ends")
    sink.close()


def silent():
    """Nobody said that people's mail may be told of."""
    for extra in ("", "failure-reports no\npersonal-data-to any\n"):
        sink = Sink()
        d = start(sink, extra)
        mail(d, "a@shop.test")
        time.sleep(2)
        ok(not sink.mails, "nothing is told")
        ok(d.stop() == 0, "ends")
        sink.close()


def flood():
    """However much fails, a domain and its neighbours get ten an hour; the
    next one says how many there were, and records of mail are not lost."""
    sink = Sink()
    d = start(sink)
    hour = (int(time.time()) // DAY + 1) * DAY
    d.move(hour + 60)

    def many(k):
        m = Milter(d.sock)
        for i in range(FLOOD // 4):
            mail(d, f"a@n{(i * 4 + k) % 50}.flood.test", m=m)
        m.close()
    began = time.monotonic()
    threads = [threading.Thread(target=many, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(f"# {FLOOD} messages in {time.monotonic() - began:.0f} s")
    mail(d, "a@shop.test")
    ok(until(lambda: len(sink.mails) >= 12, 60), "reports come") or d.show()
    # the hour may end when all records are in, however slow the machine is
    ok(until(lambda: records(d) > FLOOD or FLOOD > 3000, 60),
       "all records come in") or print("#", records(d))
    time.sleep(2)
    got = to(sink)
    ok(got.count("ruf@flood.test") == 10, f"ten: {len(got)}")
    ok(got.count("ruf@shop.test") == 1, "others get theirs")
    ok(FLOOD > 3000 or not d.said("event=records-dropped"),
       "no record is lost for it")
    # the hour after, and an hour and more after the last of the ten
    d.move(hour + 5400)
    for _ in range(8):      # of each eval the first says what it left out
        mail(d, "a@flood.test")
    ok(until(lambda: to(sink).count("ruf@flood.test") >= 18, 30),
       "in the next hour it goes on") or print("#", to(sink))
    said = [int(parts(r)[1]["Incidents"] or 0) for _, _, r in sink.mails]
    ok(FLOOD - 20 <= sum(said) <= FLOOD + 10,
       f"and how many there were: {sorted(said)[-3:]}")
    ok(d.stop() == 0, "ends")
    sink.close()


def kills():
    """Whoever dies on the way: each comes, and what comes twice is the
    same."""
    sink, todo = Sink(), []
    for stage in ("MAIL", "DATA", "DOT", "SENT"):
        for role in ("store.0", "courier.0"):
            todo.append((stage, role))
    lock = threading.Lock()

    def hook(stage, sender, to):
        with lock:
            for t in [t for t in todo if t[0] == stage][:1]:
                todo.remove(t)
                os.kill(until(lambda: d.children().get(t[1]), 5),
                        signal.SIGKILL)
                time.sleep(0.1)
    d = start(sink, "failure-reports headers\npersonal-data-to any\n")
    for i in range(6):
        mail(d, "a@shop.test", f"X-Number: {i}\r\n")
    sink.hook = hook

    def seen(who):
        return {r for _, t, r in sink.mails if t == who}
    for _ in range(40):
        if until(lambda: len(seen("ruf@shop.test")) == 6 and
                 len(seen("all@third.test")) == 6 and
                 len(seen("y@abroad.example")) == 6 and not todo, 2):
            break
        d.move(d.now + 1800)
    ok(len(seen("ruf@shop.test")) == 6 and len(seen("all@third.test")) == 6,
       "each came, and twice the same") or d.show()
    ids = {parts(r)[0]["Message-ID"] for _, _, r in sink.mails}
    ok(len(ids) == 18, f"with an id of its own: {len(ids)} of "
       f"{len(sink.mails)} mails")
    ok(not todo, "eight were killed on the way")
    time.sleep(1)               # what is on its way is brought to its end
    ok(d.stop() == 0, "ends")
    sink.close()


told()
kinds()
silent()
flood()
kills()
done()
