/* SPDX-License-Identifier: Apache-2.0 */
/* reports_gen.h - aggregate reports for the benchmark, drawn from a seed. */
#ifndef BENCH_REPORTS_GEN_H
#define BENCH_REPORTS_GEN_H

#include <stddef.h>
#include <stdint.h>

enum { LAYOUTS = 4 };	/* indented, tabs and namespaces, one line, RFC 9990 */

struct report {
	char *xml;
	size_t len, rows;
	uint64_t messages;
};

/* rows rows in that layout; the caller frees .xml. */
struct report report_make(uint64_t seed, int layout, size_t rows);

#endif
