/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first line of the input is a request target, the second a header
 * field.  Nothing that comes out holds a control character; what was taken
 * can be written as a target again and is taken to be the same.
 */
#include <stddef.h>
#include <stdint.h>

#include "http_ask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
clean(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (span_at(s, i) < 0x20 || span_at(s, i) == 0x7f)
			__builtin_trap();
}

static void
put(struct buf *b, const char *name, struct span value)
{
	static const char digits[] = "0123456789abcdef";

	if (span_absent(value))
		return;
	buf_byte(b, '&');
	buf_str(b, name);
	buf_byte(b, '=');
	for (size_t i = 0; i < value.len; i++) {
		buf_byte(b, '%');
		buf_byte(b, (uint8_t)digits[span_at(value, i) / 16]);
		buf_byte(b, (uint8_t)digits[span_at(value, i) % 16]);
	}
}

static bool
same(struct span a, struct span b)
{
	return span_absent(a) == span_absent(b) && span_eq(a, b);
}

static void
again(const struct http_ask *ask, struct arena *a)
{
	struct buf b = arena_buf(a, 64 << 10);
	struct http_ask two;
	struct http_fault f;

	buf_str(&b, "/v1/check?");
	put(&b, "helo", ask->helo);
	put(&b, "auth_user", ask->auth_user);
	put(&b, "queue_id", ask->queue_id);
	if (b.full || ask->helo.len > 1000 || ask->auth_user.len > 1000 ||
	    ask->queue_id.len > 1000)
		return;
	if (!http_ask_parse(&two, buf_span(&b), a, &f) ||
	    !same(two.helo, ask->helo) ||
	    !same(two.auth_user, ask->auth_user) ||
	    !same(two.queue_id, ask->queue_id))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { data, size };
	struct span target = span_cut(&rest, '\n');
	struct http_ask ask;
	struct http_fault f;
	struct arena a;

	arena_init(&a, 1 << 20);
	if (http_ask_parse(&ask, target, &a, &f)) {
		if (f.what != NULL)
			__builtin_trap();
		clean(ask.helo);
		clean(ask.mail_from);
		clean(ask.auth_user);
		clean(ask.queue_id);
		for (size_t i = 0; i < ask.n_rcpt; i++)
			clean(ask.rcpt[i]);
		if (ask.path == PATH_CHECK)
			again(&ask, &a);
	} else if (f.what == NULL) {
		__builtin_trap();
	}
	clean(http_bearer(rest));
	arena_free(&a);
	return 0;
}
