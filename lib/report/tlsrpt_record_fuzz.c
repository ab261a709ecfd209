/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the text: what may be used has a host, and flaws have a place. */
#include "report/tlsrpt_record.h"

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
	struct span text = { data, size };
	struct tlsrpt_record r;
	struct arena a;

	if (size > 65535)
		return 0;
	arena_init(&a, 16 << 20);
	(void)tlsrpt_is_record(text);
	tlsrpt_record_parse(&r, text, &a);
	must(r.n_rua <= LIMIT_REPORT_URIS);
	for (size_t i = 0; i < r.n_rua; i++)
		must(!domain_absent(r.rua[i].host));
	must(r.flaw != TLSRPT_OK || r.n_rua > 0);
	must(r.what.len <= text.len);
	must(!a.failed);
	arena_free(&a);
	return 0;
}
