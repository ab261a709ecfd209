/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor.h - assay doctor: what it looks at, and what it found.
 *
 * Each look adds findings: a level, a sentence, and for what is not well
 * the command or the line that mends it.
 */
#ifndef ASSAY_DOCTOR_H
#define ASSAY_DOCTOR_H

#include "daemon_conf.h"
#include "text.h"

enum level {
	LEVEL_GOOD,
	LEVEL_NOTE,	/* could not be looked at, or deserves a word */
	LEVEL_WARN,	/* will hurt some day                         */
	LEVEL_BAD	/* mail is not treated as it should be        */
};

enum { DOCTOR_FINDINGS = 256, DOCTOR_TEXT = 400 };

struct finding_of_doctor {
	enum level level;
	const char *topic;		/* static                     */
	char text[DOCTOR_TEXT], mend[DOCTOR_TEXT];
};

struct doctor {
	struct finding_of_doctor finding[DOCTOR_FINDINGS];
	size_t n;
	const char *conf_path;
	struct daemon_conf *conf;
	int64_t now;
};

/* mend: NULL for nothing; both are formats. */
void doctor_say(struct doctor *d, enum level level, const char *topic,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Of the finding that was said last. */
void doctor_mend(struct doctor *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void doctor_postfix(struct doctor *d);
void doctor_sockets(struct doctor *d);
void doctor_daemon(struct doctor *d);
void doctor_keys(struct doctor *d, struct assay_oracle *dns);
void doctor_files(struct doctor *d);
/* dns NULL: nothing is asked. */
void doctor_reports(struct doctor *d, struct assay_oracle *dns);
void doctor_disk(struct doctor *d);
void doctor_clock(struct doctor *d);
/* NULL: there is no resolver, which was told. */
struct assay_oracle *doctor_resolver(struct doctor *d,
    struct assay_oracle *room);

/* postconf -h NAME ("" where it has none), or with "-M" a line of
 * master.cf; false: there is no Postfix.  unknown: it does not know this
 * name. */
bool postconf(const char *flag, const char *name, char *out, size_t room,
    bool *unknown);

#endif
