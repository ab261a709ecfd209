/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worldgen.c - worldgen SEED DIR: the reports of a world and DIR/truth.tsv.
 *
 * For trying out the command; what measures the classifier links the world.
 */
#include "world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int
main(int argc, char **argv)
{
	char path[1024];
	struct world *w;
	FILE *truth;
	bool ok;

	if (argc != 3) {
		fprintf(stderr, "usage: worldgen SEED DIR\n");
		return 2;
	}
	w = world_new(strtoull(argv[1], NULL, 10));
	snprintf(path, sizeof(path), "%s/truth.tsv", argv[2]);
	truth = fopen(path, "w");
	ok = truth != NULL && world_write_xml(w, argv[2]);
	if (ok)
		world_write_truth(w, truth);
	if (truth != NULL)
		ok = fclose(truth) == 0 && ok;
	if (!ok)
		fprintf(stderr, "%s: %s\n", argv[2], strerror(errno));
	else
		printf("%s: %u senders, %u hosts, %u rows\n", w->own[0].name,
		    w->n_sender, w->n_host, w->n_row);
	world_free(w);
	return ok ? 0 : 1;
}
