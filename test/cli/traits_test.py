#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""assay traits: what is told of how a message was made."""

from cli import main, mail, ok, put, results, run, same

STORED = b"""Return-Path: <ann@example.org>
Delivered-To: bo@us.example
Received: from relay.us.example (relay.us.example [10.0.0.1])
\tby store.us.example with LMTP; Mon, 1 Jan 2024 10:00:02 +0000
Received: from out.example.org (out.example.org [192.0.2.1])
\tby mx.us.example with ESMTPS; Mon, 1 Jan 2024 10:00:01 +0000
Received: from [10.1.2.3] (dsl.isp.example [198.51.100.7])
\tby out.example.org with ESMTPSA; Mon, 1 Jan 2024 10:00:00 +0000
From: Ann <ann@example.org>
To: Bo <bo@us.example>
Subject: =?utf-8?q?f=C3=BCr?= you
User-Agent: Mutt/2.2
Date: Mon, 1 Jan 2024 11:00:00 +0100

Hi Bo,

see https://www.example.co.uk/
"""


def test_page():
    status, out, err = run("traits", put("one.eml", STORED))
    same((status, err), (0, ""), "one message")
    for line in ("  sender                ann@example.org",
                 "  mailer                mutt",
                 "  time-zone             +0100",
                 "  greeting              hi",
                 "  links                 example.co.uk",
                 "  hops                  3"):
        ok(line in out.splitlines(), "the page has: " + line.strip(), out)
    ok("client-net" not in out, "nobody told who handed it over", out)
    ok("\x1b" not in out, "no colours for a pipe")


def test_session():
    one = put("one.eml", STORED)
    status, out, _ = run("traits", "--json", "--from-headers", "--trust",
                         "10.0.0.0/8", one)
    t = results(out)[0]["traits"]
    same(status, 0, "with the session of the header")
    same(t["client-net"], "192.0.0.0/16", "the client of our border")
    same(t["client-org"], "example.org", "... its organization")
    same(t["hops"], "1", "what our servers wrote is not counted")
    same(t["origin-net"], "198.51.0.0/16", "where it began")
    same(t["return-path"], "same", "where bounces go")
    status, out, _ = run("traits", "--json", "--ip", "203.0.113.9", "--helo",
                         "mx.evil.example", "--mail-from", "", one)
    r = results(out)[0]
    same(r["traits"]["client-org"], "evil.example", "as the flags say")
    same(r["class"], "auto", "a null sender is no person")
    same(r["traits"]["recipients"], ["bo@us.example"], "a set is a list")


def test_many():
    status, out, err = run("traits", "--json", mail("list"),
                           mail("hostile"), "/nonexistent", "-",
                           data=STORED)
    same(status, 3, "one of four cannot be read")
    ok("/nonexistent" in err, "... and is named", err)
    same(len(results(out)), 3, "three are shown")
    status, out, _ = run("traits", put("bad.eml", b"\xff\x00: \x1b[2J\n\n"))
    same(status, 0, "no mail at all")
    ok("\x1b" not in out, "... speaks to no terminal", out)


def test_claims():
    one = put("one.eml", STORED)
    two = put("two.eml", b"Authentication-Results: us; dkim=pass; "
              b"dmarc=pass\n" + STORED)
    a = results(run("traits", "--json", one)[1])[0]
    b = results(run("traits", "--json", two)[1])[0]
    same(a["traits"], b["traits"], "a claim changes nothing")


def test_usage():
    status, out, err = run("traits")
    same((status, out), (2, ""), "no message")
    ok("which message?" in err, "... is told", err)
    same(run("traits", "--zone", "x", mail("list"))[0], 2,
         "a flag that is for others")


main(test_page, test_session, test_many, test_claims, test_usage)
