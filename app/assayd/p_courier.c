/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p_courier.c - brings reports out: asks the DNS who may have one, hands
 * mails to the relay and what is to be told at once to the webhook.
 *
 * It has no files and decides nothing: which report is due, what is in it,
 * whether it is tried again is store's affair, who notes it first.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "courier.h"
#include "qa.h"
#include "report/report_route.h"

enum {
	ANSWER_MEMORY = 1 << 20,	/* of the items of one answer        */
	ROUTE_MS = 60000,		/* some 20 questions, most of them
					 * at once                           */
	ASK_ROOM = 64 << 10,		/* octets of questions in a message  */
	TOLD_ROOM = 32 << 10		/* LIMIT_REPORT_URIS addresses, and
					 * the reasons                       */
};

struct route {
	struct courier *courier;
	uint64_t id;
	struct report_route *way;
	size_t open;			/* questions with resolve            */
	struct timer timer;
};

/* ---- the end of a route -------------------------------------------------- */

static void
route_free(struct route *r)
{
	struct courier *c = r->courier;

	loop_untimer(c->role->loop, &r->timer);
	for (size_t i = 0; i < ROUTES; i++)
		if (c->route[i] == r)
			c->route[i] = NULL;
	report_route_free(r->way);
	free(r);
}

static void
told(struct route *r, const struct destination *d, size_t n)
{
	static uint8_t room[TOLD_ROOM];
	struct buf list = BUF_ON(room);
	struct msg_routed m = { .id = r->id };

	for (size_t i = 0; i < n; i++) {
		uint8_t octets[600];
		struct buf item = BUF_ON(octets);

		buf_byte(&item, (uint8_t)d[i].answer);
		bus_list_put(&item, d[i].address);
		bus_list_put(&item, assay_cstr(d[i].why));
		if (!item.full)
			bus_list_put(&list, buf_span(&item));
	}
	m.destinations = buf_span(&list);
	bus_send_routed(r->courier->store, &m, -1);
	route_free(r);
}

/* Whoever could not be asked is asked another time. */
static void
unknown(struct route *r, const char *why)
{
	const struct destination *d;
	size_t n = report_route_unknown(r->way, why, &d);

	told(r, d, n);
}

static void
on_timer(void *ctx)
{
	unknown(ctx, "the DNS did not answer in time");
}

/* ---- questions ----------------------------------------------------------- */

static bool
ask_open(struct route *r)
{
	static uint8_t room[ASK_ROOM];
	struct buf list = BUF_ON(room);
	struct msg_ask m = { .id = r->id };
	struct assay_question q;

	r->open = 0;
	for (size_t i = 0; report_route_question(r->way, &i, &q); ) {
		uint8_t octets[1040];
		struct buf item = BUF_ON(octets);

		qa_put_question(&item, &q);
		if (item.full || list.cap - list.len < item.len + 4)
			break;
		bus_list_put(&list, buf_span(&item));
		r->open++;
	}
	m.questions = buf_span(&list);
	return r->open > 0 && bus_send_ask(r->courier->resolve, &m, -1);
}

static void
step(struct route *r)
{
	const struct destination *d;
	size_t n;

	switch (report_route_step(r->way)) {
	case ASSAY_OK:
		n = report_route_known(r->way, &d);
		told(r, d, n);
		break;
	case ASSAY_PENDING:
		if (!ask_open(r))
			unknown(r, "the DNS cannot be asked");
		break;
	case ASSAY_NOMEM: case ASSAY_LIMIT: case ASSAY_MISUSE:
	case ASSAY_IO: case ASSAY_FORMAT:
		unknown(r, "the DNS says too much about it");
		break;
	}
}

static struct route *
route_of(struct courier *c, uint64_t id)
{
	for (size_t i = 0; i < ROUTES; i++)
		if (c->route[i] != NULL && c->route[i]->id == id)
			return c->route[i];
	return NULL;
}

static void
on_answers(void *ctx, struct bus *bus, struct msg *m)
{
	struct courier *c = ctx;
	struct span list, item;
	struct arena *a = &c->scratch;
	struct route *r;

	(void)bus;
	if (m->kind != MSG_ANSWERS || hook_answers(c, &m->answers))
		return;
	r = route_of(c, m->answers.id);
	if (r == NULL || r->open == 0)
		return;
	list = m->answers.answers;
	while (bus_list_next(&list, &item)) {
		struct assay_question q;
		struct assay_answer answer;
		arena_reset(a);
		if (qa_get_answer(&q, &answer, item, a) &&
		    report_route_answer(r->way, &q, &answer) && r->open > 0)
			r->open--;
	}
	if (r->open == 0)
		step(r);
}

/* ---- orders of store ----------------------------------------------------- */

static struct route *
route_new(struct courier *c, const struct msg_route *m)
{
	struct route *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	*r = (struct route){ .courier = c, .id = m->id,
		.way = report_route_new(&c->role->daemon.judging.options,
		    m->failures == 1, m->domain,
		    m->addresses),
		.timer = { .fn = on_timer, .ctx = r } };
	if (r->way != NULL)
		return r;
	free(r);
	return NULL;
}

static void
route_begin(struct courier *c, const struct msg_route *m)
{
	struct msg_routed none = { .id = m->id };
	struct route *r = NULL;
	size_t i = 0;

	while (i < ROUTES && c->route[i] != NULL)
		i++;
	if (i < ROUTES)
		r = route_new(c, m);
	if (r == NULL) {
		/* nothing is known: another time */
		bus_send_routed(c->store, &none, -1);
		return;
	}
	c->route[i] = r;
	loop_timer(c->role->loop, &r->timer, ROUTE_MS);
	step(r);
}

static void
on_store(void *ctx, struct bus *bus, struct msg *m)
{
	struct courier *c = ctx;

	(void)bus;
	if (m->kind == MSG_ROUTE) {
		route_begin(c, &m->route);
	} else if (m->kind == MSG_HOOK) {
		hook_begin(c, &m->hook);
	} else if (m->kind == MSG_POST && m->fd >= 0) {
		post_begin(c, &m->post, m->fd);
		m->fd = -1;
	}
}

/* ---- the role ------------------------------------------------------------ */

static void
on_peer(void *ctx, enum role_kind kind, unsigned index, bool up)
{
	struct courier *c = ctx;

	(void)index;
	if (!up)
		hook_peer(c, kind);
	for (size_t i = 0; i < ROUTES; i++) {
		struct route *r = c->route[i];
		if (r == NULL || up)
			continue;
		/* nobody waits for it any more, or nobody will answer */
		if (kind == ROLE_STORE)
			route_free(r);
		else if (kind == ROLE_RESOLVE)
			unknown(r, "the resolver was started again");
	}
}

void
courier_post_ended(struct courier *c)
{
	if (c->role->draining && posts_open(c) == 0 && !hook_open(c))
		role_drained(c->role);
}

/* What the relay has half is brought to its end. */
static void
on_drain(void *ctx)
{
	struct courier *c = ctx;

	if (posts_open(c) == 0 && !hook_open(c))
		role_drained(c->role);
}

int
role_courier(struct role *role)
{
	struct courier *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return 1;
	c->role = role;
	arena_init(&c->scratch, ANSWER_MEMORY);
	role->ctx = c;
	role->on_peer = on_peer;
	role->on_drain = on_drain;
	role->wall_port[0] = role->daemon.outbound.relay_port;
	c->store = role_bus(role, ROLE_STORE, 0, on_store, c);
	c->resolve = role_bus(role, ROLE_RESOLVE, 0, on_answers, c);
	if (c->store == NULL || c->resolve == NULL || !hook_start(c)) {
		log_say(&role->log, "start-failed", "no memory");
		return 1;
	}
	return role_run(role);
}
