#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Too much to do: evals that do not come to a message in time."""
import os
import signal

from daemon import Daemon, done, ok, until
from milter import Milter, deleted

MAIL = (b"Authentication-Results: other.example; none\r\n"
        b"From: <a@bank.example>\r\nSubject: x\r\n\r\nhello\r\n")
SHORT = ("total-timeout 1s\nquestion-timeout 500ms\njob-timeout 2s\n"
         "own-mail none\n")


def late(extra="", options=""):
    """The answer when all evals sleep, and that after they wake."""
    d = Daemon(SHORT + extra, options)
    ok(d.ready(), f"is ready: {extra.split()} {options}") or d.show()
    evals = [pid for name, pid in d.children().items()
             if name.startswith("eval.")]
    m = Milter(d.sock)
    for pid in evals:
        os.kill(pid, signal.SIGSTOP)
    got = m.message(MAIL)
    for pid in evals:
        os.kill(pid, signal.SIGCONT)
    told = until(lambda: d.said("event=not-judged cause=late"))
    ok(len(told) == 1, "the log says so") or d.show()
    again, _, _ = m.message(MAIL)
    ok(again in "acy" and not until(lambda: len(d.said(
        "event=not-judged")) > 1, 0.2), "the next message is judged") \
        or d.show()
    m.close()
    ok(d.stop() == 0, "ends")
    return got, told


(reply, data, changes), told = late()
ok(reply == "y" and data.startswith(b"451 4.3.0") and
   "act=defer" in told[0], "it is deferred") or print("#", reply, data)
(reply, data, changes), told = late("when-broken accept\n")
ok(reply == "y", "whatever when-broken says")
(reply, data, changes), told = late("when-overloaded accept\n"
                                    "when-broken defer\n")
ok(reply in "ac" and "act=accept" in told[0] and
   len(deleted(changes)) == 1, "or let through, with no result on it") or \
    print("#", reply, data, changes)
(reply, data, changes), told = late(options="mode observe")
ok(reply in "ac" and changes == [], "mode observe changes nothing")
done()
