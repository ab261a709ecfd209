# SPDX-License-Identifier: Apache-2.0
"""A daemon that sends reports, whose clock can be moved."""
import os
import re
import socket
import subprocess
import tempfile
import time

import daemon
from daemon import ASSAYD, Daemon

ASSAY = os.path.join(os.path.dirname(ASSAYD), "../assay/assay")
NOBODY = 65534
DAY = 86400
room = tempfile.mkdtemp(prefix="assay-outbound.")


def key():
    path = os.path.join(room, "key")
    out = subprocess.run([ASSAY, "key", "new", "rsa", "s1", "ours.test",
                          path], capture_output=True, text=True,
                         timeout=60).stdout
    os.chmod(path, 0o600)
    return path, re.search(r"^\S+ 3600 IN TXT .*\n", out, re.M).group()


KEY, RECORD = key()


def world(zone):
    """What the DNS says, and the record of our key."""
    with open(os.path.join(room, "zone"), "w") as f:
        f.write(zone + RECORD)


class Moved(Daemon):
    """One whose clock can be moved, which root may not."""

    def __init__(self, sink, extra="", before=lambda room: None,
                 send="yes"):
        popen, clock = subprocess.Popen, os.path.join(room, "clock")
        if os.path.exists(clock):
            os.unlink(clock)
        more = {}
        if os.geteuid() == 0:
            for name in ["."] + os.listdir(room):
                os.chown(os.path.join(room, name), NOBODY, NOBODY)
            more = {"user": NOBODY, "group": NOBODY, "extra_groups": []}

        def lesser(*args, **usual):
            before(self.dir)
            for at, _, names in os.walk(self.dir):
                for name in ["."] + names if more else []:
                    os.chown(os.path.join(at, name), NOBODY, NOBODY)
            return popen(*args, **usual, **more)
        daemon.subprocess.Popen = lesser
        self.clock = clock
        super().__init__(
            f'send-reports {send}\nreport-from dmarc@ours.test\n'
            f'report-org "Ours, Ltd."\nreport-contact https://ours.test/d\n'
            f'report-exclude away.test\n'
            f'report-relay 127.0.0.1:{sink.port}\n'
            f'domain "ours.test" {{\nsign rsa s1 {KEY}\n}}\n' + extra,
            resolver=f"zone:{room}/zone", args=("--test-clock", clock))
        daemon.subprocess.Popen = popen
        self.now = time.time()

    def move(self, to):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.connect(self.clock)
        s.send(str(int(to)).encode())
        s.close()
        self.now = to
        time.sleep(0.3)         # whoever was silent for a day is hung up on
