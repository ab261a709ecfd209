/* SPDX-License-Identifier: Apache-2.0 */
/* mmdb_fixture.h - a small database of MaxMind's form (MaxMind DB 2.0). */
#ifndef TEST_MMDB_FIXTURE_H
#define TEST_MMDB_FIXTURE_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static inline void
mmdb_string(FILE *f, const char *s)
{
	size_t n = strlen(s);

	if (n < 29)
		fputc((int)(0x40 | n), f);
	else
		fprintf(f, "\x5d%c", (char)(n - 29));
	fputs(s, f);
}

static inline void
mmdb_number(FILE *f, const char *key, int type, unsigned v)
{
	mmdb_string(f, key);
	if (type > 7)		/* of the extended ones */
		fprintf(f, "%c%c", 4, type - 7);
	else
		fputc(type << 5 | 4, f);
	for (int shift = 24; shift >= 0; shift -= 8)
		fputc((int)(v >> shift & 255), f);
}

static inline void
mmdb_small(FILE *f, const char *key, unsigned v)
{
	mmdb_string(f, key);
	fprintf(f, "%c%c%c", 0xa2, (char)(v >> 8), (char)(v & 255));
}

static inline void
mmdb_record(FILE *f, unsigned v)
{
	fprintf(f, "%c%c%c", (char)(v >> 16), (char)(v >> 8 & 255),
	    (char)(v & 255));
}

/* 24 nodes, a bit of 192.0.2 each; all else is in no network. */
static inline void
mmdb_write(FILE *f)
{
	const unsigned net = 192u << 16 | 0u << 8 | 2, nodes = 24;

	for (unsigned i = 0; i < nodes; i++) {
		unsigned next = i + 1 < nodes ? i + 1 : nodes + 16;
		bool right = (net >> (23 - i) & 1) != 0;

		mmdb_record(f, right ? nodes : next);
		mmdb_record(f, right ? next : nodes);
	}
	for (int i = 0; i < 16; i++)
		fputc(0, f);
	fputc(0xe3, f);
	mmdb_number(f, "autonomous_system_number", 6, 64510);
	mmdb_string(f, "autonomous_system_organization");
	mmdb_string(f, "From a database");
	mmdb_string(f, "country");
	fputc(0xe1, f);
	mmdb_string(f, "iso_code");
	mmdb_string(f, "XZ");
	fputs("\xab\xcd\xefMaxMind.com", f);
	fputc(0xe9, f);
	mmdb_number(f, "node_count", 6, nodes);
	mmdb_small(f, "record_size", 24);
	mmdb_small(f, "ip_version", 4);
	mmdb_string(f, "database_type");
	mmdb_string(f, "Test-ASN");
	mmdb_string(f, "languages");
	fprintf(f, "%c%c", 0x01, 4);
	mmdb_string(f, "en");
	mmdb_small(f, "binary_format_major_version", 2);
	mmdb_small(f, "binary_format_minor_version", 0);
	mmdb_number(f, "build_epoch", 9, 1);
	mmdb_string(f, "description");
	fputc(0xe0, f);
}

#endif
