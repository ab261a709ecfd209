/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mailbox.h - a mailbox of somebody else's server, by IMAP.
 *
 * A process of its own talks to the server: it has the network and the
 * secret, behind the walls of role resolve, and no file.  What it fetches it
 * gives back as a memfd that nobody in it has looked into.
 */
#ifndef ASSAY_MAILBOX_H
#define ASSAY_MAILBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "imap_talk.h"

enum {
	MAIL_MAX = 64 << 20,	/* octets: more than any server takes for a
				 * mail; a report of a million rows has 10    */
	MAIL_SET = 64,		/* mails of one command to change them       */
	MAILS_MAX = 1 << 20	/* of one run, 16 octets each; the rest comes
				 * with the next                             */
};

enum mailbox_then { THEN_NOTHING, THEN_SEEN, THEN_MOVE, THEN_DELETE };

struct mailbox_want {
	struct imap_url url;
	bool plain;		/* without TLS if there is none              */
	struct span ca;		/* certificates, PEM                         */
	const char *password, *token;	/* one of them; NULL                 */
	enum mailbox_then then;
	struct span target;	/* THEN_MOVE: the folder                     */
};

/* What the processes say to each other: one of these each way. */
enum mailbox_kind {
	/* to the server */
	MAILBOX_LIST = 1, MAILBOX_FETCH, MAILBOX_THEN,
	/* from it */
	MAILBOX_READY,		/* uid: the UIDVALIDITY                      */
	MAILBOX_MAIL,		/* uid, size, seen                           */
	MAILBOX_BODY,		/* uid, size, and a descriptor               */
	MAILBOX_LARGE,		/* uid: past MAIL_MAX, whatever was said     */
	MAILBOX_GONE,		/* uid: somebody else has removed it         */
	MAILBOX_DONE,
	MAILBOX_WRONG		/* status, text; it ends                     */
};
struct mailbox_word {
	uint8_t kind, status;
	bool seen;
	uint32_t uid;		/* of a list: how many                       */
	uint64_t size;
	uint32_t list[MAIL_SET];
	char text[300];
};

struct mailbox {
	pid_t pid;
	int fd;
	uint32_t uidvalidity;
	int status;		/* after false: an exit status, and          */
	char why[300];		/* in words; of the server, so not printable */
};

/* Logs in, opens the folder.  False: .status, .why; so for all. */
bool mailbox_open(struct mailbox *m, const struct mailbox_want *want);
void mailbox_close(struct mailbox *m);

bool mailbox_list(struct mailbox *m);
/* MAIL or DONE. */
bool mailbox_next(struct mailbox *m, struct mailbox_word *out);
/* BODY with *fd, LARGE or GONE. */
bool mailbox_fetch(struct mailbox *m, uint32_t uid, struct mailbox_word *out,
    int *fd);
/* What was wanted, for n mails. */
bool mailbox_then(struct mailbox *m, const uint32_t *uid, size_t n);

/* The process itself; fd: where it hears and says words. */
_Noreturn void courier(int fd, pid_t parent,
    const struct mailbox_want *want);

#endif
