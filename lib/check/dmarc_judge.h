/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dmarc_judge.h - inside the DMARC check: what was found out about one
 * author, before any of it is written down.
 *
 * dmarc.c decides, dmarc_align.c compares identifiers, dmarc_evidence.c
 * tells it to people.
 */
#ifndef CHECK_DMARC_JUDGE_H
#define CHECK_DMARC_JUDGE_H

#include "check/orgdomain.h"

enum align {
	ALIGN_SAME = 1,		/* the Author Domain itself                 */
	ALIGN_ORG,		/* the same organizational domain           */
	ALIGN_STRICT,		/* another name, and the record is strict   */
	ALIGN_OUTSIDE,		/* not within the author's organization     */
	ALIGN_OTHER_ORG,	/* within it, but its own organization      */
	ALIGN_GUARDED,		/* only a public suffix is shared           */
	ALIGN_CAPPED,		/* not looked at                            */
	ALIGN_UNKNOWN		/* an answer is missing                     */
};

/* An authenticated identifier (RFC 9989 3.2.4), or one that a temporary
 * error keeps from being one. */
struct identifier {
	bool dkim;
	bool pending;		/* a temporary error: not authenticated     */
	struct domain domain;
	struct place place;
	enum align how;		/* 0: not compared                          */
	struct domain org;	/* with ALIGN_OTHER_ORG                     */
};

struct identifiers {
	struct identifier id[1 + LIMIT_SIGS_PARSED];
	size_t n;
};

struct judgement {
	struct dmarc_author a;
	struct place place;
	struct walk walk;
	const struct walk_name *used;	/* the record in force, or NULL     */
	const char *tag;		/* of it: "p", "sp", "np"           */
	bool below;			/* the author is below the record   */
	bool doubted;			/* NXDOMAIN not confirmed           */
	bool not_existing;
	struct identifiers ids;
	size_t asked;			/* questions behind the walk        */
};

/* Those of the message, each once, SPF first. */
void identifiers_collect(struct identifiers *out, const struct run *r);

/* Compares every identifier with the author, when j->used is known. */
enum step judge_alignment(struct judgement *j, struct run *r);

/* Any of them aligned; any that may be. */
bool judge_aligned(const struct judgement *j, bool dkim);
bool judge_unknown(const struct judgement *j);

void dmarc_evidence(struct run *r, const struct judgement *j);
void dmarc_evidence_no_author(struct run *r);
void dmarc_evidence_capped(struct run *r);
void dmarc_evidence_several(struct run *r, struct domain author);

#endif
