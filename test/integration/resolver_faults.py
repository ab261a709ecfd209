#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The resolver black-holed, failing, slow, talking garbage: the verdict says
temperror in time, mail flows as configured, other sessions are unharmed.

    resolver_faults.py BUILD
"""
import threading
import time

from rig import assayd, base, mail
from rig.world import Load, World, ours

LENIENT = """policy "lenient" {
	dmarc-fail policy reject  then reject
	structure S1              then quarantine
}
"""
# question-timeout 1s and total-timeout 3s, and what Postfix takes
LONGEST = 8 * base.TIMES


def fault(mode, want="temperror"):
    def test(w):
        w.liar.mode, w.liar.delay = mode, 30
        subject = f"resolver {mode}"
        n = fault.count = fault.count + 1
        sender = f"x@f{n}.many.test"
        begin = time.monotonic()
        m = w.arrives(subject, mail.message(sender=sender, subject=subject),
                      sender=sender)
        took = time.monotonic() - begin
        w.tap.ok(m and len(ours(m)) == 1 and f"spf={want}" in ours(m)[0],
                 f"{mode}: delivered, the result says {want}",
                 m and m.results())
        w.tap.ok(took < LONGEST, f"{mode}: in {took:.1f} s")
        # a message that needs no answer beside one that waits
        other = threading.Thread(target=lambda: w.send(
            mail.message(sender=f"y@g{n}.many.test"),
            sender=f"y@g{n}.many.test"))
        other.start()
        time.sleep(0.2)
        begin = time.monotonic()
        code, text = w.send(mail.message(subject=subject + " own"),
                            ip="127.0.0.1", login="alice")
        took = time.monotonic() - begin
        w.tap.ok(code == 250 and took < 0.9 * base.TIMES,
                 f"{mode}: mail that asks nothing does not wait "
                 f"({took:.2f} s)", text)
        other.join()
        begin = time.monotonic()
        load = Load(w, 30)
        w.tap.ok(load.wait(60) and set(load.codes()) == {250},
                 f"{mode}: 30 at once are delivered "
                 f"({time.monotonic() - begin:.1f} s)", load.codes())
        w.liar.mode = "pass"
        begin = time.monotonic()

        def well():
            fault.count += 1
            s = f"z@h{fault.count}.many.test"
            subject = f"well again {mode} {fault.count}"
            if w.send(mail.message(sender=s, subject=subject),
                      sender=s)[0] != 250:
                return False
            m = w.sink.get(subject)
            return m and "spf=pass" in ours(m)[0]
        w.tap.ok(base.wait_for(well, 40, 0.5),
                 f"{mode}: well again {time.monotonic() - begin:.1f} s "
                 "after the resolver")
    test.__name__ = "resolver " + mode
    return test


fault.count = 0


def deferring(w):
    """The built-in policy: a DMARC temperror is deferred."""
    w.liar.mode = "servfail"
    code, text = w.send(mail.message(sender="x@q.quar.test"),
                        sender="x@q.quar.test", port=w.pf.door["strict"])
    w.tap.ok(code == 451 or code == 450,
             "dmarc temperror then defer: a temporary refusal", code, text)
    w.liar.mode = "pass"


def no_resolver(w):
    """Nobody listens where the resolver should be."""
    d = assayd.Assayd(w.rig, base.free_port(), TIMEOUTS, policy=LENIENT,
                      name="alone")
    begin = time.monotonic()
    m = w.arrives("no resolver", mail.message(subject="no resolver"),
                  port=w.pf.door["alone"])
    took = time.monotonic() - begin
    w.tap.ok(m and "spf=temperror" in ours(m)[0] and took < LONGEST,
             f"nobody is there to ask ({took:.1f} s)", m and m.results())
    w.tap.ok(d.stop() == 0, "and it ends well")


TIMEOUTS = "question-timeout 1s\ntotal-timeout 3s\n"


def run(rig):
    strict = rig.work / "assayd" / "strict.sock"
    w = World(rig, liar=True, conf=TIMEOUTS +
              f"listen milter unix:{strict} name strict permissions 666\n"
              "use-policy strict listener strict\n"
              "use-policy lenient\n",
              daemon={"policy": LENIENT + assayd.POLICY},
              doors={"strict": {"smtpd_milters": f"unix:{strict}"},
                     "alone": {"smtpd_milters": "unix:"
                               f"{rig.work}/alone/milter.sock"}})
    w.serves("before all")
    begin = w.d.pss()
    w.each(fault("drop"), fault("servfail"), fault("slow"),
           fault("garbage"), fault("wrong-id"), fault("truncate"),
           deferring)
    end = w.d.pss()
    if begin and end and not w.rig.sanitized:
        w.tap.ok(end < begin + 40 * 1024, f"memory: {begin} KiB before, "
                 f"{end} KiB after")
    else:
        w.tap.skip("memory", "smaps_rollup cannot be read")
    w.each(no_resolver)
    w.tap.ok(w.d.stop() == 0, "assayd ends well", w.d.log()[-2000:])


base.main(run)
