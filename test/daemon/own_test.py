#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Own accounts through a real assayd: a month of three people, of whom one
writes a letter to many each month and one travels; then somebody else has the
password of the third.  What is let through, held, throttled and told; and what
a kill changes of that."""
import base64
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

from daemon import done, ok, until
from milter import Milter
from moved import Moved
from sink import Sink

ASSAY = os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])),
                     "../assay/assay")
DAY = 86400
ROOM = tempfile.mkdtemp(prefix="own.")
SINK = Sink()
CONF = (f"own-accounts yes\nown-domain here.example\n"
        f"report-relay 127.0.0.1:{SINK.port}\n"
        f"alerts-to postmaster@here.example\nalerts-from mta@here.example\n")
THROTTLE = ('policy "p" {\nmandate "rate" own over-rate owner "ops" until '
            '2099-12-31 budget 500 then defer\n}\n')


class Person:
    def __init__(self, d, name, client, program):
        self.d, self.name = d, name
        self.client, self.program = client, program
        self.n = 0
        self.m = None

    def at(self, client):
        """A mail server opens a session for each client."""
        if self.m:
            self.m.close()
        self.client, self.m = client, None

    def send(self, to, link="", client=None, program=None, fresh=False):
        self.n += 1
        if client and client != self.client or fresh:
            self.at(client or self.client)
        if self.m is None:
            self.m = Milter(self.d.sock)
        date = time.strftime("%a, %d %b %Y %H:%M:%S +0100",
                             time.gmtime(self.d.now))
        raw = (f"Message-ID: <{self.n}@{self.name}.here.example>\r\n"
               f"From: {self.name} <{self.name}@here.example>\r\n"
               f"To: {to[0]}\r\nSubject: plan\r\nDate: {date}\r\n"
               f"X-Mailer: {program or self.program}\r\n\r\n"
               f"the plan {self.n}\r\n{link}\r\n").encode()
        return self.m.message(
            raw, client=self.client, helo="pc",
            sender=f"{self.name}@here.example", rcpts=to,
            queue=f"4{len(self.name)}F{self.n}",
            macros={"{auth_authen}": f"{self.name}@here.example"})


def what(answer):
    reply, data, changes = answer
    if reply == "y":
        return "defer " + data.decode().rstrip("\0")
    if any(w == "q" for w, _ in changes):
        return "hold"
    return {"a": "sent", "c": "sent"}.get(reply, reply)


def status(d):
    out = subprocess.run([ASSAY, "status", "--json", "--socket",
                          f"{d.dir}/status.sock"], capture_output=True,
                         text=True, timeout=20)
    return json.loads(out.stdout)


def counter(d, name):
    v = status(d)["counters"].get(name, 0)
    return sum(v.values()) if isinstance(v, dict) else v


def noted(d):
    """All that was sent so far is known, or nearly."""
    time.sleep(0.25)


def move(d, to):
    noted(d)        # a record is waited for in the time that is moved
    d.move(to)
    for p in d.people:
        p.at(p.client)


def month(d, days):
    """Six messages a day each, on three occasions."""
    for day in range(days):
        morning = (d.now // DAY + 1) * DAY + 9 * 3600
        for k in range(2):
            move(d, morning + k * 5000)
            for p in d.people:
                for i in range(3):
                    p.send([f"{p.name}{(day + i) % 7}@there.example"])
        if day % 30 == 1:
            for i in range(30):
                d.news.send([f"r{i * 5 + k}@read.example" for k in range(5)],
                            link="http://here.example/letter")


def start(extra=""):
    d = Moved(ROOM, CONF + extra, f"zone:{ZONE}")
    if not ok(d.ready(), "is ready"):
        d.show()
    d.people = [Person(d, "bob", "203.0.113.5", "Thunderbird 115.4"),
                Person(d, "eve", "203.0.113.9", "Outlook 16.0"),
                Person(d, "news", "203.0.113.9", "Letters 2.0")]
    d.bob, d.eve, d.news = d.people
    return d


def records(d):
    found = []
    top = os.path.join(d.dir, "state", "records")
    for name in sorted(os.listdir(top)):
        with open(os.path.join(top, name)) as f:
            found += [line for line in f if line.endswith("\n")]
    return found


MEMBERS = ("observe messages days age net_days nets program_days programs "
           "name_days names at_hour hours tried tried_soon sent fresh inside "
           "bounces let_hour let_day usual_day usual_hour best_day best_hour "
           "fresh_share new_people new_links limit_hour limit_day most_hour "
           "most_day episode provider_days providers country_days "
           "countries").split()


def one(d, person):
    """The record of a message that it sends now."""
    noted(d)
    noted(d)
    person.send([f"{person.name}1@there.example"])
    queue = f'"4{len(person.name)}F{person.n}"'
    line = until(lambda: next((r for r in records(d) if queue in r), None))
    return json.loads(line)


def known(d, person):
    """What that was judged by."""
    q = next(q for q in one(d, person)["questions"]
             if q["kind"] == "profile" and q["type"] == 2)
    octets = base64.b64decode(q["items"][0])
    return dict(zip(MEMBERS, struct.unpack(f">{len(MEMBERS)}I", octets[1:])))


def blast(d, n, first, client="198.51.100.66", link="http://drop.bad.example/"):
    """Somebody with bob's password."""
    out = []
    other = Person(d, "bob", client, "PHPMailer 6.1")
    other.n = first
    for i in range(n):
        out.append(what(other.send([f"v{first + i}@victim.example"],
                                   link=link)))
        time.sleep(0.01)
    other.m.close()
    return out


def traveller(d):
    before = counter(d, "own_episodes")
    got = []
    for day in range(3):
        move(d, d.now + DAY)
        for i in range(6):
            got.append(what(d.eve.send([f"eve{i}@there.example"],
                                       client="100.64.7.8")))
            noted(d)
    ok(set(got) == {"sent"}, "who travels works as ever") or print("#", got)
    ok(counter(d, "own_episodes") == before, "and nobody is told")


def letter(d):
    before = counter(d, "own_episodes")
    got = []
    for i in range(30):
        got.append(what(d.news.send(
            [f"r{i * 5 + k}@read.example" for k in range(4)] +
            [f"new{i}@read.example"], link="http://here.example/next")))
        time.sleep(0.01)
    noted(d)
    ok(set(got) == {"sent"}, "the letter of the month goes out") or \
        print("#", got)
    ok(counter(d, "own_episodes") == before, "and nobody is told")


def weights(record):
    return {e["reason"]: int(e["detail"].split()[1])
            for e in record["evidence"] if "weighs" in (e["detail"] or "")}


def moved(d):
    """bob, by another address of his provider, by another provider at home,
    and abroad."""
    home = d.bob.client
    k = known(d, d.bob)
    ok(k["provider_days"] > 20 and k["country_days"] > 20 and
       k["providers"] == k["countries"] == 1, "whose network it is is known") \
        or print("#", k)
    w = []
    for client in ("198.18.7.7", "198.19.7.7", "198.51.7.7", "192.0.2.7"):
        d.bob.at(client)
        w.append(weights(one(d, d.bob)))
    near, other, abroad, nobody = [x.get("own-new-network", 0) for x in w]
    ok(0 < near <= 13 and other == abroad == nobody >= 40,
       "another network of one's provider says little, another provider more") \
        or print("#", w)
    ok("own-new-country" not in w[1] and w[2].get("own-new-country", 0) > 0 and
       "own-new-country" not in w[3], "and abroad more still") or \
        print("#", w)
    d.bob.at(home)


def takeover(d):
    got = blast(d, 60, 1000)
    sent = got.index(next(g for g in got if g != "sent"))
    print("#", sent, "sent, then", got[sent:sent + 3], "...", got[-1])
    # store looks at what was sent each 50 ms
    ok(sent <= 25, "an intruder is stopped soon")
    ok("hold" in got, "what he sends is held")
    pid = d.children()["store.0"]
    os.kill(pid, signal.SIGKILL)
    got += blast(d, 30, 2000)
    ok(until(lambda: d.children().get("store.0") not in (None, pid)),
       "store is killed meanwhile and comes again")
    ok(until(lambda: len(d.said("event=own-accounts ")) > 1) and
       not d.said("thrown-away"), "nothing of accounts is lost")
    noted(d)
    got += blast(d, 110, 3000)
    ok("sent" not in got[60:], "he stays stopped") or print("#", got)
    deferred = [g for g in got if g.startswith("defer")]
    ok(len(deferred) > 100, "and is throttled") or print("#", got)
    ok(deferred and re.match(r"defer 451 4\.7\.1 Try again later: this "
                             r"account has reached more people", deferred[-1]),
       "in words") or print("#", deferred[-1:])
    ok(what(d.bob.send(["bob1@there.example"])) == "sent",
       "the owner goes on meanwhile")
    return got


def told(d):
    ok(until(lambda: SINK.mails, 30), "somebody is told")
    time.sleep(1)
    ok(len(SINK.mails) == 1, "once") or print("#", len(SINK.mails))
    sender, to, mail = SINK.mails[0]
    ok((sender, to) == ("mta@here.example", "postmaster@here.example"),
       "who is to be told")
    text = mail.decode()
    ok("Subject: Account bob@here.example is not used as usual" in text and
       "never written to before" in text.replace("\r\n", " ") and
       "Auto-Submitted: auto-generated" in text, "what it is about") or \
        print(text)
    said = d.said("event=own-account-alert .*account=bob@here.example")
    ok(len(said) == 1, "the log has it") or print("#", said)
    with open(os.path.join(d.dir, "state", "accounts"), "rb") as f:
        kept = f.read()
    ok(b"bob" not in kept and b"victim" not in kept,
       "no name is kept")


def explained(d):
    line = until(lambda: next((r for r in records(d)
                               if "own-unlike-itself" in r), None))
    ok(line and "bob" not in line, "a record, without names")
    path = os.path.join(ROOM, "record.jsonl")
    with open(path, "w") as f:
        f.write(line or "")
    out = subprocess.run([ASSAY, "replay", "--json", path],
                         capture_output=True, text=True, timeout=20)
    ok('"same":true' in out.stdout, "replays to the same") or \
        print("#", out.stdout[:2000], out.stderr)
    told = [e["detail"] for e in json.loads(line)["evidence"]
            if e["reason"] == "own-unlike-itself"]
    ok(told and "people within 15 minutes, usually 6 a day" in told[0],
       "in words") or print("#", told)
    out = subprocess.run([ASSAY, "status", "--socket", f"{d.dir}/status.sock"],
                         capture_output=True, text=True, timeout=20).stdout
    ok("own accounts" in out, "assay status shows it") or print(out)


def bounces(d):
    before = len([r for r in records(d) if "own-bounces" in r])
    m = Milter(d.sock)
    for i in range(8):
        m.message(b"From: MAILER-DAEMON@there.example\r\n\r\nno such user\r\n",
                  client="192.0.2.1", helo="mx.there.example", sender="",
                  rcpts=["eve@here.example"], queue=f"4bounce{i}")
    m.close()
    noted(d)
    noted(d)
    d.eve.send(["eve1@there.example"])
    ok(until(lambda: len([r for r in records(d) if "own-bounces" in r]) >
             before), "what comes back is a sign")


def next_day(d):
    """He comes again: held from the first sign, and not told again."""
    move(d, d.now + DAY)
    got = blast(d, 40, 5000)
    ok(got.count("sent") <= 25 and "hold" in got, "the next day, too") or \
        print("#", got)
    time.sleep(1)
    ok(len(SINK.mails) == 1, "it is the same episode")


def reload(d):
    before = len(d.said("event=own-accounts "))
    d.signal(signal.SIGHUP)
    ok(until(lambda: d.said("event=reloaded")), "reloads")
    ok(until(lambda: len(d.said("event=own-accounts ")) > before),
       "the next generation has the file")
    d.bob.at(d.bob.client)
    ok(what(d.bob.send(["bob1@there.example"])) == "sent",
       "and judges by it")


def whole():
    d = start(THROTTLE + f"asn-table {ROOM}/asn.csv\n"
              f"asn-table {ROOM}/country.csv\nasn-table {ROOM}/no.csv\n")
    ok(len(d.said("event=asn-table-unread .*file=.*no.csv")) == 1,
       "a table that is not there is told, once")
    month(d, 31)
    n = counter(d, "own_scored")
    ok(n >= 3 * 6 * 31, f"{n} messages were compared")
    ok(counter(d, "own_missed") == 0, "each of them")
    k = known(d, d.eve)
    ok(k["messages"] >= 180 and (k["days"], k["usual_day"]) == (31, 6) and
       k["messages"] + counter(d, "records_refused") >= 186,
       "and all of them are known") or print("#", k)
    move(d, (d.now // DAY + 1) * DAY + 9 * 3600)
    letter(d)
    moved(d)
    move(d, d.now + DAY)
    traveller(d)
    SINK.mails.clear()
    for line in d.said("event=own-account-alert"):
        print("#", line)
    takeover(d)
    told(d)
    explained(d)
    bounces(d)
    next_day(d)
    reload(d)
    ok(d.stop() == 0, "ends well")


def erased(d):
    """bob asks to be forgotten; he has mail in the memory of senders, too."""
    out = subprocess.run([ASSAY, "erase", "--conf", d.conf,
                          "Bob@here.example"], capture_output=True,
                         text=True, timeout=60)
    ok((out.returncode, out.stdout) == (0, "erased\n"), "erased") or \
        print("#", out)
    line = until(lambda: d.said("event=own-accounts-erased"))
    ok(len(line) == 1 and "known=1" in line[0], "and logged") or \
        print("#", line)
    line = until(lambda: d.said("event=behaviour-erased"))
    ok(len(line) == 1 and "known=yes" in line[0],
       "the account goes out of the memory of senders, too") or \
        print("#", line)
    before, pid = len(d.said("event=own-accounts ")), d.children()["store.0"]
    os.kill(pid, signal.SIGKILL)
    ok(until(lambda: len(d.said("event=own-accounts ")) > before),
       "store is killed and comes again")
    d.bob.at(d.bob.client)
    d.eve.n += 500          # a queue id that bob never had
    k, other = known(d, d.bob), known(d, d.eve)
    ok(k["messages"] == 0 and k["new_people"] == 1, "bob is a stranger") or \
        print("#", k)
    ok(other["messages"] > 30, "eve is not") or print("#", other)


def observing():
    """In the first days it is told, and nothing is done."""
    d = start("behaviour yes\nbehaviour-size 32M\n")
    month(d, 7)
    SINK.mails.clear()
    got = blast(d, 40, 1000)
    ok(set(got) == {"sent"}, "in the first days nothing is held") or \
        print("#", got)
    ok(until(lambda: SINK.mails, 30), "but it is told")
    ok(until(lambda: d.said(r"event=own .*act=accept would=hold")),
       "and what would be done is in the log") or d.show()
    ok(counter(d, "behaviour_scored") >= 7 * 18 and
       counter(d, "behaviour_learned") > 7 * 18,
       "the memory of senders has the accounts, too")
    erased(d)
    d.stop()


def salvo(d, n, first, between=lambda: None):
    """n messages of one account, whose ends come at once, each by a
    connection of its own: what became of each."""
    ms = []
    for i in range(first, first + n):
        m = Milter(d.sock, timeout=60)
        m.give((f"From: jim@here.example\r\nSubject: {i}\r\n\r\n"
                f"text {i}\r\n").encode(), client="203.0.113.77", helo="pc",
               sender="jim@here.example", rcpts=[f"s{i}@there.example"],
               queue=f"4jim{i}",
               macros={"{auth_authen}": "jim@here.example"})
        ms.append(m)
    for i, m in enumerate(ms):
        if i == n // 2:
            between()
        m.send(b"E")
    got = [what(m.verdict()) for m in ms]
    for m in ms:
        m.close()
    return got


def at_once():
    """Nothing is noted of any of them when the last one is judged."""
    d = Moved(ROOM, CONF + "own-observe 0s\nown-people-hour 60\n"
              "own-people-day 500\n" + THROTTLE, f"zone:{ZONE}")
    ok(d.ready(), "is ready")
    d.people = []
    got = salvo(d, 200, 0)
    deferred = [g for g in got if g.startswith("defer 451")]
    ok(got.count("sent") == 60 and len(deferred) == 140,
       "of 200 at once exactly so many go out as may") or \
        print("#", got.count("sent"), len(deferred), got[:5])
    ok(counter(d, "own_unpledged") == 0, "each was counted when it asked")
    noted(d)
    ok(set(salvo(d, 20, 300)) == set(deferred[:1]), "then none")
    ok(until(lambda: len(SINK.mails) == 1), "it is told, once") or \
        print("#", len(SINK.mails))
    SINK.mails.clear()
    move(d, d.now + 3700)
    pid = d.children()["eval.0"]
    got = salvo(d, 120, 400, lambda: os.kill(pid, signal.SIGKILL))
    sent = got.count("sent")
    ok(30 < sent <= 60, f"an eval is killed meanwhile: {sent} go out")
    ok(until(lambda: d.children().get("eval.0") not in (None, pid)),
       "it comes again")
    move(d, d.now + 130)
    got = salvo(d, 70, 600)
    ok(got.count("sent") + sent == 60, "what it had counts as sent") or \
        print("#", got.count("sent"), sent, counter(d, "own_overdue"))
    move(d, d.now + 3700)
    ok(salvo(d, 10, 700).count("sent") == 10,
       "and keeps nobody out when the hour is over")
    ok(d.stop() == 0, "ends well")


def off():
    d = Moved(ROOM, "own-domain here.example\n", f"zone:{ZONE}")
    ok(d.ready(), "is ready")
    d.people = []
    p = Person(d, "bob", "203.0.113.5", "x")
    ok(what(p.send([f"{i}@x.example" for i in range(300)])) == "sent",
       "by default accounts are not looked at")
    ok(not os.path.exists(f"{d.dir}/state/accounts"), "and nothing is kept")
    d.stop()


ZONE = os.path.join(ROOM, "zone")
with open(ZONE, "w") as f:
    f.write("$ORIGIN here.example.\n@ TXT \"v=spf1 -all\"\n")
NETS = (("198.18.0.0", "198.18.255.255", 64500, "XA"),
        ("198.19.0.0", "198.19.255.255", 64501, "XA"),
        ("198.51.0.0", "198.51.255.255", 64502, "XB"),
        ("203.0.113.0", "203.0.113.255", 64500, "XA"))
with open(os.path.join(ROOM, "asn.csv"), "w") as f:
    f.writelines(f"{a},{b},{n},\"Net, {n}\"\n" for a, b, n, _ in NETS)
with open(os.path.join(ROOM, "country.csv"), "w") as f:
    f.writelines(f"{a},{b},{c}\n" for a, b, _, c in NETS)
try:
    off()
    at_once()
    observing()
    whole()
finally:
    SINK.close()
    shutil.rmtree(ROOM, ignore_errors=True)
done()
