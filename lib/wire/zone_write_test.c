/* SPDX-License-Identifier: Apache-2.0 */
/* The text itself, and that the reader of master files reads it back. */
#include "wire/zone_write.h"

#include "test/t.h"
#include "wire/addr.h"
#include "wire/zone.h"

static struct arena arena;
static uint8_t room[4000];

static void
back(struct span line, const char *owner, uint16_t type, struct span item,
    const char *label)
{
	struct zone z = zone_open(line, &arena);
	struct zone_rr rr = { .type = 0 };

	T_OK(zone_next(&z, &rr), label);
	T_SPAN(rr.owner, assay_cstr(owner), label);
	T_INT(rr.type, type, label);
	T_INT(rr.ttl, 3600, label);
	T_SPAN(rr.item, item, label);
	T_OK(!zone_next(&z, &rr) && z.why == NULL, label);
}

static void
test_txt(struct span text, const char *want, const char *label)
{
	struct buf b = BUF_ON(room);

	zone_write_txt(&b, SPAN("_dmarc.example.com"), text);
	if (want != NULL)
		T_SPAN(buf_span(&b), assay_cstr(want), label);
	back(buf_span(&b), "_dmarc.example.com", 16, text, label);
}

static void
test_long(void)
{
	uint8_t text[700];

	for (size_t n = 0; n < sizeof(text); n++)
		text[n] = (uint8_t)(n % 256);
	for (size_t n = 250; n <= sizeof(text); n += 5)
		test_txt((struct span){ text, n }, NULL, "of any octets");
}

static void
test_odd_owner(void)
{
	struct buf b = BUF_ON(room);

	zone_write_txt(&b, SPAN("a;b(c)\"$@\\046.example"), SPAN("x"));
	back(buf_span(&b), "a;b(c)\"$@\\046.example", 16, SPAN("x"),
	    "odd owner");
}

static void
test_others(void)
{
	struct buf b = BUF_ON(room);
	struct assay_addr a;

	zone_write_mx(&b, SPAN("example.com"), 10, SPAN("mx.example.com"));
	T_SPAN(buf_span(&b),
	    SPAN("example.com. 3600 IN MX 10 mx.example.com.\n"), "MX");
	b.len = 0;
	zone_write_mx(&b, SPAN("example.com"), 0, SPAN("."));
	T_SPAN(buf_span(&b), SPAN("example.com. 3600 IN MX 0 .\n"),
	    "null MX");
	back(buf_span(&b), "example.com", 15, SPAN("\0\0."), "null MX");
	b.len = 0;
	zone_write_name(&b, SPAN("1.2.0.192.in-addr.arpa"), "PTR",
	    SPAN("mx.example.com"));
	T_SPAN(buf_span(&b), SPAN("1.2.0.192.in-addr.arpa. 3600 IN PTR "
	    "mx.example.com.\n"), "PTR");
	b.len = 0;
	T_OK(addr_parse4(&a, SPAN("192.0.2.1")), "an address");
	zone_write_addr(&b, SPAN("mx.example.com"), &a);
	T_SPAN(buf_span(&b), SPAN("mx.example.com. 3600 IN A 192.0.2.1\n"),
	    "A");
	b.len = 0;
	T_OK(addr_parse6(&a, SPAN("2001:db8::1")), "an address");
	zone_write_addr(&b, SPAN("mx.example.com"), &a);
	T_SPAN(buf_span(&b),
	    SPAN("mx.example.com. 3600 IN AAAA 2001:db8::1\n"), "AAAA");
}

int
main(void)
{
	arena_init(&arena, 64 << 20);
	test_txt(SPAN("v=DMARC1; p=none"), "_dmarc.example.com. 3600 IN TXT "
	    "\"v=DMARC1; p=none\"\n", "short");
	test_txt(SPAN(""), "_dmarc.example.com. 3600 IN TXT \"\"\n",
	    "empty");
	test_txt(SPAN("a\"b\\c;d\te"), "_dmarc.example.com. 3600 IN TXT "
	    "\"a\\\"b\\\\c;d\\009e\"\n", "escapes");
	test_long();
	test_odd_owner();
	test_others();
	arena_free(&arena);
	return t_done();
}
