/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_digest.c - assay digest [DOMAIN]: a week in two minutes, to read, or
 * as a mail for sendmail -t, or brought by mail and webhook (tell_ways.h): at
 * most one a day and domain by each way, so that a run may be repeated.
 */
#include "cmd.h"

#include <string.h>
#include <time.h>

#include "alerts_run.h"
#include "alerts_view.h"
#include "mail_head.h"
#include "tell_ways.h"

struct digest {
	struct out out;
	struct text text;
	unsigned todo;
	size_t domains;
	char subject[300];
	struct arena arena;		/* --send */
	struct tell_ways ways;
};

static int
one(struct alerts_run *r, const struct alerts_load *l)
{
	struct digest *d = r->ctx;
	struct span domain = l->source.domain.name;
	unsigned todo = 0;

	if (r->args->given[F_JSON]) {
		digest_json(l, &d->text);
		return 0;
	}
	if (d->domains++ > 0)
		text_str(&d->text, "\n");
	else
		snprintf(d->subject, sizeof(d->subject), "%.*s",
		    (int)domain.len, (const char *)domain.ptr);
	digest_page(l, &d->out, &d->text, &todo);
	d->todo += todo;
	return 0;
}

/* ---- the mail ----------------------------------------------------------- */

/* A plain one: local@domain (RFC 5321 4.1.2), that is safe in a field. */
static bool
is_address(const char *s)
{
	static const char atom[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~.";
	size_t n = strspn(s, atom);

	return n > 0 && n <= 64 && s[n] == '@' && settings_domain(s + n + 1)
	    && strlen(s) < 250 && strspn(s + n + 1, atom) == strlen(s + n +
	    1);
}

static void
subject_of(const struct digest *d, char *out, size_t size)
{
	if (d->todo == 0)
		snprintf(out, size, "nothing to do");
	else
		snprintf(out, size, "%u thing%s to do", d->todo,
		    d->todo > 1 ? "s" : "");
}

/* From the one it is for: his own domain signs and vouches for it. */
static void
fields(const struct alerts_run *r, const struct digest *d, const char *to,
    struct text *head)
{
	char subject[40];
	struct mail_head h = { .from = assay_cstr(to), .to = assay_cstr(to),
		.what = "digest", .now = r->now / 1000000,
		.domain = d->subject, .subject = subject,
		.more = d->domains > 1 ? d->domains - 1 : 0 };

	subject_of(d, subject, sizeof(subject));
	mail_head_write(&h, head);
}

static int
end(struct alerts_run *r)
{
	struct digest *d = r->ctx;
	struct text head = { .ptr = NULL };
	bool ok = !d->text.failed;

	if (d->domains == 0 && !r->args->given[F_JSON])
		return EXIT_ACCEPTED;
	if (ok && r->args->given[F_MAIL]) {
		fields(r, d, r->args->value[F_MAIL], &head);
		mail_to_ascii(&d->text);
		ok = out_text(&head);
	}
	ok = ok && out_text(&d->text);
	text_free(&head);
	return ok ? EXIT_ACCEPTED : EXIT_USAGE;
}

/* ---- by mail and webhook ------------------------------------------------ */

static void
put_json(struct way *w, const struct alerts_load *l)
{
	text_str(&w->body, w->n > 0 ? ",\n" : "\n");
	digest_json(l, &w->body);
	while (w->body.len > 0 && w->body.ptr[w->body.len - 1] == '\n')
		w->body.len--;
}

static int
one_to_send(struct alerts_run *r, const struct alerts_load *l)
{
	struct digest *d = r->ctx;
	struct span domain = l->source.domain.name;
	const struct out plain = { .width = 76 };
	ROOM(name, 300);
	struct buf key = BUF_ON(name);
	char day[16];
	time_t now = (time_t)(l->now / 1000000);
	struct tm tm;

	if (gmtime_r(&now, &tm) == NULL || strftime(day, sizeof(day),
	    "%Y-%m-%d", &tm) == 0)
		return EXIT_USAGE;
	buf_str(&key, "digest ");
	buf_put(&key, domain);
	for (enum tell_way i = WAY_MAIL; i < WAYS; i++) {
		struct way *w = &d->ways.way[i];
		struct store_alert v = { .key = buf_span(&key),
			.domain = domain, .state = assay_cstr(day),
			.at = l->now };
		ROOM(room, 320);
		struct buf via = BUF_ON(room);
		const struct alert_told *last;
		unsigned todo = 0;

		tell_way_key(&via, buf_span(&key), i);
		last = alert_told_last(l->told, l->n_told, buf_span(&via));
		if (!w->on || (last != NULL && span_eq(last->state, v.state)))
			continue;
		if (i == WAY_WEB) {
			put_json(w, l);
		} else {
			text_str(&w->body, w->n > 0 ? "\n" : "");
			digest_page(l, &plain, &w->body, &todo);
		}
		d->todo += todo;
		tell_way_note(&d->ways, i, &v);
		tell_way_domain(&d->ways, i, domain);
	}
	return 0;
}

static bool
begin_sending(struct alerts_run *r)
{
	struct digest *d = r->ctx;

	arena_init(&d->arena, LIMIT_SOURCES_MEMORY);
	return tell_ways_open(&d->ways, r, &d->arena);
}

static void
leave_sending(struct alerts_run *r)
{
	struct digest *d = r->ctx;

	tell_ways_free(&d->ways);
	arena_free(&d->arena);
}

static int
end_sending(struct alerts_run *r)
{
	struct digest *d = r->ctx;
	char subject[40];
	size_t n = 0;

	for (size_t i = 0; i < WAYS; i++)
		n += d->ways.way[i].n;
	if (n == 0) {
		printf("It was sent today.\n");
		return 0;
	}
	subject_of(d, subject, sizeof(subject));
	return tell_ways_send(&d->ways, r, "digest", subject);
}

static int
sending(const struct args *args, const struct out *out)
{
	struct digest d = { .domains = 0 };
	struct alerts_run r = { .args = args, .out = out, .write = true,
		.one = one_to_send, .begin = begin_sending,
		.leave = leave_sending, .ctx = &d };

	if (args->given[F_MAIL] || args->given[F_JSON]) {
		fprintf(stderr, "assay digest: --send has its own forms: "
		    "without --mail and --json\n");
		return EXIT_USAGE;
	}
	return alerts_run(&r, end_sending);
}

int
cmd_digest(const struct args *args, const struct out *out)
{
	struct digest d = { .out = *out };
	struct alerts_run r = { .args = args, .out = out, .one = one,
		.ctx = &d };
	int status;

	if (args->given[F_SEND])
		return sending(args, out);
	if (args->given[F_MAIL] && (args->given[F_JSON] ||
	    !is_address(args->value[F_MAIL]))) {
		fprintf(stderr, "assay digest: --mail: %s\n",
		    args->given[F_JSON] ? "a mail, or JSON?" :
		    "a plain address, local@domain");
		return EXIT_USAGE;
	}
	if (args->given[F_MAIL])
		d.out = (struct out){ .width = 76 };
	status = alerts_run(&r, end);
	text_free(&d.text);
	return status;
}
