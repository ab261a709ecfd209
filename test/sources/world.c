/* SPDX-License-Identifier: Apache-2.0 */
/* world.c - chance, memory, and the reporters that everybody meets. */
#include "world.h"

#include <stdarg.h>
#include <stdlib.h>

const char *const world_truth_name[TRUTHS] = {
	"ours", "service", "shadow", "forwarder", "misconfigured",
	"hostile", "unknown"
};

/* Quirks as they are seen: selectors left out, failed signatures left out,
 * days of another time zone, reports sent twice, both old forms. */
const struct world_reporter world_reporter[WORLD_REPORTERS] = {
	{ "bigmail.example", "bigmail.example", "noreply@bigmail.example",
	  430, false, false, false, true, 0, 2, AGGREGATE_NO_NS },
	{ "Outbox Corp", "outbox.example", "dmarc@outbox.example",
	  230, false, false, false, false, 0, 10, AGGREGATE_NO_NS },
	{ "Yodel", "yodel.example", "dmarc@yodel.example",
	  120, false, false, false, true, 0, 0, AGGREGATE_NO_NS },
	{ "mail.example.de", "postbote.example", "dmarc@postbote.example",
	  60, false, false, true, false, 0, 0, AGGREGATE_7489 },
	{ "Nine", "nine.example", "reports@nine.example",
	  40, false, false, true, true, 0, 0, AGGREGATE_9990 },
	{ "163ish", "hundred.example", "postmaster@hundred.example",
	  40, true, false, false, false, 16, 5, AGGREGATE_NO_NS },
	{ "Small ISP", "isp.example", "abuse@isp.example",
	  30, true, true, true, false, 0, 0, AGGREGATE_7489 },
	{ "campus", "campus.example", "postmaster@campus.example",
	  20, false, true, false, true, 6, 0, AGGREGATE_NO_NS },
	{ "bank", "bank.example", "dmarc@bank.example",
	  20, false, false, false, false, 12, 0, AGGREGATE_NO_NS },
	{ "hobby", "hobby.example", "root@hobby.example",
	  10, true, false, true, false, 0, 100, AGGREGATE_9990 },
};

/* Each with networks of its own; three that no table knows. */
const struct world_service world_service[] = {
	{ "Mailbox Suite", "suite.example", "suite.example",
	  "spf.suite.example", true, 20, 3 },
	{ "Campaigner", "campaigner.example", "bounce.campaigner.example",
	  "_spf.campaigner.example", true, 24, 3 },
	{ "Gridpost", "gridpost.example", "gridpost.example",
	  "gridpost.example", true, 28, 4 },
	{ "Helpdesk", "helpdesk.example", "mail.helpdesk.example",
	  "mail.helpdesk.example", true, 33, 2 },
	{ "Surveyor", "surveyor.example", "mx.surveyor.example",
	  "_spf.surveyor.example", true, 36, 1 },
	{ "Payslip", "payslip.example", "payslip.example",
	  "spf.payslip.example", false, 38, 1 },
	{ "Ticketing", "tickets.example", "bounces.tickets.example",
	  "spf.tickets.example", false, 40, 2 },
	{ "Eventful", "eventful.example", "eventful.example",
	  "spf.eventful.example", false, 43, 1 },
};
const unsigned world_services =
    sizeof(world_service) / sizeof(world_service[0]);

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t
next(struct world *w)
{
	uint64_t z = w->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

unsigned
world_draw(struct world *w, unsigned n)
{
	return n == 0 ? 0 : (unsigned)(next(w) % n);
}

bool
world_yes(struct world *w, unsigned of_1000)
{
	return world_draw(w, 1000) < of_1000;
}

/* ---- memory ------------------------------------------------------------- */

struct world_pool {
	struct world_pool *before;
	size_t used;
	char room[1 << 16];
};

void *
world_room(struct world *w, size_t size)
{
	size = (size + 15) & ~(size_t)15;
	if (size > sizeof(w->pool->room))
		abort();
	if (w->pool == NULL || w->pool->used + size >
	    sizeof(w->pool->room)) {
		struct world_pool *p = calloc(1, sizeof(*p));

		if (p == NULL)
			abort();
		p->before = w->pool;
		w->pool = p;
	}
	w->pool->used += size;
	return w->pool->room + w->pool->used - size;
}

const char *
world_text(struct world *w, const char *format, ...)
{
	char line[512];
	va_list ap;
	char *copy;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(line))
		abort();
	copy = world_room(w, (size_t)n + 1);
	for (int i = 0; i <= n; i++)
		copy[i] = line[i];
	return copy;
}

struct world *
world_new(uint64_t seed)
{
	struct world *w = calloc(1, sizeof(*w));

	if (w == NULL)
		abort();
	w->seed = seed;
	w->state = seed * 0x2545f4914f6cdd1d + 1;
	world_cast(w);
	world_send(w);
	return w;
}

void
world_free(struct world *w)
{
	while (w->pool != NULL) {
		struct world_pool *p = w->pool;

		w->pool = p->before;
		free(p);
	}
	free(w->sender);
	free(w->host);
	free(w->row);
	free(w);
}
