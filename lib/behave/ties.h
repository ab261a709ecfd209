/* SPDX-License-Identifier: Apache-2.0 */
/* ties.h - what is known of somebody who is not: see contact.h. */
#ifndef BEHAVE_TIES_H
#define BEHAVE_TIES_H

#include <stdbool.h>
#include <stdint.h>

enum tie {
#define T(id, name, drawn) TIE_##id,
#define P(tie, id, alone, words)
#include "behave/ties.def"
#undef P
#undef T
	N_TIE
};

enum tie_place {
#define T(id, name, drawn)
#define P(tie, id, alone, words) TIE_##tie##_##id,
#include "behave/ties.def"
#undef P
#undef T
	N_PLACE
};

enum { CONTACT_ODD = 3 };		/* habits that are told              */

/* One habit of strangers that this one does not have. */
struct contact_odd {
	uint8_t row;
	float bits, seen, total;	/* seen so often of so many          */
};

/* What scoring one message needs; of somebody who is known, nothing. */
struct contact_view {
	bool cold;
	uint8_t class;
	uint8_t place[N_TIE];		/* tie_place, by tie                 */
	float own[N_TIE], drawn[N_TIE];	/* first contacts in this place      */
	float own_all, drawn_all[N_TIE];
	float habits;			/* bits, of all habits               */
	struct contact_odd odd[CONTACT_ODD];
	/* for words */
	uint16_t domain_day, name_day;
	float domain_senders, name_letters;
};

#endif
