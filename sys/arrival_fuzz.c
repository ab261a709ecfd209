/* SPDX-License-Identifier: Apache-2.0 */
/* Fields put below the header that was there never change who the client
 * was, once one is known. */
#include "arrival.h"

#include "wire/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t copy[8192];
	struct conf_net relay = { { 4, { 10 } }, 8 };
	struct buf b = BUF_ON(copy);
	struct arrival a, c;

	arrival_read(&a, (struct span){ data, size }, &relay, 1);
	if (a.field == 0 && a.client.family != 0)
		__builtin_trap();
	if (arrival_origin(&a, true, true, true).len >= sizeof(a.words))
		__builtin_trap();
	if (a.field == 0 || size > 4096)
		return 0;
	buf_put(&b, (struct span){ data, size });
	buf_str(&b, "\nReturn-Path: <x@y>\nReceived: from z ([192.0.2.9])\n");
	arrival_read(&c, buf_span(&b), &relay, 1);
	if (!addr_eq(&a.client, &c.client) ||
	    !span_eq(a.mail_from, c.mail_from))
		__builtin_trap();
	return 0;
}
