/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict.c - what Assay says of a message on standard input.
 *
 *	cc verdict.c $(pkg-config --cflags --libs assay) -o verdict
 *	./verdict zone.txt 192.0.2.1 helo.example alice@example.org <mail.eml
 */
#include <assay/assay.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct assay_span
read_all(FILE *f)
{
	static uint8_t room[1 << 20];

	return (struct assay_span){ room, fread(room, 1, sizeof(room), f) };
}

int
main(int argc, char **argv)
{
	struct assay_session session = { .now = time(NULL) };
	struct assay_oracle zone;
	struct assay_eval *ev;
	const struct assay_verdict *verdict;
	const struct assay_evidence *e;
	FILE *f = argc == 5 ? fopen(argv[1], "rb") : NULL;

	if (f == NULL || assay_oracle_zone(&zone, read_all(f), NULL, NULL) ||
	    assay_addr_parse(&session.client, assay_cstr(argv[2]))) {
		fprintf(stderr, "usage: verdict ZONE IP HELO MAILFROM <mail\n");
		return 2;
	}
	session.helo = assay_cstr(argv[3]);
	session.mail_from = assay_cstr(argv[4]);
	if (assay_eval_new(&ev, &session, NULL, NULL, NULL) ||
	    assay_eval_data(ev, read_all(stdin)) ||
	    assay_eval_run(ev, &zone, 1) || assay_decide(&verdict, ev, NULL))
		return 2;
	printf("%s\n", assay_disposition_name(verdict->disposition));
	for (size_t i = 0, n = assay_eval_evidence(ev, &e); i < n; i++)
		printf("  %s=%s: %s\n", assay_check_name(e[i].check),
		    assay_result_name(e[i].result),
		    assay_reason_text(e[i].reason)->sentence);
	assay_eval_free(ev);
	assay_oracle_free(&zone);
	fclose(f);
	return 0;
}
