/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties of the signature facts of any message: caps hold; whatever
 * passed as a name fits a DNS question; the header hash is what the obvious
 * way gives; an unsigned field on top of all changes no hash.
 */
#include "facts/sig.h"

#include "crypto/sha.h"
#include "facts/sig_parse.h"
#include "test/slow_canon.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static const struct assay_limits limits = { .signatures = 5,
	.header_fields = 200 };

static bool
read_facts(struct facts *f, struct header *h, struct span m,
    struct arena *a)
{
	struct bodyhash *body = bodyhash_new(a);

	*f = (struct facts){ .fields = 0 };
	if (body == NULL || !header_parse(h, m, limits.header_fields, a))
		return false;
	f->from.author[0].domain.name = SPAN("ex.org");
	f->from.n_author = 1;
	sig_collect(f, h, body, a, &limits);
	bodyhash_data(body, span_skip(m, h->body_at));
	bodyhash_end(body);
	sig_finish(f, body, a);
	return !a->failed;
}

/* h= selection by looking at all fields for each name. */
static void
slow_fields(struct buf *out, const struct header *h, struct span names,
    size_t own, enum canon canon)
{
	bool used[200] = { false };

	used[own] = true;
	while (names.len > 0) {
		struct span name = taglist_item(&names);

		for (size_t i = h->n; i > 0; i--)
			if (!used[i - 1] && name.len > 0 &&
			    field_is(&h->field[i - 1], name)) {
				used[i - 1] = true;
				slow_field(out, canon, h->field[i - 1].raw);
				break;
			}
	}
}

static void
check_hash(const struct sig_facts *s, const struct header *h,
    struct arena *a)
{
	struct buf b = arena_buf(a, h->raw.len * 2 + 65536);
	struct sig_facts again;
	struct sig_text t;
	struct sha256 sha;
	uint8_t hash[32];
	size_t own = 0;

	while (own < h->n && h->field[own].at != s->place.at)
		own++;
	must(own < h->n);
	must(sig_parse(&again, &t, SIG_DKIM, &h->field[own], a));
	slow_fields(&b, h, t.h, own, s->header_canon);
	slow_sig_field(&b, s->header_canon, t.field->raw, t.b_from, t.b_to);
	if (b.full)
		return;
	must(sha256_init(&sha));
	sha256_put(&sha, buf_span(&b));
	sha256_end(&sha, hash);
	must(bytes_eq(hash, s->header_hash, 32));
}

static void
check_sig(const struct sig_facts *s)
{
	must(s->d.name.len <= LIMIT_NAME && s->selector.name.len <= LIMIT_NAME);
	if (s->flaw != ASSAY_R_NONE)
		return;
	must(!domain_absent(s->d) && !domain_absent(s->selector));
	must(s->d.name.len + s->selector.name.len + 12 <= LIMIT_NAME);
	must(domain_within(s->identity, s->d));
	must(s->b.len > 0 && s->bh.len > 0 && s->alg != ALG_UNKNOWN);
	must(!s->body_hash_ok || s->bh.len == 32);
	must(!s->has_l || s->l_too_long || s->unsigned_tail + s->l >= s->l);
}

/* A field that nobody signed, above all others. */
static void
check_top(const struct facts *f, struct span m, struct arena *a)
{
	struct buf b = arena_buf(a, m.len + 40);
	struct header h;
	struct facts g;

	buf_str(&b, "Unsigned-By-Anybody-1: x\r\n");
	buf_put(&b, m);
	if (!read_facts(&g, &h, buf_span(&b), a))
		return;
	must(g.dkim.n_sig == f->dkim.n_sig && g.arc.flaw == f->arc.flaw);
	for (size_t i = 0; i < f->dkim.n_sig; i++)
		must(g.dkim.sig[i].flaw == f->dkim.sig[i].flaw &&
		    bytes_eq(g.dkim.sig[i].header_hash,
		    f->dkim.sig[i].header_hash, 32));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span m = { data, size };
	struct header h;
	struct facts f;
	struct arena a;
	size_t tried = 0;

	if (size > 16384)
		return 0;
	arena_init(&a, 16u << 20);
	if (read_facts(&f, &h, m, &a)) {
		must(f.dkim.n_sig <= LIMIT_SIGS_PARSED);
		for (size_t i = 0; i < f.dkim.n_sig; i++) {
			check_sig(&f.dkim.sig[i]);
			if (f.dkim.sig[i].flaw != ASSAY_R_NONE)
				continue;
			tried++;
			check_hash(&f.dkim.sig[i], &h, &a);
		}
		must(tried <= limits.signatures);
		if (h.n > 0 && !h.capped && !h.field[0].malformed &&
		    h.n < limits.header_fields && span_search(m,
		    SPAN("nsigned-By-Anybody-1")) == m.len)
			check_top(&f, m, &a);
	}
	arena_free(&a);
	return 0;
}
