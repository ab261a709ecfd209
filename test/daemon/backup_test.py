#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Backup and restore as assayd(8) has it, an upgrade's restart among them:
no record is lost, none is written twice, and a copy made while the service
runs is good."""
import glob
import json
import os
import shutil
import subprocess
import tempfile

from daemon import SOURCE, Daemon, done, ok, until
from milter import Milter

DEMO = os.path.join(SOURCE, "app/assay/demo")


def send(d, n):
    with open(os.path.join(DEMO, "genuine.eml"), "rb") as f:
        raw = f.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    m = Milter(d.sock)
    for i in range(n):
        m.message(raw)
    m.close()


def records(state):
    """Records, and lines that are none."""
    good, torn = [], 0
    for path in sorted(glob.glob(os.path.join(state, "records", "*.jsonl"))):
        with open(path) as f:
            for line in f:
                try:
                    one = json.loads(line)
                except ValueError:
                    torn += 1
                    continue
                if one.get("format", "").startswith("assay-record"):
                    good.append(line)
    return good, torn


def start(state=None):
    """A service on a copy of that state."""
    d = Daemon(conf="")
    d.stop()
    os.makedirs(d.dir)
    if state is not None:
        subprocess.run(["tar", "-C", d.dir, "-xpf", state], check=True)
    text = d.text("", "", f"zone:{DEMO}/demo.zone")
    new = Daemon(conf=text)
    ok(new.ready(), "is ready") or new.show()
    new.state, new.sock = os.path.join(d.dir, "state"), d.sock
    new.scratch = d.dir
    return new


def backup(d, path):
    tar = subprocess.run(["tar", "-C", d.scratch, "-cpf", path, "state"],
                         stderr=subprocess.DEVNULL)
    # 1: a file changed meanwhile, which a spool may
    ok(tar.returncode in (0, 1), "a copy")


def end(d, keep=False):
    status = d.stop()
    ok(status == 0, "ends")
    if not keep:
        shutil.rmtree(d.scratch, ignore_errors=True)


room = tempfile.mkdtemp(prefix="assay-backup.")
d = start()
send(d, 5)
ok(until(lambda: len(records(d.state)[0]) == 5), "five records")
hot = os.path.join(room, "hot.tar")
backup(d, hot)
send(d, 4)
ok(until(lambda: len(records(d.state)[0]) == 9), "nine records")
end(d, keep=True)
before, torn = records(d.state)
ok(len(before) == 9 and torn == 0, "nine after the stop")
cold = os.path.join(room, "cold.tar")
backup(d, cold)
shutil.rmtree(d.scratch, ignore_errors=True)

d = start(cold)
ok(records(d.state)[0] == before, "restored: the same nine, octet by octet")
send(d, 2)
ok(until(lambda: len(records(d.state)[0]) == 11), "and two new ones behind")
ok(records(d.state)[0][:9] == before, "the old ones are untouched")
end(d)

d = start(hot)
good, torn = records(d.state)
ok(good == before[:5] and torn == 0, "a copy of a running service: five")
send(d, 1)
ok(until(lambda: len(records(d.state)[0]) == 6), "and it goes on")
end(d)
shutil.rmtree(room, ignore_errors=True)
done()
