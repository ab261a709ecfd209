#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""month_test.py ASSAYD SOURCE [--days N] [--messages N] [--kills N] [--seed N]:
conservation of mail.

Mail of two domains (their own, a broken host, a service nobody told of,
forwarders, a list, spoofers; test/daemon/month.py) comes by milter into an
assayd, day after day on a clock that is moved, while its roles are killed at
random.  What was sent, by the generator's own account, is what its records,
its tallies, and the reports that it sends say; and what the owners of the
domains have in their stores: one by an assayd of his own, which also signs
his mail, one by `assay report ingest`.  Message for message, with all that a
report says of one.  The seed is printed; all kills come from it, too.
"""
import argparse
import collections
import email
import gzip
import itertools
import json
import os
import queue
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as xml

from daemon import ASSAYD, done, ok, until
from milter import Milter, inserted
from month import DOMAINS, HOURS, Said, World
from moved import Moved, give
from sink import Sink

ASSAY = os.path.join(os.path.dirname(ASSAYD), "../assay/assay")
NS = "{urn:ietf:params:xml:ns:dmarc-2.0}"
DAY, CLIENTS = 86400, 4


def command(*args):
    return subprocess.run([ASSAY, *args], capture_output=True, text=True,
                          timeout=300)


class Reaper(threading.Thread):
    """Kills one of the roles now and then, until it is told to end."""

    def __init__(self, dice, d, roles, killed):
        super().__init__(daemon=True)
        self.dice, self.d, self.roles = dice, d, sorted(roles)
        self.killed, self.over = killed, threading.Event()

    def run(self):
        while not self.over.wait(self.dice.uniform(0, 0.2)):
            reap(self.d, self.dice.choice(self.roles), self.killed)

    def end(self):
        self.over.set()
        self.join()


def reap(d, role, killed):
    pid = d.children().get(role)
    if pid is None:             # it is being started again
        return
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    killed[role.split(".")[0]] += 1
    until(lambda: d.children().get(role) not in (None, pid), 15)


class Month:
    def __init__(self, args):
        self.dice = random.Random(args.seed)
        self.world = World(args.seed, args.days, args.messages)
        self.days = args.days
        self.room = tempfile.mkdtemp(prefix="assay-month.")
        self.sink = Sink()
        self.lock = threading.Lock()
        self.serial = itertools.count(1)
        self.tried = {}             # queue id: (Said, whether it was heard)
        self.wrong = collections.Counter()
        self.seen = collections.defaultdict(list)   # queue id: its records
        self.read_to = {}                       # file of records: octets
        self.carried = 0                        # mails of the sink
        self.killed = {k: collections.Counter() for k in (
            "counting", "sending", "taking")}
        self.keys = {d: self._key(d) for d in (*DOMAINS, "ours.test")}
        self._zone(0, 0)
        self.a = self._receiver()
        self.b = self._owner()
        self.day0 = int(time.time()) // DAY + 1

    # ---- the two ------------------------------------------------------------

    def _key(self, domain):
        path = os.path.join(self.room, "key." + domain)
        out = command("key", "new", "rsa", "s1", domain, path).stdout
        os.chmod(path, 0o600)
        return path, re.search(r"^\S+ 3600 IN TXT .*\n", out, re.M).group()

    def _zone(self, day, hour):
        with open(f"{self.room}/zone.new", "w") as f:
            f.write(self.world.zone(day, hour,
                                    [r for _, r in self.keys.values()]))
        give(f"{self.room}/zone.new")
        os.rename(f"{self.room}/zone.new", f"{self.room}/zone")

    def _signs(self, *domains):
        return "".join(f'domain "{d}" {{\nsign rsa s1 {self.keys[d][0]}\n}}\n'
                       for d in domains)

    def _receiver(self):
        return Moved(self.room, "send-reports yes\n"
                     "report-from dmarc@ours.test\nwhen-broken defer\n"
                     f"report-relay 127.0.0.1:{self.sink.port}\n" +
                     self._signs("ours.test"),
                     f"zone:{self.room}/zone", clock="clock.a")

    def _owner(self):
        return Moved(self.room, "report-address agg@alpha.test\n"
                     "own-domain alpha.test\nwhen-broken defer\n" +
                     self._signs(*DOMAINS), f"zone:{self.room}/zone",
                     clock="clock.b")

    def move(self, day, hour, minute=0):
        self.now = (self.day0 + day) * DAY + hour * 3600 + minute * 60
        self.a.move(self.now)
        self.b.move(self.now)

    # ---- what the owners send -------------------------------------------------

    def signed(self, d, raw):
        """As the MTA whose milter d is sends it on."""
        m = Milter(d.sock)
        word, _, changes = m.message(raw, client="127.0.0.1",
                                     helo="host.test", sender="a@host.test")
        m.close()
        for _, name, value in inserted(changes):
            value = value.replace("\n", "\r\n")
            lead = "" if value.startswith(" ") else " "
            raw = f"{name}:{lead}{value}\r\n".encode() + raw
        if word not in "ac" or b"DKIM-Signature:" not in raw:
            raise ValueError(f"not signed: {word}")
        return raw

    def write_mails(self):
        """Those of each source: some that differ in size."""
        self.pool = {}
        for s in self.world.sources:
            self.pool[s] = [self._written(s, n) for n in (0, 40, 900)]

    def _written(self, s, lines):
        raw = (f"From: <{s.author}>\r\nTo: reader@ours.test\r\nSubject: "
               f"of {s.who}\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\n"
               f"Message-ID: <{lines}.{s.ip}@{s.helo}>\r\n\r\n" +
               "Dear reader,\r\n" * (lines + 1)).encode()
        if s.mail is None:
            return raw
        raw = until(lambda: self.signed(self.b, raw))
        return raw.replace(b"Subject: of", b"Subject: [talk] of") \
            if s.mail == "changed" else raw

    # ---- a message comes -------------------------------------------------------

    def post(self, s, raw, said):
        """Until it is taken, as a mail server would."""
        while True:
            name, word = f"M{next(self.serial):X}", None
            try:
                m = Milter(self.a.sock, timeout=60)
                # as each try is another message with the mail server
                word, _, _ = m.message(
                    b"Received: by mx.ours.test id " + name.encode() +
                    b"\r\n" + raw, client=s.ip, helo=s.helo, sender=s.sender,
                    rcpts=("reader@ours.test",), queue=name)
                m.close()
            except (OSError, EOFError, AssertionError):
                pass
            taken = word in ("a", "c")
            with self.lock:
                self.tried[name] = (said, taken)
            if taken:
                return
            time.sleep(0.1)

    def client(self, jobs):
        while (job := jobs.get()) is not None:
            if job[0] == "kill":
                threading.Thread(target=reap, daemon=True, args=(
                    *job[1:], self.killed["counting"])).start()
            else:
                self.post(*job)

    def traffic(self, day, hour):
        jobs, mails = queue.Queue(), self.world.mails(day, hour)
        kills = {self.dice.randrange(len(mails)) for _ in range(
            self.kills)} if mails else ()
        for n, s in enumerate(mails):
            said = self.world.said(s, day, self.day0, hour)
            if n in kills:
                jobs.put(("kill", self.a, self.dice.choice(self.roles)))
            jobs.put((s, self.pool[s][n % 3], said))
        for _ in range(CLIENTS):
            jobs.put(None)
        threads = [threading.Thread(target=self.client, args=(jobs,))
                   for _ in range(CLIENTS)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()

    # ---- what was written down --------------------------------------------------

    def records(self):
        """Reads on in the journal."""
        at = os.path.join(self.a.dir, "state", "records")
        for name in sorted(os.listdir(at)):
            with open(os.path.join(at, name), "rb") as f:
                f.seek(self.read_to.get(name, 0))
                text = f.read()
            text = text[:text.rfind(b"\n") + 1]
            self.read_to[name] = self.read_to.get(name, 0) + len(text)
            for name, entry in re.findall(
                    rb'"queue_id":"(M[0-9A-F]+)".*"entry":"(\S+)"}', text):
                self.seen[name.decode()].append(entry.decode())

    def settled(self):
        def all_there():
            self.records()
            return all(n in self.seen for n, (_, taken) in
                       self.tried.items() if taken)
        return until(all_there, 60, 0.1)

    def truth(self):
        """What was sent: all that was taken; and of what the mail server
        heard nothing, what has a record: it was judged, and sent again."""
        out = collections.Counter()
        for name, (said, taken) in self.tried.items():
            n = len(self.seen.get(name, ()))
            if n > 1 or (taken and n == 0):
                self.wrong[f"{n} records of {name}"] = 1
                for line in self.a.said(f"queue={name}|child-died"):
                    print("#", line)
            if (taken or n) and said is not None:
                out[said] += 1
        return out

    def tallied(self):
        at = os.path.join(self.a.dir, "state", "reports.db")
        with sqlite3.connect(f"file:{at}?mode=ro", uri=True) as db:
            return dict(db.execute("SELECT domain, sum(messages) FROM "
                                   "outbound_report GROUP BY domain"))

    # ---- what is sent, and taken ------------------------------------------------

    def hook(self, stage, sender, to):
        """Now and then somebody dies while a report is on its way."""
        if self.dice.random() > min(0.05 * self.kills, 0.2):
            return
        role = self.dice.choice(["store.0", "courier.0"])
        wait = self.dice.uniform(0, 0.04)
        threading.Thread(target=lambda: time.sleep(wait) or reap(
            self.a, role, self.killed["sending"]), daemon=True).start()
        time.sleep(self.dice.uniform(0, 0.04))

    def named(self):
        """The reports that were sent: id: (address, text), each once."""
        out = {}
        for _, to, raw in self.sink.mails[:]:
            m = email.message_from_bytes(raw)
            part = [p for p in m.walk()
                    if p.get_content_type() == "application/gzip"][0]
            text = gzip.decompress(part.get_payload(decode=True))
            if out.setdefault(m["Message-ID"], (to, text)) != (to, text):
                self.wrong["another text under the same name"] += 1
        return out

    def send(self, day):
        """All about the days before is sent, whoever dies."""
        want = len({(s.domain, s.day, s.p) for s in self.truth()
                    if s.day < self.day0 + day})
        for k in range(40):
            if until(lambda: len(self.named()) >= want, 2):
                break
            self.move(day, HOURS[0], 1 + k * 20)    # what is tried again
        return len(self.named()) == want

    def take(self):
        """What has come since, by both owners."""
        mails, self.carried = self.sink.mails[self.carried:], \
            len(self.sink.mails)
        for _, to, raw in mails:
            if to.endswith("@alpha.test"):
                self.carry(raw)
                continue
            with open(f"{self.room}/in/{next(self.serial)}.eml", "wb") as f:
                f.write(raw)
        self.ingest(self.dice.randrange(3 * self.kills))

    def carry(self, raw):
        """By our mail server, which signs, to theirs."""
        raw = until(lambda: self._quiet(self.signed, self.a, raw), 60)
        until(lambda: self._quiet(self._given, raw), 60)

    @staticmethod
    def _quiet(what, *args):
        try:
            return what(*args)
        except (OSError, EOFError, AssertionError, ValueError):
            time.sleep(0.1)
            return None

    def _given(self, raw):
        m = Milter(self.b.sock)
        word, _, _ = m.message(raw, client="192.0.2.9", helo="mx.ours.test",
                               sender="dmarc@ours.test",
                               rcpts=("agg@alpha.test",))
        m.close()
        return word in "ac"

    def ingest(self, deaths):
        args = ("report", "ingest", "--own-domain", "beta.test", "--store",
                f"{self.room}/beta.db", "--time", str(int(self.now)),
                f"{self.room}/in")
        for _ in range(deaths):
            p = subprocess.Popen([ASSAY, *args], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
            try:
                p.wait(self.dice.uniform(0, 0.12))
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
                self.killed["taking"]["ingest"] += 1
        run = until(lambda: (lambda r: r if r.returncode != 4 else None)(
            command(*args)), 60)
        if run is None or run.returncode != 0:
            self.wrong["ingest"] += 1
            print("#", run)

    def inbox_empty(self):
        box = os.path.join(self.b.dir, "state", "inbox")
        return not [n for n in os.listdir(box) if n.endswith(".letter")]

    # ---- days --------------------------------------------------------------------

    def turn(self, day):
        """The first owner publishes another policy."""
        if day not in self.world.turns:
            return
        self._zone(day, HOURS[1])
        told = len(self.a.log)
        self.a.signal(signal.SIGHUP)
        if not until(lambda: self.a.said("event=(reload-)?ready|reloaded",
                                         told) and
                     self.a.said("before the reload has ended", told), 40):
            self.wrong["reload"] += 1
            self.a.show()

    def phase(self, day, hour):
        self.move(day, hour)
        if hour == HOURS[1]:
            self.turn(day)
        self.traffic(day, hour)
        if not self.settled():
            self.wrong["lost at " + str((day, hour))] += 1

    def reports(self, day):
        if not self.send(day):
            self.wrong[f"reports before day {day}"] += 1
        # a letter whose reader dies twice is set aside
        reaper = Reaper(random.Random(self.dice.random()), self.b, [
            r for r in self.b.children() if r != "reader.0"],
            self.killed["taking"])
        reaper.start()
        self.take()
        reaper.end()
        if not until(self.inbox_empty, 60):
            self.wrong["inbox"] += 1

    def end_of_house(self):
        """kill -9 of the parent, with all its children."""
        before = self.a.children().values()
        self.a.signal(signal.SIGKILL)
        self.a.process.wait(10)
        until(lambda: not [p for p in before
                           if os.path.exists(f"/proc/{p}")], 10)
        self.killed["counting"]["parent"] += 1
        self.a.log.clear()
        self.a.begin()          # its clock is that of today
        if not self.a.ready():
            self.wrong["parent"] += 1

    def run(self, kills):
        self.kills = kills
        os.mkdir(f"{self.room}/in")
        ok(self.a.ready() and self.b.ready(), "both are ready")
        self.roles = sorted(self.a.children())
        self.move(0, HOURS[0])
        self.write_mails()
        self.sink.hook = self.hook
        for day in range(self.days):
            for hour in HOURS:
                self.phase(day, hour)
                if hour == HOURS[0] and day > 0:
                    self.reports(day)
            if self.dice.random() < 0.2:
                self.end_of_house()
            print(f"# day {day + 1}: {len(self.tried)} tries, "
                  f"{len(self.sink.mails)} report mails", flush=True)
        self.move(self.days, HOURS[0])
        self.reports(self.days)


# ---- what reports say ---------------------------------------------------------

def of_report(text):
    """A Counter of Said."""
    top, out = xml.fromstring(text), collections.Counter()
    pub = top.find(f"{NS}policy_published")
    day = int(top.findtext(f"{NS}report_metadata/{NS}date_range/"
                           f"{NS}begin")) // DAY
    for r in top.findall(f"{NS}record"):
        def get(path):
            return r.findtext("/".join(NS + p for p in path.split("/"))) or ""
        auth = [(kind, a.findtext(NS + "domain"), a.findtext(
            NS + "selector") or "", a.findtext(NS + "result"))
            for kind in ("dkim", "spf")
            for a in r.findall(f"{NS}auth_results/{NS}{kind}")]
        done = "row/policy_evaluated/"
        out[Said(pub.findtext(NS + "domain"), day, pub.findtext(NS + "p"),
                 get("row/source_ip"), get("identifiers/header_from"),
                 get("identifiers/envelope_from"), get(done + "disposition"),
                 get(done + "dkim"), get(done + "spf"),
                 tuple(sorted(auth)))] += int(get("row/count"))
    return out


ACTIONS = {1: "none", 3: "quarantine", 4: "reject"}


def export(path, what):
    run = command("store", "export", what, "--store", path)
    if run.returncode != 0:
        raise SystemExit(f"{path}: {run}")
    return [json.loads(line) for line in run.stdout.splitlines()]


def of_store(path):
    """The same of the rows of a store."""
    heads = {h["id"]: h for h in export(path, "reports")}
    out = collections.Counter()
    for r in export(path, "rows"):
        h = heads[r["report"]]
        # [kind, result, domain, selector or scope, ...]
        auth = [(a[0], a[2], a[3] if a[0] == "dkim" else "", a[1])
                for a in json.loads(r["auth"])]
        out[Said(h["domain"], h["begin"] // DAY, ACTIONS[h["p"]],
                 r["source"], r["header_from"], r["envelope_from"] or "",
                 r["disposition"], r["dkim"], r["spf"],
                 tuple(sorted(auth)))] += r["messages"]
    return out


# ---- the sums -------------------------------------------------------------------

def same(got, want, label):
    if not ok(got == want and want, label):
        for k, n in list((want - got).items())[:3]:
            print("# less by", n, k)
        for k, n in list((got - want).items())[:3]:
            print("# more by", n, k)


def table(m, sent, reported, stored):
    """By domain and who it was, in the order of the way."""
    who = {s.ip: s.who for s in m.world.sources}
    rows = collections.defaultdict(lambda: [0, 0, 0])
    for i, counts in enumerate((sent, reported, stored)):
        for said, n in counts.items():
            rows[(said.domain, who.get(said.ip, "?"))][i] += n
    print(f"# {'':24}{'sent':>9}{'reported':>10}{'in store':>10}")
    for (domain, name), n in sorted(rows.items()):
        print(f"# {domain:12}{name:12}{n[0]:9}{n[1]:10}{n[2]:10}")
    print(f"# {'all':24}" + "{:9}{:10}{:10}".format(
        *(sum(c.values()) for c in (sent, reported, stored))))


def judge(m):
    sent, reported, stores = m.truth(), collections.Counter(), {
        "alpha.test": os.path.join(m.b.dir, "state", "reports.db"),
        "beta.test": f"{m.room}/beta.db"}
    for _, text in m.named().values():
        reported += of_report(text)
    stored = {d: of_store(at) for d, at in stores.items()}
    both = stored["alpha.test"] + stored["beta.test"]
    table(m, sent, reported, both)
    ok(not m.wrong, "nothing else went wrong") or print("#", m.wrong)
    tallied = collections.Counter()
    for k, n in sent.items():
        tallied[k.domain] += n
    ok(m.tallied() == tallied, f"tallied is what was sent: {m.tallied()}") \
        or print("#", tallied)
    same(reported, sent, "reported is what was sent, message for message")
    same(both, reported, "in the stores is what was reported")
    for d, at in stores.items():
        ok(sum(r["messages"] for r in export(at, "rollup")) == tallied[d],
           f"the sums of {d} are those of its rows")
        ok(not export(at, "set-aside"), "nothing was set aside")
        ok(command("store", "check", "--store", at).returncode == 0,
           "all is well there")
    heard = sum(taken for _, taken in m.tried.values())
    print(f"# {heard} messages were taken in {len(m.tried)} tries, "
          f"{sum(sent.values())} wanted reports: {len(m.named())} of them, "
          f"in {len(m.sink.mails)} mails")
    for when, roles in m.killed.items():
        print(f"# killed while {when}: {sum(roles.values())}, "
              f"{dict(sorted(roles.items()))}")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("assayd")
    p.add_argument("source")
    p.add_argument("--days", type=int, default=3)
    p.add_argument("--messages", type=int, default=240)
    p.add_argument("--seed", type=int, default=time.time_ns() % 10**9)
    p.add_argument("--kills", type=int, default=2,
                   help="of roles, whenever mail comes")
    args = p.parse_args()
    print(f"# --days {args.days} --messages {args.messages} --seed "
          f"{args.seed}", flush=True)
    m = Month(args)
    m.run(args.kills)
    judge(m)
    ok(m.a.stop() == 0 and m.b.stop() == 0, "both end well")
    m.sink.close()
    shutil.rmtree(m.room)
    done()


main()
