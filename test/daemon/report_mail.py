# SPDX-License-Identifier: Apache-2.0
"""Mail with reports in it, and what became of it in a daemon's directories."""
import base64
import gzip
import json
import os
import subprocess

from daemon import ASSAYD, SOURCE

DEMO = os.path.join(SOURCE, "app/assay/demo")


def mail(body=b"hello", genuine=True):
    with open(os.path.join(DEMO, "genuine.eml"), "rb") as f:
        raw = f.read()
    if b"\r\n" not in raw:
        raw = raw.replace(b"\n", b"\r\n")
    return raw if genuine else b"From: a@nobody.example\r\n\r\n" + body


def letters(d, kind=".letter"):
    box = os.path.join(d.dir, "state", "inbox")
    if not os.path.isdir(box):
        return []
    return [os.path.join(box, n) for n in sorted(os.listdir(box))
            if n.endswith(kind)]


def report(number, domain="bank.example", email="dmarc@bank.example", rows=3):
    """A report of RFC 9990, gzipped, in a mail of the bank's."""
    xml = ("<feedback xmlns='urn:ietf:params:xml:ns:dmarc-2.0'>"
           "<report_metadata><org_name>Bank</org_name>"
           f"<email>{email}</email><report_id>{number}</report_id>"
           "<date_range><begin>1767225600</begin><end>1767311999</end>"
           "</date_range></report_metadata><policy_published>"
           f"<domain>{domain}</domain><p>reject</p></policy_published>")
    for i in range(rows):
        xml += (f"<record><row><source_ip>192.0.2.{i % 250}</source_ip>"
                f"<count>{i + 1}</count><policy_evaluated><disposition>none"
                "</disposition><dkim>pass</dkim><spf>fail</spf>"
                "</policy_evaluated></row><identifiers><header_from>"
                f"{domain}</header_from></identifiers><auth_results><dkim>"
                f"<domain>{domain}</domain><selector>s{i}</selector>"
                "<result>pass</result></dkim></auth_results></record>")
    packed = gzip.compress((xml + "</feedback>").encode(), mtime=0)
    return (b"From: Reports <statements@bank.example>\r\n"
            b"To: dmarc@example.org\r\nSubject: Report Domain: x\r\n"
            b"Date: Thu, 01 Jan 2026 12:00:00 +0000\r\n"
            b"Message-ID: <%d@bank.example>\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: application/gzip\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" % number +
            base64.encodebytes(packed).replace(b"\n", b"\r\n"))


def listed(d, what):
    """The rows of a list of the store, by the command."""
    assay = os.path.join(os.path.dirname(ASSAYD), "../assay/assay")
    out = subprocess.run([assay, "store", "export", what, "--store",
                          f"{d.dir}/state/reports.db"], capture_output=True,
                         timeout=60)
    return [json.loads(l) for l in out.stdout.splitlines()]


def journal(d):
    """The octets of all records."""
    out = b""
    for path, _, names in os.walk(os.path.join(d.dir, "state", "records")):
        for n in names:
            with open(os.path.join(path, n), "rb") as f:
                out += f.read()
    return out
