/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: what is a domain is a safe token within the limits of DNS, and
 * reading it again gives the same. */
#include "wire/domain.h"

#include "base/ascii.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check(struct domain d, struct arena *a)
{
	struct domain again;
	size_t label = 0, labels = 1;

	must(d.name.len > 0 && d.name.len <= LIMIT_NAME);
	for (size_t i = 0; i < d.name.len; i++) {
		int c = span_at(d.name, i);

		if (c == '.') {
			must(label > 0);
			label = 0;
			labels++;
			continue;
		}
		must(is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' ||
		    c == '_');
		must(++label <= LIMIT_LABEL);
	}
	must(label > 0 && domain_labels(d) == labels);
	must(domain_parse(&again, d.name, false, a) && domain_eq(d, again));
	must(domain_eq(domain_tail(d, labels), d));
	must(labels == 1 || domain_within(d, domain_parent(d)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };
	struct arena a;

	arena_init(&a, 64 << 20);
	for (int dot = 0; dot < 2; dot++) {
		struct domain d;

		if (domain_parse(&d, in, dot != 0, &a))
			check(d, &a);
		else
			must(domain_absent(d));
	}
	arena_free(&a);
	return 0;
}
