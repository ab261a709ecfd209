/* SPDX-License-Identifier: Apache-2.0 */
/*
 * courier_hook.c - one body to the webhook: signed now, by libcurl on our own
 * loop, one at a time.
 *
 * What needs files is read before the walls: the key, the certificates, the
 * library.  Its name is asked of resolve, as everything.  A redirect is not
 * followed, since words for one place do not go to another.
 */
#include "courier.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "curl_library.h"
#include "hook_sign.h"
#include "qa.h"
#include "wire/addr.h"

enum {
	SOCKETS = 4,			/* of one transfer: two at most      */
	ADDRESSES = 8,			/* of the host, that are tried       */
	REPLY_MOST = 64 << 10,		/* octets of an answer nobody reads  */
	CA_MOST = 8 << 20		/* octets of certificates            */
};

struct hook;

struct hook_socket {
	struct hook *hook;
	struct watch watch;		/* fd -1: free                       */
};

struct hook {
	struct courier *courier;
	struct curl_library lib;
	CURLM *multi;
	CURL *easy;			/* NULL: nothing is on its way       */
	struct hook_key key;
	uint8_t *ca, *body;
	size_t ca_len, came;
	uint64_t id;			/* 0: none                           */
	unsigned asked;			/* questions without an answer       */
	size_t body_len, n_address;
	struct assay_addr address[ADDRESSES];
	char host[256], name[120], resolve[1024], signature[HOOK_SIGNATURE];
	char error[CURL_ERROR_SIZE];
	struct curl_slist head[4], where;
	struct hook_socket socket[SOCKETS];
	struct timer timer, patience;
};

/* ---- the end ------------------------------------------------------------- */

static void
forget(struct hook *h)
{
	struct loop *loop = h->courier->role->loop;

	if (h->easy != NULL) {
		(void)h->lib.multi_remove_handle(h->multi, h->easy);
		h->lib.easy_cleanup(h->easy);
		h->easy = NULL;
	}
	loop_untimer(loop, &h->timer);
	loop_untimer(loop, &h->patience);
	free(h->body);
	h->body = NULL;
	h->id = 0;
	h->asked = 0;
}

static void
tell(struct hook *h, enum smtp_result result, long code, const char *why)
{
	struct courier *c = h->courier;
	struct msg_delivered m = { .id = h->id, .result = (uint8_t)result,
		.code = (uint16_t)code, .text = assay_cstr(why) };

	bus_send_delivered(c->store, &m, -1);
	forget(h);
	courier_post_ended(c);
}

/* 408, 425 and 429 ask for another time (RFC 9110 15.5.9, RFC 8470 5.2,
 * RFC 6585 4); other refusals are of the words or of us. */
static enum smtp_result
meaning(long code)
{
	if (code >= 200 && code <= 299)
		return SMTP_SENT;
	return code >= 500 || code == 408 || code == 425 || code == 429 ?
	    SMTP_LATER : SMTP_NEVER;
}

/* A status is an answer, whatever comes behind it. */
static void
ended(struct hook *h, CURLcode rc)
{
	char words[40];
	long code = 0;

	(void)h->lib.easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &code);
	if (code == 0 || (rc != CURLE_OK && rc != CURLE_WRITE_ERROR)) {
		tell(h, SMTP_LATER, 0, *h->error != '\0' ? h->error :
		    h->lib.easy_strerror(rc));
		return;
	}
	snprintf(words, sizeof(words), "it answers %ld", code);
	tell(h, meaning(code), code, words);
}

/* ---- libcurl on our loop ------------------------------------------------- */

static void
act(struct hook *h, curl_socket_t fd, int what)
{
	CURLMsg *m;
	int left;

	(void)h->lib.multi_socket_action(h->multi, fd, what, &left);
	while (h->easy != NULL &&
	    (m = h->lib.multi_info_read(h->multi, &left)) != NULL)
		if (m->msg == CURLMSG_DONE)
			ended(h, m->data.result);
}

static void
on_socket(void *ctx, unsigned events)
{
	struct hook_socket *s = ctx;

	act(s->hook, s->watch.fd,
	    ((events & (LOOP_READ | LOOP_HUP)) != 0 ? CURL_CSELECT_IN : 0) |
	    ((events & LOOP_WRITE) != 0 ? CURL_CSELECT_OUT : 0));
}

static void
on_timer(void *ctx)
{
	act(ctx, CURL_SOCKET_TIMEOUT, 0);
}

static int
set_timer(CURLM *multi, long in_ms, void *ctx)
{
	struct hook *h = ctx;
	struct loop *loop = h->courier->role->loop;

	(void)multi;
	if (in_ms < 0)
		loop_untimer(loop, &h->timer);
	else
		(void)loop_timer(loop, &h->timer, in_ms);
	return 0;
}

static struct hook_socket *
socket_of(struct hook *h, int fd)
{
	for (size_t i = 0; i < SOCKETS; i++)
		if (h->socket[i].watch.fd == fd)
			return &h->socket[i];
	return NULL;
}

static int
set_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *mine)
{
	struct hook *h = ctx;
	struct loop *loop = h->courier->role->loop;
	struct hook_socket *s = socket_of(h, fd);
	unsigned want = ((what & CURL_POLL_IN) != 0 ? LOOP_READ : 0) |
	    ((what & CURL_POLL_OUT) != 0 ? LOOP_WRITE : 0);

	(void)easy;
	(void)mine;
	if (what == CURL_POLL_REMOVE) {
		if (s != NULL)
			loop_unwatch(loop, &s->watch);
		if (s != NULL)
			s->watch.fd = -1;
		return 0;
	}
	if (s != NULL)
		return loop_change(loop, &s->watch, want) ? 0 : -1;
	s = socket_of(h, -1);
	if (s == NULL)
		return -1;
	s->watch.fd = fd;
	s->watch.want = want;
	if (loop_watch(loop, &s->watch))
		return 0;
	s->watch.fd = -1;
	return -1;
}

/* As the walls want it: TCP, and no protocol by number. */
static curl_socket_t
open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	(void)ctx;
	(void)purpose;
	return socket(to->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);
}

static size_t
swallow(char *bytes, size_t size, size_t n, void *ctx)
{
	struct hook *h = ctx;

	(void)bytes;
	h->came += size * n;
	return h->came > REPLY_MOST ? 0 : size * n;
}

/* ---- a transfer ---------------------------------------------------------- */

/* "host:port:address,address", since nobody else can be asked here. */
static void
put_addresses(struct hook *h)
{
	struct buf b = { .ptr = (uint8_t *)h->resolve,
		.cap = sizeof(h->resolve) - 1 };

	buf_str(&b, h->host);
	buf_str(&b, ":");
	buf_u64(&b, h->courier->role->daemon.alerts.web_port);
	for (size_t i = 0; i < h->n_address; i++) {
		bool six = h->address[i].family == 6;

		buf_str(&b, i == 0 ? ":" : ",");
		buf_str(&b, six ? "[" : "");
		addr_print(&b, &h->address[i]);
		buf_str(&b, six ? "]" : "");
	}
	h->resolve[b.len] = '\0';
	h->where = (struct curl_slist){ h->resolve, NULL };
}

static void
put_head(struct hook *h)
{
	static char type[] = "Content-Type: application/json", expect[] =
	    "Expect:";

	/* as of now: who receives it refuses what is old */
	hook_sign(h->signature, &h->key, loop_time(h->courier->role->loop),
	    (struct span){ h->body, h->body_len });
	/* expect: an answer that some servers never give */
	h->head[0] = (struct curl_slist){ type, &h->head[1] };
	h->head[1] = (struct curl_slist){ expect, &h->head[2] };
	h->head[2] = (struct curl_slist){ h->signature, &h->head[3] };
	h->head[3] = (struct curl_slist){ h->name, NULL };
}

static void
set_up(struct hook *h)
{
	const struct daemon_alerts *a = &h->courier->role->daemon.alerts;
	struct curl_blob ca = { h->ca, h->ca_len, CURL_BLOB_NOCOPY };

	put_head(h);
	h->came = 0;
	*h->error = '\0';
#define SET(option, value) (void)h->lib.easy_setopt(h->easy, option, value)
	SET(CURLOPT_ERRORBUFFER, h->error);
	SET(CURLOPT_URL, a->webhook);
	if (h->n_address > 0) {
		put_addresses(h);
		SET(CURLOPT_RESOLVE, &h->where);
	}
	SET(CURLOPT_PROTOCOLS_STR, a->web_tls ? "https" : "http");
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_FORBID_REUSE, 1L);
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)a->timeout_ms);
	SET(CURLOPT_TIMEOUT_MS, (long)a->timeout_ms);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_CAPATH, NULL);
	SET(CURLOPT_CAINFO, NULL);
	SET(CURLOPT_CAINFO_BLOB, &ca);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_USERAGENT, "assay");
	SET(CURLOPT_HTTPHEADER, h->head);
	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)h->body_len);
	SET(CURLOPT_POSTFIELDS, h->body);
	SET(CURLOPT_WRITEFUNCTION, swallow);
	SET(CURLOPT_WRITEDATA, h);
#undef SET
}

static void
transfer(struct hook *h)
{
	h->easy = h->lib.easy_init();
	if (h->easy == NULL) {
		tell(h, SMTP_LATER, 0, "no memory");
		return;
	}
	set_up(h);
	if (h->lib.multi_add_handle(h->multi, h->easy) != CURLM_OK)
		tell(h, SMTP_LATER, 0, "libcurl takes no transfer");
}

static void
on_patience(void *ctx)
{
	tell(ctx, SMTP_LATER, 0, "it takes too long");
}

/* ---- its name ------------------------------------------------------------ */

static bool
ask(struct hook *h)
{
	ROOM(room, 1400);
	struct buf list = BUF_ON(room);
	struct msg_ask m = { .id = h->id };

	h->n_address = h->asked = 0;
	for (int i = 0; i < 2; i++) {
		struct assay_question q = { ASSAY_Q_DNS, i == 0 ? ASSAY_T_A :
		    ASSAY_T_AAAA, assay_cstr(h->host) };
		ROOM(octets, 600);
		struct buf item = BUF_ON(octets);

		qa_put_question(&item, &q);
		bus_list_put(&list, buf_span(&item));
		h->asked++;
	}
	m.questions = buf_span(&list);
	return !list.full && bus_send_ask(h->courier->resolve, &m, -1);
}

static void
take_addresses(struct hook *h, const struct assay_question *q,
    const struct assay_answer *a)
{
	size_t n = q->type == ASSAY_T_A ? 4 : 16;

	for (size_t i = 0; a->kind == ASSAY_A_DATA && i < a->n_item &&
	    h->n_address < ADDRESSES; i++) {
		struct assay_addr *to = &h->address[h->n_address];

		if (a->item[i].len != n)
			continue;
		*to = (struct assay_addr){ .family = n == 4 ? 4 : 6 };
		memcpy(to->bytes, a->item[i].ptr, n);
		h->n_address++;
	}
}

bool
hook_answers(struct courier *c, const struct msg_answers *m)
{
	struct hook *h = c->hook;
	struct span list = m->answers, item;

	if (h == NULL || h->id == 0 || m->id != h->id)
		return false;
	while (bus_list_next(&list, &item)) {
		struct assay_question q;
		struct assay_answer a;

		arena_reset(&c->scratch);
		if (qa_get_answer(&q, &a, item, &c->scratch) && h->asked > 0) {
			take_addresses(h, &q, &a);
			h->asked--;
		}
	}
	if (h->asked > 0 || h->easy != NULL)
		return true;
	if (h->n_address == 0)
		tell(h, SMTP_LATER, 0, "its name has no address");
	else
		transfer(h);
	return true;
}

/* ---- orders -------------------------------------------------------------- */

static bool
is_address(const char *host)
{
	struct assay_addr a;

	return assay_addr_parse(&a, assay_cstr(host)) == ASSAY_OK ||
	    strcmp(host, "localhost") == 0;
}

static void
not_now(struct courier *c, uint64_t id, const char *why)
{
	struct msg_delivered m = { .id = id, .result = SMTP_LATER,
		.text = assay_cstr(why) };

	bus_send_delivered(c->store, &m, -1);
}

void
hook_begin(struct courier *c, const struct msg_hook *m)
{
	struct hook *h = c->hook;

	if (h == NULL || h->id != 0 || m->id == 0) {
		not_now(c, m->id, h == NULL ? "it cannot be spoken to: see "
		    "webhook-off" : "another one is on its way");
		return;
	}
	h->body = malloc(m->body.len + 1);
	if (h->body == NULL) {
		not_now(c, m->id, "no memory");
		return;
	}
	memcpy(h->body, m->body.ptr, m->body.len);
	h->body_len = m->body.len;
	h->id = m->id;
	snprintf(h->name, sizeof(h->name), "Idempotency-Key: %.*s",
	    (int)m->name.len, (const char *)m->name.ptr);
	loop_timer(c->role->loop, &h->patience,
	    2 * (int64_t)c->role->daemon.alerts.timeout_ms);
	if (is_address(h->host)) {
		h->n_address = 0;
		transfer(h);
	} else if (!ask(h)) {
		tell(h, SMTP_LATER, 0, "the DNS cannot be asked");
	}
}

void
hook_peer(struct courier *c, enum role_kind kind)
{
	struct hook *h = c->hook;

	if (h == NULL || h->id == 0)
		return;
	if (kind == ROLE_STORE)
		forget(h);
	else if (kind == ROLE_RESOLVE && h->asked > 0)
		tell(h, SMTP_LATER, 0, "the resolver was started again");
}

bool
hook_open(const struct courier *c)
{
	return c->hook != NULL && c->hook->id != 0;
}

/* ---- before the walls ---------------------------------------------------- */

/* Without certificates none is good, which is told when it is tried. */
static bool
read_ca(struct hook *h, int fd)
{
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) != 0 || st.st_size > CA_MOST)
		return true;
	h->ca = malloc((size_t)st.st_size + 1);
	n = h->ca == NULL ? -1 : pread(fd, h->ca, (size_t)st.st_size, 0);
	h->ca_len = n < 0 ? 0 : (size_t)n;
	return h->ca != NULL;
}

/* NULL, or why not.  It makes the sockets that it wakes itself up by, which it
 * may not make behind the walls, and keeps them. */
static const char *
start(struct hook *h)
{
	const char *why = "libcurl cannot start";
	CURL *first;

	if (!curl_library_open(&h->lib, &why) ||
	    h->lib.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (h->multi = h->lib.multi_init()) == NULL ||
	    (first = h->lib.easy_init()) == NULL)
		return why;
	h->lib.easy_cleanup(first);
	(void)h->lib.multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION,
	    set_socket);
	(void)h->lib.multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	(void)h->lib.multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION,
	    set_timer);
	(void)h->lib.multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	return NULL;
}

static struct hook *
hook_new(struct courier *c)
{
	struct span host = c->role->daemon.alerts.web_host;
	struct hook *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->courier = c;
	h->timer = (struct timer){ .fn = on_timer, .ctx = h };
	h->patience = (struct timer){ .fn = on_patience, .ctx = h };
	for (size_t i = 0; i < SOCKETS; i++)
		h->socket[i] = (struct hook_socket){ h, { .fd = -1,
			.fn = on_socket, .ctx = &h->socket[i] } };
	snprintf(h->host, sizeof(h->host), "%.*s", (int)host.len,
	    (const char *)host.ptr);
	return h;
}

bool
hook_start(struct courier *c)
{
	struct role *r = c->role;
	const char *why = NULL;
	struct hook *h;

	if (!daemon_tells_web(&r->daemon))
		return true;
	h = hook_new(c);
	if (h == NULL || !read_ca(h, role_fd(r, "hook", 1)))
		return false;
	why = hook_key_read(&h->key, role_fd(r, "hook", 0));
	if (why == NULL)
		why = start(h);
	if (why == NULL) {
		c->hook = h;
		r->wall_port[1] = r->daemon.alerts.web_port;
		return true;
	}
	log_say(&r->log, "webhook-off", why);
	hook_key_forget(&h->key);
	free(h->ca);
	free(h);
	return true;
}
