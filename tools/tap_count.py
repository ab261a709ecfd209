#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what meson's testlog.json holds: passed, failed, skipped.

A TAP program counts each of its lines, another program counts once.
"""
import json
import re
import sys

passed = failed = skipped = 0
for line in open(sys.argv[1], encoding="utf-8"):
    test = json.loads(line)
    out = test.get("stdout", "")
    ok = len(re.findall(r"(?m)^ok \d+", out))
    bad = len(re.findall(r"(?m)^not ok \d+", out))
    good = test["result"] in ("OK", "EXPECTEDFAIL")
    if test["result"] == "SKIP":
        skipped += 1
    elif ok + bad == 0:
        passed += good
        failed += not good
    else:
        passed += ok
        failed += bad if bad or good else 1
print(passed, failed, skipped)
