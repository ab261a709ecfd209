/* SPDX-License-Identifier: Apache-2.0 */
/* explain_words.h - what people said of a message, beside its story. */
#ifndef ASSAY_EXPLAIN_WORDS_H
#define ASSAY_EXPLAIN_WORDS_H

#include <jansson.h>

#include "text.h"

/* Of the lines of labels.h (NULL: none) those about record: behind the story
 * in t, or as the member "labels" of the object in it. */
void explain_labels(struct text *t, const json_t *labels,
    const json_t *record, bool json);

#endif
