/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_view.h - what the reports say, for a person or for a program.
 *
 * A view asks the sums of the store (rollups), never the rows, so it takes
 * as long for a hundred million rows as for a thousand.
 */
#ifndef ASSAY_REPORT_VIEW_H
#define ASSAY_REPORT_VIEW_H

#include "store/store.h"
#include "table.h"

struct report_view {
	struct store *store;
	const struct out *out;
	enum table_form form;
	struct assay_span domain;	/* absent: all                      */
	int64_t day_from, day_to;	/* days since 1970, both included   */
	int64_t today;
	uint32_t limit;			/* rows of a page; 0: as usual      */
	const char *by;			/* of top: source, reporter, from or
					 * result                           */
	enum store_trust trust;		/* at least                         */
};

/* Each appends to *to.  False: store_why(), or no memory. */

/* Who sends in the domain's name: by source address, reporter, author
 * domain or result. */
bool report_top(const struct report_view *v, struct text *to);
/* Day by day: how much, how much of it passes, what was done. */
bool report_timeline(const struct report_view *v, struct text *to);
/* The reports that came; what was set aside, with the reasons; failure
 * reports; TLS reports. */
bool report_list(const struct report_view *v, struct text *to);
bool report_asides(const struct report_view *v, struct text *to);
bool report_failures(const struct report_view *v, struct text *to);
bool report_tls(const struct report_view *v, struct text *to);
/* Says that there are no reports in this time, and when there are. */
bool report_nothing(const struct report_view *v, struct text *to);
/* Who reports, how late, how wrong, and who fell silent. */
bool report_reporters(const struct report_view *v, struct text *to);

#endif
