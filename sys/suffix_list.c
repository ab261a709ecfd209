/* SPDX-License-Identifier: Apache-2.0 */
#include "suffix_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define SYSTEM_LIST "/usr/share/publicsuffix/public_suffix_list.dat"

/* The list has 250 KB; it is read whole, and let go. */
enum { MOST = 8 << 20 };

static const struct suffixes *
parse(FILE *f, size_t size, struct arena *a)
{
	uint8_t *text = malloc(size + 1);
	const struct suffixes *list = NULL;
	size_t n = text != NULL ? fread(text, 1, size, f) : 0;

	if (n > 0 && !ferror(f))
		list = suffixes_read((struct span){ text, n }, a);
	free(text);
	return list != NULL && suffixes_count(list) > 0 ? list : NULL;
}

static bool
is_compiled(FILE *f)
{
	char head[6] = "";
	size_t n = fread(head, 1, sizeof(head), f);

	rewind(f);
	return n == sizeof(head) && head[0] == '.' && head[1] == 'D' &&
	    head[2] == 'A' && head[3] == 'F';
}

const struct suffixes *
suffix_list_load(const char *path, struct arena *a)
{
	FILE *f = fopen(path != NULL ? path : SYSTEM_LIST, "re");
	const struct suffixes *list = NULL;
	struct stat st;

	if (f == NULL)
		return NULL;
	if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size > 0 && st.st_size <= MOST && !is_compiled(f))
		list = parse(f, (size_t)st.st_size, a);
	fclose(f);
	return list;
}
