/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is taken for a key signs what its public part verifies, and is
 * the same key after it was written and read again. */
#include "crypto/private_key.h"

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t hash[32] = "thirty-two octets, for a hash...";

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check(const struct private_key *key, struct arena *a)
{
	struct buf sig = arena_buf(a, 1024), pub = arena_buf(a, 2048),
	    der = arena_buf(a, LIMIT_PRIVATE_KEY), two = arena_buf(a, 1024);
	struct private_key *again;
	struct public_key *check;

	must(private_key_sign(key, &sig, hash));
	must(private_key_public(key, &pub));
	if (key_read(&check, private_key_type(key), buf_span(&pub), a) ==
	    KEY_OK) {
		must(key_verify(check, buf_span(&sig), hash));
		key_drop(check);
	}
	must(private_key_write(key, &der));
	must(private_key_read(&again, buf_span(&der), a) == PRIVATE_OK);
	must(private_key_sign(again, &two, hash));
	must(span_eq(buf_span(&sig), buf_span(&two)));
	private_key_drop(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct private_key *key;
	struct arena a;

	if (size > LIMIT_PRIVATE_KEY)
		return 0;
	arena_init(&a, 1u << 20);
	if (private_key_read(&key, (struct span){ data, size }, &a) ==
	    PRIVATE_OK)
		check(key, &a);
	else
		must(key == NULL);
	private_key_drop(key);
	arena_free(&a);
	return 0;
}
