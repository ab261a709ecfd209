#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The HTTP interface, assay status and assay token, by a real assayd whose
resolver says that no name exists."""
import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import threading
import time

from daemon import ASSAYD, SOURCE, Daemon, done, ok, until

ASSAY = os.path.join(os.path.dirname(ASSAYD), "..", "assay", "assay")
DEMO = os.path.join(SOURCE, "app", "assay", "demo")
SESSION = ("client=192.0.2.25&helo=mail.bank.example"
           "&mail_from=statements%40bank.example")


def name_server():
    """Answers NXDOMAIN to all; its port."""
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 0))

    def serve():
        while True:
            q, who = s.recvfrom(4096)
            i = 12
            while q[i]:
                i += q[i] + 1
            head = struct.pack(">HHHHH", 0x8183, 1, 0, 0, 0)
            s.sendto(q[:2] + head + q[12:i + 5], who)
    threading.Thread(target=serve, daemon=True).start()
    return s.getsockname()[1]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("assayd", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


def ask(where, method, target, body=None, token=None):
    """(status, headers, body)"""
    c = Unix(where) if isinstance(where, str) else \
        http.client.HTTPConnection("127.0.0.1", where, timeout=30)
    headers = {"Authorization": "Bearer " + token} if token else {}
    try:
        try:
            c.request(method, target, body, headers)
        except BrokenPipeError:
            pass                # told before all was sent
        r = c.getresponse()
        return r.status, dict(r.getheaders()), r.read()
    except OSError as e:
        return 0, {}, str(e).encode()
    finally:
        c.close()


def raw(where, text, wait=5.0):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(wait)
    s.connect(where)
    got = b""
    try:
        s.sendall(text)
        while True:
            piece = s.recv(65536)
            if not piece:
                break
            got += piece
    except OSError:
        pass
    s.close()
    return got


def assay(*args):
    p = subprocess.run([ASSAY, *args], capture_output=True, text=True,
                       timeout=60, stdin=subprocess.DEVNULL)
    return p.returncode, p.stdout, p.stderr


def mail(name):
    with open(os.path.join(DEMO, name + ".eml"), "rb") as f:
        return f.read()


def kind(body):
    return json.loads(body)["error"]["kind"]


def same_as_command(web, dns):
    for name in "genuine", "forwarded", "list", "forged", "hostile":
        for lf in False, True:
            text = mail(name).replace(b"\r\n", b"\n")
            if not lf:
                text = text.replace(b"\n", b"\r\n")
            path = os.path.join(os.path.dirname(web), name)
            with open(path, "wb") as f:
                f.write(text)
            status, _, got = ask(web, "POST", "/v1/check?" + SESSION, text)
            got = json.loads(got)
            command = json.loads(assay(
                "check", "--json", "--ip", "192.0.2.25", "--helo",
                "mail.bank.example", "--mail-from", "statements@bank.example",
                "--receiver", "mx.example.org", "--resolver",
                f"127.0.0.1:{dns}", "--time",
                str(got.get("session", {}).get("time", 0)), path)[1])
            command["name"] = None
            a = json.dumps(got, sort_keys=True)
            b = json.dumps(command, sort_keys=True)
            ok(status == 200 and a == b, f"{name}, {'LF' if lf else 'CRLF'}: "
               "what assay check --json says") or print(f"# {a}\n# {b}")


def errors(web, d):
    big = b"X: y\r\n" * 20000
    rows = [
        ("POST", "/v1/check?clinet=1", b"x", 400, "parameter"),
        ("POST", "/v1/check?helo=a%0d%0ab", b"x", 400, "parameter"),
        ("POST", "/v1/check", b"", 400, "empty"),
        ("GET", "/v1/check", None, 405, "method"),
        ("POST", "/metrics", b"x", 405, "method"),
        ("GET", "/nope", None, 404, "not-found"),
        ("GET", "/healthz?a=1", None, 400, "parameter"),
        ("POST", "/v1/check", big, 413, "too-large"),
    ]
    for method, target, body, want, word in rows:
        status, _, got = ask(web, method, target, body)
        ok(status == want and kind(got) == word,
           f"{method} {target}: {want} {word}") or print(f"# {status} {got}")
    status, _, got = ask(web, "POST", "/v1/check?clinet=1", b"x")
    ok("did you mean client?" in got.decode(), "and what was meant")
    # the same without a length, in chunks
    chunk = b"ffff\r\n" + b"a" * 0xffff + b"\r\n"
    got = raw(web, b"POST /v1/check HTTP/1.1\r\nHost: a\r\n"
              b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 2 +
              b"0\r\n\r\n")
    ok(b" 413 " in got.split(b"\r\n")[0], "too long in chunks")
    for text in (b"\0\1\2\3\r\n\r\n", b"GET\r\n\r\n",
                 b"POST /v1/check HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
                 b"POST /v1/check HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                 b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n",
                 b"POST /v1/check HTTP/1.1\r\nHost: a\r\n"
                 b"Transfer-Encoding: chunked\r\n\r\nzzzz\r\n"):
        raw(web, text, 2)
    ok(ask(web, "GET", "/healthz")[0] == 200, "garbage harms nobody")
    ok(not d.said("child-died"), "and nobody dies of it") or d.show()


def metrics(web):
    status, headers, got = ask(web, "GET", "/metrics")
    got = got.decode()
    ok(status == 200 and got.endswith("# EOF\n"), "/metrics")
    ok(headers["Content-Type"].startswith("application/openmetrics-text"),
       "its type")
    ok(re.search(r'^assay_http_requests_total\{path="/v1/check",'
                 r'status="2xx"\} [1-9]', got, re.M), "counts checks")
    ok(re.search(r"^assay_judging_seconds_count [1-9]", got, re.M),
       "and times of eval") or print(got)
    ok(re.search(r'^assay_results_total\{check="dmarc",result="none"\} [1-9]',
                 got, re.M), "and results")
    status, _, got = ask(web, "GET", "/v1/status")
    v = json.loads(got)
    ok(status == 200 and v["ready"] and len(v["processes"]) >= 7,
       "/v1/status")


def tokens(port, web, token):
    ok(ask(port, "GET", "/healthz")[0] == 200, "health needs no token")
    ok(ask(port, "GET", "/readyz")[0] == 200, "nor readiness")
    for path in "/metrics", "/v1/status":
        ok(ask(port, "GET", path)[0] == 401, f"{path} needs one")
        ok(ask(port, "GET", path, token=token)[0] == 200, "and takes it")
    ok(ask(web, "GET", "/metrics")[0] == 401, "on a unix socket as well")
    for bad in token[:-1], token + "x", "assay_", "x" * 2000:
        ok(ask(port, "POST", "/v1/check", b"From: a@b\r\n\r\n",
               token=bad)[0] == 401, "another token is none")
    status, headers, _ = ask(port, "POST", "/v1/check", b"From: a@b\r\n\r\n")
    ok(status == 401 and headers["WWW-Authenticate"].startswith("Bearer"),
       "without one: 401")
    ok(ask(port, "POST", "/v1/check", b"From: a@b\r\n\r\n",
           token=token)[0] == 200, "with it: a result")


def slow(web):
    """Connections that do nothing, and one that sends an octet a second."""
    idle = []
    for _ in range(300):
        s = socket.socket(socket.AF_UNIX)
        s.setblocking(False)
        try:
            s.connect(web)
        except OSError:
            break
        idle.append(s)
    begin = time.monotonic()
    for i in range(5):
        ok(until(lambda: ask(web, "GET", "/healthz")[0] == 200, 5),
           f"request {i} is served while {len(idle)} are silent")
    took = time.monotonic() - begin
    ok(took < 5, f"and at once: {took:.1f} s")
    for s in idle:
        s.close()
    ok(until(lambda: ask(web, "GET", "/healthz")[0] == 200),
       "serves again after 300 silent connections")
    s = socket.socket(socket.AF_UNIX)
    s.connect(web)
    s.sendall(b"POST /v1/check HTTP/1.1\r\nHost: a\r\nContent-Length: "
              b"1000\r\n\r\n")
    for _ in range(3):
        s.sendall(b"x")
        time.sleep(0.1)
        ok(ask(web, "GET", "/healthz")[0] == 200,
           "serves others while one trickles")
    s.close()


def deaths(d, web):
    before = d.children()
    os.kill(before["web.0"], signal.SIGKILL)
    ok(until(lambda: ask(web, "GET", "/readyz")[0] == 200),
       "web comes back, and knows that others are there")
    os.kill(d.children()["eval.0"], signal.SIGKILL)
    os.kill(d.children()["eval.1"], signal.SIGKILL)
    ok(until(lambda: ask(web, "POST", "/v1/check?" + SESSION,
                         mail("genuine"))[0] == 200),
       "a check waits for an eval that is started again")
    os.kill(d.children()["resolve.0"], signal.SIGKILL)
    ok(until(lambda: ask(web, "GET", "/readyz")[0] == 200), "ready again")
    counts = []
    for _ in range(2):
        counts.append(json.loads(ask(web, "GET", "/v1/status")[2]))
        d.signal(signal.SIGHUP)
        until(lambda: len(d.said("event=drained")) == len(counts))
        until(lambda: ask(web, "GET", "/readyz")[0] == 200)
    ok(counts[1]["counters"]["results"]["dmarc"]["none"] >=
       counts[0]["counters"]["results"]["dmarc"]["none"] > 0,
       "counters go on over a reload")


def status_command(d):
    sock = os.path.join(d.dir, "status.sock")
    code, out, err = assay("status", "--socket", sock)
    ok(code == 0 and "ready" in out and "eval.0" in out, "assay status") or \
        print("# " + out + err)
    ok(max(map(len, out.splitlines())) <= 80, "in 80 columns")
    code, out, _ = assay("status", "--conf", d.conf, "--json")
    ok(code == 0 and json.loads(out)["format"] == "assay-status 0.1",
       "assay status --json, socket from the configuration")
    code, out, _ = assay("status", "--diff", "--socket", sock)
    ok(code == 0 and "old.example.org" in out, "assay status --diff")
    code, out, err = assay("status", "--socket", "/nonexistent")
    ok(code == 3 and out == "" and "does assayd run?" in err, "nobody there")
    ok(ask(sock, "POST", "/v1/check", b"x")[0] == 403,
       "the status socket judges nothing")
    p = subprocess.Popen([ASSAY, "status", "--watch", "--socket", sock],
                         stdout=subprocess.PIPE, text=True)
    time.sleep(1.6)
    p.send_signal(signal.SIGINT)
    out = p.communicate(timeout=20)[0]
    ok(p.returncode == 0 and out.count("Latency") >= 2, "--watch")


def secrets(d, token, log):
    """No token, and no hash of one, in any log."""
    _, out, _ = assay("token", "new", "second")
    ok(out.count("assay_") == 1, "a token is shown once")
    digest = open(os.path.join(d.dir, "tokens")).read().split(":")[1].strip()
    ok(token not in log and token[6:30] not in log, "no token in the log")
    ok(digest not in log, "nor its hash")
    ok("http-refused" in log, "though refusals are")


def main():
    dns = name_server()
    port = free_port()

    class Here(Daemon):
        more = ""

        def text(self, extra, options, _resolver):
            with open(os.path.join(self.dir, "tokens"), "w") as f:
                f.write(self.line + "\n")
            os.chmod(os.path.join(self.dir, "tokens"), 0o640)
            os.chmod(self.dir, 0o755)
            text = super().text(extra, options, f"127.0.0.1:{dns}")
            return (text + f"listen http unix:{self.dir}/http.sock\n"
                    "compare-with old.example.org\n"
                    "max-message-size 64K\n" +
                    self.more.format(dir=self.dir))

    code, out, _ = assay("token", "new", "--json", "exim")
    made = json.loads(out)
    ok(code == 0 and made["token"].startswith("assay_"), "assay token new")
    Here.line = made["line"]
    d = Here()
    web = os.path.join(d.dir, "http.sock")
    ok(d.ready(), "is ready") or d.show()
    ok(until(lambda: ask(web, "GET", "/readyz")[0] == 200), "/readyz")
    same_as_command(web, dns)
    errors(web, d)
    metrics(web)
    slow(web)
    deaths(d, web)
    status_command(d)
    ok(d.stop() == 0, "ends")
    ok(not d.said("signal=31"), "no wall was touched") or d.show()

    Here.more = f"listen http inet:127.0.0.1:{port}\n" \
        "token-file {dir}/tokens\n"
    d = Here()
    ok(d.ready(), "is ready with tokens") or d.show()
    until(lambda: ask(port, "GET", "/readyz")[0] == 200)
    tokens(port, os.path.join(d.dir, "http.sock"), made["token"])
    d.process.send_signal(signal.SIGTERM)
    until(lambda: d.process.poll() is not None)
    time.sleep(0.2)
    secrets(d, made["token"], "\n".join(d.log))
    d.stop()
    done()


main()
