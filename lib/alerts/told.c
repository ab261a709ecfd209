/* SPDX-License-Identifier: Apache-2.0 */
#include "alerts/told.h"

#include "wire/day.h"

const struct alert_told *
alert_told_last(const struct alert_told *told, size_t n, struct span key)
{
	const struct alert_told *last = NULL;

	for (size_t i = 0; i < n; i++)
		if (span_eq(told[i].key, key) && (last == NULL ||
		    told[i].at > last->at || (told[i].at == last->at &&
		    span_cmp(told[i].state, last->state) > 0)))
			last = &told[i];
	return last;
}

bool
alert_is_news(const struct alert *a, const struct alert_told *last)
{
	int64_t day;

	if (last == NULL || !span_eq(last->state, a->state))
		return true;
	day = last->at / 1000000 / DAY_SECONDS;
	return a->text->days > 0 && a->day >= day + a->text->days;
}

enum gate_state
alert_gate_was(const struct alert_told *last)
{
	static const enum gate_state all[] = { GATE_MET, GATE_UNMET,
		GATE_UNKNOWN };

	for (size_t i = 0; last != NULL && i < 3; i++)
		if (span_eq(last->state, assay_cstr(gate_state_name(all[i]))))
			return all[i];
	return GATE_UNKNOWN;
}
