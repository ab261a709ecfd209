#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What assayd holds, as the command tells it and lets it go, and what people
say of it: a real assayd, records in its journal, and a mail server's queue that
is played."""
import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from daemon import SOURCE, Daemon, done, ok, until
from milter import Milter

ASSAY = os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])),
                     "../assay/assay")
DEMO = os.path.join(SOURCE, "app/assay/demo")
FORGER = {"client": "203.0.113.66", "helo": "mx.evil.example",
          "sender": "bounce@evil.example"}
ROOM = tempfile.mkdtemp(prefix="assay.held.")
NOW = int(time.time())


def program(name, text):
    path = os.path.join(ROOM, name)
    with open(path, "w") as f:
        f.write("#!/bin/sh\n" + text)
    os.chmod(path, 0o755)
    return path


def queue(*rows):
    """What postqueue -j says: (queue, id, seconds ago)."""
    with open(os.path.join(ROOM, "queue"), "w") as f:
        for name, qid, ago in rows:
            f.write(json.dumps({
                "queue_name": name, "queue_id": qid,
                "arrival_time": NOW - ago, "message_size": 1234,
                "sender": "x@evil.example", "recipients":
                [{"address": "reader@reader.example"}]}) + "\n")


POSTQUEUE = program("postqueue", f'[ "$*" = -j ] && cat {ROOM}/queue\n')
POSTSUPER = program("postsuper", f'echo "$@" >> {ROOM}/super\n')


def let_go():
    try:
        with open(os.path.join(ROOM, "super")) as f:
            return f.read().split("\n")[:-1]
    except FileNotFoundError:
        return []


def assay(d, *args, **more):
    env = {**os.environ, "POSTQUEUE": POSTQUEUE, "POSTSUPER": POSTSUPER,
           **more}
    p = subprocess.run([ASSAY, args[0], "--conf", d.conf, *args[1:]],
                       capture_output=True, text=True, timeout=60, env=env)
    return p.returncode, p.stdout, p.stderr


def send(d, qid, name="forged", **session):
    with open(os.path.join(DEMO, name + ".eml"), "rb") as f:
        raw = f.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    m = Milter(d.sock)
    m.message(raw, queue=qid, **session)
    m.close()


def records(d):
    at, out = os.path.join(d.dir, "state/records"), []
    for name in sorted(os.listdir(at)) if os.path.isdir(at) else ():
        with open(os.path.join(at, name)) as f:
            out += [json.loads(line) for line in f if line.endswith("\n")]
    return out


def listed(d, *args):
    status, out, err = assay(d, "held", "--json", *args)
    ok(status == 0, f"held: {status} {err}")
    return [json.loads(line) for line in out.splitlines()]


def test_held(d):
    queue(("hold", "4HELD0", 60), ("hold", "4QUAR0", 60),
          ("hold", "4OTHER", 60), ("deferred", "4HELD1", 60),
          ("hold", "4GOOD0", 60))
    got = listed(d)
    ok([(h["id"], h["disposition"]) for h in got] ==
       [("4HELD0", "hold"), ("4QUAR0", "quarantine")],
       f"what assayd held, and nothing of others: {got}")
    ok(got[0]["until"] == NOW - 60 + 7200 and got[1]["until"] is None,
       "a hold ends by hold-time, a quarantine does not")
    ok(got[0]["from_domain"] == "bank.example" and
       "dmarc-fail" in got[0]["because"], "why")
    status, out, _ = assay(d, "held")
    ok(status == 0 and "4HELD0" in out and "1h" in out and
       "2 more on hold, not by assayd" in out, f"for a person: {out!r}")
    status, out, _ = assay(d, "held", "--time", str(NOW + 9000))
    ok("over" in out and "2h" in out, f"an age, and that it is over: {out!r}")
    queue(("hold", "4HELD0", 5 * 86400))
    ok(not listed(d), "the same id, days before, is another message")
    status, _, err = assay(d, "held", POSTQUEUE="/nowhere/postqueue")
    ok(status == 4 and "postqueue" in err, "no queue: told, and no list")
    with open(os.path.join(ROOM, "queue"), "w") as f:
        f.write('{"queue_name": "hold", "queue_id": "4HE')
    ok(assay(d, "held")[0] == 4, "nor from half an answer")
    queue()
    ok("nothing is held" in assay(d, "held")[1], "none")


def test_release(d):
    queue(("hold", "4HELD0", 60), ("hold", "4QUAR0", 60),
          ("hold", "4OTHER", 60), ("hold", "4HELD1", 60))
    for bad in (["4OTHER"], ["4NOSUCH"], ["ALL"], ["-"], ["4HELD0;id"],
                ["4HELD0", "4OTHER", "ALL"][1:]):
        status, _, err = assay(d, "release", *bad)
        ok(status == 1 and "not held by assayd" in err and not let_go(),
           f"{bad} is not let go: {status} {err!r} {let_go()}")
    ok(assay(d, "release")[0] == 2 and
       assay(d, "release", "--expired", "4HELD0")[0] == 2, "which?")
    status, out, err = assay(d, "release", "4HELD0")
    ok(status == 0 and let_go() == ["-H 4HELD0"] and
       out == "4HELD0 released\n", f"one is: {out!r} {err!r} {let_go()}")
    ok(assay(d, "release", "--expired")[0] == 0 and
       let_go() == ["-H 4HELD0"], "no hold is over")
    ok(assay(d, "release", "--expired", "--time", str(NOW + 7300))[0] == 0
       and let_go()[1:] == ["-H 4HELD0", "-H 4HELD1"],
       f"holds that are over go, a quarantine stays: {let_go()}")
    status, _, err = assay(d, "release", "4QUAR0", POSTSUPER="/bin/false")
    ok(status == 1 and "still held" in err, "a failure is told")
    with open(os.path.join(d.dir, "state/labels.jsonl")) as f:
        labels = [json.loads(line) for line in f]
    ok([x["label"] for x in labels] == ["released", "expired", "expired",
                                        "released"] and
       "4HELD0" == labels[0]["id"], "each was noted before it was done")


def share(d):
    status, out, err = assay(d, "share", "--json")
    ok(status == 0, f"share: {err}")
    return [json.loads(line) for line in out.splitlines()]


def test_labels(d):
    ok(share(d) == [], "that it was let go is no opinion")
    ok("nobody has called" in assay(d, "share")[1], "and it says so")
    for wrong in (("4HELD0",), ("4HELD0", "ugly"), ("", "bad"),
                  ("4HELD0", "bad", "--technique", "spoof")):
        ok(assay(d, "label", *wrong)[0] == 2, f"label {wrong}: usage")
    ok(assay(d, "label", "4NOSUCH", "bad")[0] == 1, "no such record")
    month = time.strftime("%Y-%m", time.gmtime(
        [r for r in records(d) if r["session"]["queue_id"] == "4GOOD0"][0]
        ["session"]["now"]))
    ok(assay(d, "label", "4HELD0", "bad")[:2] == (0, "4HELD0 is bad\n"),
       "labelled")
    assay(d, "label", "4HELD1", "bad")
    assay(d, "label", "4GOOD0", "bad", "--technique", "taken-over-account")
    rows = {r["technique"]: r for r in share(d)}
    ok(set(rows) == {"spoofed-domain", "taken-over-account", "all"} and
       rows["spoofed-domain"]["bad"] == 2 and
       rows["spoofed-domain"]["dmarc_pass"] == 0 and
       rows["spoofed-domain"]["spf_pass"] == 1, f"by technique: {rows}")
    ok(rows["taken-over-account"]["month"] == month and
       rows["taken-over-account"]["dmarc_pass"] == 1 and
       rows["taken-over-account"]["dkim_pass"] == 1, "what passed all")
    ok(abs(rows["all"]["dmarc_pass"] - 1 / 3) < 0.01 and
       rows["all"]["bad"] == 3 and rows["all"]["month"] == "all", "in all")
    mark = [r["entry"] for r in records(d)
            if r["session"]["queue_id"] == "4HELD1"][0]
    ok(assay(d, "label", mark, "good")[0] == 0, "by the entry of a record")
    ok(share(d)[-1]["bad"] == 2, "the last word counts")
    with open(os.path.join(d.dir, "state/labels.jsonl"), "a") as f:
        f.write('{"format":"assay-label","label":"bad","id":"4TO')
    ok(share(d)[-1]["bad"] == 2, "half a line of a power cut is none")
    assay(d, "label", "4HELD1", "bad")
    ok(share(d)[-1]["bad"] == 3, "and the next one is whole")
    text = open(os.path.join(d.dir, "state/labels.jsonl")).read()
    ok("@" not in text and "reader" not in text, "no address is kept")
    rows = list(csv.DictReader(io.StringIO(assay(d, "share", "--csv")[1])))
    ok(rows[-1]["technique"] == "all" and rows[-1]["bad"] == "3", "as CSV")
    ok("of messages that a person called bad" in assay(d, "share")[1],
       "what it does not say is said")


def main():
    d = Daemon('policy "h" {\n\tdmarc-fail then hold\n}\n'
               'policy "q" {\n\tdmarc-fail then quarantine\n}\n'
               "use-policy q recipient quar.example\nhold-time 2h\n",
               resolver=f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready") or d.show()
    for qid, more in (("4HELD0", {}), ("4HELD1", {}),
                      ("4QUAR0", {"rcpts": ["a@quar.example"]})):
        send(d, qid, **FORGER, **more)
    send(d, "4GOOD0", "genuine")
    ok(until(lambda: len(records(d)) == 4), "four records") or d.show()
    test_held(d)
    test_release(d)
    test_labels(d)
    d.stop()
    shutil.rmtree(ROOM)


main()
done()
