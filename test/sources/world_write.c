/* SPDX-License-Identifier: Apache-2.0 */
/* world_write.c - a world as files: reports, and the truth. */
#include "world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const action[] = { "", "none", "pass", "quarantine",
    "reject", "other" };
static const char *const result[] = { "", "none", "pass", "fail", "softfail",
    "neutral", "policy", "temperror", "permerror", "other" };
static const char *const why[] = { "", "local_policy", "mailing_list",
    "other", "policy_test_mode", "trusted_forwarder", "forwarded",
    "sampled_out", "other" };

static void
element(FILE *f, const char *tag, struct span s)
{
	if (!span_absent(s))
		fprintf(f, "<%s>%.*s</%s>", tag, (int)s.len, s.ptr, tag);
}

static void
address(FILE *f, const struct assay_addr *a)
{
	if (a->family == 4)
		fprintf(f, "%u.%u.%u.%u", (unsigned)a->bytes[0],
		    (unsigned)a->bytes[1], (unsigned)a->bytes[2],
		    (unsigned)a->bytes[3]);
	for (unsigned i = 0; a->family == 6 && i < 16; i += 2)
		fprintf(f, "%s%x", i > 0 ? ":" : "",
		    (unsigned)a->bytes[i] * 256u + a->bytes[i + 1]);
}

static void
write_row(FILE *f, const struct aggregate_row *row,
    enum aggregate_dialect dialect)
{
	fprintf(f, "<record><row><source_ip>");
	address(f, &row->source);
	fprintf(f, "</source_ip><count>%llu</count><policy_evaluated>"
	    "<disposition>%s</disposition><dkim>%s</dkim><spf>%s</spf>",
	    (unsigned long long)row->count, action[row->disposition],
	    row->dkim == AGGREGATE_ALIGNED_PASS ? "pass" : "fail",
	    row->spf == AGGREGATE_ALIGNED_PASS ? "pass" : "fail");
	for (size_t i = 0; i < row->n_reason; i++) {
		fprintf(f, "<reason><type>%s</type>",
		    why[row->reason[i].type]);
		element(f, "comment", row->reason[i].comment);
		fprintf(f, "</reason>");
	}
	fprintf(f, "</policy_evaluated></row><identifiers>");
	if (dialect == AGGREGATE_9990)
		element(f, "envelope_from", row->auth_spf[0].domain);
	element(f, "header_from", row->header_from);
	fprintf(f, "</identifiers><auth_results>");
	for (size_t i = 0; i < row->n_dkim; i++) {
		fprintf(f, "<dkim>");
		element(f, "domain", row->auth_dkim[i].domain);
		element(f, "selector", row->auth_dkim[i].selector);
		fprintf(f, "<result>%s</result></dkim>",
		    result[row->auth_dkim[i].result]);
	}
	for (size_t i = 0; i < row->n_spf; i++) {
		if (dialect == AGGREGATE_9990 &&
		    row->auth_spf[i].scope == AGGREGATE_HELO)
			continue;
		fprintf(f, "<spf>");
		element(f, "domain", row->auth_spf[i].domain);
		if (dialect != AGGREGATE_NO_NS)
			fprintf(f, "<scope>%s</scope>",
			    row->auth_spf[i].scope == AGGREGATE_HELO ?
			    "helo" : "mfrom");
		fprintf(f, "<result>%s</result></spf>",
		    result[row->auth_spf[i].result]);
	}
	fprintf(f, "</auth_results></record>\n");
}

static void
write_head(FILE *f, const struct world *w, unsigned reporter, unsigned day)
{
	const struct world_reporter *r = &world_reporter[reporter];
	long long begin = (long long)(WORLD_FIRST + day) * 86400 -
	    r->shift * 3600;

	fprintf(f, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feedback%s>"
	    "%s<report_metadata><org_name>%s</org_name><email>%s</email>"
	    "<report_id>%s.%llu.%u</report_id><date_range><begin>%lld</begin>"
	    "<end>%lld</end></date_range></report_metadata>\n"
	    "<policy_published><domain>%s</domain>",
	    r->dialect == AGGREGATE_9990 ?
	    " xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\"" :
	    r->dialect == AGGREGATE_7489 ?
	    " xmlns=\"http://dmarc.org/dmarc-xml/0.1\"" : "",
	    r->dialect == AGGREGATE_NO_NS ? "" : "<version>1.0</version>",
	    r->org, r->email, r->domain, (unsigned long long)w->seed, day,
	    begin, begin + 86399, w->own[0].name);
	if (r->dialect != AGGREGATE_9990)
		fprintf(f, "<adkim>r</adkim><aspf>r</aspf><p>%s</p><sp>%s"
		    "</sp><pct>100</pct>", action[w->policy],
		    action[w->policy]);
	else
		fprintf(f, "<p>%s</p><testing>n</testing>",
		    action[w->policy]);
	fprintf(f, "</policy_published>\n");
}

/* The report of one reporter and day; nothing when there was no mail. */
static bool
write_report(struct world *w, const char *dir, unsigned reporter,
    unsigned day, bool again)
{
	char path[1024];
	FILE *f = NULL;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s!%s!%u%s.xml", dir,
	    world_reporter[reporter].domain, w->own[0].name, day,
	    again ? ".again" : "");
	for (unsigned i = 0; i < w->n_row; i++) {
		const struct world_row *row = &w->row[i];

		if (row->reporter != reporter || row->day != day)
			continue;
		if (f == NULL) {
			f = fopen(path, "w");
			if (f == NULL)
				return false;
			write_head(f, w, reporter, day);
		}
		write_row(f, &row->row, world_reporter[reporter].dialect);
	}
	if (f == NULL)
		return true;
	fprintf(f, "</feedback>\n");
	ok = !ferror(f);
	return fclose(f) == 0 && ok;
}

bool
world_write_xml(struct world *w, const char *dir)
{
	bool ok = true;

	for (unsigned r = 0; r < WORLD_REPORTERS && ok; r++)
		for (unsigned d = 0; d <= WORLD_DAYS && ok; d++) {
			ok = write_report(w, dir, r, d, false);
			if (ok && world_yes(w, world_reporter[r].twice))
				ok = write_report(w, dir, r, d, true);
		}
	return ok;
}

void
world_write_truth(const struct world *w, FILE *out)
{
	static const char *const listed[] = { "no", "direct", "include" };

	for (unsigned i = 0; i < w->n_host; i++) {
		const struct world_host *h = &w->host[i];
		const struct world_sender *s = &w->sender[h->sender];

		address(out, &h->addr);
		fprintf(out, "\t%s\t%s\t%u\t%s%s\t%s\n",
		    world_truth_name[s->truth], s->kind, h->asn,
		    h->ptr == NULL ? "-" : h->ptr,
		    h->ptr != NULL && !h->confirmed ? " (not confirmed)" : "",
		    listed[h->listed]);
	}
}
