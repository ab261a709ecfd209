/* SPDX-License-Identifier: Apache-2.0 */
/*
 * freemail.h - providers where anybody gets an address under any name.
 *
 * Nothing is wrong with them; but a name says nothing there, and a firm does
 * not ask for answers to such an address.  The large ones, by country; what
 * is missing is only judged a little milder.
 */
#ifndef ORIGIN_FREEMAIL_H
#define ORIGIN_FREEMAIL_H

#include "wire/domain.h"

bool is_freemail(struct domain d);

#endif
