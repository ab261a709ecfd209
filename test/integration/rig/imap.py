# SPDX-License-Identifier: Apache-2.0
"""Dovecot, as whoever runs the test, or as nobody when that is root."""
import base64
import grp
import hashlib
import hmac
import imaplib
import json
import os
import pathlib
import pwd
import ssl
import time

from .base import answers, free_port, wait_for

USER, PASSWORD = "dmarc@good.test", "a pass word"
CONF = """base_dir = {dir}/run
state_dir = {dir}/run
libexec_dir = {lib}
mail_plugin_dir = {lib}/modules
auth_socket_path = {dir}/run/auth-userdb
import_environment = TZ LD_LIBRARY_PATH={libs} LD_PRELOAD={shim}
login_plugin_dir = {lib}/modules/login
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
protocols = imap
listen = 127.0.0.1
log_path = /dev/stderr
ssl = {ssl}
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login oauthbearer xoauth2
auth_failure_delay = 0
mail_location = maildir:{dir}/mail
first_valid_uid = 1
first_valid_gid = 1
mail_uid = {uid}
mail_gid = {gid}
imap_capability = {capability}
passdb {{
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = {dir}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {dir}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service auth {{
  unix_listener auth-client {{
    mode = 0666
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
OAUTH2 = """introspection_mode = local
local_validation_key_dict = fs:posix:prefix={dir}/keys/
username_attribute = sub
"""
SECRET = b"0123456789abcdef0123456789abcdef"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(user=USER, secret=SECRET, left=3600):
    """A bearer token (RFC 7519) that this server believes."""
    now = int(time.time())
    head = b64(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = b64(json.dumps({"sub": user, "iat": now - 10,
                           "nbf": now - 10, "exp": now + left}).encode())
    sign = hmac.new(secret, head + b"." + body, hashlib.sha256).digest()
    return (head + b"." + body + b"." + b64(sign)).decode()


class Dovecot:
    """tls: port of imaps; plain: of imap, with STARTTLS if tls is spoken; auth:
    the socket at which a mail server asks for the passwords of people, which
    are {address: password}."""

    def __init__(self, rig, name="dovecot", speaks_tls=True, capability="",
                 people=None):
        self.rig, self.dir = rig, rig.work / name
        self.auth = self.dir / "run/auth-client"
        self.tls, self.plain = free_port(), free_port()
        lib = rig.peers / "usr/lib/dovecot"
        me = pwd.getpwuid(65534 if os.geteuid() == 0 else os.geteuid())
        libs = f"{lib}:{lib}/modules:{lib}/modules/old-stats:{rig.env['LD_LIBRARY_PATH']}"
        for d in ("run", "mail/new", "mail/cur", "mail/tmp",
                  "keys/default/HS256"):
            (self.dir / d).mkdir(parents=True)
        self.certificate()
        shim = self.dir / "unpacked.so"
        rig.run("cc", "-shared", "-fPIC", "-O1", f'-DROOT="{rig.peers}"',
                "-o", shim, pathlib.Path(__file__).parent / "unpacked.c")
        (self.dir / "users").write_text("".join(
            f"{u}:{p}\n" for u, p in {USER: PASSWORD,
                                      **(people or {})}.items()))
        (self.dir / "oauth2.conf").write_text(OAUTH2.format(dir=self.dir))
        (self.dir / "keys/default/HS256/default").write_bytes(
            base64.b64encode(SECRET))
        conf = self.dir / "dovecot.conf"
        conf.write_text(CONF.format(
            dir=self.dir, lib=lib, libs=libs, shim=shim, user=me.pw_name, uid=me.pw_uid,
            gid=me.pw_gid, group=grp.getgrgid(me.pw_gid).gr_name,
            ssl="yes" if speaks_tls else "no", plain=self.plain,
            tls=self.tls, capability=capability))
        for p in [self.dir, *self.dir.rglob("*")]:
            if os.geteuid() == 0:
                os.chown(p, me.pw_uid, me.pw_gid)
        more = {"user": me.pw_uid, "group": me.pw_gid,
                "extra_groups": []} if os.geteuid() == 0 else {}
        # dovecot would ask /usr/bin/doveconf for its configuration
        self.process = rig.start(name, [
            rig.peers / "usr/bin/doveconf", "-c", conf, "-f",
            "service=master", "-m", "master", "-e",
            rig.peers / "usr/sbin/dovecot", "-F", "-c", conf],
            env=dict(rig.env, LD_LIBRARY_PATH=libs, LD_PRELOAD=str(shim)),
            **more)
        if not wait_for(lambda: answers(self.plain), 15):
            raise RuntimeError("dovecot: " + self.process.text())

    def certificate(self):
        """Of this server alone, which vouches for itself."""
        self.rig.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                     "-subj", "/CN=imap.test", "-addext",
                     "subjectAltName=DNS:localhost,IP:127.0.0.1",
                     "-keyout", self.dir / "key.pem", "-out",
                     self.dir / "cert.pem")
        self.ca = self.dir / "cert.pem"

    def client(self):
        c = imaplib.IMAP4_SSL("127.0.0.1", self.tls,
                              ssl_context=ssl._create_unverified_context())
        c.login(USER, PASSWORD)
        return c

    def put(self, mails, folder="INBOX"):
        c = self.client()
        for m in mails:
            got = c.append(folder, None, None, m.replace(b"\n", b"\r\n"))
            assert got[0] == "OK", got
        c.logout()

    def state(self, folder="INBOX"):
        """Which mails are there, by whether they are \\Seen."""
        c = self.client()
        got = []
        status, count = c.select(folder, readonly=True)
        if status == "OK" and int(count[0]) > 0:
            _, rows = c.fetch("1:*", "(FLAGS)")
            got = [b"\\Seen" in r for r in rows if r]
        c.logout()
        return got
