/* SPDX-License-Identifier: Apache-2.0 */
#include "curl_library.h"
#include "library.h"

#include <dlfcn.h>

/* The name of the interface whose header we are compiled with. */
static const char name[] = "libcurl.so.4";

bool
curl_library_open(struct curl_library *out, const char **why)
{
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	bool all = library != NULL;

#define X(word) all = all && library_find(library, "curl_" #word, \
    &out->word, sizeof(out->word));
	CURL_LIBRARY(X)
#undef X
	if (!all)
		*why = dlerror();
	return all;
}
