/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress.h - a bar on standard error, when a person waits for many.
 */
#ifndef ASSAY_PROGRESS_H
#define ASSAY_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	bool on, drawn;
	size_t total, done;
	int64_t start_ms, drawn_ms;
	unsigned width;
};

/* Off unless standard error is a terminal and there are many; shared: the
 * results go to the same terminal. */
void progress_init(struct progress *p, size_t total, bool shared);
void progress_step(struct progress *p);
/* Takes the bar away, before something else is written. */
void progress_clear(struct progress *p);

#endif
