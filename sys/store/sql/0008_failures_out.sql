-- SPDX-License-Identifier: Apache-2.0
-- Failure reports that we send: each is a report of one message, made when it
-- is taken, with its letter, which goes when its last mail is done with.

ALTER TABLE outbound_report ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
CREATE INDEX outbound_report_failure ON outbound_report (made)
	WHERE kind = 1;

CREATE TABLE outbound_letter (
	report INTEGER PRIMARY KEY REFERENCES outbound_report (id),
	octets BLOB NOT NULL		-- of lib/report/arf_out.h
) STRICT;

DROP VIEW outbound_seen;
CREATE VIEW outbound_seen AS SELECT id AS r_id, day, part, domain, policy, rua,
	error, rows, messages, letters, state AS r_state, due AS r_due,
	tries AS r_tries, made, why AS r_why, submitter, report_id, form,
	CASE kind WHEN 0 THEN (SELECT ifnull(sum(l.messages), 0)
		FROM outbound_lost AS l WHERE l.day = r.day AND
		l.domain = r.domain) ELSE 0 END AS lost, kind
	FROM outbound_report AS r;
