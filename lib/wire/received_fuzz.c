/* SPDX-License-Identifier: Apache-2.0 */
/* What is read lies within the field, and what stands behind the date or a
 * further comment of "by" never changes who the client was. */
#include "wire/received.h"

#include "wire/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
within(struct span whole, struct span part)
{
	if (part.len > 0 && (part.ptr < whole.ptr ||
	    part.ptr + part.len > whole.ptr + whole.len))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t copy[4096];
	struct span value = { data, size };
	struct buf b = BUF_ON(copy);
	struct received r, s;

	if (!received_parse(&r, value) && r.client.family != 0)
		__builtin_trap();
	within(value, r.helo);
	within(value, r.by);
	within(value, r.with);
	if (!r.from || span_absent(r.by) || size > 2000)
		return 0;
	buf_put(&b, value);
	buf_str(&b, " ; from x ([192.0.2.99] helo=y)");
	received_parse(&s, buf_span(&b));
	/* an open comment may swallow what follows; it is in "by" then */
	if (!addr_eq(&r.client, &s.client) || !span_eq(r.helo, s.helo))
		__builtin_trap();
	return 0;
}
