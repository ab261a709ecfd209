# SPDX-License-Identifier: Apache-2.0
"""Messages, keys, and the signers and verifiers of others."""
import base64
import email.utils
import itertools
import subprocess
import time

number = itertools.count(1)


def message(sender="alice@good.test", subject="a test", body=None, extra=(),
            msgid=None, to="bob@rcpt.test"):
    """Bytes with CRLF; extra: (name, value) fields on top."""
    msgid = msgid or f"<m{next(number)}.{time.time_ns()}@good.test>"
    fields = list(extra) + [
        ("From", sender), ("To", to), ("Subject", subject),
        ("Date", email.utils.formatdate()), ("Message-ID", msgid)]
    body = "Hello,\r\n\r\nthis is a test.\r\n" if body is None else body
    head = "".join(f"{n}: {v}\r\n" for n, v in fields)
    return head.encode() + b"\r\n" + (
        body if isinstance(body, bytes) else body.encode())


class Key:
    """A key made by openssl: .pem (path), .record (TXT)."""

    def __init__(self, rig, name, kind="rsa"):
        self.kind, self.name = kind, name
        self.pem = rig.work / f"{name}.pem"
        how = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"] \
            if kind == "rsa" else ["-algorithm", "ED25519"]
        subprocess.run(["openssl", "genpkey", *how, "-out", self.pem],
                       check=True, capture_output=True)
        self.pem.chmod(0o600)
        der = subprocess.run(["openssl", "pkey", "-in", self.pem, "-pubout",
                              "-outform", "DER"], check=True,
                             capture_output=True).stdout
        public = der if kind == "rsa" else der[-32:]
        self.p = base64.b64encode(public).decode()
        self.record = f"v=DKIM1; k={kind}; p={self.p}"

    def traditional(self, rig):
        """The old form of the same, that old programs read."""
        path = rig.work / f"{self.name}.rsa.pem"
        subprocess.run(["openssl", "rsa", "-in", self.pem, "-traditional",
                        "-out", path], check=True, capture_output=True)
        path.chmod(0o600)
        return path

    def zone(self, selector, domain):
        """A line for Names, relative to test."""
        assert domain.endswith(".test")
        text = self.record
        parts = " ".join(f'"{text[i:i + 250]}"'
                         for i in range(0, len(text), 250))
        return f"{selector}._domainkey.{domain[:-5]} TXT {parts}\n"


# One program for all of dkimpy, so that its path is the unpacked one's.
DKIMPY = """
import sys, dkim
from dkim import arc_verify
what, port = sys.argv[1], int(sys.argv[2])
message = sys.stdin.buffer.read()
def txt(name, timeout=5):
    import socket, struct, random
    name = name.decode() if isinstance(name, bytes) else name
    q = struct.pack(">HHHHHH", random.randrange(65536), 0x100, 1, 0, 0, 1)
    for l in name.rstrip(".").split("."):
        q += bytes([len(l)]) + l.encode()
    q += b"\\0" + struct.pack(">HH", 16, 1)
    q += b"\\0" + struct.pack(">HHIH", 41, 4096, 0, 0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(timeout)
        s.sendto(q, ("127.0.0.1", port))
        a = s.recv(65535)
    an = struct.unpack(">H", a[6:8])[0]
    def skip(i):
        while a[i]:
            if a[i] >= 192:
                return i + 2
            i += a[i] + 1
        return i + 1
    i = skip(12) + 4
    for _ in range(an):
        i = skip(i)
        kind, _, _, n = struct.unpack(">HHIH", a[i:i + 10])
        i += 10
        if kind == 16:
            text, j = b"", i
            while j < i + n:
                text += a[j + 1:j + 1 + a[j]]
                j += a[j] + 1
            return text
        i += n
    return None
if what == "verify":
    d = dkim.DKIM(message, timeout=5)
    count = sum(1 for h, _ in d.headers if h.lower() == b"dkim-signature")
    for k in range(count):
        d = dkim.DKIM(message, timeout=5)
        try:
            good = d.verify(k, dnsfunc=txt)
        except dkim.DKIMException as e:
            good = "error " + str(e)
        print(k, d.signature_fields.get(b"a", b"").decode(), good)
elif what == "arc":
    cv, results, reason = dkim.arc_verify(message, dnsfunc=txt)
    print(cv.decode(), reason)
elif what == "sign":
    selector, domain, pem, canon, algorithm = [
        a.encode() for a in sys.argv[3:8]]
    sys.stdout.buffer.write(dkim.sign(
        message, selector, domain, open(pem, "rb").read(),
        canonicalize=tuple(canon.split(b"/")),
        signature_algorithm=algorithm).replace(b"\\r\\n", b"\\n").replace(
            b"\\n", b"\\r\\n"))
"""


def dkimpy(rig, what, port, data, *args):
    got = subprocess.run(["/usr/bin/python3", "-c", DKIMPY, what, str(port),
                          *map(str, args)], input=data, env=rig.env,
                         capture_output=True, timeout=60)
    if got.returncode != 0:
        raise RuntimeError("dkimpy: " + got.stderr.decode()[-1500:])
    return got.stdout


def dkimpy_sign(rig, data, selector, domain, key, canon="relaxed/relaxed"):
    """The message with its signature on top."""
    algorithm = "rsa-sha256" if key.kind == "rsa" else "ed25519-sha256"
    pem = key.pem
    if key.kind != "rsa":       # dkimpy wants the bare seed, base64
        pem = rig.work / f"{key.name}.seed"
        der = subprocess.run(["openssl", "pkey", "-in", key.pem, "-outform",
                              "DER"], check=True, capture_output=True).stdout
        pem.write_bytes(base64.b64encode(der[-32:]))
    return dkimpy(rig, "sign", 0, data, selector, domain, pem, canon,
                  algorithm) + data


MAIL_DKIM = """
use Mail::DKIM::Verifier; use Mail::DKIM::DNS; use Net::DNS::Resolver;
Mail::DKIM::DNS::resolver(Net::DNS::Resolver->new(
    nameservers => ["127.0.0.1"], port => $ARGV[0], recurse => 1));
my $v = Mail::DKIM::Verifier->new();
binmode STDIN;
while (<STDIN>) { s/\\015?\\012$//; $v->PRINT("$_\\015\\012"); }
$v->CLOSE;
print $_->algorithm, " ", $_->result, " ", $_->result_detail, "\\n"
    for $v->signatures;
"""


def mail_dkim(rig, port, data):
    """The output of Mail::DKIM, None when it is not to be had."""
    got = subprocess.run(["perl", "-e", MAIL_DKIM, str(port)], input=data,
                         env=rig.env, capture_output=True, timeout=60)
    if got.returncode != 0:
        return "", got.stderr.decode()[-800:]
    return got.stdout.decode(), ""


MAIL_DKIM_SIGN = """
use Mail::DKIM::Signer;
my ($selector, $domain, $pem, $canon) = @ARGV;
my $s = Mail::DKIM::Signer->new(Algorithm => "rsa-sha256", Method => $canon,
    Domain => $domain, Selector => $selector, KeyFile => $pem);
binmode STDIN; binmode STDOUT;
while (<STDIN>) { s/\\015?\\012$//; $s->PRINT("$_\\015\\012"); }
$s->CLOSE;
my $f = $s->signature->as_string; $f =~ s/\\015?\\012/\\015\\012/g;
print "$f\\015\\012";
"""


def mail_dkim_sign(rig, data, selector, domain, key, canon):
    got = subprocess.run(
        ["perl", "-e", MAIL_DKIM_SIGN, selector, domain,
         key.traditional(rig), canon], input=data, env=rig.env,
        capture_output=True, timeout=60)
    if got.returncode != 0:
        raise RuntimeError("Mail::DKIM: " + got.stderr.decode()[-1500:])
    return got.stdout + data
