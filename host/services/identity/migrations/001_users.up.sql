-- Who may sign in, how that is proved, and the sessions that are open.
-- Unique indexes of users leave out the deleted, so that an address may be given to somebody else.
CREATE TABLE identity_user (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  email text NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  language text NOT NULL,
  theme text NOT NULL,
  density text NOT NULL,
  active boolean NOT NULL,
  CONSTRAINT identity_user_pk PRIMARY KEY (id)
);
CREATE UNIQUE INDEX identity_user_email_unique ON identity_user (email) WHERE deleted_at IS NULL;
-- "Ada@…" and "ada@…" are one account; this is also what a log-in is looked up by.
CREATE UNIQUE INDEX identity_user_email_any_case ON identity_user (lower(email)) WHERE deleted_at IS NULL;
CREATE INDEX identity_user_name ON identity_user (name, id);

-- Apart from the user, so that no list or export of users can carry a hash.
CREATE TABLE identity_credential (
  user_id text NOT NULL,
  password_hash text NOT NULL,
  changed_at timestamptz NOT NULL,
  CONSTRAINT identity_credential_pk PRIMARY KEY (user_id),
  CONSTRAINT identity_credential_user_fk FOREIGN KEY (user_id) REFERENCES identity_user (id)
);

-- A session is a family of refresh tokens that follow one another. Only SHA-256 digests are stored.
CREATE TABLE identity_session (
  id text NOT NULL,
  user_id text NOT NULL,
  kind text NOT NULL,
  family_hash text NOT NULL,
  secret_hash text NOT NULL,
  previous_hash text,
  rotated_at timestamptz,
  access_hash text NOT NULL,
  access_expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  address text,
  user_agent text,
  CONSTRAINT identity_session_pk PRIMARY KEY (id),
  CONSTRAINT identity_session_user_fk FOREIGN KEY (user_id) REFERENCES identity_user (id),
  CONSTRAINT identity_session_kind_known CHECK (kind IN ('browser', 'token'))
);
CREATE INDEX identity_session_user ON identity_session (user_id);
CREATE INDEX identity_session_expires_at ON identity_session (expires_at);

-- The set-up link of an instance without users: one row at most, gone once it was used.
CREATE TABLE identity_setup (
  id text NOT NULL,
  token_hash text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT identity_setup_pk PRIMARY KEY (id),
  CONSTRAINT identity_setup_is_one CHECK (id = 'first')
);
