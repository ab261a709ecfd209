/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.h - a request to whoever keeps a directory: a file that is there
 * whole or not at all, with a sum under a key, and stays until it is done.
 */
#ifndef SYS_REQUEST_H
#define SYS_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REQUEST_KEY = 16 };

/* On the disk when this returns; whoever owns the directory may read it.
 * False: errno; EEXIST: another one waits. */
bool request_ask(int dir, const char *name, const void *body, size_t n,
    const uint8_t key[REQUEST_KEY]);
bool request_waits(int dir, const char *name);

/* 0: there is none; 1: body was read; -1: errno.  EBADMSG: it was not of
 * ours, nobody would ever do it, and it is away. */
int request_read(int dir, const char *name, void *body, size_t n,
    const uint8_t key[REQUEST_KEY]);
/* It goes, on the disk as well. */
bool request_done(int dir, const char *name);

#endif
