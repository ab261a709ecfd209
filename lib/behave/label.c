/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/label.h"

static enum label_end
call_good(struct behave *b, struct pending_one *o)
{
	enum label_end end = o->learned ? LABEL_SAME : LABEL_BELIEVED;

	if (!o->learned)
		memory_learn(&b->memory, &o->sample);
	if (o->has_lineup && !o->heard)
		trainer_take(b->trainer, &o->lineup);
	for (; o->counted < LABEL_COUNTS; o->counted++)
		behave_count(b->judge, o);
	o->learned = true;
	o->heard = true;
	pending_end(b->pending, o);
	return end;
}

static enum label_end
call_bad(struct behave *b, struct pending_one *o, int64_t now)
{
	enum label_end end = o->bad ? LABEL_SAME : o->learned ?
	    LABEL_TAKEN_BACK : LABEL_DROPPED;

	if (o->learned)
		memory_unlearn(&b->memory, &o->sample, day_of(now));
	for (; o->counted > 0; o->counted--)
		behave_uncount(b->judge, o);
	o->learned = false;
	o->heard = true;
	pending_bad(b->pending, o, now);
	return end;
}

enum label_end
behave_label(struct behave *b, uint64_t spool, uint64_t number, bool bad,
    int64_t now)
{
	struct pending_one *o = pending_of(b->pending, spool, number);

	if (o == NULL)
		return LABEL_NOT_KEPT;
	alarm_label(b->alarm, o->sample.sender, bad, now);
	return bad ? call_bad(b, o, now) : call_good(b, o);
}

struct span
label_end_words(enum label_end e)
{
	switch (e) {
	case LABEL_NOT_KEPT:
		return SPAN("noted alone: it had looked usual, or is "
		    "forgotten");
	case LABEL_SAME:
		return SPAN("noted: nothing had to change");
	case LABEL_BELIEVED:
		return SPAN("believed, and counted as usual");
	case LABEL_DROPPED:
		return SPAN("not learned, and nothing odd of its sender is "
		    "for 30 days");
	case LABEL_TAKEN_BACK:
		return SPAN("what it taught is taken back, and nothing odd of "
		    "its sender is learned for 30 days");
	}
	return SPAN("-");
}
