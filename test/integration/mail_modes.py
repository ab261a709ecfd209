#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Listeners that only observe, quarantine by a header, recipients under
different policies, and the endings of SMTP smuggling.

    mail_modes.py BUILD
"""
from rig import assayd, base, mail, mta
from rig.world import OURS, World, ours

LAX = """policy "lax" {
	structure S1  then quarantine
}
"""
# What some servers took for the end of a message (SEC Consult 2023).
ENDINGS = [b"\n.\n", b"\n.\r", b"\r.\n", b"\r.\r", b"\n.\r\n", b"\r.\r\n",
           b"\r\n\0.\r\n", b"\r\n.\r\r\n", b"\r\r\n.\r\r\n"]


def forged(subject, extra=()):
    return mail.message(sender="eve@good.test", subject=subject, extra=extra)


def from_outside(w, port, data, **more):
    return w.send(data, sender="eve@good.test", ip="198.51.100.9", port=port,
                  **more)


def observed(w):
    data = forged("observed", [("Authentication-Results",
                                OURS + "; dmarc=pass")])
    code, text = from_outside(w, w.pf.door["observe"], data)
    m = w.sink.get("observed") if code == 250 else None
    w.tap.ok(m is not None, "mode observe accepts what enforce refuses", text)
    w.tap.ok(m and m.data.endswith(data) and m.results() ==
             [OURS + "; dmarc=pass"], "and changes nothing",
             m and m.head)
    w.tap.ok(w.d.logged("good.test") is not None, "but it is logged",
             w.d.log()[-1500:])
    code, text = from_outside(w, None, forged("enforced"))
    w.tap.ok(code == 550, "the other listener enforces", text)


def by_header(w):
    d = assayd.Assayd(w.rig, w.names.port,
                      "quarantine header X-Sort-Me junk", name="byheader")
    data = mail.message(sender="eve@quar.test", subject="to be sorted",
                        extra=[("X-Sort-Me", "no")])
    code, text = w.send(data, sender="eve@quar.test", ip="198.51.100.9",
                        port=w.pf.door["byheader"])
    m = w.sink.get("to be sorted") if code == 250 else None
    w.tap.ok(m and m.fields("X-Sort-Me")[:1] == [b" junk"],
             "quarantine header: delivered with the field", text,
             m and m.head, d.log()[-1500:])
    w.tap.ok(not w.pf.holds(), "and not held", w.pf.queue())
    w.tap.ok(d.stop() == 0, "that daemon ends well")


def recipients(w):
    both = ["a@strict.rcpt.test", "b@lax.rcpt.test"]
    for rcpts in (both, both[::-1]):
        subject = f"to {rcpts[0]} first"
        code, text = from_outside(w, None, forged(subject), rcpts=rcpts)
        m = w.sink.get(subject) if code == 250 else None
        w.tap.ok(m is not None and sorted(m.rcpts) == sorted(both),
                 f"{subject}: the mildest policy wins, nobody is left out",
                 text, m and m.rcpts)
        w.tap.ok(m and m.fields("X-Assay-Would"),
                 f"{subject}: what the stricter would do is told",
                 m and m.head)
    code, text = from_outside(w, None, forged("strict alone"),
                              rcpts=both[0])
    w.tap.ok(code == 550, "to the strict one alone: refused", text)
    m = w.arrives("plain to both", mail.message(subject="plain to both"),
                  rcpts=both)
    w.tap.ok(m and not m.fields("X-Assay-Would"),
             "nothing is told where they agree", m and m.head)


def split(w):
    d = assayd.Assayd(w.rig, w.names.port, POLICIES + "split defer\n",
                      policy=assayd.POLICY + LAX, name="split")
    with mta.Smtp(w.pf.door["split"], ip="198.51.100.9", helo="evil.test") as s:
        s("MAIL FROM:<eve@good.test>")
        one = s("RCPT TO:<b@lax.rcpt.test>")
        two = s("RCPT TO:<a@strict.rcpt.test>")
        three = s("RCPT TO:<c@lax.rcpt.test>")
        w.tap.ok((one[0], two[0], three[0]) == (250, 452, 250),
                 "split defer: another policy's recipient gets 452",
                 one, two, three)
        s("DATA")
        s.sock.sendall(mta.stuffed(forged("apart")))
        code, text = s.reply()
    m = w.sink.get("apart") if code == 250 else None
    w.tap.ok(m and sorted(m.rcpts) == ["b@lax.rcpt.test", "c@lax.rcpt.test"]
             and not m.fields("X-Assay-Would"),
             "the message comes apart", text, m and m.rcpts)
    w.tap.ok(d.stop() == 0, "that daemon ends well")


def smuggled(w):
    """A mail server that normalizes, as our manual wants it: one message
    goes in, one comes out."""
    port = w.pf.door["normalize"]
    for n, end in enumerate(ENDINGS):
        name = end.decode("latin-1").encode("unicode_escape").decode()
        subject = f"smuggler {n}"
        inner = (b"MAIL FROM:<admin@good.test>\r\nRCPT TO:<bob@rcpt.test>"
                 b"\r\nDATA\r\nFrom: admin@good.test\r\nSubject: inner %d\r\n"
                 b"\r\ninner\r\n" % n)
        data = mail.message(subject=subject, body=b"before" + end + inner)
        with mta.Smtp(port, ip="192.0.2.1", helo="good.test") as s:
            s("MAIL FROM:<alice@good.test>")
            s("RCPT TO:<bob@rcpt.test>")
            s("DATA")
            s.sock.sendall(data + b"\r\n.\r\n")
            code, text = s.reply()
            after = s("NOOP")
        if code != 250:
            w.tap.ok(code // 100 in (4, 5) and after[0] in (0, 250),
                     f"ending {name}: refused", text, after)
            continue

        def out():
            here = [m for m in w.sink.mails if subject.encode() in m.data]
            return here or [q for q in w.pf.holds() if subject.encode() in
                            w.pf.postcat(q)]
        got = base.wait_for(out, 10)
        others = [m for m in w.sink.mails if b"Subject: inner %d" % n in
                  m.head]
        w.tap.ok(after[0] == 250 and len(got) == 1 and not others,
                 f"ending {name}: one message in, one out", text, after,
                 len(got), others)
        for q in got:
            if isinstance(q, str):
                w.tap.note(f"ending {name}: held")
                w.pf.delete(q)
            else:
                w.tap.ok(len(ours(q)) == 1 and
                         q.fields()[0][0] == b"Authentication-Results",
                         f"ending {name}: one result, on top", q.head)


def smuggled_by_default(w):
    """Postfix as it comes: what it takes for two messages has two
    verdicts, each on its own sender."""
    for n, end in enumerate(ENDINGS):
        name = end.decode("latin-1").encode("unicode_escape").decode()
        inner = (b"MAIL FROM:<eve@soft.test>\r\nRCPT TO:<bob@rcpt.test>"
                 b"\r\nDATA\r\nFrom: eve@soft.test\r\nSubject: other %d\r\n"
                 b"\r\ninner" % n)
        data = mail.message(subject=f"default {n}",
                            body=b"before" + end + inner)
        with mta.Smtp(w.pf.port, ip="192.0.2.1", helo="good.test") as s:
            s("MAIL FROM:<alice@good.test>")
            s("RCPT TO:<bob@rcpt.test>")
            s("DATA")
            s.sock.sendall(data + b"\r\n.\r\n")
            codes = [s.reply()[0]]
            s.sock.settimeout(1)
            try:
                while len(codes) < 5:
                    codes.append(s.reply()[0])
            except OSError:
                pass
            s.close()
        base.wait_for(lambda: w.pf.empty(("hold",)), 10)
        got = [m for m in w.sink.mails
               if b"default %d" % n in m.data or b"other %d" % n in m.data]
        w.tap.ok(all(len(ours(m)) == 1 for m in got),
                 f"ending {name}: {len(got)} delivered, {codes}: each has "
                 "one result", [m.results() for m in got])
        w.pf.delete()


POLICIES = ("use-policy strict recipient strict.rcpt.test\n"
            "use-policy lax recipient lax.rcpt.test\n")


def run(rig):
    observe = rig.work / "assayd" / "observe.sock"

    def door(name):
        return {"smtpd_milters": f"unix:{rig.work}/{name}/milter.sock"}
    w = World(rig, conf=POLICIES +
              f"listen milter unix:{observe} name beside mode observe "
              "permissions 666\n",
              daemon={"policy": assayd.POLICY + LAX},
              doors={"byheader": door("byheader"), "split": door("split"),
                     "observe": {"smtpd_milters": f"unix:{observe}"},
                     "normalize": {"smtpd_forbid_bare_newline":
                                   "normalize"}})
    w.each(observed, by_header, recipients, split, smuggled,
           smuggled_by_default)
    w.tap.ok(w.d.stop() == 0, "assayd ends well", w.d.log()[-2000:])


base.main(run)
