/* SPDX-License-Identifier: Apache-2.0 */
/*
 * courier.c - the process that talks to a server of IMAP.
 *
 * libcurl connects, proves who the server is and who we are, and then gives
 * us the stream (CURLOPT_CONNECT_ONLY): its own fetch would mark every mail
 * as seen.  The folder is opened read only (EXAMINE) unless something is to
 * be changed, and mails are always taken by BODY.PEEK.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "curl_library.h"
#include "mailbox.h"
#include "reach.h"
#include "sandbox.h"

enum {
	CONNECT_SECONDS = 60,	/* until we are logged in                    */
	SILENT_SECONDS = 60,	/* in the middle of an answer; RFC 9051
				 * section 5.4 lets servers wait 30 minutes
				 * for us, not us for them                   */
	COMMAND_SECONDS = 600,	/* the whole of an answer                    */
	NAME_MAX_LEN = 1100,	/* of a folder, in quotes                    */
	COMMAND_MAX = 4096
};

struct courier {
	const struct mailbox_want *want;
	int fd;
	struct curl_library lib;
	CURL *curl;
	curl_socket_t socket;
	char error[CURL_ERROR_SIZE];
	struct imap_reader reader;
	uint8_t room[16 << 10];
	struct span came;
	unsigned number;	/* of the command                            */
	char tag[16];
	time_t deadline;
	uint32_t exists;	/* mails in the folder                       */
	bool has_move, has_uidplus;
};

/* ---- words --------------------------------------------------------------- */

static void
say(const struct courier *c, const struct mailbox_word *w, int give)
{
	union { struct cmsghdr align; char room[CMSG_SPACE(sizeof(int))]; }
	    control = { .room = "" };
	struct mailbox_word copy = *w;
	struct iovec io = { &copy, sizeof(copy) };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1 };
	struct cmsghdr *h;
	ssize_t n;

	if (give >= 0) {
		m.msg_control = control.room;
		m.msg_controllen = sizeof(control.room);
		h = CMSG_FIRSTHDR(&m);
		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(h), &give, sizeof(int));
	}
	do
		n = sendmsg(c->fd, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(copy))
		_exit(1);
}

static _Noreturn void give_up(const struct courier *c, int status,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

static _Noreturn void
give_up(const struct courier *c, int status, const char *format, ...)
{
	struct mailbox_word w = { .kind = MAILBOX_WRONG,
		.status = (uint8_t)status };
	va_list ap;

	va_start(ap, format);
	vsnprintf(w.text, sizeof(w.text), format, ap);
	va_end(ap);
	say(c, &w, -1);
	_exit(0);
}

/* ---- the connection ------------------------------------------------------ */

/* Where the server is, for libcurl behind the walls. */
static struct curl_slist *
addresses(const struct courier *c, const char *host, const char *port,
    char *line, size_t cap, bool *local)
{
	static struct curl_slist one;
	int err = reach(line, cap, host, port, local);

	if (err != 0)
		give_up(c, err == EAI_AGAIN ? EXIT_TEMPORARY : EXIT_USAGE,
		    "%s: %s", host, gai_strerror(err));
	one.data = line;
	return *host == '[' ? NULL : &one;
}

static void
set_secret(struct courier *c, const char *user)
{
	const struct mailbox_want *w = c->want;

	c->lib.easy_setopt(c->curl, CURLOPT_USERNAME, user);
	/* ways that need no file and no other server */
	if (w->token != NULL) {
		c->lib.easy_setopt(c->curl, CURLOPT_XOAUTH2_BEARER, w->token);
		c->lib.easy_setopt(c->curl, CURLOPT_LOGIN_OPTIONS,
		    "AUTH=OAUTHBEARER;AUTH=XOAUTH2");
		return;
	}
	c->lib.easy_setopt(c->curl, CURLOPT_PASSWORD, w->password);
	c->lib.easy_setopt(c->curl, CURLOPT_LOGIN_OPTIONS,
	    "AUTH=PLAIN;AUTH=LOGIN");
}

static void
set_up(struct courier *c)
{
	const struct imap_url *u = &c->want->url;
	struct curl_blob ca = { (void *)(uintptr_t)c->want->ca.ptr,
		c->want->ca.len, CURL_BLOB_NOCOPY };
	static char line[1024];
	char host[256], port[8], user[512], url[300];
	bool local = false;
	struct curl_slist *known;

	snprintf(host, sizeof(host), "%.*s", (int)u->host.len,
	    (const char *)u->host.ptr);
	snprintf(user, sizeof(user), "%.*s", (int)u->user.len,
	    (const char *)u->user.ptr);
	snprintf(port, sizeof(port), "%.*s", (int)u->port.len,
	    (const char *)u->port.ptr);
	snprintf(url, sizeof(url), "imap%s://%s:%s/", u->tls ? "s" : "", host,
	    port);
	known = addresses(c, host, port, line, sizeof(line), &local);
	c->lib.easy_setopt(c->curl, CURLOPT_URL, url);
	c->lib.easy_setopt(c->curl, CURLOPT_RESOLVE, known);
	c->lib.easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "imap,imaps");
	c->lib.easy_setopt(c->curl, CURLOPT_PROXY, "");
	c->lib.easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
	c->lib.easy_setopt(c->curl, CURLOPT_CONNECT_ONLY, 1L);
	c->lib.easy_setopt(c->curl, CURLOPT_CONNECTTIMEOUT,
	    (long)CONNECT_SECONDS);
	c->lib.easy_setopt(c->curl, CURLOPT_TIMEOUT, (long)CONNECT_SECONDS);
	c->lib.easy_setopt(c->curl, CURLOPT_USE_SSL, (long)(c->want->plain ||
	    local ? CURLUSESSL_TRY : CURLUSESSL_ALL));
	c->lib.easy_setopt(c->curl, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	c->lib.easy_setopt(c->curl, CURLOPT_CAPATH, NULL);
	c->lib.easy_setopt(c->curl, CURLOPT_CAINFO, NULL);
	c->lib.easy_setopt(c->curl, CURLOPT_CAINFO_BLOB, &ca);
	set_secret(c, user);
}

static void
open_library(struct courier *c)
{
	const char *why = "";

	if (!curl_library_open(&c->lib, &why))
		give_up(c, EXIT_USAGE, "libcurl cannot be opened (package "
		    "libcurl4): %s", why);
	if (c->lib.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (c->curl = c->lib.easy_init()) == NULL)
		give_up(c, EXIT_TEMPORARY, "libcurl cannot start");
	c->lib.easy_setopt(c->curl, CURLOPT_ERRORBUFFER, c->error);
	/* without an address: it makes the sockets that it wakes itself up
	 * by, which it may not make behind the walls, and keeps them */
	(void)c->lib.easy_perform(c->curl);
	set_up(c);
}

static _Noreturn void
not_connected(const struct courier *c, CURLcode rc)
{
	bool ours = rc == CURLE_LOGIN_DENIED || rc == CURLE_USE_SSL_FAILED ||
	    rc == CURLE_PEER_FAILED_VERIFICATION ||
	    rc == CURLE_SSL_CACERT_BADFILE;

	if (rc == CURLE_LOGIN_DENIED)
		give_up(c, EXIT_USAGE, "the server does not let us in: %s",
		    *c->error != '\0' ? c->error : c->lib.easy_strerror(rc));
	if (rc == CURLE_USE_SSL_FAILED)
		give_up(c, EXIT_USAGE, "the server offers no TLS; the secret "
		    "was not sent");
	give_up(c, ours ? EXIT_USAGE : EXIT_TEMPORARY, "%s",
	    *c->error != '\0' ? c->error : c->lib.easy_strerror(rc));
}

static void
connect_it(struct courier *c)
{
	CURLcode rc = c->lib.easy_perform(c->curl);

	if (rc != CURLE_OK)
		not_connected(c, rc);
	if (c->lib.easy_getinfo(c->curl, CURLINFO_ACTIVESOCKET, &c->socket) !=
	    CURLE_OK || c->socket == CURL_SOCKET_BAD)
		give_up(c, EXIT_TEMPORARY, "no connection");
	imap_start(&c->reader);
}

/* ---- commands ------------------------------------------------------------ */

static time_t
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static void
wait_until(const struct courier *c, short events)
{
	struct pollfd p = { .fd = c->socket, .events = events };
	int n;

	if (seconds() > c->deadline)
		give_up(c, EXIT_TEMPORARY, "the server takes too long");
	do
		n = poll(&p, 1, SILENT_SECONDS * 1000);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		give_up(c, EXIT_TEMPORARY, "the server says nothing");
}

static void
ask(struct courier *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
ask(struct courier *c, const char *format, ...)
{
	char line[COMMAND_MAX];
	size_t at, end;
	va_list ap;

	snprintf(c->tag, sizeof(c->tag), "a%u", ++c->number);
	at = (size_t)snprintf(line, sizeof(line), "%s ", c->tag);
	va_start(ap, format);
	end = at + (size_t)vsnprintf(line + at, sizeof(line) - at, format,
	    ap);
	va_end(ap);
	if (end + 3 > sizeof(line))
		give_up(c, EXIT_USAGE, "the name of the folder is too long");
	memcpy(line + end, "\r\n", 2);
	end += 2;
	c->deadline = seconds() + COMMAND_SECONDS;
	for (at = 0; at < end; ) {
		size_t n = 0;
		CURLcode rc = c->lib.easy_send(c->curl, line + at, end - at,
		    &n);

		if (rc == CURLE_AGAIN)
			wait_until(c, POLLOUT);
		else if (rc != CURLE_OK)
			give_up(c, EXIT_TEMPORARY, "the server has ended the "
			    "connection");
		at += n;
	}
}

static void
receive(struct courier *c)
{
	size_t n = 0;
	CURLcode rc;

	if (seconds() > c->deadline)
		give_up(c, EXIT_TEMPORARY, "the server takes too long");
	while ((rc = c->lib.easy_recv(c->curl, c->room, sizeof(c->room),
	    &n)) == CURLE_AGAIN)
		wait_until(c, POLLIN);
	if (rc != CURLE_OK || n == 0)
		give_up(c, EXIT_TEMPORARY, "the server has ended the "
		    "connection");
	c->came = (struct span){ c->room, n };
}

/* The next piece of the answer; false: it was all, and the command is done.
 * A command that was refused is the end. */
static bool
hear(struct courier *c, struct imap_piece *p)
{
	enum imap_status st;
	struct span words;

	while (imap_next(&c->reader, &c->came, p) == IMAP_MORE)
		receive(c);
	if (p->kind == IMAP_BROKEN)
		give_up(c, EXIT_TEMPORARY, "the server does not speak IMAP");
	st = p->kind == IMAP_END && p->first ? imap_answer(p->text,
	    assay_cstr(c->tag), &words) : IMAP_S_NONE;
	if (st == IMAP_S_NO || st == IMAP_S_BAD)
		give_up(c, st == IMAP_S_NO ? EXIT_USAGE : EXIT_TEMPORARY,
		    "the server refuses: %.*s", (int)(words.len > 200 ? 200 :
		    words.len), (const char *)words.ptr);
	return st == IMAP_S_NONE;
}

static void
quoted(const struct courier *c, struct span name, char *out, size_t cap)
{
	struct buf b = { .ptr = (uint8_t *)out, .cap = cap - 1 };

	if (!imap_quote(&b, name))
		give_up(c, EXIT_USAGE, "the name of the folder is too long");
	out[b.len] = '\0';
}

static bool
has_word(struct span text, struct span word)
{
	while (text.len > 0)
		if (span_ieq(span_cut(&text, ' '), word))
			return true;
	return false;
}

static void
learn(struct courier *c)
{
	struct imap_piece p;

	ask(c, "CAPABILITY");
	while (hear(c, &p)) {
		if (!span_istarts(p.text, SPAN("* CAPABILITY ")))
			continue;
		/* IMAP4rev2 has both: RFC 9051 appendix E */
		c->has_move = has_word(p.text, SPAN("MOVE")) ||
		    has_word(p.text, SPAN("IMAP4rev2"));
		c->has_uidplus = has_word(p.text, SPAN("UIDPLUS")) ||
		    has_word(p.text, SPAN("IMAP4rev2"));
	}
	/* without it, EXPUNGE would remove what others have marked, too */
	if (!c->has_uidplus && (c->want->then == THEN_DELETE ||
	    (c->want->then == THEN_MOVE && !c->has_move)))
		give_up(c, EXIT_USAGE, "the server cannot remove single "
		    "mails (UIDPLUS, RFC 4315)");
}

static void
open_folder(struct courier *c)
{
	struct mailbox_word w = { .kind = MAILBOX_READY };
	char name[NAME_MAX_LEN];
	struct imap_piece p;

	quoted(c, c->want->url.folder, name, sizeof(name));
	ask(c, "%s %s", c->want->then == THEN_NOTHING ? "EXAMINE" : "SELECT",
	    name);
	while (hear(c, &p))
		if (p.kind == IMAP_END && p.first &&
		    !imap_uidvalidity(p.text, &w.uid))
			(void)imap_exists(p.text, &c->exists);
	/* RFC 9051 section 7.1: then UIDs do not stay */
	if (w.uid == 0)
		give_up(c, EXIT_USAGE, "the server has no lasting numbers "
		    "for mails (UIDVALIDITY)");
	say(c, &w, -1);
}

/* ---- what we are asked to do --------------------------------------------- */

static void
list(struct courier *c)
{
	struct imap_fetch f = { .open = false };
	struct imap_piece p;

	/* some servers take a set of an empty folder for an error */
	if (c->exists > 0)
		ask(c, "UID FETCH 1:* (UID RFC822.SIZE FLAGS)");
	while (c->exists > 0 && hear(c, &p)) {
		struct mailbox_word w = { .kind = MAILBOX_MAIL };

		if (p.kind == IMAP_OCTETS || !imap_fetch_read(&f, &p) ||
		    p.kind != IMAP_END || f.uid == 0 || !f.sized)
			continue;
		w.uid = f.uid;
		w.size = f.size;
		w.seen = f.seen;
		say(c, &w, -1);
	}
	say(c, &(struct mailbox_word){ .kind = MAILBOX_DONE }, -1);
}

static void
put(const struct courier *c, int fd, struct span s)
{
	while (s.len > 0) {
		ssize_t n = write(fd, s.ptr, s.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			give_up(c, EXIT_TEMPORARY, "no memory for a mail: %s",
			    strerror(errno));
		s = span_skip(s, (size_t)n);
	}
}

/* RFC 9051 section 4.3: a short string may be in quotes. */
static void
put_quoted(const struct courier *c, int fd, struct span s)
{
	while (s.len > 0) {
		size_t n = span_find(s, '\\');

		put(c, fd, span_head(s, n));
		s = span_skip(s, n);
		if (s.len > 0) {
			put(c, fd, span_slice(s, 1, 2));
			s = span_skip(s, 2);
		}
	}
}

static void
fetch(struct courier *c, uint32_t uid)
{
	struct mailbox_word w = { .kind = MAILBOX_GONE, .uid = uid };
	struct imap_fetch f = { .open = false };
	struct imap_piece p;
	bool body = false;	/* what comes is of it                       */
	int fd = memfd_create("assay-mail", MFD_CLOEXEC);

	if (fd < 0)
		give_up(c, EXIT_TEMPORARY, "%s", strerror(errno));
	ask(c, "UID FETCH %u (UID BODY.PEEK[])", uid);
	while (hear(c, &p)) {
		if (p.kind == IMAP_OCTETS) {
			if (body && w.kind == MAILBOX_BODY)
				put(c, fd, p.text);
			continue;
		}
		body = imap_fetch_read(&f, &p) && f.literal;
		if (!body && !(f.body && f.text.len > 0))
			continue;
		/* one mail was asked for: another body is no answer */
		if (w.kind != MAILBOX_GONE || (f.uid != 0 && f.uid != uid))
			give_up(c, EXIT_TEMPORARY, "the server sends another "
			    "mail than we asked for");
		w.kind = body && p.size > MAIL_MAX ? MAILBOX_LARGE :
		    MAILBOX_BODY;
		w.size = body ? p.size : f.text.len;
		if (!body)
			put_quoted(c, fd, f.text);
	}
	say(c, &w, w.kind == MAILBOX_BODY ? fd : -1);
	close(fd);
}

static void
do_it(struct courier *c)
{
	struct imap_piece p;

	while (hear(c, &p))
		;
}

static void
then(struct courier *c, const struct mailbox_word *w)
{
	char set[12 * MAIL_SET + 1] = "", name[NAME_MAX_LEN];
	size_t at = 0;
	enum mailbox_then what = c->want->then;

	for (size_t i = 0; i < w->uid && i < MAIL_SET; i++)
		at += (size_t)snprintf(set + at, sizeof(set) - at, "%s%u",
		    i > 0 ? "," : "", w->list[i]);
	if (what == THEN_SEEN) {
		ask(c, "UID STORE %s +FLAGS.SILENT (\\Seen)", set);
		do_it(c);
	}
	if (what == THEN_MOVE) {
		quoted(c, c->want->target, name, sizeof(name));
		ask(c, "UID %s %s %s", c->has_move ? "MOVE" : "COPY", set,
		    name);
		do_it(c);
	}
	if (what == THEN_DELETE || (what == THEN_MOVE && !c->has_move)) {
		ask(c, "UID STORE %s +FLAGS.SILENT (\\Deleted)", set);
		do_it(c);
		ask(c, "UID EXPUNGE %s", set);
		do_it(c);
	}
	say(c, &(struct mailbox_word){ .kind = MAILBOX_DONE }, -1);
}

_Noreturn void
courier(int fd, pid_t parent, const struct mailbox_want *want)
{
	struct sandbox_want walls = { .dir = -1, .parent = parent };
	struct courier *c = calloc(1, sizeof(*c));
	struct mailbox_word w;
	const char *why;

	if (c == NULL)
		_exit(1);
	c->fd = fd;
	c->want = want;
	open_library(c);
	if (!sandbox_enter(ROLE_RESOLVE, &walls, &why))
		give_up(c, EXIT_TEMPORARY, "cannot build the walls: %s: %s",
		    why, strerror(errno));
	connect_it(c);
	learn(c);
	open_folder(c);
	while (recv(fd, &w, sizeof(w), 0) == (ssize_t)sizeof(w)) {
		if (w.kind == MAILBOX_LIST)
			list(c);
		else if (w.kind == MAILBOX_FETCH)
			fetch(c, w.uid);
		else
			then(c, &w);
	}
	_exit(0);
}
