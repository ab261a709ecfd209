/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spf2 DIR SIZE REPEAT: every envelope through libspf2, its cache over its
 * own zone in memory: after the first round all answers are at hand.
 */
#include "bench/corpus.h"

#include <sys/types.h>
#include <netinet/in.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <spf2/spf.h>
#include <spf2/spf_dns_zone.h>
#include <spf2/spf_dns_cache.h>

static SPF_server_t *server;

/* "TXT "a" "b"" becomes ab, in place. */
static char *
joined(char *text)
{
	char *out = text, *in = text;
	bool inside = false;

	for (; *in != '\0'; in++)
		if (*in == '"')
			inside = !inside;
		else if (inside)
			*out++ = *in;
	*out = '\0';
	return text;
}

/* "10 mx1.x." and "x." lose the number and the dot. */
static char *
host(char *text)
{
	char *space = strrchr(text, ' ');

	if (space != NULL)
		text = space + 1;
	text[strcspn(text, "\r\n")] = '\0';
	if (text[0] != '\0' && text[strlen(text) - 1] == '.')
		text[strlen(text) - 1] = '\0';
	return text;
}

static void
add(SPF_dns_server_t *zone, char *line)
{
	char *name = strsep(&line, " "), *type = strsep(&line, " ");
	ns_type t;

	if (type == NULL || line == NULL || name[0] == '$')
		return;
	name[strlen(name) - 1] = '\0';
	if (strcmp(type, "TXT") == 0) {
		if (strstr(name, "_domainkey") != NULL)
			return;	/* only what SPF can ask for */
		t = ns_t_txt;
		line = joined(line);
	} else if (strcmp(type, "A") == 0) {
		t = ns_t_a;
	} else if (strcmp(type, "MX") == 0) {
		t = ns_t_mx;
		line = host(line);
	} else {
		return;
	}
	SPF_dns_zone_add_str(zone, name, t, NETDB_SUCCESS, line);
}

static void
begin(struct corpus *c)
{
	size_t len;
	char *line = corpus_file(c, "zone.txt", &len), *end;
	SPF_dns_server_t *zone = SPF_dns_zone_new(NULL, NULL, 0);

	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		add(zone, line);
	}
	/* 2^16 buckets: room for everything */
	server = SPF_server_new_dns(SPF_dns_cache_new(zone, NULL, 0, 16), 0);
	if (server == NULL)
		exit(1);
	SPF_server_set_rec_dom(server, "mx.rcpt.test");
}

/* Right is what RFC 7208 says of the shape and the address; libspf2 does
 * not hold the limit of ten look-ups, so "deep" may come out wrong. */
static bool
right(const struct item *i, SPF_result_t result)
{
	if (strcmp(i->shape, "none") == 0)
		return result == SPF_RESULT_NONE;
	if (strcmp(i->shape, "deep") == 0)
		return result == SPF_RESULT_PERMERROR;
	if (strncmp(i->ip, "100.64.", 7) == 0)
		return result == SPF_RESULT_FAIL ||
		    result == SPF_RESULT_SOFTFAIL;
	return result == SPF_RESULT_PASS;
}

static bool
one(const struct item *i)
{
	SPF_request_t *q = SPF_request_new(server);
	SPF_response_t *r = NULL;
	bool ok;

	SPF_request_set_ipv4_str(q, i->ip);
	SPF_request_set_helo_dom(q, i->helo);
	SPF_request_set_env_from(q, i->mail_from);
	SPF_request_query_mailfrom(q, &r);
	ok = r != NULL && right(i, SPF_response_result(r));
	SPF_response_free(r);
	SPF_request_free(q);
	return ok;
}

int
main(int argc, char **argv)
{
	return corpus_serve(argc, argv, begin, one);
}
