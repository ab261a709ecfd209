#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Other people's milter code against ours: Sendmail's library as a filter
(libmilter_oracle.c), miltertest as a mail server before assayd.

    milter_oracle.py BUILD
"""
import subprocess

from rig import assayd, base, milter

SOURCES = ["test/integration/libmilter_oracle.c", "lib/wire/milter.c",
           "lib/base/buf.c", "lib/base/bytes.c", "lib/base/span.c",
           "lib/base/scan.c"]

SCRIPT = """
conn = mt.connect("unix:SOCKET")
if conn == nil then error "connect" end
if mt.conninfo(conn, "client.example", "127.0.0.1") ~= nil then
	error "conninfo" end
if mt.helo(conn, "helo.example") ~= nil then error "helo" end
for i = 1, 3 do
	mt.macro(conn, SMFIC_MAIL, "i", "MT" .. i)
	if mt.mailfrom(conn, "<a@b.example>") ~= nil then error "mail" end
	if mt.rcptto(conn, "<c@d.example>") ~= nil then error "rcpt" end
	mt.header(conn, "From", "a@b.example")
	mt.header(conn, "Authentication-Results", "mx.rcpt.test; dkim=pass")
	mt.header(conn, "Authentication-Results", "other.test; dkim=pass")
	mt.header(conn, "Authentication-Results", "MX.rcpt.test.; spf=pass")
	if mt.eoh(conn) ~= nil then error "eoh" end
	if mt.bodystring(conn, "text\\r\\n") ~= nil then error "body" end
	if mt.eom(conn) ~= nil then error "eom" end
	if mt.getreply(conn) ~= SMFIR_CONTINUE then error "reply" end
	if not mt.eom_check(conn, MT_HDRDELETE, "Authentication-Results", 3) or
	   not mt.eom_check(conn, MT_HDRDELETE, "Authentication-Results", 1)
	then error "the forged results are not removed" end
	if mt.eom_check(conn, MT_HDRDELETE, "Authentication-Results", 2) then
		error "the results of another are removed" end
end
mt.disconnect(conn)
"""


def oracle(rig):
    """Its lines are TAP; they become ours."""
    top, out = base.TOP, rig.work / "oracle"
    include = [rig.peers / "usr/include"]
    lib = list(rig.peers.glob("usr/lib/*-linux-gnu"))
    made = rig.run("cc", "-g", "-D_GNU_SOURCE", *[
        f"-I{p}" for p in [top / "include", top / "lib", top, *include]],
        *[top / s for s in SOURCES], *[f"-L{p}" for p in lib], "-o", out,
        "-lmilter", "-lpthread", ok=False)
    if made.returncode != 0:
        rig.tap.ok(False, "libmilter_oracle.c is made", made.stderr)
        return
    try:
        got = rig.run(out, rig.work / "oracle.sock", ok=False)
        text = got.stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired as e:
        text = (e.stdout or b"").decode("utf-8", "replace") + "not ok time"
    good, bad = text.count("\nok "), text.count("not ok ")
    rig.tap.ok(good > 150 and bad == 0 and "\n1.." in text,
               f"libmilter and we understand each other ({good} checks)",
               text[-3000:])


def miltertest(rig):
    program = rig.program("miltertest")
    if program is None:
        rig.tap.skip("miltertest before assayd", "it is not there")
        return
    d = assayd.Assayd(rig, base.free_port(), policy="")
    script = rig.work / "script.lua"
    script.write_text(SCRIPT.replace("SOCKET", str(d.socket)))
    got = rig.run(program, "-s", script, ok=False)
    rig.tap.ok(got.returncode == 0, "miltertest has three messages cleaned",
               got.stdout, got.stderr, d.log()[-2000:])
    c = milter.Client(d.socket)
    c.session("127.0.0.1")
    c.envelope("a@b.example", "c@d.example")
    rig.tap.ok(c.message(b"From: a@b.example\r\n\r\n")[-1][0] == b"c",
               "and another is served after it")
    c.quit()
    rig.tap.ok(d.stop() == 0, "assayd ends well", d.log()[-2000:])


def run(rig):
    oracle(rig)
    miltertest(rig)


base.main(run)
