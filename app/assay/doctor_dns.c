/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor_dns.c - does the resolver answer and validate, and are our keys
 * kept well and published?
 */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "oracle/zone_file.h"

static enum assay_status
ask(struct assay_oracle *o, uint16_t type, const char *name,
    struct assay_answer *a)
{
	struct assay_question q = { .kind = ASSAY_Q_DNS, .type = type,
		.key = assay_cstr(name) };

	if (o->start != NULL)
		o->start(o->self);
	return o->ask(o->self, &q, a);
}

/* ---- the resolver -------------------------------------------------------- */

static void
validates(struct doctor *d, const struct assay_answer *a)
{
	const struct assay_resolver_conf *r = &d->conf->judging.resolver;
	bool anchor = r->trust_anchor != NULL || r->trust_anchor_file != NULL;
	bool recursive = r->server != NULL &&
	    strcmp(r->server, "recursive") == 0;

	if (a->secure) {
		doctor_say(d, LEVEL_GOOD, "resolver", "it answers, and what "
		    "it says is validated");
		return;
	}
	if (anchor || recursive) {
		doctor_say(d, LEVEL_WARN, "resolver", "it answers, but "
		    "'org', which is signed, could not be validated: it may "
		    "drop signatures on the way");
		doctor_mend(d, "apt-get install unbound   # and: resolver "
		    "127.0.0.1");
		return;
	}
	doctor_say(d, LEVEL_WARN, "resolver", "it answers; nothing is "
	    "validated, so a forged answer is believed");
	doctor_mend(d, "trust-anchor /usr/share/dns/root.key   # in %s",
	    d->conf_path);
}

/* resolver zone:FILE, to try things out. */
static struct assay_oracle *
zone_alone(struct doctor *d, const char *path, struct assay_oracle *room)
{
	if (zone_file(room, path) != ASSAY_OK) {
		doctor_say(d, LEVEL_BAD, "resolver", "the zone %s cannot be "
		    "read, or is none", path);
		doctor_mend(d, "assay conf explain resolver");
		return NULL;
	}
	doctor_say(d, LEVEL_WARN, "resolver", "answers come from the zone %s "
	    "alone: good for a trial, not for mail", path);
	doctor_mend(d, "assay conf explain resolver");
	return room;
}

struct assay_oracle *
doctor_resolver(struct doctor *d, struct assay_oracle *room)
{
	const char *server = d->conf->judging.resolver.server;
	struct assay_answer a = { .kind = ASSAY_A_UNKNOWN };

	if (server == NULL)
		server = "system";
	if (strncmp(server, "zone:", 5) == 0)
		return zone_alone(d, server + 5, room);
	if (assay_oracle_resolver(room, &d->conf->judging.resolver) !=
	    ASSAY_OK) {
		doctor_say(d, LEVEL_BAD, "resolver", "resolver %s cannot be "
		    "used; is the trust-anchor readable?", server);
		doctor_mend(d, "assay conf explain trust-anchor");
		return NULL;
	}
	if (ask(room, ASSAY_T_NS, "org", &a) != ASSAY_OK ||
	    a.kind == ASSAY_A_TEMPFAIL || a.kind == ASSAY_A_UNKNOWN) {
		doctor_say(d, LEVEL_BAD, "resolver", "resolver %s does not "
		    "answer: all mail will meet temporary errors", server);
		doctor_mend(d, "dig @%s org NS", strcmp(server, "system") ==
		    0 || strcmp(server, "recursive") == 0 ? "127.0.0.1" :
		    server);
		assay_oracle_free(room);
		return NULL;
	}
	if (a.kind == ASSAY_A_BOGUS) {
		doctor_say(d, LEVEL_BAD, "resolver", "what resolver %s says "
		    "is forged by DNSSEC: is the trust-anchor old, or the "
		    "clock off?", server);
		doctor_mend(d, "unbound-anchor -v");
		return room;
	}
	validates(d, &a);
	return room;
}

/* ---- keys ---------------------------------------------------------------- */

static bool
well_kept(struct doctor *d, const struct daemon_key *k)
{
	struct stat st;
	int fd = open(k->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 && errno == EACCES) {
		doctor_say(d, LEVEL_NOTE, "keys", "%s may not be read; as "
		    "root it could be looked at", k->path);
		doctor_mend(d, "sudo assay doctor");
		return true;
	}
	if (fd < 0 || fstat(fd, &st) != 0) {
		doctor_say(d, LEVEL_BAD, "keys", "%s: %s", k->path,
		    strerror(errno));
		doctor_mend(d, "assay key new   # see assay(1)");
		if (fd >= 0)
			close(fd);
		return false;
	}
	close(fd);
	if (!S_ISREG(st.st_mode)) {
		doctor_say(d, LEVEL_BAD, "keys", "%s is no regular file",
		    k->path);
		return false;
	}
	if ((st.st_mode & 077) == 0)
		return true;
	doctor_say(d, LEVEL_BAD, "keys", "others may read or write %s",
	    k->path);
	doctor_mend(d, "chmod 600 %s", k->path);
	return false;
}

/* NULL: it cannot be read, which was told unless only root may. */
static struct assay_key *
private_part(struct doctor *d, const struct daemon_key *k)
{
	struct text text = { .ptr = NULL };
	struct assay_key *key = NULL;
	const char *why = NULL;

	if (!text_read(&text, k->path))
		return NULL;
	if (assay_key_read(&key, (struct span){ (const uint8_t *)text.ptr,
	    text.len }, &why) != ASSAY_OK) {
		key = NULL;
		doctor_say(d, LEVEL_BAD, "keys", "%s is no private key: %s",
		    k->path, why != NULL ? why : "no memory");
		doctor_mend(d, "assay key new   # see assay(1)");
	} else if (assay_key_algorithm(key) != (k->algorithm == SIGN_RSA ?
	    ASSAY_RSA_SHA256 : ASSAY_ED25519_SHA256)) {
		doctor_say(d, LEVEL_BAD, "keys", "%s is a key of the other "
		    "algorithm (line %u)", k->path, k->line);
		doctor_mend(d, "assay conf check %s", d->conf_path);
	}
	if (text.ptr != NULL)
		explicit_bzero(text.ptr, text.len);
	text_free(&text);
	return key;
}

/* Will those who find these records find our signature good? */
static void
judge_records(struct doctor *d, const struct daemon_key *k, const char *name,
    const struct assay_answer *a)
{
	struct assay_key *key = private_part(d, k);
	const struct assay_reason_text *flaw;
	struct assay_key_report r;

	if (assay_key_judge(&r, a->item[0], key) != ASSAY_OK) {
		doctor_say(d, LEVEL_NOTE, "keys", "%s: no memory", name);
	} else if (r.flaw != ASSAY_R_NONE || !r.sha256) {
		flaw = assay_reason_text(r.flaw);
		doctor_say(d, LEVEL_BAD, "keys", "%s: %s", name,
		    r.flaw != ASSAY_R_NONE && flaw != NULL ? flaw->sentence :
		    "its h= leaves out sha256");
	} else if (a->n_item > 1) {
		doctor_say(d, LEVEL_BAD, "keys", "%s has several records; "
		    "which one counts is not defined", name);
	} else if (key != NULL && !r.matches) {
		doctor_say(d, LEVEL_BAD, "keys", "what is published at %s is "
		    "not the public part of %s: every signature fails", name,
		    k->path);
	} else {
		doctor_say(d, r.testing ? LEVEL_NOTE : LEVEL_GOOD, "keys",
		    "%s is published%s%s", name, key != NULL ?
		    " and fits its private key" : "", r.testing ?
		    ", with t=y: verifiers may ignore it" : "");
	}
	if (d->finding[d->n - 1].level == LEVEL_BAD &&
	    d->finding[d->n - 1].mend[0] == '\0')
		doctor_mend(d, "assay key record %.*s %.*s %s   # publish "
		    "what it shows", (int)k->selector.name.len,
		    (const char *)k->selector.name.ptr,
		    (int)k->domain.name.len,
		    (const char *)k->domain.name.ptr, k->path);
	assay_key_free(key);
}

static void
published(struct doctor *d, const struct daemon_key *k,
    struct assay_oracle *dns)
{
	struct assay_answer a = { .kind = ASSAY_A_UNKNOWN };
	char name[600];

	snprintf(name, sizeof(name), "%.*s._domainkey.%.*s",
	    (int)k->selector.name.len, (const char *)k->selector.name.ptr,
	    (int)k->domain.name.len, (const char *)k->domain.name.ptr);
	if (ask(dns, ASSAY_T_TXT, name, &a) != ASSAY_OK ||
	    a.kind == ASSAY_A_TEMPFAIL || a.kind == ASSAY_A_BOGUS ||
	    a.kind == ASSAY_A_UNKNOWN) {
		doctor_say(d, LEVEL_WARN, "keys", "whether %s is published "
		    "could not be found out", name);
		doctor_mend(d, "dig %s TXT", name);
	} else if (a.kind != ASSAY_A_DATA || a.n_item == 0) {
		doctor_say(d, LEVEL_BAD, "keys", "%s has no key in the DNS: "
		    "it does not sign", name);
		doctor_mend(d, "assay key record %.*s %.*s %s   # publish "
		    "what it shows", (int)k->selector.name.len,
		    (const char *)k->selector.name.ptr,
		    (int)k->domain.name.len,
		    (const char *)k->domain.name.ptr, k->path);
	} else {
		judge_records(d, k, name, &a);
	}
}

void
doctor_keys(struct doctor *d, struct assay_oracle *dns)
{
	for (size_t i = 0; i < d->conf->n_key; i++) {
		const struct daemon_key *k = &d->conf->key[i];

		if (!well_kept(d, k))
			continue;
		if (!daemon_key_valid(k, d->now))
			doctor_say(d, LEVEL_NOTE, "keys", "%s is not in its "
			    "time (line %u)", k->path, k->line);
		else if (dns != NULL)
			published(d, k, dns);
	}
}
