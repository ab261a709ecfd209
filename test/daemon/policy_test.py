#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the configuration says becomes of mail, through a real assayd: which
policy for whom, exceptions, the reply, quarantine by a field."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

from daemon import SOURCE, Daemon, done, ok, until
from milter import Milter, inserted
from moved import Moved, give

ASSAY = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(sys.argv[1]))), "assay", "assay")
DEMO = os.path.join(SOURCE, "app/assay/demo")
FORGER = {"client": "203.0.113.66", "helo": "mx.evil.example",
          "sender": "bounce@evil.example"}
STRICT = 'policy "strict" {\n\tdmarc-fail policy reject then reject\n}\n'
MILD = 'policy "mild" {\n\tdmarc-fail policy reject then quarantine\n}\n'
SAID = ' reason "old scanner" owner "ops" until '


def forged():
    with open(os.path.join(DEMO, "forged.eml"), "rb") as f:
        return f.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def start(extra, options=""):
    d = Daemon(extra, options, resolver=f"zone:{DEMO}/demo.zone")
    ok(d.ready(), "is ready") or d.show()
    return d


def send(d, **more):
    m = Milter(d.sock)
    reply, data, changes = m.message(forged(), **{**FORGER, **more})
    m.close()
    held = any(w == "q" for w, _ in changes)
    return ("q" if held else "a" if reply in "ac" else reply), data, changes


def whom_to_ask():
    d = start(STRICT + 'contact "postmaster@example.org"\n')
    got, data, _ = send(d)
    ok(got == "y" and data.startswith(b"550 5.7."), "refused")
    ok(b"bank.example" in data, "names the domain")
    ok(b"DMARC" in data, "names the check")
    ok(b"; ask postmaster@example.org\0" in data,
       f"names whom to ask: {data}")
    d.stop()


def exceptions():
    d = start(STRICT.replace("}", "\texcept client 203.0.113.66" + SAID +
                             "2099-12-31\n}"))
    got, _, changes = send(d)
    ok(got == "a", "an exception excuses from the act")
    ar = "".join(v for _, n, v in inserted(changes)
                 if n == "Authentication-Results")
    ok("dmarc=fail" in ar, "and not from the evidence")
    ok(until(lambda: d.said("event=verdict.*exception")),
       "the log says that it was one") or d.show()
    d.stop()
    d = start(STRICT.replace("}", "\texcept client 203.0.113.66" + SAID +
                             "2020-12-31\n}"))
    ok(d.said("event=conf-remark.*expired"), "an old one is told") or d.show()
    ok(send(d)[0] == "y", "and ignored")
    d.stop()


def who_is_judged_how():
    d = start(MILD + STRICT + "use-policy strict recipient strict.example\n")
    ok(send(d)[0] == "q", "the first policy for everybody")
    ok(send(d, rcpts=["a@strict.example"])[0] == "y", "another for some")
    ok(send(d, rcpts=["a@x.strict.example"])[0] == "y", "and below them")
    got, _, changes = send(d, rcpts=["a@x.example", "b@strict.example"])
    ok(got == "q", "for both the mildest")
    would = [v for _, n, v in inserted(changes) if n == "X-Assay-Would"]
    ok(len(would) == 1 and "reject" in would[0],
       f"and what it would have been: {would}")
    d.stop()


def many_policies():
    """Each recipient under another one: a bounded number, and no more."""
    def text(n):
        return "".join(f'policy "p{i}" {{\n\tstructure S1 then quarantine\n}}'
                       f"\nuse-policy p{i} recipient d{i}.example\n"
                       for i in range(n))
    d = start(text(64))
    before = d.children()
    reply, _, _ = send(d, rcpts=[f"a@d{i}.example" for i in range(64)])
    ok(reply in "ac", "64 policies for one message") or print("#", reply)
    ok(d.children() == before, "and nobody dies of it")
    d.stop()
    d = Daemon(text(65))
    ok(d.process.wait(20) != 0, "65 are a mistake")
    d.reader.join(5)
    ok(d.said("too many policies"), "that is told") or d.show()
    d.stop()


def apart():
    d = start(MILD + STRICT + "use-policy strict recipient strict.example\n"
              "split defer\n")
    m = Milter(d.sock)
    m.meet(FORGER["client"], FORGER["helo"])
    if not m.protocol & 0x4:
        m.step(b"M", b"<x@evil.example>\0", 0x4000)
    ok(not m.protocol & 0x8, "RCPT is heard")
    ok(m.step(b"R", b"<a@x.example>\0", 0x8000) in (None, b"c"),
       "the first recipient")
    m.send(b"R", b"<b@strict.example>\0")
    word, data = m.receive()
    ok(word == b"y" and data.startswith(b"452"),
       f"one under another policy is deferred: {word} {data}")
    ok(m.step(b"R", b"<c@x.example>\0", 0x8000) in (None, b"c"),
       "one under the same is not")
    m.close()
    d.stop()


def by_field():
    d = start(MILD + "quarantine header X-Spam-Flag YES\n")
    got, _, changes = send(d)
    fields = [(n, v.strip()) for _, n, v in inserted(changes)]
    ok(got == "a" and ("X-Spam-Flag", "YES") in fields,
       f"quarantined by a field: {fields}")
    d.stop()


def own():
    d = start(STRICT)
    ok(send(d, client="127.0.0.1")[0] == "a", "our own host is not checked")
    ok(send(d, macros={"{auth_authen}": "bob"})[0] == "a",
       "nor who logged in")
    for client, want, label in (
            (b"localhost\0U", "a", "mail of this host without a client"),
            (b"localhost\0L\0\0/run/x\0", "a", "by a unix socket"),
            (b"unknown\0U", "y", "a client whose address is not known"),
            (b"evil.example\0U", "y", "or that has a name alone"),
            (b"x\0004\0\0\0", "y", "or an address that is none")):
        got = send(d, client=client)[0]
        ok(got == want, f"{label}: {got}")
    d.stop()


def tagged():
    d = start('policy "p" {\n\tdmarc-fail then tag\n}\n')
    got, _, changes = send(d)
    tags = [v.strip() for _, n, v in inserted(changes)
            if n == "X-Assay-Tag"]
    ok(got == "a" and len(tags) == 1 and "dmarc-fail" in tags[0],
       f"a tag is a field: {got} {tags}")
    d.stop()


def held():
    d = start('policy "p" {\n\tdmarc-fail then hold\n}\n')
    got, _, changes = send(d)
    words = [x for w, x in changes if w == "q"]
    ok(got == "q" and b"assay: hold: dmarc" in words[0],
       f"a hold is a quarantine that says so: {got} {words}")
    ok(until(lambda: d.said("event=verdict.*act=hold")), "and so does the "
       "log") or d.show()
    d.stop()


def once():
    room = tempfile.mkdtemp(prefix="assayd.once.")
    give(shutil.copy(DEMO + "/demo.zone", room + "/demo.zone"))
    d = Moved(room, 'policy "p" {\n\tdmarc-fail then defer once\n}\n',
              f"zone:{room}/demo.zone")
    ok(d.ready(), "is ready, with a clock to move") or d.show()
    tag = ("X-Assay-Tag", True)

    def later(seconds):
        d.move(d.now + seconds)

    def tags(changes):
        return [(n, bool(v.strip())) for _, n, v in inserted(changes)
                if n == "X-Assay-Tag"]
    got, data, changes = send(d)
    ok(got == "y" and data.startswith(b"451 4.7.") and not tags(changes),
       f"the first try is deferred: {got} {data}")
    ok(send(d)[0] == "y", "so is one at once")
    later(29 * 60)
    ok(send(d)[0] == "y", "and one after 29 minutes")
    ok(send(d, rcpts=["other@x.example"])[0] == "y", "another recipient")
    later(2 * 60)
    got, _, changes = send(d)
    ok(got == "a" and tags(changes) == [tag],
       f"after half an hour it is let through: {got} {changes}")
    ok(send(d, client="203.0.113.7")[0] == "a",
       "from a neighbour of the same network, too")
    ok(send(d, rcpts=["other@x.example"])[0] == "y", "each for itself")
    ok(send(d, client="203.0.112.7")[0] == "y", "not from elsewhere")
    later(10 * 86400)
    ok(send(d)[0] == "a", "it is remembered for a month")
    later(30 * 86400)
    ok(send(d)[0] == "y", "and not for ever")
    d.stop()
    shutil.rmtree(room)


def records(d):
    top = os.path.join(d.dir, "state", "records")
    found = []
    for name in sorted(os.listdir(top)) if os.path.exists(top) else []:
        with open(os.path.join(top, name)) as f:
            found += list(f)
    return found


def replay(room, line, policy):
    for name, text in (("record", line), ("policy", policy)):
        with open(os.path.join(room, name), "w") as f:
            f.write(text)
    out = subprocess.run([ASSAY, "replay", "--json", "--policy",
                          f"{room}/policy", f"{room}/record"],
                         capture_output=True, text=True, timeout=20)
    ok('"same":true' in out.stdout, "which replays to the same") or \
        print("#", out.stdout[:2500], out.stderr)


def mandates():
    """What cannot be taken back, so often a day, whoever dies between."""
    raw = (b"From: Erika <erika@bank.example>\r\n"
           b"Reply-To: erika@evil.example\r\nSubject: hello\r\n"
           b"Date: Sun, 1 Mar 2026 12:00:00 +0000\r\n\r\nAre you there?\r\n")
    rule = 'policy "m" {\n\twho >= 70 and what >= 40 then reject\n%s}\n' \
        "own-domain bank.example\ncontact it@example.org\n"
    room = tempfile.mkdtemp(prefix="assayd.mandate.")
    give(shutil.copy(DEMO + "/demo.zone", room + "/demo.zone"))

    def start_with(mandate, more=""):
        d = Moved(room, rule % mandate + more, f"zone:{room}/demo.zone")
        ok(d.ready(), "is ready") or d.show()
        return d

    def try_it(d):
        m = Milter(d.sock)
        reply, data, changes = m.message(raw, **FORGER)
        m.close()
        words = [x for w, x in changes if w == "q"]
        return ("q" if words else reply), data, words, changes
    d = start_with("")
    got, _, words, _ = try_it(d)
    ok(got == "q" and b"assay: hold: no-mandate" in words[0],
       f"without a mandate it is held: {got} {words}")
    d.stop()
    mandate = '\tmandate "wave" author bank.example owner "ops" until ' \
        "2099-12-31 budget 2 then reject\n"
    d = start_with(mandate)
    for i in range(2):
        got, data, _, changes = try_it(d)
        ok(got == "y" and data.startswith(b"550 5.7.1 ") and
           b"it@example.org" in data and not changes,
           f"refused, {i + 1} of 2: {got} {data}")
    ok(until(lambda: len([x for x in d.log if "mandate-used" in x]) == 2),
       "each is told in the log") or d.show()
    got, _, words, changes = try_it(d)
    ok(got == "q" and b"assay: hold: no-mandate" in words[0],
       f"the third is held: {got} {words}")
    kept = until(lambda: r if len(r := records(d)) >= 3 else None) or []
    said = [json.loads(x)["verdict"]["disposition"] for x in kept]
    ok(said == ["reject", "reject", "hold"], f"as its record says: {said}")
    ok(len(d.said("event=verdict.*act=hold")) == 1 and
       len(d.said("event=verdict.*act=reject")) == 2, "and the log")
    replay(room, kept[-1] if kept else "", "".join(
        rule.splitlines(True)[1:2]) + mandate)
    ok(any(n == "Authentication-Results" for _, n, _ in inserted(changes)),
       "with our results")
    for pid in d.children().values():
        os.kill(pid, 9)
    d.process.kill()
    d.process.wait()
    d.reader.join(5)
    os.unlink(d.clock)
    d.log.clear()
    d.begin()
    ok(d.ready(), "starts again, after all were killed")
    ok(try_it(d)[0] == "q", "and it is still spent") or d.show()
    d.move(d.now + 86400)
    ok(try_it(d)[0] == "y", "the next day has its own")
    d.stop()
    shutil.rmtree(room)


whom_to_ask()
mandates()
tagged()
held()
once()
exceptions()
who_is_judged_how()
apart()
by_field()
own()
many_policies()
done()
