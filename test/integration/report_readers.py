#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Aggregate reports that Assay writes are read by others to the same sums:
Mail::DMARC (which knows RFC 7489 alone) and dmarc-cat."""
import gzip
import os
import re
import sys
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from rig import base

SEEDS = range(1, 13)
NAME = "r.example!d.example!1700000000!1700086399"

MAIL_DMARC = """
use strict; use warnings; use Mail::DMARC::Report::Receive;
my ($rows, $messages, $pass) = (0, 0, 0);
{ no warnings 'redefine'; *Mail::DMARC::Report::save_aggregate = sub { 1 }; }
local $/;
my $r = Mail::DMARC::Report::Receive->new;
$r->report->init;
$r->handle_body(scalar <STDIN>);
for my $rec (@{ $r->report->aggregate->record || [] }) {
    $rows++;
    $messages += $rec->row->count;
    $pass += $rec->row->count if $rec->row->policy_evaluated->dkim eq 'pass';
}
print "$rows $messages $pass ", $r->report->aggregate->policy_published->p;
"""


def local(root, path):
    return root.findall("/".join("{*}" + p for p in path.split("/")))


def sums(text):
    """As a reader of Python sees it: rows, messages, passed, policy."""
    root = ET.fromstring(text)
    rows = passed = messages = 0
    for row in local(root, "record/row"):
        n = int(local(row, "count")[0].text)
        rows += 1
        messages += n
        if local(row, "policy_evaluated/dkim")[0].text == "pass":
            passed += n
    return rows, messages, passed, local(root, "policy_published/p")[0].text


def written(rig, how, seed):
    return rig.run(rig.build / "t_lib_report_aggregate_out", how,
                   str(seed)).stdout


def by_mail_dmarc(rig, text):
    got = rig.run("perl", "-e", MAIL_DMARC, ok=False, input=text,
                  cwd=rig.work)
    words = got.stdout.decode().split()
    if got.returncode != 0 or len(words) != 4:
        return got.stderr[-800:]
    return int(words[0]), int(words[1]), int(words[2]), words[3]


def by_dmarc_cat(rig, text, suffix):
    """Its table has a line for each row: IP, count, and so on."""
    path = rig.work / (NAME + suffix)
    path.write_bytes(gzip.compress(text) if suffix.endswith("gz") else text)
    got = rig.run(rig.program("dmarc-cat"), "-N", path, ok=False,
                  cwd=rig.work)
    rows = re.findall(r"^\s*(192\.0\.2\.1|2001:db8::25)\s+(\d+)\s",
                      got.stdout.decode(), re.M)
    if not rows:
        return got.stdout[-800:] + got.stderr[-800:]
    return len(rows), sum(int(n) for _, n in rows)


def run(rig):
    tap = rig.tap
    wrong = []
    for seed in SEEDS:
        text = written(rig, "--print-7489-tame", seed)
        got = by_mail_dmarc(rig, text)
        if got != sums(text):
            wrong += [seed, got, sums(text)]
    tap.ok(not wrong, "RFC 7489: Mail::DMARC reads the same sums", *wrong[:3])
    for how, label in (("--print-7489-tame", "RFC 7489"),
                       ("--print-tame", "RFC 9990")):
        for suffix in (".xml", ".xml.gz"):
            wrong = []
            for seed in SEEDS:
                text = written(rig, how, seed)
                got = by_dmarc_cat(rig, text, suffix)
                if got != sums(text)[:2]:
                    wrong += [seed, got, sums(text)[:2]]
            tap.ok(not wrong, f"{label}{suffix}: dmarc-cat reads the same "
                   "sums", *wrong[:3])


base.main(run)
