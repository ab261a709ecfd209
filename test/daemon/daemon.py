# SPDX-License-Identifier: Apache-2.0
"""Starts and stops a real assayd in a directory of its own, for tests."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ASSAYD = sys.argv[1]
SOURCE = os.path.abspath(sys.argv[2])
COUNT = [0, 0]


def ok(value, label):
    COUNT[0] += 1
    if not value:
        COUNT[1] += 1
    print(f"{'' if value else 'not '}ok {COUNT[0]} - {label}", flush=True)
    return value


def done():
    print(f"1..{COUNT[0]}")
    sys.exit(1 if COUNT[1] else 0)


def until(test, seconds=20.0, every=0.02):
    """The first true value of test(), or what it says at the end."""
    end = time.monotonic() + seconds
    while True:
        value = test()
        if value or time.monotonic() > end:
            return value
        time.sleep(every)


class Daemon:
    """One assayd; lines of its log are kept in .log."""

    def __init__(self, extra="", options="", args=(), conf=None,
                 resolver="127.0.0.1:9", program=ASSAYD):
        self.dir = tempfile.mkdtemp(prefix="assayd.")
        self.sock = os.path.join(self.dir, "milter.sock")
        self.conf = os.path.join(self.dir, "assay.conf")
        self.log = []
        self.write(conf if conf is not None else self.text(extra, options, resolver))
        self.command = [program, "-f", "-c", self.conf, *args]
        self.begin()

    def begin(self):
        """Also again, when it has died."""
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace",
            **self.lesser())
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def lesser(self):
        """What Popen is told besides."""
        return {}

    def text(self, extra, options, resolver):
        """Tests act from their first second, unless they say otherwise."""
        if "ladder-observe" not in extra:
            extra += "ladder-observe 0s\n"
        return (f"authserv-id mx.example.org\n"
                f"listen milter unix:{self.sock} {options}\n"
                f"resolver {resolver}\n"
                f"state-directory {self.dir}/state\n"
                f"run-directory {self.dir}\n"
                f"status-socket {self.dir}/status.sock\n"
                f"workers 2\n" + extra.replace("@DIR@", self.dir))

    def write(self, text):
        with open(self.conf, "w") as f:
            f.write(text)

    def _read(self):
        for line in self.process.stdout:
            self.log.append(line.rstrip("\n"))

    def said(self, pattern, after=0):
        return [l for l in self.log[after:] if re.search(pattern, l)]

    def ready(self, seconds=30):
        return until(lambda: self.said(r"event=ready")
                     or self.process.poll() is not None, seconds) \
            and self.process.poll() is None

    def children(self):
        """{'eval.0': pid, ...} of the processes that live now."""
        found = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat") as f:
                    ppid = int(f.read().rsplit(")", 1)[1].split()[1])
                with open(f"/proc/{pid}/cmdline") as f:
                    words = f.read().split("\0")
            except (OSError, ValueError, IndexError):
                continue
            if ppid == self.process.pid and len(words) > 1 and \
                    words[1].startswith("--role="):
                found.setdefault(words[1][7:], int(pid))
        return found

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, seconds=20):
        """The exit status; None when it had to be killed."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = None
        self.reader.join(5)
        shutil.rmtree(self.dir, ignore_errors=True)
        return status

    def show(self):
        for line in self.log[-30:]:
            print("# " + line)
