/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authres_out.h - our own Authentication-Results field.
 *
 * The field says what the outcomes say and takes every name from a typed
 * value, so that nothing a sender wrote can add a result to it (RFC 8601
 * 7.1, ATTACKS.md 12.2).  The local part of MAIL FROM is never shown, which
 * also keeps private text out of it (RFC 8601 2.7.2).
 */
#ifndef VERDICT_AUTHRES_OUT_H
#define VERDICT_AUTHRES_OUT_H

#include "eval.h"

/* The field body behind "Authentication-Results: ", folded with CRLF and a
 * tab, without the last CRLF.  In the evaluation's arena. */
struct span authres_out(struct assay_eval *ev);

#endif
