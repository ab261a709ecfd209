/* SPDX-License-Identifier: Apache-2.0 */
#include "store_house.h"

struct store *
store_house_open(struct role *role, bool *held)
{
	struct store_conf conf = { .path = "reports.db", .here = true,
		.create = true, .identities = role->daemon.store_identities };
	struct store_error why = { .status = STORE_OK };
	struct store *s = role->reports != NULL ? role->reports :
	    store_open(&conf, &why);
	struct log_line line;

	if (held != NULL)
		*held = s == NULL && why.status == STORE_HELD;
	role->reports = s;
	if (s != NULL || role->reports_told)
		return s;
	role->reports_told = true;
	log_begin(&line, &role->log, "reports-unusable");
	log_str(&line, "why", why.text);
	log_str(&line, "store", conf.path);
	log_str(&line, "then", "report mail is kept and read later; "
	    "what we would report waits in the spool");
	log_end(&line);
	return NULL;
}
