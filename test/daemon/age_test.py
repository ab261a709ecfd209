#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Domains that are young or new here, and accounts that an author never gave
before, through a real assayd over three months; what is remembered survives
kills, and registries are asked by a command of their own."""
import http.server
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from daemon import SOURCE, Daemon, done, ok, until
from milter import Milter, inserted
from moved import Moved, give

ASSAY = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__import__("sys").argv[1]))), "assay", "assay")
ROOM = tempfile.mkdtemp(prefix="assay-age.")
DEMO = os.path.join(SOURCE, "app/assay/demo")
DAY = 86400
RULE = "what >= 20 then tag\n"
CONF = 'content yes\npolicy "p" {\n' + RULE + "}\n"
MINE, OTHER = "DE89 3704 0044 0532 0130 00", "GB29 NWBK 6016 1331 9268 19"
N = [0]


def mail(who, text):
    N[0] += 1
    return (f"From: {who}\r\nTo: a@here.example\r\n"
            "Date: Sun, 1 Mar 2026 12:00:00 +0000\r\n"
            f"Message-ID: <{N[0]}@shop.example>\r\nSubject: plan\r\n"
            f"\r\nHello,\r\n\r\n{text}\r\n").encode()


def send(d, text, who="bob@shop.example"):
    """Its tags, once it is learned."""
    before = seen(d)
    m = Milter(d.sock)
    reply, _, changes = m.message(mail(who, text), client="192.0.2.7",
                                  helo="mail.shop.example", sender=who)
    m.close()
    tags = [v.strip() for _, n, v in inserted(changes) if n == "X-Assay-Tag"]
    ok(reply in "ac" and until(lambda: seen(d) > before),
       f"is taken, and learned: {who}: {text}") or d.show()
    return tags


def status(d):
    out = subprocess.run([ASSAY, "status", "--json", "--socket",
                          f"{d.dir}/status.sock"],
                         capture_output=True, text=True, timeout=20)
    try:
        return json.loads(out.stdout)["counters"]
    except (ValueError, KeyError):
        return {}


def seen(d):
    v = status(d).get("domains_seen", 0)
    return sum(v.values()) if isinstance(v, dict) else v


def day(d):
    return int(d.now // DAY)


def records(d, word):
    found = []
    top = os.path.join(d.dir, "state", "records")
    for name in sorted(os.listdir(top)) if os.path.exists(top) else []:
        with open(os.path.join(top, name)) as f:
            found += [line for line in f if word in line]
    return found


def replays(d, word):
    line = (until(lambda: records(d, word)) or [""])[-1]
    path = os.path.join(d.dir, "record.jsonl")
    for name, text in ((path, line), (path + ".policy", RULE)):
        with open(name, "w") as f:
            f.write(text)
    out = subprocess.run([ASSAY, "replay", "--json", "--policy",
                          path + ".policy", path],
                         capture_output=True, text=True, timeout=20)
    ok('"same":true' in out.stdout, f"replays to the same: {word}") or \
        print("#", out.stdout[:3000], out.stderr)
    ok("0532" not in line and "bob@" not in line, "without words of it")


def lists(d, names):
    """A list of names that were registered yesterday, by a command."""
    path = os.path.join(d.dir, "new.txt")
    with open(path, "w") as f:
        f.write("".join(f"{n},{time.strftime('%Y-%m-%d', time.gmtime(d.now - DAY))}\n"
                        for n in names))
    out = subprocess.run([ASSAY, "age", "--state", f"{d.dir}/state/age",
                          "--time", str(int(d.now)), "--import", path],
                         capture_output=True, text=True, timeout=20)
    ok(out.returncode == 0, f"a list is taken {out.stderr}")
    give(f"{d.dir}/state/age/new")
    before = len(d.log)
    d.signal(signal.SIGHUP)
    ok(until(lambda: d.said(r"event=reloaded", before)), "and known") or d.show()


def young(d):
    ok(send(d, "see https://new.example/") == [],
       "a memory that has just begun finds nothing new")
    d.move(d.now + 40 * DAY)
    ok(send(d, "see https://other.example/") == [],
       "a link that is new here is nothing by itself")
    lists(d, ["fresh.example", "fresher.example"])
    ok(send(d, "the list is ready", "eve@fresh.example") == [],
       "and so is a young author")
    ok("domain-young" in " ".join(send(d, "see https://third.example/",
                                       "eve@fresh.example")),
       "both together are a tag")
    ok(send(d, "see https://third.example/ again", "eve@fresh.example") != [],
       "the next day's mail, too")
    ok(send(d, "see https://fresher.example/x") == ["domain-young"],
       "and what is linked to is young")
    replays(d, "domain-young")
    wanted = open(f"{d.dir}/state/age/wanted").read().split()
    ok("fresh.example" in wanted and len(wanted) == len(set(wanted)),
       f"each new name is wanted once: {wanted}")


def accounts(d):
    for _ in range(8):
        ok(send(d, f"pay to {MINE}") == [], "an account of somebody new")
        d.move(d.now + 5 * DAY)
    tags = send(d, f"pay to {OTHER} from now on")
    ok(tags == ["payment-changed"], f"another one is a tag: {tags}")
    replays(d, "payment-changed")
    ok(send(d, f"pay to {OTHER} from now on") == ["payment-changed"],
       "and the second time as well")
    ok(send(d, f"pay to {MINE}") == [], "the usual one is not")
    ok(send(d, f"pay to {OTHER}", "carl@shop.example") == [],
       "of a stranger an account says nothing")


def killed(d):
    for name, pid in d.children().items():
        if name.startswith("store"):
            os.kill(pid, signal.SIGKILL)
    ok(until(lambda: d.said("event=child-died.*store")), "store is killed")
    ok(send(d, f"pay to {OTHER}") == ["payment-changed"], "it is still known")


class Registry(http.server.BaseHTTPRequestHandler):
    asked = []

    def do_GET(self):
        name = self.path.rsplit("/", 1)[1]
        self.asked.append(name)
        body = json.dumps({"objectClassName": "domain", "ldhName": name,
                           "events": [{"eventAction": "registration",
                                       "eventDate": time.strftime(
                                           "%Y-%m-%dT00:00:00Z",
                                           time.gmtime(Registry.day))}]})
        self.send_response(200)
        self.send_header("Content-Type", "application/rdap+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def registries(d):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Registry.day = d.now - 2 * DAY
    boot = os.path.join(d.dir, "dns.json")
    with open(boot, "w") as f:
        json.dump({"version": "1.0", "services": [[["example"], [
            f"http://127.0.0.1:{server.server_address[1]}/"]]]}, f)
    with open(f"{d.dir}/state/age/wanted", "w") as f:
        f.write("late.example\n")
    command = [ASSAY, "age", "--state", f"{d.dir}/state/age", "--time",
               str(int(d.now)), "--rdap", "--wanted", "--bootstrap", boot]
    out = subprocess.run(command, capture_output=True, text=True, timeout=60)
    ok(out.returncode == 0 and Registry.asked == ["late.example"],
       f"a registry is asked, while assayd runs: {out.stderr}")
    ok(not os.path.exists(f"{d.dir}/state/age/wanted.asking"),
       "and the list is done")
    out = subprocess.run(command, capture_output=True, text=True, timeout=60)
    ok(out.returncode == 0 and len(Registry.asked) == 1, "nothing is left")
    ok(send(d, "see https://late.example/x") == ["domain-young"],
       "what it said counts at once")
    server.shutdown()


def off():
    d = Daemon("content yes\nfirst-seen no\n", resolver=f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready") or d.show()
    ok(not os.path.exists(f"{d.dir}/state/age"), "nothing is kept")
    ok(d.stop() == 0, "ends")


d = Moved(ROOM, CONF, f"zone:{DEMO}/demo.zone")
ok(d.ready(), "is ready") or d.show()
try:
    young(d)
    accounts(d)
    killed(d)
    registries(d)
    ok(d.stop() == 0, "ends")
    off()
finally:
    d.stop()
    shutil.rmtree(ROOM, ignore_errors=True)
done()
