#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""assay key: what it makes is what verifiers want, and what it says of DNS."""
import os
import re
import stat
import subprocess

from cli import main, ok, put, read, run, same, scratch


def new(kind, name):
    path = os.path.join(scratch, name + ".pem")
    return path, run("key", "new", kind, name, "ex.org", path)


def zone_of(out):
    return re.search(r"^\S+ 3600 IN TXT .*$", out, re.M).group() + "\n"


def openssl_public(path, *more):
    return subprocess.run(["openssl", "pkey", "-in", path, "-pubout",
                           "-outform", "DER"], capture_output=True).stdout


def test_new():
    import base64
    for kind, size in (("rsa", 2048), ("rsa3072", 3072), ("ed25519", None)):
        path, (status, out, err) = new(kind, "k-" + kind)
        same((status, err), (0, ""), f"{kind}: made")
        mode = stat.S_IMODE(os.stat(path).st_mode)
        same(oct(mode), "0o600", f"{kind}: its owner's alone")
        zone = zone_of(out)
        strings = re.findall(r'"([^"]*)"', zone)
        ok(max(map(len, strings)) <= 255, f"{kind}: strings for DNS")
        record = "".join(strings)
        ok(f"\n{record}\n" in out, f"{kind}: the same for a web form")
        ok(f"update add {zone}send" in out, f"{kind}: and for nsupdate")
        ok(f"sign {kind[:3] if size else kind} k-{kind} {path}" in out,
           f"{kind}: and for assay.conf")
        p = base64.b64decode(record.split("p=")[1])
        ok(openssl_public(path).endswith(p) and (size is None or
           openssl_public(path) == p), f"{kind}: openssl sees that key")
        ok("PRIVATE" not in out, f"{kind}: nothing private is shown")
        put("z", zone)
        status, text, err = run("key", "check", "--zone", "z", "k-" + kind,
                                "ex.org", path)
        same((status, err), (0, ""), f"{kind}: is good in DNS")
        ok("public part of the private key" in text and "bad" not in text,
           f"{kind}: and fits", text)
        same(zone_of(run("key", "record", "k-" + kind, "ex.org", path)[1]),
             zone, f"{kind}: the record again")


def test_not_twice():
    path, _ = new("ed25519", "twice")
    before = read(path)
    status, out, err = new("ed25519", "twice")[1]
    ok(status == 2 and "there already" in err and out == "",
       "a key that is there is not replaced", err)
    same(read(path), before, "and is unharmed")
    status, out, err = run("key", "new", "ed25519", "s", "ex.org",
                           os.path.join(scratch, "no", "k.pem"))
    ok(status == 2 and "No such file" in err, "no such directory", err)
    same([f for f in os.listdir(scratch) if ".new-" in f], [],
         "nothing is left behind")


def test_check():
    path, (_, out, _) = new("ed25519", "c")
    other, (_, out2, _) = new("ed25519", "d")
    record = re.search(r'"(.*)"', zone_of(out)).group(1)
    weak = ("v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQ"
            "oBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb"
            "3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9Pz"
            "oxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB")

    def tell(rows, *args):
        import json
        zone = put("zone.json", json.dumps(rows))
        return run("key", "check", "--zone", zone, "c", "ex.org", *args)

    def txt(*values):
        return [{"name": "c._domainkey.ex.org", "type": "TXT",
                 "values": list(values)}]
    rows = [
        ("good", txt(record), (path,), 0, "its owner's alone"),
        ("without the file", txt(record), (), 0, "Ed25519"),
        ("another key", txt(record), (other,), 1, "is not the public part"),
        ("testing", txt(record + "; t=y"), (path,), 0, "t=y"),
        ("only sha1", txt(record + "; h=sha1"), (path,), 1, "sha256"),
        ("revoked", txt("v=DKIM1; k=ed25519; p="), (path,), 1, "revoked"),
        ("nonsense", txt("hello"), (path,), 1, "bad"),
        ("two records", txt(record, weak), (path,), 1, "several records"),
        ("1024 bits", txt(weak), (), 0, "at least 2048"),
        ("no record", [], (path,), 1, "no such record"),
        ("no answer", [{"name": "c._domainkey.ex.org", "rcode": "SERVFAIL"}],
         (path,), 4, "try again"),
        ("no file", txt(record), ("/nonexistent",), 3, ""),
    ]
    for label, zone, args, want, text in rows:
        status, out, err = tell(zone, *args)
        same(status, want, f"{label}: exit status")
        ok(text in out.replace("\n      ", " "), f"{label}: says so", out + err)
    os.chmod(path, 0o640)
    status, out, _ = tell(txt(record), path)
    ok(status == 1 and "chmod 0600" in out, "others can read it", out)


main(test_new, test_not_twice, test_check)
