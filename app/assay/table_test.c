/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <stdlib.h>

#include "base/span.h"
#include "test/t.h"

/* As in out.c, for a terminal without colours. */
const char *
out_dim(const struct out *out)
{
	(void)out;
	return "";
}

const char *
out_plain(const struct out *out)
{
	return out_dim(out);
}

static const struct column column[] = {
	{ "domain", NULL, COLUMN_TEXT, 0 },
	{ "day", "on", COLUMN_TEXT, 0 },
	{ "messages", NULL, COLUMN_NUMBER, 0 },
	{ "pass", NULL, COLUMN_SHARE, 5 },
	{ "volume", NULL, COLUMN_SPLIT, 10 },
};
enum { COLUMNS = sizeof(column) / sizeof(column[0]) };

static struct text text;

static struct span
made(enum table_form form, unsigned width, const char *evil)
{
	struct out out = { .width = width };
	struct table t;

	text_clear(&text);
	table_begin(&t, column, COLUMNS, form, &out);
	table_cstr(&t, "bank.example");
	table_day(&t, 20000);
	table_number(&t, 1234567);
	table_share(&t, 999, 1000);
	table_share(&t, 50, 100);
	table_cstr(&t, evil);
	table_day(&t, -1);
	table_number(&t, 0);
	table_share(&t, 0, 0);
	table_share(&t, 1, 1);
	T_OK(table_end(&t, &text), "made");
	return (struct span){ (const uint8_t *)text.ptr, text.len };
}

static void
page(void)
{
	setenv("LC_ALL", "C", 1);
	T_SPAN(made(TABLE_PAGE, 80, "\033[2J=1+1"), SPAN(
	    "domain        on           messages  pass        volume\n"
	    "bank.example  2024-10-04  1,234,567  ####.  99%  #####.....\n"
	    "\\x1b[2J=1+1   -                   0  .....    -  #\n"),
	    "a page, harmless for a terminal");
	setenv("LC_ALL", "en_GB.UTF-8", 1);
	T_OK(span_search(made(TABLE_PAGE, 80, "x"), SPAN(
	    "\xe2\x96\x88\xe2\x96\x91  99%")) < text.len,
	    "blocks where the terminal has them");
	made(TABLE_PAGE, 60, "a-name-that-is-far-too-long-for-a-line.example");
	T_OK(span_search((struct span){ (const uint8_t *)text.ptr,
	    text.len }, SPAN("a-name-that..  -")) < text.len,
	    "the widest text gives way");
}

static void
programs(void)
{
	T_SPAN(made(TABLE_JSON, 80, "a\"\n=1"), SPAN(
	    "{\"domain\":\"bank.example\",\"day\":\"2024-10-04\","
	    "\"messages\":1234567,\"pass\":0.9990}\n"
	    "{\"domain\":\"a\\\"\\n=1\",\"day\":null,"
	    "\"messages\":0,\"pass\":null}\n"), "JSON Lines");
	T_SPAN(made(TABLE_CSV, 80, "=HYPERLINK(\"x\")"), SPAN(
	    "domain,day,messages,pass\r\n"
	    "\"bank.example\",\"2024-10-04\",1234567,0.9990\r\n"
	    "\"'=HYPERLINK(\"\"x\"\")\",,0,\r\n"), "CSV that nobody computes");
	for (const char *c = "=+-@\t\r\n"; *c != '\0'; c++) {
		char evil[3] = { *c, '1', '\0' };
		char want[8] = { '"', '\'', *c, '1', '"', '\0' };
		T_OK(span_search(made(TABLE_CSV, 80, evil),
		    assay_cstr(want)) < text.len, "a formula is text");
	}
	T_OK(span_search(made(TABLE_CSV, 80, "\xef\xbc\x9d" "1"), SPAN(
	    "\"'\xef\xbc\x9d" "1\"")) < text.len, "a wide one, too");
	T_OK(span_search(made(TABLE_CSV, 80, "\033[2J\xc2\x9b" "1m\x7f"
	    "\xe2\x80\xae\xe9\xc3\xa9\n"), SPAN("\"\xef\xbf\xbd[2J"
	    "\xef\xbf\xbd" "1m\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
	    "\xc3\xa9\n\"")) < text.len, "nothing that a terminal obeys");
	T_OK(span_search(made(TABLE_CSV, 80, "plain"), SPAN("\"plain\"")) <
	    text.len, "other text stays");
}

int
main(void)
{
	page();
	programs();
	text_free(&text);
	return t_done();
}
