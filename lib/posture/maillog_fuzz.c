/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the line: what is told lies in it, and a prefix with another
 * field's text behind it does not change what stood before. */
#include "posture/maillog.h"

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
	struct span line = { data, size };
	struct maillog_line l, again;

	if (!maillog_read(&l, line))
		return 0;
	must(l.code < MAILLOG_CODES && l.day.len <= 10);
	must(l.receiver.len < size && !span_has(l.receiver, ',') &&
	    !span_has(l.receiver, '['));
	must(maillog_read(&again, line) && again.code == l.code &&
	    again.bounced == l.bounced);
	return 0;
}
