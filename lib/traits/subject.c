/* SPDX-License-Identifier: Apache-2.0 */
/* subject.c - what kind of Subject it is. */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/encword.h"

enum { TAGS = 4, TAG = 40 };

/* "re", "fwd" and the like in other languages, as they are written. */
static struct span
take_prefix(struct span *s)
{
	static const struct span prefixes[] = { SPAN_INIT("re"),
	    SPAN_INIT("fwd"), SPAN_INIT("fw"), SPAN_INIT("aw"),
	    SPAN_INIT("wg"), SPAN_INIT("sv"), SPAN_INIT("vs"),
	    SPAN_INIT("rv"), SPAN_INIT("tr"), SPAN_INIT("res"),
	    SPAN_INIT("enc"), SPAN_INIT("antw"), SPAN_INIT("odp"),
	    SPAN_INIT("ynt"), SPAN_INIT("r") };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t n = prefixes[i].len;

		if (!span_istarts(*s, prefixes[i]) || span_at(*s, n) != ':')
			continue;
		*s = span_trim_wsp(span_skip(*s, n + 1));
		return prefixes[i];
	}
	return SPAN_NONE;
}

static void
add_tag(struct reading *r, struct span tag)
{
	struct buf v = value_open(r, TRAIT_SUBJECT_TAGS, TAG * 4);
	size_t n = 0;

	/* "[PATCH v2 1/3]": the number of the day is no habit */
	tag = span_trim_wsp(span_head(tag, TAG));
	while (n < tag.len && !is_digit(span_at(tag, n)))
		n++;
	put_text(&v, span_trim_wsp(span_head(tag, n)), true);
	value_add(r, TRAIT_SUBJECT_TAGS, &v);
}

static void
read_reply_form(struct reading *r, struct span prefix)
{
	bool answers = r->t->in_reply_to.len > 0;

	value_set(r, TRAIT_REPLY_FORM, prefix.len > 0 ?
	    (answers ? SPAN("reply") : SPAN("re without reference")) :
	    (answers ? SPAN("reference without re") : SPAN("new")));
}

void
traits_subject(struct reading *r)
{
	struct span s = header_text(r, K_SUBJECT), prefix;
	struct buf b = arena_buf(r->a, LIMIT_DISPLAY), v;
	struct encword_seen seen;

	encword_show(&b, span_head(s, LIMIT_DISPLAY), &seen);
	s = r->subject = span_trim_fws(arena_done(r->a, &b));
	prefix = take_prefix(&s);
	read_reply_form(r, prefix);
	v = value_open(r, TRAIT_SUBJECT_PREFIX, 12);
	buf_put(&v, prefix);
	if (span_at(s, 0) == '[')
		buf_str(&v, "[]");
	if (v.len == 1)
		buf_str(&v, r->count[K_SUBJECT] > 0 ? "new" : "none");
	value_close(r, TRAIT_SUBJECT_PREFIX, &v);
	for (size_t i = 0; i < TAGS && span_at(s, 0) == '[' &&
	    span_has(s, ']'); i++) {
		s = span_skip(s, 1);
		add_tag(r, span_cut(&s, ']'));
		s = span_trim_wsp(s);
	}
}
