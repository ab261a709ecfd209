#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The walls of a running assayd: what /proc says of every process, and what
each holds in its hands.  The acts are tried by sys/sandbox_test.c; what
cannot be seen here (without root) is told."""
import base64
import os
import re
import resource
import signal
import tempfile
import time

from daemon import Daemon, done, ok, until

ROOT = os.getuid() == 0
# Kinds of descriptors that a role may hold; "socket" are wires to others.
HANDS = {
    "front": {"socket", "memfd", "epoll", "pipe", "null"},
    "eval": {"socket", "memfd", "epoll", "pipe", "null", "file"},
    "resolve": {"socket", "memfd", "epoll", "pipe", "null"},
    "store": {"socket", "memfd", "epoll", "pipe", "null", "file", "dir"},
    "signer": {"socket", "memfd", "epoll", "pipe", "null", "key"},
    "web": {"socket", "memfd", "epoll", "pipe", "null", "eventfd"},
    "reader": {"socket", "memfd", "epoll", "pipe", "null"},
}


def status(pid, name):
    with open(f"/proc/{pid}/status") as f:
        found = re.search(rf"^{name}:[ \t]*(.*)$", f.read(), re.M)
    return found.group(1).strip() if found else ""


def kind(pid, fd):
    path = os.readlink(f"/proc/{pid}/fd/{fd}")
    for prefix, word in (("socket:", "socket"), ("/memfd:", "memfd"),
                         ("anon_inode:[eventpoll]", "epoll"),
                         ("anon_inode:[eventfd]", "eventfd"),
                         ("pipe:", "pipe"), ("/dev/null", "null")):
        if path.startswith(prefix):
            return word
    if path.endswith(".pem"):
        return "key"
    return "dir" if os.path.isdir(path) else "file"


def walls(d):
    for name, pid in sorted(d.children().items()):
        role = name.split(".")[0]
        ok(status(pid, "Seccomp") == "2", f"{name}: seccomp")
        ok(status(pid, "NoNewPrivs") == "1", f"{name}: no new privileges")
        if not ROOT:
            continue
        with open(f"/proc/{pid}/maps") as f:
            ok(("libgnutls" in f.read()) == (role == "web"),
               f"{name}: the libraries of HTTP are in web alone")
        uids = status(pid, "Uid").split()
        ok("0" not in uids and len(set(uids)) == 1, f"{name}: not root")
        ok(status(pid, "CapEff") == "0" * 16, f"{name}: no capabilities")
        ok(status(pid, "Groups") == "", f"{name}: no groups")
        with open(f"/proc/{pid}/limits") as f:
            limits = f.read()
        ok(re.search(r"Max core file size +0 +0", limits),
           f"{name}: no core")
        ok(re.search(r"Max processes +0 +0", limits),
           f"{name}: no processes")
        held = set()
        for fd in os.listdir(f"/proc/{pid}/fd"):
            held.add(kind(pid, fd))
        ok(held <= HANDS[role], f"{name}: holds nothing else") or \
            print(f"# {held - HANDS[role]}")
    pid = d.process.pid
    ok(status(pid, "Seccomp") == "2", "parent: seccomp")
    ok(status(pid, "NoNewPrivs") == "1", "parent: no new privileges")


def no_core(d):
    """A process that dies of SIGSEGV leaves nothing."""
    for name, pid in d.children().items():
        os.kill(pid, signal.SIGSEGV)
    until(lambda: len(d.said("child-died")) >= 6)
    ok(len(d.said("child-died")) >= 6, "all died of SIGSEGV")
    found = [f for _, _, files in os.walk(d.dir) for f in files
             if "core" in f]
    found += [f for f in os.listdir(".") if re.fullmatch(r"core(\.\d+)?", f)]
    ok(not found, "and left no core") or print(f"# {found}")


def key_secret(d, pem):
    text = "\n".join(d.log)
    lines = [l for l in pem.splitlines() if l and not l.startswith("-")]
    ok(lines and not any(l in text for l in lines), "no key in the log")
    ok("PRIVATE" not in text, "nor a piece of one")


def main():
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2) \
        if ROOT else None
    key = os.path.join(tempfile.mkdtemp(prefix="assayd-key."), "s.pem")
    # RFC 8410 7: an Ed25519 key of 32 octets
    der = bytes.fromhex("302e020100300506032b657004220420") + os.urandom(32)
    pem = ("-----BEGIN PRIVATE KEY-----\n" +
           base64.b64encode(der).decode() + "\n-----END PRIVATE KEY-----\n")
    with open(key, "w") as f:
        f.write(pem)
    os.chmod(key, 0o600)
    d = Daemon(extra=f'report-address r@example.org\ndomain "example.org" {{\n'
               f'\tsign ed25519 s {key}\n}}\n')
    ok(d.ready(), "is ready") or d.show()
    time.sleep(0.3)
    ok("signer.0" in d.children(), "with a signer")
    walls(d)
    no_core(d)
    key_secret(d, pem)
    d.stop()
    # a key that is none: told, and not shown
    with open(key, "w") as f:
        f.write("-----BEGIN PRIVATE KEY-----\nc2VjcmV0IHdvcmRz\n")
    d = Daemon(extra=f'report-address r@example.org\ndomain "example.org" {{\n'
               f'\tsign ed25519 s {key}\n}}\n')
    until(lambda: d.ready(3) or d.process.poll() is not None)
    d.stop()
    ok("c2VjcmV0" not in "\n".join(d.log), "nor a key that is broken")
    os.unlink(key)
    os.rmdir(os.path.dirname(key))
    if not ROOT:
        print("# NOT CHECKED: users, capabilities, limits, descriptors, "
              "since this is not root")
    done()


main()
