#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""takeovers.py BUILD [--people N] [--victims N] [--alerts N] [--seed N]:
thirty days of an organisation's mail through Postfix and assayd, and accounts
that are taken over.

Some dozens of people write as each of them does (rig/people.py); from the
twentieth day on strangers write under their names (rig/takeovers.py), and all
of it passes DMARC.  The clock of assayd is moved; for the first 14 days it
only observes.  Roles are killed with signal 9 in between.

What must be caught is well below what is (doc/behaviour.md has that).  What an
honest month costs is held against the alarms that were asked for.
"""
import argparse
import json
import re
import time
import traceback

from rig import base
from rig.base import wait_for
from rig.month import DAYS, OBSERVED, TAKEN, Month, quantile

# Caught of a hundred, at least, of each kind and of all.
FLOORS = {"infrastructure": 60, "credentials": 60, "intruder": 70,
          "colleague": 60, "new-people": 60}
FLOOR = 80
CHANGES = ("phone", "laptop", "travel", "forwarded", "list", "absence",
           "news")


def unusual(m):
    return any(e["reason"] == "behaviour-unusual" for e in
               (m.told or {}).get("evidence", ()))


def disposition(m):
    return m.told["verdict"]["disposition"] if m.told else None


def by(mails, *kinds):
    return [m for m in mails if m.kind in kinds]


def passes(w, mails):
    """What is injected is what the issue is about: mail that passes."""
    got = [m for m in mails if m.told["verdict"]["dmarc"] != "pass"]
    w.tap.ok(not got, f"all of {len(mails)} messages pass DMARC",
             [(m.kind, m.who.address) for m in got[:5]])
    w.tap.ok(not w.refused, "and none is refused", w.refused[:3])


def nothing_early(w, mails):
    early = [m for m in mails if m.day < OBSERVED]
    acted = [m for m in early if disposition(m) != "accept"]
    told = [m for m in early if unusual(m)]
    w.tap.ok(early and not acted, f"nothing acts in the first {OBSERVED} days",
             [(m.kind, disposition(m)) for m in acted[:5]])
    w.tap.ok(told and all(m.told["verdict"].get("would") or
                          b"X-Assay-Would" in w.delivered(m).head
                          for m in told[:20]),
             f"what would be done is told ({len(told)} messages)")


def never_refused(w, mails):
    got = {disposition(m) for m in mails}
    w.tap.ok(got <= {"accept", "tag", "hold"},
             "behaviour alone tags, with a reason to act it holds", got)
    plain = [m for m in mails if disposition(m) == "hold" and
             not m.told["verdict"]["suspicion_what"] >= 40]
    w.tap.ok(not plain, "nothing is held for who alone",
             [m.told["verdict"] for m in plain[:2]])
    w.tap.ok(all(m.attack for m in mails if disposition(m) == "hold"),
             "and nothing honest")


def untouched(w, mails):
    bad = []
    for m in mails:
        if disposition(m) == "hold":
            continue
        got = w.delivered(m)
        if got is None or not got.data.endswith(m.data):
            bad.append((m.kind, m.msgid, got and got.data[-300:]))
    w.tap.ok(not bad, "what is delivered is what was sent, to the octet",
             len(bad), bad[:2])


def budget(w, mails):
    """Of a day, alarms are episodes: the log has each."""
    days = {}
    entry = {m.told["entry"]: m for m in mails}
    for line in w.d.log().splitlines():
        got = re.search(r"event=behaviour-alert .*entry=(\S+)", line)
        m = got and entry.get(got[1])
        if m:
            days.setdefault(m.day, []).append(m)
    most = max(map(len, days.values()), default=0)
    w.tap.ok(0 < most <= w.alerts, f"at most {w.alerts} alarms a day ({most})",
             {d: len(x) for d, x in days.items()})
    alarms = [m for d, x in days.items() for m in x]
    w.tap.ok(any(disposition(m) == "hold" for m in alarms),
             "what is held counts, too")
    wrong = [m for m in alarms if not m.attack and m.day >= OBSERVED]
    w.tap.note("alarms: " + " ".join(f"{d}:{len(x)}" for d, x in
                                     sorted(days.items())))
    w.tap.note(f"of {len(alarms)} alarms {len(wrong)} for honest mail from "
               f"day {OBSERVED} on: " + ", ".join(
                   f"{k} {len(by(wrong, k))}" for k in sorted(
                       {m.kind for m in wrong})))
    changed = [m for m in wrong if m.kind in CHANGES]
    most = w.alerts * (DAYS - OBSERVED) * 5 // 8
    w.tap.ok(len(changed) <= most, f"changes that are honest raise at most "
             f"{most} alarms ({len(changed)})")
    late = [m for m in mails if m.day >= OBSERVED and not m.attack]
    acted = [m for m in late if disposition(m) != "accept"]
    w.tap.note("acted on, honest: " + ", ".join(
        f"{k} {len(by(acted, k))} of {len(by(late, k))}"
        for k in sorted({m.kind for m in late})))
    w.tap.ok(len(acted) <= 2 * w.alerts * (DAYS - OBSERVED),
             f"{len(acted)} of {len(late)} honest messages are tagged or held",
             [(m.day, m.kind, m.who.address) for m in acted[:40]])


def caught(w, mails):
    for kind, floor in FLOORS.items():
        some = by(mails, kind)
        got = sum(map(unusual, some))
        held = sum(disposition(m) == "hold" for m in some)
        w.tap.ok(some and got * 100 >= floor * len(some),
                 f"{kind}: {got} of {len(some)} are told, {held} held; at "
                 f"least {floor} of a hundred must be",
                 [(m.day, m.who.address, m.told["verdict"]) for m in some
                  if not unusual(m)][:2])
    some = [m for m in mails if m.attack]
    got = sum(map(unusual, some))
    w.tap.ok(got * 100 >= FLOOR * len(some), f"of all takeovers {got} of "
             f"{len(some)} are told")
    eleven = sorted(by(mails, "intruder"), key=lambda m: m.at)
    w.tap.ok(len(eleven) == 11 and any(map(unusual, eleven[:3])) and
             sum(map(unusual, eleven[-4:])) >= 2,
             "an intruder's last messages are as odd as his first",
             [unusual(m) for m in eleven])


def replayed(w, mails):
    some = [m for m in mails if m.day >= TAKEN - 1]
    path = w.rig.work / "replay.jsonl"
    path.write_bytes(b"".join(m.line for m in some))
    got = w.assay("replay", "--policy", w.policy, path)
    w.tap.ok(got.returncode == 0, f"{len(some)} records replay to the same",
             got.stdout[-1500:], got.stderr)
    m = next(m for m in some if m.attack and unusual(m))
    path.write_bytes(m.line.replace(b'"kind":"profile"', b'"kind":"intel"'))
    got = w.assay("replay", "--policy", w.policy, path)
    w.tap.ok(got.returncode == 1, "and not without what was known of him",
             got.stdout)


def explained(w, mails):
    """Words that a person understands, in the evidence and in the field."""
    m = next(m for m in mails if m.kind == "credentials" and unusual(m))
    e = next(e for e in m.told["evidence"]
             if e["reason"] == "behaviour-unusual")
    w.tap.note(e["detail"])
    w.tap.ok(re.search(r"H\d \W?somebody else\b.*p\W+0.*\d+ messages.* most "
                       r"by [\w-]+", e["detail"]) or re.search(
                           r"p 0.*H\d somebody else\b.*most by [\w-]+",
                           e["detail"]), "the evidence says why, in words")
    got = w.delivered(m)
    said = got and got.field("X-Assay-Behaviour") or w.queued_field(
        m, "X-Assay-Behaviour")
    w.tap.ok(said and re.search(r"p=0.*; h=H\d; .*why=.*alert=", said),
             "and the field", said)


def held(w, mails):
    """Told, let go, delivered as it would have been."""
    some = [m for m in mails if disposition(m) == "hold"]
    w.tap.ok(some and all(m.attack for m in some[-5:]),
             f"{len(some)} are held", [(m.kind, m.day) for m in some])
    w.write_arrivals()
    got = [json.loads(x) for x in w.assay("held", "--json", "--time",
                                          int(w.d.now)).stdout.splitlines()]
    w.tap.ok({h["id"] for h in got} == {m.qid for m in some},
             "assay held has them all", got[:3])
    w.tap.ok(all("behaviour-unusual" in h["because"] for h in got),
             "and why", [h["because"] for h in got][:3])
    done = w.assay("release", *[m.qid for m in some])
    w.tap.ok(done.returncode == 0, "assay release lets them go",
             done.stdout, done.stderr)
    w.pf.flush()
    bad = [m.qid for m in some if not wait_for(lambda m=m: w.delivered(m), 20)
           or not w.delivered(m).data.endswith(m.data)]
    w.tap.ok(not bad, "and they are delivered to the octet", bad)


def costs(w, mails):
    """Figures, not judged: machines differ."""
    plain = w.plain(200)
    for share in (50, 99):
        with_, without = quantile(w.took, share), quantile(plain, share)
        w.tap.note(f"answer to a message, p{share}: {with_ * 1000:.1f} ms, "
                   f"without a milter {without * 1000:.1f} ms, added "
                   f"{(with_ - without) * 1000:.1f} ms")
    us = sorted(int(x) for x in re.findall(r"event=verdict .* us=(\d+)",
                                           w.d.log()))
    w.tap.note(f"of that assayd's own: p50 {quantile(us, 50)} us, p99 "
               f"{quantile(us, 99)} us of {len(us)}")
    c = w.counters()
    w.tap.note("counters: " + ", ".join(
        f"{k} {v}" for k, v in sorted(c.items()) if "behaviour" in k))
    w.tap.ok(w.d.stop() == 0, "assayd ends well", w.d.log()[-1500:])
    (few, n), (size, senders) = w.few, (w.state_size(), w.senders())
    w.tap.note(f"state on disk: {few} octets for {n} senders after a day, "
               f"{size} for {senders} and {len(mails)} messages now (trees, "
               "curves and windows of scores are as large for a million)")


def run(rig):
    p = argparse.ArgumentParser()
    p.add_argument("build")
    p.add_argument("--people", type=int, default=44)
    p.add_argument("--victims", type=int, default=5)
    p.add_argument("--alerts", type=int, default=4)
    p.add_argument("--seed", type=int, default=5)
    args = p.parse_args()
    w = Month(rig, args.seed, args.people, args.victims, args.alerts)
    w.go({7: "eval.0", 10: "store", 22: "store", 24: "all"})
    mails = w.judged()
    begin = time.monotonic()
    for test in (passes, nothing_early, never_refused, untouched, budget,
                 caught, replayed, explained, held, costs):
        try:
            test(w, mails)
        except Exception as e:
            w.tap.ok(False, f"{test.__name__}: {type(e).__name__}: {e}",
                     traceback.format_exc())
    w.tap.note(f"{time.monotonic() - begin:.1f} s for the questions")


base.main(run)
