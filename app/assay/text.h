/* SPDX-License-Identifier: Apache-2.0 */
/* text.h - a growing buffer; what a view writes into. */
#ifndef ASSAY_TEXT_H
#define ASSAY_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include <assay/assay.h>

struct text {
	char *ptr;
	size_t len, cap;
	bool failed;		/* no memory: what follows is lost */
};

void text_put(struct text *t, const void *bytes, size_t n);
void text_str(struct text *t, const char *s);
void text_printf(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Words of s, on lines of at most width columns; the first begins at column,
 * further ones are indented by it. */
void text_wrap(struct text *t, const char *s, size_t column, size_t width);
void text_clear(struct text *t);
void text_free(struct text *t);

/* An assay_write_fn; ctx is a struct text. */
bool text_write(void *ctx, struct assay_span bytes);

/* A whole file, NUL-terminated behind its len; "-" is standard input.
 * False: errno says why. */
bool text_read(struct text *out, const char *path);

#endif
