/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.h - the configuration file, assay.conf(5).
 *
 * One statement a line, blocks in braces, # comments; conf.def is the list
 * of statements.  A mistake is told with its line and the nearest word that
 * would have been right, and reading goes on, so that one run shows all.
 */
#ifndef SYS_CONF_H
#define SYS_CONF_H

#include "base/arena.h"

enum conf_type {
	CONF_NAME,	/* an authserv-id: a token without white space   */
	CONF_DOMAIN,	/* a domain name                                 */
	CONF_RESOLVER,	/* system, recursive, ADDR[:PORT]                */
	CONF_TEXT,	/* anything                                      */
	CONF_PERSON,	/* a first and a last name, addresses behind it  */
	CONF_PATH,	/* an absolute path                              */
	CONF_PROFILE,	/* rfc9989, rfc7489                              */
	CONF_NET,	/* ADDR[/BITS]                                   */
	CONF_CHOICE,	/* one of its values "a | b"; kept as its number */
	CONF_WORDLIST,	/* words, for whoever understands them           */
	CONF_TIME,	/* 500ms, 5s, 2m, 1h, 7d; as milliseconds        */
	CONF_SIZE,	/* 4096, 64K, 16M, 1G; kept as bytes             */
	CONF_NUMBER,
	CONF_BLOCK	/* "name" { text }                               */
};

enum conf_key {
#define X(ID, name, type, many, min, max, dflt, reload, values, help) \
	CONF_K_##ID,
#include "conf.def"
#undef X
	CONF_KEYS
};

struct conf_entry {
	const char *name;
	enum conf_type type;
	bool many, reload;
	uint64_t min, max;
	const char *dflt, *values, *help;
};

extern const struct conf_entry conf_table[CONF_KEYS];

/* One value as it was said. */
struct conf_item {
	struct span text;		/* of a block: what is between { }   */
	struct span name;		/* of a block                        */
	const struct span *word;	/* of WORDLIST; others: NULL         */
	size_t n_word;
	uint64_t number;		/* of TIME, SIZE, NUMBER, CHOICE     */
	unsigned line;
	struct conf_item *next;
};

/* Lives until conf_free(). */
struct conf {
	struct arena *arena;
	struct conf_item *first[CONF_KEYS];	/* NULL: not said */
	unsigned mistakes;
};

/* what: a sentence without full stop; near: the word that was meant, or
 * NULL. */
typedef void conf_complain_fn(void *ctx, unsigned line, const char *what,
    const char *near);

/* False: mistakes were told.  out is to be freed in either case. */
bool conf_parse(struct conf *out, struct span text,
    conf_complain_fn *complain, void *ctx);
void conf_free(struct conf *conf);

/* -1: no such statement. */
int conf_find(struct span name);

/* The value or the default of a number or a choice. */
uint64_t conf_number(const struct conf *conf, enum conf_key key);

/* The value or the default as text; "" when there is none. */
struct span conf_text(const struct conf *conf, enum conf_key key);

/* A network, read from ADDR[/BITS]. */
struct conf_net { struct assay_addr addr; unsigned bits; };
bool conf_net(struct conf_net *out, struct span text);
bool conf_net_has(const struct conf_net *net, const struct assay_addr *a);

/* The first statement on which a and b differ and that may not change while
 * a service runs; NULL: none. */
const char *conf_fixed_change(const struct conf *a, const struct conf *b);

/* Writes the whole configuration as it would have to be written, defaults
 * as comments: parsing it again gives the same. */
struct span conf_print(const struct conf *conf, struct arena *a);

#endif
