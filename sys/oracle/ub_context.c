/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle/ub_context.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <unbound.h>
#include <unbound-event.h>

#include "wire/addr.h"
#include "wire/dnsrr.h"

static bool
option(struct ub_ctx *ctx, const char *name, const char *value)
{
	return ub_ctx_set_option(ctx, name, value) == 0;
}

/* "ADDR[:PORT]" as libunbound writes it: "ADDR@PORT". */
static bool
server_text(char out[64], const char *server)
{
	struct span s = assay_cstr(server), host = s, port = SPAN_NONE;
	uint8_t text[ADDR_TEXT];
	struct buf b = BUF_ON(text);
	struct assay_addr addr;
	uint64_t n = 53;

	if (span_at(s, 0) == '[') {
		if (!span_has(s, ']'))
			return false;
		port = span_skip(s, 1);
		host = span_cut(&port, ']');
		if (port.len > 0 && span_at(port, 0) != ':')
			return false;
		port = port.len > 0 ? span_skip(port, 1) : SPAN_NONE;
	} else if (span_find(s, ':') == span_rfind(s, ':')) {
		/* at most one colon: what follows it is a port */
		port = s;
		host = span_cut(&port, ':');
		if (host.len == s.len)
			port = SPAN_NONE;
	}
	if (!span_absent(port) && (!span_u64(port, 65535, &n) || n == 0))
		return false;
	if (!addr_parse4(&addr, host) && !addr_parse6(&addr, host))
		return false;
	addr_print(&b, &addr);
	snprintf(out, 64, "%.*s@%u", (int)b.len, (const char *)text,
	    (unsigned)n);
	return true;
}

static bool
add_anchors(struct ub_ctx *ctx, const struct assay_resolver_conf *conf)
{
	static const char system_root[] = "/usr/share/dns/root.key";
	const char *file = conf->trust_anchor_file;
	bool recursive = conf->server != NULL &&
	    strcmp(conf->server, "recursive") == 0;

	if (conf->trust_anchor == NULL && file == NULL && recursive &&
	    access(system_root, R_OK) == 0)
		file = system_root;
	if (conf->trust_anchor == NULL && file == NULL)
		return option(ctx, "module-config:", "iterator");
	return (conf->trust_anchor == NULL ||
	    ub_ctx_add_ta(ctx, conf->trust_anchor) == 0) &&
	    (file == NULL || (access(file, R_OK) == 0 &&
	    ub_ctx_add_ta_file(ctx, file) == 0));
}

static enum assay_status
set_server(struct ub_ctx *ctx, const char *server)
{
	char text[64];

	if (server == NULL)
		return ub_ctx_resolvconf(ctx, NULL) == 0 ? ASSAY_OK :
		    ASSAY_IO;
	if (strcmp(server, "recursive") == 0)
		return ASSAY_OK;
	if (!server_text(text, server))
		return ASSAY_FORMAT;
	return ub_ctx_set_fwd(ctx, text) == 0 ? ASSAY_OK : ASSAY_IO;
}

static const struct setting {
	const char *name, *value;
} always[] = {
	{ "do-not-query-localhost:", "no" }, { "unblock-lan-zones:", "yes" },
	{ "infra-keep-probing:", "yes" },
}, for_command[] = {
	{ "outgoing-range:", "64" },
}, for_role[] = {
	/* ports open at once, and questions asked for us at once */
	{ "outgoing-range:", "256" }, { "num-queries-per-thread:", "1024" },
	{ "msg-cache-size:", "1m" }, { "rrset-cache-size:", "2m" },
	{ "key-cache-size:", "512k" }, { "neg-cache-size:", "256k" },
	{ "infra-cache-numhosts:", "5000" },
	/* one thread: nothing to keep apart */
	{ "msg-cache-slabs:", "1" }, { "rrset-cache-slabs:", "1" },
	{ "key-cache-slabs:", "1" }, { "infra-cache-slabs:", "1" },
};

static bool
options(struct ub_ctx *ctx, const struct setting *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!option(ctx, s[i].name, s[i].value))
			return false;
	return true;
}

static bool
set_options(struct ub_ctx *ctx, enum ub_use use)
{
	bool ok = options(ctx, always, sizeof(always) / sizeof(always[0]));

	switch (use) {
	case UB_COMMAND:
		return ok && options(ctx, for_command,
		    sizeof(for_command) / sizeof(for_command[0]));
	case UB_DAEMON:
		return ok && options(ctx, for_role,
		    sizeof(for_role) / sizeof(for_role[0]));
	}
	return false;
}

/* The order matters: ub_ctx_zone_add() ends the set-up, and what is set
 * after it is silently ignored. */
enum assay_status
ub_context_open(struct ub_ctx **out, struct ub_event_base *events,
    const struct assay_resolver_conf *conf, enum ub_use use)
{
	struct ub_ctx *ctx = ub_ctx_create_ub_event(events);
	enum assay_status st;

	*out = ctx;
	if (ctx == NULL)
		return ASSAY_NOMEM;
	if (ub_ctx_debugout(ctx, NULL) != 0 || !set_options(ctx, use))
		return ASSAY_IO;
	st = set_server(ctx, conf->server);
	if (st != ASSAY_OK)
		return st;
	if (!add_anchors(ctx, conf))
		return ASSAY_FORMAT;
	/* otherwise answered by libunbound itself */
	return ub_ctx_zone_add(ctx, "test.", "transparent") == 0 ?
	    ASSAY_OK : ASSAY_FORMAT;
}

static void
warm(void *arg, int rcode, void *packet, int len, int sec, char *why,
    int limited)
{
	bool *done = arg;

	(void)rcode;
	(void)packet;
	(void)len;
	(void)sec;
	(void)why;
	(void)limited;
	*done = true;
}

/* RFC 6303: libunbound answers for localhost by itself. */
bool
ub_context_warm(struct ub_ctx *ctx)
{
	bool done = false;

	return ub_resolve_event(ctx, "localhost.", 1, 1, &done, warm,
	    NULL) == 0 && done;
}

void
ub_context_read(struct assay_answer *a, uint16_t type, struct span packet,
    int sec, const char *why_bogus, struct arena *arena)
{
	if (sec == 1) {
		/* the validator's reason as an item, for the evidence */
		struct span *why = arena_alloc(arena, sizeof(*why));

		*a = (struct assay_answer){ .kind = ASSAY_A_BOGUS,
			.ttl = UB_FAILED_TTL };
		if (why == NULL || why_bogus == NULL)
			return;
		*why = arena_dup(arena, assay_cstr(why_bogus));
		a->item = why;
		a->n_item = 1;
		return;
	}
	if (packet.ptr == NULL || !reply_read(a, packet, type, arena))
		*a = (struct assay_answer){ .kind = ASSAY_A_TEMPFAIL };
	if (a->kind == ASSAY_A_TEMPFAIL)
		a->ttl = UB_FAILED_TTL;
	else
		a->secure = sec == 2;
}

