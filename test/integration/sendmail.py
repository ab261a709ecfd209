#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Sendmail with assayd as its milter: where fields are put and which go,
what is kept apart, refused and deferred, and whether signatures survive.

    sendmail.py BUILD
"""
import os
import re
import shutil

from rig import assayd, base, dns, mail, mta
from rig.world import ZONE, ours

PROGRAM = "usr/libexec/sendmail/sendmail"
# 127.0.0.1 is the client of all mail: Sendmail has no XCLIENT.
HERE = """here TXT "v=spf1 ip4:127.0.0.1 -all"
_dmarc.here TXT "v=DMARC1; p=reject"
"""


def fetch(rig):
    base.fetch_more(rig, "sendmail", "Sendmail")
    # set to a group, it would not look for libraries where we say
    (rig.peers / PROGRAM).chmod(0o755)
    if os.getuid() != 0:
        base.skip_all("Sendmail's daemon is started by root alone")


class Sendmail:
    """Unpacked, never installed: a configuration and a queue of its own,
    on a loopback port, as nobody once it has that."""

    def __init__(self, rig, milter, sink_port, name="sendmail"):
        self.rig, self.dir = rig, rig.work / name
        self.queue, self.port = self.dir / "queue", base.free_port()
        for d in (self.dir, self.queue):
            d.mkdir()
            d.chmod(0o755)
        shutil.chown(self.queue, "nobody", "nogroup")
        self.queue.chmod(0o700)
        self.configure(milter, sink_port)
        self.start()

    def configure(self, milter, sink_port):
        cf = self.rig.peers / "usr/share/sendmail/cf"
        mc = self.dir / "sendmail.mc"
        switch = self.dir / "switch"
        switch.write_text("hosts files\naliases files\n")
        (self.dir / "statistics").touch()
        mc.write_text(f"""VERSIONID(`test')
OSTYPE(`linux')
define(`confDOMAIN_NAME', `mx.rcpt.test')
define(`confRUN_AS_USER', `nobody:nogroup')
define(`confSERVICE_SWITCH_FILE', `{switch}')
define(`confPID_FILE', `{self.dir}/pid')
define(`confCONTROL_SOCKET_NAME', `')
define(`QUEUE_DIR', `{self.queue}')
define(`STATUS_FILE', `{self.dir}/statistics')
define(`ALIAS_FILE', `')
define(`HELP_FILE', `')
define(`confCW_FILE', `/dev/null')
define(`confDONT_PROBE_INTERFACES', `True')
define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe, NonRootSafeAddr, DontWarnForwardFileInUnsafeDirPath, TrustStickyBit')
define(`confTO_IDENT', `0')
define(`confDELIVERY_MODE', `i')
define(`confLOG_LEVEL', `14')
define(`confMILTER_LOG_LEVEL', `14')
define(`confAUTH_MECHANISMS', `')
FEATURE(`no_default_msa')
FEATURE(`nouucp', `reject')
FEATURE(`nocanonify')
FEATURE(`accept_unresolvable_domains')
FEATURE(`accept_unqualified_senders')
FEATURE(`promiscuous_relay')
define(`SMART_HOST', `relay:[127.0.0.1]')
define(`RELAY_MAILER_ARGS', `TCP $h {sink_port}')
DAEMON_OPTIONS(`Name=MTA, Family=inet, Addr=127.0.0.1, Port={self.port}')
INPUT_MAIL_FILTER(`assay', `S=local:{milter}, F=T, T=C:30s;S:30s;R:60s;E:60s')
MAILER(`local')
MAILER(`smtp')
""")
        got = self.rig.run(self.rig.program("m4"), f"-D_CF_DIR_={cf}/",
                           cf / "m4/cf.m4", mc)
        (self.dir / "sendmail.cf").write_bytes(got.stdout)

    def start(self):
        """It asks DNS for its own name before it reads any configuration:
        in namespaces of its own it finds a name, and no resolver."""
        (self.dir / "hosts").write_text("127.0.0.1 mx.rcpt.test localhost\n")
        (self.dir / "resolv").write_text("nameserver 127.0.0.1\n")
        self.process = self.rig.start(self.dir.name, [
            "unshare", "--mount", "--uts", "sh", "-c",
            'hostname mx.rcpt.test && mount --bind "$0/hosts" /etc/hosts && '
            'mount --bind "$0/resolv" /etc/resolv.conf && exec "$@"',
            self.dir, self.rig.peers / PROGRAM, "-bD", "-q1h",
            f"-C{self.dir}/sendmail.cf"])
        if not base.wait_for(lambda: base.answers(self.port), 15):
            raise RuntimeError("Sendmail does not start: " +
                               self.process.text()[-3000:])

    def send(self, data, sender="alice@here.test", rcpt="bob@rcpt.test"):
        with mta.Smtp(self.port, helo="good.test") as s:
            return s.send(sender, rcpt, data)

    def queued(self):
        """{name: text} of what is in the queue."""
        return {f.name: f.read_bytes() for f in self.queue.iterdir()}


def arrives(w, subject, **how):
    code, text = w.sm.send(mail.message(subject=subject, **how))
    m = w.sink.get(subject) if code == 250 else None
    if not m:
        w.tap.ok(False, f"{subject}: arrives", text, w.d.log()[-2000:],
                 w.sm.process.text()[-2000:])
    return m


def results(w):
    forged = [("Authentication-Results", "mx.rcpt.test; dmarc=pass"),
              ("Authentication-Results", "other.test; none"),
              ("Authentication-Results", "MX.rcpt.test; spf=pass")]
    m = arrives(w, "results", sender="alice@here.test", extra=forged)
    if not m:
        return
    w.tap.ok(len(ours(m)) == 1 and "spf=pass" in ours(m)[0] and
             "dmarc=pass" in ours(m)[0], "one result of ours: both forged "
             "ones are gone", m.results())
    w.tap.ok(any("other.test" in r for r in m.results()),
             "that of somebody else stays", m.results())
    names = [n for n, _ in m.fields()]
    w.tap.ok(names[:2] == [b"Authentication-Results", b"Received"],
             "ours stands on top, above Sendmail's Received (index 0)",
             names[:5])


def many(w):
    with mta.Smtp(w.sm.port, helo="good.test") as s:
        codes = [s.send("alice@here.test", "bob@rcpt.test", mail.message(
            sender="alice@here.test", subject=f"many {i}"))[0]
            for i in range(5)]
    w.tap.ok(codes == [250] * 5 and all(
        len(ours(w.sink.get(f"many {i}"))) == 1 for i in range(5)),
        "five messages of one connection, a result each", codes)


def acts(w):
    code, text = w.sm.send(mail.message(sender="a@good.test",
                                        subject="refused"),
                           sender="a@good.test")
    w.tap.ok(code == 550 and "5.7." in text and "good.test" in text,
             "a forged message is refused, with our words", code, text)
    code, text = w.sm.send(mail.message(sender="a@quar.test",
                                        subject="apart"),
                           sender="a@quar.test")
    held = base.wait_for(lambda: [t for n, t in w.sm.queued().items()
                                  if n.startswith("hf") and b"apart" in t])
    w.tap.ok(code == 250 and held and re.search(rb"(?m)^q.*assay", held[0]),
             "another is quarantined, with our reason", code, text,
             sorted(w.sm.queued()), held and held[0])
    w.tap.ok(held and b"mx.rcpt.test;" in held[0],
             "and has our result in the queue")
    w.tap.ok(not w.sink.get("apart", 0.5), "it is not delivered")


def signatures(w):
    """The bytes that assayd sees are those that were signed, and what it
    signs survives Sendmail."""
    for canon in ("relaxed/relaxed", "simple/simple"):
        data = mail.message(sender="alice@good.test", subject=f"sig {canon}",
                            extra=[("X-Odd", "  two  spaces\r\n\t folded")])
        data = mail.dkimpy_sign(w.rig, data, "r", "good.test", w.key, canon)
        code, text = w.sm.send(data, sender="alice@good.test")
        m = w.sink.get(f"sig {canon}") if code == 250 else None
        w.tap.ok(m and "dkim=pass" in ours(m)[0], f"a signature, {canon}, "
                 "verifies behind Sendmail", text, m and m.results(),
                 w.d.log()[-1500:])


def signs(w):
    """Its own listener, where all mail is ours: signed by two keys."""
    sm = Sendmail(w.rig, w.own, w.sink.port, "submission")
    code, text = sm.send(mail.message(sender="alice@good.test",
                                      subject="signed"),
                         sender="alice@good.test")
    m = w.sink.get("signed") if code == 250 else None
    fields = [n for n, _ in m.fields()] if m else []
    w.tap.ok(fields.count(b"DKIM-Signature") == 2, "own mail is signed twice",
             text, fields, w.d.log()[-1500:])
    if m:
        got = mail.mail_dkim(w.rig, w.names.port, m.data)
        w.tap.ok("pass" in str(got) and "fail" not in str(got),
                 "and what leaves Sendmail verifies in Mail::DKIM", got)


def stops(w):
    w.d.stop()
    code, text = w.sm.send(mail.message(sender="alice@here.test"))
    w.tap.ok(code == 451, "without assayd: deferred, by F=T", code, text)


class World:
    def __init__(self, rig):
        self.rig, self.tap = rig, rig.tap
        assayd.need(rig)
        fetch(rig)
        self.key = mail.Key(rig, "rsa")
        self.ed = mail.Key(rig, "ed", "ed25519")
        self.names = dns.Names(rig, ZONE + HERE +
                               self.key.zone("r", "good.test") +
                               self.ed.zone("e", "good.test"))
        self.sink = mta.Sink()
        self.own = rig.work / "own.sock"
        self.d = assayd.Assayd(rig, self.names.port, f"""own-mail none
listen milter unix:{self.own} permissions 666 own
domain "good.test" {{
	sign rsa r {self.key.pem}
	sign ed25519 e {self.ed.pem}
}}
""")
        self.sm = Sendmail(rig, self.d.socket, self.sink.port)


def run(rig):
    w = World(rig)
    for test in (results, many, acts, signatures, signs, stops):
        try:
            test(w)
        except Exception as e:
            rig.tap.ok(False, f"{test.__name__}: {type(e).__name__}: {e}",
                       w.sm.process.text()[-2000:], w.d.log()[-2000:])


base.main(run)
