#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""table.py MEASURE: what is found of look-alikes that others made, by class:
those of dnstwist for names that everybody knows, and real ones, if there is a
folder with them (ASSAY_CORPORA, or ../shared/corpora), against honest names.

The bars: 99 of 100 of every class with one change, 3 of 10,000 honest names,
the right name in 99 of 100.
"""
import os
import subprocess
import sys
import tempfile

MEASURE = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
CORPORA = os.environ.get("ASSAY_CORPORA",
                         os.path.join(TOP, "../shared/corpora"))
DOMAINS = os.path.join(CORPORA, "domains")
KNOWN = """google.com youtube.com facebook.com instagram.com wikipedia.org
linkedin.com netflix.com microsoft.com dropbox.com mastercard.com
barclays.co.uk sparkasse.de postfinance.ch swisscom.ch vodafone.com
lufthansa.com debian.org""".split()
ONE_CHANGE = {"typo1", "tld-swap", "idn-homoglyph", "digraph", "leet"}
# words around a name are weighed, and other people use them, too
FREE = {"dictionary"}
n = bad = 0


def ok(condition, label):
    global n, bad
    n += 1
    bad += not condition
    print(f"{'ok' if condition else 'not ok'} {n} - {label}", flush=True)


def measure(known, *files):
    """{class: (names, found %, right %)}, printed as it is."""
    with tempfile.NamedTemporaryFile("w", suffix=".known") as f:
        f.write("".join(k + "\n" for k in known))
        f.flush()
        out = subprocess.run([MEASURE, f.name, *files], check=True,
                             capture_output=True, text=True).stdout
    table = {}
    for line in out.splitlines():
        print("# " + line)
        c = line.split()
        if c[0] != "class":
            table[c[0]] = (int(c[1]), float(c[3]), float(c[4]))
    return table


def twist(known):
    made = subprocess.run([os.path.join(HERE, "twist.py"), *known],
                          capture_output=True, text=True)
    if made.returncode != 0:
        print("# dnstwist is not there: " + made.stderr.strip())
        return
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as f:
        f.write(made.stdout)
        f.flush()
        table = measure(known, f.name)
    for name, (count, found, right) in sorted(table.items()):
        if name not in FREE:
            ok(found >= 99 and right >= 99,
               f"dnstwist: {name}, {found} % of {count}")


def gold():
    path = os.path.join(DOMAINS, "lookalike_gold_dev.tsv")
    rows = [l.rstrip("\n").split("\t") for l in open(path, encoding="utf-8")
            if not l.startswith("#")]
    known = sorted({r[2] for r in rows})
    table = measure(known, path)
    for name in sorted(ONE_CHANGE):
        ok(table[name][1] >= 99, f"real: {name}, {table[name][1]} %")
    found = sum(c * f / 100 for c, f, _ in table.values())
    right = sum(c * f * r / 1e4 for c, f, r in table.values())
    print(f"# of the whole list: {100 * found / len(rows):.1f} %, led back "
          f"to the right name {100 * right / found:.2f} %")
    ok(right >= 0.99 * found, "the right name")
    honest = measure(known, os.path.join(DOMAINS,
                                         "benign_cloudflare_top100k.txt"))
    count, told, _ = honest["honest"]
    ok(told <= 0.03, f"honest names: {told * count / 100:.0f} of {count}")
    return known


if os.path.isdir(DOMAINS):
    twist(gold())
else:
    print(f"# {CORPORA} is not there: names of our own")
    twist(KNOWN)
if n == 0:
    print("1..0 # SKIP neither dnstwist nor a folder of names")
else:
    print(f"1..{n}")
sys.exit(bad > 0)
