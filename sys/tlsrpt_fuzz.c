/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: texts are UTF-8 within their limit, lists within theirs, sums
 * within 2^53, words and numbers of words agree. */
#include "tlsrpt.h"

#include "base/limits.h"
#include "wire/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
text(struct span s)
{
	must(s.len <= LIMIT_TLSRPT_TEXT && utf8_valid(s));
}

static void
policy(const struct tlsrpt_policy *p)
{
	text(p->type_text);
	text(p->domain_text);
	for (size_t i = 0; i < p->n_string; i++)
		text(p->string[i]);
	for (size_t i = 0; i < p->n_mx; i++)
		text(p->mx[i]);
	must(p->successful >> 53 == 0 && p->failed >> 53 == 0);
	must(p->n_failure <= LIMIT_TLSRPT_FAILURES);
	for (size_t i = 0; i < p->n_failure; i++) {
		const struct tlsrpt_failure *f = &p->failure[i];

		text(f->result_text);
		text(f->mx);
		text(f->helo);
		text(f->info);
		text(f->code);
		must(f->sessions >> 53 == 0);
		must(f->result == tlsrpt_result_of(f->result_text));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *why;
	struct tlsrpt r;
	struct arena a;

	arena_init(&a, 256 << 20);
	if (tlsrpt_read(&r, (struct span){ data, size }, &why, &a)) {
		text(r.organization);
		text(r.contact);
		text(r.report_id);
		must(r.n_policy > 0 && r.n_policy <= LIMIT_TLSRPT_POLICIES);
		for (size_t i = 0; i < r.n_policy; i++)
			policy(&r.policy[i]);
	} else {
		must(why != NULL && !a.failed);
	}
	arena_free(&a);
	return 0;
}
