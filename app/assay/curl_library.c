/* SPDX-License-Identifier: Apache-2.0 */
#include "curl_library.h"

#include <dlfcn.h>
#include <string.h>

/* The name of the interface whose header we are compiled with. */
static const char name[] = "libcurl.so.4";

static bool
find(void *library, const char *symbol, void *to, size_t size)
{
	void *at = dlsym(library, symbol);

	if (at == NULL)
		return false;
	memcpy(to, &at, size);	/* ISO C has no cast for it; POSIX wants it */
	return true;
}

bool
curl_library_open(struct curl_library *out, const char **why)
{
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	bool all = library != NULL;

#define X(word) all = all && find(library, "curl_" #word, &out->word, \
    sizeof(out->word));
	CURL_LIBRARY(X)
#undef X
	if (!all)
		*why = dlerror();
	return all;
}
