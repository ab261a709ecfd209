/* SPDX-License-Identifier: Apache-2.0 */
/* words.c - an opinion in sentences. */
#include "sources/words.h"

#include "sources/services.h"
#include "wire/addr.h"
#include "wire/day.h"

static const struct span reason_text[] = {
	SPAN_INIT(""),
#define X(ID, name, text) SPAN_INIT(text),
#include "sources/source_reasons.def"
#undef X
};

static const struct span step_text[] = {
#define X(ID, name, text) SPAN_INIT(text),
#include "sources/source_steps.def"
#undef X
};

enum { SHOWN = 100 };	/* octets of a foreign text: it is in a sentence */

/* What is not printable becomes a question mark. */
static void
put_safe(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.len && i < SHOWN; i++) {
		int c = span_at(s, i);

		buf_byte(out, c >= 0x20 && c < 0x7f ? (uint8_t)c : '?');
	}
}

void
source_reason_print(struct buf *out, const struct source_said *said)
{
	struct span text = said->code < SOURCE_R_COUNT ?
	    reason_text[said->code] : SPAN_NONE;

	while (text.len > 0) {
		size_t at = span_find(text, '%');

		buf_put(out, span_head(text, at));
		text = span_skip(text, at);
		switch (span_at(text, 1)) {
		case 'a': buf_u64(out, said->a); break;
		case 'b': buf_u64(out, said->b); break;
		case 't': put_safe(out, said->text); break;
		}
		text = span_skip(text, 2);
	}
}

/* Whether a, and b, of a sentence are numbers of messages. */
static bool
counts_a(enum source_reason code)
{
	return code != SOURCE_R_NEXT_DOOR && code != SOURCE_R_WAVE &&
	    code != SOURCE_R_MANY_NAMES;
}

static bool
counts_b(enum source_reason code)
{
	return counts_a(code) && code != SOURCE_R_STEADY &&
	    code != SOURCE_R_FEW_RECEIVERS && code != SOURCE_R_BURST;
}

static uint64_t
together(uint64_t a, uint64_t b, bool add)
{
	if (!add)
		return a > b ? a : b;
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

void
source_said_add(struct source_said *to, const struct source_said *more)
{
	to->a = together(to->a, more->a, counts_a(to->code));
	to->b = together(to->b, more->b, counts_b(to->code));
}

static struct span
key_of(const struct source *f)
{
	for (size_t i = 0; i < f->n_sig; i++)
		if (f->sig[i].d->ours && !span_absent(f->sig[i].s))
			return f->sig[i].s;
	return SPAN("SELECTOR");
}

static void
put_where(struct buf *out, const struct service *s)
{
	if (s == NULL || s->set.len == 0) {
		buf_put(out, SPAN("in its settings, under domains or DKIM"));
		return;
	}
	put_safe(out, s->set);
	if (s->page.len > 0) {
		buf_put(out, SPAN(", "));
		put_safe(out, s->page);
	}
}

static void
put_service(struct buf *out, const struct source *f)
{
	if (f->opinion.service != NULL)
		put_safe(out, f->opinion.service->name);
	else if (f->partner != NULL)
		put_safe(out, f->partner->group);
	else
		buf_put(out, SPAN("the service"));
}

void
source_step_print(struct buf *out, const struct source *f,
    struct domain domain)
{
	const struct source_path *path = source_asked(f);
	struct span text = f->opinion.step < SOURCE_STEP_COUNT ?
	    step_text[f->opinion.step] : SPAN_NONE;

	while (text.len > 0) {
		size_t at = span_find(text, '%');

		buf_put(out, span_head(text, at));
		text = span_skip(text, at);
		switch (span_at(text, 1)) {
		case 'd': put_safe(out, domain.name); break;
		case 'p': put_safe(out, path == NULL ? domain.name :
		    path->d->name.name); break;
		case 'i': source_net_print(out, f); break;
		case 'k': put_safe(out, key_of(f)); break;
		case 's': put_service(out, f); break;
		case 'h': put_where(out, f->opinion.service); break;
		}
		text = span_skip(text, 2);
	}
}

void
source_net_print(struct buf *out, const struct source *f)
{
	if (f->addresses == 1) {
		addr_print(out, &f->busiest);
		return;
	}
	addr_print(out, &f->net);
	buf_byte(out, '/');
	buf_u64(out, f->bits);
}

void
source_name_print(struct buf *out, const struct source *f)
{
	if (f->opinion.service != NULL)
		put_safe(out, f->opinion.service->name);
	else if (f->partner != NULL)
		put_safe(out, f->partner->group);
	else if (!domain_absent(f->place.ptr))
		put_safe(out, f->place.ptr.name);
	else if (f->place.as_name.len > 0)
		put_safe(out, f->place.as_name);
	else
		source_net_print(out, f);
}

void
source_decision_print(struct buf *out, const struct source *f)
{
	const struct source_decision *d = f->opinion.decision;

	if (d == NULL)
		return;
	buf_put(out, SPAN("decided "));
	buf_str(out, source_class_name(d->class));
	if (d->who.len > 0) {
		buf_put(out, SPAN(" by "));
		put_safe(out, d->who);
	}
	buf_put(out, SPAN(" on "));
	day_print(out, d->day * DAY_SECONDS);
	if (f->opinion.evidence != d->class &&
	    f->opinion.evidence != SOURCE_UNKNOWN) {
		buf_put(out, SPAN("; the evidence says "));
		buf_str(out, source_class_name(f->opinion.evidence));
	}
}
