/* SPDX-License-Identifier: Apache-2.0 */
#include "reading.h"

#include <stdlib.h>

#include "base/limits.h"
#include "report/aggregate_read.h"
#include "report/arf.h"
#include "report/head.h"
#include "report/unwrap.h"
#include "tlsrpt.h"

enum {
	HOME_MEMORY = 4 << 20,		/* readers: some 700 KiB            */
	DOC_MEMORY = 64 << 20,		/* of one input: names of parts; a
					 * TLS report and what it says       */
	DETAIL = 300			/* octets of a reason in words       */
};

/* What is being told of the document; a frame that does not fit is told with
 * the next buffer. */
enum saying {
	SAY_NEXT = 0,			/* look for the next document        */
	SAY_ROWS,			/* of an aggregate report            */
	SAY_ROW,			/* one that did not fit              */
	SAY_LAST_HEAD, SAY_END,
	SAY_FAILURE,
	SAY_TLS, SAY_POLICY, SAY_DETAIL, SAY_TLS_END,
	SAY_REFUSED,
	SAY_DONE, SAY_NOTHING
};

struct reading {
	struct arena home, doc_memory;
	struct unwrap *unwrap;
	struct aggregate *aggregate;
	struct unwrap_doc doc;
	enum saying say;
	bool head_said;
	uint8_t *head_room;		/* what the first head said          */
	struct span head;
	struct parcel_sum sum;
	struct arf arf;
	struct tlsrpt tls;
	size_t policy, detail;		/* of tls, told so far               */
	enum store_aside_reason why;
	uint8_t why_room[DETAIL];
	struct buf why_text;
};

/* ---- life ---------------------------------------------------------------- */

struct reading *
reading_new(void)
{
	struct reading *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	arena_init(&r->home, HOME_MEMORY);
	arena_init(&r->doc_memory, DOC_MEMORY);
	r->unwrap = unwrap_new(&r->home);
	r->aggregate = aggregate_new(&r->home);
	r->head_room = malloc(2 * PARCEL_FRAME);
	if (r->unwrap != NULL && r->aggregate != NULL &&
	    r->head_room != NULL)
		return r;
	reading_free(r);
	return NULL;
}

void
reading_free(struct reading *r)
{
	if (r == NULL)
		return;
	arena_free(&r->home);
	arena_free(&r->doc_memory);
	free(r->head_room);
	free(r);
}

void
reading_start(struct reading *r, struct span bytes, struct span name)
{
	arena_reset(&r->doc_memory);
	unwrap_start(r->unwrap, bytes, name, &r->doc_memory);
	r->say = SAY_NEXT;
}

/* ---- refusals ------------------------------------------------------------ */

static void
refuse(struct reading *r, enum store_aside_reason why, const char *text)
{
	r->why = why;
	r->why_text = BUF_ON(r->why_room);
	buf_put(&r->why_text, span_head(assay_cstr(text), DETAIL / 2));
	if (r->doc.part > 0) {
		buf_str(&r->why_text, "; part ");
		buf_u64(&r->why_text, r->doc.part);
	}
	if (r->doc.entry > 0) {
		buf_str(&r->why_text, "; file ");
		buf_u64(&r->why_text, r->doc.entry);
		buf_str(&r->why_text, " of the archive");
	}
	r->say = SAY_REFUSED;
}

static enum store_aside_reason
reason_of(enum unwrap_why why)
{
	switch (why) {
	case UNWRAP_TOO_BIG:
	case UNWRAP_TOO_MANY:
	case UNWRAP_TOO_DEEP:
	case UNWRAP_NOMEM:
		return STORE_A_BOUNDS;
	case UNWRAP_FINE:
	case UNWRAP_CUT:
	case UNWRAP_CORRUPT:
	case UNWRAP_ENCRYPTED:
	case UNWRAP_METHOD:
	case UNWRAP_NESTED:
		break;
	}
	return STORE_A_UNREADABLE;
}

static struct store_aside
refusal(const struct reading *r)
{
	struct store_aside a = { .reason = r->why,
		.detail = buf_span(&r->why_text) };

	if (r->doc.kind == UNWRAP_AGGREGATE) {
		const struct aggregate_head *h = aggregate_head(r->aggregate);
		a.kind = STORE_AGGREGATE;
		a.domain = h->policy.domain;
		a.reporter = store_reporter(h->email);
		a.org = h->org_name;
		a.report_id = h->report_id;
	} else if (r->doc.kind == UNWRAP_TLSRPT) {
		a.kind = STORE_TLS;
	} else if (r->doc.kind == UNWRAP_FEEDBACK) {
		a.kind = STORE_FAILURE;
	}
	return a;
}

/* ---- aggregate reports --------------------------------------------------- */

/* What a head says, but for what was noticed while it was read. */
static struct span
head_octets(const struct reading *r, uint8_t *room)
{
	struct buf b = { .ptr = room, .cap = PARCEL_FRAME };
	struct aggregate_head h = *aggregate_head(r->aggregate);

	h.deviations = 0;
	return parcel_head(&b, &h) ? buf_span(&b) : SPAN_NONE;
}

/* False: it does not fit now. */
static bool
say_head(struct reading *r, struct buf *buf)
{
	if (!parcel_head(buf, aggregate_head(r->aggregate)))
		return false;
	r->head = head_octets(r, r->head_room);
	r->head_said = true;
	return true;
}

static bool
say_row(struct reading *r, struct buf *buf)
{
	const struct aggregate_row *row = aggregate_row(r->aggregate);

	if ((!r->head_said && !say_head(r, buf)) || !parcel_row(buf, row)) {
		r->say = SAY_ROW;
		return false;
	}
	r->sum.rows++;
	r->sum.messages += row->count;
	r->say = SAY_ROWS;
	return true;
}

/* True: there is more to read.  What is damaged is no report. */
static bool
feed(struct reading *r)
{
	struct span window;
	bool last;
	enum unwrap_why why = unwrap_read(r->unwrap, &window, &last);

	if (why != UNWRAP_FINE) {
		refuse(r, reason_of(why), unwrap_why_text(why));
		return false;
	}
	aggregate_feed(r->aggregate, window, last);
	return true;
}

static void
at_end(struct reading *r)
{
	r->sum.deviations = aggregate_head(r->aggregate)->deviations;
	/* rows may have come before all of the head had */
	r->say = !r->head_said || !span_eq(r->head, head_octets(r,
	    r->head_room + PARCEL_FRAME)) ? SAY_LAST_HEAD : SAY_END;
}

static bool
say_rows(struct reading *r, struct buf *buf)
{
	for (;;)
		switch (aggregate_next(r->aggregate)) {
		case AGGREGATE_NEED:
			if (!feed(r))
				return true;
			break;
		case AGGREGATE_ROW:
			if (!say_row(r, buf))
				return false;
			break;
		case AGGREGATE_END:
			at_end(r);
			return true;
		case AGGREGATE_BAD:
			refuse(r, STORE_A_MALFORMED,
			    aggregate_why(r->aggregate));
			return true;
		}
}

static void
begin_aggregate(struct reading *r)
{
	aggregate_start(r->aggregate);
	r->head_said = false;
	r->sum = (struct parcel_sum){ .rows = 0 };
	r->say = SAY_ROWS;
}

/* ---- failure reports ----------------------------------------------------- */

static void
begin_failure(struct reading *r)
{
	const char *why;

	if (arf_read(&r->arf, r->doc.mail, &why, &r->doc_memory))
		r->say = SAY_FAILURE;
	else if (r->doc_memory.failed)
		refuse(r, STORE_A_BOUNDS, "too many fields");
	else
		refuse(r, STORE_A_NO_REPORT, why);
}

static struct span
alignment(const struct arf *a)
{
	switch (a->alignment & (ARF_ALIGN_DKIM | ARF_ALIGN_SPF)) {
	case ARF_ALIGN_DKIM: return SPAN("dkim");
	case ARF_ALIGN_SPF: return SPAN("spf");
	case ARF_ALIGN_DKIM | ARF_ALIGN_SPF: return SPAN("dkim,spf");
	default: break;
	}
	return a->alignment != 0 ? SPAN("none") : SPAN_NONE;
}

static struct span
word_or(const char *name, const struct arf *a, enum arf_name field)
{
	return *name != '\0' ? assay_cstr(name) : arf_value(a, field);
}

/* An address out of a From field is its last word, mostly in <>. */
static struct span
reporter(const struct reading *r)
{
	struct span mail = r->doc.mail;
	struct span from = head_value(head_take(&mail), SPAN("From"));
	size_t open = span_rfind(from, '<');

	if (open < from.len) {
		from = span_skip(from, open + 1);
		return span_trim_fws(span_head(from, span_find(from, '>')));
	}
	return span_has(from, ' ') ? SPAN_NONE : from;
}

static bool
say_failure(struct reading *r, struct buf *buf)
{
	const struct arf *a = &r->arf;
	struct store_failure f = {
		.type = word_or(arf_type_name(a->type), a,
		    ARF_F_FEEDBACK_TYPE),
		.auth_failure = word_or(arf_failure_name(a->failure), a,
		    ARF_F_AUTH_FAILURE),
		.reporter = reporter(r), .user_agent = a->user_agent,
		.reported_domain = a->n_reported > 0 ?
		    a->reported[0].name : SPAN_NONE,
		.source = a->source,
		.arrival = a->has_arrival ? a->arrival : 0,
		.incidents = a->incidents,
		.identity_alignment = alignment(a),
		.delivery_result = word_or(arf_delivery_name(a->delivery), a,
		    ARF_F_DELIVERY_RESULT),
		.mail_from = a->mail_from, .rcpt_to = a->rcpt_to,
		.header_from = a->original.from,
		.dkim_domain = a->dkim_domain.name,
		.dkim_selector = a->dkim_selector,
		.dkim_identity = a->dkim_identity, .spf_dns = a->spf_dns,
		.authentication_results = a->authres,
		.message_id = a->original.message_id,
		.envelope_id = a->envelope_id, .deviations = a->deviations };

	if (parcel_failure(buf, &f)) {
		r->say = SAY_NEXT;
		return true;
	}
	if (buf->len > 0)
		return false;
	refuse(r, STORE_A_BOUNDS, "a field is too long");
	return true;
}

/* ---- TLS reports --------------------------------------------------------- */

/* All of it: JSON is read whole, so its size is bounded first. */
static struct span
collect(struct reading *r, const char **why)
{
	struct buf all = arena_buf(&r->doc_memory, LIMIT_TLSRPT_BYTES);
	enum unwrap_why bad;
	struct span window;
	bool last = false;

	*why = NULL;
	while (!last && *why == NULL) {
		bad = unwrap_read(r->unwrap, &window, &last);
		buf_put(&all, window);
		if (bad != UNWRAP_FINE)
			*why = unwrap_why_text(bad);
		else if (all.full)
			*why = "longer than a TLS report may be";
	}
	return buf_span(&all);
}

static void
begin_tls(struct reading *r)
{
	const char *why;
	struct span json = collect(r, &why);

	r->policy = r->detail = 0;
	if (why != NULL)
		refuse(r, STORE_A_BOUNDS, why);
	else if (tlsrpt_read(&r->tls, json, &why, &r->doc_memory))
		r->say = SAY_TLS;
	else
		refuse(r, STORE_A_MALFORMED, why);
}

static struct span
joined(struct reading *r, const struct span *s, size_t n)
{
	size_t sum = n;
	struct buf b;

	for (size_t i = 0; i < n; i++)
		sum += s[i].len;
	b = arena_buf(&r->doc_memory, sum < STORE_TEXT_MAX ? sum :
	    STORE_TEXT_MAX);
	for (size_t i = 0; i < n; i++) {
		if (b.len > 0)
			buf_byte(&b, '\n');
		buf_put(&b, s[i]);
	}
	return buf_span(&b);
}

static bool
say_tls(struct reading *r, struct buf *buf)
{
	const struct tlsrpt *t = &r->tls;
	struct store_tls h = { .org = t->organization, .contact = t->contact,
		.report_id = t->report_id, .begin = t->start, .end = t->end,
		.deviations = t->deviations };

	r->say = SAY_POLICY;
	return parcel_tls(buf, &h);
}

static bool
say_policy(struct reading *r, struct buf *buf)
{
	struct arena_mark mark = arena_mark(&r->doc_memory);
	const struct tlsrpt_policy *p;
	struct store_tls_policy out;
	bool fits;

	if (r->policy == r->tls.n_policy) {
		r->say = SAY_TLS_END;
		return true;
	}
	p = &r->tls.policy[r->policy];
	out = (struct store_tls_policy){
		.type = *tlsrpt_policy_name(p->type) != '\0' ?
		    assay_cstr(tlsrpt_policy_name(p->type)) : p->type_text,
		.domain = domain_absent(p->domain) ? p->domain_text :
		    p->domain.name, .good = p->successful, .bad = p->failed };
	out.strings = joined(r, p->string, p->n_string);
	out.mx = joined(r, p->mx, p->n_mx);
	fits = parcel_policy(buf, &out);
	arena_back(&r->doc_memory, mark);
	r->detail = 0;
	r->say = fits ? SAY_DETAIL : SAY_POLICY;
	return fits;
}

static bool
say_detail(struct reading *r, struct buf *buf)
{
	const struct tlsrpt_policy *p = &r->tls.policy[r->policy];
	const struct tlsrpt_failure *f;
	struct store_tls_detail d;

	if (r->detail == p->n_failure) {
		r->policy++;
		r->say = SAY_POLICY;
		return true;
	}
	f = &p->failure[r->detail];
	d = (struct store_tls_detail){ .type = f->result_text,
		.sending_ip = f->sending_text, .receiving_mx = f->mx,
		.receiving_helo = f->helo, .receiving_ip = f->receiving_text,
		.information = f->info, .code = f->code,
		.sessions = f->sessions };
	if (!parcel_detail(buf, &d))
		return false;
	r->detail++;
	return true;
}

/* ---- documents ----------------------------------------------------------- */

static void
next_document(struct reading *r)
{
	if (!unwrap_next(r->unwrap, &r->doc)) {
		r->say = SAY_DONE;
		return;
	}
	switch (r->doc.kind) {
	case UNWRAP_NOTHING:
		if (span_absent(r->doc.mail))
			refuse(r, STORE_A_NO_REPORT, "no report in it");
		else
			begin_failure(r);
		break;
	case UNWRAP_REFUSED:
		refuse(r, reason_of(r->doc.why),
		    unwrap_why_text(r->doc.why));
		break;
	case UNWRAP_AGGREGATE:
		begin_aggregate(r);
		break;
	case UNWRAP_TLSRPT:
		begin_tls(r);
		break;
	case UNWRAP_FEEDBACK:
		begin_failure(r);
		break;
	}
}

static bool
then(struct reading *r, bool fits, enum saying next)
{
	if (fits)
		r->say = next;
	return fits;
}

/* False: what is to be said does not fit into what is left. */
static bool
say(struct reading *r, struct buf *buf)
{
	struct store_aside a;

	switch (r->say) {
	case SAY_NEXT:
		next_document(r);
		return true;
	case SAY_ROWS: return say_rows(r, buf);
	case SAY_ROW: return say_row(r, buf);
	case SAY_LAST_HEAD: return then(r, say_head(r, buf), SAY_END);
	case SAY_END: return then(r, parcel_end(buf, &r->sum), SAY_NEXT);
	case SAY_FAILURE: return say_failure(r, buf);
	case SAY_TLS: return say_tls(r, buf);
	case SAY_POLICY: return say_policy(r, buf);
	case SAY_DETAIL: return say_detail(r, buf);
	case SAY_TLS_END: return then(r, parcel_tls_end(buf), SAY_NEXT);
	case SAY_REFUSED:
		a = refusal(r);
		return then(r, parcel_refused(buf, &a), SAY_NEXT);
	case SAY_DONE: return then(r, parcel_done(buf), SAY_NOTHING);
	case SAY_NOTHING: break;
	}
	return false;
}

bool
reading_more(struct reading *r, struct buf *buf)
{
	while (r->say != SAY_NOTHING) {
		if (say(r, buf))
			continue;
		if (buf->len > 0)
			return true;
		/* not even into an empty one: past a bound of the parcel */
		if (r->say == SAY_REFUSED || r->say == SAY_DONE)
			return false;
		refuse(r, STORE_A_BOUNDS, "a text is too long");
	}
	return false;
}
