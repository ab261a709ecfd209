#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""assay age: lists, the memory of domains, and registries on loopback."""
import gzip
import http.server
import json
import os
import ssl
import subprocess
import threading

import cli
from cli import ok, put, run, same

NOW = 1772366400                        # 2026-03-01T12:00:00Z
STATE = os.path.join(cli.scratch, "state")


def age(*words, time=NOW, state=STATE):
    return run("age", "--state", state, "--time", str(time), *words)


def shown(*domains, **more):
    status, text, err = age("--json", *domains, **more)
    same(status, 0, f"age of {' '.join(domains)} {err}")
    return [json.loads(line) for line in text.splitlines()]


def test_lists():
    got = shown("shop.example")[0]
    same(got["registered"], None, "nothing is known")
    same(got["because"], ["age-not-known", "memory-too-short"], "and that is said")
    ok(not os.path.exists(STATE), "asking makes nothing")

    nrd = put("nrd.csv.gz", "")
    with gzip.open(nrd, "wt") as f:
        f.write("domain,created\nshop.example,2026-02-20\nwww.site.co.uk,2026-02-27\n")
    status, text, err = age("--import", nrd)
    same((status, text), (0, "3 lines read, 1 of them no name; 2 names are on the "
                             "list now\n"), f"a list {err}")
    got = shown("shop.example", "mail.shop.example", "other.example")
    same([g["registered"] for g in got], ["2026-02-20", "2026-02-20", None],
         "the day of a name, and of what is below it")
    same([g["listed_as_new"] for g in got], ["2026-02-20", "2026-02-20", None],
         "on the list")
    same((got[0]["suspicion"], got[0]["defer"]), (20, False), "age alone")
    same(shown("shop.example", time=NOW + 50 * 86400)[0]["suspicion"], 0,
         "50 days later it is nothing any more")

    with open(nrd, "r+b") as f:
        f.truncate(40)
    status, _, err = age("--import", nrd)
    same(status, 3, "a gzip file that was cut is refused")
    ok("cannot be read to its end" in err, "and why", err)
    same(shown("shop.example")[0]["registered"], "2026-02-20",
         "what was there is there")

    before = put("before.zone", "a.example. 1 in ns x.\nb.example. 1 in ns x.\n")
    after = put("after.zone", "a.example. 1 in ns x.\nb.example. 1 in ns x.\n"
                              "c.example. 1 in ns x.\n")
    status, _, err = age("--import", after, "--after", before)
    same(status, 0, f"two zone files {err}")
    got = shown("a.example", "c.example", "shop.example")
    same([g["listed_as_new"] for g in got], [None, "2026-03-01", "2026-02-20"],
         "what is only in the second is new")

    status, _, err = age("--import", put("top.csv", "1,shop.example\n"), "--as",
                         "known")
    same(status, 0, f"well-known names {err}")
    got = shown("shop.example")[0]
    same((got["well_known"], got["suspicion"]), (True, 0), "excuse their age")
    age("--import", put("top.csv", "1,other.example\n"), "--as", "known")
    same(shown("shop.example")[0]["well_known"], False, "and are replaced")


def test_memory():
    senders = put("senders", "Alice@mail.known.example 2026-01-01\n"
                             "<alice@mail.known.example>,2026-02-01\n"
                             "bob@known.example\n# a comment\nnobody\n")
    status, text, err = age("--note", senders)
    same((status, text), (0, "5 lines read, 3 names noted\n"), f"senders {err}")
    got = shown("known.example")[0]
    same((got["first_seen"], got["memory_since"]), ("2026-01-01", "2026-03-01"),
         "since when")
    # two, whose registers may be one: the salt is another one each time
    ok(1 <= got["senders"] <= 2, "how many", got)
    LATER = NOW + 40 * 86400
    age("--import", put("young.csv", "young.example,2026-04-08\n"), time=LATER)
    got = shown("young.example", time=LATER)[0]
    same((got["suspicion"], got["defer"]), (45, True),
         "young and new here is worth a deferral")
    status, text, _ = age("young.example", time=LATER)
    ok("registered  2026-04-08 (2 days ago), says a list" in text and
       "seen here   never" in text and "45 of 100" in text, "on a page", text)


def test_usage():
    for words, why in (((), "which DOMAIN?"),
                       (("a.example", "--import", "x"), "there are no domains"),
                       (("--import", "x", "--note", "y"), "one at a time"),
                       (("--as", "new", "a.example"), "are for --import"),
                       (("--import", "x", "--as", "old"), "is new or known"),
                       (("localhost",), "is no domain name"),
                       (("--rdap", "a.example"), "which registries?")):
        status, _, err = age(*words)
        same(status, 2, " ".join(words))
        ok(why in err, why, err)
    same(age("--import", "/nonexistent")[0], 3, "no such list")
    same(age("--note", "/nonexistent")[0], 3, "no such file")


asked = []
ANSWERS = {
    "old.test": (200, {"objectClassName": "domain", "ldhName": "OLD.TEST",
                       "events": [{"eventAction": "registration",
                                   "eventDate": "1999-05-05T00:00:00Z"}]}),
    "silent.test": (200, {"objectClassName": "domain",
                          "ldhName": "silent.test"}),
    "liar.test": (200, {"objectClassName": "domain", "ldhName": "old.test",
                        "events": [{"eventAction": "registration",
                                    "eventDate": "1999-05-05T00:00:00Z"}]}),
    "broken.test": (200, "{"),
    "large.test": (200, " " * 400000),
    "busy.test": (429, {}),
    "moved.test": (302, {}),
}


class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.removeprefix("/rdap/domain/")
        asked.append((name, self.headers.get("Accept")))
        code, answer = ANSWERS.get(name, (404, {"errorCode": 404}))
        body = answer if isinstance(answer, str) else json.dumps(answer)
        self.send_response(code)
        self.send_header("Content-Type", "application/rdap+json")
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body.encode())
        except OSError:
            pass

    def log_message(self, *_):
        pass


def serve(context=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, server.server_address[1]


def test_registries():
    cert, key = (os.path.join(cli.scratch, n) for n in ("cert.pem", "key.pem"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
                    "-keyout", key, "-out", cert, "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,"
                    "IP:127.0.0.1"], check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    plain, plain_port = serve()
    secure, secure_port = serve(context)
    BOOT = put("dns.json", json.dumps({"version": "1.0", "services": [
        [["test"], [f"http://127.0.0.1:{plain_port}/rdap/"]],
        [["tls"], [f"https://localhost:{secure_port}/rdap"]],
        [["far"], ["http://192.0.2.1/"]],
        [["user"], ["https://a@127.0.0.1/"]],
        [["gone"], ["http://127.0.0.1:1/"]]]}))
    ANSWERS["shop.tls"] = (200, {"objectClassName": "domain",
                                 "ldhName": "shop.tls", "events": [
                                     {"eventAction": "registration",
                                      "eventDate": "2026-02-27T00:00:00Z"}]})


    def rdap(*words, **more):
        status, text, err = age("--json", "--rdap", "--bootstrap", BOOT, *words,
                                **more)
        return status, [json.loads(line) for line in text.splitlines()], err


    status, got, err = rdap("www.old.test")
    same((status, got[0]["registered"], got[0]["registered_by"]),
         (0, "1999-05-05", "registry"), f"a registry says when {err}")
    same(asked, [("old.test", "application/rdap+json")], "asked once")
    rdap("old.test", time=NOW + 9 * 86400)
    same(len(asked), 1, "a day that is known is not asked for again, ever")

    status, got, err = rdap("silent.test")
    same((status, got[0]["registered"]), (0, None), "one that does not say")
    rdap("silent.test")
    same(len(asked), 2, "is not asked again today")
    rdap("silent.test", time=NOW + 86400)
    same(len(asked), 3, "but tomorrow")

    status, got, err = rdap("liar.test")
    same((got[0]["registered"], "something else" in err), (None, True),
         "an answer about another name")
    for name in ("broken.test", "none.test"):
        status, got, err = rdap(name)
        same((status, got[0]["registered"]), (0, None), name)
    for name in ("large.test", "moved.test", "shop.gone"):
        status, got, err = rdap(name)
        same((status, got[0]["registered"]), (4, None), name)
        ok("was not heard" in err, "is told", err)

    asked.clear()
    status, got, err = rdap("busy.test", "next.test")
    same((status, len(asked)), (4, 1), "a registry that wants no more is let be")

    status, got, err = rdap("shop.tls")
    same((status, got[0]["registered"]), (4, None), "nobody vouches for it")
    status, got, err = rdap("shop.tls", "--ca-file", cert, time=NOW + 86400)
    same((status, got[0]["registered"]), (0, "2026-02-27"), f"over TLS {err}")

    for name, why in (("shop.far", "no HTTPS"), ("shop.user", "no URL"),
                      ("shop.nowhere", "no registry answers")):
        _, got, err = rdap(name)
        ok(why in err and got[0]["registered"] is None, name, err)

    asked.clear()
    conf = put("rdap.conf", f"rdap-bootstrap {BOOT}\n")
    status, text, err = age("--conf", conf, "one.test")
    same((status, asked), (0, []), "the statement alone asks nobody")
    status, text, err = age("--conf", conf, "--rdap", "one.test")
    same((status, len(asked)), (0, 1), f"with the flag it does {err}")

    many = [f"n{i}.test" for i in range(7)]
    asked.clear()
    rdap(*many)
    same(len(asked), 7, "many, one after the other")

    plain.shutdown()
    secure.shutdown()


cli.main(test_lists, test_memory, test_usage, test_registries)
