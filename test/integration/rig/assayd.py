# SPDX-License-Identifier: Apache-2.0
"""assayd, as a test starts it: its configuration, its roles by name, its
log, its memory."""
import os
import re
import signal
import time

from . import milter
from .base import skip_all, wait_for

POLICY = """policy "strict" {
	dmarc-fail policy reject      then reject
	dmarc-fail policy quarantine  then quarantine
	dmarc temperror               then defer
	structure S1                  then quarantine
}
"""


def need(rig):
    """The daemon, or the whole test is skipped."""
    program = rig.build / "app/assayd/assayd"
    if not program.exists():
        skip_all("assayd is not built")
    return program


class Assayd:
    """conf: further lines; listen: more listeners after the first, which is
    a milter socket at .socket; world: "zone:FILE" instead of a resolver on
    loopback whose port is given."""

    def __init__(self, rig, resolver, conf="", policy=POLICY, name="assayd",
                 options="", workers=2, start=True, world=None):
        self.rig, self.name = rig, name
        self.program = need(rig)
        self.dir = rig.work / name
        self.socket = self.dir / "milter.sock"
        self.state, self.run = self.dir / "state", self.dir / "run"
        for d in (self.dir, self.state, self.run):
            d.mkdir(exist_ok=True)
            d.chmod(0o755)
        self.conf = self.dir / "assay.conf"
        self.resolver = world or f"127.0.0.1:{resolver}"
        self.policy = policy
        self.options, self.workers = options, workers
        self.write(conf)
        self.process = None
        if start:
            self.start()

    def write(self, conf=""):
        if "ladder-observe" not in conf:
            conf += "\nladder-observe 0s"
        self.conf.write_text(f"""authserv-id mx.rcpt.test
resolver {self.resolver}
listen milter unix:{self.socket} permissions 666 {self.options}
state-directory {self.state}
run-directory {self.run}
status-socket {self.run}/status.sock
workers {self.workers}
{conf}
{self.policy}""")

    def start(self):
        self.process = self.rig.start(self.name, self.command(),
                                      **self.lesser())
        if not wait_for(lambda: milter.listens(self.socket) or
                        not self.process.alive(), 20) or \
                not self.process.alive():
            raise RuntimeError("assayd does not start: " +
                               self.process.text()[-3000:])
        wait_for(lambda: len(self.roles()) >= 4 + self.workers, 10)

    def command(self):
        return [self.program, "-f", "-c", self.conf]

    def lesser(self):
        """What Popen is told besides."""
        return {}

    def stop(self, seconds=30):
        return self.process.stop(seconds)

    def log(self):
        return self.process.text()

    def logged(self, text, seconds=10):
        """The last line of the log with this text."""
        def look():
            got = [line for line in self.log().splitlines() if text in line]
            return got[-1] if got else None
        return wait_for(look, seconds)

    def reload(self):
        self.process.signal(signal.SIGHUP)

    def roles(self):
        """{"front": pid, "eval.0": pid, ...} of the living children."""
        got = {}
        for p in os.listdir("/proc"):
            if not p.isdigit():
                continue
            try:
                with open(f"/proc/{p}/stat") as f:
                    stat = f.read()
                after = stat[stat.rindex(")") + 2:].split()
                if int(after[1]) != self.process.pid or after[0] == "Z":
                    continue
                with open(f"/proc/{p}/cmdline") as f:
                    words = f.read().split("\0")
            except OSError:
                continue
            role = ""
            for i, w in enumerate(words):
                if w.startswith("--role="):
                    role = w[7:]
                elif w == "--role":
                    role = words[i + 1]
            if role:
                got[role] = int(p)
        return got

    def kill(self, role):
        """kill -9; the id it had, None when there is no such role."""
        pid = self.roles().get(role)
        if pid:
            os.kill(pid, signal.SIGKILL)
        return pid

    def back(self, role, old, seconds=15):
        """Seconds until the role lives again with another id, or None."""
        begin = time.monotonic()
        if wait_for(lambda: self.roles().get(role) not in (None, old),
                    seconds):
            return time.monotonic() - begin
        return None

    def pss(self):
        """KiB of all processes together; None where it cannot be read."""
        total = 0
        for pid in [self.process.pid, *self.roles().values()]:
            try:
                with open(f"/proc/{pid}/smaps_rollup") as f:
                    total += int(re.search(r"(?m)^Pss:\s+(\d+)",
                                           f.read())[1])
            except (OSError, TypeError):
                return None
        return total
