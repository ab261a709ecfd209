/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floor DIR SIZE REPEAT: what DKIM costs when nothing is checked, bounded,
 * explained or remembered: the yardstick, never a product.
 *
 * Finds the fields of the header, splits the tags it needs, hashes the
 * canonical forms in runs from where they lie, looks up a key that was
 * parsed before the clock started, verifies.  SHA-256 and RSA by OpenSSL
 * with a kept context, Ed25519 by libsodium: the fastest that Debian has.
 * Trusts its input: knows the messages of bench/gen and no others.
 */
#define _GNU_SOURCE
#define OPENSSL_SUPPRESS_DEPRECATED
#include "bench/corpus.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <sodium/crypto_sign_ed25519.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TABLE = 2048, MAX_FIELDS = 128 };

struct text { const char *at, *end; };

static struct key {
	const char *name;
	EVP_PKEY_CTX *rsa;
	uint8_t ed25519[32];
} keys[TABLE];

static int8_t digit[256];

static size_t
unbase64(uint8_t *out, struct text t)
{
	uint32_t bits = 0;
	unsigned n = 0;
	size_t len = 0;

	for (; t.at < t.end; t.at++) {
		int d = digit[(uint8_t)*t.at];

		if (d < 0)
			continue;
		bits = bits << 6 | (uint32_t)d;
		n += 6;
		if (n >= 8) {
			n -= 8;
			out[len++] = (uint8_t)(bits >> n);
		}
	}
	return len;
}

static struct key *
slot(const char *name)
{
	uint32_t h = 5381;
	struct key *k;

	for (const char *p = name; *p != '\0'; p++)
		h = h * 33 ^ (uint8_t)*p;
	for (k = &keys[h % TABLE]; k->name != NULL; k = &keys[++h % TABLE])
		if (strcmp(k->name, name) == 0)
			break;
	return k;
}

static void
read_key(char *line)
{
	char *name = strsep(&line, " "), *p = strstr(line, "p=") + 2;
	struct key *k = slot(name);
	uint8_t der[600];
	const uint8_t *at = der;
	size_t n = unbase64(der, (struct text){ p, p + strlen(p) });

	k->name = name;
	if (n == 32) {
		memcpy(k->ed25519, der, 32);
		return;
	}
	k->rsa = EVP_PKEY_CTX_new(d2i_PUBKEY(NULL, &at, (long)n), NULL);
	if (k->rsa == NULL || EVP_PKEY_verify_init(k->rsa) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(k->rsa, RSA_PKCS1_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(k->rsa, EVP_sha256()) != 1)
		exit(1);
}

static void
begin(struct corpus *c)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh"
	    "ijklmnopqrstuvwxyz0123456789+/";
	size_t len;
	char *line = corpus_file(c, "keys.txt", &len), *end;

	memset(digit, -1, sizeof(digit));
	for (int i = 0; i < 64; i++)
		digit[(uint8_t)alphabet[i]] = (int8_t)i;
	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		read_key(line);
	}
}

/* ---- canonical forms ---------------------------------------------------- */

static bool
wsp(char c)
{
	return c == ' ' || c == '\t';
}

static void
simple_body(SHA256_CTX *sha, struct text b)
{
	while (b.end - b.at >= 4 && memcmp(b.end - 4, "\r\n\r\n", 4) == 0)
		b.end -= 2;
	SHA256_Update(sha, b.at, (size_t)(b.end - b.at));
}

/* Without the blank lines at the end. */
static struct text
relaxed_end(struct text b)
{
	while (b.end - b.at >= 2) {
		const char *p = b.end - 2;

		while (p > b.at && wsp(p[-1]))
			p--;
		if (p > b.at && p[-1] != '\n')
			break;
		b.end = p;
	}
	return b;
}

/* Runs that stand as they are go to the hash whole, over many lines. */
static void
relaxed_body(SHA256_CTX *sha, struct text b)
{
	const char *run = b.at, *p = b.at;

	b = relaxed_end(b);
	while (p < b.end) {
		const char *eol = memchr(p, '\r', (size_t)(b.end - p));
		const char *sp;

		while ((sp = memchr(p, ' ', (size_t)(eol - p))) != NULL) {
			const char *next = sp + 1;

			while (next < eol && wsp(*next))
				next++;
			if (next == eol) {
				SHA256_Update(sha, run, (size_t)(sp - run));
				run = eol;
			} else if (next > sp + 1) {
				SHA256_Update(sha, run,
				    (size_t)(sp + 1 - run));
				run = next;
			}
			p = next;
		}
		p = eol + 2;
	}
	SHA256_Update(sha, run, (size_t)(b.end - run));
}

/* name:value without the octets of cut; returns the end of out. */
static char *
relaxed_field(char *out, struct text f, struct text cut)
{
	const char *p = f.at;
	bool owed = false, content = false;

	for (; *p != ':'; p++)
		*out++ = (char)(*p | 0x20);
	*out++ = ':';
	for (p++; p < f.end; p++) {
		if (p == cut.at)
			p = cut.end;
		if (p >= f.end || *p == '\r' || *p == '\n')
			continue;
		if (wsp(*p)) {
			owed = content;
			continue;
		}
		if (owed)
			*out++ = ' ';
		owed = false;
		content = true;
		*out++ = *p;
	}
	return out;
}

/* ---- the message ------------------------------------------------------- */

static struct mail {
	struct text field[MAX_FIELDS];
	size_t name[MAX_FIELDS];
	size_t n;
	struct text body;
	bool hashed[2];
	uint8_t hash[2][32];
} mail;

static void
split(const struct item *i)
{
	const char *p = i->text, *end = i->text + i->len;

	mail.n = 0;
	mail.hashed[0] = mail.hashed[1] = false;
	while (*p != '\r') {
		const char *start = p;

		do
			p = (char *)memchr(p, '\n', (size_t)(end - p)) + 1;
		while (wsp(*p));
		mail.field[mail.n] = (struct text){ start, p };
		mail.name[mail.n++] = strcspn(start, ":");
	}
	mail.body = (struct text){ p + 2, end };
}

struct tags { struct text b, bh, h, d, s, c, a; };

static struct text *
tag(struct tags *t, char name)
{
	switch (name) {
	case 'a': return &t->a;
	case 'b': return &t->b;
	case 'c': return &t->c;
	case 'd': return &t->d;
	case 'h': return &t->h;
	case 's': return &t->s;
	}
	return NULL;
}

static struct tags
read_tags(struct text v)
{
	struct tags t = { .b = { NULL, NULL } };

	while (v.at < v.end) {
		const char *eq, *end;

		while (v.at < v.end && (*v.at <= ' ' || *v.at == ';'))
			v.at++;
		eq = memchr(v.at, '=', (size_t)(v.end - v.at));
		if (eq == NULL)
			break;
		end = memchr(eq, ';', (size_t)(v.end - eq));
		if (end == NULL)
			end = v.end;
		if (eq - v.at == 2)
			t.bh = (struct text){ eq + 1, end };
		else if (eq - v.at == 1 && tag(&t, *v.at) != NULL)
			*tag(&t, *v.at) = (struct text){ eq + 1, end };
		v.at = end;
	}
	return t;
}

static void
hash_header(uint8_t out[32], const struct tags *t, struct text own,
    bool relaxed)
{
	char room[8192];
	bool used[MAX_FIELDS] = { false };
	struct text none = { NULL, NULL };
	SHA256_CTX sha;

	SHA256_Init(&sha);
	for (const char *p = t->h.at, *q; p < t->h.end; p = q + 1) {
		size_t n;

		q = memchr(p, ':', (size_t)(t->h.end - p));
		if (q == NULL)
			q = t->h.end;
		n = (size_t)(q - p);
		for (size_t i = mail.n; i-- > 0; ) {
			struct text f = mail.field[i];

			if (used[i] || mail.name[i] != n ||
			    strncasecmp(f.at, p, n) != 0)
				continue;
			used[i] = true;
			if (relaxed) {
				char *end = relaxed_field(room, f, none);

				*end++ = '\r';
				*end++ = '\n';
				SHA256_Update(&sha, room,
				    (size_t)(end - room));
			} else {
				SHA256_Update(&sha, f.at,
				    (size_t)(f.end - f.at));
			}
			break;
		}
	}
	own.end -= 2;
	if (relaxed) {
		SHA256_Update(&sha, room,
		    (size_t)(relaxed_field(room, own, t->b) - room));
	} else {
		SHA256_Update(&sha, own.at, (size_t)(t->b.at - own.at));
		SHA256_Update(&sha, t->b.end, (size_t)(own.end - t->b.end));
	}
	SHA256_Final(out, &sha);
}

static const uint8_t *
body_hash(bool relaxed)
{
	SHA256_CTX sha;

	if (!mail.hashed[relaxed]) {
		SHA256_Init(&sha);
		if (relaxed)
			relaxed_body(&sha, mail.body);
		else
			simple_body(&sha, mail.body);
		SHA256_Final(mail.hash[relaxed], &sha);
		mail.hashed[relaxed] = true;
	}
	return mail.hash[relaxed];
}

static bool
verify(struct text field)
{
	struct tags t = read_tags((struct text){ field.at + 15,
	    field.end - 2 });
	bool relaxed = *t.c.at == 'r';
	uint8_t want[40], hash[32], sig[600];
	const struct key *k;
	char name[300];
	size_t n;

	unbase64(want, t.bh);
	if (memcmp(want, body_hash(t.c.end[-1] == 'd'), 32) != 0)
		return false;
	hash_header(hash, &t, field, relaxed);
	snprintf(name, sizeof(name), "%.*s._domainkey.%.*s",
	    (int)(t.s.end - t.s.at), t.s.at, (int)(t.d.end - t.d.at), t.d.at);
	k = slot(name);
	n = unbase64(sig, t.b);
	return k->rsa != NULL ? EVP_PKEY_verify(k->rsa, sig, n, hash, 32) == 1
	    : crypto_sign_ed25519_verify_detached(sig, hash, 32,
	    k->ed25519) == 0;
}

static bool
one(const struct item *i)
{
	bool pass = false;

	split(i);
	for (size_t f = 0; f < mail.n; f++)
		if (mail.name[f] == 14 && strncasecmp(mail.field[f].at,
		    "DKIM-Signature", 14) == 0)
			pass |= verify(mail.field[f]);
	return pass == i->dkim_pass;
}

int
main(int argc, char **argv)
{
	return corpus_serve(argc, argv, begin, one);
}
