#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# eval_table.py LABELS P [LABELS P of a run with intruders]: what must hold,
# what is aimed at, and ours, beside each other, out of p's.
#
# The interval is that of the threshold: which of the highest genuine scores
# stands at a rate is itself chance, k give or take 1.96 sqrt(k) of them.
# Messages of one sender hang together, so the truth is wider still.
import math
import sys
import time

KNOWN = 5
RATES = (1e-2, 1e-3, 1e-4)
# must at 1e-3 and 1e-4: on a larger corpus, all suspicions sharing one budget
ROWS = (
    ('T1', 'other infrastructure', '97.3  90.0', 'B1 1e-4: 93'),
    ('T2', 'stolen credentials', '94.1  76.5', 'B2 1e-3: 97, 1e-4: 85'),
    ('T3', 'same DKIM domain', '72.8  46.8', 'B3 1e-3: 85'),
    ('PP', "phishing, victim's provider", '99.2  93.4',
     'B4 1e-3: 99.5, 1e-4: 96'),
    ('T4', 'same client, people, link', '91.7  54.5', 'B5 1e-3: 95'),
    ('T5', 'thread hijack', '10.9   2.0', 'B6 1e-2: 60, 1e-3: 30'),
)


def read(labels, values):
    p = {}
    for line in open(values):
        name, value = line.split('\t')[:2]
        p[name] = -math.log10(max(float(value), 1e-300))
    out = []
    for line in open(labels):
        if line.startswith('#'):
            continue
        name, kind, t, phase, n, k = line.rstrip('\n').split('\t')[:6]
        if phase == 'test' and int(n) >= KNOWN:
            year = time.gmtime(int(t)).tm_year
            out.append((kind, year, int(k), p.get(name, -math.inf)))
    return out


def caught(scores, ham, k):
    cut = ham[max(0, min(int(k), len(ham) - 1))]
    return 100 * sum(s > cut for s in scores) / max(1, len(scores))


def told(scores, ham, rate):
    k = len(ham) * rate
    low, high = k - 1.96 * math.sqrt(k), k + 1.96 * math.sqrt(k)
    return '%5.1f [%5.1f, %5.1f]' % tuple(
        caught(scores, ham, x) for x in (k, low, high))


def ham_of(rows):
    return sorted((r[3] for r in rows if r[0] == 'ham'), reverse=True)


def detection(rows):
    ham = ham_of(rows)
    print('%-28s %-11s %-24s %s' % ('', 'must', 'goal', 'ours, and 95 %'
                                    ' interval of the threshold'))
    print('%-28s %-11s %-24s %-22s%-22s%s' % ('', '1e-3  1e-4', '',
                                              '1e-2', '1e-3', '1e-4'))
    for kind, words, must, goal in ROWS:
        scores = [r[3] for r in rows if r[0] == kind]
        if scores:
            print('%-28s %-11s %-24s %s' % (words, must, goal, '  '.join(
                told(scores, ham, rate) for rate in RATES)))


def calibration(rows):
    for year in sorted({r[1] for r in rows if r[0] == 'ham'}) + ['all']:
        ham = [r[3] for r in rows if r[0] == 'ham' and year in (r[1], 'all')]
        print('realised / nominal, %-8s %-11s %-24s %s' % (
            year, '0.5 .. 2', 'B7 0.5 .. 2', '  '.join(
                ('%.2f (%d of %.1f)' % (
                    n / len(ham) / rate, n, len(ham) * rate)).ljust(20)
                for rate in RATES
                for n in [sum(s >= -math.log10(rate) for s in ham)])))


def intruders(rows):
    ham = ham_of(rows)

    def of(k):
        return caught([r[3] for r in rows if r[0] == 'P' and r[2] == k], ham,
                      len(ham) * 1e-3)

    first, last = of(1), of(11)
    print('%-28s %-11s %-24s %.1f against %.1f: %.1f %%' % (
        'message 11 against 1', '95 %', 'B8 95 %', last, first,
        100 * last / max(first, 1e-9)))


main = read(sys.argv[1], sys.argv[2])
print('%d genuine messages of senders with %d or more earlier ones; 1e-3 '
      'rests on %d, 1e-4 on %d' % (
          len(ham_of(main)), KNOWN, len(ham_of(main)) // 1000,
          len(ham_of(main)) // 10000))
detection(main)
calibration(main)
if len(sys.argv) > 4:
    intruders(read(sys.argv[3], sys.argv[4]))
