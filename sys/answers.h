/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers.h - the answers of DNS, in memory that processes share.
 *
 * resolve writes, every eval reads: a message whose questions were answered
 * lately is judged in one pass, without a message to anybody (DECISIONS 17).
 * The segment is a memfd that the parent makes and keeps, so that answers
 * outlive the process that wrote them; readers get a descriptor that cannot
 * be mapped for writing, and nobody can change its size.
 *
 * Answers lie in a ring in the order they came, the oldest makes room for
 * the newest, and an index finds them.  One number, the horizon, says up to
 * where the ring has been overwritten: a reader copies an answer out, then
 * looks whether the horizon has passed it meanwhile; if so there was no
 * answer.  No lock, nothing to repair after a kill -9: an answer that was
 * half written is in no index.  A reader believes no length it finds there.
 */
#ifndef SYS_ANSWERS_H
#define SYS_ANSWERS_H

#include <assay/assay.h>

enum {
	ANSWERS_LEAST = 1 << 20,	/* octets of the smallest segment     */
	ANSWERS_USUAL = 24 << 20,	/* 50,000 answers of 300 octets, and
					 * half as much again; what is not
					 * used is not there                  */
	ANSWERS_RECORD = 16 << 10,	/* octets of an answer that is kept   */
	/* seconds: ATTACKS.md 11 clamps what a zone may ask for */
	ANSWERS_SHORTEST = 60,
	ANSWERS_LONGEST = 86400,
	ANSWERS_DENIED = 3600,		/* RFC 2308 5: one to three hours     */
	ANSWERS_FAILED = 10		/* RFC 2308 7.1: at most five minutes */
};

/* Two descriptors of a new segment: to write, and only to read.  False:
 * errno. */
bool answers_make(size_t octets, int *writer, int *reader);

/* ---- resolve ---------------------------------------------------------- */

struct answers;

/* fd is borrowed and not needed afterwards.  NULL: not such a segment, or
 * no memory. */
struct answers *answers_open(int fd);
void answers_close(struct answers *s);

/* now: seconds of the loop's steady clock.  False: too long to keep, or of
 * a kind that is not kept. */
bool answers_put(struct answers *s, const struct assay_question *q,
    const struct assay_answer *a, int64_t now);

struct answers_count {
	uint64_t entries, octets, evicted;
};
struct answers_count answers_count(const struct answers *s);

/* ---- eval ------------------------------------------------------------- */

struct answers_reader;

struct answers_reader *answers_reader_new(int fd);
/* Another of the same segment, with a memory of its own: for a message that
 * is judged beside others.  r must outlive it. */
struct answers_reader *answers_reader_beside(const struct answers_reader *r);
void answers_reader_free(struct answers_reader *r);

/* Another message: answers given so far are forgotten, and what lived until
 * now (seconds, as above) has expired. */
void answers_begin(struct answers_reader *r, int64_t now);

/* For assay_eval_warm().  An answer lives until answers_begin(). */
struct assay_oracle answers_oracle(struct answers_reader *r);

/* Questions since answers_begin(): known and not. */
struct answers_met {
	unsigned hits, misses;
};
struct answers_met answers_met(const struct answers_reader *r);

#endif
