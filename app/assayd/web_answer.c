/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web_answer.c - what is told: health, metrics, status, results, errors.
 *
 * An error has the form of the command's (fault.h), so that a program reads
 * one form.  Nothing of the request is ever in it but a parameter's name.
 */
#include "web.h"

#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "openmetrics.h"
#include "sandbox.h"
#include "stats_json.h"

/* ---- text that grows --------------------------------------------------- */

struct growing {
	uint8_t *ptr;
	size_t len, cap;
};

static bool
grow(void *ctx, struct span s)
{
	struct growing *g = ctx;

	if (s.len > g->cap - g->len) {
		size_t cap = 2 * (g->len + s.len) + 1024;
		uint8_t *ptr = realloc(g->ptr, cap);

		if (ptr == NULL)
			return false;
		g->ptr = ptr;
		g->cap = cap;
	}
	if (s.len > 0)
		memcpy(g->ptr + g->len, s.ptr, s.len);
	g->len += s.len;
	return true;
}

/* ---- sending ----------------------------------------------------------- */

static enum stat_http
class_of(unsigned status)
{
	if (status < 300)
		return HTTP_2XX;
	if (status == MHD_HTTP_UNAUTHORIZED)
		return HTTP_401;
	if (status == MHD_HTTP_CONTENT_TOO_LARGE)
		return HTTP_413;
	return status < 500 ? HTTP_4XX : HTTP_5XX;
}

static void
add_field(struct request *r, struct MHD_Response *m, const char *name,
    const char *value)
{
	(void)r->http->web->lib.add_response_header(m, name, value);
}

static void
add_fields(struct request *r, struct MHD_Response *m, const char *type)
{
	add_field(r, m, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	add_field(r, m, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	add_field(r, m, "X-Content-Type-Options", "nosniff");
	if (r->status == MHD_HTTP_UNAUTHORIZED)
		add_field(r, m, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
		    "Bearer realm=\"assay\"");
	if (r->status == MHD_HTTP_METHOD_NOT_ALLOWED)
		add_field(r, m, MHD_HTTP_HEADER_ALLOW,
		    web_posted(r) ? "POST" : "GET, HEAD");
	if (r->status == MHD_HTTP_SERVICE_UNAVAILABLE)
		add_field(r, m, MHD_HTTP_HEADER_RETRY_AFTER, "1");
	if (r->http->web->draining)
		add_field(r, m, MHD_HTTP_HEADER_CONNECTION, "close");
}

/* Takes bytes, which are to be freed. */
static enum MHD_Result
send_bytes(struct request *r, unsigned status, const char *type,
    uint8_t *bytes, size_t n)
{
	const struct web_library *lib = &r->http->web->lib;
	struct MHD_Response *m = lib->create_response_from_buffer(n, bytes,
	    MHD_RESPMEM_MUST_FREE);
	enum MHD_Result result;

	if (m == NULL) {
		free(bytes);
		return MHD_NO;
	}
	r->status = status;
	add_fields(r, m, type);
	stats_add(&r->http->web->role->stats, STAT_HTTP,
	    (unsigned)r->ask.path * 5 + class_of(status), 1);
	result = lib->queue_response(r->mhd, status, m);
	lib->destroy_response(m);
	return result;
}

/* ---- errors ------------------------------------------------------------ */

static enum MHD_Result
send_error(struct request *r, unsigned status, const char *kind,
    struct span text)
{
	struct growing g = { .ptr = NULL };

	if (!fault_json(SPAN_NONE, kind, text, grow, &g)) {
		free(g.ptr);
		return MHD_NO;
	}
	return send_bytes(r, status, "application/json", g.ptr, g.len);
}

/* What http_ask found. */
static enum MHD_Result
answer_fault(struct request *r)
{
	struct buf b = arena_buf(&r->arena, 400);

	buf_str(&b, r->fault.what);
	if (!span_absent(r->fault.where)) {
		buf_str(&b, ": ");
		buf_put(&b, span_head(r->fault.where, 200));
	}
	if (r->fault.near != NULL) {
		buf_str(&b, "; did you mean ");
		buf_str(&b, r->fault.near);
		buf_byte(&b, '?');
	}
	return send_error(r, MHD_HTTP_BAD_REQUEST, "parameter",
	    buf_span(&b));
}

enum MHD_Result
answer_error(struct request *r, unsigned status, const char *kind,
    const char *text)
{
	struct log_line line;

	if (text == NULL)
		return answer_fault(r);
	if (status == MHD_HTTP_UNAUTHORIZED) {
		log_begin(&line, &r->http->web->role->log, "http-refused");
		log_str(&line, "text", "no token, or one that is not known");
		(void)log_end(&line);
	}
	return send_error(r, status, kind, assay_cstr(text));
}

/* ---- results ----------------------------------------------------------- */

enum MHD_Result
answer_check(struct request *r)
{
	uint8_t *bytes = r->result;

	if (r->kind != NULL)
		return answer_error(r, r->status, r->kind, r->text);
	r->result = NULL;
	return send_bytes(r, r->status, "application/json", bytes,
	    r->result_len);
}

/* ---- health ------------------------------------------------------------ */

static bool
judges(const struct web *w)
{
	for (size_t i = 0; i < w->n_worker; i++)
		if (w->worker[i].up)
			return true;
	return false;
}

bool
web_ready(const struct web *w)
{
	return judges(w) && w->resolve_up && !w->draining;
}

static bool
health(const struct web *w, bool ready, struct growing *g)
{
	struct jw j;

	jw_start(&j, grow, g);
	jw_object(&j);
	if (!ready) {
		jw_put_cstr(&j, "status", "alive");
	} else {
		jw_put_cstr(&j, "status", web_ready(w) ? "ready" :
		    "not-ready");
		jw_put_bool(&j, "eval", judges(w));
		jw_put_bool(&j, "resolve", w->resolve_up);
		jw_put_bool(&j, "draining", w->draining);
	}
	jw_end_object(&j);
	return jw_finish(&j);
}

/* ---- status ------------------------------------------------------------ */

static bool
status(const struct web *w, struct growing *g)
{
	int64_t now = loop_time(w->role->loop);
	int64_t moved = now - clock_unix(NULL);
	struct jw j;

	jw_start(&j, grow, g);
	jw_object(&j);
	jw_put_cstr(&j, "format", "assay-status 0.1");
	jw_put_cstr(&j, "version", assay_version());
	jw_put_cstr(&j, "authserv_id", w->daemon->authserv_id);
	jw_put_i64(&j, "time", now);
	jw_put_i64(&j, "time_us", clock_micros());
	/* DECISIONS 13: whoever looks sees that a test moved the time */
	if (w->role->clock != NULL)
		jw_put_i64(&j, "test_clock_s", moved);
	jw_put_bool(&j, "ready", web_ready(w));
	jw_put_cstr(&j, "walls", sandbox_kills() ? "kill" : "log");
	jw_key(&j, "compare_with");
	jw_array(&j);
	for (size_t i = 0; i < w->daemon->n_compare_with; i++)
		jw_cstr(&j, w->daemon->compare_with[i]);
	jw_end_array(&j);
	stats_json(&j, w->sum);
	jw_end_object(&j);
	return jw_finish(&j);
}

/* ---- all that is read -------------------------------------------------- */

enum MHD_Result
answer_get(struct request *r)
{
	struct web *w = r->http->web;
	struct growing g = { .ptr = NULL };
	const char *type = "application/json";
	unsigned code = MHD_HTTP_OK;
	bool ok = false;

	stats_sum(w->sum, w->page, w->n_page);
	switch (r->ask.path) {
	case PATH_CHECK:
	case PATH_REPORT:
	case PATH_OUTBOX:
	case PATH_OTHER:
		break;
	case PATH_HEALTHZ:
		ok = health(w, false, &g);
		break;
	case PATH_READYZ:
		ok = health(w, true, &g);
		if (!web_ready(w))
			code = MHD_HTTP_SERVICE_UNAVAILABLE;
		break;
	case PATH_METRICS:
		type = OPENMETRICS_TYPE;
		ok = openmetrics_write(w->sum, grow, &g);
		break;
	case PATH_STATUS:
		ok = status(w, &g);
		break;
	}
	if (ok)
		return send_bytes(r, code, type, g.ptr, g.len);
	free(g.ptr);
	return MHD_NO;
}
