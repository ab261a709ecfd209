# SPDX-License-Identifier: Apache-2.0
"""A month of mail, from a seed: who sends what in the name of two domains,
and what the reports of who receives it must say of each message.

Nothing here is learned from assayd: a message's results follow from how its
source was drawn.
"""
import collections
import random

HOURS = (6, 12, 20)             # when mail of a day comes
DOMAINS = ("alpha.test", "beta.test")

# Messages of one kind: who it is, From, MAIL FROM, client, HELO; mail is what
# becomes of a signed one: None unsigned, "whole", "changed"; spf is what SPF
# says of what domain.
Source = collections.namedtuple(
    "Source", "who domain author sender ip helo mail spf weight")

# What a report says of a message; auth is all results that it names.
Said = collections.namedtuple(
    "Said", "domain day p ip author sender disposition dkim spf auth")


def below(domain, top):
    return domain == top or domain.endswith("." + top)


class World:
    """days of about so many messages each."""

    def __init__(self, seed, days, messages):
        self.dice = random.Random(seed)
        self.days, self.messages = days, messages
        self.sources, self.spf = [], {}
        self.net = 0
        for domain in DOMAINS:
            self._ours(domain)
            self._others(domain)
        self._strangers()
        # the first owner gets stricter, twice, in the middle of a day
        self.turns = {days // 3: "quarantine", 2 * days // 3: "reject"} \
            if days >= 3 else {}
        self.since = {who: self.dice.randrange(max(1, days // 2))
                      for who in ("shadow", "broken")}

    # ---- who sends ----------------------------------------------------------

    def _ip(self):
        self.net += self.dice.randint(1, 3)
        return f"198.51.{100 + self.net // 250}.{1 + self.net % 250}"

    def _ip6(self):
        self.net += 1
        return f"2001:db8:{self.dice.randrange(1, 0xffff):x}::{self.net:x}"

    def _add(self, who, domain, author, sender, ip, mail, spf, weight):
        self.sources.append(Source(
            who, domain, author, sender, ip, f"mx{len(self.sources)}.host.test",
            mail, spf, weight))

    def _pass(self, domain, ip):
        self.spf.setdefault(domain, []).append(ip)
        return domain, "pass"

    def _ours(self, d):
        for _ in range(self.dice.randint(2, 4)):
            ip = self.dice.choice([self._ip, self._ip, self._ip6])()
            self._add("ours", d, f"a@{d}", f"bounce@{d}", ip, "whole",
                      self._pass(d, ip), 30)
        ip = self._ip()         # a newsletter that does not sign
        self._add("ours", d, f"news@news.{d}", f"b@{d}", ip, None,
                  self._pass(d, ip), 12)
        ip = self._ip()         # the empty sender: SPF looks at HELO
        self._add("ours", d, f"daemon@{d}", "", ip, "whole",
                  (None, "none"), 2)
        for _ in range(self.dice.randint(1, 2)):
            self._add("broken", d, f"cron@{d}", f"root@{d}", self._ip(),
                      None, (d, "fail"), 5)

    def _others(self, d):
        for i in range(self.dice.randint(3, 6)):
            ip = self._ip()
            self._add("forwarder", d, f"a@{d}", f"bounce@{d}", ip, "whole",
                      (d, "fail"), 6)
        ip, f = self._ip(), f"srs.{d[0]}fwd.test"
        self._add("forwarder", d, f"a@{d}", f"SRS0=x={d}=b@{f}", ip, "whole",
                  self._pass(f, ip), 5)
        ip = self._ip()
        self._add("list", d, f"a@{d}", "talk-bounces@list.test", ip,
                  "changed", self._pass("list.test", ip), 9)
        ip, f = self._ip(), f"crm-{d[0]}.test"
        self._add("shadow", d, f"sales@{d}", f"ret@{f}", ip, None,
                  self._pass(f, ip), 8)

    def _strangers(self):
        for d in DOMAINS:
            for i in range(self.dice.randint(10, 30)):
                ip = self.dice.choice([self._ip, self._ip6])()
                sender, spf = self.dice.choice([
                    ("x@evil.test", ("evil.test", "none")),
                    (f"ceo@{d}", (d, "fail")), ("", (None, "none"))])
                author = self.dice.choice([f"ceo@{d}", f"ceo@{d}",
                                           f"pay@hr.{d}"])
                self._add("spoofer", d, author, sender, ip, None, spf, 1)
        # of a domain that wants no reports: none of it is anywhere
        for _ in range(3):
            self._add("unasked", None, "a@mute.test", "b@mute.test",
                      self._ip(), None, ("mute.test", "none"), 4)

    # ---- the world's names ---------------------------------------------------

    def zone(self, day, hour, records):
        lines = ["$ORIGIN ."]
        for name, ips in self.spf.items():
            words = " ".join(f"ip{6 if ':' in i else 4}:{i}" for i in ips)
            lines.append(f'{name}. 60 IN TXT "v=spf1 {words} -all"')
        for d in DOMAINS:
            lines.append(f'_dmarc.{d}. 60 IN TXT "v=DMARC1; p='
                         f'{self.policy(d, day, hour)}; rua=mailto:agg@{d}"')
        lines.append('_dmarc.mute.test. 60 IN TXT "v=DMARC1; p=reject"')
        lines.append('ours.test. 60 IN TXT "v=spf1 ip4:192.0.2.9 -all"')
        lines.append('_dmarc.ours.test. 60 IN TXT "v=DMARC1; p=reject"')
        return "\n".join(lines) + "\n" + "".join(records)

    def policy(self, domain, day, hour):
        p = "none"
        for turn, stricter in self.turns.items():
            if domain == DOMAINS[0] and (day, hour) >= (turn, HOURS[1]):
                p = stricter
        return p

    # ---- what comes, and what must be said of it -----------------------------

    def mails(self, day, hour):
        """Sources in the order in which their messages come."""
        out, busy = [], 0.4 if day % 7 > 4 else 1.0
        total = sum(s.weight for s in self.sources)
        wave = self.dice.random() < 0.2
        for s in self.sources:
            if day < self.since.get(s.who, 0):
                continue
            n = self.messages * s.weight / total / len(HOURS) * \
                self.dice.uniform(0.5, 1.5)
            if s.who == "spoofer":
                n *= self.dice.choice([0, 0.5, 1, 5 if wave else 1])
            else:
                n *= busy
            whole = int(n) + (self.dice.random() < n % 1)
            out += [s] * whole
        self.dice.shuffle(out)
        return out

    def said(self, s, day, day0, hour):
        """Of one message of s; None: nobody asked."""
        if s.domain is None:
            return None
        spf_of, spf = s.spf[0] or s.helo, s.spf[1]
        by_dkim = s.mail == "whole"
        by_spf = spf == "pass" and below(spf_of, s.domain)
        p = self.policy(s.domain, day, hour)
        auth = [("spf", spf_of, "", spf)]
        if s.mail is not None:
            auth.append(("dkim", s.domain, "s1",
                         "pass" if by_dkim else "fail"))
        # RFC 9990 3.1.1.9: "pass" under a policy that asks for something;
        # that p=reject is quarantine here is our local policy
        done = "none" if p == "none" else \
            "pass" if by_dkim or by_spf else "quarantine"
        return Said(s.domain, day0 + day, p, s.ip, s.author.split("@")[1],
                    s.sender.partition("@")[2] if s.sender else "", done,
                    *("pass" if x else "fail" for x in (by_dkim, by_spf)),
                    tuple(sorted(auth)))
