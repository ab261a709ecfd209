/* SPDX-License-Identifier: Apache-2.0 */
/* demo_milter.h - a mail server, as far as one message needs it. */
#ifndef ASSAY_DEMO_MILTER_H
#define ASSAY_DEMO_MILTER_H

#include "demo_daemon.h"

/* One connection, one message, as Postfix would bring it.  False: *why
 * (static text). */
bool demo_milter(const char *socket, const struct demo_mail *mail,
    enum assay_disposition *out, struct text *said, const char **why);

#endif
