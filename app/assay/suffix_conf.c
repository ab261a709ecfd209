/* SPDX-License-Identifier: Apache-2.0 */
#include "suffix_conf.h"

#include <stdio.h>

#include "conf_judge.h"
#include "store_file.h"

bool
suffix_conf_load(const struct suffixes **out, const struct args *args,
    struct arena *a)
{
	struct store_file f;
	const char *path;
	bool ok;

	*out = NULL;
	if (args->given[F_STATE] && !args->given[F_CONF]) {
		*out = suffix_list_load(NULL, a);
		return true;
	}
	ok = store_file_find(&f, args);
	path = ok ? conf_string(&f.conf, CONF_K_PUBLIC_SUFFIX_LIST) : NULL;
	if (ok)
		*out = suffix_list_load(path, a);
	if (ok && path != NULL && *out == NULL) {
		fprintf(stderr, "assay %s: %s: no list of public suffixes "
		    "that can be read\n", args->name, path);
		ok = false;
	}
	store_file_free(&f);
	return ok;
}
