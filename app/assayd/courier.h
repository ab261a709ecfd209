/* SPDX-License-Identifier: Apache-2.0 */
/*
 * courier.h - the inside of the role courier: p_courier.c (messages, where a
 * report may go), courier_post.c (one mail to the relay), courier_hook.c (one
 * body to the webhook).
 */
#ifndef ASSAYD_COURIER_H
#define ASSAYD_COURIER_H

#include "base/arena.h"
#include "base/limits.h"
#include "role.h"
#include "wire/smtp.h"

enum {
	ROUTES = 16,		/* asked for side by side: DNS is slow       */
	POSTS = 4,		/* mails on their way: the relay is near     */
	POST_PIECE = 16 << 10	/* octets of a mail at a time                */
};

struct courier;

struct post {
	struct courier *courier;
	bool used, told;
	uint64_t id, left;		/* octets of the file not read yet   */
	int file;
	struct watch watch;		/* of the connection                 */
	bool watched, connecting, body;
	struct timer timer;
	struct smtp_dialog dialog;
	struct smtp_stuffing stuffing;
	uint8_t from[LIMIT_SMTP_COMMAND / 2], to[LIMIT_SMTP_COMMAND / 2];
	uint8_t piece[POST_PIECE];	/* of the file                       */
	size_t piece_at, piece_len;
	uint8_t out[2 * POST_PIECE];	/* to the relay                      */
	size_t out_at, out_len;
};

struct route;
struct hook;

struct courier {
	struct role *role;
	struct bus *store, *resolve;
	struct arena scratch;		/* of one answer                     */
	struct route *route[ROUTES];
	struct post *post[POSTS];
	struct hook *hook;		/* NULL: there is no webhook         */
};

/* Takes the file.  What becomes of it is told to store. */
void post_begin(struct courier *c, const struct msg_post *m, int file);
/* How many are on their way. */
size_t posts_open(const struct courier *c);
/* courier_hook.c, before the walls.  False: no memory. */
bool hook_start(struct courier *c);
/* What becomes of it is told to store. */
void hook_begin(struct courier *c, const struct msg_hook *m);
/* False: these are not for it. */
bool hook_answers(struct courier *c, const struct msg_answers *m);
void hook_peer(struct courier *c, enum role_kind died);
bool hook_open(const struct courier *c);
/* One has ended: p_courier.c. */
void courier_post_ended(struct courier *c);

#endif
