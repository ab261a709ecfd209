/* SPDX-License-Identifier: Apache-2.0 */
/* http_ask.c - reads the request target; see http_ask.h. */
#include "http_ask.h"

#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "near.h"

static const struct { const char *path; enum stat_path id; } paths[] = {
	{ "/v1/check", PATH_CHECK }, { "/healthz", PATH_HEALTHZ },
	{ "/readyz", PATH_READYZ }, { "/metrics", PATH_METRICS },
	{ "/v1/status", PATH_STATUS }, { "/v1/report", PATH_REPORT },
	{ "/v1/outbox", PATH_OUTBOX },
};

enum param { P_CLIENT, P_HELO, P_MAIL_FROM, P_RCPT, P_AUTH_USER, P_QUEUE_ID,
    PARAMS };
static const char *const params[PARAMS] = { "client", "helo", "mail_from",
    "rcpt", "auth_user", "queue_id" };

static bool
wrong(struct http_fault *f, const char *what, struct span where)
{
	*f = (struct http_fault){ .what = what, .where = where };
	return false;
}

static enum stat_path
path_of(struct span path)
{
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		if (span_eq(path, assay_cstr(paths[i].path)))
			return paths[i].id;
	return PATH_OTHER;
}

/* RFC 3986 2.1; false: "%" without two digits, or an octet that no SMTP
 * command can hold.  RFC 6531 lets all above 0x7f be. */
static bool
decode(struct span *out, struct span in, struct arena *a)
{
	struct buf b = arena_buf(a, in.len + 1);

	for (size_t i = 0; i < in.len; i++) {
		int c = span_at(in, i);

		if (c == '%') {
			int high = hex_value(span_at(in, i + 1));
			int low = hex_value(span_at(in, i + 2));

			if (high < 0 || low < 0)
				return false;
			c = high * 16 + low;
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return false;
		buf_byte(&b, (uint8_t)c);
	}
	if (b.full)
		return false;
	*out = buf_span(&b);
	return true;
}

/* <a@b> is a@b, <> is the null reverse-path. */
static struct span
without_angles(struct span s)
{
	if (s.len >= 2 && span_at(s, 0) == '<' &&
	    span_at(s, s.len - 1) == '>')
		return span_slice(s, 1, s.len - 1);
	return s;
}

static bool
unknown(struct span name, struct arena *a, struct http_fault *f)
{
	struct buf b = arena_buf(a, 32);

	wrong(f, "there is no such parameter", name);
	if (name.len < 24) {
		buf_put(&b, name);
		buf_byte(&b, 0);
		if (!b.full && !span_has(name, 0))
			f->near = near_word((const char *)b.ptr, params,
			    PARAMS);
	}
	return false;
}

static bool
once(struct span *at, struct span value, struct span name,
    struct http_fault *f)
{
	if (!span_absent(*at))
		return wrong(f, "this may be said only once", name);
	*at = value;
	return true;
}

static bool
add_rcpt(struct http_ask *out, struct span value, struct span name,
    struct arena *a, struct http_fault *f)
{
	if (out->rcpt == NULL)
		out->rcpt = arena_array(a, HTTP_ASK_RCPTS,
		    sizeof(*out->rcpt));
	if (out->rcpt == NULL || out->n_rcpt == HTTP_ASK_RCPTS)
		return wrong(f, "too many recipients", name);
	out->rcpt[out->n_rcpt++] = without_angles(value);
	return true;
}

static bool
put(struct http_ask *out, enum param p, struct span name, struct span value,
    struct arena *a, struct http_fault *f)
{
	switch (p) {
	case P_CLIENT:
		if (out->client.family != 0)
			return wrong(f, "this may be said only once", name);
		return assay_addr_parse(&out->client, value) == ASSAY_OK ||
		    wrong(f, "this is no address", value);
	case P_HELO: return once(&out->helo, value, name, f);
	case P_MAIL_FROM:
		return once(&out->mail_from, without_angles(value), name, f);
	case P_RCPT: return add_rcpt(out, value, name, a, f);
	case P_AUTH_USER: return once(&out->auth_user, value, name, f);
	case P_QUEUE_ID: return once(&out->queue_id, value, name, f);
	case PARAMS: break;
	}
	return false;
}

static bool
one(struct http_ask *out, struct span pair, struct arena *a,
    struct http_fault *f)
{
	struct span value = pair, name = span_cut(&value, '='), text;

	if (name.len == pair.len)
		return wrong(f, "this has no value", name);
	for (enum param p = 0; p < PARAMS; p++) {
		if (!span_eq(name, assay_cstr(params[p])))
			continue;
		if (value.len > 3 * LIMIT_LOCAL_PART)
			return wrong(f, "this is too long", name);
		if (!decode(&text, value, a))
			return wrong(f, "this is not well encoded, or holds "
			    "a control character", name);
		return put(out, p, name, text, a, f);
	}
	return unknown(name, a, f);
}

bool
http_ask_parse(struct http_ask *out, struct span target, struct arena *a,
    struct http_fault *f)
{
	struct span query = target, path = span_cut(&query, '?');

	*out = (struct http_ask){ .path = path_of(path) };
	*f = (struct http_fault){ .what = NULL };
	if (out->path != PATH_CHECK)	/* the others take nothing */
		return query.len == 0 || wrong(f,
		    "this path takes no parameters", query);
	while (query.len > 0) {
		struct span pair = span_cut(&query, '&');

		if (pair.len > 0 && !one(out, pair, a, f))
			return false;
	}
	return true;
}

struct span
http_bearer(struct span s)
{
	struct span token;

	/* RFC 9110 11.1: the scheme is compared without case */
	if (!span_istarts(s, SPAN("Bearer ")))
		return SPAN_NONE;
	token = span_trim_wsp(span_skip(s, 7));
	for (size_t i = 0; i < token.len; i++)
		if (!is_vchar(span_at(token, i)))
			return SPAN_NONE;
	return token.len == 0 ? SPAN_NONE : token;
}
