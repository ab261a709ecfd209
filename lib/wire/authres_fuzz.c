/* SPDX-License-Identifier: Apache-2.0 */
/*
 * (1) Parse, print, parse is the identity.  (2) Whatever is handed to the
 * writer, what it wrote parses again into exactly the results, properties
 * and values that it said it wrote (ATTACKS.md 12.2).
 */
#include "wire/authres.h"

#include "base/ascii.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check_lines(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		must(c == '\r' || c == '\n' || c == '\t' || c == ' ' ||
		    is_vchar(c));
		must((c == '\n') == (i > 0 && span_at(s, i - 1) == '\r'));
		must(c != '\n' || span_at(s, i + 1) == '\t');
	}
}

static void
same_result(const struct authres_result *a, const struct authres_result *b)
{
	must(span_eq(a->method, b->method) && span_eq(a->result, b->result));
	must(span_eq(a->reason, b->reason) && a->n_prop == b->n_prop);
	for (size_t i = 0; i < a->n_prop; i++) {
		must(span_eq(a->prop[i].ptype, b->prop[i].ptype));
		must(span_eq(a->prop[i].property, b->prop[i].property));
		must(span_eq(a->prop[i].value, b->prop[i].value));
	}
}

/* Writes ar as far as it can be written, and says so in *ar itself. */
static void
print(struct authres *ar, struct buf *b)
{
	struct authres_writer w;

	authres_begin(&w, b, ar->authserv_id);
	for (size_t i = 0; i < ar->n_result; i++) {
		struct authres_result *r = &ar->result[i];
		size_t n = 0;
		authres_method(&w, r->method, r->result);
		r->version = 1;
		if (!authres_reason(&w, r->reason))
			r->reason = SPAN_NONE;
		for (size_t k = 0; k < r->n_prop; k++) {
			if (span_absent(r->prop[k].ptype))
				r->prop[k].ptype = SPAN("x");
			if (authres_prop(&w, r->prop[k].ptype,
			    r->prop[k].property, r->prop[k].value))
				r->prop[n++] = r->prop[k];
		}
		r->n_prop = n;
	}
	authres_end(&w);
}

static void
identity(struct span text, struct arena *a)
{
	struct authres one, two;
	struct buf b;

	if (!authres_parse(&one, text, a) || one.unknown_version)
		return;
	must(!span_absent(one.authserv_id));
	b = arena_buf(a, text.len * 3 + 2000);
	print(&one, &b);
	must(!b.full);
	check_lines(buf_span(&b));
	must(authres_parse(&two, buf_span(&b), a));
	must(one.n_result == two.n_result && two.version == 1);
	must(two.none == (one.n_result == 0));
	for (size_t i = 0; i < one.n_result; i++)
		same_result(&one.result[i], &two.result[i]);
}

static void
injection(struct span text, struct arena *a)
{
	struct span id = span_cut(&text, 0xff);
	struct span reason = span_cut(&text, 0xff);
	struct authres_prop p[8];
	struct authres_result r = { .method = SPAN("dkim"),
		.result = SPAN("fail"), .prop = p };
	struct authres ar;
	struct authres_writer w;
	struct buf b = arena_buf(a, text.len * 3 + reason.len * 3 +
	    id.len * 3 + 2000);

	authres_begin(&w, &b, id);
	authres_method(&w, r.method, r.result);
	if (authres_reason(&w, reason))
		r.reason = reason;
	while (text.len > 0 && r.n_prop < 8) {
		struct span value = span_cut(&text, 0xff);
		p[r.n_prop] = (struct authres_prop){ SPAN("header"),
			SPAN("i"), value };
		if (authres_prop(&w, SPAN("header"), SPAN("i"), value))
			r.n_prop++;
	}
	authres_end(&w);
	must(!b.full);
	check_lines(buf_span(&b));
	must(authres_parse(&ar, buf_span(&b), a));
	must(ar.n_result == 1 && !ar.none && ar.version == 1);
	must(span_eq(ar.authserv_id, id) ||
	    span_eq(ar.authserv_id, SPAN("invalid")));
	same_result(&r, &ar.result[0]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { data, size }, receiver;
	struct arena a;

	arena_init(&a, (size_t)64 << 20);
	identity(text, &a);
	injection(text, &a);
	(void)received_spf_receiver(&receiver, text, &a);
	arena_free(&a);
	return 0;
}
