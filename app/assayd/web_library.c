/* SPDX-License-Identifier: Apache-2.0 */
#include "web_library.h"
#include "library.h"

#include <dlfcn.h>

/* The name of the interface whose header we are compiled with. */
static const char name[] = "libmicrohttpd.so.12";

bool
web_library_open(struct web_library *out, const struct log *log)
{
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	bool all = library != NULL;

#define X(word) all = all && library_find(library, "MHD_" #word, \
    &out->word, sizeof(out->word));
	WEB_LIBRARY(X)
#undef X
	if (!all)
		log_say2(log, "start-failed", "the HTTP library cannot be "
		    "opened", "why", assay_cstr(dlerror()));
	return all;
}
