#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Report mail that Postfix delivers by LMTP: kept before Postfix forgets it,
believed when its author is proven, counted once.

    lmtp.py BUILD
"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from rig import base, mail
from rig.world import World

TO, TLS = "reports@rcpt.test", "tls@rcpt.test"
XML = """<feedback><report_metadata><org_name>R</org_name>
<email>dmarc@good.test</email><report_id>{n}</report_id><date_range>
<begin>1700000000</begin><end>1700086399</end></date_range></report_metadata>
<policy_published><domain>rcpt.test</domain><p>none</p></policy_published>
<record><row><source_ip>192.0.2.1</source_ip><count>{n}</count>
<policy_evaluated><disposition>none</disposition><dkim>pass</dkim>
<spf>fail</spf></policy_evaluated></row>
<identifiers><header_from>rcpt.test</header_from></identifiers>
<auth_results><spf><domain>rcpt.test</domain><result>fail</result></spf>
</auth_results></record></feedback>
"""


def report(n, lines=0):
    """lines: more text of it, with dots where dots hurt."""
    more = "<!-- -->\n.\n..\n.x\n" * lines
    return mail.message(subject=f"Report {n}", body=(
        XML.format(n=n) + more).replace("\n", "\r\n").encode(), extra=[
            ("MIME-Version", "1.0"), ("Content-Type", "text/xml")])


def stored(w):
    out = w.rig.run(w.rig.build / "app/assay/assay", "store", "export",
                    "reports", "--store", w.d.state / "reports.db", ok=False)
    return {int(r["report_id"]): r for r in map(
        json.loads, out.stdout.splitlines())}


def comes(w, n, trust, label):
    got = base.wait_for(lambda: stored(w).get(n), 30)
    w.tap.ok(got and got["trust"] == trust and got["messages"] == n,
             f"{label}: {trust}", got, w.d.log()[-2000:], w.pf.log()[-1500:])


def to(w, data, rcpts=TO, **how):
    code, text = w.send(data, rcpts=rcpts, port=w.pf.door["plain"], **how)
    w.tap.ok(code == 250, "Postfix takes it", text)


def proven(w):
    to(w, report(1))
    comes(w, 1, "passed", "SPF by the client that Postfix had")
    to(w, report(2), ip="203.0.113.9")
    comes(w, 2, "unknown", "another client")
    to(w, mail.dkimpy_sign(w.rig, report(3), "r", "good.test", w.key),
       ip="203.0.113.9", sender="someone@elsewhere.test")
    comes(w, 3, "passed", "DKIM, whoever brought it")
    forged = report(4)
    to(w, b"Received: from good.test (good.test [192.0.2.1]) by mx.rcpt.test "
       b"(Postfix) with ESMTP id 1;\r\n Tue, 14 Nov 2023 22:13:20 +0000\r\n"
       b"Authentication-Results: mx.rcpt.test; dmarc=pass "
       b"header.from=good.test\r\n" + forged, ip="203.0.113.9")
    comes(w, 4, "unknown", "what a stranger wrote of it")


def several(w):
    to(w, report(5), rcpts=[TO, TLS])
    comes(w, 5, "passed", "two recipients")
    to(w, report(6, 200_000))
    comes(w, 6, "passed", "megabytes with dots")
    w.tap.ok(base.wait_for(w.pf.empty), "Postfix has nothing left",
             w.pf.log()[-1500:])


def both_ways(w):
    """Through the milter, which keeps it, and on to LMTP."""
    code, text = w.send(report(7), rcpts=TO)
    w.tap.ok(code == 250, "by milter and by LMTP", text)
    comes(w, 7, "passed", "counted once")
    w.tap.ok(base.wait_for(lambda: w.d.log().count("event=report-read") >= 8)
             and stored(w)[7]["messages"] == 7, "though read twice")


def nobody(w):
    to(w, mail.message(subject="not for us"), rcpts="joe@rcpt.test")
    w.tap.ok(base.wait_for(lambda: "550 5.1.1 No reports are taken" in
                           w.pf.log()), "an address that takes no reports",
             w.pf.log()[-1500:])


def away(w):
    """assayd is not there: Postfix keeps it and comes again."""
    w.d.stop()
    to(w, report(8))
    w.tap.ok(base.wait_for(lambda: w.pf.queue()["deferred"]), "deferred",
             w.pf.log()[-1500:])
    w.d.start()
    w.pf.flush()
    comes(w, 8, "passed", "when it is there again")
    old = w.d.kill("store")
    to(w, report(9))
    w.d.back("store", old)
    base.wait_for(lambda: 9 in stored(w) or w.pf.queue()["deferred"])
    w.pf.flush()
    comes(w, 9, "passed", "store was killed")
    w.tap.ok(base.wait_for(w.pf.empty), "Postfix has nothing left",
             w.pf.log()[-1500:])


def run(rig):
    lmtp = rig.work / "assayd" / "lmtp.sock"
    routes = " ".join(f"{{{a} = lmtp:unix:{lmtp}}}"
                      for a in (TO, TLS, "joe@rcpt.test"))
    w = World(rig, conf=f"report-address {TO} {TLS}\nown-domain rcpt.test\n"
              f"listen lmtp unix:{lmtp} permissions 666",
              settings={"transport_maps": f"inline:{{ {routes} }}"},
              doors={"plain": {"smtpd_milters": ""}})
    w.each(proven, several, both_ways, nobody, away)
    w.tap.ok(w.d.stop() == 0, "assayd ends well", w.d.log()[-2000:])


base.main(run)
