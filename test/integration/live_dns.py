#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The live source against a real name server.

    live_dns.py BUILD

Takes NSD and ldns from BUILD/peers (packages/peers.txt), signs a zone, serves
it on a free port of the loopback and asks through BUILD/test/live_ask and,
when it is there, the assay command.
TAP on stdout; skips, and says why, when the packages cannot be had.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from rig import base
from rig.base import free_port

ZONE = """$ORIGIN live.test.
$TTL 300
@ SOA ns hostmaster 1 3600 900 1209600 60
@ NS ns
@ MX 10 mail
@ TXT "v=spf1 ip4:192.0.2.1 -all"
ns A 127.0.0.1
mail A 192.0.2.1
mail AAAA 2001:db8::1
alias CNAME mail
chain CNAME alias
dangling CNAME gone
void MX 0 .
l1 CNAME l2
l2 CNAME l1
a\\.b TXT "dot in a label"
below.ent A 192.0.2.7
*.wild TXT "any"
forged TXT "genuine"
"""
PLAIN = """$ORIGIN plain.test.
$TTL 300
@ SOA ns.live.test. hostmaster 1 3600 900 1209600 60
@ NS ns.live.test.
@ TXT "plain" " text"
1 PTR mail.live.test.
"""

count = failed = 0


def ok(good, label, *more):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {label}", flush=True)
    if not good:
        for m in more:
            print("# " + str(m).replace("\n", "\n# "), flush=True)


def environment(peers):
    """To run what was unpacked with."""
    base.fetch(peers)
    lib = [str(p) for p in (peers / "usr/lib").glob("*-linux-gnu")]
    return dict(os.environ, LD_LIBRARY_PATH=":".join(lib))


def run(env, work, *cmd):
    got = subprocess.run(cmd, cwd=work, env=env, capture_output=True,
                         text=True, timeout=60)
    if got.returncode != 0:
        raise SystemExit(f"{cmd[0]}: {got.stderr}{got.stdout}")
    return got.stdout.strip()


def make_zones(env, peers, work):
    """Signs live.test; its DS goes to right.ds, that of another key to
    wrong.ds.  One signed text is then changed."""
    bin_ = peers / "usr/bin"
    big = "".join(f' "{i:02d}{"x" * 248}"' for i in range(33))
    (work / "live.zone").write_text(ZONE + f"big TXT{big}\n")
    (work / "plain.zone").write_text(PLAIN)
    names = [run(env, work, bin_ / "ldns-keygen", "-r", "/dev/urandom", "-k",
                 "-a", "ECDSAP256SHA256", "live.test") for _ in range(2)]
    run(env, work, bin_ / "ldns-signzone", "-f", "signed.zone", "live.zone",
        names[0])
    text = (work / "signed.zone").read_text()
    assert text.count('"genuine"') == 1
    (work / "signed.zone").write_text(text.replace('"genuine"', '"changed"'))
    for name, to in zip(names, ("right.ds", "wrong.ds")):
        shutil.copy(work / f"{name}.ds", work / to)


def serve(env, peers, work, port):
    conf = work / "nsd.conf"
    conf.write_text(f"""server:
  ip-address: 127.0.0.1@{port}
  username: ""
  chroot: ""
  zonesdir: "{work}"
  database: ""
  pidfile: "{work}/nsd.pid"
  xfrdfile: "{work}/xfrd.state"
  zonelistfile: "{work}/zone.list"
  xfrdir: "{work}"
  logfile: "{work}/nsd.log"
  server-count: 1
remote-control:
  control-enable: no
zone:
  name: live.test
  zonefile: signed.zone
zone:
  name: plain.test
  zonefile: plain.zone
zone:
  name: broken.test
  zonefile: not-there.zone
""")
    server = subprocess.Popen([peers / "usr/sbin/nsd", "-d", "-c", conf],
                              env=env, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server
        except OSError:
            time.sleep(0.05)
    server.kill()
    log = work / "nsd.log"
    raise SystemExit("nsd does not answer: " +
                     (log.read_text() if log.exists() else ""))


class Asker:
    def __init__(self, build, server):
        self.cmd = [build / "test/live_ask", "-s", server]

    def __call__(self, *args):
        """{question: (kind, security, ttl, canonical, [items])}, ms."""
        got = subprocess.run(self.cmd + list(args), capture_output=True,
                             text=True, timeout=60)
        if got.returncode != 0:
            ok(False, "live_ask ends well", got.returncode, got.stderr)
        answers = {}
        ms = None
        for line in got.stdout.splitlines():
            word = line.split()
            if word[0] == "ms":
                ms = int(word[1])
            elif len(word) >= 5:
                answers[word[0]] = (word[1], word[2], int(word[3]), word[4],
                                    line.split(" ")[5:])
        return answers, ms


def expect(answers, question, kind, security=None, canonical=None,
           items=None):
    got = answers.get(question)
    good = got is not None and got[0] == kind and \
        (security is None or got[1] == security) and \
        (canonical is None or got[3] == canonical) and \
        (items is None or got[4] == items)
    ok(good, f"{question}: {kind} {security or ''}", f"got {got}")


def secure_answers(ask, work):
    got, _ = ask("-t", str(work / "right.ds"), "live.test/TXT",
                 "live.test/MX", "mail.live.test/A", "mail.live.test/AAAA",
                 "alias.live.test/A", "chain.live.test/AAAA",
                 "dangling.live.test/A", "void.live.test/MX",
                 "gone.live.test/TXT", "mail.live.test/TXT",
                 "ent.live.test/A", "x.wild.live.test/TXT",
                 "a\\046b.live.test/TXT", "plain.test/TXT",
                 "1.plain.test/PTR", "l1.live.test/A",
                 "MAIL.live.test./A", "x" * 64 + ".live.test/A")
    expect(got, "live.test/TXT", "DATA", "secure", "-",
           ["v=spf1\\x20ip4:192.0.2.1\\x20-all"])
    expect(got, "live.test/MX", "DATA", "secure", "-",
           ["\\x00\\x0amail.live.test"])
    expect(got, "mail.live.test/A", "DATA", "secure", "-",
           ["\\xc0\\x00\\x02\\x01"])
    expect(got, "mail.live.test/AAAA", "DATA", "secure")
    expect(got, "alias.live.test/A", "DATA", "secure", "mail.live.test")
    expect(got, "chain.live.test/AAAA", "DATA", "secure", "mail.live.test")
    expect(got, "dangling.live.test/A", "NXDOMAIN", None, "gone.live.test")
    expect(got, "void.live.test/MX", "DATA", "secure", "-",
           ["\\x00\\x00."])
    expect(got, "gone.live.test/TXT", "NXDOMAIN", "secure", "-", [])
    expect(got, "mail.live.test/TXT", "NODATA", "secure", "-", [])
    expect(got, "ent.live.test/A", "NODATA", "secure")
    expect(got, "x.wild.live.test/TXT", "DATA", "secure", "-", ["any"])
    expect(got, "a\\046b.live.test/TXT", "DATA", "secure")
    expect(got, "plain.test/TXT", "DATA", "insecure", "-",
           ["plain\\x20text"])
    expect(got, "1.plain.test/PTR", "DATA", "insecure", "-",
           ["mail.live.test"])
    expect(got, "l1.live.test/A", "TEMPFAIL")
    expect(got, "MAIL.live.test./A", "DATA", "secure")
    expect(got, "x" * 64 + ".live.test/A", "NXDOMAIN")
    ttl = got.get("live.test/TXT", ("", "", 0))[2]
    ok(0 < ttl <= 300, "the TTL of the zone", ttl)
    ttl = got.get("gone.live.test/TXT", ("", "", 0))[2]
    ok(0 < ttl <= 60, "the TTL of a denial", ttl)


def other_answers(ask, work):
    got, _ = ask("-t", str(work / "right.ds"), "forged.live.test/TXT",
                 "live.test/TXT")
    expect(got, "forged.live.test/TXT", "BOGUS", "insecure")
    ok(len(got["forged.live.test/TXT"][4]) == 1, "and says why", got)
    expect(got, "live.test/TXT", "DATA", "secure")
    got, _ = ask("-t", str(work / "wrong.ds"), "live.test/TXT",
                 "gone.live.test/TXT", "plain.test/TXT")
    expect(got, "live.test/TXT", "BOGUS", "insecure")
    expect(got, "gone.live.test/TXT", "BOGUS", "insecure")
    expect(got, "plain.test/TXT", "DATA", "insecure")
    got, _ = ask("live.test/TXT", "forged.live.test/TXT",
                 "gone.live.test/A", "big.live.test/TXT")
    expect(got, "live.test/TXT", "DATA", "insecure")
    expect(got, "forged.live.test/TXT", "DATA", "insecure", "-",
           ["changed"])
    expect(got, "gone.live.test/A", "NXDOMAIN", "insecure")
    big = got.get("big.live.test/TXT", ("", "", 0, "", [""]))
    ok(big[0] == "DATA" and len(big[4][0]) == 33 * 250,
       "8 KB of TXT: truncated, then asked by TCP", big[0], len(big[4][0]))
    got, _ = ask("broken.test/TXT", "elsewhere.test/TXT", "live.test/TXT")
    expect(got, "broken.test/TXT", "TEMPFAIL", "insecure", "-", [])
    expect(got, "elsewhere.test/TXT", "TEMPFAIL")
    expect(got, "live.test/TXT", "DATA")


def silence(build):
    """A socket that takes questions and never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        ask = Asker(build, f"127.0.0.1:{mute.getsockname()[1]}")
        names = [f"n{i}.example.test/TXT" for i in range(6)]
        got, ms = ask("-q", "700", *names)
        ok(len(got) == 6 and all(a[0] == "TEMPFAIL" for a in got.values()),
           "no answer is a temporary failure", got)
        ok(600 <= ms <= 2000, "six questions wait side by side", ms)
        got, ms = ask("-q", "5000", "-a", "900", *names)
        ok(len(got) == 6 and 800 <= ms <= 2000, "the total time holds", ms)
    ask = Asker(build, f"127.0.0.1:{free_port()}")
    got, ms = ask("-q", "3000", "live.test/TXT")
    expect(got, "live.test/TXT", "TEMPFAIL")


def command(build, work, port):
    """The whole way: a message, its SPF from the live zone."""
    assay = build / "app/assay/assay"
    if not assay.exists():
        ok(True, "the assay command # SKIP not built")
        return
    eml = work / "m.eml"
    eml.write_bytes(b"From: a@live.test\r\nDate: Thu, 01 Jan 2026 00:00:00 "
                    b"+0000\r\nSubject: x\r\n\r\nhello\r\n")
    got = subprocess.run(
        [assay, "check", "--json", "--ip", "192.0.2.1", "--helo",
         "mail.live.test", "--mail-from", "a@live.test", "--receiver",
         "mx.example", "--resolver", f"127.0.0.1:{port}", eml],
        capture_output=True, text=True, timeout=60)
    ok('"spf":{"result":"pass"' in got.stdout.replace(" ", ""),
       "assay check --resolver: SPF passes", got.stdout, got.stderr)


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                         "build").resolve()
    peers = build / "peers"
    env = environment(peers)
    with tempfile.TemporaryDirectory() as tmp:
        work = pathlib.Path(tmp)
        make_zones(env, peers, work)
        port = free_port()
        server = serve(env, peers, work, port)
        try:
            ask = Asker(build, f"127.0.0.1:{port}")
            secure_answers(ask, work)
            other_answers(ask, work)
            command(build, work, port)
        finally:
            server.terminate()
            server.wait(10)
        silence(build)
    print(f"1..{count}")
    return 1 if failed else 0


sys.exit(main())
