#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Mail through Postfix with assayd: what comes out of it, and where.

    mail_flow.py BUILD
"""
import json
import os
import signal
import subprocess

from rig import base, mail, mta
from rig.world import OURS, World, ours

# Every way to write a field that claims to be ours (RFC 8601 5).
FORGED = [
    ("Authentication-Results", OURS + "; dmarc=pass header.from=good.test"),
    ("Authentication-Results", "MX.RCPT.TEST; spf=pass"),
    ("Authentication-Results", "( hi (x) ) mx.rcpt.test ; spf=pass"),
    ("Authentication-Results", '"mx.rcpt.test" 1; spf=pass'),
    ("authentication-results", "\r\n mx.rcpt.test; dkim=pass"),
    ("AUTHENTICATION-RESULTS", "mx.rcpt.test 2; dkim=pass"),
]
OTHERS = [("Authentication-Results", "elsewhere.test; spf=fail"),
          ("Authentication-Results", "mx.rcpt.test.evil.test; spf=pass")]


def genuine(w):
    m = w.arrives("genuine", mail.message(subject="genuine"))
    if not m:
        return
    w.tap.ok(m.fields()[0][0] == b"Authentication-Results",
             "the result is the topmost field", m.head)
    w.tap.ok(len(ours(m)) == 1 and "spf=pass" in ours(m)[0] and
             "dmarc=pass" in ours(m)[0], "one result, and it passes",
             m.results())


def forged_results(w):
    sets = {"above": (FORGED + OTHERS, []), "below": ([], FORGED + OTHERS),
            "between": (FORGED[:3] + OTHERS[:1], FORGED[3:] + OTHERS[1:])}
    for where, (above, below) in sets.items():
        subject = f"forged {where}"
        data = mail.message(subject=subject, extra=above)
        if below:
            head, _, body = data.partition(b"\r\n\r\n")
            data = head + b"\r\n" + "".join(
                f"{n}: {v}\r\n" for n, v in below).encode() + b"\r\n" + body
        m = w.arrives(subject, data)
        if not m:
            continue
        w.tap.ok(len(ours(m)) == 1 and ours(m)[0] == m.results()[0],
                 f"{subject}: ours alone, on top", m.results())
        w.tap.ok("spf=fail" in " ".join(m.results()[1:]) and
                 "evil.test" in " ".join(m.results()[1:]),
                 f"{subject}: those of others stay", m.results())


def many_forged(w):
    subject = "300 forged"
    data = mail.message(subject=subject, extra=[
        ("Authentication-Results", f"{OURS}; spf=pass; x{i}=pass")
        for i in range(300)])
    m = w.arrives(subject, data)
    if m:
        w.tap.ok(len(ours(m)) == 1 and len(m.results()) == 1,
                 "300 forged fields are removed", len(m.results()))


def hidden_forged(w):
    """Spellings that some reader takes for the field's name."""
    for label, line in (("space", "Authentication-Results : "),
                        ("tab", "Authentication-Results\t: ")):
        subject = f"hidden by a {label}"
        data = (line + OURS + "; spf=pass\r\n").encode() + \
            mail.message(subject=subject)
        code, text = w.send(data)
        m = w.sink.get(subject, 4) if code == 250 else None
        held = [q for q in w.pf.holds()
                if subject.encode() in w.pf.postcat(q)]
        if m:
            w.tap.ok(len(ours(m)) == 1, f"{subject}: removed", m.head)
        else:
            w.tap.ok(code != 250 or held, f"{subject}: not delivered", text)
        for q in held:
            w.pf.delete(q)


def dispositions(w):
    def forged(domain, subject):
        return mail.message(sender=f"eve@{domain}", subject=subject,
                            msgid="<x@evil.test>")
    code, text = w.send(forged("good.test", "to be refused"),
                        sender="eve@good.test", ip="198.51.100.9")
    w.tap.ok(code == 550 and "5.7." in text,
             "p=reject: refused with the code of RFC 7372", text)
    w.tap.ok("good.test" in text, "the reply names the domain", text)
    code, text = w.send(forged("quar.test", "to be held"),
                        sender="eve@quar.test", ip="198.51.100.9")
    held = [q for q in w.pf.holds() if b"to be held" in w.pf.postcat(q)]
    w.tap.ok(code == 250 and len(held) == 1,
             "p=quarantine: accepted, and held in the queue", text,
             w.pf.queue())
    for q in held:
        text = w.pf.postcat(q)
        w.tap.ok(text.count(b"Authentication-Results: mx.rcpt.test") == 1 and
                 b"dmarc=fail" in text, "what is held says why", text)
        w.pf.release(q)
    m = w.sink.get("to be held")
    w.tap.ok(m is not None, "and can be released")
    m = w.arrives("p=none", forged("soft.test", "p=none"),
                  sender="eve@soft.test", ip="198.51.100.9")
    w.tap.ok(m and "dmarc=fail" in ours(m)[0],
             "p=none: delivered, and the failure told", m and m.results())
    m = w.sink.get("to be refused", 0.2)
    w.tap.ok(m is None, "what was refused is not delivered")


def held_and_released(w):
    """What comes out is what would have come out, whatever died."""
    body = b"tail  \r\n.dot\r\n" + b"x" * 900 + b"\r\n\xe4\r\n\r\n"
    data = mail.message(sender="eve@quar.test", subject="hold me",
                        msgid="<h@evil.test>", body=body,
                        extra=[("X-Folded", "a\r\n b")])
    free = mail.message(sender="eve@soft.test", subject="free",
                        msgid="<h@evil.test>", body=body,
                        extra=[("X-Folded", "a\r\n b")])
    env = dict(w.rig.env)
    for name in ("postqueue", "postsuper"):
        path = w.rig.work / f"our-{name}"
        path.write_text(f"#!/bin/sh\nexec {w.rig.program(name)} "
                        f"-c {w.pf.dir} \"$@\"\n")
        path.chmod(0o755)
        env[name.upper()] = str(path)

    def assay(*words):
        return subprocess.run(
            [w.rig.build / "app/assay/assay", *words, "--conf", w.d.conf],
            env=env, capture_output=True, text=True, timeout=60)
    code, text = w.send(data, sender="eve@quar.test", ip="198.51.100.9")
    w.tap.ok(code == 250, "what will be held is taken", text)

    def listed():
        return [h for h in map(json.loads, assay("held", "--json")
                               .stdout.splitlines())
                if h["from_domain"] == "quar.test"]
    w.tap.ok(base.wait_for(lambda: len(listed()) == 1, 15, 0.3),
             "assay held has it", assay("held").stdout, assay("held").stderr)
    held = listed()[0]
    w.tap.ok(held["disposition"] == "quarantine" and
             "dmarc-fail" in held["because"], "and why", held)
    for pid in [w.d.process.pid, *w.d.roles().values()]:
        os.kill(pid, signal.SIGKILL)
    base.wait_for(lambda: not w.d.process.alive(), 10)
    w.pf.stop()
    w.pf.start()
    got = assay("release", held["id"])
    w.tap.ok(got.returncode == 0, "released after all were killed",
             got.stdout, got.stderr)
    w.pf.flush()
    m = w.sink.get("hold me")
    w.tap.ok(m is not None, "and it comes out", w.pf.queue(), w.pf.log())
    w.d.start()
    other = w.arrives("free", free, sender="eve@soft.test",
                      ip="198.51.100.9")
    if m and other:
        def rest(x, name):
            return x.data.split(b"\nFrom:", 1)[1].replace(name, b"")
        w.tap.ok(rest(m, b"quar.test").replace(b"hold me", b"free") ==
                 rest(other, b"soft.test"), "byte for byte as what was not "
                 "held", m.data, other.data)
        w.tap.ok(m.sender == "eve@quar.test" and m.rcpts == other.rcpts,
                 "with its envelope", m.sender, m.rcpts)
    w.tap.ok(not listed(), "it is held no more")


def same_bytes(w):
    """Signed simple/simple, so that one octet more or less would show."""
    body = ("tail spaces  \r\n\ttab\r\n.dot\r\n..dots\r\n" +
            "x" * 990 + "\r\n\u00e4\u00f6\r\n\r\n\r\n").encode()
    extra = [("X-Folded", "a\r\n b\r\n\tc  "), ("X-Tight", ""),
             ("X-Spaces", "   three"), ("Subject", "bytes")]
    data = mail.message(subject="bytes", body=body, extra=extra)
    data = data.replace(b"X-Tight: \r\n", b"X-Tight:tight\r\n")
    for key, s in ((w.key, "r"), (w.ed, "e")):
        data = mail.dkimpy_sign(w.rig, data, s, "good.test", key,
                                "simple/simple")
    before = len(w.spy.messages())
    m = w.arrives("bytes", data)
    if not m:
        return
    w.tap.ok(ours(m)[0].count("dkim=pass") == 2,
             "signed simple/simple, verified: assayd saw each octet",
             m.results())
    seen = w.spy.messages()[before:]
    w.tap.ok(seen == [data], "what the milter was told is what was sent",
             seen)
    w.tap.ok(m.data.endswith(data), "and is what leaves the queue", m.data)


def large(w):
    body = b"".join(b"%07d " % i + b"y" * 60 + b"\r\n"
                    for i in range(80000))
    data = mail.dkimpy_sign(w.rig, mail.message(
        subject="five megabytes", body=body), "r", "good.test", w.key,
        "simple/simple")
    m = w.arrives("five megabytes", data)
    w.tap.ok(m and "dkim=pass" in ours(m)[0] and m.data.endswith(data),
             "a message of 5 MB", m and m.results())
    for label, body in (("no body", b""), ("an empty line", b"\r\n"),
                        ("no end of line", b"last")):
        m = w.arrives(label, mail.message(subject=label, body=body))
        w.tap.ok(m and len(ours(m)) == 1, f"a message with {label}")


def several(w):
    """Messages of one connection do not mix."""
    with w.pf.smtp(ip="192.0.2.1", helo="good.test") as s:
        for i in range(6):
            bad = i % 3 == 1
            subject = f"several {i}"
            sender = "eve@soft.test" if bad else "alice@good.test"
            if bad:
                s("MAIL FROM:<left@good.test>")     # given up
                s("RSET")
            code, text = s.send(sender, "bob@rcpt.test", mail.message(
                sender="eve@soft.test" if bad else "alice@good.test",
                subject=subject))
            if code != 250:
                w.tap.ok(False, subject, text)
    got = [w.sink.get(f"several {i}") for i in range(6)]
    # 192.0.2.1 may send for both domains
    w.tap.ok(all(m and len(ours(m)) == 1 and "spf=pass" in ours(m)[0]
                 for m in got), "six messages of one connection",
             [m and m.results() for m in got])
    w.tap.ok(all(m and ("soft.test" if i % 3 == 1 else "good.test") in
                 ours(m)[0] for i, m in enumerate(got)),
             "each with its own sender", [m and m.results() for m in got])


def utf8(w):
    data = mail.message(sender="J\u00fcrgen <j\u00fcrgen@good.test>",
                        subject="\u00dcber alles by SMTPUTF8")
    m = w.arrives("by SMTPUTF8", data, sender="j\u00fcrgen@good.test",
                  options=" SMTPUTF8")
    w.tap.ok(m and "spf=pass" in ours(m)[0], "SMTPUTF8",
             m and m.results())


def ipv6(w):
    m = w.arrives("from IPv6", mail.message(subject="from IPv6"),
                  ip="2001:db8::1")
    w.tap.ok(m and "spf=pass" in ours(m)[0], "an IPv6 client",
             m and m.results())
    code, text = w.send(mail.message(subject="from another IPv6"),
                        ip="2001:db8::2")
    w.tap.ok(code == 550, "another IPv6 client is refused", text)


def null_sender(w):
    m = w.arrives("a bounce", mail.message(subject="a bounce"), sender="")
    w.tap.ok(m and "spf=pass" in ours(m)[0], "the null sender",
             m and m.results())


def without_client(w):
    got = w.pf.sendmail(mail.message(
        sender="root@good.test", subject="by sendmail").replace(
            b"\r\n", b"\n"), "-t", "-f", "root@good.test")
    m = w.sink.get("by sendmail")
    w.tap.ok(got.returncode == 0 and m,
             "mail without a client (non_smtpd_milters)", got.stderr,
             w.pf.log()[-1500:])
    if m:
        w.tap.ok("dmarc=fail" not in " ".join(m.results()),
                 "and it is not checked by DMARC", m.results())


def authenticated(w):
    m = w.arrives("logged in", mail.message(subject="logged in"),
                  ip="198.51.100.9", login="alice")
    w.tap.ok(m and "dmarc=fail" not in " ".join(m.results()),
             "mail of one who logged in is not DMARC-checked",
             m and m.results(), w.d.log()[-1500:])
    m = w.arrives("our network", mail.message(subject="our network"),
                  ip="127.0.0.9")
    w.tap.ok(m and "dmarc=fail" not in " ".join(m.results()),
             "mail of our own network neither", m and m.results())


def by_swaks(w):
    if not mta.have_swaks(w.rig):
        w.tap.skip("swaks", "no perl or no swaks")
        return
    status, text = mta.swaks(
        w.rig, w.pf.port, "--xclient-addr", "198.51.100.9", "--xclient-name",
        "mail.evil.test", "--helo", "evil.test", "--from", "eve@good.test",
        "--to", "bob@rcpt.test", "--h-From", "<eve@good.test>")
    w.tap.ok(status != 0 and " 550 5.7." in text,
             "swaks from a foreign address: 550", text)
    status, text = mta.swaks(
        w.rig, w.pf.port, "--xclient-addr", "192.0.2.1", "--xclient-name",
        "good.test", "--helo", "good.test", "--from", "alice@good.test",
        "--to", "bob@rcpt.test", "--h-Subject", "swaks good", "--h-From",
        "<alice@good.test>")
    m = w.sink.get("swaks good")
    w.tap.ok(status == 0 and m and len(ours(m)) == 1,
             "swaks from the right one: delivered", text)


def run(rig):
    w = World(rig, spy=True)
    w.each(genuine, forged_results, many_forged, hidden_forged, dispositions,
           held_and_released, same_bytes, large, several, utf8, ipv6, null_sender,
           without_client, authenticated, by_swaks)
    w.tap.ok(base.wait_for(w.pf.empty), "nothing is left in the queue",
             w.pf.queue())
    w.tap.ok(w.d.stop() == 0, "assayd ends well", w.d.log()[-2000:])


base.main(run)
