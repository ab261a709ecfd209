/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "args.h"
#include "sandbox.h"

/* Longer than the courier is patient with a server (COMMAND_SECONDS). */
enum { PATIENCE_MS = 700 * 1000 };

static bool
wrong(struct mailbox *m, int status, const char *why)
{
	m->status = status;
	snprintf(m->why, sizeof(m->why), "%s", why);
	return false;
}

/* ---- words --------------------------------------------------------------- */

static bool
say(struct mailbox *m, const struct mailbox_word *w)
{
	ssize_t n;

	do
		n = send(m->fd, w, sizeof(*w), MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(*w) ||
	    wrong(m, EXIT_TEMPORARY, "the process that talks to the server "
	    "has ended");
}

static ssize_t
receive(int from, struct mailbox_word *w, int *fd)
{
	union { struct cmsghdr align; char room[CMSG_SPACE(sizeof(int))]; }
	    control;
	struct iovec io = { w, sizeof(*w) };
	struct msghdr h = { .msg_iov = &io, .msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room) };
	struct cmsghdr *c;
	ssize_t n;

	do
		n = recvmsg(from, &h, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	*fd = -1;
	c = n > 0 ? CMSG_FIRSTHDR(&h) : NULL;
	if (c != NULL && c->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(c), sizeof(int));
	return n;
}

/* A word, of a process that may have been taken over by the server. */
static bool
hear(struct mailbox *m, struct mailbox_word *w, int *fd)
{
	struct pollfd p = { .fd = m->fd, .events = POLLIN };
	int n;

	*fd = -1;
	do
		n = poll(&p, 1, PATIENCE_MS);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return wrong(m, EXIT_TEMPORARY, "the server takes too long");
	if (receive(m->fd, w, fd) != (ssize_t)sizeof(*w))
		return wrong(m, EXIT_TEMPORARY, "the process that talks to "
		    "the server has ended");
	w->text[sizeof(w->text) - 1] = '\0';
	if (w->kind != MAILBOX_WRONG)
		return true;
	return wrong(m, w->status == EXIT_USAGE ? EXIT_USAGE :
	    EXIT_TEMPORARY, w->text);
}

/* One of two kinds, or of one. */
static bool
expect(struct mailbox *m, struct mailbox_word *w, int *fd, int a, int b)
{
	if (!hear(m, w, fd))
		return false;
	if ((w->kind == a || w->kind == b) &&
	    (*fd >= 0) == (w->kind == MAILBOX_BODY))
		return true;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return wrong(m, EXIT_TEMPORARY, "the process that talks to the "
	    "server is out of its mind");
}

/* ---- the process --------------------------------------------------------- */

void
mailbox_close(struct mailbox *m)
{
	if (m->pid == 0)
		return;
	close(m->fd);
	kill(m->pid, SIGKILL);
	while (waitpid(m->pid, NULL, 0) < 0 && errno == EINTR)
		;
	m->pid = 0;
}

bool
mailbox_open(struct mailbox *m, const struct mailbox_want *want)
{
	pid_t parent = getpid();
	struct mailbox_word w;
	int pair[2], fd;

	*m = (struct mailbox){ .pid = 0 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return wrong(m, EXIT_TEMPORARY, strerror(errno));
	fflush(stdout);
	m->pid = fork();
	if (m->pid == 0) {
		sandbox_alone(pair[1]);
		courier(pair[1], parent, want);
	}
	close(pair[1]);
	m->fd = pair[0];
	if (m->pid < 0) {
		close(pair[0]);
		m->pid = 0;
		return wrong(m, EXIT_TEMPORARY, strerror(errno));
	}
	if (!expect(m, &w, &fd, MAILBOX_READY, MAILBOX_READY))
		return false;
	m->uidvalidity = w.uid;
	return true;
}

/* ---- what it does -------------------------------------------------------- */

bool
mailbox_list(struct mailbox *m)
{
	return say(m, &(struct mailbox_word){ .kind = MAILBOX_LIST });
}

bool
mailbox_next(struct mailbox *m, struct mailbox_word *out)
{
	int fd;

	return expect(m, out, &fd, MAILBOX_MAIL, MAILBOX_DONE);
}

bool
mailbox_fetch(struct mailbox *m, uint32_t uid, struct mailbox_word *out,
    int *fd)
{
	if (!say(m, &(struct mailbox_word){ .kind = MAILBOX_FETCH,
	    .uid = uid }) || !hear(m, out, fd))
		return false;
	if (out->kind == MAILBOX_BODY ? *fd >= 0 : *fd < 0 &&
	    (out->kind == MAILBOX_GONE || out->kind == MAILBOX_LARGE))
		return true;
	if (*fd >= 0)
		close(*fd);
	return wrong(m, EXIT_TEMPORARY, "the process that talks to the "
	    "server is out of its mind");
}

bool
mailbox_then(struct mailbox *m, const uint32_t *uid, size_t n)
{
	struct mailbox_word w = { .kind = MAILBOX_THEN, .uid = (uint32_t)n };
	int fd;

	if (n == 0)
		return true;
	memcpy(w.list, uid, n * sizeof(*uid));
	return say(m, &w) && expect(m, &w, &fd, MAILBOX_DONE, MAILBOX_DONE);
}
