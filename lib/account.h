/* SPDX-License-Identifier: Apache-2.0 */
/* account.h - own accounts, for the glue: account.c. */
#ifndef LIB_ACCOUNT_H
#define LIB_ACCOUNT_H

#include "eval.h"

/* facts.account, of a message of ours whose content was read.  False: nobody
 * logged in, or it could not be read. */
bool eval_account(struct assay_eval *ev, const struct content_in *in,
    const struct content *c, const struct assay_reading *what);

/* The same message as one of the sender that the account is; and the address
 * that those know him by who get it, or absent. */
struct traits;
struct span account_traits(struct assay_eval *ev, struct traits *t,
    struct span user);

/* What erases a person: the hash of who logs in, and of whom he writes as. */
uint64_t account_login(const uint8_t key[16], struct span login);
uint32_t account_author(const uint8_t key[16], struct span address);

/* Asks what is known of the account, if it is one. */
enum step account_ask(struct run *r);
/* When that is done: outcome and evidence. */
void account_conclude(struct run *r);

#endif
