/* SPDX-License-Identifier: Apache-2.0 */
/* suffix_conf.h - the list of public suffixes that the configuration names:
 * who a domain belongs to must be for a command what it is for assayd. */
#ifndef ASSAY_SUFFIX_CONF_H
#define ASSAY_SUFFIX_CONF_H

#include "args.h"
#include "suffix_list.h"

/* Into a: public-suffix-list of --conf or, without --state, of the usual file;
 * else the system's.  NULL: there is none, and a rule of thumb remains.  False:
 * why was told. */
bool suffix_conf_load(const struct suffixes **out, const struct args *args,
    struct arena *a);

#endif
