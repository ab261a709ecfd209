/* SPDX-License-Identifier: Apache-2.0 */
#include "shared.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answers.h"
#include "key_file.h"
#include "nets.h"

int
shared_text(struct assay_span text)
{
	int fd = memfd_create("assay.conf", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -1;
	if (write(fd, text.ptr, text.len) == (ssize_t)text.len &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW |
	    F_SEAL_WRITE | F_SEAL_SEAL) == 0)
		return fd;
	close(fd);
	return -1;
}

void
shared_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
close_sent(struct msghdr *mh)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(mh); c != NULL;
	    c = CMSG_NXTHDR(mh, c)) {
		for (size_t at = CMSG_LEN(0); c->cmsg_type == SCM_RIGHTS &&
		    at + sizeof(int) <= c->cmsg_len; at += sizeof(int)) {
			int fd;
			memcpy(&fd, (uint8_t *)c + at, sizeof(fd));
			close(fd);
		}
	}
}

void
shared_drain(int fd)
{
	union { struct cmsghdr head; char room[CMSG_SPACE(4 * sizeof(int))]; }
	    c;
	uint8_t byte;
	ssize_t n;

	do {
		struct iovec iov = { &byte, 1 };
		struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1,
			.msg_control = c.room,
			.msg_controllen = sizeof(c.room) };
		n = recvmsg(fd, &mh, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (n >= 0)
			close_sent(&mh);
	} while (n > 0 || (n < 0 && errno == EINTR));
}

/* ---- keys ---------------------------------------------------------------- */

/* A key that others can read is nobody's proof any more: it is not used. */
static int
open_key(struct household *h, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW |
	    O_NONBLOCK);
	const char *why = NULL;

	if (fd >= 0 && key_file_safe(fd, &why))
		return fd;
	log_say2(h->log, "key-refused", why == NULL ? strerror(errno) : why,
	    "file", assay_cstr(path));
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool
open_keys(struct household *h)
{
	const struct daemon_conf *d = h->conf;
	bool all = true;

	if (d->n_key == 0)
		return true;
	h->key_fd = calloc(d->n_key, sizeof(*h->key_fd));
	if (h->key_fd == NULL)
		return false;
	for (size_t i = 0; i < d->n_key; i++) {
		h->key_fd[i] = open_key(h, d->key[i].path);
		all = all && h->key_fd[i] >= 0;
	}
	/* A service that starts works with the keys that it has: a mail
	 * server without it would be worse.  One that runs has better ones. */
	if (!all && h->number > 1)
		log_say(h->log, "key-refused", "the keys of before stay in "
		    "use, and all of the configuration with them");
	return all || h->number == 1;
}

/* Hashes are no tokens, but why hand them out. */
static bool
open_tokens(struct household *h)
{
	const char *path = h->conf->token_file;
	struct stat st;

	if (path == NULL)
		return true;
	h->tokens_fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (h->tokens_fd < 0 || fstat(h->tokens_fd, &st) != 0) {
		log_say2(h->log, "tokens-unreadable", strerror(errno),
		    "file", assay_cstr(path));
		return false;
	}
	if ((st.st_mode & 037) == 0 && S_ISREG(st.st_mode))
		return true;
	errno = 0;
	log_say2(h->log, "tokens-unreadable", "others may read or change "
	    "it; chmod 0640", "file", assay_cstr(path));
	return false;
}

/* Mail is judged without them, too. */
static void
open_names(struct household *h)
{
	const char *path = h->conf->protect_file;

	if (path == NULL)
		return;
	h->names_fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY |
	    O_NONBLOCK);
	if (h->names_fd < 0)
		log_say2(h->log, "names-unreadable", strerror(errno),
		    "file", assay_cstr(path));
}

/* Courier says what is wrong with them. */
static void
open_hook(struct household *h)
{
	const struct daemon_alerts *a = &h->conf->alerts;

	if (!daemon_tells_web(h->conf))
		return;
	h->hook_fd[0] = open(a->key, O_RDONLY | O_CLOEXEC | O_NOCTTY |
	    O_NONBLOCK);
	h->hook_fd[1] = open(a->ca, O_RDONLY | O_CLOEXEC | O_NOCTTY |
	    O_NONBLOCK);
	if (h->hook_fd[1] < 0 && a->web_tls)
		log_say2(h->log, "webhook-no-certificates", strerror(errno),
		    "file", assay_cstr(a->ca));
}

/* Without it less is known of clients; copied, as a file may be written to
 * while processes map it. */
static void
open_nets(struct household *h)
{
	const struct daemon_own *o = &h->conf->own;

	for (size_t i = 0; o->on && i < o->n_asn; i++) {
		h->nets_fd[i] = nets_copy(o->asn[i]);
		if (h->nets_fd[i] < 0)
			log_say2(h->log, "asn-table-unread", strerror(errno),
			    "file", assay_cstr(o->asn[i]));
	}
}

bool
shared_make(struct household *h)
{
	h->answers_write = h->answers_read = -1;
	for (unsigned i = 0; i < MAX_WORKERS; i++)
		h->ring_fd[i] = -1;
	h->ids_fd = h->budget_fd = -1;
	h->hook_fd[0] = h->hook_fd[1] = -1;
	rings_make(h);
	open_names(h);
	open_hook(h);
	for (size_t i = 0; i < DAEMON_ASN; i++)
		h->nets_fd[i] = -1;
	open_nets(h);
	return answers_make(ANSWERS_USUAL, &h->answers_write,
	    &h->answers_read) && open_tokens(h) && open_keys(h);
}

void
shared_free(struct household *h)
{
	for (size_t i = 0; h->key_fd != NULL && i < h->conf->n_key; i++)
		shared_close(&h->key_fd[i]);
	free(h->key_fd);
	h->key_fd = NULL;
	shared_close(&h->tokens_fd);
	shared_close(&h->names_fd);
	shared_close(&h->answers_write);
	shared_close(&h->answers_read);
	for (unsigned i = 0; i < MAX_WORKERS; i++)
		shared_close(&h->ring_fd[i]);
	shared_close(&h->ids_fd);
	shared_close(&h->budget_fd);
	shared_close(&h->accounts_write);
	shared_close(&h->accounts_read);
	shared_close(&h->pledges_fd);
	shared_close(&h->hook_fd[0]);
	shared_close(&h->hook_fd[1]);
	for (size_t i = 0; i < DAEMON_ASN; i++)
		shared_close(&h->nets_fd[i]);
	shared_close(&h->partners_write);
	shared_close(&h->partners_read);
}
