-- Keys that seal what is stored, each sealed itself with the master key, which is not in the database.
CREATE TABLE core_key (
  id text NOT NULL,
  purpose text NOT NULL,
  sealed text NOT NULL,
  created_at timestamptz NOT NULL,
  retired_at timestamptz,
  CONSTRAINT core_key_pk PRIMARY KEY (id),
  CONSTRAINT core_key_purpose_known CHECK (purpose IN ('secrets', 'audit'))
);
