/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warm.h - what eval does before its walls go up: judge one message.
 *
 * Libraries read files when they are first used (OpenSSL its configuration,
 * libpsl its list); later they may not.  The message is a genuine one of the
 * demo with two signatures, so that this is a test of the build as well.
 */
#ifndef ASSAYD_WARM_H
#define ASSAYD_WARM_H

#include <assay/assay.h>

/* suffix may be NULL.  False: it did not come out as it must. */
bool warm_judge(const struct assay_oracle *suffix);

#endif
