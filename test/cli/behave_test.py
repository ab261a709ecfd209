#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""assay learn and assay eval: a small world of people, and a stranger."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time

from cli import ASSAY, main, ok, put, read, results, run, same, scratch

PEOPLE = 24
DAY = 86400
START = 1640995200
ZONES = ("+0000", "+0100", "-0500", "+0900", "+0530", "-0800")


def message(who, n, rng, by=None):
    """A message of who, made by somebody else if by says so."""
    hand = who if by is None else by
    t = START + n * 5400
    stamp = time.strftime("%a, %d %b %Y %H:%M:%S ", time.gmtime(t))
    to = (who + 1 + rng.randrange(3)) % PEOPLE
    if by is not None:
        to = (by + 9) % PEOPLE
    fields = [f"Received: from home{hand}.example.net ([198.51.{hand}.7])\n"
              f"\tby out{who % 4}.example with ESMTPSA; {stamp}+0000",
              f"From: P{who} <p{who}@org{who % 4}.example>",
              f"To: <p{to}@org{to % 4}.example>",
              f"Subject: about {n}",
              f"Date: {stamp}{ZONES[hand % 6]}",
              f"Message-ID: <{n}.{rng.randrange(10**6)}@host{hand}.example>"]
    if hand % 3:
        fields.append(f"User-Agent: Mailer{hand % 5}/1.{hand}")
    if hand % 2:
        fields = fields[:1] + sorted(fields[1:])
    body = f"hello{hand % 7},\n\nsome words\n\nregards\n"
    return t, "\n".join(fields) + "\n\n" + body


def world(n, seed=1):
    rng = random.Random(seed)
    out = []
    for i in range(n):
        who = rng.randrange(PEOPLE)
        strange = i > n / 2 and i % 50 == 0
        t, text = message(who, i, rng, (who + 7) % PEOPLE if strange
                          else None)
        out.append(json.dumps({
            "id": f"m{i}", "rcvd": t, "ip": f"203.0.113.{who % 4}",
            "helo": f"out{who % 4}.example", "mail_from": "",
            "spf": "pass", "dkim": "pass", "dmarc": "pass",
            "learn": not strange, "label": "T2" if strange else "ham",
            "msg": text}) + "\n")
    return out


def evaluate(state, source, scores, *more, cold=True):
    return run("eval", "--state", state, "--in", source, "--out", scores,
               *(["--cold"] if cold else []), *more, timeout=300)


def test_eval():
    lines = world(6000)
    put("mail.jsonl", "".join(lines))
    status, out, err = evaluate("s", "mail.jsonl", "a.jsonl")
    same((status, out), (0, ""), "a corpus is scored")
    ok("6000 messages" in err, "and counted", err)
    got = results(read(os.path.join(scratch, "a.jsonl")).decode())
    same([r["id"] for r in got], [f"m{i}" for i in range(6000)],
         "a line a message, in order")
    kind = [json.loads(x)["label"] for x in lines]
    late = [(k, r) for k, r in zip(kind, got) if int(r["id"][1:]) > 3000]
    caught = [r["p"] < 0.01 for k, r in late if k == "T2"]
    alarms = [r["p"] < 0.01 for k, r in late if k == "ham"]
    ok(sum(caught) > 0.9 * len(caught), "strangers are seen",
       f"{sum(caught)} of {len(caught)}")
    ok(sum(alarms) <= 0.05 * len(alarms), "habits are not",
       f"{sum(alarms)} of {len(alarms)}")
    why = next(r["why"] for k, r in late if k == "T2" and r["p"] < 0.001)
    ok(why and why[0]["bits"] >= why[1]["bits"] > 0, "with reasons", why)
    ok(any(r.get("alert") for r in got), "some are alerts")
    blind = "".join(x.replace('"T2"', '"ham"') for x in lines)
    put("blind.jsonl", blind)
    evaluate("s2", "blind.jsonl", "b.jsonl")
    same(read(os.path.join(scratch, "b.jsonl")),
         read(os.path.join(scratch, "a.jsonl")),
         "the label is not read, and a seed decides all")
    evaluate("s3", "mail.jsonl", "c.tsv", "--tsv", "p")
    c = {x.split("\t")[0]: x.split("\t")[1:] for x in
         read(os.path.join(scratch, "c.tsv")).decode().splitlines()}
    ok(all(abs(float(c[r["id"]][0]) - r["p"]) <= 1e-5 * r["p"]
           for r in got if r["known"]), "the same p in the table")
    first = [r for r in got if not r["known"]]
    ok(len(c) == len(got) and first and
       all(c[r["id"]][1] == r["class"] and r["contact"]["first"] and
           (c[r["id"]][0] == "nan") == ("p" not in r["contact"])
           for r in first), "a line of each, with its kind",
       json.dumps(first[:1]))
    ok(len(first[-1]["contact"]["ties"]) == 9 and
       all(t["is"] for t in first[-1]["contact"]["ties"]),
       "a first contact is told by its ties")


def test_resume():
    lines = world(3000, 2)
    put("half.jsonl", "".join(lines[:1500]))
    evaluate("h", "half.jsonl", "h.jsonl")
    put("half.jsonl", "".join(lines))
    path = os.path.join(scratch, "h.jsonl")
    with open(path, "a") as f:
        f.write('{"id":"written and not saved')
    status, _, err = evaluate("h", "half.jsonl", "h.jsonl")
    same(status, 0, "it goes on")
    ok("1500 messages" in err, "where it was", err)
    put("whole.jsonl", "".join(lines))
    evaluate("w", "whole.jsonl", "w.jsonl")
    same(read(path), read(os.path.join(scratch, "w.jsonl")),
         "and ends with the same scores")
    os.truncate(path, 10)
    status, _, err = evaluate("h", "half.jsonl", "h.jsonl")
    ok(status == 3 and "shorter" in err, "scores that are gone are missed",
       err)


def test_kill():
    lines = world(40000, 3)
    put("big.jsonl", "".join(lines))
    args = [ASSAY, "eval", "--cold", "--state", "k", "--in", "big.jsonl",
            "--out", "k.jsonl"]
    killed = 0
    for wait in (1.6, 2.1, 1.3):
        p = subprocess.Popen(args, cwd=scratch, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        killed += p.poll() is None
        p.send_signal(signal.SIGKILL)
        p.wait()
    print(f"# killed {killed} times")
    same(evaluate("k", "big.jsonl", "k.jsonl")[0], 0, "after kill -9")
    evaluate("l", "big.jsonl", "l.jsonl")
    same(read(os.path.join(scratch, "k.jsonl")),
         read(os.path.join(scratch, "l.jsonl")), "the same scores")


def test_learn():
    rng = random.Random(5)
    mbox = ""
    for i in range(800):
        t, text = message(rng.randrange(PEOPLE), i, rng)
        mbox += f"From x {time.asctime(time.gmtime(t))}\n" + text + "\n"
    # an absurd date, quoting that is broken, 10,000 recipients, no sender
    mbox += ("From x Thu Jan  1 00:00:00 1970\nFrom: a@b.example\nDate: Mon, "
             "1 Jan 9999 00:00:00 +0000\n\nFrom here on\n>>From there\n\n")
    many = ", ".join(f"<r{i}@x.example>" for i in range(10000))
    mbox += f"From x\nFrom: a@b.example\nTo: {many}\n\nhi\n\n"
    mbox += "From x Thu Jan  1 00:00:00 1970\nSubject: nobody\n\nhi\n\n"
    put("archive.mbox", mbox)
    status, out, err = run("learn", "--state", "m", "archive.mbox")
    same((status, err), (0, ""), "an archive is learned")
    ok("1 without a sender" in out, "but who is nobody", out)
    ok(f"{PEOPLE + 1} senders" in out, "and whom it knows", out)
    state = os.path.join(scratch, "m", "state")
    same(os.stat(state).st_mode & 0o777, 0o600, "nobody else reads it")
    data = read(state)
    one = [b"hello0", b"p3@org", b"host3.example", b"home3.example",
           b"some words", b"regards"]
    ok(not [w for w in one if w in data.lower()] and
       not re.search(rb"mailer\d.1\.\d", data.lower()),
       "nothing of one person is kept as a word")
    ok(b"+0100" in data, "what many share is")
    data = bytearray(data)
    data[0] ^= 1
    put("m/state", bytes(data))
    status, _, err = run("learn", "--state", "m", "archive.mbox")
    ok(status == 2 and "damaged" in err, "a damaged state is refused", err)
    status, _, err = run("learn", "--state", "n", "no-such-file")
    ok(status == 3 and "no-such-file" in err, "what cannot be read is told",
       err)


def test_unproven():
    """Of an archive nobody knows what was authentic: no habit comes of it."""
    def first(state, result):
        line = json.loads(world(1, 12)[0])
        line.update(spf=result, dkim=result, dmarc=result)
        put(f"{state}.jsonl", json.dumps(line) + "\n")
        shutil.copytree(os.path.join(scratch, "q"),
                        os.path.join(scratch, state))
        evaluate(state, f"{state}.jsonl", f"{state}.out", cold=False)
        return read(os.path.join(scratch, f"{state}.out"))

    rng = random.Random(8)
    for part in range(2):
        box = ""
        for i in range(part * 600, part * 600 + 600):
            t, text = message(rng.randrange(PEOPLE), i, rng)
            box += f"From x {time.asctime(time.gmtime(t))}\n" + text + "\n"
        put("q.mbox", box)
        same(run("learn", "--state", "q", "q.mbox")[0], 0, "is learned")
    passed, failed = first("q1", "pass"), first("q2", "fail")
    ok(b'"known":true' in passed, "somebody known", passed)
    same(passed, failed, "is as usual with any result")


def test_suffixes():
    """Who a domain belongs to is what the list of the configuration says."""
    def learned(*more):
        out = run("learn", "--state", f"d{len(more)}", *more, "d.mbox")[1]
        return re.search(r"and (\d+) domains", out)[1]

    box = ""
    for host in ("a", "b", "c"):
        box += (f"From x Thu Jan  1 00:00:00 2026\nFrom: <u@x.{host}.shared."
                f"example>\nDate: Thu, 1 Jan 2026 00:00:00 +0000\n\nhi\n\n")
    put("d.mbox", box)
    put("list.dat", "example\nshared.example\n")
    put("list.conf", "public-suffix-list " +
        os.path.join(scratch, "list.dat") + "\n")
    one, three = learned(), learned("--conf", "list.conf")
    ok(int(three) == int(one) + 2, "three where one was", (one, three))
    put("d.jsonl", "".join(world(20)).replace("org0.example",
                                              "a.shared.example"))
    for state, more in (("d3", []), ("d4", ["--conf", "list.conf"])):
        same(evaluate(state, "d.jsonl", state + ".out", *more)[0], 0,
             "a corpus is scored with " + (" ".join(more) or "the system's"))
    ok(read(os.path.join(scratch, "d3", "state")) !=
       read(os.path.join(scratch, "d4", "state")), "and it matters")
    put("none.conf", "public-suffix-list " + os.path.join(scratch, "none") +
        "\n")
    status, _, err = evaluate("d5", "d.jsonl", "d5.out", "--conf",
                              "none.conf")
    ok(status == 2 and "public suffixes" in err, "a list that is not there",
       err)
    status, _, err = run("erase", "--state", "d2", "--conf", "none.conf",
                         "u@x.a.shared.example")
    ok(status == 2 and "public suffixes" in err, "... when one is erased",
       err)


def test_merge():
    """Two nodes and three that began as one, in any order."""
    def learn(state, *more):
        status, _, err = run("learn", "--state", state, *more)
        same((status, err), (0, ""), f"{state} takes in {' '.join(more)}")

    rng = random.Random(9)
    box = []
    for part in range(4):
        text = ""
        for i in range(part * 150, part * 150 + 150):
            t, one = message(rng.randrange(PEOPLE), i, rng)
            text += f"From x {time.asctime(time.gmtime(t))}\n" + one + "\n"
        box.append(put(f"part{part}.mbox", text))
    learn("n0", "part0.mbox")
    for i in (1, 2, 3):
        learn(f"n{i}", "--merge", "n0")
        learn(f"n{i}", f"part{i}.mbox")
    for order in ("12", "21", "123", "321", "231", "1223"):
        for i in order:
            learn(f"m{order}", "--merge", f"n{i}")
    learn("m12-3", "--merge", "m12")
    learn("m12-3", "--merge", "n3")
    state = {n: read(os.path.join(scratch, n, "state"))
             for n in ("n1", "m12", "m21", "m123", "m321", "m231", "m1223",
                       "m12-3")}
    same(state["m12"], state["m21"], "one with two is two with one")
    ok(state["m12"] != state["n1"], "and more than one")
    ok(state["m123"] == state["m321"] == state["m231"] == state["m12-3"] ==
       state["m1223"], "three in any order, and twice")
    put("later.jsonl", "".join(world(300, 4)))
    for n in ("m123", "m321"):
        evaluate(n, "later.jsonl", f"{n}.out", cold=False)
    same(read(os.path.join(scratch, "m123.out")),
         read(os.path.join(scratch, "m321.out")), "they score the same")
    status, _, err = run("learn", "--state", "m12", "--merge", "m")
    ok(status == 2 and "damaged" in err, "not what is damaged", err)
    learn("o", "part0.mbox")
    status, _, err = run("learn", "--state", "m12", "--merge", "o")
    ok(status == 2 and "another key" in err, "not who knows nobody of them",
       err)
    same(read(os.path.join(scratch, "m12", "state")), state["m12"],
         "then all is as it was")
    status, _, err = run("learn", "--state", "m12", "--merge", "nowhere")
    ok(status == 2 and not os.path.exists(os.path.join(scratch, "nowhere")),
       "nor what is not there", err)


def test_usage():
    for args in (["eval"], ["eval", "--state", "u"], ["learn"],
                 ["learn", "archive.mbox"],
                 ["eval", "--state", "u", "--in", "a", "--out", "b",
                  "--tsv", "x"],
                 ["eval", "--state", "u", "--in", "a", "--out", "b",
                  "--seed", "0"]):
        status, _, err = run(*args)
        ok(status == 2 and "--help" in err, " ".join(args), err)
    put("bad.jsonl", '{"id":"a"}\n')
    status, _, err = evaluate("u", "bad.jsonl", "u.jsonl")
    ok(status == 3 and "line 1" in err, "a bad line is told", err)
    status, _, err = evaluate("u", "none.jsonl", "u.jsonl")
    ok(status == 3 and "none.jsonl" in err, "no input", err)


main(test_eval, test_resume, test_kill, test_learn, test_unproven,
     test_suffixes, test_merge, test_usage)
