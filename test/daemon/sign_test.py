#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Own mail is signed by every key that is published and kept well, and by no
other; mail that is forwarded is sealed; both survive the death of signer."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from daemon import ASSAYD, Daemon, done, ok, until
from milter import Milter, inserted

ASSAY = os.path.join(os.path.dirname(ASSAYD), "../assay/assay")
MAIL = (b"From: Alice <alice@ex.org>\r\nTo: bob@ex.net\r\nSubject: hello\r\n"
        b"Date: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@ex.org>\r\n"
        b"\r\nA  line. \r\n\r\n")
room = tempfile.mkdtemp(prefix="assay-sign.")


def key(kind, name, domain="ex.org"):
    """(path, line of the zone)"""
    path = os.path.join(room, name)
    out = subprocess.run([ASSAY, "key", "new", kind, name, domain, path],
                         capture_output=True, text=True, timeout=60).stdout
    return path, re.search(r"^\S+ 3600 IN TXT .*\n", out, re.M).group()


KEYS = {n: key(k, n) for k, n in (("rsa", "r1"), ("ed25519", "e1"),
                                  ("rsa", "unpublished"), ("rsa", "open"),
                                  ("rsa", "other"))}
SEAL = key("rsa", "seal", "mx.example")
ZONE = os.path.join(room, "zone")
with open(ZONE, "w") as f:
    f.write("".join(KEYS[n][1] for n in ("r1", "e1", "open")) + SEAL[1])
    # the name of one key, the record of another
    f.write(KEYS["r1"][1].replace("r1.", "other.", 1))
os.chmod(KEYS["open"][0], 0o640)


def start(block, extra=""):
    d = Daemon(f'domain "ex.org" {{\n{block}\n}}\n{extra}',
               resolver=f"zone:{ZONE}")
    ok(d.ready(), "is ready") or d.show()
    return d


def said(d, pattern):
    """The log comes by another thread."""
    return until(lambda: d.said(pattern))


def sign(*names):
    kinds = {"e1": "ed25519"}
    return "\n".join(f"sign {kinds.get(n, 'rsa')} {n} {KEYS[n][0]}"
                     for n in names)


def send(d, raw=MAIL, client="127.0.0.1", **more):
    m = Milter(d.sock)
    reply, _, changes = m.message(raw, client=client, helo="host.ex.org",
                                  sender="alice@ex.org", **more)
    m.close()
    for _, name, value in inserted(changes):
        value = value.replace("\n", "\r\n")
        if not value.startswith(" "):
            value = " " + value
        raw = f"{name}:{value}\r\n".encode() + raw
    ok(reply in "ac", "is accepted") or d.show()
    return raw


def judged(command, raw, *more):
    path = os.path.join(room, "mail.eml")
    with open(path, "wb") as f:
        f.write(raw)
    p = subprocess.run([ASSAY, command, "--zone", ZONE, *more, path],
                       capture_output=True, text=True, timeout=60)
    return p.returncode, p.stdout


def selectors(raw):
    """Those of the signatures on top that verify, in any order."""
    import json
    _, out = judged("dkim", raw, "--json")
    return sorted(s["selector"] for s in
                  json.loads(out)["dkim"]["signatures"]
                  if s["result"] == "pass")


def keys():
    d = start(sign("r1", "e1", "unpublished", "open", "other"))
    ok(said(d, "event=key-refused.*chmod 0600.*open"),
       "a key that others can read is refused") or d.show()
    raw = send(d)
    ok(selectors(raw) == ["e1", "r1"], "two keys sign, and verify") or \
        print("#", raw[:3000]) or d.show()
    ok(raw.count(b"DKIM-Signature:") == 2, "and no other does")
    ok(said(d, "key-not-published.*no record.*selector=unpublished"),
       "one that is not in DNS is told") or d.show()
    ok(said(d, "key-not-published.*bad.*selector=other"),
       "and one whose record is another's") or d.show()
    raw = send(d, b"From: mallory@evil.example\r\n" + MAIL)
    ok(b"DKIM-Signature:" not in raw, "two From fields are not signed")
    raw = send(d, b"Subject: another\r\n" + MAIL)
    ok(b"DKIM-Signature:" not in raw and said(d, "sign-twice.*Subject"),
       "nor two Subject fields, and it is told") or d.show()
    raw = send(d, client="203.0.113.9")
    ok(b"DKIM-Signature:" not in raw, "mail from outside is not signed")
    raw = send(d, MAIL.replace(b"alice@ex.org", b"alice@ex.net", 1))
    ok(b"DKIM-Signature:" not in raw, "nor that of another domain")
    before = d.children()["signer.0"]
    os.kill(before, signal.SIGKILL)
    raw = send(d)
    ok(selectors(raw) == ["e1", "r1"], "signed although signer has died") or \
        d.show()
    ok(until(lambda: d.children().get("signer.0") not in (None, before)),
       "it is there again")
    ok(not [l for l in d.log if "PRIVATE" in l], "no key in the log")
    ok(d.stop() == 0, "ends")


def bad_reload():
    """A key that cannot be used leaves the running service as it is."""
    path = f"{room}/again.pem"
    shutil.copy(KEYS["r1"][0], path)
    os.chmod(path, 0o600)
    block = sign("r1").replace(KEYS["r1"][0], path)
    d = start(block)
    ok(selectors(send(d)) == ["r1"], "signs") or d.show()
    os.chmod(path, 0o644)
    d.signal(signal.SIGHUP)
    ok(said(d, "event=reload-failed") and said(d, "key-refused.*of before"),
       "a reload with a key that others can read fails") or d.show()
    os.rename(path, path + ".away")
    d.signal(signal.SIGHUP)
    ok(until(lambda: len(d.said("event=reload-failed")) == 2),
       "so does one without the file") or d.show()
    ok(selectors(send(d)) == ["r1"], "and the keys of before still sign")
    os.rename(path + ".away", path)
    os.chmod(path, 0o600)
    d.signal(signal.SIGHUP)
    ok(said(d, "event=reloaded"), "when it is mended, a reload is taken") or \
        d.show()
    ok(selectors(send(d)) == ["r1"], "and signs")
    d.stop()


def users():
    d = start(sign("r1") + "\nusers alice @ex.org\nnetworks none")
    for user, want in (("alice", 1), ("x@ex.org", 1), ("mallory", 0),
                       (None, 0)):
        raw = send(d, macros={"{auth_authen}": user} if user else None)
        ok(raw.count(b"DKIM-Signature:") == want, f"user {user}: {want}") or \
            d.show()
    d.stop()


def seals():
    d = start(sign("r1"), f'arc-seal "mx.example" {{\n'
                          f'sign rsa seal {SEAL[0]}\n}}\n')
    raw = send(d, client="203.0.113.9")
    status, out = judged("arc", raw)
    ok(status == 0 and raw.startswith(b"ARC-Seal: i=1;"),
       "what is forwarded is sealed") or print("#", status, out, raw[:2000])
    again = send(d, raw, client="203.0.113.9")
    status, out = judged("arc", again)
    ok(status == 0 and again.startswith(b"ARC-Seal: i=2;"), "and again") or \
        print("#", out)
    broken = send(d, again + b"more\r\n", client="203.0.113.9")
    ok(b"cv=fail" in broken.split(b"b=")[0], "a broken chain is marked")
    last = send(d, broken, client="203.0.113.9")
    ok(last.count(b"ARC-Seal:") == 3, "and then left alone") or d.show()
    own = send(d)
    ok(b"ARC-Seal:" not in own and b"DKIM-Signature:" in own,
       "own mail is signed, not sealed")
    d.stop()


def records(d, name):
    """How many records there are of the message with that queue id."""
    at = os.path.join(d.dir, "state", "records")
    return sum(open(os.path.join(at, n), "rb").read().count(
        b'"queue_id":"%s"' % name) for n in os.listdir(at))


def killed(d, pid, *roles):
    """They die, and live again."""
    for r in roles:
        os.kill(pid[r], signal.SIGKILL)
    return until(lambda: (lambda c: c if all(c.get(r, pid[r]) != pid[r]
                                             for r in roles) else None)(
        d.children()))


def judged_twice():
    """A message whose record is written waits for its seal when its eval
    dies: it is judged once more and counts once, although store dies before
    it hears of the second time, or all of assayd does."""
    seal = f'arc-seal "mx.example" {{\nsign rsa seal {SEAL[0]}\n}}\n'
    for also in ("nobody", "store", "all"):
        d = start(sign("r1"), seal)
        pid = d.children()
        os.kill(pid["signer.0"], signal.SIGSTOP)
        m = Milter(d.sock)
        m.give(MAIL, client="203.0.113.9", helo="h.ex.org",
               sender="alice@ex.org", queue="TWICE")
        m.send(b"E")
        ok(until(lambda: records(d, b"TWICE") == 1), f"{also}: a record")
        time.sleep(0.5)         # what was taken is noted
        if also == "all":       # what is written now, nobody reads
            os.kill(pid["store.0"], signal.SIGSTOP)
        line = until(lambda: d.said("event=verdict queue=TWICE"))[0]
        killed(d, pid, re.search(r"role=(\S+)", line).group(1),
               *(["store.0"] if also == "store" else []))
        ok(until(lambda: d.said("event=eval-died.*queue=TWICE")),
           f"{also}: its eval dies")
        os.kill(pid["signer.0"], signal.SIGCONT)
        reply, _, changes = m.verdict()
        m.close()
        ok(reply in "ac" and "ARC-Seal" in
           [n for _, n, _ in inserted(changes)], f"{also}: it is sealed")
        if also == "all":
            d.process.kill()
            d.process.wait()
            d.begin()
            ok(until(lambda: len(d.said("event=ready")) == 2), "lives again")
        time.sleep(1.5)
        ok(records(d, b"TWICE") == 1, f"{also}: and has one record") or \
            print("#", records(d, b"TWICE"))
        send(d, client="203.0.113.9")
        ok(until(lambda: records(d, b"4ABCDEF") == 1),
           f"{also}: the next has its own") or d.show()
        d.stop()


keys()
judged_twice()
bad_reload()
users()
seals()
shutil.rmtree(room)
done()
