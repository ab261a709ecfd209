/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parcel.h - how a reader behind walls hands a report to the writer.
 *
 * The reader has seen the bytes of a stranger and may have been taken over;
 * the writer believes nothing: every length, number, word and octet of text
 * is looked at before anybody else sees it, and what breaks the form ends
 * the parcel for good.  It cannot lie about more than what it read.
 *
 * A parcel is a sequence of frames, each a length, a kind and its body; it
 * comes over a pipe or in messages, cut anywhere.  A row is one frame, so
 * memory is that of the longest row, however long the report.
 *
 *	HEAD ROW* HEAD? END		an aggregate report; the second head is
 *					what the first one should have been
 *	FAILURE				a failure report
 *	TLS (POLICY DETAIL*)* TLS_END	a TLS report
 *	BOUNCE				a mail of ours came back, or is late
 *	REFUSED				instead, or in the middle: this report
 *					is given up, and why
 *	DONE				nothing more of this input
 *
 * What a report says, without its deviations (which are our opinion), makes
 * its content hash: two readers of the same report agree about it.
 */
#ifndef SYS_PARCEL_H
#define SYS_PARCEL_H

#include "base/buf.h"
#include "report/bounce.h"
#include "store/store.h"

enum {
	PARCEL_FRAME = 72 << 10,	/* octets of the longest frame: a row
					 * with 64 KiB of text, and two for
					 * the length of each                */
	PARCEL_DKIM = 100,		/* RFC 9990 3.1.3                    */
	PARCEL_SPF = 16,		/* the RFC has one; old reports more */
	PARCEL_REASONS = 32		/* there are eight kinds of them     */
};

enum parcel_kind {
	PARCEL_MORE = 0,	/* the frame is not whole yet                */
	PARCEL_HEAD, PARCEL_ROW, PARCEL_END,
	PARCEL_FAILURE,
	PARCEL_TLS, PARCEL_POLICY, PARCEL_DETAIL, PARCEL_TLS_END,
	PARCEL_REFUSED,
	PARCEL_BOUNCE,
	PARCEL_DONE,
	PARCEL_BAD		/* breaks the form: nothing more of it counts */
};

/* ---- writing: appends a frame.  False: it does not fit (b is as it was),
 * or breaks a bound above. */

bool parcel_head(struct buf *b, const struct aggregate_head *h);
bool parcel_row(struct buf *b, const struct aggregate_row *r);
/* What rows and head said, summed up; deviations: seen behind the head. */
struct parcel_sum { uint32_t rows, deviations; uint64_t messages; };
bool parcel_end(struct buf *b, const struct parcel_sum *sum);
bool parcel_failure(struct buf *b, const struct store_failure *f);
bool parcel_tls(struct buf *b, const struct store_tls *h);
bool parcel_policy(struct buf *b, const struct store_tls_policy *p);
bool parcel_detail(struct buf *b, const struct store_tls_detail *d);
bool parcel_tls_end(struct buf *b);
/* .raw, .trust, .received and .from are the writer's own knowledge and are
 * not sent. */
bool parcel_refused(struct buf *b, const struct store_aside *a);
bool parcel_bounce(struct buf *b, const struct bounce *o);
bool parcel_done(struct buf *b);

/* ---- reading ------------------------------------------------------------ */

struct parcel;

struct parcel *parcel_new(void);
void parcel_free(struct parcel *p);
/* For the next input: forgets everything. */
void parcel_reset(struct parcel *p);

/* Where to read octets to, and how many fit (never 0 after PARCEL_MORE). */
uint8_t *parcel_room(struct parcel *p, size_t *cap);
void parcel_got(struct parcel *p, size_t n);

/* The next frame.  What it says is in *parcel_seen() until the next call of
 * parcel_next() or parcel_room(). */
enum parcel_kind parcel_next(struct parcel *p);

struct parcel_seen {
	struct aggregate_head head;
	struct aggregate_row row;
	struct parcel_sum sum;
	struct store_failure failure;
	struct store_tls tls;
	struct store_tls_policy policy;
	struct store_tls_detail detail;
	struct store_aside refused;
	struct bounce bounce;
};
const struct parcel_seen *parcel_seen(const struct parcel *p);
/* Within a report: between its head and its end. */
bool parcel_within(const struct parcel *p);

/* At END or TLS_END: the hash of what the report said. */
void parcel_content(struct parcel *p, uint8_t out[STORE_HASH]);

#endif
