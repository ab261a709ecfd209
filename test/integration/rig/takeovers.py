# SPDX-License-Identifier: Apache-2.0
"""Accounts that are taken over, in a world of people.py: mail that passes SPF,
DKIM and DMARC under somebody's name and is not his."""
import random

from . import programs

KINDS = ("infrastructure", "credentials", "colleague", "new-people")
LEAST = 8                       # messages of his before: less is no profile


class Takeovers:
    """mails(day): those of a day; from day first to day last, each of so
    many victims a kind, and one intruder who writes eleven times."""

    def __init__(self, world, first, last, victims):
        self.world = world
        dice = random.Random(f"{world.seed}.takeovers")
        changed = world.phones | {world.laptop, world.traveller}
        able = [p for p in world.people if p not in changed and p.a_day > 1]
        dice.shuffle(able)
        rented = [p for p in able if p.domain in (
            "acme.test", "orchard.test", "foundry.test", "mailhaus.test")]
        self.plan = []          # (day, kind, victim)
        self.intruded = able.pop(0)
        for k, kind in enumerate(KINDS):
            of = rented if kind == "infrastructure" else able
            for v in range(victims):
                # the last of them on the last day
                self.plan.append((last - 1 - (k + v * len(KINDS)) %
                                  (last - first), kind,
                                  of[(k + v) % len(of)]))
        self.plan += [(first + 1 + i * (last - first - 1) // 11, "intruder",
                       self.intruded) for i in range(11)]

    def mails(self, day):
        dice = random.Random(f"{self.world.seed}.taken.{day}")
        out = [getattr(self, kind.replace("-", "_"))(dice, day, who)
               for d, kind, who in self.plan if d == day]
        return sorted(out, key=lambda m: m.at)

    def trap(self, dice, day):
        """Where it leads is not what it shows, and answers go elsewhere."""
        site = programs.fill(dice, "{a9}.test")
        return {"link": (f"https://{site}/{dice.randrange(10**6)}",
                         "https://portal.rcpt.test/document"),
                "subject": dice.choice(("Your document", "Payment advice",
                                        "Please review", "Shared file"))}

    def criminal(self, dice, n=None):
        """A hand that nobody here knows."""
        n = dice.randrange(40) if n is None else n
        names = ("web", "robot", "bat", "office", "cube")
        return {"program": programs.PROGRAMS[names[n % len(names)]],
                "version": str(60 + n), "net": f"243.{n + 1}.9", "zone": 180,
                "machine": f"DESKTOP-{n:04d}", "text": (
                    "Good day,\n\nkindly find the document that we spoke of "
                    "and confirm today.\n\nRegards\n")}

    def somebody(self, dice, who, known=0.5):
        """One of the victim's readers, or somebody he never wrote to."""
        new = [d for d in self.world.desks if d not in who.readers]
        return [dice.choice(who.readers if dice.random() < known else new)]

    def reply_to(self, who):
        return {"Reply-To": f"{who.local}@gmail.com"}

    # ---- the kinds ----------------------------------------------------------

    def infrastructure(self, dice, day, who):
        """A rented server in a house for which the domain's SPF speaks."""
        m = self.world.write(
            dice, self.world.at(dice, day, who, range(24)), who, who,
            self.somebody(dice, who), "infrastructure", True, direct=True,
            **self.criminal(dice), **self.trap(dice, day))
        m.session.update(ip="240.14.7.7", name="vps77.bulkhost.test",
                         helo="vps77.bulkhost.test")
        return m

    def credentials(self, dice, day, who):
        """His password: his provider takes it and signs it."""
        return self.world.signed(self.world.write(
            dice, self.world.at(dice, day, who, range(24)), who, who,
            self.somebody(dice, who), "credentials", True,
            **self.criminal(dice), **self.trap(dice, day)))

    def colleague(self, dice, day, who):
        """Somebody of the same provider, as he always writes."""
        near = [p for p in self.world.people if p.provider == who.provider
                and p is not who]
        other = dice.choice(near)
        return self.world.signed(self.world.write(
            dice, self.world.at(dice, day, other), who, other,
            self.somebody(dice, who), "colleague", True,
            **self.trap(dice, day)))

    def new_people(self, dice, day, who):
        """His own program and machine; others than ever, and a link."""
        new = [d for d in self.world.desks if d not in who.readers]
        return self.world.signed(self.world.write(
            dice, self.world.at(dice, day, who), who, who,
            dice.sample(new, 3), "new-people", True,
            fields=self.reply_to(who), **self.trap(dice, day)))

    def intruder(self, dice, day, who):
        """One and the same, eleven times."""
        return self.world.signed(self.world.write(
            dice, self.world.at(dice, day, who, range(24)), who, who,
            self.somebody(dice, who), "intruder", True,
            fields=self.reply_to(who), **self.criminal(dice, 7),
            **self.trap(dice, day)))
