/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_strip.c - a policy wants the files that can run taken out: eval, who
 * reads messages, says which octets go; front, who has the message, does it.
 */
#include "p_eval.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cut.h"

/* A small message is gone from the bus by then; of a large one the descriptor
 * stays. */
void
strip_hold(struct slot *s, struct span message, int fd)
{
	strip_forget(s);
	if (!s->evals->daemon->strips || s->own || (s->kind != JOB_MAIL &&
	    s->kind != JOB_CHECK))
		return;
	if (fd >= 0) {
		s->whole_fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		return;
	}
	s->whole = malloc(message.len + 1);
	if (s->whole != NULL)
		memcpy(s->whole, message.ptr, message.len);
}

void
strip_forget(struct slot *s)
{
	if (s->whole_fd >= 0)
		close(s->whole_fd);
	free(s->whole);
	s->whole = NULL;
	s->whole_fd = -1;
}

static bool
read_all(struct slot *s)
{
	uint64_t at = 0;
	ssize_t n = 1;

	if (s->whole != NULL || s->whole_fd < 0)
		return s->whole != NULL;
	s->whole = malloc((size_t)s->size + 1);
	if (s->whole == NULL || lseek(s->whole_fd, 0, SEEK_SET) != 0)
		return false;
	for (; at < s->size && n > 0; at += (uint64_t)(n > 0 ? n : 0))
		n = read(s->whole_fd, s->whole + at, (size_t)(s->size - at));
	return at == s->size;
}

/* Decided again afterwards, and told only then. */
enum assay_status
slot_strip(struct slot *s)
{
	struct strip_in in = { .by = assay_cstr(
		s->evals->daemon->authserv_id), .id = s->queue_id,
		.lf = s->lf };

	if (!read_all(s))
		return eval_unstrip(s->ev, "there is no memory for it");
	in.message = (struct span){ s->whole, (size_t)s->size };
	return eval_strip(s->ev, &in, &s->strip);
}

/* False: there is no room for it. */
bool
strip_put(const struct slot *s, struct buf *out)
{
	const struct strip *p = s->strip;

	if (p == NULL)
		return true;
	cuts_begin(out, p->body);
	for (size_t i = 0; i < p->n; i++) {
		struct cut c = { .begin = p->cut[i].begin,
			.end = p->cut[i].end, .text = p->cut[i].text };

		cuts_put(out, &c);
	}
	return !out->full;
}
