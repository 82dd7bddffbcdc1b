-- What people may do. A role is known to definitions by its key; those that the host brings along have it as their
-- identifier too, so that what names them stays true.
CREATE TABLE identity_role (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  key text NOT NULL,
  name text NOT NULL,
  description text,
  inherits jsonb,
  built_in boolean NOT NULL,
  CONSTRAINT identity_role_pk PRIMARY KEY (id)
);
CREATE UNIQUE INDEX identity_role_key_unique ON identity_role (key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX identity_role_name_unique ON identity_role (name) WHERE deleted_at IS NULL;

-- What administrators decided of a role; for other permissions what definitions give to its key holds.
CREATE TABLE identity_grant (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  role text NOT NULL,
  permission text NOT NULL,
  scope text NOT NULL,
  CONSTRAINT identity_grant_pk PRIMARY KEY (id),
  CONSTRAINT identity_grant_role_fk FOREIGN KEY (role) REFERENCES identity_role (id),
  CONSTRAINT identity_grant_scope CHECK (scope IN ('all', 'company', 'department', 'own', 'none'))
);
CREATE UNIQUE INDEX identity_grant_unique ON identity_grant (role, permission) WHERE deleted_at IS NULL;

INSERT INTO identity_role (id, version, created_at, updated_at, key, name, inherits, built_in) VALUES
  ('administrator', 1, '2026-11-26T00:00:00.000000Z', '2026-11-26T00:00:00.000000Z', 'administrator', 'Administrator', '[]', TRUE),
  ('guest', 1, '2026-11-26T00:00:00.000000Z', '2026-11-26T00:00:00.000000Z', 'guest', 'Guest', '[]', TRUE),
  ('user', 1, '2026-11-26T00:00:00.000000Z', '2026-11-26T00:00:00.000000Z', 'user', 'User', '["guest"]', TRUE),
  ('manager', 1, '2026-11-26T00:00:00.000000Z', '2026-11-26T00:00:00.000000Z', 'manager', 'Manager', '["user"]', TRUE);

-- What the members of a group have besides.
ALTER TABLE identity_group ADD COLUMN role text;
