#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""aggregate_schema.py SCHEMA WRITER: what WRITER --print SEED writes is what
the schema of RFC 9990 says; and xmllint can tell what is not."""
import shutil
import subprocess
import sys

if shutil.which("xmllint") is None:
    print("1..0 # SKIP libxml2-utils is not installed")
    sys.exit(0)


def valid(text):
    return subprocess.run(
        ["xmllint", "--nonet", "--noout", "--schema", sys.argv[1], "-"],
        input=text, stderr=subprocess.DEVNULL, timeout=60).returncode == 0


def written(how, seed):
    return subprocess.run([sys.argv[2], how, str(seed)], check=True,
                          capture_output=True, timeout=60).stdout


n = bad = 0


def ok(good, label):
    global n, bad
    n += 1
    bad += not good
    print("%sok %d - %s" % ("" if good else "not ", n, label))


wrong = [s for s in range(60) if not valid(written("--print", s))]
ok(not wrong, "60 reports are valid")
for s in wrong[:3]:
    print("# seed %d" % s)
text = written("--print", 1)
ok(not valid(text.replace(b"<version>1.0</version>", b"<pct>100</pct>")),
   "an element of RFC 7489 is not")
ok(not valid(text.replace(b"<p>", b"<p>x")), "a word of nobody's is not")
print("1..%d" % n)
sys.exit(bad > 0)
