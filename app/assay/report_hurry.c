/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_hurry.c - assay report send: asks the running assayd to send now
 * what waits for its time.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "conf.h"
#include "report.h"
#include "report_hurry.h"
#include "status.h"

static int
unheard(const char *verb, const char *socket)
{
	int e = errno;

	fprintf(stderr, "assay report %s: %s: %s\n", verb, socket, e == EPROTO ?
	    "assayd did not do it" : strerror(e));
	if (e == EPROTO)
		fprintf(stderr, "does it run with send-reports yes, and can "
		    "it write its store? assay doctor\n");
	else
		fprintf(stderr, "does assayd run? its status-socket is "
		    "asked; --socket or --conf name another\n");
	return EXIT_TEMPORARY;
}

static void
put(struct text *t, uint64_t n, const char *what)
{
	if (n > 0)
		text_printf(t, "%9llu %s\n", (unsigned long long)n, what);
}

static int
tell(const struct args *args, const struct json_t *v, const struct text *body)
{
	uint64_t reports = status_number(v, "reports", NULL, NULL);
	uint64_t mails = status_number(v, "mails", NULL, NULL);
	uint64_t counting = status_number(v, "counting", NULL, NULL);
	struct text t = { .ptr = NULL };
	bool ok;

	if (args->given[F_JSON])
		text_put(&t, body->ptr, body->len);
	put(&t, args->given[F_JSON] ? 0 : reports, "reports of days that "
	    "are over are made now, and sent");
	put(&t, args->given[F_JSON] ? 0 : mails, "mails that waited to be "
	    "tried again are tried now");
	put(&t, args->given[F_JSON] ? 0 : counting, "reports go on "
	    "counting: their day is not over");
	if (!args->given[F_JSON] && reports + mails == 0)
		text_printf(&t, "Nothing waits for its time. See: assay "
		    "report outbox\n");
	ok = out_text(&t);
	text_free(&t);
	return ok ? EXIT_ACCEPTED : EXIT_USAGE;
}

static void
socket_of(char name[108], const struct args *args, const struct store_file *f)
{
	struct span path = args->given[F_SOCKET] ?
	    assay_cstr(args->value[F_SOCKET]) :
	    conf_text(&f->conf, CONF_K_STATUS_SOCKET);

	snprintf(name, 108, "%.*s", (int)path.len, (const char *)path.ptr);
}

int
report_release(const struct args *args, const struct store_file *f)
{
	struct span word = assay_cstr(args->value[F_RELEASE]);
	struct text body = { .ptr = NULL };
	uint64_t n;
	struct json_t *v;
	char name[108];

	if (span_find(word, '@') == word.len) {
		fprintf(stderr, "assay report outbox: --release names an "
		    "address\n");
		return EXIT_USAGE;
	}
	socket_of(name, args, f);
	v = status_post(name, "/v1/outbox", word, &body);
	if (v == NULL)
		return unheard("outbox", name);
	n = status_number(v, "mails", NULL, NULL);
	printf("%s\n", n > 0 ? "It gets reports again." :
	    "It was not suppressed; what came back from there is forgotten.");
	status_free(v);
	text_free(&body);
	return EXIT_ACCEPTED;
}

int
report_hurry(const struct args *args, const struct store_file *f,
    const struct daemon_outbound *conf)
{
	struct span word = args->n_word > 1 ? assay_cstr(args->word[1]) :
	    SPAN("");
	struct text body = { .ptr = NULL };
	struct json_t *v;
	char name[108];
	int status;

	if (!conf->send) {
		fprintf(stderr, "assay report send: send-reports is %s: "
		    "nothing is sent. With 'send-reports yes' and a "
		    "report-from assayd sends by itself, once a day\n",
		    conf->count ? "count" : "no");
		return EXIT_USAGE;
	}
	socket_of(name, args, f);
	v = status_post(name, "/v1/outbox", word, &body);
	status = v == NULL ? unheard("send", name) : tell(args, v, &body);
	if (v != NULL)
		status_free(v);
	text_free(&body);
	return status;
}
