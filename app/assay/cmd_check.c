/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_check.c - assay check: a verdict for each message. */
#include "cmd.h"
#include "run.h"

int
cmd_check(const struct args *args, const struct out *out)
{
	enum view view = args->given[F_JSON] ? VIEW_JSON :
	    args->given[F_BRIEF] ? VIEW_BRIEF : VIEW_SUMMARY;

	return run_messages(args, out, view, (enum assay_check)0);
}
