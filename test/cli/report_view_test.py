#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""assay report show, top, timeline, reporters, aside: what is in the store,
for people and for programs."""
import csv
import io
import json
import os
import re

from cli import main, ok, put, run, same, scratch

DAY = 20000                             # 2024-10-04
STORE = os.path.join(scratch, "views.db")
AT = ("--store", STORE, "--time", str((DAY + 4) * 86400 + 3600))


def record(ip, count, dkim, spf, done="none", why=""):
    return (f"<record><row><source_ip>{ip}</source_ip><count>{count}</count>"
            f"<policy_evaluated><disposition>{done}</disposition><dkim>{dkim}"
            f"</dkim><spf>{spf}</spf>{why}</policy_evaluated></row>"
            "<identifiers><header_from>example.org</header_from>"
            "</identifiers><auth_results/></record>")


def report(number, day, records, email="dmarc@big.example"):
    begin = (DAY + day) * 86400
    return (f"<feedback><report_metadata><org_name>x</org_name><email>{email}"
            f"</email><report_id>{number}</report_id><date_range><begin>"
            f"{begin}</begin><end>{begin + 86399}</end></date_range>"
            "</report_metadata><policy_published><domain>example.org</domain>"
            f"<p>reject</p></policy_published>{''.join(records)}</feedback>")


def fill():
    files = [
        report(1, 0, [record("192.0.2.1", 90, "pass", "fail"),
                      record("192.0.2.1", 10, "fail", "fail", "reject"),
                      record("198.51.100.7", 5, "fail", "fail", "quarantine")]),
        report(2, 2, [record("192.0.2.1", 20, "pass", "pass"),
                      record("203.0.113.9", 3, "fail", "fail", "none",
                             "<reason><type>local_policy</type></reason>")]),
        report(3, 2, [record("2001:db8::1", 1, "fail", "pass")],
               "=cmd|calc@evil.example"),
        "<feedback><!DOCTYPE x></feedback>",
    ]
    names = [put(f"view{i}.xml", f.encode()) for i, f in enumerate(files)]
    status, _, _ = run("report", "ingest", "--store", STORE, "--own-domain",
                       "example.org", *names)
    same(status, 1, "three reports are taken, one is set aside")


def lines(*args):
    status, out, _ = run("report", *args, *AT, "--json")
    same(status, 0, f"{' '.join(args)}: exit status")
    return [json.loads(l) for l in out.splitlines()]


def test_send():
    conf = put("send.conf", f"state-directory {scratch}\n")
    status, _, err = run("report", "send", "--dry-run", "--conf", conf)
    ok(status == 3 and "'send-reports count'" in err, "what would help", err)
    status, _, err = run("report", "send", "--conf", conf)
    ok(status == 2 and "send-reports is no" in err, "nothing is sent", err)
    same(run("report", "send", "--xml", "--conf", conf)[0], 2, "dry only")


def test_top():
    fill()
    rows = lines("top")
    same([(r["source"], r["messages"]) for r in rows],
         [("192.0.2.1", 120), ("198.51.100.7", 5), ("203.0.113.9", 3),
          ("2001:db8::1", 1)], "the largest first")
    same(rows[0]["pass"], round(110 / 120, 4), "what passes, by either")
    same([rows[0]["dkim_aligned"], rows[0]["spf_aligned"],
          rows[0]["rejected"]], [110, 20, 10], "by which, and what was done")
    same([r["messages"] for r in lines("top", "--by", "reporter")],
         [128, 1], "by reporter")
    same([r["messages"] for r in lines("top", "--by", "result")],
         [90, 20, 18, 1], "by result")
    same(lines("top", "other.example"), [], "another domain has none")
    same(len(lines("top", "--days", "3")), 3, "of the last days alone")
    status, out, _ = run("report", "top", *AT, "--limit", "1",
                         "--color", "never")
    text = out
    ok("192.0.2.1" in text and "198.51.100.7" not in text and
       "and 3 more with 9 messages" in text, "--limit says what it leaves out")
    ok(all(len(l) <= 80 for l in text.splitlines()), "80 columns")


def test_timeline():
    rows = lines("timeline", "example.org")
    same([(r["day"], r["messages"], r["passed"], r["failed"]) for r in rows],
         [("2024-10-04", 105, 90, 15), ("2024-10-05", 0, 0, 0),
          ("2024-10-06", 24, 21, 3), ("2024-10-07", 0, 0, 0),
          ("2024-10-08", 0, 0, 0)], "days of silence are told")
    _, out, _ = run("report", "timeline", *AT, "--color", "never")
    ok("129 messages, 86.0 % pass DMARC; of the rest 3 were let through" in
       out, "the sum")


def test_lists():
    same([r["report_id"] for r in lines("show")], ["1", "2", "3"], "reports")
    same(len(lines("show", "EXAMPLE.org.")), 3, "a final dot, capitals")
    same([r["reporter"] for r in lines("reporters")],
         ["big.example", "evil.example"], "reporters")
    _, out, _ = run("report", "aside", "--store", STORE, "--json")
    same([json.loads(l)["reason"] for l in out.splitlines()],
         ["malformed"], "what was set aside, and why")
    same(lines("failures"), [], "no failure reports")
    same(lines("tls"), [], "no TLS reports")
    for what in ("show", "reporters", "failures", "tls", "aside"):
        status, out, _ = run("report", what, *AT, "--color", "never")
        ok(status == 0 and all(len(l) <= 80 for l in
                               out.splitlines()), f"{what}: a page")


def page(what, *more):
    _, out, _ = run("report", what, *AT, "--color", "never", *more)
    ok(all(len(l) <= 80 for l in out.splitlines()), f"{what}: 80 columns", out)
    return out


FAILURE = """From: "Re Porter" <ruf@reporter.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=x

--x
Content-Type: text/plain

Hello.
--x
Content-Type: message/feedback-report

Feedback-Type: auth-failure
User-Agent: x/1
Version: 1
Auth-Failure: dmarc
Identity-Alignment: none
Reported-Domain: example.org
Source-IP: 192.0.2.77
Arrival-Date: Fri, 04 Oct 2024 10:00:00 +0000

--x
Content-Type: text/rfc822-headers

From: Jo Doe <jo@example.org>
Subject: x

--x--
"""


def detail(kind, mx, n):
    return {"result-type": kind, "receiving-mx-hostname": mx,
            "failed-session-count": n}


TLS = json.dumps({
    "organization-name": "Big", "contact-info": "tls@reporter.example",
    "report-id": "t1", "date-range": {
        "start-datetime": "2024-10-05T00:00:00Z",
        "end-datetime": "2024-10-05T23:59:59Z"},
    "policies": [{"policy": {"policy-type": "sts", "policy-string": ["a"],
                             "policy-domain": "example.org"},
                  "summary": {"total-successful-session-count": 5000,
                              "total-failure-session-count": 12},
                  "failure-details": [
                      detail("certificate-host-mismatch",
                             "mx1.mail.example.org", 7),
                      detail("starttls-not-supported",
                             "mx2.mail.example.org", 5)]}]})


def test_pages():
    foreign = report(9, 0, [record("192.0.2.1", 1, "pass", "pass")]).replace(
        "<domain>example.org", "<domain>stranger.example")
    os.makedirs(os.path.join(scratch, "a/long/way/to/the/file"),
                exist_ok=True)
    names = [put("f.eml", FAILURE.encode()), put("t.json", TLS.encode()),
             put("a/long/way/to/the/file/foreign.xml", foreign.encode())]
    names += [put(f"r{i}.xml", report(f"r{i}", -i * 2, [
        record("192.0.2.1", 1, "pass", "fail")],
        "x@reporter-with-a-name.example").encode()) for i in range(4, 10)]
    names.append(put("ahead.xml", report("ahead", 30000, [
        record("192.0.2.1", 1, "pass", "pass")]).encode()))
    run("report", "ingest", "--store", STORE, "--own-domain", "example.org",
        *names)
    out = page("failures", "--days", "36500", "--time", "4102444800")
    ok("example.org" in out and "192.0.2.77" in out and "dmarc" in out and
       "reporter.example" in out and
       re.search(r"(?m)^20\d\d-\d\d-\d\d ", out), "failures: what matters", out)
    out = page("tls")
    ok("5000 sessions good, 12 failed" in out and out.count("5000") == 1 and
       "7 certificate-host-mismatch at mx1.mail.example.org" in out and
       "5 starttls-not-supported at mx2" in out, "tls: each detail", out)
    out = run("report", "aside", "--store", STORE, "--color", "never")[1]
    ok("stranger.example" in out and "file/foreign.xml" in out and
       all(len(l) <= 80 for l in out.splitlines()), "aside: whose", out)
    out = page("reporters")
    ok("silent for " in out and " days\n" in out and "reporter-wit" in out,
       "reporters: silence", out)
    out = page("top", "--by", "result")
    ok("dkim pass, spf fail" in out and "dkim fail, spf fail" in out,
       "top --by result", out)
    out = page("timeline", "--time", str((DAY + 20) * 86400))
    ok("\n18 days without a report\n" in out, "a gap is a line", out)
    for what in ("timeline", "top"):
        out = page(what, "--days", "1", "nobody.example")
        ok("No reports;" in out, f"{what}: never", out)
        out = page(what, "--days", "1")
        ok("No reports in this time; the newest" in out, what, out)
    out = run("report", "--help")[1]
    ok(all(verb in out[:200] for verb in (
        "ingest", "fetch", "show", "top", "timeline", "reporters", "failures",
        "tls", "aside", "outbox", "send")), "help names all verbs", out)
    out = page("show")
    ok("future" in out, "a day that is yet to come", out)
    _, out, _ = run("store", "export", "reports", "--store", STORE)
    ahead = [r for r in map(json.loads, out.splitlines())
             if r["report_id"] == "ahead"]
    ok(ahead[0]["deviations"] & 256, "is a deviation", ahead)
    same({r["late"] for r in lines("reporters")}, {None},
         "what was imported is nobody's lateness")


def test_spreadsheets():
    _, out, _ = run("report", "show", *AT, "--csv")
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    same(rows[2]["email"], "'=cmd|calc@evil.example",
         "no formula of a stranger")
    ok(all(not (c or "x")[0] in "=+@" for r in rows for c in r.values()),
       "nowhere")


def test_mistakes():
    for args, word in [((), "ingest, fetch, show"), (("shwo",), "show"),
                       (("sources",), "assay source list"),
                       (("top", "--by", "colour"), "--by"),
                       (("show", "--days", "0"), "--days"),
                       (("show", "a.example", "b.example"), "one domain"),
                       (("show", "a..example"), "a..example")]:
        status, _, err = run("report", *args, *AT)
        ok(status == 2 and word in err, f"{args}: {word}")
    status, _, err = run("report", "show", "--store", "/nonexistent/x.db")
    ok(status == 3 and "/nonexistent/x.db" in err, "no store: says where")


main(test_top, test_timeline, test_lists, test_spreadsheets, test_pages,
     test_mistakes, test_send)
