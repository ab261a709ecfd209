# SPDX-License-Identifier: Apache-2.0
"""Mail programs and mail servers by their habits: how each writes a message,
for a test that tells people by them.  All comes from the dice."""
import base64
import re
import textwrap
import time

HEX, DIGITS = "0123456789abcdef", "0123456789"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SETS = {"x": HEX, "X": HEX.upper(), "9": DIGITS, "a": LETTERS,
        "A": LETTERS.upper(), "m": LETTERS + LETTERS.upper() + DIGITS}


def fill(dice, template, **words):
    """"{x8}" becomes eight hexadecimal digits, "{domain}" a word."""
    text = re.sub(r"\{([xX9aAm])(\d+)\}", lambda m: "".join(
        dice.choice(SETS[m[1]]) for _ in range(int(m[2]))), template)
    return text.format(**words) if "{" in text else text


class Program:
    """order: of the fields it writes; more: what it adds, {n} is a version;
    kind: plain, flowed, both (text and HTML), html."""

    def __init__(self, name, order, msgid, kind, more=(), boundary="{x16}",
                 charset="utf-8", coding="7bit", date="%a, %d %b %Y",
                 quoted=True, attribution="On {date}, {name} wrote:"):
        self.name, self.order, self.msgid = name, order.split(), msgid
        self.kind, self.more, self.boundary = kind, dict(more), boundary
        self.charset, self.coding, self.date = charset, coding, date
        self.quoted, self.attribution = quoted, attribution


PROGRAMS = {p.name: p for p in (
    Program("bird", "Message-ID Date MIME-Version User-Agent Subject "
            "Content-Language To References In-Reply-To From Content-Type "
            "Content-Transfer-Encoding", "{x8}-{x4}-4{x3}-b{x3}-{x12}@{domain}",
            "flowed", {"User-Agent": "Mozilla Thunderbird {n}",
                       "Content-Language": "en-US"},
            "------------{m24}", "UTF-8", "8bit", quoted=False),
    Program("office", "From To Subject Thread-Topic Thread-Index Date "
            "Message-ID References In-Reply-To Accept-Language "
            "Content-Language X-MS-Has-Attach X-MS-TNEF-Correlator "
            "Content-Type MIME-Version",
            "{A2}{9}PR{9}2MB{9}4{X32}@{A2}{9}PR{9}2MB{9}4.prod.office.test"
            .replace("{9}", "{91}"), "both",
            {"Thread-Index": "AQH{m22}==", "Accept-Language": "en-GB, en-US",
             "Content-Language": "en-US", "X-MS-Has-Attach": "",
             "X-MS-TNEF-Correlator": ""},
            "_000_{A2}{X32}_", "iso-8859-1", "quoted-printable",
            attribution="From: {name}\nSent: {date}"),
    Program("apple", "From Content-Type Content-Transfer-Encoding "
            "Mime-Version Subject Message-Id Date References In-Reply-To To "
            "X-Mailer", "{X8}-{X4}-4{X3}-A{X3}-{X12}@{domain}", "plain",
            {"X-Mailer": "Apple Mail (2.{n}.600.62)"},
            "Apple-Mail=_{X8}-{X4}-4{X3}-9{X3}-{X12}", "us-ascii", "7bit",
            quoted=False, attribution="> On {date}, {name} wrote:"),
    Program("phone", "Content-Type Content-Transfer-Encoding From "
            "Mime-Version Date Subject Message-Id References In-Reply-To To "
            "X-Mailer", "{X8}-{X4}-4{X3}-8{X3}-{X12}@{domain}", "plain",
            {"X-Mailer": "iPhone Mail ({n}F79)"},
            "Apple-Mail-{X8}-{X4}-4{X3}-8{X3}-{X12}", "utf-8",
            "quoted-printable", quoted=False),
    Program("robot", "Date Subject Message-ID X-Android-Message-ID "
            "In-Reply-To From To Importance X-Priority MIME-Version "
            "Content-Type", "{a12}.{913}@email.android.test", "both",
            {"X-Android-Message-ID": "<{a12}.{913}@email.android.test>",
             "Importance": "Normal", "X-Priority": "3"},
            "--_com.android.email_{915}", "utf-8", "base64"),
    Program("web", "MIME-Version References In-Reply-To From Date "
            "Message-ID Subject To Content-Type",
            "CA{m3}+{m21}={m22}@mail.web.test", "both", (),
            "000000000000{x16}", "UTF-8", "7bit", quoted=False),
    Program("mutt", "Date From To Subject Message-ID References "
            "In-Reply-To MIME-Version Content-Type Content-Disposition "
            "User-Agent", "{914}.{A2}{95}@{machine}", "plain",
            {"Content-Disposition": "inline", "User-Agent": "Mutt/2.2.{n}"},
            "{m16}", "us-ascii", ""),
    Program("kmail", "From To Subject Date Message-ID In-Reply-To "
            "References MIME-Version Content-Transfer-Encoding Content-Type "
            "X-KMail-Identity", "{97}.{m8}@{machine}", "plain",
            {"X-KMail-Identity": "{99}"}, "nextPart{97}.{m10}",
            "utf-8", "7Bit", attribution="{date} {name} napsal:"),
    Program("evolution", "Message-ID Subject From To Date In-Reply-To "
            "References Content-Type User-Agent MIME-Version "
            "Content-Transfer-Encoding", "{x40}.camel@{domain}", "both",
            {"User-Agent": "Evolution 3.{n}-1"}, "=-{m20}", "UTF-8", "8bit"),
    Program("cube", "MIME-Version Date From To Subject In-Reply-To "
            "References User-Agent Message-ID X-Sender Content-Type "
            "Content-Transfer-Encoding", "{x32}@{domain}", "flowed",
            {"User-Agent": "Roundcube Webmail/1.6.{n}",
             "X-Sender": "{address}"}, "=_{x32}", "US-ASCII", "7bit",
            quoted=False),
    Program("claws", "Date From To Subject Message-ID In-Reply-To "
            "References X-Mailer MIME-Version Content-Type "
            "Content-Transfer-Encoding", "20{912}.{x8}@{domain}", "plain",
            {"X-Mailer": "Claws Mail 4.{n}.0 (GTK 3.24.38)"},
            "MP_/{m20}", "US-ASCII", "7bit"),
    Program("bat", "Date From Reply-To X-Priority Message-ID To Subject "
            "In-Reply-To References MIME-Version Content-Type "
            "Content-Transfer-Encoding X-Mailer", "{99}.{914}@{domain}",
            "plain", {"X-Mailer": "The Bat! (v{n}.4) Professional",
                      "X-Priority": "3 (Normal)", "Reply-To": "{address}"},
            "----------{X18}", "windows-1252", "8bit"),
    Program("sender", "Date From Reply-To To Message-ID Subject "
            "List-Unsubscribe List-Unsubscribe-Post Feedback-ID Precedence "
            "MIME-Version Content-Type", "{x12}.{x16}.{913}@{machine}",
            "both", {"Precedence": "bulk",
                     "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
            "_----------=_MCPart_{99}", "utf-8", "quoted-printable"),
)}


def date_text(at, zone, form="%a, %d %b %Y"):
    t = time.gmtime(at + zone * 60)
    sign = "-" if zone < 0 else "+"
    return f"{time.strftime(form + ' %H:%M:%S', t)} " \
        f"{sign}{abs(zone) // 60:02d}{abs(zone) % 60:02d}"


def encoded(text, coding):
    """(the text in its transfer encoding, its lines end in CRLF)"""
    text = text.replace("\n", "\r\n")
    if coding == "base64":
        return base64.encodebytes(text.encode()).decode().replace(
            "\n", "\r\n")
    if coding == "quoted-printable":
        return text.replace("=", "=3D")
    return text


class Part:
    """A tree of MIME, as text: .head is [(name, value)], .text."""

    def __init__(self, head, text):
        self.head, self.text = head, text


def text_part(program, text, subtype="plain"):
    kind = f"text/{subtype}; charset=" + (
        f'"{program.charset}"' if program.quoted else program.charset)
    if program.kind == "flowed" and subtype == "plain":
        kind += "; format=flowed"
    head = [("Content-Type", kind)]
    if program.coding:
        head.append(("Content-Transfer-Encoding", program.coding))
    return Part(head, encoded(text, program.coding))


def together(dice, program, subtype, parts):
    b = fill(dice, program.boundary)
    text = ""
    for p in parts:
        text += f"--{b}\r\n" + "".join(f"{n}: {v}\r\n" for n, v in p.head) + \
            "\r\n" + p.text + "\r\n"
    text += f"--{b}--\r\n"
    return Part([("Content-Type", f'multipart/{subtype};\r\n '
                  f'boundary="{b}"')], text)


def to_html(program, text, link):
    """Each program's own."""
    words = [w.replace("\n", "<br>\n") for w in text.split("\n\n")]
    tag = {"office": ('<p class="MsoNormal">', "</p>"),
           "web": ('<div dir="ltr">', "</div>"),
           "robot": ("<div>", "</div>")}.get(program.name, ("<p>", "</p>"))
    inner = "\n".join(tag[0] + w + tag[1] for w in words)
    if link:
        inner += f'\n<a href="{link[0]}">{link[1]}</a>'
    return f"<html><body>\n{inner}\n</body></html>\n"


def body(dice, program, text, link, file):
    """link: (where it leads, what it shows); file: (name, type, octets)."""
    both = program.kind in ("both", "html") or (link and link[1] != link[0])
    plain = text + (f"\n{link[0]}\n" if link and not both else "")
    part = text_part(program, plain)
    if both:
        part = together(dice, program, "alternative", [
            part, text_part(program, to_html(program, text, link), "html")])
    if file:
        part = together(dice, program, "mixed", [part, Part(
            [("Content-Type", f'{file[1]}; name="{file[0]}"'),
             ("Content-Disposition", f'attachment; filename="{file[0]}"'),
             ("Content-Transfer-Encoding", "base64")],
            base64.encodebytes(file[2]).decode().replace("\n", "\r\n"))])
    return part


def write(dice, program, version, fields, part, words):
    """The message's octets: fields {name: value} by the program's order."""
    all_ = {k.lower(): v for k, v in fields.items()}
    for n, v in program.more.items():
        all_.setdefault(n.lower(), fill(dice, v, n=version, **words))
    all_.setdefault("mime-version", "1.0 (Mac OS X Mail 16.0)" if
                    program.name == "apple" else "1.0")
    all_.update((n.lower(), v) for n, v in part.head)
    out = ""
    for n in program.order + [n for n in fields if n.lower() not in
                              {o.lower() for o in program.order}]:
        v = all_.pop(n.lower(), None)
        if v is not None and (v or n.startswith("X-MS")):
            out += f"{n}: {v}\r\n"
    for n, v in part.head:      # what the order does not name
        if n.lower() in all_:
            out += f"{n}: {v}\r\n"
    return (out + "\r\n" + part.text).encode()


def wrap(text):
    return "\n".join(textwrap.wrap(text, 72))


# ---- servers on the way -------------------------------------------------------

FORMS = {
    "postfix": "from {machine} ({name} [{ip}])\r\n\t(using TLSv1.3 with cipher"
    " TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n\tby {by} (Postfix) with "
    "ESMTPSA id {id};\r\n\t{date}",
    "exim": "from [{ip}] (helo={machine})\r\n\tby {by} with esmtpsa  (TLS1.3) "
    "tls TLS_AES_256_GCM_SHA384\r\n\t(Exim 4.96)\r\n\t(envelope-from "
    "<{sender}>)\r\n\tid {id}; {date}",
    "big": "from {machine} ({name}. [{ip}])\r\n        by {by} with ESMTPSA "
    "id {id}\r\n        (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 "
    "bits=128/128);\r\n        {date}",
    "office": "from {by} ([fe80::{x}]) by\r\n {by} ([fe80::{x}%{n}]) with "
    "mapi id {id}; {date}",
}
IDS = {"postfix": "4T{m13}", "exim": "1r{m4}-00{m4}-{m2}",
       "big": "{a2}{914}e{93}.22.20", "office": "15.20.{94}.{93}"}


def received(dice, form, **words):
    """The field by which a server takes it from its author."""
    return "Received: " + FORMS[form].format(
        id=fill(dice, IDS[form]), x=words["by"][:4].encode().hex(),
        n=len(words["by"]), **words) + "\r\n"
