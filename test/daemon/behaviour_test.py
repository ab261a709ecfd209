#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A month of a small house's mail through a real assayd, then somebody else
under one's name: told, explained, replayed; and what survives kills."""
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from behaviour_house import DAY, DAYS, MAILERS, ON, ZONES, House, fields
from daemon import SOURCE, Daemon, done, ok, until
from milter import Milter
from moved import Moved

ASSAY = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__import__("sys").argv[1]))), "assay", "assay")


def status(d):
    out = subprocess.run([ASSAY, "status", "--json", "--socket",
                          f"{d.dir}/status.sock"],
                         capture_output=True, text=True, timeout=20)
    return json.loads(out.stdout)


def learned(d):
    try:
        return status(d)["counters"]["behaviour_learned"]
    except (ValueError, KeyError):
        return 0


def missed(d):
    return number(status(d)["counters"]["behaviour_missed"])


def number(v):
    return sum(v.values()) if isinstance(v, dict) else v


def records(d):
    found = []
    top = os.path.join(d.dir, "state", "records")
    for name in sorted(os.listdir(top)):
        with open(os.path.join(top, name)) as f:
            found += [line for line in f]
    return found


def off():
    d = Daemon(resolver=f"zone:{ZONE}")
    ok(d.ready(), "is ready") or d.show()
    d.now = time.time()
    m = Milter(d.sock)
    reply, _, changes = House(d).send(m, 1, 1)
    ok(reply in "ac" and not fields(changes, "X-Assay-Behaviour"),
       "by default behaviour is not looked at")
    ok(not os.path.exists(f"{d.dir}/state/behaviour"), "and nothing is kept")
    d.stop()


def next_day(d):
    """With all its alerts; what came the day before is no series with it."""
    time.sleep(1)               # the records of that day are in
    d.move(d.now + DAY)


def stranger(d, house, label, header):
    m = Milter(d.sock)
    reply, _, changes = house.send(m, 5, 16, "http://pay.bad.example/now")
    said = fields(changes, "X-Assay-Behaviour")
    print("#", label, said)
    ok(len(said) == 1 and re.search(
        r"p=0\.0.*; h=H\d; known=\d+/\d+d; why=.+alert=" + header,
        said[0], re.S),
       f"{label}: somebody else under his name is told")
    m.close()
    return changes


def usual(d, house, label):
    m = Milter(d.sock)
    _, _, changes = house.send(m, 5, 5)
    said = fields(changes, "X-Assay-Behaviour")
    ok(len(said) == 1 and "alert" not in said[0],
       f"{label}: his own message is usual") or print("#", said)
    m.close()


def explained(path):
    """In bits and in words, by the record alone."""
    out = subprocess.run([ASSAY, "explain", path], capture_output=True,
                         text=True, timeout=20).stdout
    part = out[out.find("Behaviour:"):].split("\n\n")[0]
    print("#", part.replace("\n", "\n# "))
    flat = " ".join(part.split())
    ok(re.search(r"sender known \d+ days / \d+ messages", flat) and
       re.search(r"\+\d+\.\d [^+]*, never before; (always|usually) "
                 r"[^(]*\(\d+ of \d+, last", flat),
       "explained with what is usual, how often, and when last")
    ok("bad.example, never before; always none" in flat,
       "in words of the message itself")
    ok(re.search(r" -\d+\.\d ", flat), "and with what speaks against")
    out = subprocess.run([ASSAY, "explain", "--json", path],
                         capture_output=True, text=True, timeout=20).stdout
    try:
        found = json.loads(out)["behaviour"]["because"]
    except (ValueError, KeyError):
        found = []
    ok(any(b["usual"] and b["of"] and b["bits"][0] == "+" for b in found) and
       found[-1]["bits"][0] == "-", "and in JSON") or print("#", out[:800])


def letter(name, address, hand, number, at, body):
    """One that is not of the house."""
    date = time.strftime("%a, %d %b %Y %H:%M:%S", time.gmtime(at))
    return (
        f"Message-ID: <{number}.{hand}@{address.split('@')[1]}>\r\n"
        f"From: {name} <{address}>\r\nTo: p{number % 3}@here.example\r\n"
        f"Subject: a word\r\nDate: {date} {ZONES[hand % 4]}\r\n"
        f"X-Mailer: {MAILERS[hand % 7]}\r\n"
        + ("Organization: Else\r\n" if hand % 3 == 0 else "") +
        f"MIME-Version: 1.0\r\nContent-Type: text/"
        f"{'plain' if hand % 2 else 'html'}\r\n\r\n{body}\r\n").encode()


def contact(d, m, name, address, hand, number, body="It is well."):
    """From his own domain, which SPF and DMARC prove."""
    return m.message(letter(name, address, hand, number, d.now, body),
                     client="192.0.2.9", sender=address,
                     helo=f"out.{address.split('@')[1]}")


def first_contacts(d):
    """The name of somebody known, from where she never wrote; and others."""
    for n in range(6):
        d.move(d.now + DAY)
        m = Milter(d.sock)
        contact(d, m, "Ada Lovelace", "ada@house.example", 1, n)
        m.close()
        time.sleep(0.3)
    before = number(learned(d))
    d.move(d.now + DAY)
    m = Milter(d.sock)
    _, _, changes = contact(d, m, "Grace Hopper", "grace@navy.example", 4, 8)
    ok(not fields(changes, "X-Assay-Tag") and "alert" not in
       "".join(fields(changes, "X-Assay-Behaviour")),
       "an ordinary first contact is nothing") or print("#", changes)
    _, _, changes = contact(
        d, m, '"Lovelace, Ada"', "ada.lovelace@post.example", 2, 9,
        '<p>Please pay this today: '
        '<a href="http://pay.bad.example/iban">here</a></p>')
    m.close()
    result = "".join(fields(changes, "Authentication-Results"))
    ok("spf=pass" in result and "dmarc=pass" in result,
       "her name at another domain: all is proven") or print("#", changes)
    tag = "".join(fields(changes, "X-Assay-Tag"))
    ok("behaviour-known-name" in tag, "and it is tagged") or \
        print("#", changes)
    said = "".join(fields(changes, "X-Assay-Behaviour"))
    ok(re.search("h=new; .*why=.*name.*alert=yes", said),
       "as somebody new") or print("#", said)
    line = until(lambda: next((r for r in reversed(records(d))
                               if "behaviour-known-name" in r), None)) or ""
    ok("first contact; who is known by this name writes from another domain"
       in line and re.search(r"\([5-7] messages in [5-9] days\)", line),
       "in words, with counts") or print("#", line[-3000:])
    path = os.path.join(ROOM, "contact.jsonl")
    with open(path, "w") as f:
        f.write(line)
    out = subprocess.run([ASSAY, "replay", "--json", path],
                         capture_output=True, text=True, timeout=20)
    ok('"was":[],"now":[]' in out.stdout, "and so it replays") or \
        print("#", out.stdout[:3000])
    ok(until(lambda: number(learned(d)) > before), "others are learned")


def aged(line, path):
    """A record whose sample another build wrote."""
    record = json.loads(line)
    sample = bytearray(base64.b64decode(record["facts"]["sample"]))
    ok(record["facts"]["layout"] == sample[0], "the record says its layout")
    sample[0] -= 1
    record["facts"]["sample"] = base64.b64encode(sample).decode()
    with open(path, "w") as f:
        f.write(json.dumps(record) + "\n")
    out = subprocess.run([ASSAY, "replay", *RULES, path], capture_output=True,
                         text=True, timeout=20)
    ok(out.returncode == 3 and out.stdout.startswith("aged ") and
       f"behaviour made under layout {sample[0]}, this version reads "
       f"{sample[0] + 1}: cannot be judged again" in out.stdout,
       "of another layout: that is told") or \
        print("#", out.returncode, out.stdout)
    out = subprocess.run([ASSAY, "replay", "--json", *RULES,
                          path],
                         capture_output=True, text=True, timeout=20)
    ok('"same":false,"aged":true' in out.stdout, "in JSON") or \
        print("#", out.stdout[:3000])


def told(d):
    """The record of what was told, explained and replayed."""
    line = until(lambda: next((r for r in reversed(records(d))
                               if "behaviour-unusual" in r and
                               "p = 0.0000" in r), None))
    ok(line, "is in the record")
    path = os.path.join(ROOM, "record.jsonl")
    with open(RULES[1], "w") as f:
        f.write("who >= 40 then tag\n")
    with open(path, "w") as f:
        f.write(line or "")
    ok("p5@" not in (line or ""), "without his name")
    out = subprocess.run([ASSAY, "replay", *RULES, path], capture_output=True,
                         text=True, timeout=20)
    ok(out.returncode in (0, 1) and "differ" not in out.stdout.replace(
        "nothing differs", ""), "replays to the same") or \
        print("#", out.stdout[-600:], out.stderr)
    out = subprocess.run([ASSAY, "replay", "--json", *RULES,
                          path],
                         capture_output=True, text=True, timeout=20)
    ok('"same":true' in out.stdout, "line by line") or \
        print("#", out.stdout[:3000])
    explained(path)
    aged(line, path)
    changed = (line or "").replace('"kind":"profile"', '"kind":"intel"')
    with open(path, "w") as f:
        f.write(changed)
    out = subprocess.run([ASSAY, "replay", "--json", *RULES,
                          path],
                         capture_output=True, text=True, timeout=20)
    ok('"same":false' in out.stdout, "and not without what was known")
    ok(until(lambda: d.said("event=behaviour-alert")), "an alert is logged")


def month():
    d = Moved(ROOM, ON + "behaviour-alerts 10\nbehaviour-observe 40d\n"
              "policy \"p\" {\n"
              "who >= 40 then tag\n}\n", f"zone:{ZONE}")
    ok(d.ready(), "is ready") or d.show()
    house = House(d)
    house.month()
    n = DAYS * 44
    # a look is given up after 40 ms, which happens on a loaded machine
    ok(until(lambda: number(learned(d)) + missed(d) >= n),
       f"{n} messages are learned") or \
        print("#", {k: v for k, v in status(d)["counters"].items()
                    if "behav" in k or "record" in k})
    ok(number(learned(d)) >= n * 0.98, "or almost all") or \
        print("#", learned(d))
    usual(d, house, "in the days of observing")
    changes = stranger(d, house, "in the days of observing", "observed")
    ok(not fields(changes, "X-Assay-Tag"), "nothing is done")
    ok(fields(changes, "X-Assay-Would") == ["tag"],
       "what would be done is told") or print("#", changes)
    told(d)
    show = subprocess.run([ASSAY, "status", "--socket", f"{d.dir}/status.sock"],
                          capture_output=True, text=True, timeout=20).stdout
    ok("behaviour" in show and "observed only" in show,
       "assay status shows it") or print(show)
    d.move(d.now + 15 * DAY)
    house.day(44)
    next_day(d)
    before, known = len(d.log), number(learned(d))
    changes = stranger(d, house, "later", "yes")
    ok("behaviour-unusual" in "".join(fields(changes, "X-Assay-Tag")),
       "it is tagged") or print("#", changes)
    ok(until(lambda: d.said("event=behaviour-alert", before)),
       "what is tagged counts in the alerts of the day")
    ok(until(lambda: number(learned(d)) > known),
       "and waits for an answer like other odd mail")
    kills(d, house)
    reload(d, house)
    erased(d, house)
    first_contacts(d)
    ok(d.stop() == 0, "ends well")


def kills(d, house):
    for role in ("store.0", "eval.0", "store.0"):
        before = len(d.said("event=behaviour "))
        pid = d.children()[role]
        house.day(10)
        os.kill(pid, signal.SIGKILL)
        ok(until(lambda: d.children().get(role) not in (None, pid)),
           f"{role} is killed and comes again")
        if role.startswith("store"):
            ok(until(lambda: len(d.said("event=behaviour ")) > before),
               "what is known is restored")
            ok("state=restored" in d.said("event=behaviour ")[-1] and
               "damaged" not in d.said("event=behaviour ")[-1] and
               "discarded" not in d.said("event=behaviour ")[-1],
               "all of it")
        usual(d, house, f"after {role}")
    next_day(d)
    stranger(d, house, "after the kills", "yes")


def erase(d, *words):
    return subprocess.run([ASSAY, "erase", "--conf", d.conf, *words],
                          capture_output=True, text=True, timeout=60)


def erased(d, house):
    """A person asks to be forgotten."""
    usual(d, house, "before he is erased")
    out = erase(d, "P5@House.example")
    ok(out.returncode == 0 and out.stdout == "erased\n",
       "assay erase waits until it is done") or print("#", out)
    # the file goes before the line comes
    line = until(lambda: d.said("event=behaviour-erased"))
    ok(len(line) == 1 and "known=yes" in line[0] and
       "values=0 " not in line[0], "and it is logged") or print("#", line)
    m = Milter(d.sock)
    _, _, changes = house.send(m, 5, 5)
    ok(not fields(changes, "X-Assay-Behaviour"), "he is a stranger again")
    _, _, changes = house.send(m, 7, 7)
    ok(fields(changes, "X-Assay-Behaviour"), "others are not")
    m.close()
    out = erase(d, "nobody")
    ok(out.returncode == 2 and "no address" in out.stderr,
       "a word that is no address is told")


def reload(d, house):
    before = len(d.said("event=behaviour "))
    d.signal(signal.SIGHUP)
    ok(until(lambda: d.said("event=reloaded")), "reloads")
    ok(until(lambda: len(d.said("event=behaviour ")) > before),
       "the next generation knows what is known")
    usual(d, house, "after a reload")
    d.move(d.now + DAY)     # not one event with the one before
    house.day(10)
    next_day(d)
    stranger(d, house, "after a reload", "yes")


ROOM = tempfile.mkdtemp(prefix="behaviour.")
RULES = ["--policy", os.path.join(ROOM, "p.policy")]
ZONE = os.path.join(ROOM, "zone")
with open(ZONE, "w") as f:
    # answers that lead to a question: DMARC is judged after PROFILE is told
    f.write("$ORIGIN house.example.\n@ TXT \"v=spf1 include:_spf.house."
            "example -all\"\n_spf TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n"
            "_dmarc TXT \"v=DMARC1; p=none\"\n")
    for other in ("post", "navy"):
        f.write(f"$ORIGIN {other}.example.\n@ TXT \"v=spf1 "
                "ip4:192.0.2.0/24 -all\"\n"
                "_dmarc TXT \"v=DMARC1; p=reject\"\n")
try:
    off()
    month()
finally:
    shutil.rmtree(ROOM, ignore_errors=True)
done()
