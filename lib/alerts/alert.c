/* SPDX-License-Identifier: Apache-2.0 */
#include "alerts/alert.h"

#include "wire/day.h"

static const struct alert_text texts[] = {
#define X(code, ID, name, severity, days, sentence, step) \
	{ ALERT_##ID, name, severity, days, sentence, step },
#include "alerts/alerts.def"
#undef X
};

enum {
	TEXTS = sizeof(texts) / sizeof(texts[0]),
	SAID = 1200,	/* octets of a sentence with what is put into it    */
	ABOUT = 260,	/* ... of a name in it: longer than any of DNS      */
	QUOTED = 160	/* ... of a record: two lines of a page             */
};

const struct alert_text *
alert_text_at(size_t i)
{
	return i < TEXTS ? &texts[i] : NULL;
}

const struct alert_text *
alert_text(enum alert_code code)
{
	for (size_t i = 0; i < TEXTS; i++)
		if (texts[i].code == code)
			return &texts[i];
	return NULL;
}

/* What is not printable becomes a question mark. */
static void
put_safe(struct buf *out, struct span s, size_t most)
{
	for (size_t i = 0; i < s.len && i < most; i++) {
		int c = span_at(s, i);

		buf_byte(out, c >= 0x20 && c < 0x7f ? (uint8_t)c : '?');
	}
}

struct span
alert_quote(struct alerts *as, struct span s)
{
	struct buf b = arena_buf(as->arena, QUOTED + 16);

	if (s.len == 0)
		return SPAN("none");
	buf_byte(&b, '"');
	for (size_t i = 0; i < s.len && i < QUOTED; i++) {
		int c = span_at(s, i);

		buf_byte(&b, c == '\n' ? '|' : c >= 0x20 && c < 0x7f ?
		    (uint8_t)c : '?');
	}
	buf_str(&b, s.len > QUOTED ? "...\"" : "\"");
	return arena_done(as->arena, &b);
}

static void
put_word(struct buf *out, const struct alerts *as, int c,
    const struct alert_words *w)
{
	switch (c) {
	case 'w': put_safe(out, w->about, ABOUT); break;
	case 'd': put_safe(out, as->facts->domain.name, ABOUT); break;
	case 'i': put_safe(out, w->net, ABOUT); break;
	case 'c': buf_str(out, w->class != NULL ? w->class : ""); break;
	case 'y': day_print(out, w->day * DAY_SECONDS); break;
	case 'a': buf_u64(out, w->a); break;
	case 'b': buf_u64(out, w->b); break;
	case 'f': put_safe(out, w->from, SAID / 3); break;
	case 't': put_safe(out, w->to, SAID / 3); break;
	}
}

static struct span
words(struct alerts *as, const char *template, const struct alert_words *w)
{
	struct buf b = arena_buf(as->arena, SAID);
	struct span text = assay_cstr(template);

	while (text.len > 0) {
		size_t at = span_find(text, '%');

		buf_put(&b, span_head(text, at));
		text = span_skip(text, at);
		put_word(&b, as, span_at(text, 1), w);
		text = span_skip(text, 2);
	}
	return arena_done(as->arena, &b);
}

static struct span
key_of(struct alerts *as, const char *name, struct span id)
{
	struct buf b = arena_buf(as->arena, 2 * ABOUT + 40);

	buf_str(&b, name);
	buf_byte(&b, ' ');
	put_safe(&b, as->facts->domain.name, ABOUT);
	if (id.len > 0)
		buf_byte(&b, ' ');
	put_safe(&b, id, ABOUT);
	return arena_done(as->arena, &b);
}

struct span
alert_gate_key(const struct alert_facts *f, const struct rollout_gate *g,
    struct arena *a)
{
	struct alerts as = { .arena = a, .facts = f };
	struct buf b = arena_buf(a, ABOUT);

	buf_str(&b, rollout_stage_name(f->plan->stage));
	buf_byte(&b, ' ');
	buf_str(&b, rollout_stage_name(f->plan->to));
	buf_byte(&b, ' ');
	buf_str(&b, g->name);
	return key_of(&as, "gate", arena_done(a, &b));
}

static struct span
safe(struct alerts *as, struct span s)
{
	struct buf b = arena_buf(as->arena, s.len < ABOUT ? s.len : ABOUT);

	put_safe(&b, s, ABOUT);
	return arena_done(as->arena, &b);
}

struct alert *
alert_add(struct alerts *as, enum alert_code code, struct span id,
    const struct alert_words *w)
{
	struct alert *al = arena_alloc(as->arena, sizeof(*al));
	const struct alert_text *text = alert_text(code);

	if (al == NULL)
		return NULL;
	*al = (struct alert){ .text = text, .grade = text->grade,
		.about = safe(as, w->about), .day = w->day, .a = w->a,
		.b = w->b, .key = key_of(as, text->name,
		span_absent(id) ? w->about : id), .state = SPAN(""),
		.cause = words(as, text->sentence, w),
		.step = words(as, text->step, w), .record = SPAN_NONE };
	*as->end = al;
	as->end = &al->next;
	as->n++;
	return al;
}
