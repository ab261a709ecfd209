/* SPDX-License-Identifier: Apache-2.0 */
#include "systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "test/t.h"

/* What the manager hears; "" when nothing. */
static const char *
heard(int fd)
{
	static char text[600];
	ssize_t n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void
test_notify(void)
{
	char dir[] = "/tmp/assay-test-XXXXXX", path[80];
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	T_OK(mkdtemp(dir) != NULL, "a directory");
	snprintf(path, sizeof(path), "%s/notify", dir);
	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	T_OK(bind(fd, (struct sockaddr *)&un, sizeof(un)) == 0, "a manager");
	systemd_notify("READY=1");
	T_SPAN(assay_cstr(heard(fd)), assay_cstr(""), "nobody was named");
	setenv("NOTIFY_SOCKET", path, 1);
	systemd_notify("READY=1");
	T_SPAN(assay_cstr(heard(fd)), assay_cstr("READY=1"), "ready");
	systemd_notify("RELOADING=1\nSTATUS=x");
	T_SPAN(assay_cstr(heard(fd)), assay_cstr("RELOADING=1\nSTATUS=x"),
	    "two at once");
	setenv("NOTIFY_SOCKET", "@", 1);
	systemd_notify("READY=1");
	T_SPAN(assay_cstr(heard(fd)), assay_cstr(""), "no name");
	close(fd);
	unlink(path);
	rmdir(dir);
}

static void
test_abstract(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	char name[64];
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0), n;

	n = snprintf(name, sizeof(name), "@assay-test-%ld", (long)getpid());
	memcpy(un.sun_path, name, (size_t)n);
	un.sun_path[0] = '\0';
	T_OK(bind(fd, (struct sockaddr *)&un, (socklen_t)(sizeof(
	    un.sun_family) + (size_t)n)) == 0, "an abstract socket");
	setenv("NOTIFY_SOCKET", name, 1);
	systemd_notify("WATCHDOG=1");
	T_SPAN(assay_cstr(heard(fd)), assay_cstr("WATCHDOG=1"), "alive");
	close(fd);
}

static void
test_sockets(void)
{
	char pid[32];
	int a = open("/dev/null", O_RDONLY);

	/* descriptors 3 to 5, whatever a is */
	T_OK(a >= 0 && dup2(a, 3) == 3 && dup2(a, 4) == 4 && dup2(a, 5) == 5,
	    "three descriptors");
	T_INT(systemd_socket("milter"), -1, "nobody gave any");
	setenv("LISTEN_PID", "1", 1);
	setenv("LISTEN_FDS", "3", 1);
	setenv("LISTEN_FDNAMES", "milter:http:extra", 1);
	T_INT(systemd_socket("milter"), -1, "for another process");
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("LISTEN_PID", pid, 1);
	T_INT(systemd_socket("milter"), 3, "the first");
	T_INT(systemd_socket("http"), 4, "the second");
	T_INT(systemd_socket("extra"), 5, "the last");
	T_OK((fcntl(5, F_GETFD) & FD_CLOEXEC) != 0, "no child gets it");
	T_INT(systemd_socket("https"), -1, "no such name");
	T_INT(errno, ENOENT, "told");
	T_INT(systemd_socket("mil"), -1, "a part of a name is none");
	setenv("LISTEN_FDS", "2", 1);
	T_INT(systemd_socket("extra"), -1, "named and not given");
}

static void
test_watchdog(void)
{
	char pid[32];

	T_INT(systemd_watchdog_ms(), 0, "nobody watches");
	setenv("WATCHDOG_USEC", "4000000", 1);
	T_INT(systemd_watchdog_ms(), 2000, "twice in its time");
	setenv("WATCHDOG_PID", "1", 1);
	T_INT(systemd_watchdog_ms(), 0, "it watches another");
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	T_INT(systemd_watchdog_ms(), 2000, "it watches us");
	setenv("WATCHDOG_USEC", "x", 1);
	T_INT(systemd_watchdog_ms(), 0, "no number");
}

int
main(void)
{
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	test_watchdog();
	unsetenv("NOTIFY_SOCKET");
	test_sockets();
	test_notify();
	test_abstract();
	return t_done();
}
