/* SPDX-License-Identifier: Apache-2.0 */
#include "ipasn.h"

#include <stdlib.h>
#include <unistd.h>

#include "test/mmdb_fixture.h"
#include "test/t.h"

static const char lines[] =
"192.0.2.0,192.0.2.255,64500,Example Net\r\n"
"198.51.100.0,198.51.101.255,AS64501,\"Example, \"\"Inc\"\"\"\n"
"203.0.113.7,203.0.113.7,64502,One\n"
"\n"
"2001:db8::,2001:db8:0:ffff:ffff:ffff:ffff:ffff,64503,Six\n";

static const struct test {
	const char *addr, *name;
	uint32_t asn;
} tests[] = {
	{ "192.0.2.0", "Example Net", 64500 },
	{ "192.0.2.255", "Example Net", 64500 },
	{ "192.0.3.0", NULL, 0 },
	{ "192.0.1.255", NULL, 0 },
	{ "198.51.101.7", "Example, \"Inc\"", 64501 },
	{ "203.0.113.6", NULL, 0 },
	{ "203.0.113.7", "One", 64502 },
	{ "203.0.113.8", NULL, 0 },
	{ "2001:db8::1", "Six", 64503 },
	{ "2001:db8:1::", NULL, 0 },
};

static const struct wrong { const char *lines, *why; } wrongs[] = {
	{ "192.0.2.0,192.0.2.255,64500,A\nhello\n", "line 2: it begins" },
	{ "16777216,16777471,13335,A\n", "line 1: it begins" },
	{ "192.0.2.9,192.0.2.1,64500,A\n", "before its first" },
	{ "192.0.2.0,2001:db8::,64500,A\n", "before its first" },
	{ "192.0.2.0,192.0.2.9,x,A\n", "no AS number" },
	{ "192.0.2.0,192.0.2.9,,A\n", "no AS number" },
	{ "192.0.2.0,192.0.2.9,4294967296,A\n", "no AS number" },
};

static struct assay_addr
addr(const char *s)
{
	struct assay_addr a;

	if (assay_addr_parse(&a, assay_cstr(s)) != ASSAY_OK)
		abort();
	return a;
}

static void
check(const struct ipasn *t, const struct test *c)
{
	struct assay_addr a = addr(c->addr);
	struct span name;
	uint32_t asn = 0;

	T_OK(ipasn_find(t, &a, &asn, &name) == (c->name != NULL) &&
	    asn == c->asn, c->addr);
	if (c->name != NULL)
		T_SPAN(name, assay_cstr(c->name), "its name");
}

static void
refuse(const struct wrong *w)
{
	char why[IPASN_WHY] = "", *text = strdup(w->lines);
	struct ipasn *t = ipasn_new();

	T_OK(!ipasn_add_lines(t, text, strlen(text), why) &&
	    strstr(why, w->why) != NULL && ipasn_count(t) == 0, w->why);
	if (strstr(why, w->why) == NULL)
		printf("# got: %s\n", why);
	ipasn_free(t);
	free(text);
}

/* What begins later counts, whatever the order of the lines. */
static void
test_overlaps(void)
{
	static const char both[] = "192.0.3.0,192.0.3.9,3,C\n"
	    "192.0.2.0,192.0.3.4,1,A\n192.0.2.5,192.0.2.6,2,B\n"
	    "192.0.2.0,192.0.2.255,4,D\n";
	static const struct test found[] = { { "192.0.2.5", "B", 2 },
	    { "192.0.2.6", "B", 2 }, { "192.0.3.0", "C", 3 },
	    { "192.0.3.9", "C", 3 }, { "192.0.2.200", NULL, 0 } };
	char why[IPASN_WHY] = "", *text = strdup(both);
	struct ipasn *t = ipasn_new();

	T_OK(ipasn_add_lines(t, text, strlen(text), why), "overlaps");
	T_INT(ipasn_count(t), 3, "of two that begin alike one is left");
	for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++)
		check(t, &found[i]);
	ipasn_free(t);
	free(text);
}

static void
test_files(void)
{
	static const struct test in = { "192.0.2.9", "From a database",
	    64510 }, out = { "192.0.3.9", NULL, 0 };
	char path[] = "/tmp/ipasn-test-XXXXXX", why[IPASN_WHY] = "";
	int fd = mkstemp(path);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	struct ipasn *t = ipasn_new();

	if (f == NULL || t == NULL)
		abort();
	T_OK(!ipasn_add(t, path, why), "an empty file");
	fputs(lines, f);
	fflush(f);
	T_OK(ipasn_add(t, path, why), "a file of lines");
	check(t, &tests[0]);
	check(t, &tests[4]);
	ipasn_free(t);
	rewind(f);
	if (ftruncate(fd, 0) != 0)
		abort();
	mmdb_write(f);
	fclose(f);
	t = ipasn_new();
	T_OK(ipasn_add(t, path, why), "a database");
	check(t, &in);
	check(t, &out);
	ipasn_free(t);
	unlink(path);
	t = ipasn_new();
	T_OK(!ipasn_add(t, path, why) && strstr(why, "No such file") != NULL,
	    "no file");
	ipasn_free(t);
}

int
main(void)
{
	char why[IPASN_WHY] = "", *text = strdup(lines);
	struct ipasn *t = ipasn_new();

	T_OK(ipasn_add_lines(t, text, strlen(text), why), "lines are read");
	T_INT(ipasn_count(t), 4, "an empty line is none");
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		check(t, &tests[i]);
	ipasn_free(t);
	free(text);
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++)
		refuse(&wrongs[i]);
	test_overlaps();
	test_files();
	return t_done();
}
