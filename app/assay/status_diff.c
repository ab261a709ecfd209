/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status_diff.c - mode observe: how far we agree with the chain that still
 * runs beside us, method by method, and where not.
 */
#include "status.h"

#include <jansson.h>
#include <string.h>

struct tally {
	uint64_t same, differ, only_ours;
};

static const char *
word(const json_t *v, const char *key)
{
	const char *s = json_string_value(json_object_get(v, key));

	return s != NULL ? s : "?";
}

static struct tally
tally_of(const json_t *all, const char *method)
{
	struct tally t = { .same = 0 };
	size_t i;
	json_t *v;

	json_array_foreach((json_t *)(uintptr_t)all, i, v) {
		uint64_t n = status_number(v, "count", NULL, NULL);

		if (strcmp(word(v, "method"), method) != 0)
			continue;
		if (strcmp(word(v, "theirs"), "absent") == 0)
			t.only_ours += n;
		else if (strcmp(word(v, "ours"), word(v, "theirs")) == 0)
			t.same += n;
		else
			t.differ += n;
	}
	return t;
}

/* Per cent, never rounded up to 100. */
static double
down(uint64_t part, uint64_t all)
{
	return (double)(uint64_t)(10000.0 * (double)part / (double)all) /
	    100;
}

static void
methods(struct text *t, const struct out *out, const json_t *all)
{
	static const char *const names[] = { "spf", "dkim", "dmarc", "arc",
	    "iprev" };
	char a[32], b[32], c[32];

	text_printf(t, "%s  method      the same      differs   they say "
	    "nothing   agreement%s\n", out_dim(out), out_plain(out));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct tally x = tally_of(all, names[i]);
		uint64_t both = x.same + x.differ;

		text_printf(t, "  %-8s%12s %s%12s%s%18s", names[i],
		    status_count(a, x.same), x.differ > 0 ?
		    out_of_disposition(out, ASSAY_QUARANTINE) : "",
		    status_count(b, x.differ), x.differ > 0 ?
		    out_plain(out) : "", status_count(c, x.only_ours));
		if (both == 0)
			text_str(t, "           -\n");
		else
			text_printf(t, "%10.2f %%\n", down(x.same, both));
	}
}

static void
differences(struct text *t, const struct out *out, const json_t *all)
{
	char room[32];
	size_t i;
	json_t *v;
	bool any = false;

	json_array_foreach((json_t *)(uintptr_t)all, i, v) {
		if (strcmp(word(v, "theirs"), "absent") == 0 ||
		    strcmp(word(v, "ours"), word(v, "theirs")) == 0)
			continue;
		if (!any)
			text_printf(t, "\n%sWhere not%s\n", out_bold(out),
			    out_plain(out));
		any = true;
		text_printf(t, "  %-8s we %-10s they %-10s %10s\n",
		    word(v, "method"), word(v, "ours"), word(v, "theirs"),
		    status_count(room, status_number(v, "count", NULL,
		    NULL)));
	}
}

static void
examples(struct text *t, const struct out *out, const json_t *all)
{
	char room[32];
	size_t i;
	json_t *v;

	if (json_array_size(all) == 0)
		return;
	text_printf(t, "\n%sThe last of them%s%s  UTC, method, we/they, "
	    "queue id, domain%s\n", out_bold(out), out_plain(out),
	    out_dim(out), out_plain(out));
	json_array_foreach((json_t *)(uintptr_t)all, i, v) {
		char both[40];

		snprintf(both, sizeof(both), "%s/%s", word(v, "ours"),
		    word(v, "theirs"));
		/* without the year and the seconds */
		text_printf(t, "  %s%.11s%s  %-5s  %-15s ", out_dim(out),
		    status_time(room, json_integer_value(json_object_get(v,
		    "time"))) + 5, out_plain(out), word(v, "method"), both);
		status_safe(t, v, "queue_id");
		text_str(t, " ");
		status_safe(t, v, "domain");
		text_str(t, "\n");
	}
}

void
status_diff(struct text *t, const struct out *out,
    const struct json_t *now)
{
	const json_t *ids = json_object_get(now, "compare_with");
	const json_t *all = json_object_get(now, "compared");
	size_t i;
	json_t *id;

	if (json_array_size(ids) == 0) {
		text_str(t, "Nothing is compared. Say in assay.conf which "
		    "authserv-id the other chain has:\n\n    compare-with "
		    "NAME\n");
		return;
	}
	text_printf(t, "%sOur results against those of%s", out_bold(out),
	    out_plain(out));
	json_array_foreach((json_t *)(uintptr_t)ids, i, id) {
		const char *s = json_string_value(id);

		text_str(t, i > 0 ? ", " : " ");
		text_str(t, s != NULL ? s : "?");
	}
	text_str(t, "\n\n");
	methods(t, out, all);
	differences(t, out, all);
	examples(t, out, json_object_get(now, "examples"));
}
