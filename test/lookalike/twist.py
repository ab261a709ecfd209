#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""twist.py NAME...: what Debian's dnstwist makes of names, as lines of
class TAB known name TAB variant.  It is an independent generator: nothing of
it is in the product."""
import glob
import sys

try:
    import dnstwist
except ImportError:
    sys.exit("twist.py: the package dnstwist is missing")


def words(pattern):
    out = set()
    for path in glob.glob("/usr/share/dnstwist/dictionaries/" + pattern):
        out |= {w.strip() for w in open(path, encoding="utf-8")
                if not w.startswith("#")}
    return sorted(w for w in out if w)


for name in sys.argv[1:]:
    f = dnstwist.Fuzzer(name, dictionary=words("english.dict"),
                        tld_dictionary=words("*_tlds.dict"))
    f.generate()
    for p in sorted(f.domains, key=lambda p: (p["fuzzer"], p["domain"])):
        if p["domain"] != name and not p["fuzzer"].startswith("*"):
            print(p["fuzzer"], name, p["domain"], sep="\t")
