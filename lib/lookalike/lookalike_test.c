/* SPDX-License-Identifier: Apache-2.0 */
/* What reads like a known name and what does not, with the words. */
#include "lookalike/tell.h"

#include "base/limits.h"
#include "test/t.h"

static const char *const known[] = {
	"paypal.com", "microsoft.com", "google.com", "google.co.uk",
	"wells-fargo.com", "steamcommunity.com", "binance.com",
	"xn--bcher-kva.example", "dhl.com", "example.co.uk", "walmart.com",
	"adobe.com", "barclays.co.uk", "xn--80aswg.xn--p1ai",
};

static const struct test {
	const char *name, *is;		/* NULL: reads like none            */
	enum lookalike_kind kind;
	const char *words;		/* NULL: not looked at              */
} tests[] = {
	/* known names and what is below them */
	{ "paypal.com", NULL, LOOKALIKE_NONE, NULL },
	{ "www.paypal.com", NULL, LOOKALIKE_NONE, NULL },
	{ "google.co.uk", NULL, LOOKALIKE_NONE, NULL },
	{ "a.b.google.com", NULL, LOOKALIKE_NONE, NULL },
	/* looks */
	{ "paypa1.com", "paypal.com", LOOKALIKE_VISUAL,
	  "digit one for letter l" },
	{ "rnicrosoft.com", "microsoft.com", LOOKALIKE_VISUAL,
	  "\"rn\" for letter m" },
	{ "vvalmart.com", "walmart.com", LOOKALIKE_VISUAL,
	  "\"vv\" for letter w" },
	{ "aclobe.net", "adobe.com", LOOKALIKE_VISUAL,
	  "\"cl\" for letter d" },
	{ "g00gle.com", "google.com", LOOKALIKE_VISUAL,
	  "digit zero for letter o, digit zero for letter o" },
	{ "xn--pypal-4ve.com", "paypal.com", LOOKALIKE_HOMOGRAPH,
	  "U+0430 for letter a, scripts that are never mixed" },
	{ "xn--paypl-0qa.com", "paypal.com", LOOKALIKE_HOMOGRAPH, NULL },
	{ "xn--80ak6aa92e.com", NULL, LOOKALIKE_NONE, NULL },
	{ "bucher.example", "xn--bcher-kva.example", LOOKALIKE_HOMOGRAPH,
	  NULL },
	{ "xn--bcher-mgb.example", "xn--bcher-kva.example",
	  LOOKALIKE_HOMOGRAPH, NULL },
	/* slips */
	{ "papyal.com", "paypal.com", LOOKALIKE_TYPO,
	  "\"py\" for \"yp\" (letters changed places)" },
	{ "microsft.com", "microsoft.com", LOOKALIKE_TYPO,
	  "letter o left out" },
	{ "gogle.com", "google.com", LOOKALIKE_TYPO,
	  "one letter o of two left out" },
	{ "microsofft.com", "microsoft.com", LOOKALIKE_TYPO,
	  "letter f doubled" },
	{ "microsofw.com", "microsoft.com", LOOKALIKE_TYPO,
	  "letter w for letter t" },
	{ "nicrosoft.com", "microsoft.com", LOOKALIKE_VISUAL,
	  "letter n for letter m" },
	{ "microsogt.com", "microsoft.com", LOOKALIKE_TYPO,
	  "letter g for letter f (one bit apart)" },
	{ "microsofy.com", "microsoft.com", LOOKALIKE_TYPO,
	  "letter y for letter t (its neighbour on the keyboard)" },
	{ "micrasoft.com", "microsoft.com", LOOKALIKE_VISUAL, NULL },
	{ "steancomnunitty.ru", "steamcommunity.com", LOOKALIKE_TYPO, NULL },
	/* hyphens and dots */
	{ "wellsfargo.com", "wells-fargo.com", LOOKALIKE_HYPHEN,
	  "the hyphen left out" },
	{ "micro-soft.com", "microsoft.com", LOOKALIKE_HYPHEN,
	  "a hyphen added" },
	{ "micro.soft.com", "microsoft.com", LOOKALIKE_DOT,
	  "a dot within the name" },
	/* suffixes */
	{ "paypal.org", "paypal.com", LOOKALIKE_TLD,
	  "the same name under .org" },
	{ "paypal-com.net", "paypal.com", LOOKALIKE_SUFFIX,
	  "the suffix within the name" },
	{ "paypalcom.net", "paypal.com", LOOKALIKE_SUFFIX, NULL },
	{ "barclayscouk.com", "barclays.co.uk", LOOKALIKE_SUFFIX, NULL },
	/* in front, around */
	{ "paypal.com.evil.top", "paypal.com", LOOKALIKE_SUBDOMAIN,
	  "the known name in front of evil.top" },
	{ "www.paypal.com.account.evil.top", "paypal.com",
	  LOOKALIKE_SUBDOMAIN, NULL },
	{ "paypal-secure-login.com", "paypal.com", LOOKALIKE_COMBO,
	  "\"-secure-login\" behind" },
	{ "secure-paypa1.top", "paypal.com", LOOKALIKE_COMBO,
	  "digit one for letter l, \"secure-\" in front" },
	{ "loginmicrosoftverify.xyz", "microsoft.com", LOOKALIKE_COMBO,
	  "\"login\" in front, \"verify\" behind" },
	{ "verify-micorsoft.com", "microsoft.com", LOOKALIKE_COMBO, NULL },
	/* words are words */
	{ "finance.com", NULL, LOOKALIKE_NONE, NULL },
	/* short names must be equal, but for what is the same to the eye */
	{ "dh1.com", "dhl.com", LOOKALIKE_VISUAL, NULL },
	{ "bhl.com", NULL, LOOKALIKE_NONE, NULL },
	{ "dhk.com", NULL, LOOKALIKE_NONE, NULL },
	{ "unrelated.org", NULL, LOOKALIKE_NONE, NULL },
	{ "com", NULL, LOOKALIKE_NONE, NULL },
	{ "", NULL, LOOKALIKE_NONE, NULL },
	{ "co.uk", NULL, LOOKALIKE_NONE, NULL },
	/* hostile */
	{ "xn--.com", NULL, LOOKALIKE_NONE, NULL },
	{ "xn--99999999999.com", NULL, LOOKALIKE_NONE, NULL },
	{ "-.com", NULL, LOOKALIKE_NONE, NULL },
	{ "--------.--------", NULL, LOOKALIKE_NONE, NULL },
	{ "xn--1-0hcb7a.com", NULL, LOOKALIKE_NONE, NULL },	/* Hebrew */
	{ "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a",
	  NULL, LOOKALIKE_NONE, NULL },
};

static void
row(const struct lookalikes *ix, const struct test *t)
{
	ROOM(room, LOOKALIKE_TELL);
	struct buf words = BUF_ON(room);
	struct span name = assay_cstr(t->name);
	struct lookalike_hit hit;
	bool ok = lookalike_find(ix, name, 0, &hit);

	if (t->is == NULL) {
		T_OK(!ok, t->name);
		if (ok)
			t_show("reads like", hit.name);
		return;
	}
	T_OK(ok && hit.kind == t->kind &&
	    span_eq(hit.name, assay_cstr(t->is)), t->name);
	lookalike_tell(&words, name, &hit);
	if (!ok || hit.kind != t->kind)
		printf("# %s kind %d bits %d\n", ok ? "found" : "not found",
		    (int)hit.kind, hit.bits);
	if (t->words != NULL)
		T_SPAN(buf_span(&words), assay_cstr(t->words), t->name);
}

/* Every label is as long as can be, and so is the name. */
static void
too_long(const struct lookalikes *ix)
{
	char name[300];
	struct lookalike_hit hit;

	memset(name, 'a', sizeof(name));
	for (size_t i = 63; i < sizeof(name); i += 64)
		name[i] = '.';
	T_OK(!lookalike_find(ix, (struct assay_span){ (uint8_t *)name, 253 },
	    0, &hit), "a name of 253 octets");
	T_OK(!lookalike_find(ix, (struct assay_span){ (uint8_t *)name, 254 },
	    0, &hit), "a longer one");
	memset(name, 'a', 100);
	memcpy(name + 100, ".com", 4);
	T_OK(!lookalike_find(ix, (struct assay_span){ (uint8_t *)name, 104 },
	    0, &hit), "a label of 100 octets");
}

/* Names that differ in a digit share their variants: some get lost, and
 * nothing takes long. */
static void
crowd(void)
{
	enum { CROWD = 5000 };
	struct lookalike_counts c;
	struct lookalikes *ix;
	struct lookalike_hit hit;
	struct arena a;
	char name[40];
	unsigned known_all = 0;

	arena_init(&a, 64 << 20);
	ix = lookalike_new(&a, CROWD);
	for (unsigned i = 0; i < CROWD; i++) {
		snprintf(name, sizeof(name), "host%04u.example", i);
		(void)lookalike_add(ix, assay_cstr(name), 0);
	}
	lookalike_count(ix, &c);
	for (unsigned i = 0; i < CROWD; i++) {
		snprintf(name, sizeof(name), "host%04u.example", i);
		known_all += lookalike_known(ix, assay_cstr(name));
	}
	T_OK(c.names == CROWD && c.dropped > 0,
	    "5,000 names that differ in a digit: variants are dropped");
	T_INT(known_all, CROWD, "... and each is known");
	T_OK(lookalike_find(ix, SPAN("h0st0123.example"), 0, &hit),
	    "... and is found");
	T_OK(!lookalike_add(ix, SPAN("one.more"), 0), "there is no more room");
	arena_free(&a);
}

static void
refused(void)
{
	struct lookalikes *ix;
	struct arena a;

	arena_init(&a, 1 << 20);
	ix = lookalike_new(&a, 4);
	T_OK(!lookalike_add(ix, SPAN("com"), 0) &&
	    !lookalike_add(ix, SPAN(""), 0) &&
	    !lookalike_add(ix, SPAN("co.uk"), 5), "no registrable name");
	T_OK(lookalike_add(ix, SPAN("a.example"), 0) &&
	    lookalike_add(ix, SPAN("a.example"), 0), "twice is once");
	T_OK(lookalike_new(&a, LIMIT_LOOKALIKE_NAMES + 1) == NULL,
	    "too many names");
	arena_free(&a);
	arena_init(&a, 1 << 12);
	T_OK(lookalike_new(&a, 100000) == NULL, "no memory");
	arena_free(&a);
}

/* Who writes with us may have long names: none of them may take the last free
 * slot, at which looking ends. */
static void
long_names(void)
{
	static const size_t sizes[] = { 1, 2, 3, 4, 8, 64, 128, 300 };
	struct lookalike_counts c;
	struct lookalikes *ix;
	struct arena a;
	char name[80];

	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		uint32_t state = 7;

		arena_init(&a, 16 << 20);
		ix = lookalike_new(&a, sizes[s]);
		for (size_t i = 0; i < sizes[s]; i++) {
			for (unsigned k = 0; k < 58; k++) {
				state = state * 1664525u + 1013904223u;
				name[k] = (char)('a' + (state >> 16) % 26);
			}
			snprintf(name + 58, 20, ".com");
			(void)lookalike_add(ix, assay_cstr(name), 0);
			T_OK(lookalike_known(ix, assay_cstr(name)),
			    "a long name is known");
		}
		lookalike_count(ix, &c);
		T_OK(c.names == sizes[s] && c.entries < c.slots &&
		    !lookalike_known(ix, SPAN("other.example")),
		    "and there is an end of looking");
		T_OK(sizes[s] > 4 || c.dropped == 0, "a few are whole");
		arena_free(&a);
	}
}

int
main(void)
{
	struct lookalike_hit hit;
	struct lookalikes *ix;
	struct arena a;

	arena_init(&a, 16 << 20);
	ix = lookalike_new(&a, sizeof(known) / sizeof(known[0]));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		T_OK(lookalike_add(ix, assay_cstr(known[i]), 0), known[i]);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		row(ix, &tests[i]);
	T_OK(lookalike_find(ix, SPAN("paypal.web.app"), 7, &hit) &&
	    hit.kind == LOOKALIKE_TLD, "a suffix that one must know");
	T_OK(lookalike_find(ix, SPAN("rnicrosoft.com"), 0, &hit) &&
	    lookalike_confusable(&hit), "UTS #39: rn and m are confusable");
	T_OK(lookalike_find(ix, SPAN("micorsoft.com"), 0, &hit) &&
	    !lookalike_confusable(&hit), "... and a slip is not");
	too_long(ix);
	arena_free(&a);
	crowd();
	refused();
	long_names();
	return t_done();
}
