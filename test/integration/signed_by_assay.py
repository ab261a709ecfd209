#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What assayd signs verifies in opendkim, dkimpy, Mail::DKIM, rspamd and
Assay, after a way through Postfix; and it signs for nobody else.

    signed_by_assay.py BUILD
"""
import json
import os
import subprocess

from rig import base, mail, mta, peers
from rig.world import World

CANONS = ("relaxed/relaxed", "simple/simple", "relaxed/simple",
          "simple/relaxed")
BODY = ("Hello  there,\r\n.a dot\r\n..\r\n\ttab \t end  \r\nnon-ASCII: "
        "\u00e4\r\n\r\n\r\n").encode()
EXTRA = [("X-Folded", "one\r\n two\r\n\tthree"),
         ("Reply-To", "  spaces   within <alice@good.test>")]


def conf(w, canon):
    return f"""domain "good.test" {{
	sign rsa r {w.key.pem}
	sign ed25519 e {w.ed.pem}
	subdomains yes
	canonicalization {canon}
	users any
}}
"""


def submit(w, subject, sender="alice@good.test", login="alice", **more):
    data = mail.message(sender=sender, subject=subject, body=BODY,
                        extra=EXTRA)
    return w.arrives(subject, data, sender=sender, ip="198.51.100.9",
                     login=login, **more)


def judged(w, data):
    got = subprocess.run(
        [w.rig.build / "app/assay/assay", "check", "--json", "--ip",
         "192.0.2.1", "--helo", "good.test", "--mail-from",
         "alice@good.test", "--receiver", "x.test", "--resolver",
         f"127.0.0.1:{w.names.port}", "-"], input=data, capture_output=True,
        timeout=60)
    return [s["result"] for s in json.loads(got.stdout)["dkim"]["signatures"]]


def verified(w, label, m):
    n = len(m.fields("DKIM-Signature"))
    w.tap.ok(n == 2, f"{label}: two signatures", m.head)
    got = judged(w, m.data)
    w.tap.ok(got == ["pass"] * 2, f"{label}: Assay verifies both", got)
    got = mail.dkimpy(w.rig, "verify", w.names.port, m.data).decode()
    w.tap.ok(got.count("True") == 2, f"{label}: dkimpy verifies both", got)
    got = w.odk.verify(m.data)
    w.tap.ok(got.count("dkim=pass") == 2, f"{label}: opendkim verifies both",
             got)
    got, why = mail.mail_dkim(w.rig, w.names.port, m.data)
    w.tap.ok("rsa-sha256 pass" in got,
             f"{label}: Mail::DKIM verifies the RSA one", got, why)
    if w.rspamd:
        got = w.rspamd.symbols(m.data)
        w.tap.ok("R_DKIM_ALLOW" in got and "R_DKIM_REJECT" not in got,
                 f"{label}: rspamd verifies", got)
    else:
        w.tap.skip(f"{label}: rspamd verifies", w.no_rspamd)
    bad = m.data.replace(b"tab \t end", b"tab \t eNd")
    got = mail.dkimpy(w.rig, "verify", w.names.port, bad).decode()
    w.tap.ok(bad != m.data and "True" not in got,
             f"{label}: a changed octet is found", got)
    oversigned = m.data.replace(b"From:", b"From: x@evil.test\r\nFrom:", 1)
    got = judged(w, oversigned)
    w.tap.ok("pass" not in got, f"{label}: a second From is found", got)


def canons(w):
    for canon in CANONS:
        w.d.write(conf(w, canon))
        w.d.reload()
        label = f"signed {canon}"

        def tried():
            tried.n += 1
            m = submit(w, f"{label}, try {tried.n}.")
            want = "c=" + canon
            return m if m and want in str(m.field("DKIM-Signature")) else None
        tried.n = 0
        m = base.wait_for(tried, 10, 0.3)
        if m:
            verified(w, label, m)
        else:
            w.tap.ok(False, f"{label}: signed so", w.d.log()[-2500:])


def others(w):
    m = submit(w, "another domain", "alice@soft.test")
    w.tap.ok(m and not m.fields("DKIM-Signature"),
             "no signature for a domain without a key", m and m.head)
    m = submit(w, "below it", "alice@sub.good.test")
    w.tap.ok(m and len(m.fields("DKIM-Signature")) == 2,
             "subdomains yes: signed for one below", m and m.head)
    m = w.arrives("from outside", mail.message(subject="from outside"))
    w.tap.ok(m and not m.fields("DKIM-Signature"),
             "mail from outside is not signed", m and m.head)
    with mta.Smtp(w.pf.port, ip="198.51.100.9", helo="evil.test") as s:
        s.send("alice@good.test", "bob@rcpt.test",
               mail.message(subject="a liar"))
    m = w.sink.get("a liar", 1)
    w.tap.ok(m is None or not m.fields("DKIM-Signature"),
             "nor of one who only says that he is ours", m and m.head)
    got = w.pf.sendmail(mail.message(
        sender="root@good.test", subject="signed local").replace(
            b"\r\n", b"\n"), "-t", "-f", "root@good.test")
    m = w.sink.get("signed local")
    w.tap.ok(got.returncode == 0 and m and
             len(m.fields("DKIM-Signature")) == 2,
             "mail of sendmail -t is signed", m and m.head,
             w.d.log()[-1500:])
    if m:
        got = mail.dkimpy(w.rig, "verify", w.names.port, m.data).decode()
        w.tap.ok(got.count("True") == 2, "and verifies in dkimpy", got)


def run(rig):
    w = World(rig, zone='*.good TXT "v=spf1 ip4:192.0.2.1 -all"\n')
    for key in (w.key, w.ed):
        os.chmod(key.pem, 0o600)
    w.odk = peers.OpenDkim(rig, w.names.port)
    w.rspamd, w.no_rspamd = None, ""
    try:
        w.rspamd = peers.Rspamd(rig, w.names.port)
    except (RuntimeError, OSError) as e:
        w.no_rspamd = str(e).splitlines()[0][:100]
    w.each(canons, others)
    log = w.d.log()
    w.tap.ok("PRIVATE" not in log, "no key in the log")
    w.tap.ok(w.d.stop() == 0, "assayd ends well", w.d.log()[-2000:])


base.main(run)
