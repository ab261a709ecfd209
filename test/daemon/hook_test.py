#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What assayd tells a webhook of an account of ours: once an episode, signed,
again with pauses when it is not taken, by TLS to who can prove who he is, and
never with a secret in the log."""
import hashlib
import hmac
import http.server
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading
import time

from daemon import done, ok, until
from milter import Milter
from moved import Moved

ROOM = tempfile.mkdtemp(prefix="hook.")
KEY = "0123456789abcdef0123456789abcdef"
NAME = "hook.here.example"


class Hook:
    """An HTTP server; .say is what it answers next, None: nothing."""

    def __init__(self, tls=None):
        self.got, self.say = [], [200]
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.got.append((self.path, dict(self.headers), body))
                code = hook.say.pop(0) if len(hook.say) > 1 else hook.say[0]
                if code is None:
                    time.sleep(120)
                    return
                self.send_response(code)
                if code == 302:
                    self.send_header("Location", f"/elsewhere")
                self.send_header("Content-Length", "3")
                self.end_headers()
                self.wfile.write(b"ok\n")

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.daemon_threads = True
        if tls:
            c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            c.load_cert_chain(*tls)
            self.server.socket = c.wrap_socket(self.server.socket,
                                               server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def start(url, more=""):
    d = Moved(ROOM, f"own-accounts yes\nown-domain here.example\n"
              f"own-observe 0s\nown-people-hour 5\nalerts-webhook {url}\n"
              f"alerts-key {ROOM}/key\nalerts-timeout 5s\n" + more,
              f"zone:{ROOM}/zone")
    if not ok(d.ready(), "is ready"):
        d.show()
    d.n = 0
    return d


def over(d, who):
    """That account reaches more people than it may."""
    m = Milter(d.sock)
    for i in range(4):
        d.n += 1
        m.message(f"From: {who}@here.example\r\n\r\nx\r\n".encode(),
                  client="203.0.113.5", helo="pc",
                  sender=f"{who}@here.example",
                  rcpts=[f"{who}{i}.{k}@there.example" for k in range(4)],
                  queue=f"4hook{d.n}",
                  macros={"{auth_authen}": f"{who}@here.example"})
    m.close()
    ok(until(lambda: d.said(f"event=own-account-alert .*account={who}@")),
       f"{who} is over his rate")


def move(d, seconds):
    time.sleep(0.3)
    d.move(d.now + seconds)


def signed(got):
    path, head, body = got
    t, v = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})",
                        head["Assay-Signature"]).groups()
    return hmac.compare_digest(v, hmac.new(
        KEY.encode(), t.encode() + b"." + body,
        hashlib.sha256).hexdigest()), int(t)


def once(d, h):
    over(d, "ann")
    ok(until(lambda: h.got), "it is told") or d.show()
    time.sleep(1)
    over(d, "ann")
    move(d, 7200)
    time.sleep(1)
    ok(len(h.got) == 1, "once an episode") or print("#", len(h.got))
    path, head, body = h.got[0]
    good, t = signed(h.got[0])
    ok(good and path == "/a-secret-path" and head["Content-Type"] ==
       "application/json", "signed, where it was wanted") or print("#", head)
    j = json.loads(body)
    ok(body.endswith(b"}\n") and j["type"] == "assay.own-account" and
       j["id"] == head["Idempotency-Key"] and j["episode"] == 1 and
       j["account"] == "ann@here.example" and abs(j["at"] - t) < 60 and
       "that it may reach now" in j["words"], "and says what it is") or \
        print("#", body)
    ok(d.said("own-notice-sent episode=1 by=webhook to=127.0.0.1"),
       "the log says so")


def again(d, h):
    """Not now, three times; then it is taken."""
    h.got.clear()
    h.say = [503, 429, 500, 200]
    over(d, "joe")
    waits = [60, 120, 240]
    for i, wait in enumerate(waits):
        ok(until(lambda: len(h.got) == i + 1) and until(
            lambda: len(d.said("own-notice-delayed episode=2")) == i + 1),
           f"try {i + 1}") or print("#", len(h.got))
        move(d, wait - 20)
        time.sleep(0.6)
        ok(len(h.got) == i + 1, f"not before {wait} s are over")
        move(d, 30)
    ok(until(lambda: d.said("own-notice-sent episode=2")), "until it is taken")
    move(d, 7200)
    time.sleep(0.5)
    ok(len(h.got) == 4 and len({g[1]["Idempotency-Key"] for g in h.got}) == 1
       and len({g[1]["Assay-Signature"] for g in h.got}) == 4 and
       all(signed(g)[0] for g in h.got), "of one name, signed each time")


def refused(d, h):
    for who, code in (("kim", 404), ("lee", 302)):
        h.got.clear()
        h.say = [code]
        over(d, who)
        ok(until(lambda: d.said(f"own-notice-failed .*it answers {code}")),
           f"{code} is no, and no redirect is followed")
        move(d, 7200)
        time.sleep(0.5)
        ok(len(h.got) == 1, "that is not tried again") or print("#", h.got)


def killed(d, h):
    """The courier, while it waits for an answer."""
    h.got.clear()
    h.say = [None, 200]
    over(d, "max")
    ok(until(lambda: len(h.got) == 1), "it was asked")
    pid = d.children()["courier.0"]
    os.kill(pid, signal.SIGKILL)
    ok(until(lambda: d.children().get("courier.0") not in (None, pid)),
       "courier is killed and comes again")
    time.sleep(0.5)
    move(d, 70)
    ok(until(lambda: len(h.got) == 2) and h.got[0][1]["Idempotency-Key"] ==
       h.got[1][1]["Idempotency-Key"], "and tells it, by the same name")
    ok(until(lambda: d.said("own-notice-sent episode=5")), "with success")


def plain():
    h = Hook()
    d = start(f"http://127.0.0.1:{h.port}/a-secret-path")
    once(d, h)
    again(d, h)
    refused(d, h)
    killed(d, h)
    with open(f"{d.dir}/state/accounts", "rb") as f:
        kept = f.read()
    ok(not re.search(rb"ann@|joe@|kim@|lee@|max@", kept),
       "no name is kept")
    everything = "\n".join(d.log)
    ok(KEY not in everything and "secret-path" not in everything,
       "no secret is in the log")
    ok(not d.said("wall-failed|fault|child-died.*courier.*signal 31"),
       "the walls hold")
    ok(d.stop() == 0, "ends well")
    h.close()


def certificate(name, of):
    key, pem = f"{ROOM}/{name}.key", f"{ROOM}/{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", f"/CN={of}", "-addext",
                    f"subjectAltName=DNS:{of}", "-keyout", key, "-out", pem],
                   check=True, capture_output=True)
    return pem, key


def tls():
    good, other = certificate("good", NAME), certificate("other", NAME)
    h = Hook(good)
    url = f"https://{NAME}:{h.port}/tls"
    d = start(url, f"alerts-ca {good[0]}\n")
    over(d, "ann")
    ok(until(lambda: h.got) and signed(h.got[0])[0],
       "by TLS, to a name that the DNS knows") or d.show()
    ok(until(lambda: d.said(f"own-notice-sent .*to={NAME}")), "taken")
    d.stop()
    h.got.clear()
    d = start(url, f"alerts-ca {other[0]}\n")
    over(d, "ann")
    ok(until(lambda: d.said("own-notice-delayed .*why=.*certificate")),
       "who cannot prove who he is hears nothing") or d.show()
    ok(not h.got, "not a word")
    d.stop()
    d = start(f"https://nobody.here.example:{h.port}/tls",
              f"alerts-ca {good[0]}\n")
    over(d, "ann")
    ok(until(lambda: d.said("own-notice-delayed .*its name has no address")),
       "a name that is not there is told") or d.show()
    d.stop()
    h.close()


def no_key():
    h = Hook()
    os.chmod(f"{ROOM}/key", 0o644)
    d = start(f"http://127.0.0.1:{h.port}/")
    ok(until(lambda: d.said("event=webhook-off .*chmod 600")),
       "a key that others can read is not used")
    over(d, "ann")
    ok(until(lambda: d.said("own-notice-delayed")) and not h.got,
       "nothing goes out unsigned")
    d.stop()
    os.chmod(f"{ROOM}/key", 0o600)
    h.close()


with open(f"{ROOM}/zone", "w") as f:
    f.write(f"$ORIGIN here.example.\n@ TXT \"v=spf1 -all\"\n"
            f"hook A 127.0.0.1\n")
with open(f"{ROOM}/key", "w") as f:
    f.write(KEY + "\n")
os.chmod(f"{ROOM}/key", 0o600)
try:
    plain()
    tls()
    no_key()
finally:
    shutil.rmtree(ROOM, ignore_errors=True)
done()
