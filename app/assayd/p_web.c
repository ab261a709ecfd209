/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p_web.c - the role web: HTTP for programs, metrics, the status socket.
 *
 * A connection is cut when a request takes too long, in whatever part of it
 * the time goes; there are so many connections at most, and so many octets
 * of messages.
 */
#include "web.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the library and the loop ------------------------------------------ */

static void
on_timer(void *ctx)
{
	http_pump(ctx);
}

static void
on_ready(void *ctx, unsigned events)
{
	(void)events;
	http_pump(ctx);
}

/* At its limit the library does not hear of new connections, and when some
 * have gone it listens again only in its next run: nothing would wake us for
 * that. */
void
http_pump(struct http *h)
{
	struct loop *loop = h->web->role->loop;
	MHD_UNSIGNED_LONG_LONG ms;
	uint64_t gone;

	do {
		gone = h->web->gone;
		(void)h->web->lib.run(h->mhd);
	} while (h->web->gone != gone);
	if (h->web->lib.get_timeout(h->mhd, &ms) == MHD_YES)
		(void)loop_timer(loop, &h->timer, ms > 3600000 ? 3600000 :
		    (int64_t)ms);
	else
		loop_untimer(loop, &h->timer);
}

/* ---- connections ------------------------------------------------------- */

static int
socket_of(const struct web *w, const struct connection *c)
{
	const union MHD_ConnectionInfo *i = w->lib.get_connection_info(c->mhd,
	    MHD_CONNECTION_INFO_CONNECTION_FD);

	return i == NULL ? -1 : i->connect_fd;
}

/* The library finds it closed, and ends it. */
static void
cut(const struct web *w, const struct connection *c)
{
	int fd = socket_of(w, c);

	if (fd >= 0)
		(void)shutdown(fd, SHUT_RDWR);
}

static void
on_sweep(void *ctx)
{
	struct web *w = ctx;
	int64_t now = loop_ms(w->role->loop);

	for (struct connection *c = w->connections; c != NULL; c = c->next)
		if (c->due < now)
			cut(w, c);
	if (w->connections != NULL)
		(void)loop_timer(w->role->loop, &w->sweep, 1000);
}

static void
maybe_drained(struct web *w)
{
	if (w->draining && w->connections == NULL)
		role_drained(w->role);
}

static void
came(struct web *w, struct MHD_Connection *mhd, void **ctx)
{
	struct connection *c = calloc(1, sizeof(*c));

	*ctx = c;
	if (c == NULL)
		return;
	c->mhd = mhd;
	c->due = loop_ms(w->role->loop) + WEB_REQUEST_MS;
	c->next = w->connections;
	c->link = &w->connections;
	if (c->next != NULL)
		c->next->link = &c->next;
	w->connections = c;
	w->n_connection++;
	if (w->sweep.place == 0)
		(void)loop_timer(w->role->loop, &w->sweep, 1000);
}

static void
went(struct web *w, struct connection *c)
{
	if (c == NULL)
		return;
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	free(c);
	w->n_connection--;
	w->gone++;
	maybe_drained(w);
}

static void
on_connection(void *cls, struct MHD_Connection *mhd, void **ctx,
    enum MHD_ConnectionNotificationCode code)
{
	struct http *h = cls;
	struct web *w = h->web;

	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		came(w, mhd, ctx);
	else
		went(w, *ctx);
	stats_set(&w->role->stats, STAT_HTTP_OPEN, w->n_connection);
}

/* The longest of those that have not said yet what they want, and honest
 * ones say it at once: cut, so that nobody fills the house by silence. */
static bool
make_room(struct web *w)
{
	struct connection *oldest = NULL;

	for (struct connection *c = w->connections; c != NULL; c = c->next)
		if (!c->whole && !c->leaving &&
		    (oldest == NULL || c->due < oldest->due))
			oldest = c;
	if (oldest == NULL)
		return false;
	oldest->leaving = true;
	cut(w, oldest);
	return w->n_connection < WEB_CONNECTIONS + WEB_LEAVING;
}

static enum MHD_Result
on_accept(void *cls, const struct sockaddr *addr, socklen_t len)
{
	struct http *h = cls;

	(void)addr;
	(void)len;
	if (h->web->n_connection < WEB_CONNECTIONS || make_room(h->web))
		return MHD_YES;
	stats_count(&h->web->role->stats, STAT_HTTP_LIMITED);
	return MHD_NO;
}

/* ---- requests ---------------------------------------------------------- */

static void *
on_target(void *cls, const char *target, struct MHD_Connection *mhd)
{
	struct http *h = cls;
	struct request *r = calloc(1, sizeof(*r));
	const union MHD_ConnectionInfo *i = h->web->lib.get_connection_info(
	    mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	if (r == NULL)
		return NULL;
	r->http = h;
	r->mhd = mhd;
	r->fd = -1;
	r->connection = i == NULL ? NULL : i->socket_context;
	if (r->connection != NULL)
		r->connection->busy = true;
	arena_init(&r->arena, 1 << 20);
	(void)http_ask_parse(&r->ask, arena_dup(&r->arena,
	    assay_cstr(target)), &r->arena, &r->fault);
	return r;
}

static void
on_completed(void *cls, struct MHD_Connection *mhd, void **ctx,
    enum MHD_RequestTerminationCode code)
{
	struct http *h = cls;
	struct request *r = *ctx;

	(void)mhd;
	(void)code;
	*ctx = NULL;
	if (r == NULL)
		return;
	if (r->connection != NULL) {
		r->connection->busy = r->connection->whole = false;
		r->connection->due = loop_ms(h->web->role->loop) +
		    WEB_REQUEST_MS;
		if (h->web->draining)
			cut(h->web, r->connection);
	}
	check_forget(r);
	arena_free(&r->arena);
	free(r);
}

/* Whoever may come in by the permissions of a socket file needs no token;
 * nor does who only asks whether we live. */
static bool
may(struct request *r)
{
	const struct web *w = r->http->web;
	const char *field = w->lib.lookup_connection_value(r->mhd,
	    MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);

	if (w->tokens != NULL)
		r->token = tokens_match(w->tokens,
		    http_bearer(assay_cstr(field)));
	return r->http->open || r->ask.path == PATH_HEALTHZ ||
	    r->ask.path == PATH_READYZ || r->token != NULL;
}

/* What it says it will send; 0: it does not say. */
static uint64_t
announced(struct request *r)
{
	const char *field = r->http->web->lib.lookup_connection_value(r->mhd,
	    MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
	uint64_t n = 0;

	if (field != NULL)
		(void)span_u64(assay_cstr(field), UINT64_MAX, &n);
	return n;
}

/* Many clients send all before they listen: a short body is read and thrown
 * away first; who sends much is told, and cut off. */
static enum MHD_Result
deny(struct request *r, unsigned status, const char *kind, const char *text)
{
	uint64_t n = announced(r);

	if (n == 0 || n > WEB_SWALLOW)
		return answer_error(r, status, kind, text);
	r->status = status;
	r->kind = kind;
	r->text = text;
	r->done = true;
	return MHD_YES;
}

bool
web_posted(const struct request *r)
{
	return r->ask.path == PATH_CHECK || r->ask.path == PATH_REPORT ||
	    r->ask.path == PATH_OUTBOX;
}

/* False: *why this path is not for this place. */
static bool
possible(struct request *r, const char **why)
{
	const struct web *w = r->http->web;

	*why = NULL;
	if (r->ask.path == PATH_CHECK && r->http->status)
		*why = "the status socket judges no mail; see 'listen http'";
	else if (r->ask.path == PATH_REPORT && (w->store == NULL ||
	    w->daemon->n_report_address == 0))
		*why = "no reports are taken here; see report-address";
	else if (r->ask.path == PATH_OUTBOX && !r->http->status)
		*why = "this is asked on the status socket";
	else if (r->ask.path == PATH_OUTBOX && (w->store == NULL ||
	    !w->daemon->outbound.send))
		*why = "no reports are sent here; see send-reports";
	return *why == NULL;
}

static enum MHD_Result
start(struct request *r)
{
	bool waits = r->ask.path == PATH_CHECK ? check_begin(r) :
	    r->ask.path == PATH_REPORT ? report_begin(r) : outbox_begin(r);

	return waits ? MHD_YES : answer_check(r);
}

/* With the header read, and before any of the body is. */
static enum MHD_Result
begin(struct request *r, const char *method)
{
	bool post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;
	bool get = strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
	    strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	const char *why;

	if (!may(r))
		return deny(r, MHD_HTTP_UNAUTHORIZED, "unauthorized",
		    "show a token: Authorization: Bearer ...");
	if (r->ask.path == PATH_OTHER)
		return deny(r, MHD_HTTP_NOT_FOUND, "not-found",
		    "there is nothing here; see assay-http(7)");
	if (web_posted(r) ? !post : !get)
		return deny(r, MHD_HTTP_METHOD_NOT_ALLOWED, "method",
		    web_posted(r) ? "messages and reports come with POST" :
		    "this is read with GET");
	if (r->fault.what != NULL)
		return deny(r, MHD_HTTP_BAD_REQUEST, "parameter", NULL);
	if (!possible(r, &why))
		return deny(r, MHD_HTTP_FORBIDDEN, "forbidden", why);
	if (announced(r) > r->http->web->daemon->message_bytes)
		return deny(r, MHD_HTTP_CONTENT_TOO_LARGE,
		    "too-large", "longer than max-message-size");
	return MHD_YES;		/* an answer now would close the connection */
}

static enum MHD_Result
on_access(void *cls, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *data, size_t *n,
    void **ctx)
{
	struct request *r = *ctx;
	size_t got = *n;

	(void)cls;
	(void)mhd;
	(void)url;
	(void)version;
	if (r == NULL)
		return MHD_NO;		/* no memory: close */
	if (!r->seen) {
		r->seen = true;
		return begin(r, method);
	}
	*n = 0;
	if (got > 0) {
		if (!r->done && web_posted(r))
			(void)check_data(r, data, got);
		return MHD_YES;		/* told when it is at its end */
	}
	if (r->connection != NULL)
		r->connection->whole = true;
	if (!r->done && !web_posted(r))
		return answer_get(r);
	return r->done ? answer_check(r) : start(r);
}

/* ---- peers ------------------------------------------------------------- */

static void
on_bus(void *ctx, struct bus *bus, struct msg *m)
{
	if (m->kind == MSG_VERDICT)
		check_verdict(ctx, bus, &m->verdict, m->fd);
	else if (m->kind == MSG_KEPT)
		report_kept(ctx, &m->kept);
	else if (m->kind == MSG_HURRIED)
		outbox_hurried(ctx, &m->hurried);
}

static void
on_peer(void *ctx, enum role_kind kind, unsigned index, bool up)
{
	struct web *w = ctx;

	if (kind == ROLE_RESOLVE)
		w->resolve_up = up;
	if (kind == ROLE_STORE && !up)
		reports_lost(w);
	if (kind != ROLE_EVAL || index >= w->n_worker)
		return;
	w->worker[index].up = up;
	check_peer(w, &w->worker[index]);
}

static void
on_drain(void *ctx)
{
	struct web *w = ctx;

	w->draining = true;
	for (size_t i = 0; i < w->n_http; i++)
		(void)w->lib.quiesce_daemon(w->http[i].mhd);
	for (struct connection *c = w->connections; c != NULL; c = c->next)
		if (!c->busy)
			cut(w, c);
	maybe_drained(w);
}

/* ---- start ------------------------------------------------------------- */

static bool
add_http(struct web *w, int fd, uint16_t listener, bool open, bool status)
{
	struct http *h = &w->http[w->n_http];
	const union MHD_DaemonInfo *info;

	*h = (struct http){ .web = w, .listener = listener, .open = open,
		.status = status };
	h->mhd = w->lib.start_daemon(MHD_USE_EPOLL |
	    MHD_ALLOW_SUSPEND_RESUME, 0, on_accept, h, on_access, h,
	    MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_CONNECTION_LIMIT, WEB_CONNECTIONS + WEB_LEAVING,
	    MHD_OPTION_CONNECTION_TIMEOUT, WEB_IDLE_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)WEB_HEADER,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_URI_LOG_CALLBACK, on_target, h,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
	    MHD_OPTION_END);
	if (h->mhd == NULL)
		return false;
	info = w->lib.get_daemon_info(h->mhd, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL)
		return false;
	h->watch = (struct watch){ .fd = info->epoll_fd, .want = LOOP_READ,
		.fn = on_ready, .ctx = h };
	h->timer = (struct timer){ .fn = on_timer, .ctx = h };
	w->n_http++;
	return loop_watch(w->role->loop, &h->watch);
}

static bool
listen_all(struct web *w)
{
	const struct daemon_conf *d = w->daemon;
	int fd = role_fd(w->role, "status", 0);

	if (fd >= 0 && !add_http(w, fd, UINT16_MAX, true, true))
		return false;
	for (size_t i = 0; i < d->n_listener; i++) {
		fd = role_fd(w->role, "listen", (unsigned)i);
		if (fd < 0 || d->listener[i].kind != LISTENER_HTTP)
			continue;
		if (w->n_http > WEB_LISTENERS || !add_http(w, fd, (uint16_t)i,
		    w->tokens == NULL &&
		    d->listener[i].socket == SOCKET_UNIX, false))
			return false;
	}
	return true;
}

static bool
read_tokens(struct web *w)
{
	int fd = role_fd(w->role, "tokens", 0);
	struct stat st;
	char text[64 << 10], where[20];
	unsigned line;
	const char *why;
	ssize_t n;

	if (fd < 0)
		return true;
	w->tokens = calloc(1, sizeof(*w->tokens));
	if (w->tokens == NULL || fstat(fd, &st) != 0 ||
	    st.st_size > (off_t)sizeof(text))
		return false;
	n = pread(fd, text, sizeof(text), 0);
	close(fd);
	if (n >= 0 && tokens_parse(w->tokens, (struct span){
	    (const uint8_t *)text, (size_t)n }, &line, &why))
		return true;
	/* the line is told, not what stands there */
	snprintf(where, sizeof(where), "%u", n < 0 ? 0 : line);
	log_say2(&w->role->log, "start-failed", n < 0 ? "the token-file "
	    "cannot be read" : why, "line", assay_cstr(where));
	return false;
}

static void
map_pages(struct web *w)
{
	unsigned n = role_fds(w->role, "page");

	for (unsigned i = 0; i < n && w->n_page < STATS_PAGES; i++) {
		int fd = role_fd(w->role, "page", i);

		w->page[w->n_page] = stats_map(fd);
		if (w->page[w->n_page] != NULL)
			w->n_page++;
		close(fd);
	}
}

static bool
join_workers(struct web *w)
{
	unsigned n = role_fds(w->role, role_kind_name(ROLE_EVAL));

	w->store = role_bus(w->role, ROLE_STORE, 0, on_bus, w);
	for (unsigned i = 0; i < n && i < WEB_WORKERS; i++) {
		w->worker[i].bus = role_bus(w->role, ROLE_EVAL, i, on_bus, w);
		if (w->worker[i].bus == NULL)
			return false;
		w->n_worker++;
	}
	return true;
}

int
role_web(struct role *role)
{
	struct web *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return 1;
	w->role = role;
	w->daemon = &role->daemon;
	w->sum = calloc(1, sizeof(*w->sum));
	w->sweep = (struct timer){ .fn = on_sweep, .ctx = w };
	w->max_bodies = 2 * w->daemon->message_bytes;
	w->next_id = (uint64_t)ROLE_WEB << 56 |
	    ((uint64_t)clock_micros() & 0xffffffffffffff);
	role->ctx = w;
	role->on_peer = on_peer;
	role->on_drain = on_drain;
	if (!web_library_open(&w->lib, &role->log))
		return 1;
	if (w->sum == NULL || !read_tokens(w) || !join_workers(w)) {
		log_say(&role->log, "start-failed", "no memory, or no "
		    "usable token-file");
		return 1;
	}
	map_pages(w);
	if (!listen_all(w)) {
		log_say(&role->log, "start-failed", strerror(errno));
		return 1;
	}
	return role_run(role);
}
