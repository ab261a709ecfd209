-- SPDX-License-Identifier: Apache-2.0
-- Aggregate reports that we send: what was counted, what is due, what became
-- of it.  Times are Unix seconds, days are days since 1970.

-- What was taken out of a spool, by the number of its last entry: in the
-- same transaction as the counts, so that a kill loses and doubles nothing.
CREATE TABLE outbound_spool (
	spool INTEGER PRIMARY KEY,	-- its identity
	number INTEGER NOT NULL
) STRICT;

-- One published policy on one day: one report (RFC 9990 3.1).  What comes
-- when its report was made already is counted in the next part.
CREATE TABLE outbound_report (
	id INTEGER PRIMARY KEY,
	day INTEGER NOT NULL,
	policy BLOB NOT NULL,		-- of lib/report/tally.h
	part INTEGER NOT NULL,
	domain TEXT NOT NULL,
	rua TEXT NOT NULL,		-- as seen last
	error TEXT NOT NULL,		-- the same
	rows INTEGER NOT NULL,
	messages INTEGER NOT NULL,
	letters INTEGER NOT NULL,	-- of them, reports and bounces
	state INTEGER NOT NULL,		-- enum outbound_state
	due INTEGER NOT NULL,		-- when it is looked at again
	tries INTEGER NOT NULL,		-- of asking where it may go
	why TEXT NOT NULL,
	-- since it was made
	made INTEGER NOT NULL,
	submitter TEXT NOT NULL,
	report_id TEXT NOT NULL,
	form INTEGER NOT NULL,
	UNIQUE (day, policy, part)
) STRICT;
CREATE INDEX outbound_report_due ON outbound_report (state, due);
CREATE INDEX outbound_report_day ON outbound_report (day);

CREATE TABLE outbound_row (
	report INTEGER NOT NULL REFERENCES outbound_report (id),
	row BLOB NOT NULL,		-- of lib/report/tally.h
	messages INTEGER NOT NULL,
	PRIMARY KEY (report, row)
) STRICT, WITHOUT ROWID;

-- A report to one address.
CREATE TABLE outbound_mail (
	id INTEGER PRIMARY KEY,
	report INTEGER NOT NULL REFERENCES outbound_report (id),
	address TEXT NOT NULL,
	state INTEGER NOT NULL,		-- enum outbound_mail_state
	tries INTEGER NOT NULL,
	due INTEGER NOT NULL,
	tried INTEGER NOT NULL,		-- noted before it is sent
	answered INTEGER NOT NULL,
	code INTEGER NOT NULL,
	why TEXT NOT NULL,
	UNIQUE (report, address)
) STRICT;
CREATE INDEX outbound_mail_due ON outbound_mail (due) WHERE state = 1;

-- Messages that no row counts: dropped by a full spool (its identity; the
-- largest number seen is the one that counts), or beyond the rows of a
-- report (spool 0; a sum).
CREATE TABLE outbound_lost (
	day INTEGER NOT NULL,
	domain TEXT NOT NULL,
	spool INTEGER NOT NULL,
	messages INTEGER NOT NULL,
	PRIMARY KEY (day, domain, spool)
) STRICT, WITHOUT ROWID;

-- Addresses that mail did not reach.
CREATE TABLE outbound_suppressed (
	address TEXT PRIMARY KEY,
	since INTEGER NOT NULL,
	until INTEGER NOT NULL,
	why TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIEW outbound_seen AS SELECT id AS r_id, day, part, domain, policy, rua,
	error, rows, messages, letters, state AS r_state, due AS r_due,
	tries AS r_tries, made, why AS r_why, submitter, report_id, form,
	(SELECT ifnull(sum(l.messages), 0) FROM outbound_lost AS l
		WHERE l.day = r.day AND l.domain = r.domain) AS lost
	FROM outbound_report AS r;
