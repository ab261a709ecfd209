/* SPDX-License-Identifier: Apache-2.0 */
/* policy_builtin.c - what is done where nobody says anything else. */
#include "verdict/policy.h"

static const char builtin[] =
    "# RFC 9989 7.4: not rejected for p=reject alone\n"
    "dmarc-fail policy reject then quarantine\n"
    "dmarc-fail policy reject and second-signal then reject\n"
    "dmarc-fail policy quarantine then quarantine\n"
    "# RFC 9989 5.3.6: whoever breaks a lookup must not get round a policy\n"
    "dmarc temperror then defer\n"
    "# RFC 9989 11.5: no author, or several\n"
    "dmarc permerror then quarantine\n"
    "structure S1 then quarantine\n";

const char *
assay_policy_builtin(void)
{
	return builtin;
}
