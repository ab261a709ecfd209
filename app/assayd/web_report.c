/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web_report.c - a report that was posted: by a program of ours on the status
 * socket (assay report ingest), or by a reporter of TLS failures through the
 * web server that stands in front (RFC 8460 5.4).
 *
 * 201 is said when store has it on the disk, as with report mail; what it is
 * worth is found out later.
 */
#include "web.h"

#include <stdlib.h>
#include <string.h>

#include "inbox.h"

static const char later[] = "it could not be kept now; send it again later";

static bool
send_letter(struct request *r)
{
	struct web *w = r->http->web;
	ROOM(room, BUS_CLIENT);
	struct buf client = BUF_ON(room);
	const struct assay_addr nobody = { .family = 0 };
	struct msg_letter m = { .id = r->id, .at = loop_time(w->role->loop),
		.way = r->http->status ? LETTER_GIVEN : LETTER_HTTP,
		.size = r->size };

	bus_put_client(&client, &nobody);
	m.client = buf_span(&client);
	if (r->fd < 0)
		m.message = (struct span){ r->room, r->size };
	return bus_send_letter(w->store, &m, r->fd);
}

bool
report_begin(struct request *r)
{
	struct web *w = r->http->web;

	if (r->size == 0)
		return request_refuse(r, MHD_HTTP_BAD_REQUEST, "empty",
		    "the body of the request is the report; it is empty");
	if (w->n_job >= WEB_JOBS || !request_sealed(r))
		return request_refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE, "busy",
		    later);
	r->id = w->next_id++;
	if (!send_letter(r))
		return request_refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE,
		    "not-kept", later);
	request_wait(r);
	w->lib.suspend_connection(r->mhd);
	return true;
}

/* An answer without a word too many. */
static void
say_kept(struct request *r)
{
	static const char text[] = "{\"kept\":true}\n";

	r->result = malloc(sizeof(text));
	if (r->result == NULL) {
		request_fail(r, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", later);
		return;
	}
	memcpy(r->result, text, sizeof(text) - 1);
	r->result_len = sizeof(text) - 1;
	r->status = MHD_HTTP_CREATED;
	request_wake(r);
}

void
report_kept(struct web *w, const struct msg_kept *m)
{
	struct request *r = w->waiting;

	while (r != NULL && (r->id != m->id || r->ask.path != PATH_REPORT))
		r = r->next;
	if (r == NULL)
		return;
	if (m->status == 0)
		say_kept(r);
	else
		request_fail(r, MHD_HTTP_SERVICE_UNAVAILABLE, "not-kept",
		    later);
}

void
reports_lost(struct web *w)
{
	struct request *next;

	for (struct request *r = w->waiting; r != NULL; r = next) {
		next = r->next;
		if (r->ask.path == PATH_REPORT ||
		    r->ask.path == PATH_OUTBOX)
			request_fail(r, MHD_HTTP_SERVICE_UNAVAILABLE,
			    "not-kept", later);
	}
}
