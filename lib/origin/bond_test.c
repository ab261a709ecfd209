/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/bond.h"

#include "test/t.h"

static const uint8_t key[16] = { 5 };

static void
there_and_back(void)
{
	uint8_t room[2 * BOND_OCTETS];
	struct buf b = BUF_ON(room);
	struct bond out = { .kind = BOND_OUT, .account = 7, .name = 8,
		.domain = { SPAN("one.example"), SPAN("two.example") },
		.n_domain = 2 };
	struct bond in = { .kind = BOND_IN, .who = 9, .address = 10 };
	struct bond way = { .kind = BOND_WAY, .who = 11, .address = 12,
		.of = 13 };
	struct span rest;
	struct bond got;
	bool bad;

	bond_put(&b, &out);
	bond_put(&b, &in);
	bond_put(&b, &way);
	rest = buf_span(&b);
	T_OK(bond_get(&got, &rest, &bad) && got.kind == BOND_OUT &&
	    got.account == 7 && got.name == 8 && got.n_domain == 2 &&
	    span_eq(got.domain[1], SPAN("two.example")), "of ours");
	T_OK(bond_get(&got, &rest, &bad) && got.kind == BOND_IN &&
	    got.who == 9 && got.address == 10, "of others");
	T_OK(bond_get(&got, &rest, &bad) && got.kind == BOND_WAY &&
	    got.who == 11 && got.address == 12 && got.of == 13,
	    "of a forwarder");
	T_OK(!bond_get(&got, &rest, &bad) && !bad, "no more");
	for (size_t n = 1; n < 18 + 24; n++) {
		rest = span_head(buf_span(&b), n);
		T_OK(!bond_get(&got, &rest, &bad) && bad, "a part is none");
	}
	rest = SPAN("x12345678");
	T_OK(!bond_get(&got, &rest, &bad) && bad, "nor another kind");
}

static void
hashes(void)
{
	static const uint8_t other[16] = { 6 };

	T_OK(bond_domain(key, SPAN("One.Example")) ==
	    bond_domain(key, SPAN("one.example")), "case is nothing");
	T_OK(bond_domain(key, SPAN("one.example")) !=
	    bond_domain(other, SPAN("one.example")), "the key is all");
	T_OK(bond_way(key, SPAN("one.example"), 1) !=
	    bond_way(key, SPAN("one.example"), 2), "a way has an end");
	T_OK(bond_domain(key, SPAN("a123456789b123456789c123456789d123456789"
	    "e123456789f123456789.example")) == 0,
	    "what is too long to be kept has none");
}

int
main(void)
{
	there_and_back();
	hashes();
	return t_done();
}
