#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Started by root with the capabilities that the systemd unit leaves: each
role is its own user without any right, and the work is done all the same.

Root alone can try that; the users exist in a mount namespace of the test.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

ROLES = ["front", "eval", "resolve", "store", "signer", "web",
         "reader"]


def skip(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def enter():
    """Again, where /etc/passwd is ours."""
    if os.geteuid() != 0:
        skip("only root can become others")
    for tool in ("unshare", "setpriv", "mount"):
        if shutil.which(tool) is None:
            skip(f"no {tool}")
    if subprocess.run(["unshare", "-m", "true"],
                      stderr=subprocess.DEVNULL).returncode != 0:
        skip("no mount namespaces here")
    os.environ["ASSAY_USERS_TEST"] = "inside"
    os.execvp("unshare", ["unshare", "-m", "--propagation", "private",
                          sys.executable, *sys.argv])


if "ASSAY_USERS_TEST" not in os.environ:
    enter()

from daemon import ASSAYD, SOURCE, done, ok, until      # noqa: E402
from milter import Milter                               # noqa: E402

UNIT = open(os.path.join(SOURCE, "share/systemd/assayd.service.in")).read()
CAPS = re.search(r"^CapabilityBoundingSet=(.*)$", UNIT, re.M)[1].split()
BOUND = "-all," + ",".join("+" + c[4:].lower() for c in CAPS)
DEMO = os.path.join(SOURCE, "app/assay/demo")

room = tempfile.mkdtemp(prefix="assay-users.")
os.chmod(room, 0o755)


def at(*name):
    return os.path.join(room, *name)


def users():
    for name in ("passwd", "group"):
        shutil.copy("/etc/" + name, at(name))
        with open(at(name), "a") as f:
            for i, r in enumerate(ROLES):
                uid = 62001 + i
                f.write(f"assay-{r}:x:{uid}:{uid}::/:/bin/false\n"
                        if name == "passwd" else f"assay-{r}:x:{uid}:\n")
        subprocess.run(["mount", "--bind", at(name), "/etc/" + name],
                       check=True)


def configure():
    os.makedirs(at("run"))
    os.makedirs(at("keys"), 0o700)
    subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-out",
                    at("keys", "k.pem")], check=True,
                   stderr=subprocess.DEVNULL)
    os.chmod(at("keys", "k.pem"), 0o600)
    # a build directory may be closed to others
    shutil.copy(ASSAYD, at("assayd"))
    with open(at("assay.conf"), "w") as f:
        f.write(f"authserv-id mx.example.org\n"
                f"report-address reports@example.org\n"
                f"listen milter unix:{at('run', 'm.sock')}\n"
                f"resolver zone:{DEMO}/demo.zone\n"
                f"state-directory {at('state')}\n"
                f"run-directory {at('run')}\n"
                f"status-socket {at('run', 'status.sock')}\nworkers 1\n"
                f"behaviour yes\n"
                f'domain "bank.example" {{ sign rsa s '
                f"{at('keys', 'k.pem')} }}\n")


def start(log):
    return subprocess.Popen(
        ["setpriv", "--bounding-set=" + BOUND, "--inh-caps=-all",
         "--no-new-privs", at("assayd"), "-f", "-c", at("assay.conf")],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def status(pid):
    with open(f"/proc/{pid}/status") as f:
        return dict(line.split(":\t", 1) for line in f if ":\t" in line)


def roles(parent):
    out = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = open(f"/proc/{pid}/cmdline").read().split("\0")
            if status(pid)["PPid"].strip() == str(parent) and \
                    words[1].startswith("--role="):
                out[words[1][7:].split(".")[0]] = status(pid)
        except (OSError, KeyError, IndexError):
            continue
    return out


def send():
    with open(os.path.join(DEMO, "genuine.eml"), "rb") as f:
        raw = f.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    m = Milter(at("run", "m.sock"))
    reply, _, changes = m.message(raw)
    m.close()
    return reply in "ac" and any(w == "i" for w, _ in changes)


def stored():
    place = at("state", "records")
    return os.path.isdir(place) and sum(
        open(os.path.join(place, n)).read().count('"assay-record"')
        for n in os.listdir(place))


def log_of(event):
    with open(at("log")) as f:
        return [line for line in f if f"event={event} " in line]


def reload(p):
    """What root made at the start is store's to open again."""
    p.send_signal(signal.SIGHUP)
    ok(until(lambda: len(log_of("behaviour")) == 2 or
             log_of("behaviour-off"), 30) and not log_of("behaviour-off"),
       "after a reload it goes on learning")
    place = at("state", "behaviour")
    ok({os.stat(os.path.join(place, n)).st_uid for n in os.listdir(place)} ==
       {62001 + ROLES.index("store")}, "and all of it is store's")


def life(number):
    with open(at("log"), "w+") as log:
        p = start(log)
        up = until(lambda: "event=ready" in open(at("log")).read() or
                   p.poll() is not None, 30) and p.poll() is None
        ok(up, f"start {number}: is ready")
        found = roles(p.pid)
        for i, r in enumerate(ROLES):
            s = found.get(r, {"Uid": "", "CapEff": "", "NoNewPrivs": ""})
            ok(s["Uid"].split() == [str(62001 + i)] * 4,
               f"{r} is assay-{r}")
            ok(s["CapEff"].strip("0\n") == "" and
               s["NoNewPrivs"].strip() == "1", f"{r} has no right")
        ok(send(), "a message is judged")
        ok(until(lambda: stored() == number, 10), "and its record stored")
        ok(os.stat(at("state")).st_uid == 62001 + ROLES.index("store"),
           "the state is store's")
        reload(p)
        p.terminate()
        ok(p.wait(30) == 0, "ends")
        if not up:
            for line in open(at("log")):
                print("# " + line.rstrip())


try:
    users()
    configure()
    life(1)
    life(2)
finally:
    for n in ("passwd", "group"):
        subprocess.run(["umount", "/etc/" + n], stderr=subprocess.DEVNULL)
    shutil.rmtree(room, ignore_errors=True)
done()
