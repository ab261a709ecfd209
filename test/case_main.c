/* SPDX-License-Identifier: Apache-2.0 */
/* cases FILE|DIR... - tells the stories of .case files, as TAP. */
#include "test/case.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_BYTES = 4 << 20, STORY_MEMORY = 64 << 20 };

static unsigned count, failed;

static void
broken(const char *file, unsigned at, const char *why)
{
	count++;
	failed++;
	printf("not ok %u - %s:%u: %s\n", count, file, at, why);
}

/* A story has an arena of its own: the reader begins again behind it. */
static void
run_text(const char *file, struct span text)
{
	struct case_reader r = { .file = file, .rest = text };
	struct arena a;
	struct story s;
	bool more = true;

	while (more) {
		arena_init(&a, STORY_MEMORY);
		r.arena = &a;
		more = case_next(&r, &s);
		if (more)
			case_run(&s, &count, &failed);
		else if (r.why[0] != '\0')
			broken(file, r.line, r.why);
		if (a.failed)
			broken(file, r.line, "the story is too long");
		arena_free(&a);
	}
}

static void
run_file(const char *file)
{
	uint8_t *text = malloc(FILE_MAX_BYTES);
	FILE *f = fopen(file, "rb");

	if (f == NULL || text == NULL)
		broken(file, 0, "cannot read");
	else
		run_text(file, (struct span){ text,
		    fread(text, 1, FILE_MAX_BYTES, f) });
	if (f != NULL)
		fclose(f);
	free(text);
}

static int
is_case(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && strcmp(e->d_name + n - 5, ".case") == 0;
}

static void
run_path(const char *path)
{
	struct dirent **list;
	int n = scandir(path, &list, is_case, alphasort);

	if (n < 0) {
		run_file(path);
		return;
	}
	for (int i = 0; i < n; i++) {
		char file[4096];
		snprintf(file, sizeof(file), "%s/%s", path, list[i]->d_name);
		run_file(file);
		free(list[i]);
	}
	free(list);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		run_path(argv[i]);
	printf("1..%u\n", count);
	return failed == 0 ? 0 : 1;
}
