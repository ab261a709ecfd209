/* SPDX-License-Identifier: Apache-2.0 */
#include "rdap.h"

#include <jansson.h>
#include <string.h>

#include "octets.h"
#include "origin/name_line.h"

enum { VALUES = 50000, DEPTH = 16, SECOND = 1000 };

static struct span
text_of(const json_t *j)
{
	return json_is_string(j) ? (struct span){
	    (const uint8_t *)json_string_value(j), json_string_length(j) } :
	    SPAN_NONE;
}

static json_t *
load(struct span text, size_t most, const char **why)
{
	json_t *root;

	*why = octets_bounds(text, most, VALUES, DEPTH);
	if (*why != NULL)
		return NULL;
	root = json_loadb((const char *)text.ptr, text.len,
	    JSON_REJECT_DUPLICATES, NULL);
	if (root == NULL)
		*why = "this is no JSON";
	return root;
}

/* ---- whom to ask (RFC 9224) ---------------------------------------------- */

static bool
answers_for(struct span entry, struct span name)
{
	return span_ieq(entry, name) || (name.len > entry.len &&
	    span_at(name, name.len - entry.len - 1) == '.' &&
	    span_ieq(span_skip(name, name.len - entry.len), entry));
}

/* RFC 9224 5.3: label by label, the longest is the one. */
static size_t
best_of(const json_t *entries, struct span name)
{
	size_t best = 0;

	for (size_t i = 0; i < json_array_size(entries); i++) {
		struct span e = text_of(json_array_get(entries, i));

		if (e.len > best && answers_for(e, name))
			best = e.len;
	}
	return best;
}

static bool
is_base(struct span url)
{
	for (size_t i = 0; i < url.len; i++)
		if (span_at(url, i) <= ' ' || span_at(url, i) > '~' ||
		    span_at(url, i) == '"')
			return false;
	return span_istarts(url, SPAN("https://")) ||
	    span_istarts(url, SPAN("http://"));
}

/* RFC 9224 3: https is to be preferred. */
static struct span
url_of(const json_t *urls)
{
	struct span best = SPAN_NONE;

	for (size_t i = 0; i < json_array_size(urls); i++) {
		struct span u = text_of(json_array_get(urls, i));

		if (is_base(u) && (span_absent(best) ||
		    (!span_istarts(best, SPAN("https://")) &&
		    span_istarts(u, SPAN("https://")))))
			best = u;
	}
	return best;
}

static struct span
find_service(const json_t *root, struct span name)
{
	const json_t *services = json_object_get(root, "services");
	struct span url = SPAN_NONE;
	size_t longest = 0;

	for (size_t i = 0; i < json_array_size(services); i++) {
		const json_t *s = json_array_get(services, i);
		size_t n = best_of(json_array_get(s, 0), name);
		struct span u = n > longest ? url_of(json_array_get(s, 1)) :
		    SPAN_NONE;

		if (!span_absent(u)) {
			longest = n;
			url = u;
		}
	}
	return url;
}

bool
rdap_url(struct buf *out, struct span bootstrap, struct domain name,
    const char **why)
{
	json_t *root = load(bootstrap, RDAP_BOOTSTRAP, why);
	struct span base;

	if (root == NULL)
		return false;
	if (!json_is_array(json_object_get(root, "services")))
		*why = "this is no file of RFC 9224: it has no services";
	base = find_service(root, name.name);
	if (!span_absent(base)) {
		buf_put(out, base);
		buf_str(out, span_ends(base, SPAN("/")) ? "" : "/");
		buf_str(out, "domain/");	/* RFC 9082 3.1.3 */
		buf_put(out, name.name);
	}
	json_decref(root);
	return !span_absent(base) && !out->full;
}

/* ---- what it says (RFC 9083) --------------------------------------------- */

static uint32_t
day_of(const json_t *event)
{
	/* RFC 3339 date-time: the day comes first */
	return name_line_day(span_head(text_of(json_object_get(event,
	    "eventDate")), 10));
}

static void
read_events(struct rdap_says *out, const json_t *events)
{
	uint32_t first = 0, again = 0;

	for (size_t i = 0; i < json_array_size(events); i++) {
		const json_t *e = json_array_get(events, i);
		struct span action = text_of(json_object_get(e,
		    "eventAction"));
		uint32_t day = day_of(e);

		if (span_ieq(action, SPAN("registration")) && day != 0 &&
		    (first == 0 || day < first))
			first = day;
		if (span_ieq(action, SPAN("reregistration")) && day > again)
			again = day;
	}
	out->day = again > first ? again : first;
	out->kind = out->day == 0 ? RDAP_NO_DAY : RDAP_REGISTERED;
}

void
rdap_read(struct rdap_says *out, struct span answer, struct domain name)
{
	const char *why;
	json_t *root = load(answer, RDAP_ANSWER, &why);
	struct span is = text_of(json_object_get(root, "ldhName"));

	*out = (struct rdap_says){ .kind = RDAP_NOT_IT };
	if (span_ends(is, SPAN(".")))
		is = span_head(is, is.len - 1);
	if (span_eq(text_of(json_object_get(root, "objectClassName")),
	    SPAN("domain")) && span_ieq(is, name.name))
		read_events(out, json_object_get(root, "events"));
	json_decref(root);
}

/* ---- how often ----------------------------------------------------------- */

int64_t
rdap_wait(struct rdap_bucket *b, int64_t now_ms)
{
	int64_t ahead;

	if (b->full_at < now_ms)
		b->full_at = now_ms;
	ahead = b->full_at - now_ms - (RDAP_BURST - 1) * SECOND;
	if (ahead > 0)
		return ahead;
	b->full_at += SECOND;
	return 0;
}
