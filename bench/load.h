/* SPDX-License-Identifier: Apache-2.0 */
/* load.h - what the two protocols of the load driver have in common. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "bench/corpus.h"

#include <stdint.h>

/* Where to, by a path or "127.0.0.1:PORT": a connected socket, or -1. */
int load_dial(const char *where);
bool load_put(int fd, const void *bytes, size_t len);
/* Exactly len octets. */
bool load_get(int fd, void *bytes, size_t len);

enum outcome { OUT_LOST, OUT_OTHER, OUT_RIGHT };

/* One connection's state; message calls open and close when they must. */
struct line {
	const char *where;
	unsigned per_session, used;
	int fd;
	uint32_t steps;		/* milter: what was negotiated */
	bool own_sender;	/* milter: MAIL FROM of 10,000 domains */
	unsigned long number;
	uint8_t *room;		/* replies are read into it */
	struct script *script;	/* milter: per item, once made */
};

enum { LOAD_ROOM = 1 << 17 };

struct script *milter_scripts(size_t n);
enum outcome milter_message(struct line *l, size_t i, const struct item *item);
void milter_bye(struct line *l);
enum outcome smtp_message(struct line *l, size_t i, const struct item *item);
void smtp_bye(struct line *l);

#endif
