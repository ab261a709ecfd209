/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon_sign.c - domain and arc-seal: who signs, with what, for whom.
 *
 *	domain "example.org" {
 *		sign rsa s2026 /etc/assay/keys/s2026.pem
 *		sign ed25519 e2026 /etc/assay/keys/e2026.pem
 *		subdomains yes
 *	}
 */
#include "daemon_make.h"

#include "base/limits.h"
#include "conf_lex.h"
#include "conf_value.h"
#include "wire/day.h"

struct block {
	struct making *m;
	struct daemon_signer *s;
	struct daemon_key *key;		/* of all blocks, growing */
	bool seal;
	struct words w;
};

static bool
wrong(struct block *b, const char *what)
{
	return making_wrong(b->m, b->w.line, what, NULL);
}

/* ---- sign ALGORITHM SELECTOR FILE [from DAY] [until DAY] ----------------- */

static bool
key_days(struct block *b, struct daemon_key *k)
{
	static const char *const known[] = { "from", "until" };

	while (b->w.at < b->w.n) {
		struct span word = words_next(&b->w);
		size_t which = word_among(word, known, 2);
		int64_t day;

		if (which == 2)
			return making_unknown(b->m, b->w.line,
			    "option of sign", word, known, 2);
		if (!day_parse(&day, words_next(&b->w)))
			return wrong(b, "a day is written YYYY-MM-DD");
		if (which == 0)
			k->from = day;
		else
			k->until = day + DAY_SECONDS;
	}
	return k->until == 0 || k->from < k->until ||
	    wrong(b, "this key ends before it begins");
}

static bool
sign(struct block *b)
{
	static const char *const known[] = { "rsa", "ed25519" };
	struct daemon_key *k = &b->key[b->m->d->n_key];
	struct span word = words_next(&b->w), selector = words_next(&b->w);
	struct span path = words_next(&b->w);

	if (b->s->n_key == DAEMON_SIGN_KEYS)
		return wrong(b, "too many keys in one block");
	*k = (struct daemon_key){ .algorithm = SIGN_RSA, .seal = b->seal,
		.domain = b->s->domain, .line = b->w.line };
	if (word_among(word, known, 2) == 2)
		return making_unknown(b->m, b->w.line, "algorithm", word,
		    known, 2);
	if (span_eq(word, SPAN("ed25519")))
		k->algorithm = SIGN_ED25519;
	if (!domain_parse(&k->selector, selector, false, b->m->a))
		return wrong(b, "after the algorithm: the selector, which "
		    "is the part of a domain name");
	if (span_at(path, 0) != '/')
		return wrong(b, "after the selector: the file of the "
		    "private key, whose path starts with /");
	k->path = conf_cstr(b->m->a, path);
	if (!key_days(b, k))
		return false;
	b->m->d->n_key++;
	b->s->n_key++;
	return true;
}

/* ---- the other statements ------------------------------------------------ */

static bool
yes_no(struct block *b, bool *out)
{
	struct span word = words_next(&b->w);

	*out = span_eq(word, SPAN("yes"));
	return *out || span_eq(word, SPAN("no")) ||
	    wrong(b, "this is yes or no");
}

static bool
subdomains(struct block *b)
{
	return yes_no(b, &b->s->subdomains);
}

static bool
timestamp(struct block *b)
{
	return yes_no(b, &b->s->timestamp);
}

static bool
is_field_name(struct span s)
{
	return s.len <= LIMIT_LABEL && assay_field_signable(s);
}

static bool
names(struct block *b, const struct span **out, size_t *n)
{
	size_t first = b->w.at;

	while (b->w.at < b->w.n)
		if (!is_field_name(words_next(&b->w)))
			return wrong(b, "this is no name of a header field "
			    "that can be signed");
	*out = &b->w.word[first];
	*n = b->w.n - first;
	return *n > 0 || wrong(b, "a value is missing");
}

static bool
headers(struct block *b)
{
	return names(b, &b->s->header, &b->s->n_header);
}

static bool
oversign(struct block *b)
{
	return names(b, &b->s->oversign, &b->s->n_oversign);
}

static bool
canonicalization(struct block *b)
{
	struct span body = words_next(&b->w), head = span_cut(&body, '/');

	b->s->header_simple = span_eq(head, SPAN("simple"));
	/* RFC 6376 3.5, c=: without a second part the body is simple */
	b->s->body_simple = span_eq(body, SPAN("simple"));
	return ((b->s->header_simple || span_eq(head, SPAN("relaxed"))) &&
	    (b->s->body_simple || span_eq(body, SPAN("relaxed")))) ||
	    wrong(b, "this is relaxed/relaxed, relaxed/simple, "
	    "simple/relaxed or simple/simple");
}

static bool
expire(struct block *b)
{
	uint64_t ms;

	if (!conf_amount(CONF_TIME, words_next(&b->w), &ms))
		return wrong(b, "a time is a number with ms, s, m, h or d");
	/* shorter than mail may be under way, RFC 5321 4.5.4.1 */
	if (ms < 3600000 || ms > 365 * UINT64_C(86400000))
		return wrong(b, "this is out of range: 1h to 365d");
	b->s->expire_s = (uint32_t)(ms / 1000);
	return true;
}

static bool
users(struct block *b)
{
	size_t first = b->w.at;
	struct span word = words_next(&b->w);

	b->s->any_user = span_eq(word, SPAN("any"));
	if (word.len == 0)
		return wrong(b, "a value is missing");
	if (b->s->any_user || span_eq(word, SPAN("none")))
		return true;
	b->w.at = b->w.n;
	b->s->user = &b->w.word[first];
	b->s->n_user = b->w.n - first;
	return true;
}

static bool
networks(struct block *b)
{
	size_t n = b->w.n - b->w.at;
	struct conf_net *net = arena_array(b->m->a, n, sizeof(*net));
	struct span word = words_next(&b->w);

	b->s->any_local = span_eq(word, SPAN("any"));
	if (n == 0)
		return wrong(b, "a value is missing");
	if (b->s->any_local || span_eq(word, SPAN("none")))
		return true;
	for (size_t i = 0; net != NULL && i < n; i++) {
		if (!conf_net(&net[i], word))
			return wrong(b, "this is no ADDR or ADDR/BITS");
		word = words_next(&b->w);
	}
	b->s->network = net;
	b->s->n_network = net == NULL ? 0 : n;
	return true;
}

static const char *const statements[] = { "sign", "headers", "oversign",
	"canonicalization", "timestamp", "expire", "subdomains", "users",
	"networks" };
static bool (*const takers[])(struct block *) = { sign, headers, oversign,
	canonicalization, timestamp, expire, subdomains, users, networks };
enum { STATEMENTS = sizeof(takers) / sizeof(takers[0]), OF_SEAL = 5 };

/* ---- blocks -------------------------------------------------------------- */

static void
statement(struct block *b)
{
	size_t known = b->seal ? OF_SEAL : STATEMENTS;
	struct span word = words_next(&b->w);
	size_t which = word_among(word, statements, known);

	if (which == known) {
		making_unknown(b->m, b->w.line, b->seal ? "statement of "
		    "arc-seal" : "statement of domain", word, statements,
		    known);
		return;
	}
	if (takers[which](b) && b->w.at < b->w.n)
		wrong(b, "there is more on the line than belongs there");
}

static bool
signer(struct making *m, struct daemon_signer *s, struct daemon_key *key,
    const struct conf_item *item, bool seal)
{
	struct block b = { .m = m, .s = s, .key = key, .seal = seal };
	struct conf_lex x = conf_block(item->text, item->line, m->a);
	struct conf_line line;

	*s = (struct daemon_signer){ .key = m->d->n_key, .timestamp = true,
		.any_user = true, .any_local = true, .line = item->line };
	if (!domain_parse(&s->domain, item->name, false, m->a))
		return making_wrong(m, item->line, "the name of the block is "
		    "no domain name", NULL);
	for (;;) {
		if (conf_block_next(&x, &line)) {
			b.w = (struct words){ line.word, line.n, 0,
				line.line };
			statement(&b);
		} else if (x.wrong != NULL) {
			making_wrong(m, line.line, x.wrong, NULL);
		} else {
			break;
		}
	}
	if (s->n_key == 0 && m->ok)
		making_wrong(m, item->line, "the block signs nothing: sign "
		    "rsa|ed25519 SELECTOR FILE is missing", NULL);
	return true;
}

static size_t
count_keys(const struct conf *c)
{
	return DAEMON_SIGN_KEYS * (conf_items(c, CONF_K_DOMAIN) +
	    conf_items(c, CONF_K_ARC_SEAL)) + 1;
}

static void
once(struct making *m, const struct daemon_signer *s, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		if (domain_eq(s[i].domain, s[n - 1].domain))
			making_wrong(m, s[n - 1].line, "there are two blocks "
			    "for this domain", NULL);
}

void
making_signers(struct making *m)
{
	const struct conf_item *item = m->c->first[CONF_K_DOMAIN];
	size_t room = conf_items(m->c, CONF_K_DOMAIN), n = 0;
	struct daemon_signer *s = arena_array(m->a, room + 1, sizeof(*s));
	struct daemon_key *key = arena_array(m->a, count_keys(m->c),
	    sizeof(*key));

	if (s == NULL || key == NULL)
		return;
	for (; item != NULL; item = item->next)
		if (signer(m, &s[n], key, item, false))
			once(m, s, ++n);
	item = m->c->first[CONF_K_ARC_SEAL];
	if (item != NULL && signer(m, &s[room], key, item, true))
		m->d->seal = &s[room];
	m->d->signer = s;
	m->d->n_signer = n;
	m->d->key = key;
}
