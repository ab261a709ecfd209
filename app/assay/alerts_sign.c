/* SPDX-License-Identifier: Apache-2.0 */
/* alerts_sign.c - HMAC-SHA256 (RFC 2104) over a body for a webhook. */
#include "alerts_sign.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

struct key {
	unsigned char bytes[ALERTS_KEY_MOST + 1];
	size_t n;
};

static bool
refuse(const char *path, const char *why)
{
	fprintf(stderr, "assay: key %s: %s\n", path, why);
	return false;
}

/* All octets of the file, but for line ends behind them. */
static bool
read_key(const char *path, struct key *k)
{
	FILE *f = fopen(path, "re");
	struct stat st;
	bool ok;

	if (f == NULL)
		return refuse(path, strerror(errno));
	if (fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode) ||
	    (st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		fclose(f);
		return refuse(path, "the key must be a file that its owner "
		    "alone can read (chmod 600)");
	}
	setvbuf(f, NULL, _IONBF, 0);	/* no copy of it */
	k->n = fread(k->bytes, 1, sizeof(k->bytes), f);
	ok = !ferror(f);
	fclose(f);
	while (k->n > 0 && (k->bytes[k->n - 1] == '\n' ||
	    k->bytes[k->n - 1] == '\r'))
		k->n--;
	if (!ok || k->n < ALERTS_KEY_LEAST || k->n > ALERTS_KEY_MOST)
		return refuse(path, "a key has 16 to 1024 octets, such as "
		    "'openssl rand -hex 32' makes");
	return true;
}

bool
alerts_sign_check(const char *path)
{
	struct key k = { .n = 0 };
	bool ok = read_key(path, &k);

	sodium_memzero(&k, sizeof(k));
	return ok;
}

bool
alerts_signature(const char *path, int64_t now, const struct text *body,
    char out[ALERTS_SIGNATURE])
{
	crypto_auth_hmacsha256_state h;
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	char hex[2 * sizeof(mac) + 1], t[32];
	struct key k = { .n = 0 };
	bool ok = sodium_init() >= 0 && read_key(path, &k);

	if (ok) {
		snprintf(t, sizeof(t), "%" PRId64, now);
		crypto_auth_hmacsha256_init(&h, k.bytes, k.n);
		crypto_auth_hmacsha256_update(&h, (unsigned char *)t,
		    strlen(t));
		crypto_auth_hmacsha256_update(&h, (const unsigned char *)".",
		    1);
		crypto_auth_hmacsha256_update(&h, (unsigned char *)body->ptr,
		    body->len);
		crypto_auth_hmacsha256_final(&h, mac);
		sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac));
		snprintf(out, ALERTS_SIGNATURE, "Assay-Signature: t=%s,v1=%s",
		    t, hex);
	}
	sodium_memzero(&k, sizeof(k));
	sodium_memzero(&h, sizeof(h));
	return ok;
}

bool
alerts_sign(const char *path, int64_t now, const struct text *body)
{
	char line[ALERTS_SIGNATURE];
	struct text head = { .ptr = NULL };
	bool ok = alerts_signature(path, now, body, line);

	text_printf(&head, "%s\n\n", line);
	ok = ok && out_text(&head) && out_text(body);
	text_free(&head);
	return ok;
}
