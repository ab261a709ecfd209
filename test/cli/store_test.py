#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""assay store: care for the store of reports."""
import base64
import csv
import gzip
import io
import json
import os
import sqlite3
import subprocess
import zlib

from cli import ASSAY, SOURCE, main, ok, put, results, run, same, scratch

OLD = os.path.join(SOURCE, "sys/store/sql/old")
NEWEST = sorted(os.listdir(OLD))[-1][:4]
MESSAGES = 15 + 1010		# of the stores there, see sqlite_test.c


def store(name, version=NEWEST, more=""):
    path = os.path.join(scratch, name)
    for end in ("", "-wal", "-shm", ".lock"):
        if os.path.exists(path + end):
            os.unlink(path + end)
    db = sqlite3.connect(path)
    with open(os.path.join(OLD, version + ".sql")) as f:
        db.executescript(f.read())
    db.executescript(more)
    db.close()
    return path


def total(path):
    status, out, err = run("store", "export", "rollup", "--store", path)
    same(status, 0, "export: status 0")
    return sum(r["messages"] for r in results(out))


def test_check():
    path = store("a.db")
    same(run("store", "check", "--store", path)[:1], (0,), "a good store")
    ok("every sum" in run("store", "check", "--store", path)[1], "says so")
    bad = store("bad.db", more="UPDATE rollup SET messages = messages + 1")
    status, out, _ = run("store", "check", "--store", bad, "--json")
    same(status, 1, "sums that are not so: status 1")
    ok("rollup" in results(out)[0]["finding"], "and told", out)
    torn = store("torn.db")
    db = sqlite3.connect(torn)
    root, = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = "
                       "'rollup'").fetchone()
    size, = db.execute("PRAGMA page_size").fetchone()
    db.close()
    with open(torn, "r+b") as f:
        f.seek((root - 1) * size + 8)
        f.write(b"\xff" * 16)          # where its cells are
    status, out, _ = run("store", "check", "--store", torn)
    ok(status in (1, 3) and out.count("\n") > 1 and all(
        l.startswith("bad      ") and "\\x0a" not in l
        for l in out.splitlines()), "a torn one: a finding a line", out)
    status, _, err = run("store", "check", "--store", "/nonexistent/x.db")
    ok(status == 3 and "no store" in err, "none there: status 3", err)
    status, _, err = run("store", "check", "--store", put("t.db", "text " * 99))
    ok(status == 3 and "no store" in err, "no store: status 3", err)


def test_outbox():
    path = store("out.db")
    status, out, err = run("report", "outbox", "--store", path, "--json")
    same(status, 0, "status 0")
    row = results(out)[0]
    same((row["domain"], row["state"], row["messages"], row["to"]),
         ("example.org", "counting", 2, None), "what is counted")
    status, out, _ = run("report", "outbox", "other.example", "--store", path)
    ok("example.org" not in out, "of that domain alone", out)
    status, out, _ = run("report", "outbox", "--store", path, "--csv")
    ok(out.startswith("day,domain,to,state,"), "as a table", out)
    same(run("report", "outbox", "a", "b", "--store", path)[0], 2, "usage")


def test_copies():
    path, copy = store("b.db"), os.path.join(scratch, "copy.db")
    same(run("store", "backup", copy, "--store", path),
         (0, copy + " is a whole copy of the store\n", ""), "backup")
    same(os.stat(copy).st_mode & 0o027, 0, "not for others")
    status, _, err = run("store", "backup", copy, "--store", path)
    ok(status == 2 and "already" in err, "not over another one", err)
    status, _, err = run("store", "restore", copy, "--store", path)
    ok(status == 2 and "already" in err, "nor a store", err)
    new = os.path.join(scratch, "new.db")
    same(run("store", "restore", copy, "--store", new)[0], 0, "restore")
    same(total(new), MESSAGES, "the same sums")
    same(run("store", "vacuum", "--store", new)[0], 0, "vacuum")
    same(total(new), MESSAGES, "the same sums")
    old = store("old.db", "0001")
    status, _, err = run("store", "export", "rows", "--store", old)
    ok(status == 2 and "older version" in err, "an older one", err)
    same(run("store", "vacuum", "--store", old)[0], 0, "brought up to date")
    same(total(old), MESSAGES, "with its sums")


def test_export():
    path = store("c.db", more="UPDATE report SET org_name = '=cmd|''/c x''!A',"
                 "email = '@SUM(1)', report_id = '-1+1\"',"
                 "error = 'a,b' || char(10) || 'c', generator = char(9)"
                 "|| '+x'")
    for name in ("reports", "rows", "rollup", "set-aside", "failures", "tls",
                 "decisions", "dns", "reporters", "holds"):
        status, out, err = run("store", "export", name, "--store", path)
        same((status, err), (0, ""), f"export {name}")
    rows = results(run("store", "export", "rows", "--store", path)[1])
    same(sum(r["messages"] for r in rows), MESSAGES, "rows that count")
    same(rows[0]["auth"][:8], '[["dkim"', "with their results")
    status, out, _ = run("store", "export", "reports", "--csv", "--store",
                         path)
    table = list(csv.DictReader(io.StringIO(out)))
    same(len(table), 3, "CSV: three versions of two reports")
    same(table[0]["org_name"], "'=cmd|'/c x'!A", "a formula is disarmed")
    same(table[0]["email"], "'@SUM(1)", "and one with @")
    same(table[0]["report_id"], "'-1+1\"", "and a minus, with a quote")
    same(table[0]["error"], "a,b\nc", "a line end stays in its cell")
    same(table[0]["generator"], "'\t+x", "and a TAB")
    status, out, _ = run("store", "export", "rows", "Example.ORG", "--store",
                         path)
    same(len(results(out)), 10, "of a domain")
    same(run("store", "export", "rows", "b.example", "--store", path)[1], "",
         "of none")
    status, _, err = run("store", "export", "rowz", "--store", path)
    ok(status == 2 and "did you mean 'rows'" in err, "a mistake", err)


FAILURE = """INSERT INTO failure (key, trust, received, origin, type, reporter,
reported_domain, source, arrival, incidents, rcpt_to, deviations) VALUES
(x'01', 2, unixepoch() * 1000000, 'f.eml', 'auth-failure', 'r.example',
'example.org', x'c0000201', 0, 1, 'jo@example.org', 0)"""


def test_people():
    path = store("d.db", more=FAILURE)
    at = ("--store", path)
    same(run("store", "hold", "example.org", "2999-12-31", "legal", "case 7",
             *at)[0], 0, "a hold")
    holds = results(run("store", "hold", *at)[1])
    same((holds[0]["owner"], holds[0]["last_day"]), ("legal", "2999-12-31"),
         "is listed")
    status, out, _ = run("store", "erase", "jo@example.org", *at)
    ok(status == 1 and "legal hold" in out, "held: status 1", out)
    same(run("store", "release", "1", "legal", *at)[0], 0, "released")
    for n in ("1", "7"):
        status, out, err = run("store", "release", n, "legal", *at)
        ok(status == 1 and f"no hold {n}" in err, "no such hold", err)
    status, _, err = run("store", "hold", "all", "2020-01-31", "a", "b", *at)
    ok(status == 2 and "is past" in err, "no hold of the past", err)
    status, out, _ = run("store", "erase", "jo@example.org", *at)
    ok(status == 0 and "1 failure reports erased" in out, "erased", out)
    same(run("store", "erase", "jo@example.org", *at), (0, "nothing\n", ""),
         "and nothing is left")
    conf = put("keep.conf", "keep-report-rows 1d\nkeep-report-bytes 1d\n")
    status, out, _ = run("store", "retention", "--conf", conf, *at)
    ok(status == 0 and "3 reports whose rows have aged" in out, "retention",
       out)
    same(total(path), MESSAGES, "sums stay")
    same(run("store", "check", *at)[0], 0, "all is well")
    for words in (["hold", "x"], ["hold", "x", "soon", "a", "b"],
                  ["release", "one", "x"], ["erase"], ["erase", ""],
                  ["backup"], ["restore"], ["chekc"], [], ["vacuum", "x"]):
        same(run("store", *words, *at)[0], 2, "mistake: " + " ".join(words))


JO = "jo.doe@example.org"
CODED = {"base64": base64.b64encode(f"To: {JO}".encode()).decode(),
         "quoted-printable": "To: jo.d=\r\noe=40example.org", "8bit": f"To: {JO}"}
OUTBOUND = f"""INSERT INTO outbound_report SELECT 90 + v.n, 20000, x'', v.n,
'example.org', 'mailto:{JO}', '', 0, 1, 0, v.state, 0, 0, '', 0, '', '', 0, 1
FROM (SELECT 1 AS n, 3 AS state UNION SELECT 2, 3 UNION SELECT 3, 4) AS v;
INSERT INTO outbound_mail SELECT id, id, iif(id = 92, 'x@a.example', '{JO}'),
iif(id = 93, 2, 1), 0, 0, 0, 0, 0, '550 <{JO}>', id FROM outbound_report WHERE
id > 90;
INSERT INTO outbound_letter VALUES (91, cast('a letter' AS BLOB)),
(92, cast('From: {JO}' AS BLOB));
INSERT INTO outbound_suppressed VALUES ('{JO}', 0, 9999999999, 'x');
UPDATE report SET author = '{JO}';
INSERT INTO alert_seen VALUES ('k', 'example.org', 1, 's', 'ask {JO}')"""


def report_of(number, email="a@reporter.example", more=""):
    return f"""<feedback><report_metadata><org_name>R</org_name><email>{email}
</email><report_id>{number}</report_id><date_range><begin>1700006400</begin>
<end>1700092799</end></date_range></report_metadata><policy_published>
<domain>example.org</domain><p>none</p></policy_published><record><row>
<source_ip>192.0.2.1</source_ip><count>1</count><policy_evaluated>
<disposition>none</disposition><dkim>fail</dkim><spf>fail</spf>
</policy_evaluated></row><identifiers><header_from>example.org</header_from>
{more}</identifiers></record></feedback>""".replace("\n", "").encode()


def failure_of(coding):
    return f"""From: f@reporter.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: message/feedback-report

Feedback-Type: auth-failure
Version: 1
User-Agent: {coding}
Reported-Domain: example.org
Auth-Failure: dmarc
Source-IP: 192.0.2.9

--b
Content-Type: message/rfc822
Content-Transfer-Encoding: {coding}

{CODED[coding]}
--b--
""".encode()


def raw_bytes(path):
    """What is kept of inputs, as it came."""
    db = sqlite3.connect(path)
    kept = [zlib.decompress(piece) if codec else piece for piece, codec in
            db.execute("SELECT p.bytes, w.codec FROM raw_piece p JOIN raw w "
                       "ON w.id = p.id >> 20")]
    db.close()
    return kept


def test_erase():
    """Nothing of a person is left, wherever and however he is written."""
    path, box = store("e.db", more=OUTBOUND), os.path.join(scratch, "erase")
    os.mkdir(box)
    other = gzip.compress(report_of(9))
    files = [report_of(1, JO), gzip.compress(report_of(2, JO)),
             gzip.compress(report_of(3, more=f"<envelope_to>{JO}"
                                     "</envelope_to>")), other]
    files += [failure_of(coding) for coding in CODED]
    for i, data in enumerate(files):
        put(f"erase/{i}", data)
    at = ("--store", path)
    run("report", "ingest", "--own-domain", "example.org", box, *at)
    ok(JO.encode() in open(path, "rb").read() and len(raw_bytes(path)) >= 7,
       "he is there")
    reader = sqlite3.connect(path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM report").fetchone()
    status, _, err = run("store", "erase", JO, *at)
    ok(status == 4 and "log" in err, "not done while somebody reads", err)
    reader.close()
    same(run("store", "erase", JO, *at)[0], 0, "then done")
    for end in ("", "-wal", "-shm"):
        if os.path.exists(path + end):
            ok(JO.encode() not in open(path + end, "rb").read().lower(),
               "not in the file" + end)
    kept = raw_bytes(path)
    ok(other in kept and not any(data in kept for data in files
                                 if data is not other),
       "nor in what came, however it was packed", [len(k) for k in kept])
    db = sqlite3.connect(path)
    same(db.execute("SELECT state FROM outbound_mail WHERE id > 90 ORDER BY "
                    "id").fetchall(), [(3,), (3,), (2,)],
         "nothing goes out to him or about him")
    same(db.execute("SELECT count(*) FROM outbound_letter WHERE report > 90")
         .fetchone(), (0,), "no letter is left")
    same(db.execute("SELECT count(*) FROM outbound_report WHERE id > 90 AND "
                    "state < 4").fetchone(), (0,), "none of them waits")
    db.close()
    same(run("store", "check", *at)[0], 0, "all is well")


def test_owner():
    """What root makes belongs to whom the directory belongs."""
    home = os.path.join(scratch, "home")
    os.mkdir(home)
    path, copy = os.path.join(home, "r.db"), os.path.join(home, "copy.db")
    root = os.geteuid() == 0
    who = (65534, 65534) if root else (os.geteuid(), os.getegid())
    if root:
        os.chown(home, *who)
    mask = os.umask(0o022)
    status, _, err = run("report", "ingest", "--store", path, "--own-domain",
                         "example.org", put("x.txt", "x"))
    same(status, 1, "a store is made")
    same(run("store", "backup", copy, "--store", path)[0], 0, "a backup")
    same(run("store", "restore", copy, "--store", path + "2")[0], 0,
         "and a store of it")
    os.umask(mask)
    made = {n: os.stat(os.path.join(home, n)) for n in os.listdir(home)}
    ok({"r.db", "r.db.lock", "copy.db", "r.db2"} <= set(made), "are there",
       made)
    same({(s.st_uid, s.st_gid, s.st_mode & 0o777) for s in made.values()},
         {(*who, 0o640)}, "all with the owner, and not for others")


def test_messages():
    path = store("m.db")
    status, _, err = run("report", "ingest", "--store", "/nonexistent/x.db",
                         "--own-domain", "example.org", put("x.txt", "x"))
    ok(status == 3 and "no such directory" in err, "no directory", err)
    if os.geteuid() == 0:
        os.chmod(path, 0o600)
        os.chmod(scratch, 0o755)
        p = subprocess.run([ASSAY, "report", "show", "--store", path],
                           user=65534, group=65534, extra_groups=[],
                           capture_output=True, text=True, cwd="/")
        ok(p.returncode == 3 and "cannot be read" in p.stderr and
           "writ" not in p.stderr, "who may not read need not write",
           p.stderr)


def test_lock():
    path = store("e.db")
    hold = subprocess.Popen(["flock", path + ".lock", "cat"],
                            stdin=subprocess.PIPE)
    with open(path + ".lock", "w") as f:
        f.write(f"{hold.pid}\n")
    while subprocess.run(["flock", "-n", path + ".lock",
                          "true"]).returncode == 0:
        pass
    status, _, err = run("store", "vacuum", "--store", path)
    ok(status == 4 and f"process {hold.pid} writes" in err, "held: status 4",
       err)
    ok("systemctl stop assayd" in err and "report-address" not in err,
       "and what to do", err)
    same(run("store", "check", "--store", path)[0], 0, "reading goes on")
    hold.communicate()
    same(run("store", "vacuum", "--store", path)[0], 0, "free again")


main(test_check, test_outbox, test_copies, test_export, test_people, test_erase,
     test_owner, test_messages, test_lock)
