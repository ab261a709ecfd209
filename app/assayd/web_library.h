/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web_library.h - libmicrohttpd, opened by the role web when it starts.
 *
 * It brings GnuTLS and all that this needs, which no other role has a use
 * for: linked, each of them would carry it (doc/adr/0017).
 */
#ifndef ASSAYD_WEB_LIBRARY_H
#define ASSAYD_WEB_LIBRARY_H

#include <microhttpd.h>
#include <stdbool.h>

#include "log.h"

/* What we call of it.  One line is enough for another one. */
#define WEB_LIBRARY(X) \
	X(start_daemon) X(quiesce_daemon) X(get_daemon_info) X(run) \
	X(get_timeout) X(get_connection_info) X(lookup_connection_value) \
	X(suspend_connection) X(resume_connection) \
	X(create_response_from_buffer) X(add_response_header) \
	X(queue_response) X(destroy_response)

/* MHD_run() is .run(), of the type that its header says. */
struct web_library {
#define X(name) __typeof__(MHD_##name) *name;
	WEB_LIBRARY(X)
#undef X
};

/* Before the walls.  False: it is not there, which was told. */
bool web_library_open(struct web_library *out, const struct log *log);

#endif
