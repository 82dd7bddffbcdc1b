-- Secrets for one use that are mailed or handed out: links for a new password, links that sign in, invitations,
-- log-ins that are not finished. Only their SHA-256 digests are stored.
CREATE TABLE identity_token (
  id text NOT NULL,
  purpose text NOT NULL,
  secret_hash text NOT NULL,
  subject text NOT NULL,
  binding text,
  code_hash text,
  code_sent_at timestamptz,
  attempts bigint NOT NULL,
  data jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  address text,
  CONSTRAINT identity_token_pk PRIMARY KEY (id),
  CONSTRAINT identity_token_purpose_known CHECK (purpose IN ('login', 'reset', 'magic', 'verify', 'invite'))
);
CREATE UNIQUE INDEX identity_token_secret_unique ON identity_token (secret_hash);
CREATE INDEX identity_token_subject ON identity_token (subject, purpose);
CREATE INDEX identity_token_expires_at ON identity_token (expires_at);
