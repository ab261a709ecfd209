/* SPDX-License-Identifier: Apache-2.0 */
#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "systemd.h"

enum { MAX_SOCKETS = 64, BACKLOG = 512, STATUS_MODE = 0660 };

struct one {
	int fd;
	char address[160];		/* unix:/path, inet:..., systemd:name */
};

struct sockets {
	struct one one[MAX_SOCKETS + 1]; /* the last one: status            */
	size_t n;
};

/* ---- opening ------------------------------------------------------------- */

/* Is somebody listening there? */
static bool
answers(const struct sockaddr_un *sun)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool yes = fd >= 0 && connect(fd, (const struct sockaddr *)sun,
	    sizeof(*sun)) == 0;

	if (fd >= 0)
		close(fd);
	return yes;
}

static bool
set_group(const char *path, const char *name)
{
	const struct group *g = name == NULL ? NULL : getgrnam(name);

	if (name == NULL)
		return true;
	if (g == NULL) {
		errno = ENOENT;
		return false;
	}
	return chown(path, (uid_t)-1, g->gr_gid) == 0;
}

/* Bound under another name, given its mode and group, and only then moved
 * to where clients look for it. */
static int
open_unix(const char *path, unsigned mode, const char *group)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX }, final;
	int fd;

	if (snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path) >=
	    (int)sizeof(sun.sun_path) - 8) {
		errno = ENAMETOOLONG;
		return -1;
	}
	final = sun;
	if (answers(&final)) {
		errno = EADDRINUSE;
		return -1;
	}
	strncat(sun.sun_path, ".new", 5);
	unlink(sun.sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0 &&
	    chmod(sun.sun_path, (mode_t)mode) == 0 &&
	    set_group(sun.sun_path, group) && listen(fd, BACKLOG) == 0 &&
	    rename(sun.sun_path, path) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int
open_inet(const struct assay_addr *addr, uint16_t port)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6,
		.sin6_port = htons(port) };
	struct sockaddr_in four = { .sin_family = AF_INET,
		.sin_port = htons(port) };
	bool is6 = addr->family == 6;
	const struct sockaddr *sa = is6 ? (struct sockaddr *)&six :
	    (struct sockaddr *)&four;
	socklen_t len = is6 ? sizeof(six) : sizeof(four);
	int on = 1, fd;

	memcpy(&six.sin6_addr, addr->bytes, 16);
	memcpy(&four.sin_addr, addr->bytes, 4);
	fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (is6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, sa, len) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
open_one(const struct daemon_listener *l)
{
	switch (l->socket) {
	case SOCKET_UNIX:
		return open_unix(l->path, l->permissions, l->group);
	case SOCKET_INET:
		return open_inet(&l->addr, l->port);
	case SOCKET_SYSTEMD:
		return systemd_socket(l->path);
	}
	return -1;
}

static int
known(const struct sockets *s, const char *address)
{
	for (size_t i = 0; s != NULL && i <= MAX_SOCKETS; i++)
		if (s->one[i].fd >= 0 &&
		    strcmp(s->one[i].address, address) == 0)
			return s->one[i].fd;
	return -1;
}

static bool
fill(struct one *one, int fd, const char *address, const struct log *log)
{
	one->fd = fd;
	snprintf(one->address, sizeof(one->address), "%s", address);
	if (fd >= 0)
		return true;
	log_say2(log, "cannot-listen", errno == ENOENT ? "its directory is "
	    "not there: make it, or systemd-tmpfiles --create assay.conf" :
	    strerror(errno), "address",
	    assay_cstr(address));
	return false;
}

static bool
open_status(struct sockets *s, const struct daemon_conf *conf,
    const struct sockets *before, const struct log *log)
{
	char address[160];
	int fd;

	if (conf->status_socket == NULL)
		return true;
	snprintf(address, sizeof(address), "unix:%s", conf->status_socket);
	fd = known(before, address);
	if (fd < 0)
		fd = open_unix(conf->status_socket, STATUS_MODE, NULL);
	return fill(&s->one[MAX_SOCKETS], fd, address, log);
}

struct sockets *
sockets_open(const struct daemon_conf *conf, const struct sockets *before,
    const struct log *log)
{
	struct sockets *s = calloc(1, sizeof(*s));
	bool ok = s != NULL && conf->n_listener <= MAX_SOCKETS;

	for (size_t i = 0; s != NULL && i <= MAX_SOCKETS; i++)
		s->one[i].fd = -1;
	for (size_t i = 0; ok && i < conf->n_listener; i++) {
		const struct daemon_listener *l = &conf->listener[i];
		int fd = known(before, l->address);
		s->n = i + 1;
		if (fd < 0)
			fd = open_one(l);
		ok = fill(&s->one[i], fd, l->address, log);
	}
	if (ok && open_status(s, conf, before, log))
		return s;
	sockets_close(s, before);
	return NULL;
}

/* ---- closing ------------------------------------------------------------- */

static bool
has(const struct sockets *s, int fd)
{
	for (size_t i = 0; s != NULL && i <= MAX_SOCKETS; i++)
		if (s->one[i].fd == fd)
			return true;
	return false;
}

void
sockets_close(struct sockets *s, const struct sockets *keep)
{
	for (size_t i = 0; s != NULL && i <= MAX_SOCKETS; i++) {
		struct one *one = &s->one[i];
		if (one->fd < 0 || has(keep, one->fd))
			continue;
		close(one->fd);
		if (strncmp(one->address, "unix:", 5) == 0)
			unlink(one->address + 5);
	}
	free(s);
}

int
sockets_fd(const struct sockets *s, size_t i)
{
	return i < s->n ? s->one[i].fd : -1;
}

int
sockets_status(const struct sockets *s)
{
	return s->one[MAX_SOCKETS].fd;
}
