/* SPDX-License-Identifier: Apache-2.0 */
#include "name_list.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "name_list_file.h"
#include "test/t.h"

enum { TODAY = 20513 };

static char dir[] = "/tmp/assay-names.XXXXXX", path[64], text[64], old[64];
static char why[NAME_LIST_WHY];

static void
put(const char *file, const char *content)
{
	FILE *f = fopen(file, "w");

	T_OK(f != NULL && fputs(content, f) >= 0 && fclose(f) == 0, "a text");
}

static bool
import(struct name_list_import *how, const char *file)
{
	how->path = path;
	how->today = TODAY;
	return name_list_import(how, &file, 1, why);
}

/* -1: not on the list. */
static int
day_of(const char *name)
{
	bool absent;
	struct name_list *l = name_list_open(path, &absent, why);
	uint32_t day = 0;
	bool found = l != NULL && name_list_find(l, assay_cstr(name), &day);

	name_list_close(l);
	return found ? (int)day : -1;
}

static void
test_texts(void)
{
	struct name_list_import how = { .dated = true };
	bool absent;

	T_OK(name_list_open(path, &absent, why) == NULL && absent, "none");
	put(text, "domain,created\nshop.example,2026-02-01\n"
	    "SHOP.example,2026-01-01\nother.example\n\n# x\nlast.example");
	T_OK(import(&how, text), "imported");
	T_OK(how.lines == 7 && how.names == 3 && how.junk == 1, "counted");
	T_INT(day_of("shop.example"), TODAY - 59, "the earlier day");
	T_INT(day_of("other.example"), TODAY, "today");
	T_INT(day_of("last.example"), TODAY, "without an end of line");
	T_INT(day_of("none.example"), -1, "not on it");
	how = (struct name_list_import){ .keep_days = 30, .dated = true };
	put(text, "third.example\n");
	T_OK(import(&how, text) && how.kept == 2 && how.names == 3,
	    "what is younger than 30 days is kept");
	T_INT(day_of("shop.example"), -1, "what is older is not");
	how = (struct name_list_import){ .dated = false };
	T_OK(import(&how, text) && how.names == 1, "replaced");
	T_INT(day_of("third.example"), 0, "no day");
}

/* What a zone file of today has and yesterday's has not. */
static void
test_diff(void)
{
	struct name_list_import how = { .keep_days = 90, .not_in = old };

	unlink(path);
	put(old, "a.example. IN NS x.\nb.example. IN NS x.\n"
	    "gone.example. IN NS x.\n");
	put(text, "a.example. IN NS x.\nb.example. IN NS x.\n"
	    "new.example. IN NS x.\nnew.example. IN NS y.\n");
	T_OK(import(&how, text), "a difference");
	T_OK(how.names == 1 && how.left_out == 2, "of one name");
	T_INT(day_of("new.example"), TODAY, "from today on");
	T_INT(day_of("a.example"), -1, "was there");
	T_INT(day_of("gone.example"), -1, "is not there any more");
	/* the next day */
	how = (struct name_list_import){ .keep_days = 90, .not_in = text,
		.path = path, .today = TODAY + 1 };
	put(old, "a.example. IN NS x.\nnew.example. IN NS x.\n"
	    "newer.example. IN NS x.\n");
	T_OK(name_list_import(&how, &(const char *){ old }, 1, why),
	    "the next day");
	T_INT(day_of("new.example"), TODAY, "stays on the list");
	T_INT(day_of("newer.example"), TODAY + 1, "is new on it");
	T_INT(how.names, 2, "and no more");
}

static void
test_bad(void)
{
	struct name_list_import how = { .dated = true };
	char line[300];
	bool absent;

	put(text, "good.example\n");
	T_OK(import(&how, text), "a good one");
	T_OK(!import(&how, "/nonexistent"), "no file");
	T_INT(day_of("good.example"), TODAY, "what was there is there");
	(void)snprintf(line, sizeof(line), "seq 1 20000 | sed 's/$/.example/'"
	    " | gzip >%s && size=$(stat -c %%s %s) && "
	    "truncate -s $((size - 2000)) %s", text, text, text);
	T_INT(system(line), 0, "a gzip file that was cut");
	T_OK(!import(&how, text) && strstr(why, "end") != NULL,
	    "is not taken");
	T_INT(day_of("good.example"), TODAY, "what was there is there");
	(void)snprintf(line, sizeof(line), "seq 1 20000 | "
	    "sed 's/.*/n&.example/' | gzip >%s", text);
	T_INT(system(line), 0, "a gzip file");
	T_OK(import(&how, text) && how.names == 20000, "is taken");
	T_INT(day_of("n1.example"), TODAY, "the first");
	T_INT(day_of("n20000.example"), TODAY, "the last");
	T_INT(day_of("n20001.example"), -1, "and no other");
	put(path, "something else that has more than sixty-four octets, so "
	    "that it could be one\n");
	T_OK(!import(&how, text), "what is no list is not replaced");
	T_OK(name_list_open(path, &absent, why) == NULL && !absent,
	    "nor read");
	unlink(path);
}

static void
test_long_lines(void)
{
	struct name_list_import how = { .dated = true };
	FILE *f = fopen(text, "w");

	fputs("first.example\n", f);
	for (int i = 0; i < 300000; i++)
		fputs("x.", f);
	fputs("example\nsecond.example\n", f);
	fclose(f);
	T_OK(import(&how, text), "a line of 600 KB");
	T_INT(how.names, 2, "is passed over");
	T_INT(day_of("second.example"), TODAY, "what follows is read");
	unlink(path);
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void
test_sort(void)
{
	static uint64_t a[50000], b[50000];
	uint64_t x = 88172645463325252u;

	for (unsigned round = 0; round < 6; round++) {
		size_t n = round == 0 ? 0 : 50000 / round;

		for (size_t i = 0; i < n; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			a[i] = b[i] = round == 2 ? x % 7 : round == 3 ?
			    i : round == 4 ? n - i : x;
		}
		name_list_sort(a, n);
		qsort(b, n, sizeof(b[0]), compare);
		T_OK(memcmp(a, b, n * sizeof(a[0])) == 0, "in order");
	}
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	(void)snprintf(path, sizeof(path), "%s/new", dir);
	(void)snprintf(text, sizeof(text), "%s/text", dir);
	(void)snprintf(old, sizeof(old), "%s/old", dir);
	test_sort();
	test_texts();
	test_diff();
	test_bad();
	test_long_lines();
	unlink(text);
	unlink(old);
	T_INT(rmdir(dir), 0, "nothing else is left behind");
	return t_done();
}
