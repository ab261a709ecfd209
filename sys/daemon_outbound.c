/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon_outbound.c - statements about the reports that we send.
 */
#include "daemon_make.h"

#include "report/tally.h"
#include "wire/path.h"

/* The address, and who that is. */
static void
from(struct making *m, struct daemon_outbound *r)
{
	struct span text = conf_text(m->c, CONF_K_REPORT_FROM), list = text;
	struct path path;

	if (text.len == 0)
		return;
	/* one that needs no quotes anywhere */
	if (!tally_address(&list, &r->from) || list.len > 0 ||
	    !path_parse(&path, text, m->a) || domain_absent(path.domain)) {
		making_wrong(m, making_line(m, CONF_K_REPORT_FROM),
		    "reports come from an address such as "
		    "dmarc@example.org", NULL);
		return;
	}
	r->domain = path.domain;
}

static struct span
words(struct making *m, enum conf_key key)
{
	struct span text = conf_text(m->c, key);

	if (text.len > 0 && !making_plain(text))
		making_wrong(m, making_line(m, key), "this stands in reports: "
		    "printable ASCII, at most 200 of it", NULL);
	return text.len > 0 ? text : SPAN_NONE;
}

static void
relay(struct making *m, struct daemon_outbound *r)
{
	struct span text = conf_text(m->c, CONF_K_REPORT_RELAY);
	size_t colon = span_rfind(text, ':');
	struct span host = span_head(text, colon);
	uint64_t port = 0;

	if (span_at(host, 0) == '[' && span_ends(host, SPAN("]")))
		host = span_slice(host, 1, host.len - 1);
	if (colon == text.len ||
	    assay_addr_parse(&r->relay, host) != ASSAY_OK ||
	    !span_u64(span_skip(text, colon + 1), 65535, &port) || port == 0)
		making_wrong(m, making_line(m, CONF_K_REPORT_RELAY),
		    "a relay is an IP address and a port, such as "
		    "127.0.0.1:25 or [::1]:25", NULL);
	r->relay_port = (uint16_t)port;
}

static void
excluded(struct making *m, struct daemon_outbound *r)
{
	size_t n;
	const struct span *text = conf_texts(m->c, CONF_K_REPORT_EXCLUDE, &n);
	struct domain *d = arena_array(m->a, n, sizeof(*d));

	for (size_t i = 0; d != NULL && i < n; i++)
		if (domain_parse(&d[r->n_exclude], text[i], true, m->a))
			r->n_exclude++;
	r->exclude = d;
}

static void
tell_to(struct making *m, struct daemon_outbound *r)
{
	const struct conf_item *item = m->c->first[CONF_K_PERSONAL_DATA_TO];
	size_t n = 0;
	struct domain *d;

	for (const struct conf_item *i = item; i != NULL; i = i->next)
		n += i->n_word;
	d = arena_array(m->a, n + 1, sizeof(*d));
	for (; d != NULL && item != NULL; item = item->next)
		for (size_t i = 0; i < item->n_word; i++) {
			if (span_eq(item->word[i], SPAN("any")))
				r->tell_any = true;
			else if (domain_parse(&d[r->n_tell], item->word[i],
			    true, m->a))
				r->n_tell++;
			else
				making_wrong(m, item->line, "who may see "
				    "personal data is any, or domains", NULL);
		}
	r->tell = d;
}

bool
daemon_outbound_may_tell(const struct daemon_outbound *d,
    struct span address, struct arena *a)
{
	struct span host = span_skip(address, span_rfind(address, '@') + 1);
	struct domain h;

	if (d->tell_any || !domain_parse(&h, host, false, a))
		return d->tell_any;
	for (size_t i = 0; i < d->n_tell; i++)
		if (domain_within(h, d->tell[i]))
			return true;
	return false;
}

/* What a person must have said, or it is refused: this is other people's
 * mail. */
static void
failures(struct making *m, struct daemon_outbound *r)
{
	uint64_t level = conf_number(m->c, CONF_K_FAILURE_REPORTS);
	unsigned line = making_line(m, CONF_K_FAILURE_REPORTS);

	r->failure_limit = (uint32_t)conf_number(m->c,
	    CONF_K_FAILURE_REPORT_LIMIT);
	r->failures = level > 0;
	r->failure_show = level == 3 ? ARF_SHOW_ALL : level == 2 ?
	    ARF_SHOW_TEXT : ARF_SHOW_HEADER;
	tell_to(m, r);
	if (!r->failures)
		return;
	if (!r->send)
		making_wrong(m, line, "failure reports go the way of "
		    "aggregate reports: send-reports yes is missing", NULL);
	else if (!r->tell_any && r->n_tell == 0)
		making_wrong(m, line, "failure reports hold personal data of "
		    "who wrote and who got a message: personal-data-to must "
		    "say where these may go by the law that you are under",
		    NULL);
}

void
making_outbound(struct making *m)
{
	struct daemon_outbound *r = &m->d->outbound;
	unsigned line = making_line(m, CONF_K_SEND_REPORTS);

	r->count = conf_number(m->c, CONF_K_SEND_REPORTS) >= 1;
	r->send = conf_number(m->c, CONF_K_SEND_REPORTS) == 2;
	r->old_form = conf_number(m->c, CONF_K_REPORT_FORM) == 1;
	from(m, r);
	r->org = words(m, CONF_K_REPORT_ORG);
	if (span_absent(r->org))
		r->org = r->domain.name;
	r->contact = words(m, CONF_K_REPORT_CONTACT);
	relay(m, r);
	excluded(m, r);
	failures(m, r);
	if (!r->count || !m->ok)
		return;
	if (domain_absent(r->domain))
		making_wrong(m, line, "reports need an address to come from: "
		    "report-from ADDRESS is missing", NULL);
	/* RFC 9990 3.5.2: a report MUST pass DMARC, aligned */
	else if (r->send && daemon_signer_for(m->d, r->domain) == NULL)
		making_wrong(m, line, "reports have to be signed (RFC 9990 "
		    "3.5.2), and nothing signs for the domain of "
		    "report-from: a domain block is missing", NULL);
}
