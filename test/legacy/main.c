/* SPDX-License-Identifier: Apache-2.0 */
/*
 * legacy_dkim MESSAGE ZONE TIME - the DKIM result of a message with sha1
 * and 512-bit keys allowed, one word.  Runs the library twice, once with
 * each hash, and takes from each run the signatures that it is for.
 */
#include "test/legacy/legacy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eval.h"

enum { MOST = 64 };

static struct span
slurp(const char *path)
{
	enum { ROOM = 32 << 20 };
	uint8_t *text = malloc(ROOM);
	FILE *f = fopen(path, "rb");
	struct span s = { text, 0 };

	if (f == NULL || text == NULL) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(2);
	}
	s.len = fread(text, 1, ROOM, f);
	fclose(f);
	return s;
}

/* The digests are 20 octets here, where the library expects 32. */
static void
compare_bodies(struct assay_eval *ev)
{
	for (size_t i = 0; i < ev->facts.dkim.n_sig; i++) {
		struct sig_facts *s = &ev->facts.dkim.sig[i];
		struct span have = { s->body_hash, 20 };
		s->body_hash_ok = span_eq(s->bh, have);
	}
}

static size_t
run(enum assay_result out[MOST], struct span message,
    const struct assay_oracle *zone, int64_t now)
{
	struct assay_session session = { .now = now };
	struct assay_eval *ev;
	size_t n;

	if (assay_eval_new(&ev, &session, NULL, NULL, NULL) != ASSAY_OK ||
	    assay_eval_data(ev, message) != ASSAY_OK ||
	    assay_eval_end(ev) != ASSAY_OK)
		exit(2);
	if (legacy_sha1)
		compare_bodies(ev);
	if (assay_eval_run(ev, zone, 1) != ASSAY_OK)
		exit(2);
	n = ev->out.dkim.n_sig < MOST ? ev->out.dkim.n_sig : MOST;
	for (size_t i = 0; i < n; i++)
		if ((ev->out.dkim.sig[i].sig->alg == ALG_RSA_SHA1) ==
		    legacy_sha1)
			out[i] = ev->out.dkim.sig[i].result;
	assay_eval_free(ev);
	return n;
}

static enum assay_result
best(const enum assay_result *r, size_t n)
{
	static const enum assay_result order[] = { ASSAY_PASS,
	    ASSAY_TEMPERROR, ASSAY_FAIL, ASSAY_PERMERROR, ASSAY_NEUTRAL,
	    ASSAY_POLICY };

	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
		for (size_t i = 0; i < n; i++)
			if (r[i] == order[k])
				return order[k];
	return ASSAY_NONE;
}

int
main(int argc, char **argv)
{
	enum assay_result result[MOST] = { ASSAY_NONE };
	struct assay_oracle zone;
	struct span message, text;
	size_t n;

	if (argc != 4)
		return 2;
	message = slurp(argv[1]);
	text = slurp(argv[2]);
	if (assay_oracle_zone(&zone, text, NULL, NULL) != ASSAY_OK)
		return 2;
	(void)run(result, message, &zone, strtoll(argv[3], NULL, 10));
	legacy_sha1 = true;
	n = run(result, message, &zone, strtoll(argv[3], NULL, 10));
	puts(assay_result_name(best(result, n)));
	assay_oracle_free(&zone);
	free((void *)(uintptr_t)text.ptr);
	free((void *)(uintptr_t)message.ptr);
	return 0;
}
