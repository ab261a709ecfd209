/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.h - who may use the HTTP interface.
 *
 * A token is 256 random bits, so its SHA-256 can be kept without salt or
 * slowness: there is nothing to guess.  The file of hashes is lines of
 *
 *	NAME sha256:HEX
 *
 * with # comments.  The token itself is shown once, by `assay token new`,
 * and is nowhere else.  Comparing takes the same time whatever is given and
 * wherever it fits.
 */
#ifndef SYS_TOKEN_H
#define SYS_TOKEN_H

#include "base/span.h"

enum {
	TOKENS = 256,		/* of one file                       */
	TOKEN_NAME = 40,	/* octets of a name                  */
	TOKEN_TEXT = 50,	/* "assay_", 43 of base64url, NUL    */
	TOKEN_LINE = TOKEN_NAME + 8 + 64 + 2
};

struct tokens {
	size_t n;
	struct token {
		char name[TOKEN_NAME + 1];
		uint8_t hash[32];
	} one[TOKENS];
};

/* False: *line says where, *why (static text) what is wrong. */
bool tokens_parse(struct tokens *out, struct span text, unsigned *line,
    const char **why);

/* The name of the one that fits, or NULL. */
const char *tokens_match(const struct tokens *t, struct span token);

/* A new token, and the line for the file.  False: no random numbers, or the
 * name is none. */
bool token_new(struct span name, char text[TOKEN_TEXT],
    char line[TOKEN_LINE]);

#endif
