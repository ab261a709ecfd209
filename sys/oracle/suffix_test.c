/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle/suffix.h"

#include <stdlib.h>
#include <unistd.h>

#include "test/t.h"

static const struct {
	const char *in, *want;
} names[] = {
	{ "example.COM", "example.com" },
	{ "a.b.example.co.uk", "example.co.uk" },
	{ "a.b.example.co.uk.", "example.co.uk" },
	{ "co.uk", NULL },
	{ "COM", NULL },
	{ ".com", NULL },
	{ ".example.com", NULL },
	{ "a..com", NULL },
	{ "", NULL },
	{ ".", NULL },
	/* no rule: the last label */
	{ "a.b.example", "b.example" },
	{ "example", NULL },
	/* a wildcard and its exception */
	{ "c.mm", NULL },
	{ "a.b.c.mm", "b.c.mm" },
	{ "www.ck", "www.ck" },
	{ "a.www.ck", "www.ck" },
	{ "a.city.kobe.jp", "city.kobe.jp" },
	/* the PRIVATE section counts */
	{ "a.b.github.io", "b.github.io" },
	{ "github.io", NULL },
	{ "a.b.uk.com", "b.uk.com" },
	/* A-labels, and U-labels as they were written */
	{ "a.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn" },
	{ "a.\xe9\xa3\x9f\xe7\x8b\xae.\xe5\x85\xac\xe5\x8f\xb8.cn",
	    "\xe9\xa3\x9f\xe7\x8b\xae.\xe5\x85\xac\xe5\x8f\xb8.cn" },
	{ "\xe5\x85\xac\xe5\x8f\xb8.cn", NULL },
};

static void
test_names(const struct assay_oracle *o)
{
	uint8_t room[512];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buf b = BUF_ON(room);
		bool ok = suffix_registrable(&b, o, assay_cstr(names[i].in));

		T_OK(ok == (names[i].want != NULL), names[i].in);
		if (ok)
			T_SPAN(buf_span(&b), assay_cstr(names[i].want),
			    names[i].in);
	}
}

static void
test_answers(const struct assay_oracle *o)
{
	struct assay_question q = { .kind = ASSAY_Q_SUFFIX };
	struct assay_answer first, a;
	char key[64];

	q.key = SPAN("www.example.co.uk");
	T_INT(o->ask(o->self, &q, &first), ASSAY_OK, "asked");
	T_INT(first.kind, ASSAY_A_DATA, "a suffix");
	T_SPAN(first.item[0], SPAN("co.uk"), "the suffix");
	T_INT(first.canonical.len, 10, "the date of the list");
	/* one evaluation may ask 512 questions */
	for (int i = 0; i < 3000; i++) {
		snprintf(key, sizeof(key), "www.a.unlisted%d", i);
		q.key = assay_cstr(key);
		if (o->ask(o->self, &q, &a) != ASSAY_OK || a.n_item != 1)
			T_OK(false, "asked many times");
	}
	T_SPAN(first.item[0], SPAN("co.uk"), "still there");
	T_SPAN(a.item[0], SPAN("unlisted2999"), "and the last one");
	for (int i = 0; i < 100000; i++)
		if (o->ask(o->self, &q, &a) != ASSAY_OK)
			T_OK(false, "asked without end");
	q.key = SPAN("a\0b.com");
	T_INT(o->ask(o->self, &q, &a), ASSAY_OK, "NUL");
	T_INT(a.kind, ASSAY_A_NODATA, "NUL");
	q.kind = ASSAY_Q_DNS;
	T_INT(o->ask(o->self, &q, &a), ASSAY_PENDING, "another kind");
}

static void
test_file(void)
{
	char path[] = "/tmp/assay-suffix-XXXXXX";
	int fd = mkstemp(path);
	static const char list[] = "// ===BEGIN ICANN DOMAINS===\nzz\n*.y.zz\n"
	    "// ===END ICANN DOMAINS===\n";
	struct assay_oracle o;
	uint8_t room[512];
	struct buf b = BUF_ON(room);

	T_OK(fd >= 0 && write(fd, list, sizeof(list) - 1) > 0, "a list");
	T_INT(assay_oracle_suffix(&o, path), ASSAY_OK, "own list");
	T_OK(suffix_registrable(&b, &o, SPAN("a.b.c.y.zz")), "own rule");
	T_SPAN(buf_span(&b), SPAN("b.c.y.zz"), "own rule");
	o.free(o.self);
	close(fd);
	unlink(path);
	T_INT(assay_oracle_suffix(&o, path), ASSAY_IO, "no such file");
	T_OK(o.ask == NULL && o.free == NULL, "nothing to free");
}

int
main(void)
{
	struct assay_oracle o;

	T_INT(assay_oracle_suffix(&o, NULL), ASSAY_OK, "the system's list");
	test_names(&o);
	test_answers(&o);
	o.free(o.self);
	test_file();
	return t_done();
}
