/* SPDX-License-Identifier: Apache-2.0 */
/* mail_word.h - what may stand in the header of a mail of ours. */
#ifndef REPORT_MAIL_WORD_H
#define REPORT_MAIL_WORD_H

#include "base/span.h"

/* One line of printable ASCII, not empty. */
bool mail_line(struct span s, size_t most);
/* ... without what would end an address or a quoted string. */
bool mail_word(struct span s, size_t most);

#endif
