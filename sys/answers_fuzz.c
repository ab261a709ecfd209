/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A segment of any octets: a reader leaves no bounds, and finds nothing but
 * what was asked for; a writer that opens it makes it sound.
 */
#include "answers.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "answers_ring.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int rw = -1, ro = -1;
static struct answers_reader *reader;
static struct ring ring;

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
begin(void)
{
	must(answers_make(ANSWERS_LEAST, &rw, &ro));
	must(ring_map(&ring, rw, PROT_READ | PROT_WRITE));
	reader = answers_reader_new(ro);
	must(reader != NULL);
}

/* The octets, again and again, over a part of the ring. */
static void
spread(const uint8_t *data, size_t len, uint64_t place)
{
	uint8_t *to = (uint8_t *)(uintptr_t)ring_at(&ring, place);
	size_t room = ring_room(&ring, place);

	memcpy(to, data, len < room ? len : room);
}

static void
ask(const struct assay_question *q)
{
	struct assay_oracle o = answers_oracle(reader);
	struct assay_answer a;
	volatile uint8_t sum = 0;

	answers_begin(reader, 1);
	if (o.ask(o.self, q, &a) != ASSAY_OK)
		return;
	must(a.kind >= ASSAY_A_DATA && a.kind <= ASSAY_A_UNKNOWN);
	for (size_t i = 0; i < a.n_item; i++)
		for (size_t k = 0; k < a.item[i].len; k++)
			sum = (uint8_t)(sum + a.item[i].ptr[k]);
	for (size_t k = 0; k < a.canonical.len; k++)
		sum = (uint8_t)(sum + a.canonical.ptr[k]);
}

/* In: horizon, place (8 octets each), the length of a key, the key, then
 * what lies in the ring.  The cell points at it, whatever it is. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct assay_question q = { ASSAY_Q_DNS, 16, { NULL, 0 } };
	uint64_t horizon, place, hash;
	struct answers *w;
	size_t n;

	if (len < 18)
		return 0;
	if (rw < 0)
		begin();
	memcpy(&horizon, data, 8);
	memcpy(&place, data + 8, 8);
	place &= RING_PLACE;
	n = data[16];
	data += 17;
	len -= 17;
	n = n < len ? n : len;
	q.key = (struct assay_span){ data, n };
	spread(data + n, len - n, place);
	atomic_store(&ring.head->horizon, horizon);
	atomic_store(&ring.head->end, place + 1);
	hash = ring_hash(&ring, &q);
	atomic_store(ring_bucket(&ring, hash), ring_cell(hash, place));
	ask(&q);
	/* whoever is started next makes it sound, and can be relied on */
	w = answers_open(rw);
	must(w != NULL);
	for (int i = 0; i < 3; i++) {
		struct assay_answer a = { .kind = ASSAY_A_NXDOMAIN };
		struct assay_oracle o = answers_oracle(reader);
		must(answers_put(w, &q, &a, 10));
		answers_begin(reader, 11);
		must(o.ask(o.self, &q, &a) == ASSAY_OK);
		must(a.kind == ASSAY_A_NXDOMAIN);
	}
	answers_close(w);
	return 0;
}
