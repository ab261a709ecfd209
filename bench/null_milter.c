/* SPDX-License-Identifier: Apache-2.0 */
/*
 * null_milter.c - the floor of the protocol: waives every reply, reads all,
 * adds one field, decides nothing.  null_milter PATH
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "wire/milter.h"

struct peer {
	int fd;
	size_t len;
	uint8_t in[1 << 17];
};

static int ear, loop;

static void
watch(int fd, void *ctx)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = ctx };

	if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &e) != 0)
		exit(1);
}

static void
welcome(void)
{
	struct peer *p = malloc(sizeof(*p));
	int fd = accept(ear, NULL, NULL);

	if (p == NULL || fd < 0)
		exit(1);
	p->fd = fd;
	p->len = 0;
	watch(fd, p);
}

/* False: the connection has ended. */
static bool
take(struct peer *p, struct span frame, struct buf *out)
{
	struct milter_packet got;

	if (milter_parse(&got, frame) != MILTER_FINE ||
	    got.word == MILTER_QUIT)
		return false;
	if (got.word == MILTER_OPTIONS)
		milter_print(out, &(struct milter_packet){
			.word = MILTER_OPTIONS, .version = 6,
			.actions = MILTER_MAY_ADD_HEADERS,
			.steps = 0x1ff080 & ~(uint32_t)MILTER_CAN_SKIP });
	if (got.word == MILTER_END) {
		milter_print(out, &(struct milter_packet){
			.word = MILTER_INSERT_HEADER, .name =
			SPAN("Authentication-Results"),
			.value = SPAN("mx.rcpt.test; none") });
		milter_print_word(out, MILTER_CONTINUE);
	}
	return p->fd >= 0;
}

static bool
serve(struct peer *p)
{
	uint8_t room[1024];
	struct buf out = BUF_ON(room);
	ssize_t n = read(p->fd, p->in + p->len, sizeof(p->in) - p->len);
	struct span in, frame;

	if (n <= 0)
		return false;
	p->len += (size_t)n;
	in = (struct span){ p->in, p->len };
	while (milter_take(&frame, &in) == MILTER_FINE)
		if (!take(p, frame, &out))
			return false;
	memmove(p->in, in.ptr, in.len);
	p->len = in.len;
	return out.len == 0 || write(p->fd, room, out.len) > 0;
}

int
main(int argc, char **argv)
{
	struct sockaddr_un u = { .sun_family = AF_UNIX };
	struct epoll_event e[64];

	if (argc < 2)
		return 2;
	snprintf(u.sun_path, sizeof(u.sun_path), "%s", argv[1]);
	unlink(argv[1]);
	ear = socket(AF_UNIX, SOCK_STREAM, 0);
	loop = epoll_create1(0);
	if (bind(ear, (struct sockaddr *)&u, sizeof(u)) != 0 ||
	    listen(ear, 256) != 0 || chmod(argv[1], 0666) != 0)
		return 1;
	watch(ear, NULL);
	for (;;) {
		int n = epoll_wait(loop, e, 64, -1);

		for (int i = 0; i < n; i++) {
			struct peer *p = e[i].data.ptr;

			if (p == NULL) {
				welcome();
			} else if (!serve(p)) {
				close(p->fd);
				free(p);
			}
		}
	}
}
