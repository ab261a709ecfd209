#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Exim asks the HTTP interface, by the very ACL that assay-http(7) shows.

    exim.py BUILD
"""
import os
import pathlib
import re
import subprocess

from rig import assayd, base, dns, mail
from rig.world import ZONE

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def fetch(rig):
    base.fetch_more(rig, "exim", "Exim")
    if not list(rig.peers.glob("usr/lib/*/libnss_wrapper.so")):
        base.skip_all("libnss-wrapper is not there")


def acl():
    page = (SOURCE / "doc/man/assay-http.7").read_text()
    text = re.search(r"^(acl_check_data:\n.*?)^\.Ed", page, re.M | re.S)[1]
    return text.replace("\\e", "\\").replace(
        "/usr/share/assay/exim-check", str(SOURCE / "share/exim/exim-check"))


class Exim:
    """Unpacked, and so without its user: nss_wrapper plays one."""

    def __init__(self, rig, sock):
        self.rig, self.dir = rig, rig.work / "exim"
        self.dir.mkdir()
        self.dir.chmod(0o777)
        uid = 65534 if os.getuid() == 0 else os.getuid()
        for name, text in (
                ("passwd", f"root:x:0:0::/:/bin/sh\n"
                 f"Debian-exim:x:{uid}:{uid}::/:/bin/sh\n"
                 "mail:x:8:8::/:/bin/sh\n"),
                ("group", f"root:x:0:\nmail:x:8:\nDebian-exim:x:{uid}:\n")):
            (self.dir / name).write_text(text)
        wrapper = next(rig.peers.glob("usr/lib/*/libnss_wrapper.so"))
        bins = f"{rig.peers}/usr/bin:{os.environ['PATH']}"
        self.env = dict(os.environ, LD_PRELOAD=str(wrapper), PATH=bins,
                        LD_LIBRARY_PATH=rig.env["LD_LIBRARY_PATH"],
                        NSS_WRAPPER_PASSWD=str(self.dir / "passwd"),
                        NSS_WRAPPER_GROUP=str(self.dir / "group"),
                        ASSAY_SOCKET=str(sock))
        (self.dir / "conf").write_text(f"""
spool_directory = {self.dir}/spool
log_file_path = {self.dir}/log-%s
primary_hostname = mx.rcpt.test
keep_environment = PATH : LD_LIBRARY_PATH : ASSAY_SOCKET
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_check_data
queue_only
dkim_verify_signers =
begin acl
acl_rcpt:
  accept
{acl()}
begin routers
begin transports
""")

    def send(self, data, sender="alice@good.test", ip="192.0.2.1"):
        """(the answer to DATA, the header that was queued)"""
        spool = self.dir / "spool"
        for f in spool.glob("input/*"):
            f.unlink()
        data = b"\r\n".join(b"." + l if l.startswith(b".") else l
                            for l in data.split(b"\r\n"))
        text = (f"EHLO good.test\r\nMAIL FROM:<{sender}>\r\n"
                "RCPT TO:<bob@rcpt.test>\r\nDATA\r\n").encode() + \
            data + b"\r\n.\r\nQUIT\r\n"
        p = subprocess.run(
            [self.rig.program("exim4"), "-C", self.dir / "conf", "-oMa", ip,
             "-bs"], input=text, capture_output=True, env=self.env,
            timeout=60)
        answers = p.stdout.decode().splitlines()
        after = [i for i, a in enumerate(answers) if a.startswith("354")]
        answer = answers[after[0] + 1] if after else \
            f"{p.stdout.decode()}{p.stderr.decode()}"
        heads = list(spool.glob("input/*-H"))
        # a flag in column 4 of each field: "*" is deleted
        head = heads[0].read_text(errors="replace") if heads else ""
        fields = re.findall(r"^\d{3}(.) (.*(?:\n[ \t].*)*)", head, re.M)
        return answer, [v for flag, v in fields if flag != "*"]


def run(rig):
    tap = rig.tap
    assayd.need(rig)
    fetch(rig)
    key = mail.Key(rig, "rsa")
    names = dns.Names(rig, ZONE + key.zone("r", "good.test"))
    sock = rig.work / "http.sock"
    d = assayd.Assayd(rig, names.port,
                      f"listen http unix:{sock} permissions 0666\n")
    base.wait_for(sock.exists, 10)
    e = Exim(rig, sock)
    answer, head = e.send(mail.message(extra=[
        ("Authentication-Results", "mx.rcpt.test; spf=pass")]))
    results = [h for h in head if h.startswith("Authentication-Results")]
    tap.ok(answer.startswith("250"), "a genuine message is taken", answer)
    tap.ok(len(results) == 1 and "dmarc=pass" in results[0],
           "with our field, and the forged one gone", results)
    tap.ok(head and head[0] in results, "which stands on top", head[:2])
    answer, head = e.send(mail.message(), ip="203.0.113.9")
    tap.ok(answer.startswith("550") and "dmarc" in answer.lower(),
           "a forged one is rejected, and told why", answer)
    answer, head = e.send(mail.message(sender="a@quar.test"),
                          sender="a@quar.test", ip="203.0.113.9")
    tap.ok(answer.startswith("250") and "X-Quarantine: assay" in head,
           "another is marked", answer, head)
    answer, _ = e.send(mail.message(), sender="")
    tap.ok(answer.startswith("550") or answer.startswith("250"),
           "a null sender is judged", answer)
    tap.ok(d.stop() == 0, "assayd ends", d.log()[-2000:])
    answer, _ = e.send(mail.message())
    tap.ok(answer.startswith("451"), "without assayd: deferred", answer)


base.main(run)
