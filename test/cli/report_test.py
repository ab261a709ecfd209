#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""assay report ingest: from everywhere, once, and whatever happens."""
import base64
import gzip
import io
import json
import os
import random
import resource
import signal
import subprocess
import tarfile
import time
import zipfile

from cli import ASSAY, main, ok, put, results, run, same, scratch

OURS = ("--own-domain", "example.org")


def row(i, count):
    return f"""<record><row><source_ip>192.0.2.{i % 200}</source_ip>
<count>{count}</count><policy_evaluated><disposition>none</disposition>
<dkim>{'pass' if i % 2 else 'fail'}</dkim><spf>fail</spf></policy_evaluated>
</row><identifiers><header_from>example.org</header_from></identifiers>
<auth_results><dkim><domain>example.org</domain><selector>s{i % 3}</selector>
<result>{'pass' if i % 2 else 'fail'}</result></dkim><spf>
<domain>m{i % 5}.example</domain><result>softfail</result></spf>
</auth_results></record>"""


def report(number, rows=5, domain="example.org", count=1, day=0):
    begin = 1700006400 + day * 86400
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feedback><report_metadata><org_name>Reporter</org_name>
<email>noreply@reporter.example</email><report_id>{number}</report_id>
<date_range><begin>{begin}</begin><end>{begin + 86399}</end></date_range>
</report_metadata><policy_published><domain>{domain}</domain><p>none</p>
</policy_published>{''.join(row(i, count) for i in range(rows))}
</feedback>""".encode()


def zipped(data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("report.xml", data)
    return out.getvalue()


def mail(data, kind="application/gzip"):
    text = base64.encodebytes(data).decode().replace("\n", "\r\n")
    return (f"From: noreply@reporter.example\r\nSubject: Report\r\n"
            f"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x"
            f"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nHello.\r\n--x\r\n"
            f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n"
            f"\r\n{text}\r\n--x--\r\n").encode()


def fresh(name):
    path = os.path.join(scratch, name)
    for end in ("", "-wal", "-shm"):
        if os.path.exists(path + end):
            os.unlink(path + end)
    return path


def ingest(store, *paths, data=None, more=OURS):
    status, out, err = run("report", "ingest", "--json", "--store", store,
                           *more, *paths, data=data)
    lines = results(out)
    return status, lines[-1] if lines else None, err, lines[:-1]


def tallies(store):
    status, out, _ = run("store", "export", "rollup", "--store", store)
    assert status == 0
    return sorted(out.splitlines())


def total(store):
    return sum(json.loads(l)["messages"] for l in tallies(store))


def test_forms():
    store = fresh("forms.db")
    put("1.xml", report(1))
    put("2.xml.gz", gzip.compress(report(2)))
    put("3.zip", zipped(report(3)))
    put("4.eml", mail(gzip.compress(report(4))))
    put("5.eml", mail(zipped(report(5)), "application/octet-stream"))
    names = ["1.xml", "2.xml.gz", "3.zip", "4.eml", "5.eml"]
    status, all_, err, lines = ingest(store, *names)
    same((status, err), (0, ""), "five forms: status 0")
    same((all_["new"], all_["rows"], all_["messages"]), (5, 25, 25),
         "all are new")
    same([l["name"] for l in lines], names, "a line for each")
    status, all_, _, _ = ingest(store, *names)
    same((status, all_["new"], all_["known"]), (0, 0, 5), "again: known")
    put("other.xml", zipped(report(1)))
    status, all_, _, _ = ingest(store, "other.xml")
    same(all_["duplicate"], 1, "in another wrapping: a duplicate")
    same(total(store), 25, "counted once")
    status, all_, _, _ = ingest(store, "-", data=gzip.compress(report(6)))
    same((status, all_["new"]), (0, 1), "standard input")
    put("corrected.xml", report(1, count=3))
    status, all_, _, _ = ingest(store, "corrected.xml")
    same((all_["replaced"], total(store)), (1, 25 + 15), "a corrected one")
    same(run("store", "check", "--store", store)[0], 0, "all is well")


def test_boxes():
    store = fresh("boxes.db")
    box = b"".join(b"From a@b.example Thu Jan  1 00:00:00 2026\n" +
                   mail(gzip.compress(report(i))).replace(b"\r\n", b"\n") +
                   b"\n" for i in range(8))
    put("box", box)
    status, all_, _, lines = ingest(store, "box")
    same((status, all_["new"], lines[2]["name"]), (0, 8, "box#3"), "an mbox")
    for half in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(scratch, "Maildir", half), exist_ok=True)
    for i in range(6, 12):
        put(f"Maildir/{'cur' if i % 2 else 'new'}/{i}.x:2,S",
            mail(gzip.compress(report(i))))
    status, all_, _, _ = ingest(store, "Maildir")
    same((status, all_["new"], all_["duplicate"]), (0, 4, 2), "a Maildir")
    same(total(store), 12 * 5, "each once")
    status, out, _ = run("report", "ingest", "--store", store, *OURS, "box",
                         "Maildir")
    ok(status == 0 and "12 inputs that were here already" in out and
       "2 reports that were here already" in out, "for people", out)


def test_aside():
    store = fresh("aside.db")
    put("foreign.xml", report(1, domain="example.net"))
    put("below.xml", report(2, domain="News.Example.org"))
    put("like.xml", report(3, domain="notexample.org"))
    put("no.txt", "hello")
    put("empty.xml", "")
    put("cut.gz", gzip.compress(report(4, rows=500))[:-20])
    put("bomb.gz", gzip.compress(b"<feedback>") +
        gzip.compress(b" " * (32 << 20)) * 20)
    put("dtd.xml", b'<?xml version="1.0"?><!DOCTYPE feedback [<!ENTITY a "b'
        b'">]>' + report(5))
    put("evil.xml", report(6).replace(
        b"Reporter", b"=cmd|' /C calc'!A0 &#27;[31m&lt;b&gt;"))
    status, all_, err, lines = ingest(
        store, "foreign.xml", "below.xml", "like.xml", "no.txt", "cut.gz",
        "bomb.gz")
    same(status, 1, "some are set aside: status 1")
    same(all_["set-aside"], {"foreign-domain": 2, "no-report": 1,
                             "malformed": 1, "past-bounds": 1},
         "each with its reason")
    same(all_["new"], 1, "what is below ours is ours")
    status, all_, err, _ = ingest(store, "empty.xml", "/nonexistent")
    same((status, all_["set-aside"]), (3, {"unreadable": 2}), "unreadable")
    aside = results(run("store", "export", "set-aside", "--store", store)[1])
    same(sorted(a["reason"] for a in aside),
         sorted(["foreign-domain"] * 2 + ["no-report", "malformed",
                "past-bounds"] + ["unreadable"] * 2), "all are listed")
    ok(any(a["domain"] == "example.net" and a["reporter"] ==
           "reporter.example" for a in aside), "with what they claim to be")
    ingest(store, "foreign.xml", "no.txt")
    again = results(run("store", "export", "set-aside", "--store", store)[1])
    same(len(again), len(aside), "once, however often they come")
    status, all_, _, _ = ingest(store, "foreign.xml",
                                more=("--accept-any-domain",))
    same((status, all_["new"]), (0, 1), "taken when it is asked for")
    status, all_, _, _ = ingest(store, "dtd.xml")
    ok(all_["new"] == 0 or all_["set-aside"].get("partly-understood") == 1,
       "a document type is refused or noted", all_)
    status, all_, _, _ = ingest(store, "evil.xml")
    status, out, _ = run("store", "export", "reports", "--csv", "--store",
                         store)
    ok('"\'=cmd' in out and "\033" not in out, "hostile text is harmless",
       out)
    status, _, err = run("report", "ingest", "--store", store, "no.txt")
    ok(status == 2 and "own-domain" in err, "whose reports?", err)
    conf = put("own.conf", "own-domain example.org\n")
    same(run("report", "ingest", "--store", store, "--conf", conf,
             "below.xml")[0], 0, "the configuration says it")
    for words in ([], ["ingset", "x"], ["ingest"], ["ingest", "-", "-"]):
        same(run("report", *words)[0], 2, "mistake: " + " ".join(words))


def test_partly():
    store = fresh("partly.db")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for i in range(10):
            data = report(f"tar{i}")
            info = tarfile.TarInfo(f"{i}.xml")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    put("ten.tar.gz", out.getvalue())
    status, all_, _, _ = ingest(store, "ten.tar.gz")
    ok(status == 1 and all_["set-aside"], "not all of a tar: status 1",
       (status, all_))
    status, out, _ = run("report", "ingest", "--store", fresh("one.db"),
                         *OURS, put("single.xml", report("single")))
    ok(status == 0 and "1 new report\n" in out, "one is one", out)


def test_own():
    put("own.xml", report("own"))
    for i, own in enumerate(["Example.ORG.", "a.example, example.org",
                             "a.example example.org", " example.org ,"]):
        status, all_, _, _ = ingest(fresh(f"own{i}.db"), "own.xml",
                                    more=("--own-domain", own))
        same((status, all_["new"]), (0, 1), f"--own-domain '{own}'")
    for bad in ("example..org", "a.example,:", "x@example.org"):
        status, _, err = run("report", "ingest", "--own-domain", bad,
                             "own.xml", "--store", fresh("own.db"))
        ok(status == 2 and "is no domain" in err, f"no domain: {bad}", err)


def many(n=150):
    folder = os.path.join(scratch, "many")
    os.makedirs(folder, exist_ok=True)
    for i in range(n):
        put(f"many/{i:03}.xml.gz", gzip.compress(report(i, 40, count=i + 1,
                                                        day=i % 7)))
    put("many/zz.xml", report(3, 40, count=77, day=3))	# corrected
    return folder


def killed(store, folder, dice, most, want):
    """Kills of an import, until one comes to its end; how many."""
    for kills in range(most):
        p = subprocess.Popen([ASSAY, "report", "ingest", "--store", store,
                              *OURS, folder], stdout=subprocess.PIPE)
        time.sleep(dice.random() * 0.1)
        p.send_signal(signal.SIGKILL)
        out = p.communicate()[0]
        if p.returncode == 0:
            return kills
        # the kill may fall between the last word and the exit
        if out:
            same(tallies(store), want, "killed: what was acknowledged is "
                 "there")
            return kills + 1
        same(out, b"", "killed: nothing was acknowledged")
    return most


def test_kills():
    """ASSAY_KILLS: so many and more, in one new store after the other."""
    folder = many()
    whole = fresh("whole.db")
    same(ingest(whole, folder)[0], 0, "an undisturbed import")
    want = tallies(whole)
    seed = int(os.environ.get("ASSAY_SEED", random.randrange(1 << 30)))
    dice = random.Random(seed)
    print(f"# seed {seed}")
    kills, most = 0, int(os.environ.get("ASSAY_KILLS", "1"))
    while kills < most:
        store = fresh("killed.db")
        kills += killed(store, folder, dice, 60, want)
        status, _, _, _ = ingest(store, folder)
        same(status, 0, f"after {kills} kills it goes on")
        same(tallies(store), want, "the sums are those of an undisturbed "
             "run")
        same(run("store", "check", "--store", store)[0], 0, "all is well")
        rows = results(run("store", "export", "rows", "--store", store)[1])
        same(len(rows), 150 * 40, "to the row")


def limited():
    """A new store takes 360 KiB, with what is written ahead."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (600 << 10, 600 << 10))


def test_disk():
    store = fresh("full.db")
    put("small.xml", report("small"))
    big = put("big.xml", report("big", 20000))
    p = subprocess.run([ASSAY, "report", "ingest", "--store", store, *OURS,
                        "small.xml", "big.xml"], preexec_fn=limited,
                       cwd=scratch, capture_output=True, text=True)
    same(p.returncode, 4, "no room: status 4")
    ok("no room" in p.stderr and "make room" in p.stderr, "said, and what to "
       "do", p.stderr)
    same(total(store), 5, "what came before is there, nothing of the other")
    same(run("store", "check", "--store", store)[0], 0, "all is well")
    status, all_, _, _ = ingest(store, "small.xml", "big.xml")
    same((status, all_["known"], all_["new"]), (0, 1, 1), "with room")
    hold = subprocess.Popen(["flock", store + ".lock", "cat"],
                            stdin=subprocess.PIPE)
    while subprocess.run(["flock", "-n", store + ".lock",
                          "true"]).returncode == 0:
        pass
    status, _, err = run("report", "ingest", "--store", store, *OURS, big)
    ok(status == 4 and "report-address" in err, "somebody writes: status 4",
       err)
    hold.communicate()
    status, _, err = run("report", "ingest", "--store", "/proc/x.db", *OURS,
                         big)
    ok(status in (2, 3) and err.count("\n") <= 2, "no place for a store", err)


main(test_forms, test_boxes, test_aside, test_partly, test_own, test_kills, test_disk)
