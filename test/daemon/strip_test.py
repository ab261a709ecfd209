#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Files that can run are taken out of a message, the whole of it is kept first
and comes back octet for octet; what cannot be, is held."""
import base64
import email
import hashlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

from daemon import ASSAYD, SOURCE, Daemon, done, ok, until
from milter import Milter, inserted
import milter

DEMO = os.path.join(SOURCE, "app/assay/demo")
ASSAY = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(ASSAYD))), "assay", "assay")
ROOM = tempfile.mkdtemp(prefix="strip.")
RULES = ('dmarc-fail and what >= 40 then strip\n'
         'what >= 40 then tag\n')
POLICY = 'policy "p" {\n' + RULES + '}\ncontent yes\n'
# what a program begins with, and a sentence that harms nobody
EXE = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8" + b"\0" * 43 + \
    b"this is no program and does nothing. " * 40
NAME = "bill.pdf.exe"


def mail(payload=EXE, name=NAME, kind="multipart/mixed", end="--xx--\r\n",
         more=b""):
    b64 = base64.encodebytes(payload).replace(b"\n", b"\r\n")
    return (f"From: Bob <bob@bank.example>\r\nTo: a@here.example\r\n"
            f"Message-ID: <1@shop.example>\r\nSubject: bill\r\n"
            f"Date: Sun, 1 Mar 2026 12:00:00 +0000\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: {kind};\r\n\tboundary=\"xx\"\r\n\r\n"
            f"preamble\r\n--xx\r\nContent-Type: text/plain\r\n\r\n"
            f"Please find the bill.\r\n.\r\n--xx\r\n"
            f"Content-Type: application/octet-stream\r\n"
            f"Content-Transfer-Encoding: base64\r\n"
            f"Content-Disposition: attachment; filename=\"{name}\"\r\n"
            f"\r\n").encode() + b64 + more + \
        (f"--xx\r\nContent-Type: image/gif; name=a.gif\r\n"
         f"Content-Transfer-Encoding: base64\r\n\r\n"
         f"R0lGODlhAQABAAAAACw=\r\n{end}").encode()


def send(d, raw, qid, **more):
    m = Milter(d.sock)
    got = m.message(raw, client="203.0.113.66", helo="mail.shop.example",
                    sender="bob@shop.example",
                    rcpts=("a@here.example", "b@here.example"), queue=qid,
                    **more)
    m.close()
    return got


def body_of(changes):
    return b"".join(data for word, data in changes if word == "b")


def records(d):
    at, out = os.path.join(d.dir, "state/records"), []
    for name in sorted(os.listdir(at)) if os.path.isdir(at) else ():
        with open(os.path.join(at, name)) as f:
            out += [json.loads(line) for line in f if line.endswith("\n")]
    return out


def record_of(d, qid):
    return until(lambda: next((r for r in records(d) if r.get(
        "session", {}).get("queue_id") == qid), None))


def program(name, text):
    path = os.path.join(ROOM, name)
    with open(path, "w") as f:
        f.write("#!/bin/sh\n" + text)
    os.chmod(path, 0o755)
    return path


POSTQUEUE = program("postqueue", f"cat {ROOM}/queue 2>/dev/null; true\n")
POSTSUPER = program("postsuper", f'echo "$@" >> {ROOM}/super\n')
SENDMAIL = program("sendmail", f'for a in "$@"; do echo "$a"; done '
                   f'> {ROOM}/args; cat > {ROOM}/sent\n')


def assay(d, *args, **more):
    env = {**os.environ, "POSTQUEUE": POSTQUEUE, "POSTSUPER": POSTSUPER,
           "SENDMAIL": SENDMAIL, **more}
    p = subprocess.run([ASSAY, args[0], "--conf", d.conf, *args[1:]],
                       capture_output=True, text=True, timeout=60, env=env)
    return p.returncode, p.stdout, p.stderr


def leaves(raw):
    """Each part that is no multipart: (its header, its octets)."""
    return [(p.items(), p.get_payload()) for p in
            email.message_from_bytes(raw).walk() if not p.is_multipart()]


def stripped(d, raw, qid, label):
    reply, _, changes = send(d, raw, qid)
    head = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    now = head + body_of(changes)
    ok(reply == "c" and body_of(changes) and
       not any(w == "q" for w, _ in changes), f"{label}: goes on without") or \
        print("#", reply, [w for w, _ in changes], d.log[-2:])
    was, is_ = leaves(raw), leaves(now)
    ok(len(was) == len(is_) and [a == b for a, b in zip(was, is_)] ==
       [True, False, True], f"{label}: every other part as it was")
    at = now.find(b"\r\n--xx", now.find(b"A file was taken out"))
    ok(raw.endswith(now[at:]) and raw.startswith(
        now[:now.find(b"Content-Type: text/plain; charset=us-ascii")]),
       f"{label}: octet for octet")
    return now, changes


def first(d):
    raw = mail()
    now, changes = stripped(d, raw, "4STRIP0", "a program")
    text = leaves(now)[1][1]
    digest = hashlib.sha256(EXE).hexdigest()
    ok(NAME in text and digest in text and "exe" in text and
       "assay at mx.example.org" in text and f"{len(EXE)} octets" in text and
       "assay release 4STRIP0" in text and
       "it runs when it is opened" in text,
       "the text says who, what, why, its SHA-256, and how to get it") or \
        print("#", text)
    tag = [v for _, n, v in inserted(changes) if n == "X-Assay-Tag"]
    ok(tag and "stripped" in tag[0], "and a field says so") or print("#", tag)
    r = record_of(d, "4STRIP0")
    ok(r and r["verdict"]["disposition"] == "strip" and
       r["facts"]["stripped"] == [{
           "name": None, "type": "exe", "why": "it runs when it is opened, "
           "and is called something else" if "called" in text else
           "it runs when it is opened", "sha256": digest,
           "size": len(EXE)}], "as does the record, without its name") or \
        print("#", r)
    ok(NAME not in json.dumps(r), "which is a word of the mail")
    path = os.path.join(ROOM, "record.jsonl")
    with open(path, "w") as f:
        f.write(json.dumps(r) + "\n")
    with open(path + ".policy", "w") as f:
        f.write(RULES)
    out = subprocess.run([ASSAY, "replay", "--policy", path + ".policy",
                          path], capture_output=True, text=True, timeout=20)
    ok(out.returncode == 0, "which replays") or print("#", out.stdout)
    ok(until(lambda: d.said("event=verdict .*act=strip .*stripped")),
       "and the log")
    return raw


def let_go(d, raw):
    status, out, err = assay(d, "held")
    ok(status == 0 and "4STRIP0" in out and "strip" in out and
       "stripped" in out, "assay held shows it") or print("#", out, err)
    rows = [json.loads(x) for x in assay(d, "held", "--json")[1].splitlines()]
    ok([(r["id"], r["disposition"], r["until"]) for r in rows] ==
       [("4STRIP0", "strip", None)], "in JSON, without an end")
    status, out, err = assay(d, "release", "4STRIP0", SENDMAIL="/bin/false")
    ok(status == 1 and "is kept" in err, "a failure is told, and it stays")
    status, out, err = assay(d, "release", "4STRIP0")
    ok(status == 0 and out == "4STRIP0 released\n", "released") or \
        print("#", out, err)
    sent = open(os.path.join(ROOM, "sent"), "rb").read()
    ok(sent == raw, "the original, octet for octet")
    args = open(os.path.join(ROOM, "args")).read().split("\n")[:-1]
    ok(args == ["-G", "-i", "-f", "bob@shop.example", "--", "a@here.example",
                "b@here.example"], "with its envelope") or print("#", args)
    ok(not os.path.exists(os.path.join(ROOM, "super")), "not by the queue")
    ok("4STRIP0" not in assay(d, "held")[1] and
       assay(d, "release", "4STRIP0")[0] == 1, "once")
    labels = open(os.path.join(d.dir, "state/labels.jsonl")).read()
    ok('"label":"released"' in labels and "4STRIP0" in labels,
       "it was noted before")


def twice(d):
    """A mail server gives an id again: nobody gets another's mail."""
    second = mail(EXE + b"another")
    for raw in (mail(), second):
        ok(body_of(send(d, raw, "4TWICE")[2]), "stripped, of an id")
    ok(until(lambda: len([r for r in records(d) if r.get("session", {}).get(
        "queue_id") == "4TWICE"]) == 2), "two records")
    rows = [json.loads(x) for x in assay(d, "held", "--json")[1].splitlines()]
    at = sorted(r["arrived"] for r in rows if r["id"] == "4TWICE")
    os.unlink(os.path.join(ROOM, "sent"))
    status, out, err = assay(d, "release", "4TWICE")
    ok(len(at) == 2 and status == 1 and "of 2 messages" in err and
       not os.path.exists(os.path.join(ROOM, "sent")), "which of the two?") \
        or print("#", at, status, out, err)
    status, out, err = assay(d, "release", f"4TWICE.{at[1]}")
    ok(status == 0 and open(os.path.join(ROOM, "sent"), "rb").read() ==
       second, "that one") or print("#", out, err)
    ok(assay(d, "release", "4TWICE")[0] == 0 and
       open(os.path.join(ROOM, "sent"), "rb").read() == mail(),
       "and then there is one")


def large(d):
    """More than is read for behaviour, and than a packet holds."""
    raw = mail(EXE + random.Random(3).randbytes(1500000),
               more=b"")
    filler = ("word " * 14 + "\r\n").encode() * 30000
    raw = raw.replace(b"Please find the bill.\r\n", filler)
    rules = Daemon('policy "p" {\ndmarc-fail then strip\n}\n',
                   resolver=f"zone:{DEMO}/demo.zone")
    ok(rules.ready(), "another one")
    now, changes = stripped(rules, raw, "4LARGE", "a large one")
    ok(len(now) > 2000000 and max(len(x) for w, x in changes if w == "b") <=
       65535, "in pieces that a mail server takes")
    kept = os.listdir(os.path.join(rules.dir, "state/originals"))
    with open(os.path.join(rules.dir, "state/originals", kept[0]),
              "rb") as f:
        ok(f.read().endswith(b"\n\n" + raw), "kept whole")
    got = send(rules, mail(b"GIF89a", "a.gif"), "4NONE")
    ok(any(w == "q" for w, _ in got[2]) and not body_of(got[2]),
       "where there is nothing to take out it is held")
    slow(rules, raw)
    rules.stop()


def slow(d, raw):
    """A mail server that reads late gets all of it, and others meanwhile."""
    m = Milter(d.sock)
    m.give(raw, "203.0.113.66", "mail.shop.example", "bob@shop.example",
           ("a@here.example",), None, "4SLOW")
    m.send(b"E")
    time.sleep(1)
    stripped(d, mail(), "4BESIDE", "beside a slow one")
    reply, _, changes = m.verdict()
    ok(reply == "c" and len(body_of(changes)) > 2000000, "all of it")
    m.message(mail(b"GIF89a", "a.gif"), queue="4AFTER")
    ok(True, "and the connection goes on")
    m.close()


def held_instead(d):
    """(raw, why)"""
    for raw, why in (
            (mail(kind="multipart/signed"), "signed or encrypted"),
            (mail(end=""), "end"),
            (mail().replace(b"Content-Disposition: attachment",
                            b"Content-Type: image/png\r\n"
                            b"Content-Disposition: attachment"),
             "says two things")):
        if why == "end":
            raw = raw[:raw.rfind(b"--xx\r\nContent-Type: image")]
        qid = "4HELD" + str(len(why))
        reply, _, changes = send(d, raw, qid)
        ok(reply == "c" and any(w == "q" for w, _ in changes) and
           not body_of(changes), f"{why}: held as it is") or \
            print("#", reply, [w for w, _ in changes])
        r = record_of(d, qid)
        ok(r and r["verdict"]["disposition"] == "hold" and why in
           (r["facts"]["unstripped"] or "") and any(
               e["reason"] == "not-stripped" for e in r["evidence"]),
           f"{why}: the record says why") or \
            print("#", r and r["facts"]["unstripped"])
    was = milter.ACTIONS
    milter.ACTIONS = was & ~0x2
    reply, _, changes = send(d, mail(), "4NOBODY")
    milter.ACTIONS = was
    ok(any(w == "q" for w, _ in changes) and not body_of(changes) and
       until(lambda: d.said("event=not-stripped .*change bodies")),
       "a mail server that lets no milter change bodies: held")


def no_room():
    d = Daemon(POLICY + "originals-size 1M\n",
               resolver=f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready")
    raw = mail(EXE + random.Random(5).randbytes(700000))
    ok(body_of(send(d, raw, "4ROOM0")[2]), "the first has room")
    reply, _, changes = send(d, raw, "4ROOM1")
    ok(reply == "c" and any(w == "q" for w, _ in changes) and
       not body_of(changes) and until(lambda: d.said(
           "event=original-not-kept .*originals-size")),
       "the next has none: held, and nothing is lost") or print("#", reply)
    os.chmod(os.path.join(d.dir, "state/originals"), 0o500)
    with open(os.path.join(ROOM, "queue"), "w") as f:
        f.write(json.dumps({"queue_name": "hold", "queue_id": "4ROOM1",
                            "arrival_time": int(time.time()),
                            "message_size": 5}) + "\n")
    ok(until(lambda: "4ROOM1" in assay(d, "held")[1]),
       "and assay held shows that one in the queue")
    ok(assay(d, "release", "4ROOM1")[0] == 0 and open(os.path.join(
        ROOM, "super")).read() == "-H 4ROOM1\n", "which lets it go there")
    os.unlink(os.path.join(ROOM, "queue"))
    d.stop()


def sealed():
    """A seal is of the message that goes on, and of no other."""
    key = os.path.join(ROOM, "seal")
    made = subprocess.run([ASSAY, "key", "new", "rsa", "seal", "mx.example",
                           key], capture_output=True, text=True, timeout=60)
    zone = os.path.join(ROOM, "zone")
    with open(zone, "w") as f:
        f.write(open(f"{DEMO}/demo.zone").read() + re.search(
            r"^\S+ 3600 IN TXT .*\n", made.stdout, re.M).group())
    d = Daemon('policy "p" {\ndmarc-fail then strip\n}\n'
               f'arc-seal "mx.example" {{\nsign rsa seal {key}\n}}\n'
               "originals-size 1M\n", resolver=f"zone:{zone}")
    ok(d.ready(), "is ready") or d.show()
    raw = mail(EXE + random.Random(7).randbytes(600000))
    _, _, changes = send(d, raw, "4SEAL0")
    fields = inserted(changes)
    now = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body_of(changes)
    for _, name, value in fields:
        value = value.replace("\n", "\r\n")
        now = f"{name}:{'' if value[:1] == ' ' else ' '}{value}\r\n" \
            .encode() + now
    path = os.path.join(ROOM, "sealed.eml")
    with open(path, "wb") as f:
        f.write(now)
    p = subprocess.run([ASSAY, "arc", "--zone", zone, path],
                       capture_output=True, text=True, timeout=60)
    ok(p.returncode == 0 and now.count(b"ARC-Seal:") == 1,
       "it is sealed as it goes on") or print("#", p.stdout, p.stderr)
    _, _, changes = send(d, raw, "4SEAL1")
    ok(any(w == "q" for w, _ in changes) and not any(
        n.startswith("ARC-") for _, n, _ in inserted(changes)),
       "what is held instead has no seal of another body")
    d.stop()


def store_dies():
    """While it has the original, or before: nothing is lost."""
    d = Daemon('policy "p" {\ndmarc-fail then strip\n}\n',
               resolver=f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready") or d.show()
    pid = d.children()["store.0"]
    os.kill(pid, signal.SIGSTOP)
    m = Milter(d.sock)
    m.give(mail(), "203.0.113.66", "mail.shop.example", "bob@shop.example",
           ("a@here.example",), None, "4DIES")
    m.send(b"E")
    time.sleep(0.5)
    os.kill(pid, signal.SIGKILL)
    reply, _, changes = m.verdict()
    m.close()
    ok(reply == "c" and any(w == "q" for w, _ in changes) and
       not body_of(changes) and
       until(lambda: d.said("event=not-stripped .*store")),
       "store is killed with it: held as it is") or \
        print("#", reply, [w for w, _ in changes])
    ok(until(lambda: d.children().get("store.0") not in (None, pid)),
       "store is there again")
    ok(until(lambda: body_of(send(d, mail(), "4AGAIN")[2])),
       "and the next is stripped")
    ok(os.listdir(os.path.join(d.dir, "state/originals")) and not [
        n for n in os.listdir(os.path.join(d.dir, "state/originals"))
        if not n.endswith(".original")], "no half of anything is left")
    d.stop()


def by_http(d):
    class Unix(http.client.HTTPConnection):
        def connect(self):
            import socket
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.connect(d.dir + "/http.sock")
    c = Unix("localhost")
    raw = mail()
    c.request("POST", "/v1/check?client=203.0.113.66&helo=h.shop.example"
              "&mail_from=bob@shop.example", body=raw,
              headers={"Content-Type": "message/rfc822"})
    got = json.loads(c.getresponse().read())
    cuts = got.get("strip", [])
    ok(got["verdict"]["disposition"] == "strip" and len(cuts) == 1,
       "a program hears what to cut") or print("#", got)
    now = raw[:cuts[0]["begin"]] + cuts[0]["instead"].encode() + \
        raw[cuts[0]["end"]:]
    ok([a == b for a, b in zip(leaves(raw), leaves(now))] ==
       [True, False, True] and cuts[0]["sha256"] ==
       hashlib.sha256(EXE).hexdigest(), "and where")


def main():
    d = Daemon(POLICY + "listen http unix:@DIR@/http.sock\n",
               resolver=f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready") or d.show()
    raw = first(d)
    let_go(d, raw)
    out = subprocess.run([ASSAY, "status", "--conf", d.conf],
                         capture_output=True, text=True, timeout=20).stdout
    ok(re.search(r"messages +1  .*strip 1", out), "assay status counts it") \
        or print("#", out)
    got = send(d, mail(b"GIF89a", "a.gif"), "4PLAIN")
    ok(got[0] == "c" and not body_of(got[2]), "a harmless one is as it was")
    twice(d)
    held_instead(d)
    by_http(d)
    ok(d.stop() == 0, "ends")
    large(d)
    no_room()
    sealed()
    store_dies()
    done()


main()
