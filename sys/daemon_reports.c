/* SPDX-License-Identifier: Apache-2.0 */
/* daemon_reports.c - the statements about reports of others about us. */
#include "daemon_make.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "conf_value.h"

/* Plain as in mailto (RFC 6068) of a DMARC record: no quotes, no spaces. */
static bool
plain_address(struct span s)
{
	size_t at = span_find(s, '@');

	for (size_t i = 0; i < s.len; i++)
		if (!is_vchar(span_at(s, i)) || span_at(s, i) == '"' ||
		    span_at(s, i) == '<' || span_at(s, i) == '>')
			return false;
	return at > 0 && at + 1 < s.len && at <= LIMIT_LOCAL_PART &&
	    !span_has(span_skip(s, at + 1), '@');
}

static struct span
lower(struct making *m, struct span s)
{
	struct buf b = arena_buf(m->a, s.len);

	buf_lower(&b, s);
	return buf_span(&b);
}

static size_t
count_words(const struct conf_item *item)
{
	size_t n = 0;

	for (; item != NULL; item = item->next)
		n += item->n_word;
	return n;
}

void
making_reports(struct making *m)
{
	const struct conf_item *item = m->c->first[CONF_K_REPORT_ADDRESS];
	struct span *list = arena_array(m->a, count_words(item),
	    sizeof(*list));

	for (; list != NULL && item != NULL; item = item->next)
		for (size_t i = 0; i < item->n_word; i++) {
			if (!plain_address(item->word[i]))
				making_wrong(m, item->line, "an address "
				    "that reports come to is "
				    "local-part@domain", NULL);
			list[m->d->n_report_address++] = lower(m,
			    item->word[i]);
		}
	m->d->report_address = list;
}

/* Local parts are compared without case: a report must not be missed for
 * that, and whoever has the other mailbox loses nothing. */
bool
daemon_wants_report(const struct daemon_conf *d, struct span path)
{
	for (size_t i = 0; i < d->n_report_address; i++)
		if (span_ieq(d->report_address[i], path))
			return true;
	return false;
}

/* RFC 3464 2: a DSN has the null return path; other mail to who sends reports
 * is of people, and their affair. */
bool
daemon_wants_bounce(const struct daemon_conf *d, struct span sender,
    struct span path)
{
	return d->outbound.send && !span_absent(sender) && sender.len == 0 &&
	    span_ieq(d->outbound.from, path);
}
