-- SPDX-License-Identifier: Apache-2.0
-- What people decided of sources, what DNS said, what must not be deleted.

-- The latest decision about the same thing holds.
CREATE TABLE decision (
	scope INTEGER NOT NULL,		-- 1 address, 2 network, 3 dkim, 4 asn
	what TEXT NOT NULL,
	domain TEXT NOT NULL,		-- whose reports; '': all
	at INTEGER NOT NULL,
	class TEXT NOT NULL,
	who TEXT NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (scope, what, domain, at, class, who)
) STRICT, WITHOUT ROWID;

-- A day, and the first and last time in it.
CREATE TABLE dns_seen (
	name TEXT NOT NULL,
	type TEXT NOT NULL,
	day INTEGER NOT NULL,
	answer TEXT NOT NULL,
	first INTEGER NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY (name, type, day, answer)
) STRICT, WITHOUT ROWID;

-- A hold ends with its last day, or earlier by a release.
CREATE TABLE hold (
	id INTEGER PRIMARY KEY,
	domain TEXT NOT NULL,		-- '': everything
	reason TEXT NOT NULL,
	owner TEXT NOT NULL,
	at INTEGER NOT NULL,
	last_day INTEGER NOT NULL
) STRICT;
CREATE TABLE hold_release (
	hold INTEGER NOT NULL REFERENCES hold (id),
	at INTEGER NOT NULL,
	who TEXT NOT NULL,
	PRIMARY KEY (hold, at, who)
) STRICT, WITHOUT ROWID;
