/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_mail.h - signed and sealed messages for tests, made the slow and
 * obvious way, with nothing of the code that reads them.
 */
#ifndef TEST_SIGN_MAIL_H
#define TEST_SIGN_MAIL_H

#include "base/arena.h"
#include "facts/facts.h"
#include "test/sign.h"

struct signing {
	const char *field;	/* NULL: "DKIM-Signature"                  */
	const char *tags;	/* all but h=, bh=, b=: "v=1; a=rsa-..."   */
	const char *h;		/* "from:to"                               */
	enum sign_key key;
	enum canon header, body;
	bool has_l;		/* tags say l= as well                     */
	size_t l;
};

/* The message with the signature on top.  Lives in the arena. */
struct span sign_mail(struct arena *a, struct span message,
    const struct signing *s);

struct sealing {
	unsigned instance;
	const char *cv;		/* "none", "pass"                          */
	const char *d, *s;	/* of the AMS and of the AS                */
	const char *h;		/* of the AMS                              */
	enum sign_key key;
};

/* The message with one more ARC set on top: AS, AMS, AAR. */
struct span seal_mail(struct arena *a, struct span message,
    const struct sealing *s);

#endif
