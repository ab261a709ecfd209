/* SPDX-License-Identifier: Apache-2.0 */
/* policy_builtin.c - what is done where nobody says anything else. */
#include "verdict/policy.h"

static const char builtin[] =
    "# RFC 9989 7.4: not rejected for p=reject alone\n"
    "dmarc-fail policy reject then quarantine\n"
    "dmarc-fail policy reject and second-signal then reject\n"
    "dmarc-fail policy quarantine then quarantine\n"
    "# RFC 9989 5.3.6: whoever breaks a lookup must not get round a policy\n"
    "dmarc temperror then defer\n"
    "# RFC 9989 11.5: no author, or several\n"
    "dmarc permerror then quarantine\n"
    "structure S1 then quarantine\n";

const char *
assay_policy_builtin(void)
{
	return builtin;
}

static const char builtin_own[] =
    "# RFC 6409 6.1 lets a server say what may be submitted\n"
    "own over-rate then defer\n"
    "own and who >= 40 and what >= 60 then hold\n";

const char *
assay_policy_builtin_own(void)
{
	return builtin_own;
}

bool
statement_is_own(const struct statement *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->cond[i].kind == COND_OWN)
			return true;
	return false;
}

static bool
has_own_rule(const struct assay_policy *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (statement_is_own(&p->statement[i]) &&
		    p->statement[i].except == NULL &&
		    p->statement[i].mandate == NULL &&
		    !p->statement[i].signal)
			return true;
	return false;
}

const struct assay_policy *
policy_for_own(const struct assay_policy *policy,
    const struct assay_policy *rules, struct arena *a)
{
	struct assay_policy *p;

	if (has_own_rule(policy))
		return policy;
	p = arena_alloc(a, sizeof(*p));
	if (p == NULL)
		return NULL;
	*p = (struct assay_policy){ .name = policy->name };
	p->statement = arena_array(a, policy->n + rules->n,
	    sizeof(*p->statement));
	if (p->statement == NULL)
		return NULL;
	for (size_t i = 0; i < policy->n; i++)
		p->statement[p->n++] = policy->statement[i];
	for (size_t i = 0; i < rules->n; i++) {
		p->statement[p->n] = rules->statement[i];
		p->statement[p->n++].line = 0;
	}
	return p;
}
