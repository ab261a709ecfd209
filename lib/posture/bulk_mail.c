/* SPDX-License-Identifier: Apache-2.0 */
/* bulk_mail.c - the rules for bulk senders by what the mail itself did. */
#include "posture/traffic.h"

#include "posture/inner.h"

enum {
	/* messages a day at which Google and Microsoft call a sender a bulk
	 * sender */
	BULK_A_DAY = 5000,
	/* one message of so many may fail: receivers give no number, and some
	 * breaks on the way, or DNS did not answer in time */
	BULK_ONE_OF = 50
};

/* Google's reports are of google.com, Microsoft's of microsoft.com, Yahoo's
 * of yahooinc.com, once yahoo.com. */
enum bulk_receiver
bulk_receiver_of(struct span reporter)
{
	static const struct {
		const char *name;
		enum bulk_receiver who;
	} known[] = {
		{ "google.com", BULK_R_GOOGLE },
		{ "yahooinc.com", BULK_R_YAHOO },
		{ "yahoo.com", BULK_R_YAHOO },
		{ "microsoft.com", BULK_R_MICROSOFT },
		{ "outlook.com", BULK_R_MICROSOFT },
		{ "hotmail.com", BULK_R_MICROSOFT },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (domain_within((struct domain){ reporter },
		    (struct domain){ assay_cstr(known[i].name) }))
			return known[i].who;
	return BULK_RECEIVERS;
}

/* ---- shares -------------------------------------------------------------- */

static bool
is_enough(uint64_t good, uint64_t of)
{
	return good >= of || of - good <= of / BULK_ONE_OF;
}

/* Fewer good ones in 100; of two alike, the one with more mail. */
static bool
is_worse(const struct bulk_share *a, const struct bulk_share *b)
{
	double x = (double)a->good / (double)a->messages;
	double y = (double)b->good / (double)b->messages;

	return x < y || (x <= y && a->messages > b->messages);
}

static void
put_share(struct bulk_row *row, struct bulk_share *to,
    const struct bulk_share *s)
{
	size_t at = row->n_share++;

	while (at > 0 && is_worse(s, &to[at - 1])) {
		to[at] = to[at - 1];
		at--;
	}
	to[at] = *s;
}

static void
conclude(struct posture *p, struct bulk_row *row, const char *what,
    unsigned days, bool met)
{
	struct buf b = clause(p);
	uint64_t good = 0, all = 0;

	for (size_t i = 0; i < row->n_share; i++) {
		good += row->share[i].good;
		all += row->share[i].messages;
	}
	buf_u64(&b, good);
	buf_str(&b, " of ");
	buf_u64(&b, all);
	buf_str(&b, " messages of ours ");
	buf_str(&b, what);
	buf_str(&b, ", in ");
	buf_u64(&b, days);
	buf_str(&b, " days");
	row->evidence = clause_done(p, &b);
	row->state = met ? BULK_MET : BULK_UNMET;
}

/* Every source has to: one that does not is refused, however much the others
 * send. */
static void
by_source(struct posture *p, enum bulk_rule rule, const char *what,
    const struct bulk_mail *m)
{
	struct bulk_row *row = &p->row[rule];
	struct bulk_share *to = arena_array(&p->arena, m->n_source,
	    sizeof(*to));
	bool met = true;

	for (size_t i = 0; to != NULL && i < m->n_source; i++) {
		const struct bulk_source *s = &m->source[i];
		struct bulk_share share = { s->name, s->messages,
			rule == BULK_PASS ? s->both : s->aligned };

		if (share.messages == 0)
			continue;
		met = met && is_enough(share.good, share.messages);
		put_share(row, to, &share);
	}
	row->share = to;
	if (row->n_share > 0)
		conclude(p, row, what, m->days, met);
	else
		row->evidence = SPAN("reports tell of no mail of ours");
}

/* ---- how much ------------------------------------------------------------ */

static void
volume(struct posture *p, const struct bulk_mail *m)
{
	static const char *const name[] = { " to Google", " to Yahoo",
		" to Microsoft" };
	struct bulk_row *row = &p->row[BULK_VOLUME];
	struct buf b = clause(p);
	bool bulk = false;

	buf_str(&b, "on the fullest day ");
	for (size_t i = 0; i < BULK_RECEIVERS; i++) {
		bulk = bulk || m->fullest[i] >= BULK_A_DAY;
		buf_str(&b, i > 0 ? ", " : "");
		buf_u64(&b, m->fullest[i]);
		buf_str(&b, name[i]);
	}
	buf_str(&b, bulk ? ": a bulk sender" : ": no bulk sender by these "
	    "reports");
	row->evidence = clause_done(p, &b);
	row->state = BULK_TOLD;
}

void
posture_bulk(struct posture *p, const struct bulk_mail *mail)
{
	by_source(p, BULK_PASS, "passed SPF and DKIM", mail);
	by_source(p, BULK_ALIGNED, "passed DMARC", mail);
	volume(p, mail);
}
