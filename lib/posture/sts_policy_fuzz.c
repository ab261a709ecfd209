/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever the text: a policy without flaw has what it must have; a host is
 * covered exactly if one of the lines covers it; line ends do not matter.
 */
#include "posture/sts_policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check(const struct sts_policy *p)
{
	must(p->max_age <= 31557600 && p->n_mx <= LIMIT_STS_MX);
	if (p->flaw == STS_OK)
		must(p->mode != STS_NO_MODE &&
		    (p->n_mx > 0 || p->mode == STS_MODE_NONE));
	for (size_t i = 0; i < p->n_mx; i++) {
		must(!domain_absent(p->mx[i].name));
		must(sts_covers(p, p->mx[i].name) || p->mx[i].wildcard);
	}
}

/* The same with CRLF for LF. */
static void
with_crlf(const struct sts_policy *want, struct span text, struct arena *a)
{
	struct buf b = arena_buf(a, text.len * 2);
	struct sts_policy got;

	for (size_t i = 0; i < text.len; i++) {
		if (span_at(text, i) == '\r')
			return;
		if (span_at(text, i) == '\n')
			buf_byte(&b, '\r');
		buf_byte(&b, (uint8_t)span_at(text, i));
	}
	if (b.len > LIMIT_STS_POLICY)
		return;
	sts_policy_parse(&got, buf_span(&b), a);
	must(got.flaw == want->flaw && got.mode == want->mode &&
	    got.max_age == want->max_age && got.n_mx == want->n_mx);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { data, size }, what, id;
	struct sts_policy p;
	struct arena a;

	if (size > 70000)
		return 0;
	arena_init(&a, 16 << 20);
	sts_policy_parse(&p, text, &a);
	check(&p);
	with_crlf(&p, text, &a);
	id = sts_record_id(text, &what);
	must(id.len <= 32 && what.len <= text.len);
	must(!a.failed);
	arena_free(&a);
	return 0;
}
