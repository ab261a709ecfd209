/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every line has to be one of the grammar (OpenMetrics 1.0, "ABNF"), every
 * family one block, every histogram cumulative.
 */
#include "openmetrics.h"

#include <regex.h>
#include <stdlib.h>
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
	g->text[g->len] = '\0';
	return true;
}

static bool
refuse(void *ctx, struct span s)
{
	(void)ctx;
	return s.len == 0;
}

static void
test_grammar(const struct got *g)
{
	static const char comment[] = "^# (TYPE assay_[a-z_]+ (counter|gauge|"
	    "histogram|info)|UNIT assay_[a-z_]+ (seconds|bytes)|HELP "
	    "assay_[a-z_]+ [^\\\\]+\\.)$";
	static const char sample[] = "^assay_[a-z_]+(\\{[a-z]+=\"[^\"\\\\]+\""
	    "(,[a-z]+=\"[^\"\\\\]+\")*\\})? [0-9]+(\\.[0-9]{6})?$";
	regex_t c, s;
	char *copy = strdup(g->text), *line, *end;
	bool ok = copy != NULL;

	T_OK(regcomp(&c, comment, REG_EXTENDED | REG_NOSUB) == 0, "regex");
	T_OK(regcomp(&s, sample, REG_EXTENDED | REG_NOSUB) == 0, "regex");
	for (line = copy; ok && line != NULL && *line != '\0'; line = end) {
		end = strchr(line, '\n');
		ok = end != NULL;
		if (!ok)
			break;
		*end++ = '\0';
		if (strcmp(line, "# EOF") == 0) {
			ok = *end == '\0';
			break;
		}
		if (regexec(line[0] == '#' ? &c : &s, line, 0, NULL, 0)
		    != 0) {
			ok = false;
			printf("# bad line: %s\n", line);
		}
	}
	T_OK(ok, "every line is of the grammar, # EOF is the last");
	regfree(&c);
	regfree(&s);
	free(copy);
}

static bool
has(const struct got *g, const char *lines)
{
	if (strstr(g->text, lines) != NULL)
		return true;
	printf("# missing: %s", lines);
	return false;
}

static void
test_values(const struct got *g)
{
	T_OK(has(g, "# TYPE assay_messages counter\n"
	    "# HELP assay_messages Messages answered, by what the mail "
	    "server was told.\n"
	    "assay_messages_total{disposition=\"accept\"} 12\n"), "counter");
	T_OK(has(g, "# TYPE assay_spool_bytes gauge\n"
	    "# UNIT assay_spool_bytes bytes\n"), "unit");
	T_OK(has(g, "assay_spool_bytes 4096\n"), "gauge");
	T_OK(has(g, "assay_cpu_seconds_total{role=\"eval\",index=\"1\"} "
	    "1.500000\n"), "generations of a process are one");
	T_OK(has(g, "assay_memory_bytes{role=\"eval\",index=\"1\"} 300\n"),
	    "memory as well");
	T_OK(has(g, "_bucket{le=\"5e-05\"} 1\n"
	    "assay_judging_seconds_bucket{le=\"0.0001\"} 3\n"), "cumulative");
	T_OK(has(g, "assay_judging_seconds_bucket{le=\"100.0\"} 3\n"
	    "assay_judging_seconds_bucket{le=\"+Inf\"} 4\n"
	    "assay_judging_seconds_count 4\n"
	    "assay_judging_seconds_sum 200.000170\n"), "histogram");
	T_OK(has(g, "assay_compared_total{method=\"dkim\",ours=\"pass\","
	    "theirs=\"absent\"} 2\n"), "compared");
	T_OK(strstr(g->text, "theirs=\"absent\"} 0") == NULL,
	    "what never was is not told");
}

int
main(void)
{
	static struct stats_sum sum;
	static struct got g;

	sum.counter[STAT_MESSAGES] = 12;
	sum.gauge[STAT_SPOOL_BYTES] = 4096;
	sum.counter[STAT_COMPARED + METHOD_DKIM * STAT_SAID * STAT_SAID +
	    ASSAY_PASS * STAT_SAID + STAT_UNSAID] = 2;
	sum.n_process = 2;
	sum.process[0] = (struct stats_process){ .role = ROLE_EVAL,
		.index = 1, .cpu = 1000000, .memory = 100 };
	sum.process[1] = (struct stats_process){ .role = ROLE_EVAL,
		.index = 1, .cpu = 500000, .memory = 200 };
	sum.time[STAT_JUDGE].bucket[stats_bucket(50)] = 1;
	sum.time[STAT_JUDGE].bucket[stats_bucket(60)] = 2;
	sum.time[STAT_JUDGE].bucket[STAT_BOUNDS] = 1;
	sum.time[STAT_JUDGE].count = 4;
	sum.time[STAT_JUDGE].sum = 200000170;
	T_OK(openmetrics_write(&sum, keep, &g), "written");
	test_grammar(&g);
	test_values(&g);
	T_OK(!openmetrics_write(&sum, refuse, NULL), "a failure is told");
	if (getenv("SHOW_METRICS") != NULL)
		fwrite(g.text, 1, g.len, stderr);
	return t_done();
}
