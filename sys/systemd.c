/* SPDX-License-Identifier: Apache-2.0 */
#include "systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LISTEN_FDS_START = 3 };

void
systemd_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	size_t len = path == NULL ? 0 : strlen(path);
	int fd;

	if (len < 2 || len >= sizeof(sun.sun_path))
		return;
	memcpy(sun.sun_path, path, len);
	if (*path == '@')		/* an abstract name */
		sun.sun_path[0] = 0;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	    (struct sockaddr *)&sun,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

long
systemd_watchdog_ms(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	long ms;

	if (usec == NULL ||
	    (pid != NULL && strtol(pid, NULL, 10) != (long)getpid()))
		return 0;
	ms = strtol(usec, NULL, 10) / 2000;
	return ms > 0 ? ms : 0;
}

/* The place of name in a list of words between colons, or -1. */
static int
place(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (int i = 0; list != NULL; i++) {
		const char *end = strchr(list, ':');
		size_t n = end == NULL ? strlen(list) : (size_t)(end - list);
		if (n == len && memcmp(list, name, n) == 0)
			return i;
		list = end == NULL ? NULL : end + 1;
	}
	return -1;
}

int
systemd_socket(const char *name)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	int at = place(getenv("LISTEN_FDNAMES"), name), fd;

	errno = ENOENT;
	if (pid == NULL || fds == NULL || at < 0 ||
	    strtol(pid, NULL, 10) != (long)getpid() ||
	    at >= strtol(fds, NULL, 10))
		return -1;
	fd = LISTEN_FDS_START + at;
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
		return -1;
	return fd;
}
