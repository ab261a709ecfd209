/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading aggregate reports: ours against expat and a plain scan that fill
 * the same fields, in turn, in one process.  Everything is in memory; CPU
 * time is compared within a round, and the median of the ratios counts.
 *
 *	reports [ROUNDS]
 *	reports write ROWS FILE	one report of so many rows, as gzip
 *	reports rss ROWS FILE	reads it; the most memory that this process had
 */
#include <expat.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include <zlib.h>

#include "bench/reports_gen.h"
#include "report/aggregate_read.h"
#include "report/unwrap.h"

enum { REPORTS = 400, ROUNDS_MAX = 101, WINDOW = 64 << 10 };
enum { BY_US, BY_EXPAT, BY_SCAN, READERS };

static struct report report[REPORTS];
static struct aggregate *reader;

static struct { uint64_t rows, messages; } seen;

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- ours ---- */

static void
by_us(const struct report *r)
{
	struct span rest = { (const uint8_t *)r->xml, r->len };

	aggregate_start(reader);
	for (;;) {
		struct span w = span_head(rest, WINDOW);
		switch (aggregate_next(reader)) {
		case AGGREGATE_NEED:
			rest = span_skip(rest, w.len);
			aggregate_feed(reader, w, rest.len == 0);
			break;
		case AGGREGATE_ROW:
			seen.rows++;
			seen.messages += aggregate_row(reader)->count;
			break;
		case AGGREGATE_END:
			if (aggregate_head(reader)->deviations != 0)
				seen.rows = 0;
			return;
		case AGGREGATE_BAD:
			return;
		}
	}
}

/* ---- the others: fields as text, and a number ---- */

static struct row {
	char ip[46], disposition[12], dkim[6], spf[6], reason[20],
	    comment[80], header_from[80], envelope_from[80], envelope_to[80];
	char d[4][80], selector[4][40], result[4][12];
	char s[80], scope[8], s_result[12];
	uint64_t count;
	int n;
} row;

static enum { OUT, ROW, EVALUATED, WHY, IDS, AUTH, DKIM, SPF } where;

static bool
is(const char *tag, size_t n, const char *want)
{
	return strlen(want) == n && memcmp(tag, want, n) == 0;
}

static void
set(char *to, size_t room, const char *v, size_t n)
{
	n = n < room ? n : room - 1;
	memcpy(to, v, n);
	to[n] = '\0';
}

#define SET(member) set(member, sizeof(member), v, n)

static void
auth_field(const char *tag, size_t len, const char *v, size_t n)
{
	int k = row.n % 4;

	if (where == DKIM) {
		if (is(tag, len, "domain"))
			SET(row.d[k]);
		else if (is(tag, len, "result"))
			SET(row.result[k]);
		else if (is(tag, len, "selector"))
			SET(row.selector[k]);
	} else if (is(tag, len, "domain")) {
		SET(row.s);
	} else if (is(tag, len, "result")) {
		SET(row.s_result);
	} else if (is(tag, len, "scope")) {
		SET(row.scope);
	}
}

static void
field(const char *tag, size_t len, const char *v, size_t n)
{
	if (where == ROW && is(tag, len, "count"))
		for (size_t i = 0; i < n && v[i] >= '0' && v[i] <= '9'; i++)
			row.count = row.count * 10 + (uint64_t)(v[i] - '0');
	else if (where == ROW && is(tag, len, "source_ip"))
		SET(row.ip);
	else if (where == EVALUATED && is(tag, len, "disposition"))
		SET(row.disposition);
	else if (where == EVALUATED && is(tag, len, "dkim"))
		SET(row.dkim);
	else if (where == EVALUATED && is(tag, len, "spf"))
		SET(row.spf);
	else if (where == WHY && is(tag, len, "type"))
		SET(row.reason);
	else if (where == WHY && is(tag, len, "comment"))
		SET(row.comment);
	else if (where == IDS && is(tag, len, "header_from"))
		SET(row.header_from);
	else if (where == IDS && is(tag, len, "envelope_from"))
		SET(row.envelope_from);
	else if (where == IDS && is(tag, len, "envelope_to"))
		SET(row.envelope_to);
	else if (where == DKIM || where == SPF)
		auth_field(tag, len, v, n);
}

static void
enter(const char *tag, size_t n)
{
	if (is(tag, n, "record"))
		memset(&row, 0, sizeof(row));
	else if (is(tag, n, "row"))
		where = ROW;
	else if (is(tag, n, "policy_evaluated"))
		where = EVALUATED;
	else if (is(tag, n, "reason"))
		where = WHY;
	else if (is(tag, n, "identifiers"))
		where = IDS;
	else if (is(tag, n, "auth_results"))
		where = AUTH;
	else if (where >= AUTH && is(tag, n, "dkim"))
		where = DKIM;
	else if (where >= AUTH && is(tag, n, "spf"))
		where = SPF;
}

static void
leave(const char *tag, size_t n)
{
	if (is(tag, n, "record")) {
		where = OUT;
		seen.rows++;
		seen.messages += row.count;
	} else if (where > AUTH && (is(tag, n, "dkim") || is(tag, n, "spf"))) {
		row.n += where == DKIM;
		where = AUTH;
	} else if (is(tag, n, "reason")) {
		where = EVALUATED;
	} else if (is(tag, n, "policy_evaluated")) {
		where = ROW;
	}
}

static char text[4096];
static size_t text_len;

static void
on_open(void *ctx, const XML_Char *tag, const XML_Char **attr)
{
	(void)ctx;
	(void)attr;
	text_len = 0;
	enter(tag, strlen(tag));
}

static void
on_close(void *ctx, const XML_Char *tag)
{
	size_t n = strlen(tag);

	(void)ctx;
	if (text_len > 0)
		field(tag, n, text, text_len);
	text_len = 0;
	leave(tag, n);
}

static void
on_text(void *ctx, const XML_Char *s, int len)
{
	(void)ctx;
	if (text_len + (size_t)len < sizeof(text)) {
		memcpy(text + text_len, s, (size_t)len);
		text_len += (size_t)len;
	}
}

static void
by_expat(const struct report *r)
{
	XML_Parser p = XML_ParserCreate(NULL);

	XML_SetElementHandler(p, on_open, on_close);
	XML_SetCharacterDataHandler(p, on_text);
	for (size_t at = 0; at < r->len; at += WINDOW) {
		size_t n = r->len - at < WINDOW ? r->len - at : WINDOW;
		if (XML_Parse(p, r->xml + at, (int)n, at + n == r->len) !=
		    XML_STATUS_OK)
			break;
	}
	XML_ParserFree(p);
}

/* The floor: tags and what stands between, nothing checked, all of it in
 * memory at once. */
static void
by_scan(const struct report *r)
{
	const char *p = r->xml, *end = p + r->len, *tag = p, *value = NULL;
	size_t len = 0;

	while ((p = memchr(p, '<', (size_t)(end - p))) != NULL) {
		const char *q = p + 1, *g = memchr(q, '>', (size_t)(end - q));
		if (g == NULL)
			return;
		if (*q == '/') {
			size_t n = (size_t)(g - q) - 1;
			if (value != NULL && n == len &&
			    memcmp(q + 1, tag, n) == 0)
				field(tag, len, value, (size_t)(p - value));
			value = NULL;
			leave(q + 1, n);
		} else if (*q != '?' && *q != '!') {
			const char *blank = memchr(q, ' ', (size_t)(g - q));
			tag = q;
			len = (size_t)((blank != NULL ? blank : g) - q);
			enter(tag, len);
			value = g + 1;
		}
		p = g + 1;
	}
}

/* ---- rounds ---- */

static const struct {
	const char *name;
	void (*read)(const struct report *);
} readers[READERS] = {
	{ "ours", by_us }, { "expat", by_expat }, { "plain scan", by_scan },
};

static int
order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Median, and the middle two thirds. */
static void
print(const char *what, double *v, int n, const char *tail)
{
	qsort(v, (size_t)n, sizeof(*v), order);
	printf("  %-28s %12.2f  (%.2f to %.2f)%s\n", what, v[n / 2],
	    v[n / 6], v[n - 1 - n / 6], tail);
}

static bool
compare(int rounds, uint64_t rows, uint64_t messages)
{
	static double took[READERS][ROUNDS_MAX], ratio[ROUNDS_MAX];
	double median;

	for (int i = -1; i < rounds; i++) {	/* the first warms up */
		for (int k = 0; k < READERS; k++) {
			int who = (k + i + READERS) % READERS;
			double t = cpu();
			seen.rows = seen.messages = 0;
			for (int n = 0; n < REPORTS; n++)
				readers[who].read(&report[n]);
			t = cpu() - t;
			if (i >= 0)
				took[who][i] = (double)rows / t;
			if (seen.rows == rows && seen.messages == messages)
				continue;
			printf("%s reads it wrong\n", readers[who].name);
			exit(1);
		}
	}
	for (int i = 0; i < rounds; i++)
		ratio[i] = took[BY_US][i] / took[BY_SCAN][i];
	print("ours against the scan", ratio, rounds, "");
	for (int i = 0; i < rounds; i++)
		ratio[i] = took[BY_US][i] / took[BY_EXPAT][i];
	print("ours against expat", ratio, rounds, "  goal >= 5");
	median = ratio[rounds / 2];
	for (int k = 0; k < READERS; k++)
		print(readers[k].name, took[k], rounds,
		    " rows a CPU second");
	puts(median >= 5 ? "goal met" : "goal MISSED");
	return median >= 5;
}

static int
write_gzip(size_t rows, const char *path)
{
	struct report r = report_make(1, 0, rows);
	gzFile f = gzopen(path, "wb6");
	bool ok = f != NULL && gzwrite(f, r.xml, (unsigned)r.len) ==
	    (int)r.len;

	ok = f != NULL && gzclose(f) == Z_OK && ok;
	printf("%zu rows, %.1f MB of XML\n", rows, (double)r.len / 1e6);
	free(r.xml);
	return ok ? 0 : 1;
}

static void
read_document(struct unwrap *u)
{
	aggregate_start(reader);
	for (;;) {
		struct span w;
		bool last;
		switch (aggregate_next(reader)) {
		case AGGREGATE_NEED:
			if (unwrap_read(u, &w, &last) != UNWRAP_FINE)
				return;
			aggregate_feed(reader, w, last);
			break;
		case AGGREGATE_ROW:
			seen.rows++;
			break;
		case AGGREGATE_END:
		case AGGREGATE_BAD:
			return;
		}
	}
}

/* Mapped, as the daemon has it: pages of the file count, too. */
static int
memory(struct arena *a, size_t rows, const char *path)
{
	struct unwrap *u = unwrap_new(a);
	FILE *f = fopen(path, "rb");
	struct unwrap_doc doc;
	struct rusage usage;
	struct span file;
	struct stat st;
	void *p;

	if (u == NULL || f == NULL || fstat(fileno(f), &st) != 0)
		return 1;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fileno(f),
	    0);
	if (p == MAP_FAILED)
		return 1;
	file = (struct span){ p, (size_t)st.st_size };
	unwrap_start(u, file, SPAN_NONE, a);
	while (unwrap_next(u, &doc))
		if (doc.kind == UNWRAP_AGGREGATE)
			read_document(u);
	getrusage(RUSAGE_SELF, &usage);
	printf("%llu rows from %.1f MB of gzip: at most %.1f MiB of memory, "
	    "goal <= 16\n", (unsigned long long)seen.rows,
	    (double)file.len / 1e6, (double)usage.ru_maxrss / 1024);
	return seen.rows == rows && usage.ru_maxrss <= 16 << 10 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 15;
	uint64_t rows = 0, messages = 0, octets = 0;
	struct arena a;

	arena_init(&a, 4 << 20);
	reader = aggregate_new(&a);
	if (reader == NULL)
		return 1;
	if (argc > 3 && strcmp(argv[1], "write") == 0)
		return write_gzip((size_t)atol(argv[2]), argv[3]);
	if (argc > 3 && strcmp(argv[1], "rss") == 0)
		return memory(&a, (size_t)atol(argv[2]), argv[3]);
	for (int i = 0; i < REPORTS; i++) {
		report[i] = report_make((uint64_t)i + 7, i % LAYOUTS,
		    i % 20 == 0 ? 2000 : i % 3 == 0 ? 60 : 3);
		rows += report[i].rows;
		messages += report[i].messages;
		octets += report[i].len;
	}
	printf("%d reports, %llu rows, %.1f MB of XML\n", REPORTS,
	    (unsigned long long)rows, (double)octets / 1e6);
	if (rounds < 1 || rounds > ROUNDS_MAX)
		rounds = 15;
	return compare(rounds, rows, messages) ? 0 : 1;
}
