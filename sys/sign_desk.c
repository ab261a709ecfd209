/* SPDX-License-Identifier: Apache-2.0 */
#include "sign_desk.h"

#include <stdlib.h>
#include <string.h>

enum {
	WAYS = 8,		/* places where an id may be found           */
	USER_ROOM = 256,	/* octets of a login name; RFC 4954 has no
				 * limit, addresses have 254                 */
	SEALS = 2		/* signatures of a set: AMS and AS           */
};

struct session {
	uint64_t id;		/* 0: free                                   */
	uint64_t born;		/* a counter: the oldest makes room          */
	struct daemon_party party;
	bool own, unusable;
	size_t signer;		/* of conf, the one it has used, or n_signer */
	uint8_t used[DAEMON_SIGN_KEYS];		/* of its keys: how often    */
	uint8_t sealed[DAEMON_SIGN_KEYS];	/* of those of arc-seal      */
	uint8_t user[USER_ROOM];
};

struct sign_desk {
	const struct daemon_conf *conf;
	struct assay_key **key;
	struct session *session;
	size_t mask;		/* of sessions, a power of two, less one     */
	uint64_t born;
};

const char *
sign_status_text(enum sign_status s)
{
	switch (s) {
	case SIGN_DONE:
		return "signed";
	case SIGN_NO_SESSION:
		return "the message is not known to be in work";
	case SIGN_NO_KEY:
		return "there is no such key here";
	case SIGN_NOT_NOW:
		return "the key is not in its time";
	case SIGN_NOT_ALLOWED:
		return "this session may not use the domain";
	case SIGN_SPENT:
		return "the message was signed as often as it may be";
	case SIGN_MALFORMED:
		return "the request makes no sense";
	case SIGN_FAILED:
		return "the crypto library failed";
	}
	return "";
}

struct sign_desk *
sign_desk_new(const struct daemon_conf *conf, size_t sessions)
{
	struct sign_desk *d = calloc(1, sizeof(*d));
	size_t n = WAYS;

	while (n < sessions && n < SIZE_MAX / 2 / sizeof(struct session))
		n *= 2;
	if (d == NULL)
		return NULL;
	d->conf = conf;
	d->mask = n - 1;
	d->session = calloc(n, sizeof(*d->session));
	d->key = calloc(conf->n_key + 1, sizeof(struct assay_key *));
	if (d->session == NULL || d->key == NULL) {
		sign_desk_free(d);
		return NULL;
	}
	return d;
}

void
sign_desk_free(struct sign_desk *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; d->key != NULL && i < d->conf->n_key; i++)
		assay_key_free(d->key[i]);
	free(d->key);
	free(d->session);
	free(d);
}

/* ---- keys ---------------------------------------------------------------- */

/* The first signature loads what the crypto library needs: before the wall,
 * not behind it. */
static bool
tries(const struct assay_key *key)
{
	static const uint8_t digest[32] = "nothing that anybody would send";
	uint8_t room[ASSAY_SIGNATURE_MAX];

	return assay_key_sign(key, digest, room, sizeof(room)) > 0;
}

bool
sign_desk_key(struct sign_desk *d, size_t number, struct span file,
    const char **why)
{
	struct assay_key *key;
	bool rsa;

	*why = "there is no such key";
	if (number >= d->conf->n_key || d->key[number] != NULL ||
	    assay_key_read(&key, file, why) != ASSAY_OK)
		return false;
	rsa = d->conf->key[number].algorithm == SIGN_RSA;
	*why = rsa ? "it is an Ed25519 key, and sign says rsa" :
	    "it is an RSA key, and sign says ed25519";
	if (rsa == (assay_key_algorithm(key) == ASSAY_RSA_SHA256)) {
		*why = "it does not sign";
		if (tries(key)) {
			d->key[number] = key;
			return true;
		}
	}
	assay_key_free(key);
	return false;
}

/* ---- sessions ------------------------------------------------------------ */

static struct session *
place(const struct sign_desk *d, uint64_t id, size_t way)
{
	return &d->session[((size_t)id + way) & d->mask];
}

static struct session *
find(const struct sign_desk *d, uint64_t id)
{
	for (size_t i = 0; i < WAYS && id != 0; i++)
		if (place(d, id, i)->id == id)
			return place(d, id, i);
	return NULL;
}

/* A free place, or that of the oldest. */
static struct session *
make_room(const struct sign_desk *d, uint64_t id)
{
	struct session *best = place(d, id, 0);

	for (size_t i = 0; i < WAYS; i++) {
		struct session *s = place(d, id, i);

		if (s->id == 0)
			return s;
		if (s->born < best->born)
			best = s;
	}
	return best;
}

void
sign_desk_open(struct sign_desk *d, const struct msg_open *m)
{
	struct session *s = find(d, m->id);

	/* twice the same id: whatever was used stays used */
	if (m->id == 0 || s != NULL)
		return;
	s = make_room(d, m->id);
	memset(s, 0, sizeof(*s));
	s->id = m->id;
	s->born = ++d->born;
	s->own = m->own == 1;
	s->signer = d->conf->n_signer;
	s->unusable = m->auth_user.len > USER_ROOM;
	if (!s->unusable && m->auth_user.len > 0) {
		memcpy(s->user, m->auth_user.ptr, m->auth_user.len);
		s->party.user = (struct span){ s->user, m->auth_user.len };
	}
	s->party.listener = m->listener;
	s->party.client = bus_client(m->client);
}

void
sign_desk_close(struct sign_desk *d, uint64_t id)
{
	struct session *s = find(d, id);

	if (s != NULL)
		memset(s, 0, sizeof(*s));
}

void
sign_desk_close_all(struct sign_desk *d)
{
	memset(d->session, 0, (d->mask + 1) * sizeof(*d->session));
}

/* ---- rules --------------------------------------------------------------- */

/* Whose key it is: an index into conf->signer, n_signer for none. */
static size_t
owner_of(const struct daemon_conf *c, size_t key)
{
	size_t i = 0;

	while (i < c->n_signer && !(key >= c->signer[i].key &&
	    key < c->signer[i].key + c->signer[i].n_key))
		i++;
	return i;
}

static enum sign_status
may_seal(const struct sign_desk *d, struct session *s, size_t key)
{
	const struct daemon_signer *seal = d->conf->seal;
	size_t i;

	if (seal == NULL || key < seal->key || key >= seal->key +
	    seal->n_key)
		return SIGN_NOT_ALLOWED;
	i = key - seal->key;
	if (s->sealed[i] >= SEALS)
		return SIGN_SPENT;
	s->sealed[i]++;
	return SIGN_DONE;
}

static enum sign_status
may_sign(const struct sign_desk *d, struct session *s, size_t key)
{
	const struct daemon_conf *c = d->conf;
	size_t owner = owner_of(c, key), i;

	if (owner == c->n_signer || !s->own || s->unusable ||
	    !daemon_may_sign(c, &c->signer[owner], &s->party))
		return SIGN_NOT_ALLOWED;
	/* a message has one author, so one domain signs it */
	if (s->signer != c->n_signer && s->signer != owner)
		return SIGN_SPENT;
	i = key - c->signer[owner].key;
	if (s->used[i] > 0)
		return SIGN_SPENT;
	s->signer = owner;
	s->used[i]++;
	return SIGN_DONE;
}

enum sign_status
sign_desk_sign(struct sign_desk *d, const struct msg_sign *m, int64_t now,
    struct buf *out)
{
	const struct daemon_conf *c = d->conf;
	struct session *s = find(d, m->id);
	enum sign_status st;
	size_t n;

	if (m->digest.len != 32)
		return SIGN_MALFORMED;
	if (s == NULL)
		return SIGN_NO_SESSION;
	if (m->key >= c->n_key || d->key[m->key] == NULL)
		return SIGN_NO_KEY;
	if (!span_eq(m->domain, c->key[m->key].domain.name))
		return SIGN_MALFORMED;
	if (!daemon_key_valid(&c->key[m->key], now))
		return SIGN_NOT_NOW;
	st = c->key[m->key].seal ? may_seal(d, s, m->key) :
	    may_sign(d, s, m->key);
	if (st != SIGN_DONE)
		return st;
	n = assay_key_sign(d->key[m->key], m->digest.ptr, out->ptr + out->len,
	    out->cap - out->len);
	out->len += n;
	return n > 0 ? SIGN_DONE : SIGN_FAILED;
}
