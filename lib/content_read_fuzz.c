/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: the invariant of test/suspicion.h, of any message, with any
 * author; the first four octets choose what is known. */
#include "test/suspicion.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct span protect[] = { SPAN_INIT("paypal.com") };
static const struct span own[] = { SPAN_INIT("here.test") };

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static struct suspicion
look(struct span m, struct span seed, enum suspicion_dns dns, bool more)
{
	static const struct assay_options options = {
		.protect_domain = protect, .n_protect_domain = 1,
		.own_domain = own, .n_own_domain = 1 };
	struct suspicion_world w = { .dns = dns, .more = more,
		.seed = (uint32_t)span_at(seed, 0) };

	if (span_at(seed, 1) % 2 == 0)
		w.dealt = (struct dealt){ SUSPICION_TODAY -
		    (uint32_t)span_at(seed, 1), (unsigned)span_at(seed, 2) % 8,
		    span_at(seed, 3) % 2 == 0 ? SUSPICION_TODAY -
		    (uint32_t)span_at(seed, 3) : 0, 0 };
	return suspicion_of(m, SPAN("x@out.test"), &options, &w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = { data, size }, seed = span_head(all, 4);
	struct span m = span_skip(all, 4);
	struct suspicion fail, pass, more;

	if (size < 4 || size > 20000)
		return 0;
	fail = look(m, seed, DNS_FAIL, false);
	pass = look(m, seed, DNS_PASS, false);
	more = look(m, seed, DNS_PASS, true);
	if (!fail.judged || !pass.judged || !more.judged)
		return 0;
	must(pass.what <= 100 && fail.what <= 100 && more.what <= 100);
	must(pass.impersonation == fail.impersonation);
	must(pass.content == fail.content && pass.age == fail.age &&
	    pass.what == fail.what);
	must(more.impersonation >= pass.impersonation &&
	    more.content >= pass.content && more.age >= pass.age &&
	    more.what >= pass.what);
	return 0;
}
