/* SPDX-License-Identifier: Apache-2.0 */
/* deliver.c - tries, a few times; the next run of a timer is the next try. */
#include "deliver.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alerts_sign.h"
#include "fault.h"

/* Who is busy is soon free; who is away longer hears it from the next run. */
static const unsigned pauses[] = { 1, 4 };
enum { TRIES = 1 + sizeof(pauses) / sizeof(pauses[0]) };

static void
complain(void *ctx, unsigned line, const char *what, const char *near)
{
	const struct deliver *d = ctx;

	fprintf(stderr, "assay %s: configuration, line %u: %s%s%s%s\n",
	    d->command, line, what, near == NULL ? "" : "; '",
	    near == NULL ? "" : near, near == NULL ? "" : "'?");
}

bool
deliver_open(struct deliver *d, const struct args *args,
    const struct conf *conf)
{
	const struct daemon_alerts *a = &d->daemon.alerts;
	const char *ca = args->value[F_CA_FILE];

	*d = (struct deliver){ .command = args->name, .made = true };
	if (!daemon_conf_make(&d->daemon, conf, false, complain, d))
		return false;
	if (span_absent(a->to) && a->webhook == NULL) {
		fprintf(stderr, "assay %s: --send: nobody is said who is to "
		    "be told: alerts-to or alerts-webhook in the "
		    "configuration\n", args->name);
		return false;
	}
	if (a->webhook == NULL)
		return true;
	/* without those of the system no certificate is good, which is told */
	if (!text_read(&d->ca, ca != NULL ? ca : a->ca) && ca != NULL) {
		fprintf(stderr, "assay %s: %s: %s\n", args->name, ca,
		    strerror(errno));
		return false;
	}
	return alerts_sign_check(a->key);
}

void
deliver_free(struct deliver *d)
{
	if (d->made)
		daemon_conf_free(&d->daemon);
	text_free(&d->ca);
}

/* What somebody else's server said is not for a terminal as it is; a path of
 * a webhook may be a secret, and is not told at all. */
static bool
failed(const struct deliver *d, const char *what, struct span to,
    const char *why)
{
	struct text x = { .ptr = NULL };

	(void)fault_printable(assay_cstr(why), text_write, &x);
	fprintf(stderr, "assay %s: %s %.*s: not delivered: %.*s\n",
	    d->command, what, (int)to.len, (const char *)to.ptr, (int)x.len,
	    x.ptr == NULL ? "" : x.ptr);
	text_free(&x);
	return false;
}

static bool
rest(unsigned try)
{
	if (try + 1 < TRIES)
		sleep(pauses[try]);
	return try + 1 < TRIES;
}

bool
deliver_by_mail(struct deliver *d, const struct text *mail)
{
	const struct daemon_conf *c = &d->daemon;
	struct span from = c->alerts.from;
	struct deliver_mail m = { .relay = c->outbound.relay,
		.port = c->outbound.relay_port, .from = from,
		.timeout_ms = c->alerts.timeout_ms, .to = c->alerts.to,
		.helo = span_skip(from, span_rfind(from, '@') + 1),
		.mail = { (const uint8_t *)mail->ptr, mail->len } };
	char why[DELIVER_WHY];
	enum delivered got;
	unsigned try = 0;

	do
		got = deliver_smtp(&m, why);
	while (got == DELIVER_LATER && rest(try++));
	return got == DELIVERED || failed(d, "mail to", m.to, why);
}

bool
deliver_by_web(struct deliver *d, const struct text *body, const char *id)
{
	const struct daemon_alerts *a = &d->daemon.alerts;
	char signature[HOOK_SIGNATURE], name[100], host[256];
	char why[DELIVER_WHY];
	struct deliver_post p = { .url = a->webhook, .host = host,
		.port = a->web_port, .tls = a->web_tls,
		.timeout_ms = a->timeout_ms, .signature = signature,
		.id = name,
		.ca = { (const uint8_t *)d->ca.ptr, d->ca.len },
		.body = { (const uint8_t *)body->ptr, body->len } };
	enum delivered got;
	unsigned try = 0;

	snprintf(host, sizeof(host), "%.*s", (int)a->web_host.len,
	    (const char *)a->web_host.ptr);
	snprintf(name, sizeof(name), "Idempotency-Key: %s", id);
	do {
		/* as of now: who receives it refuses what is old */
		if (!alerts_signature(a->key, (int64_t)time(NULL), body,
		    signature))
			return false;
		got = deliver_web(&p, why);
	} while (got == DELIVER_LATER && rest(try++));
	return got == DELIVERED || failed(d, "webhook at", a->web_host, why);
}
