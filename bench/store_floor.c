/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_floor.c - the least that taking reports costs: inflate, one pass over
 * the tags that fills the fields, one insert into the shipped table of rows,
 * one transaction a report.  Nothing is checked, nothing interned, nothing
 * summed up.
 *
 *	store_floor DB FILE.xml.gz...
 *
 * DB is a store that is empty; rows are put into it without their report.
 */
#include <arpa/inet.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static struct fields {
	char ip[46], disposition[12], dkim[6], spf[6];
	char header_from[80], envelope_from[80];
	char d[80], selector[40], result[12];
	char s[80], scope[8], s_result[12];
	uint64_t count;
} f;

static enum { OUT, ROW, EVALUATED, IDS, AUTH, DKIM, SPF } where;
static sqlite3_stmt *insert;
static int64_t next_id = 1 << 24;
static uint64_t rows, messages;

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
	if (where == DKIM && is(tag, len, "domain"))
		SET(f.d);
	else if (where == DKIM && is(tag, len, "selector"))
		SET(f.selector);
	else if (where == DKIM && is(tag, len, "result"))
		SET(f.result);
	else if (where == SPF && is(tag, len, "domain"))
		SET(f.s);
	else if (where == SPF && is(tag, len, "scope"))
		SET(f.scope);
	else if (where == SPF && is(tag, len, "result"))
		SET(f.s_result);
}

static void
field(const char *tag, size_t len, const char *v, size_t n)
{
	if (where == ROW && is(tag, len, "source_ip"))
		SET(f.ip);
	else if (where == ROW && is(tag, len, "count"))
		for (size_t i = 0; i < n && v[i] >= '0' && v[i] <= '9'; i++)
			f.count = f.count * 10 + (uint64_t)(v[i] - '0');
	else if (where == EVALUATED && is(tag, len, "disposition"))
		SET(f.disposition);
	else if (where == EVALUATED && is(tag, len, "dkim"))
		SET(f.dkim);
	else if (where == EVALUATED && is(tag, len, "spf"))
		SET(f.spf);
	else if (where == IDS && is(tag, len, "header_from"))
		SET(f.header_from);
	else if (where == IDS && is(tag, len, "envelope_from"))
		SET(f.envelope_from);
	else if (where > AUTH)
		auth_field(tag, len, v, n);
}

static void
enter(const char *tag, size_t n)
{
	if (is(tag, n, "record"))
		memset(&f, 0, sizeof(f));
	else if (is(tag, n, "row"))
		where = ROW;
	else if (is(tag, n, "policy_evaluated"))
		where = EVALUATED;
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
put_row(void)
{
	uint8_t source[16];
	int n = inet_pton(AF_INET, f.ip, source) == 1 ? 4 :
	    inet_pton(AF_INET6, f.ip, source) == 1 ? 16 : 0;

	sqlite3_bind_int64(insert, 1, next_id++);
	sqlite3_bind_blob(insert, 2, source, n, SQLITE_STATIC);
	sqlite3_bind_int64(insert, 3, (int64_t)f.count);
	sqlite3_bind_int(insert, 4, f.disposition[0] == 'n');
	sqlite3_bind_int(insert, 5, f.dkim[0] == 'p' ? 1 : 2);
	sqlite3_bind_int(insert, 6, f.spf[0] == 'p' ? 1 : 2);
	sqlite3_bind_int(insert, 7, 0);
	sqlite3_bind_int(insert, 8, f.header_from[0]);
	sqlite3_bind_int(insert, 9, f.d[0] + f.result[0] * 256);
	sqlite3_bind_int(insert, 10, f.envelope_from[0]);
	if (sqlite3_step(insert) != SQLITE_DONE)
		exit(1);
	sqlite3_reset(insert);
	rows++;
	messages += f.count;
}

static void
leave(const char *tag, size_t n)
{
	if (is(tag, n, "record")) {
		where = OUT;
		put_row();
	} else if (where > AUTH && (is(tag, n, "dkim") || is(tag, n, "spf"))) {
		where = AUTH;
	} else if (is(tag, n, "policy_evaluated")) {
		where = ROW;
	}
}

/* Whole tags and values in p .. end; gives where the rest begins. */
static const char *
scan(const char *p, const char *end)
{
	static char tag[64];
	static size_t len;

	while ((p = memchr(p, '<', (size_t)(end - p))) != NULL) {
		const char *g = memchr(p, '>', (size_t)(end - p)), *next;
		size_t n;

		if (g == NULL)
			return p;
		if (p[1] == '/') {
			leave(p + 2, (size_t)(g - p) - 2);
			p = g + 1;
			continue;
		}
		next = memchr(g, '<', (size_t)(end - g));
		if (next == NULL)
			return p;
		n = strcspn(p + 1, " >");
		len = n < sizeof(tag) ? n : sizeof(tag) - 1;
		memcpy(tag, p + 1, len);
		enter(tag, len);
		if (next[0] == '<' && next + 1 < end && next[1] == '/')
			field(tag, len, g + 1, (size_t)(next - g) - 1);
		p = g + 1;
	}
	return end;
}

static void
read_file(const char *name)
{
	static char window[256 << 10];
	gzFile z = gzopen(name, "rb");
	size_t have = 0;
	int n;

	if (z == NULL)
		exit(1);
	gzbuffer(z, 64 << 10);
	while ((n = gzread(z, window + have, 64 << 10)) > 0) {
		const char *rest;

		have += (size_t)n;
		rest = scan(window, window + have);
		have = (size_t)(window + have - rest);
		memmove(window, rest, have);
	}
	gzclose(z);
}

int
main(int argc, char **argv)
{
	sqlite3 *db;

	if (argc < 3 || sqlite3_open(argv[1], &db) != SQLITE_OK)
		return 2;
	sqlite3_exec(db, "PRAGMA synchronous=NORMAL; PRAGMA "
	    "cache_size=-4096", NULL, NULL, NULL);
	if (sqlite3_prepare_v2(db, "INSERT INTO row (id, source, messages, "
	    "disposition, dkim, spf, why, header_from, auth, envelope_from, "
	    "deviations) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)",
	    -1, &insert, NULL) != SQLITE_OK)
		return 1;
	for (int i = 2; i < argc; i++) {
		sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
		read_file(argv[i]);
		if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
			return 1;
	}
	sqlite3_finalize(insert);
	sqlite3_close(db);
	printf("%llu %llu\n", (unsigned long long)rows,
	    (unsigned long long)messages);
	return 0;
}
