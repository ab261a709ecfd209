#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What opendkim, dkimpy and Mail::DKIM sign verifies in Assay, after a way
through Postfix; and one changed octet is found in each.

    signed_by_others.py BUILD
"""
import json
import subprocess

from rig import base, dns, mail, mta, peers

CANONS = ("relaxed/relaxed", "simple/simple", "relaxed/simple",
          "simple/relaxed")
BODY = ("Hello  there,\r\n.a dot\r\n..\r\n\ttab \t end  \r\nnon-ASCII: "
        "\u00e4\r\n\r\n\r\n").encode()
FOLDED = [("X-Folded", "one\r\n two\r\n\tthree"),
          ("Reply-To", "  spaces   within <alice@good.test>")]


def sample(subject, domain="good.test"):
    return mail.message(sender=f"Alice <alice@{domain}>", subject=subject,
                        body=BODY, extra=FOLDED)


def judged(rig, names, data):
    got = subprocess.run(
        [rig.build / "app/assay/assay", "check", "--json", "--ip",
         "192.0.2.1", "--helo", "good.test", "--mail-from",
         "alice@good.test", "--receiver", "mx.rcpt.test", "--resolver",
         f"127.0.0.1:{names.port}", "-"], input=data, capture_output=True,
        timeout=60)
    return json.loads(got.stdout)


def through(rig, pf, sink, subject, data):
    with pf.smtp(ip="192.0.2.1", helo="good.test") as s:
        code, text = s.send("alice@good.test", "bob@rcpt.test", data)
    if code != 250:
        raise RuntimeError(text)
    got = sink.get(subject)
    if not got:
        raise RuntimeError("lost: " + subject + pf.log()[-2000:])
    return got.data


def expect(rig, names, label, data, n=1):
    got = judged(rig, names, data)
    results = [(d["result"], d["reason"]) for d in got["dkim"]["signatures"]]
    rig.tap.ok(len(results) == n and all(r == "pass" for r, _ in results) and
               got["dmarc"]["result"] == "pass", f"{label}: verifies", results,
               got["evidence"], data)
    bad = data.replace(b"tab \t end", b"tab \t eNd")
    got = judged(rig, names, bad)["dkim"]["signatures"]
    rig.tap.ok(bad != data and len(got) == n and
               all(d["result"] == "fail" for d in got),
               f"{label}: a changed octet is found", got)


def by_opendkim(rig, names, sink, rsa):
    for canon in CANONS:
        tag = canon.replace("/", "-")
        odk = peers.OpenDkim(rig, names.port, "s", {
            "good.test": ("r", rsa.pem)}, canon, "opendkim-" + tag)
        pf = mta.Postfix(rig, sink.port, f"unix:{odk.socket}",
                         name="postfix-" + tag)
        subject = f"by opendkim {canon}"
        data = through(rig, pf, sink, subject, sample(subject))
        expect(rig, names, subject, data)
        pf.stop()
        odk.process.stop()


def by_dkimpy(rig, names, pf, sink, rsa, ed):
    for canon in CANONS:
        for key, selector in ((rsa, "r"), (ed, "e")):
            subject = f"by dkimpy {key.kind} {canon}"
            data = mail.dkimpy_sign(rig, sample(subject), selector,
                                    "good.test", key, canon)
            expect(rig, names, subject,
                   through(rig, pf, sink, subject, data))
    subject = "by dkimpy twice"
    data = mail.dkimpy_sign(rig, sample(subject), "r", "good.test", rsa)
    data = mail.dkimpy_sign(rig, data, "e", "good.test", ed)
    expect(rig, names, subject, through(rig, pf, sink, subject, data), 2)


def by_mail_dkim(rig, names, pf, sink, rsa):
    for canon in CANONS:
        subject = f"by Mail::DKIM {canon}"
        data = mail.mail_dkim_sign(rig, sample(subject), "r", "good.test",
                                   rsa, canon)
        expect(rig, names, subject, through(rig, pf, sink, subject, data))


def run(rig):
    rsa, ed = mail.Key(rig, "rsa"), mail.Key(rig, "ed", "ed25519")
    names = dns.Names(
        rig, 'good TXT "v=spf1 ip4:192.0.2.1 -all"\n'
        '_dmarc.good TXT "v=DMARC1; p=reject"\n' +
        rsa.zone("r", "good.test") + ed.zone("e", "good.test"))
    sink = mta.Sink()
    plain = mta.Postfix(rig, sink.port)
    by_dkimpy(rig, names, plain, sink, rsa, ed)
    by_mail_dkim(rig, names, plain, sink, rsa)
    by_opendkim(rig, names, sink, rsa)


base.main(run)
