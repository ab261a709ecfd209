/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest_whose.h"

#include "wire/domain.h"

bool
whose_own(struct ingest_conf *conf, struct arena *a)
{
	struct span *own = arena_array(a, conf->n_own + 1, sizeof(*own));
	size_t n = 0;

	for (size_t i = 0; own != NULL && i < conf->n_own; i++)
		n += whose_domain(&own[n], conf->own[i], a);
	conf->own = own;
	conf->n_own = n;
	return !a->failed;
}

bool
whose_domain(struct span *out, struct span text, struct arena *a)
{
	struct domain d;
	bool ok = domain_parse(&d, text, true, a);

	*out = ok ? d.name : text;
	return ok;
}

static bool
is_below(struct span name, struct span own)
{
	return domain_within((struct domain){ name }, (struct domain){ own });
}

bool
whose_ours(const struct ingest_conf *conf, struct span domain)
{
	for (size_t i = 0; i < conf->n_own; i++)
		if (is_below(domain, conf->own[i]))
			return true;
	return conf->any_domain;
}

/* Who sent the mail is proven; that he may speak for this reporter is so
 * only if he is of its domain, or of one below it (RFC 9990 8.1: forged
 * reports).  Not above: who has an address at a host's does not speak for
 * the host. */
struct store_origin
whose_origin(const struct store_origin *from, struct span reporter,
    struct arena *a)
{
	struct store_origin o = *from;
	struct span who, author;

	if (o.trust != STORE_T_PASSED)
		return o;
	if (!whose_domain(&who, reporter, a) ||
	    (!span_absent(o.author) && (!span_has(who, '.') ||
	    !whose_domain(&author, store_reporter(o.author), a) ||
	    !is_below(author, who))))
		o.trust = STORE_T_UNKNOWN;
	return o;
}
