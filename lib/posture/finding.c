/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/finding.h"

static const struct finding_text texts[] = {
#define X(code, ID, name, subject, severity, section, sentence, consequence) \
	{ FOUND_##ID, name, subject, severity, section, sentence, consequence },
#include "posture/findings.def"
#undef X
};

enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };

const struct finding_text *
finding_text_at(size_t i)
{
	return i < TEXTS ? &texts[i] : NULL;
}

const struct finding_text *
finding_text(enum finding_code code)
{
	for (size_t i = 0; i < TEXTS; i++)
		if (texts[i].code == code)
			return &texts[i];
	return NULL;
}

const char *
grade_name(enum grade grade)
{
	switch (grade) {
	case GRADE_GOOD: return "good";
	case GRADE_NOTE: return "note";
	case GRADE_UNKNOWN: return "unknown";
	case GRADE_WARN: return "warn";
	case GRADE_BAD: return "bad";
	}
	return "";
}

const char *
subject_name(enum subject subject)
{
	switch (subject) {
	case SUBJECT_SPF: return "spf";
	case SUBJECT_DKIM: return "dkim";
	case SUBJECT_DMARC: return "dmarc";
	case SUBJECT_MX: return "mx";
	case SUBJECT_PTR: return "ptr";
	case SUBJECT_MTA_STS: return "mta-sts";
	case SUBJECT_TLS_RPT: return "tls-rpt";
	case SUBJECT_BIMI: return "bimi";
	case SUBJECT_DNSSEC: return "dnssec";
	case SUBJECTS: break;
	}
	return "";
}
