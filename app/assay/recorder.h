/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recorder.h - keeps records, in a file of lines or one file a message.
 *
 * Nothing is half-written: a file appears under its name when it is whole.
 */
#ifndef ASSAY_RECORDER_H
#define ASSAY_RECORDER_H

#include "text.h"

struct recorder {
	const char *path;	/* NULL: keeps nothing             */
	bool folder, device;
	char temporary[4200];
	FILE *file;
};

/* False: what failed was told.  path may be NULL. */
bool recorder_open(struct recorder *r, const char *path);
/* number: of the message in the run, from 1; names its file in a folder. */
bool recorder_put(struct recorder *r, size_t number,
    const struct text *record);
/* keep: the run was whole; otherwise a file of lines does not appear. */
bool recorder_close(struct recorder *r, bool keep);

/* Before the process ends early: takes away what is half-written. */
void recorder_abandon(void);
/* In a child, whose end says nothing about its parent's file. */
void recorder_forget(void);

#endif
