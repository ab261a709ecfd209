/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/corpus.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
die(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

static char *
slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *text;
	long n;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (n = ftell(f)) < 0)
		die(path);
	rewind(f);
	text = malloc((size_t)n + 1);
	if (text == NULL || fread(text, 1, (size_t)n, f) != (size_t)n)
		die(path);
	fclose(f);
	text[n] = '\0';
	*len = (size_t)n;
	return text;
}

char *
corpus_file(const struct corpus *c, const char *name, size_t *len)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", c->dir, name);
	return slurp(path, len);
}

struct corpus
corpus_load(const char *dir, const char *size)
{
	struct corpus c = { .dir = dir };
	size_t len;
	char *line = corpus_file(&c, "manifest.tsv", &len), *end;

	c.item = calloc(100000, sizeof(*c.item));
	if (c.item == NULL)
		die("no memory");
	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		struct item *i = &c.item[c.n];
		char *col[9] = { NULL }, name[64];

		*end = '\0';
		for (size_t k = 0; k < 9; k++)
			col[k] = strsep(&line, "\t");
		if (col[8] == NULL)
			die("bad manifest");
		if (strcmp(size, "mix") != 0 && strcmp(size, col[1]) != 0)
			continue;
		snprintf(name, sizeof(name), "mail/%s", col[0]);
		i->text = corpus_file(&c, name, &i->len);
		i->mail_from = col[3];
		i->ip = col[4];
		i->helo = col[5];
		i->dkim_pass = strcmp(col[6], "pass") == 0;
		i->arc = col[7];
		i->shape = col[8];
		c.n++;
	}
	return c;
}

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool (*serve_one)(const struct item *);

static size_t
one_by_one(const struct item *item, size_t n)
{
	size_t right = 0;

	for (size_t i = 0; i < n; i++)
		right += serve_one(&item[i]);
	return right;
}

int
corpus_serve(int argc, char **argv, void (*begin)(struct corpus *),
    bool (*one)(const struct item *))
{
	serve_one = one;
	return corpus_serve_many(argc, argv, begin, one_by_one, SIZE_MAX);
}

int
corpus_serve_many(int argc, char **argv, void (*begin)(struct corpus *),
    size_t (*many)(const struct item *, size_t n), size_t most)
{
	char line[64];
	struct corpus c;
	long repeat;

	if (argc < 4)
		die("usage: PROGRAM DIR SIZE REPEAT");
	c = corpus_load(argv[1], argv[2]);
	repeat = strtol(argv[3], NULL, 10);
	begin(&c);
	printf("ready %zu\n", c.n * (size_t)repeat);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		size_t right = 0, n;
		double t = cpu();

		for (long r = 0; r < repeat; r++)
			for (size_t i = 0; i < c.n; i += n) {
				n = c.n - i < most ? c.n - i : most;
				right += many(&c.item[i], n);
			}
		printf("%.6f %zu\n", cpu() - t, right);
		fflush(stdout);
	}
	return 0;
}
