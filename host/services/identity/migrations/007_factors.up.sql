-- What proves a person besides the password, devices that may go without it, and log-ins that are half done.
CREATE TABLE identity_factor (
  id text NOT NULL,
  user_id text NOT NULL,
  kind text NOT NULL,
  sealed text NOT NULL,
  label text NOT NULL,
  last_step bigint NOT NULL,
  created_at timestamptz NOT NULL,
  confirmed_at timestamptz,
  last_used_at timestamptz,
  CONSTRAINT identity_factor_pk PRIMARY KEY (id),
  CONSTRAINT identity_factor_user_fk FOREIGN KEY (user_id) REFERENCES identity_user (id),
  CONSTRAINT identity_factor_kind_known CHECK (kind IN ('totp', 'email', 'sms'))
);
CREATE INDEX identity_factor_user ON identity_factor (user_id);

-- One salt for a set, so that a try costs one hash.
CREATE TABLE identity_backup_code (
  user_id text NOT NULL,
  position bigint NOT NULL,
  salt text NOT NULL,
  memory_bytes bigint NOT NULL,
  passes bigint NOT NULL,
  hash text NOT NULL,
  used_at timestamptz,
  CONSTRAINT identity_backup_code_pk PRIMARY KEY (user_id, position),
  CONSTRAINT identity_backup_code_user_fk FOREIGN KEY (user_id) REFERENCES identity_user (id)
);

CREATE TABLE identity_device (
  id text NOT NULL,
  user_id text NOT NULL,
  secret_hash text NOT NULL,
  agent text,
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  trusted_until timestamptz NOT NULL,
  CONSTRAINT identity_device_pk PRIMARY KEY (id),
  CONSTRAINT identity_device_user_fk FOREIGN KEY (user_id) REFERENCES identity_user (id)
);
CREATE UNIQUE INDEX identity_device_secret ON identity_device (secret_hash);
CREATE INDEX identity_device_user ON identity_device (user_id);

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
