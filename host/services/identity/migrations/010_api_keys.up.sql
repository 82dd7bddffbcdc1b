-- Keys by which programs act for a person. Of a secret only its SHA-256 is stored; several while one is rotated.
CREATE TABLE identity_api_key (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name text NOT NULL,
  owner text NOT NULL,
  permissions jsonb,
  addresses jsonb,
  expires_at timestamptz,
  per_hour bigint NOT NULL,
  hint text,
  last_used_at timestamptz,
  last_address text,
  requests bigint NOT NULL,
  CONSTRAINT identity_api_key_pk PRIMARY KEY (id),
  CONSTRAINT identity_api_key_owner_fk FOREIGN KEY (owner) REFERENCES identity_user (id)
);
CREATE INDEX identity_api_key_owner ON identity_api_key (owner);

CREATE TABLE identity_api_key_secret (
  key_id text NOT NULL,
  secret_hash text NOT NULL,
  created_at timestamptz NOT NULL,
  valid_until timestamptz,
  CONSTRAINT identity_api_key_secret_pk PRIMARY KEY (secret_hash),
  CONSTRAINT identity_api_key_secret_key_fk FOREIGN KEY (key_id) REFERENCES identity_api_key (id) ON DELETE CASCADE
);
CREATE INDEX identity_api_key_secret_key ON identity_api_key_secret (key_id);
