#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The session of README.md is real: every `$ assay` line is run, and what
the README shows below it must be what it prints.  TAP on stdout.

readme_test.py ASSAY SOURCE
"""
import os
import re
import subprocess
import sys

program, source = os.path.abspath(sys.argv[1]), sys.argv[2]
text = open(os.path.join(source, "README.md"), encoding="utf-8").read()
n = bad = 0


def ok(good, label, note=""):
    global n, bad
    n += 1
    print("%sok %d - %s" % ("" if good else "not ", n, label))
    if not good:
        bad += 1
        print("\n".join("# " + line for line in note.splitlines()))


ok(not re.search(r"@[A-Z]+@", text), "no placeholder is left")
shown = []
for block in re.findall(r"(?ms)^```console\n(.*?)^```$", text):
    shown += re.findall(r"(?ms)^\$ (.*?(?:\\\n.*?)*)\n(.*?)(?=^\$ |\Z)", block)
ok(len(shown) >= 2, "the README shows a session")
env = dict(os.environ, NO_COLOR="1", COLUMNS="80", LC_ALL="C.UTF-8")
for command, want in shown:
    line = command.replace("\\\n", " ")
    got = subprocess.run(
        ["sh", "-c", "assay() { '%s' \"$@\"; }; %s" % (program, line)],
        cwd=source, env=env, capture_output=True, text=True).stdout
    ok(got.strip() == want.strip(), " ".join(line.split()),
       "it prints:\n" + got)
for path in re.findall(r"\]\(([^)#:]+)\)", text):
    ok(os.path.exists(os.path.join(source, path)), "there is " + path)
print("1..%d" % n)
sys.exit(bad != 0)
