/* SPDX-License-Identifier: Apache-2.0 */
#include "sources/spf_nets.h"

#include <stdlib.h>

#include "test/t.h"
#include "wire/addr.h"

static const struct source_own own[] = { { { SPAN_INIT("example.com") },
    false } };

/* What DNS says: TXT as text, A as an address, MX as a host. */
static const struct row { const char *name; uint16_t type; const char *data,
    *canonical; } zone[] = {
	{ "example.com", ASSAY_T_TXT, "v=spf1 ip4:192.0.2.0/28 a mx "
	  "include:_own.example.com include:spf.vendor.test ?ip4:10.0.0.0/8 "
	  "~all", NULL },
	{ "example.com", ASSAY_T_TXT, "something else", NULL },
	{ "example.com", ASSAY_T_A, "192.0.2.100", NULL },
	{ "example.com", ASSAY_T_MX, "mx.example.com", NULL },
	{ "mx.example.com", ASSAY_T_A, "192.0.2.101", NULL },
	{ "mx.example.com", ASSAY_T_AAAA, "2001:db8::25", NULL },
	{ "_own.example.com", ASSAY_T_TXT, "v=spf1 ip4:192.0.2.200 "
	  "include:deep.other.test -all", NULL },
	{ "deep.other.test", ASSAY_T_TXT, "v=spf1 ip4:203.0.113.0/24 -all",
	  NULL },
	{ "spf.vendor.test", ASSAY_T_TXT, "v=spf1 ip4:198.51.100.0/24 "
	  "ip6:2001:db8:77::/48 include:more.vendor.test -all", NULL },
	{ "more.vendor.test", ASSAY_T_TXT, "v=spf1 ip4:198.51.101.0/24 -all",
	  NULL },
	{ "em.example.com", ASSAY_T_TXT, "v=spf1 ip4:198.51.102.7 -all",
	  "u7.vendor.test" },
	{ "all.test", ASSAY_T_TXT, "v=spf1 ip4:1.0.0.0/1 +all", NULL },
	{ "macro.test", ASSAY_T_TXT, "v=spf1 exists:%{i}.x.test -all", NULL },
	{ "loop.test", ASSAY_T_TXT, "v=spf1 include:loop.test -all", NULL },
	{ "moved.test", ASSAY_T_TXT, "v=spf1 redirect=spf.vendor.test", NULL },
};

static void
answer(struct spf_nets *n, const struct assay_question *q)
{
	static struct assay_addr addr;
	static uint8_t room[300];
	struct buf b = BUF_ON(room);
	struct assay_span items[4];
	struct assay_answer a = { .kind = ASSAY_A_NXDOMAIN, .item = items };

	if (span_eq(q->key, SPAN("broken.test")))
		a.kind = ASSAY_A_TEMPFAIL;
	for (size_t i = 0; i < sizeof(zone) / sizeof(zone[0]); i++) {
		if (!span_eq(q->key, assay_cstr(zone[i].name)) ||
		    q->type != zone[i].type)
			continue;
		a.kind = ASSAY_A_DATA;
		items[a.n_item] = assay_cstr(zone[i].data);
		if (q->type == ASSAY_T_A || q->type == ASSAY_T_AAAA) {
			if (assay_addr_parse(&addr, items[a.n_item]) !=
			    ASSAY_OK)
				abort();
			items[a.n_item] = addr_octets(&addr);
		} else if (q->type == ASSAY_T_MX) {
			buf_put(&b, SPAN("\0\12"));
			buf_put(&b, items[a.n_item]);
			items[a.n_item] = buf_span(&b);
		}
		a.n_item++;
		if (zone[i].canonical != NULL)
			a.canonical = assay_cstr(zone[i].canonical);
	}
	spf_nets_answer(n, &a);
}

static void
lay(struct spf_nets *n, const char *domain, struct arena *a)
{
	const struct assay_question *q;

	spf_nets_begin(n, own, 1, a);
	spf_nets_add(n, (struct domain){ assay_cstr(domain) });
	while ((q = spf_nets_question(n)) != NULL)
		answer(n, q);
}

static void
look(const struct spf_nets *n, const char *addr, enum source_listed want,
    const char *include)
{
	struct assay_addr a;
	struct domain by;

	if (assay_addr_parse(&a, assay_cstr(addr)) != ASSAY_OK)
		abort();
	T_INT(spf_nets_find(n, &a, &by), want, addr);
	if (include != NULL)
		T_SPAN(by.name, assay_cstr(include), "by whose word");
}

int
main(void)
{
	struct spf_nets n;
	struct arena a;

	arena_init(&a, 1 << 20);
	lay(&n, "example.com", &a);
	T_OK(n.found && !n.untold && !n.failed && !n.anyone, "all of it");
	look(&n, "192.0.2.15", SOURCE_L_DIRECT, NULL);
	look(&n, "192.0.2.16", SOURCE_L_NO, NULL);
	look(&n, "192.0.2.100", SOURCE_L_DIRECT, NULL);
	look(&n, "192.0.2.101", SOURCE_L_DIRECT, NULL);
	look(&n, "2001:db8::25", SOURCE_L_DIRECT, NULL);
	look(&n, "192.0.2.200", SOURCE_L_DIRECT, NULL);
	look(&n, "203.0.113.9", SOURCE_L_INCLUDE, "deep.other.test");
	look(&n, "198.51.100.9", SOURCE_L_INCLUDE, "spf.vendor.test");
	look(&n, "198.51.101.9", SOURCE_L_INCLUDE, "spf.vendor.test");
	look(&n, "2001:db8:77::1", SOURCE_L_INCLUDE, "spf.vendor.test");
	look(&n, "10.1.1.1", SOURCE_L_NO, NULL);
	lay(&n, "em.example.com", &a);
	look(&n, "198.51.102.7", SOURCE_L_INCLUDE, "u7.vendor.test");
	lay(&n, "moved.test", &a);
	look(&n, "198.51.100.9", SOURCE_L_INCLUDE, "spf.vendor.test");
	lay(&n, "all.test", &a);
	T_OK(n.anyone, "+all and wide networks name nobody");
	look(&n, "1.2.3.4", SOURCE_L_NO, NULL);
	lay(&n, "macro.test", &a);
	T_OK(n.untold, "a macro cannot be laid flat");
	look(&n, "1.2.3.4", SOURCE_L_UNKNOWN, NULL);
	lay(&n, "broken.test", &a);
	look(&n, "1.2.3.4", SOURCE_L_UNKNOWN, NULL);
	lay(&n, "none.test", &a);
	T_OK(!n.found, "no record");
	look(&n, "1.2.3.4", SOURCE_L_NO, NULL);
	lay(&n, "loop.test", &a);
	T_OK(n.untold && n.asked < 20, "a loop ends");
	arena_free(&a);
	return t_done();
}
