#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The published attacks on mail authentication, sent by real SMTP.

    attacks.py BUILD

evil.test is the attacker's: his SPF names 192.0.2.66, his key signs.
good.test publishes p=reject.  Of what comes out of Postfix, nothing says
that good.test wrote it, and all of it has one result of ours, on top.  What
must not be delivered at all says so.
"""
from rig import base, mail, mta
from rig.world import ZONE, World, ours

EVIL = """evil TXT "v=spf1 ip4:192.0.2.66 -all"
helo.evil TXT "v=spf1 ip4:192.0.2.66 -all"
a.evil TXT "v=spf1 ip4:192.0.2.66 -all"
_dmarc.evil TXT "v=DMARC1; p=none"
"""
HIDE, FLAG = "not delivered", "not taken for good.test"
ME, VICTIM = "<first@evil.test>", "<admin@good.test>"


def head(*lines):
    return ("".join(line + "\r\n" for line in lines) +
            "To: bob@rcpt.test\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
            ).encode("utf-8", "surrogateescape")


# label (Composition Kills, Weak Links), MAIL FROM, HELO, lines of the header,
# what must become of it.  Postfix ends a header at a line that is none, and
# writes the From that is missing then: what it makes so is evil.test's.
CASES = [
    ("A1 HELO passes, MAIL FROM is another", "any@notexist.good.test",
     "helo.evil.test", [f"From: {VICTIM}"], HIDE),
    ("A2 empty-like MAIL FROM", "(any@good.test", "helo.evil.test",
     [f"From: {VICTIM}"], HIDE),
    ("A5 comment in MAIL FROM", "any@good.test(a.evil.test", "evil.test",
     [f"From: {VICTIM}"], HIDE),
    ("A5 two @", "any@good.test'@a.evil.test", "evil.test",
     [f"From: {VICTIM}"], HIDE),
    ("A5 source route", "@good.test,@any.test:any@evil.test", "evil.test",
     [f"From: {VICTIM}"], HIDE),
    ("A6 two From", "a@evil.test", "evil.test",
     [f"From: {ME}", f"From: {VICTIM}"], HIDE),
    ("A6 two From, turned", "a@evil.test", "evil.test",
     [f"From: {VICTIM}", f"From: {ME}"], HIDE),
    ("A7 leading space", "a@evil.test", "evil.test",
     [f" From: {ME}", f"From: {VICTIM}"], FLAG),
    ("A7 space after the name", "a@evil.test", "evil.test",
     [f"From : {ME}", f"From: {VICTIM}"], HIDE),
    ("A7 space after the name of ours", "a@evil.test", "evil.test",
     [f"From: {ME}", f"From : {VICTIM}"], HIDE),
    ("A7 folded name", "a@evil.test", "evil.test",
     ["From\r\n : " + ME, f"From: {VICTIM}"], FLAG),
    ("A7 8-bit in the name", "a@evil.test", "evil.test",
     [f"From\u00ff: {ME}", f"From: {VICTIM}"], FLAG),
    ("A7 byte order mark", "a@evil.test", "evil.test",
     [f"\ufeffFrom: {VICTIM}", f"From: {ME}"], FLAG),
    ("A8 no From, Sender", "a@evil.test", "evil.test",
     [f"Sender: {VICTIM}"], FLAG),
    ("A8 no From, Resent-From", "a@evil.test", "evil.test",
     [f"Resent-From: {VICTIM}"], FLAG),
    ("A9 a list", "a@evil.test", "evil.test",
     [f"From: {ME}, {VICTIM}", f"Sender: {ME}"], HIDE),
    ("A10 encoded address", "a@evil.test", "evil.test",
     ["From: =?utf-8?B?PGFkbWluQGdvb2QudGVzdD4=?=, <second@evil.test>"],
     FLAG),
    ("A10 nothing but encoded", "a@evil.test", "evil.test",
     ["From: =?utf-8?B?PGFkbWluQGdvb2QudGVzdD4=?="], FLAG),
    ("A11 source route in From", "a@evil.test", "evil.test",
     ["From: <@evil.test,@any.test:admin@good.test>"], HIDE),
    ("A12 quoted pair", "a@evil.test", "evil.test",
     [f"From: {VICTIM}\\,{ME}"], HIDE),
    ("A13 bare and angle", "a@evil.test", "evil.test",
     [f"From: admin@good.test,{ME}"], HIDE),
    ("A13 trailing text", "a@evil.test", "evil.test",
     ["From: <any@evil.test>admin@good.test"], HIDE),
    ("A13 the display name is an address", "a@evil.test", "evil.test",
     ['From: "admin@good.test" <x@evil.test>'], FLAG),
    ("B1 invisible characters", "a@evil.test", "evil.test",
     ["From: admin@good.test\u2000"], FLAG),
    ("B1 zero width", "a@evil.test", "evil.test",
     ["From: <admin@go\u200bod.test>"], FLAG),
    ("B1 right to left", "a@evil.test", "evil.test",
     ["From: <\u202emoc.qq@\u202dadmin@good.test>"], FLAG),
    ("a comment in the address", "a@evil.test", "evil.test",
     ["From: admin(x@good.test)@evil.test"], FLAG),
    ("a group", "a@evil.test", "evil.test",
     ["From: good: admin@good.test, x@evil.test;"], HIDE),
    ("an empty group", "a@evil.test", "evil.test",
     ["From: undisclosed:;"], FLAG),
    ("500 addresses", "a@evil.test", "evil.test",
     ["From: " + ",\r\n ".join(f"x{i}@evil.test" for i in range(500)) +
      ", " + VICTIM], HIDE),
    ("100 From", "a@evil.test", "evil.test",
     [f"From: {ME}"] * 100 + [f"From: {VICTIM}"], HIDE),
    ("a subdomain that is not there", "a@evil.test", "evil.test",
     ["From: <x@nosuch.good.test>"], HIDE),
    ("results in the display name", "a@evil.test", "evil.test",
     ['From: "x\\"; dmarc=pass header.from=good.test; (" <x@evil.test>'],
     FLAG),
    ("a result folded from above", "a@evil.test", "evil.test",
     ["X: y", " Authentication-Results: mx.rcpt.test; dmarc=pass "
      "header.from=good.test", f"From: {VICTIM}"], HIDE),
    ("a received SPF", "a@evil.test", "evil.test",
     ["Received-SPF: pass (mx.rcpt.test: x) identity=mailfrom; "
      "envelope-from=admin@good.test; receiver=mx.rcpt.test",
      f"From: {VICTIM}"], HIDE),
    ("an ARC chain of nobody", "a@evil.test", "evil.test",
     ["ARC-Seal: i=1; a=rsa-sha256; cv=none; d=evil.test; s=r; b=AAAA",
      "ARC-Message-Signature: i=1; a=rsa-sha256; d=evil.test; s=r; "
      "h=from; bh=AAAA; b=AAAA",
      "ARC-Authentication-Results: i=1; mx.rcpt.test; dmarc=pass "
      "header.from=good.test", f"From: {VICTIM}"], HIDE),
]


def became(w, subject):
    """("delivered", mail), ("held", text) or ("refused", None)."""
    m = w.sink.get(subject, 0.05)
    if m:
        return "delivered", m
    for q in w.pf.holds():
        text = w.pf.postcat(q)
        if subject.encode() in text:
            return "held", text
    return None


def attack(w, n, case, key):
    label, sender, helo, lines, want = case
    subject = f"attack number {n:03d}."
    data = head(*lines, "Subject: " + subject) + b"\r\nhello\r\n"
    if key:
        data = mail.dkimpy_sign(w.rig, data, "r", "evil.test", key)
        label += ", signed by evil.test"
    with mta.Smtp(w.pf.port, ip="192.0.2.66", helo=helo) as s:
        code, text = s.send(sender, "bob@rcpt.test", data)
    if code != 250:
        w.tap.ok(code // 100 == 5, f"{label}: refused", text)
        return
    got = base.wait_for(lambda: became(w, subject), 10)
    how, what = got or ("lost", None)
    if how == "delivered":
        result = ours(what)
        good = len(result) == 1 and what.fields()[0][0] == \
            b"Authentication-Results"
        good = good and not ("dmarc=pass" in result[0] and
                             "header.from=good.test" in result[0])
        w.tap.ok(good and want != HIDE, f"{label}: delivered, {want}",
                 result, what.head[:1500])
    else:
        w.tap.ok(how == "held", f"{label}: {how}", w.d.log()[-800:])


def by_dkim(w):
    """Names in a signature that are no names (A3, A4), signed in good
    faith by the attacker's own program."""
    for n, (tag, label) in enumerate((
            ("d=good.test(.evil.test; s=r", "A4 comment in d="),
            ("d=good.test'a.evil.test; s=r", "A4 quote in d="),
            ('d=good.test"=(.evil.test; s=r', "A4 string in d="),
            ("d=good.test; s=sel._domainkey.evil.test.\\000.any",
             "A3 NUL in s="),
            ("d=good.test; s=r\\.evil", "A3 escape in s="),
            ("d=" + "x" * 64 + ".good.test; s=r", "A3 long label"),
            ("d=good.test.; s=r", "A3 trailing dot"),
            ("d=good..test; s=r", "A3 empty label"))):
        subject = f"signature number {n:03d}."
        data = head(f"DKIM-Signature: v=1; a=rsa-sha256; {tag}; h=from; "
                    "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; "
                    "b=AAAA", f"From: {VICTIM}", "Subject: " + subject)
        with mta.Smtp(w.pf.port, ip="192.0.2.66", helo="evil.test") as s:
            code, text = s.send("a@evil.test", "bob@rcpt.test",
                                data + b"\r\nhello\r\n")
        got = code // 100 == 5 or base.wait_for(
            lambda: became(w, subject), 5)
        w.tap.ok(got is True or got and got[0] == "held", f"{label}: not "
                 "delivered", text, got)


def all_of_them(w):
    for n, case in enumerate(CASES):
        try:
            attack(w, n, case, None)
        except Exception as e:
            w.tap.ok(False, f"{case[0]}: {type(e).__name__}: {e}")


def signed_ones(w):
    for n, case in enumerate(CASES):
        if case[0][:3] in ("A6 ", "A7 ", "A9 ", "A12", "A13", "a g"):
            try:
                attack(w, 500 + n, case, w.key)
            except Exception as e:      # dkimpy signs not all of them
                w.tap.note(f"{case[0]}: not signed: {e}"[:200])


def known_good(w):
    """The same attacker as himself: the rules do not refuse everything."""
    data = mail.dkimpy_sign(w.rig, mail.message(
        sender=ME, subject="as himself"), "r", "evil.test", w.key)
    m = w.arrives("as himself", data, sender="a@evil.test", ip="192.0.2.66")
    w.tap.ok(m and "dmarc=pass" in ours(m)[0], "as himself he passes",
             m and m.results())


def run(rig):
    w = World(rig, zone=EVIL)
    w.names.change(zone(w))
    w.each(known_good, all_of_them, signed_ones, by_dkim)
    w.serves("all attacks")
    w.tap.ok(w.d.stop() == 0, "assayd ends well", w.d.log()[-2000:])


def zone(w):
    """As in the usual world, but the key is the attacker's."""
    return ZONE + EVIL + w.key.zone("r", "evil.test") + \
        w.ed.zone("e", "good.test")


base.main(run)
