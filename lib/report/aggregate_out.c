/* SPDX-License-Identifier: Apache-2.0 */
#include "report/aggregate_out.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "report/aggregate_word.h"
#include "wire/addr.h"
#include "wire/domain.h"
#include "wire/utf8.h"

/* ---- octets --------------------------------------------------------- */

static void
flush(struct aggregate_out *o)
{
	if (!o->failed && o->buf.len > 0 &&
	    !o->write(o->ctx, buf_span(&o->buf)))
		o->failed = true;
	o->buf.len = 0;
}

static void
put(struct aggregate_out *o, struct span s)
{
	while (s.len > 0) {
		size_t room = o->buf.cap - o->buf.len;

		buf_put(&o->buf, span_head(s, room));
		s = span_skip(s, room);
		if (o->buf.len == o->buf.cap)
			flush(o);
	}
}

static void
put_str(struct aggregate_out *o, const char *s)
{
	put(o, assay_cstr(s));
}

/* One character of text: what is markup as a reference (XML 1.0 2.4), what
 * XML cannot hold (2.2) as U+FFFD, white space as a space. */
static void
put_char(struct aggregate_out *o, int32_t c, struct span octets)
{
	if (c == '<')
		put_str(o, "&lt;");
	else if (c == '>')
		put_str(o, "&gt;");
	else if (c == '&')
		put_str(o, "&amp;");
	else if (c == '\t' || c == '\n' || c == '\r')
		put_str(o, " ");
	else if (c < 0x20 || c == 0xfffe || c == 0xffff)
		put_str(o, "\xef\xbf\xbd");
	else
		put(o, octets);
}

/* RFC 9990 3.1.1, and 8.2: names come from attackers. */
static void
put_text(struct aggregate_out *o, struct span s)
{
	s = span_head(s, LIMIT_AGGREGATE_TEXT);
	while (s.len > 0) {
		struct span was = s;
		int32_t c = utf8_next(&s);

		put_char(o, c, span_head(was, was.len - s.len));
	}
}

/* ---- elements ------------------------------------------------------- */

static void
indent(struct aggregate_out *o)
{
	put_str(o, "\n");
	for (unsigned i = 0; i < o->level; i++)
		put_str(o, "  ");
}

static void
begin(struct aggregate_out *o, const char *name)
{
	indent(o);
	put_str(o, "<");
	put_str(o, name);
	put_str(o, ">");
	o->level++;
}

static void
end(struct aggregate_out *o, const char *name)
{
	o->level--;
	indent(o);
	put_str(o, "</");
	put_str(o, name);
	put_str(o, ">");
}

static void
text(struct aggregate_out *o, const char *name, struct span s)
{
	indent(o);
	put_str(o, "<");
	put_str(o, name);
	put_str(o, ">");
	put_text(o, s);
	put_str(o, "</");
	put_str(o, name);
	put_str(o, ">");
}

/* One that may be left out. */
static void
option(struct aggregate_out *o, const char *name, struct span s)
{
	if (!span_absent(s))
		text(o, name, s);
}

static void
word(struct aggregate_out *o, const char *name, const char *value)
{
	if (value != NULL)
		text(o, name, assay_cstr(value));
}

static void
number(struct aggregate_out *o, const char *name, uint64_t v)
{
	ROOM(room, 20);
	struct buf b = BUF_ON(room);

	buf_u64(&b, v);
	text(o, name, buf_span(&b));
}

/* ---- the head ------------------------------------------------------- */

static void
metadata(struct aggregate_out *o, const struct aggregate_head *h)
{
	bool new = o->form == AGGREGATE_FORM_9990;

	begin(o, "report_metadata");
	text(o, "org_name", h->org_name);
	text(o, "email", h->email);
	option(o, "extra_contact_info", h->extra_contact);
	text(o, "report_id", h->report_id);
	begin(o, "date_range");
	number(o, "begin", h->begin < 0 ? 0 : (uint64_t)h->begin);
	number(o, "end", h->end < 0 ? 0 : (uint64_t)h->end);
	end(o, "date_range");
	option(o, "error", h->error);
	if (new)
		option(o, "generator", h->generator);
	end(o, "report_metadata");
}

/* Of p, sp and np; NULL: nothing to say. */
static const char *
policy_word(enum aggregate_action a)
{
	if (a == AGGREGATE_PASS || a == AGGREGATE_ACTION_OTHER)
		return NULL;
	return aggregate_action_name(a);
}

static void
mode(struct aggregate_out *o, const char *name, char c)
{
	if (c != 0)
		word(o, name, c == 's' ? "s" : "r");
}

/* RFC 9990 3.1.1.5: the values that were found, or the default: a record
 * without p is one of p=none (RFC 9989 4.7). */
static void
policy(struct aggregate_out *o, const struct aggregate_policy *p)
{
	const char *asked = policy_word(p->p);

	begin(o, "policy_published");
	text(o, "domain", p->domain);
	word(o, "p", asked == NULL ? "none" : asked);
	word(o, "sp", policy_word(p->sp));
	word(o, "np", policy_word(p->np));
	mode(o, "adkim", p->adkim);
	mode(o, "aspf", p->aspf);
	word(o, "discovery_method", aggregate_discovery_name(p->discovery));
	option(o, "fo", p->fo);
	if (p->testing >= 0)
		word(o, "testing", p->testing != 0 ? "y" : "n");
	end(o, "policy_published");
}

/* RFC 7489 Appendix C: sp, pct and fo must be there. */
static void
policy_7489(struct aggregate_out *o, const struct aggregate_policy *p)
{
	const char *asked = policy_word(p->p), *sub = policy_word(p->sp);

	asked = asked == NULL ? "none" : asked;
	begin(o, "policy_published");
	text(o, "domain", p->domain);
	mode(o, "adkim", p->adkim == 0 ? 'r' : p->adkim);
	mode(o, "aspf", p->aspf == 0 ? 'r' : p->aspf);
	word(o, "p", asked);
	word(o, "sp", sub == NULL ? asked : sub);
	number(o, "pct", p->pct < 0 ? 100 : (uint64_t)p->pct);
	text(o, "fo", span_absent(p->fo) ? SPAN("0") : p->fo);
	end(o, "policy_published");
}

void
aggregate_out_start(struct aggregate_out *o, enum aggregate_form form,
    const struct aggregate_head *h, assay_write_fn *write, void *ctx)
{
	o->form = form;
	o->domain = h->policy.domain;
	o->write = write;
	o->ctx = ctx;
	o->failed = false;
	o->rows = 0;
	o->level = 1;
	o->buf = BUF_ON(o->room);
	put_str(o, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	if (form == AGGREGATE_FORM_9990)
		put_str(o, "<feedback xmlns="
		    "\"urn:ietf:params:xml:ns:dmarc-2.0\">");
	else
		put_str(o, "<feedback>");
	text(o, "version", SPAN("1.0"));
	metadata(o, h);
	if (form == AGGREGATE_FORM_9990)
		policy(o, &h->policy);
	else
		policy_7489(o, &h->policy);
}

/* ---- rows ----------------------------------------------------------- */

/* RFC 9990 3.1.1.9 has no more forwarded and sampled_out, RFC 7489 had no
 * policy_test_mode yet. */
static void
reason(struct aggregate_out *o, const struct aggregate_reason *r)
{
	bool old = o->form == AGGREGATE_FORM_7489;
	const char *name = aggregate_why_name(r->type);
	bool known = name != NULL && (old ? r->type != AGGREGATE_TEST_MODE :
	    r->type != AGGREGATE_FORWARDED &&
	    r->type != AGGREGATE_SAMPLED_OUT);

	begin(o, "reason");
	word(o, "type", known ? name : "other");
	if (!known && name != NULL && r->comment.len == 0)
		word(o, "comment", name);
	else
		option(o, "comment", r->comment);
	end(o, "reason");
}

/* RFC 7489 has no disposition "pass". */
static const char *
disposition(const struct aggregate_out *o, enum aggregate_action a)
{
	const char *name = aggregate_action_name(a);

	if (name == NULL || (a == AGGREGATE_PASS &&
	    o->form == AGGREGATE_FORM_7489))
		return "none";
	return name;
}

static void
evaluated(struct aggregate_out *o, const struct aggregate_row *r)
{
	begin(o, "policy_evaluated");
	word(o, "disposition", disposition(o, r->disposition));
	word(o, "dkim", r->dkim == AGGREGATE_ALIGNED_PASS ? "pass" : "fail");
	word(o, "spf", r->spf == AGGREGATE_ALIGNED_PASS ? "pass" : "fail");
	for (size_t i = 0; i < r->n_reason &&
	    i < LIMIT_AGGREGATE_REASONS; i++)
		reason(o, &r->reason[i]);
	end(o, "policy_evaluated");
}

static void
source(struct aggregate_out *o, const struct aggregate_row *r)
{
	ROOM(room, ADDR_TEXT);
	struct buf b = BUF_ON(room);

	addr_print(&b, &r->source);
	text(o, "source_ip", r->source.family == 0 ? r->source_text :
	    buf_span(&b));
}

/* RFC 7489 Appendix C: envelope_from must be there, and comes first. */
static void
identifiers(struct aggregate_out *o, const struct aggregate_row *r)
{
	begin(o, "identifiers");
	if (o->form == AGGREGATE_FORM_7489) {
		option(o, "envelope_to", r->envelope_to);
		text(o, "envelope_from", r->envelope_from);
		text(o, "header_from", r->header_from);
	} else {
		text(o, "header_from", r->header_from);
		option(o, "envelope_from", r->envelope_from);
		option(o, "envelope_to", r->envelope_to);
	}
	end(o, "identifiers");
}

/* RFC 8601 2.7.1: what is no result of DKIM. */
static const char *
dkim_word(enum aggregate_result r)
{
	const char *name = r == AGGREGATE_R_SOFTFAIL ? "fail" :
	    aggregate_result_name(r);

	return name == NULL ? "none" : name;
}

static void
dkim(struct aggregate_out *o, const struct aggregate_dkim *d)
{
	begin(o, "dkim");
	text(o, "domain", d->domain);
	if (o->form == AGGREGATE_FORM_9990)
		text(o, "selector", d->selector);
	else
		option(o, "selector", d->selector);
	word(o, "result", dkim_word(d->result));
	option(o, "human_result", d->human);
	end(o, "dkim");
}

/* RFC 9990 3.1.3: pass and strictly aligned, pass and aligned, pass, the
 * rest.  Aligned is, as far as names alone tell, what is at or below the
 * domain of the policy. */
static unsigned
rank(const struct aggregate_out *o, const struct aggregate_row *r,
    const struct aggregate_dkim *d)
{
	struct domain name = { d->domain }, policy_domain = { o->domain };

	if (d->result != AGGREGATE_R_PASS)
		return 3;
	if (span_ieq(d->domain, r->header_from))
		return 0;
	return d->domain.len > 0 && o->domain.len > 0 &&
	    domain_within(name, policy_domain) ? 1 : 2;
}

static void
signatures(struct aggregate_out *o, const struct aggregate_row *r)
{
	size_t n = 0;

	for (unsigned class = 0; class < 4; class++)
		for (size_t i = 0; i < r->n_dkim; i++) {
			if (rank(o, r, &r->auth_dkim[i]) != class)
				continue;
			if (n == LIMIT_AGGREGATE_DKIM)
				return;
			dkim(o, &r->auth_dkim[i]);
			n++;
		}
}

/* RFC 7489 has no "policy" here and wants a scope. */
static void
spf(struct aggregate_out *o, const struct aggregate_spf *s)
{
	bool old = o->form == AGGREGATE_FORM_7489;
	const char *name = aggregate_result_name(s->result);

	if (name == NULL)
		name = "none";
	else if (old && s->result == AGGREGATE_R_POLICY)
		name = "fail";
	begin(o, "spf");
	text(o, "domain", s->domain);
	if (s->scope == AGGREGATE_MFROM || (old && s->scope !=
	    AGGREGATE_HELO))
		word(o, "scope", "mfrom");
	else if (old)
		word(o, "scope", "helo");
	word(o, "result", name);
	if (!old)
		option(o, "human_result", s->human);
	end(o, "spf");
}

/* RFC 9990 3.1.1.12: at most one; RFC 7489: at least one. */
static void
spf_results(struct aggregate_out *o, const struct aggregate_row *r)
{
	struct aggregate_spf none = { .scope = AGGREGATE_MFROM,
		.result = AGGREGATE_R_NONE };
	size_t most = o->form == AGGREGATE_FORM_9990 ? 1 :
	    LIMIT_AGGREGATE_SPF;

	for (size_t i = 0; i < r->n_spf && i < most; i++)
		spf(o, &r->auth_spf[i]);
	if (r->n_spf > 0 || o->form == AGGREGATE_FORM_9990)
		return;
	none.domain = r->envelope_from.len > 0 ? r->envelope_from :
	    r->header_from;
	spf(o, &none);
}

void
aggregate_out_row(struct aggregate_out *o, const struct aggregate_row *r)
{
	begin(o, "record");
	begin(o, "row");
	source(o, r);
	number(o, "count", r->count);
	evaluated(o, r);
	end(o, "row");
	identifiers(o, r);
	begin(o, "auth_results");
	signatures(o, r);
	spf_results(o, r);
	end(o, "auth_results");
	end(o, "record");
	o->rows++;
}

enum assay_status
aggregate_out_end(struct aggregate_out *o)
{
	end(o, "feedback");
	put_str(o, "\n");
	flush(o);
	if (o->failed)
		return ASSAY_IO;
	return o->rows > 0 ? ASSAY_OK : ASSAY_MISUSE;
}
