#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""assay alerts --send and assay digest --send: to a relay and a webhook on
loopback, which are there, away, slow, or say no; whoever dies, nothing is
lost, and what was delivered is not told twice by the same way."""
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

from alerts_place import DAY, EVIL, OTHER, OWN, TODAY, Place, row
from cli import ASSAY, SOURCE, main, ok, results, run, same, scratch

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(SOURCE, "test", "daemon"))
from sink import Sink                                       # noqa: E402

KEY = "0123456789abcdef0123456789abcdef"
MORE = {5: [row(OTHER, 60, False, "esp.example")],
        4: [row(EVIL, 900, False)]}


class Hook(http.server.ThreadingHTTPServer):
    """A webhook that believes what is signed; .answer(n) for the n-th
    request gives a status, or does something worse."""

    daemon_threads = True

    def __init__(self, cert=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got, self.bad, self.seen = [], [], 0
        self.answer = lambda n: 204
        self.scheme = "http"
        if cert:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(*cert)
            self.socket = tls.wrap_socket(self.socket, server_side=True)
            self.scheme = "https"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, host="127.0.0.1"):
        return f"{self.scheme}://{host}:{self.server_port}/hook/s3cret?x=1"

    def handle_error(self, request, client):
        pass


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        hook = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        hook.seen += 1
        t, v1 = self.headers["Assay-Signature"].removeprefix("t=").split(
            ",v1=")
        want = hmac.new(KEY.encode(), t.encode() + b"." + body,
                        hashlib.sha256).hexdigest()
        if not hmac.compare_digest(v1, want) or \
                abs(time.time() - int(t)) > 120 or \
                self.headers["Content-Type"] != "application/json" or \
                self.path != "/hook/s3cret?x=1":
            hook.bad.append((self.path, dict(self.headers)))
        status = hook.answer(hook.seen)
        if status is None:
            return
        if 200 <= status <= 299:
            hook.got.append((self.headers["Idempotency-Key"],
                             json.loads(body)))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", hook.url())
        self.send_header("Content-Length", "0")
        self.end_headers()


class Told(Place):
    """A place with somebody to tell; on: the ways, m and w."""

    def __init__(self, name, on="mw", hook=None, timeout="30s"):
        super().__init__(name, MORE)
        self.relay, self.hook = Sink(), hook or Hook()
        self.key = os.path.join(self.dir, "key")
        with open(self.key, "w") as f:
            f.write(KEY + "\n")
        os.chmod(self.key, 0o600)
        self.conf = os.path.join(self.dir, "conf")
        self.say(on, timeout)

    def say(self, on="mw", timeout="30s", url=None, relay=None):
        lines = [f"report-relay 127.0.0.1:{relay or self.relay.port}",
                 f"alerts-timeout {timeout}"]
        if "m" in on:
            lines += ["alerts-to ann@example.org",
                      "alerts-from assay@example.org"]
        if "w" in on:
            lines += [f'alerts-webhook "{url or self.hook.url()}"',
                      f"alerts-key {self.key}"]
        with open(self.conf, "w") as f:
            f.write("\n".join(lines) + "\n")

    def send(self, command="alerts", *words, **when):
        return self.run(command, "--conf", self.conf, "--send", *words, OWN,
                        **when)

    def untold(self):
        return [a["alert"] for a in results(self.run(
            "alerts", "--json", OWN)[1]) if a["told"] is None]

    def close(self):
        self.relay.close()
        self.hook.shutdown()
        self.hook.server_close()


def away():
    """A port where nobody listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def test_both():
    p = Told("both")
    news = p.untold()
    status, out, err = p.send()
    same((status, err), (0, ""), "delivered")
    same(out, f"{len(news)} alerts, sent by mail\n"
         f"{len(news)} alerts, sent by webhook\n", "said so")
    same([m[:2] for m in p.relay.mails],
         [("assay@example.org", "ann@example.org")], "one mail")
    m = email.message_from_bytes(p.relay.mails[0][2],
                                 policy=email.policy.default)
    same((m["Subject"], m["From"], m["To"], m["Auto-Submitted"]),
         (f"[assay] {OWN}: {len(news)} alerts", "Assay <assay@example.org>",
          "ann@example.org", "auto-generated"), "its header")
    ok(not m.defects and all(n + ", new" in m.get_content() for n in news),
       "the mail tells all", m.get_content())
    ok(p.relay.mails[0][2].isascii() and max(
        len(l) for l in p.relay.mails[0][2].split(b"\r\n")) < 998, "plainly")
    same(p.hook.bad, [], "the signature is good, and of now")
    name, body = p.hook.got[0]
    same((body["type"], body["id"], [a["alert"] for a in body["alerts"]]),
         ("assay.alerts", name, news), "the webhook hears all")
    ok(m["Message-ID"].startswith("<alerts.") and
       m["Message-ID"].endswith("@example.org>"), "a name", m["Message-ID"])
    same(p.untold(), [], "it counts as told")
    same(p.send()[:2], (0, ""), "and is not told again")
    same((len(p.relay.mails), len(p.hook.got)), (1, 1), "to nobody")
    same(p.names("--new"), [], "nor by --new")
    p.close()


def test_one_way_is_away():
    p = Told("away")
    news = p.untold()
    p.say(url=f"http://127.0.0.1:{away()}/hook/s3cret?x=1")
    status, out, err = p.send()
    same((status, out), (4, f"{len(news)} alerts, sent by mail\n"),
         "a webhook that is not there: try again")
    ok(err.startswith("assay alerts: webhook at 127.0.0.1: not delivered: ")
       and "s3cret" not in err, "why, without its secret", err)
    same((len(p.relay.mails), p.untold()), (1, news), "news still")
    p.say()
    status, out, err = p.send(day=TODAY, now=60)
    same((status, out, err), (0, f"{len(news)} alerts, sent by webhook\n",
                              ""), "when it is there it hears it")
    same((len(p.relay.mails), p.untold()), (1, []), "the mail is not repeated")
    p.close()
    p = Told("away2")
    p.say(relay=away())
    status, out, err = p.send()
    same((status, len(p.hook.got)), (4, 1), "a relay that is not there")
    ok("mail to ann@example.org: not delivered" in err, "why", err)
    p.say()
    same((p.send()[0], len(p.relay.mails), len(p.hook.got)), (0, 1, 1),
         "then by mail alone")
    p.close()


def test_the_relay():
    p = Told("relay", "m")
    said = []

    def hook(stage, *_):
        said.append(stage)
        return "451 4.3.0 not now" if said.count(stage) == 1 and \
            stage in ("RCPT", "DOT") else None
    p.relay.hook = hook
    same((p.send()[0], len(p.relay.mails), said.count("DOT")), (0, 1, 2),
         "what is busy is asked again")
    p.close()
    p = Told("relay2", "m")
    p.relay.hook = lambda stage, *_: said.append("N") or (
        "550 5.1.1 \x1b[2Jno" if stage == "RCPT" else None)
    status, _, err = p.send()
    ok(status == 4 and "550 5.1.1" in err and "\x1b" not in err,
       "who says no is heard", err)
    same((said.count("N"), len(p.untold()) > 0), (2, True),
         "and not pressed")
    p.relay.hook = lambda stage, *_: time.sleep(9) if stage == "DOT" else None
    p.say("m", "1s")
    begin = time.monotonic()
    status, _, err = p.send()
    ok(status == 4 and "does not answer" in err and
       time.monotonic() - begin < 20, "who is slow is left", err)
    ok(len(p.untold()) > 0, "it is not told")
    p.close()


def test_the_webhook():
    p = Told("hook", "w", timeout="1s")
    p.hook.answer = lambda n: [500, 429, 200][n - 1]
    same((p.send()[0], p.hook.seen, len(p.hook.got)), (0, 3, 1),
         "what is busy is asked again")
    p.close()
    p = Told("hook2", "w", timeout="1s")
    for status in 403, 302:
        before = p.hook.seen
        p.hook.answer = lambda n: status
        got, _, err = p.send()
        ok(got == 4 and f"it answers {status}" in err, f"{status}: no", err)
        same((p.hook.seen - before, len(p.untold()) > 0), (1, True),
             "not pressed, not followed, not told")
    p.hook.answer = lambda n: time.sleep(5)
    begin = time.monotonic()
    got, _, err = p.send()
    ok(got == 4 and 3 < time.monotonic() - begin < 25,
       "who is slow is left", err)
    p.hook.answer = lambda n: None
    ok(p.send()[0] == 4, "who hangs up has heard nothing")
    ok(len(p.untold()) > 0, "nothing of it counts")
    p.hook.answer = lambda n: 200
    same((p.send()[0], p.untold(), p.hook.bad), (0, [], []), "yes")
    p.close()


def kill_at(p, when):
    """Ends the command by kill -9 when when() is set, or lets it run."""
    child = subprocess.Popen(
        [ASSAY, "alerts", "--store", p.store, "--zone", p.zone, "--time",
         str(TODAY * DAY), "--conf", p.conf, "--send", OWN],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=scratch)
    when(child)
    child.wait(60)


def test_killed():
    p = Told("killed")
    news = p.untold()
    child = []

    def shoot(c):
        child.append(c)
        c.wait(60)
    p.hook.answer = lambda n: child[-1].send_signal(signal.SIGKILL) or 200
    kill_at(p, shoot)
    ok(p.untold() == news, "killed before it hears yes: news still")
    same(len(p.relay.mails), 1, "the mail was told, and kept as told")
    p.hook.answer = lambda n: 200
    same((p.send()[0], p.untold(), len(p.relay.mails)), (0, [], 1),
         "told again by the way that was cut")
    same(len({name for name, _ in p.hook.got}), 1, "under the same name")
    p.close()
    p = Told("killed2")
    seed = int(time.time())
    print(f"# moments of seed {seed}")
    moments = random.Random(seed)
    for _ in range(10):
        seconds = moments.random() * 0.6
        kill_at(p, lambda c: (time.sleep(seconds),
                              c.send_signal(signal.SIGKILL)))
    same((p.send()[0], p.untold()), (0, []), "killed ten times: all is told")
    mails = b"".join(m[2] for m in p.relay.mails).decode()
    hooks = {a["alert"] for _, b in p.hook.got for a in b["alerts"]}
    ok(all(n + ", new" in mails for n in news) and hooks == set(news),
       "by both ways, nothing is lost", f"{len(p.relay.mails)} mails, "
       f"{len(p.hook.got)} posts")
    p.close()


def test_digest():
    p = Told("digest")
    page = p.run("digest", OWN)[1]
    p.say(url=f"http://127.0.0.1:{away()}/hook/s3cret?x=1")
    same(p.send("digest")[0], 4, "half a digest")
    p.say()
    status, out, err = p.send("digest", now=9)
    same((status, err, len(p.relay.mails), len(p.hook.got)), (0, "", 1, 1),
         "the other half")
    m = email.message_from_bytes(p.relay.mails[0][2],
                                 policy=email.policy.default)
    ok("thing" in m["Subject"] and not m.defects and
       page.splitlines()[0] in m.get_content(), "as a mail", m["Subject"])
    body = p.hook.got[0][1]
    same((body["type"], [d["domain"] for d in body["digest"]], p.hook.bad),
         ("assay.digest", [OWN], []), "as signed JSON")
    same(p.send("digest", now=99)[:2], (0, "It was sent today.\n"),
         "once a day")
    same((p.send("digest", day=TODAY + 7)[0], len(p.relay.mails),
          len(p.hook.got)), (0, 2, 2), "and a week later")
    same(p.run("digest", OWN)[1], page, "to look at it keeps nothing")
    p.close()


def test_tls():
    if not shutil.which("openssl"):
        print("# no openssl: TLS is not tried")
        return
    cert, key = scratch + "/cert.pem", scratch + "/tls.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "9",
                    "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost", "-keyout", key, "-out",
                    cert], check=True, capture_output=True)
    p = Told("tls", "w", hook=Hook((cert, key)))
    p.say("w", url=p.hook.url("localhost"))
    status, _, err = p.send()
    ok(status == 4 and "certificate" in err and p.hook.seen == 0,
       "a server that nobody vouches for hears nothing", err)
    status, _, err = p.send("alerts", "--ca-file", cert)
    same((status, err, len(p.hook.got), p.hook.bad), (0, "", 1, []),
         "one that is known does")
    p.close()


def test_mistakes():
    p = Told("wrong")
    with open(p.conf, "w") as f:
        f.write("authserv-id x.example\n")
    status, _, err = p.send()
    ok(status == 2 and "alerts-to or alerts-webhook" in err, "to whom?", err)
    for url, what in (("http://192.0.2.1/x", "this host alone"),
                      ("https://a@b.example/x", "a host"),
                      ("https://:9/x", "a host"),
                      ("https://b.example:0/x", "a port"),
                      ("ftp://b.example/x", "a URL")):
        p.say("w", url=url)
        status, _, err = p.send()
        ok(status == 2 and what in err, f"{url}: {what}", err)
    p.say()
    os.chmod(p.key, 0o644)
    status, _, err = p.send()
    ok(status == 2 and "chmod 600" in err, "a key that others can read", err)
    for words in (("alerts", "--json"), ("alerts", "--csv"),
                  ("alerts", "--sign", p.key), ("digest", "--json"),
                  ("digest", "--mail", "a@b.example")):
        same(p.send(*words)[0], 2, f"--send with {words} is refused")
    same((p.hook.seen, p.relay.mails), (0, []), "nothing went out")
    p.close()


main(test_both, test_one_way_is_away, test_the_relay, test_the_webhook,
     test_killed, test_digest, test_tls, test_mistakes)
