/* SPDX-License-Identifier: Apache-2.0 */
/*
 * orgdomain_cases.h - the table of orgdomain_test.c: RFC 9989 B.4 and the
 * rules of 4.7 and 4.10 one by one.  A zone is lines of "NAME TXT", each a
 * record at _dmarc.NAME.
 */
#ifndef CHECK_ORGDOMAIN_CASES_H
#define CHECK_ORGDOMAIN_CASES_H

#include <stdbool.h>

struct walk_case {
	const char *label, *author;
	bool not_existing;	/* the author is NXDOMAIN                   */
	const char *zone;
	const char *org, *record, *policy, *queries;
	const char *aligned;	/* "+NAME" aligns relaxed, "-NAME" not      */
};

static const struct walk_case walk_cases[] = {
{ .label = "a record at the author",
  .author = "example.com",
  .zone =
    "example.com v=DMARC1; p=reject\n"
    "signing.example.com v=DMARC1; p=none\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "reject",
  .queries =
    "_dmarc.example.com\n"
    "_dmarc.com\n",
  .aligned =
    "+example.com\n"
    "+signing.example.com\n",
},
{ .label = "thirteen labels, record at the registered name",
  .author = "a.b.c.d.e.f.g.h.i.j.k.example.com",
  .zone =
    "example.com v=DMARC1; p=reject\n"
    "signing.example.com v=DMARC1; p=none\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "reject",
  .queries =
    "_dmarc.a.b.c.d.e.f.g.h.i.j.k.example.com\n"
    "_dmarc.g.h.i.j.k.example.com\n"
    "_dmarc.h.i.j.k.example.com\n"
    "_dmarc.i.j.k.example.com\n"
    "_dmarc.j.k.example.com\n"
    "_dmarc.k.example.com\n"
    "_dmarc.example.com\n"
    "_dmarc.com\n",
  .aligned =
    "+example.com\n"
    "+signing.example.com\n",
},
{ .label = "a PSD above, the author has its own record",
  .author = "giant.bank.example",
  .zone =
    "bank.example v=DMARC1; p=reject; psd=y\n"
    "giant.bank.example v=DMARC1; p=quarantine\n",
  .org = "giant.bank.example",
  .record = "giant.bank.example",
  .policy = "quarantine",
  .queries =
    "_dmarc.giant.bank.example\n"
    "_dmarc.bank.example\n",
  .aligned =
    "+mail.giant.bank.example\n"
    "-mail.mega.bank.example\n",
},
{ .label = "thirteen labels and no record at all",
  .author = "a.b.c.d.e.f.g.h.i.j.mail.example.com",
  .org = "a.b.c.d.e.f.g.h.i.j.mail.example.com",
  .queries =
    "_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com\n"
    "_dmarc.g.h.i.j.mail.example.com\n"
    "_dmarc.h.i.j.mail.example.com\n"
    "_dmarc.i.j.mail.example.com\n"
    "_dmarc.j.mail.example.com\n"
    "_dmarc.mail.example.com\n"
    "_dmarc.example.com\n"
    "_dmarc.com\n",
},
{ .label = "a zone cut that the shortcut jumps over",
  .author = "mail.a.b.c.d.e.f.g.example.com",
  .zone =
    "example.com v=DMARC1; p=none\n"
    "b.c.d.e.f.g.example.com v=DMARC1; p=reject; psd=n\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "none",
  .queries =
    "_dmarc.mail.a.b.c.d.e.f.g.example.com\n"
    "_dmarc.c.d.e.f.g.example.com\n"
    "_dmarc.d.e.f.g.example.com\n"
    "_dmarc.e.f.g.example.com\n"
    "_dmarc.f.g.example.com\n"
    "_dmarc.g.example.com\n"
    "_dmarc.example.com\n"
    "_dmarc.com\n",
},
{ .label = "eight labels: every name is asked",
  .author = "a.b.c.d.e.f.example.com",
  .zone =
    "example.com v=DMARC1; p=reject\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "reject",
  .queries =
    "_dmarc.a.b.c.d.e.f.example.com\n"
    "_dmarc.b.c.d.e.f.example.com\n"
    "_dmarc.c.d.e.f.example.com\n"
    "_dmarc.d.e.f.example.com\n"
    "_dmarc.e.f.example.com\n"
    "_dmarc.f.example.com\n"
    "_dmarc.example.com\n"
    "_dmarc.com\n",
},
{ .label = "nine labels: the name of eight is skipped",
  .author = "a.b.c.d.e.f.g.example.com",
  .zone =
    "b.c.d.e.f.g.example.com v=DMARC1; p=reject\n"
    "example.com v=DMARC1; p=none; sp=quarantine\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "quarantine",
  .queries =
    "_dmarc.a.b.c.d.e.f.g.example.com\n"
    "_dmarc.c.d.e.f.g.example.com\n"
    "_dmarc.d.e.f.g.example.com\n"
    "_dmarc.e.f.g.example.com\n"
    "_dmarc.f.g.example.com\n"
    "_dmarc.g.example.com\n"
    "_dmarc.example.com\n"
    "_dmarc.com\n",
},
{ .label = "the nearest record is not special",
  .author = "a.mail.example.com",
  .zone =
    "mail.example.com v=DMARC1; p=reject\n"
    "example.com v=DMARC1; p=none; sp=quarantine\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "quarantine",
  .aligned =
    "+other.example.com\n"
    "+mail.example.com\n",
},
{ .label = "psd=n stops the walk",
  .author = "a.mail.example.com",
  .zone =
    "mail.example.com v=DMARC1; p=reject; psd=n\n"
    "example.com v=DMARC1; p=none\n",
  .org = "mail.example.com",
  .record = "mail.example.com",
  .policy = "reject",
  .queries =
    "_dmarc.a.mail.example.com\n"
    "_dmarc.mail.example.com\n",
  .aligned =
    "+b.mail.example.com\n"
    "-example.com\n"
    "-other.example.com\n",
},
{ .label = "psd=y at the top: one label below",
  .author = "a.mail.example.com",
  .zone =
    "com v=DMARC1; p=reject; sp=quarantine; np=reject; psd=y\n",
  .org = "example.com",
  .record = "com",
  .policy = "quarantine",
  .aligned =
    "+example.com\n"
    "+b.example.com\n"
    "-example2.com\n",
},
{ .label = "psd=y with np, author does not exist",
  .author = "nope.example.com",
  .not_existing = true,
  .zone =
    "com v=DMARC1; p=none; sp=quarantine; np=reject; psd=y\n",
  .org = "example.com",
  .record = "com",
  .policy = "reject",
},
{ .label = "a record between author and organization",
  .author = "a.b.giant.bank.example",
  .zone =
    "b.giant.bank.example v=DMARC1; p=reject\n"
    "bank.example v=DMARC1; p=none; sp=quarantine; psd=y\n",
  .org = "giant.bank.example",
  .record = "bank.example",
  .policy = "quarantine",
},
{ .label = "the author is the PSD itself",
  .author = "bank.example",
  .zone =
    "bank.example v=DMARC1; p=reject; psd=y\n",
  .org = "bank.example",
  .record = "bank.example",
  .policy = "reject",
  .queries =
    "_dmarc.bank.example\n",
  .aligned =
    "+bank.example\n"
    "-giant.bank.example\n",
},
{ .label = "a long name under a PSD",
  .author = "m.a.b.c.d.e.f.g.h.psd.example",
  .zone =
    "c.d.e.f.g.h.psd.example v=DMARC1; p=none\n"
    "psd.example v=DMARC1; p=reject; psd=y\n",
  .org = "h.psd.example",
  .record = "psd.example",
  .policy = "reject",
},
{ .label = "a registry without psd= aligns everybody",
  .author = "victim.example",
  .zone =
    "example v=DMARC1; p=none\n",
  .org = "example",
  .record = "example",
  .policy = "none",
  .aligned =
    "+attacker.example\n",
},
{ .label = "psd=n defends against such a registry",
  .author = "victim.example",
  .zone =
    "example v=DMARC1; p=none\n"
    "victim.example v=DMARC1; p=reject; psd=n\n",
  .org = "victim.example",
  .record = "victim.example",
  .policy = "reject",
  .aligned =
    "-attacker.example\n"
    "+mail.victim.example\n",
},
{ .label = "two records are none, the walk goes on",
  .author = "sub.example.com",
  .zone =
    "sub.example.com v=DMARC1; p=none\n"
    "sub.example.com v=DMARC1; p=reject\n"
    "example.com v=DMARC1; p=quarantine; sp=reject\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "reject",
},
{ .label = "other TXT records do not count",
  .author = "example.com",
  .zone =
    "example.com v=spf1 -all\n"
    "example.com google-site-verification=x\n"
    "example.com v=DMARC1; p=reject\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "reject",
},
{ .label = "the version is case-sensitive",
  .author = "example.com",
  .zone =
    "example.com v=dmarc1; p=reject\n",
  .org = "example.com",
},
{ .label = "v must come first",
  .author = "example.com",
  .zone =
    "example.com p=reject; v=DMARC1\n",
  .org = "example.com",
},
{ .label = "white space round = and ;",
  .author = "example.com",
  .zone =
    "example.com v = DMARC1 ; p = Reject\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "reject",
},
{ .label = "DMARC10 is not DMARC1",
  .author = "example.com",
  .zone =
    "example.com v=DMARC10; p=reject\n",
  .org = "example.com",
},
{ .label = "no p, but rua: p=none",
  .author = "example.com",
  .zone =
    "example.com v=DMARC1; rua=mailto:d@example.com\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "none",
},
{ .label = "no p, no rua: no processing",
  .author = "example.com",
  .zone =
    "example.com v=DMARC1;\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "no processing",
},
{ .label = "an invalid p, but rua: p=none",
  .author = "example.com",
  .zone =
    "example.com v=DMARC1; p=block; rua=mailto:d@example.com\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "none",
},
{ .label = "an invalid sp takes p along",
  .author = "example.com",
  .zone =
    "example.com v=DMARC1; p=reject; sp=blok; rua=mailto:d@example.com\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "none",
},
{ .label = "an invalid np, no rua: no processing",
  .author = "example.com",
  .zone =
    "example.com v=DMARC1; p=reject; np=x\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "no processing",
},
{ .label = "p may stand anywhere",
  .author = "example.com",
  .zone =
    "example.com v=DMARC1; rua=mailto:d@example.com; adkim=s; p=reject\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "reject",
},
{ .label = "pct, ri, rf are ignored",
  .author = "example.com",
  .zone =
    "example.com v=DMARC1; p=reject; pct=0; ri=3600; rf=afrf\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "reject",
},
{ .label = "sp for an existing subdomain",
  .author = "news.example.com",
  .zone =
    "example.com v=DMARC1; p=none; sp=reject; np=quarantine\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "reject",
},
{ .label = "np for one that does not exist",
  .author = "gone.example.com",
  .not_existing = true,
  .zone =
    "example.com v=DMARC1; p=none; sp=quarantine; np=reject\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "reject",
},
{ .label = "no np: sp, existing or not",
  .author = "gone.example.com",
  .not_existing = true,
  .zone =
    "example.com v=DMARC1; p=none; sp=quarantine\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "quarantine",
},
{ .label = "np alone says nothing of existing names",
  .author = "news.example.com",
  .zone =
    "example.com v=DMARC1; p=quarantine; np=reject\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "quarantine",
},
{ .label = "sp at the author's own record is not its policy",
  .author = "news.example.com",
  .zone =
    "news.example.com v=DMARC1; p=none; sp=reject\n"
    "example.com v=DMARC1; p=reject\n",
  .org = "example.com",
  .record = "news.example.com",
  .policy = "none",
},
{ .label = "no record anywhere",
  .author = "a.example.com",
  .org = "a.example.com",
  .queries =
    "_dmarc.a.example.com\n"
    "_dmarc.example.com\n"
    "_dmarc.com\n",
},
{ .label = "unknown tags are ignored",
  .author = "example.com",
  .zone =
    "example.com v=DMARC1; zz=1; p=reject; x-y=2\n",
  .org = "example.com",
  .record = "example.com",
  .policy = "reject",
},
{ .label = "the name below a PSD that the shortcut never asked",
  .author = "a.b.c.d.e.f.g.example.com",
  .zone =
    "c.d.e.f.g.example.com v=DMARC1; p=reject; sp=quarantine; psd=y\n",
  .org = "b.c.d.e.f.g.example.com",
  .record = "c.d.e.f.g.example.com",
  .policy = "quarantine",
  .queries =
    "_dmarc.a.b.c.d.e.f.g.example.com\n"
    "_dmarc.c.d.e.f.g.example.com\n",
  .aligned =
    "+x.b.c.d.e.f.g.example.com\n"
    "+b.c.d.e.f.g.example.com\n"
    "-x.c.d.e.f.g.example.com\n",
},
};

#endif
