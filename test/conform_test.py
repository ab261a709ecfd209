#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""conform_test.py CONFORM SUITES - tests the runner of suites on our own."""
import json
import subprocess
import sys

conform, suites = sys.argv[1:3]
count = failed = 0


def ok(good, what):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {what}")


def run(*args):
    r = subprocess.run([conform, *args], capture_output=True, text=True,
                       timeout=50, check=False)
    return r.returncode, r.stdout.splitlines()


rc, out = run(suites + "/own")
ok(rc == 0 and out[-1] == "20 passed, 0 failed, 1 skipped", "our own suite")

rc, out = run("--emit", suites + "/own")
rows = {r["id"]: r for r in map(json.loads, out)}
wanted = [json.loads(line) for line in open(suites + "/own/manifest.jsonl",
                                            encoding="utf-8")]
ok(rc == 0 and len(out) == len(wanted), "one line a row")
for want in wanted:
    row = rows[want["id"]]
    if want["kind"] == "telepathy":
        ok(row == {"id": want["id"], "kind": "telepathy", "skipped": True},
           "a kind that is not known is skipped")
        continue
    ok(set(row["got"]) == set(want["expected"]),
       want["id"] + " has exactly the members that are expected")
ok(rows["own/spf-fail"]["got"]["result"] == "fail",
   "a single value where alternatives are listed")
ok(rows["own/dmarc"]["got"]["rfc7489"] == {"policy": "reject"},
   "the old profile as a part of its own")

rc, out = run(suites + "/broken")
ok(rc == 1 and out[-1] == "3 passed, 5 failed, 0 skipped",
   "bad rows are counted, and the run goes on")
rc, out = run("--emit", suites + "/broken")
ok(len(out) == 8 and all(isinstance(json.loads(line), dict) for line in out),
   "and each has its line")

rc, out = run(suites)
ok(rc == 1 and out[-1] == "23 passed, 5 failed, 1 skipped",
   "a folder that holds suites")
ok(run(suites + "/own/zones")[0] == 2, "no suite there")
ok(run()[0] == 2, "usage")
print(f"1..{count}")
sys.exit(failed > 0)
