/* SPDX-License-Identifier: Apache-2.0 */
#include "hook_sign.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* All octets of the file, but for line ends behind them. */
const char *
hook_key_read(struct hook_key *out, int fd)
{
	struct stat st;
	ssize_t n;

	out->n = 0;
	if (fd < 0 || fstat(fd, &st) != 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode) || (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return "the key must be a file that its owner alone can "
		    "read (chmod 600)";
	n = pread(fd, out->bytes, sizeof(out->bytes), 0);
	if (n < 0)
		return strerror(errno);
	out->n = (size_t)n;
	while (out->n > 0 && (out->bytes[out->n - 1] == '\n' ||
	    out->bytes[out->n - 1] == '\r'))
		out->n--;
	if (out->n >= HOOK_KEY_LEAST && out->n <= HOOK_KEY_MOST)
		return NULL;
	hook_key_forget(out);
	return "a key has 16 to 1024 octets, such as 'openssl rand -hex 32' "
	    "makes";
}

void
hook_key_forget(struct hook_key *key)
{
	sodium_memzero(key, sizeof(*key));
}

void
hook_sign(char out[HOOK_SIGNATURE], const struct hook_key *key, int64_t now,
    struct span body)
{
	crypto_auth_hmacsha256_state h;
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	char hex[2 * sizeof(mac) + 1], t[32];

	snprintf(t, sizeof(t), "%" PRId64, now);
	crypto_auth_hmacsha256_init(&h, key->bytes, key->n);
	crypto_auth_hmacsha256_update(&h, (unsigned char *)t, strlen(t));
	crypto_auth_hmacsha256_update(&h, (const unsigned char *)".", 1);
	crypto_auth_hmacsha256_update(&h, body.ptr, body.len);
	crypto_auth_hmacsha256_final(&h, mac);
	sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac));
	snprintf(out, HOOK_SIGNATURE, "Assay-Signature: t=%s,v1=%s", t, hex);
	sodium_memzero(&h, sizeof(h));
}
