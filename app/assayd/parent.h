/* SPDX-License-Identifier: Apache-2.0 */
/* parent.h - the process that starts the others and touches no mail. */
#ifndef ASSAYD_PARENT_H
#define ASSAYD_PARENT_H

#include "log.h"

struct parent_options {
	const char *conf_path;		/* NULL: the built-in defaults     */
	const char *test_clock;		/* path of a socket, or NULL       */
	const char *self;		/* path of this program            */
	int ready_fd;			/* written to when ready, or -1    */
	struct log log;
};

/* Until told to end; the exit status of the process. */
int parent_run(const struct parent_options *options);

#endif
