/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of any octets: the consumer leaves no bounds, comes to an end, and
 * afterwards a producer and it understand each other again.
 */
#include "spool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spool_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int fd = -1;
static uint8_t first[SPOOL_AT_RING];

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
begin(void)
{
	static const uint8_t salt[SPOOL_SALT];
	char name[] = "/tmp/assay-spool-fuzz.XXXXXX";
	int dir;

	must(mkdtemp(name) != NULL);
	dir = open(name, O_RDONLY | O_DIRECTORY);
	fd = spool_make(dir, "f", 0, salt);
	must(fd >= 0);
	must(pread(fd, first, sizeof(first), 0) == (ssize_t)sizeof(first));
	unlinkat(dir, "f", 0);
	close(dir);
	rmdir(name);
}

static void
write_at(const uint8_t *data, size_t len, uint64_t at)
{
	must(pwrite(fd, data, len, (off_t)at) == (ssize_t)len);
}

/* head, tail, dropped (8 octets each), octets of drops, drops, octets of
 * the ring from the tail on. */
static void
lay_out(const uint8_t *data, size_t len)
{
	uint64_t tail, at;
	size_t n = data[24] < len - 25 ? data[24] : len - 25;

	write_at(first, sizeof(first), 0);
	write_at(data, 8, offsetof(struct spool_head, head));
	write_at(data + 8, 8, SPOOL_AT_TAIL);
	write_at(data + 16, 8, offsetof(struct spool_head, dropped));
	write_at(data + 25, n, SPOOL_AT_DROPS);
	memcpy(&tail, data + 8, 8);
	at = tail % SPOOL_LEAST;
	data += 25 + n;
	len -= 25 + n;
	n = len < SPOOL_LEAST - at ? len : SPOOL_LEAST - at;
	write_at(data, n, SPOOL_AT_RING + at);
	write_at(data + n, len - n, SPOOL_AT_RING);
}

static void
afterwards(struct spool_reader *r)
{
	struct spool *w = spool_open(fd);
	struct spool_entry e;
	uint64_t head;

	must(w != NULL && spool_done(r));
	must(pread(fd, &head, 8, SPOOL_AT_TAIL) == 8);
	write_at((uint8_t *)&head, 8, offsetof(struct spool_head, head));
	must(spool_put(w, 9, SPAN("x"), 1, SPAN("abc")));
	must(spool_next(r, &e) && e.id == 9 &&
	    span_eq(e.record, SPAN("abc")));
	spool_close(w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct spool_reader *r;
	struct spool_entry e;
	struct spool_drop d;
	volatile uint8_t sum = 0;
	size_t n = 0;

	if (len < 25 || len > 100000)
		return 0;
	if (fd < 0)
		begin();
	lay_out(data, len);
	r = spool_reader_new(fd);
	must(r != NULL);
	while (spool_next(r, &e)) {
		must(e.record.len <= SPOOL_RECORD && n++ < SPOOL_LEAST / 32);
		for (size_t i = 0; i < e.record.len; i++)
			sum = (uint8_t)(sum + e.record.ptr[i]);
	}
	for (n = 0; spool_next_drop(r, &d); n++)
		must(strlen(d.domain) <= SPOOL_DOMAIN && n < SPOOL_DROPS);
	must(spool_told(r));
	must(!spool_next_drop(r, &d));
	must(spool_state(r).waiting <= SPOOL_LEAST);
	afterwards(r);
	spool_reader_free(r);
	return 0;
}
