/* SPDX-License-Identifier: Apache-2.0 */
/* world_zone.c - what DNS and the table of networks say of a world. */
#include "world.h"

#include <string.h>

static void
address(FILE *f, const struct assay_addr *a)
{
	if (a->family == 4)
		fprintf(f, "%u.%u.%u.%u", (unsigned)a->bytes[0],
		    (unsigned)a->bytes[1], (unsigned)a->bytes[2],
		    (unsigned)a->bytes[3]);
	for (unsigned i = 0; a->family == 6 && i < 16; i += 2)
		fprintf(f, "%s%x", i > 0 ? ":" : "",
		    (unsigned)a->bytes[i] * 256u + a->bytes[i + 1]);
}

/* A record of SPF: those hosts that it lists, in strings of one term. */
static void
spf(const struct world *w, const char *name, const char *include, FILE *f)
{
	fprintf(f, "%s. TXT ( \"v=spf1\"", name);
	for (unsigned i = 0; i < w->n_host; i++) {
		const struct world_host *h = &w->host[i];

		if (include == NULL ? h->listed != LISTED_DIRECT :
		    h->listed != LISTED_INCLUDE ||
		    strcmp(h->include, include) != 0)
			continue;
		fprintf(f, "\n \" ip%u:", (unsigned)h->addr.family);
		address(f, &h->addr);
		fprintf(f, "\"");
	}
	for (unsigned v = 0; v < world_services && include == NULL; v++)
		for (unsigned i = 0; i < w->n_host; i++) {
			if (w->host[i].include == NULL || strcmp(
			    w->host[i].include, world_service[v].include))
				continue;
			fprintf(f, "\n \" include:%s\"",
			    world_service[v].include);
			break;
		}
	fprintf(f, "\n \" -all\" )\n");
}

static void
pointer(const struct world_host *h, FILE *f)
{
	if (h->addr.family == 4) {
		fprintf(f, "%u.%u.%u.%u.in-addr.arpa. PTR %s.\n",
		    (unsigned)h->addr.bytes[3], (unsigned)h->addr.bytes[2],
		    (unsigned)h->addr.bytes[1], (unsigned)h->addr.bytes[0],
		    h->ptr);
	} else {
		for (int i = 15; i >= 0; i--)
			fprintf(f, "%x.%x.", (unsigned)h->addr.bytes[i] & 15,
			    (unsigned)h->addr.bytes[i] >> 4);
		fprintf(f, "ip6.arpa. PTR %s.\n", h->ptr);
	}
	if (!h->confirmed)
		return;
	fprintf(f, "%s. %s ", h->ptr, h->addr.family == 4 ? "A" : "AAAA");
	address(f, &h->addr);
	fprintf(f, "\n");
}

void
world_write_zone(const struct world *w, FILE *f)
{
	static const char *const policy[] = { "", "none", "none",
	    "quarantine", "reject", "none" };

	fprintf(f, "$TTL 3600\n");
	spf(w, w->own[0].name, NULL, f);
	for (unsigned v = 0; v < world_services; v++)
		spf(w, world_service[v].include, world_service[v].include,
		    f);
	fprintf(f, "em.%s. TXT \"v=spf1 redirect=%s\"\n", w->own[0].name,
	    w->own[0].name);
	fprintf(f, "%s. TXT \"v=spf1 redirect=%s\"\n", w->own[1].name,
	    w->own[0].name);
	fprintf(f, "%s. TXT \"v=spf1 -all\"\n", w->own[2].name);
	fprintf(f, "_dmarc.%s. TXT \"v=DMARC1; p=%s\"\n", w->own[0].name,
	    policy[w->policy]);
	for (unsigned i = 0; i < w->n_host; i++)
		if (w->host[i].ptr != NULL)
			pointer(&w->host[i], f);
}

void
world_write_networks(FILE *f)
{
	for (unsigned n = 1; n < 256; n++) {
		const char *kind = n == 1 ? "Office Line" : n < 10 ?
		    "Hosting" : n < 60 ? "Service" : n < 140 ? "Households" :
		    "Servers";

		fprintf(f, "10.%u.0.0,10.%u.255.255,%u,\"%s %u, Inc\"\n", n,
		    n, 64500 + n, kind, n);
		fprintf(f, "2001:db8:%x::,2001:db8:%x:ffff:ffff:ffff:ffff:"
		    "ffff,%u,\"%s %u, Inc\"\n", n, n, 64500 + n, kind, n);
	}
}
