/* SPDX-License-Identifier: Apache-2.0 */
/* daemon_make.h - inside of daemon_conf: how statements are taken. */
#ifndef SYS_DAEMON_MAKE_H
#define SYS_DAEMON_MAKE_H

#include "daemon_conf.h"

struct making {
	struct daemon_conf *d;
	const struct conf *c;
	struct arena *a;
	conf_complain_fn *complain;
	void *ctx;
	bool ok;
};

/* Tells it and returns false. */
bool making_wrong(struct making *m, unsigned line, const char *what,
    const char *near);
/* "there is no WHAT 'WORD'", with the nearest of the known. */
bool making_unknown(struct making *m, unsigned line, const char *what,
    struct span word, const char *const *known, size_t n);

/* The words of a statement, taken one by one. */
struct words {
	const struct span *word;
	size_t n, at;
	unsigned line;
};
struct words words_of(const struct conf_item *item);
/* The next one; absent: there is none. */
struct span words_next(struct words *w);
bool words_accept(struct words *w, const char *word);

/* Which of the words this is; n: none. */
size_t word_among(struct span word, const char *const *known, size_t n);

/* Where the statement stands; 1: nowhere. */
unsigned making_line(const struct making *m, enum conf_key key);
size_t conf_items(const struct conf *c, enum conf_key key);

void making_listeners(struct making *m);
void making_signers(struct making *m);
void making_policies(struct making *m);
void making_reports(struct making *m);
/* After the signers. */
void making_outbound(struct making *m);
void making_alerts(struct making *m);
void making_behaviour(struct making *m);
void making_own(struct making *m);
void making_ladder(struct making *m);

/* Printable ASCII, at most 200 of it: what goes into replies and mails. */
bool making_plain(struct span text);

#endif
