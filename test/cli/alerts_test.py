#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""assay alerts and assay digest, on a store that assay report ingest fills:
ten weeks of reports, DNS from a zone file, the clock by --time."""
import csv
import email
import email.policy
import fcntl
import hashlib
import hmac
import io
import json
import os

from alerts_place import (DAY, DMARC, EVIL, MINE, OTHER, OWN, TODAY, Place,
                          row)
from cli import main, ok, results, run, same, scratch

def narrow(page, label):
    """Lines of a zone are there to be copied; all else fits."""
    same([l for l in page.splitlines() if len(l) > 80 and " IN TXT " not in
          l], [], f"{label} fits 80 columns")


def test_quiet():
    p = Place("quiet")
    same(p.names(), ["step-ready"], "what is steady is no alert")
    status, page, _ = p.run("digest", OWN)
    ok(status == 0 and "volumes are as usual" in page and "Fine" in page,
       "the digest says what is fine", page)
    same(p.names("--offline"), [], "without DNS there is no rollout")
    ok("DNS was not asked" in p.run("alerts", "--offline", OWN)[1],
       "which is told")


def test_news():
    p = Place("news", {4: [row(MINE, 9000, True)],
                       3: [row(EVIL, 4, False)],
                       5: [row(OTHER, 60, False, "esp.example")],
                       2: [row(OTHER, 30, False, "esp.example")]}, silent=12)
    p.dns(DMARC)
    wanted = ["new-source", "spike", "step-ready", "reporter-silent"]
    status, out, _ = p.run("alerts", "--json", OWN)
    got = {a["alert"]: a for a in results(out)}
    same(sorted(got), sorted(wanted), "what happened is told")
    ok(got["spike"]["value"] > 9000 and got["spike"]["day"] == "2024-11-29"
       and "usual on such a day are 6" in got["spike"]["cause"],
       "a spike, with its numbers", str(got["spike"]))
    ok("esp.example" in got["new-source"]["cause"] and "90 messages" in
       got["new-source"]["cause"] and f"assay source decide {OWN} esp.example" in
       got["new-source"]["step"], "a new source, and what to do",
       str(got["new-source"]))
    ok("c.example" in got["reporter-silent"]["cause"], "who fell silent")
    ok("np=reject" in got["step-ready"]["record"], "the record to publish")
    status, page, _ = p.run("alerts", OWN)
    narrow(page, "alerts")
    ok(all(n + ", new" in page for n in wanted), "a page", page)
    rows = list(csv.DictReader(io.StringIO(p.run("alerts", "--csv",
                                                 OWN)[1])))
    same([r["alert"] for r in rows], [a["alert"] for a in results(out)],
         "the same as CSV")
    same(p.names(), [a["alert"] for a in results(out)],
         "looking keeps nothing")
    same(sorted(p.names("--new")), sorted(wanted), "--new tells all once")
    same(p.names("--new"), [], "and not again")
    same(p.run("alerts", "--new", OWN)[:2], (0, ""), "not a word")
    ok("told on 2024-12-03" in p.run("alerts", OWN)[1],
       "the page says when it was told")
    same(p.names("--new", day=TODAY + 1), [], "nor the next day")
    same(run("source", "decide", "--store", p.store, OWN, "esp.example",
             "service")[0], 0, "as the alert says")
    ok("new-source" not in p.names(), "what a person decided is not new")
    status, out, _ = run("store", "export", "alerts", "--store", p.store)
    ok(any(r["key"] == f"new-source {OWN} esp.example/unknown" for r in results(out)),
       "what was told is a list of the store", out)
    digest(p)


def digest(p):
    status, page, err = p.run("digest", OWN)
    same((status, err), (0, ""), "digest")
    narrow(page, "the digest")
    ok(len(page.splitlines()) <= 40, "on one screen",
       str(len(page.splitlines())))
    ok("Do now" in page and "Good to know" in page and "> assay" in page and
       "Fine:" in page, "to do, changed, numbers, fine", page)
    status, out, _ = p.run("digest", "--json", OWN)
    d = results(out)[0]
    same(sum(x["messages"] for x in d["by_day"]), d["now"]["messages"],
         "the days add up")
    ok(d["now"]["ours"] > 9000 > d["before"]["ours"] and d["stage"] ==
       "watch" and d["alerts"], "as JSON", str(d))
    mail(p, page)
    for words in (("--mail", "nobody"), ("--mail", "a@b.example\nBcc: x"),
                  ("--mail", "a b@c.example"), ("--mail", "<a@b.example>"),
                  ("--mail", "a@b.example", "--json"), ("--days", "31"),
                  ("--days", "0"), ("x..y",), ("a.example", "b.example")):
        same(p.run("digest", *words)[0], 2, f"digest {words} is refused")


def mail(p, page):
    status, out, err = p.run("digest", "--mail", "ann@example.org", OWN)
    same((status, err), (0, ""), "digest --mail")
    ok(out.isascii() and all(len(l) <= 78 or " IN TXT " in l
                             for l in out.splitlines()),
       "ASCII, and lines of 78")
    m = email.message_from_string(out, policy=email.policy.default)
    same(m.defects, [], "a mail without defects")
    same((m["From"].addresses[0].addr_spec, m["To"].addresses[0].addr_spec,
          m["Auto-Submitted"], m.get_content_type(), m["MIME-Version"]),
         ("ann@example.org", "ann@example.org", "auto-generated",
          "text/plain", "1.0"), "its fields")
    ok(OWN in m["Subject"] and "to do" in m["Subject"] and
       m["Date"].datetime.timestamp() == TODAY * DAY and
       m["Message-ID"].endswith("@example.org>"), "and the others",
       str(m.items()))
    ok("Do now" in m.get_content() and "###" in m.get_content(),
       "what the page has")


def test_records():
    p = Place("records")
    p.names("--new", day=TODAY - 3)
    p.dns(None, key="MIIC")
    ok({"record-gone", "record-changed"} <= set(p.names(day=TODAY)),
       "what DNS said before is compared with")
    status, out, _ = p.run("alerts", "--json", OWN)
    got = {a["alert"]: a for a in results(out)}
    ok(DMARC in got["record-gone"]["record"] and "_dmarc" in
       got["record-gone"]["about"], "with the way back", str(got))
    same(got["record-gone"]["severity"], "bad", "and how bad it is")
    ok("s1._domainkey" in got["record-changed"]["cause"] and
       got["record-changed"]["severity"] == "warn", "a key changed")
    names = p.names("--new")
    ok("record-gone" in names and "record-gone" not in p.names("--new",
       now=60), "told once")
    p.dns(DMARC, key="MIIC")
    ok("record-new" in p.names("--new", day=TODAY + 1),
       "it is there again, and that is told")
    p.dns(None, key="MIIC")
    ok("record-gone" in p.names("--new", day=TODAY + 2),
       "gone again: told again")
    with open(p.zone, "w") as f:
        f.write("$TTL 60\nx.example. A 192.0.2.1\n")
    ok("key-aged" not in p.names(), "a young key")
    p.dns(DMARC, key="MIIC")
    late = p.run("alerts", "--json", OWN, day=TODAY + 200)
    ok("key-aged" in [a["alert"] for a in results(late[1])],
       "a key that was there half a year ago", str(late))


def test_held():
    """An assayd has the store as long as it lives."""
    p = Place("held")
    p.names("--new", day=TODAY - 3)
    p.dns(None)
    with open(p.store + ".lock", "r+b") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        same(run("store", "vacuum", "--store", p.store)[0], 4,
             "it is held")
        ok("record-gone" in p.names("--new"), "alerts are told beside it")
        same(p.names("--new"), [], "once")
    same(p.names("--new"), [], "nor again when it is free")


def test_gates():
    p = Place("gates", at=30)
    p.names("--new", day=TODAY - 27)
    same([n for n in p.names("--new", day=TODAY) if n.startswith("gate-")],
         ["gate-lost"] * 2, "too few days have reports: a gate is lost")
    same([n for n in p.names("--new", day=TODAY, now=9) if
          n.startswith("gate-")], [], "which is told once")
    ok("reports-stopped" in p.names(), "as nobody reports any more")


def test_sign():
    p = Place("sign", {5: [row(OTHER, 60, False, "esp.example")]})
    key = os.path.join(p.dir, "key")
    with open(key, "w") as f:
        f.write("0123456789abcdef0123456789abcdef\n")
    status, _, err = p.run("alerts", "--sign", key, OWN)
    ok(status == 2 and "chmod 600" in err, "a key that others can read", err)
    os.chmod(key, 0o600)
    status, out, _ = p.run("alerts", "--new", "--sign", key, OWN)
    head, body = out.split("\n\n", 1)
    t, v1 = head.removeprefix("Assay-Signature: t=").split(",v1=")
    want = hmac.new(b"0123456789abcdef0123456789abcdef",
                    f"{t}.{body}".encode(), hashlib.sha256).hexdigest()
    same((status, v1, t), (1, want, str(TODAY * DAY)), "the signature")
    said = json.loads(body)
    ok(said["type"] == "assay.alerts" and "new-source" in
       [a["alert"] for a in said["alerts"]], "the body", body)
    same(p.run("alerts", "--new", "--sign", key, OWN)[:2], (0, ""),
         "nothing new: nothing to send")
    with open(key, "w") as f:
        f.write("short\n")
    same(p.run("alerts", "--sign", key, OWN)[0], 2, "a short key")
    same(p.run("alerts", "--sign", key + "x", OWN)[0], 2, "no key")


def test_hostile():
    """What strangers wrote is shown, and does nothing."""
    p = Place("evil", {4: [row("203.0.113.77", 90, True,
                               "=cmd|calc&#x1b;[2J.example")]})
    p.dns("v=DMARC1; p=none; rua=mailto:d@example.org")
    p.names("--new", day=TODAY - 1)
    p.dns("v=DMARC1; p=none; x=\\027[2J=1+1")
    for words in (("alerts",), ("alerts", "--csv"), ("alerts", "--json"),
                  ("digest",), ("digest", "--json"),
                  ("digest", "--mail", "a@example.org")):
        status, out, err = p.run(*words, OWN)
        ok(status in (0, 1) and out and "\x1b" not in out + err,
           f"{words}: no escape comes through", err)
    for r in csv.reader(io.StringIO(p.run("alerts", "--csv", OWN)[1])):
        ok(not any(c.startswith(("=", "@", "+", "-")) for c in r),
           "no formula either", str(r))


def test_mistakes():
    same(run("alerts", "--store", scratch + "/no.db")[0], 3, "no store")
    for words in (("a", "b"), ("x..y",), ("--days", "many"),
                  ("--sign", "/nonexistent")):
        same(run("alerts", *words)[0], 2, f"alerts {words} is refused")


main(test_quiet, test_news, test_records, test_held, test_gates, test_sign, test_hostile,
     test_mistakes)
