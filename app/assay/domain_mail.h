/* SPDX-License-Identifier: Apache-2.0 */
/*
 * domain_mail.h - what reports tell of the findings about a domain, and of
 * the rules for bulk senders.
 */
#ifndef ASSAY_DOMAIN_MAIL_H
#define ASSAY_DOMAIN_MAIL_H

#include "posture/traffic.h"
#include "source_load.h"

struct domain_mail {
	/* given */
	const struct settings *settings;
	const struct store_file *file;
	struct store *store;		/* NULL: there is none: does nothing */

	/* made */
	struct source_load source;
	bool loaded;
	struct bulk_mail bulk;
	struct bulk_source *own;
	struct bulk_source **of;	/* by the number of a source        */
	int64_t day[BULK_RECEIVERS];	/* that is being counted            */
	uint64_t that_day[BULK_RECEIVERS];
};

/* 0, or an exit status: what is wrong was told.  To be freed in any case,
 * when p was written. */
int domain_mail_load(struct domain_mail *m, const struct args *args,
    struct posture *p);
void domain_mail_free(struct domain_mail *m);

#endif
