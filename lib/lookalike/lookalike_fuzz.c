/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input: lines, of which the last is a candidate and the others are known.
 * Properties: what is known looks like nothing; what is found is known, and
 * the part of the label that resembles it lies in the label; the words fit;
 * the same again gives the same.
 */
#include "lookalike/tell.h"

#include "base/limits.h"
#include "wire/domain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check(const struct lookalikes *ix, struct span name)
{
	ROOM(room, LOOKALIKE_TELL);
	struct buf words = BUF_ON(room);
	struct lookalike_hit hit, again;
	bool found = lookalike_find(ix, name, 0, &hit);

	must(found == lookalike_find(ix, name, 0, &again));
	must(hit.kind == again.kind && hit.bits == again.bits);
	must(!found || hit.bits > 0);
	if (hit.kind == LOOKALIKE_NONE)
		return;
	must(!lookalike_known(ix, name));
	must(lookalike_known(ix, hit.name));
	must(hit.from < hit.to && hit.to <= hit.reading.n);
	must(span_offset(name, hit.label) + hit.label.len <= name.len);
	lookalike_tell(&words, name, &hit);
	must(!words.full && words.len > 0);
	for (size_t i = 0; i < words.len; i++)
		must(room[i] >= 0x20 && room[i] < 0x7f);
	(void)lookalike_confusable(&hit);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };
	struct lookalikes *ix;
	struct arena a;

	arena_init(&a, 32 << 20);
	ix = lookalike_new(&a, 64);
	must(ix != NULL);
	while (in.len > 0) {
		struct span line = span_cut(&in, '\n');
		struct domain d;

		if (!domain_parse(&d, line, true, &a))
			d.name = line;	/* whatever it is */
		if (in.len == 0) {
			check(ix, d.name);
		} else if (!domain_absent(d) && lookalike_add(ix, d.name, 0)) {
			must(lookalike_known(ix, d.name));
			check(ix, d.name);
		}
	}
	arena_free(&a);
	return 0;
}
