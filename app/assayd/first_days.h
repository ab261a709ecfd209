/* SPDX-License-Identifier: Apache-2.0 */
/*
 * first_days.h - in the first days of an installation what policies do on
 * suspicion is told and not done: until when, for status and log.
 */
#ifndef ASSAYD_FIRST_DAYS_H
#define ASSAYD_FIRST_DAYS_H

#include "household.h"

/* Once, as the household begins. */
void first_days_tell(struct household *h);
/* Now and then. */
void first_days_show(struct household *h);

#endif
