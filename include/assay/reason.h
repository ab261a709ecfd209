/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reason.h - why a check found what it found.
 *
 * The numbers and names are public and stable: a code is never reused, a
 * name never changes its meaning.  reasons.def is the one list.
 */
#ifndef ASSAY_REASON_H
#define ASSAY_REASON_H

#ifdef __cplusplus
extern "C" {
#endif

enum assay_reason {
	ASSAY_R_NONE = 0,
#define X(code, ID, name, section, sentence, advice) ASSAY_R_##ID = code,
#include <assay/reasons.def>
#undef X
};

struct assay_reason_text {
	enum assay_reason code;
	const char *name;	/* "dkim-unsigned-tail"                      */
	const char *section;	/* "RFC 6376 3.5"                            */
	const char *sentence;	/* what was proven and what was not          */
	const char *advice;	/* what to do about it; "" when nothing      */
};

/* NULL for a code that does not exist.  Static. */
const struct assay_reason_text *assay_reason_text(enum assay_reason r)
#if defined(__GNUC__)
    __attribute__((visibility("default")))
#endif
    ;

#ifdef __cplusplus
}
#endif
#endif
