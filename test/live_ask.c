/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks the live source and prints what it says; for test/integration.
 *
 *	live_ask [-s SERVER] [-t ANCHORFILE] [-q MS] [-a MS] NAME/TYPE...
 *
 * All questions are begun, then asked in turn; the last line is the time
 * that it took.  What is not printable is written \xHH.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <assay/assay.h>

#include "wire/dnsrr.h"

static const char *const kinds[] = { "?", "DATA", "NODATA", "NXDOMAIN",
    "TEMPFAIL", "BOGUS", "UNKNOWN" };

static void
show(struct assay_span s)
{
	if (s.ptr == NULL)
		printf(" -");
	else
		putchar(' ');
	for (size_t i = 0; i < s.len; i++)
		printf(s.ptr[i] > 0x20 && s.ptr[i] < 0x7f ? "%c" : "\\x%02x",
		    s.ptr[i]);
}

static struct assay_question
question(const char *arg)
{
	const char *slash = strchr(arg, '/');
	size_t n = slash == NULL ? strlen(arg) : (size_t)(slash - arg);

	return (struct assay_question){ ASSAY_Q_DNS,
	    rr_type(assay_cstr(slash == NULL ? "A" : slash + 1)),
	    { (const uint8_t *)arg, n } };
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
ask(const struct assay_oracle *o, const char *arg)
{
	struct assay_question q = question(arg);
	struct assay_answer a = { .ttl = 0 };

	if (o->ask(o->self, &q, &a) != ASSAY_OK || a.kind > ASSAY_A_UNKNOWN) {
		printf("%s failed\n", arg);
		return;
	}
	printf("%s %s %s %u", arg, kinds[a.kind],
	    a.secure ? "secure" : "insecure", (unsigned)a.ttl);
	show(a.canonical);
	for (size_t i = 0; i < a.n_item; i++)
		show(a.item[i]);
	putchar('\n');
}

int
main(int argc, char **argv)
{
	struct assay_resolver_conf conf = { .server = NULL };
	struct assay_oracle o;
	enum assay_status st;
	int64_t began = now_ms();
	int c;

	while ((c = getopt(argc, argv, "s:t:q:a:")) != -1)
		if (c == 's')
			conf.server = optarg;
		else if (c == 't')
			conf.trust_anchor_file = optarg;
		else if (c == 'q')
			conf.question_ms = (unsigned)atoi(optarg);
		else if (c == 'a')
			conf.total_ms = (unsigned)atoi(optarg);
		else
			return 2;
	st = assay_oracle_resolver(&o, &conf);
	if (st != ASSAY_OK) {
		printf("resolver: %s\n", assay_status_str(st));
		return 1;
	}
	for (int i = optind; i < argc; i++) {
		struct assay_question q = question(argv[i]);
		o.begin(o.self, &q);
	}
	for (int i = optind; i < argc; i++)
		ask(&o, argv[i]);
	printf("ms %" PRId64 "\n", now_ms() - began);
	o.free(o.self);
	return 0;
}
