#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# eval_cold.py --corpora DIR --seed N IN OUT: a composed stream once more,
# with strangers in it, whom nobody here has met:
#
#   F1  phishing as it was received, to people here
#   F2  phishing as it was received, to the list
#   F3  the name of somebody known here, at an address that nobody knows: in
#       somebody else's message, from his machines, to whom the known one
#       wrote last
#
# They are never learned from.  IN and OUT are folders with stream.jsonl and
# labels.tsv.  All of them pass SPF, DKIM and DMARC.
import argparse
import collections
import json
import os
import random
import re
import sys

ap = argparse.ArgumentParser()
ap.add_argument('--corpora', required=True)
ap.add_argument('--seed', type=int, default=1)
ap.add_argument('--rate', type=float, default=0.04)
ap.add_argument('given')
ap.add_argument('out')
args = ap.parse_args()
sys.path.insert(0, os.path.join(args.corpora, 'scenarios'))
import mailrec  # noqa: E402

ENVELOPE = ('ip', 'helo', 'mail_from')
NAMES = ('reply-to', 'sender', 'return-path', 'in-reply-to', 'references',
         'thread-index', 'mail-followup-to', 'disposition-notification-to')
rng = random.Random(args.seed)
phish = []
folder = os.path.join(args.corpora, 'phish')
for name in sorted(os.listdir(folder)):
    if name.endswith('.jsonl.xz'):
        for r in mailrec.records(os.path.join(folder, name)):
            fields, body = mailrec.split(r['msg'])
            fields = mailrec.as_the_mx_saw_it(fields, r.get('border', 0))
            if mailrec.address(mailrec.get(fields, 'from')):
                phish.append((r, fields, body))


def value(fields, name):
    return next((v for k, v in fields if k.lower() == name), '')


def put(fields, name, text):
    rest = [f for f in fields if f[0].lower() != name.lower()]
    return rest + [(name, text)]


def without(fields, names):
    return [f for f in fields if f[0].lower() not in names]


def moved(fields, delta):
    return [(k, mailrec.shift_dates(v, delta) if k.lower() in (
        'date', 'received', 'x-received') else v) for k, v in fields]


def fresh_id(fields):
    at = value(fields, 'message-id').partition('@')[2].strip() or 'x>'
    return put(fields, 'Message-ID', ' <%016x@%s' % (rng.getrandbits(64), at))


class Known:
    def __init__(self, record, fields, body):
        self.record, self.fields, self.body = record, fields, body


def recipients(people):
    some = rng.sample(people, min(len(people), rng.choice((1, 1, 1, 2, 3, 8))))
    return ' ' + ', '.join(some)


def stranger(kind, t, people, lists, last, recent):
    if kind == 'F3':
        donor, victim = rng.choice(recent), last[rng.choice(sorted(last))]
        fields, body, record = donor.fields, donor.body, donor.record
        shown = value(victim.fields, 'from')
        local = mailrec.address(mailrec.get(victim.fields, 'from')).split(
            '@')[0]
        where = rng.choice(('gmail.com', '%s-mail.%s' % (re.sub(
            r'[^a-z]', '', local) or 'x', rng.choice(('com', 'net', 'xyz')))))
        shown = re.sub(r'<[^>]*>', '', shown).strip() or local
        if '@' in shown:
            shown = local
        fields = without(fields, NAMES)
        fields = put(fields, 'From', ' %s <%s%d@%s>' % (
            shown, local, rng.randrange(100), where))
        fields = put(without(fields, ('cc',)), 'To', ' ' + ' '.join(
            value(victim.fields, 'to').split()))
        author = where
    else:
        record, fields, body = rng.choice(phish)
        fields = without(fields, ('cc', 'bcc', 'delivered-to'))
        fields = put(fields, 'To', recipients(people) if kind == 'F1' else
                     ' ' + rng.choice(lists))
        author = None
    env = {k: record.get(k) for k in ENVELOPE}
    if author and rng.random() < .5:
        env['mail_from'] = 'x@' + author
    env.update(spf='pass', dkim='pass', dmarc='pass')
    fields = fresh_id(moved(fields, t - record['rcvd']))
    return env, fields, body


def main():
    os.makedirs(args.out, exist_ok=True)
    labels = {}
    for line in open(os.path.join(args.given, 'labels.tsv')):
        labels[line.split('\t')[0]] = line
    out = open(os.path.join(args.out, 'stream.jsonl'), 'w')
    lab = open(os.path.join(args.out, 'labels.tsv'), 'w')
    lab.write(labels.pop('# id'))
    last, n_of = {}, collections.Counter()
    recent = collections.deque(maxlen=3000)
    people, lists, serial = [], collections.Counter(), 0
    seen = set()
    for line in open(os.path.join(args.given, 'stream.jsonl')):
        out.write(line)
        d = json.loads(line)
        lab.write(labels[d['id']])
        _, kind, t, phase, _, _, sender = labels[d['id']].rstrip().split('\t')
        if kind != 'ham':
            continue
        fields, body = mailrec.split(d['msg'].encode('latin-1'))
        m = Known(d, fields, body)
        n_of[sender] += 1
        recent.append(m)
        if n_of[sender] >= 5:
            last[sender] = m
        if sender not in seen:
            seen.add(sender)
            people.append(' '.join(value(fields, 'from').split()))
        for a in mailrec.ADDR.findall(value(fields, 'to')):
            lists[a] += 1
        if phase != 'test':
            continue
        some = [a for a, _ in lists.most_common(5)]
        for kind in ('F1', 'F2', 'F3'):
            if rng.random() >= args.rate:
                continue
            env, f, b = stranger(kind, int(t) + 1, people, some, last, recent)
            who = mailrec.address(mailrec.get(f, 'from'))
            if who in seen:
                continue
            serial += 1
            r = {'id': 'c%07d' % serial, 'label': kind, 'learn': False,
                 'list': d['list'], 'rcvd': int(t) + 1}
            r.update(env)
            r['msg'] = mailrec.join(f, b)
            out.write(mailrec.dump(r) + '\n')
            lab.write('\t'.join((r['id'], kind, str(r['rcvd']), 'test', '0',
                                 '0', who)) + '\n')


main()
