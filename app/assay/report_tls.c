/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_tls.c - assay report tls: what each policy came to, once, and below
 * it what failed and where (RFC 8460 4.3).
 */
#include "report_view.h"

#include <string.h>

#include "fault.h"
#include "report_cells.h"

enum { POLICIES = 50 };	/* of a page */

static void
put_text(struct text *to, const struct store_cell *cell, size_t n,
    const char *name)
{
	const struct store_cell *c = report_cell(cell, n, name);

	if (c != NULL && c->type == STORE_TEXT && c->text.len > 0)
		(void)fault_printable(c->text, text_write, to);
	else
		text_str(to, "-");
}

static long long
number(const struct store_cell *cell, size_t n, const char *name)
{
	const struct store_cell *c = report_cell(cell, n, name);

	return c == NULL || c->type != STORE_NUMBER ? 0 :
	    (long long)c->number;
}

static void
put_policy(const struct store_cell *cell, size_t n, struct text *to)
{
	put_text(to, cell, n, "day");
	text_str(to, "  ");
	put_text(to, cell, n, "domain");
	text_str(to, ", ");
	put_text(to, cell, n, "policy");
	text_str(to, ", by ");
	put_text(to, cell, n, "reporter");
	text_printf(to, "\n%12s%lld sessions good, %lld failed\n", "",
	    number(cell, n, "good"), number(cell, n, "bad"));
}

static void
put_detail(const struct store_cell *cell, size_t n, struct text *to)
{
	const struct store_cell *c = report_cell(cell, n, "result");

	if (c == NULL || c->type != STORE_TEXT)
		return;
	text_printf(to, "%12s%lld ", "", number(cell, n, "sessions"));
	put_text(to, cell, n, "result");
	text_str(to, " at ");
	put_text(to, cell, n, "receiving_mx");
	text_str(to, "\n");
}

bool
report_tls_same(char last[REPORT_TLS_SAME], const struct store_cell *cell,
    size_t n)
{
	char now[REPORT_TLS_SAME];
	struct text t = { .ptr = NULL };
	bool same;

	text_printf(&t, "%lld ", number(cell, n, "report"));
	put_text(&t, cell, n, "domain");
	text_str(&t, " ");
	put_text(&t, cell, n, "policy");
	text_str(&t, " ");
	put_text(&t, cell, n, "strings");
	snprintf(now, sizeof(now), "%.*s", (int)t.len,
	    t.ptr == NULL ? "" : t.ptr);
	text_free(&t);
	same = strcmp(now, last) == 0;
	memcpy(last, now, REPORT_TLS_SAME);
	return same;
}

bool
report_tls_page(const struct report_view *v, struct store_cursor *c,
    struct text *to)
{
	uint64_t most = v->limit == 0 ? POLICIES : v->limit, policies = 0;
	const struct store_cell *cell;
	char last[REPORT_TLS_SAME] = "";
	size_t n;

	while (store_list_next(c, &cell, &n)) {
		bool same = report_tls_same(last, cell, n);

		policies += !same;
		if (policies > most)
			continue;
		if (!same)
			put_policy(cell, n, to);
		put_detail(cell, n, to);
	}
	if (policies == 0)
		text_str(to, "No TLS reports in this time.\n");
	if (policies > most)
		text_printf(to, "and %llu more (--limit)\n",
		    (unsigned long long)(policies - most));
	return !to->failed;
}
