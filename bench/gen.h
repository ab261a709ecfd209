/* SPDX-License-Identifier: Apache-2.0 */
/* gen.h - what the parts of the workload generator share. */
#ifndef BENCH_GEN_H
#define BENCH_GEN_H

#include <stdio.h>

#include "base/buf.h"

enum { RSA_KEYS = 20, ED_KEYS = 4, DOMAINS = 320 };

/* ---- gen_keys.c: new ones on every run ------------------------------- */

void keys_make(void);
/* "v=DKIM1; k=...; p=..." */
void key_record(struct buf *out, bool rsa, unsigned i);
void key_sign(struct buf *out, bool rsa, unsigned i, const uint8_t hash[32]);

/* ---- gen_zone.c ------------------------------------------------------ */

struct sender {
	char domain[64];
	const char *shape;	/* of its SPF record                 */
	char good[32], bad[32];	/* an address that SPF names; or not */
};

extern struct sender senders[DOMAINS];
/* Fills senders and writes zone.txt, keys.txt into dir. */
void zone_write(const char *dir);

/* ---- gen_text.c: random, but the same on every run -------------------- */

void text_seed(uint64_t seed);
unsigned text_below(unsigned n);
const char *text_word(void);
void text_token(struct buf *out, unsigned digits);
/* About n octets of lines, of QP HTML, of base64. */
void text_plain(struct buf *out, size_t n);
void text_html(struct buf *out, size_t n);
void text_base64(struct buf *out, size_t n);

/* ---- gen_sign.c ------------------------------------------------------ */

/* A message in the making: fields (each with CRLF), bottom last. */
struct mail {
	struct span field[64];
	size_t n;
	struct span body;
	struct buf room;	/* new fields are written here */
};

struct signing {
	const char *name;	/* DKIM-Signature, ARC-Message-Signature */
	const char *extra;	/* "v=1; " or "i=1; "                    */
	const char *domain, *selector, *h;
	bool relaxed_header, relaxed_body;
	bool rsa;
	unsigned key;
	long time;
};

/* Puts the field on top. */
void sign_mail(struct mail *m, const struct signing *s);
/* An ARC set on top. */
void seal_mail(struct mail *m, const char *claims, unsigned key, long time);
void put_on_top(struct mail *m, struct span field);

_Noreturn void die(const char *what);

#endif
