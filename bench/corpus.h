/* SPDX-License-Identifier: Apache-2.0 */
/*
 * corpus.h - what every runner of the benchmark has in common: the workload
 * in memory, and rounds on demand, so that bench/run can interleave the
 * runners of a comparison without ever starting one again.
 */
#ifndef BENCH_CORPUS_H
#define BENCH_CORPUS_H

#include <stdbool.h>
#include <stddef.h>

struct item {
	char *text;		/* the message, NUL behind it */
	size_t len;
	char *mail_from, *ip, *helo;
	bool dkim_pass;		/* what to expect             */
	char *arc, *shape;
};

struct corpus {
	const char *dir;
	struct item *item;
	size_t n;
};

/* The messages of one size, "mix" for all. */
struct corpus corpus_load(const char *dir, const char *size);

/* A file of the workload, with a NUL behind it. */
char *corpus_file(const struct corpus *c, const char *name, size_t *len);

/*
 * argv: PROGRAM DIR SIZE REPEAT.  Says "ready N" (messages of a round), then
 * for each line on stdin does a round, REPEAT times over all items, and
 * prints the CPU seconds it took and how many items came out right.
 */
int corpus_serve(int argc, char **argv, void (*begin)(struct corpus *),
    bool (*one)(const struct item *));

/* The same for runners that take up to most items at once and say how many
 * came out right. */
int corpus_serve_many(int argc, char **argv, void (*begin)(struct corpus *),
    size_t (*many)(const struct item *, size_t n), size_t most);

#endif
