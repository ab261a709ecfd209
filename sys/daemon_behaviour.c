/* SPDX-License-Identifier: Apache-2.0 */
/* daemon_behaviour.c - the statements about what senders usually do. */
#include "daemon_make.h"

#include "eval_house.h"

void
making_behaviour(struct making *m)
{
	const struct conf *c = m->c;
	uint64_t content = conf_number(c, CONF_K_CONTENT);
	uint64_t recall = conf_number(c, CONF_K_FIRST_SEEN);

	m->d->behaviour = (struct daemon_behaviour){
		.on = conf_number(c, CONF_K_BEHAVIOUR) == 1,
		.octets = conf_number(c, CONF_K_BEHAVIOUR_SIZE),
		.alerts = (unsigned)conf_number(c, CONF_K_BEHAVIOUR_ALERTS),
		.observe_s = (int64_t)(conf_number(c,
		    CONF_K_BEHAVIOUR_OBSERVE) / 1000),
		.header = conf_number(c, CONF_K_BEHAVIOUR_HEADER) == 1 };
	m->d->behaviour.content = content == 1 ||
	    (content == 2 && m->d->behaviour.on);
	m->d->behaviour.recall = recall == 1 ||
	    (recall == 2 && m->d->behaviour.content);
}

/* How long nothing is done on suspicion; where no policy would, nobody has to
 * hear of it. */
void
making_ladder(struct making *m)
{
	m->d->ladder_observe_s = (int64_t)(conf_number(m->c,
	    CONF_K_LADDER_OBSERVE) / 1000);
	m->d->originals_bytes = conf_number(m->c, CONF_K_ORIGINALS_SIZE);
	m->d->originals_keep_s = (int64_t)(conf_number(m->c,
	    CONF_K_ORIGINALS_KEEP) / 1000);
	for (size_t i = 0; i < m->d->n_policy; i++) {
		m->d->ladder |= eval_policy_suspects(m->d->policy[i].policy);
		m->d->strips |= eval_policy_strips(m->d->policy[i].policy);
	}
}

int64_t
daemon_observes_until(const struct daemon_conf *d, int64_t began)
{
	if (d->ladder_observe_s == 0)
		return 0;
	return began > INT64_MAX - d->ladder_observe_s ? INT64_MAX :
	    began + d->ladder_observe_s;
}

void
making_own(struct making *m)
{
	const struct conf *c = m->c;
	struct daemon_own *o = &m->d->own;

	*o = (struct daemon_own){ .on = conf_number(c,
	    CONF_K_OWN_ACCOUNTS) == 1,
		.accounts = (unsigned)conf_number(c,
		    CONF_K_OWN_ACCOUNTS_MOST),
		.hour = (unsigned)conf_number(c, CONF_K_OWN_PEOPLE_HOUR),
		.day = (unsigned)conf_number(c, CONF_K_OWN_PEOPLE_DAY),
		.most_hour = (unsigned)conf_number(c, CONF_K_OWN_MOST_HOUR),
		.most_day = (unsigned)conf_number(c, CONF_K_OWN_MOST_DAY),
		.observe_s = (int64_t)(conf_number(c, CONF_K_OWN_OBSERVE) /
		    1000) };
	for (const struct conf_item *v = c->first[CONF_K_ASN_TABLE];
	    v != NULL && o->n_asn < DAEMON_ASN; v = v->next)
		o->asn[o->n_asn++] = conf_cstr(m->a, v->text);
	if (o->hour > o->most_hour)
		making_wrong(m, making_line(m, CONF_K_OWN_PEOPLE_HOUR),
		    "that is more than own-most-hour", NULL);
	if (o->day > o->most_day)
		making_wrong(m, making_line(m, CONF_K_OWN_PEOPLE_DAY),
		    "that is more than own-most-day", NULL);
}
