#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The rig tried with nothing of ours: a trivial milter behind Postfix.

    rig_itself.py BUILD

When this fails, look at the rig or the machine, not at assayd.
"""
from rig import base, dns, mail, milter, mta


def run(rig):
    tap = rig.tap
    names = dns.Names(rig, 'good TXT "v=spf1 ip4:192.0.2.1 -all"\n')
    got = rig.run("/usr/bin/env", rig.program("drill"), "-p", names.port,
                  "@127.0.0.1", "good.test", "TXT").stdout.decode()
    tap.ok("v=spf1 ip4:192.0.2.1" in got, "unbound answers from NSD", got)
    sink = mta.Sink()
    trivial = milter.Trivial(rig.work / "trivial.sock")
    spy = milter.Tap(rig.work / "tap.sock", trivial.path)
    pf = mta.Postfix(rig, sink.port, f"unix:{spy.path}")
    with pf.smtp(ip="192.0.2.1", helo="good.test") as s:
        sent = mail.message(subject="over the rig", body=".dot\r\n..\r\nx\r\n")
        code, text = s.send("alice@good.test", "bob@rcpt.test", sent)
    tap.ok(code == 250, "Postfix takes a message", text)
    m = sink.get("over the rig")
    tap.ok(m is not None, "and it reaches the sink")
    if m:
        tap.ok(m.fields()[0][0] == b"Authentication-Results",
               "the milter's field is on top", m.head)
        tap.ok(m.data.endswith(sent), "the rest is what was sent", m.data)
    tap.ok(spy.messages() == [sent], "the tap saw what was sent",
           spy.messages())
    if mta.have_swaks(rig):
        status, text = mta.swaks(
            rig, pf.port, "--xclient-addr", "192.0.2.77", "--xclient-name",
            "x.good.test", "--from", "a@good.test", "--to", "b@rcpt.test",
            "--h-Subject", "by swaks")
        tap.ok(status == 0, "swaks with XCLIENT", text)
        tap.ok(sink.get("by swaks") is not None, "and its mail arrives")
    else:
        tap.skip("swaks with XCLIENT", "no perl or no swaks")
    connected = [d for s in spy.sessions for f, c, d in s if c == b"C"]
    tap.ok(any(b"192.0.2.77" in d for d in connected),
           "the milter is told the address of XCLIENT", connected)
    with pf.smtp(ip="2001:db8::25", helo="six.test") as s:
        code, _ = s.send("a@good.test", "b@rcpt.test",
                         mail.message(subject="by IPv6"))
    connected = [d for s in spy.sessions for f, c, d in s if c == b"C"]
    tap.ok(code == 250 and any(b"2001:db8::25" in d for d in connected),
           "an IPv6 client by XCLIENT", connected)
    got = pf.sendmail(mail.message(subject="by sendmail").replace(
        b"\r\n", b"\n"), "-t")
    tap.ok(got.returncode == 0 and sink.get("by sendmail"),
           "sendmail -t of the private configuration", got.stderr, pf.log())
    tap.ok(base.wait_for(pf.empty), "the queue is empty", pf.queue())
    tap.ok(pf.stop(), "Postfix ends by its id", pf.master.popen.returncode)


base.main(run)
