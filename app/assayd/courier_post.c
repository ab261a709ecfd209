/* SPDX-License-Identifier: Apache-2.0 */
/*
 * courier_post.c - one mail to the relay: the dialogue is lib/wire/smtp,
 * here are its connection and its patience (RFC 5321 4.5.3.2).
 *
 * What became of the mail is told the moment it is known; the parting words
 * come after.
 */
#include "courier.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PATIENCE_MS = 5 * 60000,	/* most of RFC 5321 4.5.3.2          */
	DOT_MS = 10 * 60000,		/* 4.5.3.2.6                         */
	BYE_MS = 5000			/* nothing depends on it             */
};

/* ---- the end ------------------------------------------------------------- */

static void
tell(struct post *l)
{
	const struct smtp_dialog *d = &l->dialog;
	struct msg_delivered m = { .id = l->id, .result = (uint8_t)d->result,
		.code = (uint16_t)d->code,
		.text = { d->text, d->text_len } };

	if (l->told || d->result == SMTP_OPEN)
		return;
	l->told = true;
	bus_send_delivered(l->courier->store, &m, -1);
}

static void
end(struct post *l)
{
	struct courier *c = l->courier;

	tell(l);
	loop_untimer(c->role->loop, &l->timer);
	if (l->watched)
		loop_unwatch(c->role->loop, &l->watch);
	if (l->watch.fd >= 0)
		close(l->watch.fd);
	if (l->file >= 0)
		close(l->file);
	for (size_t i = 0; i < POSTS; i++)
		if (c->post[i] == l)
			c->post[i] = NULL;
	free(l);
	courier_post_ended(c);
}

static void
broken(struct post *l, const char *why)
{
	smtp_broken(&l->dialog, why);
	end(l);
}

static void
on_timer(void *ctx)
{
	broken(ctx, "the relay does not answer");
}

static void
be_patient(struct post *l)
{
	loop_timer(l->courier->role->loop, &l->timer,
	    l->dialog.state == SMTP_QUIT ? BYE_MS :
	    l->dialog.state == SMTP_DOT ? DOT_MS : PATIENCE_MS);
}

/* ---- to the relay -------------------------------------------------------- */

/* False: the file is not what was said. */
static bool
read_piece(struct post *l)
{
	size_t want = l->left < POST_PIECE ? (size_t)l->left : POST_PIECE;
	ssize_t n;

	if (l->piece_at < l->piece_len || l->left == 0)
		return true;
	n = read(l->file, l->piece, want);
	if (n <= 0)
		return false;
	l->left -= (uint64_t)n;
	l->piece_at = 0;
	l->piece_len = (size_t)n;
	return true;
}

/* Fills out with more of the mail. */
static bool
fill(struct post *l)
{
	struct buf out = { .ptr = l->out, .cap = sizeof(l->out) };
	struct span mail;

	if (!read_piece(l))
		return false;
	mail = (struct span){ l->piece + l->piece_at,
		l->piece_len - l->piece_at };
	/* when nothing is left: the end */
	l->body = !smtp_stuff(&l->stuffing, &mail, &out);
	l->piece_at = l->piece_len - mail.len;
	l->out_at = 0;
	l->out_len = out.len;
	return true;
}

static bool
push(struct post *l)
{
	while (l->out_at < l->out_len || l->body) {
		ssize_t n;

		if (l->out_at == l->out_len && !fill(l))
			return false;
		n = send(l->watch.fd, l->out + l->out_at,
		    l->out_len - l->out_at, MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		l->out_at += (size_t)n;
	}
	return true;
}

/* Sends what waits, and listens when that is all. */
static void
go_on(struct post *l)
{
	bool more;

	if (!push(l)) {
		broken(l, "the relay hung up");
		return;
	}
	more = l->out_at < l->out_len || l->body;
	be_patient(l);
	if (!loop_change(l->courier->role->loop, &l->watch, more ?
	    LOOP_READ | LOOP_WRITE : LOOP_READ))
		broken(l, "the connection cannot be watched");
}

/* ---- from the relay ------------------------------------------------------ */

static void
hear(struct post *l, struct span in)
{
	struct buf say = { .ptr = l->out, .cap = sizeof(l->out) };

	switch (smtp_step(&l->dialog, &in, &say)) {
	case SMTP_READ:
		return;
	case SMTP_SAY:
		l->out_at = 0;
		l->out_len = say.len;
		break;
	case SMTP_BODY:
		l->body = true;
		break;
	case SMTP_END:
		end(l);
		return;
	}
	tell(l);
	go_on(l);
}

static void
listen_to(struct post *l)
{
	uint8_t room[4096];
	ssize_t n = recv(l->watch.fd, room, sizeof(room), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		broken(l, "the relay hung up");
	else if (l->out_at < l->out_len || l->body)
		broken(l, "the relay speaks out of turn");
	else
		hear(l, (struct span){ room, (size_t)n });
}

static void
connected(struct post *l)
{
	int err = 0;
	socklen_t len = sizeof(err);

	if (getsockopt(l->watch.fd, SOL_SOCKET, SO_ERROR, &err, &len) != 0)
		err = errno;
	if (err != 0) {
		broken(l, strerror(err));
		return;
	}
	l->connecting = false;
	go_on(l);
}

static void
on_relay(void *ctx, unsigned events)
{
	struct post *l = ctx;

	if (l->connecting)
		connected(l);
	else if ((events & (LOOP_READ | LOOP_HUP)) != 0)
		listen_to(l);
	else
		go_on(l);
}

static bool
connect_to(struct post *l, const struct daemon_outbound *r)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET,
		.sin_port = htons(r->relay_port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(r->relay_port) };
	bool four = r->relay.family == 4;

	memcpy(&in4.sin_addr, r->relay.bytes, 4);
	memcpy(&in6.sin6_addr, r->relay.bytes, 16);
	l->watch.fd = socket(four ? AF_INET : AF_INET6, SOCK_STREAM |
	    SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->watch.fd < 0)
		return false;
	if (connect(l->watch.fd, four ? (struct sockaddr *)&in4 :
	    (struct sockaddr *)&in6, four ? sizeof(in4) : sizeof(in6)) != 0 &&
	    errno != EINPROGRESS)
		return false;
	l->connecting = true;
	l->watch.want = LOOP_WRITE;
	l->watched = loop_watch(l->courier->role->loop, &l->watch);
	return l->watched;
}

/* ---- begin --------------------------------------------------------------- */

static struct span
keep(uint8_t *room, size_t cap, struct span text)
{
	struct buf b = { .ptr = room, .cap = cap };

	buf_put(&b, text);
	return buf_span(&b);
}

static void
not_now(struct courier *c, uint64_t id, int file)
{
	struct msg_delivered m = { .id = id, .result = SMTP_LATER,
		.text = SPAN("too many mails at once") };

	close(file);
	bus_send_delivered(c->store, &m, -1);
}

/* RFC 5321 4.1.1.1: a name has to stand there, and a notice may go out where
 * nobody has said report-from. */
static struct span
our_name(const struct daemon_outbound *r, struct span from)
{
	return r->domain.name.len > 0 ? r->domain.name :
	    span_skip(from, span_rfind(from, '@') + 1);
}

void
post_begin(struct courier *c, const struct msg_post *m, int file)
{
	const struct daemon_outbound *r = &c->role->daemon.outbound;
	struct post *l = NULL;
	size_t i = 0;

	while (i < POSTS && c->post[i] != NULL)
		i++;
	if (i < POSTS)
		l = calloc(1, sizeof(*l));
	if (l == NULL) {
		not_now(c, m->id, file);
		return;
	}
	c->post[i] = l;
	l->courier = c;
	l->used = true;
	l->id = m->id;
	l->file = file;
	l->left = m->size;
	l->watch = (struct watch){ .fd = -1, .fn = on_relay, .ctx = l };
	l->timer = (struct timer){ .fn = on_timer, .ctx = l };
	l->dialog = (struct smtp_dialog){ .size = m->size,
		.from = keep(l->from, sizeof(l->from), m->from),
		.to = keep(l->to, sizeof(l->to), m->to) };
	l->dialog.helo = our_name(r, l->dialog.from);
	if (lseek(file, 0, SEEK_SET) != 0)
		broken(l, "the mail cannot be read");
	else if (!connect_to(l, r))
		broken(l, strerror(errno));
	else
		be_patient(l);
}

size_t
posts_open(const struct courier *c)
{
	size_t n = 0;

	for (size_t i = 0; i < POSTS; i++)
		n += c->post[i] != NULL;
	return n;
}
