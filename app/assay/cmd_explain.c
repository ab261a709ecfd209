/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_explain.c - assay explain: the whole story of a message. */
#include "cmd.h"
#include "run.h"

int
cmd_explain(const struct args *args, const struct out *out)
{
	return run_messages(args, out, args->given[F_JSON] ? VIEW_JSON :
	    VIEW_EXPLAIN, (enum assay_check)0);
}
