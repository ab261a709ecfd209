/* SPDX-License-Identifier: Apache-2.0 */
/* Any message that is signed at all is, with the field on top, what our own
 * reader finds signed: the same two digests, nothing important left open,
 * lines that fold. */
#include "sign/dkim_sign.h"

#include "test/sign_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check(struct span message, const struct sign_wish *w, struct arena *a)
{
	static const uint8_t sig[256] = { 1, 2, 3, 4 };
	struct sign_fixture f, g;
	const struct sig_facts *s;
	struct draft d;
	struct span body;

	sign_fixture(&f, message, a);
	dkim_begin(&d, &f.m, w);
	if (d.refused != ASSAY_R_NONE || a->failed)
		return;
	body = draft_finish(&d, (struct span){ sig, sizeof(sig) }, a);
	must(!span_absent(body) && folded_well(d.name, body));
	must(!span_has(body, '\0'));
	sign_fixture(&g, on_top(message, d.name, body, a), a);
	if (a->failed || g.m.header->capped)
		return;
	must(g.facts.from.n_author == 1 && !g.facts.from.unusable);
	must(g.facts.dkim.n_sig > 0);
	s = &g.facts.dkim.sig[0];
	must(s->flaw == ASSAY_R_NONE || s->flaw == ASSAY_R_DKIM_NOT_TRIED);
	if (s->flaw != ASSAY_R_NONE)
		return;
	must(s->body_hash_ok && s->covers_from);
	must(span_absent(s->not_signed) && span_absent(s->unsigned_twin));
	must(bytes_eq(s->header_hash, d.digest, 32));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sign_wish w = { .d = { SPAN("ex.org") },
		.selector = { SPAN("s1") }, .t = 1767225600 };
	struct arena a;
	uint8_t how;

	if (size < 1 || size > 16384)
		return 0;
	how = data[0];
	w.header = (how & 1) == 0 ? CANON_RELAXED : CANON_SIMPLE;
	w.body = (how & 2) == 0 ? CANON_RELAXED : CANON_SIMPLE;
	w.alg = (how & 4) == 0 ? ALG_RSA_SHA256 : ALG_ED25519_SHA256;
	w.x = (how & 8) == 0 ? 0 : w.t + 86400;
	if ((how & 16) != 0)
		w.identity = SPAN("some body;=\x80@mail.ex.org");
	arena_init(&a, 16u << 20);
	check((struct span){ data + 1, size - 1 }, &w, &a);
	arena_free(&a);
	return 0;
}
