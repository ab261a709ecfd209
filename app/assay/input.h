/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input.h - messages from files, folders, mboxes and Maildirs.
 *
 * All are listed first, then each is opened when its turn comes, so that a
 * Maildir of a million files needs one descriptor.  What cannot be read is
 * listed too, with the reason, for every message gets a result.
 */
#ifndef ASSAY_INPUT_H
#define ASSAY_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <assay/assay.h>

struct source {
	char *path;
	uint8_t *data;		/* of what cannot be read twice, or NULL */
	size_t size;
	bool mbox;
};

struct item {
	uint32_t source;
	uint32_t number;	/* in its mbox, from 1; 0: not of one */
	uint64_t from, to;	/* octets of the source               */
	int error;		/* errno or one of these, when it cannot
				 * be read                            */
};

enum { INPUT_EMPTY = -1, INPUT_NO_MESSAGE = -2, INPUT_FIFO = -3 };

const char *input_error(int error);

struct input {
	struct source *source;
	size_t n_source, cap_source;
	struct item *item;
	size_t n_item, cap_item;
	bool failed;		/* no memory */
};

/* Lists what word names: FILE, -, DIR, MBOX, MAILDIR. */
void input_add(struct input *in, const char *word);
void input_free(struct input *in);

/* "path", or "path#3" for the third message of an mbox. */
void input_name(const struct input *in, size_t item, char *out, size_t cap);

/* Reads one message after another; keeps its buffer. */
struct reader {
	int fd;
	uint32_t source;	/* that fd belongs to, when fd >= 0 */
	uint8_t *buffer;
	const uint8_t *head;	/* the first octets of the message  */
	size_t n_head;
	const struct input *in;
	const struct item *item;
};

#define READER_INIT { .fd = -1 }

/* False: *why says it (static or strerror text). */
bool reader_open(struct reader *r, const struct input *in, size_t item,
    const char **why);
void reader_close(struct reader *r);

/* LF line ends and no CRLF anywhere. */
bool reader_is_lf(const struct reader *r);

/* Hands the message over in pieces, unquoted if of an mbox.  False: the
 * source failed or take returned false. */
typedef bool reader_take_fn(void *ctx, struct assay_span piece);
bool reader_feed(const struct reader *r, reader_take_fn *take, void *ctx);

#endif
