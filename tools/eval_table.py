#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# eval_table.py LABELS P [LABELS P of a run with intruders [LABELS P of one
# with strangers]]: what must hold, what is aimed at, and ours, beside each
# other, out of p's; and what is never pooled with it, by itself.
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
    p, stratum = {}, {}
    for line in open(values):
        name, value, stratum[name] = line.rstrip('\n').split('\t')[:3]
        if value != 'nan':
            p[name] = -math.log10(max(float(value), 1e-300))
    out = []
    for line in open(labels):
        if line.startswith('#'):
            continue
        name, kind, t, phase, n, k = line.rstrip('\n').split('\t')[:6]
        if phase == 'test':
            year = time.gmtime(int(t)).tm_year
            out.append((kind, year, int(k), p.get(name, -math.inf), int(n),
                        stratum.get(name)))
    return out


def known(rows):
    return [r for r in rows if r[4] >= KNOWN]


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


KINDS = ('T1', 'T2', 'T3', 'PP', 'T4', 'T5', 'F1', 'F2', 'F3')
FEW = 200                               # genuine messages: no threshold


def strata(rows, given):
    """Each with its own threshold: at 1e-2, where it has enough, 1e-3."""
    for name, words in given:
        some = [r for r in rows if name(r)]
        ham = ham_of(some)
        if not ham:
            continue
        none = sum(s == -math.inf for s in ham)
        print('%-30s %6d genuine, %5.1f %% with a p; realised / nominal %s' % (
            words, len(ham), 100 - 100 * none / len(ham), ' '.join(
                '%.2f (%d of %.1f)' % (n / len(ham) / rate, n,
                                       len(ham) * rate)
                for rate in RATES[:2]
                for n in [sum(s >= -math.log10(rate) for s in ham)])))
        for kind in KINDS if len(ham) >= FEW else ():
            scores = [r[3] for r in some if r[0] == kind]
            if len(scores) >= 20:
                print('    %-4s %5d  %s' % (kind, len(scores), '  '.join(
                    told(scores, ham, rate) for rate in RATES[:2])))


def of_class(name):
    return lambda r: r[5] == name and r[4] >= KNOWN


COLD = ((lambda r: r[4] == 0, 'first contacts'),
        (lambda r: 1 <= r[4] < 3, 'one or two earlier messages'),
        (lambda r: 3 <= r[4] < KNOWN, 'three or four'),
        (lambda r: r[4] < KNOWN, 'fewer than five'))
FLOWS = tuple((of_class(name), words) for name, words in (
    ('direct', 'by people'), ('list', 'through a list'),
    ('munged', 'by a list that took From'),
    ('bulk', 'newsletters and the like'), ('auto', 'by programs')))

everything = read(sys.argv[1], sys.argv[2])
main = known(everything)
print('%d genuine messages of senders with %d or more earlier ones; 1e-3 '
      'rests on %d, 1e-4 on %d' % (
          len(ham_of(main)), KNOWN, len(ham_of(main)) // 1000,
          len(ham_of(main)) // 10000))
detection(main)
calibration(main)
if len(sys.argv) > 4:
    intruders(known(read(sys.argv[3], sys.argv[4])))
print('\nby kind of mail, five or more earlier messages:')
strata(everything, FLOWS)
print('\nof who is hardly known:')
strata(read(sys.argv[5], sys.argv[6]) if len(sys.argv) > 6 else everything,
       COLD)
