#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Attacks on a real assayd through its milter: what a stranger writes into a
message, an envelope or a header must not stand there as ours, nor decide."""
import os

from daemon import SOURCE, Daemon, done, ok
from milter import Milter, deleted, inserted

DEMO = os.path.join(SOURCE, "app/assay/demo")
EVIL = {"client": "203.0.113.66", "helo": "mx.evil.example",
        "sender": "bounce@evil.example"}
OURS = b"Authentication-Results: mx.example.org; dmarc=pass\r\n"
# p=reject, and nothing of it passes
FALSE = b"From: <a@bank.example>\r\nSubject: x\r\n\r\nhello\r\n"


def mail(name):
    with open(os.path.join(DEMO, name), "rb") as f:
        return f.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def start(extra="", options=""):
    d = Daemon(extra, options, resolver=f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready") or d.show()
    return d


def act(reply, changes):
    if any(w == "q" for w, _ in changes):
        return "q"
    return "a" if reply in "ac" else reply


def one(d, raw, **session):
    m = Milter(d.sock)
    reply, data, changes = m.message(raw, **session)
    m.close()
    return act(reply, changes), changes, data


def forged_results():
    """DECISIONS: what a server cannot be told to remove makes it S1."""
    d = start()
    good = mail("genuine.eml")
    for label, field in (
            ("a folded name", OURS.replace(b":", b"\r\n :", 1)),
            ("a byte order mark", b"\xef\xbb\xbf" + OURS)):
        got, changes, _ = one(d, field + good)
        ok(got == "q", f"{label} hides a result of ours: kept apart") or \
            print("#", got, changes)
    got, _, _ = one(d, OURS.replace(b":", b"\r\n :", 1).replace(
        b"mx.", b"other.") + good)
    ok(got == "a", "a result of another's is no matter")
    base, _, _ = one(d, FALSE, **EVIL)
    ok(base in "qy", f"a false From is not accepted ({base})")
    for n in (900, 3000, 19000, 25000):
        got, changes, data = one(d, OURS * n + FALSE, **EVIL)
        ok(got in "qy", f"nor with {n} results of ours ({got})")
        got, changes, data = one(d, OURS * n + good)
        gone = [i for _, i in deleted(changes)]
        ok(gone == list(range(min(n, 1000), 0, -1)),
           f"of {n} those on top are removed") or print("#", len(gone))
        ok(got == ("a" if n <= 1000 else "q"), f"{n}: {got}")
        ok(len(inserted(changes)) == 1, "and one of ours is put in")
    d.stop()


def not_judged():
    """What could not be looked at carries no result into the house."""
    d = start("max-message-size 64K\n")
    big = mail("genuine.eml") + b"x" * 70000
    other = b"authentication-results: other.example; none\r\n"
    got, changes, _ = one(d, OURS + other + b"X: y\r\n" + OURS + big)
    ok(got == "a" and [i for _, i in deleted(changes)] == [3, 2, 1],
       "too long: all results are removed") or print("#", got, changes)
    got, changes, _ = one(d, OURS * 1001 + big)
    ok(got == "q", "very many: kept apart")
    got, changes, _ = one(d, big)
    ok(got == "a" and changes == [], "none: accepted as it is")
    got, changes, _ = one(d, OURS + mail("genuine.eml"))
    ok(len(deleted(changes)) == 1, "a short one is judged")
    d.stop()
    d = start("max-message-size 64K\n", "mode observe")
    ok(one(d, OURS + big)[:2] == ("a", []), "observe changes nothing")
    d.stop()


def behind_relay():
    """What a relay of ours says of SPF counts; what others say in its name
    does not."""
    d = start("trusted-relay 192.0.2.77\ntrusted-authserv gw.example.org\n")
    says = (b"Authentication-Results: gw.example.org; "
            b"spf=pass smtp.mailfrom=bank.example\r\n")
    relay = {"client": "192.0.2.77", "sender": "a@bank.example"}
    got, changes, _ = one(d, says + FALSE, **relay)
    put = inserted(changes)
    ok(got == "a" and len(put) == 1 and deleted(changes) == [] and
       'spf=pass reason="imported from gw.example.org"' in put[0][2],
       "SPF is what the relay says") or print("#", got, changes)
    got, changes, _ = one(d, FALSE, **relay)
    ok(got == "q" and "spf=none" in inserted(changes)[0][2],
       "without a word of it SPF is none") or print("#", got, changes)
    got, changes, _ = one(d, says + FALSE, sender="a@bank.example",
                          client="203.0.113.66")
    ok(got in "qy" and "imported" not in str(changes),
       "of another client it is not believed") or print("#", got, changes)
    d.stop()


forged_results()
not_judged()
behind_relay()
done()
