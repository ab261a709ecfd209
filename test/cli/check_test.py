#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Messages in, results out: verdicts, forms, inputs, failures."""
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import time

import jsonschema

from cli import (ASSAY, BANK, EVIL, SOURCE, WORLD, ZONE, TIME, mail, main, ok,
                 put, read, results, run, same, scratch)

with open(os.path.join(SOURCE, "doc/assay-result.schema.json")) as f:
    SCHEMA = json.load(f)
VALID = jsonschema.Draft202012Validator(SCHEMA)


def undescribed(value, schema, path="$"):
    """Members that the schema does not know."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if isinstance(value, list):
        return [u for v in value
                for u in undescribed(v, schema.get("items", {}), path + "[]")]
    if not isinstance(value, dict):
        return []
    known = schema.get("properties", {})
    found = [f"{path}.{k}" for k in value if k not in known]
    for k in value:
        if k in known:
            found += undescribed(value[k], known[k], f"{path}.{k}")
    return found


def valid(result, label):
    errors = [e.message for e in VALID.iter_errors(result)]
    kind = "fault" if "error" in result else "judged"
    errors += undescribed(result, SCHEMA["$defs"][kind])
    same(errors, [], label + ": by the schema")


def one(*args, **more):
    status, out, err = run("check", "--json", *args, **more)
    return status, json.loads(out)


def test_verdicts():
    for name, session, disposition, dmarc, status in [
            ("genuine", BANK, "accept", "pass", 0),
            ("forwarded", [], "accept", "pass", 0),
            ("list", [], "accept", "fail", 0),
            ("forged", EVIL, "quarantine", "fail", 1),
            ("hostile", EVIL, "reject", "fail", 1)]:
        got, r = one(*WORLD, *session, mail(name))
        same((got, r["verdict"]["disposition"], r["dmarc"]["result"]),
             (status, disposition, dmarc), name)
        valid(r, name)
    got, r = one(*WORLD, *BANK, mail("genuine"))
    same(r["spf"]["result"], "pass", "SPF of --ip and --mail-from")
    same(r["helo"]["result"], "pass", "SPF of --helo")
    same(r["iprev"], {"result": "pass", "reason": "iprev-pass",
                      "name": "mail.bank.example"}, "reverse DNS of --ip")
    same([(s["result"], s["domain"], s["selector"], s["algorithm"])
          for s in r["dkim"]["signatures"]],
         [("pass", "bank.example", "s2026", "rsa-sha256"),
          ("pass", "bank.example", "e2026", "ed25519-sha256")],
         "both signatures")
    d = r["dmarc"]
    same((d["policy"], d["from_domains"], d["record_domain"],
          d["org_domain"], d["aligned_spf"], d["aligned_dkim"],
          d["queries"]),
         ("reject", ["bank.example"], "bank.example", "bank.example", True,
          True, ["_dmarc.bank.example", "_dmarc.example"]), "DMARC")
    ok(r["authentication_results"].startswith("mx.reader.example"),
       "--receiver is the authserv-id")
    same(r["session"]["time"], int(TIME), "--time")


def test_no_client():
    got, r = one(*WORLD, mail("genuine"))
    same((r["spf"]["result"], r["iprev"]["result"]), ("none", "none"),
         "nothing is guessed without --ip")
    ok(any(e["reason"] == "no-client-address" for e in r["evidence"]),
       "and the evidence says so")
    out, err = run("check", *WORLD, mail("genuine"))[1:]
    ok("bank.example, client address not known" in out or
       "none      client address not known" in out, "said apart", out)
    ok("hint: give --ip" in err, "and how to mend that", err)
    same(run("check", *WORLD, *BANK, mail("genuine"))[2], "", "no hint else")
    out = run("check", *WORLD, "--mail-from", "shop.example@x.example",
              mail("genuine"))[1]
    ok("x.example, client address not known" in out, "a separator", out)
    out = run("check", *WORLD, "--ip", "192.0.2.10", "--mail-from",
              "not\x1ban", mail("genuine"))[1]
    ok("not an address: not" in out and "\x1b" not in out,
       "a sender that is none", out)
    got, r = one(*WORLD, "--ip", "192.0.2.25", "--helo", "mail.bank.example",
                 "--mail-from", "", mail("genuine"))
    same(r["session"]["mail_from"], "", "the null sender")


def test_profile():
    got, r = one(*WORLD, "--profile", "rfc7489", mail("forged"))
    same(r["profile"], "rfc7489", "--profile")
    valid(r, "rfc7489")


def test_policy():
    lax = put("lax.policy", "spf fail then accept\n")
    hard = put("hard.policy", "dmarc-fail policy reject then reject\n")
    same(run("check", *WORLD, "--policy", lax, mail("forged"))[0], 0,
         "--policy: nothing spoke")
    got, r = one(*WORLD, "--policy", hard, mail("forged"))
    same((got, r["verdict"]["disposition"]), (1, "reject"), "--policy")
    ok(r["verdict"]["smtp_reply"].startswith("5"), "an SMTP reply")
    bad = put("bad.policy", "\nfrobnicate then reject\n")
    status, _, err = run("check", *WORLD, "--policy", bad, mail("forged"))
    ok(status == 2 and f"{bad}:2:" in err, "a bad policy", err)


def test_temporary():
    zone = put("temp.json", json.dumps([
        {"name": "_dmarc.bank.example", "type": "TXT",
         "values": ["v=DMARC1; p=reject"]},
        {"name": "x._domainkey.evil.example", "rcode": "SERVFAIL"},
        {"name": "_dmarc.example", "rcode": "TIMEOUT"}]))
    text = read(mail("forged")).replace(b"d=evil.example", b"d=bank.example")
    zone2 = put("temp2.json", json.dumps([
        {"name": "_dmarc.bank.example", "type": "TXT",
         "values": ["v=DMARC1; p=reject"]},
        {"name": "x._domainkey.bank.example", "rcode": "SERVFAIL"}]))
    path = put("temp.eml", text)
    status, out, _ = run("check", "--json", "--zone", zone2, "--time", TIME,
                         path)
    r = json.loads(out)
    same((status, r["verdict"]["disposition"], r["dmarc"]["result"]),
         (4, "defer", "temperror"), "only temporary errors: 4")
    same(run("check", "--zone", zone2, "--time", TIME, path,
             mail("forged"))[0], 1, "and a forgery: 1")
    status, out, _ = run("dmarc", "--zone", put("t3.json", json.dumps([
        {"name": "_dmarc.bank.example", "rcode": "SERVFAIL"}])),
        "bank.example")
    ok(status == 4 and "temporary failure" in out, "dmarc: 4", out)
    dead = put("t4.json", json.dumps([
        {"name": "_dmarc.bank.example", "rcode": "TIMEOUT"}]))
    status, out, _ = run("check", "--zone", dead, "--time", TIME,
                         mail("forged"))
    ok(status == 4 and out.startswith("defer") and
       "no answer for _dmarc.bank.example" in out and
       "publishes no policy" not in out and
       "built in: dmarc temperror then defer" in out,
       "the record itself cannot be had: 4", out)
    lax = put("lax4.policy", "spf fail then reject\n")
    status, out, _ = run("explain", "--zone", dead, "--time", TIME,
                         "--policy", lax, mail("forged"))
    ok(status == 0 and "could not be found out" in out and
       "Nothing is known" not in out, "nor is it said to be none", out)
    ok(zone, "zone")


def test_inputs():
    genuine = read(mail("genuine"))
    lf = put("lf.eml", genuine.replace(b"\r\n", b"\n"))
    got, r = one(*WORLD, *BANK, lf)
    same((got, r["message"]["lf_input"], r["dkim"]["overall"]),
         (0, True, "pass"), "LF line ends are read as CRLF, and it says so")
    ok("LF line ends" in run("check", *WORLD, lf)[1], "to people too")
    got, r = one(*WORLD, *BANK, "-", data=genuine)
    same((got, r["name"], r["dkim"]["overall"]), (0, "-", "pass"),
         "standard input")
    got, r = one(*WORLD, put("empty.eml", b""))
    same((got, r["error"]["text"]), (3, "empty input"), "an empty file")
    valid(r, "empty")
    got, r = one(*WORLD, "-", data=b"")
    same((got, r["error"]["text"]), (3, "empty input"), "nothing on -")
    fifo = os.path.join(scratch, "fifo")
    os.mkfifo(fifo)
    status, out, _ = run("check", *WORLD, fifo)
    ok(status == 3 and "named pipe" in out, "a FIFO", out)
    got, r = one(*WORLD, put("nul.eml", b"\0" * 4096))
    ok(got == 1, "NULs")
    valid(r, "NULs")
    name = b"b\xff\x1b[31m\xc3\xbc.eml"
    path = os.path.join(scratch.encode(), name)
    with open(path, "wb") as f:
        f.write(genuine)
    status, out, _ = run("check", *WORLD, path)
    ok("\x1b" not in out, "a file's name cannot speak to the terminal")
    status, out, _ = run("check", "--json", *WORLD, path)
    valid(json.loads(out), "odd file name")


def test_big():
    head = read(mail("genuine")).split(b"\r\n\r\n")[0]
    big = put("big.eml", head + b"\r\n\r\n" + (b"x" * 76 + b"\r\n") * 200000)
    got, r = one(*WORLD, big)
    same((r["message"]["body_bytes"], r["dkim"]["overall"]),
         (78 * 200000, "fail"), "15 MB in pieces")
    big = put("long.eml", head + b"\r\n\r\n" + b"y" * 9000000)
    got, r = one(*WORLD, big)
    same(r["message"]["body_bytes"], 9000000, "a line longer than a piece")


FROM = b"From a@b.example Fri Jan  2 10:00:00 2026\n"


def test_mbox():
    a = read(mail("genuine")).replace(b"\r\n", b"\n")
    b = read(mail("forged")).replace(b"\r\n", b"\n")
    box = put("in.mbox", FROM + a + b"\n" + FROM + b + b"\n")
    status, out, _ = run("check", "--json", *WORLD, box)
    rs = results(out)
    same([(r["name"], r["dkim"]["overall"]) for r in rs],
         [(box + "#1", "pass"), (box + "#2", "pass")], "two of an mbox")
    status, out, _ = run("check", "--json", *WORLD, "-", data=read(box))
    same([r["dkim"]["overall"] for r in results(out)], ["pass", "pass"],
         "an mbox on standard input")
    crlf = put("crlf.mbox", read(box).replace(b"\n", b"\r\n"))
    rs = results(run("check", "--json", *WORLD, crlf)[1])
    same([(r["dkim"]["overall"], r["message"]["lf_input"]) for r in rs],
         [("pass", False)] * 2, "an mbox with CRLF")
    # a body of its own, whose length tells what was unquoted
    body = b"Subject: x\n\n>From here\n>>From there\n> From\nFrom\n>Frome\n"
    quoted = put("q.mbox", FROM + body + b"\n")
    r = results(run("check", "--json", *WORLD, quoted)[1])[0]
    plain = body.split(b"\n\n", 1)[1].replace(b"\n", b"\r\n")
    same(r["message"]["body_bytes"], len(plain) - 2,
         "one > is taken off >From, nothing else is")
    r = results(run("check", "--json", *WORLD, put("q.eml", body))[1])[0]
    same(r["message"]["body_bytes"], len(plain),
         "and nothing where there is no mbox")
    tricky = put("t.mbox", FROM + b"Subject: x\n\ntext\nFrom me 10:00 2026\n"
                 b"\nFrom is no envelope\n\n" + FROM + b"Subject: y\n\nz\n")
    rs = results(run("check", "--json", *WORLD, tricky)[1])
    same(len(rs), 2, "a sentence that begins with From is no message")
    odd = put("odd.eml", b"From : a@b.example\r\nTo: 10:00 2026\r\n\r\nx")
    rs = results(run("check", "--json", *WORLD, odd)[1])
    same([r["name"] for r in rs], [odd], "\"From :\" is a field, no mbox")
    many = put("many.mbox", b"".join(
        FROM + b"Subject: %d\n\n" % i + b"line\n" * (i * 37 % 900) + b"\n"
        for i in range(700)))
    rs = results(run("check", "--json", *WORLD, many)[1])
    same([r["message"]["body_bytes"] for r in rs],
         [6 * (i * 37 % 900) for i in range(700)], "700, beyond a window")


def test_folders():
    for i, name in enumerate(["genuine", "forged", "list"]):
        half = "new" if i == 1 else "cur"
        put(f"M/{half}/{i}.host", read(mail(name)))
    put("M/tmp/9.host", b"not yet delivered")
    put("M/dovecot.index", b"no message")
    rs = results(run("check", "--json", *WORLD, os.path.join(scratch, "M"))[1])
    same([os.path.relpath(r["name"], scratch) for r in rs],
         ["M/cur/0.host", "M/new/1.host", "M/cur/2.host"],
         "a Maildir: cur and new, in the order of arrival")
    put("D/b/2.eml", read(mail("genuine")))
    put("D/a.eml", read(mail("genuine")))
    put("D/.hidden", b"x")
    put("D/c.mbox", FROM + b"Subject: x\n\ny\n")
    put("D/d/cur/1", b"Subject: z\r\n\r\n")
    os.makedirs(os.path.join(scratch, "D/d/new"), exist_ok=True)
    os.makedirs(os.path.join(scratch, "D/empty"), exist_ok=True)
    os.symlink("..", os.path.join(scratch, "D/b/up"))
    status, out, _ = run("check", "--json", *WORLD, "-j", "2",
                         os.path.join(scratch, "D"))
    names = [os.path.relpath(r["name"], scratch) for r in results(out)]
    same(names[:2], ["D/a.eml", "D/b/2.eml"], "a folder, sorted")
    ok("D/c.mbox#1" in names and "D/d/cur/1" in names,
       "an mbox and a Maildir below it")
    ok(len(names) < 200, "a loop of links ends")
    status, out, err = run("check", *WORLD, os.path.join(scratch, "D/empty"))
    ok(status == 3 and "D/empty: no message in this folder" in out,
       "an empty folder", out)


def test_unreadable():
    status, out, _ = run("check", "--json", *WORLD, "/nonexistent",
                         mail("genuine"))
    rs = results(out)
    same((status, rs[0]["error"]["kind"], rs[1]["verdict"]["disposition"]),
         (3, "unreadable", "accept"), "one result each, and 3")
    valid(rs[0], "unreadable")
    status, out, _ = run("check", *WORLD, "/nonexistent", mail("forged"))
    ok(status == 3 and "unreadable  /nonexistent: No such file" in out,
       "3 outranks 1", out)
    status, out, _ = run("check", "--json", *WORLD, "/proc/self/mem")
    same((status, results(out)[0].get("error", {}).get("kind")),
         (3, "unreadable"), "a file that cannot be read")


def test_from_headers():
    head = (b"Return-Path: <bounce@evil.example>\r\n"
            b"Received: from in.us (in.us [10.1.2.3]) by mx; x\r\n"
            b"Received: from mx.evil.example (x [203.0.113.66])\r\n\tby in\r\n"
            b"Received: from mail.bank.example (x [192.0.2.25]) by y\r\n")
    path = put("arrived.eml", head + read(mail("forged")))
    got, r = one(*WORLD, "--from-headers", "--trust",
                 "10.0.0.0/8,2001:db8::/32", path)
    s = r["session"]
    same((s["client"], s["helo"], s["mail_from"], r["spf"]["result"]),
         ("203.0.113.66", "mx.evil.example", "bounce@evil.example", "pass"),
         "behind our relay, not behind theirs")
    ok("Received field 2" in s["origin"] and "Return-Path" in s["origin"],
       "and it says so", s["origin"])
    ok("Received field 2" in run("check", *WORLD, "--from-headers", "--trust",
                                 "10.0.0.0/8", path)[1], "to people too")
    got, r = one(*WORLD, "--from-headers", path)
    same(r["session"]["client"], "10.1.2.3", "without --trust the topmost")
    got, r = one(*WORLD, "--from-headers", "--ip", "192.0.2.9", path)
    same(r["session"]["client"], "192.0.2.9", "--ip wins")
    got, r = one(*WORLD, path)
    same(r["session"]["client"], None, "nothing is taken without the flag")
    got, r = one(*WORLD, "--from-headers", mail("genuine"))
    same((r["session"]["client"], r["spf"]["result"]), (None, "none"),
         "no Received: nothing is guessed")


def test_views():
    status, out, _ = run("check", *WORLD, *EVIL, mail("forged"))
    lines = out.splitlines()
    same(lines[0].split()[0], "quarantine", "the disposition first")
    same([l.split()[0] for l in lines[1:6]],
         ["from", "spf", "dkim", "arc", "dmarc"], "the block", )
    ok("because" in out and "\x1b" not in out, "because; no colour in a file")
    status, out, _ = run("check", "--brief", *WORLD, mail("forged"),
                         mail("genuine"))
    same([l.split()[0] for l in out.splitlines()[:2]],
         ["quarantine", "accept"], "--brief")
    ok("2 messages  accept 1  quarantine 1" in out, "the table", out)
    status, out, _ = run("explain", *WORLD, *BANK, mail("genuine"))
    for words in ("Verdict: accept", "Who", "SPF:", "DKIM:", "DMARC:",
                  "rests on", "v=spf1 ip4:192.0.2.0/24 -all",
                  "A pass proves who", "octets 0 to"):
        ok(words in out, f"explain: {words}")
    wide = [l for l in out.splitlines() if len(l) > 78 and "/" not in l]
    same(wide, [], "explain is wrapped")
    for text in (out, run("check", *WORLD, *BANK, mail("genuine"))[1]):
        ok(not re.search(r"\bsafe\b|\btrustworthy\b|harmless", text),
           "a pass is not called safe")
    status, out, _ = run("explain", *WORLD, *EVIL, mail("forged"))
    ok("advice" in out and status == 1, "explain: advice; the exit status")
    ok("built in: dmarc-fail policy reject then quarantine" in out and
       "RFC 9989 7.4, no second signal" in out, "explain: the statement",
       out)
    own = put("own.policy", "# ours\nwho >= 1 then tag\n"
              "dmarc-fail then defer\n")
    status, out, _ = run("explain", *WORLD, "--policy", own, mail("forged"))
    ok(status == 4 and "line 3: dmarc-fail then defer" in out and
       "7.4, no second" not in out, "explain: our own statement", out)
    same(run("explain", "--json", *WORLD, mail("forged"))[1],
         run("check", "--json", *WORLD, mail("forged"))[1],
         "explain --json is check --json")


def test_colour():
    always = run("check", "--color", "always", *WORLD, mail("forged"))[1]
    ok("\x1b[33mquarantine\x1b[0m" in always, "--color always")
    same(run("check", "--color=never", *WORLD, mail("forged"))[1],
         re.sub(r"\x1b\[[0-9;]*m", "", always), "colour changes nothing else")
    for env, label, want in [
            ({"TERM": "xterm"}, "a terminal", True),
            ({"TERM": "xterm", "NO_COLOR": "1"}, "NO_COLOR", False),
            ({"TERM": "xterm", "NO_COLOR": ""}, "an empty NO_COLOR", True),
            ({"TERM": "dumb"}, "a dumb terminal", False)]:
        out = terminal(["check", *WORLD, mail("forged")], env)
        same("\x1b[33m" in out, want, label)


def terminal(args, env, stdout=True):
    """Runs it on a pseudo-terminal; what was shown there."""
    above, below = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    environment.update(env)
    with open(os.devnull, "wb") as null:
        p = subprocess.Popen([ASSAY, *args], stdin=below,
                             stdout=below if stdout else null, stderr=below,
                             env=environment, close_fds=True)
    os.close(below)
    out = b""
    while True:
        if not select.select([above], [], [], 30)[0]:
            break
        try:
            data = os.read(above, 65536)
        except OSError:
            break
        if not data:
            break
        out += data
    p.wait()
    os.close(above)
    return out.decode()


def test_lookups():
    status, out, _ = run("dmarc", *WORLD[:2], "a.mail.bank.example")
    for words in ("TXT _dmarc.a.mail.bank.example", "TXT _dmarc.bank.example",
                  "kept", "no such name", "organisation   bank.example",
                  "asks for       reject", "means"):
        ok(words in out, f"dmarc: {words}", out)
    same(status, 0, "dmarc: a policy is in force")
    status, out, _ = run("dmarc", *WORLD[:2], "club.example")
    ok(status == 1 and "policy record  none" in out, "dmarc: none", out)
    status, out, _ = run("dmarc", "--json", *WORLD[:2], "bank.example")
    r = json.loads(out)
    valid(r, "dmarc --json")
    same(r["dmarc"]["policy"], "reject", "dmarc --json")
    two = put("two.json", json.dumps([
        {"name": "_dmarc.x.example", "type": "TXT",
         "values": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]},
        {"name": "_dmarc.example", "type": "TXT",
         "values": ["v=DMARC1; psd=y; np=reject; p=none; foo=1"]}]))
    status, out, _ = run("dmarc", "--zone", two, "x.example")
    ok("2 DMARC records: all dropped" in out and "psd=y ends the walk" in out
       and "the registry's" in out, "dmarc: dropped and registry", out)
    for ip, want in (("192.0.2.25", 0), ("192.0.3.1", 1)):
        status, out, _ = run("spf", *WORLD[:2], "--ip", ip, "bank.example")
        ok(status == want and "v=spf1" in out, f"spf from {ip}", out)
    helo = ["--ip", "192.0.2.25", "--helo", "mail.bank.example"]
    status, out, _ = run("spf", *WORLD[:2], *helo)
    ok(status == 0 and "HELO: may" in out and "SPF: may" not in out,
       "spf of HELO alone", out)
    status, out, _ = run("spf", *WORLD[:2], *helo, "bank.example")
    ok(status == 0 and "HELO: may" in out and "SPF: may" in out,
       "spf of both", out)
    status, out, _ = run("spf", *WORLD[:2], *helo[:2], "--helo", "x.example",
                         "bank.example")
    same(status, 0, "the sender's result counts")
    status, out, _ = run("spf", "--json", *WORLD[:2], *helo, "bank.example")
    same(len(results(out)), 1, "spf --json is one object")
    status, out, _ = run("dkim", *WORLD, mail("genuine"))
    ok(status == 0 and out.count("pass") >= 2, "dkim", out)
    status, out, _ = run("dkim", *WORLD, put("plain.eml",
                                              b"From: a@b\r\n\r\n"))
    same(status, 1, "dkim: not signed")
    status, out, _ = run("arc", *WORLD, mail("forwarded"))
    ok(status == 0 and "university.example" in out, "arc", out)
    same(run("arc", *WORLD, mail("genuine"))[0], 1, "arc: none")


def test_demo():
    status, out, err = run("demo")
    ok(status == 0 and out.count("Verdict: ") == 5, "demo", err)
    status, out, _ = run("demo", "--json")
    for r in results(out):
        valid(r, "demo " + r["name"])


def test_jobs():
    for i in range(40):
        for name in ("genuine", "forged", "list", "hostile"):
            put(f"J/{i:02}{name}", read(mail(name)))
    put("J/99.mbox", (FROM + b"From: a@bank.example\n\nx\n\n") * 50)
    folder = os.path.join(scratch, "J")
    for view in (["--json"], [], ["--brief"]):
        args = ["check", *view, *WORLD, *EVIL, "/nonexistent", folder]
        serial = run(*args)
        ok(serial[0] == 3, "serial", serial[2])
        for jobs in ("2", "7", "0"):
            same(run(*args, "-j", jobs), serial,
                 f"-j {jobs} is the same, byte for byte {view}")


def children(process, enough):
    while True:
        with open(f"/proc/{process.pid}/task/{process.pid}/children") as f:
            pids = [int(pid) for pid in f.read().split()]
        if enough(pids):
            return pids
        time.sleep(0.01)


def test_crash():
    """A message that kills its worker twice gets a result that says so."""
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 0))
    port = silent.getsockname()[1]
    paths = [put(f"K/{i}.eml", read(mail("genuine"))) for i in range(3)]
    conf = put("slow.conf", "question-timeout 5s\ntotal-timeout 5s\n")
    p = subprocess.Popen([ASSAY, "check", "--json", "-j", "2", "--conf", conf,
                          "--resolver", f"127.0.0.1:{port}", *paths],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first = children(p, lambda pids: len(pids) == 2)
    silent.settimeout(30)
    silent.recv(4096)           # somebody has a message in hand
    os.kill(first[0], signal.SIGKILL)
    # its share is tried once more, one by one, by a new process
    new = children(p, lambda pids: set(pids) - set(first))
    os.kill((set(new) - set(first)).pop(), signal.SIGKILL)
    out, err = p.communicate(timeout=60)
    rs = results(out.decode())
    same([os.path.basename(r["name"]) for r in rs],
         ["0.eml", "1.eml", "2.eml"], "every message has its result")
    dead = [r for r in rs if "error" in r]
    ok(len(dead) == 1 and "signal 9" in dead[0]["error"]["text"],
       "one of them says that its process died", rs)
    valid(dead[0], "died")
    silent.close()


def test_output_fails():
    with open("/dev/full", "wb") as full:
        p = subprocess.run([ASSAY, "check", *WORLD, mail("genuine")],
                           stdout=full, stderr=subprocess.PIPE)
    ok(p.returncode == 2 and b"No space left" in p.stderr,
       "a full disk is no success", p.stderr)
    folder = os.path.join(scratch, "J")
    for jobs in ("1", "2"):
        p = subprocess.Popen([ASSAY, "check", "--json", "-j", jobs, *WORLD,
                              folder], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        p.stdout.readline()
        p.stdout.close()
        p.wait(timeout=30)
        same((p.returncode, p.stderr.read()), (-signal.SIGPIPE, b""),
             f"a reader that goes away, -j {jobs}")
        p.stderr.close()


def test_progress():
    folder = os.path.join(scratch, "J")
    out = terminal(["check", "--json", *WORLD, *[folder] * 12],
                   {"TERM": "xterm"}, stdout=False)
    ok("#" in out and " of " in out and out.endswith("\r\x1b[K"),
       "a bar on standard error, taken away at the end", repr(out[-300:]))
    p = subprocess.run([ASSAY, "check", "--json", *WORLD, folder],
                       capture_output=True)
    same(p.stderr, b"", "none where nobody looks")


def test_impersonation():
    conf = put("people.conf", 'protect-person "Erika Mustermann '
               '<erika@home.example>"\nown-name "Example Bank"\n')
    world = ["--zone", ZONE, "--time", TIME, "--conf", conf]
    path = put("boss.eml", "From: E. Mustermann <ceo@gmail.com>\r\n"
               "Reply-To: other@gmail.com\r\n\r\nAre you there?\r\n")
    status, out, _ = run("check", "--json", *world, path)
    r = json.loads(out)
    VALID.validate(r)
    same([(e["result"], e["reason"]) for e in r["evidence"]
          if e["check"] == "impersonation"],
         [("neutral", "shows-person-roughly"), ("neutral", "reply-to-other")],
         "initials and another account")
    same(r["verdict"]["suspicion_what"], 41, "weigh together")
    status, out, _ = run("check", *world, path)
    ok("shows-person-roughly" in out and "weighs 30 of 100" in out,
       "are shown", out)
    same(status, 0, "and nothing is done by itself")
    status, out, _ = run("check", *world, "--policy",
                         put("p", "impersonation then quarantine"), path)
    same(status, 2, "one kind of suspicion keeps no mail")
    status, out, _ = run("check", "--json", *world, "--policy",
                         put("p", "impersonation then tag"), path)
    same((status, json.loads(out)["verdict"]["disposition"]), (0, "tag"),
         "but a policy may tag it")
    out = run("explain", *world, path)[1]
    ok("Impersonation:" in out and "reply-to-other" in out, "explained", out)
    out = run("check", *world, put("home.eml", "From: Erika Mustermann "
              "<erika@home.example>\r\n\r\nx\r\n"))[1]
    ok("shows" not in out, "from home it is she", out)
    status, _, err = run("conf", "check", put("bad.conf",
                         'protect-person "Erika"\n'))
    ok(status == 2 and "a first and a last name" in err, "half a name", err)


def test_content():
    conf = put("content.conf", "protect-domain paypal.com\n")
    world = ["--zone", ZONE, "--time", TIME, "--conf", conf]
    path = put("link.eml", "From: Bob <bob@firm.example>\r\n"
               "Content-Type: text/html\r\n\r\n"
               "<a href='https://www.papyal.com/'>www.bank.example</a>\r\n")
    record = put("content.rec", "")
    status, out, _ = run("check", "--json", *world, "--content", "--record",
                         record, path)
    r = json.loads(out)
    VALID.validate(r)
    same([(e["result"], e["reason"]) for e in r["evidence"]
          if e["check"] == "content"],
         [("policy", "lookalike-link"), ("neutral", "link-lies")],
         "a link that lies, to a look-alike")
    same(r["verdict"]["suspicion_what"], 68, "weigh together")
    again = json.loads(run("replay", "--json", record)[1])
    same((again["same"], again["verdict"]["suspicion_what"]), (True, 68),
         "a replay finds the same, without the message")
    out = run("check", *world, "--content", path)[1]
    ok("carries" in out and "papyal.com reads like paypal.com" in out,
       "is shown", out)
    out = run("explain", *world, "--content", path)[1]
    ok("Content:" in out and "lookalike-link" in out, "explained", out)
    r = json.loads(run("check", "--json", *world, path)[1])
    same((r["verdict"]["suspicion_what"],
          [e for e in r["evidence"] if e["check"] == "content"]), (0, []),
         "not asked for, not read")
    r = json.loads(run("check", "--json", *world, "--content", "--policy",
                       put("p", 'evidence "lookalike-link" then tag'),
                       path)[1])
    same(r["verdict"]["disposition"], "tag", "a policy may tag it")


main(test_impersonation, test_content, test_verdicts, test_no_client, test_profile, test_policy, test_temporary,
     test_inputs, test_big, test_mbox, test_folders, test_unreadable,
     test_from_headers, test_views, test_colour, test_lookups, test_demo,
     test_jobs, test_crash, test_output_fails, test_progress)
