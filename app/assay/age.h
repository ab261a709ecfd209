/* SPDX-License-Identifier: Apache-2.0 */
/* age.h - the parts of cmd_age.c: what is known of domains, and its files. */
#ifndef ASSAY_AGE_H
#define ASSAY_AGE_H

#include "firstseen.h"
#include "name_list.h"
#include "origin/age.h"
#include "out.h"
#include "store_file.h"
#include "wire/domain.h"
#include "wire/suffix.h"

struct age {
	const struct args *args;
	const struct out *out;
	struct store_file file;		/* the configuration                 */
	struct arena arena;
	char dir[3000];
	uint32_t today;
	const struct suffixes *suffix;	/* NULL: the rule of thumb           */
	struct firstseen *seen;		/* NULL: there is none               */
	struct firstseen *registered;	/* what registries said; the same    */
	struct name_list *fresh, *known; /* NULL: there is none              */
};

/* Prints what is wrong and returns false. */
bool age_wrong(const struct age *a, const char *what);

/* Its files; of those two, write names that which is written, and is made if
 * need be; or NULL. */
bool age_open(struct age *a, const char *write);
void age_close(struct age *a);
bool age_path(const struct age *a, char *out, size_t size, const char *name);

/* The organizational domain of a word of the command line. */
bool age_domain(struct age *a, const char *word, struct domain *out);

/* Each returns an exit status. */
int age_import(struct age *a);
int age_note(struct age *a);
int age_show(struct age *a);
/* Asks registries about all words that nothing is known of. */
int age_ask(struct age *a);
/* ... about those that assayd met. */
int age_ask_wanted(struct age *a);

#endif
