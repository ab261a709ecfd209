/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/sample.h"

#include "base/ascii.h"
#include "behave/num.h"
#include "crypto/siphash.h"

enum { NAME_WORDS = 8, NAME_WORD = 64 };

static const struct row_is {
	int trait;			/* -1: info is our own               */
	struct trait_info info;
} rows[N_ROW] = {
#define T(id) { .trait = TRAIT_##id },
#define X(id, n, k, o, w) { -1, { SPAN_INIT(n), SPAN_INIT(w), TRAIT_##k, \
	OWNER_##o } },
#include "behave/rows.def"
#undef X
#undef T
};

_Static_assert((int)N_ROW <= (int)ROWS_MOST, "a bit of row_sets each");

const struct trait_info *
row_info(unsigned row)
{
	return rows[row].trait < 0 ? &rows[row].info :
	    trait_info((enum trait)rows[row].trait);
}

int
row_trait(unsigned row)
{
	return rows[row].trait;
}

bool
sample_holds(const struct sample *s)
{
	for (unsigned r = 0; r < N_ROW; r++)
		if (s->first[r] + s->n[r] > SAMPLE_MANY)
			return false;
	return true;
}

/* Under the key, and under what it is a name of. */
static uint64_t
named(const uint8_t key[16], uint8_t kind, struct span name)
{
	ROOM(room, 512);
	struct buf b = BUF_ON(room);

	if (name.len == 0)
		return 0;
	/* above the numbers of traits: 0xff sender, 0xfe domain, ... */
	buf_byte(&b, kind);
	buf_put(&b, span_head(name, sizeof(room) - 1));
	return siphash(key, buf_span(&b));
}

/* Two values together; absent ones are values too. */
static uint32_t
join(uint32_t a, uint32_t b)
{
	return (uint32_t)(num_mix((uint64_t)a << 32 | b) >> 32);
}

static void
add(struct sample *s, unsigned row, uint32_t value)
{
	if (s->n[row] == 0)
		s->first[row] = s->n_value;
	if (s->n_value >= SAMPLE_MANY || s->n[row] >= SAMPLE_SET)
		return;
	for (unsigned i = 0; i < s->n[row]; i++)
		if (s->value[s->first[row] + i] == value)
			return;
	s->value[s->n_value] = value;
	s->n_value++;
	s->n[row]++;
}

static void
set_of(struct sample *s, unsigned row, const struct trait_values *m)
{
	for (size_t i = 0; i < m->n; i++)
		add(s, row, (uint32_t)m->value[i].hash);
	/* none is a value of its own, but of recipients */
	if (m->n == 0 && row != ROW_RECIPIENTS)
		add(s, row, 0);
}

static void
traits(struct sample *s, const struct traits *t)
{
	for (unsigned r = 0; r < N_ROW; r++) {
		if (rows[r].trait < 0)
			continue;
		if (row_is_set(r))
			set_of(s, r, &t->many[rows[r].trait]);
		else
			s->one[r] = (uint32_t)t->one[rows[r].trait].hash;
	}
}

static void
suffixes(struct sample *s, const struct traits *t, const uint8_t key[16])
{
	for (size_t i = 0; i < t->many[TRAIT_LINKS].n; i++) {
		struct span host = t->many[TRAIT_LINKS].value[i].text;

		add(s, ROW_LINK_SUFFIXES, (uint32_t)named(key, 0xfc,
		    span_skip(host, span_rfind(host, '.'))));
	}
	if (t->many[TRAIT_LINKS].n == 0)
		add(s, ROW_LINK_SUFFIXES, 0);
}

static void
together(struct sample *s)
{
	const uint32_t *o = s->one;

	s->one[ROW_WHOLE_CLIENT] = join(join(join(o[ROW_MAILER],
	    o[ROW_FIELD_ORDER]), join(o[ROW_FIELD_CASE],
	    o[ROW_MESSAGE_ID_SHAPE])), o[ROW_CONTENT_TYPE]);
	s->one[ROW_PLACE] = join(o[ROW_ORIGIN_NET], o[ROW_TIME_ZONE]);
	s->one[ROW_MAILER_ZONE] = join(o[ROW_MAILER_VERSION],
	    o[ROW_TIME_ZONE]);
	s->one[ROW_TURNS] = join(join(o[ROW_GREETING],
	    o[ROW_ATTRIBUTION]), o[ROW_SIGN_OFF]);
}

/* "'A. Person' via list" <list@example.org>: the list's own address and
 * name (what Google Groups and Mailman write, RFC 7960 4.1.3.2). */
static bool
is_via(const struct traits *t)
{
	struct span local = span_head(t->from, span_find(t->from, '@'));
	struct span rest = span_skip(t->display,
	    span_search(t->display, SPAN(" via ")));

	return local.len > 0 && rest.len > 5 &&
	    span_istarts(span_skip(rest, 5), local);
}

/* Such a person is known by his name there, or else by what the list says
 * his address is, and apart from what he sends by himself. */
static void
through_list(struct sample *s, const struct traits *t,
    const uint8_t key[16])
{
	struct span who = is_via(t) ? t->display :
	    t->munged ? t->sender : SPAN_NONE;

	if (who.len > 0 && t->from.len > 0)
		s->sender = sample_through(key, t->from, who);
}

/* As a recipient is: whom he writes to, and who writes to him. */
uint64_t
sample_person(const uint8_t key[16], struct span address)
{
	return named(key, TRAIT_RECIPIENTS, address);
}

uint64_t
sample_domain(const uint8_t key[16], struct span domain)
{
	return named(key, 0xfe, domain);
}

uint64_t
sample_own(const uint8_t key[16])
{
	return sample_domain(key, SPAN("own:"));
}

uint64_t
sample_through(const uint8_t key[16], struct span list, struct span who)
{
	return num_mix(named(key, 0xfb, list) ^ named(key, 0xfa, who));
}

/* Quotes, commas, dots: no part of a name. */
static bool
is_mark(int c)
{
	return c < 0x80 && !is_alnum(c);
}

/* "Last, First" and "first last" are one name; of one word is none, for
 * that is a role or an address. */
static uint32_t
name_of(const struct traits *t, const uint8_t key[16])
{
	struct span rest = t->display;
	uint64_t sum = 0;
	unsigned n = 0;

	while (rest.len > 0 && n < NAME_WORDS) {
		ROOM(room, NAME_WORD);
		struct buf low = BUF_ON(room);
		struct span word = span_trim_wsp(span_cut(&rest, ' '));

		while (word.len > 0 && is_mark(span_at(word, 0)))
			word = span_skip(word, 1);
		while (word.len > 0 && is_mark(span_at(word, word.len - 1)))
			word = span_head(word, word.len - 1);
		if (word.len < 2)
			continue;
		buf_lower(&low, span_head(word, NAME_WORD - 1));
		sum += named(key, 0xf9, buf_span(&low));
		n++;
	}
	return n < 2 ? 0 : (uint32_t)(num_mix(sum) >> 32) | 1;
}

/* The author's own domain may have an address for answers. */
static uint8_t
asks_of(const struct traits *t)
{
	struct span to = t->one[TRAIT_REPLY_TO].text;
	uint8_t asks = 0;

	if (to.len > 0 && !t->munged && !span_eq(to, SPAN("same")) &&
	    !span_ieq(to, t->sender_domain))
		asks |= ASKS_ANSWER;
	if (t->many[TRAIT_ATTACHMENTS].n > 0)
		asks |= ASKS_FILE;
	return asks;
}

void
sample_of(struct sample *out, const struct traits *t, const uint8_t key[16])
{
	struct span parent = t->in_reply_to;

	if (parent.len == 0 && t->n_reference > 0)
		parent = t->reference[0];
	*out = (struct sample){ .arrival = t->arrival,
		.mail_class = (uint8_t)t->mail_class,
		.hour = (uint8_t)(t->hour < 0 ? 255 : t->hour) };
	out->domain = sample_domain(key, t->sender_domain);
	out->id = named(key, 0xfd, t->message_id);
	out->parent = named(key, 0xfd, parent);
	out->name = name_of(t, key);
	out->asks = asks_of(t);
	traits(out, t);
	suffixes(out, t, key);
	out->sender = sample_person(key, t->sender);
	out->person = (uint32_t)out->sender;
	through_list(out, t, key);
	out->one[ROW_OWN_HOUR] = (uint32_t)(t->date_hour / 3 + 1);
	if (out->n[ROW_RECIPIENTS] > 0)
		out->one[ROW_FIRST_RECIPIENT] =
		    out->value[out->first[ROW_RECIPIENTS]];
	together(out);
}
