/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_letter.c - report mail that our own mail server brought by LMTP: did
 * the domain in From write it?
 *
 * The client of LMTP is our mail server, so SPF is asked of the client that
 * the topmost Received field names: a server writes it above all that was
 * there (RFC 5321 4.4), and ours wrote it just now (sys/arrival.h).  Without
 * such a field, or when a program on this host may have written it, there is
 * no client, SPF says nothing, and DKIM decides.
 */
#include "p_eval.h"

#include <unistd.h>

#include "arrival.h"
#include "report/report_author.h"

void
letter_arrival(struct evals *e, const struct msg_job *job, int fd,
    struct assay_session *session)
{
	struct span head = job->message;
	struct arrival from;

	if (fd >= 0) {
		ssize_t n = lseek(fd, 0, SEEK_SET) != 0 ? -1 :
		    read(fd, e->piece, PIECE);
		head = (struct span){ e->piece, n < 0 ? 0 : (size_t)n };
	}
	arrival_read(&from, head, e->daemon->judging.relay,
	    e->daemon->judging.n_relay);
	if (from.local == 0) {
		session->client = from.client;
		session->helo = from.helo;
	}
	session->relay = false;
}

void
letter_author(struct slot *s)
{
	const struct assay_verdict *v = s->end.v;
	struct msg_verdict m = { .id = s->id, .status = VERDICT_OK,
		.disposition = ASSAY_ACCEPT };

	if (v->dmarc == ASSAY_PASS)
		m.author = report_author(s->ev);
	slot_verdict(s, &m, -1);
}
