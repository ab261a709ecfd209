/* SPDX-License-Identifier: Apache-2.0 */
#include "stats_json.h"

#include <jansson.h>
#include <string.h>

#include "test/t.h"

struct got { char text[1 << 17]; size_t len; };

static bool
keep(void *ctx, struct span s)
{
	struct got *g = ctx;

	if (s.len >= sizeof(g->text) - g->len)
		return false;
	memcpy(g->text + g->len, s.ptr, s.len);
	g->len += s.len;
	return true;
}

/* The number at a path of keys, -1 when there is none. */
static int64_t
at(const json_t *v, const char *a, const char *b, const char *c)
{
	v = json_object_get(v, a);
	v = json_object_get(v, b);
	if (c != NULL)
		v = json_object_get(v, c);
	return json_is_integer(v) ? json_integer_value(v) : -1;
}

static void
test_members(const json_t *v)
{
	const json_t *x;

	T_INT(at(v, "counters", "messages", "reject"), 3, "by label");
	T_INT(at(v, "counters", "sessions", NULL), 9, "without");
	T_INT(at(v, "counters", "message_bytes", NULL), 0, "zero is told");
	T_INT(at(json_object_get(v, "counters"), "results", "dmarc", "fail"),
	    4, "two labels");
	T_INT(at(v, "gauges", "spool_bytes", NULL), 8, "gauge");
	T_INT(at(v, "times", "judging", "p99_us"), 50, "percentile");
	x = json_array_get(json_object_get(v, "compared"), 0);
	T_SPAN(assay_cstr(json_string_value(json_object_get(x, "theirs"))),
	    assay_cstr("none"), "compared");
	x = json_array_get(json_object_get(v, "examples"), 0);
	T_SPAN(assay_cstr(json_string_value(json_object_get(x, "domain"))),
	    assay_cstr("ex.org"), "example");
	x = json_array_get(json_object_get(v, "processes"), 0);
	T_SPAN(assay_cstr(json_string_value(json_object_get(x, "role"))),
	    assay_cstr("front"), "process");
}

int
main(void)
{
	static struct stats_sum sum;
	static struct got g;
	struct jw w;
	json_t *v;

	sum.counter[STAT_MESSAGES + ASSAY_REJECT - 1] = 3;
	sum.counter[STAT_SESSIONS] = 9;
	sum.counter[STAT_RESULTS + 6 * 8 + ASSAY_FAIL] = 4;
	sum.counter[STAT_COMPARED] = 1;
	sum.gauge[STAT_SPOOL_BYTES] = 8;
	sum.time[STAT_JUDGE].bucket[stats_bucket(50)] = 1;
	sum.time[STAT_JUDGE].count = 1;
	sum.n_process = 1;
	sum.process[0].role = ROLE_FRONT;
	sum.n_example = 1;
	stats_example_text(sum.example[0].domain, 96, SPAN("ex.org"));
	jw_start(&w, keep, &g);
	jw_object(&w);
	stats_json(&w, &sum);
	jw_end_object(&w);
	T_OK(jw_finish(&w), "written");
	v = json_loadb(g.text, g.len, JSON_REJECT_DUPLICATES, NULL);
	T_OK(v != NULL, "is JSON without a key that comes twice");
	test_members(v);
	json_decref(v);
	return t_done();
}
