/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: a type is a safe lower-case token; a boundary is short. */
#include "wire/mime.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };
	struct arena a;

	arena_init(&a, 64 << 20);
	{
		struct mime_disposition d;
		struct mime_type t, u;
		struct span name = mime_param(in, SPAN("name"), &a);

		must(name.len <= LIMIT_FILE_NAME);
		must(utf8_worst(name) == UTF8_PLAIN);
		mime_disposition_read(&d, in);
		mime_type_read(&t, in, &a);
		must(t.type.len >= 3 && t.type.len <= 255);
		for (size_t i = 0; i < t.type.len; i++)
			must(is_vchar(span_at(t.type, i)) &&
			    span_at(t.type, i) ==
			    to_lower(span_at(t.type, i)));
		must(t.boundary.len <= LIMIT_BOUNDARY);
		must(span_absent(t.boundary) || t.multipart);
		mime_type_read(&u, t.type, &a);
		must(!u.bad && span_eq(u.type, t.type));
	}
	arena_free(&a);
	return 0;
}
