/* SPDX-License-Identifier: Apache-2.0 */
/* A sample, then an answer: what is read is written the same again, and
 * scored to a finite p whatever the numbers are. */
#include "behave/pack.h"

#include "base/cur.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t room[PACK_ANSWER];
	static struct known a;
	struct cur c = cur_of((struct span){ data, size });
	struct span first = cur_take(&c, cur_u16(&c));
	struct buf out = BUF_ON(room);
	struct sample s;
	struct score score;

	if (!sample_get(&s, first))
		return 0;
	sample_put(&out, &s);
	must(span_eq(buf_span(&out), first));
	if (!known_get(&a, c.rest, &s))
		return 0;
	out.len = 0;
	known_put(&out, &a, &s);
	must(!out.full && out.len == c.rest.len);
	excerpt_score(&score, &a.excerpt, &a.view, &s);
	must(score.p <= 1 || !score.known);
	must(score.contact.p >= 0 && score.contact.p <= 1);
	must((unsigned)score.h < N_HYPOTHESIS);
	return 0;
}
