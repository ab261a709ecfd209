/* SPDX-License-Identifier: Apache-2.0 */
#include "own_hook.h"

#include <sodium.h>
#include <string.h>

#include "wire/json.h"

void
own_hook_name(char out[OWN_HOOK_NAME], const struct accounts_notice *n,
    const uint8_t key[ACCOUNTS_KEY])
{
	uint64_t what[2] = { n->episode, (uint64_t)n->at };
	uint8_t hash[(OWN_HOOK_NAME - 1) / 2];

	crypto_generichash(hash, sizeof(hash), (const uint8_t *)what,
	    sizeof(what), key, ACCOUNTS_KEY);
	sodium_bin2hex(out, OWN_HOOK_NAME, hash, sizeof(hash));
}

static bool
write_buf(void *ctx, struct assay_span bytes)
{
	buf_put(ctx, bytes);
	return !((struct buf *)ctx)->full;
}

/* Names of accounts are foreign octets. */
void
own_hook(struct buf *out, const struct accounts_notice *n, const char *name)
{
	struct jw w;

	jw_start(&w, write_buf, out);
	jw_object(&w);
	jw_put_cstr(&w, "type", "assay.own-account");
	jw_put_cstr(&w, "id", name);
	jw_put_u64(&w, "episode", n->episode);
	jw_put_i64(&w, "at", n->at);
	jw_key(&w, "account");
	jw_octets(&w, assay_cstr(n->name));
	jw_put_cstr(&w, "words", n->words);
	jw_end_object(&w);
	(void)jw_finish(&w);
}
