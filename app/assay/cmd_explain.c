/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_explain.c - assay explain: the whole story of a message. */
#include "cmd.h"
#include "explain_record.h"
#include "run.h"

int
cmd_explain(const struct args *args, const struct out *out)
{
	size_t records = 0;

	for (size_t i = 0; i < args->n_word; i++)
		records += is_record_file(args->word[i]);
	if (records > 0 && records == args->n_word)
		return explain_records(args, out);
	return run_messages(args, out, args->given[F_JSON] ? VIEW_JSON :
	    VIEW_EXPLAIN, (enum assay_check)0);
}
