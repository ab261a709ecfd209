-- SPDX-License-Identifier: Apache-2.0
-- Reports that come back.  What is in the Message-ID of a mail and nobody
-- knows who has not seen that mail: a bounce that names it is believed, about
-- the address that this mail went to.  Empty: sent before it was so.

ALTER TABLE outbound_mail ADD COLUMN token TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX outbound_mail_token ON outbound_mail (token)
	WHERE token <> '';
CREATE INDEX outbound_mail_bounced ON outbound_mail (address)
	WHERE state = 6;
