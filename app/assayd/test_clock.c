/* SPDX-License-Identifier: Apache-2.0 */
#include "test_clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct test_clock {
	struct clock_page *page;
	int page_fd;
	struct watch watch;
	struct loop *loop;
	void (*moved)(void *);
	void *ctx;
	const struct log *log;
	char path[108];
};

static void
move_to(struct test_clock *c, const char *text)
{
	int64_t now = clock_unix(c->page), by;
	char *end;
	long long v;

	errno = 0;
	v = strtoll(text, &end, 10);
	if (errno != 0 || end == text || (*end != 0 && *end != '\n'))
		return;
	by = *text == '+' ? v : v - now;
	if (by < 0)
		return;
	c->page->moved += by;
	log_say2(c->log, "test-clock", "the time was moved by so many seconds",
	    "to", assay_cstr(text));
	c->moved(c->ctx);
}

static void
on_read(void *ctx, unsigned events)
{
	struct test_clock *c = ctx;
	char text[32];
	ssize_t n = recv(c->watch.fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	(void)events;
	if (n <= 0)
		return;
	text[n] = 0;
	move_to(c, text);
}

static bool
open_socket(struct test_clock *c, const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(sun.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	strcpy(sun.sun_path, path);
	strcpy(c->path, path);
	unlink(path);
	c->watch.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return c->watch.fd >= 0 &&
	    bind(c->watch.fd, (struct sockaddr *)&sun, sizeof(sun)) == 0;
}

static bool
open_page(struct test_clock *c)
{
	void *page;

	c->page_fd = memfd_create("assay.clock", MFD_CLOEXEC);
	if (c->page_fd < 0 ||
	    ftruncate(c->page_fd, sizeof(struct clock_page)) != 0)
		return false;
	page = mmap(NULL, sizeof(struct clock_page), PROT_READ | PROT_WRITE,
	    MAP_SHARED, c->page_fd, 0);
	if (page == MAP_FAILED)
		return false;
	c->page = page;
	return true;
}

struct test_clock *
test_clock_new(const char *path, void (*moved)(void *), void *ctx,
    const struct log *log)
{
	struct test_clock *c;

	if (geteuid() == 0) {
		log_say(log, "start-failed", "--test-clock is refused to "
		    "root: it moves the time for everybody's mail");
		return NULL;
	}
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NULL;
	*c = (struct test_clock){ .page_fd = -1, .moved = moved, .ctx = ctx,
		.log = log, .watch = { -1, LOOP_READ, on_read, c } };
	if (open_page(c) && open_socket(c, path))
		return c;
	log_say2(log, "start-failed", strerror(errno), "test-clock",
	    assay_cstr(path));
	test_clock_free(c);
	return NULL;
}

bool
test_clock_join(struct test_clock *c, struct loop *loop)
{
	c->loop = loop;
	return loop_watch(loop, &c->watch);
}

void
test_clock_free(struct test_clock *c)
{
	if (c == NULL)
		return;
	if (c->loop != NULL)
		loop_unwatch(c->loop, &c->watch);
	if (c->watch.fd >= 0) {
		close(c->watch.fd);
		unlink(c->path);
	}
	if (c->page_fd >= 0)
		close(c->page_fd);
	free(c);
}

const struct clock_page *
test_clock_page(const struct test_clock *c)
{
	return c == NULL ? NULL : c->page;
}

int
test_clock_fd(const struct test_clock *c)
{
	return c == NULL ? -1 : c->page_fd;
}
