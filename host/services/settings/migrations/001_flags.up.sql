-- Feature flags: what is switched on for whom.
CREATE TABLE settings_flag (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name text NOT NULL,
  description text,
  enabled boolean NOT NULL,
  companies jsonb,
  roles jsonb,
  share bigint NOT NULL,
  CONSTRAINT settings_flag_pk PRIMARY KEY (id)
);
CREATE UNIQUE INDEX settings_flag_name_unique ON settings_flag (name) WHERE deleted_at IS NULL;
