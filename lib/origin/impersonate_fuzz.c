/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: whatever the header, findings are few, weigh at most 100, lie
 * inside of it and are safe to print; mail of ours is never called a person
 * from outside, nor a look-alike; and knowing more people or names finds no
 * less. */
#include "origin/impersonate.h"

#include "base/ascii.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static const struct span own[] = { SPAN_INIT("bank.example") };
static const struct span person[] = {
	SPAN_INIT("Erika Mustermann <e@home.example>") };
static const struct span protect[] = { SPAN_INIT("paypal.com") };
static const struct span name[] = { SPAN_INIT("Example Bank") };

static bool
has(const struct facts *f, const struct guise *g)
{
	for (size_t i = 0; i < f->n_guise; i++)
		if (f->guise[i].reason == g->reason &&
		    domain_eq(f->guise[i].author, g->author) &&
		    /* it may look even more like another */
		    (impersonate_is_alike(g->reason) ||
		    (f->guise[i].level >= g->level &&
		    domain_eq(f->guise[i].shown, g->shown))))
			return true;
	return false;
}

static void
check(const struct facts *f, size_t size)
{
	static const struct domain ours = { SPAN_INIT("bank.example") };

	must(f->n_guise <= LIMIT_GUISES);
	for (size_t i = 0; i < f->n_guise; i++) {
		const struct guise *g = &f->guise[i];

		must(g->level <= 100 && assay_reason_text(g->reason) != NULL);
		must(g->place.at <= size && g->place.len <= size -
		    g->place.at);
		for (size_t k = 0; k < g->detail.len; k++)
			must(is_vchar(span_at(g->detail, k)) ||
			    span_at(g->detail, k) == ' ');
		must(!impersonate_is_alike(g->reason) ||
		    !domain_within(g->author, ours));
		must((g->reason != ASSAY_R_SHOWS_PERSON &&
		    g->reason != ASSAY_R_SHOWS_OWN_NAME) ||
		    !domain_within(g->author, ours));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct assay_options some = { .own_domain = own, .n_own_domain = 1 };
	struct assay_options all = { .own_domain = own, .n_own_domain = 1,
		.person = person, .n_person = 1, .own_name = name,
		.n_own_name = 1, .protect_domain = protect,
		.n_protect_domain = 1 };
	struct facts less = { .fields = 0 }, more = { .fields = 0 };
	struct ours few, many;
	struct header h;
	struct arena a;

	arena_init(&a, 64 << 20);
	must(ours_make(&few, &some, &a) && ours_make(&many, &all, &a));
	if (header_parse(&h, (struct span){ data, size }, 1000, &a)) {
		struct impersonate_in in = { .header = &h, .ours = &few,
			.mail_from = SPAN("x@bank.example.org") };

		impersonate_read(&less, &in, &a);
		in.ours = &many;
		impersonate_read(&more, &in, &a);
		check(&less, size);
		check(&more, size);
		for (size_t i = 0; i < less.n_guise; i++)
			must(more.n_guise == LIMIT_GUISES ||
			    has(&more, &less.guise[i]));
	}
	arena_free(&a);
	return 0;
}
