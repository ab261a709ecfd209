/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web_outbox.c - somebody on this host wants the reports to others sent now
 * (assay report send): the body is a policy domain, or empty for all; or says
 * that an address is alive, and may have reports again: it.
 */
#include "web.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

enum { ANSWER = 200 };

static const char later[] = "the store cannot be written now; say it again "
    "later";

bool
outbox_begin(struct request *r)
{
	struct web *w = r->http->web;
	struct msg_hurry m = { .id = 0 };

	if (r->size > LIMIT_ADDRESS)
		return request_refuse(r, MHD_HTTP_BAD_REQUEST, "domain",
		    "the body of the request is a domain, an address, or "
		    "empty");
	if (w->n_job >= WEB_JOBS)
		return request_refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE, "busy",
		    later);
	m.id = r->id = w->next_id++;
	if (r->size > 0)
		m.word = (struct span){ r->room, r->size };
	if (!bus_send_hurry(w->store, &m, -1))
		return request_refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE, "busy",
		    later);
	request_wait(r);
	w->lib.suspend_connection(r->mhd);
	return true;
}

void
outbox_hurried(struct web *w, const struct msg_hurried *m)
{
	struct request *r = w->waiting;
	int n;

	while (r != NULL && (r->id != m->id || r->ask.path != PATH_OUTBOX))
		r = r->next;
	if (r == NULL)
		return;
	r->result = m->status == 0 ? malloc(ANSWER) : NULL;
	if (r->result == NULL) {
		request_fail(r, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", later);
		return;
	}
	n = snprintf((char *)r->result, ANSWER, "{\"reports\":%u,"
	    "\"mails\":%u,\"counting\":%u}\n", m->reports, m->mails,
	    m->counting);
	r->result_len = (size_t)n;
	r->status = MHD_HTTP_OK;
	request_wake(r);
}
