/* SPDX-License-Identifier: Apache-2.0 */
/*
 * curl_library.h - libcurl, opened by the one process that fetches mail or
 * talks to a webhook.
 *
 * It brings thirty libraries, which nothing else of us has a use for
 * (doc/adr/0017).
 */
#ifndef SYS_CURL_LIBRARY_H
#define SYS_CURL_LIBRARY_H

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <stdbool.h>

/* What we call of it.  One line is enough for another one. */
#define CURL_LIBRARY(X) \
	X(global_init) X(easy_init) X(easy_setopt) X(easy_getinfo) \
	X(easy_perform) X(easy_send) X(easy_recv) X(easy_strerror) \
	X(easy_cleanup) X(multi_init) X(multi_setopt) X(multi_add_handle) \
	X(multi_remove_handle) X(multi_socket_action) X(multi_info_read) \
	X(multi_assign)

/* curl_easy_init() is .easy_init(), of the type that its header says. */
struct curl_library {
#define X(name) __typeof__(curl_##name) *name;
	CURL_LIBRARY(X)
#undef X
};

/* False: it is not there; *why until the next call of it. */
bool curl_library_open(struct curl_library *out, const char **why);

#endif
