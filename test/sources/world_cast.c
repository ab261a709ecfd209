/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world_cast.c - who is there: servers, services, forwarders, spoofers.
 *
 * Network n is 10.n.0.0/16 and 2001:db8:n::/48, its AS is 64500 + n:
 * 1 the domain's own line, 2 to 9 hosting, 20 to 49 services, 60 to 139
 * lines of households, 140 to 239 servers of others.
 */
#include "world.h"

#include <stdlib.h>

enum { OFFICE = 1, HOSTING = 2, HOSTINGS = 8, HOMES = 60, N_HOMES = 80,
    OTHERS = 140, N_OTHERS = 100 };

static const char *const words[] = { "alder", "birch", "cedar", "delta",
    "ember", "fjord", "grove", "heron", "islet", "juniper", "kestrel",
    "larch", "maple", "nectar", "osprey", "poplar", "quartz", "river",
    "spruce", "tundra", "umber", "violet", "willow", "yarrow" };

static const char *
word(struct world *w)
{
	return words[world_draw(w, sizeof(words) / sizeof(words[0]))];
}

/* One draw a statement: compilers call arguments in any order. */
static const char *
name(struct world *w)
{
	const char *one = word(w), *two = word(w);

	return world_text(w, "%s-%s%u", one, two, world_draw(w, 100));
}

static struct world_sender *
sender(struct world *w, enum world_truth truth, const char *kind)
{
	if (w->n_sender == w->max_sender) {
		w->max_sender = w->max_sender * 2 + 32;
		w->sender = realloc(w->sender, w->max_sender *
		    sizeof(*w->sender));
		if (w->sender == NULL)
			abort();
	}
	w->sender[w->n_sender] = (struct world_sender){ .truth = truth,
		.kind = kind, .last = WORLD_DAYS - 1, .each = 1 };
	return &w->sender[w->n_sender++];
}

/* 10.net.c.d, or the same of IPv6. */
static struct world_host *
host(struct world *w, unsigned net, unsigned c, unsigned d, bool six)
{
	struct world_host *h;

	if (w->n_host == w->max_host) {
		w->max_host = w->max_host * 2 + 256;
		w->host = realloc(w->host, w->max_host * sizeof(*w->host));
		if (w->host == NULL)
			abort();
	}
	h = &w->host[w->n_host++];
	*h = (struct world_host){ .sender = w->n_sender - 1,
		.asn = 64500 + net };
	if (six)
		h->addr = (struct assay_addr){ 6, { 0x20, 1, 0x0d, 0xb8, 0,
		    (uint8_t)net, 0, (uint8_t)c, [15] = (uint8_t)d } };
	else
		h->addr = (struct assay_addr){ 4, { 10, (uint8_t)net,
		    (uint8_t)c, (uint8_t)d } };
	return h;
}

/* Somewhere in that network; so many of 1000 times by IPv6. */
static struct world_host *
host_in(struct world *w, unsigned net, unsigned six)
{
	unsigned c = world_draw(w, 250), d = 1 + world_draw(w, 250);

	return host(w, net, c, d, world_yes(w, six));
}

static unsigned
others(struct world *w)
{
	return OTHERS + world_draw(w, N_OTHERS);
}

static void
generic_ptr(struct world *w, struct world_host *h, const char *how)
{
	h->ptr = world_text(w, "%s%u-%u-%u.net%u.example", how,
	    (unsigned)h->addr.bytes[1], (unsigned)h->addr.bytes[2],
	    (unsigned)h->addr.bytes[3], h->asn - 64500);
	h->confirmed = world_yes(w, 700);
	h->helo = h->ptr;
}

/* Everywhere by the size of the reporter, give or take. */
static void
reach_all(struct world *w, struct world_sender *s)
{
	for (int i = 0; i < WORLD_REPORTERS; i++)
		s->reach[i] = world_reporter[i].size *
		    (50 + world_draw(w, 100)) / 100 + 1;
}

/* To few places: where the mailboxes are to which somebody forwards. */
static void
reach_few(struct world *w, struct world_sender *s, unsigned n)
{
	while (n-- > 0) {
		unsigned at = world_draw(w, 1000), i = 0;

		while (i < WORLD_REPORTERS - 1 && at >= world_reporter[i].size)
			at -= world_reporter[i++].size;
		s->reach[i] += 300 + world_draw(w, 700);
	}
}

/* Heavy tails: a power of two of the least, times one to two. */
static unsigned
volume(struct world *w, unsigned least, unsigned doublings)
{
	unsigned v = least;

	for (unsigned i = 0; i < doublings && world_yes(w, 550); i++)
		v *= 2;
	return v + world_draw(w, v);
}

static struct world_mail *
mail(struct world_sender *s, unsigned weight, const char *from)
{
	s->mail[s->n_mail] = (struct world_mail){ .weight = weight,
		.from = from };
	return &s->mail[s->n_mail++];
}

/* ---- our own ------------------------------------------------------------ */

static struct world_host *
own_host(struct world *w, unsigned net, unsigned named)
{
	unsigned c = net == OFFICE ? 7 : world_draw(w, 250);
	unsigned d = 2 + world_draw(w, 250);
	struct world_host *h = host(w, net, c, d, world_yes(w, 120));

	generic_ptr(w, h, "static-");
	if (world_yes(w, named)) {
		const char *first = word(w);

		h->ptr = world_text(w, "%s%u.%s", first, world_draw(w, 10),
		    w->own[0].name);
		h->confirmed = true;
	}
	h->helo = world_yes(w, 850) ? world_text(w, "mx%u.%s",
	    world_draw(w, 9), w->own[0].name) : h->ptr;
	return h;
}

static void
own_servers(struct world *w)
{
	unsigned n = 1 + world_draw(w, 4);

	while (n-- > 0) {
		struct world_sender *s = sender(w, TRUTH_OURS, "mail server");
		struct world_mail *m = mail(s, 1, w->own[0].name);
		unsigned net = world_yes(w, 600) ? OFFICE : w->busy_net;
		struct world_host *h = own_host(w, net, 800);

		if (w->signs) {
			m->d = w->own[0].name;
			m->s = "main";
			m->broken = 1 + world_draw(w, 30);
		}
		m->mfrom = w->own[0].name;
		m->spf = AGGREGATE_R_PASS;
		h->listed = LISTED_DIRECT;
		s->per_1000_days = volume(w, 4000, 7);
		s->weekdays = world_yes(w, 700);
		reach_all(w, s);
	}
}

/* The ways in which an own server is not as it should be. */
static void
misconfigured(struct world *w)
{
	unsigned how = world_draw(w, 6);
	static const char *const kinds[] = { "unlisted, unsigned",
	    "signature always broken", "unlisted, signed",
	    "host name as return path", "rotated to a key not published",
	    "only its HELO is ours" };
	/* what signs well passes: no fault, though SPF does not know it */
	struct world_sender *s = sender(w, how == 2 ? TRUTH_OURS :
	    TRUTH_MISCONFIGURED, kinds[how]);
	struct world_mail *m = mail(s, 1, w->own[0].name);
	unsigned net = world_yes(w, 500) ? OFFICE : world_yes(w, 500) ?
	    w->busy_net : others(w);
	struct world_host *h = own_host(w, net, how == 5 ? 0 : 750);

	m->mfrom = w->own[0].name;
	m->spf = world_yes(w, 500) ? AGGREGATE_R_FAIL : AGGREGATE_R_SOFTFAIL;
	s->per_1000_days = volume(w, 700, 6);
	s->each = world_yes(w, 200) ? 7 : 1;
	reach_all(w, s);
	if (world_yes(w, 400)) {
		for (int i = 0; i < WORLD_REPORTERS; i++)
			s->reach[i] = 0;
		reach_few(w, s, 1 + world_draw(w, 3));
	}
	if (how == 1 || how == 4) {
		m->d = w->own[0].name;
		m->s = how == 1 ? "main" : "s2026";
		m->broken = 960 + world_draw(w, 41);
		if (world_yes(w, 500)) {
			h->listed = LISTED_DIRECT;
			m->spf = AGGREGATE_R_PASS;
		}
	} else if (how == 2) {
		m->d = w->own[0].name;
		m->s = world_yes(w, 500) ? "main" : "app";
		m->broken = 1 + world_draw(w, 30);
	} else if (how == 3) {
		m->mfrom = h->confirmed ? h->ptr : h->helo;
		m->spf = AGGREGATE_R_NONE;
	}
	if (how == 5)
		h->helo = world_text(w, "app.%s", w->own[0].name);
}

/* ---- services ----------------------------------------------------------- */

static void
service_hosts(struct world *w, const struct world_service *v, unsigned n)
{
	unsigned c[3];

	for (int i = 0; i < 3; i++)
		c[i] = 1 + world_draw(w, 40);
	for (unsigned i = 0; i < n; i++) {
		unsigned net = v->net + world_draw(w, v->nets);
		unsigned at = c[world_draw(w, 3)], d = 1 + world_draw(w, 250);
		struct world_host *h = host(w, net, at, d, world_yes(w, 100));

		h->ptr = world_text(w, "o%u.%s", world_draw(w, 9999), v->d);
		h->confirmed = true;
		h->helo = h->ptr;
	}
}

/* They sign with a d= of their own; some with one for each customer. */
static void
vendor_signature(struct world *w, struct world_mail *m,
    const struct world_service *v, const char *customer)
{
	m->vendor = v->net == 20 ? world_text(w, "%s.onsuite.example",
	    customer) : v->d;
	m->vendor_s = "k1";
}

static void
services(struct world *w)
{
	unsigned n = 1 + world_draw(w, 5), taken = 0;

	while (n-- > 0) {
		unsigned i = world_draw(w, world_services);
		const struct world_service *v = &world_service[i];
		unsigned how = world_draw(w, 10), first = w->n_host;
		struct world_sender *s;
		struct world_mail *m;

		if ((taken & 1u << i) != 0)
			continue;
		taken |= 1u << i;
		s = sender(w, TRUTH_SERVICE, how < 4 ? "signs as us" : how < 8
		    ? "signs as us, our return path" : "our return path");
		m = mail(s, 1, w->own[world_yes(w, 150) && !w->own[1].parked ?
		    1 : 0].name);
		m->mfrom = how < 4 ? world_text(w, "%s", v->path) :
		    how == 9 ? w->own[0].name : world_text(w, "em.%s",
		    w->own[0].name);
		m->spf = AGGREGATE_R_PASS;
		if (how < 8) {
			m->d = w->own[0].name;
			m->s = world_text(w, "%.3s%u", v->d, world_draw(w, 3));
			m->broken = world_draw(w, 20);
		}
		if (world_yes(w, 600))
			vendor_signature(w, m, v, word(w));
		s->per_1000_days = volume(w, 1500, 8);
		s->weekdays = world_yes(w, 500);
		s->each = world_yes(w, 250) ? 7 : 1;
		reach_all(w, s);
		service_hosts(w, v, 2 + world_draw(w, 25));
		for (unsigned k = first; k < w->n_host && how >= 4; k++) {
			w->host[k].listed = LISTED_INCLUDE;
			w->host[k].include = v->include;
		}
	}
}

static void
shadow(struct world *w)
{
	const struct world_service *v = &world_service[world_draw(w,
	    world_services)];
	struct world_sender *s = sender(w, TRUTH_SHADOW, v->name);
	struct world_mail *m = mail(s, 1, w->own[0].name);

	m->mfrom = v->path;
	m->spf = AGGREGATE_R_PASS;
	if (world_yes(w, 850))
		vendor_signature(w, m, v, word(w));
	s->per_1000_days = volume(w, 500, 6);
	s->first = world_draw(w, 30);
	s->each = 1 + world_draw(w, 7);
	s->weekdays = true;
	reach_all(w, s);
	service_hosts(w, v, 1 + world_draw(w, 8));
}

/* ---- what passes through others ----------------------------------------- */

/* Mail as it was sent by us or by a service of ours. */
static struct world_mail *
carried(struct world *w, struct world_sender *s, unsigned weight)
{
	unsigned i = world_draw(w, w->n_sender);
	struct world_mail *m = mail(s, weight, w->own[0].name);

	while (w->sender[i].truth != TRUTH_OURS && (w->sender[i].truth !=
	    TRUTH_SERVICE || !world_yes(w, 400)))
		i = (i + 1) % w->n_sender;
	*m = w->sender[i].mail[0];
	m->weight = weight;
	m->spf = world_yes(w, 600) ? AGGREGATE_R_SOFTFAIL : AGGREGATE_R_FAIL;
	return m;
}

static void
forwarder(struct world *w)
{
	struct world_sender *s = sender(w, TRUTH_FORWARDER, "forwarder");
	unsigned n = 1 + world_draw(w, 3), breaks = world_yes(w, 180);
	bool srs = world_yes(w, 550);
	unsigned net = world_yes(w, 150) ? w->busy_net :
	    others(w);
	unsigned c = world_draw(w, 250), hosts = world_yes(w, 100) ? 7 : 1 +
	    world_draw(w, 2);
	const char *own = world_text(w, "%s.example", name(w));

	s->kind = breaks ? srs ? "breaks signatures, SRS" :
	    "breaks signatures" : srs ? "forwards, SRS" : "forwards as it is";
	while (n-- > 0) {
		struct world_mail *m = carried(w, s, 1 + world_draw(w, 5));

		if (breaks)
			m->broken = 850 + world_draw(w, 151);
		if (srs) {
			m->mfrom = own;
			m->spf = AGGREGATE_R_PASS;
		}
		m->vendor_too = true;
		if (srs && world_yes(w, 250)) {
			m->vendor = own;
			m->vendor_s = "fwd";
			m->vendor_too = false;
		}
		m->said = 250;
	}
	s->per_1000_days = volume(w, 60, 7);
	reach_few(w, s, 1 + world_draw(w, 2));
	if (world_yes(w, 100))
		reach_all(w, s);
	while (hosts-- > 0) {
		unsigned d = 1 + world_draw(w, 250);
		struct world_host *h = host(w, net, c, d, world_yes(w, 100));

		generic_ptr(w, h, "s");
		if (world_yes(w, 700)) {
			h->ptr = world_text(w, "mx%u.%s", world_draw(w, 9),
			    own);
			h->confirmed = true;
			h->helo = h->ptr;
		}
	}
}

static void
list(struct world *w)
{
	struct world_sender *s = sender(w, TRUTH_FORWARDER, "mailing list");
	const char *first = world_yes(w, 400) ? "lists." : "";
	const char *own = world_text(w, "%s%s.example", first, name(w));
	struct world_mail *m = carried(w, s, 1);
	struct world_host *h;

	m->broken = world_yes(w, 850) ? 930 + world_draw(w, 71) : 30;
	m->mfrom = own;
	m->spf = AGGREGATE_R_PASS;
	m->vendor = world_yes(w, 550) ? own : NULL;
	m->vendor_s = "list";
	m->said = 300;
	m->list = true;
	s->each = 1 + world_draw(w, 6);
	s->per_1000_days = volume(w, 800, 5);
	reach_all(w, s);
	h = host_in(w, others(w), 150);
	h->ptr = world_text(w, "mail.%s", own);
	h->confirmed = true;
	h->helo = h->ptr;
}

/* ---- who means us harm -------------------------------------------------- */

static const char *
forged_from(struct world *w)
{
	unsigned k = world_draw(w, 10);

	if (k < 2)
		return w->nowhere;
	if (k < 3 && w->n_own > 1)
		return w->own[w->n_own - 1].name;
	return w->own[0].name;
}

static void
burst(struct world *w, struct world_sender *s, unsigned days)
{
	s->first = world_draw(w, WORLD_DAYS - days);
	s->last = s->first + world_draw(w, days);
}

static void
botnet(struct world *w)
{
	struct world_sender *s = sender(w, TRUTH_HOSTILE, "botnet");
	struct world_mail *m = mail(s, 1, forged_from(w));
	unsigned n = 15 + volume(w, 15, 4);

	m->mfrom = m->from;
	m->spf = world_yes(w, 500) ? AGGREGATE_R_FAIL : AGGREGATE_R_SOFTFAIL;
	if (world_yes(w, 350)) {
		m->mfrom = world_text(w, "%s.example", name(w));
		m->spf = AGGREGATE_R_NONE;
	}
	if (world_yes(w, 120)) {	/* a header that was copied */
		m->d = w->own[0].name;
		m->s = "main";
		m->broken = 1000;
	}
	burst(w, s, 6);
	reach_all(w, s);
	s->per_1000_days = n * 1500 / (s->last - s->first + 1);
	while (n-- > 0) {
		unsigned net = HOMES + world_draw(w, N_HOMES);
		struct world_host *h = host_in(w, net, 0);
		unsigned k = world_draw(w, 10);

		if (k < 7)
			generic_ptr(w, h, k < 4 ? "dyn-" : "cpe-");
		else if (k == 9)
			generic_ptr(w, h, "static-");
		h->helo = world_yes(w, 300) ? w->own[0].name : "localhost";
	}
}

static void
rented(struct world *w)
{
	struct world_sender *s = sender(w, TRUTH_HOSTILE, "rented server");
	struct world_mail *m = mail(s, 1, forged_from(w));
	unsigned n = 1 + world_draw(w, 5);
	bool path = world_yes(w, 400);
	unsigned net = world_yes(w, 400) ? w->busy_net :
	    HOSTING + world_draw(w, HOSTINGS);

	m->mfrom = path ? world_text(w, "%s.example", name(w)) : m->from;
	m->spf = path ? AGGREGATE_R_PASS : AGGREGATE_R_FAIL;
	burst(w, s, 8);
	reach_all(w, s);
	s->per_1000_days = volume(w, 3000, 6);
	while (n-- > 0) {
		struct world_host *h = host_in(w, net, 0);

		if (world_yes(w, 600))
			generic_ptr(w, h, "vps-");
		h->helo = world_yes(w, 250) ? w->own[0].name : h->ptr;
	}
}

static void
snowshoe(struct world *w)
{
	unsigned net = HOSTING + world_draw(w, HOSTINGS);
	unsigned c = world_draw(w, 250), n = 8 + world_draw(w, 20);
	unsigned first = world_draw(w, WORLD_DAYS - 14);

	for (unsigned i = 0; i < n; i++) {
		struct world_sender *s = sender(w, TRUTH_HOSTILE, "snowshoe");
		struct world_mail *m = mail(s, 1, w->own[0].name);
		struct world_host *h = host(w, net, c, 1 + i * 9, false);

		m->mfrom = world_text(w, "%s.example", name(w));
		m->spf = AGGREGATE_R_PASS;
		if (world_yes(w, 700)) {
			m->vendor = m->mfrom;
			m->vendor_s = "dkim";
		}
		s->first = first + world_draw(w, 5);
		s->last = s->first + world_draw(w, 9);
		s->per_1000_days = 600 + world_draw(w, 2000);
		reach_all(w, s);
		h->ptr = world_text(w, "mail.%s", m->mfrom);
		h->confirmed = true;
		h->helo = h->ptr;
	}
}

/* An account of their own at a service that we may use as well. */
static void
same_service(struct world *w)
{
	const struct world_service *v = &world_service[world_draw(w,
	    world_services)];
	struct world_sender *s = sender(w, TRUTH_HOSTILE, "same service");
	struct world_mail *m = mail(s, 1, w->own[0].name);

	m->mfrom = v->path;
	m->spf = AGGREGATE_R_PASS;
	vendor_signature(w, m, v, word(w));
	burst(w, s, 3);
	reach_all(w, s);
	s->per_1000_days = volume(w, 40000, 5);
	service_hosts(w, v, 1 + world_draw(w, 5));
}

static void
broken_into(struct world *w)
{
	struct world_sender *s = sender(w, TRUTH_HOSTILE, "web site");
	struct world_mail *m = mail(s, 1, forged_from(w));
	struct world_host *h = host_in(w, others(w), 0);

	m->mfrom = world_text(w, "%s.example", name(w));
	m->spf = world_yes(w, 600) ? AGGREGATE_R_PASS : AGGREGATE_R_NONE;
	burst(w, s, 5);
	reach_all(w, s);
	s->per_1000_days = volume(w, 8000, 6);
	generic_ptr(w, h, "web");
}

static void
hostile(struct world *w)
{
	unsigned k = world_draw(w, 20);

	if (k < 7)
		botnet(w);
	else if (k < 12)
		rented(w);
	else if (k < 14)
		snowshoe(w);
	else if (k < 16)
		same_service(w);
	else
		broken_into(w);
}

/* ---- nobody knows ------------------------------------------------------- */

static void
odd(struct world *w)
{
	static const char *const kinds[] = { "a page that mails for visitors",
	    "a printer at home", "a letter of somebody's software" };
	unsigned how = world_draw(w, 3);
	struct world_sender *s = sender(w, TRUTH_UNKNOWN, kinds[how]);
	struct world_mail *m = mail(s, 1, w->own[0].name);
	unsigned net = how == 1 ? HOMES + world_draw(w, N_HOMES) : others(w);
	struct world_host *h = host_in(w, net, 0);
	const char *own = world_text(w, "%s.example", name(w));

	m->mfrom = how == 1 ? w->own[0].name : own;
	m->spf = how == 1 ? AGGREGATE_R_SOFTFAIL : world_yes(w, 600) ?
	    AGGREGATE_R_PASS : AGGREGATE_R_NONE;
	if (how != 1) {
		h->ptr = world_text(w, "www.%s", own);
		h->confirmed = true;
	} else
		generic_ptr(w, h, world_yes(w, 500) ? "dyn-" : "static-");
	h->helo = h->ptr;
	if (how == 2 && world_yes(w, 400)) {
		m->vendor = own;
		m->vendor_s = "default";
	}
	s->first = world_draw(w, WORLD_DAYS);
	s->last = s->first + (how == 1 ? world_draw(w, WORLD_DAYS -
	    s->first) : 0);
	s->per_1000_days = how == 1 ? 150 : 1200;
	reach_few(w, s, 1);
}

/* ---- all of them -------------------------------------------------------- */

void
world_cast(struct world *w)
{
	unsigned n;

	w->own[0].name = world_text(w, "%s.example", name(w));
	w->own[1] = (struct world_own){ world_text(w, "news.%s",
	    w->own[0].name), false };
	w->own[2] = (struct world_own){ world_text(w, "old.%s",
	    w->own[0].name), true };
	w->n_own = 3;
	w->nowhere = world_text(w, "%s.%s", word(w), w->own[0].name);
	w->signs = world_yes(w, 850);
	w->policy = world_yes(w, 500) ? AGGREGATE_NONE : world_yes(w, 500) ?
	    AGGREGATE_QUARANTINE : AGGREGATE_REJECT;
	w->busy_net = HOSTING + world_draw(w, HOSTINGS);
	own_servers(w);
	services(w);
	for (n = world_draw(w, 4); n > 0; n--)
		misconfigured(w);
	for (n = world_draw(w, 4); n > 0; n--)
		shadow(w);
	for (n = 3 + world_draw(w, 12); n > 0; n--)
		forwarder(w);
	for (n = world_draw(w, 5); n > 0; n--)
		list(w);
	for (n = 1 + world_draw(w, 6); n > 0; n--)
		hostile(w);
	for (n = 2 + world_draw(w, 10); n > 0; n--)
		odd(w);
}
