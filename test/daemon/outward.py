# SPDX-License-Identifier: Apache-2.0
"""A daemon that sends reports, whose clock can be moved."""
import os
import re
import subprocess
import tempfile

import moved
from daemon import ASSAYD

ASSAY = os.path.join(os.path.dirname(ASSAYD), "../assay/assay")
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


class Moved(moved.Moved):
    """One that sends reports."""

    def __init__(self, sink, extra="", before=lambda room: None,
                 send="yes"):
        super().__init__(
            room, f'send-reports {send}\nreport-from dmarc@ours.test\n'
            f'report-org "Ours, Ltd."\nreport-contact https://ours.test/d\n'
            f'report-exclude away.test\n'
            f'report-relay 127.0.0.1:{sink.port}\n'
            f'domain "ours.test" {{\nsign rsa s1 {KEY}\n}}\n' + extra,
            resolver=f"zone:{room}/zone", before=before)
