/* SPDX-License-Identifier: Apache-2.0 */
/* own_wire.c - a fact and a view as octets, and a score as words. */
#include "behave/own.h"

#include "base/cur.h"

enum {
	VERSION_FACT = 2, VERSION_VIEW = 2,
	FORMER = 1,			/* of both: without provider, country */
	FORMER_VIEW = 32,		/* members                           */
	MOST = 1 << 24			/* a hundred times that is a number  */
};

static void
put_list(struct buf *out, const uint32_t *value, unsigned n)
{
	buf_byte(out, (uint8_t)n);
	for (unsigned i = 0; i < n; i++)
		buf_u32(out, value[i]);
}

static bool
get_list(struct cur *c, uint32_t *value, unsigned most, uint8_t *n)
{
	int got = cur_byte(c);

	if (got < 0 || (unsigned)got > most)
		return false;
	*n = (uint8_t)got;
	for (unsigned i = 0; i < *n; i++)
		value[i] = cur_u32(c);
	return !c->bad;
}

void
own_fact_put(struct buf *out, const struct own_fact *f)
{
	buf_byte(out, VERSION_FACT);
	buf_be64(out, f->account);
	buf_be64(out, (uint64_t)f->at);
	buf_u32(out, f->net);
	buf_u32(out, f->program);
	buf_u32(out, f->author);
	buf_u32(out, f->sender);
	buf_u32(out, f->n_rcpt);
	buf_u32(out, f->n_inside);
	buf_u32(out, f->provider);
	buf_u32(out, f->country);
	put_list(out, f->met, f->n_met);
	put_list(out, f->link, f->n_link);
}

/* More people than any server takes at once are nobody's. */
bool
own_fact_get(struct own_fact *out, struct span in)
{
	struct cur c = cur_of(in);
	int version = cur_byte(&c);
	bool ok = version == VERSION_FACT || version == FORMER;

	*out = (struct own_fact){ .account = cur_u64(&c) };
	out->at = (int64_t)cur_u64(&c);
	out->net = cur_u32(&c);
	out->program = cur_u32(&c);
	out->author = cur_u32(&c);
	out->sender = cur_u32(&c);
	out->n_rcpt = cur_u32(&c);
	out->n_inside = cur_u32(&c);
	out->provider = version == FORMER ? 0 : cur_u32(&c);
	out->country = version == FORMER ? 0 : cur_u32(&c);
	return ok && get_list(&c, out->met, OWN_RCPTS, &out->n_met) &&
	    get_list(&c, out->link, OWN_LINKS, &out->n_link) &&
	    cur_end(&c) && !c.bad && out->account != 0 &&
	    out->n_rcpt <= UINT16_MAX && out->n_inside <= out->n_rcpt;
}

struct layout
own_fact_layout(struct span in)
{
	return layout_of(in, VERSION_FACT);
}

struct layout
own_view_layout(struct span in)
{
	return layout_of(in, VERSION_VIEW);
}

void
own_view_put(struct buf *out, const struct own_view *v)
{
	buf_byte(out, VERSION_VIEW);
#define X(member) buf_u32(out, v->member < MOST ? v->member : MOST);
	OWN_VIEW_MEMBERS
#undef X
}

bool
own_view_get(struct own_view *out, struct span in)
{
	struct cur c = cur_of(in);
	int version = cur_byte(&c);
	bool ok = version == VERSION_VIEW || version == FORMER;
	unsigned left = version == FORMER ? FORMER_VIEW : UINT32_MAX;

#define X(member) out->member = left == 0 ? 0 : cur_u32(&c); \
	left -= left > 0; \
	ok = ok && out->member <= MOST;
	OWN_VIEW_MEMBERS
#undef X
	return ok && !c.bad && cur_end(&c);
}

/* ---- words --------------------------------------------------------------- */

static void
put_count(struct buf *out, uint32_t n, const char *one, const char *many)
{
	buf_u64(out, n);
	buf_str(out, n == 1 ? one : many);
}

/* Most of it within the last minutes is worth saying. */
static void
put_reach(struct buf *out, const struct own_view *v,
    const struct own_fact *f)
{
	uint32_t soon = v->tried_soon + f->n_rcpt, all = v->tried + f->n_rcpt;
	bool quick = soon > all / 5 * 4;

	buf_str(out, "to ");
	put_count(out, quick ? soon : all, " person", " people");
	buf_str(out, quick ? " within 15 minutes" : " within an hour");
	if (v->days == 0) {
		buf_str(out, ", and nothing is known of what is usual");
		return;
	}
	buf_str(out, ", usually ");
	buf_u64(out, v->usual_day);
	buf_str(out, " a day and never more than ");
	buf_u64(out, v->best_hour);
	buf_str(out, " an hour");
}

static const char *const words[OWN_N_SIGN] = {
	[OWN_S_NETWORK] = "",
	[OWN_S_COUNTRY] = "the client is in a country that it did not use on "
	    "three days yet",
	[OWN_S_PROGRAM] = "the mail program is not one that it uses",
	[OWN_S_HOUR] = "at an hour at which it hardly ever sends",
	[OWN_S_AUTHOR] = "From is not a name that it writes under",
	[OWN_S_FAN_OUT] = NULL,		/* said first, whatever it weighs    */
	[OWN_S_NEW_PEOPLE] = "",
	[OWN_S_NEW_LINK] = "with a link that nobody here has sent before",
	[OWN_S_LATERAL] = "most of it to people of ours",
	[OWN_S_BOUNCES] = "",
};

static void
put_network(struct buf *out, const struct own_view *v,
    const struct own_fact *f)
{
	if (f->provider == 0 || v->providers == 0)
		buf_str(out, "the client is in a network that the account "
		    "did not use on three days yet");
	else if (v->provider_days >= OWN_HABIT)
		buf_str(out, "the client is in another network of a provider "
		    "that it uses");
	else
		buf_str(out, "the client is with a provider that the account "
		    "did not use on three days yet");
}

static void
put_sign(struct buf *out, unsigned sign, const struct own_view *v,
    const struct own_fact *f)
{
	if (sign == OWN_S_NETWORK) {
		put_network(out, v, f);
	} else if (sign == OWN_S_NEW_PEOPLE) {
		buf_u64(out, (uint64_t)(v->fresh + v->new_people) * 100 /
		    (v->tried + f->n_rcpt));
		buf_str(out, " % of them never written to before, usually ");
		buf_u64(out, v->fresh_share);
		buf_str(out, " %");
	} else if (sign == OWN_S_BOUNCES) {
		put_count(out, v->bounces, " message", " messages");
		buf_str(out, " came back");
	} else {
		buf_str(out, words[sign]);
	}
}

void
own_words(struct buf *out, const struct own_view *v,
    const struct own_score *s, const struct own_fact *f)
{
	put_reach(out, v, f);
	for (unsigned i = 0; i < OWN_N_SIGN; i++) {
		if (s->sign[i] == 0 || words[i] == NULL)
			continue;
		buf_str(out, "; ");
		put_sign(out, i, v, f);
	}
	if (!s->over)
		return;
	buf_str(out, "; more than the ");
	buf_u64(out, s->allowed_hour);
	buf_str(out, " an hour or ");
	buf_u64(out, s->allowed_day);
	buf_str(out, " a day that it may reach now");
}
