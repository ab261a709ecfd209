#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""assay source and assay policy, on a drawn world: reports taken into the
store, DNS from a zone file, networks from a table, held against the truth."""
import collections
import glob
import ipaddress
import json
import os
import subprocess
import tempfile

from cli import ASSAY, main, ok, results, run, same, scratch

WORLDGEN = os.path.join(os.path.dirname(ASSAY), "../../test/sources/worldgen")
DAY = 86400
NOW = str(20060 * DAY)


class World:
    def __init__(self, seed):
        self.dir = tempfile.mkdtemp(dir=scratch)
        said = subprocess.run([WORLDGEN, str(seed), self.dir], check=True,
                              capture_output=True, text=True, timeout=60)
        self.domain = said.stdout.split(":")[0]
        self.store = os.path.join(self.dir, "reports.db")
        conf = os.path.join(self.dir, "assay.conf")
        with open(conf, "w") as f:
            f.write(f"asn-table {self.dir}/asn.csv\n")
        self.flags = ["--store", self.store, "--zone",
                      os.path.join(self.dir, "world.zone"), "--time", NOW,
                      "--conf", conf]
        self.truth = collections.defaultdict(set)
        with open(os.path.join(self.dir, "truth.tsv")) as f:
            for line in f:
                part = line.split("\t")
                self.truth[ipaddress.ip_address(part[0])].add(part[1])
        self.ingested = run("report", "ingest", "--own-domain", self.domain,
                            "--store", self.store,
                            *sorted(glob.glob(self.dir + "/*.xml")))

    def sources(self, *more):
        status, out, err = run("source", "list", "--json", *self.flags, *more,
                               self.domain)
        same((status, err), (0, ""), "source list --json")
        return results(out)

    def truth_of(self, source):
        """The truth of all addresses that a source may stand for."""
        net = ipaddress.ip_network(source["source"])
        return set().union(*(t for a, t in self.truth.items() if a in net))


def test_against_the_truth():
    right = collections.Counter()
    of = collections.Counter()
    ours = 0
    for seed in range(2001, 2006):
        w = World(seed)
        same(w.ingested[0], 0, "the reports are taken")
        for s in w.sources():
            truth = w.truth_of(s)
            if len(truth) != 1:
                continue        # a network that several share
            truth = truth.pop()
            of[truth] += 1
            right[truth] += s["class"] == truth
            ours += truth == "hostile" and s["class"] == "ours"
    same(ours, 0, "nothing hostile is ours")
    for c in ("ours", "misconfigured", "forwarder", "hostile", "service"):
        share = right[c] / max(of[c], 1)
        # some domains do not sign, so that what their forwarders
        # pass on has nothing left that proves it
        ok(of[c] > 2 and share >= (0.8 if c == "forwarder" else 0.9),
           f"through the store, by DNS and the table: {c}",
           f"{right[c]} of {of[c]}")


def test_views():
    w = World(1004)
    sources = w.sources()
    sums = sum(s["messages"] for s in sources)
    status, page, err = run("source", "list", *w.flags, w.domain)
    same((status, err), (0, ""), "source list")
    same([l for l in page.splitlines() if len(l) > 80], [],
         "the page fits 80 columns")
    ok(f"{sums} messages" in page, "the head has the sum of the sources")
    ok("CC BY 4.0" in page, "the table of networks is attributed")
    ok("What to do" in page, "and what to do is told")
    status, csv, _ = run("source", "list", "--csv", *w.flags, w.domain)
    same(len(csv.splitlines()), len(sources) + 1, "CSV has a row for each")
    broken = [s for s in sources if s["class"] == "misconfigured"][0]
    status, one, _ = run("source", "show", *w.flags, broken["source"],
                         w.domain)
    ok(status == 0 and broken["reasons"][0]["text"].split()[0] in one and
       "What to do" in one, "source show tells why")
    same([l for l in one.splitlines() if len(l) > 80], [],
         "and fits 80 columns")
    same(run("source", "show", *w.flags, "192.0.2.99", w.domain)[0], 1,
         "no such source")
    status, out, _ = run("source", "list", "--offline", "--store", w.store,
                         "--time", NOW, w.domain)
    ok(status == 0 and "DNS was not asked" in out and
       "No table of networks" in out, "what was not asked is told")
    status, out, _ = run("source", "list", "--offline", "--store", w.store,
                         "--time", NOW, "--json")
    same(sum(s["messages"] for s in results(out)), sums,
         "without a domain: those of the store")
    ok(any(r["reason"] == "no-asn-table" for s in results(out)
           for r in s["reasons"]), "the fallback has a reason")
    decide(w, broken)
    policy(w, sources, sums)


def decide(w, broken):
    hostile = [s for s in w.sources() if s["class"] == "hostile"][0]
    for what, cls in ((broken["source"], "forwarder"),
                      (hostile["source"], "hostile")):
        status, out, err = run("source", "decide", "--store", w.store,
                               w.domain, what, cls, "a note")
        ok(status == 0 and "decided by" in out, f"decide {cls}", err)
    now = {s["source"]: s for s in w.sources()}
    got = now[broken["source"]]
    ok(got["class"] == "forwarder" and got["evidence"] == "misconfigured" and
       got["decision"]["evidence_disagrees"] and
       got["decision"]["note"] == "a note",
       "a person is not overruled, and the disagreement is told", str(got))
    ok(not now[hostile["source"]]["decision"]["evidence_disagrees"],
       "nor contradicted without need")
    _, page, _ = run("source", "list", *w.flags, w.domain)
    ok(" ! " in page, "the page marks it")
    ok(f"! {broken['source']}: decided forwarder by" in page and
       "the evidence says" in page, "and says who decided, and when", page)
    ok(f"decide {w.domain} {hostile['source']}" not in page,
       "who decided is not asked to decide")
    for cls in ("unknown", "ours"):
        run("source", "decide", "--store", w.store, w.domain,
            hostile["source"], cls)
        now = {s["source"]: s for s in w.sources()}[hostile["source"]]
        if cls == "unknown":
            ok(now["decision"] is None and now["class"] == "hostile",
               "unknown takes a decision back", str(now))
    same((now["class"], now["decision"]["class"]), ("ours", "ours"),
         "the class is the person's")
    status, out, err = run("source", "decide", "--store", w.store, w.domain,
                           "as64500", "ours")
    ok(status == 0 and out.startswith("AS64500 of "), "AS64500 is echoed",
       out + err)
    status, out, _ = run("source", "decisions", "--csv", "--store", w.store)
    rows = [l.replace('"', "").split(",")[1:3] for l in out.splitlines()]
    ok(status == 0 and len(rows) == 6 and ["AS64500", "ours"] in rows and
       [broken["source"], "forwarder"] in rows, "decisions are listed", out)
    status, _, err = run("source", "decide", "--store", w.store,
                         "no-such.example", "192.0.2.1", "ours")
    ok(status == 0 and "no reports about no-such.example" in err,
       "a decision for a domain without reports is warned of", err)
    for what in ("203.0.113.300", "203.0.113", "2001:db8::g", "192.0.2.0/33",
                 "192.0.2.0/", "x/24"):
        status, _, err = run("source", "decide", "--store", w.store,
                             w.domain, what, "ours")
        ok(status == 2 and ("an address and is none" in err or
                            "/8 to /32" in err),
           f"{what} is no address, and no name", err)
    for words, why in ((("decide", w.domain), "decide DOMAIN"),
                       (("decide", w.domain, "10.0.0.0/4", "ours"), "/8 to"),
                       (("decide", w.domain, "nodot", "ours"), "what?"),
                       (("decide", w.domain, "10.0.0.1", "mine"), "a class"),
                       (("decide", "x..y", "10.0.0.1", "ours"), "domain"),
                       (("lst",), "did you mean 'list'"), (("show",), "which")):
        status, _, err = run("source", *words)
        ok(status == 2 and why in err, f"source {words} is refused", err)


def policy(w, sources, sums):
    def attempt(text, *more):
        status, out, err = run("policy", "try", "--json", *more, *w.flags,
                               w.domain, text)
        lines = results(out)
        return status, lines[0] if lines else None, lines[1:], err

    status, head, lines, _ = attempt("p=reject")
    fates = collections.Counter()
    for c in head["classes"].values():
        fates.update(c)
    same(status, 1, "something would be hit")
    same(sum(fates.values()), sums, "every message has one fate")
    same(sum(l["messages"] for l in lines), fates["reject"],
         "the lines add up to the sum")
    same(fates["pass"], sum(s["passed"] for s in sources),
         "relaxed: what passed passes")
    ok(all(l["fate"] == "reject" and l["tag"] == "p" and l["at"]
           for l in lines), "each line has its fate, and receivers")
    _, strict, _, _ = attempt("p=reject; aspf=s; adkim=s")
    ok(sum(c["pass"] for c in strict["classes"].values()) <= fates["pass"],
       "strict: no more than before")
    status, soft, lines, _ = attempt("p=quarantine; t=y")
    same((status, lines), (0, []), "quarantine with t=y hits nothing")
    status, _, lines, _ = attempt("p=none; np=reject")
    ok(all(l["tag"] == "np" for l in lines), "np hits what is not there")
    status, _, _, err = attempt("p=rejct")
    ok(status == 2 and "p=rejct" in err, "a slip of the pen is refused")
    status, page, _ = run("policy", "try", *w.flags, w.domain,
                          "p=reject; pct=7")
    ok(status == 1 and "Would be rejected" in page and "pct=7" in page,
       "a page, and a remark on what is historic")
    same([l for l in page.splitlines() if len(l) > 80], [],
         "it fits 80 columns")
    status, csv, _ = run("policy", "try", "--csv", "--limit", "2", *w.flags,
                         w.domain, "p=reject")
    same(len(csv.splitlines()), 3, "--limit")
    for words in ((), ("try",), ("try", w.domain), ("try", "x..y", "p=none")):
        same(run("policy", *words)[0], 2, f"policy {words} is refused")
    same(run("policy", "try", "--store", w.dir + "/no.db", w.domain,
             "p=none")[0], 3, "no store")


def test_no_reports():
    """A domain without reports is never shown as if all were well."""
    w = World(1004)
    typo = w.domain[0] + w.domain[2] + w.domain[1] + w.domain[3:]
    status, out, err = run("policy", "try", *w.flags, typo, "p=reject")
    ok(status == 3 and not out and f"did you mean '{w.domain}'?" in err,
       "policy try: a typo", out + err)
    status, out, err = run("policy", "try", *w.flags, "qqqqqqqqqqqqqqqq.test",
                           "p=reject")
    ok(status == 3 and "no reports about" in err and "mean" not in err,
       "policy try: nothing like it", out + err)
    status, out, err = run("policy", "try", *w.flags, "a.b." + w.domain,
                           "p=reject")
    ok(status == 3 and f"did you mean '{w.domain}'?" in err,
       "policy try: a name below it", out + err)
    later = [*w.flags, "--time", str(20160 * DAY)]
    status, out, err = run("policy", "try", *later, w.domain, "p=reject")
    ok(status == 3 and not out and "the newest is of 2024-" in err and
       "--days " in err, "policy try: reports, but older", out + err)
    days = err.split("--days ")[1].split()[0]
    status, out, err = run("policy", "try", *later, "--days", days, w.domain,
                           "p=none")
    ok(status == 0 and out, "with the --days that it says", out + err)
    status, out, err = run("source", "list", *w.flags, typo)
    ok(status == 1 and not out and "did you mean" in err, "source list",
       out + err)
    status, out, err = run("rollout", *w.flags, typo)
    ok(status == 3 and not out and "did you mean" in err and
       "nor is that name in DNS" in err, "rollout: a name that is not there",
       out + err)
    with open(os.path.join(w.dir, "world.zone"), "a") as f:
        f.write("fresh.test. TXT \"here\"\n")
    status, out, err = run("rollout", *w.flags, "fresh.test")
    ok(status == 0 and "no reports about fresh.test" in err and
       "Nothing has to be met before" in out and "Publish now" in out,
       "rollout: a name that is there, and begins", out + err)


REPORT = """<feedback><report_metadata><org_name>Big</org_name>
<email>a@{by}</email><report_id>{id}</report_id><date_range>
<begin>{day}</begin><end>{end}</end></date_range></report_metadata>
<policy_published><domain>shop.example</domain><p>none</p>
</policy_published>{rows}</feedback>"""
ROW = """<record><row><source_ip>{ip}</source_ip><count>{n}</count>
<policy_evaluated><disposition>none</disposition><dkim>{dkim}</dkim>
<spf>fail</spf></policy_evaluated></row><identifiers><header_from>{name}
</header_from></identifiers><auth_results>{sig}<spf><domain>{name}</domain>
<result>{spf}</result></spf></auth_results></record>"""
SIG = """<dkim><domain>shop.example</domain><selector>s</selector>
<result>pass</result></dkim>"""


def shop(zone, rows, days=(20050,), reporters=("r.example",)):
    where = tempfile.mkdtemp(dir=scratch)
    for k, day in enumerate(days):
        by = reporters[k % len(reporters)]
        with open(f"{where}/{by}!{k}.xml", "w") as f:
            f.write(REPORT.format(id=k, by=by, day=day * DAY, end=day * DAY +
                                  86399, rows="".join(rows)))
    with open(where + "/zone", "w") as f:
        f.write("$TTL 60\n" + zone)
    done = run("report", "ingest", "--own-domain", "shop.example", "--store",
               where + "/s.db", *sorted(glob.glob(where + "/*.xml")))
    same(done[0], 0, "reports are taken: " + done[2])
    return ["--store", where + "/s.db", "--zone", where + "/zone", "--time",
            NOW, "--conf", "/dev/null"]


def row(ip, n, name="shop.example", spf="softfail", signed=False):
    return ROW.format(ip=ip, n=n, name=name, spf=spf, sig=SIG if signed
                      else "", dkim="pass" if signed else "fail").replace(
                          "\n</header_from>", "</header_from>")


def test_spf_of_the_return_path():
    zone = ('shop.example. TXT "v=spf1 ip4:192.0.2.1 -all"\n'
            'news.shop.example. TXT "v=spf1 -all"\n'
            'out.shop.example. AAAA 2001:db8::5\n' +
            "5" + ".0" * 23 + ".8.b.d.0.1.0.0.2.ip6.arpa. PTR "
            "out.shop.example.\n")
    flags = shop(zone, [row("2001:db8::5", 30, "news.shop.example", "fail",
                            True)], range(20030, 20050))
    status, out, err = run("source", "show", "--json", *flags, "2001:db8::5")
    got = json.loads(out)
    same((got["class"], got["step"]), ("ours", "list-in-spf-too"),
         "passes by DKIM: no fault")
    ok("SPF record of news.shop.example" in got["step_text"] and
       any("of news.shop.example does not allow it" in r["text"]
           for r in got["reasons"]), "the record that SPF asks is named",
       out)


def test_listed_since():
    rows = [row(f"198.51.100.{i}", 40) for i in range(1, 12)]
    for term, cls in (("ip4:198.51.100.0/24", "misconfigured"),
                      ("include:spf.box.test", "unknown"), ("", "hostile")):
        flags = shop(f'shop.example. TXT "v=spf1 {term} -all"\n'
                     'spf.box.test. TXT "v=spf1 ip4:198.51.100.0/24 -all"\n',
                     rows)
        status, out, err = run("source", "list", "--json", *flags,
                               "shop.example")
        got = results(out)
        same({s["class"] for s in got}, {cls}, f"softfail, today '{term}'")
        if term:
            ok(all(any(r["reason"] == "record-changed" for r in s["reasons"])
                   for s in got), "the record was changed since", out)
    status, page, err = run("source", "list", *flags, "shop.example")
    ok("none of its 440 messages" in page, "the reason sums up the group",
       page)
    flags = shop('shop.example. TXT "v=spf1 -all"\n', rows, range(
        20040, 20043), tuple(f"reporter-{i}-of-a-long-name.example"
                             for i in range(3)))
    status, page, err = run("policy", "try", *flags, "shop.example",
                            "p=reject")
    ok(any(l.rstrip().endswith(" +2") and len(l) <= 80
           for l in page.splitlines()), "how many more receivers is legible",
       page)


def test_decided_page():
    flags = shop('shop.example. TXT "v=spf1 ip4:192.0.2.1 -all"\n'
                 '7.2.0.192.in-addr.arpa. PTR srv.host.test.\n',
                 [row("192.0.2.7", 9)], range(20020, 20050, 3))
    hint = "assay source decide shop.example 192.0.2.7"
    _, page, err = run("source", "list", *flags, "shop.example")
    ok(hint in " ".join(page.split()), "who knows it is asked to tell", page)
    run("source", "decide", *flags[:2], "shop.example", "192.0.2.0/24",
        "forwarder")
    _, page, err = run("source", "list", *flags, "shop.example")
    ok(hint not in " ".join(page.split()) and
       "192.0.2.7: decided forwarder by" in page,
       "and who told is not asked again", page)


def test_rollout():
    w = World(2002)
    same(run("policy", "try", *w.flags, w.domain, "p=none")[0], 0,
         "p=none hits nothing")
    status, page, err = run("rollout", *w.flags, w.domain)
    ok(status == 0 and "stage watch" in page and "Publish now" in page and
       "np=reject; t=y" in page, "watched long enough: names that are not "
       "there come first", page + err)
    zone = os.path.join(w.dir, "world.zone")
    with open(zone) as f:
        text = f.read()

    def under(record):
        with open(zone, "w") as f:
            f.write(text.replace("v=DMARC1; p=none", record))
        status, out, err = run("rollout", "--json", *w.flags, w.domain)
        return status, results(out)[0] if out else {}, err

    status, plan, _ = under("v=DMARC1; p=none; np=reject")
    month = {g["gate"]: g for g in plan["gates"]}["month"]
    ok(plan["stage"] == "np" and month["state"] == "met" and
       month["have"] >= 30, "p=none stands as long as reports say so",
       str(plan))
    status, plan, _ = under("v=DMARC1; p=quarantine")
    month = {g["gate"]: g for g in plan["gates"]}["month"]
    ok(status == 1 and plan["stage"] == "quarantine" and not plan["may_go"]
       and month["have"] < 2, "a policy of which no report tells is new",
       str(plan))
    ok(plan["back"] and "p=quarantine; np=reject; t=y" in plan["back"],
       "the way back", str(plan))
    status, plan, _ = under("v=DMARC1; p=reject")
    ok(plan["stage"] == "reject" and plan["to"] is None or plan["go_back"],
       "the end of the way")
    with open(zone, "w") as f:
        f.write("$TTL 60\nx.example. TXT \"nothing\"\n")
    status, out, _ = run("rollout", *w.flags, w.domain)
    ok("stage start" in out and "p=none" in out, "no record: the beginning",
       out)
    with open(zone, "w") as f:
        json.dump([{"name": n, "rcode": "TIMEOUT"} for n in
                   (w.domain, "_dmarc." + w.domain)], f)
    status, out, err = run("rollout", *w.flags, w.domain)
    ok(status == 4 and not out and "DNS does not answer" in err,
       "without DNS nothing is said of a rollout", out + err)
    status, out, err = run("source", "list", *w.flags, w.domain)
    ok(status == 0 and "DNS does not answer" in err and
       "DNS was not asked" in out, "and sources are told by the reports",
       out + err)
    for words in ((), ("a.example", "b.example"), ("x..y",)):
        same(run("rollout", *words)[0], 2, f"rollout {words} is refused")


def test_hostile_text():
    """What reporters write is shown, and does nothing."""
    where = os.path.join(scratch, "evil")
    os.mkdir(where)
    evil = "=cmd|calc&#x1b;[2J.example"
    with open(where + "/a.xml", "w") as f:
        f.write(f"""<feedback><report_metadata><org_name>{evil}</org_name>
<email>a@r.example</email><report_id>1</report_id><date_range>
<begin>{20050 * DAY}</begin><end>{20050 * DAY + 86399}</end></date_range>
</report_metadata><policy_published><domain>example.org</domain><p>none</p>
</policy_published><record><row><source_ip>192.0.2.1</source_ip>
<count>3</count><policy_evaluated><disposition>none</disposition>
<dkim>fail</dkim><spf>fail</spf></policy_evaluated></row><identifiers>
<header_from>{evil}</header_from></identifiers><auth_results><dkim>
<domain>{evil}</domain><selector>{evil}</selector><result>pass</result></dkim>
<spf><domain>@SUM(1).example</domain><result>pass</result></spf>
</auth_results></record></feedback>""")
    store = where + "/s.db"
    run("report", "ingest", "--own-domain", "example.org", "--store", store,
        where + "/a.xml")
    flags = ["--store", store, "--offline", "--time", NOW]
    for words in (("source", "list"), ("source", "list", "--csv"),
                  ("source", "list", "--json"),
                  ("source", "show", "192.0.2.1"),
                  ("policy", "try", "example.org", "p=reject"),
                  ("policy", "try", "--csv", "example.org", "p=reject")):
        status, out, err = run(*words, *flags)
        ok(status in (0, 1) and out and "\x1b" not in out + err,
           f"{words}: no escape comes through", err)
        ok(not any(c.startswith(("=", "@", "+", "-")) or
                   c.startswith(('"=', '"@')) for l in out.splitlines()
                   for c in l.split(",")) or "--csv" not in words,
           f"{words}: no formula either", out)
    status, out, err = run("source", "show", "--json", "192.0.2.1", *flags)
    ok(status == 0 and json.loads(out)["messages"] == 3, "and it is counted",
       err)


main(test_against_the_truth, test_views, test_no_reports,
     test_spf_of_the_return_path, test_listed_since, test_decided_page,
     test_rollout, test_hostile_text)
