/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worldgen.c - worldgen SEED DIR: the reports of a world, and truth.tsv,
 * world.zone (DNS) and asn.csv (networks) beside them.
 *
 * For trying out the command; what measures the classifier links the world.
 */
#include "world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static FILE *
open_in(const char *dir, const char *name)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return fopen(path, "w");
}

static bool
done(FILE *f)
{
	return f != NULL && !ferror(f) && fclose(f) == 0;
}

static bool
write_all(struct world *w, const char *dir)
{
	FILE *truth = open_in(dir, "truth.tsv");
	FILE *zone = open_in(dir, "world.zone");
	FILE *nets = open_in(dir, "asn.csv");
	bool ok;

	if (truth == NULL || zone == NULL || nets == NULL)
		return false;
	world_write_truth(w, truth);
	world_write_zone(w, zone);
	world_write_networks(nets);
	ok = done(truth);
	ok = done(zone) && ok;
	return done(nets) && ok && world_write_xml(w, dir);
}

int
main(int argc, char **argv)
{
	struct world *w;
	bool ok;

	if (argc != 3) {
		fprintf(stderr, "usage: worldgen SEED DIR\n");
		return 2;
	}
	w = world_new(strtoull(argv[1], NULL, 10));
	ok = write_all(w, argv[2]);
	if (!ok)
		fprintf(stderr, "%s: %s\n", argv[2], strerror(errno));
	else
		printf("%s: %u senders, %u hosts, %u rows\n", w->own[0].name,
		    w->n_sender, w->n_host, w->n_row);
	world_free(w);
	return ok ? 0 : 1;
}
