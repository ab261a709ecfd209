/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_failure.c - failure reports about a message, into the spool beside its
 * record: what the operator lets us tell, to whom he lets us tell it, and so
 * many for a domain and no more, whatever a flood of mail brings.
 *
 * How many there may be in all is store's affair, who counts what all evals
 * have made; here it is seen to that a flood does not fill the spool.
 */
#include "p_eval.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "report/failure_item.h"
#include "report/failure_of.h"
#include "report/report_route.h"
#include "report/tally.h"
#include "spool.h"

enum {
	FAMILIES = 256,			/* of domains in one hour: more is a
					 * flood, and gets none              */
	HOUR_S = 3600,
	LETTERS = 600,			/* of one eval in one hour           */
	KEPT = 128 << 10,		/* octets of a message whose texts are
					 * shown: LIMIT_ARF_SHOW_TEXT of it,
					 * encoded, and its header           */
	SLACK = 4096			/* of an item beside its letter: ten
					 * addresses                         */
};

struct family {
	uint64_t hash;
	uint32_t made, left;		/* this hour; left: not told of      */
	uint32_t before;		/* left the hour before              */
};

struct failures {
	struct family family[FAMILIES];
	size_t n;
	int64_t hour;
	uint32_t made;
	struct failure_how how;		/* as far as it is always the same   */
};

/* ---- how many ------------------------------------------------------------ */

/* What was left is said with the next one, if it comes within an hour. */
static void
turn(struct failures *f, int64_t hour)
{
	size_t n = 0;

	if (hour == f->hour)
		return;
	for (size_t i = 0; i < f->n && hour == f->hour + 1; i++)
		if (f->family[i].left > 0)
			f->family[n++] = (struct family){
			    .hash = f->family[i].hash,
			    .before = f->family[i].left };
	f->n = n;
	f->hour = hour;
	f->made = 0;
}

static struct family *
family_of(struct failures *f, struct span domain)
{
	struct span name = report_family(domain);
	uint64_t hash = 0;
	size_t i = 0;

	crypto_shorthash((uint8_t *)&hash, name.ptr, name.len, f->how.key);
	while (i < f->n && f->family[i].hash != hash)
		i++;
	if (i == FAMILIES)
		return NULL;
	if (i == f->n)
		f->family[f->n++] = (struct family){ .hash = hash };
	return &f->family[i];
}

/* How many messages this one stands for; 0: it is one too many. */
static uint32_t
may_tell(struct failures *f, struct span domain, uint32_t most)
{
	struct family *one = family_of(f, domain);
	uint32_t n;

	if (one == NULL)
		return 0;
	if (one->made >= most || f->made >= LETTERS) {
		one->left++;
		return 0;
	}
	n = 1 + one->before;
	one->before = 0;
	one->made++;
	f->made++;
	return n;
}

/* ---- to whom ------------------------------------------------------------- */

static bool
is_excluded(const struct daemon_outbound *d, struct span name, struct arena *a)
{
	struct domain domain;

	if (!domain_parse(&domain, name, false, a))
		return true;
	for (size_t i = 0; i < d->n_exclude; i++)
		if (domain_within(domain, d->exclude[i]))
			return true;
	return false;
}

/* Of the addresses those that may see personal data. */
static struct span
allowed(const struct daemon_outbound *d, struct span ruf, struct buf *out,
    struct arena *a)
{
	struct span one;

	while (tally_address(&ruf, &one)) {
		if (!daemon_outbound_may_tell(d, one, a))
			continue;
		if (out->len > 0)
			buf_byte(out, ',');
		buf_put(out, one);
	}
	return buf_span(out);
}

/* ---- the reports --------------------------------------------------------- */

/* False: there is no room for more. */
static bool
put_letter(struct slot *s, struct failure_item *item, struct buf *out)
{
	size_t at = out->len;

	if (item->letter.len + SLACK > spool_room(s->evals->spool) ||
	    out->len + item->letter.len + SLACK >
	    spool_room(s->evals->spool))
		return false;
	bus_put_u32(out, 0);
	failure_item_put(out, item);
	if (!out->full) {
		struct buf len = { .ptr = out->ptr + at, .cap = 4 };
		bus_put_u32(&len, (uint32_t)(out->len - at - 4));
	}
	return !out->full;
}

static void
put_author(struct slot *s, const struct ending *end, size_t i,
    struct buf *out)
{
	static const unsigned kinds[] = { ARF_WANT_DMARC, ARF_WANT_DKIM,
		ARF_WANT_SPF };
	struct evals *e = s->evals;
	const struct daemon_outbound *d = &e->daemon->outbound;
	struct failures *f = e->failures;
	struct failure_wish wish;
	struct failure_item item = { .at = loop_time(e->role->loop) };
	ROOM(room, LIMIT_REPORT_URIS * LIMIT_ADDRESS);
	struct buf list = BUF_ON(room);

	arena_reset(&e->scratch);
	if (!failure_wanted(&wish, s->ev, end->v, i, &f->how) ||
	    is_excluded(d, wish.domain, &e->scratch))
		return;
	item.domain = wish.domain;
	item.ruf = allowed(d, wish.ruf, &list, &e->scratch);
	for (size_t k = 0; k < 3 && item.ruf.len > 0 && !list.full; k++) {
		uint32_t n = (wish.want & kinds[k]) == 0 ? 0 :
		    may_tell(f, wish.domain, d->failure_limit);

		if (n == 0 && (wish.want & kinds[k]) != 0)
			stats_count(&e->role->stats,
			    STAT_FAILURE_REPORTS_CAPPED);
		if (n == 0)
			continue;
		item.letter = failure_letter(s->ev, end->v, i, kinds[k], n,
		    &f->how);
		if (span_absent(item.letter) || !put_letter(s, &item, out))
			return;
	}
}

void
put_failures(struct slot *s, const struct ending *end, struct buf *out)
{
	struct evals *e = s->evals;
	struct failures *f = e->failures;

	if (f == NULL)
		return;
	turn(f, loop_time(e->role->loop) / HOUR_S);
	f->how.observed = e->daemon->listener[s->listener].observe;
	f->how.message = s->kept_len > 0 ? (struct span){ s->kept,
		s->kept_len } : SPAN_NONE;
	for (size_t i = 0; i < LIMIT_AUTHORS; i++)
		put_author(s, end, i, out);
	s->kept_len = 0;
}

/* ---- texts, if they are shown -------------------------------------------- */

void
failures_keep(struct slot *s, struct span piece)
{
	const struct failures *f = s->evals->failures;

	if (f == NULL || f->how.show == ARF_SHOW_HEADER ||
	    s->kind != JOB_MAIL || s->own)
		return;
	if (s->kept == NULL)
		s->kept = malloc(KEPT);
	piece = span_head(piece, KEPT - s->kept_len);
	if (s->kept == NULL || piece.len == 0)
		return;
	memcpy(s->kept + s->kept_len, piece.ptr, piece.len);
	s->kept_len += piece.len;
}

/* ---- begin --------------------------------------------------------------- */

/* The key of the tokens lives as long as the salt of the records, by which
 * local parts are hidden there. */
bool
failures_begin(struct evals *e)
{
	static const char label[] = "assay failure reports";
	const struct daemon_conf *d = e->daemon;
	struct failures *f;

	if (!d->outbound.failures || e->spool == NULL)
		return true;
	f = e->failures = calloc(1, sizeof(*f));
	if (f == NULL)
		return false;
	f->how = (struct failure_how){ .report_from = d->outbound.from,
		.show = d->outbound.failure_show,
		.reporter = assay_cstr(d->authserv_id),
		.user_agent = SPAN("assay") };
	return crypto_generichash(f->how.key, sizeof(f->how.key),
	    (const uint8_t *)label, sizeof(label) - 1,
	    spool_salt(e->spool), SPOOL_SALT) == 0;
}
