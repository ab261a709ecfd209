/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_smtp.c - one mail to the relay; the dialogue is lib/wire/smtp, as
 * for reports that assayd sends.
 */
#include "deliver.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "wire/smtp.h"

enum { ANSWERS = 10 };		/* of one mail, the good bye included: so
				 * much of the time for one, in all          */

struct talk {
	int fd;
	struct smtp_dialog dialog;
	int64_t until;
	int timeout_ms;
};

static bool
broken(struct talk *t, const char *why)
{
	smtp_broken(&t->dialog, why);
	return false;
}

static bool
wait_for(struct talk *t, short what)
{
	struct pollfd p = { .fd = t->fd, .events = what };
	int n;

	do
		n = poll(&p, 1, t->timeout_ms);
	while (n < 0 && errno == EINTR);
	return n > 0 && clock_ms(NULL) < t->until ? true :
	    broken(t, "the relay does not answer");
}

static bool
call(struct talk *t, const struct deliver_mail *m)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET,
		.sin_port = htons(m->port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(m->port) };
	bool four = m->relay.family == 4;
	int err = 0;
	socklen_t len = sizeof(err);

	memcpy(&in4.sin_addr, m->relay.bytes, 4);
	memcpy(&in6.sin6_addr, m->relay.bytes, 16);
	t->fd = socket(four ? AF_INET : AF_INET6, SOCK_STREAM |
	    SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (t->fd < 0)
		return broken(t, strerror(errno));
	if (connect(t->fd, four ? (struct sockaddr *)&in4 :
	    (struct sockaddr *)&in6, four ? sizeof(in4) : sizeof(in6)) == 0)
		return true;
	if (errno != EINPROGRESS)
		return broken(t, strerror(errno));
	if (!wait_for(t, POLLOUT))
		return false;
	if (getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &err, &len) != 0)
		err = errno;
	return err == 0 ? true : broken(t, strerror(err));
}

static bool
push(struct talk *t, struct span s)
{
	while (s.len > 0) {
		ssize_t n = send(t->fd, s.ptr, s.len, MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN) {
			if (!wait_for(t, POLLOUT))
				return false;
		} else if (n < 0 && errno != EINTR) {
			return broken(t, "the relay hung up");
		} else if (n > 0) {
			s = span_skip(s, (size_t)n);
		}
	}
	return true;
}

static bool
push_mail(struct talk *t, struct span mail)
{
	struct smtp_stuffing s = { .within = false };
	uint8_t room[16 << 10];
	bool done = false;

	while (!done) {
		struct buf out = BUF_ON(room);

		done = smtp_stuff(&s, &mail, &out);
		if (!push(t, buf_span(&out)))
			return false;
	}
	return true;
}

/* False: there is nothing more to say. */
static bool
turn(struct talk *t, struct span *in, struct span mail)
{
	ROOM(room, LIMIT_SMTP_COMMAND);
	struct buf say = BUF_ON(room);

	switch (smtp_step(&t->dialog, in, &say)) {
	case SMTP_READ:
		return true;
	case SMTP_SAY:
		return push(t, buf_span(&say));
	case SMTP_BODY:
		return push_mail(t, mail);
	case SMTP_END:
		break;
	}
	return false;
}

static void
talk_it(struct talk *t, struct span mail)
{
	uint8_t room[4096];
	bool more = true;

	/* what became of the mail is known before the good bye */
	while (more && t->dialog.result == SMTP_OPEN) {
		struct span in;
		ssize_t n;

		if (!wait_for(t, POLLIN))
			return;
		n = recv(t->fd, room, sizeof(room), 0);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0) {
			(void)broken(t, "the relay hung up");
			return;
		}
		in = (struct span){ room, (size_t)n };
		more = turn(t, &in, mail);
	}
}

enum delivered
deliver_smtp(const struct deliver_mail *m, char why[DELIVER_WHY])
{
	struct talk t = { .fd = -1, .timeout_ms = m->timeout_ms,
		.until = clock_ms(NULL) + (int64_t)ANSWERS * m->timeout_ms,
		.dialog = { .helo = m->helo, .from = m->from, .to = m->to,
			.size = m->mail.len } };
	struct smtp_dialog *d = &t.dialog;

	if (call(&t, m))
		talk_it(&t, m->mail);
	if (t.fd >= 0)
		close(t.fd);
	snprintf(why, DELIVER_WHY, "%.*s", (int)d->text_len,
	    (const char *)d->text);
	if (d->code > 0)
		snprintf(why, DELIVER_WHY, "%u %.*s", d->code,
		    (int)d->text_len, (const char *)d->text);
	return d->result == SMTP_SENT ? DELIVERED :
	    d->result == SMTP_NEVER || d->result == SMTP_NOBODY ?
	    DELIVER_REFUSED : DELIVER_LATER;
}
