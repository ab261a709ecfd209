/* SPDX-License-Identifier: Apache-2.0 */
/* habits.c - small habits of a mail program, beside those in program.c. */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/utf8.h"

/* Numbers change from one version, one message to the next. */
static void
put_without_numbers(struct buf *b, struct span text)
{
	ROOM(room, 100);
	struct buf w = BUF_ON(room);
	int before = -1;

	for (size_t i = 0; i < text.len && i < 100; i++) {
		int c = span_at(text, i);

		c = is_digit(c) ? '9' : c;
		if (c != '9' || before != '9')
			buf_byte(&w, (uint8_t)c);
		before = c;
	}
	put_text(b, buf_span(&w), true);
}

static void
read_id_relation(struct reading *r)
{
	struct span domain = address_domain(r->t->message_id);
	struct span from = address_domain(r->t->sender), what;

	if (r->t->message_id.len == 0)
		return;
	if (!span_has(domain, '.'))
		what = SPAN("no domain");
	else if (span_ieq(domain, from))
		what = SPAN("same");
	else if (span_eq(org_of(r, domain, SUFFIX_PRIVATE),
	    r->t->sender_domain))
		what = SPAN("organization");
	else
		what = SPAN("other");
	value_set(r, TRAIT_MESSAGE_ID_RELATION, what);
}

/* "UTF-8?Q", "raw": only of a Subject that has such letters. */
static void
read_subject_encoding(struct reading *r)
{
	struct span s = header_raw(r, K_SUBJECT);
	size_t at = span_search(s, SPAN("=?"));
	struct buf v = value_open(r, TRAIT_SUBJECT_ENCODING, 40);

	if (at < s.len) {
		s = span_skip(s, at + 2);
		put_text(&v, span_head(span_cut(&s, '?'), 20), false);
		buf_byte(&v, '?');
		put_text(&v, span_head(s, 1), false);
	} else {
		for (size_t i = 0; i < s.len; i++)
			if (span_at(s, i) >= 0x80) {
				buf_str(&v, "raw");
				break;
			}
	}
	value_close(r, TRAIT_SUBJECT_ENCODING, &v);
}

static bool
put_fold(struct buf *b, const struct reading *r, enum known k)
{
	struct span rest = header_raw(r, k);
	size_t n = 0;

	(void)span_cut(&rest, '\n');
	if (rest.len == 0)
		return false;
	while (n < 9 && span_at(rest, n) == ' ')
		n++;
	put_text(b, r->line[r->first[k]].name, true);
	if (span_at(rest, n) == '\t')
		buf_str(b, " tab");
	buf_byte(b, ' ');
	buf_u64(b, n);
	return true;
}

/* The first of these that is long enough: programs fold by field. */
static void
read_folding(struct reading *r)
{
	static const enum known order[] = { K_CONTENT_TYPE, K_REFERENCES,
	    K_TO, K_CC, K_SUBJECT };
	struct buf v = value_open(r, TRAIT_FOLDING, 60);

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (put_fold(&v, r, order[i]))
			break;
	value_close(r, TRAIT_FOLDING, &v);
}

/* Marks of how names are written: of some recipient at least. */
static void
read_to_form(struct reading *r)
{
	struct span to = header_raw(r, K_TO);
	struct buf v = value_open(r, TRAIT_TO_FORM, 40);

	if (span_has(to, '"'))
		buf_str(&v, "quoted ");
	if (span_search(to, SPAN("'")) < to.len)
		buf_str(&v, "single ");
	if (span_search(to, SPAN("=?")) < to.len)
		buf_str(&v, "encoded ");
	if (span_has(to, '<'))
		buf_str(&v, span_at(to, 0) == '<' ? "bare <>" : "<>");
	else if (to.len > 0)
		buf_str(&v, "bare");
	value_close(r, TRAIT_TO_FORM, &v);
}

/* The end of the key: the beginnings of all keys are alike. */
static void
read_key(struct reading *r)
{
	struct span s = header_text(r, K_AUTOCRYPT);
	struct buf v = value_open(r, TRAIT_KEY, 100);

	put_text(&v, span_skip(s, s.len < 24 ? 0 : s.len - 24), false);
	value_close(r, TRAIT_KEY, &v);
}

/* In steps that double from five minutes on. */
static void
read_clock(struct reading *r)
{
	int64_t late = r->in->arrival - r->t->date;
	struct buf v;

	if (!r->t->has_date || r->in->arrival == 0)
		return;
	v = value_open(r, TRAIT_CLOCK, 24);
	if (late < -300)
		buf_byte(&v, '-');
	late = late < 0 ? -late : late;
	buf_u64(&v, size_class((uint64_t)late / 300));
	value_close(r, TRAIT_CLOCK, &v);
}

void
traits_habits(struct reading *r)
{
	struct span version = header_text(r, K_MIME_VERSION);
	struct buf v = value_open(r, TRAIT_MIME_VERSION, 400);

	/* RFC 2045 4: there is one version; a comment may follow */
	if (span_starts(version, SPAN("1.0"))) {
		buf_str(&v, "1.0");
		version = span_skip(version, 3);
	}
	put_without_numbers(&v, version);
	value_close(r, TRAIT_MIME_VERSION, &v);
	v = value_open(r, TRAIT_CONTENT_LANGUAGE, 40);
	put_text(&v, span_head(header_text(r, K_CONTENT_LANGUAGE), 10), true);
	value_close(r, TRAIT_CONTENT_LANGUAGE, &v);
	v = value_open(r, TRAIT_ORGANIZATION, 240);
	put_text(&v, span_head(header_text(r, K_ORGANIZATION), 60), true);
	value_close(r, TRAIT_ORGANIZATION, &v);
	read_id_relation(r);
	read_subject_encoding(r);
	read_folding(r);
	read_to_form(r);
	read_key(r);
	read_clock(r);
}
