/* SPDX-License-Identifier: Apache-2.0 */
/* daemon_conf.c - statements to struct daemon_conf; see daemon_conf.h. */
#include "daemon_make.h"

#include <string.h>

#include "base/ascii.h"
#include "near.h"
#include "wire/printable.h"

/* ---- tools --------------------------------------------------------------- */

bool
making_wrong(struct making *m, unsigned line, const char *what,
    const char *near)
{
	m->ok = false;
	if (m->complain != NULL)
		m->complain(m->ctx, line, what, near);
	return false;
}

bool
making_unknown(struct making *m, unsigned line, const char *what,
    struct span word, const char *const *known, size_t n)
{
	struct span shown = printable(m->a, word, 80);
	struct buf b = arena_buf(m->a, shown.len + 80);
	const char *text = conf_cstr(m->a, word), *told;

	buf_str(&b, "there is no ");
	buf_str(&b, what);
	buf_str(&b, " '");
	buf_put(&b, shown);
	buf_byte(&b, '\'');
	told = conf_cstr(m->a, buf_span(&b));
	return making_wrong(m, line, told == NULL ? "this is wrong" : told,
	    text == NULL ? NULL : near_word(text, known, n));
}

struct words
words_of(const struct conf_item *item)
{
	return (struct words){ item->word, item->n_word, 0, item->line };
}

struct span
words_next(struct words *w)
{
	return w->at < w->n ? w->word[w->at++] : SPAN_NONE;
}

bool
words_accept(struct words *w, const char *word)
{
	if (w->at == w->n || !span_eq(w->word[w->at], assay_cstr(word)))
		return false;
	w->at++;
	return true;
}

size_t
word_among(struct span word, const char *const *known, size_t n)
{
	size_t i = 0;

	while (i < n && !span_eq(word, assay_cstr(known[i])))
		i++;
	return i;
}

unsigned
making_line(const struct making *m, enum conf_key key)
{
	return m->c->first[key] == NULL ? 1 : m->c->first[key]->line;
}

size_t
conf_items(const struct conf *c, enum conf_key key)
{
	size_t n = 0;

	for (const struct conf_item *it = c->first[key]; it != NULL;
	    it = it->next)
		n++;
	return n;
}

/* ---- our own mail -------------------------------------------------------- */

static void
local_networks(struct making *m)
{
	static const struct span usual[] = { SPAN_INIT("127.0.0.0/8"),
		SPAN_INIT("::1/128") };
	struct conf_net *net;

	m->d->local_network = conf_nets(m->c, CONF_K_LOCAL_NETWORK,
	    &m->d->n_local_network);
	if (m->d->n_local_network > 0)
		return;
	net = arena_array(m->a, 2, sizeof(*net));
	for (size_t i = 0; net != NULL && i < 2; i++)
		if (conf_net(&net[i], usual[i]))
			m->d->n_local_network++;
	m->d->local_network = net;
}

static void
own_mail(struct making *m)
{
	static const char *const known[] = { "authenticated",
		"local-network", "no-client", "none" };
	const struct conf_item *item = m->c->first[CONF_K_OWN_MAIL];
	bool said[4] = { item == NULL, item == NULL, item == NULL, false };

	for (size_t i = 0; item != NULL && i < item->n_word; i++) {
		size_t which = word_among(item->word[i], known, 4);

		if (which == 4 || (which == 3 && item->n_word > 1)) {
			making_unknown(m, item->line, "kind of own mail",
			    item->word[i], known, 3);
			return;
		}
		said[which] = true;
	}
	m->d->own_authenticated = said[0];
	m->d->own_local_network = said[1];
	m->d->own_no_client = said[2];
}

/* Two networks share an address if one holds the first one of the other. */
static void
own_relays(struct making *m)
{
	const struct conf_item *item = m->c->first[CONF_K_TRUSTED_RELAY];
	const struct conf_net *own = m->d->local_network;
	struct conf_net relay;

	for (; m->d->own_local_network && item != NULL; item = item->next)
		for (size_t i = 0; i < m->d->n_local_network; i++)
			if (conf_net(&relay, item->text) &&
			    (conf_net_has(&relay, &own[i].addr) ||
			    conf_net_has(&own[i], &relay.addr)))
				m->d->own_relay_line = item->line;
}

/* ---- acts ---------------------------------------------------------------- */

/* Which a reply and a field can carry as it is. */
bool
making_plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_vchar(span_at(s, i)) && span_at(s, i) != ' ')
			return false;
	return s.len > 0 && s.len <= 200;
}

static bool
field_name(struct span s)
{
	return making_plain(s) && !span_has(s, ' ') && !span_has(s, ':') &&
	    s.len <= 64;
}

static void
quarantine(struct making *m)
{
	static const char *const known[] = { "milter", "header" };
	const struct conf_item *item = m->c->first[CONF_K_QUARANTINE];
	struct words w;
	struct span word, value;

	if (item == NULL)
		return;
	w = words_of(item);
	word = words_next(&w);
	if (word_among(word, known, 2) == 2) {
		making_unknown(m, w.line, "way to quarantine", word, known,
		    2);
	} else if (span_eq(word, SPAN("header"))) {
		word = words_next(&w);
		value = w.at < w.n ? words_next(&w) : SPAN("yes");
		if (!field_name(word) || !making_plain(value))
			making_wrong(m, w.line, "after header: the name of "
			    "the field, and its value if it is not yes",
			    NULL);
		m->d->quarantine_header = conf_cstr(m->a, word);
		m->d->quarantine_value = conf_cstr(m->a, value);
	}
	if (w.at < w.n)
		making_wrong(m, w.line, "there is more on the line than "
		    "belongs there", NULL);
}

static void
contact(struct making *m)
{
	struct span text = conf_text(m->c, CONF_K_CONTACT);

	if (text.len == 0)
		return;
	if (!making_plain(text))
		making_wrong(m, m->c->first[CONF_K_CONTACT]->line,
		    "a contact is printable ASCII, at most 200 of it", NULL);
	m->d->contact = conf_cstr(m->a, text);
}

/* ---- roles --------------------------------------------------------------- */

static void
run_as(struct making *m)
{
	const char *known[ROLE_KINDS];
	const struct conf_item *item = m->c->first[CONF_K_RUN_AS];

	for (size_t i = 0; i < ROLE_KINDS; i++)
		known[i] = role_kind_name((enum role_kind)i);
	for (; item != NULL; item = item->next) {
		size_t role = word_among(item->word[0], known, ROLE_KINDS);
		struct span group, user;

		if (role == ROLE_PARENT) {
			making_wrong(m, item->line, "the parent stays who "
			    "started it", NULL);
			continue;
		}
		if (role == ROLE_KINDS) {
			making_unknown(m, item->line, "role", item->word[0],
			    known + ROLE_FRONT, ROLE_KINDS - ROLE_FRONT);
			continue;
		}
		group = item->n_word > 1 ? item->word[1] : SPAN("");
		user = span_cut(&group, ':');
		if (item->n_word != 2 || user.len == 0 ||
		    m->d->run_as[role].user != NULL)
			making_wrong(m, item->line, "after a role, once: "
			    "USER or USER:GROUP", NULL);
		m->d->run_as[role].user = conf_cstr(m->a, user);
		m->d->run_as[role].group = group.len == 0 ? NULL :
		    conf_cstr(m->a, group);
	}
}

/* ---- the rest ------------------------------------------------------------ */

static unsigned
days(const struct conf *c, enum conf_key key)
{
	return (unsigned)(conf_number(c, key) / 86400000);
}

static void
numbers(struct daemon_conf *d, const struct conf *c)
{
	d->workers = (unsigned)conf_number(c, CONF_K_WORKERS);
	d->spool_bytes = conf_number(c, CONF_K_SPOOL_SIZE);
	d->journal_bytes = conf_number(c, CONF_K_JOURNAL_SIZE);
	d->journal_stop = conf_number(c, CONF_K_JOURNAL_FULL) == 1;
	d->message_bytes = conf_number(c, CONF_K_MAX_MESSAGE);
	d->connections = (unsigned)conf_number(c, CONF_K_MAX_CONNECTIONS);
	d->in_flight = (unsigned)conf_number(c, CONF_K_MAX_IN_FLIGHT);
	d->idle_ms = (int64_t)conf_number(c, CONF_K_IDLE_TIMEOUT);
	d->job_ms = (int64_t)conf_number(c, CONF_K_JOB_TIMEOUT);
	d->stop_ms = (int64_t)conf_number(c, CONF_K_STOP_TIMEOUT);
	d->split_defer = conf_number(c, CONF_K_SPLIT) == 1;
	d->broken_defer = conf_number(c, CONF_K_WHEN_BROKEN) == 1;
	d->overloaded_defer = conf_number(c, CONF_K_WHEN_OVERLOADED) == 1;
	d->report_discard = conf_number(c, CONF_K_REPORT_MAIL) == 1;
	d->inbox_bytes = conf_number(c, CONF_K_REPORT_INBOX);
	d->store_bytes = conf_number(c, CONF_K_REPORT_STORE);
	d->keep_raw = days(c, CONF_K_KEEP_REPORT_BYTES);
	d->keep_rows = days(c, CONF_K_KEEP_REPORT_ROWS);
	d->keep_failures = days(c, CONF_K_KEEP_FAILURE_REPORTS);
	d->keep_asides = days(c, CONF_K_KEEP_SET_ASIDE);
	d->store_identities = conf_number(c, CONF_K_STORE_IDENTITIES) == 1;
	d->log_json = conf_number(c, CONF_K_LOG_FORMAT) == 1;
	d->log_syslog = conf_number(c, CONF_K_LOG_TO) == 1;
}

static void
texts(struct making *m)
{
	struct daemon_conf *d = m->d;
	size_t n;
	const struct span *text = conf_texts(m->c, CONF_K_COMPARE_WITH, &n);
	const char **name = arena_array(m->a, n, sizeof(*name));

	for (size_t i = 0; name != NULL && i < n; i++)
		name[d->n_compare_with++] = conf_cstr(m->a, text[i]);
	d->compare_with = name;
	d->authserv_id = conf_string(m->c, CONF_K_AUTHSERV_ID);
	d->state_directory = conf_string(m->c, CONF_K_STATE_DIRECTORY);
	d->run_directory = conf_string(m->c, CONF_K_RUN_DIRECTORY);
	d->status_socket = conf_string(m->c, CONF_K_STATUS_SOCKET);
	d->protect_file = conf_string(m->c, CONF_K_PROTECT_DOMAINS_FROM);
	d->token_file = conf_string(m->c, CONF_K_TOKEN_FILE);
}

static unsigned
line_of(const struct conf *c, enum conf_key key)
{
	return c->first[key] == NULL ? 1 : c->first[key]->line;
}

/* What makes no sense together. */
static void
together(struct making *m, bool daemon)
{
	bool milter = false;

	for (size_t i = 0; i < m->d->n_listener; i++)
		milter = milter || m->d->listener[i].kind == LISTENER_MILTER;
	if (daemon && !milter)
		making_wrong(m, 1, "no mail server can reach us: listen "
		    "milter ADDRESS is missing", NULL);
	for (size_t i = 0; i < m->d->n_listener; i++)
		if (m->d->listener[i].kind == LISTENER_LMTP &&
		    m->d->n_report_address == 0)
			making_wrong(m, m->d->listener[i].line, "LMTP takes "
			    "mail for report addresses alone: report-address "
			    "is missing", NULL);
	if (daemon && m->d->authserv_id == NULL)
		making_wrong(m, 1, "our name in Authentication-Results is "
		    "not said: authserv-id NAME is missing", NULL);
	if (m->c->first[CONF_K_JOB_TIMEOUT] != NULL &&
	    m->d->job_ms <= (int64_t)m->d->judging.resolver.total_ms)
		making_wrong(m, line_of(m->c, CONF_K_JOB_TIMEOUT),
		    "job-timeout is not longer than total-timeout: DNS alone "
		    "may take that long", NULL);
	if (m->d->message_bytes < m->d->judging.limits.header_bytes &&
	    m->c->first[CONF_K_MAX_MESSAGE] != NULL &&
	    m->c->first[CONF_K_MAX_HEADER] != NULL)
		making_wrong(m, line_of(m->c, CONF_K_MAX_MESSAGE),
		    "max-message-size is less than max-header", NULL);
}

bool
daemon_conf_make(struct daemon_conf *out, const struct conf *conf,
    bool daemon, conf_complain_fn *complain, void *ctx)
{
	struct making m = { .d = out, .c = conf, .a = conf->arena,
		.complain = complain, .ctx = ctx, .ok = true };

	*out = (struct daemon_conf){ .arena = conf->arena };
	(void)conf_judging(&out->judging, conf);
	numbers(out, conf);
	/* the default must outlast the longest run of questions */
	if (conf->first[CONF_K_JOB_TIMEOUT] == NULL &&
	    out->job_ms < (int64_t)out->judging.resolver.total_ms + 10000)
		out->job_ms = (int64_t)out->judging.resolver.total_ms +
		    10000;
	texts(&m);
	making_listeners(&m);
	making_policies(&m);
	making_signers(&m);
	making_outbound(&m);
	making_alerts(&m);
	making_behaviour(&m);
	making_own(&m);
	making_ladder(&m);
	local_networks(&m);
	own_mail(&m);
	own_relays(&m);
	quarantine(&m);
	contact(&m);
	making_reports(&m);
	run_as(&m);
	if (m.ok)
		together(&m, daemon);
	if (conf->arena->failed)
		making_wrong(&m, 1, "the configuration is too large", NULL);
	return m.ok;
}

void
daemon_conf_remarks(const struct daemon_conf *d, int64_t now,
    conf_complain_fn *tell, void *ctx)
{
	const char *what;
	unsigned at;

	for (size_t i = 0; i < d->n_policy; i++)
		for (size_t k = 0; d->policy[i].policy != NULL &&
		    assay_policy_remark(d->policy[i].policy, k, &at, &what);
		    k++)
			tell(ctx, d->policy[i].line - 1 + at, what, NULL);
	for (size_t i = 0; i < d->n_policy; i++)
		for (size_t k = 0; d->policy[i].policy != NULL &&
		    assay_policy_aged(d->policy[i].policy, now, k, &at,
		    &what); k++)
			tell(ctx, d->policy[i].line - 1 + at, what, NULL);
	if (d->own_relay_line != 0)
		tell(ctx, d->own_relay_line, "this trusted-relay is in a "
		    "local-network, too: its mail is our own, and what comes "
		    "through it is not judged", NULL);
	for (size_t i = 0; i < d->n_listener; i++)
		if (d->listener[i].socket == SOCKET_UNIX &&
		    (d->listener[i].permissions & 2) != 0)
			tell(ctx, d->listener[i].line, "everybody on this "
			    "host may connect to this socket", NULL);
}
