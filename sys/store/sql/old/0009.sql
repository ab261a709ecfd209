-- SPDX-License-Identifier: Apache-2.0
-- A store as version 9 left it: two reports, one of them re-sent.
PRAGMA application_id=1095979865;
PRAGMA user_version=9;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE alert_seen (
	key TEXT NOT NULL,
	domain TEXT NOT NULL,
	at INTEGER NOT NULL,
	state TEXT NOT NULL,
	cause TEXT NOT NULL,
	PRIMARY KEY (key, at, state)
) STRICT, WITHOUT ROWID;
INSERT INTO "alert_seen" VALUES('spike example.org','example.org',1796023215000000,'','900 messages');
CREATE TABLE decision (
	scope INTEGER NOT NULL,
	what TEXT NOT NULL,
	domain TEXT NOT NULL,
	at INTEGER NOT NULL,
	class TEXT NOT NULL,
	who TEXT NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (scope, what, domain, at, class, who)
) STRICT, WITHOUT ROWID;
CREATE TABLE dns_seen (
	name TEXT NOT NULL,
	type TEXT NOT NULL,
	day INTEGER NOT NULL,
	answer TEXT NOT NULL,
	first INTEGER NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY (name, type, day, answer)
) STRICT, WITHOUT ROWID;
CREATE TABLE failure (
	id INTEGER PRIMARY KEY,
	key BLOB NOT NULL UNIQUE,
	trust INTEGER NOT NULL,
	received INTEGER NOT NULL,
	origin TEXT NOT NULL,
	raw INTEGER REFERENCES raw (id),
	type TEXT NOT NULL,
	auth_failure TEXT,
	reporter TEXT NOT NULL,
	user_agent TEXT,
	reported_domain TEXT,
	source BLOB NOT NULL,
	arrival INTEGER NOT NULL,
	incidents INTEGER NOT NULL,
	identity_alignment TEXT,
	delivery_result TEXT,
	mail_from TEXT,
	rcpt_to TEXT,
	header_from TEXT,
	dkim_domain TEXT,
	dkim_selector TEXT,
	dkim_identity TEXT,
	spf_dns TEXT,
	authentication_results TEXT,
	message_id TEXT,
	envelope_id TEXT,
	deviations INTEGER NOT NULL
) STRICT;
CREATE TABLE hold (
	id INTEGER PRIMARY KEY,
	domain TEXT NOT NULL,
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
CREATE TABLE mail_taken (
	mailbox INTEGER NOT NULL REFERENCES mailbox (id),
	uid INTEGER NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (mailbox, uid)
) STRICT, WITHOUT ROWID;
INSERT INTO "mail_taken" VALUES(1,1,1796023215000000);
CREATE TABLE mailbox (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	uidvalidity INTEGER NOT NULL,
	UNIQUE (name, uidvalidity)
) STRICT;
INSERT INTO "mailbox" VALUES(1,'dmarc@d.example:993/INBOX',7);
CREATE TABLE meta (
	name TEXT PRIMARY KEY,
	value ANY NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('made',1796023215);
INSERT INTO "meta" VALUES('salt',X'7A24DDCF4E25F0B22F91BF33CA26FE9E');
CREATE TABLE outbound_letter (
	report INTEGER PRIMARY KEY REFERENCES outbound_report (id),
	octets BLOB NOT NULL
) STRICT;
CREATE TABLE outbound_lost (
	day INTEGER NOT NULL,
	domain TEXT NOT NULL,
	spool INTEGER NOT NULL,
	messages INTEGER NOT NULL,
	PRIMARY KEY (day, domain, spool)
) STRICT, WITHOUT ROWID;
CREATE TABLE outbound_mail (
	id INTEGER PRIMARY KEY,
	report INTEGER NOT NULL REFERENCES outbound_report (id),
	address TEXT NOT NULL,
	state INTEGER NOT NULL,
	tries INTEGER NOT NULL,
	due INTEGER NOT NULL,
	tried INTEGER NOT NULL,
	answered INTEGER NOT NULL,
	code INTEGER NOT NULL,
	why TEXT NOT NULL, token TEXT NOT NULL DEFAULT '',
	UNIQUE (report, address)
) STRICT;
INSERT INTO "outbound_mail" VALUES(1,2,'ruf@example.org',6,1,0,1728000000,1728000001,250,'came back: 5.1.1','00112233445566778899aabbccddeeff');
CREATE TABLE outbound_report (
	id INTEGER PRIMARY KEY,
	day INTEGER NOT NULL,
	policy BLOB NOT NULL,
	part INTEGER NOT NULL,
	domain TEXT NOT NULL,
	rua TEXT NOT NULL,
	error TEXT NOT NULL,
	rows INTEGER NOT NULL,
	messages INTEGER NOT NULL,
	letters INTEGER NOT NULL,
	state INTEGER NOT NULL,
	due INTEGER NOT NULL,
	tries INTEGER NOT NULL,
	why TEXT NOT NULL,
	made INTEGER NOT NULL,
	submitter TEXT NOT NULL,
	report_id TEXT NOT NULL,
	form INTEGER NOT NULL, kind INTEGER NOT NULL DEFAULT 0,
	UNIQUE (day, policy, part)
) STRICT;
INSERT INTO "outbound_report" VALUES(1,20000,X'0B6578616D706C652E6F72670100000000000000FF',0,'example.org','a@example.org','',1,2,0,1,1728086400,0,'',0,'','',0,0);
INSERT INTO "outbound_report" VALUES(2,19999,X'462E37372E342E30',0,'example.org','ruf@example.org','',0,1,0,4,1728086400,0,'',1728000000,'r.example','ab',0,1);
CREATE TABLE outbound_row (
	report INTEGER NOT NULL REFERENCES outbound_report (id),
	row BLOB NOT NULL,
	messages INTEGER NOT NULL,
	PRIMARY KEY (report, row)
) STRICT, WITHOUT ROWID;
INSERT INTO "outbound_row" VALUES(1,X'04C0000201010202000B6578616D706C652E6F7267FFFF0000',2);
CREATE TABLE outbound_spool (
	spool INTEGER PRIMARY KEY,
	number INTEGER NOT NULL
) STRICT;
INSERT INTO "outbound_spool" VALUES(77,3);
CREATE TABLE outbound_suppressed (
	address TEXT PRIMARY KEY,
	since INTEGER NOT NULL,
	until INTEGER NOT NULL,
	why TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "outbound_suppressed" VALUES('ruf@example.org',1728000001,1728600001,'came back: 5.1.1');
CREATE TABLE raw (
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,
	received INTEGER NOT NULL,
	codec INTEGER NOT NULL,
	size INTEGER NOT NULL,
	kept INTEGER NOT NULL
) STRICT;
INSERT INTO "raw" VALUES(1,X'61000000000000000000000000000000',1800000000000000,1,1,1);
INSERT INTO "raw" VALUES(2,X'62000000000000000000000000000000',1800000000000001,1,1,1);
INSERT INTO "raw" VALUES(3,X'63000000000000000000000000000000',1800000000000002,1,1,1);
CREATE TABLE raw_piece (
	id INTEGER PRIMARY KEY,
	bytes BLOB NOT NULL
) STRICT;
INSERT INTO "raw_piece" VALUES(1048576,X'789C4B040000620062');
INSERT INTO "raw_piece" VALUES(2097152,X'789C4B020000630063');
INSERT INTO "raw_piece" VALUES(3145728,X'789C4B060000640064');
CREATE TABLE report (
	id INTEGER PRIMARY KEY,
	key BLOB NOT NULL,
	content BLOB NOT NULL,
	state INTEGER NOT NULL,
	trust INTEGER NOT NULL,
	received INTEGER NOT NULL,
	origin TEXT NOT NULL,
	raw INTEGER REFERENCES raw (id),
	reporter INTEGER NOT NULL REFERENCES reporter (id),
	domain INTEGER NOT NULL REFERENCES string (id),
	day INTEGER NOT NULL,
	begin INTEGER NOT NULL,
	end INTEGER NOT NULL,
	report_id TEXT NOT NULL,
	org_name TEXT NOT NULL,
	email TEXT NOT NULL,
	extra_contact TEXT,
	generator TEXT,
	error TEXT,
	version TEXT,
	dialect INTEGER NOT NULL,
	deviations INTEGER NOT NULL,
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
	rows_kept INTEGER NOT NULL, author TEXT NOT NULL DEFAULT '', proven INTEGER NOT NULL DEFAULT 0,
	UNIQUE (key, content)
) STRICT;
INSERT INTO "report" VALUES(1,X'BE5A6BCEF74119386764F7A7AA701ADB',X'56236A97F58E9CBD6BCB03CB9A241CD3',1,2,1800000000000000,'a',1,1,1,20000,1728000000,1728086399,'r1','Reporter','a@r.example',NULL,NULL,NULL,NULL,2,0,4,0,0,'r',NULL,NULL,NULL,0,NULL,5,15,1,'',0);
INSERT INTO "report" VALUES(2,X'A8794AA4F0192AC04BB185361BED7E22',X'AC847AA8C652D5296638DEFB6FCE2C28',2,3,1800000000000001,'b',2,1,1,20001,1728086400,1728172799,'r2','Reporter','a@r.example',NULL,NULL,NULL,NULL,2,0,4,0,0,'r',NULL,NULL,NULL,0,NULL,5,510,1,'',0);
INSERT INTO "report" VALUES(3,X'A8794AA4F0192AC04BB185361BED7E22',X'7C7B819B252F5A31CC6B07B56492EA29',1,3,1800000000000002,'c',3,1,1,20001,1728086400,1728172799,'r2','Reporter','a@r.example',NULL,NULL,NULL,NULL,2,0,4,0,0,'r',NULL,NULL,NULL,0,NULL,5,1010,1,'dmarc@r.example',1800000000000002);
CREATE TABLE reporter (
	id INTEGER PRIMARY KEY,
	domain TEXT NOT NULL,
	org TEXT NOT NULL,
	UNIQUE (domain, org)
) STRICT;
INSERT INTO "reporter" VALUES(1,'r.example','reporter');
CREATE TABLE rollup (
	domain INTEGER NOT NULL,
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
INSERT INTO "rollup" VALUES(1,20000,X'C0000200',1,2,1,1,2,1,0,2,1);
INSERT INTO "rollup" VALUES(1,20000,X'C0000203',1,2,1,1,2,1,0,6,3);
INSERT INTO "rollup" VALUES(1,20000,X'C0000206',1,2,1,1,2,3,0,6,5);
INSERT INTO "rollup" VALUES(1,20000,X'C0000209',1,2,1,2,2,1,0,4,2);
INSERT INTO "rollup" VALUES(1,20000,X'C000020D',1,2,1,2,2,3,2,4,4);
INSERT INTO "rollup" VALUES(1,20001,X'C0000200',1,3,1,1,2,1,0,2,200);
INSERT INTO "rollup" VALUES(1,20001,X'C0000203',1,3,1,1,2,1,0,6,202);
INSERT INTO "rollup" VALUES(1,20001,X'C0000206',1,3,1,1,2,3,0,6,204);
INSERT INTO "rollup" VALUES(1,20001,X'C0000209',1,3,1,2,2,1,0,4,201);
INSERT INTO "rollup" VALUES(1,20001,X'C000020D',1,3,1,2,2,3,2,4,203);
CREATE TABLE row (
	id INTEGER PRIMARY KEY,
	source BLOB NOT NULL,
	messages INTEGER NOT NULL,
	disposition INTEGER NOT NULL,
	dkim INTEGER NOT NULL,
	spf INTEGER NOT NULL,
	why INTEGER NOT NULL,
	header_from INTEGER NOT NULL,
	auth INTEGER NOT NULL,
	envelope_from INTEGER,
	envelope_to INTEGER,
	comment INTEGER,
	source_text INTEGER,
	deviations INTEGER NOT NULL,
	report INTEGER GENERATED ALWAYS AS (id >> 24) VIRTUAL,
	number INTEGER GENERATED ALWAYS AS (id & 16777215) VIRTUAL
) STRICT;
INSERT INTO "row" VALUES(16777216,X'C0000200',1,1,1,2,0,1,2,3,NULL,NULL,NULL,0);
INSERT INTO "row" VALUES(16777217,X'C0000209',2,1,2,2,0,1,4,5,NULL,NULL,NULL,0);
INSERT INTO "row" VALUES(16777218,X'C0000203',3,1,1,2,0,1,6,5,NULL,NULL,NULL,0);
INSERT INTO "row" VALUES(16777219,X'C000020D',4,3,2,2,2,1,4,5,NULL,7,NULL,0);
INSERT INTO "row" VALUES(16777220,X'C0000206',5,3,1,2,0,1,6,3,NULL,NULL,NULL,0);
INSERT INTO "row" VALUES(33554432,X'C0000200',100,1,1,2,0,1,2,3,NULL,NULL,NULL,0);
INSERT INTO "row" VALUES(33554433,X'C0000209',101,1,2,2,0,1,4,5,NULL,NULL,NULL,0);
INSERT INTO "row" VALUES(33554434,X'C0000203',102,1,1,2,0,1,6,5,NULL,NULL,NULL,0);
INSERT INTO "row" VALUES(33554435,X'C000020D',103,3,2,2,2,1,4,5,NULL,7,NULL,0);
INSERT INTO "row" VALUES(33554436,X'C0000206',104,3,1,2,0,1,6,3,NULL,NULL,NULL,0);
INSERT INTO "row" VALUES(50331648,X'C0000200',200,1,1,2,0,1,2,3,NULL,NULL,NULL,0);
INSERT INTO "row" VALUES(50331649,X'C0000209',201,1,2,2,0,1,4,5,NULL,NULL,NULL,0);
INSERT INTO "row" VALUES(50331650,X'C0000203',202,1,1,2,0,1,6,5,NULL,NULL,NULL,0);
INSERT INTO "row" VALUES(50331651,X'C000020D',203,3,2,2,2,1,4,5,NULL,7,NULL,0);
INSERT INTO "row" VALUES(50331652,X'C0000206',204,3,1,2,0,1,6,3,NULL,NULL,NULL,0);
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
CREATE TABLE string (
	id INTEGER PRIMARY KEY,
	text TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO "string" VALUES(1,'example.org');
INSERT INTO "string" VALUES(2,'[["dkim","pass","d.example","s1",null],["spf","softfail","m.example","mfrom",null]]');
INSERT INTO "string" VALUES(3,'');
INSERT INTO "string" VALUES(4,'[["dkim","fail","d.example","s2",null],["spf","softfail","m.example","mfrom",null]]');
INSERT INTO "string" VALUES(5,'m.example');
INSERT INTO "string" VALUES(6,'[["dkim","pass","d.example","s2",null],["spf","softfail","m.example","mfrom",null]]');
INSERT INTO "string" VALUES(7,'[["local_policy","arc=pass \"quoted\""]]');
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
	deviations INTEGER NOT NULL, author TEXT NOT NULL DEFAULT '', proven INTEGER NOT NULL DEFAULT 0,
	UNIQUE (key, content)
) STRICT;
CREATE INDEX raw_received ON raw (received) WHERE kept = 1;
CREATE INDEX report_domain_day ON report (domain, day);
CREATE INDEX report_day ON report (day) WHERE rows_kept = 1;
CREATE INDEX report_raw ON report (raw);
CREATE INDEX set_aside_received ON set_aside (received);
CREATE INDEX set_aside_raw ON set_aside (raw);
CREATE INDEX failure_received ON failure (received);
CREATE INDEX failure_raw ON failure (raw);
CREATE INDEX tls_report_day ON tls_report (day);
CREATE INDEX tls_report_raw ON tls_report (raw);
CREATE INDEX outbound_report_due ON outbound_report (state, due);
CREATE INDEX outbound_report_day ON outbound_report (day);
CREATE INDEX outbound_mail_due ON outbound_mail (due) WHERE state = 1;
CREATE INDEX outbound_report_failure ON outbound_report (made)
	WHERE kind = 1;
CREATE VIEW outbound_seen AS SELECT id AS r_id, day, part, domain, policy, rua,
	error, rows, messages, letters, state AS r_state, due AS r_due,
	tries AS r_tries, made, why AS r_why, submitter, report_id, form,
	CASE kind WHEN 0 THEN (SELECT ifnull(sum(l.messages), 0)
		FROM outbound_lost AS l WHERE l.day = r.day AND
		l.domain = r.domain) ELSE 0 END AS lost, kind
	FROM outbound_report AS r;
CREATE UNIQUE INDEX outbound_mail_token ON outbound_mail (token)
	WHERE token <> '';
CREATE INDEX outbound_mail_bounced ON outbound_mail (address)
	WHERE state = 6;
COMMIT;
