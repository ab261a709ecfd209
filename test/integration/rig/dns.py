# SPDX-License-Identifier: Apache-2.0
"""Names: NSD for the zones of a test, unbound before it as the resolver, and
a server that misbehaves on demand."""
import random
import socket
import threading
import time

from .base import answers, free_port, wait_for


class Names:
    """Serves `records` (master file text below "test.") by NSD on one port
    and by unbound on another: names.port is the resolver's."""

    def __init__(self, rig, records, port=None):
        self.rig = rig
        self.dir = rig.work / "dns"
        self.dir.mkdir(exist_ok=True)
        self.dir.chmod(0o755)
        self.auth, self.port = free_port(), port or free_port()
        self.write(records)
        self.nsd = rig.start("nsd", [rig.program("nsd"), "-d", "-c",
                                     self.nsd_conf()])
        self.check(self.nsd, self.auth)
        self.unbound = rig.start("unbound", [
            rig.program("unbound"), "-d", "-c", self.unbound_conf()])
        self.check(self.unbound, self.port)

    def check(self, server, port):
        if not wait_for(lambda: answers(port), 10):
            raise RuntimeError(f"{server.name} does not answer: "
                               f"{server.text()}")

    def write(self, records):
        (self.dir / "test.zone").write_text(
            "$ORIGIN test.\n$TTL 300\n"
            "@ SOA ns.test. hostmaster.test. 1 3600 900 1209600 60\n"
            "@ NS ns.test.\nns A 127.0.0.1\n" + records)

    def nsd_conf(self):
        conf = self.dir / "nsd.conf"
        conf.write_text(f"""server:
  ip-address: 127.0.0.1@{self.auth}
  username: ""
  chroot: ""
  zonesdir: "{self.dir}"
  database: ""
  pidfile: "{self.dir}/nsd.pid"
  xfrdfile: "{self.dir}/xfrd.state"
  zonelistfile: "{self.dir}/zone.list"
  xfrdir: "{self.dir}"
  logfile: "{self.dir}/nsd.log"
  server-count: 1
remote-control:
  control-enable: no
zone:
  name: test
  zonefile: test.zone
""")
        return conf

    def unbound_conf(self):
        conf = self.dir / "unbound.conf"
        conf.write_text(f"""server:
  interface: 127.0.0.1
  port: {self.port}
  access-control: 127.0.0.0/8 allow
  chroot: ""
  username: ""
  directory: "{self.dir}"
  pidfile: "{self.dir}/unbound.pid"
  use-syslog: no
  logfile: "{self.dir}/unbound.log"
  module-config: "iterator"
  do-not-query-localhost: no
  do-ip6: no
  num-threads: 1
  local-zone: "test." nodefault
  domain-insecure: "test"
  outgoing-range: 512
remote-control:
  control-enable: no
stub-zone:
  name: test
  stub-addr: 127.0.0.1@{self.auth}
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{self.auth}
""")
        return conf

    def change(self, records):
        """Other records; caches are emptied by a new start."""
        self.write(records)
        self.stop()
        self.nsd = self.rig.start("nsd", [
            self.rig.program("nsd"), "-d", "-c", self.dir / "nsd.conf"])
        self.check(self.nsd, self.auth)
        self.unbound = self.rig.start("unbound", [
            self.rig.program("unbound"), "-d", "-c",
            self.dir / "unbound.conf"])
        self.check(self.unbound, self.port)

    def stop(self):
        self.unbound.stop()
        self.nsd.stop()


class Liar:
    """A resolver on loopback whose mode can be changed at any time: pass
    (asks the real one), drop, servfail, slow, garbage, truncate, wrong-id."""

    def __init__(self, real_port):
        self.real = ("127.0.0.1", real_port)
        self.mode = "pass"
        self.delay = 1.0
        self.asked = 0
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", free_port()))
        self.port = self.sock.getsockname()[1]
        self.random = random.Random(7)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                question, who = self.sock.recvfrom(4096)
            except OSError:
                return
            self.asked += 1
            threading.Thread(target=self.one, args=(question, who),
                             daemon=True).start()

    def one(self, question, who):
        mode = self.mode
        reply = None
        if mode == "servfail":
            reply = question[:2] + b"\x81\x82" + question[4:6] + bytes(6) + \
                question[12:]
        elif mode == "garbage":
            reply = self.random.randbytes(self.random.randrange(1, 600))
        elif mode == "wrong-id":
            reply = bytes([question[0] ^ 0xff]) + question[1:]
        elif mode == "truncate":        # TC bit, and no TCP behind it
            reply = question[:2] + b"\x83\x80" + question[4:6] + bytes(6) + \
                question[12:]
        elif mode in ("pass", "slow"):
            if mode == "slow":
                time.sleep(self.delay)
            reply = self.ask(question)
        if reply:
            try:
                self.sock.sendto(reply, who)
            except OSError:
                pass

    def ask(self, question):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(5)
            s.sendto(question, self.real)
            try:
                return s.recvfrom(65535)[0]
            except OSError:
                return None

    def close(self):
        self.sock.close()
