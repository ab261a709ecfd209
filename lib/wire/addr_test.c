/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/addr.h"

#include "test/t.h"

struct text_case {
	const char *text, *printed;	/* printed NULL: refused */
};

static const struct text_case public_cases[] = {
	{ "192.0.2.1", "192.0.2.1" },
	{ "[192.0.2.1]", "192.0.2.1" },
	{ "0.0.0.0", "0.0.0.0" },
	{ "255.255.255.255", "255.255.255.255" },
	{ "256.0.0.1", NULL },
	{ "1.2.3", NULL },
	{ "1.2.3.4.5", NULL },
	{ "1.2.3.4.", NULL },
	{ ".1.2.3.4", NULL },
	{ "1..3.4", NULL },
	{ "01.2.3.4", NULL },
	{ "1.2.3.00", NULL },
	{ "1.2.3.4 ", NULL },
	{ "1.2.3.0x4", NULL },
	{ "-1.2.3.4", NULL },
	{ "", NULL },
	{ "::", "::" },
	{ "::1", "::1" },
	{ "1::", "1::" },
	{ "2001:DB8::1", "2001:db8::1" },
	{ "2001:0db8:0:0:0:0:0:1", "2001:db8::1" },
	{ "2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1" },
	{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
	{ "2001:0:0:1:0:0:1:1", "2001::1:0:0:1:1" },
	{ "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
	{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
	{ "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
	{ "1:2:3:4:5:6:7:8::", NULL },
	{ "::1:2:3:4:5:6:7:8", NULL },
	{ "1:2:3:4:5:6:7", NULL },
	{ "1:2:3:4:5:6:7:8:9", NULL },
	{ "1::2::3", NULL },
	{ ":::", NULL },
	{ "::1:::", NULL },
	{ ":1::2", NULL },
	{ "1::2:", NULL },
	{ "1:2:3:4:5:6:7:", NULL },
	{ "12345::", NULL },
	{ "g::", NULL },
	{ "fe80::1%eth0", NULL },
	{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
	{ "::FFFF:c000:201", "::ffff:192.0.2.1" },
	{ "::192.0.2.1", "::c000:201" },
	{ "64:ff9b::192.0.2.1", "64:ff9b::c000:201" },
	{ "1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201" },
	{ "1:2:3:4:5:6:7:192.0.2.1", NULL },
	{ "::192.0.2.1:1", NULL },
	{ "::192.0.2", NULL },
	{ "[IPv6:2001:db8::1]", "2001:db8::1" },
	{ "[ipv6:::1]", "::1" },
	{ "[IPv6:192.0.2.1]", NULL },
	{ "[2001:db8::1]", NULL },
	{ "[192.0.2.1", NULL },
	{ "192.0.2.1]", NULL },
	{ "[]", NULL },
	{ "[", NULL },
	{ "IPv6:::1", NULL },
};

static void
test_text(void)
{
	size_t n = sizeof(public_cases) / sizeof(public_cases[0]);

	for (size_t i = 0; i < n; i++) {
		const struct text_case *c = &public_cases[i];
		struct assay_addr a;
		uint8_t room[ADDR_TEXT];
		struct buf b = BUF_ON(room);
		enum assay_status st;

		st = assay_addr_parse(&a, assay_cstr(c->text));
		T_INT(st, c->printed ? ASSAY_OK : ASSAY_FORMAT, c->text);
		addr_print(&b, &a);
		T_SPAN(buf_span(&b), assay_cstr(c->printed ? c->printed : ""),
		    c->text);
	}
}

static void
test_nul(void)
{
	struct assay_addr a;

	T_INT(assay_addr_parse(&a, SPAN("1.2.3.4\0")), ASSAY_FORMAT, "NUL");
	T_INT(assay_addr_parse(&a, SPAN_NONE), ASSAY_FORMAT, "absent");
	T_INT(a.family, 0, "nothing read is family 0");
}

struct net_case {
	const char *addr, *net;
	unsigned bits;
	bool want;
};

static const struct net_case net_cases[] = {
	{ "192.0.2.1", "192.0.2.1", 32, true },
	{ "192.0.2.1", "192.0.2.0", 32, false },
	{ "192.0.2.1", "192.0.2.0", 31, true },
	{ "192.0.2.130", "192.0.2.0", 25, false },
	{ "192.0.2.130", "192.0.2.255", 25, true },
	{ "192.0.2.130", "192.0.2.0", 24, true },
	{ "9.9.9.9", "1.1.1.1", 0, true },
	{ "192.0.2.1", "192.0.2.1", 33, false },
	{ "::1", "::1", 128, true },
	{ "::1", "::1", 129, false },
	{ "2001:db8:8000::", "2001:db8::", 32, true },
	{ "2001:db8:8000::", "2001:db8::", 33, false },
	{ "2001:db8::", "192.0.2.1", 0, false },
	{ "192.0.2.1", "::", 0, false },
	{ "::ffff:192.0.2.1", "192.0.2.1", 32, false },
};

static void
test_within(void)
{
	size_t n = sizeof(net_cases) / sizeof(net_cases[0]);
	struct assay_addr none = { .family = 0 };

	for (size_t i = 0; i < n; i++) {
		const struct net_case *c = &net_cases[i];
		struct assay_addr a, net;
		if (assay_addr_parse(&a, assay_cstr(c->addr)) != ASSAY_OK ||
		    assay_addr_parse(&net, assay_cstr(c->net)) != ASSAY_OK)
			T_OK(false, "a case does not parse");
		T_OK(addr_within(&a, &net, c->bits) == c->want, c->addr);
	}
	T_OK(!addr_within(&none, &none, 0), "no address is in no network");
}

struct form_case {
	const char *addr, *reverse, *dotted;
};

static const struct form_case form_cases[] = {
	{ "192.0.2.1", "1.2.0.192.in-addr.arpa", "192.0.2.1" },
	{ "2001:db8::cb01",
	    "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0."
	    "1.0.0.2.ip6.arpa",
	    "2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
	    "C.B.0.1" },
};

static void
test_forms(void)
{
	size_t n = sizeof(form_cases) / sizeof(form_cases[0]);

	for (size_t i = 0; i < n; i++) {
		const struct form_case *c = &form_cases[i];
		struct assay_addr a;
		uint8_t room[ADDR_REVERSE], room2[ADDR_REVERSE];
		struct buf b = BUF_ON(room), d = BUF_ON(room2);

		if (assay_addr_parse(&a, assay_cstr(c->addr)) != ASSAY_OK)
			T_OK(false, "a case does not parse");
		addr_reverse_name(&b, &a);
		T_SPAN(buf_span(&b), assay_cstr(c->reverse), c->addr);
		addr_dotted(&d, &a);
		T_SPAN(buf_span(&d), assay_cstr(c->dotted), c->addr);
	}
}

static void
test_unmap(void)
{
	struct assay_addr a, b;

	T_OK(addr_parse6(&a, SPAN("::ffff:192.0.2.1")), "mapped");
	b = addr_unmap(&a);
	T_INT(b.family, 4, "a mapped address is IPv4");
	T_OK(addr_parse4(&a, SPAN("192.0.2.1")) && addr_eq(&a, &b),
	    "and the right one");
	T_OK(addr_parse6(&a, SPAN("::fffe:192.0.2.1")), "not mapped");
	b = addr_unmap(&a);
	T_OK(addr_eq(&a, &b), "another is left alone");
	T_OK(!addr_of(&a, SPAN("12345")), "5 octets are no address");
	T_OK(addr_of(&a, SPAN("\x01\x02\x03\x04")) && a.family == 4,
	    "4 octets");
}

int
main(void)
{
	test_text();
	test_nul();
	test_within();
	test_forms();
	test_unmap();
	return t_done();
}
