/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_sets.c - what stands many times in a row, as one text.
 *
 * JSON of a fixed order, so the same results are the same text.  The rows of
 * a report mostly have few different sets: each is written once and then
 * known by the octets that it was made of.
 */
#include "sqlite_inner.h"

#include "wire/json.h"

static bool
put(void *ctx, struct assay_span bytes)
{
	struct buf *b = ctx;

	buf_put(b, bytes);
	return !b->full;
}

const char *
store_result_name(enum aggregate_result r)
{
	static const char *const name[] = { NULL, "none", "pass", "fail",
		"softfail", "neutral", "policy", "temperror", "permerror",
		"other" };

	return (size_t)r < sizeof(name) / sizeof(*name) ? name[r] : "other";
}

const char *
store_scope_name(enum aggregate_scope s)
{
	static const char *const name[] = { NULL, "mfrom", "helo", "other" };

	return (size_t)s < sizeof(name) / sizeof(*name) ? name[s] : "other";
}

const char *
store_why_name(enum aggregate_why w)
{
	static const char *const name[] = { NULL, "local_policy",
		"mailing_list", "other", "policy_test_mode",
		"trusted_forwarder", "forwarded", "sampled_out", "unknown" };

	return (size_t)w < sizeof(name) / sizeof(*name) ? name[w] :
	    "unknown";
}

static void
write_dkim(struct jw *w, const struct aggregate_dkim *d)
{
	jw_array(w);
	jw_cstr(w, "dkim");
	jw_cstr(w, store_result_name(d->result));
	jw_str(w, d->domain);
	jw_str(w, d->selector);
	jw_str(w, d->human);
	jw_end_array(w);
}

static void
write_spf(struct jw *w, const struct aggregate_spf *f)
{
	jw_array(w);
	jw_cstr(w, "spf");
	jw_cstr(w, store_result_name(f->result));
	jw_str(w, f->domain);
	jw_cstr(w, store_scope_name(f->scope));
	jw_str(w, f->human);
	jw_end_array(w);
}

/* jw_finish() ends a line; a text in a table is none. */
static int64_t
finish(struct store *s, struct jw *w, struct buf *b)
{
	if (!jw_finish(w) || b->full) {
		db_refuse(s, STORE_REFUSED, "a row with too many results");
		return 0;
	}
	return strings_id(s, span_head(buf_span(b), b->len - 1));
}

static int64_t
write_auth(struct store *s, const struct aggregate_row *r)
{
	ROOM(room, AUTH_TEXT);
	struct buf b = BUF_ON(room);
	struct jw w;

	jw_start(&w, put, &b);
	jw_array(&w);
	for (size_t i = 0; i < r->n_dkim; i++)
		write_dkim(&w, &r->auth_dkim[i]);
	for (size_t i = 0; i < r->n_spf; i++)
		write_spf(&w, &r->auth_spf[i]);
	jw_end_array(&w);
	return finish(s, &w, &b);
}

static void
octets_text(struct buf *b, struct span s)
{
	if (span_absent(s))
		s.len = 0xffff;
	buf_byte(b, (uint8_t)(s.len >> 8 & 255));
	buf_byte(b, (uint8_t)(s.len & 255));
	if (!span_absent(s))
		buf_put(b, s);
}

int64_t
sets_auth(struct store *s, const struct aggregate_row *r)
{
	ROOM(room, 4096);
	struct buf b = BUF_ON(room);
	int64_t id;

	buf_byte(&b, 0xff);	/* which begins no text */
	buf_byte(&b, (uint8_t)r->n_dkim);
	for (size_t i = 0; i < r->n_dkim; i++) {
		const struct aggregate_dkim *d = &r->auth_dkim[i];

		buf_byte(&b, (uint8_t)d->result);
		octets_text(&b, d->domain);
		octets_text(&b, d->selector);
		octets_text(&b, d->human);
	}
	for (size_t i = 0; i < r->n_spf; i++) {
		const struct aggregate_spf *f = &r->auth_spf[i];

		buf_byte(&b, (uint8_t)(f->result << 4 | f->scope));
		octets_text(&b, f->domain);
		octets_text(&b, f->human);
	}
	if (b.full)		/* too long to be known again */
		return write_auth(s, r);
	id = strings_known(s, buf_span(&b));
	if (id != 0 || s->failed)
		return id;
	id = write_auth(s, r);
	if (id != 0)
		strings_learn(s, buf_span(&b), id);
	return id;
}

int64_t
sets_reasons(struct store *s, const struct aggregate_row *r)
{
	ROOM(room, AUTH_TEXT);
	struct buf b = BUF_ON(room);
	struct jw w;

	jw_start(&w, put, &b);
	jw_array(&w);
	for (size_t i = 0; i < r->n_reason; i++) {
		jw_array(&w);
		jw_cstr(&w, store_why_name(r->reason[i].type));
		jw_str(&w, r->reason[i].comment);
		jw_end_array(&w);
	}
	jw_end_array(&w);
	return finish(s, &w, &b);
}
