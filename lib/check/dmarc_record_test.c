/* SPDX-License-Identifier: Apache-2.0 */
#include "check/dmarc_record.h"

#include "test/t.h"

static struct arena arena;

/* The normal form of what was understood; NULL: no DMARC record.  usable is
 * 'y', 'n' or '0' (as p=none) under RFC 9989, then under RFC 7489. */
static const struct {
	const char *label, *text, *print, *usable;
} records[] = {
	{ "least", "v=DMARC1; p=none", "v=DMARC1; p=none", "yy" },
	{ "last semicolon", "v=DMARC1;p=reject;", "v=DMARC1; p=reject",
	  "yy" },
	{ "white space", "v = DMARC1 ;\tp\t=  Reject  ;  ",
	  "v=DMARC1; p=reject", "yy" },
	{ "white space at the end", "v=DMARC1; p=none ",
	  "v=DMARC1; p=none", "yy" },
	{ "V in capitals is the ABNF literal", "V=DMARC1; p=none",
	  "v=DMARC1; p=none", "yy" },
	{ "values in any case",
	  "v=DMARC1; p=QUARANTINE; sp=None; np=reJect; adkim=S; aspf=S; "
	  "t=Y; psd=N",
	  "v=DMARC1; p=quarantine; sp=none; np=reject; psd=n; t=y; "
	  "adkim=s; aspf=s", "yy" },
	{ "defaults are not printed",
	  "v=DMARC1; p=none; adkim=r; aspf=r; t=n; psd=u; pct=100",
	  "v=DMARC1; p=none", "yy" },
	{ "p anywhere", "v=DMARC1; adkim=s; p=reject",
	  "v=DMARC1; p=reject; adkim=s", "yy" },
	{ "only a version", "v=DMARC1", "v=DMARC1", "nn" },
	{ "only a version;", "v=DMARC1;", "v=DMARC1", "nn" },

	{ "version in lower case", "v=dmarc1; p=none", NULL, "" },
	{ "version 10", "v=DMARC10; p=none", NULL, "" },
	{ "version 2", "v=DMARC2; p=none", NULL, "" },
	{ "version quoted", "v=\"DMARC1\"; p=none", NULL, "" },
	{ "no semicolon behind it", "v=DMARC1 p=none", NULL, "" },
	{ "v not first", "p=none; v=DMARC1", NULL, "" },
	{ "a space before v", " v=DMARC1; p=none", NULL, "" },
	{ "a semicolon before v", ";v=DMARC1; p=none", NULL, "" },
	{ "another tag name", "vv=DMARC1; p=none", NULL, "" },
	{ "SPF", "v=spf1 -all", NULL, "" },
	{ "empty", "", NULL, "" },
	{ "no value", "v=", NULL, "" },

	{ "unknown tags", "v=DMARC1; zz=1; p=reject; x-y=2; 1=3",
	  "v=DMARC1; p=reject", "yy" },
	{ "a tag in capitals is unknown", "v=DMARC1; p=none; SP=reject",
	  "v=DMARC1; p=none", "yy" },
	{ "p in capitals is missing", "v=DMARC1; P=reject", "v=DMARC1",
	  "nn" },
	{ "no equals sign", "v=DMARC1; p=none; sp", "v=DMARC1; p=none",
	  "yy" },
	{ "empty tags", "v=DMARC1;; p=none;;;", "v=DMARC1; p=none", "yy" },
	{ "no name", "v=DMARC1; =none; p=none", "v=DMARC1; p=none", "yy" },
	{ "bad values of the others get the default",
	  "v=DMARC1; p=none; adkim=x; aspf=; t=yes; psd=q; fo=z; pct=101; "
	  "ri=x; rf=", "v=DMARC1; p=none", "yy" },
	{ "the first of two counts", "v=DMARC1; p=reject; p=none",
	  "v=DMARC1; p=reject", "yy" },
	{ "the first of two counts, though invalid",
	  "v=DMARC1; p=x; p=none", "v=DMARC1; p=?", "nn" },
	{ "a second version", "v=DMARC1; v=DMARC2; p=none",
	  "v=DMARC1; p=none", "yy" },

	{ "no p, rua", "v=DMARC1; rua=mailto:d@example.com",
	  "v=DMARC1; rua=mailto:d@example.com", "00" },
	{ "bad p, rua", "v=DMARC1; p=no; rua=mailto:d@example.com",
	  "v=DMARC1; p=?; rua=mailto:d@example.com", "00" },
	{ "bad p", "v=DMARC1; p=rejected", "v=DMARC1; p=?", "nn" },
	{ "empty p", "v=DMARC1; p=; sp=none", "v=DMARC1; p=?; sp=none",
	  "nn" },
	{ "bad sp", "v=DMARC1; p=reject; sp=blok", "v=DMARC1; p=reject; "
	  "sp=?", "nn" },
	{ "bad sp, rua",
	  "v=DMARC1; p=reject; sp=blok; rua=mailto:d@example.com",
	  "v=DMARC1; p=reject; sp=?; rua=mailto:d@example.com", "00" },
	{ "bad np is an unknown tag to RFC 7489",
	  "v=DMARC1; p=reject; np=x", "v=DMARC1; p=reject; np=?", "ny" },
	{ "bad p, rua that is no URI", "v=DMARC1; p=x; rua=d@example.com",
	  "v=DMARC1; p=?", "nn" },
	{ "control in a value", "v=DMARC1; p=re\001ject", "v=DMARC1; p=?",
	  "nn" },
	{ "octet above 7f in a value", "v=DMARC1; p=none; x=\303\274",
	  "v=DMARC1; p=none", "yy" },

	{ "addresses",
	  "v=DMARC1; p=none; rua=mailto:A@Example.com , "
	  "mailto:b@b.test!10m;ruf=https://r.test:8443/x?y=z",
	  "v=DMARC1; p=none; rua=mailto:A@Example.com,mailto:b@b.test; "
	  "ruf=https://r.test:8443/x?y=z", "yy" },
	{ "addresses that are none",
	  "v=DMARC1; p=none; rua=mailto://b.test,,mailto:x,mailto:@b.test,"
	  "mailto:a@,mailto:a@b.test!x,mailto:a b@b.test,mailto:a@b_.test!,"
	  "1:x,mailto:a%0d%0ab@b.test,mailto:a%zz@b.test,:x,mailto:,http:",
	  "v=DMARC1; p=none", "yy" },
	{ "an encoded address",
	  "v=DMARC1; p=none; rua=mailto:a%21b%2Cc@b.test,"
	  "mailto:a%21b@b.test?subject=x&bcc=y@z.test",
	  "v=DMARC1; p=none; rua=mailto:a%21b@b.test?"
	  "subject=x&bcc=y@z.test", "yy" },

	{ "fo list", "v=DMARC1; p=none; fo=1:d:s", "v=DMARC1; p=none; "
	  "fo=1:d:s", "yy" },
	{ "fo in any order", "v=DMARC1; p=none; fo=S:0:D", "v=DMARC1; "
	  "p=none; fo=0:d:s", "yy" },
	{ "fo twice the same", "v=DMARC1; p=none; fo=d:d", "v=DMARC1; "
	  "p=none", "yy" },
	{ "fo with a hole", "v=DMARC1; p=none; fo=d:", "v=DMARC1; p=none",
	  "yy" },
	{ "pct", "v=DMARC1; p=none; pct=0", "v=DMARC1; p=none; pct=0",
	  "yy" },
	{ "pct of four digits", "v=DMARC1; p=none; pct=0050",
	  "v=DMARC1; p=none", "yy" },
};

static char
use_of(const struct dmarc_record *rec, enum assay_profile profile)
{
	const char *tag;

	if (!dmarc_usable(rec, profile))
		return 'n';
	if (!dmarc_as_none(rec, profile))
		return 'y';
	return dmarc_policy_of(rec, profile, true, false, &tag) ==
	    POLICY_NONE ? '0' : '!';
}

static void
test_records(void)
{
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct dmarc_record rec;
		uint8_t room[1000];
		struct buf b = BUF_ON(room);
		bool is = dmarc_record_parse(&rec,
		    assay_cstr(records[i].text), &arena);
		T_INT(is, records[i].print != NULL, records[i].label);
		T_INT(dmarc_record_get(NULL, assay_cstr(records[i].text),
		    &arena) != NULL, is, records[i].label);
		if (!is || records[i].print == NULL)
			continue;
		dmarc_record_print(&b, &rec);
		T_SPAN(buf_span(&b), assay_cstr(records[i].print),
		    records[i].label);
		T_INT(use_of(&rec, ASSAY_RFC9989), records[i].usable[0],
		    records[i].label);
		T_INT(use_of(&rec, ASSAY_RFC7489), records[i].usable[1],
		    records[i].label);
	}
}

static const struct {
	const char *text;
	bool below, exists;
	enum assay_profile profile;
	enum dmarc_policy want;
	const char *tag;
} policies[] = {
	{ "v=DMARC1; p=reject; sp=none; np=quarantine", false, true,
	  ASSAY_RFC9989, POLICY_REJECT, "p" },
	{ "v=DMARC1; p=reject; sp=none; np=quarantine", true, true,
	  ASSAY_RFC9989, POLICY_NONE, "sp" },
	{ "v=DMARC1; p=reject; sp=none; np=quarantine", true, false,
	  ASSAY_RFC9989, POLICY_QUARANTINE, "np" },
	{ "v=DMARC1; p=reject; sp=none; np=quarantine", true, false,
	  ASSAY_RFC7489, POLICY_NONE, "sp" },
	{ "v=DMARC1; p=reject; sp=none", true, false, ASSAY_RFC9989,
	  POLICY_NONE, "sp" },
	{ "v=DMARC1; p=none; np=reject", true, true, ASSAY_RFC9989,
	  POLICY_NONE, "p" },
	{ "v=DMARC1; p=quarantine", true, false, ASSAY_RFC9989,
	  POLICY_QUARANTINE, "p" },
};

static void
test_policies(void)
{
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		struct dmarc_record rec;
		const char *tag;
		T_OK(dmarc_record_parse(&rec, assay_cstr(policies[i].text),
		    &arena), policies[i].text);
		T_INT(dmarc_policy_of(&rec, policies[i].profile,
		    policies[i].below, policies[i].exists, &tag),
		    policies[i].want, policies[i].text);
		T_SPAN(assay_cstr(tag), assay_cstr(policies[i].tag),
		    policies[i].text);
	}
}

static const struct {
	const char *text, *notes;
} noted[] = {
	{ "v=DMARC1; p=none", "" },
	{ "v=DMARC1", "p: missing\n" },
	{ "v=DMARC1; p=none; pct=50; x=1; SP=none; p=none; q",
	  "pct=50: historic tag, ignored by RFC 9989\n"
	  "x=1: unknown tag, ignored\n"
	  "SP=none: tag names are in lower case, ignored\n"
	  "p=none: given before, only the first counts\n"
	  "q: not of the form tag=value, ignored\n" },
	{ "v=DMARC1; p=blok; rua=mailto:x,ftp://f.test,mailto:a@b.test!1k",
	  "p=blok: not a value of this tag\n"
	  "rua=mailto:x: not a URI, ignored\n"
	  "rua=ftp://f.test: only mailto: is widely supported\n"
	  "rua=mailto:a@b.test!1k: the size limit is obsolete, ignored\n" },
	{ "v=DMARC1; p=none; fo=0:1",
	  "fo: 0 and 1 exclude each other, ignored\n"
	  "fo: means nothing without ruf\n" },
	{ "v=DMARC1; p=\033[31m\377", "p=?[31m?: not a value of this tag\n" },
	{ "v=DMARC1; p=none; rua=mailto:1@a.test,mailto:2@a.test,"
	  "mailto:3@a.test,mailto:4@a.test,mailto:5@a.test,mailto:6@a.test,"
	  "mailto:7@a.test,mailto:8@a.test,mailto:9@a.test,mailto:a@a.test,"
	  "mailto:b@a.test,mailto:c@a.test",
	  "rua=mailto:b@a.test,mailto:c@a.test: too many addresses, the "
	  "rest ignored\n" },
};

static void
test_notes(void)
{
	for (size_t i = 0; i < sizeof(noted) / sizeof(noted[0]); i++) {
		struct dmarc_record rec;
		uint8_t room[2000];
		struct buf b = BUF_ON(room);
		T_OK(dmarc_record_parse(&rec, assay_cstr(noted[i].text),
		    &arena), noted[i].text);
		for (const struct dmarc_note *n = rec.note; n != NULL;
		    n = n->next) {
			dmarc_note_print(&b, n);
			buf_byte(&b, '\n');
		}
		T_OK(b.len == strlen(noted[i].notes) && memcmp(room,
		    noted[i].notes, b.len) == 0, noted[i].text);
		if (b.len != strlen(noted[i].notes))
			t_show("got", buf_span(&b));
	}
}

static void
test_addresses(void)
{
	struct dmarc_record rec;

	T_OK(dmarc_record_parse(&rec, SPAN("v=DMARC1; p=none; "
	    "rua=mailto:Tom%2Bx@Example.COM?subject=x,https://u@h.test/;"
	    "fo=0:1"), &arena), "addresses");
	T_INT(rec.n_rua, 2, "both are URIs");
	T_SPAN(rec.rua[0].address, SPAN("Tom+x@example.com"), "decoded");
	T_SPAN(rec.rua[0].host.name, SPAN("example.com"), "its host");
	T_SPAN(rec.rua[1].address, SPAN_NONE, "https has no address");
	T_SPAN(rec.rua[1].host.name, SPAN("h.test"), "authority's host");
	T_INT(rec.fo, FO_0 | FO_1, "fo as listed");
	T_INT(dmarc_fo(&rec, ASSAY_RFC9989), FO_0, "fo of RFC 9989");
	T_INT(dmarc_fo(&rec, ASSAY_RFC7489), FO_0 | FO_1, "of RFC 7489");
}

/* A record of 64 KiB of rubbish: bounded notes, no complaint. */
static void
test_huge(void)
{
	static uint8_t text[65535];
	struct dmarc_record rec;
	size_t n = 0;

	memcpy(text, "v=DMARC1;p=none", 15);
	for (size_t i = 15; i < sizeof(text); i++)
		text[i] = (uint8_t)";x=1"[i % 4];
	T_OK(dmarc_record_parse(&rec, (struct span){ text, sizeof(text) },
	    &arena), "huge");
	for (const struct dmarc_note *m = rec.note; m != NULL; m = m->next)
		n++;
	T_INT(n, 16, "notes are bounded");
}

static void
test_keep(void)
{
	static const uint8_t seed[16] = { 1 };
	struct span text = SPAN("v=DMARC1; p=reject; rua=mailto:a@b.test");
	struct assay_keep *keep;
	const struct dmarc_record *one, *two;

	T_INT(assay_keep_new(&keep, 0, seed), ASSAY_OK, "keep");
	one = dmarc_record_get(keep, text, &arena);
	two = dmarc_record_get(keep, text, &arena);
	T_OK(one != NULL && one == two, "parsed once");
	T_OK(one != NULL && one->n_rua == 1, "whole");
	T_OK(dmarc_record_get(keep, SPAN("v=spf1"), &arena) == NULL,
	    "what is none is not kept");
	assay_keep_free(keep);
}

int
main(void)
{
	arena_init(&arena, 1 << 22);
	test_records();
	test_policies();
	test_notes();
	test_addresses();
	test_huge();
	test_keep();
	arena_free(&arena);
	return t_done();
}
