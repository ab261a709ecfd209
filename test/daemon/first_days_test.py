#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""In the first days what a policy does on suspicion is told and not done, and
DMARC is enforced all the same; restarts and clocks shorten nothing."""
import http.client
import json
import os
import re
import socket
import subprocess
import tempfile
import time

from daemon import ASSAYD, SOURCE, done, ok, until
from milter import Milter, inserted
from moved import Moved

DEMO = os.path.join(SOURCE, "app/assay/demo")
ASSAY = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(ASSAYD))), "assay", "assay")
DAY = 86400
RULES = ("what >= 40 then tag\n"
         "what >= 40 and dmarc-fail then hold\n"
         "dmarc-fail policy reject then quarantine\n")
POLICY = 'policy "p" {\n' + RULES + "}\nprotect-domain paypal.com\n" \
    "content yes\n"
LINK = ("From: Bob <bob@shop.example>\r\nTo: a@here.example\r\n"
        "Date: Sun, 1 Mar 2026 12:00:00 +0000\r\n"
        "Message-ID: <1@shop.example>\r\nSubject: account\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
        '<p>Your <a href="https://www.paypa1.com/in">account</a></p>\r\n')
FORGED = LINK.replace("shop.example", "bank.example", 1)
ROOM = tempfile.mkdtemp(prefix="first.")


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def send(d, message):
    """(what it is answered, X-Assay-Tag, X-Assay-Would, put aside)"""
    m = Milter(d.sock)
    reply, _, changes = m.message(message.encode(), client="203.0.113.66",
                                  helo="mail.shop.example",
                                  sender="bob@shop.example")
    m.close()
    fields = {n: v.strip() for _, n, v in inserted(changes)}
    return (reply, fields.get("X-Assay-Tag"), fields.get("X-Assay-Would"),
            any(c == "q" for c, *_ in changes))


def status(d):
    c = Unix(f"{d.dir}/status.sock")
    c.request("GET", "/v1/status")
    return json.loads(c.getresponse().read())


def shown(d):
    return subprocess.run([ASSAY, "status", "--conf", d.conf],
                          capture_output=True, text=True, timeout=20).stdout


def last(d):
    top = os.path.join(d.dir, "state", "records")
    lines = []
    for name in sorted(os.listdir(top)) if os.path.exists(top) else []:
        with open(os.path.join(top, name)) as f:
            lines += [x for x in f if x.startswith('{"format":"assay-record"')]
    return lines


def dry(d):
    got = send(d, LINK)
    ok(got == ("a", None, "tag", False) or got[:3] == ("c", None, "tag"),
       "in the first days a tag is told and not done") or print("#", got)
    got = send(d, FORGED)
    ok(got[2] == "hold" or got[3], "DMARC still acts") or print("#", got)
    ok(got[3], "as its own line says: quarantine") or print("#", got)
    lines = until(lambda: last(d) if len(last(d)) >= 2 else None)
    record = json.loads(lines[0])
    ok(record["facts"]["observing"] is True and
       record["verdict"]["disposition"] == "accept" and
       record["verdict"]["would"] == "tag", "the record says what would be")
    path = os.path.join(ROOM, "record.jsonl")
    with open(path, "w") as f:
        f.writelines(lines)
    with open(path + ".policy", "w") as f:
        f.write(RULES)
    out = subprocess.run([ASSAY, "replay", "--policy", path + ".policy",
                          path], capture_output=True, text=True, timeout=20)
    ok(out.returncode == 0, "and replays to it") or print("#", out.stdout)
    out = subprocess.run([ASSAY, "explain", "--policy", path + ".policy",
                          path], capture_output=True, text=True, timeout=20)
    ok(re.search(r"not yet +line 1: what >= 40 then tag", out.stdout),
       "explain says by which statement")
    ok("Would have been: tag" in out.stdout, "explain says so, too") or \
        print("#", out.stdout, out.stderr)
    ok(until(lambda: d.said("event=verdict .*act=accept would=tag")),
       "and the log")
    subprocess.run([ASSAY, "label", "--conf", d.conf, record["entry"],
                    "bad"], check=True, timeout=20)
    with open(f"{d.dir}/state/labels.jsonl") as f:
        ok('"technique":"look-alike"' in f.read(),
           "a word on it suggests how it was made")


def told(d, end):
    found = until(lambda: (lambda s: s if s["gauges"]["ladder_observe_days"]
                           else None)(status(d)))
    ok(found and found["gauges"]["ladder_observe_days"] <= 14 and
       abs(found["gauges"]["ladder_observe_until"] - end) < 120,
       "status says until when") or print("#", found and found["gauges"])
    ok(found["counters"]["would"]["tag"] == 1, "and how much would have been "
       "done") or print("#", found["counters"]["would"])
    text = shown(d)
    ok(re.search(r"first days +1 +would have acted on suspicion; observed "
                 r"only until 20\d\d-", text) and "tag 1" in text,
       "for people, too") or print("#", text)


def test():
    d = Moved(ROOM, POLICY + "ladder-observe 14d\n", f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready") or d.show()
    begun = int(time.time())
    ok(until(lambda: d.said(r"event=ladder-observes .*until=\d+")),
       "it is said at start")
    dry(d)
    told(d, begun + 14 * DAY)
    d.move(begun - 5 * DAY)
    ok(send(d, LINK)[1:3] == (None, "tag"), "a clock set back: still")
    d.move(begun + 13 * DAY + DAY // 2)
    ok(send(d, LINK)[1:3] == (None, "tag"), "on the fourteenth day: still")
    d.process.kill()
    d.process.wait()
    d.reader.join(5)
    del d.log[:]
    os.unlink(d.clock)
    d.begin()
    ok(d.ready(), "is there again") or d.show()
    d.move(begun + 13 * DAY + DAY // 2)
    ok(send(d, LINK)[1:3] == (None, "tag"), "killed: it knows its first day")
    d.move(begun + 14 * DAY + 60)
    ok(send(d, LINK)[1:3] == ("lookalike-link", None), "then it acts")
    d.move(begun + 14 * DAY + 200)
    ok(until(lambda: status(d)["gauges"]["ladder_observe_days"] == 0),
       "and status says nothing more of it")
    ok(d.stop() == 0, "ends")


def default():
    """Nobody said anything."""
    d = Moved(ROOM, POLICY + "# ladder-observe\n", f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready") or d.show()
    ok(send(d, LINK)[1:3] == (None, "tag"), "fourteen days are the default")
    d.stop()
    d = Moved(ROOM, 'policy "p" {\ndmarc-fail then tag\n}\n'
              "# ladder-observe\n", f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready") or d.show()
    ok(not d.said("event=ladder-observes") and
       status(d)["gauges"]["ladder_observe_days"] == 0,
       "where no policy acts on suspicion nobody hears of it")
    d.stop()


os.chmod(ROOM, 0o755)
test()
default()
done()
