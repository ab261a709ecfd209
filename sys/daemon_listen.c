/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon_listen.c - listen statements: sockets that others connect to.
 */
#include "daemon_make.h"

#include <stdio.h>
#include <string.h>

static bool
loopback(const struct assay_addr *a)
{
	struct conf_net v4, v6;

	return conf_net(&v4, SPAN("127.0.0.0/8")) &&
	    conf_net(&v6, SPAN("::1/128")) &&
	    (conf_net_has(&v4, a) || conf_net_has(&v6, a));
}

/* scheme, a, and behind a colon b */
static const char *
hint(struct making *m, const char *scheme, struct span a, struct span b)
{
	struct buf text = arena_buf(m->a, 20 + a.len + b.len);

	buf_str(&text, scheme);
	buf_put(&text, a);
	if (b.len > 0)
		buf_byte(&text, ':');
	buf_put(&text, b);
	return conf_cstr(m->a, buf_span(&text));
}

/* ADDR:PORT or [ADDR]:PORT; libmilter's PORT@HOST is told how to be said. */
static bool
inet(struct making *m, struct daemon_listener *l, struct span at,
    unsigned family)
{
	size_t colon = span_rfind(at, ':');
	struct span host = span_head(at, colon), rest = at, libmilter;
	struct span port = span_skip(at, colon + 1);
	uint64_t number = 0;

	l->socket = SOCKET_INET;
	if (span_has(at, '@')) {
		libmilter = span_cut(&rest, '@');
		if (span_eq(rest, SPAN("localhost")) || rest.len == 0)
			rest = family == 4 ? SPAN("127.0.0.1") : SPAN("[::1]");
		return making_wrong(m, l->line, "an address and a port are "
		    "written ADDR:PORT", hint(m, family == 4 ?
		    "inet:" : "inet6:", rest, libmilter));
	}
	if (span_at(host, 0) == '[' && span_ends(host, SPAN("]")))
		host = span_slice(host, 1, host.len - 1);
	if (assay_addr_parse(&l->addr, host) != ASSAY_OK)
		return making_wrong(m, l->line, "before the port stands an "
		    "IP address, no name", span_eq(host, SPAN("localhost")) ?
		    hint(m, "inet:", SPAN("127.0.0.1"), port) :
		    NULL);
	if (l->addr.family != family)
		return making_wrong(m, l->line, "this address is of the "
		    "other family", family == 4 ? "inet6" : "inet");
	if (!span_u64(port, 65535, &number) || number == 0)
		return making_wrong(m, l->line, "a port is a number from 1 "
		    "to 65535", NULL);
	l->port = (uint16_t)number;
	if (l->kind == LISTENER_HTTP && !loopback(&l->addr))
		return making_wrong(m, l->line, "HTTP is served on a unix "
		    "socket or a loopback address alone", NULL);
	/* RFC 2033 5: not over a wide area network */
	if (l->kind == LISTENER_LMTP && !loopback(&l->addr))
		return making_wrong(m, l->line, "LMTP is served on a unix "
		    "socket or a loopback address alone", NULL);
	return true;
}

static bool
unix_path(struct making *m, struct daemon_listener *l, struct span path)
{
	l->socket = SOCKET_UNIX;
	l->path = conf_cstr(m->a, path);
	if (span_at(path, 0) != '/')
		return making_wrong(m, l->line, "the path of a socket "
		    "starts with /", NULL);
	/* sun_path of unix(7) */
	if (path.len > 107 || l->path == NULL)
		return making_wrong(m, l->line, "the path of a socket has "
		    "at most 107 octets", NULL);
	return true;
}

static bool
address(struct making *m, struct daemon_listener *l, struct span text)
{
	static const char *const known[] = { "unix", "inet", "inet6",
		"systemd" };
	struct span rest = text, scheme = span_cut(&rest, ':');

	l->address = conf_cstr(m->a, text);
	switch (word_among(scheme, known, 4)) {
	case 0: return unix_path(m, l, rest);
	case 1: return inet(m, l, rest, 4);
	case 2: return inet(m, l, rest, 6);
	case 3:
		l->socket = SOCKET_SYSTEMD;
		l->path = conf_cstr(m->a, rest);
		return rest.len > 0 || making_wrong(m, l->line,
		    "after systemd: the name of the socket is missing", NULL);
	}
	/* a bare path and libmilter's word for it */
	if (span_at(text, 0) == '/' || span_eq(scheme, SPAN("local")))
		return making_wrong(m, l->line, "a socket in the file system "
		    "is written unix:/PATH", hint(m, "unix:",
		    span_at(text, 0) == '/' ? text : rest, SPAN("")));
	return making_unknown(m, l->line, "kind of socket", scheme, known, 4);
}

static bool
permissions(struct making *m, struct daemon_listener *l, struct span text)
{
	unsigned v = 0;

	for (size_t i = 0; i < text.len && v < 01000; i++) {
		int c = span_at(text, i);

		if (c < '0' || c > '7')
			return making_wrong(m, l->line, "permissions are "
			    "octal, such as 0660", NULL);
		v = v * 8 + (unsigned)(c - '0');
	}
	if (text.len == 0 || v > 0777)
		return making_wrong(m, l->line, "permissions are octal, such "
		    "as 0660", NULL);
	l->permissions = v;
	return true;
}

static bool
mode(struct making *m, struct daemon_listener *l, struct span word)
{
	static const char *const known[] = { "enforce", "observe" };

	l->observe = span_eq(word, SPAN("observe"));
	return word_among(word, known, 2) < 2 ||
	    making_unknown(m, l->line, "mode", word, known, 2);
}

static bool
option(struct making *m, struct daemon_listener *l, struct words *w)
{
	static const char *const known[] = { "name", "mode", "own",
		"permissions", "group" };
	struct span word = words_next(w), value;
	size_t which = word_among(word, known, 5);

	if (which == 5)
		return making_unknown(m, l->line, "option of listen", word,
		    known, 5);
	/* they say what is done with mail on its way */
	if (l->kind == LISTENER_LMTP && (which == 1 || which == 2))
		return making_wrong(m, l->line, "mode and own are of "
		    "listeners for milter", NULL);
	if (which == 2) {
		l->own = true;
		return true;
	}
	value = words_next(w);
	if (value.len == 0)
		return making_wrong(m, l->line, "a value is missing", NULL);
	if (which == 0)
		l->name = conf_cstr(m->a, value);
	if (which == 1)
		return mode(m, l, value);
	if (which == 3)
		return permissions(m, l, value);
	if (which == 4)
		l->group = conf_cstr(m->a, value);
	return true;
}

static bool
listener(struct making *m, struct daemon_listener *l,
    const struct conf_item *item, size_t at)
{
	static const char *const known[] = { "milter", "http", "lmtp" };
	static const enum listener_kind kinds[] = { LISTENER_MILTER,
		LISTENER_HTTP, LISTENER_LMTP };
	struct words w = words_of(item);
	struct span kind = words_next(&w), text = words_next(&w);
	size_t which = word_among(kind, known, 3);
	char name[32];

	*l = (struct daemon_listener){ .permissions = 0660,
		.line = item->line };
	if (which == 3)
		return making_unknown(m, l->line, "kind of listener", kind,
		    known, 3);
	l->kind = kinds[which];
	l->observe = l->kind != LISTENER_LMTP &&
	    conf_number(m->c, CONF_K_MODE) == 1;
	if (text.len == 0)
		return making_wrong(m, l->line, "an address is missing, such "
		    "as unix:/run/assay/milter.sock", NULL);
	if (!address(m, l, text))
		return false;
	while (w.at < w.n)
		if (!option(m, l, &w))
			return false;
	if (l->name == NULL) {
		(void)snprintf(name, sizeof(name), "%s%zu", known[which],
		    at);
		l->name = conf_cstr(m->a, assay_cstr(name));
	}
	return true;
}

/* Two of the same name or address. */
static void
unique(struct making *m, const struct daemon_listener *l, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++) {
		if (strcmp(l[i].name, l[n - 1].name) == 0)
			making_wrong(m, l[n - 1].line, "two listeners have "
			    "the same name", NULL);
		if (strcmp(l[i].address, l[n - 1].address) == 0)
			making_wrong(m, l[n - 1].line, "two listeners have "
			    "the same address", NULL);
	}
}

void
making_listeners(struct making *m)
{
	const struct conf_item *item = m->c->first[CONF_K_LISTEN];
	struct daemon_listener *l = arena_array(m->a,
	    conf_items(m->c, CONF_K_LISTEN), sizeof(*l));
	size_t n = 0;

	for (; l != NULL && item != NULL; item = item->next) {
		if (!listener(m, &l[n], item, n) || m->a->failed)
			continue;
		unique(m, l, ++n);
		if (l[n - 1].kind == LISTENER_HTTP &&
		    l[n - 1].socket != SOCKET_UNIX &&
		    m->c->first[CONF_K_TOKEN_FILE] == NULL)
			making_wrong(m, item->line, "who may use HTTP shows "
			    "a token: token-file is missing", NULL);
	}
	m->d->listener = l;
	m->d->n_listener = n;
}
