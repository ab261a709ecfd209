/* SPDX-License-Identifier: Apache-2.0 */
/* Our own Authentication-Results field (RFC 8601 2.7, RFC 9989 9.1). */
#include "verdict/authres_out.h"

#include "wire/addr.h"
#include "wire/authres.h"

/* More than all properties of one result can take. */
enum { ROOM = 1024, ROOM_SIG = 2048, B_SHORTEST = 8 };

static struct span
word(enum assay_result result)
{
	return assay_cstr(assay_result_name(result));
}

static void
put_method(struct authres_writer *w, const char *method,
    enum assay_result result, enum assay_reason reason)
{
	const struct assay_reason_text *text = assay_reason_text(reason);

	authres_method(w, assay_cstr(method), word(result));
	if (text != NULL && result != ASSAY_PASS && result != ASSAY_NONE)
		(void)authres_reason(w, assay_cstr(text->name));
}

/* Of a check whose result a server in front may have found (RFC 8601 2.2:
 * reason= is for people). */
static void
put_check(struct authres_writer *w, const struct assay_eval *ev,
    enum assay_check check, enum assay_result result,
    enum assay_reason reason)
{
	const char *method = check == ASSAY_CHECK_IPREV ? "iprev" : "spf";
	const struct imported *in = facts_imported(&ev->facts, check);
	ROOM(room, 14 + LIMIT_NAME);
	struct buf b = BUF_ON(room);

	if (reason != ASSAY_R_IMPORTED || in == NULL) {
		put_method(w, method, result, reason);
		return;
	}
	buf_str(&b, "imported from ");
	buf_put(&b, in->authserv_id);
	put_method(w, method, result, ASSAY_R_NONE);
	(void)authres_reason(w, buf_span(&b));
}

/* RFC 8601 2.7.3: there is no "none". */
static void
put_iprev(struct authres_writer *w, const struct assay_eval *ev)
{
	const struct imported *in = facts_imported(&ev->facts,
	    ASSAY_CHECK_IPREV);
	ROOM(room, ADDR_TEXT + 1);
	struct buf b = BUF_ON(room);

	if (ev->session.client.family == 0 ||
	    ev->out.iprev.result == ASSAY_NONE)
		return;
	addr_print(&b, in != NULL && ev->out.iprev.reason ==
	    ASSAY_R_IMPORTED ? &in->client : &ev->session.client);
	put_check(w, ev, ASSAY_CHECK_IPREV, ev->out.iprev.result,
	    ev->out.iprev.reason);
	(void)authres_prop(w, SPAN("policy"), SPAN("iprev"), buf_span(&b));
}

/* RFC 8601 2.7.2: the identity checked, without its local part.  For the
 * null reverse-path that is HELO (RFC 7208 2.4), and one result says it. */
static void
put_spf(struct authres_writer *w, const struct assay_eval *ev)
{
	const struct spf_outcome *from = &ev->out.spf, *helo = &ev->out.helo;
	bool null_path = !span_absent(ev->session.mail_from) &&
	    ev->session.mail_from.len == 0;

	if (!null_path) {
		put_check(w, ev, ASSAY_CHECK_SPF, from->result,
		    from->reason);
		(void)authres_prop(w, SPAN("smtp"), SPAN("mailfrom"),
		    from->domain.name);
	}
	if (helo->result == ASSAY_NONE && !null_path)
		return;
	put_check(w, ev, null_path ? ASSAY_CHECK_SPF : ASSAY_CHECK_HELO,
	    helo->result, helo->reason);
	(void)authres_prop(w, SPAN("smtp"), SPAN("helo"), helo->domain.name);
}

/* RFC 6008 4: at least eight characters, and enough to be unique. */
static struct span
short_b(const struct dkim_outcome *dkim, size_t me)
{
	struct span mine = dkim->sig[me].sig->b_text;
	size_t n = B_SHORTEST;

	for (size_t i = 0; i < dkim->n_sig; i++) {
		struct span other = dkim->sig[i].sig->b_text;
		while (i != me && n < mine.len && span_eq(span_head(mine, n),
		    span_head(other, n)))
			n++;
	}
	return span_head(mine, n);
}

static void
put_identity(struct authres_writer *w, struct domain identity)
{
	ROOM(room, LIMIT_NAME + 1);
	struct buf b = BUF_ON(room);

	if (domain_absent(identity))
		return;
	buf_byte(&b, '@');
	buf_put(&b, identity.name);
	(void)authres_prop(w, SPAN("header"), SPAN("i"), buf_span(&b));
}

static void
put_dkim(struct authres_writer *w, const struct assay_eval *ev)
{
	const struct dkim_outcome *dkim = &ev->out.dkim;

	if (dkim->n_sig == 0)
		put_method(w, "dkim", dkim->overall, ASSAY_R_NONE);
	for (size_t i = 0; i < dkim->n_sig; i++) {
		const struct sig_outcome *o = &dkim->sig[i];
		put_method(w, "dkim", o->result, o->reason);
		(void)authres_prop(w, SPAN("header"), SPAN("d"),
		    o->sig->d.name);
		put_identity(w, o->sig->identity);
		(void)authres_prop(w, SPAN("header"), SPAN("s"),
		    o->sig->selector.name);
		(void)authres_prop(w, SPAN("header"), SPAN("a"),
		    o->sig->alg_text);
		(void)authres_prop(w, SPAN("header"), SPAN("b"),
		    short_b(dkim, i));
	}
}

/* RFC 8617 6. */
static void
put_arc(struct authres_writer *w, const struct assay_eval *ev)
{
	const struct arc_outcome *arc = &ev->out.arc;
	ROOM(room, 24);
	struct buf b = BUF_ON(room);

	if (arc->result == ASSAY_NONE)
		return;
	put_method(w, "arc", arc->result, arc->reason);
	if (arc->result != ASSAY_PASS)
		return;
	buf_u64(&b, arc->oldest_pass);
	(void)authres_prop(w, SPAN("header"), SPAN("oldest-pass"),
	    buf_span(&b));
}

static struct span
policy_word(enum dmarc_policy policy)
{
	switch (policy) {
	case POLICY_NONE:	return SPAN("none");
	case POLICY_QUARANTINE:	return SPAN("quarantine");
	case POLICY_REJECT:	return SPAN("reject");
	case POLICY_ABSENT:	break;
	}
	return SPAN_NONE;
}

/* RFC 9989 9.1.  With several authors one result, that of all of them: a
 * reader who looks for "dmarc=pass" must not find one author's pass. */
static void
put_dmarc(struct authres_writer *w, const struct assay_eval *ev)
{
	const struct dmarc_outcome *d = &ev->out.dmarc;

	put_method(w, "dmarc", d->result, d->reason);
	(void)authres_prop(w, SPAN("policy"), SPAN("dmarc"),
	    policy_word(d->policy));
	if (d->decisive < d->n_author)
		(void)authres_prop(w, SPAN("header"), SPAN("from"),
		    d->author[d->decisive].domain.name);
}

struct span
authres_out(struct assay_eval *ev)
{
	struct buf b = arena_buf(&ev->arena, ROOM * 4 +
	    ev->out.dkim.n_sig * ROOM_SIG);
	struct span id = ev->session.receiver;
	struct authres_writer w;

	authres_begin(&w, &b, id.len == 0 ? SPAN("localhost") : id);
	put_iprev(&w, ev);
	put_spf(&w, ev);
	put_dkim(&w, ev);
	put_arc(&w, ev);
	put_dmarc(&w, ev);
	authres_end(&w);
	return arena_done(&ev->arena, &b);
}
