/* SPDX-License-Identifier: Apache-2.0 */
/* configuration.h - one configuration as the parent has read it. */
#ifndef ASSAYD_CONFIGURATION_H
#define ASSAYD_CONFIGURATION_H

#include "daemon_conf.h"
#include "log.h"

struct configuration {
	struct conf conf;
	struct daemon_conf daemon;
	uint8_t *text;
	size_t len;
	bool parsed, made;
};

/* Reads and understands path; mistakes go to the log with file, line, what
 * is wrong and what was probably meant.  To be freed in either case. */
bool configuration_read(struct configuration *out, const char *path,
    const struct log *log, int64_t now);
void configuration_free(struct configuration *c);

#endif
