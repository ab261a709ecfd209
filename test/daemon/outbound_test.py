#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Aggregate reports go out: what the senders of two days did is what the
reports say, message for message; whoever is killed on the way, nothing is
lost, and what comes twice is the same report."""
import collections
import ctypes
import email
import fcntl
import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import xml.etree.ElementTree as xml

from daemon import SOURCE, done, ok, until
from milter import Milter
from outward import ASSAY, DAY, Moved, world
from sink import Sink

NS = "{urn:ietf:params:xml:ns:dmarc-2.0}"

ZONE = """
$ORIGIN .
shop.test. 60 IN TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.shop.test. 60 IN TXT "v=DMARC1; p=reject; rua=mailto:agg@shop.test,mailto:all@third.test,mailto:x@victim.test"
shop.test._report._dmarc.third.test. 60 IN TXT "v=DMARC1"
calm.test. 60 IN TXT "v=spf1 ip4:192.0.2.2 -all"
_dmarc.calm.test. 60 IN TXT "v=DMARC1; p=none; rua=mailto:agg@calm.test"
_dmarc.mute.test. 60 IN TXT "v=DMARC1; p=reject"
_dmarc.away.test. 60 IN TXT "v=DMARC1; p=none; rua=mailto:agg@away.test"
_dmarc.loop.test. 60 IN TXT "v=DMARC1; p=none; rua=mailto:agg@loop.test"
loop.test. 60 IN TXT "v=spf1 ip4:192.0.2.3 -all"
ours.test. 60 IN TXT "v=spf1 ip4:192.0.2.9 -all"
_dmarc.flood.test. 60 IN TXT "v=DMARC1; p=none"
""" + "".join(
    f'_dmarc.f{i}.flood.test. 60 IN TXT "v=DMARC1; p=none; rua=' +
    ",".join(f"mailto:a{k}@flood.test" for k in range(10)) + '"\n'
    for i in range(25))

# From, MAIL FROM, client, more header, where reports about it are expected,
# what they say of disposition, DKIM, SPF
KINDS = [
    ("a@shop.test", "b@shop.test", "192.0.2.1", "", "shop.test",
     ("pass", "fail", "pass")),
    ("a@news.shop.test", "b@evil.test", "203.0.113.9", "", "shop.test",
     ("quarantine", "fail", "fail")),
    ("a@shop.test", "", "203.0.113.10", "", "shop.test",
     ("quarantine", "fail", "fail")),
    ("a@calm.test", "b@calm.test", "192.0.2.2", "", "calm.test",
     ("none", "fail", "pass")),
    ("a@calm.test", "b@evil.test", "2001:db8::5", "", "calm.test",
     ("none", "fail", "fail")),
    ("a@mute.test", "b@mute.test", "203.0.113.9", "", None, None),
    ("a@none.test", "b@none.test", "203.0.113.9", "", None, None),
    ("a@away.test", "b@away.test", "203.0.113.9", "", None, None),
    ("a@loop.test", "b@loop.test", "192.0.2.3",
     "Subject: Report Domain: x Submitter: y\r\n", None, None),
]


world(ZONE)


def send(d, kinds, times, said):
    """Each kind so many times; adds to said what reports must say."""
    for k, (author, sender, ip, more, about, want) in enumerate(kinds):
        m = Milter(d.sock)
        for i in range(times + k % 3):
            raw = (f"From: {author}\r\n{more}\r\nhello\r\n").encode()
            m.message(raw, client=ip, sender=sender, helo="mx.sender.test",
                      rcpts=("reader@ours.test",))
            if about:
                said[(about, int(d.now) // DAY, ip,
                      author.split("@")[1], *want)] += 1
        m.close()


def read(raw):
    """(message, file name, feedback) of a report mail."""
    m = email.message_from_bytes(raw)
    part = [p for p in m.walk()
            if p.get_content_type() == "application/gzip"]
    if len(part) != 1:
        return m, None, None
    text = gzip.decompress(part[0].get_payload(decode=True))
    return m, part[0].get_filename(), text


def sums(mails, to):
    """What the reports to one address say, each report once."""
    seen, out = {}, collections.Counter()
    for _, address, raw in mails:
        if address != to:
            continue
        m, name, text = read(raw)
        top = xml.fromstring(text)
        rid = top.findtext(f"{NS}report_metadata/{NS}report_id")
        if rid in seen:
            ok(seen[rid] == (m["Message-ID"], name, raw),
               "what comes twice is the same mail")
            continue
        seen[rid] = (m["Message-ID"], name, raw)
        begin = int(top.findtext(f"{NS}report_metadata/{NS}date_range/"
                                 f"{NS}begin"))
        domain = top.findtext(f"{NS}policy_published/{NS}domain")
        for r in top.findall(f"{NS}record"):
            row, e = r.find(f"{NS}row"), f"{NS}row/{NS}policy_evaluated/{NS}"
            out[(domain, begin // DAY, row.findtext(f"{NS}source_ip"),
                 r.findtext(f"{NS}identifiers/{NS}header_from"),
                 r.findtext(e + "disposition"), r.findtext(e + "dkim"),
                 r.findtext(e + "spf"))] += int(row.findtext(f"{NS}count"))
    return out


def expected(said, domain):
    return collections.Counter({k: n for k, n in said.items()
                                if k[0] == domain})


def two_days(d, said, look=lambda: None):
    """Mail of two days; the clock then stands where all reports are due.
    Before that, look()."""
    noon = (int(time.time()) // DAY + 1) * DAY + DAY // 2
    for day in range(2):
        d.move(noon + day * DAY)
        send(d, KINDS, 3 + day, said)
        # those of the day before: no clock jumps while they are on the way
        until(lambda: len(d.said("event=report-(sent|delayed|failed)"))
              >= 3 * day, 30)
    time.sleep(0.5)         # what is stored is stored within moments
    look()
    d.move(noon + 2 * DAY)


def form(sink):
    """The mail itself: RFC 9990 3.5.2."""
    raw = [r for _, to, r in sink.mails if to == "agg@shop.test"][0]
    m, name, text = read(raw)
    top = xml.fromstring(text)
    rid = top.findtext(f"{NS}report_metadata/{NS}report_id")
    ok(re.fullmatch(r"ours\.test!shop\.test!\d+!\d+!%s\.xml\.gz" % rid,
                    name), f"the file is called {name}")
    words = " ".join(m["Subject"].split())
    ok(words == f"Report Domain: shop.test Submitter: ours.test "
       f"Report-ID: {rid}", words)
    ok(m["Auto-Submitted"] == "auto-generated", "nobody shall answer")
    ok(m["From"].endswith("<dmarc@ours.test>"), "From is report-from")
    ok(b"reader@" not in text and b"reader" not in raw,
       "no local part is in it")
    p = top.find(f"{NS}policy_published")
    ok([p.findtext(NS + n) for n in ("domain", "p", "testing",
                                     "discovery_method")] ==
       ["shop.test", "reject", "n", "treewalk"], "the policy")
    why = {r.findtext(f"{NS}row/{NS}policy_evaluated/{NS}reason/{NS}type")
           for r in top.findall(f"{NS}record")
           if r.findtext(f"{NS}row/{NS}policy_evaluated/{NS}disposition") ==
           "quarantine"}
    ok(why == {"local_policy"}, "why it was not rejected")


def read_back(sink, said):
    """What was sent, taken in on the other side: the schema's and our own
    reader's word on it; the second time counts for nothing."""
    at = tempfile.mkdtemp(prefix="assay-inbound.")
    os.mkdir(f"{at}/mail")
    bad = []
    for i, (_, to, raw) in enumerate(sink.mails):
        if to == "all@third.test":      # the same again
            continue
        with open(f"{at}/mail/{i}.eml", "wb") as f:
            f.write(raw)
        if shutil.which("xmllint") is None:
            continue
        bad.append(subprocess.run(
            ["xmllint", "--noout", "--nonet", "--schema",
             os.path.join(SOURCE, "test/schema/rfc9990.xsd"), "-"],
            input=read(raw)[2], capture_output=True, timeout=60).returncode)
    ok(not any(bad), f"{len(bad)} reports are valid") or print("#", bad)
    for _ in range(2):
        run = subprocess.run(
            [ASSAY, "report", "ingest", "--accept-any-domain", "--store",
             f"{at}/reports.db", f"{at}/mail"],
            capture_output=True, text=True, timeout=60)
        ok(run.returncode == 0, "taken in") or print("#", run)
        out = subprocess.run(
            [ASSAY, "store", "export", "rollup", "--store",
             f"{at}/reports.db"], capture_output=True, text=True, timeout=60)
        got = sum(json.loads(l)["messages"] for l in out.stdout.splitlines())
        ok(got == sum(said.values()), f"all {got} messages, once")
    shutil.rmtree(at)


def assay(d, *args):
    run = subprocess.run([ASSAY, *args, "--conf", d.conf],
                         capture_output=True, timeout=60)
    return run.returncode, run.stdout, run.stderr.decode()


def waiting(d, *args):
    """What assay report send --dry-run says, by domain and address."""
    status, out, err = assay(d, "report", "send", "--dry-run", "--json",
                             *args)
    ok(status == 0, "a dry run") or print("#", err)
    return {(r["domain"], r["to"]): r for r in map(json.loads,
                                                   out.splitlines())}, err


def dry(d, said, shown):
    """What would be sent, before it is."""
    rows, err = waiting(d)
    today = int(d.now) // DAY
    want = sum(n for k, n in said.items() if k[:2] == ("calm.test", today))
    calm = rows[("calm.test", "agg@calm.test")]
    ok(calm["messages"] == want and calm["rows"] == 2 and
       calm["note"] is None, f"so many: {calm}")
    ok(calm["due"] > time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(
        (today + 1) * DAY)), "when its day is over")
    ok(rows[("shop.test", "all@third.test")]["note"] ==
       "external: asked when sent", "who is to be asked")
    ok("report-exclude" in rows[("away.test", "agg@away.test")]["note"] and
       "reports" in rows[("loop.test", "agg@loop.test")]["note"],
       "who gets none, and why") or print("#", rows)
    ok(not [1 for k in rows if k[0] == "mute.test"], "nobody asked for it")
    ok(set(waiting(d, "CALM.test")[0]) == {("calm.test", "agg@calm.test")},
       "of one domain")
    status, shown["xml"], err = assay(d, "report", "send", "--dry-run",
                                      "--xml", "calm.test")
    ok(status == 0 and err == "", "the report itself") or print("#", err)
    status, again, err = assay(d, "report", "send", "--dry-run", "--xml",
                               calm["report_id"])
    ok(again == shown["xml"], "by its name, too") or print("#", err)
    status, out, err = assay(d, "report", "send", "--dry-run", "--xml")
    ok(status == 2 and out == b"" and calm["report_id"] in err,
       "several: which one?") or print("#", err)


def counted():
    """send-reports count: it can be looked at, and nothing leaves."""
    sink, said = Sink(), collections.Counter()
    d = Moved(sink, send="count")
    if not ok(d.ready(), "is ready"):
        d.show()
        return
    ok(not [c for c in d.children() if c.startswith("courier")],
       "nobody could bring it")
    d.move((int(time.time()) // DAY + 1) * DAY + DAY // 2)
    send(d, KINDS, 2, said)
    ok(until(lambda: ("calm.test", "agg@calm.test") in waiting(d)[0] and
             waiting(d)[0][("calm.test", "agg@calm.test")]["messages"] ==
             sum(expected(said, "calm.test").values())), "all is counted")
    rows, err = waiting(d)
    ok("send-reports is count" in err and "send-reports is not yes" in
       rows[("calm.test", "agg@calm.test")]["note"], "it says so")
    _, text, _ = assay(d, "report", "send", "--dry-run", "--xml",
                       "calm.test")
    ok(sum(int(c.text) for c in xml.fromstring(text).iter(f"{NS}count")) ==
       sum(expected(said, "calm.test").values()), "the report can be read")
    d.move(d.now + DAY)
    ok(until(lambda: not waiting(d)[0], 30), "then it is put away")
    ok(b"not-sent" in assay(d, "report", "outbox")[1], "which can be seen")
    ok(not sink.mails, "nothing left")
    status, _, err = assay(d, "report", "send")
    ok(status == 2 and "send-reports is count" in err, "nor will it")
    ok(d.stop() == 0, "ends")
    sink.close()


def hurried():
    """assay report send: what waits for its time does not."""
    sink, said, once = Sink(), collections.Counter(), []

    def hook(stage, sender, to):
        if stage == "DOT" and not once:
            once.append(to)
            return "451 4.3.0 later"
        return None

    def hurry(*args):
        status, out, err = assay(d, "report", "send", "--json", *args)
        ok(status == 0, "it is done") or print("#", err)
        return json.loads(out) if status == 0 else {}
    sink.hook = hook
    d = Moved(sink)
    if not ok(d.ready(), "is ready"):
        d.show()
        return
    day = (int(time.time()) // DAY + 1) * DAY
    d.move(day + DAY // 2)
    send(d, KINDS, 2, said)
    asked = [k for k in KINDS if k[4] or "away" in k[0] or "loop" in k[0]]
    want = len({k[0].split("@")[1].replace("news.", "") for k in asked})
    until(lambda: len({k[0] for k in waiting(d)[0]}) == want)
    time.sleep(0.5)
    ok(hurry() == {"reports": 0, "mails": 0, "counting": want},
       "today goes on counting")
    d.move(day + DAY + 60)
    time.sleep(1.5)
    ok(not sink.mails and not once, "it is not their time")
    ok(hurry("Calm.test") == {"reports": 1, "mails": 0, "counting": 0},
       "one is made now")
    ok(until(lambda: d.said("event=report-delayed .*to=agg@calm.test"), 20),
       "which is tried again later") or d.show()
    time.sleep(1.1)
    ok(hurry() == {"reports": want - 1, "mails": 1, "counting": 0},
       "or now, and all the others")
    ok(until(lambda: len(sink.mails) == 3, 20), "they come") or d.show()
    ok(sums(sink.mails, "agg@calm.test") == expected(said, "calm.test") and
       sums(sink.mails, "agg@shop.test") == expected(said, "shop.test"),
       "message for message")
    ok(hurry() == {"reports": 0, "mails": 0, "counting": 0}, "that is all")
    ok(assay(d, "report", "send", "--socket", "/nonexistent")[0] == 4,
       "nobody is there to do it")
    ok(d.stop() == 0, "ends")
    sink.close()


def stopped():
    """Courier stays as long as store, who waits for what it says of mails."""
    sink = Sink()
    d = Moved(sink)
    if not ok(d.ready(), "is ready"):
        d.show()
        return
    store = d.children()["store.0"]
    os.kill(store, signal.SIGSTOP)
    d.signal(signal.SIGTERM)
    gone = until(lambda: not any(c.startswith("front") for c in d.children()))
    time.sleep(0.5)
    ok(gone and "courier.0" in d.children(), "front has left, courier stays")
    os.kill(store, signal.SIGCONT)
    begun = time.monotonic()
    ok(d.stop() == 0, "ends")
    ok(time.monotonic() - begun < 8, "soon")
    sink.close()


def undisturbed():
    sink, said, shown = Sink(), collections.Counter(), {}
    d = Moved(sink)
    if not ok(d.ready(), "is ready"):
        d.show()
        return
    ports = ctypes.CDLL(None).syscall(444, None, 0, 1) >= 4
    ok(len(d.said("event=wall-partial .*what=ports")) == (not ports),
       f"this kernel's walls know ports: {ports}")
    two_days(d, said, lambda: dry(d, said, shown))
    # two domains, two days; shop.test at two addresses
    ok(until(lambda: len(sink.mails) >= 6, 40), "reports come") or d.show()
    time.sleep(1)
    ok(len(sink.mails) == 6, f"and no more: {len(sink.mails)}")
    ok({s for s, _, _ in sink.mails} == {"dmarc@ours.test"},
       "from us, in the envelope, too")
    for to, about in (("agg@shop.test", "shop.test"),
                      ("all@third.test", "shop.test"),
                      ("agg@calm.test", "calm.test")):
        got, want = sums(sink.mails, to), expected(said, about)
        ok(got == want and want, f"{to}: message for message") or \
            print("# got", got, "\n# want", want)
    ok(shown["xml"] in [read(raw)[2] for _, to, raw in sink.mails
                        if to == "agg@calm.test"],
       "what was shown before is what is sent, to the octet")
    form(sink)
    read_back(sink, said)
    ok(not d.said("SIGSYS|signal=|child-ended"), "nobody died") or d.show()
    ok(d.stop() == 0, "ends")
    sink.close()


def kills():
    """Each role that has a part in it is killed at each stage, once."""
    sink, said, todo = Sink(), collections.Counter(), []
    d = Moved(sink)
    if not ok(d.ready(), "is ready"):
        d.show()
        return
    noon = (int(time.time()) // DAY + 1) * DAY + DAY // 2
    for day in range(2):
        d.move(noon + day * DAY)
        for role in ("store.0", "eval.0", "store.0"):
            send(d, KINDS, 2, said)
            os.kill(d.children()[role], signal.SIGKILL)
            until(lambda: role in d.children())
    time.sleep(1.5)
    for stage in ("MAIL", "RCPT", "DATA", "DOT", "SENT"):
        for role in ("store.0", "courier.0"):
            todo.append((stage, role))

    lock = threading.Lock()

    def hook(stage, sender, to):
        with lock:
            now = [t for t in todo if t[0] == stage][:1]
            for t in now:
                todo.remove(t)
                os.kill(until(lambda: d.children().get(t[1]), 5),
                        signal.SIGKILL)
                time.sleep(0.1)
    sink.hook = hook
    d.move(noon + 2 * DAY)
    for _ in range(60):
        until(lambda: len(sink.mails) >= 6 and not todo, 1)
        at = {to: sums(sink.mails, to) for to in
              ("agg@shop.test", "all@third.test", "agg@calm.test")}
        if all(at[to] == expected(said, to.split("@")[1] if to[0] == "a" and
               "third" not in to else "shop.test") for to in at):
            break
        d.move(d.now + 1800)        # what is tried again, is due
    ok(at["agg@shop.test"] == expected(said, "shop.test"),
       "shop.test, message for message") or print("#", at, said)
    ok(at["all@third.test"] == expected(said, "shop.test"), "at both")
    ok(at["agg@calm.test"] == expected(said, "calm.test"), "calm.test")
    ok(not todo, "ten were killed on the way") or print("#", todo)
    print(f"# {len(sink.mails)} mails for 6 reports")
    ok(d.stop() == 0, "ends")
    sink.close()


def refused():
    """Not now, never, nobody: tried again, given up, not tried again."""
    sink, said = Sink(), collections.Counter()
    once = []

    def hook(stage, sender, to):
        if stage == "RCPT" and to == "agg@shop.test":
            return "550 5.1.1 no such user"
        if stage == "DOT" and to == "agg@calm.test" and len(once) < 2:
            once.append(to)
            return "451 4.3.0 later"
        return None
    sink.hook = hook
    d = Moved(sink, "report-form rfc7489\n")
    if not ok(d.ready(), "is ready"):
        d.show()
        return
    two_days(d, said)
    ok(until(lambda: d.said("event=report-failed .*to=agg@shop.test"), 40),
       "nobody is there: given up") or d.show()
    ok(until(lambda: len([1 for _, to, _ in sink.mails
                          if to == "all@third.test"]) == 2, 20),
       "others get theirs")
    ok(until(lambda: len(d.said("event=report-delayed")) == 2),
       "later is later")
    for _ in range(8):      # who is on the way when the clock jumps waits on
        d.move(d.now + 2000)
        if until(lambda: len([1 for _, to, _ in sink.mails
                              if to == "agg@calm.test"]) == 2, 4):
            break
    ok(len([1 for _, to, _ in sink.mails if to == "agg@calm.test"]) == 2,
       "and comes again") or d.show()
    ok(len(d.said("event=report-failed .*to=agg@shop.test")) == 1,
       "a dead address is not tried with the next report")
    text = read(sink.mails[0][2])[2]
    top = xml.fromstring(text)
    ok(top.tag == "feedback" and top.findtext("policy_published/pct") ==
       "100" and top.find("record/row") is not None, "the older form")
    ok(d.stop() == 0, "ends")
    sink.close()


def held():
    """While somebody else has the store, mail and its records go on; then
    all is counted, and nothing is twice in the journal."""
    sink, said, locks = Sink(), collections.Counter(), []

    def before(at):
        os.mkdir(f"{at}/state")
        locks.append(open(f"{at}/state/reports.db.lock", "w"))
        fcntl.flock(locks[0], fcntl.LOCK_EX)

    def records(d):
        at = f"{d.dir}/state/records"
        return sum(f.count(b"\n") for f in (
            open(os.path.join(at, n), "rb").read() for n in os.listdir(at)))
    d = Moved(sink, before=before)
    if not ok(d.ready(), "is ready"):
        d.show()
        return
    noon = (int(time.time()) // DAY + 1) * DAY + DAY // 2
    d.move(noon)
    send(d, KINDS, 2, said)
    sent = sum(2 + k % 3 for k in range(len(KINDS)))
    ok(until(lambda: records(d) == sent), "records go on") or \
        print("#", records(d), sent)
    ok(until(lambda: d.said("event=reports-unusable")), "it is told")
    time.sleep(1.5)
    locks[0].close()
    ok(until(lambda: os.path.exists(f"{d.dir}/state/reports.db"), 40),
       "then it is there")
    time.sleep(2)
    d.move(noon + DAY)
    ok(until(lambda: len(sink.mails) >= 3, 40), "reports come") or d.show()
    ok(sums(sink.mails, "agg@shop.test") == expected(said, "shop.test"),
       "message for message")
    ok(records(d) == sent, "no record is twice there")
    ok(d.stop() == 0, "ends")
    sink.close()


def flood():
    """25 subdomains, each with a record that names the same ten addresses:
    their host gets 240 mails a day, and no other host less."""
    sink, said = Sink(), collections.Counter()
    d = Moved(sink)
    if not ok(d.ready(), "is ready"):
        d.show()
        return
    noon = (int(time.time()) // DAY + 1) * DAY + DAY // 2
    d.move(noon)
    send(d, [(f"a@f{i}.flood.test", "b@evil.test", "203.0.113.9", "", None,
              None) for i in range(25)] + KINDS, 1, said)
    time.sleep(0.5)
    d.move(noon + DAY)

    def flooded():
        return [1 for _, to, _ in sink.mails if to.endswith("@flood.test")]
    ok(until(lambda: len(sink.mails) >= 243, 60),
       f"reports come: {len(sink.mails)}") or d.show()
    time.sleep(1)
    ok(len(flooded()) == 240, f"so many: {len(flooded())}")
    ok(len(d.said("event=report-capped .*within=flood.test")) == 10,
       "the rest is told") or d.show()
    ok(len(sink.mails) == 243, "others get theirs")
    ok(d.stop() == 0, "ends")
    sink.close()


undisturbed()
flood()
counted()
hurried()
stopped()
held()
refused()
kills()
done()
