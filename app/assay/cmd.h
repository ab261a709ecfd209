/* SPDX-License-Identifier: Apache-2.0 */
/* cmd.h - the subcommands; each returns the exit status. */
#ifndef ASSAY_CMD_H
#define ASSAY_CMD_H

#include "args.h"
#include "out.h"

typedef int cmd_fn(const struct args *args, const struct out *out);

cmd_fn cmd_check, cmd_explain, cmd_replay, cmd_spf, cmd_dkim, cmd_arc,
    cmd_dmarc, cmd_conf, cmd_doctor, cmd_demo, cmd_help, cmd_status,
    cmd_token, cmd_key, cmd_domain, cmd_store, cmd_report,
    cmd_source, cmd_policy, cmd_rollout, cmd_alerts, cmd_digest,
    cmd_traits, cmd_lookalike, cmd_content, cmd_age,
    cmd_learn, cmd_eval, cmd_held, cmd_release, cmd_label, cmd_share,
    cmd_erase;

#endif
