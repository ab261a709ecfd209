/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever came: what is said of it is a parcel that the writer believes. */
#include "letter.h"

#include <string.h>

#include "parcel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static struct letter *letter;
static struct parcel *parcel;
static bool done;

static bool
take(void *ctx, struct assay_span s)
{
	(void)ctx;
	must(!done);
	while (s.len > 0) {
		size_t cap, n;
		uint8_t *room = parcel_room(parcel, &cap);
		enum parcel_kind k;

		must(cap > 0);
		n = s.len < cap ? s.len : cap;
		memcpy(room, s.ptr, n);
		parcel_got(parcel, n);
		s = span_skip(s, n);
		while ((k = parcel_next(parcel)) != PARCEL_MORE) {
			must(k != PARCEL_BAD);
			done = k == PARCEL_DONE;
		}
	}
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (letter == NULL) {
		letter = letter_new();
		parcel = parcel_new();
	}
	must(letter != NULL && parcel != NULL);
	parcel_reset(parcel);
	done = false;
	must(letter_read(letter, (struct span){ data, len }, SPAN_NONE, take,
	    NULL));
	must(done);
	return 0;
}
