/* SPDX-License-Identifier: Apache-2.0 */
/* A fact, then a view: what is read is written the same again, and judged
 * and told whatever the numbers are. */
#include "behave/own.h"

#include "base/cur.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
learn(const struct own_fact *f, const struct own_score *s)
{
	struct own_profile p = { .account = f->account };
	struct own_news news = { f->n_inside, f->n_link };
	struct own_limits limits = { 1, 1, 1, 1, false };
	struct own_view v;

	own_note(&p, f, &news, OWN_SENT, false);
	own_bounce(&p, f->at);
	own_note(&p, f, &news, OWN_SENT, s->odd);
	own_look(&v, &p, f, &news, &limits);
	must(v.tried >= f->n_rcpt || f->n_rcpt > UINT16_MAX / 2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t room[OWN_FACT + OWN_VIEW + OWN_WORDS];
	struct cur c = cur_of((struct span){ data, size });
	struct span first = cur_take(&c, cur_u16(&c));
	struct buf out = BUF_ON(room);
	struct own_score s;
	struct own_fact f;
	struct own_view v;

	if (!own_fact_get(&f, first))
		return 0;
	own_fact_put(&out, &f);
	must(out.len <= OWN_FACT && (span_eq(buf_span(&out), first) ||
	    span_at(first, 0) == 1));
	if (!own_view_get(&v, c.rest))
		return 0;
	out.len = 0;
	own_view_put(&out, &v);
	must(out.len <= OWN_VIEW && (span_eq(buf_span(&out), c.rest) ||
	    span_at(c.rest, 0) == 1));
	own_judge(&s, &v, &f);
	must(s.who <= 100 && s.what <= 100);
	out.len = 0;
	own_words(&out, &v, &s, &f);
	must(!out.full && out.len <= OWN_WORDS);
	learn(&f, &s);
	return 0;
}
