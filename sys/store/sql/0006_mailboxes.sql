-- SPDX-License-Identifier: Apache-2.0
-- Mails that were taken out of mailboxes by IMAP, so that none is asked for a
-- second time although it stays where it is.

-- When a server gives its mails new numbers, it says another uidvalidity.
CREATE TABLE mailbox (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,		-- user@host:port/folder
	uidvalidity INTEGER NOT NULL,
	UNIQUE (name, uidvalidity)
) STRICT;

CREATE TABLE mail_taken (
	mailbox INTEGER NOT NULL REFERENCES mailbox (id),
	uid INTEGER NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (mailbox, uid)
) STRICT, WITHOUT ROWID;
