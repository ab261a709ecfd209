/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: a host is a valid name or an address; what is printed can be
 * shown and goes to the same place when it is read again. */
#include "wire/url.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
is_sound(const struct url *u, struct arena *a)
{
	struct domain again;

	must(u->text.len <= LIMIT_URL_TEXT);
	must(u->query.len <= u->rest.len);
	for (size_t i = 0; i < u->text.len; i++)
		must(is_vchar(span_at(u->text, i)));
	switch (u->kind) {
	case URL_HOST_NONE:
	case URL_HOST_BAD:
		break;
	case URL_HOST_NAME:
		must(domain_parse(&again, u->host.name, false, a) &&
		    domain_eq(again, u->host));
		must(url_same_owner(again, u->host));
		break;
	case URL_HOST_ADDR:
		must(u->addr.family == 4 || u->addr.family == 6);
		break;
	}
}

static void
goes_there_again(const struct url *u, struct arena *a)
{
	struct url v;

	if (u->text.len == LIMIT_URL_TEXT || u->scheme == URL_OTHER ||
	    u->scheme == URL_FILE || u->scheme == URL_MAILTO ||
	    u->kind == URL_HOST_BAD)
		return;
	must(url_read(&v, u->text, NULL, a));
	must(v.kind == u->kind && domain_eq(v.host, u->host));
	must(v.kind != URL_HOST_ADDR || addr_eq(&v.addr, &u->addr));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size }, line = span_cut(&in, '\n');
	struct url base, u;
	struct arena a;

	arena_init(&a, 4 << 20);
	if (url_read(&base, line, NULL, &a)) {
		is_sound(&base, &a);
		goes_there_again(&base, &a);
		if (url_read(&u, in, &base, &a))
			is_sound(&u, &a);
	}
	arena_free(&a);
	return 0;
}
