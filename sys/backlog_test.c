/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever reads slowly gets every octet, in order; who never does is found. */
#include "backlog.h"

#include <sys/socket.h>
#include <unistd.h>

#include "test/t.h"

enum { PIECE = 50000, PIECES = 40, MOST = 4 << 20 };

static uint8_t piece[PIECE], room[PIECE];

/* The k-th octet of all. */
static uint8_t
octet(size_t k)
{
	return (uint8_t)(k * 31 + k / 1000);
}

static size_t
take(int fd, size_t at, bool *same)
{
	ssize_t n = recv(fd, room, sizeof(room), MSG_DONTWAIT);

	for (ssize_t i = 0; i < n; i++)
		*same = *same && room[i] == octet(at + (size_t)i);
	return n < 0 ? 0 : (size_t)n;
}

static void
slow(int s[2])
{
	struct backlog b = { .sent = 0 };
	bool same = true, waited = false;
	size_t said = 0, read = 0;

	for (unsigned i = 0; i < PIECES; i++) {
		for (size_t k = 0; k < PIECE; k++)
			piece[k] = octet(said + k);
		said += PIECE;
		waited |= backlog_say(&b, s[0], (struct span){ piece, PIECE },
		    MOST) == BACKLOG_WAITS;
	}
	T_OK(waited && backlog_waits(&b), "the kernel does not take it all");
	for (unsigned idle = 0; read < said && idle < 2;) {
		size_t n = take(s[1], read, &same);

		read += n;
		idle = n > 0 ? 0 : idle + 1;
		if (n == 0 && backlog_go_on(&b, s[0]) == BACKLOG_GONE)
			break;
	}
	T_INT(read, said, "every octet came");
	T_OK(same, "in order");
	T_OK(!backlog_waits(&b) && b.kept.ptr == NULL, "and none is kept");
}

static void
never(int s[2])
{
	struct backlog b = { .sent = 0 };
	enum backlog_state state = BACKLOG_EMPTY;

	for (unsigned i = 0; i < 1000 && state != BACKLOG_FULL; i++)
		state = backlog_say(&b, s[0], (struct span){ piece, PIECE },
		    2 * PIECE);
	T_OK(state == BACKLOG_FULL, "there is an end to it");
	T_OK(b.kept.len <= 2 * PIECE, "within bounds");
	close(s[1]);
	T_OK(backlog_go_on(&b, s[0]) == BACKLOG_GONE, "gone while it waits");
	backlog_free(&b);
	T_OK(backlog_say(&b, s[0], SPAN("x"), MOST) == BACKLOG_GONE, "gone");
}

int
main(void)
{
	int s[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) != 0)
		return 1;
	slow(s);
	never(s);
	return t_done();
}
