/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/gen.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium/crypto_sign_ed25519.h>

#include "wire/base64.h"

static EVP_PKEY *rsa[RSA_KEYS];
static EVP_PKEY_CTX *rsa_sign[RSA_KEYS];
static uint8_t ed_public[ED_KEYS][32], ed_secret[ED_KEYS][64];

void
keys_make(void)
{
	for (unsigned i = 0; i < RSA_KEYS; i++) {
		rsa[i] = EVP_RSA_gen(2048);
		rsa_sign[i] = EVP_PKEY_CTX_new(rsa[i], NULL);
		if (rsa_sign[i] == NULL ||
		    EVP_PKEY_sign_init(rsa_sign[i]) != 1 ||
		    EVP_PKEY_CTX_set_rsa_padding(rsa_sign[i],
		    RSA_PKCS1_PADDING) != 1 ||
		    EVP_PKEY_CTX_set_signature_md(rsa_sign[i],
		    EVP_sha256()) != 1)
			die("cannot make an RSA key");
	}
	for (unsigned i = 0; i < ED_KEYS; i++)
		if (crypto_sign_ed25519_keypair(ed_public[i],
		    ed_secret[i]) != 0)
			die("cannot make an Ed25519 key");
}

void
key_record(struct buf *out, bool is_rsa, unsigned i)
{
	unsigned char *der = NULL;
	int n;

	if (!is_rsa) {
		buf_str(out, "v=DKIM1; k=ed25519; p=");
		base64_encode(out, (struct span){ ed_public[i], 32 });
		return;
	}
	buf_str(out, "v=DKIM1; k=rsa; p=");
	n = i2d_PUBKEY(rsa[i], &der);
	if (n <= 0)
		die("cannot encode a key");
	base64_encode(out, (struct span){ der, (size_t)n });
	OPENSSL_free(der);
}

void
key_sign(struct buf *out, bool is_rsa, unsigned i, const uint8_t hash[32])
{
	unsigned char sig[512];
	size_t n = sizeof(sig);

	if (is_rsa) {
		if (EVP_PKEY_sign(rsa_sign[i], sig, &n, hash, 32) != 1)
			die("cannot sign");
	} else {
		n = 64;
		crypto_sign_ed25519_detached(sig, NULL, hash, 32,
		    ed_secret[i]);
	}
	buf_put(out, (struct span){ sig, n });
}
