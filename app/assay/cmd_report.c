/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_report.c - assay report: reports of others about our domains, and those
 * that we send. */
#include "cmd.h"

#include <stdio.h>
#include <string.h>

#include "near.h"
#include "report.h"

static const struct {
	const char *name;
	cmd_fn *run;
} verbs[] = {
	{ "ingest", report_ingest },
	{ "fetch", report_fetch },
	{ "show", report_verb_show },
	{ "top", report_verb_top },
	{ "timeline", report_verb_timeline },
	{ "reporters", report_verb_reporters },
	{ "failures", report_verb_failures },
	{ "tls", report_verb_tls },
	{ "aside", report_verb_aside },
	{ "outbox", report_outbox },
	{ "send", report_send },
};
enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

int
cmd_report(const struct args *args, const struct out *out)
{
	const char *verb = args->n_word > 0 ? args->word[0] : "";
	const char *names[VERBS], *near;
	int status;

	for (size_t i = 0; i < VERBS; i++) {
		names[i] = verbs[i].name;
		if (strcmp(verb, verbs[i].name) != 0)
			continue;
		status = verbs[i].run(args, out);
		return out_close() ? status : EXIT_USAGE;
	}
	if (strcmp(verb, "sources") == 0 || strcmp(verb, "source") == 0) {
		fprintf(stderr, "assay report: who sends as a domain is told "
		    "by 'assay source list'\n");
		return EXIT_USAGE;
	}
	near = *verb == '\0' ? NULL : near_word(verb, names, VERBS);
	fprintf(stderr, "assay report: ingest, fetch, show, top, "
	    "timeline, reporters, failures, tls, aside, outbox or send%s%s%s\n",
	    near == NULL ? "" : "; did you mean '", near == NULL ? "" : near,
	    near == NULL ? "" : "'?");
	return EXIT_USAGE;
}
