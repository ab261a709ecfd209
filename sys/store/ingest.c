/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest_whose.h"

#include "outbound.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"

enum {
	NAMES_ROOM = 64 << 10,	/* octets of the names of one head, thrice   */
	OWN_ROOM = 1 << 20,	/* ... of the domains that are ours          */
	BATCH_ROWS = 20000,	/* a transaction of more is long enough      */
	DOUBTED_ROWS = 200000,	/* of a report that nobody vouches for: the
				 * largest ones seen have as many, and these
				 * are of reporters that sign                */
	LETTER_REPORTS = 1000,	/* that came over the net: one has one, and
				 * an archive some dozens                    */
	/* What was in a report and is not in the store. */
	LOSSES = AGGREGATE_D_MALFORMED | AGGREGATE_D_ENCODING |
	    AGGREGATE_D_NUMBER | AGGREGATE_D_TOO_LONG | AGGREGATE_D_TOO_MANY
};

/* A report's head, as far as what is set aside names it: spans of a parcel
 * die with the next frame. */
struct claim {
	enum store_kind kind;
	struct span domain, reporter, org, report_id;
	uint8_t room[4 * STORE_TEXT_MAX];
};

struct ingest {
	struct ingest_conf conf;
	struct arena own;		/* of conf.own                       */
	struct arena names;		/* of the frame                      */
	struct parcel *parcel;
	struct store_origin from;
	uint8_t name[STORE_TEXT_MAX];	/* of .from                          */
	uint8_t author[LIMIT_ADDRESS];
	bool begun, skip, any;
	bool lied;			/* in the right form                 */
	bool transaction;
	unsigned pending;		/* inputs of it that ended           */
	uint64_t pending_rows;
	bool taking;			/* the store has a report begun      */
	uint32_t deviations, policies;
	uint32_t reports;		/* of this input, aside or not       */
	uint32_t rows, rows_most;	/* of this report                    */
	struct claim claim;
	struct ingest_counts counts;	/* of this input                     */
};

struct ingest *
ingest_new(const struct ingest_conf *conf)
{
	struct ingest *in = calloc(1, sizeof(*in));

	if (in == NULL)
		return NULL;
	in->conf = *conf;
	arena_init(&in->own, OWN_ROOM);
	arena_init(&in->names, NAMES_ROOM);
	in->parcel = parcel_new();
	if (in->parcel != NULL && whose_own(&in->conf, &in->own))
		return in;
	ingest_free(in);
	return NULL;
}

static bool lost(struct ingest *in);

void
ingest_free(struct ingest *in)
{
	if (in == NULL)
		return;
	if (in->transaction)
		lost(in);
	parcel_free(in->parcel);
	arena_free(&in->own);
	arena_free(&in->names);
	free(in);
}

/* ---- what it claims to be ----------------------------------------------- */

static void
claim(struct ingest *in, enum store_kind kind, const struct span part[4])
{
	struct claim *c = &in->claim;
	struct buf b = BUF_ON(c->room);
	struct span *const to[] = { &c->domain, &c->reporter, &c->org,
		&c->report_id };

	c->kind = kind;
	for (size_t i = 0; i < 4; i++) {
		size_t at = b.len;

		buf_put(&b, part[i]);
		*to[i] = span_absent(part[i]) ? SPAN_NONE :
		    span_skip(buf_span(&b), at);
	}
}

static void
no_claim(struct ingest *in)
{
	static const struct span none[4];

	claim(in, 0, none);
}

/* ---- an input ----------------------------------------------------------- */

bool
ingest_known(struct ingest *in, const uint8_t hash[STORE_HASH],
    enum store_trust trust)
{
	struct store_raw_state st;

	return store_raw_known(in->conf.store, hash, &st) && st.known &&
	    st.reports > 0 && st.asides == st.partly && st.trust >= trust;
}

bool
ingest_begin(struct ingest *in, const struct store_origin *from,
    const uint8_t hash[STORE_HASH], bool compressed)
{
	struct buf b = BUF_ON(in->name);

	parcel_reset(in->parcel);
	in->from = *from;
	in->from.raw = 0;
	buf_put(&b, span_head(from->from, STORE_TEXT_MAX));
	in->from.from = buf_span(&b);
	in->from.author = SPAN_NONE;
	if (!span_absent(from->author)) {
		struct buf a = BUF_ON(in->author);

		buf_lower(&a, from->author);
		in->from.author = buf_span(&a);
	}
	in->begun = true;
	in->skip = in->any = in->taking = in->lied = false;
	in->reports = 0;
	in->counts = (struct ingest_counts){ .inputs = 1 };
	no_claim(in);
	if (!in->transaction)
		in->transaction = store_begin(in->conf.store);
	return in->transaction && store_part(in->conf.store) &&
	    (hash == NULL || store_raw_begin(in->conf.store, hash,
	    compressed, from->received, &in->from.raw));
}

bool
ingest_raw(struct ingest *in, struct span piece)
{
	return store_raw_add(in->conf.store, piece);
}

uint8_t *
ingest_room(struct ingest *in, size_t *cap)
{
	return parcel_room(in->parcel, cap);
}

/* ---- setting aside ------------------------------------------------------ */

static void
aside(struct ingest *in, enum store_aside_reason reason, struct span detail)
{
	const struct claim *c = &in->claim;
	struct store_aside a = { .reason = reason, .kind = c->kind,
		.trust = in->from.trust, .received = in->from.received,
		.from = in->from.from, .detail = detail,
		.domain = c->domain, .reporter = c->reporter, .org = c->org,
		.report_id = c->report_id, .raw = in->from.raw };

	store_set_aside(in->conf.store, &a);
	in->counts.aside[reason]++;
	in->any = true;
}

/* A report that was begun is given up. */
static void
give_up(struct ingest *in)
{
	if (in->taking)
		store_report_abort(in->conf.store);
	in->taking = in->skip = false;
}

/* ---- whose it is ------------------------------------------------------- */

/* Makes *domain a domain.  False: it is none, or not ours, and was set
 * aside. */
static bool
is_ours(struct ingest *in, struct span *domain)
{
	if (!whose_domain(domain, *domain, &in->names))
		aside(in, STORE_A_MALFORMED,
		    SPAN("the domain that it is about is no domain name"));
	else if (!whose_ours(&in->conf, *domain))
		aside(in, STORE_A_FOREIGN,
		    SPAN("own-domain does not name it"));
	else
		return true;
	return false;
}

static struct store_origin
origin(struct ingest *in, struct span reporter)
{
	return whose_origin(&in->from, reporter, &in->names);
}

/* Whose report it is was said already, otherwise.  An honest reader holds on
 * to what it read first. */
static bool
is_other(const struct claim *c, const struct span part[4])
{
	const struct span was[] = { c->domain, c->reporter, c->org,
		c->report_id };

	for (size_t i = 0; i < 4; i++)
		if (was[i].len > 0 && !span_eq(was[i], part[i]))
			return true;
	return false;
}

/* Of the reports of one letter; what we were given by hand may be an archive
 * of years. */
static bool
one_too_many(struct ingest *in)
{
	if (in->from.trust == STORE_T_FILE ||
	    in->reports++ < LETTER_REPORTS)
		return false;
	if (in->reports == LETTER_REPORTS + 1)
		aside(in, STORE_A_BOUNDS, SPAN("more reports than a letter "
		    "can have"));
	return true;
}

/* ---- aggregate reports -------------------------------------------------- */

static void
begin(struct ingest *in, const struct aggregate_head *h,
    const struct store_origin *from)
{
	in->rows = 0;
	in->skip = one_too_many(in);
	if (!in->skip)
		in->taking = store_report_begin(in->conf.store, from, h);
}

/* The first one may lack what comes behind the rows, as the domain. */
static void
on_head(struct ingest *in, const struct aggregate_head *seen)
{
	struct aggregate_head h = *seen;
	const struct span part[4] = { seen->policy.domain,
		store_reporter(h.email), h.org_name, h.report_id };
	const struct store_origin from = origin(in, part[1]);

	if (!in->taking && !in->skip)
		in->deviations = 0;
	else if (is_other(&in->claim, part))
		in->lied = true;
	if (in->lied)
		return;
	claim(in, STORE_AGGREGATE, part);
	in->deviations |= h.deviations;
	if (in->skip)
		return;
	in->rows_most = from.trust < STORE_T_FILE ? DOUBTED_ROWS :
	    STORE_ROWS;
	if (h.policy.domain.len > 0 && !is_ours(in, &h.policy.domain)) {
		give_up(in);
		in->skip = true;
	} else if (in->taking) {
		store_report_head(in->conf.store, from.trust, &h);
	} else {
		begin(in, &h, &from);
	}
}

static void
partly(struct ingest *in)
{
	ROOM(room, 200);
	struct buf b = BUF_ON(room);

	ingest_losses(&b, in->deviations);
	aside(in, STORE_A_PARTLY, buf_span(&b));
}

/* Whether it counts now, and did not before. */
static bool
on_taken(struct ingest *in, const struct store_taken *t)
{
	in->counts.outcome[t->outcome]++;
	in->any = true;
	if (t->outcome == STORE_OUTRANKED)
		aside(in, STORE_A_OUTRANKED, SPAN("the version that we have "
		    "is more trusted, or of an author who was first"));
	if (t->outcome == STORE_TOO_LATE)
		aside(in, STORE_A_TOO_LATE, SPAN("the rows of the version "
		    "that we have are gone, so it cannot be taken back"));
	if (t->outcome == STORE_CROWDED)
		aside(in, STORE_A_BOUNDS, SPAN("we have as many versions of "
		    "this report as are kept"));
	if (t->outcome != STORE_NEW && t->outcome != STORE_REPLACED)
		return false;
	in->counts.rows += t->rows;
	in->counts.messages += t->messages;
	return true;
}

static void
on_end(struct ingest *in, const struct parcel_sum *sum)
{
	uint8_t content[STORE_HASH];
	struct store_taken t;

	in->deviations |= sum->deviations;
	if (in->taking && in->claim.domain.len == 0) {
		give_up(in);
		aside(in, STORE_A_MALFORMED,
		    SPAN("it does not say which domain it is about"));
	}
	if (in->taking) {
		parcel_content(in->parcel, content);
		if (store_report_end(in->conf.store, content, &t) &&
		    on_taken(in, &t) && (in->deviations & LOSSES) != 0)
			partly(in);
	}
	in->taking = in->skip = false;
}

/* ---- failure and TLS reports -------------------------------------------- */

static void
on_failure(struct ingest *in, const struct store_failure *seen)
{
	struct store_failure f = *seen;
	const struct span part[4] = { seen->reported_domain,
		store_reporter(f.reporter), SPAN_NONE, SPAN_NONE };
	const struct store_origin from = origin(in, part[1]);
	bool again;

	claim(in, STORE_FAILURE, part);
	if (f.reported_domain.len > 0 && !is_ours(in, &f.reported_domain))
		return;
	if (one_too_many(in) ||
	    !store_failure_put(in->conf.store, &from, &f, &again))
		return;
	in->any = true;
	in->counts.failures++;
	in->counts.failures_again += again;
}

/* RFC 8460 5.3: a report that is not signed is ignored. */
static void
on_tls(struct ingest *in, const struct store_tls *h)
{
	const struct span part[4] = { SPAN_NONE, store_reporter(h->contact),
		h->org, h->report_id };
	const struct store_origin from = origin(in, part[1]);

	claim(in, STORE_TLS, part);
	in->policies = 0;
	in->skip = from.trust < STORE_T_FILE && !from.posted;
	if (in->skip)
		aside(in, STORE_A_UNTRUSTED, SPAN("a TLS report without a "
		    "valid signature of its reporter is not believed"));
	else
		in->skip = one_too_many(in);
	if (!in->skip)
		in->taking = store_tls_begin(in->conf.store, &from, h);
}

static void
on_policy(struct ingest *in, const struct store_tls_policy *seen)
{
	struct store_tls_policy p = *seen;
	struct claim *c = &in->claim;

	if (!in->taking)
		return;
	c->domain = p.domain;
	in->skip = !is_ours(in, &p.domain);
	c->domain = SPAN_NONE;
	if (in->skip)
		return;
	in->policies++;
	store_tls_policy(in->conf.store, &p);
}

static void
on_tls_end(struct ingest *in)
{
	uint8_t content[STORE_HASH];
	struct store_taken t;

	if (in->taking && in->policies == 0)
		give_up(in);
	if (in->taking) {
		parcel_content(in->parcel, content);
		if (store_tls_end(in->conf.store, content, &t))
			on_taken(in, &t);
		in->counts.tls++;
	}
	in->taking = in->skip = false;
}

/* ---- frames ------------------------------------------------------------- */

static void
on_refused(struct ingest *in, const struct store_aside *a)
{
	const struct span part[4] = { a->domain, a->reporter, a->org,
		a->report_id };

	give_up(in);
	/* what it had claimed before, unless it says it again */
	if (a->kind != 0 || in->claim.kind == 0)
		claim(in, a->kind, part);
	aside(in, a->reason, a->detail);
	no_claim(in);
}

static void
on_row(struct ingest *in, const struct aggregate_row *r)
{
	in->deviations |= r->deviations;
	if (in->taking && in->rows++ == in->rows_most) {
		give_up(in);
		in->skip = true;
		aside(in, STORE_A_BOUNDS, SPAN("more rows than are believed "
		    "of a reporter that is not proven"));
	}
	if (in->taking)
		store_report_row(in->conf.store, r);
}

/* Whom it is from says nothing: what it knows of a mail of ours does. */
static void
on_bounce(struct ingest *in, const struct bounce *b)
{
	struct outbound_bounced o;

	if (!outbound_bounce(in->conf.store, b, in->from.received / 1000000,
	    &o, &in->names))
		return;
	in->any = true;
	if (o.mail == 0) {
		no_claim(in);
		aside(in, STORE_A_FOREIGN, SPAN("it returns no mail that we "
		    "have sent"));
	}
	in->counts.bounces += o.hard;
	in->counts.dead += o.suppressed;
}

static void
on_frame(struct ingest *in, enum parcel_kind kind)
{
	const struct parcel_seen *seen = parcel_seen(in->parcel);

	arena_reset(&in->names);
	switch (kind) {
	case PARCEL_HEAD:
		on_head(in, &seen->head);
		break;
	case PARCEL_ROW:
		on_row(in, &seen->row);
		break;
	case PARCEL_END:
		on_end(in, &seen->sum);
		break;
	case PARCEL_FAILURE:
		on_failure(in, &seen->failure);
		break;
	case PARCEL_TLS:
		on_tls(in, &seen->tls);
		break;
	case PARCEL_POLICY:
		on_policy(in, &seen->policy);
		break;
	case PARCEL_DETAIL:
		if (in->taking && !in->skip)
			store_tls_detail(in->conf.store, &seen->detail);
		break;
	case PARCEL_TLS_END:
		on_tls_end(in);
		break;
	case PARCEL_BOUNCE:
		on_bounce(in, &seen->bounce);
		break;
	case PARCEL_REFUSED:
		on_refused(in, &seen->refused);
		break;
	case PARCEL_MORE:
	case PARCEL_DONE:
	case PARCEL_BAD:
		break;
	}
}

static void
on_done(struct ingest *in)
{
	if (in->any)
		return;
	no_claim(in);
	aside(in, STORE_A_NO_REPORT, SPAN("no report of any kind in it"));
}

enum ingest_state
ingest_got(struct ingest *in, size_t n)
{
	enum parcel_kind kind;

	parcel_got(in->parcel, n);
	while ((kind = parcel_next(in->parcel)) != PARCEL_MORE) {
		if (kind == PARCEL_BAD) {
			ingest_died(in, "what it said breaks the form");
			return INGEST_LIED;
		}
		if (kind == PARCEL_DONE) {
			on_done(in);
			return INGEST_DONE;
		}
		on_frame(in, kind);
		if (store_why(in->conf.store)->status != STORE_OK)
			return INGEST_FAILED;
		if (in->lied) {
			ingest_died(in, "it changed whose report it is");
			return INGEST_LIED;
		}
	}
	return INGEST_MORE;
}

void
ingest_died(struct ingest *in, const char *how)
{
	give_up(in);
	aside(in, STORE_A_READER_DIED, assay_cstr(how));
	no_claim(in);
}

void
ingest_refused(struct ingest *in, const char *why)
{
	give_up(in);
	aside(in, STORE_A_NOT_STORABLE, assay_cstr(why));
	no_claim(in);
}

void
ingest_unreadable(struct ingest *in, const char *why)
{
	no_claim(in);
	aside(in, STORE_A_UNREADABLE, assay_cstr(why));
}

/* All that is pending is lost with an error. */
static bool
lost(struct ingest *in)
{
	store_rollback(in->conf.store);
	in->transaction = false;
	in->pending = 0;
	in->pending_rows = 0;
	return false;
}

bool
ingest_flush(struct ingest *in, enum store_sure sure)
{
	if (!in->transaction)
		return sure == STORE_SOON || store_sync(in->conf.store);
	in->transaction = false;
	in->pending = 0;
	in->pending_rows = 0;
	return store_commit(in->conf.store, sure);
}

unsigned
ingest_pending(const struct ingest *in)
{
	return in->pending;
}

bool
ingest_end(struct ingest *in, enum store_sure sure,
    struct ingest_counts *counts)
{
	if (!in->begun)
		return false;
	in->begun = false;
	if ((in->from.raw != 0 && !store_raw_end(in->conf.store)) ||
	    !store_part_end(in->conf.store))
		return lost(in);
	in->pending++;
	in->pending_rows += in->counts.rows;
	ingest_sum(counts, &in->counts);
	if (sure == STORE_SOON && in->pending < in->conf.batch &&
	    in->pending_rows < BATCH_ROWS)
		return true;
	return ingest_flush(in, sure);
}

void
ingest_abort(struct ingest *in)
{
	if (!in->begun)
		return;
	in->begun = false;
	if (store_why(in->conf.store)->status != STORE_OK)
		lost(in);
	else
		store_part_back(in->conf.store);
	if (in->transaction && in->pending == 0)
		ingest_flush(in, STORE_SOON);
}
