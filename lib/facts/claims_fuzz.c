/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removing what is called ours leaves nothing that is ours, and everything
 * else as it was: what a mail server does with the claims works.
 */
#include "facts/claims.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static bool
read_claims(struct facts *f, struct span raw, struct arena *a)
{
	static const struct span gw = SPAN_INIT("gw.us.example");
	static const struct assay_options options = {
		.trusted_authserv = &gw, .n_trusted_authserv = 1 };
	struct assay_session session = { .receiver = SPAN("mx.us.example"),
		.mail_from = SPAN("a@ex.example"), .relay = true };
	struct header h;

	*f = (struct facts){ .fields = 0 };
	if (!header_parse(&h, raw, 20000, a))
		return false;
	claims_collect(f, &h, a, &session, &options);
	for (size_t i = 0; i < f->n_imported; i++) {
		const struct imported *in = &f->imported[i];
		must(span_ieq(in->authserv_id, gw) ||
		    span_ieq(in->authserv_id, SPAN("gw.us.example.")));
		must(in->place.at + in->place.len <= raw.len);
		must(in->check != ASSAY_CHECK_SPF ||
		    span_eq(in->domain.name, SPAN("ex.example")));
	}
	return !a->failed;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span raw = { data, size };
	struct facts before, after;
	struct arena a;
	struct buf b;
	size_t at = 0, kept = 0;

	arena_init(&a, (size_t)64 << 20);
	b = arena_buf(&a, size);
	if (read_claims(&before, raw, &a)) {
		for (size_t i = 0; i < before.n_claim; i++) {
			const struct claim *c = &before.claim[i];
			must(!c->ours || !c->trusted);
			must(c->place.at >= at &&
			    c->place.at + c->place.len <= size);
			kept += !c->ours;
			if (!c->ours)
				continue;
			buf_put(&b, span_slice(raw, at, c->place.at));
			at = c->place.at + c->place.len;
		}
		buf_put(&b, span_skip(raw, at));
		must(!b.full);
		if (read_claims(&after, buf_span(&b), &a)) {
			must(after.n_claim == kept);
			for (size_t i = 0; i < after.n_claim; i++)
				must(!after.claim[i].ours);
		}
	}
	arena_free(&a);
	return 0;
}
