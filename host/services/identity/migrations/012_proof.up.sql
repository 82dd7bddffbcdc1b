-- When the person last proved in this session who he is, and as whom he sees for a while.
ALTER TABLE identity_session ADD COLUMN confirmed_at timestamptz;
ALTER TABLE identity_session ADD COLUMN as_user text;
ALTER TABLE identity_session ADD COLUMN as_writes boolean NOT NULL DEFAULT FALSE;
ALTER TABLE identity_session ADD COLUMN as_until timestamptz;
