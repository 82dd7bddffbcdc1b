-- A session ends at its absolute end, however much it is used; one that is not to be remembered ends when idle.
ALTER TABLE identity_session ADD COLUMN remembered boolean NOT NULL DEFAULT FALSE;
ALTER TABLE identity_session ADD COLUMN absolute_expires_at timestamptz;
-- By which kinds of device and from which networks a person signed in, so that he is told of a new one.
CREATE TABLE identity_known_device (
  user_id text NOT NULL,
  mark text NOT NULL,
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  CONSTRAINT identity_known_device_pk PRIMARY KEY (user_id, mark),
  CONSTRAINT identity_known_device_user_fk FOREIGN KEY (user_id) REFERENCES identity_user (id)
);
