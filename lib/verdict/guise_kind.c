/* SPDX-License-Identifier: Apache-2.0 */
/* guise_kind.c - findings of impersonation by the words of a policy. */
#include "verdict/policy.h"

const char *
guise_kind_name(enum guise_kind kind)
{
	switch (kind) {
	case GUISE_ANY: return NULL;
	case GUISE_PERSON: return "person";
	case GUISE_OWN_NAME: return "own-name";
	case GUISE_ADDRESS: return "address";
	case GUISE_REPLY_TO: return "reply-to";
	case GUISE_DISGUISE: return "disguise";
	case GUISE_LOOKALIKE: return "lookalike";
	}
	return NULL;
}

/* reply-to-other is left out: most mail that has it is honest. */
static const struct {
	enum assay_reason reason;
	enum guise_kind kind;
} kinds[] = {
	{ ASSAY_R_SHOWS_OTHER_ADDRESS, GUISE_ADDRESS },
	{ ASSAY_R_SHOWS_OWN_ADDRESS, GUISE_ADDRESS },
	{ ASSAY_R_SHOWS_SEVERAL, GUISE_ADDRESS },
	{ ASSAY_R_SHOWS_PERSON, GUISE_PERSON },
	{ ASSAY_R_SHOWS_PERSON_ROUGHLY, GUISE_PERSON },
	{ ASSAY_R_SHOWS_OWN_NAME, GUISE_OWN_NAME },
	{ ASSAY_R_ADDRESS_PUSHED_AWAY, GUISE_DISGUISE },
	{ ASSAY_R_NAME_HIDES_CHARACTERS, GUISE_DISGUISE },
	{ ASSAY_R_NAME_IN_DISGUISE, GUISE_DISGUISE },
	{ ASSAY_R_REPLY_TO_FREEMAIL, GUISE_REPLY_TO },
	{ ASSAY_R_REPLY_TO_LEAVES, GUISE_REPLY_TO },
	{ ASSAY_R_REPLY_TO_ALIKE, GUISE_LOOKALIKE },
	{ ASSAY_R_LOOKALIKE_AUTHOR, GUISE_LOOKALIKE },
	{ ASSAY_R_LOOKALIKE_LINK, GUISE_LOOKALIKE },
	{ ASSAY_R_LOOKALIKE_TEXT, GUISE_LOOKALIKE },
	{ ASSAY_R_LOOKALIKE_SHOWN, GUISE_LOOKALIKE },
	{ ASSAY_R_LOOKALIKE_SENDER, GUISE_LOOKALIKE },
	{ ASSAY_R_LOOKALIKE_SIGNER, GUISE_LOOKALIKE },
	{ ASSAY_R_REPLY_TO_SWITCHED, GUISE_REPLY_TO },
};

enum guise_kind
guise_kind_of(enum assay_reason reason)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].reason == reason)
			return kinds[i].kind;
	return GUISE_ANY;
}

bool
is_what(const struct run *r, enum assay_check check)
{
	return check == ASSAY_CHECK_CONTENT ||
	    (check == ASSAY_CHECK_AGE && r->out->age.level > 0);
}
