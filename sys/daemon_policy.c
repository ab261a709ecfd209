/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon_policy.c - which policy judges, what is ours, who may sign.
 */
#include "daemon_make.h"

#include <string.h>

#include "wire/addr.h"

/* ---- policy -------------------------------------------------------------- */

static bool
policy(struct making *m, struct daemon_policy *p,
    const struct conf_item *item)
{
	unsigned at = 0;
	const char *why = NULL;

	*p = (struct daemon_policy){ .name = "", .line = item->line };
	if (!span_absent(item->name))
		p->name = conf_cstr(m->a, item->name);
	if (p->name == NULL)
		return making_wrong(m, item->line, "this is no name", NULL);
	if (assay_policy_parse(&p->policy, item->text, &at, &why) == ASSAY_OK)
		return true;
	return making_wrong(m, item->line - 1 + (at > 0 ? at : 1),
	    why != NULL ? why : "the policy is wrong", NULL);
}

static void
policies(struct making *m)
{
	const struct conf_item *item = m->c->first[CONF_K_POLICY];
	struct daemon_policy *p = arena_array(m->a,
	    conf_items(m->c, CONF_K_POLICY) + 1, sizeof(*p));
	size_t n = 0;

	m->d->policy = p;
	if (p == NULL)
		return;
	for (; item != NULL; item = item->next) {
		if (n == DAEMON_POLICIES) {
			making_wrong(m, item->line, "too many policies: 64 "
			    "are the most", NULL);
			break;
		}
		if (!policy(m, &p[n], item))
			continue;
		for (size_t i = 0; i < n; i++)
			if (strcmp(p[i].name, p[n].name) == 0)
				making_wrong(m, item->line, "two policies "
				    "have the same name", NULL);
		n++;
	}
	if (n == 0)
		p[n++] = (struct daemon_policy){ .name = "built in" };
	m->d->n_policy = n;
}

/* ---- use-policy ---------------------------------------------------------- */

static bool
use_listener(struct making *m, struct daemon_use *u, struct span word)
{
	const char *known[64];
	size_t n = m->d->n_listener < 64 ? m->d->n_listener : 64;

	for (size_t i = 0; i < n; i++)
		known[i] = m->d->listener[i].name;
	u->listener = conf_cstr(m->a, word);
	return word_among(word, known, n) < n ||
	    making_unknown(m, u->line, "listener", word, known, n);
}

static bool
use_what(struct making *m, struct daemon_use *u, struct words *w)
{
	static const char *const known[] = { "listener", "client", "user",
		"recipient" };
	struct span word = words_next(w), value = words_next(w);

	switch (word_among(word, known, 4)) {
	case 0:
		return use_listener(m, u, value);
	case 1:
		return conf_net(&u->client, value) || making_wrong(m,
		    u->line, "this is no ADDR or ADDR/BITS", NULL);
	case 2:
		u->user = value;
		return value.len > 0 || making_wrong(m, u->line,
		    "a value is missing", NULL);
	case 3:
		return domain_parse(&u->recipient, value, false, m->a) ||
		    making_wrong(m, u->line, "this is no domain name", NULL);
	}
	return making_unknown(m, u->line, "condition of use-policy", word,
	    known, 4);
}

static bool
use(struct making *m, struct daemon_use *u, const struct conf_item *item)
{
	struct words w = words_of(item);
	struct span name = words_next(&w);
	const char *known[64];
	size_t n = m->d->n_policy < 64 ? m->d->n_policy : 64;

	*u = (struct daemon_use){ .line = item->line };
	for (size_t i = 0; i < n; i++)
		known[i] = m->d->policy[i].name;
	u->policy = word_among(name, known, n);
	if (u->policy == n)
		return making_unknown(m, u->line, "policy", name, known, n);
	while (w.at < w.n)
		if (!use_what(m, u, &w))
			return false;
	return true;
}

void
making_policies(struct making *m)
{
	const struct conf_item *item = m->c->first[CONF_K_USE_POLICY];
	struct daemon_use *u = arena_array(m->a,
	    conf_items(m->c, CONF_K_USE_POLICY), sizeof(*u));
	size_t n = 0;

	policies(m);
	for (; u != NULL && m->d->n_policy > 0 && item != NULL;
	    item = item->next)
		if (use(m, &u[n], item))
			n++;
	m->d->use = u;
	m->d->n_use = n;
}

void
daemon_conf_free(struct daemon_conf *d)
{
	for (size_t i = 0; i < d->n_policy; i++)
		assay_policy_free(d->policy[i].policy);
	*d = (struct daemon_conf){ .arena = NULL };
}

/* ---- asked while mail flows ---------------------------------------------- */

static bool
in_net(const struct conf_net *net, const struct assay_addr *client)
{
	struct assay_addr plain = addr_unmap(client);

	return conf_net_has(net, &plain);
}

static bool
in_nets(const struct conf_net *net, size_t n,
    const struct assay_addr *client)
{
	for (size_t i = 0; i < n; i++)
		if (client->family != 0 && in_net(&net[i], client))
			return true;
	return false;
}

static bool
user_fits(struct span want, struct span user)
{
	return user.len > 0 && (span_eq(want, SPAN("any")) ||
	    span_eq(want, user) || (span_at(want, 0) == '@' &&
	    span_rfind(user, '@') < user.len &&
	    span_ieq(want, span_skip(user, span_rfind(user, '@')))));
}

static bool
fits(const struct daemon_conf *d, const struct daemon_use *u,
    const struct daemon_party *p)
{
	if (u->listener != NULL && (p->listener >= d->n_listener ||
	    strcmp(u->listener, d->listener[p->listener].name) != 0))
		return false;
	if (u->client.addr.family != 0 &&
	    !in_nets(&u->client, 1, &p->client))
		return false;
	if (!span_absent(u->user) && !user_fits(u->user, p->user))
		return false;
	return domain_absent(u->recipient) ||
	    (!domain_absent(p->recipient) &&
	    domain_within(p->recipient, u->recipient));
}

size_t
daemon_policy_for(const struct daemon_conf *d,
    const struct daemon_party *party)
{
	for (size_t i = 0; i < d->n_use; i++)
		if (fits(d, &d->use[i], party))
			return d->use[i].policy;
	return 0;
}

bool
daemon_is_own(const struct daemon_conf *d, const struct daemon_party *p)
{
	if (p->listener < d->n_listener && d->listener[p->listener].own)
		return true;
	if (d->own_authenticated && p->user.len > 0)
		return true;
	if (p->client.family == 0)
		return d->own_no_client;
	return d->own_local_network && in_nets(d->local_network,
	    d->n_local_network, &p->client);
}

const struct daemon_signer *
daemon_signer_for(const struct daemon_conf *d, struct domain author)
{
	const struct daemon_signer *best = NULL;

	for (size_t i = 0; i < d->n_signer; i++) {
		const struct daemon_signer *s = &d->signer[i];

		if (!domain_eq(author, s->domain) && !(s->subdomains &&
		    domain_within(author, s->domain)))
			continue;
		if (best == NULL ||
		    s->domain.name.len > best->domain.name.len)
			best = s;
	}
	return best;
}

bool
daemon_may_sign(const struct daemon_conf *d, const struct daemon_signer *s,
    const struct daemon_party *p)
{
	if (!daemon_is_own(d, p))
		return false;
	if (p->user.len > 0) {
		if (s->any_user)
			return true;
		for (size_t i = 0; i < s->n_user; i++)
			if (user_fits(s->user[i], p->user))
				return true;
		return false;
	}
	/* nobody logged in: where the mail comes from decides, and mail of
	 * this host has no network */
	if (s->any_local || p->client.family == 0)
		return s->any_local || s->n_network > 0;
	return in_nets(s->network, s->n_network, &p->client);
}

bool
daemon_key_valid(const struct daemon_key *key, int64_t now)
{
	return (key->from == 0 || now >= key->from) &&
	    (key->until == 0 || now < key->until);
}
