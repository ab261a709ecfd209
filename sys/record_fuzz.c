/* SPDX-License-Identifier: Apache-2.0 */
/* Any record is refused, or can be judged, written and read again, and then
 * says the same. */
#include <stdlib.h>
#include <string.h>

#include <assay/assay.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sink {
	uint8_t room[1 << 20];
	size_t len;
};

static bool
take(void *ctx, struct assay_span s)
{
	struct sink *k = ctx;

	if (s.len > sizeof(k->room) - k->len)
		return false;
	memcpy(k->room + k->len, s.ptr, s.len);
	k->len += s.len;
	return true;
}

static bool
nowhere(void *ctx, struct assay_span s)
{
	(void)ctx;
	(void)s;
	return true;
}

/* False: refused. */
static bool
round_trip(struct assay_span record, struct sink *to)
{
	struct assay_eval *ev;
	struct assay_oracle o;
	const struct assay_verdict *v;
	bool ok;

	to->len = 0;
	if (assay_record_replay(&ev, record, NULL, NULL) != ASSAY_OK) {
		if (ev != NULL)
			__builtin_trap();
		return false;
	}
	if (assay_oracle_trace(&o, record) != ASSAY_OK) {
		assay_eval_free(ev);
		return false;
	}
	ok = assay_eval_run(ev, &o, 1) == ASSAY_OK &&
	    assay_decide(&v, ev, NULL) == ASSAY_OK &&
	    assay_result_write(ev, v, assay_cstr("x"), nowhere, NULL) ==
	    ASSAY_OK &&
	    assay_explain_write(ev, v, 0, false, nowhere, NULL) ==
	    ASSAY_OK &&
	    assay_record_write(ev, v, true, take, to) == ASSAY_OK;
	assay_eval_free(ev);
	assay_oracle_free(&o);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sink a, b;

	if (!round_trip((struct assay_span){ data, size }, &a))
		return 0;
	if (!round_trip((struct assay_span){ a.room, a.len }, &b) ||
	    a.len != b.len || memcmp(a.room, b.room, a.len) != 0)
		__builtin_trap();
	return 0;
}
