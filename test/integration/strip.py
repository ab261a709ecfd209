#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Files that can run are taken out of what a real Postfix delivers, octet for
octet, and the original comes by its own sendmail.

    strip.py BUILD
"""
import base64
import hashlib
import os
import subprocess

from rig import base
from rig.world import World, ours

# what a program begins with, and a sentence that harms nobody
EXE = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8" + b"\0" * 43 + \
    b"this is no program and does nothing. " * 3000
GIF = base64.encodebytes(b"GIF89a" + b"\1" * 90).replace(b"\n", b"\r\n")
POLICY = """policy "strip" {
	dmarc-fail and what >= 40 then strip
	dmarc-fail policy quarantine then tag
}
"""
CONF = "content yes\n"


def letter(subject, name="bill.pdf.exe", payload=EXE):
    file = base64.encodebytes(payload).replace(b"\n", b"\r\n")
    head = (f"From: eve@quar.test\r\nTo: bob@rcpt.test\r\n"
            f"Subject: {subject}\r\nDate: Sun, 1 Mar 2026 12:00:00 +0000\r\n"
            f"Message-ID: <{subject.replace(' ', '.')}@quar.test>\r\n"
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n"
            "\tboundary=\"=_b\"\r\n\r\n").encode()
    # a dot, a line of 8 bits, an empty line before the boundary
    words = b"--=_b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" \
        b"the bill\r\n.\r\n..\r\n caf\xc3\xa9 \r\n\r\n"
    return (head + words + b"--=_b\r\nContent-Type: application/octet-stream"
            b"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: "
            b"attachment; filename=\"" + name.encode() + b"\"\r\n\r\n" +
            file + b"--=_b\r\nContent-Type: image/gif\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + GIF +
            b"--=_b--\r\nepilogue\r\n")


def sends(w, data, **more):
    return w.send(data, sender="eve@quar.test", ip="198.51.100.9",
                  rcpts=["bob@rcpt.test", "carol@rcpt.test"],
                  options=" BODY=8BITMIME", **more)


def body(data):
    return data.partition(b"\r\n\r\n")[2]


def parts(data):
    return body(data).split(b"--=_b")


def stripped(w):
    data = letter("a bill")
    code, text = sends(w, data)
    m = w.sink.get("Subject: a bill") if code == 250 else None
    w.tap.ok(m is not None, "it is delivered", text, w.d.log()[-2000:],
             w.pf.log()[-1500:])
    if m is None:
        return
    was, now = parts(data), parts(m.data)
    w.tap.ok(len(was) == len(now) and
             [a == b for a, b in zip(was, now)] ==
             [True, True, False, True, True],
             "every part but the file is the same, octet for octet", m.data)
    w.tap.ok(hashlib.sha256(EXE).hexdigest().encode() in now[2] and
             b"bill.pdf.exe" in now[2] and b"assay at mx.rcpt.test" in now[2],
             "a text says what was there", now[2])
    w.tap.ok(m.field("X-Assay-Tag") and "stripped" in m.field("X-Assay-Tag")
             and len(ours(m)) == 1 and "dmarc=fail" in ours(m)[0],
             "with what was found before", m.head)
    w.tap.ok(sorted(m.rcpts) == ["bob@rcpt.test", "carol@rcpt.test"],
             "to everybody", m.rcpts)
    w.tap.ok(w.pf.empty(), "and nothing waits in a queue", w.pf.queue())
    released(w, data, now[2].decode().split("assay release ")[1].split()[0])


def program(w, name, line):
    path = w.rig.work / name
    path.write_text("#!/bin/sh\n" + line + "\n")
    path.chmod(0o755)
    return str(path)


def assay(w, *args):
    env = dict(w.rig.env, MAIL_CONFIG=str(w.pf.dir))
    for word in ("sendmail", "postqueue", "postsuper"):
        flag = "-C" if word == "sendmail" else "-c"
        env[word.upper()] = program(
            w, word, f'exec {w.rig.program(word)} {flag} {w.pf.dir} "$@"')
    return subprocess.run([str(w.rig.build / "app/assay/assay"), args[0],
                           "--conf", str(w.d.conf), *args[1:]],
                          capture_output=True, text=True, timeout=60,
                          env=env)


def released(w, data, qid):
    p = assay(w, "held")
    w.tap.ok(p.returncode == 0 and qid in p.stdout and "strip" in p.stdout,
             "assay held shows it", p.stdout, p.stderr)
    before = len(w.sink.mails)
    p = assay(w, "release", qid)
    w.tap.ok(p.returncode == 0, "assay release", p.stdout, p.stderr)
    w.tap.ok(w.sink.wait(before + 1), "the original is delivered",
             w.pf.log()[-2000:], w.d.log()[-2000:])
    m = w.sink.mails[-1]
    w.tap.ok(m.data.endswith(data[data.index(b"From: eve"):]),
             "octet for octet", m.data[:3000])
    w.tap.ok(m.sender == "eve@quar.test" and sorted(m.rcpts) ==
             ["bob@rcpt.test", "carol@rcpt.test"], "with its envelope",
             m.sender, m.rcpts)
    w.tap.ok(qid not in assay(w, "held").stdout, "once")


def held(w):
    """What is nothing but the file."""
    file = base64.encodebytes(EXE).replace(b"\n", b"\r\n")
    data = (b"From: eve@quar.test\r\nTo: bob@rcpt.test\r\nSubject: alone\r\n"
            b"MIME-Version: 1.0\r\nContent-Type: application/octet-stream;"
            b" name=a.exe\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
            file)
    code, text = sends(w, data)
    w.tap.ok(code == 250 and base.wait_for(w.pf.holds, 10),
             "what cannot be cut is held by Postfix", text, w.pf.queue())
    for qid in w.pf.holds():
        # its record is there within moments
        base.wait_for(lambda: qid in assay(w, "held").stdout, 10)
        p = assay(w, "release", qid)
        w.tap.ok(p.returncode == 0, "and let go", p.stdout, p.stderr)
    m = w.sink.get("Subject: alone")
    w.tap.ok(m and body(m.data) == body(data), "as it came")


def large(w):
    """A body of many packets."""
    data = letter("a large bill", payload=EXE + os.urandom(3 << 20))
    code, text = sends(w, data)
    m = w.sink.get("Subject: a large bill") if code == 250 else None
    w.tap.ok(m and [a == b for a, b in zip(parts(data), parts(m.data))] ==
             [True, True, False, True, True], "a large one, too", text)


def run(rig):
    w = World(rig, conf=CONF, daemon={"policy": POLICY})
    w.each(stripped, held, large)
    w.tap.ok(w.d.stop() == 0, "assayd ends well", w.d.log()[-2000:])


base.main(run)
