#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Records: kept whole or not at all, and judged again to the same verdict."""
import json
import os
import signal
import socket
import subprocess
import time

from cli import (ASSAY, BANK, EVIL, WORLD, mail, main, ok, put, read,
                 results, run, same, scratch)

ALL = [mail(n) for n in ("genuine", "forwarded", "list", "forged", "hostile")]


def test_file():
    path = os.path.join(scratch, "all.jsonl")
    status, out, err = run("check", *WORLD, *EVIL, "--record", path, *ALL)
    same((status, err), (1, ""), "recorded")
    lines = read(path).decode().splitlines()
    same(len(lines), 5, "a line a message")
    same(os.stat(path).st_mode & 0o777, 0o600, "for nobody else to read")
    status, out, err = run("replay", path)
    ok(status == 0 and out.count("same ") == 5 and
       "5 the same, 0 differ, 0 unreadable" in out, "replayed", out + err)
    status, out, _ = run("replay", "--json", path)
    same([(r["same"], r["recomputed"], r["was"], r["now"])
          for r in results(out)], [(True, "facts", [], [])] * 5, "--json")
    same([r["verdict"]["disposition"] for r in results(out)],
         ["accept", "accept", "accept", "quarantine", "reject"],
         "the verdicts")
    serial = read(path)
    run("check", *WORLD, *EVIL, "--record", path, "-j", "3", *ALL)
    same(read(path), serial, "-j records the same")
    status, out, err = run("replay", "-", data=serial)
    same(status, 0, "from standard input")


def test_journal():
    """Lines as assayd stores them, and what it says it lost."""
    path = os.path.join(scratch, "all.jsonl")
    run("check", *WORLD, *EVIL, "--record", path, *ALL)
    lines = [json.loads(x) for x in read(path).splitlines()]
    journal = "".join(json.dumps(dict(x, entry="0123456789abcdef.7")) + "\n"
                      for x in lines[:2])
    journal += ('{"format":"assay-drops","version":1,"day":"2026-11-22",'
                '"domain":"example.org","dropped":3,"why":"spool-full"}\n')
    journal += json.dumps(lines[2]) + "\n"
    status, out, err = run("replay", put("journal.jsonl", journal))
    ok(status == 0 and "3 the same, 0 differ, 0 unreadable" in out,
       "a journal is replayed", out + err)


def test_explain():
    """By the policy of the configuration; another one is told."""
    path = os.path.join(scratch, "one.jsonl")
    conf = put("explain.conf", "authserv-id mx.a.test\n"
               'policy "p" {\n    dmarc-fail then tag\n}\n')
    run("check", *WORLD, *EVIL, "--conf", conf, "--record", path,
        mail("forged"))
    status, out, err = run("explain", "--conf", conf, path)
    ok(status == 0 and "Verdict: tag" in out and err == "",
       "explained by the policy of the configuration", out + err)
    for args in ([], ["--json"]):
        status, out, err = run("explain", *args, path)
        ok(status == 0 and "quarantine" in out and
           "the record says tag, not quarantine" in err,
           "that another policy decided is told", out + err)


def test_explain_labels():
    """What people said of a message stands beside its story."""
    state = os.path.join(scratch, "said")
    os.mkdir(state)
    conf = put("said.conf", f"state-directory {state}\n")
    path = os.path.join(scratch, "all.jsonl")
    lines = [json.loads(x) for x in read(path).splitlines()]
    lines[0]["entry"] = "0123456789abcdef.7"
    lines[1]["session"]["queue_id"] = "4SAID0"
    now = lines[1]["session"]["now"]
    journal = put("said.jsonl", "".join(json.dumps(x) + "\n"
                                        for x in lines[:3]))
    quiet = run("explain", "--conf", conf, journal)
    ok(quiet[0] == 0 and "people" not in quiet[1], "nobody said anything")
    said = [{"at": 1767355260, "by": "ida", "label": "released",
             "entry": "0123456789abcdef.7", "id": None, "time": 5},
            {"at": 1767355320, "by": "ida\x1b[1m", "label": "bad",
             "technique": "look-alike", "technique_by": "person",
             "entry": "0123456789abcdef.7", "id": None, "time": 5},
            {"at": 1767355380, "by": None, "label": "good", "entry": None,
             "id": "4SAID0", "time": now},
            {"at": 1767355440, "by": "eve", "label": "good", "entry": None,
             "id": "4SAID0", "time": now + 1},
            {"at": 1767355500, "by": "eve", "label": "bad",
             "entry": "0123456789abcdef.8", "id": None, "time": 5}]
    with open(os.path.join(state, "labels.jsonl"), "w") as f:
        f.writelines(json.dumps(x) + "\n" for x in said)
        f.write('{"label":"bad","entry":"0123456789abcdef.7"')
    status, out, err = run("explain", "--conf", conf, journal)
    first, second, third = out.split("said.jsonl:")[1:]
    ok(status == 0 and err == "" and first.endswith(
        "What people said\n"
        "  2026-01-02 12:01 UTC  ida let it go\n"
        "  2026-01-02 12:02 UTC  ida\\x1b[1m called it bad: look-alike\n\n"),
       "who, when and what, in order", out + err)
    ok(second.endswith("2026-01-02 12:03 UTC  somebody called it good\n\n")
       and "eve" not in out and "people" not in third,
       "by id and time, and of no other message", out)
    status, out, err = run("explain", "--json", "--conf", conf, journal)
    told = results(out)
    ok([len(x.get("labels", [])) for x in told] == [2, 1, 0] and
       told[0]["labels"][1]["technique"] == "look-alike" and
       told[0]["verdict"]["disposition"] == "accept", "--json", out + err)


def test_with_message():
    path = os.path.join(scratch, "head.jsonl")
    run("check", *WORLD, *BANK, "--record", path, "--with-message", *ALL)
    ok("header" in json.loads(read(path).splitlines()[0]), "the header is in")
    status, out, err = run("replay", path)
    ok(status == 0 and "raw header" in out, "and is read again", out + err)
    run("check", *WORLD, *BANK, "--record", path, *ALL)
    ok("header" not in json.loads(read(path).splitlines()[0]), "and else not")
    _, _, err = run("check", *WORLD, "--with-message", mail("genuine"))
    ok("warning: --with-message" in err, "alone it is remarked on")


def test_folder():
    folder = os.path.join(scratch, "records")
    os.mkdir(folder)
    run("check", *WORLD, "--record", folder, "/nonexistent", *ALL)
    same(sorted(os.listdir(folder)), [f"0000000{i}.json" for i in range(2, 7)],
         "a file a message, by its number")
    files = [os.path.join(folder, n) for n in sorted(os.listdir(folder))]
    same(run("replay", *files)[0], 0, "replayed")
    status, out, _ = run("replay", folder)
    ok(status == 0 and "5 the same" in out and
       out.count("computed again") == 1, "a folder of them", out)


def test_differ():
    path = os.path.join(scratch, "one.jsonl")
    run("check", *WORLD, *EVIL, "--record", path, mail("forged"))
    record = json.loads(read(path))
    record["verdict"]["disposition"] = "accept"
    record["evidence"][0]["result"] = "fail"
    tampered = put("tampered.jsonl", json.dumps(record) + "\n")
    status, out, _ = run("replay", tampered)
    ok(status == 1 and "differs" in out and "accept then, quarantine now" in
       out and "was " in out and "now " in out, "each line is named", out)
    r = results(run("replay", "--json", tampered)[1])[0]
    same((r["same"], len(r["was"]), len(r["now"])), (False, 1, 1), "--json")
    record["verdict"]["disposition"] = "quarantine"
    status, out, _ = run("replay", put("line.jsonl", json.dumps(record)))
    ok(status == 1 and "same verdict, evidence differs" in out,
       "the verdict is not all", out)
    hard = put("hard.policy", "dmarc-fail policy reject then reject\n")
    status, out, _ = run("replay", "--policy", hard, path)
    ok(status == 1 and "quarantine then, reject now" in out, "--policy", out)


def test_unreadable():
    for name, data in (("empty object", "{}\n"), ("no JSON", "hello\n"),
                       ("NULs", "\0\0\0\n"), ("other", "[1,2]\n"),
                       ("half", read(os.path.join(scratch, "one.jsonl"))
                        [:500])):
        status, out, err = run("replay", put("broken", data))
        ok(status == 3 and "unreadable" in out, name, out + err)
    status, out, err = run("replay", mail("genuine"))
    ok(status == 3 and out.count("unreadable") == 1 and
       mail("genuine") + ":1" in out, "a message is no record", out)
    same(run("replay", "/nonexistent")[0], 3, "no such file")
    same(run("replay", put("nothing", ""))[0], 0, "an empty file")


def test_full_disk():
    status, out, err = run("check", *WORLD, "--record", "/dev/full",
                           mail("genuine"))
    ok(status == 2 and "cannot write to /dev/full: No space" in err,
       "/dev/full", err)
    ok(os.path.exists("/dev/full"), "a device is not replaced")
    path = os.path.join(scratch, "no/such/place.jsonl")
    status, out, err = run("check", *WORLD, "--record", path, mail("genuine"))
    ok(status == 2 and "cannot write" in err, "no such folder", err)
    before = put("kept.jsonl", "before\n")
    with open("/dev/full", "wb") as full:
        subprocess.run([ASSAY, "check", *WORLD, "--record", before,
                        mail("genuine")], stdout=full,
                       stderr=subprocess.DEVNULL)
    same(read(before), b"before\n", "a run that failed replaces nothing")
    left = [n for n in os.listdir(scratch) if n.startswith("kept.jsonl.")]
    same(left, [], "and leaves nothing behind")


def test_killed():
    """A run that is ended early replaces nothing and leaves nothing."""
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 0))
    server = f"127.0.0.1:{silent.getsockname()[1]}"
    path = put("x/early.jsonl", "before\n")
    for jobs in ("1", "2"):
        for sig in (signal.SIGTERM, signal.SIGINT):
            p = subprocess.Popen([ASSAY, "check", "-j", jobs, "--resolver",
                                  server, "--record", path, *ALL],
                                 stdout=subprocess.DEVNULL)
            while len(os.listdir(os.path.dirname(path))) < 2:
                time.sleep(0.02)
            time.sleep(0.2)
            p.send_signal(sig)
            same(p.wait(timeout=30), -sig, f"ended by {sig.name}, -j {jobs}")
            same(os.listdir(os.path.dirname(path)), ["early.jsonl"],
                 "nothing is left behind")
            same(read(path), b"before\n", "nothing is replaced")
    silent.close()
    p = subprocess.Popen([ASSAY, "check", "--json", *WORLD, "--record", path,
                          *ALL * 60], stdout=subprocess.PIPE)
    p.stdout.readline()
    p.stdout.close()
    same(p.wait(timeout=60), -signal.SIGPIPE, "ended by SIGPIPE")
    same(os.listdir(os.path.dirname(path)), ["early.jsonl"],
         "nothing is left behind")


main(test_file, test_journal, test_explain, test_with_message, test_folder, test_differ,
     test_unreadable, test_full_disk, test_killed)
