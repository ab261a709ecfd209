/* SPDX-License-Identifier: Apache-2.0 */
/* Property: a record printed from its parsed form parses to the same form,
 * and prints to the same text. */
#include "check/spf_record.h"

#include "wire/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
print_net(struct buf *b, const struct spf_term *t)
{
	uint8_t octets[16];
	struct buf o = BUF_ON(octets);
	struct assay_addr a;

	for (int i = 3; t->kind == SPF_IP4 && i >= 0; i--)
		buf_byte(&o, (uint8_t)(t->net4 >> (8 * i)));
	for (int i = 7; t->kind == SPF_IP6 && i >= 0; i--)
		buf_byte(&o, (uint8_t)(t->net6->high >> (8 * i)));
	for (int i = 7; t->kind == SPF_IP6 && i >= 0; i--)
		buf_byte(&o, (uint8_t)(t->net6->low >> (8 * i)));
	if (!addr_of(&a, buf_span(&o)))
		__builtin_trap();
	buf_byte(b, ':');
	addr_print(b, &a);
	buf_byte(b, '/');
	buf_u64(b, t->kind == SPF_IP4 ? t->cidr4 : t->cidr6);
}

static void
print_term(struct buf *b, const struct spf_term *t, struct span text)
{
	static const char *const name[] = { "all", "include", "a", "mx",
		"ptr", "ip4", "ip6", "exists" };

	buf_byte(b, ' ');
	buf_str(b, t->result == ASSAY_PASS ? "+" : t->result == ASSAY_FAIL ?
	    "-" : t->result == ASSAY_SOFTFAIL ? "~" : "?");
	buf_str(b, name[t->kind]);
	if (t->kind == SPF_IP4 || t->kind == SPF_IP6) {
		print_net(b, t);
		return;
	}
	if (t->spec != NULL) {
		buf_byte(b, ':');
		buf_put(b, spf_text(text, t->spec->at, t->spec->len));
	}
	if (t->kind == SPF_A || t->kind == SPF_MX) {
		buf_byte(b, '/');
		buf_u64(b, t->cidr4);
		buf_str(b, "//");
		buf_u64(b, t->cidr6);
	}
}

static void
print_modifier(struct buf *b, const char *name, const struct spf_spec *spec,
    struct span text)
{
	if (spec == NULL)
		return;
	buf_str(b, name);
	buf_put(b, spf_text(text, spec->at, spec->len));
}

static void
print(struct buf *b, const struct spf_record *r, struct span text)
{
	buf_str(b, "v=spf1");
	for (size_t i = 0; i < r->n; i++)
		print_term(b, &r->term[i], text);
	print_modifier(b, " redirect=", r->redirect, text);
	print_modifier(b, " exp=", r->exp, text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t room[1 << 18], room2[1 << 18];
	struct buf b = BUF_ON(room), b2 = BUF_ON(room2);
	struct span text = { data, size };
	const struct spf_record *r, *r2;
	struct arena a;

	if (!spf_is_record(text))
		return 0;
	arena_init(&a, 8 << 20);
	r = spf_record_parse(text, &a);
	if (r == NULL)
		__builtin_trap();
	if (r->flaw == ASSAY_R_NONE) {
		print(&b, r, text);
		r2 = spf_record_parse(buf_span(&b), &a);
		/* written out in full it may be too long */
		if (!b.full && b.len <= LIMIT_TXT) {
			if (r2->flaw != ASSAY_R_NONE || r2->n != r->n)
				__builtin_trap();
			print(&b2, r2, buf_span(&b));
			if (!span_eq(buf_span(&b), buf_span(&b2)))
				__builtin_trap();
		}
	}
	arena_free(&a);
	return 0;
}
