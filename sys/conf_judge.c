/* SPDX-License-Identifier: Apache-2.0 */
/* conf_judge.c - options, limits, resolver; see conf_judge.h. */
#include "conf_judge.h"

#include <string.h>

#include "wire/addr.h"

static size_t
count(const struct conf_item *item)
{
	size_t n = 0;

	for (; item != NULL; item = item->next)
		n++;
	return n;
}

const struct span *
conf_texts(const struct conf *conf, enum conf_key key, size_t *n)
{
	const struct conf_item *item = conf->first[key];
	struct span *out = arena_array(conf->arena, count(item),
	    sizeof(*out));

	*n = 0;
	for (; out != NULL && item != NULL; item = item->next)
		out[(*n)++] = item->text;
	return *n > 0 ? out : NULL;
}

const struct conf_net *
conf_nets(const struct conf *conf, enum conf_key key, size_t *n)
{
	const struct conf_item *item = conf->first[key];
	struct conf_net *out = arena_array(conf->arena, count(item),
	    sizeof(*out));

	*n = 0;
	for (; out != NULL && item != NULL; item = item->next)
		if (conf_net(&out[*n], item->text))
			++*n;
	return *n > 0 ? out : NULL;
}

const char *
conf_cstr(struct arena *a, struct span text)
{
	struct buf b = arena_buf(a, text.len + 1);

	buf_put(&b, text);
	buf_byte(&b, 0);
	return b.full || span_has(text, 0) ? NULL :
	    (const char *)arena_done(a, &b).ptr;
}

const char *
conf_string(const struct conf *conf, enum conf_key key)
{
	struct span text = conf_text(conf, key);

	return text.len == 0 ? NULL : conf_cstr(conf->arena, text);
}

static void
take_resolver(struct assay_resolver_conf *out, const struct conf *c)
{
	const char *anchor = conf_string(c, CONF_K_TRUST_ANCHOR);

	out->server = conf_string(c, CONF_K_RESOLVER);
	if (out->server != NULL && strcmp(out->server, "system") == 0)
		out->server = NULL;
	if (anchor != NULL && anchor[0] == '/')
		out->trust_anchor_file = anchor;
	else
		out->trust_anchor = anchor;
	out->question_ms = (unsigned)conf_number(c, CONF_K_QUESTION_TIMEOUT);
	out->total_ms = (unsigned)conf_number(c, CONF_K_TOTAL_TIMEOUT);
}

bool
conf_is_relay(const struct conf_net *relay, size_t n,
    const struct assay_addr *client)
{
	struct assay_addr plain = addr_unmap(client);

	for (size_t i = 0; plain.family != 0 && i < n; i++)
		if (conf_net_has(&relay[i], &plain))
			return true;
	return false;
}

bool
conf_judging(struct conf_judging *out, const struct conf *c)
{
	struct assay_options *o = &out->options;

	*out = (struct conf_judging){ .suffix_path = NULL };
	out->limits = (struct assay_limits){
		.memory_bytes = conf_number(c, CONF_K_MAX_MEMORY),
		.header_bytes = conf_number(c, CONF_K_MAX_HEADER),
		.header_fields = conf_number(c, CONF_K_MAX_FIELDS),
		.signatures = conf_number(c, CONF_K_MAX_SIGNATURES),
		.questions = conf_number(c, CONF_K_MAX_QUESTIONS) };
	take_resolver(&out->resolver, c);
	if (span_eq(conf_text(c, CONF_K_PROFILE), SPAN("rfc7489")))
		o->profile = ASSAY_RFC7489;
	o->trusted_sealer = conf_texts(c, CONF_K_TRUSTED_SEALER,
	    &o->n_trusted_sealer);
	o->trusted_authserv = conf_texts(c, CONF_K_TRUSTED_AUTHSERV,
	    &o->n_trusted_authserv);
	o->own_domain = conf_texts(c, CONF_K_OWN_DOMAIN, &o->n_own_domain);
	o->person = conf_texts(c, CONF_K_PROTECT_PERSON, &o->n_person);
	o->own_name = conf_texts(c, CONF_K_OWN_NAME, &o->n_own_name);
	o->protect_domain = conf_texts(c, CONF_K_PROTECT_DOMAIN,
	    &o->n_protect_domain);
	out->relay = conf_nets(c, CONF_K_TRUSTED_RELAY, &out->n_relay);
	out->suffix_path = conf_string(c, CONF_K_PUBLIC_SUFFIX_LIST);
	return !c->arena->failed;
}
