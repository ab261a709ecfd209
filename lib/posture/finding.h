/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding.h - what is said of a domain: one list, findings.def.
 *
 * The numbers and names are public and stable, as those of reasons are: a
 * code is never reused, a name never changes its meaning.
 */
#ifndef POSTURE_FINDING_H
#define POSTURE_FINDING_H

#include "base/arena.h"

enum grade {
	GRADE_GOOD = 1,	/* worth saying, nothing to do              */
	GRADE_NOTE,		/* may be meant so                          */
	GRADE_UNKNOWN,	/* DNS did not answer: ask again            */
	GRADE_WARN,		/* should be mended                         */
	GRADE_BAD		/* does harm, or is of no use as it is      */
};

/* In the order of the page. */
enum subject {
	SUBJECT_SPF, SUBJECT_DKIM, SUBJECT_DMARC, SUBJECT_MX, SUBJECT_PTR,
	SUBJECT_MTA_STS, SUBJECT_TLS_RPT, SUBJECT_BIMI, SUBJECT_DNSSEC,
	SUBJECTS
};

enum finding_code {
#define X(code, ID, name, subject, severity, section, sentence, consequence) \
	FOUND_##ID = code,
#include "posture/findings.def"
#undef X
};

struct finding_text {
	enum finding_code code;
	const char *name;		/* "spf-too-many-lookups"           */
	enum subject subject;
	enum grade grade;		/* unless the finding says otherwise*/
	const char *section;		/* "RFC 7208 4.6.4"                 */
	const char *sentence;		/* what was found                   */
	const char *consequence;	/* what that does; "": nothing      */
};

/* Mail that a finding concerns, as reports tell (traffic.h). */
struct traffic {
	bool known;
	uint64_t messages;		/* or sessions                      */
	unsigned days;			/* they were counted in             */
	const char *what;		/* "messages that fail DMARC"       */
};

struct posture_finding {
	const struct finding_text *text;
	enum grade grade;
	struct span about;	/* a DNS name, an address; printable        */
	struct span detail;	/* a clause; printable; absent: none        */
	struct span record;	/* lines of a zone file that mend it, each
				 * with its LF; absent: no record does      */
	const char *advice;	/* what else to do, or NULL                 */
	struct traffic traffic;
};

/* NULL for a code that does not exist.  Static. */
const struct finding_text *finding_text(enum finding_code code);
/* Entry i, from 0; NULL behind the last. */
const struct finding_text *finding_text_at(size_t i);

/* "good", "note", "unknown", "warn", "bad"; "spf", ...  Static. */
const char *grade_name(enum grade grade);
const char *subject_name(enum subject subject);

#endif
