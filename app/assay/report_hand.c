/* SPDX-License-Identifier: Apache-2.0 */
#include "report_hand.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "out.h"
#include "progress.h"

enum { ANSWER_SECONDS = 60, HEAD = 300 };

/* ---- the socket ---------------------------------------------------------- */

static bool
socket_name(struct sockaddr_un *to, const struct store_file *file,
    const struct args *args)
{
	struct assay_span path = args->given[F_SOCKET] ?
	    assay_cstr(args->value[F_SOCKET]) :
	    conf_text(&file->conf, CONF_K_STATUS_SOCKET);

	*to = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (path.len == 0 || path.len >= sizeof(to->sun_path))
		return false;
	memcpy(to->sun_path, path.ptr, path.len);
	return true;
}

static int
open_socket(const struct store_file *file, const struct args *args)
{
	struct timeval limit = { ANSWER_SECONDS, 0 };
	struct sockaddr_un to;
	int fd;

	if (!socket_name(&to, file, args))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

bool
report_hand_possible(const struct store_file *file, const struct args *args)
{
	char name[sizeof(file->path) + 8];
	int lock, fd;
	bool held;

	snprintf(name, sizeof(name), "%s.lock", file->path);
	lock = open(name, O_RDONLY | O_CLOEXEC);
	if (lock < 0)
		return false;
	held = flock(lock, LOCK_SH | LOCK_NB) != 0;
	close(lock);
	fd = held ? open_socket(file, args) : -1;
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* ---- one input ----------------------------------------------------------- */

static bool
send_all(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static bool
send_file(int to, int fd, uint64_t from, uint64_t end)
{
	off_t at = (off_t)from;
	bool ok = true;

	while (ok && (uint64_t)at < end) {
		ssize_t n = sendfile(to, fd, &at, (size_t)(end -
		    (uint64_t)at));
		ok = n > 0 || (n < 0 && errno == EINTR);
	}
	return ok;
}

/* "HTTP/1.1 201 Created": on the disk. */
static bool
is_kept(int fd)
{
	static const char good[] = "HTTP/1.1 201";
	char head[HEAD];
	size_t n = 0;
	ssize_t k;

	while (n < sizeof(good) - 1 && (k = recv(fd, head + n,
	    sizeof(head) - n, 0)) > 0)
		n += (size_t)k;
	return n >= sizeof(good) - 1 &&
	    memcmp(head, good, sizeof(good) - 1) == 0;
}

bool
report_hand_one(const struct store_file *file, const struct args *args,
    const struct hand_octets *o)
{
	int fd = open_socket(file, args);
	char head[HEAD];
	bool ok = fd >= 0;

	snprintf(head, sizeof(head), "POST /v1/report HTTP/1.1\r\n"
	    "Host: assayd\r\nConnection: close\r\n"
	    "Content-Type: application/octet-stream\r\n"
	    "Content-Length: %llu\r\n\r\n",
	    (unsigned long long)(o->to - o->from));
	ok = ok && send_all(fd, head, strlen(head));
	if (ok && o->data != NULL)
		ok = send_all(fd, o->data + o->from, o->to - o->from);
	else if (ok)
		ok = send_file(fd, o->fd, o->from, o->to);
	/* what could not be sent may have been refused */
	ok = is_kept(fd) && ok;
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool
hand(const struct store_file *file, const struct args *args,
    const struct source *s, const struct item *it)
{
	struct hand_octets o = { .data = s->data, .fd = -1,
		.from = it->from, .to = it->to };
	bool ok;

	if (s->data == NULL)
		o.fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ok = (s->data != NULL || o.fd >= 0) && report_hand_one(file, args, &o);
	if (o.fd >= 0)
		close(o.fd);
	return ok;
}

/* ---- all of them --------------------------------------------------------- */

int
report_hand_tell(const struct args *args, size_t kept, size_t refused,
    size_t unread)
{
	struct text t = { .ptr = NULL };
	bool ok;

	if (args->given[F_JSON])
		text_printf(&t, "{\"kept\":%zu,\"refused\":%zu,"
		    "\"unreadable\":%zu}\n", kept, refused, unread);
	else
		text_printf(&t, "%9zu inputs were given to assayd, which has "
		    "them on the disk and reads them now\n", kept);
	if (!args->given[F_JSON] && refused > 0)
		text_printf(&t, "%9zu it could not keep: say it again "
		    "later\n", refused);
	if (!args->given[F_JSON] && unread > 0)
		text_printf(&t, "%9zu could not be read\n", unread);
	ok = out_text(&t);
	text_free(&t);
	if (!ok)
		return EXIT_USAGE;
	return refused > 0 ? EXIT_TEMPORARY : unread > 0 ?
	    EXIT_UNREADABLE : EXIT_ACCEPTED;
}

int
report_hand(const struct store_file *file, const struct args *args,
    const struct input *input)
{
	size_t kept = 0, refused = 0, unread = 0;
	struct progress progress;

	progress_init(&progress, input->n_item, false);
	for (size_t i = 0; i < input->n_item; i++) {
		const struct item *it = &input->item[i];
		const struct source *s = &input->source[it->source];

		if (it->error != 0 || it->from == it->to)
			unread++;
		else if (hand(file, args, s, it))
			kept++;
		else
			refused++;
		progress_step(&progress);
	}
	progress_clear(&progress);
	return report_hand_tell(args, kept, refused, unread);
}
