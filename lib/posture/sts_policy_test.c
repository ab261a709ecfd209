/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/sts_policy.h"

#include "test/t.h"

static const struct {
	const char *text, *id, *what;
} records[] = {
	/* RFC 8461 3.1 */
	{ "v=STSv1; id=20160831085700Z;", "20160831085700Z", NULL },
	{ "v=STSv1;id=1", "1", NULL },
	{ "v=STSv1 ;\tid=a ; x.y-z=1:2", "a", NULL },
	{ "v=STSv1; x=1; id=b; id=!", "b", NULL },
	{ "v=STSv1; id=b; id=c", "b", NULL },
	{ "v=STSv1; id=12345678901234567890123456789012",
	  "12345678901234567890123456789012", NULL },
	{ "v=STSv1; id=123456789012345678901234567890123", NULL,
	  "id=123456789012345678901234567890123" },
	{ "v=STSv1;", NULL, "v=STSv1;" },
	{ "v=STSv1; id=", NULL, "id=" },
	{ "v=STSv1; id=a-b", NULL, "id=a-b" },
	{ "v=STSv1; ID=a", NULL, "v=STSv1; ID=a" },
	{ "v=STSv1; id=a; x", NULL, "x" },
	{ "v=STSv1; id=a; x=y=z", NULL, "x=y=z" },
};

#define OK "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 604800\n"

static const struct {
	const char *label, *text;
	enum sts_flaw flaw;
	const char *what;
	enum sts_mode mode;
	uint32_t age;
	size_t n_mx;
} files[] = {
	{ "good", OK, STS_OK, NULL, STS_ENFORCE, 604800, 1 },
	{ "CRLF, no end of line", "version: STSv1\r\nmode: testing\r\n"
	  "mx: *.a.example\r\nmx: b.example\r\nmax_age: 0", STS_OK, NULL,
	  STS_TESTING, 0, 2 },
	{ "no blanks, any order", "max_age:31557600\nmx:a.example\n"
	  "mode:enforce\nversion:STSv1", STS_OK, NULL, STS_ENFORCE,
	  31557600, 1 },
	{ "blanks behind", "version: STSv1 \t\nmode: none  \nmax_age: 1 \n",
	  STS_OK, NULL, STS_MODE_NONE, 1, 0 },
	{ "other fields", OK "new-one: \xc3\xa4 b\n", STS_OK, NULL,
	  STS_ENFORCE, 604800, 1 },
	{ "the first counts", OK "mode: x\nmax_age: x\nversion: x\n",
	  STS_OK, NULL, STS_ENFORCE, 604800, 1 },
	{ "empty lines at the end", OK "\r\n\n", STS_OK, NULL, STS_ENFORCE,
	  604800, 1 },
	{ "an empty line within", "version: STSv1\n\nmode: none\n"
	  "max_age: 1\n", STS_LINE, "", STS_MODE_NONE, 1, 0 },
	{ "nothing", "", STS_VERSION, NULL, STS_NO_MODE, 0, 0 },
	{ "HTML", "<html>\n" OK, STS_LINE, "<html>", STS_ENFORCE, 604800,
	  1 },
	{ "version", "version: STSv2\nmode: none\nmax_age: 1\n",
	  STS_VERSION, "version: STSv2", STS_MODE_NONE, 1, 0 },
	{ "version in capitals", "Version: STSv1\nmode: none\nmax_age: 1\n",
	  STS_VERSION, NULL, STS_MODE_NONE, 1, 0 },
	{ "mode", "version: STSv1\nmode: Enforce\nmx: a.example\n"
	  "max_age: 1\n", STS_BAD_MODE, "mode: Enforce", STS_NO_MODE, 1,
	  1 },
	{ "no mode", "version: STSv1\nmx: a.example\nmax_age: 1\n",
	  STS_BAD_MODE, NULL, STS_NO_MODE, 1, 1 },
	{ "age beyond the most", "version: STSv1\nmode: none\n"
	  "max_age: 31557601\n", STS_BAD_AGE, "max_age: 31557601",
	  STS_MODE_NONE, 0, 0 },
	{ "age with a unit", "version: STSv1\nmode: none\nmax_age: 1w\n",
	  STS_BAD_AGE, "max_age: 1w", STS_MODE_NONE, 0, 0 },
	{ "age of eleven digits", "version: STSv1\nmode: none\n"
	  "max_age: 00000000001\n", STS_BAD_AGE, "max_age: 00000000001",
	  STS_MODE_NONE, 0, 0 },
	{ "no age", "version: STSv1\nmode: none\n", STS_BAD_AGE, NULL,
	  STS_MODE_NONE, 0, 0 },
	{ "no mx", "version: STSv1\nmode: testing\nmax_age: 1\n", STS_NO_MX,
	  NULL, STS_TESTING, 1, 0 },
	{ "bad mx", "version: STSv1\nmode: testing\nmx: a..b\nmx: c.d\n"
	  "max_age: 1\n", STS_BAD_MX, "mx: a..b", STS_TESTING, 1, 1 },
	{ "a star within", OK "mx: a.*.b\n", STS_BAD_MX, "mx: a.*.b",
	  STS_ENFORCE, 604800, 1 },
	{ "two in a line", OK "mx: b.example, c.example\n", STS_BAD_MX,
	  "mx: b.example, c.example", STS_ENFORCE, 604800, 1 },
	{ "a U-label", OK "mx: \xc3\xa4.example\n", STS_BAD_MX,
	  "mx: \xc3\xa4.example", STS_ENFORCE, 604800, 1 },
};

static const struct {
	const char *mx, *host;
	bool match;
} matches[] = {
	{ "mail.example", "mail.example", true },
	{ "mail.example", "a.mail.example", false },
	{ "Mail.Example", "mail.example", true },
	{ "*.example", "mail.example", true },
	{ "*.example", "a.mail.example", false },
	{ "*.example", "example", false },
	{ "*.mail.example", "mail.example", false },
};

static void
test_files(void)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct sts_policy p;
		struct arena a;

		arena_init(&a, 1 << 20);
		sts_policy_parse(&p, assay_cstr(files[i].text), &a);
		T_INT(p.flaw, files[i].flaw, files[i].label);
		T_SPAN(p.what, assay_cstr(files[i].what), files[i].label);
		T_INT(p.mode, files[i].mode, files[i].label);
		T_INT(p.max_age, files[i].age, files[i].label);
		T_INT(p.n_mx, files[i].n_mx, files[i].label);
		arena_free(&a);
	}
}

static void
test_large(void)
{
	static uint8_t text[LIMIT_STS_POLICY + 1];
	struct sts_policy p;
	struct arena a;

	arena_init(&a, 1 << 20);
	memset(text, 'x', sizeof(text));
	sts_policy_parse(&p, (struct span){ text, sizeof(text) }, &a);
	T_INT(p.flaw, STS_TOO_LONG, "too long");
	sts_policy_parse(&p, (struct span){ text, sizeof(text) - 1 }, &a);
	T_INT(p.flaw, STS_LINE, "the longest");
	arena_free(&a);
}

static void
test_matches(void)
{
	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
		char text[100];
		struct sts_policy p;
		struct arena a;

		arena_init(&a, 1 << 20);
		snprintf(text, sizeof(text), "mx: %s", matches[i].mx);
		sts_policy_parse(&p, assay_cstr(text), &a);
		T_OK(sts_covers(&p, (struct domain){
		    assay_cstr(matches[i].host) }) == matches[i].match,
		    matches[i].mx);
		arena_free(&a);
	}
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct span text = assay_cstr(records[i].text), what;
		struct span id = sts_record_id(text, &what);

		T_OK(sts_is_record(text), records[i].text);
		T_SPAN(id, assay_cstr(records[i].id), records[i].text);
		if (span_absent(id) && records[i].what != NULL)
			T_SPAN(what, assay_cstr(records[i].what),
			    records[i].text);
	}
	T_OK(!sts_is_record(SPAN("v=STSv1")), "no field");
	T_OK(!sts_is_record(SPAN("v=STSv10; id=1")), "another version");
	T_OK(!sts_is_record(SPAN(" v=STSv1; id=1")), "a blank in front");
	test_files();
	test_large();
	test_matches();
	for (enum sts_flaw f = STS_OK; f <= STS_NO_MX; f++)
		T_OK(*sts_flaw_text(f) != '\0', "a clause");
	return t_done();
}
