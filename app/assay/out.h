/* SPDX-License-Identifier: Apache-2.0 */
/* out.h - what we know of the terminal, and safe writing to it. */
#ifndef ASSAY_OUT_H
#define ASSAY_OUT_H

#include "args.h"
#include "text.h"

struct out {
	bool terminal;		/* standard output is one   */
	bool colour;
	unsigned width;		/* columns to write within  */
};

/* --color, NO_COLOR, TERM and the window decide. */
void out_init(struct out *out, const struct args *args);

/* Writes to standard output.  False: it failed, which was told. */
bool out_put(const char *bytes, size_t n);
bool out_text(const struct text *t);
/* At the end of the run: is everything written? */
bool out_close(void);

/* ANSI escapes when in colour, else "". */
const char *out_bold(const struct out *out);
const char *out_dim(const struct out *out);
const char *out_plain(const struct out *out);
const char *out_of_disposition(const struct out *out,
    enum assay_disposition d);

#endif
