/* SPDX-License-Identifier: Apache-2.0 */
/* log_read.h - refusals in a mail log, counted by code, receiver and day. */
#ifndef ASSAY_LOG_READ_H
#define ASSAY_LOG_READ_H

#include "posture/maillog.h"
#include "out.h"
#include "text.h"

enum {
	LOG_COUNTS = 500,	/* told apart: a year of three codes has few
				 * more; of the rest there is one            */
	LOG_NAME = 120		/* octets of a receiver's name               */
};

struct log_count {
	enum maillog_code code;
	char receiver[LOG_NAME], day[12];
	uint64_t bounced, deferred;
};

struct log_read {
	uint64_t lines;
	struct log_count count[LOG_COUNTS];
	size_t n;
	uint64_t others;		/* refusals beyond these            */
};

/* Plain or gzip.  False: errno, or 0: damaged. */
bool log_read(struct log_read *to, const char *path);

/* For a person; as an object of JSON and a line feed. */
void log_page(const struct log_read *log, const struct out *out,
    struct text *to);
void log_json(const struct log_read *log, struct text *to);

#endif
