/* SPDX-License-Identifier: Apache-2.0 */
/* bonds.h - who belongs to us, for the glue: bonds.c. */
#ifndef LIB_BONDS_H
#define LIB_BONDS_H

#include "eval.h"
#include "traits/traits.h"

/* ev->bond, of a message that was checked. */
void eval_bonds(struct assay_eval *ev, struct span header);

/* If somebody forwards mail to its recipient, and its author's signature is
 * there still, ev->way; if it is known that he does, in becomes what he got. */
void eval_unwrap(struct assay_eval *ev, struct traits_in *in);

#endif
