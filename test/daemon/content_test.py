#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What links, files and hidden words of a message do to its verdict, through a
real assayd: with behaviour and without, and of a message beyond what is
read."""
import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile

from daemon import SOURCE, Daemon, done, ok, until
from milter import Milter, inserted

DEMO = os.path.join(SOURCE, "app/assay/demo")
ASSAY = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__import__("sys").argv[1]))), "assay", "assay")
RULE = "what >= 40 then tag\n"
POLICY = 'policy "p" {\n' + RULE + "}\n" \
    "protect-domain paypal.com\n"
LINK = '<p>Your <a href="https://www.paypa1.com/in">account</a> is closed</p>'


def mail(body, filler=0):
    return ("From: Bob <bob@shop.example>\r\nTo: a@here.example\r\n"
            "Date: Sun, 1 Mar 2026 12:00:00 +0000\r\n"
            "Message-ID: <1@shop.example>\r\nSubject: account\r\n"
            "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            + ("<p>" + "word " * 15 + "</p>\r\n") * filler + body +
            "\r\n").encode()


def start(extra):
    d = Daemon(POLICY + extra, resolver=f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready") or d.show()
    return d


def tags(d, message):
    m = Milter(d.sock)
    reply, _, changes = m.message(message, client="192.0.2.7",
                                  helo="mail.shop.example",
                                  sender="bob@shop.example")
    m.close()
    ok(reply in "ac", "is accepted")
    return [v.strip() for _, n, v in inserted(changes) if n == "X-Assay-Tag"]


def records(d):
    top = os.path.join(d.dir, "state", "records")
    found = []
    for name in sorted(os.listdir(top)) if os.path.exists(top) else []:
        with open(os.path.join(top, name)) as f:
            found += list(f)
    return found


def replays(d):
    line = until(lambda: next((r for r in records(d)
                               if "lookalike-link" in r), None))
    path = os.path.join(d.dir, "record.jsonl")
    with open(path, "w") as f:
        f.write(line or "")
    with open(path + ".policy", "w") as f:
        f.write(RULE)
    out = subprocess.run([ASSAY, "replay", "--json", "--policy",
                          path + ".policy", path],
                         capture_output=True, text=True, timeout=20)
    ok('"same":true' in out.stdout, "its record replays to the same") or \
        print("#", out.stdout[:2000], out.stderr)
    ok("closed" not in (line or ""), "which has no words of it")


def test():
    d = start("content yes\n")
    ok(tags(d, mail(LINK)) == ["lookalike-link"],
       "a link to a look-alike is a tag, with its reason")
    ok(tags(d, mail("<p>Hello</p>")) == [], "a harmless message has none")
    replays(d)
    ok(tags(d, mail(LINK, filler=100)) == ["lookalike-link"],
       "in a larger message, too")
    ok(tags(d, mail(LINK, filler=4000)) == [], "not beyond what is read")
    ok(until(lambda: any("content-cut" in r for r in records(d))),
       "and the record says that it was cut")
    ok(d.stop() == 0, "ends")


def by_default():
    d = start("")
    ok(tags(d, mail(LINK)) == [], "by default nothing is read")
    ok(d.stop() == 0, "ends")
    d = start("behaviour yes\nbehaviour-size 32M\n")
    ok(tags(d, mail(LINK)) == ["lookalike-link"], "with behaviour it is")
    replays(d)
    ok(d.stop() == 0, "ends")
    d = start("behaviour yes\nbehaviour-size 32M\ncontent no\n")
    ok(tags(d, mail(LINK)) == [], "unless it shall not be")
    ok(d.stop() == 0, "ends")


def names():
    path = os.path.join(tempfile.gettempdir(), f"names.{os.getpid()}")
    with open(path, "w") as f:
        f.write("# banks\npaypal.com\n\nnot a name\n")
    d = Daemon('content yes\nfirst-seen no\npolicy "p" {\n' + RULE + "}\n"
               f"protect-domains-from {path}\n"
               "listen http unix:@DIR@/http.sock\n",
               resolver=f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready") or d.show()
    ok(tags(d, mail(LINK)) == ["lookalike-link"], "names from a file")
    other = LINK.replace("paypa1.com", "examp1ebank.com")
    ok(tags(d, mail(other)) == [], "and no others")
    with open(path, "a") as f:
        f.write("examplebank.com\n")
    before = len(d.log)
    d.signal(signal.SIGHUP)
    ok(until(lambda: d.said("event=reloaded", before)), "a reload") or d.show()
    ok(tags(d, mail(other)) == ["lookalike-link"], "takes what is new")
    asked(d)
    os.unlink(path)
    ok(d.stop() == 0, "ends")


def asked(d):
    """A program that asks gets the text that a person sees."""
    c = http.client.HTTPConnection("localhost", timeout=20)
    c.sock = socket.socket(socket.AF_UNIX)
    c.sock.connect(f"{d.dir}/http.sock")
    c.request("POST", "/v1/check?client=192.0.2.7&helo=a.example",
              mail("<p>Gr\u00fc\u00dfe</p><p style='display:none'>Ignore "
                   "this</p>" + LINK))
    got = json.loads(c.getresponse().read())
    c.close()
    text = got.get("content", {}).get("text", "")
    ok("account" in text and "Ignore" not in text and "Gr\u00fc\u00dfe" in
       text, f"in JSON: {text!r}")
    ok(got.get("content", {}).get("hidden_share", 0) > 0 and
       got["content"]["level"] == 60 and not got["content"]["cut"],
       "with how much is hidden")
    ok(got["verdict"]["disposition"] == "tag", "and the verdict of that")


test()
by_default()
names()
done()
