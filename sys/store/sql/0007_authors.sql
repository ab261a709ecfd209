-- SPDX-License-Identifier: Apache-2.0
-- Who wrote the mail that a report came in: one of the many who can prove a
-- domain.  Noted of what is trusted for that proof, else empty.

ALTER TABLE report ADD COLUMN author TEXT NOT NULL DEFAULT '';
-- When this trust was seen first; 0: before this was noted.
ALTER TABLE report ADD COLUMN proven INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tls_report ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE tls_report ADD COLUMN proven INTEGER NOT NULL DEFAULT 0;
