/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alert.h - what is told of a domain when it happens: one list, alerts.def.
 *
 * Pure: numbers and texts that somebody else has counted and asked for become
 * alerts, and the same ones become the same alerts.  Each has a key, which is
 * what it is about, and a state; told.h says from these what is news.
 */
#ifndef ALERTS_ALERT_H
#define ALERTS_ALERT_H

#include "posture/finding.h"
#include "posture/rollout.h"
#include "sources/source.h"

enum alert_code {
#define X(code, ID, name, severity, days, sentence, step) ALERT_##ID = code,
#include "alerts/alerts.def"
#undef X
};

struct alert_text {
	enum alert_code code;
	const char *name;		/* "new-source"                     */
	enum grade grade;		/* unless the alert says otherwise  */
	unsigned days;
	const char *sentence, *step;
};

/* Texts are printable ASCII and live in the arena. */
struct alert {
	const struct alert_text *text;
	enum grade grade;
	struct span key;		/* "spike example.org mail"         */
	struct span state;		/* of what is told only once        */
	struct span about;
	int64_t day;			/* of the cause                     */
	uint64_t a, b;			/* the numbers of its sentence      */
	struct span cause, step;	/* in words                         */
	struct span record;		/* lines of a zone file, each with
					 * its LF; absent: none             */
	struct alert *next;
};

/* ---- facts -------------------------------------------------------------- */

enum {
	ALERT_DAYS = 63,	/* days looked at: this one, and eight of
				 * the same weekday before it               */
	ALERT_LATE = 2,		/* days after which nearly all reports about
				 * a day are here                           */
	ALERT_HISTORY = 14,	/* days of reports before a source can be
				 * called new                               */
	ALERT_KEY_DAYS = 180,	/* a key's time: twice a year, as M3AAWG's
				 * practices for keys have it               */
	ALERT_KEY_NOTICE = 14	/* days before that; a change takes some    */
};

/* Mail by day: entry 0 is ALERT_DAYS - 1 days before today. */
typedef uint64_t alert_series[ALERT_DAYS];

/* A sender: sources that a person thinks of as one. */
struct alert_source {
	struct span id;			/* stable: an address or the name of
					 * a service's owner                */
	struct span label, net;		/* as shown; its address or name,
					 * for commands                     */
	enum source_class class;
	bool decided;			/* by a person                      */
	int64_t first;			/* day                              */
	uint64_t messages, passed;
	uint64_t week, week_failed;	/* of the last 7 days               */
	struct span step;		/* what mends it, in words          */
	alert_series day;
};

/* What one reporter tells of. */
struct alert_flow {
	struct span name;
	bool told[ALERT_DAYS];		/* there is a report about the day  */
	alert_series ours;		/* mail of ours                     */
	alert_series failed;		/* ... that failed                  */
	alert_series hostile;
};

/* An answer of DNS on a day, in the order of name, type, first.  answer: "" is
 * none; several records have LF between them. */
struct alert_record {
	struct span name, type, answer;
	int64_t first, last;		/* Unix seconds                     */
};

struct alert_facts {
	struct domain domain;
	int64_t today;			/* days since 1970                  */
	unsigned days;			/* how far back is news, 1 to 30    */
	int64_t first_report;		/* the first day with any; 0: none  */
	const struct alert_source *source;
	size_t n_source;
	const struct alert_flow *flow;
	size_t n_flow;
	const struct alert_record *record;
	size_t n_record;
	const struct rollout_plan *plan;	/* NULL: unknown            */
	/* Of plan->gate, when somebody looked last. */
	enum gate_state was[ROLLOUT_GATES];
};

/* ---- alerts ------------------------------------------------------------- */

struct alerts {
	struct arena *arena;
	const struct alert_facts *facts;
	struct alert *first, **end;
	size_t n;
};

/* All that holds now, the worst first.  False: no memory.  The facts live as
 * long as the alerts. */
bool alerts_find(struct alerts *out, const struct alert_facts *facts,
    struct arena *a);

/* "gate example.org watch np-test aligned": by which the state of a gate is
 * kept from one look to the next. */
struct span alert_gate_key(const struct alert_facts *f,
    const struct rollout_gate *g, struct arena *a);

/* NULL for a code that does not exist; entry i, NULL behind the last. */
const struct alert_text *alert_text(enum alert_code code);
const struct alert_text *alert_text_at(size_t i);

/* ---- for the rules ------------------------------------------------------ */

/* What stands for the % in texts. */
struct alert_words {
	struct span about, net, from, to;
	const char *class;
	int64_t day;
	uint64_t a, b;
};
/* id: what makes its key; absent: about.  NULL: no memory. */
struct alert *alert_add(struct alerts *as, enum alert_code code,
    struct span id, const struct alert_words *w);
/* At most room octets of s, printable, quoted. */
struct span alert_quote(struct alerts *as, struct span s);

void alert_sources(struct alerts *as);	/* traffic.c */
void alert_volumes(struct alerts *as);
void alert_reporters(struct alerts *as);
void alert_records(struct alerts *as);	/* standing.c */
void alert_keys(struct alerts *as);
void alert_gates(struct alerts *as);

#endif
