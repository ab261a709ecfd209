#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what meson's testlog.json holds: passed, failed, skipped.

A TAP program counts each of its lines, another program counts once.  With
--skips, what was skipped and why is told on stderr, and of each test that
failed the lines that say so.
"""
import json
import re
import sys

passed = failed = skipped = 0
for line in open(sys.argv[1], encoding="utf-8"):
    test = json.loads(line)
    out = test.get("stdout", "")
    left_out = re.findall(r"(?mi)^ok \d+(.*# SKIP.*)", out)
    ok = len(re.findall(r"(?m)^ok \d+", out)) - len(left_out)
    bad = len(re.findall(r"(?m)^not ok \d+", out))
    good = test["result"] in ("OK", "EXPECTEDFAIL")
    whole = re.findall(r"(?mi)^1\.\.0(.*# SKIP.*)", out)
    if "--skips" in sys.argv:
        for why in left_out + whole:
            print(f"skipped: {test['name']}{why}", file=sys.stderr)
    if "--skips" in sys.argv and (bad or not good) and not whole:
        told = re.findall(r"(?m)^not ok .*(?:\n#.*)*", out) or [out[-3000:]]
        for text in told:
            print(f"{test['name']}: {text[:3000]}", file=sys.stderr)
    skipped += len(left_out)
    if test["result"] == "SKIP":
        skipped += not left_out
    elif ok + bad + len(left_out) == 0:
        passed += good
        failed += not good
    else:
        passed += ok
        failed += bad if bad or good else 1
print(passed, failed, skipped)
