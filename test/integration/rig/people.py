# SPDX-License-Identifier: Apache-2.0
"""Those who write to an organisation, day after day: people with habits of
their own, newsletters, lists, forwarders, absences, a new telephone; and who
takes an account of one over.  Everything is signed as its provider does and
passes DMARC.  The same seed gives the same mail."""
import random
from concurrent.futures import ThreadPoolExecutor

from . import mail, programs
from .signer import Signer

DAY = 86400
# Addresses of 240/4 are nobody's (RFC 1112 4).
PROVIDERS = (
    # name, form of Received, DKIM: canonicalization, fields, tags, selector
    ("freepost", "big", "relaxed/relaxed", "to:subject:message-id:date:from:"
     "mime-version", "v a c d s", "20230601", ""),
    ("mailhaus", "postfix", "relaxed/simple", "date:to:from:subject",
     "v a c d s t", "mail", "from:to:subject"),
    ("corpmail", "office", "relaxed/relaxed", "from:date:subject:message-id:"
     "content-type:mime-version", "v a c d s", "selector1", ""),
    ("harbour", "exim", "relaxed/relaxed", "content-type:mime-version:"
     "message-id:subject:to:from:date", "v a q c d s", "x", ""),
    ("citadel", "postfix", "simple/simple", "from:to:date:subject",
     "v a c d s", "s2024", "from"),
    ("workshop", "exim", "relaxed/relaxed", "date:from:to:subject:message-id",
     "v a c d s t", "ed", ""),
)
# Whose domain, and where its mail is.
DOMAINS = (("freepost.test", 0), ("mailhaus.test", 1), ("corpmail.test", 2),
           ("acme.test", 2), ("brix.test", 2), ("delta-law.test", 2),
           ("harbour.test", 3), ("orchard.test", 3), ("citadel.test", 4),
           ("workshop.test", 5), ("foundry.test", 5))
FIRST = ("Anna Bruno Clara David Elena Fritz Greta Hugo Irene Jonas Karin "
         "Lukas Maria Nils Olga Paul Quirin Rosa Stefan Tanja Ulrich Vera "
         "Walter Xenia Yves Zoe").split()
LAST = ("Adler Berg Conrad Dorn Ebert Falk Gruber Hahn Iven Jansen Koch Lang "
        "Moser Nagel Ott Peters Quandt Roth Seidel Thoma Uhl Vogt Weiss "
        "Zander").split()
TOPICS = ("offer invoice schedule drawing contract sample delivery meeting "
          "budget report training repair permit catalogue survey order "
          "warehouse harvest exhibition translation").split()
WORDS = ("we they the our this next last new old first second plan order part "
         "draft list price number team site week month question answer detail "
         "change copy version office customer needs sends wants checks has "
         "moves before after with without until tomorrow again please").split()
GREETINGS = ("Hello", "Hi", "Dear", "Good morning", "Moin", "Servus", "Guten "
             "Tag", "Hey")
ENDINGS = ("Best regards,", "Cheers,", "Thanks,", "Yours,", "Kind regards,",
           "Best,", "Viele Gruesse", "--")
USUAL = ("bird", "office", "apple", "web", "mutt", "kmail", "evolution", "cube",
         "claws", "bat", "robot")
OURS = "rcpt.test"


class Mail:
    """One message on its way: kind says what it is, attack whether it is
    one of whoever took the account."""

    def __init__(self, at, kind, who, session, data, msgid, attack=False):
        self.at, self.kind, self.who, self.attack = at, kind, who, attack
        self.session, self.data, self.msgid = session, data, msgid
        self.told = None        # by the record, later


class Person:
    """address and what he usually does."""

    def __init__(self, dice, n, domain, provider, desks):
        self.n, self.domain, self.provider = n, domain, provider
        self.name = f"{FIRST[n % len(FIRST)]} {LAST[n * 7 % len(LAST)]}"
        self.local = self.name.lower().replace(" ", ".")
        self.address = f"{self.local}@{domain}"
        self.program = programs.PROGRAMS[USUAL[n * 5 % len(USUAL)]]
        self.version = str(dice.randrange(10, 99))
        self.zone = dice.choice((60, 60, 60, 0, -300, 330, 120))
        start = dice.randrange(7, 11)
        self.hours = range(start, start + dice.randrange(6, 10))
        self.net = f"241.{n + 1}.{dice.randrange(250)}"
        self.machine = dice.choice((f"desk{n}.lan", f"[192.168.{n}.{n + 3}]",
                                    f"{self.local.split('.')[0]}-pc"))
        self.form = dice.choice(("{name} <{address}>", '"{name}" <{address}>',
                                 "{address}"))
        self.readers = dice.sample(desks, dice.randrange(2, 5))
        self.greeting, self.ending = dice.choice(GREETINGS), \
            dice.choice(ENDINGS)
        self.topics = dice.sample(TOPICS, 4)
        self.site = f"www.{domain}" if dice.random() < 0.6 else None
        self.files = dice.random() < 0.3
        self.a_day = dice.choice((0.8, 1.2, 1.6, 2.4))
        self.length = dice.randrange(2, 9)
        self.inbox = []         # what was written to him, to be answered

    def words(self):
        return {"domain": self.domain, "machine": self.machine.strip("[]"),
                "address": self.address, "name": self.name}


class World:
    """mails(day) are those of a day, in order; zone() the names they need."""

    def __init__(self, rig, seed, people=36, day0=0):
        self.seed, self.day0 = seed, day0
        dice = random.Random(f"{seed}.world")
        self.desks = [f"{n.lower()}@{OURS}" for n in FIRST[:14]]
        self.keys = self._keys(rig)
        self.signer = {d: self._signer(d, p) for d, p in DOMAINS}
        for d, p in (("list.test", 3), ("digest.test", 1),
                     ("esp.test", 0), ("alumni.test", 1)):
            self.signer[d] = self._signer(d, p)
        self.people = []
        for n in range(people):
            domain, p = DOMAINS[n % len(DOMAINS)]
            self.people.append(Person(dice, n, domain, p, self.desks))
        self.phones = set(dice.sample(self.people[::2], 3))
        self.laptop = dice.choice(self.people[1::4])
        self.traveller = dice.choice(self.people[3::4])
        self.news = ["news@" + d for d in ("digest.test", "acme.test",
                                           "orchard.test")]
        self.intruder = None

    # ---- names and keys -----------------------------------------------------

    def _keys(self, rig):
        names = [("rsa" if i < 5 else "ed25519", n[0]) for i, n in
                 enumerate(PROVIDERS)] + [("rsa", "tenant")]
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda k: mail.Key(rig, "key-" + k[1], k[0]),
                                 names))

    def _key(self, domain, p):
        """Domains that are guests of a provider have another key."""
        return self.keys[p if PROVIDERS[p][0] in domain or p == 5 else -1]

    def _signer(self, domain, p):
        _, _, canon, fields, tags, selector, twice = PROVIDERS[p]
        return Signer(self._key(domain, p), domain, selector, canon, fields,
                      tags, twice)

    def client(self, p, n=0):
        """The address and the names of a server of that provider."""
        name = PROVIDERS[p][0]
        return f"240.{p + 1}.{n}.{n + 5}", f"out{n}.{name}.test"

    def zone(self):
        out = ["$ORIGIN ."]
        spf = {d: f"include:_spf.{PROVIDERS[p][0]}.test" for d, p in DOMAINS}
        # who rents a server in the same house may send for them, too
        for d in ("acme.test", "orchard.test", "foundry.test",
                  "mailhaus.test"):
            spf[d] += " include:_spf.bulkhost.test"
        spf.update({"list.test": "ip4:240.11.0.0/16", "digest.test":
                    "ip4:240.12.0.0/16", "esp.test": "ip4:240.12.0.0/16",
                    "alumni.test": "ip4:240.13.0.0/16",
                    "_spf.bulkhost.test": "ip4:240.14.0.0/16"})
        for d in ("acme.test", "orchard.test"):
            spf["news." + d] = "ip4:240.12.0.0/16"
        for p, provider in enumerate(PROVIDERS):
            spf[f"_spf.{provider[0]}.test"] = f"ip4:240.{p + 1}.0.0/16"
        out += [f'{d}. 3600 IN TXT "v=spf1 {t} -all"' for d, t in spf.items()]
        for d, s in self.signer.items():
            out.append(f'_dmarc.{d}. 3600 IN TXT "v=DMARC1; p=reject"')
            text = next(k.record for k in self.keys
                        if k is self._key(d, self._home(d)))
            out.append(f"{s.selector}._domainkey.{d}. 3600 IN TXT " + " ".join(
                f'"{text[i:i + 250]}"' for i in range(0, len(text), 250)))
        for ip, name in self._hosts():
            out.append(".".join(reversed(ip.split("."))) +
                       f".in-addr.arpa. 3600 IN PTR {name}.")
            out.append(f"{name}. 3600 IN A {ip}")
        return "\n".join(out) + "\n"

    def _home(self, d):
        return {**dict(DOMAINS), "list.test": 3, "digest.test": 1,
                "esp.test": 0, "alumni.test": 1}[d]

    def _hosts(self):
        for p in range(len(PROVIDERS)):
            for n in range(2):
                yield self.client(p, n)
        yield from (("240.11.0.9", "lists.list.test"),
                    ("240.12.0.9", "mx9.esp.test"),
                    ("240.13.0.9", "fwd.alumni.test"),
                    ("240.14.7.7", "vps77.bulkhost.test"))

    # ---- one message --------------------------------------------------------

    def text(self, dice, who, greeted):
        lines = []
        for _ in range(who.length):
            lines.append(" ".join(dice.choice(WORDS) for _ in range(
                dice.randrange(5, 14))).capitalize() + ".")
        return (f"{who.greeting} {greeted},\n\n" +
                programs.wrap(" ".join(lines)) +
                f"\n\n{who.ending}\n{who.name}\n")

    def write(self, dice, at, name, hand, to, kind, attack=False, **how):
        """By hand, under the name of another; how: subject, text, link,
        file, answer (the message that it answers), fields, program, net,
        zone; direct: no server took it from him."""
        program = how.get("program", hand.program)
        words = {**hand.words(), "domain": name.domain,
                 "address": name.address, "name": name.name}
        msgid = programs.fill(dice, program.msgid, **words)
        zone = how.get("zone", hand.zone)
        fields = {"From": hand.form.format(name=name.name,
                                           address=name.address),
                  "To": ", ".join(self.shown(program, t) for t in to),
                  "Subject": how.get("subject") or
                  f"{dice.choice(hand.topics)} {dice.randrange(900)}",
                  "Date": programs.date_text(at, zone),
                  "Message-ID": f"<{msgid}>"}
        text = how.get("text") or self.text(
            dice, hand, to[0].split("@")[0].capitalize())
        if how.get("answer"):
            old, its_subject, its_text = how["answer"]
            fields.update({"In-Reply-To": old, "References": old, "Subject":
                           "Re: " + its_subject})
            said = program.attribution.format(name="you", date=programs.
                                              date_text(at - 7000, zone))
            text += f"\n{said}\n" + "".join(
                f"> {x}\n" for x in its_text.split("\n")[:6])
        fields.update(how.get("fields", {}))
        part = programs.body(dice, program, text, how.get("link"),
                             how.get("file"))
        data = programs.write(dice, program, how.get("version", hand.version),
                              fields, part, words)
        net = how.get("net", hand.net)
        ip, ptr = self.client(name.provider, dice.randrange(2))
        if not how.get("direct"):
            data = programs.received(
                dice, PROVIDERS[name.provider][1], machine=how.get(
                    "machine", hand.machine), by=f"smtp.{ptr.split('.', 1)[1]}",
                name=f"cpe-{net.replace('.', '-')}.access.test",
                ip=f"{net}.{dice.randrange(2, 9)}", sender=name.address,
                date=programs.date_text(at + 2, 0)).encode() + data
        return Mail(at, kind, name, {
            "ip": ip, "name": ptr, "helo": ptr, "sender": name.address,
            "rcpts": list(to)}, data, msgid, attack)

    def shown(self, program, address):
        name = address.split("@")[0].capitalize()
        return address if not program.quoted else f"{name} <{address}>"

    def signed(self, m, *domains):
        for d in domains or (m.who.domain,):
            m.data = self.signer[d](m.data, m.at) + m.data
        return m

    # ---- the days -----------------------------------------------------------

    def mails(self, day):
        dice = random.Random(f"{self.seed}.{day}")
        out, busy = [], 0.25 if day % 7 > 4 else 1.0
        for who in self.people:
            n = who.a_day * busy
            for _ in range(int(n) + (dice.random() < n % 1)):
                at = self.at(dice, day, who)
                out.append(self.usual(dice, day, at, who))
        for sender in self.news:
            out += self.newsletter(dice, day, sender) if busy == 1 else []
        if day % 7 == 2:
            out.append(self.away(dice, day))
        out += [self.answer(dice, m) for m in out
                if m.kind in ("usual", "phone", "laptop", "travel")
                and dice.random() < 0.3]
        return sorted(out, key=lambda m: m.at)

    def answer(self, dice, m):
        """One of ours answers, who has logged in; he may answer that."""
        ours, at = m.session["rcpts"][0], m.at + dice.randrange(300, 9000)
        text = "Thank you,\nthat is fine with us.\n"
        subject = m.data.partition(b"Subject: ")[2].split(b"\r\n")[0].decode()
        subject = subject.removeprefix("Re: ")
        msgid = programs.fill(dice, "<{x8}.{x8}@rcpt.test>")
        fields = {"From": f"<{ours}>", "To": m.who.address, "Subject":
                  "Re: " + subject, "Date": programs.date_text(at, 60),
                  "Message-ID": msgid, "In-Reply-To": f"<{m.msgid}>",
                  "References": f"<{m.msgid}>"}
        bird = programs.PROGRAMS["bird"]
        data = programs.write(dice, bird, "115", fields, programs.body(
            dice, bird, text, None, None), {"name": ours})
        m.who.inbox.append(([ours], (msgid, subject, text)))
        return Mail(at, "ours", m.who, {
            "ip": "240.9.0.9", "name": "desk.rcpt.test", "login":
            ours.split("@")[0], "helo": "desk.rcpt.test", "sender": ours,
            "rcpts": [m.who.address]}, data, msgid.strip("<>"))

    def at(self, dice, day, who, hours=None):
        """Some minutes of an hour of his, as our clock has it."""
        hour = dice.choice(list(hours or who.hours))
        minute = (hour * 60 + dice.randrange(60) - who.zone) % 1440
        return self.day0 + day * DAY + minute * 60 + dice.randrange(60)

    def usual(self, dice, day, at, who):
        kind, how = "usual", {}
        to = dice.sample(who.readers, 1 + (dice.random() < 0.25))
        if who.inbox and dice.random() < 0.6:
            to, how["answer"] = who.inbox.pop(0)
        if who.site and dice.random() < 0.4:
            url = f"https://{who.site}/{dice.choice(who.topics)}"
            how["link"] = (url, url)
        if who.files and dice.random() < 0.3:
            how["file"] = (f"{dice.choice(who.topics)}.pdf",
                           "application/pdf", b"%PDF-1.7\n" + dice.randbytes(
                               400) + b"\n%%EOF\n")
        if who in self.phones and day >= 17 and dice.random() < 0.5:
            kind, how = "phone", dict(
                how, program=programs.PROGRAMS["phone"], version="21",
                net=f"242.{who.n}.7", machine="smtpclient.apple")
            how.pop("file", None)
        if who is self.laptop and day >= 18:
            kind, how = "laptop", dict(
                how, program=programs.PROGRAMS["evolution" if who.program.name
                                               != "evolution" else "bird"],
                version="48", machine="new-laptop")
        if who is self.traveller and 16 <= day < 21:
            kind, how = "travel", dict(how, zone=who.zone - 360,
                                       net="242.99.3")
        chance = dice.random()
        m = self.write(dice, at, who, who, to, kind, **how)
        if chance < 0.06:
            return self.by_list(dice, m)
        m = self.signed(m)
        return self.forwarded(dice, m) if chance > 0.96 else m

    def by_list(self, dice, m):
        """Rewritten, as lists do where the author's domain says reject."""
        who, word = m.who, f"{m.who.name} via Talk <talk@list.test>"
        head, _, rest = m.data.partition(b"\r\n\r\n")
        lines = [x for x in head.decode().split("\r\n")
                 if not x.lower().startswith(("from:", "to:", "reply-to:"))]
        head = "\r\n".join([f"From: {word}", f"Reply-To: {who.address}",
                            "To: talk@list.test", "List-Id: Talk <talk.list."
                            "test>", "Precedence: list", *lines])
        m.kind, m.data = "list", head.encode() + b"\r\n\r\n" + rest + \
            b"_______________\r\ntalk mailing list\r\n"
        m.data = self.signer["list.test"](m.data, m.at) + m.data
        m.session = dict(m.session, ip="240.11.0.9", name="lists.list.test",
                         helo="lists.list.test", sender="talk-bounces@"
                         "list.test", rcpts=self.desks[:1])
        return m

    def forwarded(self, dice, m):
        """The old address of one of ours; the signature lives."""
        m.kind = "forwarded"
        m.data = (f"Delivered-To: old@alumni.test\r\nReceived: from "
                  f"{m.session['name']} ({m.session['name']} "
                  f"[{m.session['ip']}])\r\n\tby fwd.alumni.test (Postfix) "
                  f"with ESMTPS id 4F{dice.randrange(10**9)};\r\n\t"
                  f"{programs.date_text(m.at + 3, 0)}\r\n").encode() + m.data
        local, _, domain = m.session["sender"].partition("@")
        m.session = dict(m.session, ip="240.13.0.9", name="fwd.alumni.test",
                         helo="fwd.alumni.test", sender="SRS0=Xy1z=AB="
                         f"{domain}={local}@alumni.test",
                         rcpts=self.desks[-1:])
        return m

    def newsletter(self, dice, day, sender):
        """To many, by a service."""
        domain = sender.split("@")[1]
        who = Person(random.Random(domain), len(self.people), domain, 1,
                     self.desks)
        who.name, who.address = f"{domain.split('.')[0].title()} News", sender
        who.program, who.machine = programs.PROGRAMS["sender"], "mx9.esp.test"
        at = self.day0 + day * DAY + 7 * 3600 + dice.randrange(1800)
        for reader in dice.sample(self.desks, 3):
            m = self.write(dice, at, who, who, [reader], "news", subject=(
                f"{domain} weekly {day}"), fields={
                    "Reply-To": sender, "List-Unsubscribe":
                    f"<https://esp.test/u/{dice.randrange(10**8)}>",
                    "Feedback-ID": f"{domain}:esp"}, link=(
                        f"https://click.esp.test/{day}", "read more"))
            m.session.update(ip="240.12.0.9", name="mx9.esp.test",
                             helo="mx9.esp.test", sender="bounce-"
                             f"{dice.randrange(10**6)}@" + (
                                 domain if domain == "digest.test" else
                                 "news." + domain))
            yield self.signed(m, domain, "esp.test")

    def away(self, dice, day):
        """An absence is told by a machine, in a person's name."""
        who = self.people[day % len(self.people)]
        m = self.write(dice, self.at(dice, day, who), who, who,
                       who.readers[:1], "absence", subject="Automatic reply",
                       text="I am away until Monday.\n", fields={
                           "Auto-Submitted": "auto-replied",
                           "X-Auto-Response-Suppress": "All"})
        m.session["sender"] = ""
        return self.signed(m)
