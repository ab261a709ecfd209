/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings.c - how to judge, from flags, configuration and defaults.
 */
#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "conf_judge.h"
#include "fault.h"

/* ---- the configuration --------------------------------------------------- */

static void
tell(void *ctx, unsigned line, const char *what, const char *near)
{
	const char *path = ctx;

	fprintf(stderr, "%s:%u: %s", path, line, what);
	if (near != NULL)
		fprintf(stderr, "; did you mean '%s'?", near);
	fputc('\n', stderr);
}

/* What is legal and yet deserves a word. */
static void
remark(const struct assay_policy *policy, const char *path, unsigned line)
{
	const char *what;
	unsigned at;

	for (size_t i = 0; assay_policy_remark(policy, i, &at, &what); i++)
		fprintf(stderr, "%s:%u: warning: %s\n", path, line - 1 + at,
		    what);
}

bool
settings_policy(struct assay_policy **out, struct assay_span text,
    const char *path, unsigned line)
{
	unsigned at = 0;
	const char *why = NULL;
	enum assay_status st = assay_policy_parse(out, text, &at, &why);

	if (st == ASSAY_OK) {
		remark(*out, path, line);
		return true;
	}
	fprintf(stderr, "%s:%u: %s\n", path, line - 1 + (at > 0 ? at : 1),
	    why != NULL ? why : assay_status_str(st));
	return false;
}

bool
settings_conf(struct conf *out, struct text *text, const char *path)
{
	char copy[4096];

	if (!text_read(text, path)) {
		fprintf(stderr, "assay: cannot read %s: %s\n", path,
		    strerror(errno));
		return false;
	}
	snprintf(copy, sizeof(copy), "%s", path);
	return conf_parse(out, (struct assay_span){
	    (const uint8_t *)text->ptr, text->len }, tell, copy);
}

/* Relays of the configuration, to which those of --trust are added. */
static bool
take_relays(struct settings *s, const struct conf_judging *judging)
{
	s->trusted = calloc(judging->n_relay + 1, sizeof(*s->trusted));
	if (s->trusted == NULL)
		return false;
	for (size_t i = 0; i < judging->n_relay; i++)
		s->trusted[s->n_trusted++] = judging->relay[i];
	return true;
}

static void
take_profile(struct settings *s, struct assay_span name)
{
	if (name.len == 7 && memcmp(name.ptr, "rfc7489", 7) == 0)
		s->options.profile = ASSAY_RFC7489;
}

static bool
take_conf(struct settings *s, const char *path)
{
	struct conf *c = &s->conf;
	struct conf_judging judging;

	if (path == NULL) {
		if (!conf_parse(c, assay_cstr(""), NULL, NULL))
			return false;
	} else if (!settings_conf(c, &s->conf_text, path)) {
		return false;
	}
	if (!conf_judging(&judging, c))
		return false;
	s->options = judging.options;
	s->limits = judging.limits;
	s->resolver = judging.resolver;
	s->suffix_path = judging.suffix_path;
	s->session.receiver = conf_text(c, CONF_K_AUTHSERV_ID);
	if (c->first[CONF_K_POLICY] != NULL && !settings_policy(&s->policy,
	    c->first[CONF_K_POLICY]->text, path,
	    c->first[CONF_K_POLICY]->line))
		return false;
	return take_relays(s, &judging);
}

/* ---- the flags ----------------------------------------------------------- */

static bool
tell_bytes(void *ctx, struct assay_span bytes)
{
	(void)ctx;
	return fwrite(bytes.ptr, 1, bytes.len, stderr) == bytes.len;
}

static bool
wrong(const char *flag, const char *value, const char *want)
{
	fprintf(stderr, "assay: --%s '", flag);
	(void)fault_printable(assay_cstr(value), tell_bytes, NULL);
	fprintf(stderr, "': %s\n", want);
	return false;
}

static bool
take_trust(struct settings *s, const char *list)
{
	struct conf_net *bigger;
	size_t n = 1;

	for (const char *p = list; *p != '\0'; p++)
		n += *p == ',';
	bigger = realloc(s->trusted, (s->n_trusted + n) * sizeof(*bigger));
	if (bigger == NULL)
		return false;
	s->trusted = bigger;
	for (const char *p = list; p != NULL; p = strchr(p, ',')) {
		size_t len;

		p += *p == ',';
		len = strcspn(p, ",");
		if (!conf_net(&s->trusted[s->n_trusted], (struct assay_span){
		    (const uint8_t *)p, len }))
			return wrong("trust", list,
			    "networks are ADDR or ADDR/BITS, with commas");
		s->n_trusted++;
	}
	return true;
}

/* The rules for a value are those of the configuration. */
static bool
conf_takes(const char *key, const char *text)
{
	struct conf probe;
	char line[400];
	bool ok;

	if (strlen(text) >= 300 || strpbrk(text, "\"\\") != NULL)
		return false;
	snprintf(line, sizeof(line), "%s \"%s\"", key, text);
	ok = conf_parse(&probe, assay_cstr(line), NULL, NULL);
	conf_free(&probe);
	return ok;
}

bool
settings_domain(const char *text)
{
	char copy[300];
	size_t n = strlen(text);

	if (n == 0 || n >= sizeof(copy))
		return false;
	memcpy(copy, text, n + 1);
	if (copy[n - 1] == '.')
		copy[n - 1] = '\0';
	return conf_takes("own-domain", copy);
}

static bool
take_resolver(struct settings *s, const char *text)
{
	snprintf(s->server, sizeof(s->server), "%s", text);
	s->resolver.server = s->server;
	return conf_takes("resolver", text) || wrong("resolver", text,
	    "a resolver is system, recursive or ADDR[:PORT]");
}

static bool
take_zone(struct settings *s, const char *path)
{
	struct assay_oracle probe;
	unsigned line = 0;
	const char *why = NULL;
	enum assay_status st;

	if (!text_read(&s->zone, path)) {
		fprintf(stderr, "assay: cannot read the zone %s: %s\n", path,
		    strerror(errno));
		return false;
	}
	st = assay_oracle_zone(&probe, (struct assay_span){
	    (const uint8_t *)s->zone.ptr, s->zone.len }, &line, &why);
	if (st != ASSAY_OK) {
		fprintf(stderr, "%s:%u: %s\n", path, line,
		    why != NULL ? why : assay_status_str(st));
		return false;
	}
	assay_oracle_free(&probe);
	s->live = false;
	return true;
}

/* Clients say odd things in HELO; what no line of SMTP can carry, or what
 * would end the word, they cannot have said. */
static bool
is_helo(const char *text)
{
	for (const char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x21 || *p == 0x7f)
			return false;
	return *text != '\0';
}

static bool
take_session(struct settings *s, const struct args *args)
{
	const char *const *v = args->value;

	if (v[F_IP] != NULL && assay_addr_parse(&s->session.client,
	    assay_cstr(v[F_IP])) != ASSAY_OK)
		return wrong("ip", v[F_IP], "this is no IP address");
	if (v[F_HELO] != NULL && !is_helo(v[F_HELO]))
		return wrong("helo", v[F_HELO], "a name has no spaces and no "
		    "control characters, and is not empty");
	if (v[F_RECEIVER] != NULL && !conf_takes("authserv-id",
	    v[F_RECEIVER]))
		return wrong("receiver", v[F_RECEIVER], "this is no host "
		    "name");
	if (v[F_HELO] != NULL)
		s->session.helo = assay_cstr(v[F_HELO]);
	if (v[F_MAIL_FROM] != NULL) {
		const char *p = v[F_MAIL_FROM];
		size_t n = strlen(p);

		/* <a@b> is a@b, as people paste it */
		if (n >= 2 && p[0] == '<' && p[n - 1] == '>')
			p++, n -= 2;
		s->session.mail_from =
		    (struct assay_span){ (const uint8_t *)p, n };
	}
	if (v[F_RECEIVER] != NULL)
		s->session.receiver = assay_cstr(v[F_RECEIVER]);
	s->given_client = v[F_IP] != NULL;
	s->given_helo = v[F_HELO] != NULL;
	s->given_mail_from = v[F_MAIL_FROM] != NULL;
	s->session.now = args->given[F_TIME] ? args->time :
	    (int64_t)time(NULL);
	return true;
}

static bool
take_flags(struct settings *s, const struct args *args)
{
	const char *const *v = args->value;

	if (v[F_PROFILE] != NULL) {
		if (strcmp(v[F_PROFILE], "rfc9989") != 0 &&
		    strcmp(v[F_PROFILE], "rfc7489") != 0)
			return wrong("profile", v[F_PROFILE],
			    "a profile is rfc9989 or rfc7489");
		s->options.profile = ASSAY_RFC9989;
		take_profile(s, assay_cstr(v[F_PROFILE]));
	}
	s->from_headers = args->given[F_FROM_HEADERS];
	if (v[F_TRUST] != NULL && !take_trust(s, v[F_TRUST]))
		return false;
	if (v[F_RESOLVER] != NULL && !take_resolver(s, v[F_RESOLVER]))
		return false;
	if (v[F_ZONE] != NULL && v[F_RESOLVER] != NULL)
		return wrong("zone", v[F_ZONE],
		    "answers come from a zone or from a resolver, not both");
	if (v[F_ZONE] != NULL && !take_zone(s, v[F_ZONE]))
		return false;
	if (s->live && s->resolver.server != NULL &&
	    strncmp(s->resolver.server, "zone:", 5) == 0 &&
	    !take_zone(s, s->resolver.server + 5))
		return false;
	return take_session(s, args);
}

static bool
take_policy(struct settings *s, const char *path)
{
	struct text text = { .ptr = NULL };
	struct assay_policy *policy = NULL;
	bool ok;

	if (!text_read(&text, path)) {
		fprintf(stderr, "assay: cannot read the policy %s: %s\n",
		    path, strerror(errno));
		text_free(&text);
		return false;
	}
	ok = settings_policy(&policy, (struct assay_span){
	    (const uint8_t *)text.ptr, text.len }, path, 1);
	text_free(&text);
	if (!ok)
		return false;
	assay_policy_free(s->policy);
	s->policy = policy;
	return true;
}

bool
settings_make(struct settings *out, const struct args *args)
{
	*out = (struct settings){ .live = true };
	if (!take_conf(out, args->value[F_CONF]) || !take_flags(out, args))
		return false;
	if (args->value[F_POLICY] != NULL &&
	    !take_policy(out, args->value[F_POLICY]))
		return false;
	if (out->resolver.server != NULL &&
	    strcmp(out->resolver.server, "system") == 0)
		out->resolver.server = NULL;
	if (out->session.receiver.len == 0) {
		if (gethostname(out->host, sizeof(out->host) - 1) != 0)
			snprintf(out->host, sizeof(out->host), "localhost");
		out->session.receiver = assay_cstr(out->host);
	}
	return true;
}

void
settings_free(struct settings *s)
{
	assay_policy_free(s->policy);
	free(s->trusted);
	text_free(&s->zone);
	conf_free(&s->conf);
	text_free(&s->conf_text);
}

bool
settings_policy_file(struct assay_policy **out, const char *path)
{
	struct text text = { .ptr = NULL };
	bool ok = text_read(&text, path);

	if (!ok)
		fprintf(stderr, "assay: cannot read the policy %s: %s\n",
		    path, strerror(errno));
	else
		ok = settings_policy(out, (struct assay_span){
		    (const uint8_t *)text.ptr, text.len }, path, 1);
	text_free(&text);
	return ok;
}
