/* SPDX-License-Identifier: Apache-2.0 */
#include "store_house.h"

#include <stdio.h>

struct store *
store_house_open(struct role *role, bool *held)
{
	struct store_conf conf = { .path = "reports.db", .here = true,
		.create = true, .identities = role->daemon.store_identities };
	struct store_error why = { .status = STORE_OK };
	struct store *s = role->reports != NULL ? role->reports :
	    store_open(&conf, &why);
	const char *dir = role->daemon.state_directory;
	struct log_line line;
	char mend[600];

	if (held != NULL)
		*held = s == NULL && why.status == STORE_HELD;
	role->reports = s;
	if (s != NULL || role->reports_told)
		return s;
	role->reports_told = true;
	snprintf(mend, sizeof(mend), "chown --reference=%.250s %.250s/"
	    "reports.db*", dir, dir);
	log_begin(&line, &role->log, "reports-unusable");
	log_str(&line, "why", why.text);
	log_str(&line, "store", conf.path);
	if (why.status == STORE_READ_ONLY)
		log_str(&line, "mend", mend);
	log_str(&line, "then", "report mail is kept and read later; "
	    "what we would report waits in the spool");
	log_end(&line);
	return NULL;
}

static void
tell_aged(struct role *role, const struct store_retained *r)
{
	struct log_line line;

	log_begin(&line, &role->log, "reports-aged");
	log_u64(&line, "bytes-of", r->raw);
	log_u64(&line, "rows-of", r->rows);
	log_u64(&line, "failure-reports", r->failures);
	log_u64(&line, "set-aside", r->asides);
	log_u64(&line, "held", r->held);
	log_end(&line);
}

void
store_house_age(struct role *role, struct store *s, int64_t *day)
{
	const struct daemon_conf *d = &role->daemon;
	int64_t now = loop_time(role->loop);
	struct store_retention keep = { .raw = d->keep_raw,
		.rows = d->keep_rows, .failures = d->keep_failures,
		.asides = d->keep_asides };
	struct store_retained r;

	if (now / 86400 == *day)
		return;
	*day = now / 86400;	/* if it fails, tomorrow again */
	if (!store_retain(s, &keep, now * 1000000, &r))
		log_say2(&role->log, "reports-not-aged",
		    store_why(s)->text, "then", SPAN("it is tried tomorrow"));
	else if (r.raw + r.rows + r.failures + r.asides > 0)
		tell_aged(role, &r);
}
