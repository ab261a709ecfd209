/* SPDX-License-Identifier: Apache-2.0 */
#include "tell_ways.h"

#include <sodium.h>
#include <string.h>

#include "mail_head.h"
#include "wire/day.h"

const char *const tell_way_name[WAYS] = {
	[WAY_MAIL] = "mail", [WAY_WEB] = "webhook" };

bool
tell_ways_open(struct tell_ways *w, const struct alerts_run *r,
    struct arena *a)
{
	const struct daemon_alerts *c = &w->deliver.daemon.alerts;

	*w = (struct tell_ways){ .arena = a };
	if (sodium_init() < 0 || !deliver_open(&w->deliver, r->args,
	    &r->file.conf))
		return false;
	w->way[WAY_MAIL].on = !span_absent(c->to);
	w->way[WAY_WEB].on = c->webhook != NULL;
	return true;
}

void
tell_ways_free(struct tell_ways *w)
{
	for (size_t i = 0; i < WAYS; i++)
		text_free(&w->way[i].body);
	deliver_free(&w->deliver);
}

void
tell_way_key(struct buf *out, struct span key, enum tell_way i)
{
	buf_put(out, key);
	buf_str(out, " via ");
	buf_str(out, tell_way_name[i]);
}

/* The same things in the same state have the same name on one day, however
 * often they are told; what still is so weeks later is another telling. */
static void
mix(struct way *w, const struct store_alert *what)
{
	int64_t day = what->at / 1000000 / DAY_SECONDS;
	crypto_generichash_state h;

	crypto_generichash_init(&h, NULL, 0, sizeof(w->id));
	crypto_generichash_update(&h, w->id, sizeof(w->id));
	crypto_generichash_update(&h, what->key.ptr, what->key.len);
	crypto_generichash_update(&h, (const unsigned char *)"", 1);
	crypto_generichash_update(&h, what->state.ptr, what->state.len);
	crypto_generichash_update(&h, (const unsigned char *)&day,
	    sizeof(day));
	crypto_generichash_final(&h, w->id, sizeof(w->id));
}

void
tell_way_note(struct tell_ways *w, enum tell_way i,
    const struct store_alert *what)
{
	struct told_keep *k = arena_alloc(w->arena, sizeof(*k));
	struct buf key = arena_buf(w->arena, what->key.len + 20);

	mix(&w->way[i], what);
	w->way[i].n++;
	tell_way_key(&key, what->key, i);
	if (k == NULL)
		return;
	*k = (struct told_keep){ *what, w->way[i].keep };
	k->v.key = arena_done(w->arena, &key);
	k->v.domain = arena_dup(w->arena, what->domain);
	k->v.state = arena_dup(w->arena, what->state);
	k->v.cause = arena_dup(w->arena, what->cause);
	w->way[i].keep = k;
}

void
tell_way_domain(struct tell_ways *w, enum tell_way i, struct span domain)
{
	struct way *way = &w->way[i];

	if (way->domains++ == 0)
		snprintf(way->domain, sizeof(way->domain), "%.*s",
		    (int)domain.len, (const char *)domain.ptr);
}

bool
told_keep_all(struct store *s, const struct told_keep *k)
{
	bool ok = store_begin(s);

	for (; ok && k != NULL; k = k->next)
		ok = store_alert_seen(s, &k->v);
	return ok && store_commit(s, STORE_SYNCED);
}

/* ---- out it goes --------------------------------------------------------- */

static bool
by_mail(struct tell_ways *w, const struct alerts_run *r, const char *what,
    const char *subject, const char *id)
{
	const struct daemon_alerts *c = &w->deliver.daemon.alerts;
	struct way *way = &w->way[WAY_MAIL];
	struct mail_head h = { .from = c->from, .to = c->to, .what = what,
		.id = id, .now = r->now / 1000000, .domain = way->domain,
		.more = way->domains > 1 ? way->domains - 1 : 0,
		.subject = subject };
	struct text mail = { .ptr = NULL };
	bool ok;

	mail_head_write(&h, &mail);
	mail_to_ascii(&way->body);
	text_put(&mail, way->body.ptr, way->body.len);
	ok = !mail.failed && !way->body.failed &&
	    deliver_by_mail(&w->deliver, &mail);
	text_free(&mail);
	return ok;
}

static bool
by_web(struct tell_ways *w, const char *what, const char *id)
{
	struct way *way = &w->way[WAY_WEB];
	struct text body = { .ptr = NULL };
	bool ok;

	text_printf(&body, "{\"type\":\"assay.%s\",\"id\":\"%s\",\"%s\":[",
	    what, id, what);
	text_put(&body, way->body.ptr, way->body.len);
	text_str(&body, "]}\n");
	ok = !body.failed && !way->body.failed &&
	    deliver_by_web(&w->deliver, &body, id);
	text_free(&body);
	return ok;
}

static int
send_one(struct tell_ways *w, struct alerts_run *r, enum tell_way i,
    const char *what, const char *subject)
{
	struct way *way = &w->way[i];
	char id[2 * sizeof(way->id) + 1], number[40];
	bool ok;

	snprintf(number, sizeof(number), "%zu alert%s", way->n,
	    way->n > 1 ? "s" : "");
	if (subject == NULL)
		subject = number;
	sodium_bin2hex(id, sizeof(id), way->id, sizeof(way->id));
	ok = i == WAY_MAIL ? by_mail(w, r, what, subject, id) :
	    by_web(w, what, id);
	if (!ok)
		return EXIT_TEMPORARY;
	if (w->arena->failed || !told_keep_all(r->store, way->keep))
		return store_file_wrong(r->file.path, store_why(r->store));
	printf("%s, sent by %s\n", subject, tell_way_name[i]);
	return 0;
}

int
tell_ways_send(struct tell_ways *w, struct alerts_run *r, const char *what,
    const char *subject)
{
	int worst = 0;

	for (enum tell_way i = WAY_MAIL; i < WAYS; i++) {
		int status = w->way[i].n == 0 ? 0 :
		    send_one(w, r, i, what, subject);

		if (status != 0)
			worst = status;
	}
	return worst;
}
