/* SPDX-License-Identifier: Apache-2.0 */
#include "check/sig_verify.h"

const struct sig_rules sig_rules = { .sha1 = true };
