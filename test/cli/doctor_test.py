#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""assay doctor against a made Postfix and a made resolver on loopback."""
import base64
import fcntl
import json
import os
import socket
import struct
import subprocess
import threading
import time
from cli import main, ok, put, run, same, scratch

ROOM = scratch
TXT, NS = 16, 2


def key(name):
    """A private key and its record."""
    path = put(name, "")
    subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-out", path],
                   check=True, stderr=subprocess.DEVNULL)
    os.chmod(path, 0o600)
    der = subprocess.run(["openssl", "pkey", "-in", path, "-pubout",
                          "-outform", "DER"], check=True,
                         capture_output=True).stdout
    text = b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)
    return path, b"".join(bytes([len(text[i:i + 200])]) + text[i:i + 200]
                          for i in range(0, len(text), 200))


def name(packet, at):
    labels = []
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode().lower())
        at += 1 + packet[at]
    return ".".join(labels), at + 1


class Resolver(threading.Thread):
    """Says what is in rows; all else does not exist.  silent: SERVFAIL."""

    def __init__(self, rows, silent=False):
        super().__init__(daemon=True)
        self.rows, self.silent = rows, silent
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.at = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                packet, peer = self.socket.recvfrom(4096)
            except OSError:
                return
            qname, end = name(packet, 12)
            qtype = struct.unpack("!H", packet[end:end + 2])[0]
            data = self.rows.get((qname, qtype))
            code = 2 if self.silent else 0 if data else 3
            out = packet[:2] + struct.pack("!HHHHH", 0x8180 | code, 1,
                                           1 if data else 0, 0, 0)
            out += packet[12:end + 4]
            if data:
                out += b"\xc0\x0c" + struct.pack("!HHIH", qtype, 1, 60,
                                                 len(data)) + data
            self.socket.sendto(out, peer)


GOOD = {"mail_version": "3.7.11", "queue_directory": "/var/spool/postfix",
        "smtpd_milters": "", "non_smtpd_milters": "",
        "milter_default_action": "tempfail", "milter_protocol": "6",
        "smtpd_forbid_bare_newline": "normalize",
        "milter_mail_macros": "i {mail_addr} {auth_authen}",
        "master": "smtp inet n - n - - smtpd"}


def postfix(**other):
    """A postconf that says these; None: it does not know the name."""
    says = dict(GOOD, **other)
    lines = ["#!/bin/sh", 'if [ "$1" = -M ]; then set -- -M master; fi',
             'case $2 in']
    for k, v in says.items():
        act = f"echo 'warning: {k}: unknown parameter' >&2" if v is None \
            else f"echo '{v}'"
        lines.append(f"{k}) {act} ;;")
    path = put("postconf", "\n".join(lines + ["esac", ""]))
    os.chmod(path, 0o755)
    return path


def findings(conf, postconf, *more):
    os.environ["POSTCONF"] = postconf
    status, out, err = run("doctor", "--json", "--conf", conf, *more)
    whole = json.loads(out)
    same(whole["format"], "assay-doctor-0.1", "its format")
    return status, whole["findings"], whole["worst"]


def has(found, level, topic, text, mend=""):
    hits = [f for f in found if f["topic"] == topic and text in f["text"]]
    ok(any(f["level"] == level and mend in (f["mend"] or "") for f in hits),
       f"{level}: {topic}: {text}", str(hits or found))


class World:
    """A service that is well: its sockets, its lock, its key, its DNS."""

    def __init__(self):
        self.state = os.path.join(ROOM, "state")
        os.makedirs(self.state, exist_ok=True)
        self.lock = open(os.path.join(self.state, "assayd.pid"), "w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.path = os.path.join(ROOM, "milter.sock")
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(self.path)
        self.socket.listen(5)
        self.key, record = key("k.pem")
        self.other, _ = key("other.pem")
        empty = b"v=DKIM1; p="
        self.dns = Resolver({("org", NS): b"\x01a\xc0\x0c",
                             ("s._domainkey.example.org", TXT): record,
                             ("revoked._domainkey.example.org", TXT):
                             bytes([len(empty)]) + empty})

    def conf(self, more="", dns=None):
        return put("assay.conf",
                   "authserv-id mx.example.org\n"
                   f"listen milter unix:{self.path}\n"
                   f"resolver {(dns or self.dns).at}\n"
                   f"state-directory {self.state}\n"
                   f"question-timeout 1s\ntotal-timeout 3s\n{more}\n")


def test_well(w):
    conf = w.conf(f'domain "example.org" {{ sign rsa s {w.key} }}')
    here = f"unix:{w.path}"
    status, found, worst = findings(conf, postfix(
        smtpd_milters=here, non_smtpd_milters="inet:x:1 , " + here))
    for topic, text in [("conf", "no mistakes"), ("daemon", "assayd runs"),
                        ("sockets", "answers"),
                        ("postfix", "Postfix 3.7.11"),
                        ("postfix", "smtpd_milters names us"),
                        ("postfix", "non_smtpd_milters names us"),
                        ("postfix", "milter_default_action is tempfail"),
                        ("postfix", "milter_protocol is 6"),
                        ("postfix", "smtpd_forbid_bare_newline is normal"),
                        ("keys", "s._domainkey.example.org is published and "
                         "fits its private key"),
                        ("disk", "MB left")]:
        has(found, "good", topic, text)
    has(found, "warning", "resolver", "nothing is validated",
        "trust-anchor /usr/share/dns/root.key")
    ok(all(f["mend"] for f in found if f["level"] in ("warning", "bad")),
       "what is not well has a command that mends it")
    same((status, worst), (1, "warning"), "a warning is status 1")


def test_postfix(w):
    conf = w.conf("when-broken defer")
    here = f"unix:{w.path}"
    _, found, _ = findings(conf, postfix())
    has(found, "bad", "postfix", "smtpd_milters does not name us",
        f"postconf -e 'smtpd_milters={here}'")
    has(found, "note", "postfix", "non_smtpd_milters does not name us")
    _, found, _ = findings(conf, postfix(smtpd_milters="unix:/old.sock"))
    has(found, "bad", "postfix", "smtpd_milters does not name us",
        f"smtpd_milters={here} unix:/old.sock")
    for v, level in [("reject", "bad"), ("accept", "warning"),
                     ("quarantine", "good"), ("shrug", "warning")]:
        _, found, _ = findings(conf, postfix(milter_default_action=v))
        has(found, level, "postfix", f"milter_default_action is {v}")
    for v, level in [("no", "bad"), ("yes", "good"), ("reject", "good")]:
        _, found, _ = findings(conf, postfix(smtpd_forbid_bare_newline=v))
        has(found, level, "postfix", f"smtpd_forbid_bare_newline is {v}",
            "postconf -e" if level == "bad" else "")
    _, found, _ = findings(conf, postfix(smtpd_forbid_bare_newline=None))
    has(found, "bad", "postfix", "does not know smtpd_forbid_bare_newline")
    _, found, _ = findings(conf, postfix(milter_protocol="2",
                                         milter_mail_macros="i"))
    has(found, "warning", "postfix", "milter_protocol is 2",
        "milter_protocol=6")
    has(found, "warning", "postfix", "lacks {auth_authen}")
    _, found, _ = findings(conf, postfix(
        smtpd_milters=here + " unix:/run/opendkim/opendkim.sock"))
    has(found, "note", "postfix", "still names filters that we replace")
    _, found, _ = findings(conf, postfix(
        smtpd_milters=here, master="smtp inet n - y - - smtpd"))
    has(found, "bad", "postfix", "smtpd runs in a chroot",
        "unix:/var/spool/postfix/assay/milter.sock")
    _, found, _ = findings(conf, postfix(
        smtpd_milters="unix:milter.sock", queue_directory=ROOM,
        master="smtp inet n - y - - smtpd"))
    has(found, "good", "postfix", "smtpd_milters names us")
    ok(not any("chroot" in f["text"] for f in found),
       "a socket below the queue directory can be seen")
    _, found, _ = findings(conf, "/nonexistent/postconf")
    has(found, "note", "postfix", "there is no postconf")


def test_files(w):
    if os.geteuid() != 0:
        return
    conf = w.conf()
    path = os.path.join(w.state, "reports.db.lock")
    open(path, "w").close()
    os.chmod(path, 0o640)
    os.chown(w.state, 65534, 65534)
    _, found, _ = findings(conf, postfix())
    has(found, "bad", "files", path + " is closed",
        f"chown --reference={w.state} {path}")
    os.chown(path, 65534, 65534)
    _, found, _ = findings(conf, postfix())
    has(found, "good", "files", "is open to the user")
    os.chown(w.state, 0, 0)


def test_broken(w):
    conf = w.conf(f'domain "example.org" {{ sign rsa s {w.key}\n'
                  f'sign rsa gone {w.key}\nsign rsa none /none.pem\n'
                  f'sign rsa old {w.key} until 2020-01-01 }}')
    os.chmod(w.key, 0o644)
    _, found, _ = findings(conf, postfix())
    has(found, "bad", "keys", "others may read or write", "chmod 600")
    has(found, "bad", "keys", "/none.pem")
    os.chmod(w.key, 0o600)
    _, found, _ = findings(conf, postfix())
    has(found, "bad", "keys", "gone._domainkey.example.org has no key",
        "assay key record gone example.org")
    has(found, "note", "keys", "not in its time")
    text = put("text.pem", "no key\n")
    os.chmod(text, 0o600)
    conf2 = w.conf(f'domain "example.org" {{ sign rsa s {w.other}\n'
                   f'sign rsa revoked {w.key}; sign rsa s {text}\n'
                   f'sign ed25519 s {w.key} }}')
    _, found, _ = findings(conf2, postfix())
    has(found, "bad", "keys", "is not the public part",
        "assay key record s example.org")
    has(found, "bad", "keys", "revoked._domainkey.example.org:")
    has(found, "bad", "keys", "is no private key")
    has(found, "bad", "keys", "is a key of the other algorithm")
    conf = w.conf()
    _, found, _ = findings(w.conf(dns=Resolver({}, silent=True)), postfix())
    has(found, "bad", "resolver", "does not answer", "dig")
    fcntl.flock(w.lock, fcntl.LOCK_UN)
    w.socket.close()
    status, found, worst = findings(conf, postfix())
    has(found, "bad", "daemon", "does not run", "systemctl start assayd")
    has(found, "bad", "sockets", "nobody answers")
    same((status, worst), (1, "bad"), "that is status 1")
    status, out, _ = run("doctor", "--conf", w.conf(), "--color", "never")
    ok("bad      daemon    assayd does not run" in out, "for people", out)


class Greeter(threading.Thread):
    """A port that says one line."""

    def __init__(self, line):
        super().__init__(daemon=True)
        self.line, self.socket = line, socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(5)
        self.at = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                peer, _ = self.socket.accept()
                peer.sendall(self.line)
                peer.close()
            except OSError:
                return


def txt(text):
    return bytes([len(text)]) + text.encode()


def outgoing(w, relay, selector="s", key=None, dmarc=None):
    rows = dict(w.dns.rows)
    if dmarc:
        rows[("_dmarc.example.org", TXT)] = txt(dmarc)
    _, found, _ = findings(w.conf(
        "send-reports yes\nreport-from d@sub.example.org\n"
        f"report-relay {relay}\n"
        f'domain "sub.example.org" {{ sign rsa {selector} {key or w.key} }}',
        dns=Resolver(rows)), postfix())
    return found


def test_reports_out(w):
    record = w.dns.rows[("s._domainkey.example.org", TXT)]
    w.dns.rows[("s._domainkey.sub.example.org", TXT)] = record
    good = Greeter(b"220 mx.example.org ESMTP\r\n")
    found = outgoing(w, good.at, dmarc="v=DMARC1; p=reject")
    has(found, "good", "reports", "are signed by s._domainkey.sub.example.org")
    has(found, "good", "reports", "has a DMARC record itself")
    has(found, "good", "reports", "127.0.0.1, answers")
    port = good.at.split(":")[1]
    good.socket.shutdown(socket.SHUT_RDWR)
    good.socket.close()
    found = outgoing(w, good.at, selector="gone", dmarc="v=DMARC2; p=none")
    has(found, "bad", "reports", "a key that is not in the DNS",
        "assay key record")
    has(found, "bad", "reports", "has no DMARC record",
        '_dmarc.sub.example.org. IN TXT "v=DMARC1; p=none"')
    has(found, "bad", "reports", f"port {port} of 127.0.0.1: ",
        "report-relay ADDR:PORT")
    busy = Greeter(b"554 5.3.2 go away\x1b[2J\r\n")
    found = outgoing(w, busy.at, selector=f"s {w.key} until 2020-01-01; "
                     "sign rsa s", dmarc="v=DMARC1; p=none")
    has(found, "bad", "reports", "does not greet as a mail server does: 554")
    ok(not any("\x1b" in f["text"] for f in found), "without its escapes")
    found = outgoing(w, Greeter(b"").at, selector="s", dmarc=None)
    has(found, "bad", "reports", "it says nothing")
    found = findings(w.conf(
        "send-reports yes\nreport-from d@example.org\n"
        f'domain "example.org" {{ sign rsa s {w.key} until 2020-01-01 }}'),
        postfix())[1]
    has(found, "bad", "reports", "no key signs reports of example.org now",
        "assay key new")


def test_reports_in(w):
    inbox = os.path.join(w.state, "inbox")
    os.makedirs(inbox, exist_ok=True)
    tokens = put("tokens", "# nobody\n")
    conf = ("report-address dmarc@example.org\nown-domain example.org\n"
            f"own-domain other.example\ntoken-file {tokens}\n")
    rows = dict(w.dns.rows)
    rows[("_dmarc.example.org", TXT)] = txt(
        "v=DMARC1; p=none; rua=mailto:x@elsewhere.example,"
        "mailto:DMARC@example.org")
    found = findings(w.conf(conf, dns=Resolver(rows)), postfix())[1]
    has(found, "good", "reports", "record of example.org sends reports to us")
    has(found, "warning", "reports", "other.example has no DMARC record",
        '_dmarc.other.example. IN TXT "v=DMARC1; p=none; '
        'rua=mailto:dmarc@example.org"')
    has(found, "good", "reports", "no report mail waits")
    has(found, "warning", "reports", "has no token", "assay token new")
    rows[("_dmarc.example.org", TXT)] = txt("v=DMARC1; p=none")
    for name, age in (("0000000000000001.letter", 7200),
                      ("0000000000000002.letter", 0),
                      ("0000000000000003.aside", 0)):
        path = os.path.join(inbox, name)
        open(path, "w").close()
        os.utime(path, (time.time() - age,) * 2)
    _, line, _ = run("token", "new", "web", "--json")
    with open(tokens, "w") as f:
        f.write(json.loads(line)["line"] + "\n")
    found = findings(w.conf(conf, dns=Resolver(rows)), postfix())[1]
    has(found, "warning", "reports", "does not name our report-address",
        "rua=mailto:dmarc@example.org")
    has(found, "bad", "reports", "1 report mails wait", "journalctl")
    has(found, "warning", "reports", "1 report mails in", "report ingest -")
    has(found, "good", "reports", "one of 1 tokens")
    found = findings(w.conf("report-address dmarc@example.org",
                            dns=Resolver({}, silent=True)), postfix())[1]
    has(found, "warning", "reports", "own-domain names no domain",
        "own-domain example.org")
    ok(all(f["mend"] for f in found if f["level"] in ("warning", "bad")),
       "each has what mends it")


def test_conf(w):
    bad = put("bad.conf", "authserv-id a.example\nlisten mlter unix:/x\n")
    status, out, err = run("doctor", "--conf", bad)
    same(status, 2, "a bad configuration is status 2")
    ok("did you mean" in out + err or "write 'milter'" in out,
       "and is told", out + err)
    same(run("doctor", "--conf", "/nonexistent")[0], 2, "as is a missing one")
    same(run("doctor", "x")[0], 2, "no words")
    old = w.conf('policy "p" { except client 192.0.2.1 reason "r" owner "o" '
                 'until 2020-01-01 }')
    _, found, _ = findings(old, postfix())
    has(found, "note", "conf", "has expired")


WORLD = World()
main(lambda: test_well(WORLD), lambda: test_postfix(WORLD),
     lambda: test_files(WORLD),
     lambda: test_reports_out(WORLD), lambda: test_reports_in(WORLD),
     lambda: test_broken(WORLD), lambda: test_conf(WORLD))
