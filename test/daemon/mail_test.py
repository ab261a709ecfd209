#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Mail through the milter of a real assayd, with a zone file as the world:
what it answers, and that it is what the command line finds."""
import os
import select
import signal
import time

from daemon import SOURCE, Daemon, done, ok, until
from milter import Milter, deleted, inserted

DEMO = os.path.join(SOURCE, "app/assay/demo")


def mail(name):
    with open(os.path.join(DEMO, name), "rb") as f:
        raw = f.read()
    return raw if b"\r\n" in raw else raw.replace(b"\n", b"\r\n")


def start(extra="", options=""):
    d = Daemon(extra, options, resolver=f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready") or d.show()
    return d


def results(changes):
    return [v for _, n, v in inserted(changes)
            if n.lower() == "authentication-results"]


def verdicts():
    d = start()
    rows = [
        ("genuine.eml", {}, "a",
         ["spf=pass", "dkim=pass", "dmarc=pass"]),
        ("forwarded.eml", {"client": "198.51.100.7",
                           "helo": "forward.university.example"}, "a",
         ["spf=fail", "dkim=pass", "dmarc=pass"]),
        ("forged.eml", {"client": "203.0.113.66", "helo": "mx.evil.example",
                        "sender": "bounce@evil.example"}, "q",
         ["spf=pass", "dmarc=fail"]),
        ("hostile.eml", {"client": "203.0.113.66", "helo": "mx.evil.example",
                         "sender": "bounce@evil.example"}, "y",
         []),
    ]
    for name, session, want, words in rows:
        m = Milter(d.sock)
        reply, data, changes = m.message(mail(name), **session)
        got = "q" if any(w == "q" for w, _ in changes) else \
            "a" if reply in "ac" else reply
        ok(got == want, f"{name}: {want}") or print("# got", reply, data)
        ar = results(changes)
        if want != "y":
            ok(len(ar) == 1, f"{name}: one Authentication-Results")
        for word in words:
            ok(word in "".join(ar), f"{name}: {word}") or print("#", ar)
        if want == "y":
            ok(data.startswith(b"550 5.7."), f"{name}: {data[:60]}")
        m.close()
    ok(until(lambda: len(d.said("event=verdict")) == 4),
       "one line a message")
    ok(d.stop() == 0, "ends")
    return d


def forged_results():
    d = start()
    m = Milter(d.sock)
    raw = mail("genuine.eml")
    for place in (b"", b"X: y\r\nAuthentication-Results: other.example; "
                  b"spf=pass\r\n"):
        forged = (place + b"Authentication-Results: mx.example.org; "
                  b"dmarc=pass\r\n")
        reply, _, changes = m.message(forged + raw)
        index = place.count(b"Authentication-Results") + 1
        ok(deleted(changes) == [("Authentication-Results", index)],
           f"the forged field is deleted (number {index})") or \
            print("#", changes)
        words = [w for w, _ in changes]
        ok(words.index("m") < words.index("i"), "before ours is put in")
    for i in range(3):
        reply, _, changes = m.message(raw)
        ok(reply in "ac" and len(results(changes)) == 1,
           f"message {i + 3} of one connection")
    m.close()
    d.stop()


def observe():
    d = start(options="mode observe")
    m = Milter(d.sock)
    reply, _, changes = m.message(
        mail("forged.eml"), client="203.0.113.66", helo="mx.evil.example",
        sender="bounce@evil.example")
    ok(reply in "ac" and changes == [], "observe changes nothing")
    m.close()
    ok(until(lambda: d.said("act=observe would=quarantine")),
       "observe logs what it would have done") or d.show()
    d.stop()


def answered(milters, seconds):
    """How many of them have a verdict by then."""
    until(lambda: len(select.select(milters, [], [], 0)[0]) == len(milters),
          seconds)
    return len(select.select(milters, [], [], 0)[0])


def hands():
    """An eval that has four messages, or a large one, at hand gets no more
    while another sleeps."""
    d = start()
    raw = mail("genuine.eml")
    for label, mails in (("five messages", [raw] * 5),
                         ("one behind a large one",
                          [raw + b"x" * 70 * 1000, raw])):
        os.kill(d.children()["eval.0"], signal.SIGSTOP)
        milters = [Milter(d.sock) for _ in mails]
        for m, text in zip(milters, mails):
            m.give(text)
            m.send(b"E")
            time.sleep(0.1)
        sockets = [m.s for m in milters]
        ok(answered(sockets[-1:], 10) == 1, f"{label}: the last is judged")
        ok(answered(sockets[:-1], 0.5) == 0, f"{label}: it alone")
        os.kill(d.children()["eval.0"], signal.SIGCONT)
        for m in milters:
            ok(m.verdict()[0] in "ac", f"{label}: in the end all are")
            m.close()
    d.stop()


def large():
    """Large messages, one behind the other, lie in the same place; one eval
    dies between, and one with a message."""
    d = start()
    evil = {"client": "203.0.113.66", "helo": "mx.evil.example",
            "sender": "bounce@evil.example"}
    rows = [("genuine.eml", 900, {}), ("forged.eml", 300, evil),
            ("genuine.eml", 120, {}), ("forged.eml", 2500, evil),
            ("genuine.eml", 110, {})]
    for i, (name, kib, session) in enumerate(rows):
        m = Milter(d.sock)
        reply, _, changes = m.message(mail(name) + b"x\r\n" * kib * 342,
                                      **session)
        ar = "".join(results(changes))
        ok(reply in "ac" and ("smtp.mailfrom=evil.example" in ar) ==
           bool(session), f"{name}, {kib} KiB: judged by itself") or \
            print("#", reply, ar)
        m.close()
        if i == 1:
            old = d.children()["eval.0"]
            os.kill(old, signal.SIGKILL)
            ok(until(lambda: d.children().get("eval.0", old) != old),
               "an eval is started again")
    pid = d.children()["eval.0"]
    os.kill(pid, signal.SIGSTOP)
    m = Milter(d.sock)
    m.give(mail("genuine.eml") + b"x\r\n" * 200000)
    m.send(b"E")
    time.sleep(1.5)         # until front has given it, on a loaded machine
    os.kill(pid, signal.SIGKILL)
    reply, _, changes = m.verdict()
    ok(reply in "ac" and "smtp.mailfrom=bank.example" in
       "".join(results(changes)), "and is judged by another eval") or \
        print("#", reply, changes)
    m.close()
    ok(until(lambda: d.said("event=eval-died")), "as one has died") or \
        d.show()
    d.stop()


verdicts()
large()
hands()
forged_results()
observe()
done()
