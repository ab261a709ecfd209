#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the built-in messages of `assay demo` and the zone that proves them.

Run by hand when a story changes; what it writes is kept in the repository.
Keys are made anew and thrown away: only what they signed, and their public
halves in demo.zone, stay.  Needs the openssl program.
"""
import base64
import hashlib
import os
import re
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SIGNED_AT = 1767348000          # 2026-01-02 10:00 UTC
KEYS = tempfile.mkdtemp()
TXT = []                        # (owner, text) of the keys


def openssl(*args, data=None):
    return subprocess.run(["openssl", *args], input=data, check=True,
                          capture_output=True).stdout


class Key:
    def __init__(self, domain, selector, kind="rsa"):
        self.domain, self.selector, self.kind = domain, selector, kind
        self.path = os.path.join(KEYS, domain + selector)
        options = ["-pkeyopt", "rsa_keygen_bits:2048"] if kind == "rsa" else []
        openssl("genpkey", "-algorithm", kind, "-out", self.path, *options)
        der = openssl("pkey", "-in", self.path, "-pubout", "-outform", "DER")
        public = der if kind == "rsa" else der[-32:]
        TXT.append((f"{selector}._domainkey.{domain}.", "v=DKIM1; k=%s; p=%s"
                    % (kind, base64.b64encode(public).decode())))

    @property
    def algorithm(self):
        return self.kind + "-sha256"

    def sign(self, data):
        if self.kind == "rsa":
            return openssl("dgst", "-sha256", "-sign", self.path, data=data)
        digest = os.path.join(KEYS, "digest")
        with open(digest, "wb") as f:
            f.write(hashlib.sha256(data).digest())
        return openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.path,
                       "-in", digest)


def relaxed_field(name, value):
    value = re.sub(r"[ \t]+", " ", value.replace("\r\n", "")).strip()
    return f"{name.lower()}:{value}"


def relaxed_body(body):
    lines = [re.sub(r"[ \t]+", " ", l).rstrip() for l in body.split("\r\n")]
    while lines and lines[-1] == "":
        lines.pop()
    return "".join(l + "\r\n" for l in lines)


def folded(tags, b):
    lines = [b[i:i + 64] for i in range(0, len(b), 64)]
    return tags + "\r\n\t".join(lines)


def signature(field, extra, fields, body, key, names):
    """A DKIM-Signature or ARC-Message-Signature over fields and body."""
    bh = base64.b64encode(hashlib.sha256(
        relaxed_body(body).encode()).digest()).decode()
    value = (f" {extra}a={key.algorithm}; c=relaxed/relaxed; d={key.domain};"
             f"\r\n\ts={key.selector}; t={SIGNED_AT}; h={':'.join(names)};"
             f"\r\n\tbh={bh};\r\n\tb=")
    data = ""
    for n in names:
        data += next(relaxed_field(*f) for f in reversed(fields)
                     if f[0].lower() == n) + "\r\n"
    data += relaxed_field(field, value)
    b = base64.b64encode(key.sign(data.encode())).decode()
    return (field, folded(value, b))


def arc(fields, body, key, results):
    """The first ARC set of a message: results, message signature, seal."""
    aar = ("ARC-Authentication-Results", " i=1; " + results)
    names = ["from", "to", "subject", "date", "message-id"]
    ams = signature("ARC-Message-Signature", "i=1; ", fields, body, key,
                    names)
    value = (f" i=1; a={key.algorithm}; cv=none; d={key.domain};"
             f"\r\n\ts={key.selector}; t={SIGNED_AT};\r\n\tb=")
    data = "".join(relaxed_field(*f) + "\r\n" for f in (aar, ams))
    data += relaxed_field("ARC-Seal", value)
    b = base64.b64encode(key.sign(data.encode())).decode()
    return [("ARC-Seal", folded(value, b)), ams, aar]


def write(name, fields, body):
    text = "".join(f"{n}:{v}\r\n" for n, v in fields) + "\r\n" + body
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(text.encode())


def plain(sender, to, subject, number, domain):
    return [("From", " " + sender), ("To", " " + to),
            ("Subject", " " + subject),
            ("Date", " Fri, 2 Jan 2026 10:00:00 +0000"),
            ("Message-ID", f" <20260102.{number}@{domain}>"),
            ("MIME-Version", " 1.0"),
            ("Content-Type", " text/plain; charset=us-ascii")]


NAMES = ["from", "to", "subject", "date", "message-id", "mime-version",
         "content-type"]


def dkim(fields, body, *keys):
    return [signature("DKIM-Signature", "v=1; ", fields, body, k, NAMES)
            for k in keys]


def received(helo, seen, ip, by):
    return ("Received", f" from {helo} ({seen} [{ip}])\r\n\tby {by} with "
            f"ESMTPS id 1A2B3C;\r\n\tFri, 2 Jan 2026 10:00:02 +0000")


def main():
    bank_rsa, bank_ed = Key("bank.example", "s2026"), \
        Key("bank.example", "e2026", "ed25519")
    university = Key("university.example", "arc")
    club, evil = Key("club.example", "list"), Key("evil.example", "x")
    hiker = Key("hiker.example", "k1")

    body = ("Dear customer,\r\n\r\nyour statement for December is ready. "
            "Please log in as usual;\r\nwe never send links.\r\n\r\n"
            "Your bank\r\n")
    mail = plain("\"Your Bank\" <statements@bank.example>",
                 "Ada Reader <ada@reader.example>",
                 "Your statement for December", 1, "bank.example")
    write("genuine.eml", dkim(mail, body, bank_rsa, bank_ed) + mail, body)

    mail = plain("\"Your Bank\" <statements@bank.example>",
                 "ada@university.example", "Your statement for December", 2,
                 "bank.example")
    signed = dkim(mail, body, bank_rsa) + mail
    hop = received("mail.bank.example", "mail.bank.example", "192.0.2.25",
                   "forward.university.example")
    seal = arc(signed, body, university, "forward.university.example;\r\n\t"
               "spf=pass smtp.mailfrom=bank.example;\r\n\tdkim=pass "
               "header.d=bank.example header.s=s2026;\r\n\tdmarc=pass "
               "header.from=bank.example")
    write("forwarded.eml", seal + [hop] + signed, body)

    text = "Hello all,\r\n\r\nwho walks up the hill on Sunday?\r\n\r\nAnna\r\n"
    mail = plain("Anna <anna@hiker.example>", "hikers@club.example",
                 "Sunday", 3, "hiker.example")
    author = dkim(mail, text, hiker)
    changed = [(n, " [hikers]" + v) if n == "Subject" else (n, v)
               for n, v in mail]
    changed.insert(3, ("List-Id", " The hikers of the club "
                       "<hikers.club.example>"))
    footer = text + ("-- \r\nhikers mailing list, "
                     "hikers-leave@club.example\r\n")
    listed = author + changed
    listed = dkim(listed, footer, club) + listed
    seal = arc(listed, footer, club, "lists.club.example;\r\n\tspf=pass "
               "smtp.mailfrom=hiker.example;\r\n\tdkim=pass "
               "header.d=hiker.example header.s=k1;\r\n\tdmarc=pass "
               "header.from=hiker.example")
    write("list.eml", seal + listed, footer)

    body = ("Dear customer,\r\n\r\nyour account is locked. To unlock it, "
            "confirm your password today:\r\n"
            "https://bank.example.evil.example/unlock\r\n\r\nYour bank\r\n")
    mail = plain("\"Your Bank\" <security@bank.example>",
                 "ada@reader.example", "Your account is locked", 4,
                 "bank.example")
    write("forged.eml", dkim(mail, body, evil) + mail, body)

    mail = plain("newsletter@evil.example", "ada@reader.example",
                 "Your account is locked", 5, "evil.example")
    shown = ("From", " \"Your Bank\" <security@bank.example>")
    write("hostile.eml", [shown] + dkim(mail, body, evil) + mail, body)
    write_zone()


ZONE = """\
; The world of `assay demo`: made by make.py, used by nothing else.
$TTL 3600
bank.example.        MX 10 mail.bank.example.
bank.example.        TXT "v=spf1 ip4:192.0.2.0/24 -all"
_dmarc.bank.example. TXT "v=DMARC1; p=reject; rua=mailto:dmarc@bank.example"
mail.bank.example.   A 192.0.2.25
mail.bank.example.   TXT "v=spf1 a -all"
25.2.0.192.in-addr.arpa. PTR mail.bank.example.

university.example.  TXT "v=spf1 ip4:198.51.100.0/28 -all"
forward.university.example. A 198.51.100.7
forward.university.example. TXT "v=spf1 a -all"
7.100.51.198.in-addr.arpa. PTR forward.university.example.

hiker.example.       TXT "v=spf1 ip4:192.0.2.128/28 ~all"
_dmarc.hiker.example. TXT "v=DMARC1; p=none; rua=mailto:anna@hiker.example"
club.example.        TXT "v=spf1 ip4:198.51.100.16/28 -all"
lists.club.example.  A 198.51.100.30
lists.club.example.  TXT "v=spf1 a -all"
30.100.51.198.in-addr.arpa. PTR lists.club.example.

evil.example.        TXT "v=spf1 ip4:203.0.113.66 -all"
mx.evil.example.     A 203.0.113.66
mx.evil.example.     TXT "v=spf1 a -all"
66.113.0.203.in-addr.arpa. PTR mx.evil.example.
"""


def write_zone():
    with open(os.path.join(HERE, "demo.zone"), "w") as f:
        f.write(ZONE + "\n")
        for owner, text in TXT:
            parts = [text[i:i + 200] for i in range(0, len(text), 200)]
            f.write(owner + " TXT ( " + "\n\t".join(
                f'"{p}"' for p in parts) + " )\n")


main()
