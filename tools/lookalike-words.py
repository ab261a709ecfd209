#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""lookalike-words.py BENIGN... --bad BAD... --out DIR: learns what look-alikes
are weighed by, and writes it to DIR/words.def, suffixes.def and letters.def.

BENIGN are lists of names that many people visit, a name a line; BAD lists of
names that somebody reported, or registered lately (the second column when
there are TABs).  Only lists in the public domain may be used for what is
shipped.  What is in the tree was made of: Cloudflare Radar's top 100,000 and
Tranco's top 10,000 as the MISP warning lists have them (CC0 1.0), against
TweetFeed (CC0 1.0).

letters: how many tenths of a bit a letter costs behind another one in names
	that many people visit.
words: how common a word is in those names (tenths of bits: common is small),
	and how much likelier it is in reported ones.
suffixes: how much likelier a top-level domain, or a hyphen, is in reported
	ones.

--half N takes only benign names whose CRC-32 is N modulo 2, so that the other
half can be measured with.
"""
import argparse
import collections
import math
import re
import zlib

SECOND = {"com", "co", "net", "org", "gov", "edu", "ac", "or", "ne", "go"}
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-"
WORD = re.compile(r"[a-z]{3,12}$")


def names(path, half):
    column = 0
    for line in open(path, encoding="utf-8"):
        if line.startswith("#"):
            continue
        cells = line.rstrip("\n").split("\t")
        if len(cells) > 1 and re.match(r"\d{4}-\d\d-\d\d$", cells[0]):
            column = 1
        name = cells[column].strip().lower().rstrip(".")
        if not re.match(r"[a-z0-9.-]+\.[a-z][a-z0-9-]+$", name):
            continue
        if half is None or zlib.crc32(name.encode()) % 2 == half:
            yield name


def split(name):
    """(registrable label, suffix)"""
    p = name.split(".")
    n = 2 if len(p) > 2 and len(p[-1]) == 2 and p[-2] in SECOND else 1
    return p[-n - 1], p[-1]


def letters(labels):
    two = collections.Counter()
    one = collections.Counter()
    for l in labels:
        if l.startswith("xn--"):
            continue
        for a, b in zip("^" + l, l):
            two[a + b] += 1
            one[b] += 1
    total = sum(one.values())
    out = []
    for a in "^" + ALPHABET:
        row = sum(two[a + b] for b in ALPHABET)
        for b in ALPHABET:
            p1 = (one[b] + 1) / (total + len(ALPHABET))
            p = (two[a + b] + 20 * p1) / (row + 20)
            out.append(min(250, round(-10 * math.log2(p))))
    return out


def tokens(label):
    return {t for t in re.split(r"[-0-9]+", label) if WORD.match(t)}


def count(labels, vocabulary):
    """In how many labels a word stands: by itself, first or last."""
    n = collections.Counter()
    for l in labels:
        seen = tokens(l) & vocabulary
        for t in re.split(r"[-0-9]+", l):
            for k in range(3, min(12, len(t)) + 1):
                for w in (t[:k], t[-k:]):
                    if w in vocabulary:
                        seen.add(w)
        n.update(seen)
    return n


def vocabulary_of(good, bad):
    n = collections.Counter()
    for l in good | bad:
        if "-" in l:
            n.update(tokens(l))
        elif WORD.match(l):
            n[l] += 0.2
    return {w for w in n if n[w] >= 8}


def main():
    a = argparse.ArgumentParser()
    a.add_argument("benign", nargs="+")
    a.add_argument("--bad", nargs="+", required=True)
    a.add_argument("--out", required=True)
    a.add_argument("--half", type=int)
    a = a.parse_args()
    good = [split(n) for p in a.benign for n in names(p, a.half)]
    bad = [split(n) for p in a.bad for n in names(p, None)]
    glabels, blabels = {l for l, _ in good}, {l for l, _ in bad}
    vocabulary = vocabulary_of(glabels, blabels)
    g, b = count(glabels, vocabulary), count(blabels, vocabulary)
    made = "/* %s: made by tools/lookalike-words.py. */\n"
    with open(a.out + "/letters.def", "w") as f:
        f.write(made % "letters.def")
        row = letters(sorted(glabels))
        for i in range(0, len(row), 16):
            f.write(", ".join(map(str, row[i:i + 16])) + ",\n")
    with open(a.out + "/words.def", "w") as f:
        f.write(made % "words.def")
        for w in sorted(vocabulary):
            pg = (g[w] + 1) / (len(glabels) + 2)
            pb = (b[w] + 1) / (len(blabels) + 2)
            odds = max(-40, min(40, round(10 * math.log2(pb / pg))))
            f.write('X("%s", %d, %d)\n' % (w, round(-10 * math.log2(pg)), odds))
    with open(a.out + "/suffixes.def", "w") as f:
        f.write(made % "suffixes.def")
        h = [sum("-" in l for l in s) / len(s) for s in (blabels, glabels)]
        f.write("HYPHEN_ODDS(%d)\n" % round(10 * math.log2(h[0] / h[1])))
        gs = collections.Counter(s for _, s in set(good))
        bs = collections.Counter(s for _, s in set(bad))
        ng, nb = sum(gs.values()), sum(bs.values())
        for s in sorted(set(gs) | set(bs)):
            if gs[s] + bs[s] < 20 or not s.isalpha() or len(s) > 15:
                continue
            odds = round(10 * math.log2((bs[s] + 5) / nb / ((gs[s] + 5) / ng)))
            f.write('X("%s", %d)\n' % (s, max(-30, min(30, odds))))


main()
