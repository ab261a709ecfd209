/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/words.h"

#include "base/ascii.h"
#include "base/cur.h"
#include "behave/merge.h"
#include "behave/num.h"
#include "behave/profile.h"

/* Not: names, recipients, how somebody greets, what he writes. */
static const bool impersonal[N_ROW] = {
	[ROW_CLIENT_ORG] = true, [ROW_HELO_SHAPE] = true,
	[ROW_HOPS] = true, [ROW_FIRST_SERVER] = true,
	[ROW_DKIM_DOMAINS] = true, [ROW_RETURN_PATH] = true,
	[ROW_AUTH] = true, [ROW_MESSAGE_ID_DOMAIN] = true,
	[ROW_MESSAGE_ID_SHAPE] = true, [ROW_MAILER] = true,
	[ROW_MAILER_VERSION] = true, [ROW_TIME_ZONE] = true,
	[ROW_DATE_SHAPE] = true, [ROW_FIELD_ORDER] = true,
	[ROW_CONTENT_TYPE] = true, [ROW_CHARSET] = true,
	[ROW_MIME_TREE] = true, [ROW_TRANSFER_ENCODING] = true,
	[ROW_FORMAT] = true, [ROW_FROM_SHAPE] = true, [ROW_HTML] = true,
	[ROW_SUBJECT_PREFIX] = true, [ROW_LENGTH] = true,
	[ROW_LINK_COUNT] = true, [ROW_RECIPIENT_COUNT] = true,
	[ROW_HEADER_NAMES] = true, [ROW_LINKS] = true,
	[ROW_ATTACHMENTS] = true
};

bool
words_of_row(unsigned row)
{
	return row < N_ROW && impersonal[row];
}

void
label_set(struct label *out, struct span text)
{
	*out = (struct label){ .len = 0 };
	for (size_t i = 0; i < text.len && out->len < WORD_TEXT; i++) {
		int c = span_at(text, i);

		if (!is_vchar(c) && c != ' ')
			c = '?';
		if (c == '"' || c == '\\' || c == ';')
			c = '\'';
		out->text[out->len++] = (uint8_t)c;
	}
}

/* ---- the dictionary ------------------------------------------------------ */

static size_t
bucket_of(uint32_t what)
{
	return num_mix(what) % (WORDS / WORD_BUCKET) * WORD_BUCKET;
}

/* WORDS: it is not there. */
static size_t
find(const struct words *w, uint32_t what)
{
	size_t at = bucket_of(what);

	for (size_t i = at; i < at + WORD_BUCKET; i++)
		if (w->what[i] == what && w->word[i].senders > 0)
			return i;
	return WORDS;
}

void
words_find(struct label *out, const struct words *w, unsigned row,
    uint32_t value)
{
	size_t at = find(w, slot_what(row, value));

	*out = (struct label){ .len = 0 };
	if (at == WORDS || w->word[at].senders < WORD_SENDERS)
		return;
	*out = w->word[at].label;
	/* who looks while it is changed must not be led astray */
	if (out->len > WORD_TEXT)
		out->len = 0;
}

/* What is worth less of two places. */
static bool
lesser(const struct word *a, const struct word *b)
{
	bool a_word = a->senders >= WORD_SENDERS;
	bool b_word = b->senders >= WORD_SENDERS;

	if (a->senders == 0 || b->senders == 0)
		return a->senders == 0 && b->senders > 0;
	if (a_word != b_word)
		return b_word;
	return a->day < b->day;
}

static struct word *
place(struct words *w, uint32_t what)
{
	size_t at = find(w, what), first = bucket_of(what);

	if (at < WORDS)
		return &w->word[at];
	at = first;
	for (size_t i = first; i < first + WORD_BUCKET; i++)
		if (lesser(&w->word[i], &w->word[at]))
			at = i;
	w->what[at] = what;
	w->word[at] = (struct word){ .senders = 0 };
	return &w->word[at];
}

static bool
is_counted(const struct word *o, uint32_t who)
{
	for (unsigned i = 0; i < o->senders; i++)
		if (o->who[i] == who)
			return true;
	return false;
}

void
words_hear(struct words *w, unsigned row, uint32_t value, uint32_t who,
    struct span text, uint16_t day)
{
	struct word *o;

	if (!words_of_row(row) || who == 0)
		return;
	o = place(w, slot_what(row, value));
	o->day = day;
	if (o->senders >= WORD_SENDERS || is_counted(o, who))
		return;
	o->who[o->senders++] = who;
	if (o->senders < WORD_SENDERS)
		return;
	label_set(&o->label, text);
	for (unsigned i = 0; i < WORD_SENDERS; i++)
		o->who[i] = 0;
}

void
words_hear_all(struct words *w, struct span news, uint32_t who, uint16_t day)
{
	struct said_one o;

	while (said_next(&news, &o))
		words_hear(w, o.row, o.value, who, o.text, day);
}

void
words_forget(struct words *w, uint32_t who)
{
	for (size_t i = 0; i < WORDS; i++) {
		struct word *o = &w->word[i];

		if (o->senders >= WORD_SENDERS || !is_counted(o, who))
			continue;
		for (unsigned k = 0; k < o->senders; k++)
			if (o->who[k] == who)
				o->who[k] = o->who[o->senders - 1u];
		o->senders--;
		o->who[o->senders] = 0;
	}
}

/* ---- two of them --------------------------------------------------------- */

static bool
is_before(const uint8_t *a, const uint8_t *b, size_t n)
{
	size_t i = 0;

	while (i < n && a[i] == b[i])
		i++;
	return i < n && a[i] < b[i];
}

/* One order of all, in which a word comes before none, then what was heard
 * last: it decides what stays, and which of two is the one. */
static bool
more_than(const struct word *a, uint32_t a_what, const struct word *b,
    uint32_t b_what)
{
	bool text = a->senders >= WORD_SENDERS;

	if (text != (b->senders >= WORD_SENDERS))
		return text;
	if (a->day != b->day)
		return a->day > b->day;
	if (a->senders != b->senders)
		return a->senders > b->senders;
	if (a_what != b_what)
		return a_what > b_what;
	for (unsigned i = 0; i < WORD_SENDERS; i++)
		if (a->who[i] != b->who[i])
			return a->who[i] > b->who[i];
	return is_before(b->label.text, a->label.text, WORD_TEXT);
}

/* Into a bucket, which is in that order. */
static void
word_put(uint32_t what[WORD_BUCKET], struct word bucket[WORD_BUCKET],
    uint32_t new_what, const struct word *new)
{
	unsigned at = 0;

	while (at < WORD_BUCKET - 1 && (bucket[at].senders == 0 ||
	    what[at] != new_what))
		at++;
	if (!more_than(new, new_what, &bucket[at], what[at]))
		return;
	for (; at > 0 && more_than(new, new_what, &bucket[at - 1],
	    what[at - 1]); at--) {
		bucket[at] = bucket[at - 1];
		what[at] = what[at - 1];
	}
	bucket[at] = *new;
	what[at] = new_what;
}

void
words_merge(struct words *to, const struct words *from)
{
	for (size_t i = 0; i < WORDS; i++) {
		size_t at = i / WORD_BUCKET * WORD_BUCKET;

		if (from->word[i].senders > 0)
			word_put(&to->what[at], &to->word[at],
			    from->what[i], &from->word[i]);
	}
}

/* ---- what a message says ------------------------------------------------- */

static void
say(struct buf *out, unsigned row, const struct trait_value *v)
{
	struct label l;

	if (v->hash == 0)
		return;
	label_set(&l, v->text);
	if (out->cap - out->len < 6u + l.len)
		return;
	buf_byte(out, (uint8_t)row);
	buf_u32(out, (uint32_t)v->hash);
	buf_byte(out, l.len);
	buf_put(out, label_span(&l));
}

void
said_put(struct buf *out, const struct traits *t)
{
	for (unsigned row = 0; row < N_ROW; row++) {
		int trait = row_trait(row);

		if (!impersonal[row] || trait < 0)
			continue;
		if (!row_is_set(row)) {
			say(out, row, &t->one[trait]);
			continue;
		}
		for (size_t i = 0; i < t->many[trait].n; i++)
			say(out, row, &t->many[trait].value[i]);
	}
}

bool
said_next(struct span *said, struct said_one *out)
{
	struct cur c = cur_of(*said);
	int row = cur_byte(&c), n;

	out->value = cur_u32(&c);
	n = cur_byte(&c);
	if (c.bad || row < 0 || n < 0 || row >= N_ROW || n > WORD_TEXT)
		return false;
	out->row = (unsigned)row;
	out->text = cur_take(&c, (size_t)n);
	*said = c.rest;
	return !c.bad;
}

/* How many used it before. */
static float
others(const struct view *v, const struct sample *s,
    const struct said_one *o)
{
	if (!row_is_set(o->row))
		return v->one[o->row].everybody;
	for (unsigned i = s->first[o->row]; i < (unsigned)s->first[o->row] +
	    s->n[o->row]; i++)
		if (s->value[i] == o->value)
			return v->many[i].everybody;
	return 0;
}

void
said_news(struct buf *out, struct span said, const struct words *w,
    const struct view *v, const struct sample *s)
{
	struct said_one o;

	while (said_next(&said, &o)) {
		size_t at = find(w, slot_what(o.row, o.value));

		if (others(v, s, &o) < WORD_SENDERS - 1 || (at < WORDS &&
		    w->word[at].senders >= WORD_SENDERS &&
		    v->today < w->word[at].day + WORD_AGAIN) ||
		    out->cap - out->len < 6 + o.text.len)
			continue;
		buf_byte(out, (uint8_t)o.row);
		buf_u32(out, o.value);
		buf_byte(out, (uint8_t)o.text.len);
		buf_put(out, o.text);
	}
}
