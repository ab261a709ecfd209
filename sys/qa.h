/* SPDX-License-Identifier: Apache-2.0 */
/*
 * qa.h - questions and answers as octets: in messages between processes and
 * in the segment of shared answers.  What is read is hostile: every length
 * is checked, and an answer has at most QA_ITEMS items.
 */
#ifndef SYS_QA_H
#define SYS_QA_H

#include "base/arena.h"
#include "base/buf.h"

enum { QA_ITEMS = 1024 };	/* TXT records of one name: 64 KiB of
				 * the shortest strings, RFC 1035 4.1.4    */

/* An item of the list in ASK: u8 kind, u16 type, key. */
void qa_put_question(struct buf *out, const struct assay_question *q);
bool qa_get_question(struct assay_question *out, struct span in);

/* An item of the list in ANSWERS: the question as a list item, then the
 * answer.  False: not well-formed, or no memory.  Spans of the question
 * borrow from in, as do those of the answer; its items are in a. */
void qa_put_answer(struct buf *out, const struct assay_question *q,
    const struct assay_answer *answer);
bool qa_get_answer(struct assay_question *q, struct assay_answer *answer,
    struct span in, struct arena *a);

/* The answer alone, and the octets it needs at most. */
void qa_put_body(struct buf *out, const struct assay_answer *answer);
bool qa_get_body(struct assay_answer *answer, struct span in,
    struct arena *a);
size_t qa_room(const struct assay_question *q,
    const struct assay_answer *answer);

#endif
