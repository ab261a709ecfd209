/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_file.h"

#include "ext/deflate.h"

struct report_file { struct deflate *gzip; };

struct report_file *
report_file_new(struct arena *a, assay_write_fn *write, void *ctx)
{
	struct report_file *f = arena_alloc(a, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->gzip = deflate_new(a, write, ctx);
	return f->gzip == NULL ? NULL : f;
}

bool
report_file_put(void *file, struct span s)
{
	return deflate_put(((struct report_file *)file)->gzip, s);
}

bool
report_file_end(struct report_file *f)
{
	return deflate_end(f->gzip);
}
