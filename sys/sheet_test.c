/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "sheet.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/t.h"

enum { PIECE = 100000 };

static uint8_t piece[PIECE], back[PIECE];

static bool
says(const struct sheet *s, uint8_t c, off_t at)
{
	return pread(s->fd, back, PIECE, at) == PIECE && back[0] == c &&
	    back[PIECE - 1] == c;
}

static void
fill(struct sheet *s, uint8_t c)
{
	memset(piece, c, PIECE);
	T_OK(sheet_put(s, (struct span){ piece, PIECE }), "put");
}

/* What whoever has the descriptor may try. */
static void
sealed(const struct sheet *s)
{
	T_OK(pwrite(s->fd, "x", 1, 0) < 0, "it cannot be written");
	T_OK(ftruncate(s->fd, 10) < 0, "nor cut short");
	T_OK(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd,
	    0) == MAP_FAILED, "nor mapped to be written");
	T_OK(fcntl(s->fd, F_ADD_SEALS, F_SEAL_WRITE) < 0,
	    "nor sealed against its owner");
}

static void
one(int early)
{
	struct sheet s;

	T_OK(sheet_open(&s, early), "opened");
	for (uint8_t i = 0; i < 12; i++)
		fill(&s, (uint8_t)('a' + i));
	T_OK(sheet_done(&s), "done");
	T_OK(!sheet_put(&s, SPAN("more")), "then nothing more is put");
	T_INT(sheet_span(&s).len, 12 * PIECE, "all of it");
	T_OK(says(&s, 'a', 0) && says(&s, 'l', 11 * PIECE), "as it was put");
	T_INT(span_at(sheet_span(&s), 5 * PIECE), 'f', "for its owner, too");
	sealed(&s);
	T_OK(sheet_wipe(&s) == (early != 0), "may it be used again?");
	if (early != 0) {
		fill(&s, 'z');
		T_OK(sheet_done(&s) && s.len == PIECE && says(&s, 'z', 0),
		    "the next message");
		sealed(&s);
	}
	sheet_close(&s);
}

int
main(void)
{
	one(0);
	one(F_SEAL_FUTURE_WRITE);
	return t_done();
}
