/* SPDX-License-Identifier: Apache-2.0 */
/* find.c - all rules, and their alerts in order. */
#include "alerts/alert.h"

/* Out of the list comes what is worst, and of its kind has most; NULL: the
 * list is empty. */
static struct alert *
take_worst(struct alert **list)
{
	struct alert **worst = list, *taken;

	for (struct alert **p = list; *p != NULL; p = &(*p)->next)
		if ((*p)->grade > (*worst)->grade ||
		    ((*p)->text == (*worst)->text && (*p)->a > (*worst)->a))
			worst = p;
	taken = *worst;
	if (taken != NULL)
		*worst = taken->next;
	return taken;
}

static void
order(struct alerts *as)
{
	struct alert *list = as->first, *a;

	as->first = NULL;
	as->end = &as->first;
	while ((a = take_worst(&list)) != NULL) {
		a->next = NULL;
		*as->end = a;
		as->end = &a->next;
	}
}

bool
alerts_find(struct alerts *out, const struct alert_facts *facts,
    struct arena *a)
{
	*out = (struct alerts){ .arena = a, .facts = facts };
	out->end = &out->first;
	alert_sources(out);
	alert_volumes(out);
	alert_reporters(out);
	alert_records(out);
	alert_keys(out);
	alert_gates(out);
	order(out);
	return !a->failed;
}
