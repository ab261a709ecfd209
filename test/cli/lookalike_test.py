#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""assay lookalike: what reads like a known name, and which such are there."""
import csv
import io
import json
import os
import re

from cli import main, ok, put, results, run, same, scratch

CONF = 'own-domain example.org\nown-domain "b\u00fccher.example"\n'
ZONE = """paypa1.com. A 192.0.2.1
paypa1.com. MX 1 mx.paypa1.com.
login-paypal.com. TXT "there, without an address"
paypal.tk. A 192.0.2.9
assay-asks-whether-everything-is-here.tk. A 192.0.2.9
"""


def look(*args, **more):
    return run("lookalike", *args, **more)


def test_pair():
    status, out, err = look("paypa1.com", "--against", "paypal.com")
    same((status, err), (1, ""), "a look-alike")
    ok(out.startswith("paypa1.com reads like paypal.com: digit one for "
                      "letter l\n"), "it is told in words", out)
    status, out, _ = look("example.net", "--against", "paypal.com")
    same((status, out), (0, "example.net reads like none of the known names\n"),
         "none")
    status, out, _ = look("www.paypal.com", "--against", "mail.paypal.com")
    same((status, out), (0, "www.paypal.com is known\n"),
         "what is below a known name is known")
    status, out, _ = look("--against", "paypal.com", "--json",
                          "\u0440aypal.com", "x@paypal.com.evil.test",
                          "https://u@secure-paypal.com:8080/x?y")
    got = results(out)
    same([g["kind"] for g in got], ["homograph", "in-front", "words-around"],
         "U-labels, addresses and links")
    ok(got[0]["confusable"] and got[0]["name"].startswith("xn--"),
       "by UTS #39, as an A-label", got[0])


def test_known():
    conf, names = put("a.conf", CONF), put("names", "# ours\npaypal.com # x\n"
                                           "\nbad..name\ngithub.io\n")
    status, out, err = look("--conf", conf, "examp1e.org", "xn--bcher-4na.example",
                            "bucher.example", "--json")
    same(status, 1, "own-domain of the configuration")
    same([r["of"] for r in results(out)][::2],
         ["example.org", "xn--bcher-kva.example"], "are what is known")
    status, out, err = look("--conf", conf, "--protected", names, "--json",
                            "paypa1.com", "examp1e.org", "glthub.io")
    same([r["of"] for r in results(out)], ["paypal.com", "example.org",
                                           "github.io"], "and a file")
    same(err, f"{names}:4: no name that can be protected\n",
         "a mistake in it is told")
    many = put("many", "".join(f"-{i}\n" for i in range(100)) + "a.example\n")
    ok(look("--protected", many, "x.test")[2].endswith("and 95 more such "
       "lines\n"), "many of them are counted")
    status, _, err = look("example.org")
    ok(status == 2 and "like which names" in err, "nothing is known", err)
    same(look("--protected", "/none", "x.test")[0], 3, "a file that is missing")
    same(look("--against", "..", "x.test")[0], 2, "no name")


def test_many():
    names = put("names", "paypal.com\n")
    data = b"paypa1.com\tx\n# no\n\nexample.net\n=cmd.com\n"
    status, out, err = look("--protected", names, "--csv", "-", data=data)
    rows = list(csv.DictReader(io.StringIO(out)))
    same([(r["name"], r["lookalike"], r["of"]) for r in rows],
         [("paypa1.com", "yes", "paypal.com"), ("example.net", "no", "")],
         "CSV of what comes in")
    same(status, 3, "a line that is no name")
    ok("no domain name: =cmd.com" in err, "is told", err)
    path = put("in", data.replace(b"=", b""))
    status, out, err = look("--protected", names, "--names", path, "--json")
    same([r["lookalike"] for r in results(out)], [True, False, False],
         "--names")
    same((status, err), (1, ""), "and its status")
    same(look("--protected", names, "--names", "/none")[0], 3, "no such file")
    long = ".".join(["a" * 63] * 4) + ".com"
    same(look("--against", "paypal.com", long)[0], 2, "a name too long")
    same(look("--against", "paypal.com", "xn--99999999.com",
              "xn--1-0hcb7a.com")[0], 0, "odd Punycode")


def test_watch():
    zone, seen = put("w.zone", ZONE), os.path.join(scratch, "seen")
    args = ["--watch", "--against", "paypal.com", "--zone", zone]
    status, out, err = look(*args, "--seen", seen, "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    same([(r["name"], r["mail"], r["address"]) for r in rows],
         [("login-paypal.com", "no", "no"), ("paypa1.com", "yes", "yes")],
         "what is there")
    ok(status == 1 and "under 1 suffixes every name is there" in err,
       "but for suffixes where everything is", err)
    same(open(seen).read().splitlines()[1:], ["login-paypal.com", "paypa1.com"],
         "it is remembered")
    status, out, _ = look(*args, "--seen", seen)
    ok(status == 0 and out.startswith("nothing new\n"), "nothing new", out)
    zone = put("w.zone", ZONE.replace("login-paypal.com", "pay-pal.com"))
    status, out, _ = look(*args, "--seen", seen)
    ok(status == 1 and "\npay-pal.com" in out and "\npaypa1.com" not in out
       and "1 gone" in out, "only what is new", out)
    same(open(seen).read().splitlines()[1:], ["pay-pal.com", "paypa1.com"],
         "what is gone is forgotten")
    slow = put("slow.zone", json.dumps([
        {"name": "paypa1.com", "type": "A", "rcode": "TIMEOUT"}]))
    args[-1] = slow
    status, out, err = look(*args, "--seen", seen)
    ok(status == 4 and "did not answer for 1" in err, "no answer", err)
    same(open(seen).read().splitlines()[1:], ["paypa1.com"],
         "is not gone")
    same([f for f in os.listdir(scratch) if re.match(r"seen\.", f)], [],
         "nothing is left beside it")
    same(look(*args, "--seen", "/none/seen")[0], 3, "it cannot be written")
    same(look("--watch", "x.test", "--against", "paypal.com")[0], 2,
         "--watch takes no names")


def test_partners():
    """What assayd has learned is in its own test (teach_test.py)."""
    conf = put("partners.conf", f"state-directory {scratch}/none\n")
    status, out, err = look("--partners", "--conf", conf)
    ok((status, out) == (3, "") and "none: partners:" in err,
       "nothing is kept there", err)
    same(look("--partners", "x.test", "--conf", conf)[0], 2,
         "--partners takes no names")


def test_configured():
    """What assayd guards is known here as well."""
    conf = put("guard.conf", "own-domain example.org\n"
               "protect-domain northbank.example\n")
    status, out, _ = look("n0rthbank.example", "--conf", conf)
    ok(status == 1 and "reads like northbank.example" in out,
       "a protect-domain is known", out)


main(test_pair, test_known, test_many, test_watch, test_partners,
     test_configured)
