ALTER TABLE identity_token DROP COLUMN codes_sent;

-- A password was right and something is still asked for: a second factor, or another password.
CREATE TABLE identity_login (
  id text NOT NULL,
  secret_hash text NOT NULL,
  user_id text NOT NULL,
  kind text NOT NULL,
  remember boolean NOT NULL,
  proved boolean NOT NULL,
  sealed text,
  attempts bigint NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  CONSTRAINT identity_login_pk PRIMARY KEY (id),
  CONSTRAINT identity_login_user_fk FOREIGN KEY (user_id) REFERENCES identity_user (id),
  CONSTRAINT identity_login_kind_known CHECK (kind IN ('browser', 'token'))
);
CREATE UNIQUE INDEX identity_login_secret ON identity_login (secret_hash);
CREATE INDEX identity_login_user ON identity_login (user_id);
CREATE INDEX identity_login_expires_at ON identity_login (expires_at);
