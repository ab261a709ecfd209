#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reports that come back: three bounces of mails of ours, and an address gets
none for a week; what anybody else writes does nothing."""
import email
import json
import os
import sqlite3
import subprocess
import time

from daemon import done, ok, until
from milter import Milter
from outward import ASSAY, DAY, Moved, world
from sink import Sink

ADDRESS = "ruf@shop.test"

world("""
$ORIGIN .
shop.test. 60 IN TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.shop.test. 60 IN TXT "v=DMARC1; p=none; ruf=mailto:ruf@shop.test"
other.test. 60 IN TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.other.test. 60 IN TXT "v=DMARC1; p=none; ruf=mailto:ruf@other.test"
""")
SPEAK = "failure-reports headers\npersonal-data-to any\n"


def fail(d, author="a@shop.test"):
    m = Milter(d.sock)
    m.message(f"From: {author}\r\n\r\nhello\r\n".encode(),
              client="203.0.113.9", sender="b@evil.test",
              rcpts=("ann@reader.test",))
    m.close()


def bounce(message_id, action="failed", status="5.1.1", whole=None,
           to=ADDRESS):
    back = whole.decode() if whole else \
        f"Message-ID:\r\n <{message_id}>\r\nSubject: x\r\n"
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return ("From: MAILER-DAEMON@mx.shop.test\r\nSubject: Undelivered\r\n"
            "MIME-Version: 1.0\r\nContent-Type: multipart/report;\r\n"
            ' report-type=delivery-status; boundary="b=b"\r\n\r\n'
            "--b=b\r\n\r\nSorry.\r\n--b=b\r\n"
            "Content-Type: message/delivery-status\r\n\r\n"
            "Reporting-MTA: dns; mx.shop.test\r\n\r\n"
            f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\n"
            f"Status: {status}\r\nDiagnostic-Code: smtp; 550 {status} no\r\n"
            f"\r\n--b=b\r\nContent-Type: {kind}\r\n\r\n{back}\r\n--b=b--\r\n"
            ).encode()


def give(d, raw, sender="", to="dmarc@ours.test"):
    m = Milter(d.sock)
    reply = m.message(raw, client="198.51.100.7", sender=sender,
                      helo="mx.shop.test", rcpts=(to,))[0]
    m.close()
    return reply


def ids(sink, to=ADDRESS):
    return [email.message_from_bytes(r)["Message-ID"].strip().strip("<>")
            for _, t, r in sink.mails if t == to]


def rows(d, sql, *args):
    db = sqlite3.connect(f"file:{d.dir}/state/reports.db?mode=ro", uri=True)
    try:
        return db.execute(sql, args).fetchall()
    finally:
        db.close()


def state(d, message_id):
    token = message_id.split("@")[0].split(".")[-1]
    return rows(d, "select state, why from outbound_mail where token = ?",
                token)


def suppressed(d):
    return [r[0] for r in rows(d, "select address from outbound_suppressed")]


def outbox(d, *args):
    run = subprocess.run([ASSAY, "report", "outbox", *args, "--conf", d.conf],
                         capture_output=True, text=True, timeout=60)
    return run.returncode, run.stdout, run.stderr


def sent(d, sink, n, author="a@shop.test", to=ADDRESS):
    """One more report goes out; its Message-ID."""
    fail(d, author)
    ok(until(lambda: len(ids(sink, to)) == n, 20), "a report goes out") or \
        d.show()
    time.sleep(0.3)
    return ids(sink, to)[-1]


def counted():
    sink = Sink()
    d = Moved(sink, SPEAK)
    if not ok(d.ready(), "is ready"):
        d.show()
        return
    one, two = sent(d, sink, 1), sent(d, sink, 2)
    three, four = sent(d, sink, 3), sent(d, sink, 4)
    ok(len({one, two, three, four}) == 4, "each has an id of its own")
    # forged: what somebody may guess, and what he may know
    name = one.split("@")[0].split(".")
    other = sent(d, sink, 1, "a@other.test", "ruf@other.test")
    forged = [f"{name[0]}.{'0' * 32}@ours.test", f"{name[0]}@ours.test",
              "x@y.test", "", f"{name[0]}.@ours.test",
              f"{name[0]}.%@ours.test"]
    for f in forged:
        ok(give(d, bounce(f)) in "ac", "is taken")
    ok(until(lambda: len(rows(d, "select 1 from set_aside")) >= 1, 20),
       "what names no mail of ours is set aside") or d.show()
    time.sleep(0.5)
    ok(state(d, one)[0][0] == 2 and not suppressed(d), "and does nothing")
    give(d, bounce(other, to=ADDRESS))
    give(d, bounce(other, to=ADDRESS))
    ok(until(lambda: state(d, other)[0][0] == 6, 20), "who has got one of "
       "his own says that it came back")
    ok(state(d, one)[0][0] == 2 and not suppressed(d),
       "which is about his address, whatever it says of others")
    # not now, and not hard
    give(d, bounce(one, "delayed", "4.4.1"))
    ok(until(lambda: "4.4.1" in state(d, one)[0][1], 20) and
       state(d, one)[0][0] == 2, "late is late") or print("#", state(d, one))
    give(d, bounce(one, "failed", "4.4.7"))
    ok(until(lambda: "4.4.7" in state(d, one)[0][1], 20) and
       state(d, one)[0][0] == 2, "and 4.x.x is not dead")
    # from a person: not his affair
    give(d, bounce(one), sender="jo@shop.test")
    time.sleep(1)
    ok(state(d, one)[0][0] == 2, "mail with a sender is no bounce")
    # the mail itself comes back, with what was in it
    whole = [r for _, t, r in sink.mails if t == ADDRESS][0]
    ok(give(d, bounce(None, whole=whole)) in "ac", "the whole mail")
    ok(until(lambda: state(d, one)[0][0] == 6, 20), "came back") or d.show()
    ok("5.1.1" in state(d, one)[0][1], "and why")
    for _ in range(5):
        give(d, bounce(one))
    give(d, bounce(two))
    ok(until(lambda: state(d, two)[0][0] == 6, 20), "another one")
    ok(not suppressed(d), "two are no three, however often one is said")
    give(d, bounce(three))
    ok(until(lambda: suppressed(d) == [ADDRESS], 20), "three are enough")
    ok(until(lambda: d.said("event=.*came-back=1 addresses-given-up=1")),
       "which is told") or d.show()
    fail(d)
    ok(until(lambda: rows(d, "select 1 from outbound_mail where state = 4"),
             20), "the next one is not sent") or d.show()
    ok(len(ids(sink)) == 4, "indeed")
    sent(d, sink, 2, "a@other.test", "ruf@other.test")
    code, out, _ = outbox(d, "--json")
    seen = [json.loads(l) for l in out.splitlines()]
    ok(code == 0 and [r["to"] for r in seen
                      if r["state"] == "suppressed-until"] == [ADDRESS] and
       len([r for r in seen if r["state"] == "bounced"]) == 4,
       "all of it can be seen") or print("#", out)
    # a person knows better
    code, out, err = outbox(d, "--release", ADDRESS)
    ok(code == 0 and "again" in out, "lifted") or print("#", out, err)
    ok(not suppressed(d), "it is")
    five = sent(d, sink, 5)
    give(d, bounce(five))
    ok(until(lambda: state(d, five)[0][0] == 6, 20) and not suppressed(d),
       "and what was before counts no more")
    code, out, err = outbox(d, "--release", "shop.test")
    ok(code == 2 and "address" in err, "a domain is no address")
    d.move(d.now + 8 * DAY)
    ok(not d.said("SIGSYS|signal=|child-ended"), "nobody died") or d.show()
    ok(d.stop() == 0, "ends")
    sink.close()


counted()
done()
