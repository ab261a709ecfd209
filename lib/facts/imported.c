/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/imported.h"

#include "wire/printable.h"

struct taker {
	struct facts *facts;
	const struct assay_session *session;
	struct arena *arena;
	struct span authserv_id;
	struct place place;
};

/* RFC 8601 2.7.2, 2.7.3.  A word that is not there is no result. */
static bool
result_of(enum assay_result *out, struct span word, enum assay_check check)
{
	for (int i = ASSAY_NONE; i <= ASSAY_POLICY; i++) {
		*out = (enum assay_result)i;
		if (span_ieq(word, assay_cstr(assay_result_name(*out))))
			return check != ASSAY_CHECK_IPREV ||
			    *out == ASSAY_PASS || *out == ASSAY_FAIL ||
			    *out == ASSAY_TEMPERROR ||
			    *out == ASSAY_PERMERROR;
	}
	return false;
}

/* The first value; absent: no such property. */
static struct span
prop(const struct authres_result *r, struct span ptype, struct span name)
{
	for (size_t i = 0; i < r->n_prop; i++)
		if (span_ieq(r->prop[i].ptype, ptype) &&
		    span_ieq(r->prop[i].property, name))
			return r->prop[i].value;
	return SPAN_NONE;
}

/* Of "a@b.example", "@b.example" or "b.example". */
static bool
domain_in(struct domain *out, struct span text, struct arena *a)
{
	size_t at = span_rfind(text, '@');

	if (at < text.len)
		text = span_skip(text, at + 1);
	return text.len > 0 && domain_parse(out, text, true, a);
}

static void
add(struct taker *t, const struct authres_result *r, struct imported one)
{
	struct facts *f = t->facts;

	if (facts_imported(f, one.check) != NULL ||
	    f->n_imported == LIMIT_IMPORTED ||
	    !result_of(&one.result, r->result, one.check))
		return;
	one.authserv_id = printable(t->arena, t->authserv_id, LIMIT_NAME);
	one.place = t->place;
	f->imported[f->n_imported++] = one;
}

/* RFC 8601 2.7.2: of HELO if nothing is said of MAIL FROM. */
static void
take_spf(struct taker *t, const struct authres_result *r)
{
	struct span from = prop(r, SPAN("smtp"), SPAN("mailfrom"));
	struct span helo = prop(r, SPAN("smtp"), SPAN("helo"));
	struct span ours = t->session->mail_from;
	struct imported one = { .check = ASSAY_CHECK_SPF };
	struct domain mine;

	if (!span_absent(ours) && ours.len == 0) {
		/* RFC 7208 2.4: null reverse-path: HELO is the identity, and
		 * that server alone has heard it */
		if (domain_in(&one.domain, from, t->arena) ||
		    domain_in(&one.domain, helo, t->arena))
			add(t, r, one);
	} else if (domain_in(&one.domain, from, t->arena) &&
	    domain_in(&mine, ours, t->arena) &&
	    domain_eq(one.domain, mine)) {
		add(t, r, one);
	}
	one.check = ASSAY_CHECK_HELO;
	if (span_absent(from) && domain_in(&one.domain, helo, t->arena))
		add(t, r, one);
}

static void
take_iprev(struct taker *t, const struct authres_result *r)
{
	struct imported one = { .check = ASSAY_CHECK_IPREV };

	if (assay_addr_parse(&one.client, prop(r, SPAN("policy"),
	    SPAN("iprev"))) == ASSAY_OK)
		add(t, r, one);
}

void
imported_take(struct facts *f, const struct authres *ar, struct place place,
    const struct assay_session *session, struct arena *a)
{
	struct taker t = { .facts = f, .session = session, .arena = a,
		.authserv_id = ar->authserv_id, .place = place };

	for (size_t i = 0; i < ar->n_result; i++) {
		const struct authres_result *r = &ar->result[i];

		if (r->version != 1)
			continue;
		if (span_ieq(r->method, SPAN("spf")))
			take_spf(&t, r);
		else if (span_ieq(r->method, SPAN("iprev")))
			take_iprev(&t, r);
	}
}
