# SPDX-License-Identifier: Apache-2.0
"""Other people's filters, as filters: opendkim, opendmarc, rspamd."""
import http.client
import json
import os
import re

from . import milter
from .base import answers, free_port, wait_for


class OpenDkim:
    """mode "s" signs mail of `domains` {domain: (selector, pem)}, "v"
    verifies by the resolver on `port`."""

    def __init__(self, rig, port, mode="v", domains=None, canon=None,
                 name="opendkim", authserv="odk.test"):
        self.socket = rig.work / f"{name}.sock"
        d = rig.work / name
        d.mkdir()
        ub = d / "unbound.conf"
        ub.write_text("server:\n do-not-query-localhost: no\n"
                      " module-config: \"iterator\"\n"
                      " local-zone: \"test.\" nodefault\n")
        conf = d / "opendkim.conf"
        text = f"""Mode {mode}
Socket local:{self.socket}
Nameservers 127.0.0.1@{port}
ResolverConfiguration {ub}
AuthservID {authserv}
AlwaysAddARHeader yes
UMask 000
Background no
Syslog yes
LogWhy yes
RequireSafeKeys no
InternalHosts {d}/internal
ExternalIgnoreList {d}/internal
On-Default accept
On-NoSignature accept
On-BadSignature accept
"""
        (d / "internal").write_text("0.0.0.0/0\n" if mode == "s" else
                                    "127.255.255.255\n")
        if domains:
            (d / "keys").write_text("".join(
                f"{dom} {dom}:{sel}:{pem}\n"
                for dom, (sel, pem) in domains.items()))
            (d / "signing").write_text("".join(
                f"*@{dom} {dom}\n" for dom in domains))
            text += f"KeyTable {d}/keys\nSigningTable refile:{d}/signing\n"
        if canon:
            text += f"Canonicalization {canon}\n"
        conf.write_text(text)
        self.process = rig.start(name, [rig.program("opendkim"), "-f", "-x",
                                        conf])
        if not wait_for(lambda: milter.listens(self.socket), 10):
            raise RuntimeError("opendkim: " + self.process.text())

    def verify(self, data, ip="192.0.2.1", sender="alice@good.test"):
        """Its Authentication-Results of a message, as one line."""
        c = milter.Client(self.socket)
        c.session(ip, "client.test")
        c.envelope(sender, "bob@rcpt.test")
        got = milter.changes(c.message(data))
        c.quit()
        return " ".join(re.sub(r"\s+", " ", v) for _, n, v in
                        got["insert"] + got["add"]
                        if n == "Authentication-Results")


class OpenDmarc:
    def __init__(self, rig, name="opendmarc", authserv="odm.test"):
        self.socket = rig.work / f"{name}.sock"
        conf = rig.work / f"{name}.conf"
        conf.write_text(f"""Socket local:{self.socket}
AuthservID {authserv}
TrustedAuthservIDs odk.test
SPFSelfValidate true
SPFIgnoreResults true
IgnoreHosts {rig.work}/{name}.ignore
RejectFailures false
Background false
UMask 000
Syslog true
""")
        (rig.work / f"{name}.ignore").write_text("127.255.255.255\n")
        self.process = rig.start(name, [rig.program("opendmarc"), "-f", "-c",
                                        conf])
        if not wait_for(lambda: milter.listens(self.socket), 10):
            raise RuntimeError("opendmarc: " + self.process.text())


RSPAMD = """lua = "{dir}/rspamd.lua"
.include "{metrics}"
options {{
  pidfile = "{dir}/rspamd.pid"; filters = "dkim";
  dns {{ timeout = 5s; nameserver = ["127.0.0.1:{dns}"]; sockets = 16;
         retransmits = 5; }}
  dns_max_requests = 64; tempdir = "{dir}";
  url_tld = "{tld}";
  control_socket = "{dir}/control.sock mode=0600";
  cache_file = "{dir}/symbols.cache"; hs_cache_dir = "{dir}/";
  explicit_modules = ["settings"];
  local_addrs = ["127.255.255.255/32"]; task_timeout = 30s;
  stats_file = "{dir}/stats.ucl"; check_all_filters = true;
}}
logging {{ type = "file"; filename = "{dir}/rspamd.log"; level = "error"; }}
actions {{ reject = 1500; add_header = 600; greylist = null; }}
worker "normal" {{ bind_socket = "127.0.0.1:{http}"; count = 1;
  task_timeout = 30s; mime = true; }}
worker "rspamd_proxy" {{ bind_socket = "{socket} mode=0666"; milter = yes;
  timeout = 120s; count = {workers}; task_timeout = 30s;
  upstream "local" {{ default = yes; self_scan = yes; }} }}
modules {{ path = "{dir}/plugins/"; }}
spf {{ spf_cache_size = 20k; spf_cache_expire = 1d; }}
dkim {{ dkim_cache_size = 20k; dkim_cache_expire = 1d; check_local = true;
  check_authed = true; }}
dmarc {{ servers = null; }}
arc {{ sign_inbound = false; sign_local = false;
  sign_authenticated = false; check_local = true; }}
milter_headers {{ use = ["authentication-results"]; skip_local = false;
  skip_authenticated = false;
  authenticated_headers = ["authentication-results"]; }}
"""
PLUGINS = ("spf.lua", "dmarc.lua", "arc.lua", "milter_headers.lua")


class Rspamd:
    """Authentication modules alone; http: the port of the normal worker.
    whole: with all public suffixes, which it compiles for a minute."""

    def __init__(self, rig, port, workers=1, name="rspamd", whole=False):
        self.dir = rig.work / name
        (self.dir / "plugins").mkdir(parents=True)
        self.socket = rig.work / f"{name}.sock"
        self.http = free_port()
        share = rig.peers / "usr/share/rspamd"
        etc = rig.peers / "etc/rspamd"
        if not share.exists():
            share = type(share)("/usr/share/rspamd")
            etc = type(share)("/etc/rspamd")
        for p in PLUGINS:
            if (share / "plugins" / p).exists():
                os.symlink(share / "plugins" / p, self.dir / "plugins" / p)
        (self.dir / "rspamd.lua").write_text(f"""
package.path = "{share}/lualib/?.lua;{share}/lualib/?/init.lua;" ..
  "{share}/rules/?.lua;" .. package.path
require "lua_util"
""")
        tld = share / "effective_tld_names.dat"
        if not whole:
            tld = self.dir / "tld.dat"
            tld.write_text("test\ncom\norg\nexample\n")
        (self.dir / "metrics.conf").write_text(
            'group "default" { symbol "NONE" { weight = 0; } }\n')
        (self.dir / "rspamd.conf").write_text(RSPAMD.format(
            dir=self.dir, dns=port, tld=tld, http=self.http,
            socket=self.socket, workers=workers,
            metrics=self.dir / "metrics.conf"))
        env = dict(rig.env, RSPAMD_SHAREDIR=str(share),
                   RSPAMD_LUALIBDIR=str(share / "lualib"),
                   RSPAMD_CONFDIR=str(etc), RSPAMD_DBDIR=str(self.dir),
                   RSPAMD_RUNDIR=str(self.dir), RSPAMD_LOGDIR=str(self.dir))
        variables = []
        for v, to in (("SHAREDIR", share), ("LUALIBDIR", share / "lualib"),
                      ("RULESDIR", share / "rules"),
                      ("PLUGINSDIR", share / "plugins"), ("CONFDIR", etc),
                      ("DBDIR", self.dir), ("RUNDIR", self.dir),
                      ("LOGDIR", self.dir)):
            variables.append(f"--var={v}={to}")
        self.process = rig.start(name, [
            rig.program("rspamd"), "-f", "-i", "-c",
            self.dir / "rspamd.conf", *variables], env=env)
        if not wait_for(lambda: answers(self.http) and milter.listens(self.socket),
                        240 if whole else 30):
            log = self.dir / "rspamd.log"
            raise RuntimeError("rspamd: " + self.process.text() + (
                log.read_text() if log.exists() else ""))

    def symbols(self, data, ip="192.0.2.1", helo="client.test",
                sender="alice@good.test"):
        h = http.client.HTTPConnection("127.0.0.1", self.http, timeout=60)
        h.request("POST", "/checkv2", data, {
            "IP": ip, "Helo": helo, "From": sender, "Rcpt": "bob@rcpt.test"})
        got = json.loads(h.getresponse().read())
        return set(got.get("symbols", {}))
