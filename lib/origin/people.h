/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people.h - names that others like to borrow: of persons whom recipients
 * obey, and of the organisation itself.
 *
 * A person is said as "Erika Mustermann", with addresses of hers that are
 * not ours as "Erika Mustermann <erika@home.example>".  The list is made
 * once and asked once for each message: a look-up by the longest word of a
 * name, whatever the number of people.
 */
#ifndef ORIGIN_PEOPLE_H
#define ORIGIN_PEOPLE_H

#include "origin/fold.h"
#include "wire/domain.h"

struct person {
	struct name_fold name;
	struct span shown;		/* as the operator wrote it          */
	const struct span *address;	/* lower case                        */
	size_t n_address;
};

struct people_key {
	uint64_t hash;
	uint32_t person;
};

struct people {
	struct person *person;
	size_t n;
	struct people_key *key;		/* by hash: two a person             */
	size_t n_key;
	size_t refused;			/* names that say too little: a word
					 * alone is anybody's                */
};

/* Into a.  False: no memory. */
bool people_make(struct people *out, const struct span *text, size_t n,
    struct arena *a);

enum likeness {
	LIKE_NOBODY = 0,
	LIKE_INITIALS,			/* "E. Mustermann"                   */
	LIKE_AMONG,			/* her name among other words        */
	LIKE_NAME			/* her name, and nothing else        */
};

/* Whose name it is, and how like; the best of all. */
enum likeness people_like(const struct person **out,
    const struct people *people, const struct name_fold *name);

/* The address is one that the operator gave for this person. */
bool person_owns(const struct person *p, struct span address);

#endif
