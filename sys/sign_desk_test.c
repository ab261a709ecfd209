/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hostile eval against the desk: every request wrong and out of turn.
 * What it gets is what front allowed, as often as that may be, and nothing
 * else (DECISIONS 16).
 */
#include "sign_desk.h"

#include <stdlib.h>

#include "test/sign.h"
#include "test/t.h"

#define CONF "authserv-id mx.example.org\n" \
    "listen milter unix:/run/assay/milter.sock\n" \
    "listen milter unix:/run/assay/own.sock own\n" \
    "resolver 127.0.0.1\nlocal-network 10.0.0.0/8\n" \
    "domain \"example.org\" {\n" \
    "  sign rsa s1 /k/0\n" \
    "  sign ed25519 e1 /k/1\n" \
    "  sign rsa old /k/2 until 2026-06-30\n}\n" \
    "domain \"other.example\" { sign rsa s1 /k/3\n" \
    "  users bob; networks 10.1.0.0/16 }\n" \
    "domain \"third.example\" { sign rsa s1 /k/4 }\n" \
    "arc-seal \"seal.example\" { sign rsa a1 /k/5 }\n"

enum { NOW = 1782000000, LATER = 1783000000 };	/* June, July 2026 */

static struct conf conf;
static struct daemon_conf daemon;
static struct sign_desk *desk;
static const uint8_t digest[33] = "thirty-two octets, for a hash....";

static void
tell(void *ctx, unsigned line, const char *what, const char *near)
{
	(void)ctx;
	printf("# line %u: %s (%s)\n", line, what, near == NULL ? "" : near);
}

static void
set_up(void)
{
	const char *why = "";
	struct span rsa = assay_cstr(sign_file(SIGN_RSA_1024));
	struct span ed = assay_cstr(sign_file(SIGN_ED25519_RFC8463));

	if (!conf_parse(&conf, SPAN(CONF), tell, NULL) ||
	    !daemon_conf_make(&daemon, &conf, true, tell, NULL))
		abort();
	desk = sign_desk_new(&daemon, 16);
	T_INT(daemon.n_key, 6, "six keys");
	for (size_t i = 0; i < 6; i++)
		if (i != 4)
			T_OK(sign_desk_key(desk, i, i == 1 ? ed : rsa, &why),
			    "key");
	T_OK(!sign_desk_key(desk, 4, ed, &why), "the wrong kind");
	T_SPAN(assay_cstr(why), SPAN("it is an Ed25519 key, and sign says "
	    "rsa"), "says which");
	T_OK(!sign_desk_key(desk, 4, SPAN("no key"), &why), "no key");
	T_OK(!sign_desk_key(desk, 6, rsa, &why), "no such number");
	T_OK(!sign_desk_key(desk, 0, rsa, &why), "not twice");
}

static void
open_mail(uint64_t id, bool own, const char *user, uint8_t second)
{
	const uint8_t client[17] = { 4, 10, second, 0, 1 };

	sign_desk_open(desk, &(struct msg_open){ .id = id, .own = own,
	    .client = { client, 17 }, .auth_user = assay_cstr(user) });
}

static enum sign_status
ask(uint64_t id, unsigned key, const char *domain, int64_t now)
{
	uint8_t room[ASSAY_SIGNATURE_MAX];
	struct buf out = BUF_ON(room);
	enum sign_status st = sign_desk_sign(desk, &(struct msg_sign){
	    .id = id, .key = (uint16_t)key, .domain = assay_cstr(domain),
	    .digest = { digest, 32 } }, now, &out);

	T_OK((out.len > 0) == (st == SIGN_DONE), "a signature if it is done");
	return st;
}

static void
out_of_turn(void)
{
	T_INT(ask(7, 0, "example.org", NOW), SIGN_NO_SESSION,
	    "before it is open");
	open_mail(7, true, "alice", 0);
	T_INT(ask(8, 0, "example.org", NOW), SIGN_NO_SESSION, "another id");
	T_INT(ask(0, 0, "example.org", NOW), SIGN_NO_SESSION, "id 0");
	T_INT(ask(7, 0, "example.org", NOW), SIGN_DONE, "the first key");
	T_INT(ask(7, 1, "example.org", NOW), SIGN_DONE, "the second key");
	T_INT(ask(7, 0, "example.org", NOW), SIGN_SPENT, "once each");
	open_mail(7, true, "alice", 0);
	T_INT(ask(7, 1, "example.org", NOW), SIGN_SPENT,
	    "opened again, it stays spent");
	T_INT(ask(7, 3, "other.example", NOW), SIGN_NOT_ALLOWED,
	    "another's domain");
	T_INT(ask(7, 2, "example.org", LATER), SIGN_NOT_NOW, "an old key");
	sign_desk_close(desk, 7);
	T_INT(ask(7, 2, "example.org", NOW), SIGN_NO_SESSION,
	    "after it is closed");
	sign_desk_close(desk, 7);
	sign_desk_close(desk, 0);
	sign_desk_close(desk, 99);
}

static void
wrong(void)
{
	uint8_t room[ASSAY_SIGNATURE_MAX], little[10];
	struct buf out = BUF_ON(room), small = BUF_ON(little);
	struct msg_sign m = { .id = 20, .domain = SPAN("example.org") };

	open_mail(20, true, NULL, 0);
	for (size_t n = 0; n <= 33; n++) {
		m.digest = (struct span){ digest, n };
		if (n != 32)
			T_INT(sign_desk_sign(desk, &m, NOW, &out),
			    SIGN_MALFORMED, "not 32 octets");
	}
	T_INT(ask(20, 6, "example.org", NOW), SIGN_NO_KEY, "no such key");
	T_INT(ask(20, 65535, "example.org", NOW), SIGN_NO_KEY, "nor that");
	T_INT(ask(20, 4, "third.example", NOW), SIGN_NO_KEY,
	    "one that was refused");
	T_INT(ask(20, 0, "other.example", NOW), SIGN_MALFORMED,
	    "the key of another domain");
	T_INT(ask(20, 0, "", NOW), SIGN_MALFORMED, "no domain");
	T_INT(ask(20, 0, NULL, NOW), SIGN_MALFORMED, "none at all");
	m.digest = (struct span){ digest, 32 };
	T_INT(sign_desk_sign(desk, &m, NOW, &small), SIGN_FAILED, "no room");
	T_INT(small.len, 0, "nothing half-said");
}

static void
who_may(void)
{
	static const struct {
		const char *label, *user;
		bool own;
		uint8_t net;
		unsigned key;
		const char *domain;
		enum sign_status want;
	} rows[] = {
		{ "from outside", NULL, false, 200, 0, "example.org",
		    SIGN_NOT_ALLOWED },
		{ "eval says own, front does not", "alice", false, 0, 0,
		    "example.org", SIGN_NOT_ALLOWED },
		{ "local", NULL, true, 0, 0, "example.org", SIGN_DONE },
		{ "the user", "bob", true, 0, 3, "other.example", SIGN_DONE },
		{ "another user", "mallory", true, 0, 3, "other.example",
		    SIGN_NOT_ALLOWED },
		{ "another user, in the network", "mallory", true, 1, 3,
		    "other.example", SIGN_NOT_ALLOWED },
		{ "the network", NULL, true, 1, 3, "other.example",
		    SIGN_DONE },
		{ "another network", NULL, true, 2, 3, "other.example",
		    SIGN_NOT_ALLOWED },
		{ "a seal for outside", NULL, false, 200, 5, "seal.example",
		    SIGN_DONE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_mail(100 + i, rows[i].own, rows[i].user, rows[i].net);
		T_INT(ask(100 + i, rows[i].key, rows[i].domain, NOW),
		    rows[i].want, rows[i].label);
		sign_desk_close(desk, 100 + i);
	}
}

static void
bounds(void)
{
	char name[300];
	uint64_t i;

	open_mail(200, false, NULL, 200);
	T_INT(ask(200, 5, "seal.example", NOW), SIGN_DONE, "the message");
	T_INT(ask(200, 5, "seal.example", NOW), SIGN_DONE, "the seal");
	T_INT(ask(200, 5, "seal.example", NOW), SIGN_SPENT, "no more");
	open_mail(201, true, "bob", 0);
	T_INT(ask(201, 3, "other.example", NOW), SIGN_DONE, "one domain");
	T_INT(ask(201, 0, "example.org", NOW), SIGN_SPENT,
	    "a message has one author");
	memset(name, 'b', sizeof(name));
	sign_desk_open(desk, &(struct msg_open){ .id = 202, .own = 1,
	    .auth_user = { (uint8_t *)name, sizeof(name) } });
	T_INT(ask(202, 0, "example.org", NOW), SIGN_NOT_ALLOWED,
	    "a login name beyond all bounds");
	for (i = 300; i < 400; i++)
		open_mail(i, true, NULL, 0);
	T_INT(ask(399, 0, "example.org", NOW), SIGN_DONE, "the newest");
	T_INT(ask(300, 0, "example.org", NOW), SIGN_NO_SESSION,
	    "the oldest made room");
	sign_desk_close_all(desk);
	T_INT(ask(399, 1, "example.org", NOW), SIGN_NO_SESSION,
	    "front has died");
}

int
main(void)
{
	set_up();
	out_of_turn();
	wrong();
	who_may();
	bounds();
	for (enum sign_status s = SIGN_DONE; s <= SIGN_FAILED; s++)
		T_OK(sign_status_text(s)[0] != '\0', "has words");
	sign_desk_free(desk);
	sign_desk_free(NULL);
	daemon_conf_free(&daemon);
	conf_free(&conf);
	return t_done();
}
