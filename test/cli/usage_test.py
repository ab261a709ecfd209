#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The command line itself: help, mistakes, configuration, completions."""
import os
import re
import subprocess

from cli import (ASSAY, BANK, EVIL, SOURCE, WORLD, ZONE, TIME, mail, main, ok,
                 put, read, run, same)


def definitions(name, pattern):
    with open(os.path.join(SOURCE, name)) as f:
        return re.findall(pattern, f.read(), re.M | re.S)


COMMANDS = definitions("app/assay/commands.def", r'^X\(\w+, (\w+),')
FLAGS = [n for n in definitions("app/assay/flags.def", r'^X\(\w+, "([^"]+)"')]
KEYS = definitions("sys/conf.def", r'^X\(\w+, "([^"]+)"')


def test_help():
    same(run("--version"), (0, "assay 0.1.0\n", ""), "--version")
    status, out, _ = run("--help")
    same(status, 0, "--help exits 0")
    for c in COMMANDS:
        ok(re.search(rf"^  {c} ", out, re.M), f"--help names {c}")
        status, text, _ = run(c, "--help")
        ok(status == 0 and c in text, f"{c} --help")
        if c not in ("help", "demo"):
            ok("Examples" in text, f"{c} --help teaches with examples")
        same(run("help", c)[1], text, f"help {c} is the same")
        wide = [l for l in text.splitlines() if len(l) > 80]
        same(wide, [], f"{c} --help fits 80 columns")
    helps = [run(c, "--help")[1] for c in COMMANDS]
    for f in FLAGS:
        ok(any(f"--{f}" in h for h in helps), f"some command takes --{f}")


MISTAKES = [
    ([], "what shall be done"),
    (["chekc", "x"], "did you mean 'assay check'"),
    (["zebra"], "no command 'zebra'"),
    (["help", "chekc"], "did you mean 'check'"),
    (["check"], "which message"),
    (["check", "--zoen", "x"], "did you mean '--zone'"),
    (["check", "--zone"], "wants a value"),
    (["check", "--json=1", "x"], "takes no value"),
    (["check", "-x"], "no flag '-x'"),
    (["check", "--time", "yesterday", "x"], "Unix seconds"),
    (["check", "--time", "-5", "x"], "Unix seconds"),
    (["check", "--time", "99999999999999999999", "x"], "Unix seconds"),
    (["check", "-j", "many", "x"], "0 to 512"),
    (["check", "--jobs=513", "x"], "0 to 512"),
    (["check", "--color", "red", "x"], "auto, always or never"),
    (["check", "--ip", "1.2.3", "x"], "no IP address"),
    (["check", "--ip", "192.0.2.01", "x"], "no IP address"),
    (["check", "--profile", "rfc822", "x"], "rfc9989 or rfc7489"),
    (["check", "--resolver", "dns.example", "x"], "a resolver is"),
    (["check", "--resolver", "127.0.0.1", "--zone", ZONE, "x"], "not both"),
    (["check", "--trust", "10.0.0.0/33", "--from-headers", "x"], "networks"),
    (["check", "--trust", "", "--from-headers", "x"], "networks"),
    (["check", "--zone", "/nonexistent", "x"], "cannot read the zone"),
    (["check", "--conf", "/nonexistent", "x"], "cannot read"),
    (["check", "--policy", "/nonexistent", "x"], "cannot read the policy"),
    (["spf", "example.com"], "give --ip"),
    (["spf", "--ip", "192.0.2.1"], "which sender"),
    (["spf", "--ip", "192.0.2.1", "a", "b"], "one sender"),
    (["spf", "--brief", "x"], "does not take"),
    (["dmarc"], "which domain"),
    (["dmarc", "--zone", ZONE, "a b"], "no domain name"),
    (["dmarc", "--zone", ZONE, "a>\r\nFrom: <x@y"], "no domain name"),
    (["replay"], "which record"),
    (["key"], "new, record or check"),
    (["key", "chekc"], "did you mean 'check'"),
    (["key", "new", "rsa"], "new ALGORITHM SELECTOR DOMAIN FILE"),
    (["key", "new", "rsa1024", "s", "ex.org", "f"], "a key is rsa"),
    (["key", "new", "rsa", "a b", "ex.org", "f"], "no selector"),
    (["key", "new", "rsa", "s", "org", "f"], "no domain name"),
    (["key", "new", "rsa", "s" * 63 + "." + "s" * 63 + "." + "s" * 63,
      "a" * 60 + ".ex.org", "f"], "too long for DNS"),
    (["key", "check", "s"], "check SELECTOR DOMAIN"),
    (["key", "record", "s", "ex.org", "/nonexistent"], "No such file"),
    (["conf"], "check, show, explain or"),
    (["conf", "chekc"], "did you mean 'check'"),
    (["conf", "explain", "resolvr"], "did you mean 'resolver'"),
    (["conf", "show", "a", "b"], "one word"),
    (["spf", "--brief", "x"], "does not take '--brief'"),
    (["spf", "-j2", "x"], "does not take '-j2'"),
    (["check", "--receiver", "a b", "x"], "no host name"),
    (["check", "--receiver", "", "x"], "no host name"),
    (["check", "--helo", "", "x"], "no control characters"),
    (["check", "--helo", "a\nb", "x"], "no control characters"),
    (["check", "--helo", "a b", "x"], "no spaces"),
    (["dmarc", "--zone", ZONE, "foo..bar"], "no domain name"),
    (["spf", "--ip", "192.0.2.1", "bad domain"], "no DOMAIN"),
    (["spf", "--ip", "192.0.2.1", ""], "no DOMAIN"),
    (["spf", "--ip", "192.0.2.1", "a@"], "no DOMAIN"),
    (["check", "-", "-"], "one - is enough"),
    (["demo", "x"], "no arguments"),
    (["status", "x"], "no arguments"),
    (["status", "--brief"], "does not take"),
    (["token"], "what?"),
    (["token", "new"], "one name"),
    (["token", "new", "a b"], "a name is"),
]


def test_mistakes():
    for args, words in MISTAKES:
        status, out, err = run(*args)
        ok(status == 2 and out == "" and words in err,
           "mistake: " + " ".join(args)[:50].replace("\n", " "), f"{status}\n{out}\n{err}")


def test_spellings():
    a = run("check", "--json", *WORLD, mail("genuine"))
    b = run("check", f"--zone={ZONE}", mail("genuine"), f"--time={TIME}",
            "--receiver=mx.reader.example", "--json")
    same(a, b, "--flag=VALUE and files first are the same")
    c = run("check", "--json", *WORLD, "--", mail("genuine"))
    same(a, c, "-- ends the flags")
    d = run("check", "-j1", "--json", *WORLD, mail("genuine"))
    same(a, d, "-jN is one word")
    e = run("spf", *WORLD[:4], *EVIL[:2], "--mail-from", "<a@evil.example>")
    same(e[0], 0, "brackets round the sender are taken off")


CONF = """\
# a whole one
authserv-id      mx.example.org
resolver         127.0.0.1:5353
trusted-sealer   lists.example.net; trusted-sealer club.example
own-domain       example.org
question-timeout 500ms
policy "inbound" {
	dmarc-fail policy reject then quarantine   # } is no end here
}
"""


def test_conf():
    good = put("good.conf", CONF)
    same(run("conf", "check", good), (0, f"{good}: good\n", ""),
         "conf check")
    status, out, _ = run("conf", "show", good)
    ok(status == 0 and "127.0.0.1:5353" in out and
       "# profile             rfc9989" in out, "conf show", out)
    again = put("again.conf", out)
    same(run("conf", "show", again)[1], out, "what conf show prints is read "
         "again")
    bad = put("bad.conf", "\nresolvr x\nprofile rfc1\nmax-memory 9P\n"
              "policy \"p\" {\n\n  frobnicate then reject\n}\n")
    status, out, err = run("conf", "check", bad)
    ok(status == 2 and f"{bad}:2: there is no statement 'resolvr'; did you "
       "mean 'resolver'?" in err and f"{bad}:3: " in err and f"{bad}:4: " in err
       and f"{bad}:7: " in err, "every mistake with its line", err)
    same(run("check", "--conf", bad, *WORLD, mail("genuine"))[0], 2,
         "a bad configuration stops a check")
    plain = put("plain.conf", "policy \"p\" {\n\tdmarc-fail then reject\n}\n")
    status, out, err = run("conf", "check", plain)
    ok(status == 0 and ":2: warning:" in err and "7.4" in err,
       "plain reject is warned of", err)
    same(run("conf", "check", good, good)[1], f"{good}: good\n" * 2,
         "several files")
    same(run("conf", "check", bad, good)[0], 2, "one of them bad")
    ok("1M to 1G" in run("conf", "check", put(
        "far.conf", "max-memory 4G\n"))[2], "the range is told")
    for key in KEYS:
        status, out, _ = run("conf", "explain", key)
        same([l for l in out.splitlines() if len(l) > 78], [],
             f"conf explain {key} is wrapped")
        ok(status == 0 and out.startswith(key), f"conf explain {key}")
    words = re.findall(r'^X\("([a-z-]+)"', read(os.path.join(
        SOURCE, "app/assay/policy_words.def")).decode(), re.M)
    page = re.sub(r"[\\&]", "", read(os.path.join(
        SOURCE, "doc/man/assay-policy.5")).decode())
    for word in words:
        status, out, _ = run("conf", "explain", word)
        ok(status == 0 and out.startswith(word + ", a word of policies"),
           f"conf explain {word}")
        ok(word in page, f"{word} stands in assay-policy(5)")
        example = re.search(r"  example  (.*?)\n  more ", out, re.S).group(1)
        plain = put("example.policy", re.sub(r"^ +", "", example, flags=re.M)
                    + "\n")
        same(run("check", "--policy", plain, *WORLD, *BANK,
                 mail("genuine"))[2], "", f"the example of {word} is a policy")
    ok("budget" in run("conf", "explain", "mandate")[1], "mandate is taught")
    for word in ("accept", "defer", "reject"):
        ok(f"then {word}" in run("conf", "explain", word)[1],
           f"{word} is taught")
    ok("did you mean 'mandate'?" in run("conf", "explain", "mandat")[2],
       "and found when it is misspelt")


def test_conf_import():
    keys = put("KeyTable", "k example.org:s1:/etc/assay/s1.pem\n")
    signing = put("SigningTable", "*@example.org k\n")
    dkim = put("opendkim.conf", "Mode sv\nPidFile /run/x.pid\n"
               f"KeyTable refile:{keys}\nSigningTable refile:{signing}\n")
    dmarc = put("opendmarc.conf", "AuthservID mx.example.org\n"
                "RejectFailures true\n")
    status, out, err = run("conf", "import", dkim, dmarc)
    same(status, 0, "conf import")
    ok("\tsign rsa s1 /etc/assay/s1.pem" in out, "the key", out)
    ok(f"# {dkim}:2: PidFile /run/x.pid: " in out, "what was not", out)
    ok("not carried over" in err, "that is told", err)
    made = put("made.conf", out)
    status, out, err = run("conf", "check", made)
    same((status, out), (0, f"{made}: good\n"), "it is good")
    ok("RFC 9989 7.4" in err, "with the usual warning", err)
    same(run("conf", "import")[0], 2, "import of nothing")
    same(run("conf", "import", "/nonexistent")[0], 3, "an unreadable file")


def test_conf_counts():
    """What the configuration says holds, and flags win over it."""
    conf = put("use.conf", "authserv-id conf.example\nmax-signatures 1\n"
               "trusted-sealer university.example\n")
    args = ["check", "--json", "--zone", ZONE, "--time", TIME, "--conf", conf]
    import json
    one = json.loads(run(*args, *BANK, mail("genuine"))[1])
    same(one["session"]["receiver"], "conf.example", "authserv-id is used")
    ok([s["result"] for s in one["dkim"]["signatures"]][1] != "pass",
       "max-signatures is used")
    arc = json.loads(run(*args, mail("forwarded"))[1])
    same(arc["arc"]["sealers_trusted"], True, "trusted-sealer is used")
    two = json.loads(run(*args, "--receiver", "flag.example",
                         mail("genuine"))[1])
    same(two["session"]["receiver"], "flag.example", "--receiver wins")


def bash(words):
    script = f"""
        source {SOURCE}/share/completion/assay.bash
        COMP_WORDS=({" ".join("'%s'" % w for w in words)})
        COMP_CWORD={len(words) - 1}
        compopt() {{ :; }}
        _assay
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    path = os.path.dirname(ASSAY) + ":" + os.environ["PATH"]
    out = subprocess.run(["bash", "-c", script], capture_output=True,
                         env={**os.environ, "PATH": path})
    return out.stdout.decode().split()


def flags_of(command):
    """By the program's own word, which is what must be completed."""
    text = run(command, "--help")[1].split("Flags", 1)[1].split("\n\n")[0]
    return sorted(set(re.findall(r"(?<=[ ,])--[a-z-]+", "\n".join(
        l[:24] for l in text.splitlines() if l.startswith("  -")))))


def test_completions():
    ok(set(COMMANDS) <= set(bash(["assay", ""])), "bash: every command")
    zsh = read(os.path.join(SOURCE, "share/completion/_assay")).decode()
    ok(subprocess.run(["zsh", "-n", SOURCE + "/share/completion/_assay"])
       .returncode == 0, "zsh: the syntax holds")
    for c in COMMANDS:
        got = set(bash(["assay", c, "--"]))
        want = set(flags_of(c)) | {"--help"}
        same(sorted(got - {"-j"}), sorted(want), f"bash: the flags of {c}")
        ok(f"'{c}:" in zsh, f"zsh: {c}")
    for f in FLAGS:
        ok(f"--{f}[" in zsh or f"--{f}}}'[" in zsh, f"zsh: --{f}")
    same(bash(["assay", "conf", "explain", "res"]), ["resolver"],
         "bash: statements of the configuration")
    same(bash(["assay", "check", "--profile", "rfc7"]), ["rfc7489"],
         "bash: values")


def test_manual():
    page = read(os.path.join(SOURCE, "doc/man/assay.1")).decode()
    for f in FLAGS:
        ok(f"Fl Fl {f}" in page, f"assay(1) has --{f}")
    for c in COMMANDS:
        ok(re.search(rf"^\.It Cm {c}$", page, re.M), f"assay(1) has {c}")
    page = read(os.path.join(SOURCE, "doc/man/assay.conf.5")).decode()
    for k in KEYS:
        ok(re.search(rf"^\.It Ic {k} ", page, re.M),
           f"assay.conf(5) has {k}")
    for name, source in (("reasons", "include/assay/reasons.def"),
                         ("findings", "lib/posture/findings.def")):
        made = put(f"assay-{name}.7", b"")
        subprocess.run([SOURCE + "/tools/reasons.sh",
                        os.path.join(SOURCE, source), made], check=True)
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning",
                               made], capture_output=True)
        same(lint.stdout.decode(), "", f"assay-{name}(7) is clean")
        text = read(made).decode()
        ok(f"assay-{name}" in text, "and has its name")
        names = definitions(source, r'^X\(\d+, \w+,\s+"([^"]+)"')
        ok(len(names) > 50, f"there are {name}")
        same([n for n in names if f".It Sy {n} Pq" not in text], [],
             f"assay-{name}(7) has each of them")


def test_traits_page():
    made = put("assay-traits.7", b"")
    source = "lib/traits/traits.def"
    subprocess.run([SOURCE + "/tools/traits.sh",
                    os.path.join(SOURCE, source), made], check=True)
    lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", made],
                          capture_output=True)
    same(lint.stdout.decode(), "", "assay-traits(7) is clean")
    text = read(made).decode()
    names = definitions(source, r'^X\(\w+, "([^"]+)"')
    ok(len(names) > 90, "there are traits")
    same([n for n in names if not re.search(
        rf"^\.It Sy {n}( Pq \w+)?$", text, re.M)], [],
         "assay-traits(7) has each of them")


main(test_help, test_mistakes, test_spellings, test_conf, test_conf_import, test_conf_counts,
     test_completions, test_manual, test_traits_page)
