/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reach.h - where a host is, found out before the walls, since behind them
 * nobody can be asked.
 */
#ifndef ASSAY_REACH_H
#define ASSAY_REACH_H

#include <stdbool.h>
#include <stddef.h>

/* "host:port:address,address", as CURLOPT_RESOLVE has it; host may be in
 * brackets.  *local: all of them are this machine's.  Not 0: an error of
 * getaddrinfo(). */
int reach(char *line, size_t cap, const char *host, const char *port,
    bool *local);

#endif
