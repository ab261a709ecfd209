#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""assay domain: what it says of zones, to people and to programs."""
import gzip
import json
import os
import re

import jsonschema

from cli import SOURCE, main, ok, put, run, same

SCHEMA = json.load(open(os.path.join(SOURCE, "doc/assay-posture.schema.json")))

GOOD = """$ORIGIN good.example.
@ MX 10 mx
mx A 198.51.100.1
@ TXT "v=spf1 mx -all"
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@good.example"
s9._domainkey TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
1.100.51.198.in-addr.arpa. PTR mx
"""
BAD = """bad.example. MX 10 mx.bad.example.
mx.bad.example. A 198.51.100.1
bad.example. TXT "v=spf1 mx include:gone.example ptr +all"
_dmarc.bad.example. TXT "v=DMARC1; p=none; pct=20"
"""
SLOW = [{"name": "slow.example", "type": "MX", "values": ["1 m.slow.example"]},
        {"name": "m.slow.example", "type": "A", "values": ["198.51.100.1"]},
        {"name": "_dmarc.slow.example", "type": "TXT", "values":
         ["v=DMARC1; p=reject; rua=mailto:a@m.slow.example"]},
        {"name": "slow.example", "type": "TXT", "rcode": "TIMEOUT"}]


def domain(*args, **more):
    return run("domain", "--time", "1767225600", *args, **more)


def test_exit():
    good, bad = put("good.zone", GOOD), put("bad.zone", BAD)
    slow = put("slow.zone", json.dumps(SLOW))
    same(domain("--zone", good, "good.example")[0], 0, "nothing is bad")
    same(domain("--zone", bad, "bad.example")[0], 1, "something is")
    same(domain("--zone", slow, "slow.example")[0], 4, "no answer")
    both = put("both.zone", GOOD + "$ORIGIN .\n" + BAD)
    same(domain("--zone", both, "good.example", "bad.example")[0], 1,
         "one of two")
    status, out, err = domain("--zone", good, "--mta-sts-policy", "/none",
                              "good.example")
    ok(status == 3 and "/none" in err, "a file that cannot be read", err)


def test_page():
    both = put("both.zone", GOOD + "$ORIGIN .\n" + BAD)
    status, out, err = domain("--zone", both, "good.example", "bad.example",
                              env={"NO_COLOR": "1", "COLUMNS": "80"})
    same(err, "", "nothing else is said")
    ok("\x1b" not in out, "no colours")
    for line in out.splitlines():
        ok(len(line) <= 80 or " 3600 IN " in line, "fits", line)
    ok('\nbad.example. 3600 IN TXT "v=spf1 mx ~all"\n' in out,
       "a record to be copied", out)
    lines = "".join(l + "\n" for l in out.splitlines() if " 3600 IN " in l)
    mended = put("mended.zone", lines)
    ok(lines.count(" 3600 IN ") >= 3, "several records", lines)
    same(run("domain", "--zone", mended, "x.example")[2], "",
         "all of them are lines of a zone")


def test_mending():
    """What is mended is mended: the same finding does not come again."""
    zone = put("bad.zone", BAD)
    first = json.loads(domain("--json", "--zone", zone, "bad.example")[1])
    names = {f["name"] for f in first["findings"] if f["record"]}
    spf = next(f for f in first["findings"]
               if f["name"] == "spf-dangling-include")["record"][0]
    dmarc = next(f for f in first["findings"]
                 if f["name"] == "dmarc-pct")["record"][0]
    lines = [l for l in BAD.splitlines() if " TXT " not in l] + [spf, dmarc]
    again = json.loads(domain("--json", "--zone", put("m.zone", "\n".join(
        lines) + "\n"), "bad.example")[1])
    left = {f["name"] for f in again["findings"]}
    for name in ("spf-dangling-include", "spf-ptr", "spf-passes-everybody",
                 "dmarc-pct", "dmarc-no-rua"):
        ok(name in names and name not in left, f"{name} is mended",
           f"{names} {left}")


def test_json():
    both = put("both.zone", GOOD + "$ORIGIN .\n" + BAD)
    status, out, err = domain("--json", "--zone", both, "good.example",
                              "bad.example", "none.example")
    rows = [json.loads(l) for l in out.splitlines()]
    same([r["domain"] for r in rows],
         ["good.example", "bad.example", "none.example"], "a line each")
    for r in rows:
        jsonschema.validate(r, SCHEMA)
    ok(True, "as the schema says")
    same(rows[1]["worst"], "bad", "the worst")
    for want in rows:
        again = put("again.zone", json.dumps(want["answers"]))
        got = json.loads(domain("--json", "--zone", again,
                                want["domain"])[1])
        same(got, want, "its answers are a zone that gives the same")


ALIASES = """d.example. MX 10 m.d.example.
d.example. MX 20 n.d.example.
d.example. MX 30 host.example.
d.example. MX 40 gone.d.example.
m.d.example. CNAME host.example.
n.d.example. CNAME host.example.
gone.d.example. CNAME nowhere.example.
host.example. A 198.51.100.1
d.example. TXT "v=spf1 mx -all"
s1._domainkey.d.example. CNAME s1.esp.example.
s1.esp.example. TXT "v=DKIM1; p="
"""


MIXED = """$ORIGIN mixed.example.
@ MX 10 mx
mx A 198.51.100.1
@ TXT "v=spf1 mx a:gone ?all"
_dmarc TXT "v=DMARC1; p=none; rua=mailto:d@mixed.example"
s1._domainkey TXT "v=DKIM1; t=y; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
1.100.51.198.in-addr.arpa. PTR mx
"""


def report_row(ip, count, dkim, spf, signed="", name="mixed.example"):
    key = (f"<dkim><domain>mixed.example</domain><selector>{signed}</selector>"
           f"<result>{dkim}</result></dkim>" if signed else "")
    return (f"<record><row><source_ip>{ip}</source_ip><count>{count}</count>"
            f"<policy_evaluated><disposition>none</disposition><dkim>{dkim}"
            f"</dkim><spf>{spf}</spf></policy_evaluated></row><identifiers>"
            f"<header_from>{name}</header_from></identifiers><auth_results>"
            f"{key}<spf><domain>{name}</domain><result>{spf}</result></spf>"
            f"</auth_results></record>")


def report(ident, day, *rows):
    return (f"<feedback><report_metadata><org_name>google.com</org_name>"
            f"<email>noreply-dmarc-support@google.com</email><report_id>{ident}"
            f"</report_id><date_range><begin>{day * 86400}</begin><end>"
            f"{day * 86400 + 86399}</end></date_range></report_metadata>"
            f"<policy_published><domain>mixed.example</domain><p>none</p>"
            f"</policy_published>{''.join(rows)}</feedback>")


TLS = {"organization-name": "Example", "date-range":
       {"start-datetime": "2025-12-28T00:00:00Z",
        "end-datetime": "2025-12-28T23:59:59Z"},
       "contact-info": "a@peer.example", "report-id": "t1", "policies": [
           {"policy": {"policy-type": "no-policy-found",
                       "policy-domain": "mixed.example"},
            "summary": {"total-successful-session-count": 70,
                        "total-failure-session-count": 7},
            "failure-details": [
                {"result-type": "starttls-not-supported",
                 "failed-session-count": n} for n in (3, 4)]}]}
TODAY = 1767225600 // 86400


def mixed_store(name):
    store = os.path.join(os.path.dirname(put("x", "")), name)
    out = run("report", "ingest", "--own-domain", "mixed.example", "--store",
              store,
              put("1.xml", report(
                  "1", TODAY - 3,
                  report_row("198.51.100.1", 6000, "pass", "pass", "s1"),
                  report_row("198.51.100.1", 50, "fail", "pass"),
                  report_row("203.0.113.9", 30, "fail", "fail", "s1"),
                  report_row("203.0.113.9", 7, "fail", "fail", "",
                             "no.mixed.example"))),
              put("2.xml", report(
                  "2", TODAY - 40,
                  report_row("198.51.100.1", 1000, "fail", "pass"))),
              put("t.json", json.dumps(TLS)))
    same(out[0], 0, "the reports are taken")
    return store


def test_traffic():
    zone, store = put("mixed.zone", MIXED), mixed_store("mixed.db")
    args = ("--zone", zone, "--store", store, "mixed.example")
    said = json.loads(domain("--json", *args)[1])
    jsonschema.validate(said, SCHEMA)
    mail = {f["name"]: f["traffic"] for f in said["findings"]}
    for name, messages, what in (
            ("spf-void-lookup", 50, "messages that rest on SPF alone"),
            ("spf-neutral-all", 37, "messages that fail DMARC"),
            ("dkim-testing", 6030, "messages signed with it"),
            ("dmarc-p-none", 37, "messages that fail DMARC"),
            ("dmarc-np-missing", 7,
             "messages from subdomains that fail DMARC"),
            ("mta-sts-none", 77, "sessions in TLS reports"),
            ("dnssec-none", 6087, "messages in all")):
        same(mail.get(name), {"messages": messages, "days": 30, "what": what},
             name)
    status, page, err = domain(*args, env={"NO_COLOR": "1", "COLUMNS": "80"})
    ok("37 messages that fail DMARC, in 30 days." in page, "on the page", page)
    same([l for l in page.splitlines()
          if len(l) > 80 and " 3600 IN " not in l], [], "it fits")
    without = json.loads(domain("--json", "--zone", zone, "mixed.example")[1])
    same({str(f["traffic"]) for f in without["findings"]}, {"None"},
         "no store, no figures")


def test_rules_by_reports():
    zone, store = put("mixed.zone", MIXED), mixed_store("rules.db")
    args = ("--zone", zone, "--store", store, "mixed.example")
    run("source", "decide", "--store", store, "mixed.example",
        "198.51.100.1", "ours")
    rule = {r["name"]: r for r in
            json.loads(domain("--json", *args)[1])["rules"]}
    both, aligned = rule["spf-and-dkim-pass"], rule["alignment"]
    same((both["state"], both["evidence"]),
         ("met", "6000 of 6050 messages of ours passed SPF and DKIM, in 30 "
          "days"), "what passed both")
    same([(s["messages"], s["good"]) for s in both["sources"]],
         [(6050, 6000)], "by source: the forger is none of ours")
    ok("198.51.100.1" in both["sources"][0]["source"], "by name", both)
    same((aligned["state"], aligned["sources"][0]["good"]), ("met", 6050),
         "what passed DMARC")
    same((rule["volume"]["state"], rule["volume"]["evidence"]),
         ("told", "on the fullest day 6050 to Google, 0 to Yahoo, 0 to "
          "Microsoft: a bulk sender"), "how much")
    run("source", "decide", "--store", store, "mixed.example",
        "203.0.113.9", "misconfigured")
    rule = {r["name"]: r for r in
            json.loads(domain("--json", *args)[1])["rules"]}
    same((rule["alignment"]["state"],
          [s["good"] for s in rule["alignment"]["sources"]]),
         ("not-met", [0, 6050]), "one of ours that fails, the worst first")
    page = domain(*args)[1]
    ok("misconfigured: 0 of 37\n" in page, "on the page", page)


LOG = "".join(
    f"Nov {day} 12:00:01 mx postfix/smtp[1]: 4F: to=<a@b.example>, "
    f"relay={relay}[192.0.2.1]:25, delay=1, dsn={dsn}, status={status} (no)\n"
    for day, relay, dsn, status in (
        (29, "mx.google.example", "5.7.26", "bounced"),
        (30, "mx.google.example", "5.7.26", "bounced"),
        (30, "mx.google.example", "5.7.26", "bounced"),
        (30, "mx.google.example", "4.7.26", "deferred"),
        (30, "\x1b[31mred", "5.7.515", "bounced"),
        (30, "mx.yahoo.example", "5.7.1", "bounced"),
        (30, "mx.yahoo.example", "2.0.0", "sent")))


def test_mail_log():
    zone = put("good.zone", GOOD)
    plain, packed = put("mail.log", LOG), put("mail.log.gz", "")
    with gzip.open(packed, "wb") as f:
        f.write(LOG.encode())
    for path in plain, packed:
        status, out, err = domain("--zone", zone, "--json", "--mail-log",
                                  path, "good.example")
        same((status, err), (0, ""), "a log")
        log = json.loads(out.splitlines()[1])
        same((log["lines"], log["others"]), (7, 0), "all lines are read")
        same([(r["code"], r["receiver"], r["day"], r["bounced"],
               r["deferred"]) for r in log["refused"]],
             [("5.7.26", "mx.google.example", "Nov 29", 1, 0),
              ("5.7.26", "mx.google.example", "Nov 30", 2, 1),
              ("5.7.515", "\x1b", "Nov 30", 1, 0)], "by code, relay, day")
    page = domain("--zone", zone, "--mail-log", plain, "good.example",
                  env={"NO_COLOR": "1", "COLUMNS": "80"})[1]
    ok("2 refused, 1 deferred" in page and "sign it" in page and
       "\x1b" not in page, "on the page", page)
    with open(packed, "rb+") as f:
        f.truncate(60)
    status, out, err = domain("--zone", zone, "--mail-log", packed,
                              "good.example")
    ok(status == 3 and packed in err, "a log that is cut", err)
    status, out, err = domain("--zone", zone, "--mail-log", "/none",
                              "good.example")
    ok(status == 3 and "/none" in err, "no such log", err)
    many = put("many.log", "".join(
        LOG.splitlines(True)[0].replace("mx.google", f"m{i}")
        for i in range(600)) + "x" * 20000 + LOG.splitlines()[0] + "\n")
    log = json.loads(domain("--zone", zone, "--json", "--mail-log", many,
                            "good.example")[1].splitlines()[1])
    same((len(log["refused"]), log["others"], log["lines"]),
         (500, 100, 601), "bounded; a long line is one")


def test_store_mistakes():
    zone = put("mixed.zone", MIXED)
    status, out, err = domain("--zone", zone, "--store", "/none/r.db",
                              "mixed.example")
    ok(status == 3 and out == "", "no such store", err)
    good = put("good.zone", GOOD)
    status, out, err = domain("--zone", good, "--store",
                              mixed_store("other.db"), "--json",
                              "good.example")
    ok(status == 0 and "no report" in err, "none about that domain", err)
    rule = {r["name"]: r for r in json.loads(out)["rules"]}
    same(rule["alignment"]["state"], "unknown", "so nothing is known")


def test_aliases():
    zone = put("aliases.zone", ALIASES)
    want = json.loads(domain("--json", "--zone", zone, "d.example")[1])
    names = {(f["name"], f["about"]) for f in want["findings"]}
    ok({("mx-alias", "m.d.example"), ("mx-alias", "n.d.example"),
        ("mx-no-address", "gone.d.example"),
        ("dkim-revoked", "s1._domainkey.d.example")} <= names,
       "aliases are found", names)
    again = put("again.zone", json.dumps(want["answers"]))
    got = json.loads(domain("--json", "--zone", again, "d.example")[1])
    same(got["findings"], want["findings"], "and found again")
    jsonschema.validate(got, SCHEMA)


def test_brief():
    both = put("both.zone", GOOD + "$ORIGIN .\n" + BAD)
    status, out, err = domain("--brief", "--zone", both, "good.example",
                              "bad.example")
    lines = out.splitlines()
    same(len(lines), 2, "two lines")
    ok(re.match(r"bad +bad\.example: \d+ bad, .*\(spf", lines[1]), "bad",
       lines[1])


def test_flags():
    zone = put("good.zone", GOOD)
    one = json.loads(domain("--json", "--zone", zone, "--selector", "s9,s8",
                            "--source", "198.51.100.1,2001:db8::9",
                            "good.example")[1])
    names = {(f["name"], f["about"]) for f in one["findings"]}
    ok(("dkim-selector-missing", "s8._domainkey.good.example") in names,
       "a selector", names)
    ok(("dkim-only-ed25519", "good.example") in names, "another", names)
    ok(("ptr-source-not-in-spf", "2001:db8::9") in names, "a source", names)
    same([s["selector"] for s in one["selectors"] if s["given"]],
         ["s9", "s8"], "in JSON")
    policy = put("mta-sts.txt", "version: STSv1\nmode: enforce\n"
                 "mx: other.example\nmax_age: 604800\n")
    one = json.loads(domain("--json", "--zone", zone, "--mta-sts-policy",
                            policy, "good.example")[1])
    names = {f["name"] for f in one["findings"]}
    ok({"mta-sts-file-without-record", "mta-sts-mx-not-covered"} <= names,
       "a policy file", names)


MISTAKES = [
    ([], "which domain"),
    (["a b"], "no domain name: 'a b'"),
    (["bad..domain"], "no domain name: 'bad..domain'"),
    (["example"], "no domain name"),
    (["--selector", "a b", "d.example"], "a selector is"),
    (["--selector", ",".join("s%d" % i for i in range(17)), "d.example"],
     "at most 16"),
    (["--source", "host", "d.example"], "wants addresses"),
    (["--source", ",".join("192.0.2.%d" % i for i in range(11)),
      "d.example"], "at most 10"),
    (["--mta-sts-policy", "/dev/null", "d.example", "e.example"],
     "of one domain"),
    (["--ip", "192.0.2.1", "d.example"], "does not take"),
]


def test_mistakes():
    zone = put("good.zone", GOOD)
    for args, want in MISTAKES:
        status, out, err = domain("--zone", zone, *args)
        ok(status == 2 and want in err and out == "", " ".join(args)[:60],
           f"{status} {out} {err}")


main(test_exit, test_page, test_mending, test_json, test_aliases, test_brief, test_flags,
     test_mistakes)
