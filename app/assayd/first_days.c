/* SPDX-License-Identifier: Apache-2.0 */
#include "first_days.h"

#include "budgets.h"
#include "stats.h"

void
first_days_show(struct household *h)
{
	int64_t now = loop_time(h->loop), until = 0;

	if (h->draining)	/* those that come after us say it */
		return;
	if (h->conf->ladder && h->budget_fd >= 0)
		until = daemon_observes_until(h->conf,
		    budgets_began(h->budget_fd));
	if (until <= now)
		until = 0;
	stats_set(h->stats, STAT_LADDER_UNTIL, (uint64_t)until);
	stats_set(h->stats, STAT_LADDER_OBSERVE, until == 0 ? 0 :
	    (uint64_t)((until - now - 1) / 86400 + 1));
}

void
first_days_tell(struct household *h)
{
	int64_t until = h->conf->ladder ? daemon_observes_until(h->conf,
	    h->budget_fd < 0 ? INT64_MAX : budgets_began(h->budget_fd)) : 0;
	struct log_line line;

	first_days_show(h);
	if (until <= loop_time(h->loop))
		return;
	log_begin(&line, h->log, "ladder-observes");
	log_str(&line, "what", "what policies do on suspicion is told and "
	    "not done (ladder-observe)");
	if (until != INT64_MAX)
		log_u64(&line, "until", (uint64_t)until);
	log_end(&line);
}
