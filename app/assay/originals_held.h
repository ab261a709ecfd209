/* SPDX-License-Identifier: Apache-2.0 */
/*
 * originals_held.h - messages that were delivered without some of their files
 * and are kept as they came (sys/originals.h), and how they get there after
 * all (doc/adr/0057).
 */
#ifndef ASSAY_ORIGINALS_HELD_H
#define ASSAY_ORIGINALS_HELD_H

#include "held.h"

/* Those kept, added to l as rows of which .original names the file.  False:
 * told. */
bool originals_add(struct held_list *l, const struct store_file *f,
    const char *name);
/* By sendmail(1), with the envelope that it came with; then it is done.
 * False: told. */
bool original_release(const struct held *h, const struct store_file *f,
    const char *name);

#endif
