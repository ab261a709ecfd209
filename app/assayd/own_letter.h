/* SPDX-License-Identifier: Apache-2.0 */
/* own_letter.h - the mail that tells of an account (RFC 5322). */
#ifndef ASSAYD_OWN_LETTER_H
#define ASSAYD_OWN_LETTER_H

#include "accounts.h"
#include "daemon_conf.h"

/* A sealed file of *size octets, to be closed; -1: it could not be made.  The
 * same notice gives the same mail. */
int own_letter(const struct accounts_notice *n, const struct daemon_conf *d,
    uint64_t *size);

#endif
