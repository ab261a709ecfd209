# SPDX-License-Identifier: Apache-2.0
"""Mail servers: Postfix from its unpacked package with its own configuration
and queue, a sink behind it that keeps what it gets, a client that says
exactly what it is told."""
import grp
import os
import pwd
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import threading
import time

from .base import TIMES, answers, free_port, skip_all, wait_for

SERVICES = """{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
QUEUES = ("maildrop", "incoming", "active", "deferred", "hold", "corrupt")


def accounts():
    """A user and a group for Postfix: its own, or two that nobody uses."""
    def first(find, names):
        for n in names:
            try:
                find(n)
                return n
            except KeyError:
                pass
        return None
    return (first(pwd.getpwnam, ("postfix", "uucp", "news", "irc")),
            first(grp.getgrnam, ("postdrop", "list", "backup", "games")))


class Postfix:
    """`settings`: further lines of main.cf, as a dictionary; doors: more
    smtpd services {name: {setting: value}}, their ports in .door[name]."""

    def __init__(self, rig, sink_port, milters="", settings=None,
                 name="postfix", doors=None):
        if os.geteuid() != 0:
            skip_all("Postfix's master must be started by root")
        self.rig, self.name = rig, name
        self.dir = rig.work / name
        self.queue_dir = self.dir / "queue"
        self.port = free_port()
        self.doors = doors or {}
        self.door = {n: free_port() for n in self.doors}
        self.owner, self.group = accounts()
        if not self.owner or not self.group:
            skip_all("no spare user and group for Postfix")
        self.settings = self.defaults(sink_port, milters)
        self.settings.update(settings or {})
        self.make()
        self.start()

    def defaults(self, sink_port, milters):
        peers = self.rig.peers
        daemons = peers / "usr/lib/postfix/sbin"
        here = daemons.exists()
        return {
            "compatibility_level": "3.7",
            "queue_directory": self.queue_dir,
            "data_directory": self.dir / "data",
            "meta_directory": self.dir,
            "command_directory": peers / "usr/sbin" if here else "/usr/sbin",
            "daemon_directory": daemons if here else "/usr/lib/postfix/sbin",
            "shlib_directory": peers / "usr/lib/postfix" if here else
            "/usr/lib/postfix",
            "mail_owner": self.owner, "setgid_group": self.group,
            "import_environment": "MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG "
            "TZ=UTC LANG=C LD_LIBRARY_PATH",
            "export_environment": "TZ LANG MAIL_CONFIG LD_LIBRARY_PATH",
            "myhostname": "mx.rcpt.test", "mydomain": "rcpt.test",
            "inet_interfaces": "127.0.0.1, [::1]" if
            socket.has_ipv6 and os.path.exists("/proc/net/if_inet6") else
            "127.0.0.1",
            "inet_protocols": "all", "smtp_host_lookup": "native",
            "smtp_dns_support_level": "disabled",
            "mydestination": "", "alias_maps": "", "local_recipient_maps": "",
            "mynetworks": "127.0.0.0/8",
            "relay_domains": "rcpt.test",
            "relay_transport": f"relay:[127.0.0.1]:{sink_port}",
            "default_transport": f"smtp:[127.0.0.1]:{sink_port}",
            "smtpd_authorized_xclient_hosts": "127.0.0.0/8, [::1]",
            "smtpd_recipient_restrictions":
            "permit_mynetworks, reject_unauth_destination",
            "smtpd_client_connection_count_limit": "0",
            "smtpd_client_connection_rate_limit": "0",
            "smtpd_peername_lookup": "no",
            "smtpd_delay_reject": "no",
            "default_process_limit": "60", "in_flow_delay": "0",
            "maillog_file": self.dir / "mail.log",
            "maillog_file_prefixes": self.rig.work,
            "message_size_limit": "50000000", "mailbox_size_limit": "0",
            "smtp_tls_security_level": "none",
            "smtpd_tls_security_level": "none",
            "queue_run_delay": "5s", "minimal_backoff_time": "5s",
            "maximal_backoff_time": "10s",
            "smtpd_milters": milters, "non_smtpd_milters": milters,
            "milter_default_action": "tempfail", "milter_protocol": "6",
            "milter_connect_timeout": "10s", "milter_command_timeout": "30s",
            "milter_content_timeout": "60s",
            # as the manual of assayd says; queue ids unlike one another
            "milter_mail_macros": "i {mail_addr} {mail_host} {mail_mailer} "
            "{auth_authen} {auth_type} {auth_author}",
            "enable_long_queue_ids": "yes",
            "smtpd_soft_error_limit": "100", "smtpd_hard_error_limit": "200",
            "smtpd_junk_command_limit": "1000",
        }

    def make(self):
        uid = pwd.getpwnam(self.owner).pw_uid
        gid = grp.getgrnam(self.group).gr_gid
        self.queue_dir.mkdir(parents=True)
        for d in ("active", "bounce", "corrupt", "defer", "deferred", "flush",
                  "hold", "incoming", "private", "public", "maildrop", "pid",
                  "saved", "trace"):
            p = self.queue_dir / d
            p.mkdir()
            if d != "pid":
                os.chown(p, uid, gid if d in ("public", "maildrop") else -1)
            p.chmod({"public": 0o2710, "maildrop": 0o1730,
                     "pid": 0o755}.get(d, 0o700))
        (self.dir / "data").mkdir()
        os.chown(self.dir / "data", uid, -1)
        for m in ("dynamicmaps.cf",):
            (self.dir / m).write_text("")
        text = SERVICES.format(port=self.port)
        for n, settings in self.doors.items():
            text += f"{self.door[n]} inet n - n - - smtpd\n" + "".join(
                f"  -o {{ {k} = {v} }}\n" for k, v in settings.items())
        (self.dir / "master.cf").write_text(text)
        self.configure({})

    def configure(self, settings):
        self.settings.update(settings)
        (self.dir / "main.cf").write_text("".join(
            f"{k} = {v}\n" for k, v in self.settings.items()))

    def start(self):
        master = self.rig.program("master")
        self.master = self.rig.start(self.name + "-master", [
            master, "-d", "-c", self.dir], start_new_session=True, env=dict(
                self.rig.env, MAIL_CONFIG=str(self.dir), MAIL_LOGTAG="mta"))
        if not all(wait_for(lambda: answers(p), 15)
                   for p in (self.port, *self.door.values())):
            raise RuntimeError("Postfix does not answer: " +
                               self.master.text() + self.log())

    def stop(self):
        """Did it obey?  Its master takes its children along."""
        return self.master.stop() != -signal.SIGKILL

    def log(self):
        try:
            return (self.dir / "mail.log").read_text("utf-8",
                                                     "backslashreplace")
        except OSError:
            return ""

    def queue(self):
        """{queue: [ids]} of what is in it."""
        got = {}
        for q in QUEUES:
            got[q] = [f for _, _, files in os.walk(self.queue_dir / q)
                      for f in files]
        return got

    def holds(self):
        return self.queue()["hold"]

    def empty(self, but=()):
        return not any(v for k, v in self.queue().items() if k not in but)

    def postcat(self, queue_id):
        """The message in the queue, as Postfix stores it (LF)."""
        return self.rig.run(self.rig.program("postcat"), "-c", self.dir,
                            "-hbq", queue_id).stdout

    def flush(self):
        self.rig.run(self.rig.program("postqueue"), "-c", self.dir, "-f",
                     ok=False)

    def release(self, queue_id):
        self.rig.run(self.rig.program("postsuper"), "-c", self.dir, "-H",
                     queue_id)

    def delete(self, queue_id="ALL"):
        self.rig.run(self.rig.program("postsuper"), "-c", self.dir, "-d",
                     queue_id, ok=False)

    def sendmail(self, message, *args):
        return self.rig.run(self.rig.program("sendmail"), "-C", self.dir,
                            *args, input=message, ok=False)

    def smtp(self, **session):
        return Smtp(self.port, **session)


# ---- the sink --------------------------------------------------------------


class Mail:
    """One that arrived: data has CRLF and no dots of transparency."""

    def __init__(self, sender, rcpts, data):
        self.sender, self.rcpts, self.data = sender, rcpts, data
        self.when = time.monotonic()
        self.head, _, self.body = data.partition(b"\r\n\r\n")
        self.head += b"\r\n"

    def fields(self, name=None):
        """[(name, value with its folds)], top first."""
        got = re.findall(rb"(?ms)^([^\s:][^:\r\n]*?)[ \t]*:(.*?)\r\n(?![ \t])",
                         self.head)
        if name is not None:
            name = name.lower().encode()
            return [v for n, v in got if n.lower() == name]
        return got

    def field(self, name):
        got = self.fields(name)
        return got[0].decode("utf-8", "replace").strip() if got else None

    def results(self):
        """The Authentication-Results fields, unfolded, in order."""
        return [re.sub(r"\s+", " ", v.decode("utf-8", "replace")).strip()
                for v in self.fields("Authentication-Results")]


class Sink:
    """Takes mail for ever; `say` may be set to what it answers at DATA."""

    def __init__(self):
        self.mails, self.lock = [], threading.Lock()
        self.say = None
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                sink.talk(self)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True
            request_queue_size = 128

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def talk(self, h):
        def say(text):
            h.wfile.write(text.encode() + b"\r\n")
        say("220 sink ESMTP")
        sender, rcpts = None, []
        while True:
            line = h.rfile.readline(65536)
            if not line:
                return
            verb = line[:4].upper()
            if verb == b"EHLO":
                say("250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n"
                    "250-SIZE 0\r\n250 SMTPUTF8")
            elif verb == b"MAIL":
                sender = line[10:].split(b">")[0].strip(b"<").decode()
                rcpts = []
                say("250 ok")
            elif verb == b"RCPT":
                rcpts.append(line[8:].split(b">")[0].strip(b"<").decode())
                say("250 ok")
            elif verb == b"DATA":
                say("354 go")
                lines = []
                while True:
                    d = h.rfile.readline()
                    if d in (b".\r\n", b""):
                        break
                    lines.append(d[1:] if d.startswith(b".") else d)
                if d == b"":
                    return
                if self.say:
                    say(self.say)
                    continue
                with self.lock:
                    self.mails.append(Mail(sender, rcpts, b"".join(lines)))
                say("250 kept")
            elif verb == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")

    def wait(self, number, seconds=20):
        wait_for(lambda: len(self.mails) >= number, seconds)
        return len(self.mails) >= number

    def get(self, text, seconds=20):
        """The first mail that has this text, or None."""
        text = text.encode()

        def look():
            with self.lock:
                return next((m for m in self.mails if text in m.data), None)
        return wait_for(look, seconds)

    def clear(self):
        with self.lock:
            self.mails.clear()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


# ---- the client --------------------------------------------------------------


def stuffed(message):
    """Ready for DATA: dots doubled, the end put behind it."""
    return re.sub(rb"(?m)^\.", b"..", message) + \
        (b"" if message.endswith(b"\r\n") else b"\r\n") + b".\r\n"


class Smtp:
    """Says what it is told.  ip, name, helo, login: by XCLIENT; source: the
    address of loopback that it comes from."""

    def __init__(self, port, ip=None, helo="client.test", name=None,
                 login=None, timeout=90, host="127.0.0.1", source=None):
        self.sock = socket.create_connection(
            (host, port), timeout * TIMES, source and (source, 0))
        self.sock.settimeout(timeout * TIMES)
        self.file = self.sock.makefile("rb")
        self.helo = helo
        self.banner = self.reply()
        if self.banner[0] == 220:
            self("EHLO " + helo)
        if ip or login:
            words = []
            if ip:
                words.append("ADDR=" + ("IPV6:" + ip if ":" in ip else ip))
                words.append("NAME=" + (name or "[UNAVAILABLE]"))
            if login:
                words.append("LOGIN=" + login)
            self("XCLIENT " + " ".join(words))
            self("EHLO " + helo)

    def reply(self):
        text = []
        while True:
            line = self.file.readline()
            if not line:
                return 0, "".join(text)
            text.append(line.decode("utf-8", "replace"))
            if line[3:4] != b"-":
                return int(line[:3]), "".join(text)

    def __call__(self, command):
        self.sock.sendall(command.encode() + b"\r\n")
        return self.reply()

    def send(self, sender, rcpts, message, options=""):
        """(code, text) of the whole transaction, at its first refusal."""
        got = self(f"MAIL FROM:<{sender}>{options}")
        if got[0] != 250:
            return got
        last = None
        good = 0
        for r in [rcpts] if isinstance(rcpts, str) else rcpts:
            last = self(f"RCPT TO:<{r}>")
            good += last[0] == 250
        if not good:
            self("RSET")
            return last
        got = self("DATA")
        if got[0] != 354:
            return got
        self.sock.sendall(stuffed(message))
        return self.reply()

    def quit(self):
        try:
            self("QUIT")
        except OSError:
            pass
        self.close()

    def close(self):
        self.file.close()
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.quit()


def swaks(rig, port, *args):
    """(status, transcript) of swaks."""
    got = subprocess.run(
        ["perl", str(rig.program("swaks")), "--server", f"127.0.0.1:{port}",
         "--timeout", "60", *args], env=rig.env, capture_output=True,
        text=True, timeout=90 * TIMES)
    return got.returncode, got.stdout + got.stderr


def have_swaks(rig):
    return rig.program("swaks") is not None and shutil.which("perl")
