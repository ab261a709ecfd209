/* SPDX-License-Identifier: Apache-2.0 */
/* links.c - where a text leads: hosts behind "http://" and "https://". */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"

/* The host behind "//", without who logs in there. */
static struct span
host_of(struct span rest)
{
	size_t n = 0;

	while (n < rest.len && n < LIMIT_NAME) {
		int c = span_at(rest, n);

		if (!is_alnum(c) && c != '-' && c != '.' && c != '_' &&
		    c < 0x80)
			break;
		n++;
	}
	return span_head(rest, n);
}

void
add_link(struct reading *r, enum trait t, struct span host)
{
	struct assay_addr addr;
	struct buf v;

	if (r->t->many[t].cut)
		return;
	v = value_open(r, t, LIMIT_NAME);
	if (assay_addr_parse(&addr, host) == ASSAY_OK)
		buf_put(&v, span_head(host, LIMIT_NAME));
	else if (span_has(host, '.'))
		put_org(&v, r, host, SUFFIX_PRIVATE);
	value_add(r, t, &v);
}

void
quick_links(struct reading *r, struct span text)
{
	size_t n = 0;

	while (text.len > 0 && n < LIMIT_TRAIT_URLS) {
		size_t at = span_search(text, SPAN("://"));
		struct span before = span_head(text, at), host;

		if (at == text.len)
			break;
		text = span_skip(text, at + 3);
		before = span_skip(before, at < 5 ? 0 : at - 5);
		if (!span_ieq(span_skip(before, before.len < 4 ? 0 :
		    before.len - 4), SPAN("http")) &&
		    !span_ieq(before, SPAN("https")))
			continue;
		host = host_of(text);
		add_link(r, TRAIT_LINKS, host);
		n++;
	}
}
