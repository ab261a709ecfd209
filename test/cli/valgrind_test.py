#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The command under valgrind: no error, nothing lost."""
import os
import subprocess

from cli import (ASSAY, EVIL, WORLD, ZONE, mail, main, ok, put, read, scratch)


# What OpenSSL still holds when a worker ends is not lost.
KINDS = "--errors-for-leak-kinds=definite,indirect,possible"


def clean(label, *args, data=None):
    p = subprocess.run(["valgrind", "-q", "--error-exitcode=99",
                        "--leak-check=full", KINDS,
                        ASSAY, *args], input=data,
                       capture_output=True, timeout=300)
    ok(p.returncode < 5 and b"==" not in p.stderr, label,
       f"{p.returncode}\n{p.stderr.decode()[:3000]}")


def test():
    conf = put("v.conf", "authserv-id x.example\ntrusted-relay 10.0.0.0/8\n"
               "trusted-sealer a.example\nown-domain b.example\n"
               "policy \"p\" { dmarc-fail policy reject then quarantine }\n")
    bad = put("bad.conf", "zebra\npolicy \"p\" { nonsense }\n")
    box = put("v.mbox", (b"From a@b Fri Jan  2 10:00:00 2026\n" +
                         read(mail("forged")).replace(b"\r\n", b"\n") +
                         b"\n") * 3)
    record = os.path.join(scratch, "v.jsonl")
    every = [mail(n) for n in ("genuine", "list", "hostile")]
    clean("check", "check", *WORLD, *EVIL, "--conf", conf, "--from-headers",
          "--trust", "10.0.0.0/8", "--record", record, "--with-message",
          box, "/nonexistent", *every)
    clean("check --json", "check", "--json", *WORLD, "-", data=read(box))
    clean("check -j", "check", "-j", "2", *WORLD, *EVIL, *every)
    clean("explain", "explain", *WORLD, *EVIL, *every)
    clean("replay", "replay", record)
    clean("replay --json", "replay", "--json", record, "/nonexistent")
    clean("dmarc", "dmarc", "--zone", ZONE, "bank.example", "x.example")
    clean("spf", "spf", "--zone", ZONE, *EVIL)
    clean("dkim, arc", "arc", *WORLD, mail("forwarded"))
    clean("conf check", "conf", "check", conf)
    clean("conf check, mistakes", "conf", "check", bad)
    clean("conf show", "conf", "show", conf)
    clean("conf explain", "conf", "explain")
    clean("mistake", "check", "--zoen", "x")
    clean("help", "check", "--help")


main(test)
