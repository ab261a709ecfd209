/* SPDX-License-Identifier: Apache-2.0 */
#include "tlsrpt.h"

#include <stdio.h>

#include "base/limits.h"
#include "octets.h"
#include "wire/addr.h"
#include "wire/stamp.h"
#include "wire/utf8.h"

struct reader {
	struct tlsrpt *out;
	struct arena *arena;
	size_t failures;	/* of all policies */
};

static void
note(struct reader *r, enum tlsrpt_deviation deviation)
{
	r->out->deviations |= deviation;
}

/* ---- single values ------------------------------------------------------ */

static struct span
string_of(struct reader *r, const json_t *v)
{
	struct span s = { (const uint8_t *)json_string_value(v),
		json_string_length(v) };
	size_t n = LIMIT_TLSRPT_TEXT;

	if (s.len <= n)
		return arena_dup(r->arena, s);
	note(r, TLSRPT_D_TOO_MANY);
	/* not inside of a character */
	while (n > 0 && (span_at(s, n) & 0xc0) == 0x80)
		n--;
	return arena_dup(r->arena, span_head(s, n));
}

/* A member as text.  A number is what was meant, another kind is not. */
static struct span
text(struct reader *r, const json_t *o, const char *name, bool required)
{
	const json_t *v = json_object_get(o, name);
	char number[40];

	if (json_is_string(v))
		return string_of(r, v);
	if (v == NULL || json_is_null(v)) {
		if (required)
			note(r, TLSRPT_D_MISSING);
		return SPAN_NONE;
	}
	note(r, TLSRPT_D_KIND);
	if (!json_is_number(v))
		return SPAN_NONE;
	snprintf(number, sizeof(number), "%.17g", json_number_value(v));
	return arena_dup(r->arena, assay_cstr(number));
}

/* RFC 7493 2.2: numbers are doubles, whole ones exact up to 2^53. */
static uint64_t
whole(struct reader *r, double d)
{
	if (d < 0 || d > 9007199254740991.0 || (double)(uint64_t)d < d) {
		note(r, TLSRPT_D_NUMBER);
		return 0;
	}
	return (uint64_t)d;
}

static uint64_t
count(struct reader *r, const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);
	struct span s = { (const uint8_t *)json_string_value(v),
		json_string_length(v) };
	uint64_t n = 0;

	if (json_is_number(v))
		return whole(r, json_number_value(v));
	if (v == NULL || json_is_null(v)) {
		note(r, TLSRPT_D_MISSING);
		return 0;
	}
	note(r, TLSRPT_D_KIND);
	if (json_is_string(v) && !span_u64(s, 9007199254740991, &n))
		note(r, TLSRPT_D_NUMBER);
	return n;
}

static struct span
address(struct reader *r, const json_t *o, const char *name,
    struct assay_addr *out)
{
	struct span s = text(r, o, name, false);
	struct assay_addr addr;

	if (span_absent(s) || s.len == 0)
		return s;
	if (addr_parse4(&addr, s) || addr_parse6(&addr, s))
		*out = addr_unmap(&addr);
	else
		note(r, TLSRPT_D_ADDRESS);
	return s;
}

/* An array of strings, or one string. */
static struct span *
strings(struct reader *r, const json_t *v, size_t *n)
{
	size_t all = json_array_size(v);
	struct span *s = arena_array(r->arena, all + 1, sizeof(*s));

	*n = 0;
	if (s == NULL || v == NULL || json_is_null(v))
		return s;
	if (json_is_string(v))
		s[(*n)++] = string_of(r, v);
	else if (!json_is_array(v))
		note(r, TLSRPT_D_KIND);
	for (size_t i = 0; i < all; i++) {
		const json_t *item = json_array_get(v, i);

		if (json_is_string(item))
			s[(*n)++] = string_of(r, item);
		else
			note(r, TLSRPT_D_KIND);
	}
	return s;
}

/* How many objects v stands for: an array of them, or one that should have
 * been in an array. */
static size_t
objects(struct reader *r, const json_t *v)
{
	if (json_is_array(v))
		return json_array_size(v);
	if (v != NULL && !json_is_null(v))
		note(r, TLSRPT_D_KIND);
	return json_is_object(v) ? 1 : 0;
}

static const json_t *
object_at(const json_t *v, size_t i)
{
	return json_is_object(v) ? v : json_array_get(v, i);
}

/* ---- the parts ---------------------------------------------------------- */

static void
read_failure(struct reader *r, struct tlsrpt_failure *f, const json_t *o)
{
	f->result_text = text(r, o, "result-type", true);
	f->result = tlsrpt_result_of(f->result_text);
	f->sending_text = address(r, o, "sending-mta-ip", &f->sending);
	f->receiving_text = address(r, o, "receiving-ip", &f->receiving);
	f->mx = text(r, o, "receiving-mx-hostname", false);
	f->helo = text(r, o, "receiving-mx-helo", false);
	f->sessions = count(r, o, "failed-session-count");
	f->info = text(r, o, "additional-information", false);
	/* the text of RFC 8460 4.4 has this name for it */
	if (span_absent(f->info))
		f->info = text(r, o, "additional-info-uri", false);
	f->code = text(r, o, "failure-reason-code", false);
}

static void
read_failures(struct reader *r, struct tlsrpt_policy *p, const json_t *v)
{
	size_t n = objects(r, v), sum = 0;

	if (n > LIMIT_TLSRPT_FAILURES - r->failures) {
		n = LIMIT_TLSRPT_FAILURES - r->failures;
		note(r, TLSRPT_D_TOO_MANY);
	}
	p->failure = arena_array(r->arena, n, sizeof(*p->failure));
	for (size_t i = 0; p->failure != NULL && i < n; i++) {
		const json_t *o = object_at(v, i);

		if (!json_is_object(o)) {
			note(r, TLSRPT_D_KIND);
			continue;
		}
		read_failure(r, &p->failure[p->n_failure], o);
		sum += p->failure[p->n_failure++].sessions > 0;
	}
	r->failures += p->n_failure;
	/* one session may fail in two ways, so they need not be equal */
	if (sum > 0 && p->failed == 0)
		note(r, TLSRPT_D_SUM);
}

static void
read_policy(struct reader *r, struct tlsrpt_policy *p, const json_t *o)
{
	const json_t *policy = json_object_get(o, "policy");
	const json_t *summary = json_object_get(o, "summary");
	const json_t *mx;

	/* some write their members one level up */
	if (!json_is_object(policy) || !json_is_object(summary))
		note(r, TLSRPT_D_MISSING);
	if (!json_is_object(policy))
		policy = o;
	if (!json_is_object(summary))
		summary = o;
	p->type_text = text(r, policy, "policy-type", true);
	p->type = tlsrpt_policy_of(p->type_text);
	if (p->type == TLSRPT_POLICY_OTHER)
		note(r, TLSRPT_D_WORD);
	p->domain_text = text(r, policy, "policy-domain", true);
	if (!span_absent(p->domain_text) && !domain_parse(&p->domain,
	    p->domain_text, true, r->arena))
		note(r, TLSRPT_D_DOMAIN);
	if (json_is_string(json_object_get(policy, "policy-string")))
		note(r, TLSRPT_D_KIND);
	p->string = strings(r, json_object_get(policy, "policy-string"),
	    &p->n_string);
	/* RFC 8460 4.4 asks for an array, its appendix B has a string */
	mx = json_object_get(policy, "mx-host");
	if (mx == NULL)
		mx = json_object_get(policy, "mx-host-pattern");
	p->mx = strings(r, mx, &p->n_mx);
	p->successful = count(r, summary, "total-successful-session-count");
	p->failed = count(r, summary, "total-failure-session-count");
	read_failures(r, p, json_object_get(o, "failure-details"));
}

static void
read_policies(struct reader *r, const json_t *v)
{
	struct tlsrpt *out = r->out;
	size_t n = objects(r, v);

	if (n > LIMIT_TLSRPT_POLICIES) {
		n = LIMIT_TLSRPT_POLICIES;
		note(r, TLSRPT_D_TOO_MANY);
	}
	out->policy = arena_array(r->arena, n, sizeof(*out->policy));
	for (size_t i = 0; out->policy != NULL && i < n; i++) {
		const json_t *o = object_at(v, i);

		if (json_is_object(o))
			read_policy(r, &out->policy[out->n_policy++], o);
		else
			note(r, TLSRPT_D_KIND);
	}
}

static void
read_range(struct reader *r, const json_t *o)
{
	struct tlsrpt *out = r->out;
	bool start_zone = true, end_zone = true;

	if (!json_is_object(o))
		note(r, TLSRPT_D_MISSING);
	out->start_text = text(r, o, "start-datetime", true);
	out->end_text = text(r, o, "end-datetime", true);
	if (span_absent(out->start_text) || span_absent(out->end_text))
		return;
	out->has_range = stamp_parse(&out->start, out->start_text,
	    &start_zone) && stamp_parse(&out->end, out->end_text, &end_zone);
	if (!out->has_range || !start_zone || !end_zone ||
	    out->end < out->start)
		note(r, TLSRPT_D_DATE);
}

static const char *
read_report(struct reader *r, const json_t *root)
{
	struct tlsrpt *out = r->out;

	if (json_is_array(root)) {
		note(r, json_array_size(root) > 1 ? TLSRPT_D_KIND |
		    TLSRPT_D_TOO_MANY : TLSRPT_D_KIND);
		root = json_array_get(root, 0);
	}
	if (!json_is_object(root))
		return "it is no report";
	out->organization = text(r, root, "organization-name", true);
	out->contact = text(r, root, "contact-info", true);
	out->report_id = text(r, root, "report-id", true);
	read_range(r, json_object_get(root, "date-range"));
	read_policies(r, json_object_get(root, "policies"));
	if (r->arena->failed)
		return "no memory";
	if (out->n_policy == 0)
		return "it has no policies";
	return NULL;
}

/* ---- the document -------------------------------------------------------- */

/* jansson takes UTF-8 and nothing else; a name in another charset shall not
 * cost the report. */
static struct span
as_utf8(struct reader *r, struct span json)
{
	struct span rest;
	struct buf b;
	size_t bad = 0;

	if (span_starts(json, SPAN("\xef\xbb\xbf"))) {
		note(r, TLSRPT_D_ENCODING);
		json = span_skip(json, 3);
	}
	for (rest = json; rest.len > 0; )
		bad += utf8_next(&rest) < 0;
	if (bad == 0)
		return json;
	note(r, TLSRPT_D_ENCODING);
	b = arena_buf(r->arena, json.len + bad * 2);
	while (json.len > 0) {
		int32_t c = utf8_next(&json);

		utf8_put(&b, c < 0 ? 0xfffd : (uint32_t)c);
	}
	return arena_done(r->arena, &b);
}

bool
tlsrpt_read(struct tlsrpt *out, struct span json, const char **why,
    struct arena *a)
{
	struct reader r = { .out = out, .arena = a };
	json_error_t e;
	json_t *root;

	*out = (struct tlsrpt){ .n_policy = 0 };
	*why = octets_bounds(json, LIMIT_TLSRPT_BYTES, LIMIT_TLSRPT_VALUES,
	    LIMIT_RECORD_DEPTH);
	if (*why != NULL)
		return false;
	json = as_utf8(&r, json);
	root = json_loadb((const char *)json.ptr, json.len, JSON_ALLOW_NUL |
	    JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK |
	    JSON_DECODE_INT_AS_REAL, &e);
	if (root == NULL) {
		*why = json_error_code(&e) == json_error_duplicate_key ?
		    "a member stands twice" : "it is not JSON";
		return false;
	}
	if (span_trim_fws(span_skip(json, (size_t)e.position)).len > 0)
		note(&r, TLSRPT_D_TRAILING);
	*why = read_report(&r, root);
	json_decref(root);
	return *why == NULL;
}
