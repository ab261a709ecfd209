-- SPDX-License-Identifier: Apache-2.0
-- Aggregate reports: what was received, what it said, what it sums up to.
-- Numbers of words are those of lib/report/aggregate.h and sys/store/store.h,
-- times are microseconds, days are days since 1970; assay-store(5) has it
-- for people.

CREATE TABLE meta (
	name TEXT PRIMARY KEY,
	value ANY NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('salt', randomblob(16)), ('made', unixepoch());

-- Every text that comes again and again, once.
CREATE TABLE string (
	id INTEGER PRIMARY KEY,
	text TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE reporter (
	id INTEGER PRIMARY KEY,
	domain TEXT NOT NULL,		-- of its address, lower case
	org TEXT NOT NULL,		-- lower case
	UNIQUE (domain, org)
) STRICT;

-- What a report came in, by the hash of its bytes.
CREATE TABLE raw (
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,
	received INTEGER NOT NULL,
	codec INTEGER NOT NULL,		-- 0 as it came, 1 zlib
	size INTEGER NOT NULL,		-- as it came
	kept INTEGER NOT NULL		-- 1 yes, 2 aged, 3 erased
) STRICT;
CREATE INDEX raw_received ON raw (received) WHERE kept = 1;
CREATE TABLE raw_piece (
	id INTEGER PRIMARY KEY,		-- raw * 2^20 + number
	bytes BLOB NOT NULL
) STRICT;

-- A version of a report.  Of those with the same key one counts: the
-- greatest by trust, received, content.
CREATE TABLE report (
	id INTEGER PRIMARY KEY,
	key BLOB NOT NULL,
	content BLOB NOT NULL,
	state INTEGER NOT NULL,		-- 1 counts, 2 another version does
	trust INTEGER NOT NULL,
	received INTEGER NOT NULL,
	origin TEXT NOT NULL,
	raw INTEGER REFERENCES raw (id),
	reporter INTEGER NOT NULL REFERENCES reporter (id),
	domain INTEGER NOT NULL REFERENCES string (id),
	day INTEGER NOT NULL,
	begin INTEGER NOT NULL,		-- Unix seconds, 0 unsaid
	end INTEGER NOT NULL,
	report_id TEXT NOT NULL,
	org_name TEXT NOT NULL,
	email TEXT NOT NULL,
	extra_contact TEXT,
	generator TEXT,
	error TEXT,
	version TEXT,
	dialect INTEGER NOT NULL,
	deviations INTEGER NOT NULL,	-- of the head and of all rows
	p INTEGER NOT NULL,
	sp INTEGER NOT NULL,
	np INTEGER NOT NULL,
	adkim TEXT,
	aspf TEXT,
	testing INTEGER,
	pct INTEGER,
	discovery INTEGER NOT NULL,
	fo TEXT,
	rows INTEGER NOT NULL,
	messages INTEGER NOT NULL,
	rows_kept INTEGER NOT NULL,
	UNIQUE (key, content)
) STRICT;
CREATE INDEX report_domain_day ON report (domain, day);
CREATE INDEX report_day ON report (day) WHERE rows_kept = 1;
CREATE INDEX report_raw ON report (raw);

-- Rows as reported.  No index but the order in which they came: nobody asks
-- here what the rollup can answer.
CREATE TABLE row (
	id INTEGER PRIMARY KEY,		-- report * 2^24 + number
	source BLOB NOT NULL,		-- 4 or 16 octets; none: unreadable
	messages INTEGER NOT NULL,
	disposition INTEGER NOT NULL,
	dkim INTEGER NOT NULL,
	spf INTEGER NOT NULL,
	why INTEGER NOT NULL,		-- bits of reasons
	header_from INTEGER NOT NULL,	-- string
	auth INTEGER NOT NULL,		-- string: the set of raw results
	envelope_from INTEGER,		-- string; NULL unsaid
	envelope_to INTEGER,
	comment INTEGER,		-- string: reasons with their comments
	source_text INTEGER,		-- string: when it is unreadable
	deviations INTEGER NOT NULL,
	report INTEGER GENERATED ALWAYS AS (id >> 24) VIRTUAL,
	number INTEGER GENERATED ALWAYS AS (id & 16777215) VIRTUAL
) STRICT;

-- Sums over the reports that count.
CREATE TABLE rollup (
	domain INTEGER NOT NULL,	-- string: policy domain
	day INTEGER NOT NULL,
	source BLOB NOT NULL,
	reporter INTEGER NOT NULL,
	trust INTEGER NOT NULL,
	header_from INTEGER NOT NULL,
	dkim INTEGER NOT NULL,
	spf INTEGER NOT NULL,
	disposition INTEGER NOT NULL,
	why INTEGER NOT NULL,
	auth INTEGER NOT NULL,
	messages INTEGER NOT NULL,
	PRIMARY KEY (domain, day, source, reporter, trust, header_from, dkim,
	    spf, disposition, why, auth)
) STRICT, WITHOUT ROWID;

-- What was not taken, or not all of it, and why.
CREATE TABLE set_aside (
	id INTEGER PRIMARY KEY,
	key BLOB NOT NULL UNIQUE,
	reason INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	trust INTEGER NOT NULL,
	received INTEGER NOT NULL,
	origin TEXT NOT NULL,
	detail TEXT NOT NULL,
	domain TEXT,
	reporter TEXT,
	org TEXT,
	report_id TEXT,
	raw INTEGER REFERENCES raw (id)
) STRICT;
CREATE INDEX set_aside_received ON set_aside (received);
CREATE INDEX set_aside_raw ON set_aside (raw);
