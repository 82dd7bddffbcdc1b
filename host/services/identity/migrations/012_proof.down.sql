ALTER TABLE identity_session DROP COLUMN as_until;
ALTER TABLE identity_session DROP COLUMN as_writes;
ALTER TABLE identity_session DROP COLUMN as_user;
ALTER TABLE identity_session DROP COLUMN confirmed_at;
