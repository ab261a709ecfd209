-- SPDX-License-Identifier: Apache-2.0
-- What was told to people.

-- This key had that state at that moment; the latest of a key holds.
CREATE TABLE alert_seen (
	key TEXT NOT NULL,		-- "spike example.org"
	domain TEXT NOT NULL,
	at INTEGER NOT NULL,
	state TEXT NOT NULL,
	cause TEXT NOT NULL,		-- as it was told
	PRIMARY KEY (key, at, state)
) STRICT, WITHOUT ROWID;
