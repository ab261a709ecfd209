/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a server says comes out the same in whatever steps it comes; the
 * first octet says in which.  The rest is read as a URL as well: what was
 * taken has nothing in it that could end a command.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "imap_talk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Everything that was told, as one number. */
static uint64_t
mix(uint64_t h, uint64_t v)
{
	return (h ^ v) * UINT64_C(0x100000001b3);
}

static uint64_t
octets(uint64_t h, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		h = mix(h, (uint64_t)span_at(s, i));
	return h;
}

static uint64_t
hear(struct imap_reader *r, struct span all, size_t step)
{
	uint64_t h = 1;
	struct imap_fetch f = { .open = false };
	struct imap_piece p = { .kind = IMAP_MORE };

	imap_start(r);
	while (all.len > 0 && p.kind != IMAP_BROKEN) {
		struct span came = span_head(all, step), words;
		uint32_t n = 0;

		all = span_skip(all, step);
		while (imap_next(r, &came, &p) != IMAP_MORE &&
		    p.kind != IMAP_BROKEN) {
			h = octets(h, p.text);
			if (p.kind == IMAP_OCTETS)
				continue;
			h = mix(h, p.kind * 2u + p.first);
			h = mix(h, imap_fetch_read(&f, &p));
			if (f.literal && p.kind != IMAP_TEXT)
				__builtin_trap();
			h = mix(mix(h, f.uid), f.size);
			h = octets(h, f.text);
			h = mix(h, imap_answer(p.text, SPAN("a1"), &words));
			h = mix(h, imap_uidvalidity(p.text, &n));
			h = mix(h, imap_exists(p.text, &n));
		}
	}
	return h;
}

static void
clean(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (span_at(s, i) < 0x20 || span_at(s, i) > 0x7e)
			__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct imap_reader r;
	struct span all = { data, size };
	size_t step = size > 0 ? (size_t)span_at(all, 0) + 1 : 1;
	uint8_t room[256];
	struct buf b = BUF_ON(room);
	struct imap_url u;
	const char *why;

	all = span_skip(all, 1);
	/* a text that is too long is found out sooner in small steps */
	if (all.len < IMAP_TEXT_MAX &&
	    hear(&r, all, step) != hear(&r, all, SIZE_MAX))
		__builtin_trap();
	if (imap_url_read(&u, all, &b, &why)) {
		clean(u.user);
		clean(u.host);
		clean(u.folder);
	}
	return 0;
}
