/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line of the session (HELO, MAIL FROM), then a message: whatever it is,
 * the same traits come of it twice; values are shown safely, told apart, and
 * bounded; a claim of authentication changes nothing, and proof of it nothing
 * but what says so.
 */
#include "traits/traits.h"

#include "base/limits.h"
#include "content/content.h"
#include "wire/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t key[16] = { 1, 2, 3 };

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
look_at_value(const struct trait_value *v)
{
	must((v->hash == 0) == span_absent(v->text));
	must(v->text.len <= 2000);
	must(utf8_worst(v->text) == UTF8_PLAIN);
}

static void
look_at(const struct traits *t)
{
	for (unsigned i = 0; i < N_TRAIT; i++) {
		const struct trait_values *m = &t->many[i];

		look_at_value(&t->one[i]);
		must(trait_info((enum trait)i)->kind == TRAIT_MANY ||
		    m->n == 0);
		must(m->n <= LIMIT_TRAIT_VALUES);
		for (size_t k = 0; k < m->n; k++) {
			look_at_value(&m->value[k]);
			for (size_t j = 0; j < k; j++)
				must(m->value[j].hash != m->value[k].hash);
		}
	}
	must(t->hour >= -1 && t->hour < 24);
	must(t->date_hour >= -1 && t->date_hour < 24);
	must(!t->munged || !span_eq(t->from, t->sender));
	must(t->n_reference <= 50);
}

static void
same(const struct traits *a, const struct traits *b)
{
	for (unsigned i = 0; i < N_TRAIT; i++) {
		must(a->one[i].hash == b->one[i].hash);
		must(a->many[i].n == b->many[i].n);
		for (size_t k = 0; k < a->many[i].n; k++)
			must(a->many[i].value[k].hash ==
			    b->many[i].value[k].hash);
	}
	must(span_eq(a->sender, b->sender));
	must(a->mail_class == b->mail_class);
}

/* What was proven is one trait, and moves no other. */
static void
look_proven(const struct traits *t, struct traits_in in, struct arena *a)
{
	struct traits proven;

	in.spf = in.dkim = in.dmarc = ASSAY_PASS;
	must(traits_read(&proven, &in, key, a));
	must(proven.one[TRAIT_AUTH].hash != t->one[TRAIT_AUTH].hash);
	proven.one[TRAIT_AUTH] = t->one[TRAIT_AUTH];
	same(t, &proven);
}

static struct span
header_of(struct span *rest)
{
	size_t crlf = span_search(*rest, SPAN("\r\n\r\n"));
	size_t lf = span_search(*rest, SPAN("\n\n"));
	size_t end = crlf < lf ? crlf + 2 : lf + 1;
	struct span header = span_head(*rest, end);

	*rest = span_skip(*rest, end + (crlf < lf ? 2 : 1));
	return header;
}

static void
with_content(struct traits_in *in, struct arena *a)
{
	struct content_in from = { in->header, in->body };
	struct content c;
	struct traits t;

	if (!content_read(&c, &from, a))
		return;
	in->content = &c;
	must(traits_read(&t, in, key, a));
	look_at(&t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct span claim = SPAN_INIT(
	    "Authentication-Results: mx; spf=pass; dkim=pass; dmarc=pass\n");
	struct span rest = { data, size }, session = span_cut(&rest, '\n');
	struct traits first, again, claimed;
	struct traits_in in = { .has_mail_from = true, .arrival = 1700000000 };
	struct arena a;
	struct buf b;

	arena_init(&a, (size_t)64 << 20);
	in.helo = span_cut(&session, ' ');
	in.mail_from = session;
	in.header = header_of(&rest);
	in.body = rest;
	b = arena_buf(&a, in.header.len + claim.len);
	buf_put(&b, claim);
	buf_put(&b, in.header);
	must(traits_read(&first, &in, key, &a));
	look_at(&first);
	must(traits_read(&again, &in, key, &a));
	same(&first, &again);
	look_proven(&first, in, &a);
	if (span_at(in.header, 0) != ' ' && span_at(in.header, 0) != '\t') {
		in.header = buf_span(&b);
		must(traits_read(&claimed, &in, key, &a));
		same(&first, &claimed);
	}
	with_content(&in, &a);
	arena_free(&a);
	return 0;
}
