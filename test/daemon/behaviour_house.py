# SPDX-License-Identifier: Apache-2.0
"""A small house that writes mail, person by person by their habits."""
import random
import re
import time

from milter import Milter, inserted

PEOPLE, DAYS, DAY = 24, 30, 86400
ON = "behaviour yes\nbehaviour-size 32M\nbehaviour-header yes\n"

MAILERS = ["Thunderbird 115.4", "Outlook 16.0", "Apple Mail (2.3731)",
           "Evolution 3.46", "mutt 2.2", "KMail 5.22", "Claws 4.1"]
ZONES = ["+0000", "+0100", "-0500", "+0900"]
ENDS = ["Best regards,", "Cheers,", "Thanks,", "Yours,"]


def mail(name, hand, number, at, link=""):
    """By the hand of one person, under the name of another."""
    to = (hand * 5 + number) % 3 + hand
    date = time.strftime("%a, %d %b %Y %H:%M:%S", time.gmtime(at))
    return (
        f"Message-ID: <{number}.{hand}@{'mail' if hand % 2 else 'pc'}."
        f"house.example>\r\nFrom: Person {name} <p{name}@house.example>\r\n"
        f"To: p{to % PEOPLE}@here.example\r\nSubject: plan {number % 40}\r\n"
        f"Date: {date} {ZONES[hand % 4]}\r\n"
        f"X-Mailer: {MAILERS[hand % 7]}\r\n"
        + ("Organization: House\r\n" if hand % 3 == 0 else "") +
        f"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n"
        f"{'Hello' if hand % 2 else 'Dear'} you,\r\n\r\nthe plan of today "
        f"has {number % 7} points.\r\n{link}\r\n{ENDS[hand % 4]}\r\n"
        f"Person {name}\r\n").encode()


def fields(changes, name):
    return [v.strip() for _, n, v in inserted(changes) if n == name]


class House:
    """Many people, one connection."""

    def __init__(self, d, seed=7, to_who=False):
        self.to_who = to_who
        self.d, self.n = d, 0
        self.chance = random.Random(seed)

    def session(self, hand):
        return {"client": f"192.0.2.{hand % 5 + 1}",
                "helo": f"out{hand % 5}.house.example",
                "sender": f"p{hand}@house.example"}

    def send(self, m, name, hand, link="", **other):
        self.n += 1
        s = {**self.session(hand), **other}
        if name != hand:
            s["sender"] = f"p{name}@house.example"
        text = mail(name, hand, self.n, self.d.now, link)
        if self.to_who:
            to = re.search(rb"To: (\S+)\r", text)[1].decode()
            s["rcpts"] = (to,)
        return m.message(text, **s)

    def day(self, messages):
        m = Milter(self.d.sock)
        for _ in range(messages):
            hand = self.chance.randrange(PEOPLE)
            self.send(m, hand, hand)
        m.close()

    def month(self, days=DAYS, messages=44):
        for _ in range(days):
            self.d.move(self.d.now + DAY)
            self.day(messages)
            time.sleep(0.3) # its records, before the clock jumps
