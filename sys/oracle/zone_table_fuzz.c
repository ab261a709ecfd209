/* SPDX-License-Identifier: Apache-2.0 */
/* Any text is a zone or is refused with a reason; a zone answers any
 * question, twice the same, and however its name is written. */
#include "base/cur.h"
#include "oracle/zone_table.h"
#include "wire/dname.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct assay_answer
ask(const struct assay_oracle *o, uint16_t type, struct span key)
{
	struct assay_question q = { ASSAY_Q_DNS, type, key };
	struct assay_answer a = { .ttl = 0 };

	if (o->ask(o->self, &q, &a) != ASSAY_OK ||
	    a.kind < ASSAY_A_DATA || a.kind > ASSAY_A_BOGUS ||
	    (a.kind == ASSAY_A_DATA) != (a.n_item > 0))
		__builtin_trap();
	return a;
}

static void
ask_twice(const struct assay_oracle *o, uint16_t type, struct span key)
{
	uint8_t room[DNAME_TEXT_MAX];
	struct buf b = BUF_ON(room);
	struct assay_answer one = ask(o, type, key), two;

	dname_loose(&b, key);
	if (b.full)
		return;
	two = ask(o, type, buf_span(&b));
	if (one.kind != two.kind || one.item != two.item ||
	    one.n_item != two.n_item)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t types[] = { 1, 5, 15, 16, 28, 99 };
	struct assay_oracle o;
	struct span text = { data, size };
	const char *why = NULL;
	enum assay_status st = assay_oracle_zone(&o, text, NULL, &why);

	if ((st == ASSAY_FORMAT) != (why != NULL))
		__builtin_trap();
	if (st != ASSAY_OK)
		return 0;
	/* every word of the text is a name to ask for */
	for (size_t n = 0; n < 50 && text.len > 0; n++) {
		struct span word = span_cut(&text, n % 2 == 0 ? ' ' : '"');
		for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
			ask_twice(&o, types[i], word);
	}
	o.free(o.self);
	return 0;
}
