/* SPDX-License-Identifier: Apache-2.0 */
/* own_hook.h - what is told of an account of ours to a webhook. */
#ifndef ASSAYD_OWN_HOOK_H
#define ASSAYD_OWN_HOOK_H

#include "accounts.h"

enum {
	OWN_HOOK_NAME = 33,
	OWN_HOOK_BODY = 6 * (ACCOUNTS_NAME + OWN_WORDS) + 300	/* \u00XX   */
};

/* By which an episode is known again, however often it is told. */
void own_hook_name(char out[OWN_HOOK_NAME], const struct accounts_notice *n,
    const uint8_t key[ACCOUNTS_KEY]);
void own_hook(struct buf *out, const struct accounts_notice *n,
    const char *name);

#endif
