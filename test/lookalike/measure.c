/* SPDX-License-Identifier: Apache-2.0 */
/*
 * measure.c - measure [--show CLASS] KNOWN FILE...: how many variants are
 * found, how many honest names are taken for some.
 *
 * KNOWN: a known name a line.  FILE: lines of class TAB known TAB variant, or
 * variant TAB class TAB known (the columns are told apart by what is known),
 * or of one name that is honest.
 */
#include "lookalike/lookalike.h"

#include <libpsl.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "wire/domain.h"

enum { CLASSES = 64, NAMES = 2000000 };

struct class {
	char name[32];
	unsigned long n, near, found, right;
};

static struct class class[CLASSES];
static size_t n_class;
static const char *show;
static const psl_ctx_t *psl;
static struct lookalikes *ix;

static size_t
suffix_of(const char *name)
{
	const char *reg = psl_registrable_domain(psl, name);
	const char *dot = reg != NULL ? strchr(reg, '.') : NULL;

	return dot != NULL ? strlen(dot + 1) : 0;
}

static struct class *
class_of(const char *name)
{
	for (size_t i = 0; i < n_class; i++)
		if (strcmp(class[i].name, name) == 0)
			return &class[i];
	if (n_class == CLASSES)
		exit(2);
	snprintf(class[n_class].name, sizeof(class[0].name), "%s", name);
	return &class[n_class++];
}

static const char *const kinds[] = { "-", "homograph", "visual", "hyphen",
	"dot", "typo", "suffix", "tld", "subdomain", "combo" };

/* Labels of so few letters must be equal, and are counted apart. */
static struct class *
class_for(const char *kind, const char *known)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s", kind,
	    strcspn(known, ".") <= 4 ? "/short" : "");
	return class_of(name);
}

static void
one(const char *kind, const char *known, const char *text)
{
	struct class *c = known == NULL ? class_of(kind) :
	    class_for(kind, known);
	struct lookalike_hit hit;
	bool found, right;
	struct arena a;
	struct domain d;
	char name[256];

	arena_init(&a, 1 << 20);
	if (!domain_parse(&d, assay_cstr(text), true, &a))
		d.name = SPAN_NONE;
	snprintf(name, sizeof(name), "%.*s", (int)d.name.len,
	    (const char *)d.name.ptr);
	arena_free(&a);
	if (name[0] == '\0') {
		c->n++;
		return;
	}
	if (lookalike_known(ix, assay_cstr(name)))
		return;
	found = lookalike_find(ix, assay_cstr(name), suffix_of(name), &hit);
	right = hit.kind != LOOKALIKE_NONE && known != NULL &&
	    span_eq(hit.name, assay_cstr(known));
	c->n++;
	c->near += hit.kind != LOOKALIKE_NONE;
	c->found += found;
	c->right += found && right;
	if (known == NULL && found) {
		char row[64];

		snprintf(row, sizeof(row), "honest/%s", kinds[hit.kind]);
		class_of(row)->n++;
	}
	if (show != NULL && strcmp(show, kind) == 0 &&
	    (known == NULL ? found : !found || !right))
		printf("# %s %s%s%s: %s %.*s distance %d bits %.1f\n", name,
		    known == NULL ? "" : "(", known == NULL ? "" : known,
		    known == NULL ? "" : ")", kinds[hit.kind],
		    hit.kind == LOOKALIKE_NONE ? 0 : (int)hit.name.len,
		    hit.kind == LOOKALIKE_NONE ? "" :
		    (const char *)hit.name.ptr, hit.edits.distance,
		    hit.bits / 10.);
}

static bool
add(const char *line)
{
	return lookalike_add(ix, assay_cstr(line), suffix_of(line));
}

static void
take(char *line)
{
	char *tab = strchr(line, '\t'), *second;

	if (*line == '#' || *line == '\0')
		return;
	if (tab == NULL) {
		one("honest", NULL, line);
		return;
	}
	*tab++ = '\0';
	second = strchr(tab, '\t');
	if (second == NULL)
		return;
	*second++ = '\0';
	second[strcspn(second, "\t")] = '\0';
	if (strchr(line, '.') != NULL)
		one(tab, second, line);
	else
		one(line, tab, second);
}

static bool
each(const char *path, bool known)
{
	char line[4096];
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");

	if (f == NULL) {
		perror(path);
		return false;
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (!known)
			take(line);
		else if (*line != '#') {
			line[strcspn(line, "\t")] = '\0';
			(void)add(line);
		}
	}
	if (f != stdin)
		fclose(f);
	return true;
}

int
main(int argc, char **argv)
{
	struct arena a;
	int i = 1;

	if (argc > 3 && strcmp(argv[1], "--show") == 0) {
		show = argv[2];
		i = 3;
	}
	if (argc < i + 2)
		return 2;
	psl = psl_latest(NULL);
	arena_init(&a, LIMIT_LOOKALIKE_MEMORY);
	ix = lookalike_new(&a, LIMIT_LOOKALIKE_NAMES / 1000);
	if (ix == NULL || !each(argv[i++], true))
		return 2;
	for (; i < argc; i++)
		if (!each(argv[i], false))
			return 2;
	printf("%-20s %9s %8s %8s %8s\n", "class", "names", "near %",
	    "found %", "right %");
	for (size_t k = 0; k < n_class; k++) {
		double n = class[k].n > 0 ? (double)class[k].n : 1;

		printf("%-20s %9lu %8.2f %8.3f %8.2f\n", class[k].name,
		    class[k].n, 100 * (double)class[k].near / n,
		    100 * (double)class[k].found / n, class[k].found == 0 ?
		    0 : 100 * (double)class[k].right /
		    (double)class[k].found);
	}
	arena_free(&a);
	return 0;
}
