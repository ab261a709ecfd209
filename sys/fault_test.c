/* SPDX-License-Identifier: Apache-2.0 */
#include "fault.h"

#include "base/buf.h"
#include "test/t.h"

static uint8_t room[1024];

static bool
collect(void *ctx, struct assay_span bytes)
{
	buf_put(ctx, bytes);
	return true;
}

static const struct { const char *label, *name, *want; } table[] = {
	{ "plain", "mail/1.eml", "mail/1.eml" },
	{ "UTF-8", "B\xc3\xbcro.eml", "B\xc3\xbcro.eml" },
	{ "escape", "a\033[31m", "a\\x1b[31m" },
	{ "line end", "a\nb", "a\\x0ab" },
	{ "not UTF-8", "a\xff" "b", "a\\xff" "b" },
	{ "turned round", "a\xe2\x80\xae" "b", "a\\xe2\\x80\\xae" "b" },
	{ "C1", "\xc2\x9b", "\\xc2\\x9b" },
	{ "empty", "", "" },
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct buf b = BUF_ON(room);
		struct span want = { (const uint8_t *)table[i].want,
			strlen(table[i].want) };

		T_OK(fault_printable(assay_cstr(table[i].name), collect, &b),
		    table[i].label);
		T_SPAN(buf_span(&b), want, table[i].label);
	}
	struct buf b = BUF_ON(room);
	T_OK(fault_json(SPAN("a\"\n"), "unreadable", SPAN("why"), collect,
	    &b), "json");
	T_SPAN(buf_span(&b), SPAN("{\"format\":\"assay-result-0.1\","
	    "\"assay\":\"0.1.0\",\"name\":\"a\\\"\\n\",\"error\":{"
	    "\"kind\":\"unreadable\",\"text\":\"why\"}}\n"), "json");
	return t_done();
}
