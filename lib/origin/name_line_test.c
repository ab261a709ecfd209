/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/name_line.h"

#include "test/t.h"

static const struct {
	const char *line;
	enum name_line_kind kind;
	const char *name;
	uint32_t day;
} cases[] = {
	{ "shop.example", NAME_LINE_NAME, "shop.example", 0 },
	{ "SHOP.Example.", NAME_LINE_NAME, "shop.example", 0 },
	{ "  shop.example \r", NAME_LINE_NAME, "shop.example", 0 },
	{ "b\xc3\xbc" "cher.example", NAME_LINE_NAME,
	  "xn--bcher-kva.example", 0 },
	{ "shop.example,2026-03-01", NAME_LINE_NAME, "shop.example", 20513 },
	{ "2026-03-01T10:00:00Z,\"shop.example\",GoDaddy", NAME_LINE_NAME,
	  "shop.example", 20513 },
	{ "20260301 shop.example", NAME_LINE_NAME, "shop.example", 20513 },
	{ "1,google.com", NAME_LINE_NAME, "google.com", 0 },
	{ "17;192.0.2.1;shop.example", NAME_LINE_NAME, "shop.example", 0 },
	{ "domain,created", NAME_LINE_JUNK, NULL, 0 },
	{ "localhost", NAME_LINE_JUNK, NULL, 0 },
	{ "192.0.2.1", NAME_LINE_JUNK, NULL, 0 },
	{ ",,,", NAME_LINE_JUNK, NULL, 0 },
	{ "", NAME_LINE_NOTHING, NULL, 0 },
	{ "# shop.example", NAME_LINE_NOTHING, NULL, 0 },
	{ "; shop.example", NAME_LINE_NOTHING, NULL, 0 },
	{ "shop.example.\t172800\tin\tns\tns1.host.example.",
	  NAME_LINE_NAME, "shop.example", 0 },
	{ "shop.example. IN 172800 NS ns1.host.example.", NAME_LINE_NAME,
	  "shop.example", 0 },
	{ "ns1.shop.example. 3600 IN A 192.0.2.1", NAME_LINE_NOTHING, NULL,
	  0 },
	{ "com. 900 in soa a. b. 1 2 3 4 5", NAME_LINE_NOTHING, NULL, 0 },
	{ "com. 900 in ns a.gtld.example.", NAME_LINE_NOTHING, NULL, 0 },
	{ "\t172800 IN NS ns2.host.example.", NAME_LINE_NOTHING, NULL, 0 },
	{ "$TTL 900", NAME_LINE_NOTHING, NULL, 0 },
	{ "$ORIGIN com.", NAME_LINE_NOTHING, NULL, 0 },
	{ "SHOP 900 IN NS ns1", NAME_LINE_NAME, "shop.com", 0 },
	{ "shop NS ns1", NAME_LINE_NAME, "shop.com", 0 },
	{ "other.example. NS ns1", NAME_LINE_NAME, "other.example", 0 },
	{ "shop.example", NAME_LINE_NAME, "shop.example", 0 },
};

int
main(void)
{
	struct name_lines file = { .origin = { SPAN_NONE } };
	struct arena a;

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct name_line l;

		T_INT(name_line_read(&l, &file, assay_cstr(cases[i].line),
		    &a), cases[i].kind, cases[i].line);
		T_SPAN(l.name.name, assay_cstr(cases[i].name), "the name");
		if (cases[i].kind == NAME_LINE_NAME)
			T_INT(l.day, cases[i].day, "the day");
	}
	T_INT(name_line_day(SPAN("2026-02-30")), 0, "no such day");
	T_INT(name_line_day(SPAN("2026-03-0")), 0, "too short");
	T_INT(name_line_day(SPAN("")), 0, "nothing");
	arena_free(&a);
	return t_done();
}
