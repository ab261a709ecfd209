-- SPDX-License-Identifier: Apache-2.0
-- Failure reports (RFC 6591, RFC 9991, RFC 5965) and TLS reports (RFC 8460).

CREATE TABLE failure (
	id INTEGER PRIMARY KEY,
	key BLOB NOT NULL UNIQUE,
	trust INTEGER NOT NULL,
	received INTEGER NOT NULL,
	origin TEXT NOT NULL,
	raw INTEGER REFERENCES raw (id),
	type TEXT NOT NULL,
	auth_failure TEXT,
	reporter TEXT NOT NULL,		-- domain
	user_agent TEXT,
	reported_domain TEXT,
	source BLOB NOT NULL,
	arrival INTEGER NOT NULL,
	incidents INTEGER NOT NULL,
	identity_alignment TEXT,
	delivery_result TEXT,
	mail_from TEXT,			-- local parts are hidden
	rcpt_to TEXT,
	header_from TEXT,
	dkim_domain TEXT,
	dkim_selector TEXT,
	dkim_identity TEXT,
	spf_dns TEXT,
	authentication_results TEXT,
	message_id TEXT,		-- hashed, too: it tells a message
	envelope_id TEXT,
	deviations INTEGER NOT NULL
) STRICT;
CREATE INDEX failure_received ON failure (received);
CREATE INDEX failure_raw ON failure (raw);

CREATE TABLE tls_report (
	id INTEGER PRIMARY KEY,
	key BLOB NOT NULL,
	content BLOB NOT NULL,
	state INTEGER NOT NULL,
	trust INTEGER NOT NULL,
	received INTEGER NOT NULL,
	origin TEXT NOT NULL,
	raw INTEGER REFERENCES raw (id),
	reporter INTEGER NOT NULL REFERENCES reporter (id),
	day INTEGER NOT NULL,
	begin INTEGER NOT NULL,
	end INTEGER NOT NULL,
	report_id TEXT NOT NULL,
	org_name TEXT NOT NULL,
	contact TEXT NOT NULL,
	deviations INTEGER NOT NULL,
	UNIQUE (key, content)
) STRICT;
CREATE INDEX tls_report_day ON tls_report (day);
CREATE INDEX tls_report_raw ON tls_report (raw);
CREATE TABLE tls_policy (
	report INTEGER NOT NULL REFERENCES tls_report (id) ON DELETE CASCADE,
	number INTEGER NOT NULL,
	type TEXT NOT NULL,
	domain TEXT NOT NULL,
	strings TEXT,
	mx TEXT,
	good INTEGER NOT NULL,
	bad INTEGER NOT NULL,
	PRIMARY KEY (report, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE tls_detail (
	report INTEGER NOT NULL REFERENCES tls_report (id) ON DELETE CASCADE,
	policy INTEGER NOT NULL,
	number INTEGER NOT NULL,
	type TEXT NOT NULL,
	sending_ip TEXT,
	receiving_mx TEXT,
	receiving_helo TEXT,
	receiving_ip TEXT,
	information TEXT,
	code TEXT,
	sessions INTEGER NOT NULL,
	PRIMARY KEY (report, policy, number)
) STRICT, WITHOUT ROWID;
