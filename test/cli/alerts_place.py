# SPDX-License-Identifier: Apache-2.0
"""A store of ten weeks of reports, to find alerts in: DNS from a zone file,
the clock by --time."""
import os

from cli import ok, results, run, same, scratch

DAY = 86400
TODAY = 20060
OWN = "example.org"
MINE, OTHER, EVIL = "192.0.2.1", "198.51.100.7", "203.0.113.9"
DMARC = "v=DMARC1; p=none; rua=mailto:d@example.org"


def row(ip, count, passed, sender=OWN):
    """Aligned if passed; a stranger proves his own name."""
    result = "pass" if passed else "fail"
    proven = "fail" if sender == OWN and not passed else "pass"
    signed = (f"<dkim><domain>{sender}</domain><selector>s1</selector>"
              f"<result>{result}</result></dkim>" if passed else "")
    return f"""<record><row><source_ip>{ip}</source_ip><count>{count}</count>
<policy_evaluated><disposition>none</disposition><dkim>{result}</dkim>
<spf>{result}</spf></policy_evaluated></row><identifiers>
<header_from>{OWN}</header_from></identifiers><auth_results>{signed}
<spf><domain>{sender}</domain><scope>mfrom</scope><result>{proven}</result>
</spf></auth_results></record>"""


def report(reporter, ago, rows):
    begin = (TODAY - ago) * DAY
    return f"""<feedback><report_metadata><org_name>{reporter}</org_name>
<email>r@{reporter}</email><report_id>{reporter}-{ago}</report_id><date_range>
<begin>{begin}</begin><end>{begin + DAY - 1}</end></date_range>
</report_metadata><policy_published><domain>{OWN}</domain><p>none</p>
</policy_published>{"".join(rows)}</feedback>"""


class Place:
    """A store of ten weeks in which nothing happened, but for what is
    given: {days ago: rows more, in the reports of a.example}."""

    def __init__(self, name, more=None, silent=0, at=0):
        self.dir = os.path.join(scratch, name)
        os.mkdir(self.dir)
        self.store = os.path.join(self.dir, "r.db")
        self.zone = os.path.join(self.dir, "zone")
        self.dns(DMARC)
        files = []
        for ago in range(1 + at, 70):
            for who in ("a.example", "b.example", "c.example"):
                if who == "c.example" and ago <= silent:
                    continue
                rows = [row(MINE, 200 + ago % 7, True)]
                if who == "a.example":
                    rows += (more or {}).get(ago, [])
                path = os.path.join(self.dir, f"{who}-{ago}.xml")
                with open(path, "w") as f:
                    f.write(report(who, ago, rows))
                files.append(path)
        same(run("report", "ingest", "--own-domain", OWN, "--store",
                 self.store, *files)[0], 1 if name == "evil" else 0,
             f"{name}: the reports are taken, but for what is no text")

    def dns(self, dmarc, key="MIIB"):
        with open(self.zone, "w") as f:
            f.write(f"""$TTL 60
{OWN}. TXT "v=spf1 ip4:{MINE} -all"
{OWN}. MX 10 mx.{OWN}.
mx.{OWN}. A {MINE}
s1._domainkey.{OWN}. TXT "v=DKIM1; p={key}"
""" + (f'_dmarc.{OWN}. TXT "{dmarc}"\n' if dmarc else ""))

    def run(self, command, *words, day=TODAY, now=0):
        return run(command, "--store", self.store, "--zone", self.zone,
                   "--time", str(day * DAY + now), *words)

    def names(self, *words, **when):
        status, out, err = self.run("alerts", "--json", *words, OWN, **when)
        got = results(out)
        same((status, err), (1 if got else 0, ""), "alerts: the status")
        return [a["alert"] for a in got]
