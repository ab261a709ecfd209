/* SPDX-License-Identifier: Apache-2.0 */
#include "demo_daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "demo_milter.h"

enum { READY_MS = 30000, STOP_MS = 10000 };

struct demo_daemon {
	char dir[64], socket[96];
	pid_t pid;
	int log;
};

static bool
fail(const char *what)
{
	fprintf(stderr, "assay demo: %s: %s\n", what, strerror(errno));
	return false;
}

/* ---- its directory ------------------------------------------------------- */

static bool
write_file(const char *dir, const char *name, struct assay_span bytes)
{
	char path[128];
	FILE *f;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (f == NULL)
		return fail(path);
	ok = fwrite(bytes.ptr, 1, bytes.len, f) == bytes.len;
	if (fclose(f) != 0)
		ok = false;
	return ok || fail(path);
}

static bool
write_conf(const struct demo_daemon *d)
{
	char text[700];

	snprintf(text, sizeof(text),
	    "authserv-id mx.reader.example\n"
	    "listen milter unix:%s\n"
	    "resolver zone:%s/demo.zone\n"
	    "state-directory %s/state\n"
	    "run-directory %s\n"
	    "status-socket %s/status.sock\n"
	    "workers 1\n", d->socket, d->dir, d->dir, d->dir, d->dir);
	return write_file(d->dir, "assay.conf", assay_cstr(text));
}

static int
remove_one(const char *path, const struct stat *st, int kind,
    struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

/* ---- the process --------------------------------------------------------- */

static void
become(const char *program, const struct demo_daemon *d, int log)
{
	char conf[96];
	int null = open("/dev/null", O_RDWR);

	snprintf(conf, sizeof(conf), "%s/assay.conf", d->dir);
	if (null >= 0 && dup2(null, 0) >= 0 && dup2(null, 1) >= 0 &&
	    dup2(log, 2) >= 0)
		execl(program, program, "-f", "-c", conf, (char *)NULL);
	_exit(127);
}

/* Its log, line by line, until it says that it is ready. */
static bool
wait_ready(struct demo_daemon *d)
{
	static char text[16384];
	struct pollfd p = { .fd = d->log, .events = POLLIN };
	size_t len = 0;

	while (len < sizeof(text) - 1 && poll(&p, 1, READY_MS) > 0) {
		ssize_t n = read(d->log, text + len, sizeof(text) - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		text[len] = 0;
		if (strstr(text, "event=ready") != NULL)
			return true;
	}
	fprintf(stderr, "assay demo: assayd did not start:\n%s", text);
	return false;
}

static bool
spawn(struct demo_daemon *d, const char *program)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) != 0)
		return fail("a pipe");
	d->pid = fork();
	if (d->pid == 0)
		become(program, d, fd[1]);
	close(fd[1]);
	d->log = fd[0];
	return d->pid > 0 ? wait_ready(d) : fail(program);
}

struct demo_daemon *
demo_daemon_start(const char *program, struct assay_span zone)
{
	struct demo_daemon *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->log = -1;
	snprintf(d->dir, sizeof(d->dir), "/tmp/assay-demo.XXXXXX");
	if (mkdtemp(d->dir) == NULL) {
		fail(d->dir);
		free(d);
		return NULL;
	}
	snprintf(d->socket, sizeof(d->socket), "%s/milter.sock", d->dir);
	/* the roles are other users when we are root */
	if (chmod(d->dir, 0755) == 0 &&
	    write_file(d->dir, "demo.zone", zone) && write_conf(d) &&
	    spawn(d, program))
		return d;
	demo_daemon_stop(d);
	return NULL;
}

/* What it still says is read, so that it never waits for us. */
static bool
wait_end(struct demo_daemon *d)
{
	char rest[4096];
	struct pollfd p = { .fd = d->log, .events = POLLIN };
	int status;

	kill(d->pid, SIGTERM);
	while (poll(&p, 1, STOP_MS) > 0 &&
	    read(d->log, rest, sizeof(rest)) > 0)
		;
	if (waitpid(d->pid, &status, WNOHANG) == d->pid)
		return WIFEXITED(status) && WEXITSTATUS(status) == 0;
	usleep(200000);
	if (waitpid(d->pid, &status, WNOHANG) == d->pid)
		return WIFEXITED(status) && WEXITSTATUS(status) == 0;
	kill(d->pid, SIGKILL);
	waitpid(d->pid, &status, 0);
	return false;
}

bool
demo_daemon_stop(struct demo_daemon *d)
{
	bool ok = d->pid <= 0 || wait_end(d);

	if (d->log >= 0)
		close(d->log);
	nftw(d->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(d);
	return ok;
}

bool
demo_daemon_mail(struct demo_daemon *d, const struct demo_mail *mail,
    enum assay_disposition *out, struct text *said)
{
	const char *why;

	if (demo_milter(d->socket, mail, out, said, &why))
		return true;
	fprintf(stderr, "assay demo: assayd as a milter: %s\n", why);
	return false;
}
