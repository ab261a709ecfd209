/* SPDX-License-Identifier: Apache-2.0 */
/* ingest_bytes.c - the bytes of an input, by their descriptor; what came of
 * inputs, summed up and in words. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "ingest.h"

/* Up to a piece at *at.  False: errno; they must all be there. */
static bool
next_piece(const struct ingest_bytes *b, uint64_t *at, uint8_t *room,
    struct span *out)
{
	size_t n = b->to - *at < INGEST_PIECE ? (size_t)(b->to - *at) :
	    INGEST_PIECE;
	size_t have = 0;

	while (have < n) {
		ssize_t got = pread(b->fd, room + have, n - have,
		    (off_t)(*at + have));

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			errno = EIO;	/* it became shorter */
		if (got <= 0)
			return false;
		have += (size_t)got;
	}
	*at += n;
	*out = (struct span){ room, n };
	return true;
}

bool
ingest_bytes_hash(struct ingest_bytes *b)
{
	crypto_generichash_state h;
	ROOM(own, INGEST_PIECE);
	uint8_t *room = b->room == NULL ? own : b->room;
	struct span p;

	b->compressed = false;
	b->whole = SPAN_NONE;
	crypto_generichash_init(&h, NULL, 0, STORE_HASH);
	for (uint64_t at = b->from; at < b->to; ) {
		bool first = at == b->from;

		if (!next_piece(b, &at, room, &p))
			return false;
		if (first)	/* gzip (RFC 1952), zip */
			b->compressed = span_starts(p, SPAN("\x1f\x8b")) ||
			    span_starts(p, SPAN("PK\3\4"));
		crypto_generichash_update(&h, p.ptr, p.len);
	}
	crypto_generichash_final(&h, b->hash, STORE_HASH);
	if (b->room != NULL && b->to - b->from <= INGEST_PIECE)
		b->whole = (struct span){ room, (size_t)(b->to - b->from) };
	return true;
}

bool
ingest_bytes_keep(struct ingest *in, const struct ingest_bytes *b)
{
	crypto_generichash_state h;
	uint8_t hash[STORE_HASH];
	ROOM(room, INGEST_PIECE);
	struct span p;

	if (!span_absent(b->whole))
		return ingest_raw(in, b->whole);
	crypto_generichash_init(&h, NULL, 0, STORE_HASH);
	for (uint64_t at = b->from; at < b->to; ) {
		if (!next_piece(b, &at, room, &p) || !ingest_raw(in, p))
			return false;
		crypto_generichash_update(&h, p.ptr, p.len);
	}
	crypto_generichash_final(&h, hash, STORE_HASH);
	return memcmp(hash, b->hash, STORE_HASH) == 0;
}

/* ---- counts -------------------------------------------------------------- */

void
ingest_sum(struct ingest_counts *t, const struct ingest_counts *c)
{
	t->inputs += c->inputs;
	t->known += c->known;
	for (size_t i = 0; i < STORE_OUTCOMES; i++)
		t->outcome[i] += c->outcome[i];
	for (size_t i = 0; i < STORE_A_REASONS; i++)
		t->aside[i] += c->aside[i];
	t->failures += c->failures;
	t->failures_again += c->failures_again;
	t->tls += c->tls;
	t->bounces += c->bounces;
	t->dead += c->dead;
	t->rows += c->rows;
	t->messages += c->messages;
}

void
ingest_losses(struct buf *b, uint32_t deviations)
{
	static const struct { uint32_t bit; const char *text; } loss[] = {
		{ AGGREGATE_D_MALFORMED, "malformed XML" },
		{ AGGREGATE_D_ENCODING, "octets that are not UTF-8" },
		{ AGGREGATE_D_NUMBER, "unusable numbers" },
		{ AGGREGATE_D_TOO_LONG, "text cut at its bound" },
		{ AGGREGATE_D_TOO_MANY, "results or reasons left out" } };

	for (size_t i = 0; i < sizeof(loss) / sizeof(*loss); i++) {
		if ((deviations & loss[i].bit) == 0)
			continue;
		if (b->len > 0)
			buf_str(b, ", ");
		buf_str(b, loss[i].text);
	}
}
