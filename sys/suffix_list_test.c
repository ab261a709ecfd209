/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of the system as we read it, against libpsl, which has its own
 * reader: the organizations of names that the rules themselves make.
 */
#include "suffix_list.h"

#include <libpsl.h>
#include <stdlib.h>

#include "test/t.h"

#define TEXT "/usr/share/publicsuffix/public_suffix_list.dat"
#define COMPILED "/usr/share/publicsuffix/public_suffix_list.dafsa"

static struct arena arena;
static size_t names, differ;

static void
compare(const psl_ctx_t *psl, const struct suffixes *list, const char *name)
{
	struct span all = { (const uint8_t *)name, strlen(name) };
	const char *theirs = psl_registrable_domain(psl, name);
	struct span ours = suffix_org(list, all, SUFFIX_PRIVATE);

	names++;
	/* theirs has none for a suffix; ours is the name itself */
	if (theirs == NULL)
		theirs = name;
	if (ours.len == strlen(theirs) &&
	    memcmp(ours.ptr, theirs, ours.len) == 0)
		return;
	if (differ++ < 5) {
		t_show("name", all);
		t_show("ours", ours);
		printf("# theirs: %s\n", theirs);
	}
}

/* The rule itself, and names one, two and three labels below it. */
static void
compare_rule(const psl_ctx_t *psl, const struct suffixes *list, char *rule)
{
	static const char *const below[] = { "", "a.", "b.a.", "c.b.a." };
	char name[400];

	if (*rule == '!')
		rule++;
	if (strncmp(rule, "*.", 2) == 0)
		rule += 2;
	for (size_t i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "%s%s", below[i], rule);
		compare(psl, list, name);
	}
}

static bool
is_plain_rule(const char *line)
{
	if (line[0] == '/' || line[0] == '\0')
		return false;
	for (; *line != '\0'; line++)
		if ((unsigned char)*line > 0x7f || *line == ' ')
			return false;
	return true;
}

static void
compare_all(const struct suffixes *list)
{
	psl_ctx_t *psl = psl_load_file(TEXT);
	FILE *f = fopen(TEXT, "re");
	char line[400];

	while (psl != NULL && f != NULL &&
	    fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (is_plain_rule(line))
			compare_rule(psl, list, line);
	}
	T_OK(names > 20000 && differ == 0, "every rule as libpsl has it");
	printf("# %zu names, %zu differ\n", names, differ);
	if (f != NULL)
		fclose(f);
	psl_free(psl);
}

int
main(void)
{
	const struct suffixes *list;

	arena_init(&arena, 32u << 20);
	T_OK(suffix_list_load("/nonexistent", &arena) == NULL, "no file");
	T_OK(suffix_list_load("/", &arena) == NULL, "no regular file");
	T_OK(suffix_list_load(COMPILED, &arena) == NULL, "a compiled list");
	list = suffix_list_load(NULL, &arena);
	T_OK(list != NULL && suffixes_count(list) > 5000,
	    "the system's list");
	if (list != NULL)
		compare_all(list);
	arena_free(&arena);
	return t_done();
}
