# SPDX-License-Identifier: Apache-2.0
"""What every test with real servers needs: TAP, ports, packages, processes.

A Rig is one test program's world: a working directory that the users of the
servers may enter, the environment to run unpacked programs with, and every
process that was started, to be ended by its id.  Logs are kept, and their
ends shown, when a test fails.
"""
import fcntl
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[3]
# A dependency of packaging, not of the programs that we start.
UNUSED = re.compile(r"^(mariadb-|mysql-|default-mysql|dbconfig-|fonts-|"
                    r"libjs-|cpio$|ssl-cert$|adduser$|libmariadb|dns-root-)")
TIMES = float(os.environ.get("ASSAY_TEST_PATIENCE", "1"))


class Tap:
    def __init__(self):
        self.count = self.failed = 0
        self.on_failure = None

    def ok(self, good, label, *more):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {label}",
              flush=True)
        if not good:
            for m in more:
                self.note(m)
        return good

    def note(self, *more):
        for m in more:
            if isinstance(m, bytes):
                m = m.decode("utf-8", "backslashreplace")
            print("# " + str(m)[-4000:].replace("\n", "\n# "), flush=True)

    def skip(self, label, why):
        self.count += 1
        print(f"ok {self.count} - {label} # SKIP {why}", flush=True)


def skip_all(why):
    print(f"1..0 # SKIP {why}", flush=True)
    sys.exit(0)


def wait_for(what, seconds=10, every=0.02):
    """The first true value of what(), or its last one."""
    end = time.monotonic() + seconds * TIMES
    while True:
        got = what()
        if got or time.monotonic() > end:
            return got
        time.sleep(every)


def free_port():
    """A port of 127.0.0.1 and ::1, free for TCP and UDP."""
    while True:
        with socket.socket() as t, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as u:
            t.bind(("127.0.0.1", 0))
            port = t.getsockname()[1]
            try:
                u.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def answers(port, host="127.0.0.1"):
    try:
        socket.create_connection((host, port), 1).close()
        return True
    except OSError:
        return False


# ---- packages ------------------------------------------------------------


def wanted():
    text = (TOP / "packages/peers.txt").read_text()
    return [w for line in text.splitlines()
            for w in line.partition("#")[0].split()]


def closure(names):
    """These and the libraries they miss, as apt would install them."""
    for again in (False, True):
        got = subprocess.run(
            ["apt-get", "-s", "-qq", "--no-install-recommends", "install",
             *names], capture_output=True, text=True, timeout=120)
        if got.returncode == 0:
            break
        if again or os.geteuid() != 0:
            return None, got.stderr
        subprocess.run(["apt-get", "update", "-qq"], timeout=300,
                       capture_output=True)
    inst = [line.split()[1] for line in got.stdout.splitlines()
            if line.startswith("Inst ")]
    return [p for p in inst if p in names or not UNUSED.match(p)], ""


def download(peers, names):
    """None, or why it could not be done."""
    if os.environ.get("ASSAY_NO_APT") == "1":
        return "ASSAY_NO_APT=1 and not under build/peers"
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        return "no apt-get to fetch packages with"
    todo, why = closure(names)
    if todo is None:
        return why.strip().splitlines()[-1] if why.strip() else "apt-get -s"
    debs = peers / "debs"
    debs.mkdir(exist_ok=True)
    for old in debs.glob("*.deb"):
        old.unlink()
    if todo:
        got = subprocess.run(["apt-get", "download", "-qq", *todo], cwd=debs,
                             capture_output=True, text=True, timeout=600)
        if got.returncode != 0:
            return (got.stderr.strip().splitlines() or ["?"])[-1]
    # Exim and Sendmail bring a sendmail as well, whenever they come: what is
    # there stays, and Postfix's comes first.
    staging = peers / "staging"
    for deb in sorted(debs.glob("*.deb"), key=lambda d:
                      not d.name.startswith("postfix_")):
        shutil.rmtree(staging, ignore_errors=True)
        subprocess.run(["dpkg", "-x", deb, staging], check=True)
        subprocess.run(["cp", "-an", f"{staging}/.", peers], check=True)
        deb.unlink()
    shutil.rmtree(staging, ignore_errors=True)
    return None


def fetch(peers):
    """Unpacks what packages/peers.txt names, once."""
    peers.mkdir(parents=True, exist_ok=True)
    names = wanted()
    mark = peers / ".complete"
    with open(peers / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if mark.exists() and mark.read_text().split() == names:
            return
        why = download(peers, names)
        if why:
            skip_all("packages cannot be had: " + why)
        mark.write_text("\n".join(names) + "\n")


def fetch_more(rig, name, what):
    """What packages/NAME.txt names, for one test alone."""
    text = (TOP / f"packages/{name}.txt").read_text()
    names = [w for line in text.splitlines()
             for w in line.partition("#")[0].split()]
    mark = rig.peers / ("." + name)
    if mark.exists() and mark.read_text().split() == names:
        return
    why = download(rig.peers, names)
    if why:
        skip_all(f"{what} cannot be had: {why}")
    mark.write_text("\n".join(names))


# ---- processes -----------------------------------------------------------


class Process:
    """One server: started, its output in a file, ended by its id."""

    def __init__(self, rig, name, command, env=None, **more):
        self.name = name
        self.log = rig.work / (name + ".log")
        with open(self.log, "ab") as out:
            self.popen = subprocess.Popen(
                [str(c) for c in command], stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT,
                env=env or rig.env, **more)
        self.pid = self.popen.pid
        rig.processes.append(self)

    def alive(self):
        return self.popen.poll() is None

    def text(self):
        return self.log.read_text("utf-8", "backslashreplace")

    def signal(self, number):
        if self.alive():
            self.popen.send_signal(number)

    def stop(self, seconds=20):
        """The exit status; killed, and said so, when it does not obey."""
        self.signal(signal.SIGTERM)
        try:
            return self.popen.wait(seconds * TIMES)
        except subprocess.TimeoutExpired:
            print(f"# {self.name} did not end by SIGTERM", flush=True)
            self.popen.kill()
            return self.popen.wait(10)


class Rig:
    """with Rig(build) as rig: ..."""

    def __init__(self, build, tap=None):
        self.build = pathlib.Path(build).resolve()
        self.tap = tap or Tap()
        self.peers = pathlib.Path(os.environ.get("ASSAY_PEERS") or
                                  self.build / "peers")
        fetch(self.peers)
        lib = [str(p) for p in self.peers.glob("usr/lib/*-linux-gnu")]
        lib += [str(self.peers / "usr/lib"),
                str(self.peers / "usr/lib/postfix"),
                str(self.peers / "usr/lib/rspamd")]
        perl = [self.peers / "usr/share/perl5", *self.peers.glob(
            "usr/lib/*-linux-gnu/perl5/*")]
        self.env = dict(
            os.environ, LC_ALL="C.UTF-8", TZ="UTC",
            LD_LIBRARY_PATH=":".join(lib),
            PERL5LIB=":".join(str(p) for p in perl),
            PYTHONPATH=str(self.peers / "usr/lib/python3/dist-packages"))
        self.processes = []
        self.undo = []
        self.sanitized = self.built_with_asan()
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="assay-rig-"))
        self.work.chmod(0o755)

    def built_with_asan(self):
        """Then memory and time say nothing."""
        program = self.build / "app/assayd/assayd"
        return program.exists() and b"__asan_init" in program.read_bytes()

    def complaints(self):
        """What the sanitizers wrote into any log."""
        return [f"{log.name}: {line}" for log in self.work.glob("**/*.log")
                for line in log.read_text("utf-8", "replace").splitlines()
                if re.search(r"ERROR: \w+Sanitizer|runtime error: ", line)]

    def program(self, name):
        """Where an unpacked (or installed) program is, or None."""
        for d in ("usr/sbin", "usr/bin", "sbin", "bin", "usr/lib/postfix/sbin"):
            if (self.peers / d / name).exists():
                return self.peers / d / name
        for d in ("/usr/sbin", "/usr/bin", "/usr/lib/postfix/sbin"):
            if os.path.exists(os.path.join(d, name)):
                return pathlib.Path(d, name)
        return None

    def run(self, *command, ok=True, timeout=60, **more):
        got = subprocess.run([str(c) for c in command], env=self.env,
                             capture_output=True, timeout=timeout * TIMES,
                             **more)
        if ok and got.returncode != 0:
            raise RuntimeError(f"{command[0]}: status {got.returncode}: "
                               f"{got.stderr[-2000:]}{got.stdout[-2000:]}")
        return got

    def start(self, name, command, **more):
        return Process(self, name, command, **more)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        bad = kind not in (None, SystemExit) or self.tap.failed
        for u in reversed(self.undo):
            try:
                u()
            except OSError as e:
                self.tap.note(f"cleaning up: {e}")
        for p in reversed(self.processes):
            if p.alive():
                p.stop()
        if bad:
            self.tell()
        else:
            shutil.rmtree(self.work, ignore_errors=True)

    def tell(self):
        """The ends of all logs; the directory stays."""
        self.tap.note(f"logs are kept in {self.work}")
        for log in sorted(self.work.glob("**/*.log")):
            text = log.read_text("utf-8", "backslashreplace")
            if text.strip():
                self.tap.note(f"---- {log.name}", text[-1500:])


def main(run):
    """run(rig) with the build directory named on the command line."""
    build = sys.argv[1] if len(sys.argv) > 1 else "build"
    tap = Tap()
    try:
        with Rig(build, tap) as rig:
            run(rig)
            if rig.sanitized:
                got = rig.complaints()
                tap.ok(not got, "the sanitizers are silent", *got[:5])
    except Exception as e:      # a test that breaks has failed
        import traceback
        tap.ok(False, f"the test ran to its end: {e}",
               traceback.format_exc())
    print(f"1..{tap.count}", flush=True)
    sys.exit(1 if tap.failed else 0)
