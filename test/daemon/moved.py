# SPDX-License-Identifier: Apache-2.0
"""An assayd whose clock a test moves, which root may not."""
import os
import socket
import time

from daemon import Daemon

NOBODY = 65534


def give(*names):
    """Files that it shall read."""
    for name in names if os.geteuid() == 0 else ():
        os.chown(name, NOBODY, NOBODY)


class Moved(Daemon):
    """room is a directory for its clock, and what it reads there is its
    own; before(directory) is called before it starts."""

    def __init__(self, room, extra, resolver, before=lambda at: None,
                 clock="clock"):
        self.clock = os.path.join(room, clock)
        self.room, self.before = room, before
        if os.path.exists(self.clock):
            os.unlink(self.clock)
        super().__init__(extra, resolver=resolver,
                         args=("--test-clock", self.clock))
        self.now = time.time()

    def lesser(self):
        give(self.room, *(os.path.join(self.room, n)
                          for n in os.listdir(self.room)))
        self.before(self.dir)
        for at, _, names in os.walk(self.dir):
            give(at, *(os.path.join(at, n) for n in names))
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []} \
            if os.geteuid() == 0 else {}

    def move(self, to):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.connect(self.clock)
        s.send(str(int(to)).encode())
        s.close()
        self.now = to
        time.sleep(0.3)         # whoever was silent for a day is hung up on
