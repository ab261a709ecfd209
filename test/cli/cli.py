# SPDX-License-Identifier: Apache-2.0
"""What the tests of the command share: TAP, a scratch folder, the program.

Usage of a test: NAME.py ASSAY SOURCE, as meson starts it.
"""
import json
import os
import subprocess
import sys
import tempfile
import traceback

ASSAY = os.path.abspath(sys.argv[1])
SOURCE = os.path.abspath(sys.argv[2])
DEMO = os.path.join(SOURCE, "app/assay/demo")
ZONE = os.path.join(DEMO, "demo.zone")
TIME = "1767355200"
WORLD = ["--zone", ZONE, "--time", TIME, "--receiver", "mx.reader.example"]
BANK = ["--ip", "192.0.2.25", "--helo", "mail.bank.example", "--mail-from",
        "statements@bank.example"]
EVIL = ["--ip", "203.0.113.66", "--helo", "mx.evil.example", "--mail-from",
        "bounce@evil.example"]

scratch = tempfile.mkdtemp(prefix="assay-cli-")
counts = {"ok": 0, "not ok": 0}


def ok(condition, label, detail=""):
    word = "ok" if condition else "not ok"
    counts[word] += 1
    print(f"{word} {sum(counts.values())} - {label}", flush=True)
    if not condition and detail:
        for line in str(detail).splitlines()[:40]:
            print("# " + line[:600])


def same(got, want, label):
    ok(got == want, label, f"got:  {got!r}\nwant: {want!r}")


def run(*args, data=None, env=None, timeout=60):
    """(exit status, standard output, standard error), as bytes and texts."""
    environment = {k: v for k, v in os.environ.items()
                   if k not in ("NO_COLOR", "TERM")}
    environment.update(env or {})
    p = subprocess.run([ASSAY, *args], input=data, capture_output=True,
                       timeout=timeout, env=environment, cwd=scratch)
    return p.returncode, p.stdout.decode("utf-8", "surrogateescape"), \
        p.stderr.decode("utf-8", "surrogateescape")


def results(text):
    return [json.loads(line) for line in text.splitlines()]


def mail(name):
    return os.path.join(DEMO, name + ".eml")


def read(path):
    with open(path, "rb") as f:
        return f.read()


def put(name, data):
    path = os.path.join(scratch, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    return path


def main(*tests):
    for test in tests:
        try:
            test()
        except Exception:                       # a test that breaks failed
            ok(False, test.__name__, traceback.format_exc())
    print(f"1..{sum(counts.values())}")
    subprocess.run(["rm", "-rf", scratch])
    sys.exit(1 if counts["not ok"] else 0)
