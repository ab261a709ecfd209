/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/burst.h"

#include "behave/num.h"

bool
burst_add(struct burst *b, uint64_t who, uint16_t day)
{
	uint32_t *n = &b->n[num_mix(who) % BURST];

	if (b->day != day)
		*b = (struct burst){ .day = day };
	if (*n >= BURST_BASE + b->all / BURST_SHARE)
		return false;
	b->all++;
	*n += 1;
	return true;
}

bool
news_add(struct news *s, uint16_t day)
{
	if (s->day != day) {
		s->before += s->today;
		s->today = 0;
		s->day = day;
	}
	if (s->today >= NEWS_BASE + s->before / NEWS_SHARE)
		return false;
	s->today++;
	return true;
}
