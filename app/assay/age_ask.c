/* SPDX-License-Identifier: Apache-2.0 */
/*
 * age_ask.c - registries asked, when somebody says so.
 *
 * A day that a registry said is kept for ever and never asked for again; a
 * name is asked about at most once a day, a registry at most five times at
 * once and then once a second.  Nothing of mail waits for it.
 */
#include "age.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "rdap_ask.h"

#define SYSTEM_CA "/etc/ssl/certs/ca-certificates.crt"

enum {
	REGISTRIES = 64,	/* of one run; more share the last bucket    */
	ASKED_SLOTS = 1 << 14,	/* names of a day: 256 KiB                   */
	WANTED = 2000		/* .. asked in one run: half an hour         */
};

struct registry {
	char host[RDAP_URL];
	struct rdap_bucket bucket;
	bool busy;		/* has asked us to stop                      */
};

struct ask {
	struct age *a;
	struct text bootstrap, ca;
	struct firstseen *asked;	/* the day, by name                  */
	struct registry *registry;
	size_t n;
	bool failed;			/* for now                           */
};

static bool
begin(struct ask *k)
{
	const struct args *args = k->a->args;
	struct assay_span said = conf_text(&k->a->file.conf,
	    CONF_K_RDAP_BOOTSTRAP);
	char path[4000], why[FIRSTSEEN_WHY];
	const char *ca = args->value[F_CA_FILE];

	if (args->value[F_BOOTSTRAP] != NULL)
		snprintf(path, sizeof(path), "%s", args->value[F_BOOTSTRAP]);
	else if (said.len > 0 && said.len < sizeof(path))
		snprintf(path, sizeof(path), "%.*s", (int)said.len,
		    (const char *)said.ptr);
	else
		return age_wrong(k->a, "which registries? rdap-bootstrap of "
		    "the configuration or --bootstrap names the file dns.json "
		    "of IANA (RFC 9224)");
	if (!text_read(&k->bootstrap, path)) {
		fprintf(stderr, "assay age: %s cannot be read\n", path);
		return false;
	}
	if (!text_read(&k->ca, ca != NULL ? ca : SYSTEM_CA) && ca != NULL)
		return age_wrong(k->a, "the file of --ca-file cannot be "
		    "read");
	if (!age_open(k->a, "registered") ||
	    !age_path(k->a, path, sizeof(path), "asked"))
		return false;
	k->asked = firstseen_open(path, true, ASKED_SLOTS, k->a->today, why);
	k->registry = calloc(REGISTRIES, sizeof(*k->registry));
	if (k->asked == NULL)
		return age_wrong(k->a, why);
	return k->registry != NULL;
}

/* ---- how often ----------------------------------------------------------- */

static bool
asked_today(struct ask *k, struct domain name)
{
	struct seen s = { .hash = firstseen_hash(k->asked, name.name) };
	struct seen before;
	bool found = firstseen_get(k->asked, s.hash, &before);

	if (found && before.first == k->a->today)
		return true;
	/* written first: whoever is killed has asked */
	s.first = k->a->today;
	return (found && !firstseen_forget(k->asked, s.hash)) ||
	    !firstseen_put(k->asked, &s) || !firstseen_sync(k->asked);
}

static struct registry *
registry_of(struct ask *k, const char *url)
{
	const char *host = strstr(url, "://") + 3;
	size_t len = strcspn(host, "/"), i = 0;

	while (i < k->n && (strlen(k->registry[i].host) != len ||
	    strncmp(k->registry[i].host, host, len) != 0))
		i++;
	if (i == REGISTRIES)
		return &k->registry[REGISTRIES - 1];
	if (i == k->n) {
		snprintf(k->registry[i].host, sizeof(k->registry[i].host),
		    "%.*s", (int)len, host);
		k->n++;
	}
	return &k->registry[i];
}

static void
wait_for(struct registry *r)
{
	struct timespec t;
	int64_t ms;

	for (;;) {
		ms = rdap_wait(&r->bucket, clock_ms(NULL));
		if (ms <= 0)
			return;
		t = (struct timespec){ .tv_sec = ms / 1000,
			.tv_nsec = ms % 1000 * 1000000 };
		nanosleep(&t, NULL);
	}
}

/* ---- one name ------------------------------------------------------------ */

static void
told(const struct domain name, const char *what, const char *why)
{
	fprintf(stderr, "assay age: %.*s: %s%s", (int)name.name.len,
	    (const char *)name.name.ptr, what, *why != '\0' ? ": " : "");
	/* of a stranger */
	for (; *why != '\0'; why++)
		fputc(*why >= ' ' && *why <= '~' ? *why : '?', stderr);
	fputc('\n', stderr);
}

static bool
keep(struct ask *k, struct domain name, const struct rdap_got *got)
{
	struct seen s = { .hash = firstseen_hash(k->a->registered,
	    name.name) };

	s.registered = got->says.day;
	s.flags = got->says.kind == RDAP_REGISTERED ? SEEN_RDAP :
	    SEEN_REFUSED;
	return firstseen_put(k->a->registered, &s) &&
	    firstseen_sync(k->a->registered);
}

static void
use(struct ask *k, struct registry *r, struct domain name,
    const struct rdap_got *got)
{
	switch (got->end) {
	case RDAP_ANSWERED:
		if (got->says.kind == RDAP_NOT_IT)
			told(name, "the registry answers about something "
			    "else", "");
		else if (!keep(k, name, got))
			told(name, "the answer could not be kept", "");
		break;
	case RDAP_UNKNOWN:
		told(name, "its registry knows no such name", "");
		break;
	case RDAP_BUSY:
		told(name, "its registry wants no more queries for now", "");
		r->busy = k->failed = true;
		break;
	case RDAP_FAILED:
		told(name, "its registry was not heard", got->why);
		k->failed = true;
		break;
	}
}

/* False: the file of registries is none. */
static bool
ask_about(struct ask *k, struct domain name)
{
	uint8_t room[RDAP_URL];
	struct buf url = { .ptr = room, .cap = sizeof(room) - 1 };
	struct rdap_got got;
	struct registry *r;
	struct seen s;
	const char *why;

	if (firstseen_get(k->a->registered, firstseen_hash(k->a->registered,
	    name.name), &s) && (s.flags & SEEN_RDAP) != 0)
		return true;
	if (!rdap_url(&url, (struct span){ (const uint8_t *)k->bootstrap.ptr,
	    k->bootstrap.len }, name, &why)) {
		told(name, why == NULL ? "no registry answers for it by RDAP"
		    : why, "");
		return why == NULL;
	}
	room[url.len] = '\0';
	r = registry_of(k, (const char *)room);
	if (r->busy || asked_today(k, name)) {
		told(name, r->busy ? "its registry wants no more queries" :
		    "it was asked about today, so it is not again", "");
		return true;
	}
	wait_for(r);
	rdap_ask(&got, (const char *)room, name, (struct span){
	    (const uint8_t *)k->ca.ptr, k->ca.len });
	use(k, r, name, &got);
	return true;
}

static int
end(struct ask *k, bool ok)
{
	firstseen_close(k->asked);
	free(k->registry);
	text_free(&k->bootstrap);
	text_free(&k->ca);
	return !ok ? EXIT_USAGE : k->failed ? EXIT_TEMPORARY : EXIT_ACCEPTED;
}

int
age_ask(struct age *a)
{
	struct ask k = { .a = a };
	bool ok = begin(&k);

	for (size_t i = 0; ok && i < a->args->n_word; i++) {
		struct domain name;

		ok = age_domain(a, a->args->word[i], &name) &&
		    ask_about(&k, name);
	}
	return end(&k, ok);
}

/* ---- names that assayd met ----------------------------------------------- */

/* What a run that was ended left goes first. */
static bool
take_wanted(struct age *a, char *path, size_t size)
{
	char from[4000];

	if (!age_path(a, from, sizeof(from), "wanted") ||
	    !age_path(a, path, size, "wanted.asking"))
		return false;
	return access(path, F_OK) == 0 || rename(from, path) == 0 ||
	    errno == ENOENT || age_wrong(a, strerror(errno));
}

int
age_ask_wanted(struct age *a)
{
	struct ask k = { .a = a };
	struct text names = { .ptr = NULL };
	struct span rest;
	char path[4000];
	bool ok = begin(&k) && take_wanted(a, path, sizeof(path));

	if (!ok || !text_read(&names, path))
		return end(&k, ok);
	rest = (struct span){ (const uint8_t *)names.ptr, names.len };
	for (unsigned n = 0; ok && rest.len > 0 && n < WANTED; n++) {
		struct domain name;
		struct span line = span_cut(&rest, '\n');

		/* the last one may be half a line */
		if (domain_parse(&name, line, false, &a->arena) &&
		    domain_labels(name) >= 2)
			ok = ask_about(&k, name);
	}
	if (ok && unlink(path) != 0)
		ok = age_wrong(a, strerror(errno));
	text_free(&names);
	return end(&k, ok);
}
