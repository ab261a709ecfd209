/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replays a fuzz target's seeds and past crashes without clang: every file
 * of the folders named, and every truncation of the small ones.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc(1 << 20);
	size_t n;

	if (f == NULL || data == NULL) {
		fprintf(stderr, "cannot read %s\n", path);
		free(data);
		if (f != NULL)
			fclose(f);
		return 1;
	}
	n = fread(data, 1, 1 << 20, f);
	fclose(f);
	for (size_t cut = 0; cut < (n < 300 ? n : 0); cut++) {
		/* exact size, so that ASan sees a read behind the end */
		uint8_t *part = malloc(cut + 1);
		if (part == NULL)
			abort();
		for (size_t i = 0; i < cut; i++)
			part[i] = data[i];
		uint8_t *tight = realloc(part, cut > 0 ? cut : 1);
		LLVMFuzzerTestOneInput(tight != NULL ? tight : part, cut);
		free(tight != NULL ? tight : part);
	}
	LLVMFuzzerTestOneInput(data, n);
	free(data);
	return 0;
}

int
main(int argc, char **argv)
{
	int bad = 0;
	unsigned n = 0;

	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++) {
		DIR *d = opendir(argv[i]);
		struct dirent *e;
		char path[4096];

		while (d != NULL && (e = readdir(d)) != NULL) {
			if (e->d_name[0] == '.')
				continue;
			snprintf(path, sizeof(path), "%s/%s", argv[i],
			    e->d_name);
			bad |= replay(path);
			n++;
		}
		if (d != NULL)
			closedir(d);
	}
	printf("%u inputs replayed\n", n);
	return bad;
}
