# SPDX-License-Identifier: Apache-2.0
"""DKIM signatures (RFC 6376, RFC 8463) by libcrypto, for a test that signs
thousands of messages: a signer that shares no code with ours."""
import base64
import ctypes
import hashlib
import re


def _library():
    for name in ("libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so"):
        try:
            return ctypes.CDLL(name)
        except OSError:
            pass
    raise RuntimeError("no libcrypto")


class Crypto:
    """The few functions, with their types."""

    def __init__(self):
        lib, p = _library(), ctypes.c_void_p
        for name, result, args in (
                ("BIO_new_mem_buf", p, [ctypes.c_char_p, ctypes.c_int]),
                ("PEM_read_bio_PrivateKey", p, [p, p, p, p]),
                ("BIO_free", ctypes.c_int, [p]),
                ("EVP_MD_CTX_new", p, []), ("EVP_MD_CTX_free", None, [p]),
                ("EVP_sha256", p, []),
                ("EVP_DigestSignInit", ctypes.c_int, [p, p, p, p, p]),
                ("EVP_DigestSign", ctypes.c_int, [
                    p, p, ctypes.POINTER(ctypes.c_size_t), ctypes.c_char_p,
                    ctypes.c_size_t])):
            f = getattr(lib, name)
            f.restype, f.argtypes = result, args
        self.lib = lib

    def load(self, pem):
        bio = self.lib.BIO_new_mem_buf(pem, len(pem))
        key = self.lib.PEM_read_bio_PrivateKey(bio, None, None, None)
        self.lib.BIO_free(bio)
        if not key:
            raise RuntimeError("no such private key")
        return key

    def sign(self, key, digest, data):
        ctx = self.lib.EVP_MD_CTX_new()
        out, n = ctypes.create_string_buffer(1024), ctypes.c_size_t(1024)
        good = self.lib.EVP_DigestSignInit(ctx, None, digest, None, key) \
            == 1 and self.lib.EVP_DigestSign(ctx, out, ctypes.byref(n), data,
                                             len(data)) == 1
        self.lib.EVP_MD_CTX_free(ctx)
        if not good:
            raise RuntimeError("libcrypto does not sign")
        return out.raw[:n.value]


def relaxed_field(field):
    name, _, value = field.partition(b":")
    value = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip()
    return name.strip().lower() + b":" + value


def canon_body(body, how):
    if how == "relaxed":
        body = re.sub(rb"[ \t]+", b" ", body)
        body = re.sub(rb" \r\n", b"\r\n", body)
        body = re.sub(rb" $", b"", body)
    body = re.sub(rb"(\r\n)+$", b"", body)
    if body:
        return body + b"\r\n"
    return b"" if how == "relaxed" else b"\r\n"


class Signer:
    """One domain's; what its signatures look like is part of it."""

    crypto = None

    def __init__(self, key, domain, selector, canon="relaxed/relaxed",
                 fields="from:to:subject:date:message-id", tags="v a c d s",
                 twice=""):
        Signer.crypto = Signer.crypto or Crypto()
        self.key = self.crypto.load(key.pem.read_bytes())
        self.rsa = key.kind == "rsa"
        self.domain, self.selector = domain, selector
        self.head_canon, self.body_canon = canon.split("/")
        self.fields, self.twice = fields.split(":"), twice
        self.tags = tags.split()

    def __call__(self, data, now):
        """The field, to stand on top of the message."""
        head, _, body = data.partition(b"\r\n\r\n")
        lines = re.findall(rb"(?ms)^[^\s:]+[ \t]*:.*?\r\n(?![ \t])",
                           head + b"\r\n")
        named = {}
        for line in lines:
            named.setdefault(line.split(b":")[0].strip().lower().decode(),
                             []).append(line[:-2])
        names, picked = [], b""
        for n in self.fields:
            for line in reversed(named.get(n, [])):
                names.append(n)
                picked += self.field(line) + b"\r\n"
        names += [n for n in self.twice.split(":") if n]
        digest = hashlib.sha256(canon_body(body, self.body_canon)).digest()
        said = {"v": "1", "a": "rsa-sha256" if self.rsa else
                "ed25519-sha256", "c": f"{self.head_canon}/{self.body_canon}",
                "d": self.domain, "s": self.selector, "t": str(now),
                "q": "dns/txt"}
        text = "; ".join(f"{t}={said[t]}" for t in self.tags)
        text = (f"DKIM-Signature: {text};\r\n h={':'.join(names)};\r\n bh="
                f"{base64.b64encode(digest).decode()};\r\n b=").encode()
        b = self.seal(picked + self.field(text))
        return text + b"\r\n  ".join(b[i:i + 70] for i in range(
            0, len(b), 70)) + b"\r\n"

    def field(self, line):
        return relaxed_field(line) if self.head_canon == "relaxed" else line

    def seal(self, data):
        if self.rsa:
            got = self.crypto.sign(self.key, self.crypto.lib.EVP_sha256(),
                                   data)
        else:                   # RFC 8463 3: the hash is what is signed
            got = self.crypto.sign(self.key, None,
                                   hashlib.sha256(data).digest())
        return base64.b64encode(got)
